// ops.c - what every object can do: be compared, hashed, shown, measured.
//
// The slots of a type do the work; here is what must be the same for all of
// them: which types can equal each other, how deep containers may be nested,
// and what a container shows that is inside of itself.

#include "core/heap.h"
#include "objects/objects.h"
#include "objects/text.h"

// The containers that are being compared or hashed, and those that are being
// shown: a cycle comes to an end at RC_MAX_DEPTH, or at the second time.
static struct {
    int depth;
    int shown;
    rc_object *showing[RC_MAX_DEPTH];
} nested;

void object_set_wrong_type(rc_object *o, const char *wanted)
{
    rc_error_set(RC_ERROR_TYPE, "expected %s, not %s", wanted, rc_type_name(o));
}

int64_t object_index(int64_t i, size_t length)
{
    int64_t at = i < 0 ? i + (int64_t)length : i;

    if (at < 0 || at >= (int64_t)length) {
        rc_error_set(RC_ERROR_INDEX, "index %lld is out of range (length %zu)",
                     (long long)i, length);
        return -1;
    }
    return at;
}

static int too_deep(const char *doing)
{
    rc_error_set(RC_ERROR_STATE, "more than %d nested containers to %s",
                 RC_MAX_DEPTH, doing);
    return -1;
}

static bool can_nest(const rc_object *o)
{
    return (o->type->new_flags_ & FLAG_CONTAINER) != 0;
}

// ---- identity and type ----

bool rc_is(const rc_object *a, const rc_object *b)
{
    return a == b;
}

static rc_object *class_of_instance(rc_object *o)
{
    if (o->type != &rc_instance_type)
        return NULL;
    return ((struct rc_instance *)o)->cls;
}

rc_object *rc_type_of(rc_object *o)
{
    rc_object *cls;

    AUDIT(audit_used(o));
    cls = class_of_instance(o);
    return cls ? cls : RC_OBJECT(o->type);
}

const char *rc_type_name(rc_object *o)
{
    rc_object *cls;

    AUDIT(audit_used(o));
    cls = class_of_instance(o);
    return cls ? rc_class_name(cls) : o->type->name;
}

static rc_object *type_repr(rc_object *o)
{
    return rc_str_format("<type '%s'>", ((const rc_type *)o)->name);
}

rc_type rc_type_type = {
    .name = "type",
    .size = sizeof(rc_type),
    .repr = type_repr,
    .is_immutable = true,
};

// ---- equality ----

static bool is_number(const rc_object *o)
{
    return rc_is_int(o) || rc_is_float(o);
}

// Objects of different types equal each other only among numbers, and among
// sets.
static bool is_comparable(const rc_object *a, const rc_object *b)
{
    return a->type == b->type || (is_number(a) && is_number(b))
           || (rc_is_set(a) && rc_is_set(b));
}

static int equal_nested(rc_object *a, rc_object *b)
{
    int r;

    if (nested.depth == RC_MAX_DEPTH)
        return too_deep("compare");
    nested.depth++;
    r = a->type->equal(a, b);
    nested.depth--;
    return r;
}

// Only a NaN is not equal to itself.
static bool is_nan(const rc_object *o)
{
    const struct rc_float *f = (const struct rc_float *)o;

    return rc_is_float(o) && f->value != f->value;
}

int rc_equal(rc_object *a, rc_object *b)
{
    AUDIT(audit_used(a));
    AUDIT(audit_used(b));
    if (a == b)
        return !is_nan(a);
    if (!a->type->equal || !is_comparable(a, b))
        return 0;
    return can_nest(a) ? equal_nested(a, b) : a->type->equal(a, b);
}

// ---- hash ----

int object_unhashable(rc_object *self, uint64_t *ret_hash)
{
    (void)ret_hash;
    rc_error_set(RC_ERROR_TYPE, "unhashable: %s", rc_type_name(self));
    return -1;
}

static int hash_nested(rc_object *o, uint64_t *ret_hash)
{
    int r;

    if (nested.depth == RC_MAX_DEPTH)
        return too_deep("hash");
    nested.depth++;
    r = o->type->hash(o, ret_hash);
    nested.depth--;
    return r;
}

int rc_hash(rc_object *o, uint64_t *ret_hash)
{
    AUDIT(audit_used(o));
    if (!o->type->hash) {
        *ret_hash = (uint64_t)(uintptr_t)o >> GRANULE_SHIFT;
        return 0;
    }
    return can_nest(o) ? hash_nested(o, ret_hash) : o->type->hash(o, ret_hash);
}

// ---- text ----

static bool is_showing(const rc_object *o)
{
    for (int i = 0; i < nested.shown; i++) {
        if (nested.showing[i] == o)
            return true;
    }
    return false;
}

static rc_object *repr_again(const rc_object *o)
{
    const rc_type *type = o->type;

    if (type == &rc_list_type)
        return rc_str_new("[...]");
    if (type == &rc_dict_type)
        return rc_str_new("{...}");
    if (type == &rc_tuple_type)
        return rc_str_new("(...)");
    return rc_str_format("%s(...)", type->name);
}

static rc_object *repr_default(rc_object *o)
{
    return rc_str_format("<%s at %p>", rc_type_name(o), (void *)o);
}

static rc_object *checked_str(rc_object *shown, const rc_object *o)
{
    if (shown && !is_exact_str(shown)) {
        rc_error_set(RC_ERROR_TYPE, "repr of %s made no str", o->type->name);
        rc_clear(&shown);
    }
    return shown;
}

static rc_object *repr_nested(rc_object *o)
{
    rc_object *shown;

    if (is_showing(o))
        return repr_again(o);
    if (nested.shown == RC_MAX_DEPTH) {
        too_deep("show");
        return NULL;
    }
    nested.showing[nested.shown++] = o;
    shown = o->type->repr(o);
    nested.shown--;
    return shown;
}

rc_object *rc_repr(rc_object *o)
{
    AUDIT(audit_used(o));
    if (!o->type->repr)
        return repr_default(o);
    return checked_str(can_nest(o) ? repr_nested(o) : o->type->repr(o), o);
}

// ---- size and members ----

int64_t rc_length(rc_object *o)
{
    const rc_type *type = o->type;

    if (type == &rc_list_type)
        return rc_list_length(o);
    if (type == &rc_tuple_type)
        return rc_tuple_length(o);
    if (type == &rc_dict_type)
        return rc_dict_length(o);
    if (rc_is_set(o))
        return rc_set_length(o);
    if (is_exact_str(o))
        return rc_str_length(o);
    return object_wrong_type(o, "a container or str");
}

static int tuple_contains(rc_object *tuple, rc_object *item)
{
    const struct rc_tuple *t = (const struct rc_tuple *)tuple;

    for (size_t i = 0; i < t->length; i++) {
        rc_object *there = rc_newref(t->items[i]);
        int r = object_same_item(there, item);

        rc_decref(there);
        if (r != 0)
            return r;
    }
    return 0;
}

static int list_contains(rc_object *list, rc_object *item)
{
    int64_t at = rc_list_find(list, item);

    return at >= 0 ? 1 : at == -1 ? 0 : -1;
}

int rc_contains(rc_object *o, rc_object *item)
{
    const rc_type *type = o->type;

    if (type == &rc_list_type)
        return list_contains(o, item);
    if (type == &rc_tuple_type)
        return tuple_contains(o, item);
    if (type == &rc_dict_type)
        return rc_dict_contains(o, item);
    if (rc_is_set(o))
        return rc_set_contains(o, item);
    if (is_exact_str(o))
        return str_contains(o, item);
    return object_wrong_type(o, "a container or str");
}
