// names.c - see names.h.

#include "sight/names.h"

#include "objects/code.h"

// The field of o where its type keeps a name, or names; NULL: it keeps none.
static rc_object **name_field(rc_object *o)
{
    if (o->type == &rc_function_type)
        return &((struct rc_function *)(void *)o)->name;
    if (o->type == &rc_builtin_type)
        return &((struct rc_builtin *)(void *)o)->name;
    if (o->type == &rc_class_type)
        return &((struct rc_class *)(void *)o)->name;
    if (o->type == &rc_module_type)
        return &((struct rc_module *)(void *)o)->name;
    if (o->type == &rc_frame_type)
        return &((struct rc_frame *)(void *)o)->name;
    return NULL;
}

const char *name_of(rc_object *o)
{
    rc_object **name;

    if (o->type == &rc_type_type)
        return ((rc_type *)(void *)o)->name;
    name = name_field(o);
    return name && *name ? str_of(*name)->bytes : NULL;
}

const char *name_of_type(rc_object *o)
{
    const char *name = NULL;

    if (o->type == &rc_instance_type) {
        rc_object *cls = ((struct rc_instance *)(void *)o)->cls;

        name = cls ? name_of(cls) : NULL;
    }
    return name ? name : o->type->name;
}

rc_object *name_space_of(rc_object *o)
{
    if (o->type == &rc_instance_type)
        return ((struct rc_instance *)(void *)o)->attrs;
    if (o->type == &rc_class_type)
        return ((struct rc_class *)(void *)o)->attrs;
    if (o->type == &rc_module_type)
        return ((struct rc_module *)(void *)o)->attrs;
    if (o->type == &rc_function_type)
        return ((struct rc_function *)(void *)o)->attrs;
    if (o->type == &rc_frame_type)
        return ((struct rc_frame *)(void *)o)->locals;
    return NULL;
}
