// unit.h - flow/ only: what holds for a whole unit.

#ifndef FLOW_UNIT_H
#define FLOW_UNIT_H

#include "flow/flow.h"

// What holds of an argument in all calls.
struct passed {
    bool nonzero;
    int64_t lo, hi;
};

struct flow_unit {
    struct arena *arena;
    const struct ir_unit *ir;
    const struct rules *rules;
    int version;                       // of the API, 0 = unknown
    bool *counted_record;              // [record]
    bool *counted_pointer;             // [type]: pointer to a counted record
    const struct contract **contracts; // [decl], from its annotations, the
                                       // rules or inferred
    const struct contract **promises;  // [decl], before any body was looked at
    size_t nproblems, problems_cap;
    struct ir_problem *problems; // annotations that are not understood
    size_t nwarnings, warnings_cap;
    struct ir_problem *warnings; // comments that are not, which changes nothing
    const struct contract **roles;         // [decl], of the slot it stands in
    const struct contract *makers, *users; // the convention for functions
                                           // with and without counted result
    const struct global_rule **globals;    // [global]
    // Fields that own what they point to, because the end of the object
    // releases it: one flag a field, [record][field].
    bool **owned;
    // Fields that some function of the unit writes other than those that make,
    // initialise or end the object: [record][field].
    bool **written;
    // Fields that methods change in objects which others have: [record][field].
    bool **changed;
    bool *calls_out; // [decl]: may run code of the project that is not here
    bool *api_file;  // [file]: declares functions that can set an error
    bool *quiet;     // [decl]: its body calls nothing that could set an error
    bool *setup;     // [decl]: runs once, or is called only by what does
    // What all calls of a static function pass: [decl][param]; NULL where
    // others may call it.
    struct passed **passed;
    bool *ending; // [decl]: ends the life of objects, or is called only by that
};

// roles.c: fills in roles. The functions with one of these roles and their
// helpers, by decl.
void flow_find_roles(struct flow_unit *u);
bool *flow_with_helpers(struct flow_unit *u, uint64_t roles);
// owned.c: fills in owned. The fields that rules (or facts) say are owned, too;
// returns whether one was not known to be.
void flow_find_owned(struct flow_unit *u);
bool flow_own_by_rules(struct flow_unit *u, const struct rules *rules);
// reach.c: fills in api_file, quiet, written and calls_out.
void flow_find_reach(struct flow_unit *u);
// changed.c: fills in changed.
void flow_find_changed(struct flow_unit *u);

// passed.c: fills in passed. O(instructions).
void flow_find_passed(struct flow_unit *u);

// Does the body of decl, or a function that it calls, release what that field
// holds? O(bodies).
bool flow_releases(const struct flow_unit *u, uint32_t decl, uint32_t record,
                   uint32_t field);

// Can a call of decl (0: through a pointer) change this field of an object?
bool flow_may_write(const struct flow_unit *u, uint32_t decl, uint32_t record,
                    uint32_t field);

// Does the body of decl, or a function that it calls, write this field, as far
// as bodies are in sight? O(bodies).
bool flow_writes(const struct flow_unit *u, uint32_t decl, uint32_t record,
                 uint32_t field);

// Is decl a library's that has nothing to do with the API: declared where none
// of its functions is, without counted objects and functions to call back?
bool flow_is_apart(const struct flow_unit *u, uint32_t decl);

#endif
