// memory.h - the system's heap, for tables of the runtime and bodies of
// objects. The only place that calls malloc; the audit variant makes chosen
// calls fail here.

#ifndef RC_CORE_MEMORY_H
#define RC_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

// NULL with RC_ERROR_MEMORY set. What memory_resize() was given then stays.
void *memory_new(size_t bytes);
void *memory_new_zeroed(size_t bytes);
void *memory_resize(void *p, size_t bytes);
void memory_free(void *p);

// Say that there is none left. Always returns NULL.
void *memory_none(size_t bytes);

#endif
