// module.c - modules: a name and the attributes that are global there.

#include "objects/code.h"

static struct rc_module *module_of(rc_object *o)
{
    return (struct rc_module *)o;
}

rc_object *rc_module_new(const char *name)
{
    rc_object *text = rc_str_intern(name);
    rc_object *module = text ? rc_new(&rc_module_type) : NULL;

    if (!module) {
        rc_xdecref(text);
        return NULL;
    }
    module_of(module)->name = text;
    return module;
}

static rc_object *module_repr(rc_object *self)
{
    return rc_str_format("<module '%s'>", rc_str_text(module_of(self)->name));
}

static const uint16_t module_slots[] = {offsetof(struct rc_module, name),
                                        offsetof(struct rc_module, attrs), 0};
static const char *const module_slot_names[] = {"name", "attrs"};

rc_type rc_module_type = {
    .name = "module",
    .size = sizeof(struct rc_module),
    .slots = module_slots,
    .slot_names = module_slot_names,
    .repr = module_repr,
};
