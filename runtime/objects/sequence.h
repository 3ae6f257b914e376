// sequence.h - what the functions named _from and _extend take: tuples, lists,
// sets and the keys of dicts.

#ifndef RC_OBJECTS_SEQUENCE_H
#define RC_OBJECTS_SEQUENCE_H

#include "rc/object.h"

// How many items; -1 with RC_ERROR_TYPE for anything else.
RC_COUNTS int64_t sequence_length(rc_object *o);

// The item at *position, which starts at 0 and moves on; NULL without error at
// the end. Items may come and go in between.
RC_BORROWED_OF(1)
RC_NO_ERROR rc_object *sequence_next(rc_object *o, size_t *position);

#endif
