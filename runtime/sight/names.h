// names.h - what the program calls an object: without making a str.

#ifndef RC_SIGHT_NAMES_H
#define RC_SIGHT_NAMES_H

#include "rc/object.h"

// The name of a function, builtin, class, module, frame or type; NULL for what
// has none.
const char *name_of(rc_object *o);

// The name of o's class, or else of its type.
const char *name_of_type(rc_object *o);

// The dict where o, a module, class, instance, function or frame, keeps what it
// has names for; NULL when it has none (yet).
rc_object *name_space_of(rc_object *o);

#endif
