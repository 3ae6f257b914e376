// gc.c - free containers that only hold each other: when that is tried, on
// which pages, and what programs may ask and set.
//
// A full collection selects all pages that are not frozen, a young one those
// that were touched since the last: made in, or an object there lost a
// reference and lived on. How the dead are found stands in mark.c, what becomes
// of them in dead.c.

#include "core/collect.h"
#include "core/error.h"

#include <stdio.h>
#include <time.h>

enum { CALLBACKS_MOST = 16 };

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
    struct run *run;  // the one that is under way
    bool is_stressed; // collect whenever a container is made
} gc;

bool gc_is_suspect(const rc_object *o)
{
    return gc.run && is_container(o) && *state_of(o) == SUSPECT;
}

bool gc_hides(const rc_object *o)
{
    return gc.run && gc.run->is_freeing && gc_is_suspect(o);
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
    bool do_all = (run->seen & SEEN_AT_END) || run->debug & RC_GC_DEBUG_SAVEALL;

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
    marks_release(run);
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
    struct run run = {.is_full = is_full};
    struct rc_gc_info info = {.is_full = is_full};
    struct error_state error;
    struct interlude i;

    error_save(&error);
    heap.is_collecting = true;
    set_limit();
    call_back(RC_GC_START, &info);
    i = interlude_begin();
    info.ns = cpu_ns();
    run.is_legacy = gc.is_legacy;
    run.debug = gc.debug;
    gc.run = &run;
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
