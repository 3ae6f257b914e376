// owned.c - the fields that own what they point to.
//
// in     what the functions that end, clear or visit objects do with fields;
//        rules; what other units say
// out    flow_unit.owned
//
// A field whose reference is released at the end of the object, or that is
// shown to the collector, owns it.

#include "flow/unit.h"

#include <string.h>

// The first value that is stored in a local, with its block.
static const struct ir_block *stored_value(const struct ir_fn *fn,
                                           uint32_t local, uint32_t *ret_temp)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *s = &b->ins[i];
            const struct ir_ins *place =
                s->op == IR_STORE ? ir_maker(b, s->a) : NULL;

            if (place && place->op == IR_LOCAL && place->ref == local) {
                *ret_temp = s->b;
                return b;
            }
        }
    }
    return NULL;
}

// Is the temp what the local holds?
static bool reads_local(const struct ir_block *b, uint32_t temp, uint32_t local)
{
    const struct ir_ins *m = ir_maker(b, temp);

    m = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return m && m->op == IR_LOCAL && m->ref == local;
}

// Does the local walk a chain (node = node->next)? Then the chain owns its
// members, not the field that leads to the first of them.
static bool walks(const struct ir_fn *fn, uint32_t local)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *s = &b->ins[i];
            const struct ir_ins *to =
                s->op == IR_STORE ? ir_maker(b, s->a) : NULL;
            const struct ir_ins *m = to ? ir_maker(b, s->b) : NULL;

            if (!m || to->op != IR_LOCAL || to->ref != local
                || m->op != IR_LOAD)
                continue;
            m = ir_maker(b, m->a);
            if (m && m->op == IR_FIELD && reads_local(b, m->a, local))
                return true;
        }
    }
    return false;
}

// The field that a temp is the content (or, with address, the address) of,
// seen through locals: macros that clear a field work on copies and pointers.
static const struct ir_ins *field_of(const struct ir_fn *fn,
                                     const struct ir_block *b, uint32_t temp,
                                     bool address, int depth)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_ins *from;
    const struct ir_block *o;
    uint32_t value;

    if (!m || depth == 0)
        return NULL;
    if (m->op == IR_FIELD)
        return address ? m : NULL;
    if (m->op == IR_CAST)
        return field_of(fn, b, m->a, address, depth - 1);
    if (m->op != IR_LOAD)
        return NULL;
    from = ir_maker(b, m->a);
    if (from && from->op == IR_LOCAL) {
        if (walks(fn, from->ref))
            return NULL;
        o = stored_value(fn, from->ref, &value);
        return o ? field_of(fn, o, value, address, depth - 1) : NULL;
    }
    return address ? NULL : field_of(fn, b, m->a, true, depth - 1);
}

// By how much a call lowers (or, below 0, raises) the count of an argument.
static int lowers(const struct contract *c, int arg)
{
    switch (contract_arg(c, arg).kind) {
    case EFFECT_DECREF:
        return 1;
    case EFFECT_CLEAR:
        return !contract_arg(c, arg).at;
    case EFFECT_INCREF:
        return -1;
    default:
        return 0;
    }
}

// The field that an argument of a call is; what clears one takes its address.
// c may be NULL.
static const struct ir_ins *argument_field(const struct ir_fn *fn,
                                           const struct ir_block *b,
                                           const struct contract *c,
                                           const struct ir_ins *call,
                                           uint32_t arg)
{
    enum { STEPS = 6 };

    return field_of(fn, b, call->args[arg],
                    c && contract_arg(c, (int)arg).kind == EFFECT_CLEAR, STEPS);
}

// What is held for a while only is increfed as well.
static bool lowered(const struct flow_unit *u, const struct ir_fn *fn,
                    uint32_t record, uint32_t field)
{
    int by = 0;

    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct contract *c =
                ins->op == IR_CALL && ins->ref ? u->contracts[ins->ref] : NULL;

            for (uint32_t k = 0; c && k < ins->nargs; k++) {
                int change = lowers(c, (int)k);
                const struct ir_ins *f =
                    change ? argument_field(fn, b, c, ins, k) : NULL;

                if (f && f->ref == record && f->imm == field)
                    by += change;
            }
        }
    }
    return by > 0;
}

static bool releases(const struct flow_unit *u, uint32_t decl, uint32_t record,
                     uint32_t field, int depth)
{
    const struct ir_fn *fn;

    if (!u->ir->decls[decl].fn || depth == 0)
        return false;
    fn = &u->ir->fns[u->ir->decls[decl].fn - 1];
    if (lowered(u, fn, record, field))
        return true;
    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_CALL && fn->blocks[n].ins[i].ref
                && releases(u, fn->blocks[n].ins[i].ref, record, field,
                            depth - 1))
                return true;
    return false;
}

bool flow_releases(const struct flow_unit *u, uint32_t decl, uint32_t record,
                   uint32_t field)
{
    enum { DEPTH = 3 };

    return releases(u, decl, record, field, DEPTH);
}

// What this function (and the bodies it calls, to a depth) releases of
// fields (of that record, unless it is 0), those fields own.
static void find_released(struct flow_unit *u, const struct ir_fn *fn,
                          uint32_t record, int depth)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct contract *c;
            uint32_t body;

            if (ins->op != IR_CALL || !ins->ref)
                continue;
            c = u->contracts[ins->ref];
            for (uint32_t k = 0; c && k < ins->nargs; k++) {
                const struct ir_ins *f = lowers(c, (int)k) > 0
                                             ? argument_field(fn, b, c, ins, k)
                                             : NULL;

                if (f && !u->owned[f->ref][f->imm]
                    && (!record || f->ref == record))
                    u->owned[f->ref][f->imm] =
                        lowered(u, fn, f->ref, (uint32_t)f->imm);
            }
            body = u->ir->decls[ins->ref].fn;
            if (body && depth > 0 && u->ir->fns[body - 1].decl != fn->decl)
                find_released(u, &u->ir->fns[body - 1], record, depth - 1);
        }
    }
}

// The fields that rules (or facts) say are owned. Returns whether one was not
// known to be.
bool flow_own_by_rules(struct flow_unit *u, const struct rules *rules)
{
    const struct ir_unit *ir = u->ir;
    bool more = false;

    for (uint32_t r = 1; rules->nfields && r <= ir->nrecords; r++) {
        for (uint32_t f = 0; f < ir->records[r].nfields; f++) {
            const struct field_rule *rule = rules_field(
                rules, ir->records[r].name, ir->records[r].fields[f].name);

            if (!rule || !rule->owned || u->owned[r][f])
                continue;
            u->owned[r][f] = more = true;
        }
    }
    return more;
}

// What is shown to the collector is owned.
static void find_visited(struct flow_unit *u, const struct ir_fn *fn)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct ir_ins *f =
                ins->op == IR_CALL && !ins->ref && ins->nargs
                    ? argument_field(fn, b, NULL, ins, 0)
                    : NULL;

            if (f && !rules_counted(u->rules, u->ir->records[f->ref].name))
                u->owned[f->ref][f->imm] = true;
        }
    }
}

// Two fields that are compared with each other where an object ends or is
// visited may hold one object with one reference: nobody can tell which of them
// owns it.
static void find_joint(struct flow_unit *u, const struct ir_fn *fn)
{
    enum { STEPS = 6 };

    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            bool compares = ins->op == IR_EQ || ins->op == IR_NE;
            const struct ir_ins *x =
                compares ? field_of(fn, b, ins->a, false, STEPS) : NULL;
            const struct ir_ins *y =
                x ? field_of(fn, b, ins->b, false, STEPS) : NULL;

            if (y && x->ref == y->ref && x->imm != y->imm)
                u->owned[x->ref][x->imm] = u->owned[y->ref][y->imm] = false;
        }
    }
}

// The parameter that a temp is the content of, as it came in; NULL for none.
static const struct ir_local *param_at(const struct ir_fn *fn,
                                       const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_ins *from;

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    from = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return from && from->op == IR_LOCAL && fn->locals[from->ref].is_param
               ? &fn->locals[from->ref]
               : NULL;
}

// The struct, not counted itself, whose memory a function gives back when it
// is handed a pointer to it; 0 for none.
static uint32_t ended_record(const struct flow_unit *u, const struct ir_fn *fn)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct contract *c =
                ins->op == IR_CALL && ins->ref ? u->contracts[ins->ref] : NULL;
            const struct ir_local *p =
                c && ins->nargs && contract_arg(c, 0).kind == EFFECT_FREE
                    ? param_at(fn, b, ins->args[0])
                    : NULL;
            const struct ir_type *t = p ? &u->ir->types[p->type] : NULL;

            if (t && t->kind == IR_TYPE_POINTER && t->target
                && u->ir->types[t->target].kind == IR_TYPE_RECORD
                && !u->counted_pointer[p->type])
                return u->ir->types[t->target].record;
        }
    }
    return 0;
}

void flow_find_owned(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;

    u->owned = arena_array(u->arena, bool *, ir->nrecords + 1);
    for (uint32_t r = 1; r <= ir->nrecords; r++)
        u->owned[r] = arena_array(u->arena, bool, ir->records[r].nfields + 1);
    for (uint32_t f = 0; f < ir->nfns; f++) {
        const struct contract *role = u->roles[ir->fns[f].decl];

        uint32_t ended = ended_record(u, &ir->fns[f]);

        if (role && role->traits & (TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR))
            find_released(u, &ir->fns[f], 0, 2);
        else if (ended)
            find_released(u, &ir->fns[f], ended, 2);
        if (role && role->traits & TRAIT_ROLE_TRAVERSE)
            find_visited(u, &ir->fns[f]);
    }
    for (uint32_t f = 0; f < ir->nfns; f++) {
        const struct contract *role = u->roles[ir->fns[f].decl];

        if (role
            && role->traits
                   & (TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR
                      | TRAIT_ROLE_TRAVERSE))
            find_joint(u, &ir->fns[f]);
    }
    flow_own_by_rules(u, u->rules);
}

bool flow_field_owned(const struct flow_unit *u, uint32_t record,
                      uint32_t field)
{
    return u->owned[record][field];
}

void flow_print_owned(const struct flow_unit *u, FILE *out,
                      const char *before_each)
{
    const struct ir_unit *ir = u->ir;

    for (uint32_t r = 1; r <= ir->nrecords; r++) {
        for (uint32_t f = 0; f < ir->records[r].nfields; f++) {
            const char *name = ir->records[r].fields[f].name;

            if (u->owned[r][f] && ir->records[r].name[0] && name[0]
                && !rules_field(u->rules, ir->records[r].name, name))
                fprintf(out, "%sfield %s.%s owned\n", before_each,
                        ir->records[r].name, name);
        }
    }
}
