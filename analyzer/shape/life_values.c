// life_values.c - what the temps of a function are: objects, their fields.
//
// in     a function, a temp and the block it stands in
// out    the fields it can have come from
//
// Macros that clear a field work on copies and on pointers to it, so locals
// are looked through: with all that is stored in them, in any order.

#include "shape/life.h"

enum { DEPTH_MOST = 6 };

struct search {
    const struct ir_fn *fn;
    struct life_field *found;
    size_t count;
};

static void add(struct search *s, uint32_t record, uint32_t field)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->found[i].record == record && s->found[i].field == field)
            return;
    if (s->count < LIFE_FIELDS_MOST)
        s->found[s->count++] = (struct life_field){record, field};
}

static void find_fields(struct search *s, const struct ir_block *b,
                        uint32_t temp, bool address, int depth);

static void find_stored(struct search *s, uint32_t local, bool address,
                        int depth)
{
    for (uint32_t n = 0; n < s->fn->nblocks; n++) {
        const struct ir_block *b = &s->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *st = &b->ins[i];
            const struct ir_ins *to =
                st->op == IR_STORE ? ir_maker(b, st->a) : NULL;

            if (to && to->op == IR_LOCAL && to->ref == local)
                find_fields(s, b, st->b, address, depth);
        }
    }
}

static void find_fields(struct search *s, const struct ir_block *b,
                        uint32_t temp, bool address, int depth)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_ins *from;

    if (!m || depth == 0)
        return;
    if (m->op == IR_FIELD && address)
        add(s, m->ref, (uint32_t)m->imm);
    if (m->op == IR_CAST)
        find_fields(s, b, m->a, address, depth - 1);
    if (m->op != IR_LOAD)
        return;
    from = ir_maker(b, m->a);
    if (from && from->op == IR_LOCAL)
        find_stored(s, from->ref, address, depth - 1);
    else if (!address)
        find_fields(s, b, m->a, true, depth - 1);
}

size_t life_fields_of(const struct ir_fn *fn, const struct ir_block *b,
                      uint32_t temp, bool address,
                      struct life_field ret[LIFE_FIELDS_MOST])
{
    struct search s = {fn, ret, 0};

    find_fields(&s, b, temp, address, DEPTH_MOST);
    return s.count;
}

int64_t life_local_of(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    if (!m || m->op != IR_LOAD)
        return -1;
    m = ir_maker(b, m->a);
    return m && m->op == IR_LOCAL ? (int64_t)m->ref : -1;
}

const struct contract *life_contract(const struct lives *l,
                                     const struct ir_block *b,
                                     const struct ir_ins *call,
                                     bool *ret_is_slot)
{
    const struct ir_ins *m = call->ref ? NULL : ir_maker(b, call->a);
    const struct contract *c = NULL;

    if (call->ref)
        c = flow_contract(l->flow, call->ref);
    else if (m && m->op == IR_LOAD)
        m = ir_maker(b, m->a);
    if (m && m->op == IR_FIELD)
        c = rules_slot(l->rules, l->ir->records[m->ref].name,
                       l->ir->records[m->ref].fields[m->imm].name, NULL, NULL);
    if (ret_is_slot)
        *ret_is_slot = c && !call->ref;
    return c;
}

enum life_role life_role_of(const struct contract *slot)
{
    static const uint64_t roles[LIFE_ROLES] = {
        [LIFE_DEALLOC] = TRAIT_ROLE_DEALLOC,   [LIFE_CLEAR] = TRAIT_ROLE_CLEAR,
        [LIFE_TRAVERSE] = TRAIT_ROLE_TRAVERSE, [LIFE_NEW] = TRAIT_ROLE_NEW,
        [LIFE_INIT] = TRAIT_ROLE_INIT,
    };

    for (int r = 0; r < LIFE_ROLES; r++)
        if (slot->traits & roles[r])
            return (enum life_role)r;
    return contract_arg(slot, 0).kind == EFFECT_FREE ? LIFE_FREE : LIFE_ROLES;
}

bool life_lowers(const struct contract *c, int n)
{
    enum effect_kind kind = contract_arg(c, n).kind;

    return kind == EFFECT_DECREF || kind == EFFECT_CLEAR
           || kind == EFFECT_INOUT;
}

bool life_is_counted(const struct lives *l, uint32_t record, uint32_t field)
{
    const struct ir_record *r = &l->ir->records[record];

    return flow_counted_pointer(l->flow, r->fields[field].type);
}
