// addresses.h - what a program printed, without what differs from run to run.

#ifndef TESTS_LESSONS_ADDRESSES_H
#define TESTS_LESSONS_ADDRESSES_H

#include "base/arena.h"

// text with a name for each address: #1 for the first that appears, #2 for the
// next other one. An address is a number with 0x in front of it, or a decimal
// one of twelve digits or more; both forms of one address get one name.
const char *addresses_named(struct arena *a, const char *text);

#endif
