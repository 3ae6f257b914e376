// life.c - the types of a unit: see life.h.

#include "shape/life_parts.h"

static void number_fields(struct lives *l)
{
    l->first = arena_array(l->arena, uint32_t, l->ir->nrecords + 1);
    for (uint32_t r = 1; r <= l->ir->nrecords; r++) {
        l->first[r] = l->nfields;
        l->nfields += l->ir->records[r].nfields;
    }
}

// Where the flags are not seen, who traverses its objects has set it.
enum known life_is_collected(const struct life_type *t)
{
    const struct life_slot *traverse = &t->slots[LIFE_TRAVERSE];

    if (!t->rule->gc || !t->has_flags)
        return traverse->decl ? YES : UNKNOWN;
    if (t->flags & t->rule->gc)
        return YES;
    return t->has_base ? UNKNOWN : NO; // inherited
}

uint32_t life_base_of(const struct lives *l, uint32_t record)
{
    const struct ir_record *r = &l->ir->records[record];
    const struct ir_type *t =
        r->nfields ? &l->ir->types[r->fields[0].type] : NULL;

    return t && t->kind == IR_TYPE_RECORD ? t->record : 0;
}

struct lives *lives_new(struct arena *a, const struct ir_unit *ir,
                        const struct rules *rules, const struct flow_unit *flow,
                        const struct rules *facts)
{
    struct lives *l = arena_new(a, struct lives);

    *l = (struct lives){
        .arena = a, .ir = ir, .rules = rules, .flow = flow, .facts = facts};
    life_find_types(l);
    return l;
}

// Is every function of the project that the unit calls in some unit that is
// known? Else there are more of them, and what they store is not seen.
static bool is_whole(const struct lives *l)
{
    for (uint32_t f = 0; f < l->ir->nfns; f++)
        for (uint32_t n = 0; n < l->ir->fns[f].nblocks; n++)
            for (uint32_t i = 0; i < l->ir->fns[f].blocks[n].nins; i++) {
                const struct ir_ins *ins = &l->ir->fns[f].blocks[n].ins[i];
                const struct ir_decl *d =
                    ins->op == IR_CALL ? &l->ir->decls[ins->ref] : NULL;

                if (d && ins->ref && !d->fn && !d->is_foreign
                    && !flow_contract(l->flow, ins->ref))
                    return false;
            }
    return true;
}

void lives_find_stores(struct lives *l)
{
    number_fields(l);
    l->stores = arena_array(l->arena, struct life_stores, l->nfields + 1);
    life_find_stores(l);
    life_find_members(l);
    if (l->facts)
        life_hear_stores(l);
    l->is_whole = l->facts && is_whole(l);
}
