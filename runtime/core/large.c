// large.c - objects that do not fit a slot, from the system's heap: in a list
// for walks, in a table for "is there an object at this address?".

#include "core/heap.h"
#include "core/memory.h"

static void large_link(struct large *l)
{
    l->prev = NULL;
    l->next = heap.large;
    if (heap.large)
        heap.large->prev = l;
    heap.large = l;
    heap.large_count++;
}

static void large_unlink(struct large *l)
{
    if (l->prev)
        l->prev->next = l->next;
    else
        heap.large = l->next;
    if (l->next)
        l->next->prev = l->prev;
    if (heap.large_next == l)
        heap.large_next = l->next;
    heap.large_count--;
}

rc_object *large_new(size_t bytes, bool is_container)
{
    struct large *l = NULL;

    if (bytes <= SIZE_MAX - sizeof(*l))
        l = memory_new_zeroed(sizeof(*l) + bytes);
    else
        memory_none(bytes);
    if (!l)
        return NULL;
    if (map_set(&heap.large_set, (uintptr_t)large_object(l), 1) < 0) {
        memory_free(l);
        return NULL;
    }
    l->bytes = bytes;
    l->is_container = is_container;
    l->is_touched = is_container;
    heap.touched += is_container;
    large_link(l);
    heap_bytes_changed(&heap.large_bytes, 0, bytes);
    return large_object(l);
}

void large_free(rc_object *o)
{
    struct large *l = large_of(o);

    map_remove(&heap.large_set, (uintptr_t)o);
    large_unlink(l);
    heap.touched -= l->is_touched;
    heap_bytes_changed(&heap.large_bytes, l->bytes, 0);
    memory_free(l);
}
