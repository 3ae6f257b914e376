// alike.h - flow/ only: exits that callers cannot tell apart.

#ifndef FLOW_ALIKE_H
#define FLOW_ALIKE_H

#include "flow/engine.h"

// Remember an exit, if the function is one of which nothing says what it must
// do. r->st is what the return leaves behind; `found` candidates were there
// before it was looked at.
void alike_note(struct engine *e, const struct run *r,
                const struct flow_exit *x, size_t found);

// All exits are known: report those that do not agree.
void alike_check(struct engine *e);

#endif
