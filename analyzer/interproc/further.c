// further.c - what a variadic function does with the arguments behind "...".
//
// in     the body of the function, the contracts of what it calls
// out    the tail of its contract: what its format says, when it hands that
//        on to a function whose contract names the grammar; else unknown

#include "interproc/interproc.h"

// The parameter whose value a temp is, counted from 0; -1 for none.
static int parameter_in(const struct ir_fn *fn, const struct ir_block *b,
                        uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    m = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return m && m->op == IR_LOCAL && fn->locals[m->ref].is_param ? (int)m->ref
                                                                 : -1;
}

// The grammar of the format that the function takes as its last parameter and
// hands on; NULL when it hands on none.
static const char *handed_on(const struct flow_unit *u, const struct ir_fn *fn,
                             int last)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct contract *c = ins->op == IR_CALL && ins->ref
                                           ? flow_contract(u, ins->ref)
                                           : NULL;

            for (uint32_t k = 0; c && k < ins->nargs; k++)
                if (contract_arg(c, (int)k).kind == EFFECT_FORMAT
                    && parameter_in(fn, b, ins->args[k]) == last)
                    return contract_arg(c, (int)k).grammar;
        }
    }
    return NULL;
}

void infer_further(const struct flow_unit *u, const struct ir_unit *unit,
                   uint32_t decl, struct contract *c)
{
    const struct ir_decl *d = &unit->decls[decl];
    int last = c->nargs - 1;
    const char *grammar;

    if (!d->is_variadic || !d->fn || last < 0)
        return;
    grammar = handed_on(u, &unit->fns[d->fn - 1], last);
    c->by_format = grammar != NULL;
    c->repeats = !grammar;
    if (grammar)
        c->args[last] =
            (struct effect){.kind = EFFECT_FORMAT, .grammar = grammar};
    else
        c->args[c->nargs++] =
            (struct effect){.kind = EFFECT_ESCAPE, .maybe_null = true};
}
