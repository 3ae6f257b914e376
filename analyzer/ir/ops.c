// ops.c - instruction kinds -> their names; the kinds themselves are ops.def.

#include "ir/ir.h"

static const struct {
    const char *name;
    bool dst;
} ops[IR_OPS] = {
#define OP(id, name, dst, a, b) [IR_##id] = {name, dst},
#include "ir/ops.def"
#undef OP
};

const char *ir_op_name(enum ir_op op)
{
    return (unsigned)op < IR_OPS ? ops[op].name : "?";
}

const struct ir_ins *ir_maker(const struct ir_block *b, uint32_t temp)
{
    for (uint32_t i = 0; temp && i < b->nins; i++)
        if (b->ins[i].dst == temp)
            return &b->ins[i];
    return NULL;
}

bool ir_op_has_dst(enum ir_op op)
{
    return (unsigned)op < IR_OPS && ops[op].dst;
}
