// attr.c - attributes: the dicts of instances, classes, modules and functions,
// and where else a name is looked for.
//
// A dict is made when the first attribute is set, so what has none costs
// nothing, neither memory nor a look-up.

#include "core/error.h"
#include "core/heap.h"
#include "objects/code.h"

static struct rc_instance *instance_of(rc_object *o)
{
    return (struct rc_instance *)o;
}

static struct rc_class *class_of(rc_object *o)
{
    return (struct rc_class *)o;
}

// Where o has its dict; NULL with RC_ERROR_TYPE when it has none.
static rc_object **slot_of(rc_object *o)
{
    if (o->type == &rc_instance_type)
        return &instance_of(o)->attrs;
    if (o->type == &rc_class_type)
        return &class_of(o)->attrs;
    if (o->type == &rc_module_type)
        return &((struct rc_module *)o)->attrs;
    if (o->type == &rc_function_type)
        return &((struct rc_function *)o)->attrs;
    rc_error_set(RC_ERROR_TYPE, "'%s' object has no attributes",
                 rc_type_name(o));
    return NULL;
}

// Who is asked when o has no attribute of a name.
static rc_object *ancestor_of(rc_object *o)
{
    if (o->type == &rc_instance_type)
        return instance_of(o)->cls;
    return o->type == &rc_class_type ? class_of(o)->base : NULL;
}

static int no_attribute(rc_object *o, const char *name)
{
    rc_error_set(RC_ERROR_KEY, "'%s' object has no attribute '%s'",
                 rc_type_name(o), name);
    return -1;
}

static int look(rc_object *dict, rc_object *key, rc_object **ret_value)
{
    rc_object *value = rc_dict_find(dict, key);

    if (!value)
        return rc_error_code() == RC_OK ? 0 : -1;
    *ret_value = value;
    return 1;
}

static int look_aside(rc_object *dict, rc_object *key, rc_object **ret_value)
{
    struct error_state error;
    int r;

    error_save(&error);
    r = look(dict, key, ret_value);
    if (r >= 0)
        error_restore(&error);
    return r;
}

int attr_look(rc_object *dict, rc_object *key, rc_object **ret_value)
{
    if (rc_error_code() != RC_OK)
        return look_aside(dict, key, ret_value);
    return look(dict, key, ret_value);
}

int attr_find(rc_object *o, rc_object *key, rc_object **ret_value)
{
    rc_object *value;
    int r = 0;

    for (; o && r == 0; o = ancestor_of(o)) {
        rc_object *dict = *slot_of(o);

        if (dict)
            r = attr_look(dict, key, &value);
    }
    if (r > 0)
        *ret_value = rc_newref(value);
    return r;
}

rc_object *rc_attr_get(rc_object *o, const char *name)
{
    rc_object *key = slot_of(o) ? rc_str_intern(name) : NULL;
    rc_object *value = NULL;

    if (!key)
        return NULL;
    if (attr_find(o, key, &value) == 0)
        no_attribute(o, name);
    rc_decref(key);
    return value;
}

int rc_attr_set(rc_object *o, const char *name, rc_object *value)
{
    rc_object *dict = rc_attrs(o);

    return dict ? rc_dict_set_text(dict, name, value) : -1;
}

int rc_attr_delete(rc_object *o, const char *name)
{
    rc_object **slot = slot_of(o);
    int r;

    if (!slot)
        return -1;
    if (!*slot)
        return no_attribute(o, name);
    r = rc_dict_delete_text(*slot, name);
    if (r < 0 && rc_error_code() == RC_ERROR_KEY)
        no_attribute(o, name);
    return r;
}

rc_object *rc_attrs(rc_object *o)
{
    rc_object **slot = slot_of(o);
    rc_object *dict;

    if (!slot || *slot)
        return slot ? *slot : NULL;
    dict = rc_dict_new();
    if (!dict)
        return NULL;
    if (*slot) { // code that ran meanwhile needed it, too
        rc_decref(dict);
        return *slot;
    }
    *slot = dict;
    object_touch(o);
    return dict;
}
