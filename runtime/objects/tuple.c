// tuple.c - tuples: items behind the header, fixed once they are filled in.

#include "core/heap.h"
#include "objects/objects.h"
#include "objects/sequence.h"
#include "objects/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>

// The one tuple of no items.
static struct rc_tuple empty = {.head = IMMORTAL_HEAD(&rc_tuple_type)};

static inline struct rc_tuple *tuple_of(rc_object *o)
{
    return (struct rc_tuple *)o;
}

bool rc_is_tuple(const rc_object *o)
{
    return o->type == &rc_tuple_type;
}

static int not_a_tuple(rc_object *o)
{
    return object_wrong_type(o, "tuple");
}

rc_object *rc_tuple_new(int64_t n)
{
    struct rc_tuple *t;

    if (n < 0) {
        rc_error_set(RC_ERROR_VALUE, "a tuple of %" PRId64 " items", n);
        return NULL;
    }
    if (n == 0)
        return rc_newref(RC_OBJECT(&empty));
    t = tuple_of(rc_new_sized(&rc_tuple_type, (size_t)n));
    if (!t)
        return NULL;
    t->length = (size_t)n;
    for (size_t i = 0; i < t->length; i++)
        t->items[i] = rc_newref(rc_none);
    return RC_OBJECT(t);
}

rc_object *rc_tuple_pack(int64_t n, ...)
{
    rc_object *tuple = rc_tuple_new(n);
    va_list items;

    if (!tuple)
        return NULL;
    va_start(items, n);
    for (int64_t i = 0; i < n; i++)
        tuple_of(tuple)->items[i] = rc_newref(va_arg(items, rc_object *));
    va_end(items);
    return tuple;
}

// Making a tuple may run code that changes the sequence: then it is made again.
rc_object *rc_tuple_from(rc_object *sequence)
{
    int64_t n = sequence_length(sequence);
    rc_object *tuple = NULL, *item;
    size_t position = 0;

    while (n >= 0) {
        int64_t before = n;

        rc_xdecref(tuple);
        tuple = rc_tuple_new(n);
        n = sequence_length(sequence);
        if (!tuple || n == before)
            break;
    }
    if (!tuple)
        return NULL;
    for (size_t i = 0; (item = sequence_next(sequence, &position)); i++)
        tuple_of(tuple)->items[i] = rc_newref(item);
    return tuple;
}

int rc_tuple_set(rc_object *tuple, int64_t i, rc_object *item)
{
    int64_t at;

    if (!rc_is_tuple(tuple)) {
        not_a_tuple(tuple);
        goto fail;
    }
    at = object_index(i, tuple_of(tuple)->length);
    if (at < 0)
        goto fail;
    if (count_of(tuple) != 1 || is_immortal(tuple)) {
        rc_error_set(RC_ERROR_STATE, "a tuple that others hold cannot change");
        goto fail;
    }
    rc_setref(&tuple_of(tuple)->items[at], item);
    object_touch(tuple);
    return 0;
fail:
    rc_decref(item);
    return -1;
}

rc_object *rc_tuple_at(rc_object *tuple, int64_t i)
{
    int64_t at;

    if (!rc_is_tuple(tuple)) {
        not_a_tuple(tuple);
        return NULL;
    }
    at = object_index(i, tuple_of(tuple)->length);
    return at < 0 ? NULL : tuple_of(tuple)->items[at];
}

int64_t rc_tuple_length(rc_object *tuple)
{
    return rc_is_tuple(tuple) ? (int64_t)tuple_of(tuple)->length
                              : not_a_tuple(tuple);
}

// ---- the type ----

static int tuple_hash(rc_object *self, uint64_t *ret_hash)
{
    const struct rc_tuple *t = tuple_of(self);
    uint64_t hash = t->length, next;

    for (size_t i = 0; i < t->length; i++) {
        if (rc_hash(t->items[i], &next) < 0)
            return -1;
        hash = object_hash_mix(hash, next);
    }
    *ret_hash = hash;
    return 0;
}

static int tuple_equal(rc_object *a, rc_object *b)
{
    const struct rc_tuple *t = tuple_of(a), *u = tuple_of(b);

    if (t->length != u->length)
        return 0;
    for (size_t i = 0; i < t->length; i++) {
        int r = object_same_item(t->items[i], u->items[i]);

        if (r <= 0)
            return r;
    }
    return 1;
}

// (), (1,), (1, 2)
static rc_object *tuple_repr(rc_object *self)
{
    const struct rc_tuple *t = tuple_of(self);
    struct text text = {0};

    if (text_add(&text, "(") < 0)
        goto fail;
    for (size_t i = 0; i < t->length; i++) {
        if ((i > 0 && text_add(&text, ", ") < 0)
            || text_add_repr(&text, t->items[i]) < 0)
            goto fail;
    }
    if (text_add(&text, t->length == 1 ? ",)" : ")") < 0)
        goto fail;
    return text_to_str(&text);
fail:
    text_release(&text);
    return NULL;
}

rc_type rc_tuple_type = {
    .name = "tuple",
    .size = sizeof(struct rc_tuple),
    .item_size = sizeof(rc_object *),
    .hash = tuple_hash,
    .equal = tuple_equal,
    .repr = tuple_repr,
    .is_immutable = true,
    .kind_ = KIND_INLINE,
    .items_at_ = offsetof(struct rc_tuple, items),
    .length_at_ = offsetof(struct rc_tuple, length),
};
