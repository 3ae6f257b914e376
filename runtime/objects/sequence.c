// sequence.c - see sequence.h.

#include "objects/sequence.h"

#include "objects/table.h"

int64_t sequence_length(rc_object *o)
{
    if (rc_is_tuple(o))
        return rc_tuple_length(o);
    if (rc_is_list(o))
        return rc_list_length(o);
    if (rc_is_set(o))
        return rc_set_length(o);
    if (rc_is_dict(o))
        return rc_dict_length(o);
    return object_wrong_type(o, "a sequence");
}

static rc_object *array_next(rc_object *const *items, size_t length,
                             size_t *position)
{
    return *position < length ? items[(*position)++] : NULL;
}

static rc_object *key_next(const struct table *t, size_t *position)
{
    const struct entry *e = table_next(t, position);

    return e ? e->key : NULL;
}

rc_object *sequence_next(rc_object *o, size_t *position)
{
    const struct rc_tuple *tuple = (const struct rc_tuple *)o;
    const struct rc_list *list = (const struct rc_list *)o;

    if (rc_is_tuple(o))
        return array_next(tuple->items, tuple->length, position);
    if (rc_is_list(o))
        return array_next(list->items, list->length, position);
    if (rc_is_set(o))
        return key_next(&((const struct rc_set *)o)->table, position);
    return key_next(&((const struct rc_dict *)o)->table, position);
}
