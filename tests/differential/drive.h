// drive.h - between a file of generated functions and the code that runs them.

#ifndef TESTS_DIFFERENTIAL_DRIVE_H
#define TESTS_DIFFERENTIAL_DRIVE_H

#include "rc/rc.h"

// One of the two is set. Each is called with a list, which the caller keeps,
// and two small numbers; a result that is an object belongs to the caller.
struct generated {
    const char *name;
    rc_object *(*object)(rc_object *in, int a, int b);
    int (*status)(rc_object *in, int a, int b);
};

extern const struct generated generated[];
extern const size_t ngenerated;

// Is this call to fail? Asked by fails.h.
bool drive_fails(void);

// Failures of calls that look at their arguments: -1, or NULL.
int drive_append_fails(rc_object *container, rc_object *item);
int drive_push_fails(rc_object *list, rc_object *item); // takes item over
rc_object *drive_gives_nothing(rc_object *container);

#endif
