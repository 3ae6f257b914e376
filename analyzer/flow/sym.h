// sym.h - the values and places of one function, each with one number.
//
// A value is an integer or a symbol; a symbol stands for a value that is not
// known, and is the same wherever the same value is. A place (loc) is where a
// value can be stored. Both are interned: equal ones have equal numbers, so
// states are compared by comparing numbers, also across paths.
//
// A symbol made at an instruction is named after that instruction (its site),
// so that two paths that ran it agree on the name. When a loop runs it again,
// generation 0 is the newest and generation 1 stands for the one before
// (recency abstraction: Balakrishnan and Reps, SAS 2006).

#ifndef FLOW_SYM_H
#define FLOW_SYM_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct value {
    uint32_t sym; // 0: the integer num
    int64_t num;
};

enum sym_kind {
    SYM_NONE,
    SYM_INIT,  // what place `loc` held when the function began
    SYM_SITE,  // made by instruction `site`, its result or argument `slot`
    SYM_AFTER, // what place `loc` holds after the call at `site`
    SYM_JOIN,  // what place `loc` holds where paths meet at block `site`
    SYM_EXPR,  // `op` of x and y
    SYM_PURE,  // what function `site` yields for x and y, the same each time
    SYM_ADDR,  // the address of place `loc`
    SYM_FN,    // the address of function `site`
};

struct sym {
    enum sym_kind kind;
    uint32_t site;
    uint32_t slot;
    uint32_t gen;
    uint32_t loc;
    uint32_t op;
    struct value x, y;
    // Not part of its identity:
    uint32_t type;  // of the value, 0 when not known
    uint32_t mark;  // equal to syms.epoch when reached (tidy.c)
    uint64_t parts; // which symbols may occur in it: see sym_bit
};

enum loc_kind {
    LOC_NONE,
    LOC_LOCAL,  // local `ref`
    LOC_GLOBAL, // global `ref`
    LOC_STRING, // a literal, made by instruction `ref`
    LOC_DEREF,  // what symbol `ref` points to
    LOC_FIELD,  // field `field` of record `ref` in `base`
    LOC_ELEM,   // element `index` of `base`
};

struct loc {
    enum loc_kind kind;
    uint32_t base;
    uint32_t ref;
    uint32_t field;
    struct value index;
    // Not part of its identity:
    uint32_t depth; // pointers followed to get there
    uint32_t root;  // the LOCAL, GLOBAL, STRING or DEREF at the bottom
    uint32_t via;   // FIELD: the variable it was first reached through, or 0
    uint64_t parts; // which symbols may occur in it: see sym_bit
};

struct syms {
    struct arena *arena;
    struct sym *syms; // [1..nsyms]
    size_t nsyms, syms_cap;
    struct loc *locs; // [1..nlocs]
    size_t nlocs, locs_cap;
    uint32_t *sym_slots, *loc_slots; // hash tables
    size_t nsym_slots, nloc_slots;   // powers of two
    uint32_t epoch;
};

void syms_init(struct syms *s, struct arena *a);

// A set of symbols as a filter: several share a bit, so that a clear one says
// "not in it" and a set one "perhaps".
static inline uint64_t sym_bit(uint32_t sym)
{
    return UINT64_C(1) << (sym % 64);
}

static inline struct value value_int(int64_t num)
{
    return (struct value){0, num};
}

static inline struct value value_sym(uint32_t sym)
{
    return (struct value){sym, 0};
}

static inline bool value_same(struct value a, struct value b)
{
    return a.sym == b.sym && a.num == b.num;
}

// The number of the symbol or place that is like *key (the fields behind "not
// part of its identity" apart); made when it is new. O(1).
uint32_t sym_intern(struct syms *s, const struct sym *key);
uint32_t loc_intern(struct syms *s, const struct loc *key);

uint32_t sym_init(struct syms *s, uint32_t loc, uint32_t type);
uint32_t sym_site(struct syms *s, uint32_t site, uint32_t slot, uint32_t type);
uint32_t sym_after(struct syms *s, uint32_t site, uint32_t loc, uint32_t type);
uint32_t sym_join(struct syms *s, uint32_t block, uint32_t loc, uint32_t type);
uint32_t sym_expr(struct syms *s, uint32_t op, struct value x, struct value y);
uint32_t sym_addr(struct syms *s, uint32_t loc);
uint32_t sym_fn(struct syms *s, uint32_t decl);

uint32_t loc_local(struct syms *s, uint32_t local);
uint32_t loc_global(struct syms *s, uint32_t global);
uint32_t loc_deref(struct syms *s, uint32_t sym);
uint32_t loc_field(struct syms *s, uint32_t base, uint32_t record,
                   uint32_t field);
uint32_t loc_elem(struct syms *s, uint32_t base, struct value index);

// The same thing with symbol `from` replaced by `to` wherever it occurs in it.
struct value value_replace(struct syms *s, struct value v, uint32_t from,
                           struct value to);
uint32_t loc_replace(struct syms *s, uint32_t loc, uint32_t from,
                     struct value to);
// Does symbol `part` occur in v?
bool value_mentions(const struct syms *s, struct value v, uint32_t part);
bool loc_mentions(const struct syms *s, uint32_t loc, uint32_t part);

// Is it what a parameter held when the function began?
bool is_parameter(const struct syms *s, uint32_t sym);
// The same, or what a variable of the caller held that a parameter points to.
bool is_passed(const struct syms *s, uint32_t sym);

// What points to the memory that the place is in; 0 for variables and literals.
uint32_t loc_object(const struct syms *s, uint32_t loc);

// Is the place inside of memory that outlives the function's own variables?
bool loc_is_shared(const struct syms *s, uint32_t loc);

#endif
