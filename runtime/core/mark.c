// mark.c - which containers only hold each other.
//
// Trial deletion over whole pages instead of over lists of objects (Christopher
// 1984; Bacon and Rajan, ECOOP 2001), in order of address, with one byte of
// state a granule beside the heap, so that nothing is written into objects that
// live:
//
//     count     for each reference from a selected page to one: byte + 1
//     compare   with the object's own count: what has more is held from outside
//     mark      from those, through a queue of prefetches: all that is alive
//
// What is referred to from a page that is not selected counts as held from
// outside. No pass recurses; without memory for its tables nothing is found
// dead, or what could not be remembered is scanned again.
//
// One file, so that the step of each pass is inlined into the walk.

#include "core/collect.h"

#include <limits.h>

enum { IN_FLIGHT = 16 };

void each_suspect(object_step step, struct run *run)
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

void count_all(struct run *run)
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

static bool stack_begin(struct run *run)
{
    run->stack = first_stack;
    run->room = sizeof(first_stack) / sizeof(*first_stack);
    return true;
}

static bool stack_grow(struct run *run)
{
    bool is_first = run->stack == first_stack;
    size_t room = 4 * run->room;
    rc_object **stack;

    if (!run->stack)
        return stack_begin(run);
    stack = memory_resize(is_first ? NULL : run->stack, room * sizeof(*stack));

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

void mark_all(struct run *run)
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

void find_dead(struct run *run)
{
    run->dead = 0;
    compare_all(run);
    if (run->dead)
        mark_all(run);
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

void find_dead_again(struct run *run)
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

void marks_release(struct run *run)
{
    map_release(&run->carries);
    if (run->stack != first_stack)
        memory_free(run->stack);
}
