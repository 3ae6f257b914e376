// dict.c - dicts: what a table (table.h) is to a program.

#include "core/visit.h"
#include "objects/table.h"
#include "objects/text.h"

#include <inttypes.h>

static inline struct table *table_of(rc_object *o)
{
    return &((struct rc_dict *)o)->table;
}

bool rc_is_dict(const rc_object *o)
{
    return o->type == &rc_dict_type;
}

static int not_a_dict(rc_object *o)
{
    return object_wrong_type(o, "dict");
}

static int no_key(rc_object *key)
{
    if (is_exact_str(key))
        rc_error_set(RC_ERROR_KEY, "no key '%s'", str_of(key)->bytes);
    else if (is_exact_int(key))
        rc_error_set(RC_ERROR_KEY, "no key %" PRId64, int_value(key));
    else
        rc_error_set(RC_ERROR_KEY, "no such key, a %s", rc_type_name(key));
    return -1;
}

rc_object *rc_dict_new(void)
{
    return rc_new(&rc_dict_type);
}

int64_t rc_dict_length(rc_object *dict)
{
    return rc_is_dict(dict) ? (int64_t)table_of(dict)->live : not_a_dict(dict);
}

// ---- lookup ----

// The value of key, or NULL; *ret_result is 0 when there is none.
static rc_object *find(rc_object *dict, rc_object *key, int *ret_result)
{
    struct entry *e;
    uint64_t hash;

    if (!rc_is_dict(dict))
        *ret_result = not_a_dict(dict);
    else
        *ret_result = table_look(table_of(dict), key, &hash, &e);
    return *ret_result > 0 ? e->value : NULL;
}

NEVER_INLINE rc_object *find_slowly(rc_object *dict, rc_object *key)
{
    int r;

    return find(dict, key, &r);
}

NEVER_INLINE rc_object *get_slowly(rc_object *dict, rc_object *key)
{
    int r;
    rc_object *value = find(dict, key, &r);

    if (r == 0)
        no_key(key);
    return value;
}

// What a lookup nearly always comes to.
ALWAYS_INLINE struct entry *peek(rc_object *dict, rc_object *key)
{
    return rc_is_dict(dict) ? table_peek(table_of(dict), key) : NULL;
}

rc_object *rc_dict_find(rc_object *dict, rc_object *key)
{
    const struct entry *e = peek(dict, key);

    return e ? e->value : find_slowly(dict, key);
}

rc_object *rc_dict_get(rc_object *dict, rc_object *key)
{
    const struct entry *e = peek(dict, key);

    return e ? e->value : get_slowly(dict, key);
}

int rc_dict_contains(rc_object *dict, rc_object *key)
{
    int r = 1;

    if (!peek(dict, key))
        find(dict, key, &r);
    return r;
}

// ---- change ----

// The key of an entry that was there stays.
static void replace_value(struct entry *e, rc_object *value)
{
    rc_object *old = e->value;

    rc_incref(value);
    e->value = value;
    rc_decref(old);
}

int rc_dict_set(rc_object *dict, rc_object *key, rc_object *value)
{
    struct entry *e;
    uint64_t hash;
    int r;

    if (!rc_is_dict(dict))
        return not_a_dict(dict);
    r = table_look(table_of(dict), key, &hash, &e);
    if (r == 0)
        return table_add(table_of(dict), key, hash, value);
    if (r < 0)
        return -1;
    replace_value(e, value);
    return 0;
}

rc_object *rc_dict_pop(rc_object *dict, rc_object *key)
{
    rc_object *old_key, *value;
    struct entry *e;
    uint64_t hash;
    int r;

    if (!rc_is_dict(dict)) {
        not_a_dict(dict);
        return NULL;
    }
    r = table_look(table_of(dict), key, &hash, &e);
    if (r == 0)
        no_key(key);
    if (r <= 0)
        return NULL;
    table_take(table_of(dict), e, &old_key, &value);
    rc_decref(old_key);
    return value;
}

int rc_dict_delete(rc_object *dict, rc_object *key)
{
    rc_object *value = rc_dict_pop(dict, key);

    if (!value)
        return -1;
    rc_decref(value);
    return 0;
}

int rc_dict_clear(rc_object *dict)
{
    if (!rc_is_dict(dict))
        return not_a_dict(dict);
    table_clear(table_of(dict));
    return 0;
}

// ---- text for keys ----

// 1 and the entry, 0 or -1. No str is made where all keys are strs, or none is.
static int look_text(struct table *t, const char *text,
                     struct entry **ret_entry)
{
    size_t n = strlen(text);
    rc_object *key;
    uint64_t hash;
    int r;

    if (t->kinds == KEYS_STR) {
        *ret_entry = table_find_text(t, text, n, str_hash_bytes(text, n));
        return *ret_entry != NULL;
    }
    if (!(t->kinds & (KEYS_STR | KEYS_OTHER)))
        return 0;
    key = rc_str_new_n(text, n);
    if (!key)
        return -1;
    r = table_look(t, key, &hash, ret_entry);
    rc_decref(key);
    return r;
}

static int no_text(const char *text)
{
    rc_error_set(RC_ERROR_KEY, "no key '%s'", text);
    return -1;
}

int rc_dict_set_text(rc_object *dict, const char *key, rc_object *value)
{
    rc_object *name;
    int r;

    if (!rc_is_dict(dict))
        return not_a_dict(dict);
    name = rc_str_intern(key);
    if (!name)
        return -1;
    r = rc_dict_set(dict, name, value);
    rc_decref(name);
    return r;
}

rc_object *rc_dict_get_text(rc_object *dict, const char *key)
{
    struct entry *e;
    int r;

    if (!rc_is_dict(dict)) {
        not_a_dict(dict);
        return NULL;
    }
    r = look_text(table_of(dict), key, &e);
    if (r == 0)
        no_text(key);
    return r > 0 ? e->value : NULL;
}

int rc_dict_delete_text(rc_object *dict, const char *key)
{
    rc_object *old_key, *old_value;
    struct entry *e;
    int r;

    if (!rc_is_dict(dict))
        return not_a_dict(dict);
    r = look_text(table_of(dict), key, &e);
    if (r == 0)
        return no_text(key);
    if (r < 0)
        return -1;
    table_take(table_of(dict), e, &old_key, &old_value);
    rc_decref(old_key);
    rc_decref(old_value);
    return 0;
}

// ---- all entries ----

bool rc_dict_next(rc_object *dict, size_t *position, rc_object **ret_key,
                  rc_object **ret_value)
{
    const struct entry *e =
        rc_is_dict(dict) ? table_next(table_of(dict), position) : NULL;

    if (!e)
        return false;
    if (ret_key)
        *ret_key = e->key;
    if (ret_value)
        *ret_value = e->value;
    return true;
}

// Only making the list may run code of the program.
static rc_object *list_of(rc_object *dict, bool wants_keys)
{
    rc_object *list;
    const struct entry *e;
    size_t position = 0;

    if (!rc_is_dict(dict)) {
        not_a_dict(dict);
        return NULL;
    }
    list = rc_list_new();
    if (!list)
        return NULL;
    if (rc_list_reserve(list, table_of(dict)->live) < 0)
        goto fail;
    while ((e = table_next(table_of(dict), &position))) {
        if (rc_list_append(list, wants_keys ? e->key : e->value) < 0)
            goto fail;
    }
    return list;
fail:
    rc_decref(list);
    return NULL;
}

rc_object *rc_dict_keys(rc_object *dict)
{
    return list_of(dict, true);
}

rc_object *rc_dict_values(rc_object *dict)
{
    return list_of(dict, false);
}

// ---- the type ----

// Does b have this key, and the same value? What is compared is held: code of
// the program may change both dicts.
static int has_same(rc_object *b, const struct entry *in_a)
{
    uint64_t hash = in_a->hash;
    rc_object *key = rc_newref(in_a->key);
    rc_object *value = rc_newref(in_a->value);
    struct entry *e;
    int r = table_find(table_of(b), key, hash, &e);

    if (r > 0) {
        rc_object *other = rc_newref(e->value);

        r = object_same_item(value, other);
        rc_decref(other);
    }
    rc_decref(key);
    rc_decref(value);
    return r;
}

static int dict_equal(rc_object *a, rc_object *b)
{
    const struct entry *e;
    size_t position = 0;

    if (table_of(a)->live != table_of(b)->live)
        return 0;
    while ((e = table_next(table_of(a), &position))) {
        int r = has_same(b, e);

        if (r <= 0)
            return r;
    }
    return 1;
}

static int add_entry(struct text *t, const struct entry *e)
{
    rc_object *key = rc_newref(e->key);
    rc_object *value = rc_newref(e->value);
    int r = 0;

    if (text_add_repr(t, key) < 0 || text_add(t, ": ") < 0
        || text_add_repr(t, value) < 0)
        r = -1;
    rc_decref(key);
    rc_decref(value);
    return r;
}

static rc_object *dict_repr(rc_object *self)
{
    struct text t = {0};
    const struct entry *e;
    size_t position = 0;

    if (text_add(&t, "{") < 0)
        goto fail;
    while ((e = table_next(table_of(self), &position))) {
        if ((t.length > 1 && text_add(&t, ", ") < 0) || add_entry(&t, e) < 0)
            goto fail;
    }
    if (text_add(&t, "}") < 0)
        goto fail;
    return text_to_str(&t);
fail:
    text_release(&t);
    return NULL;
}

static rc_object *dict_copy(rc_object *self)
{
    rc_object *copy = rc_dict_new();

    if (copy && table_copy(table_of(copy), table_of(self)) < 0)
        rc_clear(&copy);
    return copy;
}

static int dict_traverse(rc_object *self, rc_visit visit, void *arg)
{
    return table_visit(table_of(self), visit, arg);
}

static void dict_release_items(rc_object *self)
{
    table_clear(table_of(self));
}

static void dict_dealloc(rc_object *self)
{
    table_free_body(table_of(self));
}

rc_type rc_dict_type = {
    .name = "dict",
    .size = sizeof(struct rc_dict),
    .traverse = dict_traverse,
    .clear = dict_release_items,
    .dealloc = dict_dealloc,
    .hash = object_unhashable,
    .equal = dict_equal,
    .repr = dict_repr,
    .copy = dict_copy,
};
