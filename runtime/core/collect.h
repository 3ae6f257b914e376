// collect.h - core/ only: a collection on its way through its files.
//
//     mark.c   which containers are dead: count, compare, mark
//     dead.c   their end: weak references, finalizers, memory
//     gc.c     when a collection runs, and what programs may ask and set
//
// The state of a container is a byte beside the heap, or a field of the header
// of a large one. Invariant: between collections all state is 0.

#ifndef RC_CORE_COLLECT_H
#define RC_CORE_COLLECT_H

#include "core/visit.h"
#include "rc/container.h"

enum { SUSPECT = 1, REACHED = 2, DONE = 3 };

// there is more than forgetting them.
enum {
    SEEN_LEAVES = 1, // references that lead out of the selected pages
    SEEN_CALLS = 2,  // types with clear or dealloc
    SEEN_AT_END = 4, // weak references, handles, finalizers
    SEEN_CLEAR = 8,  // types with clear
};

struct run {
    bool is_full;
    bool is_legacy;      // what has a finalizer is saved
    bool is_partial;     // some pages are not selected
    bool has_failed;     // no memory: everything is alive
    bool is_forgetful;   // something reached was not remembered
    bool has_unsaved;    // no memory to put what was found into garbage
    bool has_run_code;   // of the program
    bool is_freeing;     // what is dead must not be seen any more
    unsigned debug;      // RC_GC_DEBUG_...
    unsigned seen;       // of the page at hand, then of all
    unsigned seen_large; // of large objects
    struct map carries;  // granule -> 256ths of its count
    rc_object **stack;   // reached, but not looked into yet
    size_t depth, room;
    rc_object *calls; // weak references with callbacks to the dead
    size_t visited, dead, found, resurrected, uncollectable;
};

static inline bool is_selected(const struct page *p)
{
    return p->is_selected;
}

static inline bool has_state(const rc_object *o)
{
    return range_has(&heap.containers, o);
}

static inline bool is_large_container(const rc_object *o)
{
    return (o->flags & (FLAG_LARGE | FLAG_CONTAINER))
           == (FLAG_LARGE | FLAG_CONTAINER);
}

// The state of a container.
static inline uint8_t *state_of(const rc_object *o)
{
    return has_state(o) ? &heap.containers.side[granule_of(o)]
                        : &large_of(o)->state;
}

typedef void (*object_step)(rc_object *o, struct run *run);

static inline size_t page_number(const struct page *p)
{
    return (size_t)(p - heap.containers.pages);
}

static inline uint8_t *page_side(const struct page *p)
{
    return heap.containers.side
           + (page_number(p) << (PAGE_SHIFT - GRANULE_SHIFT));
}

// step each live object of p.
ALWAYS_INLINE void page_objects(const struct page *p, object_step step,
                                struct run *run)
{
    char *start = p->start;

    for (uint32_t at = 0; at < p->fresh; at += p->slot_bytes) {
        rc_object *o = (rc_object *)(void *)(start + at);

        if (object_is_live(o))
            step(o, run);
    }
}

// step each object of p in this state; others are not even read. step may free
// objects and run code that makes some.
ALWAYS_INLINE void page_in_state(const struct page *p, uint8_t state,
                                 object_step step, struct run *run)
{
    char *start = p->start;
    const uint8_t *side = page_side(p);

    for (uint32_t at = 0; at < p->fresh; at += p->slot_bytes) {
        if (side[at >> GRANULE_SHIFT] == state)
            step((rc_object *)(void *)(start + at), run);
    }
}

static inline struct page *pages_end(void)
{
    return heap.containers.pages + range_pages(&heap.containers);
}

static void clear_state(struct page *p)
{
    memset(page_side(p), 0, RC_PAGE_BYTES >> GRANULE_SHIFT);
    p->suspects = 0;
}

// step each container that is taken for dead. It may free objects and run code
// that makes some.
void each_suspect(object_step step, struct run *run);

// mark.c: read the counts of all selected containers.
void count_all(struct run *run);
// After count_all(): the suspects are those that only suspects hold.
void find_dead(struct run *run);
// Code has run: which of the suspects does nobody but them hold still?
void find_dead_again(struct run *run);
// What the revived reach is alive, too.
void mark_all(struct run *run);
void marks_release(struct run *run);

// dead.c: all that has to happen before the dead are freed. Some may be alive
// in the end.
void part(struct run *run);
void free_dead(struct run *run);

#endif
