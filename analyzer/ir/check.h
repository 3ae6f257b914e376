// check.h - what the parts of the verifier share: where it stands, and how it
// says what is wrong there. Private to ir/.

#ifndef IR_CHECK_H
#define IR_CHECK_H

#include "ir/ir.h"

#include <stddef.h>

struct check {
    const struct ir_unit *unit;
    const struct ir_fn *fn;       // NULL while the tables are checked
    const struct ir_block *block; // NULL outside of blocks
    const struct ir_ins *ins;     // NULL at the end of a block
    struct err *err;
};

// Say what is wrong at c. Always -1, so that checks read `return check_fail`.
int check_fail(const struct check *c, const char *fmt, ...) BASE_PRINTF(2, 3);

// An array of count elements is there; `what` names it.
int check_array(const struct check *c, const void *array, uint32_t count,
                const char *what);
int check_string(const struct check *c, const char *s, const char *what);
int check_pos(const struct check *c, struct ir_pos pos, const char *what);
// 1..count
int check_index(const struct check *c, uint32_t index, uint32_t count,
                const char *what);
int check_type(const struct check *c, uint32_t type, const char *what);

// The blocks of c->fn (whose successors are in range) are all reached from
// the entry and stand in reverse post order. O(blocks and edges).
int check_order(const struct check *c);

#endif
