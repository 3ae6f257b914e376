// set.c - sets and frozensets: tables (table.h) without values.

#include "objects/sequence.h"
#include "objects/table.h"
#include "objects/text.h"

static inline struct table *table_of(rc_object *o)
{
    return &((struct rc_set *)o)->table;
}

bool rc_is_set(const rc_object *o)
{
    return o->type == &rc_set_type || o->type == &rc_frozenset_type;
}

static bool can_change(const rc_object *o)
{
    return o->type == &rc_set_type;
}

static int not_a_set(rc_object *o)
{
    return object_wrong_type(o, "set");
}

rc_object *rc_set_new(void)
{
    return rc_new(&rc_set_type);
}

int64_t rc_set_length(rc_object *set)
{
    return rc_is_set(set) ? (int64_t)table_of(set)->live : not_a_set(set);
}

// ---- members ----

int rc_set_contains(rc_object *set, rc_object *item)
{
    struct entry *e;
    uint64_t hash;

    if (!rc_is_set(set))
        return not_a_set(set);
    if (table_peek(table_of(set), item))
        return 1;
    return table_look(table_of(set), item, &hash, &e);
}

// 1: it was not there.
static int add(rc_object *set, rc_object *item)
{
    struct entry *e;
    uint64_t hash;
    int r = table_look(table_of(set), item, &hash, &e);

    if (r != 0)
        return r < 0 ? -1 : 0;
    return table_add(table_of(set), item, hash, NULL) < 0 ? -1 : 1;
}

int rc_set_add(rc_object *set, rc_object *item)
{
    return can_change(set) ? add(set, item) : not_a_set(set);
}

int rc_set_discard(rc_object *set, rc_object *item)
{
    rc_object *old, *none;
    struct entry *e;
    uint64_t hash;
    int r;

    if (!can_change(set))
        return not_a_set(set);
    r = table_look(table_of(set), item, &hash, &e);
    if (r <= 0)
        return r;
    table_take(table_of(set), e, &old, &none);
    rc_decref(old);
    return 1;
}

int rc_set_clear(rc_object *set)
{
    if (!can_change(set))
        return not_a_set(set);
    table_clear(table_of(set));
    return 0;
}

bool rc_set_next(rc_object *set, size_t *position, rc_object **ret_item)
{
    const struct entry *e =
        rc_is_set(set) ? table_next(table_of(set), position) : NULL;

    if (!e)
        return false;
    *ret_item = e->key;
    return true;
}

// ---- making them ----

// Hashing and comparing an item may run code, which may change the sequence.
static int add_all(rc_object *set, rc_object *sequence)
{
    rc_object *item;
    size_t position = 0;

    while ((item = sequence_next(sequence, &position))) {
        int r;

        rc_incref(item);
        r = add(set, item);
        rc_decref(item);
        if (r < 0)
            return -1;
    }
    return 0;
}

static rc_object *make(rc_type *type, rc_object *sequence)
{
    rc_object *set;
    int r;

    if (sequence_length(sequence) < 0)
        return NULL;
    set = rc_new(type);
    if (!set)
        return NULL;
    if (rc_is_set(sequence))
        r = table_copy(table_of(set), table_of(sequence));
    else
        r = add_all(set, sequence);
    if (r < 0)
        rc_clear(&set);
    return set;
}

rc_object *rc_set_from(rc_object *sequence)
{
    return make(&rc_set_type, sequence);
}

rc_object *rc_frozenset_from(rc_object *sequence)
{
    return make(&rc_frozenset_type, sequence);
}

// ---- the types ----

// In no order, as equal sets may have different ones.
static int frozenset_hash(rc_object *self, uint64_t *ret_hash)
{
    const struct entry *e;
    size_t position = 0;
    uint64_t sum = 0;

    while ((e = table_next(table_of(self), &position)))
        sum += hash_scramble(e->hash + 1);
    *ret_hash = object_hash_mix(sum, table_of(self)->live);
    return 0;
}

// What is looked for is held: comparing may run code that changes both sets.
static int set_equal(rc_object *a, rc_object *b)
{
    const struct entry *e;
    size_t position = 0;

    if (table_of(a)->live != table_of(b)->live)
        return 0;
    while ((e = table_next(table_of(a), &position))) {
        rc_object *item = rc_newref(e->key);
        struct entry *other;
        int r = table_find(table_of(b), item, e->hash, &other);

        rc_decref(item);
        if (r <= 0)
            return r;
    }
    return 1;
}

static int add_items(struct text *t, rc_object *self)
{
    const struct entry *e;
    size_t position = 0;
    const char *before = "{";

    while ((e = table_next(table_of(self), &position))) {
        rc_object *item = rc_newref(e->key);
        int r = -1;

        if (text_add(t, before) == 0)
            r = text_add_repr(t, item);
        rc_decref(item);
        if (r < 0)
            return -1;
        before = ", ";
    }
    return text_add(t, "}");
}

// set(), {1, 2}, frozenset(), frozenset({1, 2})
static rc_object *set_repr(rc_object *self)
{
    struct text t = {0};
    bool is_bare = can_change(self) && table_of(self)->live > 0;

    if (!is_bare
        && (text_add(&t, self->type->name) < 0 || text_add(&t, "(") < 0))
        goto fail;
    if (table_of(self)->live > 0 && add_items(&t, self) < 0)
        goto fail;
    if (!is_bare && text_add(&t, ")") < 0)
        goto fail;
    return text_to_str(&t);
fail:
    text_release(&t);
    return NULL;
}

static int set_traverse(rc_object *self, rc_visit visit, void *arg)
{
    return table_visit(table_of(self), visit, arg);
}

static void set_release_items(rc_object *self)
{
    table_clear(table_of(self));
}

static void set_dealloc(rc_object *self)
{
    table_free_body(table_of(self));
}

rc_type rc_set_type = {
    .name = "set",
    .size = sizeof(struct rc_set),
    .traverse = set_traverse,
    .clear = set_release_items,
    .dealloc = set_dealloc,
    .hash = object_unhashable,
    .equal = set_equal,
    .repr = set_repr,
    .copy = rc_set_from,
};

rc_type rc_frozenset_type = {
    .name = "frozenset",
    .size = sizeof(struct rc_set),
    .traverse = set_traverse,
    .clear = set_release_items,
    .dealloc = set_dealloc,
    .hash = frozenset_hash,
    .equal = set_equal,
    .repr = set_repr,
    .is_immutable = true,
};
