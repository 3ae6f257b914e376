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
// are known. O(instructions).
void slots_check(struct arena *results, const struct ir_unit *unit,
                 const struct rules *rules, const struct flow_unit *flow,
                 struct finding_list *findings);

#endif
