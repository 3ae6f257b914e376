// objects.h - what the objects of the runtime share: their layouts and helpers.
//
// The layouts of dict and set are in table.h, those of functions, classes,
// modules, frames and weak references in the files that make them.

#ifndef RC_OBJECTS_OBJECTS_H
#define RC_OBJECTS_OBJECTS_H

#include "rc/code.h"
#include "rc/container.h"
#include "rc/value.h"

#include <string.h>

// The head of a static object that is never counted nor destroyed.
#define IMMORTAL_HEAD(its_type) {.refs = RC_IMMORTAL | 1, .type = (its_type)}

// ---- layouts (struct rc_int is in rc/value.h) ----

struct rc_float {
    rc_object head;
    double value;
};

// head.extra: STR_*. Interned ones have FLAG_INTERNED (core/heap.h).
struct rc_str {
    rc_object head;
    uint32_t hash;   // 0: not known yet; see str_hash()
    uint32_t length; // bytes, without the NUL behind them
    char bytes[];
};
enum { STR_ASCII = 1 }; // one byte a character

struct rc_tuple {
    rc_object head;
    size_t length;
    rc_object *items[];
};

struct rc_list {
    rc_object head;
    rc_object **items; // NULL as long as room is 0
    size_t length;
    size_t room;
};

struct rc_cell {
    rc_object head;
    rc_object *value; // NULL: empty
};

struct rc_instance {
    rc_object head;
    rc_object *cls;
    rc_object *attrs; // a dict; NULL as long as nobody needed it
};

// ---- what is it ----

static inline bool is_exact_int(const rc_object *o)
{
    return o->type == &rc_int_type;
}

static inline bool is_exact_str(const rc_object *o)
{
    return o->type == &rc_str_type;
}

static inline int64_t int_value(const rc_object *o)
{
    return ((const struct rc_int *)o)->value;
}

static inline struct rc_str *str_of(rc_object *o)
{
    return (struct rc_str *)o;
}

void object_set_wrong_type(rc_object *o, const char *wanted);

// RC_ERROR_TYPE: "expected list, not dict" (wanted is "list"). Returns -1.
static inline int object_wrong_type(rc_object *o, const char *wanted)
{
    object_set_wrong_type(o, wanted);
    return -1;
}

// The position that i means among length items: from the end when negative.
// -1 with RC_ERROR_INDEX when there is none.
int64_t object_index(int64_t i, size_t length);

// ---- hashes ----

// The hash of an int, which the floats and bools that equal it share. Tables
// must mix it.
static inline uint64_t int_hash(int64_t value)
{
    return (uint64_t)value;
}

uint32_t str_hash_bytes(const char *bytes, size_t n); // never 0

static inline uint64_t str_hash(rc_object *o)
{
    struct rc_str *s = str_of(o);

    if (!s->hash)
        s->hash = str_hash_bytes(s->bytes, s->length);
    return s->hash;
}

static inline bool str_same(const rc_object *a, const rc_object *b)
{
    const struct rc_str *s = (const struct rc_str *)a;
    const struct rc_str *t = (const struct rc_str *)b;

    return s->length == t->length
           && (s->hash == t->hash || !s->hash || !t->hash)
           && memcmp(s->bytes, t->bytes, s->length) == 0;
}

// Each bit of the result depends on each bit of h.
static inline uint64_t hash_scramble(uint64_t h)
{
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    h ^= h >> 32;
    h *= UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 32;
}

// The hash of a sequence so far, and then that of its next item.
static inline uint64_t object_hash_mix(uint64_t so_far, uint64_t next)
{
    return hash_scramble(so_far * UINT64_C(0x9e3779b97f4a7c15) + next);
}

// The hash slot of what can change: RC_ERROR_TYPE.
int object_unhashable(rc_object *self, uint64_t *ret_hash);

// As items of containers are compared: also a NaN is itself. Returns 1, 0 or
// -1.
RC_TEST RC_RUNS_CODE static inline int object_same_item(rc_object *a,
                                                        rc_object *b)
{
    return a == b ? 1 : rc_equal(a, b);
}

// rc_equal(), rc_hash() and rc_repr() count the depth of containers themselves,
// and rc_repr() writes [...] for one that it is inside of: the slots of a type
// call them for the items and need no guard of their own. `equal` is only
// called with two objects of one type, or with a set and a frozenset.

// ---- str ----

// The str of n bytes that are known to be UTF-8. NULL without memory.
RC_NEW rc_object *str_from_valid(const char *bytes, size_t n, bool is_ascii);

// The shared str of n bytes that are empty or one ASCII character, else NULL.
struct rc_str *str_shared(const char *bytes, size_t n);

// Is part, which must be a str (RC_ERROR_TYPE), somewhere in str o?
RC_TEST int str_contains(rc_object *o, rc_object *part);

// The decimal digits of value, no NUL behind them; returns how many bytes.
enum { INT_TEXT_BYTES = 20 };
size_t int_text(int64_t value, char text[INT_TEXT_BYTES]);

void number_init(void); // the small ints
void str_init(void);    // the shared one-character strs

// ---- intern.c ----

// s dies: the table forgets it.
void intern_forget(struct rc_str *s);
// Give the table's memory back, if nothing is in it.
void intern_release(void);

#endif
