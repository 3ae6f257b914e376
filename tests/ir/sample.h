// sample.h - a small unit that has everything an IR can have, for the tests.

#ifndef TESTS_IR_SAMPLE_H
#define TESTS_IR_SAMPLE_H

#include "ir/ir.h"

// The functions of the sample, as indices into fns.
enum { SAMPLE_MAKE, SAMPLE_SUM, SAMPLE_ALL, SAMPLE_BROKEN, SAMPLE_FNS };

// A new unit that verifies. All of it may be changed.
struct ir_unit *sample_unit(struct arena *a);

// The instruction of kind op in the block of SAMPLE_ALL.
struct ir_ins *sample_ins(const struct ir_unit *unit, enum ir_op op);

#endif
