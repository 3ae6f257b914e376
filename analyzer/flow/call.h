// call.h - flow/ only: one call on one path, shared by the files that walk it.
//
//     callee.c   whose contract it is
//     effects.c  what happens to the arguments
//     stale.c    what containers may have let go of meanwhile
//     fill.c     which of their places are filled twice
//     call.c     what comes back, and in how many ways

#ifndef FLOW_CALL_H
#define FLOW_CALL_H

#include "flow/engine.h"

// One call on one path.
struct call {
    const struct ir_ins *ins;
    uint32_t decl; // 0 when it goes through a pointer
    const struct contract *c;
    uint32_t nargs;
    struct value *args;
    struct effect *effects; // as they are without outcomes, formats resolved
    bool *optional;         // an out argument that may stay unwritten
    bool *fails_behind;     // the format can fail when this is written already
    bool left;              // it fails behind the argument that is written
    bool supposed; // in an outcome of which nobody knows whether it can be
};

// The function by whose convention alone the contract holds, 0 for none.
static inline uint32_t call_weak(const struct call *k)
{
    return k->c->weak ? k->decl : 0;
}

// The value of argument n (from 1); NULL when there is none.
static inline struct value call_argument(const struct call *k, int n)
{
    return n > 0 && (uint32_t)n <= k->nargs ? k->args[n - 1] : value_int(0);
}

// callee.c: fills in decl and c; counts the call in the outcome, once a site.
void call_find(struct engine *e, struct run *r, struct call *k);
void call_count(struct engine *e, struct run *r, const struct call *k);

// effects.c
// The text of a literal that a value is the address of; NULL when it is none.
const char *call_literal(const struct engine *e, struct value v);
// Fills in effects and optional.
void call_effects(struct engine *e, struct call *k);
// Reports NULL (surely, or as far as anybody tested) where the callee cannot
// take it; the path may be dead then.
void call_check_null(struct engine *e, struct run *r, const struct call *k,
                     uint32_t i);
// All effects on the arguments, in one outcome (NULL: in any).
void call_apply(struct engine *e, struct run *r, const struct call *k,
                const struct outcome *o);
// One more reference to an argument: or the first one, when the rule says that
// the call makes an object of its memory, which may have been one already.
void call_increfs(struct engine *e, struct run *r, const struct call *k,
                  uint32_t sym);
// The result holds what the callee has kept in it.
void call_kept(struct engine *e, struct run *r, const struct call *k,
               uint32_t result);

// fill.c
// An object may have been put in a place of a container.
void fill_apply(struct engine *e, struct run *r, const struct call *k);

// dangle.c
// The reference of a field was released by a call that does nothing else.
void dangle_released(struct engine *e, struct run *r, uint32_t sym);
// The call runs arbitrary code.
void dangle_ran(struct engine *e, struct run *r, const struct call *k);

// stale.c
// Which item of its owner a borrowed result is: 0 when the call does not say.
struct value stale_key(const struct call *k);
// A container that other code can change has taken it over, or keeps it.
void stale_stored(struct run *r, const struct call *k, uint32_t sym,
                  struct value taker);
// It may have asked whether a container has an item. Is it a look-up of one
// that was found to be there?
void stale_ask(struct run *r, const struct call *k, struct value result);
bool stale_has(const struct engine *e, const struct run *r,
               const struct call *k);
// Does it matter whether the call succeeds, since an item is lost then?
bool stale_at_stake(const struct engine *e, const struct run *r,
                    const struct call *k);
// The call may have run any code, and has (unless it failed) dropped items.
void stale_apply(struct engine *e, struct run *r, const struct call *k,
                 bool failed);

#endif
