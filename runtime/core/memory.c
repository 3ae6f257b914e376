// memory.c - see memory.h; and the bodies of objects (pool.h), which are
// counted.

#include "core/memory.h"

#include "core/heap.h"
#include "rc/pool.h"

#include <stdlib.h>

void *memory_none(size_t bytes)
{
    rc_error_set(RC_ERROR_MEMORY, "out of memory (%zu bytes)", bytes);
    return NULL;
}

void *memory_new(size_t bytes)
{
    void *p = AUDIT_FAILS() ? NULL : malloc(bytes ? bytes : 1);

    return p ? p : memory_none(bytes);
}

void *memory_new_zeroed(size_t bytes)
{
    void *p = AUDIT_FAILS() ? NULL : calloc(1, bytes ? bytes : 1);

    return p ? p : memory_none(bytes);
}

void *memory_resize(void *p, size_t bytes)
{
    void *q = AUDIT_FAILS() ? NULL : realloc(p, bytes ? bytes : 1);

    return q ? q : memory_none(bytes);
}

void memory_free(void *p)
{
    free(p);
}

void *rc_body_new(size_t bytes)
{
    void *p = memory_new(bytes);

    if (p)
        heap_bytes_changed(&heap.body_bytes, 0, bytes);
    return p;
}

void *rc_body_resize(void *body, size_t old_bytes, size_t new_bytes)
{
    void *p = memory_resize(body, new_bytes);

    if (p)
        heap_bytes_changed(&heap.body_bytes, old_bytes, new_bytes);
    return p;
}

void rc_body_free(void *body, size_t bytes)
{
    if (body)
        heap_bytes_changed(&heap.body_bytes, bytes, 0);
    memory_free(body);
}
