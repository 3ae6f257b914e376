// awhile.c - fields that hold something for a while only.
//
// in     a store into a field of an object of the API that owns what is there
// out    whether the object takes the reference over for good
//
// Who changes the type of an array to copy its data, and sets it back, moves no
// reference; nor does who sets a field of an object that was filled by others,
// and says nothing of what it held.

#include "flow/engine.h"

static bool sets_field(const struct ir_block *b, const struct ir_ins *ins,
                       const struct loc *field)
{
    const struct ir_ins *m = ins->op == IR_STORE ? ir_maker(b, ins->a) : NULL;

    return m && m->op == IR_FIELD && m->ref == field->ref
           && (uint32_t)m->imm == field->field;
}

// Does a block set the field, from an instruction on, by another one than that?
static bool block_sets(const struct engine *e, uint32_t n, uint32_t from,
                       const struct ir_ins *but, const struct loc *field)
{
    const struct ir_block *b = &e->fn->blocks[n];

    for (uint32_t i = from; i < b->nins; i++)
        if (&b->ins[i] != but && sets_field(b, &b->ins[i], field))
            return true;
    return false;
}

// Is the field set once more behind this point?
static bool is_set_again(const struct engine *e, const struct run *r,
                         const struct loc *field)
{
    const struct ir_fn *fn = e->fn;
    const struct ir_ins *here = engine_ins(e, engine_site(e, r));
    uint32_t *queue =
        arena_array(e->scratch, uint32_t, (size_t)fn->nblocks + 1);
    bool *queued = arena_array(e->scratch, bool, (size_t)fn->nblocks + 1);
    uint32_t n = 1;

    if (block_sets(e, r->block, r->at + 1, here, field))
        return true;
    queue[0] = r->block;
    for (uint32_t i = 0; i < n; i++) {
        const struct ir_block *b = &fn->blocks[queue[i]];

        for (uint32_t k = 0; k < b->nsucc; k++) {
            uint32_t next = b->succ[k];

            if (queued[next])
                continue;
            if (block_sets(e, next, 0, here, field))
                return true;
            queued[next] = true;
            queue[n++] = next;
        }
    }
    return false;
}

// May the field hold something that nobody has let go of?
static bool is_filled(struct engine *e, const struct run *r, uint32_t loc,
                      uint32_t type)
{
    const struct binding *b = state_find(r->st, loc);
    struct value old = b ? b->v : value_sym(sym_init(&e->syms, loc, type));

    return old.sym && truth_of(e, r->st, old) != 0
           && ref_of(e, r->st, old.sym).lender != LENT_NONE;
}

// Is it what the field held before, or what a function read from there?
static bool is_put_back(const struct engine *e, const struct state *s,
                        uint32_t loc, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    struct ref ref = ref_of(e, s, sym);

    return ref.lender == LENT_ITEM && ref.owner == api_owner(e, loc)
           && (y->kind == SYM_INIT ? y->loc == loc : y->kind == SYM_PURE);
}

bool is_set_for_a_while(struct engine *e, const struct run *r, uint32_t loc,
                        uint32_t sym, uint32_t type)
{
    const struct loc *l = &e->syms.locs[loc];

    if (l->kind != LOC_FIELD)
        return false;
    return is_set_again(e, r, l) || is_put_back(e, r->st, loc, sym)
           || (!is_fresh_memory(e, r->st, loc) && is_filled(e, r, loc, type));
}
