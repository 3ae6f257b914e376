// dead.c - what happens to containers that nobody holds from outside.
//
//     part      weak references, then finalizers; if that ran code, those that
//               are still dead are found once more (PEP 442)
//     free      all at once, so the dead need not release each other

#include "core/collect.h"
#include "core/error.h"

#include <stdio.h>

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
    if (run->debug & RC_GC_DEBUG_UNCOLLECTABLE)
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
    if (o->flags & FLAG_WEAKREFS)
        weakrefs_clear(o, &run->calls);
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
    if (!(o->flags & FLAG_FINALIZER))
        return;
    run->has_run_code = true;
    rc_incref(o);
    object_finalize(o);
    rc_decref(o);
}

void part(struct run *run)
{
    if (run->seen & SEEN_AT_END) {
        if (run->is_legacy)
            save_finalizers(run);
        run->calls = NULL;
        each_suspect(forget_weakrefs, run);
        if (run->calls) {
            run->has_run_code = true;
            weakrefs_call(run->calls);
        }
        each_suspect(finalize_object, run);
        if (run->has_run_code) {
            find_dead_again(run);
            each_suspect(forget_new_weakrefs, run);
        }
    }
    if (run->debug & RC_GC_DEBUG_COLLECTABLE)
        each_suspect(say_collectable, run);
    if (run->debug & RC_GC_DEBUG_SAVEALL)
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
    bool do_all = run->visited > run->dead || run->has_run_code;

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

void free_dead(struct run *run)
{
    bool has_large = heap.large != NULL;

    run->is_freeing = true;
    strip_dead(run);
    run->is_freeing = false;
    for (struct page *p = heap.containers.pages; p < pages_end(); p++) {
        if (p->suspects)
            free_page(p, run);
    }
    if (has_large)
        each_suspect(free_object, run);
}
