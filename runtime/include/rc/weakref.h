// weakref.h - references that do not keep their object alive.

#ifndef RC_WEAKREF_H
#define RC_WEAKREF_H

#include "rc/object.h"

extern rc_type rc_weakref_type RC_IMMORTAL_OBJECT;

// A weak reference to o, which is not kept. When o dies, callback (anything
// that rc_call() takes, or NULL) is called with the weak reference, which is
// dead by then; if the weak reference dies first it is not. RC_ERROR_TYPE for
// immortal objects.
RC_NEW RC_SELDOM_RUNS_CODE rc_object *
rc_weakref_new(rc_object *o, rc_object *callback RC_KEEP_NULLABLE);

// Its object with one more reference, or NULL without error: it is dead.
RC_NEW RC_SHARED RC_NO_ERROR rc_object *rc_weakref_get(rc_object *weakref);

// How many weak references lead to o. O(their number).
size_t rc_weakref_count(rc_object *o);

#endif
