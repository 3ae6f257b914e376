// merge.h - flow/ only: from two states at one block to one that stands for
// both, shared by the files that get there.
//
//     tidy.c   brings each into comparable form
//     agree.c  whether they may become one
//     join.c   what a place holds then, when the two differ
//     merge.c  the one state

#ifndef FLOW_MERGE_H
#define FLOW_MERGE_H

#include "flow/engine.h"

// tidy.c
// A parameter, or what it points to, that was NULL: kept for the contract
// alone.
bool is_absent(const struct engine *e, const struct fact *f);

// agree.c
// A reference on which two states must agree.
bool significant(const struct ref *r);
bool same_ref(const struct ref *a, const struct ref *b);
// The record of what v is, when it is such a reference; else NULL.
const struct ref *significant_ref(const struct state *s, struct value v);
// What a place that is not bound holds in a state.
bool peek(struct engine *e, const struct state *s, uint32_t loc, uint32_t type,
          struct value *ret);

// Two objects that are both there or both not are no two independent ones.
enum { NULLABLE_MOST = 1 };

// The references that one side has and the other has not.
struct difference {
    uint32_t in_a[NULLABLE_MOST], in_b[NULLABLE_MOST];
    unsigned na, nb;
};

bool listed(const uint32_t *list, unsigned n, uint32_t sym);
// One of these on one side, and NULL on the other.
bool nullable_pair(const struct difference *d, struct value va,
                   struct value vb);
// A parameter, or what it points to, on one side, and on the other the NULL
// that it was there: on both, it is what was passed. 0 for all else.
uint32_t passed_value(const struct engine *e, const struct state *a,
                      struct value va, const struct state *b, struct value vb);
// Do their signs show already that they may not?
bool signs_apart(const struct state *a, const struct state *b);
// May the two become one? Fills in *d.
bool mergeable(struct engine *e, const struct state *a, const struct state *b,
               struct difference *d);

// join.c
static inline uint32_t type_of(const struct engine *e, struct value v)
{
    return v.sym ? e->syms.syms[v.sym].type : 0;
}

// What holds of both.
struct fact join_facts(struct fact x, struct fact y);
// A range that grows with each turn of a loop would grow for long: from what it
// was before, it goes to the next sign at once.
void widen_fact(struct fact *f, const struct fact *old);
bool knows_nothing(const struct fact *f);
// What a place holds after the join, when it holds va in a and vb in b; facts
// and record of it are put into a.
struct value join_values(struct engine *e, struct state *a,
                         const struct state *b, uint32_t loc, struct value va,
                         struct value vb, bool *ret_changed);

#endif
