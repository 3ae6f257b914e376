// list.c - lists: an array of items with room behind them.
//
// Growing by an eighth keeps appending O(1); popping gives memory back when
// less than half of it is used. An item that leaves is first taken out of the
// array and then given back, as that may run code that uses the list.

#include "core/error.h"
#include "core/memory.h"
#include "core/visit.h"
#include "objects/objects.h"
#include "objects/sequence.h"
#include "objects/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>

enum { LEAST_ROOM = 16 }; // what is no larger does not shrink

#define MOST_ITEMS (SIZE_MAX / 4 / sizeof(rc_object *))

static inline struct rc_list *list_of(rc_object *o)
{
    return (struct rc_list *)o;
}

bool rc_is_list(const rc_object *o)
{
    return o->type == &rc_list_type;
}

static int not_a_list(rc_object *o)
{
    return object_wrong_type(o, "list");
}

// ---- room ----

static int set_room(struct rc_list *l, size_t room)
{
    rc_object **items = rc_body_resize(l->items, l->room * sizeof(*items),
                                       room * sizeof(*items));

    if (!items)
        return -1;
    l->items = items;
    l->room = room;
    return 0;
}

static size_t room_for(size_t n)
{
    return n + (n >> 3) + (n > 1 ? 6 : 3);
}

// Room for n items, and then some.
static int grow(struct rc_list *l, size_t n)
{
    if (n > MOST_ITEMS) {
        memory_none(n);
        return -1;
    }
    return set_room(l, room_for(n));
}

// Without memory for less memory it stays as it is.
static void shrink(struct rc_list *l)
{
    struct error_state error;

    if (l->room <= LEAST_ROOM || l->length >= l->room / 2)
        return;
    error_save(&error);
    (void)set_room(l, room_for(l->length));
    error_restore(&error);
}

int rc_list_reserve(rc_object *list, int64_t n)
{
    if (!rc_is_list(list))
        return not_a_list(list);
    if (n < 0) {
        rc_error_set(RC_ERROR_VALUE, "a list of %" PRId64 " items", n);
        return -1;
    }
    if ((size_t)n <= list_of(list)->room)
        return 0;
    if ((size_t)n > MOST_ITEMS) {
        memory_none((size_t)n);
        return -1;
    }
    return set_room(list_of(list), (size_t)n);
}

// ---- making lists ----

rc_object *rc_list_new(void)
{
    return rc_new(&rc_list_type);
}

rc_object *rc_list_pack(int64_t n, ...)
{
    rc_object *list = rc_list_new();
    va_list items;

    if (list && rc_list_reserve(list, n) < 0)
        rc_clear(&list);
    if (!list)
        return NULL;
    va_start(items, n);
    for (int64_t i = 0; i < n; i++)
        list_of(list)->items[i] = rc_newref(va_arg(items, rc_object *));
    va_end(items);
    list_of(list)->length = (size_t)n;
    return list;
}

rc_object *rc_list_from(rc_object *sequence)
{
    rc_object *list = rc_list_new();

    if (list && rc_list_extend(list, sequence) < 0)
        rc_clear(&list);
    return list;
}

// ---- adding ----

NEVER_INLINE int append_slowly(rc_object *list, rc_object *item)
{
    struct rc_list *l = list_of(list);

    if (!rc_is_list(list))
        return not_a_list(list);
    if (grow(l, l->length + 1) < 0)
        return -1;
    l->items[l->length++] = rc_newref(item);
    return 0;
}

int rc_list_append(rc_object *list, rc_object *item)
{
    struct rc_list *l = list_of(list);

    if (!rc_is_list(list) || l->length == l->room)
        return append_slowly(list, item);
    l->items[l->length++] = rc_newref(item);
    return 0;
}

int rc_list_push(rc_object *list, rc_object *item)
{
    int r = rc_list_append(list, item);

    rc_decref(item);
    return r;
}

// Where to cut: as in Python, what is beyond an end means that end.
static size_t clamp(int64_t i, size_t length)
{
    if (i < 0)
        i += (int64_t)length;
    if (i < 0)
        return 0;
    return (size_t)i < length ? (size_t)i : length;
}

int rc_list_insert(rc_object *list, int64_t i, rc_object *item)
{
    struct rc_list *l = list_of(list);
    size_t at;

    if (!rc_is_list(list))
        return not_a_list(list);
    if (l->length == l->room && grow(l, l->length + 1) < 0)
        return -1;
    at = clamp(i, l->length);
    memmove(l->items + at + 1, l->items + at,
            (l->length - at) * sizeof(*l->items));
    l->items[at] = rc_newref(item);
    l->length++;
    return 0;
}

// The sequence may be the list itself.
int rc_list_extend(rc_object *list, rc_object *sequence)
{
    struct rc_list *l = list_of(list);
    int64_t more;
    rc_object *item;
    size_t position = 0;

    if (!rc_is_list(list))
        return not_a_list(list);
    more = sequence_length(sequence);
    if (more < 0)
        return -1;
    if (more > (int64_t)(l->room - l->length)
        && grow(l, l->length + (size_t)more) < 0)
        return -1;
    for (; more > 0 && (item = sequence_next(sequence, &position)); more--)
        l->items[l->length++] = rc_newref(item);
    return 0;
}

// ---- items ----

int64_t rc_list_length(rc_object *list)
{
    return rc_is_list(list) ? (int64_t)list_of(list)->length : not_a_list(list);
}

rc_object *rc_list_at(rc_object *list, int64_t i)
{
    int64_t at;

    if (!rc_is_list(list)) {
        not_a_list(list);
        return NULL;
    }
    at = object_index(i, list_of(list)->length);
    return at < 0 ? NULL : list_of(list)->items[at];
}

int rc_list_set(rc_object *list, int64_t i, rc_object *item)
{
    int64_t at;

    if (!rc_is_list(list)) {
        not_a_list(list);
        goto fail;
    }
    at = object_index(i, list_of(list)->length);
    if (at < 0)
        goto fail;
    object_touch(list);
    rc_setref(&list_of(list)->items[at], item);
    return 0;
fail:
    rc_decref(item);
    return -1;
}

int64_t rc_list_find(rc_object *list, rc_object *item)
{
    const struct rc_list *l = list_of(list);

    if (!rc_is_list(list)) {
        not_a_list(list);
        return -2;
    }
    for (size_t i = 0; i < l->length; i++) {
        rc_object *there = rc_newref(l->items[i]);
        int r = object_same_item(there, item);

        rc_decref(there);
        if (r != 0)
            return r > 0 ? (int64_t)i : -2;
    }
    return -1;
}

int rc_list_reverse(rc_object *list)
{
    struct rc_list *l = list_of(list);

    if (!rc_is_list(list))
        return not_a_list(list);
    for (size_t i = 0; i < l->length / 2; i++) {
        rc_object *item = l->items[i];

        l->items[i] = l->items[l->length - 1 - i];
        l->items[l->length - 1 - i] = item;
    }
    return 0;
}

// ---- removing ----

// The caller owns the item.
static rc_object *take_out(struct rc_list *l, size_t at)
{
    rc_object *item = l->items[at];

    l->length--;
    memmove(l->items + at, l->items + at + 1,
            (l->length - at) * sizeof(*l->items));
    shrink(l);
    return item;
}

rc_object *rc_list_pop_at(rc_object *list, int64_t i)
{
    int64_t at;

    if (!rc_is_list(list)) {
        not_a_list(list);
        return NULL;
    }
    at = object_index(i, list_of(list)->length);
    return at < 0 ? NULL : take_out(list_of(list), (size_t)at);
}

rc_object *rc_list_pop(rc_object *list)
{
    if (rc_is_list(list) && list_of(list)->length == 0) {
        rc_error_set(RC_ERROR_INDEX, "pop from an empty list");
        return NULL;
    }
    return rc_list_pop_at(list, -1);
}

int rc_list_clear(rc_object *list)
{
    struct rc_list *l = list_of(list);
    rc_object **items;
    size_t length, room;

    if (!rc_is_list(list))
        return not_a_list(list);
    items = l->items;
    length = l->length;
    room = l->room;
    l->items = NULL;
    l->length = 0;
    l->room = 0;
    while (length > 0)
        rc_decref(items[--length]);
    rc_body_free(items, room * sizeof(*items));
    return 0;
}

int rc_list_delete(rc_object *list, int64_t from, int64_t to)
{
    struct rc_list *l = list_of(list);
    rc_object **gone;
    size_t start, end, n;

    if (!rc_is_list(list))
        return not_a_list(list);
    start = clamp(from, l->length);
    end = clamp(to, l->length);
    if (end <= start)
        return 0;
    n = end - start;
    gone = memory_new(n * sizeof(*gone));
    if (!gone)
        return -1;
    memcpy(gone, l->items + start, n * sizeof(*gone));
    memmove(l->items + start, l->items + end,
            (l->length - end) * sizeof(*l->items));
    l->length -= n;
    shrink(l);
    for (size_t i = 0; i < n; i++)
        rc_decref(gone[i]);
    memory_free(gone);
    return 0;
}

// ---- the type ----

// Comparing may run code that changes the lists: what is compared is held, and
// the lengths are looked at again.
static int list_equal(rc_object *a, rc_object *b)
{
    const struct rc_list *l = list_of(a), *m = list_of(b);

    if (l->length != m->length)
        return 0;
    for (size_t i = 0; i < l->length && i < m->length; i++) {
        rc_object *one = rc_newref(l->items[i]);
        rc_object *other = rc_newref(m->items[i]);
        int r = object_same_item(one, other);

        rc_decref(one);
        rc_decref(other);
        if (r <= 0)
            return r;
    }
    return l->length == m->length;
}

static int add_item(struct text *t, const struct rc_list *l, size_t i)
{
    rc_object *item = rc_newref(l->items[i]);
    int r = 0;

    if ((i > 0 && text_add(t, ", ") < 0) || text_add_repr(t, item) < 0)
        r = -1;
    rc_decref(item);
    return r;
}

static rc_object *list_repr(rc_object *self)
{
    const struct rc_list *l = list_of(self);
    struct text t = {0};

    if (text_add(&t, "[") < 0)
        goto fail;
    for (size_t i = 0; i < l->length; i++) {
        if (add_item(&t, l, i) < 0)
            goto fail;
    }
    if (text_add(&t, "]") < 0)
        goto fail;
    return text_to_str(&t);
fail:
    text_release(&t);
    return NULL;
}

static void list_dealloc(rc_object *self)
{
    struct rc_list *l = list_of(self);

    rc_body_free(l->items, l->room * sizeof(*l->items));
}

rc_type rc_list_type = {
    .name = "list",
    .size = sizeof(struct rc_list),
    .dealloc = list_dealloc,
    .hash = object_unhashable,
    .equal = list_equal,
    .repr = list_repr,
    .copy = rc_list_from,
    .kind_ = KIND_BODY,
    .items_at_ = offsetof(struct rc_list, items),
    .length_at_ = offsetof(struct rc_list, length),
};
