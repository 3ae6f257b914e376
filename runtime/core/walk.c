// walk.c - each object of the heap, each reference of an object, and the
// object at an address.

#include "core/visit.h"

int object_visit(rc_object *o, rc_visit visit, void *arg)
{
    return visit_owned(o, visit, arg);
}

static bool is_shown(const rc_object *o)
{
    return object_is_live(o) && !gc_hides(o);
}

static int page_each(const struct page *p,
                     int (*visit)(rc_object *o, void *arg), void *arg)
{
    for (uint32_t at = 0; at < p->fresh; at += p->slot_bytes) {
        rc_object *o = (rc_object *)(void *)(p->start + at);
        int result = is_shown(o) ? visit(o, arg) : 0;

        if (result)
            return result;
    }
    return 0;
}

static int range_each(const struct range *r,
                      int (*visit)(rc_object *o, void *arg), void *arg)
{
    for (size_t i = 0; i < range_pages(r); i++) {
        const struct page *p = &r->pages[i];
        int result = p->used ? page_each(p, visit, arg) : 0;

        if (result)
            return result;
    }
    return 0;
}

int heap_each(int (*visit)(rc_object *o, void *arg), void *arg)
{
    int result = range_each(&heap.containers, visit, arg);

    if (!result)
        result = range_each(&heap.leaves, visit, arg);
    for (struct large *l = heap.large; l && !result; l = l->next) {
        if (is_shown(large_object(l)))
            result = visit(large_object(l), arg);
    }
    return result;
}

static rc_object *slot_object(const struct range *r, uintptr_t address)
{
    const struct page *p = &r->pages[(address - r->base) >> PAGE_SHIFT];
    size_t at = (address - r->base) & (RC_PAGE_BYTES - 1);

    if (!page_is_in_use(p) || at >= p->fresh || at % p->slot_bytes)
        return NULL;
    return (rc_object *)address; // NOLINT
}

rc_object *object_at(uintptr_t address)
{
    rc_object *o = NULL;

    if (address - heap.containers.base < heap.containers.in_use)
        o = slot_object(&heap.containers, address);
    else if (address - heap.leaves.base < heap.leaves.in_use)
        o = slot_object(&heap.leaves, address);
    else if (map_get(&heap.large_set, address) || map_get(&heap.types, address))
        o = (rc_object *)address; // NOLINT
    return o && is_shown(o) ? o : NULL;
}
