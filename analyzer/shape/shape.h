// shape.h - mistakes that types and tables give away, without walking a path.

#ifndef SHAPE_SHAPE_H
#define SHAPE_SHAPE_H

#include "contract/contract.h"
#include "finding/finding.h"
#include "flow/flow.h"

// Add what is wrong with the calls and the tables of a unit to findings, which
// live in results. O(instructions).
void shape_check(struct arena *results, const struct ir_unit *unit,
                 const struct rules *rules, struct finding_list *findings);

// The same with the slots of types, once the contracts of the unit's functions
// are known. facts are what all units say of themselves (slots_publish), NULL
// when that is not known. O(instructions).
void slots_check(struct arena *results, const struct ir_unit *unit,
                 const struct rules *rules, const struct flow_unit *flow,
                 const struct rules *facts, struct finding_list *findings);

// What the unit stores in fields of objects and in tables of other units, as
// rows of rules. O(instructions).
void slots_publish(const struct ir_unit *unit, const struct rules *rules,
                   const struct flow_unit *flow, FILE *out,
                   const char *before_each);

#endif
