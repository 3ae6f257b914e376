// trail.h - flow/ only: the trail of a finding, shared by the files that make
// it.

#ifndef FLOW_TRAIL_H
#define FLOW_TRAIL_H

#include "flow/engine.h"

// names.c
// A number, a variable, a call; "" for other values.
const char *name_of_value(struct engine *e, struct value v);

// words.c
// What happened to an object of that name.
const char *event_text(struct engine *e, const struct state *s,
                       const struct event *v, const char *name);
const char *assumption_text(struct engine *e, const struct event *v);

// trail.c
bool is_assumption(const struct event *v);
// What an assumption says of a symbol; symbol 0 when it cannot be told.
struct fact claim_of(const struct engine *e, const struct event *v);
void trail_make(struct engine *e, const struct run *r, const struct ref *ref,
                struct finding *f, struct ir_pos pos, const char *name);
// A step that says what is at stake, where it comes about (1 + the site, 0 for
// first of all), among what was assumed.
void trail_make_error(struct engine *e, const struct run *r, struct finding *f,
                      uint32_t set_at, struct ir_pos pos, const char *text);

// supposed.c
// Must something have happened on the path that no code in sight does?
bool supposed(const struct engine *e, const struct state *s);

#endif
