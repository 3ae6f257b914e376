// shape.h - mistakes that types and tables give away, without walking a path.

#ifndef SHAPE_SHAPE_H
#define SHAPE_SHAPE_H

#include "contract/contract.h"
#include "finding/finding.h"

// Add what is wrong with the calls and the tables of a unit to findings, which
// live in results. O(instructions).
void shape_check(struct arena *results, const struct ir_unit *unit,
                 const struct rules *rules, struct finding_list *findings);

#endif
