// gc.c - free containers that only hold each other.
//
// Trial deletion over whole pages instead of over lists of objects (Christopher
// 1984; Bacon and Rajan, ECOOP 2001), in order of address, with one byte of
// state a granule beside the heap, so that nothing is written into objects that
// live:
//
//     count     for each reference from a selected page to one: byte + 1
//     compare   with the object's own count: what has more is held from outside
//     mark      from those, through a queue of prefetches: all that is alive
//     part      the rest is dead: weak references, finalizers, and once more
//               count, compare, mark among the dead if code has run
//     free      all at once, so the dead need not release each other
//
// A full collection selects all pages that are not frozen, a young one those
// that were touched since the last: made in, or an object there lost a
// reference and lived on. What is referred to from a page that is not selected
// counts as held from outside. No pass recurses; without memory for its tables
// a collection finds nothing, or scans again what it could not remember.
//
// Invariant: between collections all state is 0.

#include "core/error.h"
#include "core/visit.h"
#include "rc/container.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>

// What a byte of state says after `count`.
enum { SUSPECT = 1, REACHED = 2, DONE = 3 };

// What was seen among the objects of a page (page.seen): why freeing the dead
// there is more than forgetting them.
enum {
    SEEN_LEAVES = 1, // references that lead out of the selected pages
    SEEN_CALLS = 2,  // types with clear or dealloc
    SEEN_AT_END = 4, // weak references, handles, finalizers
    SEEN_CLEAR = 8,  // types with clear
};

enum { IN_FLIGHT = 16, CALLBACKS_MOST = 16 };

struct run {
    bool is_full;
    bool is_partial;     // some pages are not selected
    bool has_failed;     // no memory: everything is alive
    bool is_forgetful;   // something reached was not remembered
    bool has_unsaved;    // no memory to put what was found into garbage
    unsigned seen;       // of the page at hand, then of all
    unsigned seen_large; // of large objects
    struct map carries;  // granule -> 256ths of its count
    rc_object **stack;
    size_t depth, room;
    size_t visited, dead, found, resurrected, uncollectable;
};

static struct {
    bool is_disabled;
    bool is_legacy;
    unsigned debug;
    size_t young_threshold, full_threshold;
    size_t young_since_full;
    size_t alive_after_full;
    rc_object *garbage;
    struct {
        rc_gc_callback call;
        void *arg;
    } callbacks[CALLBACKS_MOST];
    size_t ncallbacks;
    struct rc_gc_stats stats;
    struct run *run;   // the one that is under way
    rc_object *calls;  // its weak references with callbacks
    bool has_run_code; // of the program
    bool is_freeing;   // what is dead must not be seen any more
    bool is_stressed;  // collect whenever a container is made
} gc;

// ---- state ----

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

bool gc_is_suspect(const rc_object *o)
{
    return gc.run && is_container(o) && *state_of(o) == SUSPECT;
}

bool gc_hides(const rc_object *o)
{
    return gc.is_freeing && gc_is_suspect(o);
}

void gc_forget(const rc_object *o)
{
    uint8_t *state = state_of(o);

    if (*state == SUSPECT) {
        gc.run->dead--;
        if (has_state(o))
            page_of(&heap.containers, o)->suspects--;
    }
    *state = 0;
}

// ---- walks ----

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

static void each_suspect(object_step step, struct run *run)
{
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (p->suspects)
            page_in_state(p, SUSPECT, step, run);
    }
    heap.large_next = heap.large;
    while (heap.large_next) {
        struct large *l = heap.large_next;

        heap.large_next = l->next;
        if (l->is_container && l->state == SUSPECT)
            step(large_object(l), run);
    }
}

// ---- count ----

// A byte is full: the map has what does not fit.
static void carry(struct run *run, size_t granule)
{
    uint64_t *there = map_find(&run->carries, granule + 1);

    if (there)
        ++*there;
    else if (map_set(&run->carries, granule + 1, 1) < 0)
        run->has_failed = true;
}

static void count_elsewhere(rc_object *child, struct run *run)
{
    if (!range_has(&heap.leaves, child)) {
        if (is_immortal(child))
            return;
        if (is_large_container(child) && !large_of(child)->is_frozen) {
            large_of(child)->inner++;
            return;
        }
    }
    run->seen |= SEEN_LEAVES;
}

ALWAYS_INLINE int count_child(rc_object *child, void *arg)
{
    struct run *run = arg;

    if (!has_state(child)) {
        count_elsewhere(child, run);
    } else if (run->is_partial
               && !is_selected(page_of(&heap.containers, child))) {
        run->seen |= SEEN_LEAVES;
    } else {
        size_t granule = granule_of(child);

        if (++heap.containers.side[granule] == 0)
            carry(run, granule);
    }
    return 0;
}

ALWAYS_INLINE void count_object(rc_object *o, struct run *run)
{
    if (o->flags & FLAGS_AT_END)
        run->seen |= SEEN_AT_END;
    if (o->type->clear || o->type->dealloc)
        run->seen |= SEEN_CALLS;
    if (o->type->clear)
        run->seen |= SEEN_CLEAR;
    visit_owned(o, count_child, run);
}

static void count_all(struct run *run)
{
    unsigned seen = 0;

    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (!is_selected(p))
            continue;
        run->seen = 0;
        page_objects(p, count_object, run);
        p->seen = (uint8_t)run->seen;
        p->suspects = 0;
        run->visited += p->used;
        seen |= run->seen;
    }
    run->seen = 0;
    for (struct large *l = heap.large; l; l = l->next) {
        if (!l->is_container || l->is_frozen)
            continue;
        if (object_is_live(large_object(l)))
            count_object(large_object(l), run);
        run->visited++;
    }
    run->seen_large = run->seen;
    run->seen |= seen;
}

// ---- compare ----

// The references to o from inside.
static size_t inner_of(const rc_object *o, const struct run *run)
{
    size_t inner;

    if (!has_state(o))
        return large_of(o)->inner;
    inner = *state_of(o);
    if (run->carries.used && count_of(o) > UINT8_MAX)
        inner += (size_t)map_get(&run->carries, granule_of(o) + 1) << CHAR_BIT;
    return inner;
}

// Counts that are less than what is there are broken: whoever gave back too
// much will hear of it elsewhere, here nothing more must go.
static bool is_held_outside(const rc_object *o, const struct run *run)
{
    return run->has_failed || is_immortal(o) || count_of(o) != inner_of(o, run);
}

ALWAYS_INLINE void compare_object(rc_object *o, struct run *run)
{
    bool is_held = is_held_outside(o, run);

    *state_of(o) = is_held ? REACHED : SUSPECT;
    run->dead += !is_held;
}

static void compare_all(struct run *run)
{
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        size_t before = run->dead;

        if (!is_selected(p))
            continue;
        page_objects(p, compare_object, run);
        p->suspects = (uint16_t)(run->dead - before);
    }
    for (struct large *l = heap.large; l; l = l->next) {
        if (l->is_container && !l->is_frozen && object_is_live(large_object(l)))
            compare_object(large_object(l), run);
    }
}

// ---- mark ----

// Enough for most heaps; and without memory for more, what is not remembered is
// so much at a time that scanning again for it comes to an end.
static rc_object *first_stack[1024];

static bool stack_grow(struct run *run)
{
    bool is_first = run->stack == first_stack;
    size_t room = 4 * run->room;
    rc_object **stack =
        memory_resize(is_first ? NULL : run->stack, room * sizeof(*stack));

    if (!stack)
        return false;
    if (is_first)
        memcpy(stack, first_stack, sizeof(first_stack));
    run->stack = stack;
    run->room = room;
    return true;
}

static void remember(struct run *run, rc_object *o)
{
    if (run->depth == run->room && !stack_grow(run))
        run->is_forgetful = true;
    else
        run->stack[run->depth++] = o;
}

ALWAYS_INLINE int mark_child(rc_object *child, void *arg)
{
    struct run *run = arg;

    if (has_state(child)) {
        uint8_t *state = &heap.containers.side[granule_of(child)];

        if (*state != SUSPECT)
            return 0;
        *state = REACHED;
        page_of(&heap.containers, child)->suspects--;
    } else {
        if (range_has(&heap.leaves, child) || !is_large_container(child)
            || large_of(child)->state != SUSPECT)
            return 0;
        large_of(child)->state = REACHED;
    }
    run->dead--;
    remember(run, child);
    return 0;
}

ALWAYS_INLINE void mark_object(rc_object *o, struct run *run)
{
    *state_of(o) = DONE;
    visit_owned(o, mark_child, run);
}

// What is remembered is asked for some steps before it is used, so that several
// misses of the cache overlap (Cher, Hosking and Vitek, ASPLOS 2004).
static void mark_remembered(struct run *run)
{
    rc_object *ring[IN_FLIGHT];
    size_t first = 0, n = 0;

    while (run->depth || n) {
        while (run->depth && n < IN_FLIGHT) {
            rc_object *o = run->stack[--run->depth];

            __builtin_prefetch(o);
            ring[(first + n++) % IN_FLIGHT] = o;
        }
        mark_object(ring[first], run);
        first = (first + 1) % IN_FLIGHT;
        n--;
    }
}

static void mark_all(struct run *run)
{
    do {
        run->is_forgetful = false;
        for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
            if (!is_selected(p) || p->suspects == p->used)
                continue;
            page_in_state(p, REACHED, mark_object, run);
            mark_remembered(run);
        }
        for (struct large *l = heap.large; l; l = l->next) {
            if (l->is_container && l->state == REACHED)
                mark_object(large_object(l), run);
        }
        mark_remembered(run);
    } while (run->is_forgetful);
}

static void find_dead(struct run *run)
{
    run->dead = 0;
    compare_all(run);
    if (run->dead)
        mark_all(run);
}

// ---- part ----

// What the dead refer to lives, and they do: back among the living.
static void revive_object(rc_object *o, struct run *run)
{
    *state_of(o) = REACHED;
    if (has_state(o))
        page_of(&heap.containers, o)->suspects--;
    run->dead--;
}

static void say(const char *what, const rc_object *o)
{
    fprintf(stderr, "gc: %s <%s at %p>\n", what, o->type->name,
            (const void *)o);
}

static void save_object(rc_object *o, struct run *run)
{
    rc_object *garbage = rc_gc_garbage();

    if (!garbage || rc_list_append(garbage, o) < 0) {
        rc_error_clear();
        run->has_unsaved = true;
    }
    revive_object(o, run);
}

// The old way: what has a finalizer stays, and so does all that it reaches.
static void save_finalizer(rc_object *o, struct run *run)
{
    if (!(o->flags & FLAG_FINALIZER))
        return;
    if (gc.debug & RC_GC_DEBUG_UNCOLLECTABLE)
        say("uncollectable", o);
    save_object(o, run);
}

static void save_finalizers(struct run *run)
{
    size_t before = run->dead;

    each_suspect(save_finalizer, run);
    mark_all(run);
    run->uncollectable = before - run->dead;
}

static void say_collectable(rc_object *o, struct run *run)
{
    (void)run;
    say("collectable", o);
}

static void forget_weakrefs(rc_object *o, struct run *run)
{
    (void)run;
    if (o->flags & FLAG_WEAKREFS)
        weakrefs_clear(o, &gc.calls);
}

// Those that finalizers have made. Nobody is called: this has to end.
static void forget_new_weakrefs(rc_object *o, struct run *run)
{
    (void)run;
    if (o->flags & FLAG_WEAKREFS)
        weakrefs_clear(o, NULL);
}

static void finalize_object(rc_object *o, struct run *run)
{
    (void)run;
    if (!(o->flags & FLAG_FINALIZER))
        return;
    gc.has_run_code = true;
    rc_incref(o);
    object_finalize(o);
    rc_decref(o);
}

// Is anybody who died alive again? The dead are flagged, since their state is
// needed for counting once more.
static void flag_dead(rc_object *o, struct run *run)
{
    (void)run;
    object_flag(o, FLAG_SUSPECT);
}

ALWAYS_INLINE int recount_child(rc_object *child, void *arg)
{
    if (is_container(child) && (child->flags & FLAG_SUSPECT)) {
        if (has_state(child))
            return count_child(child, arg);
        large_of(child)->inner++;
    }
    return 0;
}

static void recount_object(rc_object *o, struct run *run)
{
    if (o->flags & FLAG_SUSPECT)
        visit_owned(o, recount_child, run);
}

static void recompare_object(rc_object *o, struct run *run)
{
    if (!(o->flags & FLAG_SUSPECT))
        return;
    o->flags = (uint16_t)(o->flags & ~FLAG_SUSPECT);
    compare_object(o, run);
    if (has_state(o) && *state_of(o) == SUSPECT)
        page_of(&heap.containers, o)->suspects++;
}

static void clear_state(struct page *p)
{
    memset(page_side(p), 0, RC_PAGE_BYTES >> GRANULE_SHIFT);
    p->suspects = 0;
}

static void part_again(struct run *run)
{
    size_t before = run->dead;

    each_suspect(flag_dead, run);
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (is_selected(p))
            clear_state(p);
    }
    for (struct large *l = heap.large; l; l = l->next) {
        l->inner = 0;
        l->state = 0;
    }
    map_release(&run->carries);
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (is_selected(p))
            page_objects(p, recount_object, run);
    }
    for (struct large *l = heap.large; l; l = l->next)
        recount_object(large_object(l), run);
    run->dead = 0;
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (is_selected(p))
            page_objects(p, recompare_object, run);
    }
    for (struct large *l = heap.large; l; l = l->next)
        recompare_object(large_object(l), run);
    mark_all(run);
    run->resurrected += before - run->dead;
}

static void part(struct run *run)
{
    if (run->seen & SEEN_AT_END) {
        if (gc.is_legacy)
            save_finalizers(run);
        gc.calls = NULL;
        each_suspect(forget_weakrefs, run);
        if (gc.calls) {
            gc.has_run_code = true;
            weakrefs_call(gc.calls);
        }
        each_suspect(finalize_object, run);
        if (gc.has_run_code) {
            part_again(run);
            each_suspect(forget_new_weakrefs, run);
        }
    }
    if (gc.debug & RC_GC_DEBUG_COLLECTABLE)
        each_suspect(say_collectable, run);
    if (gc.debug & RC_GC_DEBUG_SAVEALL)
        each_suspect(save_object, run);
}

// ---- free ----

static void protect_object(rc_object *o, struct run *run)
{
    (void)run;
    o->refs |= RC_IMMORTAL;
}

static bool may_clear(const struct run *run)
{
    bool may = (run->seen_large & SEEN_CLEAR) != 0;

    for (struct page *p = heap.containers.pages; p < pages_end() && !may; p++)
        may = p->suspects && (p->seen & SEEN_CLEAR);
    return may;
}

// Most that the dead refer to lies on pages where all is dead: what says so is
// in the cache, the states need not be.
static inline bool dies_too(const rc_object *child)
{
    const struct page *p;

    if (!has_state(child))
        return is_large_container(child) && large_of(child)->state == SUSPECT;
    p = page_of(&heap.containers, child);
    return p->suspects == p->used || *state_of(child) == SUSPECT;
}

static inline int release_child(rc_object *child, void *arg)
{
    (void)arg;
    if (!dies_too(child))
        rc_decref(child);
    return 0;
}

// Give back what o owns, but for what dies with it.
static void strip_object(rc_object *o, struct run *run)
{
    const rc_type *type = o->type;

    if (o->flags & FLAG_HANDLE)
        handles_forget(o);
    if (type->slots)
        visit_slots(o, type->slots, release_child, run);
    if (type->kind_ == KIND_CALLBACKS && type->clear)
        type->clear(o);
    else if (type->kind_ > KIND_SLOTS && type->kind_ != KIND_CALLBACKS)
        visit_items(o, type, release_child, run);
    if (type->dealloc)
        type->dealloc(o);
}

static void free_object(rc_object *o, struct run *run)
{
    (void)run;
    object_free(o);
}

static void free_page(struct page *p, struct run *run)
{
    if (p->suspects == p->used && !AUDIT_KEEPS) {
        run->dead -= p->suspects;
        clear_state(p);
        page_reset(&heap.containers, p);
    } else {
        page_in_state(p, SUSPECT, free_object, run);
    }
}

// clear() may give back references to others that die, which must do nothing:
// while this goes on, they are immortal. Where nothing lives on, the dead hold
// each other only, and need not give anything back.
static void strip_dead(struct run *run)
{
    bool do_all = run->visited > run->dead || gc.has_run_code;

    if ((run->seen & SEEN_CLEAR) && may_clear(run))
        each_suspect(protect_object, run);
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (p->suspects && (p->seen || do_all))
            page_in_state(p, SUSPECT, strip_object, run);
    }
    for (struct large *l = heap.large; l; l = l->next) {
        if (l->is_container && l->state == SUSPECT)
            strip_object(large_object(l), run);
    }
}

static void free_dead(struct run *run)
{
    bool has_large = heap.large != NULL;

    gc.is_freeing = true;
    strip_dead(run);
    gc.is_freeing = false;
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (p->suspects)
            free_page(p, run);
    }
    if (has_large)
        each_suspect(free_object, run);
}

// ---- one run ----

static inline void settle_object(rc_object *o, struct run *run)
{
    (void)run;
    if (!(o->refs & (RC_UNTOUCHED | RC_IMMORTAL)))
        o->refs |= RC_UNTOUCHED;
}

static inline void settle_living(rc_object *o, struct run *run)
{
    if (*state_of(o) != SUSPECT)
        settle_object(o, run);
}

// What was selected is from now on untouched: also what code of the program
// does to it in this run is for the next one. The dead are left out, unless
// they may be alive in the end.
static void settle(struct run *run)
{
    bool do_all = (run->seen & SEEN_AT_END) || gc.debug & RC_GC_DEBUG_SAVEALL;

    pools_let_go();
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (!is_selected(p))
            continue;
        if (do_all)
            page_objects(p, settle_object, run);
        else if (p->suspects < p->used)
            page_objects(p, settle_living, run);
        p->is_touched = false;
    }
    for (struct large *l = heap.large; l; l = l->next) {
        if (!l->is_container || l->is_frozen)
            continue;
        if (object_is_live(large_object(l)))
            settle_object(large_object(l), run);
        l->is_touched = false;
    }
    heap.touched = 0;
}

static void clear_all(struct run *run)
{
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (!is_selected(p))
            continue;
        clear_state(p);
        p->is_selected = false;
    }
    for (struct large *l = heap.large; l; l = l->next) {
        l->inner = 0;
        l->state = 0;
    }
    pages_sweep();
    map_release(&run->carries);
    if (run->stack != first_stack)
        memory_free(run->stack);
}

// All pages that are not frozen, or those that were touched.
static void select_pages(struct run *run)
{
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (!page_is_in_use(p))
            continue;
        p->is_selected = run->is_full ? !p->is_frozen : p->is_touched;
        run->is_partial |= !p->is_selected;
    }
}

static void collect(struct run *run)
{
    select_pages(run);
    count_all(run);
    find_dead(run);
    run->found = run->dead;
    if (!run->has_failed)
        settle(run);
    if (run->dead)
        part(run);
    if (run->dead)
        free_dead(run);
    clear_all(run);
}

static uint64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void set_limit(void)
{
    if (heap.is_collecting || gc.is_disabled || !gc.young_threshold)
        heap.young_limit = INT64_MAX;
    else
        heap.young_limit = (int64_t)gc.young_threshold;
    if (gc.is_stressed && !heap.is_collecting)
        heap.young_limit = -1;
}

size_t gc_containers(void)
{
    size_t n = 0;

    for (struct page *p = heap.containers.pages; p < pages_end(); p++)
        n += page_live(p);
    for (struct large *l = heap.large; l; l = l->next)
        n += l->is_container && slot_is_live(large_object(l));
    return n;
}

static void call_back(enum rc_gc_phase phase, const struct rc_gc_info *info)
{
    for (size_t i = 0; i < gc.ncallbacks; i++)
        gc.callbacks[i].call(phase, info, gc.callbacks[i].arg);
}

static void add_to_stats(const struct run *run, const struct rc_gc_info *info)
{
    struct rc_gc_stats *s = &gc.stats;

    s->young_runs += !run->is_full;
    s->full_runs += run->is_full;
    s->collected += info->collected;
    s->resurrected += run->resurrected;
    s->uncollectable += run->uncollectable;
    s->last_visited = run->visited;
    s->last_ns = info->ns;
    s->total_ns += info->ns;
    if (info->ns > s->longest_ns)
        s->longest_ns = info->ns;
    if (gc.debug & RC_GC_DEBUG_STATS)
        fprintf(stderr,
                "gc: %s collection: %zu visited, %zu collected, "
                "%zu uncollectable, %.3f ms\n",
                run->is_full ? "full" : "young", run->visited, info->collected,
                info->uncollectable, (double)info->ns / 1e6);
}

// What a full run could not do without memory is left to the next, which must
// not be skipped then.
static bool is_complete(const struct run *run)
{
    return run->is_full && !run->has_failed && !run->has_unsaved;
}

// Between clear_all() and the next run, nothing knows of the run any more.
static size_t run_now(bool is_full)
{
    struct run run = {.is_full = is_full,
                      .stack = first_stack,
                      .room = sizeof(first_stack) / sizeof(*first_stack)};
    struct rc_gc_info info = {.is_full = is_full};
    struct error_state error;
    struct interlude i;

    error_save(&error);
    heap.is_collecting = true;
    set_limit();
    call_back(RC_GC_START, &info);
    i = interlude_begin();
    info.ns = cpu_ns();
    gc.run = &run;
    gc.has_run_code = false;
    collect(&run);
    gc.run = NULL;
    info.ns = cpu_ns() - info.ns;
    interlude_end(i);
    pages_decay();
    info.uncollectable = run.uncollectable;
    info.collected = run.found - run.uncollectable - run.resurrected;
    gc.young_since_full = is_complete(&run) ? 0 : gc.young_since_full + 1;
    if (is_full)
        gc.alive_after_full = gc_containers();
    add_to_stats(&run, &info);
    call_back(RC_GC_STOP, &info);
    heap.is_collecting = false;
    heap.young = 0;
    set_limit();
    error_restore(&error);
    return info.collected + info.uncollectable;
}

static size_t run_unless_idle(bool is_full)
{
    if (heap.is_collecting)
        return 0;
    // A young run leaves what has died across its border to the next full one.
    if (!heap.touched && !(is_full && gc.young_since_full)) {
        gc.stats.skipped_runs++;
        heap.young = 0;
        pages_decay();
        return 0;
    }
    return run_now(is_full);
}

// Under stress every run that is due is a young one, which costs what was
// touched since the last; some are full, which costs the heap.
static bool is_full_due(void)
{
    enum { STRESSED_FULL = 100 };

    if (gc.is_stressed)
        return gc.young_since_full >= STRESSED_FULL;
    return gc.young_since_full >= gc.full_threshold
           && gc_containers() > (size_t)heap.young + gc.alive_after_full
                                    + gc.alive_after_full / 4;
}

void gc_run_due(void)
{
    if (!heap.is_collecting)
        run_unless_idle(is_full_due());
}

// ---- what programs call ----

void gc_init(void)
{
    memset(&gc, 0, sizeof(gc));
    gc.young_threshold = 10000;
    gc.full_threshold = 10;
    set_limit();
}

void gc_set_stress(bool on)
{
    gc.is_stressed = on;
    set_limit();
}

size_t rc_gc_collect(void)
{
    return run_unless_idle(true);
}

size_t rc_gc_collect_young(void)
{
    return run_unless_idle(false);
}

void rc_gc_enable(void)
{
    gc.is_disabled = false;
    set_limit();
}

void rc_gc_disable(void)
{
    gc.is_disabled = true;
    set_limit();
}

bool rc_gc_is_enabled(void)
{
    return !gc.is_disabled;
}

void rc_gc_set_threshold(size_t young, size_t full)
{
    gc.young_threshold = young > INT64_MAX ? INT64_MAX : young;
    gc.full_threshold = full;
    set_limit();
}

void rc_gc_threshold(size_t *ret_young, size_t *ret_full)
{
    *ret_young = gc.young_threshold;
    *ret_full = gc.full_threshold;
}

size_t rc_gc_count(void)
{
    return (size_t)heap.young;
}

void rc_gc_stats(struct rc_gc_stats *ret_stats)
{
    *ret_stats = gc.stats;
}

int rc_gc_callback_add(rc_gc_callback callback, void *arg)
{
    if (gc.ncallbacks == CALLBACKS_MOST) {
        rc_error_set(RC_ERROR_STATE, "there are %d callbacks already",
                     CALLBACKS_MOST);
        return -1;
    }
    gc.callbacks[gc.ncallbacks].call = callback;
    gc.callbacks[gc.ncallbacks++].arg = arg;
    return 0;
}

bool rc_gc_callback_remove(rc_gc_callback callback, void *arg)
{
    for (size_t i = 0; i < gc.ncallbacks; i++) {
        if (gc.callbacks[i].call != callback || gc.callbacks[i].arg != arg)
            continue;
        gc.ncallbacks--;
        memmove(&gc.callbacks[i], &gc.callbacks[i + 1],
                (gc.ncallbacks - i) * sizeof(gc.callbacks[0]));
        return true;
    }
    return false;
}

void rc_gc_freeze(void)
{
    if (heap.is_collecting)
        return;
    pools_let_go();
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (page_is_in_use(p) && !p->is_frozen)
            page_freeze(p);
    }
    for (struct large *l = heap.large; l; l = l->next) {
        heap.touched -= l->is_touched;
        l->is_touched = false;
        l->is_frozen = l->is_container;
    }
}

void rc_gc_unfreeze(void)
{
    if (heap.is_collecting)
        return;
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (p->is_frozen)
            page_unfreeze(p);
    }
    for (struct large *l = heap.large; l; l = l->next) {
        if (!l->is_frozen)
            continue;
        l->is_frozen = false;
        heap.touched += !l->is_touched;
        l->is_touched = true;
    }
}

size_t rc_gc_frozen_count(void)
{
    size_t n = 0;

    for (struct page *p = heap.containers.pages; p < pages_end(); p++)
        n += p->is_frozen ? page_live(p) : 0;
    for (struct large *l = heap.large; l; l = l->next)
        n += l->is_frozen && slot_is_live(large_object(l));
    return n;
}

void rc_gc_set_debug(unsigned flags)
{
    gc.debug = flags;
}

unsigned rc_gc_debug(void)
{
    return gc.debug;
}

void rc_gc_set_legacy_finalizers(bool on)
{
    gc.is_legacy = on;
}

rc_object *rc_gc_garbage(void)
{
    rc_object *list = gc.garbage ? NULL : rc_list_new();

    if (gc.garbage) // a collection that came first needed one
        rc_xdecref(list);
    else
        gc.garbage = list;
    return gc.garbage;
}

void gc_drop_garbage(void)
{
    rc_clear(&gc.garbage);
}

bool rc_gc_is_tracked(const rc_object *o)
{
    return is_container(o);
}

bool rc_gc_is_finalized(const rc_object *o)
{
    return (o->flags & FLAG_FINALIZED) != 0;
}
