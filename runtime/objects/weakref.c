// weakref.c - references that do not keep their object alive.
//
// The weak references to an object are in a list through themselves, whose head
// heap.weakrefs finds by the object's address; FLAG_WEAKREFS says that there is
// one. So an object pays nothing for being a possible target.
//
// Invariant: a weak reference with a target is in the target's list, and the
// target is alive or about to die; every other one is in none.

#include "rc/weakref.h"
#include "core/error.h"
#include "core/heap.h"
#include "objects/code.h"

static struct rc_weakref *weakref_of(rc_object *o)
{
    return (struct rc_weakref *)o;
}

// ---- the list of a target ----

static struct rc_weakref *first_of(const rc_object *o)
{
    if (!(o->flags & FLAG_WEAKREFS))
        return NULL;
    return (struct rc_weakref *)(uintptr_t) // NOLINT
        map_get(&heap.weakrefs, (uintptr_t)o);
}

static int link_to(struct rc_weakref *w, rc_object *o)
{
    struct rc_weakref *first = first_of(o);

    if (map_set(&heap.weakrefs, (uintptr_t)o, (uintptr_t)w) < 0)
        return -1;
    object_flag(o, FLAG_WEAKREFS);
    w->target = o;
    w->next = first;
    if (first)
        first->prev = w;
    return 0;
}

static void forget_list(rc_object *o)
{
    map_remove(&heap.weakrefs, (uintptr_t)o);
    o->flags = (uint16_t)(o->flags & ~FLAG_WEAKREFS);
}

static void weakref_dealloc(rc_object *self)
{
    struct rc_weakref *w = weakref_of(self);

    if (!w->target)
        return;
    if (w->next)
        w->next->prev = w->prev;
    if (w->prev)
        w->prev->next = w->next;
    else if (w->next)
        *map_find(&heap.weakrefs, (uintptr_t)w->target) = (uintptr_t)w->next;
    else
        forget_list(w->target);
    w->target = NULL;
}

// ---- the end of a target ----

// A weak reference that is about to die itself hears of nothing any more.
static bool wants_call(struct rc_weakref *w)
{
    return w->callback && object_is_live(&w->head) && !gc_is_suspect(&w->head);
}

// From the oldest on, so that the youngest is the first of *calls.
void weakrefs_clear(rc_object *o, rc_object **calls)
{
    struct rc_weakref *w = first_of(o), *younger;

    forget_list(o);
    while (w && w->next)
        w = w->next;
    for (; w; w = younger) {
        younger = w->prev;
        w->target = NULL;
        w->next = w->prev = NULL;
        if (!calls || !wants_call(w))
            continue;
        rc_incref(&w->head);
        w->next_call = weakref_of(*calls);
        *calls = &w->head;
    }
}

// A callback is called once: what it holds is given back with it. Its errors
// concern nobody.
static void call_back(struct rc_weakref *w)
{
    rc_object *args = rc_tuple_pack(1, &w->head);
    rc_object *result = args ? rc_call(w->callback, args) : NULL;

    rc_xdecref(result);
    rc_xdecref(args);
    rc_clear(&w->callback);
    rc_error_clear();
}

void weakrefs_call(rc_object *calls)
{
    struct error_state error;

    error_save(&error);
    while (calls) {
        struct rc_weakref *w = weakref_of(calls);

        calls = RC_OBJECT(w->next_call);
        w->next_call = NULL;
        call_back(w);
        rc_decref(&w->head);
    }
    error_restore(&error);
}

// ---- what programs call ----

rc_object *rc_weakref_new(rc_object *o, rc_object *callback)
{
    rc_object *weakref;

    if (is_immortal(o)) {
        rc_error_set(RC_ERROR_TYPE,
                     "'%s' object is immortal: no weak reference to it",
                     rc_type_name(o));
        return NULL;
    }
    if (callback && !rc_is_callable(callback)) {
        object_wrong_type(callback, "something to call");
        return NULL;
    }
    weakref = rc_new(&rc_weakref_type);
    if (!weakref)
        return NULL;
    if (link_to(weakref_of(weakref), o) < 0) {
        rc_decref(weakref);
        return NULL;
    }
    rc_xincref(callback);
    weakref_of(weakref)->callback = callback;
    return weakref;
}

// What is about to die cannot be had any more.
static rc_object *live_target(rc_object *weakref)
{
    rc_object *target = weakref_of(weakref)->target;

    return target && object_is_live(target) ? target : NULL;
}

rc_object *rc_weakref_get(rc_object *weakref)
{
    rc_object *target;

    if (weakref->type != &rc_weakref_type) {
        object_wrong_type(weakref, "a weakref");
        return NULL;
    }
    target = live_target(weakref);
    rc_xincref(target);
    return target;
}

size_t rc_weakref_count(rc_object *o)
{
    size_t n = 0;

    for (struct rc_weakref *w = first_of(o); w; w = w->next)
        n += object_is_live(&w->head);
    return n;
}

// ---- type ----

static rc_object *weakref_repr(rc_object *self)
{
    rc_object *target = live_target(self);

    if (!target)
        return rc_str_format("<weakref at %p; dead>", (void *)self);
    return rc_str_format("<weakref at %p; to '%s' at %p>", (void *)self,
                         rc_type_name(target), (void *)target);
}

static const uint16_t weakref_slots[] = {offsetof(struct rc_weakref, callback),
                                         0};
static const char *const weakref_slot_names[] = {"callback"};

rc_type rc_weakref_type = {
    .name = "weakref",
    .size = sizeof(struct rc_weakref),
    .slots = weakref_slots,
    .slot_names = weakref_slot_names,
    .dealloc = weakref_dealloc,
    .repr = weakref_repr,
    .is_immutable = true,
};
