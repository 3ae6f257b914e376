// exits.h - flow/ only: a return, shared by the files that take it apart.

#ifndef FLOW_EXITS_H
#define FLOW_EXITS_H

#include "flow/engine.h"

// keepers.c
// Does the place own what it holds, once the function has returned?
bool takes_reference(const struct engine *e, uint32_t loc, bool failed);
// Is it the function's role to end an object, or to empty it for that?
bool dies_here(const struct engine *e);
// How many places of longer life own the object: a cache lends what it has.
int owned_elsewhere(const struct engine *e, const struct state *s,
                    uint32_t sym);
// Does memory of longer life hold a pointer into the object? Whether that
// keeps it, only its type knows.
bool points_in(const struct engine *e, const struct state *s, uint32_t sym);
// Does the object still stand in the caller's variable that it was read from?
// One more reference to it is then that variable's.
bool owed_to_variable(const struct engine *e, const struct state *s,
                      const struct ref *ref);
// The places that keep an object beyond the call, and what they make of it.
void keepers_settle(struct engine *e, struct run *r, uint32_t sym, bool failed);

// leaks.c
void leaks_left(struct engine *e, struct run *r);

// describe.c
// What its failure takes, if this exit is one.
void describe_failure(const struct engine *e, const struct run *r,
                      struct value v, struct flow_exit *x);
void describe_params(struct engine *e, struct run *r, struct value v,
                     struct flow_exit *x);
// After the places have taken theirs, a parameter that is stored without a
// reference of its own was stolen (an owning field) or merely noted.
void describe_stored(struct engine *e, struct run *r, struct flow_exit *x);
void describe_add(struct engine *e, const struct flow_exit *x);

#endif
