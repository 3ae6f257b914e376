// gc.h - the collector of cycles.
//
// It finds containers that only hold each other: counts are compared with the
// references found inside of the heap, whatever somebody outside holds is alive
// with all that it reaches, the rest is freed. It runs when more than a
// threshold of containers were made (see rc_gc_set_threshold()), or on call.
//
// For the dead, in this order: their weak references die (and callbacks of weak
// references that are alive are called), their finalizers run, each once in the
// life of its object (PEP 442); what these made live again stays, the rest is
// freed at once.
//
// A young collection looks at pages that something was made in, or taken from,
// since the last one; a full collection at all that are not frozen. Both are
// linear in the objects on these pages and their references.

#ifndef RC_GC_H
#define RC_GC_H

#include "rc/object.h"

void rc_gc_enable(void); // automatic runs; they are on after rc_init()
void rc_gc_disable(void);
bool rc_gc_is_enabled(void);

// A full collection. Returns the number of unreachable objects that were found
// (freed, put into garbage or left as uncollectable). Does nothing, in O(1), if
// no container was made or had a reference taken from it since the last full
// one; does nothing when called from a finalizer or callback of a collection.
// O(containers).
RC_RUNS_CODE size_t rc_gc_collect(void);
RC_RUNS_CODE size_t rc_gc_collect_young(void);

// A young run is due when more than `young` containers were made than died
// since the last run (0 = never, the default is 10000), a full one when `full`
// young ones have run and those that survived since the last full one are more
// than a quarter of those that were alive then.
void rc_gc_set_threshold(size_t young, size_t full);
void rc_gc_threshold(size_t *ret_young, size_t *ret_full);

// Containers made minus died since the last run.
size_t rc_gc_count(void);

struct rc_gc_stats {
    size_t young_runs;
    size_t full_runs;
    size_t skipped_runs;  // nothing had changed
    size_t collected;     // objects, in all runs
    size_t resurrected;   // made live again by finalizers
    size_t uncollectable; // left in garbage
    size_t last_visited;  // objects that the last run looked at
    uint64_t total_ns;    // time of all runs, process CPU time
    uint64_t last_ns;
    uint64_t longest_ns;
};
void rc_gc_stats(struct rc_gc_stats *ret_stats);

// Called before and after each run that is not skipped.
enum rc_gc_phase { RC_GC_START, RC_GC_STOP };
struct rc_gc_info {
    bool is_full;
    size_t collected; // RC_GC_STOP only
    size_t uncollectable;
    uint64_t ns;
};
typedef void (*rc_gc_callback)(enum rc_gc_phase phase,
                               const struct rc_gc_info *info, void *arg);
RC_STATUS int rc_gc_callback_add(rc_gc_callback callback, void *arg RC_ESCAPES);
bool rc_gc_callback_remove(rc_gc_callback callback, void *arg); // was it there?

// What is alive now is not looked at again until it is unfrozen: for what stays
// for good, and so that a fork shares its memory. Everything reachable from it
// counts as alive.
void rc_gc_freeze(void);
void rc_gc_unfreeze(void);
size_t rc_gc_frozen_count(void);

enum {
    RC_GC_DEBUG_STATS = 1,         // each run, on stderr
    RC_GC_DEBUG_COLLECTABLE = 2,   // each object that is found
    RC_GC_DEBUG_UNCOLLECTABLE = 4, // each that is left
    RC_GC_DEBUG_SAVEALL = 8        // put what is found into garbage
};
void rc_gc_set_debug(unsigned flags);
unsigned rc_gc_debug(void);

// The old behaviour: objects with finalizers in cycles, and what they reach,
// are not freed but left, and put into garbage.
void rc_gc_set_legacy_finalizers(bool on);

// A list of what was left or saved; RC_ERROR_MEMORY if it cannot be made.
// Clear it when the cycles are broken.
RC_BORROWED rc_object *rc_gc_garbage(void);

bool rc_gc_is_tracked(const rc_object *o);   // a container
bool rc_gc_is_finalized(const rc_object *o); // its finalizer has run

#endif
