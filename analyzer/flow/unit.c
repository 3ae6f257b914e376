// unit.c - what holds for a whole unit, read off its tables and types.
//
// in     the IR of a unit, the rules
// out    counted types, contracts by function, slots, fields that own

#include "flow/unit.h"

#include "contract/declared.h"

#include <string.h>

static void find_counted(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;

    u->counted_record = arena_array(u->arena, bool, ir->nrecords + 1);
    u->counted_pointer = arena_array(u->arena, bool, ir->ntypes + 1);
    for (uint32_t r = 1; r <= ir->nrecords; r++)
        u->counted_record[r] = rules_counted_record(u->rules, ir, r);
    for (uint32_t t = 1; t <= ir->ntypes; t++) {
        const struct ir_type *type = &ir->types[t];
        const struct ir_type *to;

        if (type->kind != IR_TYPE_POINTER || !type->target)
            continue;
        to = &ir->types[type->target];
        u->counted_pointer[t] =
            to->kind == IR_TYPE_RECORD && u->counted_record[to->record];
    }
}

static const struct contract *by_rules(const struct flow_unit *u,
                                       const struct ir_decl *d)
{
    const struct contract *c = rules_find(u->rules, d->name, u->version);
    size_t n = c ? strlen(c->name) : 0;

    // A row for a whole group of names says what its members must do, not more
    // than the body of one shows.
    return n && c->name[n - 1] == '*' && d->fn ? NULL : c;
}

// The family whose objects a function passes, else one that the unit knows.
static const struct family *family_of(const struct flow_unit *u,
                                      const struct ir_decl *d)
{
    const struct family *f = rules_family(u->rules, u->ir, d->result);

    for (uint32_t p = 0; !f && p < d->nparams; p++)
        f = rules_family(u->rules, u->ir, d->params[p].type);
    for (uint32_t t = 1; !f && t <= u->ir->ntypes; t++)
        f = rules_family(u->rules, u->ir, t);
    return f;
}

// The place of the annotation that an error is about, and its bare text.
static struct ir_problem wrong_note(const struct flow_unit *u,
                                    const struct declared_in *in,
                                    const struct ir_decl *d, const char *text)
{
    struct ir_problem p = {.pos = d->pos};
    const char *bare = text;

    for (uint32_t i = 0; i <= d->nnotes; i++) {
        struct ir_pos pos = i < d->nnotes ? d->notes[i].pos : d->pos;
        const char *place =
            arena_printf(u->arena, "%s:%u: ", declared_path(in, pos), pos.line);

        if (strncmp(text, place, strlen(place)) != 0)
            continue;
        p.pos = pos;
        bare = text + strlen(place);
        break;
    }
    p.text = arena_printf(u->arena, "annotation of '%.60s' is not heeded: %s",
                          d->name, bare);
    return p;
}

static void warn(void *arg, struct ir_pos pos, const char *text)
{
    struct flow_unit *u = arg;
    struct ir_problem p = {
        pos, arena_printf(u->arena, "comment is not heeded: %s", text)};

    arena_push(u->arena, u->warnings, u->nwarnings, u->warnings_cap, p);
}

// What the project's own declarations say is the strongest source of all; what
// a foreign header says, and what attributes of other tools say in part, the
// rules know better.
static void find_declared(struct flow_unit *u, uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];
    struct declared_in in = {
        .arena = u->arena, .unit = u->ir, .dir = "", .rules = u->rules};
    struct contract *c;
    struct err err;

    if (!d->nnotes || (d->is_foreign && u->contracts[decl]))
        return;
    in.family = family_of(u, d);
    if (!declared_speaks(d)) {
        contract_documented(&in, d, &c, warn, u);
    } else if (contract_declared(&in, d, &c, &err) < 0) {
        struct ir_problem p = wrong_note(u, &in, d, err.text);

        arena_push(u->arena, u->problems, u->nproblems, u->problems_cap, p);
        return;
    }
    if (c && !(c->partial && u->contracts[decl]))
        u->contracts[decl] = c;
}

static void find_contracts(struct flow_unit *u)
{
    u->contracts =
        arena_array(u->arena, const struct contract *, u->ir->ndecls + 1);
    u->promises =
        arena_array(u->arena, const struct contract *, u->ir->ndecls + 1);
    for (uint32_t d = 1; d <= u->ir->ndecls; d++) {
        u->contracts[d] = by_rules(u, &u->ir->decls[d]);
        find_declared(u, d);
        // Who is right where a comment and a body differ, is not known.
        if (u->contracts[d] && !u->contracts[d]->documented)
            u->promises[d] = u->contracts[d];
    }
    u->globals =
        arena_array(u->arena, const struct global_rule *, u->ir->nglobals + 1);
    for (uint32_t g = 1; g <= u->ir->nglobals; g++)
        if (u->ir->globals[g].is_foreign)
            u->globals[g] =
                rules_global(u->rules, u->ir->globals[g].name, u->version);
}

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

static void find_roles(struct flow_unit *u)
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
static bool own_by_rules(struct flow_unit *u, const struct rules *rules)
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

static void find_owned(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;

    u->owned = arena_array(u->arena, bool *, ir->nrecords + 1);
    for (uint32_t r = 1; r <= ir->nrecords; r++)
        u->owned[r] = arena_array(u->arena, bool, ir->records[r].nfields + 1);
    own_by_rules(u, u->rules);
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
}

// The functions with one of these roles and their helpers: helpers of module
// init are module init.
static bool *with_helpers(struct flow_unit *u, uint64_t roles)
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

static const struct contract *convention(struct flow_unit *u,
                                         const struct family *family,
                                         struct effect result)
{
    struct contract *c = arena_new(u->arena, struct contract);
    struct err err;

    *c = (struct contract){.name = "",
                           .family = family->name,
                           .file = "",
                           .prefer = "",
                           .note = "",
                           .nargs = 1,
                           .repeats = true,
                           .result = result,
                           .weak = true};
    c->args = arena_array(u->arena, struct effect, 1);
    c->args[0] = family->convention_arg;
    return contract_complete(u->arena, c, family, &err) < 0 ? NULL : c;
}

// Whoever takes a field's address may write it as well.
static void mark_written(struct flow_unit *u, const struct ir_block *b,
                         uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && (m->op == IR_CAST || m->op == IR_ELEM))
        m = ir_maker(b, m->a);
    if (m && m->op == IR_FIELD)
        u->written[m->ref][m->imm] = true;
}

// All that an object of this record consists of.
static void mark_whole(struct flow_unit *u, uint32_t record)
{
    const struct ir_record *r = &u->ir->records[record];

    for (uint32_t f = 0; f < r->nfields; f++) {
        const struct ir_type *t = &u->ir->types[r->fields[f].type];

        u->written[record][f] = true;
        if (t->kind == IR_TYPE_RECORD)
            mark_whole(u, t->record);
    }
}

static void find_written(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;
    const uint64_t own = TRAIT_ROLE_NEW | TRAIT_ROLE_INIT | TRAIT_ROLE_DEALLOC
                         | TRAIT_ROLE_CLEAR;

    u->written = arena_array(u->arena, bool *, ir->nrecords + 1);
    for (uint32_t r = 1; r <= ir->nrecords; r++)
        u->written[r] = arena_array(u->arena, bool, ir->records[r].nfields + 1);
    for (uint32_t f = 0; f < ir->nfns; f++) {
        const struct contract *role = u->roles[ir->fns[f].decl];

        if (role && role->traits & own)
            continue;
        for (uint32_t n = 0; n < ir->fns[f].nblocks; n++) {
            const struct ir_block *b = &ir->fns[f].blocks[n];

            for (uint32_t i = 0; i < b->nins; i++) {
                const struct ir_ins *ins = &b->ins[i];
                bool whole = ins->op == IR_COPY || ins->op == IR_ZERO;
                const struct ir_ins *place = whole ? ir_maker(b, ins->a) : NULL;
                const struct ir_type *t = &ir->types[ins->type];

                if (ins->op == IR_STORE || whole)
                    mark_written(u, b, ins->a);
                // A local is no object that somebody else has a pointer to.
                if (whole && t->kind == IR_TYPE_RECORD
                    && !(place && place->op == IR_LOCAL))
                    mark_whole(u, t->record);
                if (ins->op == IR_STORE)
                    mark_written(u, b, ins->b); // its address is kept
                for (uint32_t k = 0; k < ins->nargs; k++)
                    mark_written(u, b, ins->args[k]);
            }
        }
    }
}

// Is nothing known of what this call runs, though it may be the project's?
static bool goes_out(const struct flow_unit *u, const struct ir_ins *call)
{
    const struct ir_decl *d = &u->ir->decls[call->ref];

    if (!call->ref)
        return true;
    return d->fn ? u->calls_out[call->ref]
                 : !d->is_foreign && !u->contracts[call->ref];
}

static void find_calls_out(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;
    bool more = true;

    u->calls_out = arena_array(u->arena, bool, ir->ndecls + 1);
    while (more) {
        more = false;
        for (uint32_t f = 0; f < ir->nfns; f++) {
            const struct ir_fn *fn = &ir->fns[f];

            if (fn->problem[0] && !u->calls_out[fn->decl])
                u->calls_out[fn->decl] = more = true;
            for (uint32_t n = 0; n < fn->nblocks; n++)
                for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
                    if (fn->blocks[n].ins[i].op == IR_CALL
                        && !u->calls_out[fn->decl]
                        && goes_out(u, &fn->blocks[n].ins[i]))
                        u->calls_out[fn->decl] = more = true;
        }
    }
}

bool flow_may_write(const struct flow_unit *u, uint32_t decl, uint32_t record,
                    uint32_t field)
{
    return !decl || !u->ir->decls[decl].fn || u->calls_out[decl]
           || u->written[record][field];
}

static void find_api_files(struct flow_unit *u)
{
    u->api_file = arena_array(u->arena, bool, u->ir->nfiles + 1);
    for (uint32_t d = 1; d <= u->ir->ndecls; d++)
        if (u->contracts[d] && u->contracts[d]->family[0])
            u->api_file[u->ir->decls[d].pos.file] = true;
}

// Is it said of every outcome that it leaves the error indicator alone?
static bool keeps_error(const struct contract *c)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (c->outcomes[n].error != ERROR_AFTER_KEPT)
            return false;
    return true;
}

static bool is_loud(const struct flow_unit *u, const struct ir_fn *fn)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++) {
            const struct ir_ins *ins = &fn->blocks[n].ins[i];
            const struct contract *c;

            if (ins->op != IR_CALL)
                continue;
            c = ins->ref ? u->contracts[ins->ref] : NULL;
            if (!ins->ref || (c ? !keeps_error(c) : !u->quiet[ins->ref]))
                return true;
        }
    }
    return fn->problem[0] != 0;
}

// All bodies are, until a call says otherwise.
static void find_quiet(struct flow_unit *u)
{
    bool more = true;

    u->quiet = arena_array(u->arena, bool, u->ir->ndecls + 1);
    for (uint32_t f = 0; f < u->ir->nfns; f++)
        u->quiet[u->ir->fns[f].decl] = true;
    while (more) {
        more = false;
        for (uint32_t f = 0; f < u->ir->nfns; f++) {
            uint32_t decl = u->ir->fns[f].decl;

            if (u->quiet[decl] && is_loud(u, &u->ir->fns[f])) {
                u->quiet[decl] = false;
                more = true;
            }
        }
    }
}

static bool leads_to_code(const struct flow_unit *u, uint32_t type)
{
    const struct ir_type *t = &u->ir->types[type];

    return type && t->kind == IR_TYPE_POINTER && t->target
           && u->ir->types[t->target].kind == IR_TYPE_FUNCTION;
}

bool flow_is_apart(const struct flow_unit *u, uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];

    if (!d->is_foreign || d->is_implicit || !d->pos.file
        || u->api_file[d->pos.file] || flow_contract(u, decl))
        return false;
    for (uint32_t p = 0; p < d->nparams; p++)
        if (leads_to_code(u, d->params[p].type))
            return false;
    return true;
}

static void find_conventions(struct flow_unit *u)
{
    for (size_t f = 0; f < u->rules->nfamilies; f++) {
        const struct family *family = &u->rules->families[f];

        if (!family->has_convention)
            continue;
        u->makers = convention(u, family, family->convention_result);
        u->users = convention(u, family, (struct effect){.kind = EFFECT_PLAIN});
    }
}

struct flow_unit *flow_unit_new(struct arena *a, const struct ir_unit *unit,
                                const struct rules *rules)
{
    struct flow_unit *u = arena_new(a, struct flow_unit);

    u->arena = a;
    u->ir = unit;
    u->rules = rules;
    u->version = rules_unit_version(rules, u->ir);
    find_counted(u);
    find_contracts(u);
    find_api_files(u);
    find_quiet(u);
    find_conventions(u);
    find_roles(u);
    find_owned(u);
    u->setup = with_helpers(u, TRAIT_ROLE_SETUP);
    u->ending = with_helpers(u, TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR);
    find_written(u);
    find_calls_out(u);
    flow_find_changed(u);
    flow_find_passed(u);
    return u;
}

// A convention speaks of counted arguments and results.
static const struct contract *by_convention(const struct flow_unit *u,
                                            uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];

    if (u->counted_pointer[d->result])
        return u->makers;
    for (uint32_t p = 0; p < d->nparams; p++)
        if (u->counted_pointer[d->params[p].type])
            return u->users;
    return NULL;
}

const struct contract *flow_contract(const struct flow_unit *u, uint32_t decl)
{
    if (u->contracts[decl])
        return u->contracts[decl];
    // The project's own functions keep conventions of their own: a body says
    // what it does, and one that is out of sight, nobody knows.
    if (u->ir->decls[decl].fn || !u->ir->decls[decl].is_foreign)
        return NULL;
    return by_convention(u, decl);
}

bool flow_ruled(const struct flow_unit *u, uint32_t decl)
{
    const struct contract *c = u->contracts[decl];

    return c && !c->inferred && !c->weak;
}

void flow_set_contract(struct flow_unit *u, uint32_t decl,
                       const struct contract *c)
{
    u->contracts[decl] = c;
}

const struct ir_problem *flow_problems(const struct flow_unit *u,
                                       size_t *ret_count)
{
    *ret_count = u->nproblems;
    return u->problems;
}

const struct ir_problem *flow_warnings(const struct flow_unit *u,
                                       size_t *ret_count)
{
    *ret_count = u->nwarnings;
    return u->warnings;
}

const struct contract *flow_role(const struct flow_unit *u, uint32_t decl)
{
    return u->roles[decl];
}

bool flow_counted_pointer(const struct flow_unit *u, uint32_t type)
{
    return u->counted_pointer[type];
}

bool flow_field_owned(const struct flow_unit *u, uint32_t record,
                      uint32_t field)
{
    return u->owned[record][field];
}

// Functions of other units are those without a body here that the project
// declares.
static bool is_elsewhere(const struct flow_unit *u, uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];

    return !d->fn && !d->is_foreign && !d->is_static && d->name[0];
}

bool flow_learn(struct flow_unit *u, const struct rules *facts, bool *changed)
{
    for (uint32_t d = 1; d <= u->ir->ndecls; d++) {
        const struct contract *old = u->contracts[d];
        const struct contract *c;
        struct contract *mine;

        if (!is_elsewhere(u, d) || (old && !old->inferred && !old->weak))
            continue;
        c = rules_find(facts, u->ir->decls[d].name, 0);
        if (!c || c->nargs != (int)u->ir->decls[d].nparams
            || (old && contract_alike(old, c, 0)))
            continue;
        mine = arena_new(u->arena, struct contract);
        *mine = *c;
        mine->inferred = true;
        u->contracts[d] = mine;
        changed[d] = true;
    }
    return own_by_rules(u, facts);
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
