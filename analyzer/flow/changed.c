// changed.c - which fields of objects can change while other code runs.
//
// in     the functions of a unit
// out    flow_unit.changed: fields that a function sets in an object that it
//        was given, or out of whose container it takes items
//
// Those that make, initialise or end an object do not count: while others have
// it, they do not run.

#include "flow/unit.h"

// In one function: the temps and locals that hold an argument.
struct given {
    const struct ir_fn *fn;
    bool *temp, *local;
};

static void note_locals(struct arena *a, const struct ir_fn *fn,
                        struct given *g)
{
    *g = (struct given){.fn = fn,
                        .temp = arena_array(a, bool, (size_t)fn->ntemps + 1),
                        .local = arena_array(a, bool, (size_t)fn->nlocals + 1)};
    for (uint32_t l = 0; l < fn->nlocals; l++)
        g->local[l] = fn->locals[l].is_param;
}

// `self = (struct thing *)object` makes another name for the argument.
static void follow(struct given *g, const struct ir_block *b,
                   const struct ir_ins *ins)
{
    const struct ir_ins *m = ins->a ? ir_maker(b, ins->a) : NULL;

    if (ins->op == IR_LOAD && m && m->op == IR_LOCAL)
        g->temp[ins->dst] = g->local[m->ref];
    else if (ins->op == IR_CAST)
        g->temp[ins->dst] = g->temp[ins->a];
    else if (ins->op == IR_STORE && m && m->op == IR_LOCAL)
        g->local[m->ref] = g->temp[ins->b];
}

// Marks the field of an argument that a temp is the address of.
static void mark(struct flow_unit *u, const struct given *g,
                 const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    if (m && m->op == IR_FIELD && g->temp[m->a])
        u->changed[m->ref][m->imm] = true;
}

static bool drops(const struct flow_unit *u, const struct ir_ins *ins)
{
    const struct contract *c = ins->op == IR_CALL && ins->ref && ins->nargs
                                   ? u->contracts[ins->ref]
                                   : NULL;

    return c && c->traits & (TRAIT_DROPS_ITEM | TRAIT_DROPS_ALL);
}

static void scan(struct arena *scratch, struct flow_unit *u,
                 const struct ir_fn *fn)
{
    struct given g;

    note_locals(scratch, fn, &g);
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];

            follow(&g, b, ins);
            if (ins->op == IR_STORE)
                mark(u, &g, b, ins->a);
            if (drops(u, ins)) {
                const struct ir_ins *m = ir_maker(b, ins->args[0]);

                if (m && m->op == IR_LOAD)
                    mark(u, &g, b, m->a);
            }
        }
    }
}

void flow_find_changed(struct flow_unit *u)
{
    const uint64_t own = TRAIT_ROLE_NEW | TRAIT_ROLE_INIT | TRAIT_ROLE_DEALLOC
                         | TRAIT_ROLE_CLEAR;
    struct arena scratch = {0};

    u->changed = arena_array(u->arena, bool *, u->ir->nrecords + 1);
    for (uint32_t r = 1; r <= u->ir->nrecords; r++)
        u->changed[r] =
            arena_array(u->arena, bool, u->ir->records[r].nfields + 1);
    for (uint32_t f = 0; f < u->ir->nfns; f++) {
        const struct contract *role = u->roles[u->ir->fns[f].decl];

        if (!role || !(role->traits & own))
            scan(&scratch, u, &u->ir->fns[f]);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
}
