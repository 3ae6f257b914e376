// choices.h - the decisions of which a generated function is made.
//
// A generator asks for one number after another. They come from a seed, or from
// a list that is replayed: then what is missing is 0. As 0 is always the
// simplest answer, a shorter list, or one with more zeros, is a simpler
// function.

#ifndef TESTS_DIFFERENTIAL_CHOICES_H
#define TESTS_DIFFERENTIAL_CHOICES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct choices {
    uint16_t *items; // made so far, or to be replayed
    size_t count, cap, at;
    uint64_t random;
    bool is_replay;
    struct arena *arena; // of items, when they are made
};

struct choices choices_from_seed(struct arena *a, uint64_t seed);
struct choices choices_replayed(uint16_t *items, size_t count);

// A number below n (n > 0).
unsigned choose(struct choices *c, unsigned n);

#endif
