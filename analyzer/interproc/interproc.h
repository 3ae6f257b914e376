// interproc.h - a whole unit: its functions bottom up over the call graph, so
// that what a callee does is known before its callers are walked.

#ifndef INTERPROC_INTERPROC_H
#define INTERPROC_INTERPROC_H

#include "finding/explanation.h"
#include "flow/flow.h"

enum function_status {
    FUNCTION_ANALYSED,
    FUNCTION_IRRELEVANT, // touches nothing counted
    FUNCTION_CUT,        // given up by the budget: silence proves nothing
    FUNCTION_UNPARSED,   // holds an error of the front end: not analysed
    FUNCTION_STATUSES
};

struct function_result {
    const char *file; // as in the unit's files
    uint32_t line;
    const char *name;
    enum function_status status;
    const char *why;                       // of CUT and UNPARSED, else ""
    size_t calls, calls_unknown;           // see struct flow_outcome
    const struct contract *contract;       // inferred from the body, or NULL
    const struct explanation *explanation; // when options->explain names it
};

struct unit_result {
    struct finding_list findings;
    size_t nfunctions, functions_cap;
    struct function_result *functions;
    size_t nproblems;
    const struct ir_problem *problems; // annotations that are not understood
    size_t nwarnings;
    const struct ir_problem *warnings; // comments that are not
    // Of what is called as options->explain says, with a body and without.
    size_t nexplanations, explanations_cap;
    const struct explanation **explanations;
};

// A unit that is analysed in rounds: alone at first, then once more for what
// other units have to say. Lives in results; unit and rules must outlive it.
struct unit_walk;
struct unit_walk *unit_begin(struct arena *results, const struct ir_unit *unit,
                             const struct rules *rules,
                             const struct flow_options *options);

// The first round walks every function. Later ones walk those that call a
// function of which facts (rows of rules, which must outlive the walk) say
// something new, and those that call them. Returns whether any was walked; if
// so *ret is the result of all rounds so far.
bool unit_round(struct unit_walk *w, const struct rules *facts,
                struct unit_result *ret);

// What is known of the unit after the rounds so far.
const struct flow_unit *unit_flow(const struct unit_walk *w);

// What other units may know: the contracts of functions that they can call,
// and the fields that objects own; a row a line, with before_each in front.
void unit_publish(const struct unit_walk *w, FILE *out,
                  const char *before_each);

// All in one, for a unit alone. Findings and the rest live in results.
// With options->dump set, states are printed on the way. O(functions).
void unit_analyse(struct arena *results, const struct ir_unit *unit,
                  const struct rules *rules, const struct flow_options *options,
                  struct unit_result *ret);

// The contract that exits of a function amount to; NULL when they say too
// little (then its calls are judged by the family's convention, if any).
const struct contract *infer_contract(struct arena *a,
                                      const struct flow_unit *u,
                                      const struct ir_unit *unit, uint32_t decl,
                                      const struct flow_outcome *outcome);
// Completes such a contract (whose args have room for one more) with the
// arguments behind "..."; other functions stay as they are. O(body).
void infer_further(const struct flow_unit *u, const struct ir_unit *unit,
                   uint32_t decl, struct contract *c);

#endif
