// flow.h - all paths of one function: findings, and the ways it can end.
//
// Property simulation (Das, Lerner, Seigle: "ESP: Path-Sensitive Program
// Verification in Polynomial Time", PLDI 2002): where paths meet, states that
// agree on all references are merged, the others go on side by side.
//
// The engine knows contracts (contract/) and the IR; it knows no API.

#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "base/arena.h"
#include "contract/contract.h"
#include "finding/finding.h"
#include "ir/ir.h"

#include <stdbool.h>
#include <stdio.h>

// What holds for a whole unit: which types are counted, which contract each
// function has, which fields own what they point to.
struct flow_unit;

// Lives in a; unit and rules must outlive it. O(unit).
struct flow_unit *flow_unit_new(struct arena *a, const struct ir_unit *unit,
                                const struct rules *rules);

// Annotations that could not be read, in order of the functions.
const struct ir_problem *flow_problems(const struct flow_unit *u,
                                       size_t *ret_count);

// Comments of functions with an annotation that is wrong: not heeded, no more.
const struct ir_problem *flow_warnings(const struct flow_unit *u,
                                       size_t *ret_count);

// The contract that calls of a function are judged by: that of its annotations,
// else that of the rules, else the one given with flow_set_contract (inferred
// from the body), else what the family's convention says, else NULL.
const struct contract *flow_contract(const struct flow_unit *u, uint32_t decl);
void flow_set_contract(struct flow_unit *u, uint32_t decl,
                       const struct contract *c);
// Is the contract given in full by annotations or the rules, so that no body
// overrules it?
bool flow_ruled(const struct flow_unit *u, uint32_t decl);

// Take over what other units of the project say of their functions and of the
// fields that objects own; facts must outlive u. For each function of another
// unit of which this says something new, changed[decl] is set. Returns whether
// a field is owned that was not: that concerns all functions.
bool flow_learn(struct flow_unit *u, const struct rules *facts, bool *changed);

// The fields of which this unit says by itself (not the rules) that objects own
// them, as rows of rules.
void flow_print_owned(const struct flow_unit *u, FILE *out,
                      const char *before_each);
// Is what this place holds owned by the object around it?
bool flow_field_owned(const struct flow_unit *u, uint32_t record,
                      uint32_t field);

// The contract of the slot that a function is stored in, NULL when in none.
const struct contract *flow_role(const struct flow_unit *u, uint32_t decl);
bool flow_counted_pointer(const struct flow_unit *u, uint32_t type);

// How a function can end, seen from its caller.
enum flow_result {
    FLOW_PLAIN,     // not a counted pointer
    FLOW_NULL,      // NULL
    FLOW_NEW,       // the caller owns it
    FLOW_ALIAS,     // parameter `of` itself, nothing more
    FLOW_NEW_ALIAS, // parameter `of` itself with one more reference
    FLOW_BORROWED,  // kept alive by parameter `of`, or by others (of 0)
    FLOW_UNKNOWN
};

struct flow_param {
    int change;   // of the references the caller holds: -1, 0, +1
    bool null;    // it was NULL
    bool absent;  // and on no path that ends like this was it anything else
    bool escaped; // something happened to it that we cannot know
    bool stored;  // kept in memory that outlives the call
    int in; // the parameter (from 1) that holds it then, or IN_RESULT; 0: none
            // is known to
    bool freed;    // its memory was given back, whatever its count
    bool released; // change -1 came from a decref, not from a steal or store
    bool was_null; // *param was NULL
    bool took;     // what *param held at the start was released or handed on
    // What *param holds at the end, when the function stored to it:
    bool wrote;
    enum flow_result out;
    bool out_maybe_null; // NEW, BORROWED: or NULL
};

// Where a parameter got what an exit says of it, for who asks why. A call by
// its callee; 0 when it is none, or goes through a pointer.
struct flow_cause {
    struct ir_pos at; // file 0: nothing happened to it
    bool is_call;
    uint32_t decl;
};

struct flow_exit {
    struct ir_pos at; // of the return: of exits that are alike, the first
    // With options->explain: the other returns, and the causes by parameter.
    size_t nalike, alike_cap;
    struct ir_pos *alike;
    struct flow_cause *causes;
    enum flow_result result;
    int of;           // parameter, from 1
    bool maybe_null;  // NEW, BORROWED: or NULL
    bool fresh;       // NEW: made on this path, nobody else knows it
    bool is_shared;   // NEW: others hold it as well
    bool passes_null; // ALIAS: perhaps the parameter was NULL, and is returned
    bool untracked;   // ... and no cycle collector looks at it
    int64_t lo, hi;   // PLAIN integers: the range of the result
    bool is_void;
    enum error_after error; // what is left of the error indicator
    bool hands_on; // but an error is set when the result is in this range
    int64_t error_lo, error_hi;
    bool ran;         // arbitrary code may have run on the way
    bool oom, misuse; // it fails (NULL, or negative) only when memory runs
                      // out; when something is misused
    struct flow_param *params;
};

enum flow_status {
    FLOW_DONE,
    FLOW_IRRELEVANT, // touches nothing counted: nothing to do
    FLOW_CUT         // the budget ran out: what was found stands, silence
                     // proves nothing
};

struct flow_outcome {
    enum flow_status status;
    const char *why_cut;         // "" unless FLOW_CUT
    size_t steps;                // instructions executed
    size_t calls, calls_unknown; // call sites with counted arguments or result
    bool on_unowned; // it mattered that some field is not known to be owned
    size_t nexits;
    struct flow_exit *exits; // distinct; live in the arena given
    // With options->explain: the first call that may run arbitrary code, and
    // those calls that were counted as unknown, in the order of the walk.
    struct flow_cause ran;
    size_t nunknown, unknown_cap;
    struct flow_cause *unknown;
};

struct flow_options {
    size_t max_steps;    // instructions executed in one function; 0 = default
    FILE *dump;          // print the states at each block's entry, or NULL
    const char *explain; // keep the causes for functions of this name, or NULL
    // A function that calls itself: what it hands on to bodies of which nothing
    // is known yet, they leave alone (to be proved by a walk without this).
    bool supposes;
};

// Walk fn (which has no problem and is verified). Findings are added to list
// and live in results, as the outcome does; scratch is used and can be reset
// afterwards. O(blocks x distinct states).
void flow_function(struct flow_unit *u, const struct ir_fn *fn,
                   const struct flow_options *options, struct arena *scratch,
                   struct arena *results, struct finding_list *list,
                   struct flow_outcome *ret);

#endif
