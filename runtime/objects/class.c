// class.c - classes and their instances.
//
// A class is a name, a base and attributes; two attributes mean something to
// the runtime: `init`, called with a new instance and the arguments of the call
// that made it, and `finalize`, called with an instance before it dies.

#include "core/heap.h"
#include "objects/code.h"

static struct rc_class *class_of(rc_object *o)
{
    return (struct rc_class *)o;
}

static struct rc_instance *instance_of(rc_object *o)
{
    return (struct rc_instance *)o;
}

// What every new instance asks its class for: static strs, since to make one
// each time would take longer than to look.
static union known_name {
    struct rc_str str;
    char room[sizeof(struct rc_str) + sizeof("finalize")];
} finalize_name, init_name;

static rc_object *known_name(union known_name *name, const char *text)
{
    struct rc_str *s = &name->str;

    if (!s->hash) {
        s->head = (rc_object)IMMORTAL_HEAD(&rc_str_type);
        s->head.extra = STR_ASCII;
        s->length = (uint32_t)strlen(text);
        memcpy(s->bytes, text, s->length);
        s->hash = str_hash_bytes(text, s->length);
    }
    return RC_OBJECT(s);
}

// Both return as attr_look(); *ret_value is a new reference.
static int find_finalize(rc_object *cls, rc_object **ret_value)
{
    return attr_find(cls, known_name(&finalize_name, "finalize"), ret_value);
}

static int find_init(rc_object *cls, rc_object **ret_value)
{
    return attr_find(cls, known_name(&init_name, "init"), ret_value);
}

static bool is_class(const rc_object *o)
{
    return o->type == &rc_class_type;
}

// ---- classes ----

rc_object *rc_class_new(const char *name, rc_object *base)
{
    rc_object *text, *cls;

    if (base && !is_class(base)) {
        object_wrong_type(base, "a class");
        return NULL;
    }
    text = rc_str_intern(name);
    cls = text ? rc_new(&rc_class_type) : NULL;
    if (!cls) {
        rc_xdecref(text);
        return NULL;
    }
    rc_xincref(base);
    class_of(cls)->name = text;
    class_of(cls)->base = base;
    return cls;
}

const char *rc_class_name(rc_object *cls)
{
    if (!is_class(cls)) {
        object_wrong_type(cls, "a class");
        return NULL;
    }
    return rc_str_text(class_of(cls)->name);
}

int rc_class_is_sub(rc_object *cls, rc_object *base)
{
    if (!is_class(cls))
        return object_wrong_type(cls, "a class");
    if (!is_class(base))
        return object_wrong_type(base, "a class");
    for (; cls; cls = class_of(cls)->base) {
        if (cls == base)
            return 1;
    }
    return 0;
}

static rc_object *class_repr(rc_object *self)
{
    return rc_str_format("<class '%s'>", rc_str_text(class_of(self)->name));
}

// ---- instances ----

static int has_finalize(rc_object *cls)
{
    rc_object *value = NULL;
    int r = find_finalize(cls, &value);

    rc_xdecref(value);
    return r;
}

rc_object *rc_instance_new(rc_object *cls)
{
    rc_object *o;
    int r;

    if (!is_class(cls)) {
        object_wrong_type(cls, "a class");
        return NULL;
    }
    r = has_finalize(cls);
    o = r < 0 ? NULL : rc_new(&rc_instance_type);
    if (!o)
        return NULL;
    if (r == 0)
        o->flags = (uint16_t)(o->flags & ~FLAG_FINALIZER);
    instance_of(o)->cls = rc_newref(cls);
    return o;
}

rc_object *rc_instance_class(rc_object *instance)
{
    if (instance->type != &rc_instance_type) {
        object_wrong_type(instance, "an instance");
        return NULL;
    }
    return instance_of(instance)->cls;
}

// The tuple (first, *rest).
static rc_object *tuple_with(rc_object *first, rc_object *rest)
{
    int64_t n = rc_tuple_length(rest);
    rc_object *all = rc_tuple_new(n + 1);

    if (!all || rc_tuple_set(all, 0, rc_newref(first)) < 0)
        goto fail;
    for (int64_t i = 0; i < n; i++) {
        if (rc_tuple_set(all, i + 1, rc_newref(rc_tuple_at(rest, i))) < 0)
            goto fail;
    }
    return all;
fail:
    rc_xdecref(all);
    return NULL;
}

static int call_init(rc_object *init, rc_object *instance, rc_object *args)
{
    rc_object *all = tuple_with(instance, args);
    rc_object *result = all ? rc_call(init, all) : NULL;
    int r = result ? 0 : -1;

    rc_xdecref(result);
    rc_xdecref(all);
    return r;
}

rc_object *class_call(rc_object *cls, rc_object *args)
{
    rc_object *o = rc_instance_new(cls);
    rc_object *init = NULL;
    int r;

    if (!o)
        return NULL;
    r = find_init(cls, &init);
    if (r > 0)
        r = call_init(init, o, args);
    rc_xdecref(init);
    if (r < 0)
        rc_clear(&o);
    return o;
}

// Nobody is there who could be told of an error.
static void instance_finalize(rc_object *self)
{
    rc_object *finalize = NULL, *args = NULL, *result = NULL;

    if (find_finalize(instance_of(self)->cls, &finalize) > 0)
        args = rc_tuple_pack(1, self);
    if (args)
        result = rc_call(finalize, args);
    rc_xdecref(result);
    rc_xdecref(args);
    rc_xdecref(finalize);
}

static rc_object *instance_repr(rc_object *self)
{
    return rc_str_format("<%s object at %p>", rc_type_name(self), (void *)self);
}

static rc_object *instance_copy(rc_object *self)
{
    rc_object *copy = rc_instance_new(instance_of(self)->cls);
    rc_object *attrs = instance_of(self)->attrs;

    if (!copy || !attrs)
        return copy;
    attrs = rc_copy(attrs);
    if (attrs)
        rc_setref(&instance_of(copy)->attrs, attrs);
    else
        rc_clear(&copy);
    return copy;
}

// ---- types ----

static const uint16_t class_slots[] = {offsetof(struct rc_class, name),
                                       offsetof(struct rc_class, base),
                                       offsetof(struct rc_class, attrs), 0};
static const char *const class_slot_names[] = {"name", "base", "attrs"};

rc_type rc_class_type = {
    .name = "class",
    .size = sizeof(struct rc_class),
    .slots = class_slots,
    .slot_names = class_slot_names,
    .repr = class_repr,
    .is_immutable = true,
};

static const uint16_t instance_slots[] = {
    offsetof(struct rc_instance, cls), offsetof(struct rc_instance, attrs), 0};
static const char *const instance_slot_names[] = {"class", "attrs"};

rc_type rc_instance_type = {
    .name = "instance",
    .size = sizeof(struct rc_instance),
    .slots = instance_slots,
    .slot_names = instance_slot_names,
    .finalize = instance_finalize,
    .repr = instance_repr,
    .copy = instance_copy,
};
