// limits.h - disagreements that README.md states as limits of the analysis.

#ifndef TESTS_DIFFERENTIAL_LIMITS_H
#define TESTS_DIFFERENTIAL_LIMITS_H

#include "finding/finding.h"
#include "observe.h"
#include "source.h"

// What is known of a function: its findings and those of its helpers are among
// `findings`.
struct limit_case {
    const char *source, *function;
    const struct finding_list *findings;
};

// The name of the limit that explains why this is not found, or NULL.
const char *limit_of(const struct limit_case *c, const struct observation *o);

// The same for a finding that is not seen.
const char *limit_of_finding(const struct limit_case *c,
                             const struct finding *f,
                             const struct seen_function *seen);

// Is `function` the one of this name, or one of its helpers?
bool limit_is_of(const char *function, const char *name);

// Line `number` of a text, from 1, without what it is indented by.
struct span limit_line(const char *source, uint32_t number);

#endif
