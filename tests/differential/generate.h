// generate.h - from choices to the text of a function on the runtime.

#ifndef TESTS_DIFFERENTIAL_GENERATE_H
#define TESTS_DIFFERENTIAL_GENERATE_H

#include "base/buf.h"
#include "choices.h"

// A function `name` and the helpers it calls, whose names begin with `name` and
// '_'. Most functions are right, the others have mistakes. Returns whether it
// is an object that the function returns (else a status).
bool generate_function(struct choices *c, const char *name, struct buf *out);

#endif
