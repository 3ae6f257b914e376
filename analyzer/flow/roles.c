// roles.c - the contracts that functions must keep because of where they stand.
//
// in     tables of methods and slots, stores into such, names that rules speak
// of out    flow_unit.roles; the functions that run once, or that end objects

#include "flow/unit.h"

#include <string.h>

static void roles_of_tables(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;

    for (uint32_t g = 1; g <= ir->nglobals; g++) {
        if (rules_table_is_other(u->rules, ir, g))
            continue;
        for (uint32_t i = 0; i < ir->globals[g].ninits; i++) {
            const struct ir_init *init = &ir->globals[g].inits[i];
            const struct slot_rule *slot;

            if (init->kind != IR_INIT_FN)
                continue;
            slot = rules_slot_of(u->rules, ir, &ir->globals[g], init);
            if (slot && !u->roles[init->ref])
                u->roles[init->ref] = &slot->contract;
        }
    }
}

// Do two temps of a block hold the same address?
static bool same_address(const struct ir_block *b, uint32_t x, uint32_t y)
{
    const struct ir_ins *m = ir_maker(b, x);
    const struct ir_ins *o = ir_maker(b, y);

    if (!m || !o || m->op != o->op)
        return false;
    switch (m->op) {
    case IR_CONST:
        return m->imm == o->imm;
    case IR_LOCAL:
    case IR_GLOBAL:
        return m->ref == o->ref;
    case IR_LOAD:
    case IR_CAST:
        return same_address(b, m->a, o->a);
    case IR_ELEM:
        return same_address(b, m->a, o->a) && same_address(b, m->b, o->b);
    default:
        return false;
    }
}

// One field of a struct that a block fills.
struct filled {
    const struct ir_unit *ir;
    const struct ir_block *b;
    const struct ir_ins *place;
};

// What the same block stores in another field of the same struct.
static bool filled_beside(void *arg, const char *field, int64_t *ret_value)
{
    const struct filled *f = arg;

    for (uint32_t i = 0; i < f->b->nins; i++) {
        const struct ir_ins *s = &f->b->ins[i];
        const struct ir_ins *place =
            s->op == IR_STORE ? ir_maker(f->b, s->a) : NULL;
        const struct ir_ins *value = place ? ir_maker(f->b, s->b) : NULL;

        if (!value || value->op != IR_CONST || place->op != IR_FIELD
            || place->ref != f->place->ref
            || strcmp(f->ir->records[place->ref].fields[place->imm].name, field)
                   != 0
            || !same_address(f->b, place->a, f->place->a))
            continue;
        *ret_value = value->imm;
        return true;
    }
    return false;
}

// Slots that are filled by assignment: Type.slot = f, or a table of slots that
// is a local of the function.
static void roles_of_stores(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;

    for (uint32_t f = 0; f < ir->nfns; f++) {
        for (uint32_t n = 0; n < ir->fns[f].nblocks; n++) {
            const struct ir_block *b = &ir->fns[f].blocks[n];

            for (uint32_t i = 0; i < b->nins; i++) {
                const struct ir_ins *value;
                const struct ir_ins *place;
                const struct contract *c;

                if (b->ins[i].op != IR_STORE)
                    continue;
                value = ir_maker(b, b->ins[i].b);
                place = ir_maker(b, b->ins[i].a);
                if (!value || !place || value->op != IR_FN
                    || place->op != IR_FIELD)
                    continue;
                c = rules_slot(u->rules, ir->records[place->ref].name,
                               ir->records[place->ref].fields[place->imm].name,
                               filled_beside, &(struct filled){ir, b, place});
                if (c && !u->roles[value->ref]
                    && !rules_local_is_other(u->rules, ir, &ir->fns[f], b,
                                             place))
                    u->roles[value->ref] = c;
            }
        }
    }
}

void flow_find_roles(struct flow_unit *u)
{
    u->roles =
        arena_array(u->arena, const struct contract *, u->ir->ndecls + 1);
    for (uint32_t d = 1; d <= u->ir->ndecls; d++) {
        const struct contract *c;

        // Groups of names are roles too: entry points have one name each.
        if (!u->ir->decls[d].fn)
            continue;
        c = rules_find(u->rules, u->ir->decls[d].name, u->version);
        if (c && c->name[strlen(c->name) - 1] == '*')
            u->roles[d] = c;
    }
    roles_of_tables(u);
    roles_of_stores(u);
}

// The functions with one of these roles and their helpers: helpers of module
// init are module init.
bool *flow_with_helpers(struct flow_unit *u, uint64_t roles)
{
    const struct ir_unit *ir = u->ir;
    bool *set = arena_array(u->arena, bool, ir->ndecls + 1);
    bool more = true;

    for (uint32_t d = 1; d <= ir->ndecls; d++)
        set[d] = u->roles[d] && u->roles[d]->traits & roles;
    while (more) {
        bool *only = arena_array(u->arena, bool, ir->ndecls + 1);
        bool *other = arena_array(u->arena, bool, ir->ndecls + 1);

        more = false;
        for (uint32_t f = 0; f < ir->nfns; f++) {
            for (uint32_t n = 0; n < ir->fns[f].nblocks; n++) {
                const struct ir_block *b = &ir->fns[f].blocks[n];

                for (uint32_t i = 0; i < b->nins; i++) {
                    const struct ir_ins *ins = &b->ins[i];

                    if (ins->op == IR_FN)
                        other[ins->ref] = true;
                    if (ins->op == IR_CALL && set[ir->fns[f].decl])
                        only[ins->ref] = true;
                    else if (ins->op == IR_CALL)
                        other[ins->ref] = true;
                }
            }
        }
        for (uint32_t g = 1; g <= ir->nglobals; g++)
            for (uint32_t i = 0; i < ir->globals[g].ninits; i++)
                if (ir->globals[g].inits[i].kind == IR_INIT_FN)
                    other[ir->globals[g].inits[i].ref] = true;
        for (uint32_t d = 1; d <= ir->ndecls; d++) {
            if (set[d] || !ir->decls[d].fn || !ir->decls[d].is_static
                || u->roles[d] || !only[d] || other[d])
                continue;
            set[d] = more = true;
        }
    }
    return set;
}
