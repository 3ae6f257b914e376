// code.h - where the references of a program live: functions and their cells,
// classes and instances, modules, frames.
//
// Functions are C code with the objects that it needs: arguments come as a
// tuple that the caller keeps, the result is a new reference.

#ifndef RC_CODE_H
#define RC_CODE_H

#include "rc/object.h"

// ---- functions ----

// self: the function or builtin that is called. args: a tuple, borrowed.
typedef rc_object *(*rc_code)(rc_object *self, rc_object *args);

extern rc_type rc_function_type RC_IMMORTAL_OBJECT;
extern rc_type rc_builtin_type RC_IMMORTAL_OBJECT;

// A function named name (a str is made of it) in module (or NULL), whose code
// may use the cells of the tuple `closure` (or NULL).
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *
rc_function_new(const char *name, rc_code code,
                rc_object *module RC_KEEP_NULLABLE_IN_RESULT,
                rc_object *closure RC_KEEP_NULLABLE_IN_RESULT);

// The i-th cell of a function's closure; RC_ERROR_INDEX.
RC_BORROWED_OF(1)
RC_MISUSE rc_object *rc_function_cell(rc_object *function, int64_t i);

// Its module, NULL without error when it has none.
RC_BORROWED_OF(1)
RC_NO_ERROR rc_object *rc_function_module(rc_object *function);

// A function of the program itself, bound to `self` (or NULL).
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *
rc_builtin_new(const char *name, rc_code code,
               rc_object *self RC_KEEP_NULLABLE_IN_RESULT);
RC_BORROWED_OF(1) RC_NO_ERROR rc_object *rc_builtin_self(rc_object *builtin);

// Call a function, a builtin (each in a frame of its own) or a class (makes an
// instance and calls its `init` attribute with it and args). args: a tuple or
// NULL (none). RC_ERROR_TYPE for what cannot be called, RC_ERROR_STATE for
// calls nested deeper than RC_MAX_CALLS.
RC_NEW RC_SHARED RC_RUNS_CODE rc_object *rc_call(rc_object *callable,
                                                 rc_object *args RC_NULLABLE);

#define RC_MAX_CALLS 1000

bool rc_is_callable(const rc_object *o);

// ---- cells: variables that functions share ----

extern rc_type rc_cell_type RC_IMMORTAL_OBJECT;

RC_MAKES RC_SELDOM_RUNS_CODE rc_object *
rc_cell_new(rc_object *value RC_KEEP_NULLABLE_IN_RESULT);

// RC_ERROR_VALUE when the cell is empty.
RC_BORROWED_OF(1) RC_MUTABLE rc_object *rc_cell_get(rc_object *cell);

// NULL empties it.
RC_STATUS RC_RUNS_CODE int rc_cell_set(rc_object *cell,
                                       rc_object *value RC_KEEP_NULLABLE_IN(1));

// ---- classes and instances ----

extern rc_type rc_class_type RC_IMMORTAL_OBJECT;
extern rc_type rc_instance_type RC_IMMORTAL_OBJECT;

// base: a class or NULL. An attribute `finalize` of a class (or one of its
// bases), set before the instance is made, is called with the instance once
// before that dies.
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *
rc_class_new(const char *name, rc_object *base RC_KEEP_NULLABLE_IN_RESULT);
RC_SAYS("interior? of 1") const char *rc_class_name(rc_object *cls);

// 1 when cls is base or derived from it.
RC_TEST int rc_class_is_sub(rc_object *cls, rc_object *base);

RC_MAKES RC_SELDOM_RUNS_CODE rc_object *
rc_instance_new(rc_object *cls RC_KEEP_IN_RESULT);
RC_BORROWED_OF(1) RC_MISUSE rc_object *rc_instance_class(rc_object *instance);

// ---- modules ----

extern rc_type rc_module_type RC_IMMORTAL_OBJECT;

RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_module_new(const char *name);

// ---- attributes of instances, classes, modules and functions ----

// An instance asks its class too, a class its bases. RC_ERROR_KEY when there is
// none.
RC_NEW RC_SHARED RC_RUNS_CODE rc_object *rc_attr_get(rc_object *o,
                                                     const char *name);
RC_STATUS RC_RUNS_CODE int rc_attr_set(rc_object *o, const char *name,
                                       rc_object *value RC_KEEP_IN(1));
RC_STATUS RC_RUNS_CODE int rc_attr_delete(rc_object *o, const char *name);

// The dict that holds them; RC_ERROR_TYPE for what has none. Made when it is
// asked for the first time.
RC_BORROWED_OF(1) RC_RUNS_CODE rc_object *rc_attrs(rc_object *o);

// ---- frames: scopes of local references ----

extern rc_type rc_frame_type RC_IMMORTAL_OBJECT;

// Enter a scope: a frame named name on top of the current one. function and
// module may be NULL. The runtime holds the frames that are entered.
RC_STATUS RC_RUNS_CODE int rc_frame_enter(const char *name,
                                          rc_object *function RC_KEEP_NULLABLE,
                                          rc_object *module RC_KEEP_NULLABLE);

// Leave the current one: its references are given back unless somebody else
// holds the frame. Does nothing when there is none.
RC_RUNS_CODE void rc_frame_leave(void);

// The current frame; NULL without error when there is none.
RC_BORROWED RC_NO_ERROR rc_object *rc_frame_current(void);
RC_BORROWED_OF(1) RC_NO_ERROR rc_object *rc_frame_back(rc_object *frame);
RC_SAYS("interior? of 1") const char *rc_frame_name(rc_object *frame);

// A name of the current scope. A local that is not there is looked for in the
// frame's module. RC_ERROR_KEY when there is none, RC_ERROR_STATE without a
// frame.
RC_STATUS RC_RUNS_CODE int rc_local_set(const char *name,
                                        rc_object *value RC_KEEP);
RC_BORROWED RC_RUNS_CODE rc_object *rc_local_get(const char *name);
RC_STATUS RC_RUNS_CODE int rc_local_delete(const char *name);

// The dict of a frame's locals, made when it is asked for the first time.
RC_BORROWED_OF(1) RC_RUNS_CODE rc_object *rc_frame_locals(rc_object *frame);

#endif
