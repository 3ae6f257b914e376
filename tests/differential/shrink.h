// shrink.h - from a function that refcheck and its runs disagree on to a small
// one on which they disagree in the same way.

#ifndef TESTS_DIFFERENTIAL_SHRINK_H
#define TESTS_DIFFERENTIAL_SHRINK_H

#include "batch.h"

// t has been run in b; it is replaced by a small one that has t's first
// unexplained disagreement, or else its first. Returns 0, or -1 with err.
int shrink(const struct batch *b, struct trial *t, struct err *err);

#endif
