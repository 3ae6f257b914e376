// function.c - functions and builtins: C code with the objects that it needs,
// and how anything is called.
//
// Each call has a frame, which also keeps the function alive. Whatever frames
// the code enters and does not leave are left for it.

#include "objects/code.h"

static size_t calls; // that are under way

static struct rc_function *function_of(rc_object *o)
{
    return (struct rc_function *)o;
}

static struct rc_builtin *builtin_of(rc_object *o)
{
    return (struct rc_builtin *)o;
}

static int check_closure(rc_object *closure)
{
    int64_t n;

    if (!rc_is_tuple(closure))
        return object_wrong_type(closure, "a tuple");
    n = rc_tuple_length(closure);
    for (int64_t i = 0; i < n; i++) {
        rc_object *cell = rc_tuple_at(closure, i);

        if (cell->type != &rc_cell_type)
            return object_wrong_type(cell, "a cell");
    }
    return 0;
}

rc_object *rc_function_new(const char *name, rc_code code, rc_object *module,
                           rc_object *closure)
{
    rc_object *text, *function;

    if (module && module->type != &rc_module_type) {
        object_wrong_type(module, "a module");
        return NULL;
    }
    if (closure && check_closure(closure) < 0)
        return NULL;
    text = rc_str_intern(name);
    function = text ? rc_new(&rc_function_type) : NULL;
    if (!function) {
        rc_xdecref(text);
        return NULL;
    }
    rc_xincref(module);
    rc_xincref(closure);
    function_of(function)->name = text;
    function_of(function)->module = module;
    function_of(function)->closure = closure;
    function_of(function)->code = code;
    return function;
}

rc_object *rc_function_cell(rc_object *function, int64_t i)
{
    rc_object *closure;
    int64_t n;

    if (function->type != &rc_function_type) {
        object_wrong_type(function, "a function");
        return NULL;
    }
    closure = function_of(function)->closure;
    n = closure ? rc_tuple_length(closure) : 0;
    i = object_index(i, (size_t)n);
    return i < 0 ? NULL : rc_tuple_at(closure, i);
}

rc_object *rc_function_module(rc_object *function)
{
    if (function->type != &rc_function_type) {
        object_wrong_type(function, "a function");
        return NULL;
    }
    return function_of(function)->module;
}

rc_object *rc_builtin_new(const char *name, rc_code code, rc_object *self)
{
    rc_object *text = rc_str_intern(name);
    rc_object *builtin = text ? rc_new(&rc_builtin_type) : NULL;

    if (!builtin) {
        rc_xdecref(text);
        return NULL;
    }
    rc_xincref(self);
    builtin_of(builtin)->name = text;
    builtin_of(builtin)->self = self;
    builtin_of(builtin)->code = code;
    return builtin;
}

rc_object *rc_builtin_self(rc_object *builtin)
{
    if (builtin->type != &rc_builtin_type) {
        object_wrong_type(builtin, "a builtin");
        return NULL;
    }
    return builtin_of(builtin)->self;
}

// ---- calls ----

bool rc_is_callable(const rc_object *o)
{
    return o
           && (o->type == &rc_function_type || o->type == &rc_builtin_type
               || o->type == &rc_class_type);
}

static rc_object *call_code(rc_object *self, rc_object *name, rc_object *module,
                            rc_code code, rc_object *args)
{
    size_t depth = frame_depth();
    rc_object *result;

    if (frame_enter(name, self, module) < 0)
        return NULL;
    result = code(self, args);
    if (!result && rc_error_code() == RC_OK)
        rc_error_set(RC_ERROR_STATE, "%s() failed without an error",
                     rc_str_text(name));
    frame_leave_to(depth);
    return result;
}

static rc_object *dispatch(rc_object *callable, rc_object *args)
{
    if (callable->type == &rc_class_type)
        return class_call(callable, args);
    if (callable->type == &rc_function_type) {
        const struct rc_function *f = function_of(callable);

        return call_code(callable, f->name, f->module, f->code, args);
    }
    return call_code(callable, builtin_of(callable)->name, NULL,
                     builtin_of(callable)->code, args);
}

// Finalizers and callbacks call, too: the limit also ends those that beget new
// ones for ever.
static rc_object *call(rc_object *callable, rc_object *args)
{
    rc_object *result;

    if (calls == RC_MAX_CALLS) {
        rc_error_set(RC_ERROR_STATE, "more than %d nested calls", RC_MAX_CALLS);
        return NULL;
    }
    calls++;
    result = dispatch(callable, args);
    calls--;
    return result;
}

static rc_object *call_without(rc_object *callable)
{
    rc_object *nothing = rc_tuple_new(0);
    rc_object *result = nothing ? call(callable, nothing) : NULL;

    rc_xdecref(nothing);
    return result;
}

rc_object *rc_call(rc_object *callable, rc_object *args)
{
    if (!rc_is_callable(callable)) {
        rc_error_set(RC_ERROR_TYPE, "'%s' object cannot be called",
                     rc_type_name(callable));
        return NULL;
    }
    if (args && !rc_is_tuple(args)) {
        object_wrong_type(args, "a tuple");
        return NULL;
    }
    return args ? call(callable, args) : call_without(callable);
}

// ---- types ----

static rc_object *function_repr(rc_object *self)
{
    return rc_str_format("<function %s at %p>",
                         rc_str_text(function_of(self)->name), (void *)self);
}

static rc_object *builtin_repr(rc_object *self)
{
    const char *name = rc_str_text(builtin_of(self)->name);
    rc_object *bound = builtin_of(self)->self;

    if (!bound)
        return rc_str_format("<built-in function %s>", name);
    return rc_str_format("<built-in method %s of %s object at %p>", name,
                         rc_type_name(bound), (void *)bound);
}

static const uint16_t function_slots[] = {
    offsetof(struct rc_function, name), offsetof(struct rc_function, module),
    offsetof(struct rc_function, closure), offsetof(struct rc_function, attrs),
    0};
static const char *const function_slot_names[] = {"name", "module", "closure",
                                                  "attrs"};

rc_type rc_function_type = {
    .name = "function",
    .size = sizeof(struct rc_function),
    .slots = function_slots,
    .slot_names = function_slot_names,
    .repr = function_repr,
    .is_immutable = true,
};

static const uint16_t builtin_slots[] = {offsetof(struct rc_builtin, name),
                                         offsetof(struct rc_builtin, self), 0};
static const char *const builtin_slot_names[] = {"name", "self"};

rc_type rc_builtin_type = {
    .name = "builtin",
    .size = sizeof(struct rc_builtin),
    .slots = builtin_slots,
    .slot_names = builtin_slot_names,
    .repr = builtin_repr,
    .is_immutable = true,
};
