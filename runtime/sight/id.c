// id.c - numbers that name objects: is there one, and how often is it held?
//
// An id is an address, but nothing here follows it before the tables of the
// heap have said that an object is there. Objects that are no part of the heap
// (the small ints, none, true, false) are known by where they are.

#include "core/heap.h"
#include "rc/sight.h"
#include "rc/value.h"

#include <inttypes.h>
#include <stdio.h>

uintptr_t rc_id(const rc_object *o)
{
    return (uintptr_t)o;
}

const char *rc_id_text(uintptr_t id, char buffer[RC_ID_TEXT_BYTES])
{
    snprintf(buffer, RC_ID_TEXT_BYTES, "0x%" PRIxPTR, id);
    return buffer;
}

static rc_object *small_int_at(uintptr_t id)
{
    rc_object *least = rc_int_new(RC_SMALL_MIN); // shared: nothing is made
    uintptr_t offset = id - (uintptr_t)least;
    size_t size = sizeof(struct rc_int);

    rc_xdecref(least);
    if (offset % size || offset / size > RC_SMALL_MAX - RC_SMALL_MIN)
        return NULL;
    return (rc_object *)id; // NOLINT
}

static rc_object *static_at(uintptr_t id)
{
    rc_object *const known[] = {rc_none, rc_true, rc_false};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if ((uintptr_t)known[i] == id)
            return known[i];
    }
    return small_int_at(id);
}

rc_object *rc_object_at(uintptr_t id)
{
    rc_object *o = object_at(id);

    return o ? o : static_at(id);
}

bool rc_exists(uintptr_t id)
{
    return rc_object_at(id) != NULL;
}

static int64_t count(const rc_object *o)
{
    return is_immortal(o) ? RC_COUNT_IMMORTAL : (int64_t)count_of(o);
}

int64_t rc_count_at(uintptr_t id)
{
    const rc_object *o = rc_object_at(id);

    return o ? count(o) : -1;
}

int64_t rc_refcount(rc_object *o)
{
    return is_immortal(o) ? RC_COUNT_IMMORTAL : count(o) + 1;
}
