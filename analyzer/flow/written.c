// written.c - is a body seen to write a field?
//
// in     a function and a field
// out    whether it, or a function that it calls, writes the field or takes its
//        address; bodies out of sight say nothing

#include "flow/unit.h"

static const struct ir_ins *field_at(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && (m->op == IR_CAST || m->op == IR_ELEM))
        m = ir_maker(b, m->a);
    return m && m->op == IR_FIELD ? m : NULL;
}

static bool is_field(const struct ir_block *b, uint32_t temp, uint32_t record,
                     uint32_t field)
{
    const struct ir_ins *m = field_at(b, temp);

    return m && m->ref == record && m->imm == field;
}

// Does it write the field, or take its address?
static bool touches(const struct flow_unit *u, const struct ir_block *b,
                    const struct ir_ins *ins, uint32_t record, uint32_t field)
{
    bool whole = ins->op == IR_COPY || ins->op == IR_ZERO;
    const struct ir_type *t = &u->ir->types[ins->type];

    if (whole && t->kind == IR_TYPE_RECORD && t->record == record)
        return true;
    if ((ins->op == IR_STORE || whole) && is_field(b, ins->a, record, field))
        return true;
    if (ins->op == IR_STORE && is_field(b, ins->b, record, field))
        return true;
    for (uint32_t k = 0; k < ins->nargs; k++)
        if (is_field(b, ins->args[k], record, field))
            return true;
    return false;
}

static bool writes(const struct flow_unit *u, uint32_t decl, uint32_t record,
                   uint32_t field, int depth)
{
    uint32_t body = u->ir->decls[decl].fn;
    const struct ir_fn *fn = body ? &u->ir->fns[body - 1] : NULL;

    if (!fn || depth == 0)
        return false;
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];

            if (touches(u, b, ins, record, field)
                || (ins->op == IR_CALL && ins->ref
                    && writes(u, ins->ref, record, field, depth - 1)))
                return true;
        }
    }
    return false;
}

bool flow_writes(const struct flow_unit *u, uint32_t decl, uint32_t record,
                 uint32_t field)
{
    enum { DEPTH = 4 };

    return writes(u, decl, record, field, DEPTH);
}
