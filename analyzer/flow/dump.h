// dump.h - flow/ only: a state as text, for people.

#ifndef FLOW_DUMP_H
#define FLOW_DUMP_H

#include "flow/engine.h"

#include <stdio.h>

void dump_state(FILE *out, struct engine *e, const struct state *s,
                uint32_t block);

#endif
