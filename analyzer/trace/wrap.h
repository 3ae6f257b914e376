// wrap.h - the macros that make calls of an API tell where they stand.

#ifndef TRACE_WRAP_H
#define TRACE_WRAP_H

#include "contract/contract.h"
#include "ir/declared.h"

#include <stdio.h>

// A macro for each function that the header declares and that, by the rules,
// gives, takes or keeps references, and one for `return`. What they
// expand to is in calls.h. Returns how many functions there are.
size_t wrap_header(FILE *out, const struct rules *rules,
                   const struct ir_header *header);

#endif
