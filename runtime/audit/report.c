// report.c - a mistake in words: what, where, and the places that led to it.

#include "audit/audit.h"
#include "audit/hooks.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct {
    const char *name, *text;
} kinds[RC_AUDIT_KINDS] = {
    [RC_AUDIT_DOUBLE_DECREF] = {"double-decref",
                                "a reference is given back to an object that "
                                "is gone"},
    [RC_AUDIT_USE_AFTER_FREE] = {"use-after-free",
                                 "an object is used that is gone"},
    [RC_AUDIT_WRITE_AFTER_FREE] = {"write-after-free",
                                   "the memory of an object was written to "
                                   "after its end"},
    [RC_AUDIT_NO_OBJECT] = {"no-object", "no object is or was at this address"},
    [RC_AUDIT_OVERFLOW] = {"overflow",
                           "more references than can be counted: the object "
                           "is immortal from now on"},
    [RC_AUDIT_BAD_COUNT] = {"bad-count",
                            "objects hold more references than are counted"},
    [RC_AUDIT_THREAD] = {"thread", "the runtime is used from a second thread"},
    [RC_AUDIT_LEAK] = {"leak", "references are never given back"},
};

const char *rc_audit_kind_name(enum rc_audit_kind kind)
{
    return (size_t)kind < RC_AUDIT_KINDS ? kinds[kind].name : "unknown";
}

FILE *report_file(void)
{
    return audit.report ? audit.report : stderr;
}

void say_site(FILE *out, const char *what, const struct rc_site *s)
{
    fprintf(out, "%s:%d: note: %s in %s()", s->file, s->line, what,
            s->function);
    if (s->call[0])
        fprintf(out, ", %s", s->call);
    fputc('\n', out);
}

void say_events(FILE *out, const struct record *r)
{
    for (uint32_t i = 0; i < r->nevents; i++) {
        const struct event *e = &r->events[i];
        char what[80];

        snprintf(what, sizeof(what),
                 "%" PRIu32 " taken, %" PRIu32 " given back", e->taken,
                 e->given);
        say_site(out, what, site_at(e->site));
    }
}

void report_error(enum rc_audit_kind kind, const void *o)
{
    const struct record *r = record_of(o);
    const struct rc_site *s = &rc_site_;

    audit.errors[kind]++;
    if (audit.trace)
        trace_error(kind, o, r ? r->serial : 0);
    if (!audit.is_on)
        return;
    fprintf(report_file(), "%s:%d: error: %s: %s at 0x%" PRIxPTR " [%s]\n",
            s->file ? s->file : "somewhere", s->line, kinds[kind].text,
            r ? r->type->name : "object", (uintptr_t)o, kinds[kind].name);
    if (s->function)
        say_site(report_file(), "it happens here,", s);
    if (r) {
        say_site(report_file(), "the object was made here,", site_at(r->made));
        if (r->freed)
            say_site(report_file(), "it was freed here,", site_at(r->freed));
        say_events(report_file(), r);
    }
    if (audit.stops)
        abort();
}
