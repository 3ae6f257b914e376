// frame.c - frames: the scopes whose local references a program can name.
//
// The runtime holds the current frame, and each frame the one below it. A frame
// that somebody else holds stays when it is left, with its locals and all
// frames below.

#include "objects/code.h"

static struct {
    rc_object *current;
    size_t depth;
} frames;

static struct rc_frame *frame_of(rc_object *o)
{
    return (struct rc_frame *)o;
}

// ---- enter and leave ----

int frame_enter(rc_object *name, rc_object *function, rc_object *module)
{
    rc_object *frame = rc_new(&rc_frame_type);

    if (!frame)
        return -1;
    rc_xincref(function);
    rc_xincref(module);
    frame_of(frame)->name = rc_newref(name);
    frame_of(frame)->function = function;
    frame_of(frame)->module = module;
    frame_of(frame)->back = frames.current;
    frames.current = frame;
    frames.depth++;
    return 0;
}

int rc_frame_enter(const char *name, rc_object *function, rc_object *module)
{
    rc_object *text;
    int r;

    if (function && !rc_is_callable(function))
        return object_wrong_type(function, "a function");
    if (module && module->type != &rc_module_type)
        return object_wrong_type(module, "a module");
    text = rc_str_intern(name);
    if (!text)
        return -1;
    r = frame_enter(text, function, module);
    rc_decref(text);
    return r;
}

void rc_frame_leave(void)
{
    rc_object *frame = frames.current;

    if (!frame)
        return;
    frames.current = frame_of(frame)->back;
    rc_xincref(frames.current);
    frames.depth--;
    rc_decref(frame);
}

size_t frame_depth(void)
{
    return frames.depth;
}

void frame_leave_to(size_t depth)
{
    while (frames.depth > depth)
        rc_frame_leave();
}

// ---- look ----

rc_object *rc_frame_current(void)
{
    return frames.current;
}

static bool check_frame(rc_object *frame)
{
    if (frame->type == &rc_frame_type)
        return true;
    object_wrong_type(frame, "a frame");
    return false;
}

rc_object *rc_frame_back(rc_object *frame)
{
    return check_frame(frame) ? frame_of(frame)->back : NULL;
}

const char *rc_frame_name(rc_object *frame)
{
    return check_frame(frame) ? rc_str_text(frame_of(frame)->name) : NULL;
}

// ---- locals ----

rc_object *rc_frame_locals(rc_object *frame)
{
    rc_object *dict;

    if (!check_frame(frame))
        return NULL;
    if (frame_of(frame)->locals)
        return frame_of(frame)->locals;
    dict = rc_dict_new();
    if (!dict)
        return NULL;
    if (frame_of(frame)->locals) // code that ran meanwhile needed it, too
        rc_decref(dict);
    else
        rc_setref(&frame_of(frame)->locals, dict);
    return frame_of(frame)->locals;
}

static rc_object *current_frame(void)
{
    if (!frames.current)
        rc_error_set(RC_ERROR_STATE, "no frame is entered");
    return frames.current;
}

static int not_defined(const char *name)
{
    rc_error_set(RC_ERROR_KEY, "name '%s' is not defined", name);
    return -1;
}

int rc_local_set(const char *name, rc_object *value)
{
    rc_object *frame = current_frame();
    rc_object *dict;
    int r = -1;

    if (!frame)
        return -1;
    rc_incref(frame);
    dict = rc_frame_locals(frame);
    if (dict)
        r = rc_dict_set_text(dict, name, value);
    rc_decref(frame);
    return r;
}

// Returns as attr_look().
static int look(const struct rc_frame *frame, rc_object *key,
                rc_object **ret_value)
{
    rc_object *globals = NULL;
    int r = 0;

    if (frame->locals)
        r = attr_look(frame->locals, key, ret_value);
    if (frame->module)
        globals = ((struct rc_module *)frame->module)->attrs;
    if (r == 0 && globals)
        r = attr_look(globals, key, ret_value);
    return r;
}

rc_object *rc_local_get(const char *name)
{
    rc_object *frame = current_frame();
    rc_object *key = frame ? rc_str_intern(name) : NULL;
    rc_object *value = NULL;
    int r;

    if (!key)
        return NULL;
    rc_incref(frame);
    r = look(frame_of(frame), key, &value);
    if (r == 0)
        not_defined(name);
    if (r > 0 && frame != frames.current) { // and nobody else may hold value
        rc_error_set(RC_ERROR_STATE, "the frame of '%s' was left", name);
        value = NULL;
    }
    rc_decref(frame);
    rc_decref(key);
    return value;
}

int rc_local_delete(const char *name)
{
    rc_object *frame = current_frame();
    int r;

    if (!frame)
        return -1;
    if (!frame_of(frame)->locals)
        return not_defined(name);
    rc_incref(frame);
    r = rc_dict_delete_text(frame_of(frame)->locals, name);
    if (r < 0 && rc_error_code() == RC_ERROR_KEY)
        not_defined(name);
    rc_decref(frame);
    return r;
}

// ---- type ----

static rc_object *frame_repr(rc_object *self)
{
    return rc_str_format("<frame %s at %p>", rc_str_text(frame_of(self)->name),
                         (void *)self);
}

static const uint16_t frame_slots[] = {
    offsetof(struct rc_frame, name),   offsetof(struct rc_frame, function),
    offsetof(struct rc_frame, module), offsetof(struct rc_frame, back),
    offsetof(struct rc_frame, locals), 0};
static const char *const frame_slot_names[] = {"name", "function", "module",
                                               "back", "locals"};

rc_type rc_frame_type = {
    .name = "frame",
    .size = sizeof(struct rc_frame),
    .slots = frame_slots,
    .slot_names = frame_slot_names,
    .repr = frame_repr,
};
