// table.c - what is known of each object, by address: open addressing, at most
// half full. It uses the C library's memory, never the interpreter's.

#include "trace/companion.h"

#include <stdint.h>
#include <stdlib.h>

static struct {
    struct record *slots;
    size_t mask, count;
} table;

static size_t home(const void *object)
{
    return (size_t)(((uintptr_t)object * UINT64_C(0x9e3779b97f4a7c15)) >> 20)
           & table.mask;
}

static struct record *slot(const void *object)
{
    size_t i = home(object);

    while (table.slots[i].object && table.slots[i].object != object)
        i = (i + 1) & table.mask;
    return &table.slots[i];
}

struct record *record_find(const void *object)
{
    struct record *r;

    if (!table.slots)
        return NULL;
    r = slot(object);
    return r->object ? r : NULL;
}

static bool grow(void)
{
    struct record *old = table.slots;
    size_t room = old ? table.mask + 1 : 0;
    size_t more = room ? 2 * room : 4096;
    struct record *slots = calloc(more, sizeof(*slots));

    if (!slots)
        return false;
    table.slots = slots;
    table.mask = more - 1;
    for (size_t i = 0; i < room; i++)
        if (old[i].object)
            *slot(old[i].object) = old[i];
    free(old);
    return true;
}

struct record *record_add(void *object)
{
    struct record *r;

    if ((!table.slots || 2 * table.count > table.mask) && !grow())
        return NULL;
    r = slot(object);
    table.count += !r->object;
    *r = (struct record){.object = object,
                         .serial = ++trace.serials,
                         .repetition = trace.repetition};
    return r;
}

// Those behind it move up, so that none is cut off from its home.
void record_drop(struct record *r)
{
    size_t hole = (size_t)(r - table.slots);

    table.count--;
    for (size_t i = (hole + 1) & table.mask; table.slots[i].object;
         i = (i + 1) & table.mask) {
        size_t from_home = (i - home(table.slots[i].object)) & table.mask;

        if (from_home < ((i - hole) & table.mask))
            continue;
        table.slots[hole] = table.slots[i];
        hole = i;
    }
    table.slots[hole] = (struct record){.object = NULL};
}

struct record *record_next(size_t *at)
{
    while (table.slots && *at <= table.mask) {
        struct record *r = &table.slots[(*at)++];

        if (r->object)
            return r;
    }
    return NULL;
}
