// visit.h - each reference that an object owns, as inlined code: what a walk
// over the whole heap does for every object.

#ifndef RC_CORE_VISIT_H
#define RC_CORE_VISIT_H

#include "core/heap.h"

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define NEVER_INLINE static __attribute__((noinline))
#else
#define ALWAYS_INLINE static inline
#define NEVER_INLINE static
#endif

ALWAYS_INLINE rc_object **slot_at(rc_object *o, size_t offset)
{
    return (rc_object **)(void *)((char *)o + offset);
}

// The counted items of an object with items.
ALWAYS_INLINE rc_object **items_of(rc_object *o, const rc_type *type)
{
    if (type->kind_ == KIND_INLINE)
        return slot_at(o, type->items_at_);
    return *(rc_object ***)(void *)((char *)o + type->items_at_);
}

ALWAYS_INLINE size_t items_length(rc_object *o, const rc_type *type)
{
    return *(size_t *)(void *)((char *)o + type->length_at_);
}

ALWAYS_INLINE int visit_slots(rc_object *o, const uint16_t *slots,
                              rc_visit visit, void *arg)
{
    for (; *slots; slots++) {
        rc_object *child = *slot_at(o, *slots);
        int r = child ? visit(child, arg) : 0;

        if (r)
            return r;
    }
    return 0;
}

ALWAYS_INLINE int visit_items(rc_object *o, const rc_type *type, rc_visit visit,
                              void *arg)
{
    rc_object **items = items_of(o, type);
    size_t n = items_length(o, type);

    for (size_t i = 0; i < n; i++) {
        int r = items[i] ? visit(items[i], arg) : 0;

        if (r)
            return r;
    }
    return 0;
}

// visit should be a function that can be inlined.
ALWAYS_INLINE int visit_owned(rc_object *o, rc_visit visit, void *arg)
{
    const rc_type *type = o->type;
    int r = type->slots ? visit_slots(o, type->slots, visit, arg) : 0;

    if (r || type->kind_ <= KIND_SLOTS)
        return r;
    if (type->kind_ == KIND_CALLBACKS)
        return type->traverse(o, visit, arg);
    return visit_items(o, type, visit, arg);
}

#endif
