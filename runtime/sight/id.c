// id.c - numbers that name objects: is there one, and how often is it held?
//
// An id is an address, but nothing here follows it before the tables of the
// heap have said that an object is there. Objects that are no part of the heap
// (the small ints, none, true, false, the empty tuple, strs of one character)
// are known by where they are.

#include "core/heap.h"
#include "objects/objects.h"
#include "rc/container.h"
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

// One of n objects that lie together?
static rc_object *one_of(uintptr_t id, const void *first, size_t size, size_t n)
{
    uintptr_t offset = id - (uintptr_t)first;

    if (offset % size || offset / size >= n)
        return NULL;
    return (rc_object *)id; // NOLINT
}

static rc_object *small_int_at(uintptr_t id)
{
    rc_object *least = rc_int_new(RC_SMALL_MIN); // shared: nothing is made

    rc_xdecref(least);
    return one_of(id, least, sizeof(struct rc_int),
                  RC_SMALL_MAX - RC_SMALL_MIN + 1);
}

// That of each ASCII character, and then the empty one.
static rc_object *shared_str_at(uintptr_t id)
{
    enum { CHARACTERS = 128 };
    const char *first = (const char *)str_shared("", 1);
    const char *empty = (const char *)str_shared("", 0);

    return one_of(id, first, (size_t)(empty - first) / CHARACTERS,
                  CHARACTERS + 1);
}

static rc_object *static_at(uintptr_t id)
{
    rc_object *empty = rc_tuple_new(0); // shared as well
    rc_object *const known[] = {rc_none, rc_true, rc_false, empty};
    rc_object *o;

    rc_xdecref(empty);
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if ((uintptr_t)known[i] == id)
            return known[i];
    }
    o = small_int_at(id);
    return o ? o : shared_str_at(id);
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
