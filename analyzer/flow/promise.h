// promise.h - flow/ only: what a function's own contract says of its body.

#ifndef FLOW_PROMISE_H
#define FLOW_PROMISE_H

#include "flow/engine.h"

// Does the contract promise a new reference wherever it is not NULL?
bool promises_new(const struct contract *c);
// Does a way of ending that returns `x` consume parameter p (from 0) by it?
bool promise_takes(const struct contract *c, const struct flow_exit *x,
                   uint32_t p);
// Does it say that argument `param` (from 1) stays the caller's, however the
// function ends?
bool promise_leaves(const struct contract *c, uint32_t param);

// Compare one exit with e->promise and report what breaks it. v is what is
// returned.
void promise_check(struct engine *e, struct run *r, const struct flow_exit *x,
                   struct value v);

#endif
