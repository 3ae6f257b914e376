// code.h - the layouts of what programs are made of: functions, classes,
// modules, frames and weak references (cells and instances are in objects.h).
//
// Fields of type rc_object * that are not NULL are owned unless a comment says
// otherwise, and are in the slots of their type.

#ifndef RC_OBJECTS_CODE_H
#define RC_OBJECTS_CODE_H

#include "objects/objects.h"

struct rc_function {
    rc_object head;
    rc_object *name;    // a str
    rc_object *module;  // a module or NULL
    rc_object *closure; // a tuple of cells or NULL
    rc_object *attrs;   // a dict; NULL as long as nobody needed it
    rc_code code;
};

struct rc_builtin {
    rc_object head;
    rc_object *name; // a str
    rc_object *self; // or NULL
    rc_code code;
};

struct rc_class {
    rc_object head;
    rc_object *name;  // a str
    rc_object *base;  // a class or NULL
    rc_object *attrs; // a dict; NULL as long as nobody needed it
};

struct rc_module {
    rc_object head;
    rc_object *name;  // a str
    rc_object *attrs; // a dict; NULL as long as nobody needed it
};

struct rc_frame {
    rc_object head;
    rc_object *name;     // a str
    rc_object *function; // what is called, or NULL
    rc_object *module;   // a module or NULL
    rc_object *back;     // the frame below or NULL
    rc_object *locals;   // a dict; NULL as long as nobody needed it
};

// Those to one target are in a list, the youngest first; heap.weakrefs has its
// first one.
struct rc_weakref {
    rc_object head;
    rc_object *target;              // not owned; NULL: dead
    rc_object *callback;            // or NULL
    struct rc_weakref *next, *prev; // of the same target
    struct rc_weakref *next_call;   // whose callback is to be called, too
};

// ---- attr.c ----

// The value of key in dict, lent by it. Returns 1, or 0 when there is none, or
// -1 with the error set. Unlike rc_dict_find() it can be asked while an error
// is set, which stays.
int attr_look(rc_object *dict, rc_object *key,
              rc_object **ret_value RC_OUT_BORROWED_OF(1));

// The attribute of o, of its class or of their bases, as a new reference;
// returns as attr_look(). o must be an instance, class, module or function.
int attr_find(rc_object *o, rc_object *key, rc_object **ret_value);

// ---- class.c ----

// A new instance of cls, after its `init` has been called with it and args.
RC_NEW RC_RUNS_CODE rc_object *class_call(rc_object *cls, rc_object *args);

// ---- frame.c ----

// As rc_frame_enter(), for a name that is a str and arguments that are right.
RC_STATUS RC_RUNS_CODE int frame_enter(rc_object *name RC_KEEP,
                                       rc_object *function RC_KEEP_NULLABLE,
                                       rc_object *module RC_KEEP_NULLABLE);

// How many frames are entered; leave those beyond that many.
size_t frame_depth(void);
RC_RUNS_CODE void frame_leave_to(size_t depth);

#endif
