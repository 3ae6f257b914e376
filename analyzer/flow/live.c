// live.c - which locals are still needed at the start of each block.
//
// in     the blocks of a function
// out    engine.scalar: locals that are only ever loaded and stored whole;
//        engine.live: those of them whose content may be read later
//
// The classic backward data flow, on bytes; blocks are visited in reverse, so
// a function without loops takes one round. Locals that are not scalar are
// never given up.

#include "flow/engine.h"

#include <string.h>

// In a block, which temp is the address of which local (plus one).
static void find_scalars(struct engine *e)
{
    const struct ir_fn *fn = e->fn;
    uint32_t *local_of =
        arena_array(e->scratch, uint32_t, (size_t)fn->ntemps + 1);

    for (uint32_t l = 0; l < fn->nlocals; l++)
        e->scalar[l] = true;
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];

            if (ins->op == IR_LOCAL)
                local_of[ins->dst] = ins->ref + 1;
            if (ins->a && local_of[ins->a] && ins->op != IR_LOAD
                && ins->op != IR_STORE)
                e->scalar[local_of[ins->a] - 1] = false;
            if (ins->b && local_of[ins->b])
                e->scalar[local_of[ins->b] - 1] = false;
            for (uint32_t k = 0; k < ins->nargs; k++)
                if (local_of[ins->args[k]])
                    e->scalar[local_of[ins->args[k]] - 1] = false;
        }
        if (b->value && local_of[b->value])
            e->scalar[local_of[b->value] - 1] = false;
    }
}

// live = what block n reads before it writes, plus `after` it does not write.
static bool transfer(struct engine *e, uint32_t n, const uint32_t *local_of,
                     unsigned char *after)
{
    const struct ir_block *b = &e->fn->blocks[n];
    unsigned char *live = e->live + (size_t)n * e->fn->nlocals;
    bool changed = false;

    for (uint32_t i = b->nins; i-- > 0;) {
        const struct ir_ins *ins = &b->ins[i];
        uint32_t l = ins->a ? local_of[ins->a] : 0;

        if (ins->op == IR_STORE && l)
            after[l - 1] = 0;
        else if (ins->op == IR_LOAD && l)
            after[l - 1] = 1;
        else if (ins->op == IR_DECLARE)
            after[ins->ref] = 0;
    }
    for (uint32_t l = 0; l < e->fn->nlocals; l++) {
        changed = changed || live[l] != after[l];
        live[l] = after[l];
    }
    return changed;
}

static void find_live(struct engine *e)
{
    const struct ir_fn *fn = e->fn;
    uint32_t *local_of =
        arena_array(e->scratch, uint32_t, (size_t)fn->ntemps + 1);
    unsigned char *after =
        arena_array(e->scratch, unsigned char, (size_t)fn->nlocals + 1);
    bool changed = true;

    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_LOCAL)
                local_of[fn->blocks[n].ins[i].dst] =
                    fn->blocks[n].ins[i].ref + 1;
    while (changed) {
        changed = false;
        for (uint32_t n = fn->nblocks; n-- > 0;) {
            const struct ir_block *b = &fn->blocks[n];

            memset(after, 0, fn->nlocals);
            for (uint32_t k = 0; k < b->nsucc; k++) {
                const unsigned char *next =
                    e->live + (size_t)b->succ[k] * fn->nlocals;

                for (uint32_t l = 0; l < fn->nlocals; l++)
                    after[l] |= next[l];
            }
            changed = transfer(e, n, local_of, after) || changed;
        }
    }
}

void live_find(struct engine *e)
{
    const struct ir_fn *fn = e->fn;

    e->scalar = arena_array(e->scratch, bool, (size_t)fn->nlocals + 1);
    e->live = arena_array(e->scratch, unsigned char,
                          (size_t)fn->nblocks * fn->nlocals + 1);
    find_scalars(e);
    find_live(e);
}
