// explain.h - why the contract of a function is what it is.

#ifndef INTERPROC_EXPLAIN_H
#define INTERPROC_EXPLAIN_H

#include "finding/explanation.h"
#include "flow/flow.h"

// A function of a unit. outcome is that of its body, walked with
// options->explain, or NULL when there is none; why_not (or "") says why the
// body has no contract.
struct explanation *explain_function(struct arena *a, const struct flow_unit *u,
                                     const struct ir_unit *unit, uint32_t decl,
                                     const struct flow_outcome *outcome,
                                     const char *why_not);

// A function that no unit knows, but the rules do.
struct explanation *explain_row(struct arena *a, const struct contract *c);

#endif
