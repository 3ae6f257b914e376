// audit.h - the audit's own: its settings, what it knows of each object, and
// its reports. Its memory comes from malloc directly: it must not fail when the
// runtime's is made to.

#ifndef RC_AUDIT_AUDIT_H
#define RC_AUDIT_AUDIT_H

#include "core/heap.h"

#include <stdio.h>

// References of one object that were taken and given back at one site.
struct event {
    uint32_t site; // number, see site_number()
    uint32_t taken, given;
    uint64_t last; // the moment of the last one
};

// What is known of the object at an address, or of the last one there.
struct record {
    uint64_t serial;
    const rc_type *type;
    uint32_t made, freed; // sites, 0 = unknown, not yet
    uint32_t nevents, room;
    struct event *events;
    bool is_lent;  // its finalizer runs: the last reference is the runtime's
    bool is_short; // reported: objects hold more references than are counted
};

struct audit {
    bool is_on;
    bool stops; // at the first error
    FILE *report, *trace;
    uint64_t allocations, fail_at;
    bool fails_after;
    uint64_t serials, moment;
    size_t errors[RC_AUDIT_KINDS];
    const char *owner; // a variable of the thread that called rc_init()
    size_t quarantine_most;
    bool has_exit_hook;
    bool is_finished; // the last report is out
};
extern struct audit audit;

// ---- record.c ----

uint32_t site_number(const struct rc_site *site);
const struct rc_site *site_at(uint32_t number); // 0: "somewhere unknown"

// The record of an address; NULL when there is none.
struct record *record_of(const void *address);
struct record *record_new(const rc_object *o); // replaces an older one
void record_event(struct record *r, uint32_t site, int change);
void records_release(void);

// ---- quarantine.c ----

void quarantine_release(void); // what is kept is freed now

// ---- report.c ----

// `o` may be no object at all.
void report_error(enum rc_audit_kind kind, const void *o);
FILE *report_file(void);
// Lines of a report: a place and what happens there; all events of an object.
void say_site(FILE *out, const char *what, const struct rc_site *s);
void say_events(FILE *out, const struct record *r);

// ---- leaks.c ----

size_t report_leaks(FILE *out);

// Cycles that nothing reaches any more: the collector is about to free them.
void report_dead_cycles(FILE *out);

// ---- trace.c ----

void trace_begin(const char *path);
void trace_new(const rc_object *o, const struct record *r);
void trace_count(const char *event, const void *o, uint64_t serial,
                 int64_t count);
void trace_end(const char *event, const void *o, uint64_t serial);
void trace_error(enum rc_audit_kind kind, const void *o, uint64_t serial);
void trace_leak(const void *o, uint64_t serial, size_t count, size_t outside);
void trace_fail(uint64_t n);
void trace_finish(size_t alive, size_t errors);

#endif
