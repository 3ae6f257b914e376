// check.c - each event of the audit variant: is this an object, and is it still
// alive? What is not is reported and left alone, so that the program goes on
// and shows its other mistakes.

#include "audit/audit.h"
#include "audit/hooks.h"

#include <pthread.h>

struct rc_site rc_site_;

static _Thread_local char this_thread;

static bool is_known_place(const rc_object *o)
{
    return range_has(&heap.containers, o) || range_has(&heap.leaves, o)
           || map_get(&heap.large_set, (uintptr_t)o);
}

// Immortal static objects lie outside of the heap, and so did large ones that
// were freed; of other addresses nothing may be read.
static bool is_alive(const rc_object *o)
{
    const struct record *r;

    if (object_at((uintptr_t)o))
        return true;
    if (!o || is_known_place(o))
        return false;
    r = record_of(o);
    return !r || !r->freed;
}

// Objects that are on their way out still have their fields given back.
static bool is_dying(const rc_object *o)
{
    return (o->flags & (FLAG_DYING | FLAG_QUARANTINE)) == FLAG_DYING
           || gc_hides(o);
}

static void check_thread(const rc_object *o)
{
    if (audit.owner != &this_thread)
        report_error(RC_AUDIT_THREAD, o);
}

static bool check(enum rc_audit_kind kind, const rc_object *o)
{
    const struct record *r;

    check_thread(o);
    if (is_alive(o))
        return true;
    r = record_of(o);
    if (r && !r->freed && is_dying(o))
        return true;
    report_error(r ? kind : RC_AUDIT_NO_OBJECT, o);
    return false;
}

static void note(const char *event, const rc_object *o, int change)
{
    struct record *r = record_of(o);

    if (r && !is_immortal(o))
        record_event(r, site_number(&rc_site_), change);
    if (audit.trace && !is_immortal(o))
        trace_count(event, o, r ? r->serial : 0, (int64_t)count_of(o) + change);
}

static bool is_noting(void)
{
    return audit.is_on || audit.trace;
}

void rc_incref(rc_object *o)
{
    if (is_noting()) {
        if (!check(RC_AUDIT_USE_AFTER_FREE, o))
            return;
        if (!is_immortal(o) && count_of(o) == RC_COUNT_MASK)
            report_error(RC_AUDIT_OVERFLOW, o);
        note("incref", o, 1);
    }
    if (!is_immortal(o))
        o->refs++;
}

void audit_lent(const rc_object *o, bool on)
{
    struct record *r = record_of(o);

    if (r)
        r->is_lent = on;
}

// The only reference is not the program's.
static bool is_only_lent(const rc_object *o)
{
    const struct record *r = record_of(o);

    return r && r->is_lent && !is_immortal(o) && count_of(o) == 1;
}

// On its way out: what something else gives back now, it had no reference for.
static bool is_ending(const rc_object *o)
{
    return !is_immortal(o) && (count_of(o) == 0 || o->flags & FLAG_DYING);
}

void rc_decref(rc_object *o)
{
    if (is_noting()) {
        if (!check(RC_AUDIT_DOUBLE_DECREF, o))
            return;
        if (is_only_lent(o) || is_ending(o)) {
            report_error(RC_AUDIT_DOUBLE_DECREF, o);
            return;
        }
        note("decref", o, -1);
    }
    rc_decref_rare_(o);
}

void audit_used(const rc_object *o)
{
    if (is_noting())
        (void)check(RC_AUDIT_USE_AFTER_FREE, o);
}

void audit_made(rc_object *o)
{
    struct record *r;

    if (!is_noting())
        return;
    check_thread(o);
    r = record_new(o);
    record_event(r, r->made, 1);
    if (audit.trace)
        trace_new(o, r);
}

void audit_ended(rc_object *o)
{
    struct record *r = record_of(o);

    if (!r || !is_noting())
        return;
    r->freed = site_number(&rc_site_);
    if (audit.trace)
        trace_end(heap.is_collecting && gc_is_suspect(o) ? "collect" : "end", o,
                  r->serial);
}

bool audit_fails(void)
{
    audit.allocations++;
    if (!audit.fail_at || audit.allocations < audit.fail_at
        || (audit.allocations > audit.fail_at && !audit.fails_after))
        return false;
    if (audit.trace)
        trace_fail(audit.allocations);
    return true;
}

void audit_set_owner(void)
{
    audit.owner = &this_thread;
}
