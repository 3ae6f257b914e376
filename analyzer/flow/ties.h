// ties.h - flow/ only: two values that paths into one join had in pairs.
//
// "x is NULL where y is 2, and not NULL where y is 3": what a join forgets of
// each alone, a test of one brings back of the other.

#ifndef FLOW_TIES_H
#define FLOW_TIES_H

#include "flow/engine.h"

enum { TIES_MOST = 4, MET_MOST = 16 };

// What two states held in one place that is another symbol after their join.
struct met {
    uint32_t sym; // after the join
    struct value a, b;
};

// Of the places that met, tie those that go in pairs; a is the state that
// stands for both from here on, before its facts are joined. True when less is
// known than a knew.
bool ties_join(struct engine *e, struct state *a, const struct state *b,
               const struct met *met, unsigned nmet);

// What the joined value is not, as far as both sides know. True when less is
// known than a knew.
bool ties_differ(struct engine *e, struct state *a, const struct state *b,
                 const struct met *m);

// What is known of a symbol has become f; what its ties (those of the state
// before that) say of others follows. False when it cannot be.
bool ties_settle(struct engine *e, struct run *r, const struct tie *ties,
                 uint32_t sym, const struct fact *f);

#endif
