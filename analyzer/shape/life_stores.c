// life_stores.c - what all functions of a unit store in the fields of objects.
//
// in     the bodies, the contracts of what they call
// out    struct life_stores: does a field get references of its own?
//
// A value is owned when every way it was made gives a new reference, or when it
// is increfed where it is stored; and nothing behind the store gives it back.
// What is not that simple is unknown.

#include "shape/life_parts.h"

struct value {
    enum { VALUE_NONE, VALUE_OWNED, VALUE_BORROWED, VALUE_UNKNOWN } kind;
    enum {
        CONTENT_UNKNOWN,
        CONTENT_ATOMIC,
        CONTENT_MADE,
        CONTENT_GIVEN
    } content;
};

struct place {
    const struct lives *l;
    const struct ir_fn *fn;
};

static struct value join(struct value a, struct value b)
{
    if (a.kind == VALUE_NONE)
        return b;
    if (b.kind == VALUE_NONE)
        return a;
    return (struct value){a.kind == b.kind ? a.kind : VALUE_UNKNOWN,
                          a.content == b.content ? a.content : CONTENT_UNKNOWN};
}

static struct value of_effect(enum effect_kind kind)
{
    switch (kind) {
    case EFFECT_NEW:
    case EFFECT_NEW_ALIAS:
        return (struct value){.kind = VALUE_OWNED};
    case EFFECT_BORROWED:
        return (struct value){.kind = VALUE_BORROWED};
    case EFFECT_NULL:
    case EFFECT_ERROR:
        return (struct value){.kind = VALUE_NONE};
    default:
        return (struct value){.kind = VALUE_UNKNOWN};
    }
}

static bool is_atomic(const struct place *p, const struct ir_ins *ins)
{
    return (ins->macro[0] && rules_life(p->l->rules, ins->macro) & LIFE_ATOMIC)
           || (ins->op == IR_CALL && ins->ref
               && rules_life(p->l->rules, p->l->ir->decls[ins->ref].name)
                      & LIFE_ATOMIC);
}

static struct value of_call(const struct place *p, const struct ir_block *b,
                            const struct ir_ins *call)
{
    const struct contract *c = life_contract(p->l, b, call, NULL);
    struct value v = {.kind = VALUE_NONE};

    if (!c || c->weak)
        return (struct value){.kind = VALUE_UNKNOWN};
    for (int o = 0; o < c->noutcomes; o++)
        v = join(v, of_effect(c->outcomes[o].result.kind));
    if (is_atomic(p, call))
        v.content = CONTENT_ATOMIC;
    else if (call->ref && flow_ruled(p->l->flow, call->ref))
        v.content = CONTENT_MADE;
    return v;
}

// What a call writes through the address of a local.
static struct value of_out(const struct place *p, const struct ir_block *b,
                           const struct ir_ins *call, uint32_t k)
{
    const struct contract *c = life_contract(p->l, b, call, NULL);
    struct effect e;

    if (!c)
        return (struct value){.kind = VALUE_UNKNOWN};
    if (c->by_format && (int)k >= c->nargs)
        return (struct value){.kind = VALUE_BORROWED};
    e = contract_arg(c, (int)k);
    return of_effect(e.kind == EFFECT_OUT ? e.out : EFFECT_ESCAPE);
}

static struct value value_of(const struct place *p, const struct ir_block *b,
                             uint32_t temp, int depth);

// All that a local is given; one whose address is used otherwise is unknown.
static struct value of_local(const struct place *p, uint32_t local, int depth)
{
    struct value v = {.kind = p->fn->locals[local].is_param ? VALUE_BORROWED
                                                            : VALUE_NONE};

    for (uint32_t n = 0; n < p->fn->nblocks; n++) {
        const struct ir_block *b = &p->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct ir_ins *m;

            if (ins->op == IR_STORE) {
                m = ir_maker(b, ins->a);
                if (m && m->op == IR_LOCAL && m->ref == local)
                    v = join(v, value_of(p, b, ins->b, depth));
            }
            for (uint32_t k = 0; ins->op == IR_CALL && k < ins->nargs; k++) {
                m = ir_maker(b, ins->args[k]);
                if (m && m->op == IR_LOCAL && m->ref == local)
                    v = join(v, of_out(p, b, ins, k));
            }
        }
    }
    return v;
}

static struct value value_of(const struct place *p, const struct ir_block *b,
                             uint32_t temp, int depth)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_ins *from;

    if (!m || depth == 0)
        return (struct value){.kind = VALUE_UNKNOWN};
    switch (m->op) {
    case IR_CONST:
        return (struct value){.kind = m->imm ? VALUE_UNKNOWN : VALUE_NONE};
    case IR_CALL:
        return of_call(p, b, m);
    case IR_GLOBAL:
        return (struct value){.kind = VALUE_BORROWED};
    case IR_CAST:
        return value_of(p, b, m->a, depth - 1);
    case IR_LOAD:
        from = ir_maker(b, m->a);
        if (from && from->op == IR_LOCAL)
            return of_local(p, from->ref, depth - 1);
        return (struct value){.kind = from && from->op == IR_GLOBAL
                                          ? VALUE_BORROWED
                                          : VALUE_UNKNOWN};
    default:
        return (struct value){.kind = VALUE_UNKNOWN};
    }
}

// Do two temps of a block load the same local, or name the same global?
static bool is_same(const struct ir_block *b, uint32_t one, uint32_t two)
{
    const struct ir_ins *m = ir_maker(b, one), *n = ir_maker(b, two);

    if (one == two)
        return true;
    if (!m || !n || m->op != n->op)
        return false;
    if (m->op == IR_GLOBAL)
        return m->ref == n->ref;
    return (m->op == IR_LOAD || m->op == IR_CAST) && is_same(b, m->a, n->a)
               ? true
           : m->op == IR_LOCAL ? m->ref == n->ref
                               : false;
}

static bool is_field(const struct ir_block *b, uint32_t temp,
                     struct life_field field)
{
    const struct ir_ins *m = ir_maker(b, temp);

    if (m && m->op == IR_LOAD)
        m = ir_maker(b, m->a);
    return m && m->op == IR_FIELD && m->ref == field.record
           && (uint32_t)m->imm == field.field;
}

static bool is_increfed(const struct place *p, const struct ir_block *b,
                        const struct ir_ins *store, struct life_field field)
{
    for (uint32_t i = 0; i < b->nins; i++) {
        const struct ir_ins *ins = &b->ins[i];
        const struct contract *c =
            ins->op == IR_CALL ? life_contract(p->l, b, ins, NULL) : NULL;

        for (uint32_t k = 0; c && k < ins->nargs; k++)
            if (contract_arg(c, (int)k).kind == EFFECT_INCREF
                && (is_same(b, ins->args[k], store->b)
                    || is_field(b, ins->args[k], field)))
                return true;
    }
    return false;
}

// Does a call of the block, from an instruction on, give back what the local
// holds?
static bool gives_back(const struct place *p, const struct ir_block *b,
                       uint32_t from, uint32_t local)
{
    for (uint32_t i = from; i < b->nins; i++) {
        const struct ir_ins *ins = &b->ins[i];
        const struct contract *c =
            ins->op == IR_CALL ? life_contract(p->l, b, ins, NULL) : NULL;

        for (uint32_t k = 0; c && k < ins->nargs; k++) {
            enum effect_kind kind = contract_arg(c, (int)k).kind;

            if (life_local_of(b, ins->args[k]) == (int64_t)local
                && (kind == EFFECT_DECREF || kind == EFFECT_STEAL
                    || kind == EFFECT_STEAL_OK))
                return true;
        }
    }
    return false;
}

// The same on any way on from there.
static bool is_given_back(const struct place *p, const struct ir_block *b,
                          uint32_t from, uint32_t local)
{
    struct arena scratch = {0};
    bool *seen = arena_array(&scratch, bool, p->fn->nblocks + 1);
    uint32_t *work = arena_array(&scratch, uint32_t, p->fn->nblocks + 1);
    uint32_t n = 0;
    bool found = gives_back(p, b, from, local);

    for (uint32_t i = 0; i < b->nsucc; i++) {
        if (!seen[b->succ[i]])
            work[n++] = b->succ[i];
        seen[b->succ[i]] = true;
    }
    while (n && !found) {
        const struct ir_block *o = &p->fn->blocks[work[--n]];

        found = gives_back(p, o, 0, local);
        for (uint32_t i = 0; i < o->nsucc; i++) {
            if (!seen[o->succ[i]])
                work[n++] = o->succ[i];
            seen[o->succ[i]] = true;
        }
    }
    arena_release(&scratch);
    return found;
}

// One reference that is stored in two places belongs to one of them.
static bool is_stored_twice(const struct place *p, int64_t local)
{
    int stores = 0;

    for (uint32_t n = 0; local >= 0 && n < p->fn->nblocks; n++) {
        const struct ir_block *b = &p->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *to =
                b->ins[i].op == IR_STORE ? ir_maker(b, b->ins[i].a) : NULL;

            stores += to && to->op != IR_LOCAL
                      && life_local_of(b, b->ins[i].b) == local;
        }
    }
    return stores > 1;
}

// What callers give can be anything, unless it is tested: by the API, for what
// refers to nothing, or by the project, for we know not what.
static bool is_tested(const struct place *p, int64_t local)
{
    for (uint32_t n = 0; n < p->fn->nblocks; n++) {
        const struct ir_block *b = &p->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            bool is_ours = ins->op == IR_CALL
                           && !(ins->ref && flow_ruled(p->l->flow, ins->ref));

            if (is_atomic(p, ins))
                return true;
            for (uint32_t k = 0; is_ours && k < ins->nargs; k++)
                if (life_local_of(b, ins->args[k]) == local)
                    return true;
        }
    }
    return false;
}

static struct life_stores *stores_of(const struct lives *l, struct life_field f)
{
    return &l->stores[l->first[f.record] + f.field];
}

// Can a value be what is found in the object that the field leads to?
static bool is_link(const struct place *p, const struct ir_block *b,
                    uint32_t value, struct life_field f)
{
    const struct ir_unit *ir = p->l->ir;
    uint32_t type = ir->records[f.record].fields[f.field].type;
    uint32_t target = ir->types[ir->types[type].target].record;
    struct life_field from[LIFE_FIELDS_MOST];
    size_t n = life_fields_of(p->fn, b, value, false, from);

    for (size_t i = 0; i < n; i++)
        if (from[i].record == target)
            return true;
    return false;
}

static void note_store(struct lives *l, const struct ir_fn *fn,
                       const struct ir_block *b, uint32_t at,
                       struct life_field field)
{
    enum { DEPTH = 4 };
    const struct place p = {l, fn};
    const struct ir_ins *store = &b->ins[at];
    struct life_stores *s = stores_of(l, field);
    struct value v = value_of(&p, b, store->b, DEPTH);
    int64_t local = life_local_of(b, store->b);

    s->is_linked |= is_link(&p, b, store->b, field);

    if (v.kind == VALUE_BORROWED && is_increfed(&p, b, store, field)) {
        v.kind = VALUE_OWNED;
        if (local >= 0 && !is_tested(&p, local))
            v.content = CONTENT_GIVEN;
    } else if (v.kind == VALUE_OWNED && local >= 0
               && is_given_back(&p, b, at + 1, (uint32_t)local)) {
        v.kind = VALUE_UNKNOWN;
    }
    if (v.kind == VALUE_OWNED && is_stored_twice(&p, local))
        v.kind = VALUE_UNKNOWN;
    s->borrowed += v.kind == VALUE_BORROWED;
    s->unknown += v.kind == VALUE_UNKNOWN;
    if (v.kind != VALUE_OWNED)
        return;
    if (!s->owned++) {
        s->owned_at = store->at;
        s->owned_in = fn->decl;
    }
    s->atomic += v.content == CONTENT_ATOMIC;
    s->made += v.content == CONTENT_MADE;
    s->given += v.content == CONTENT_GIVEN;
}

// The fields that a store writes, also through pointers to them.
static void note_stores(struct lives *l, const struct ir_fn *fn,
                        const struct ir_block *b, uint32_t at)
{
    const struct ir_ins *store = &b->ins[at];
    const struct ir_ins *to = ir_maker(b, store->a);
    struct life_field fields[LIFE_FIELDS_MOST];
    size_t n = 0;

    if (to && (to->op == IR_FIELD || to->op == IR_LOAD)
        && flow_counted_pointer(l->flow, store->type))
        n = life_fields_of(fn, b, store->a, true, fields);
    for (size_t i = 0; i < n; i++)
        if (life_is_counted(l, fields[i].record, fields[i].field))
            note_store(l, fn, b, at, fields[i]);
}

// All fields at once, from another object.
static void note_copy(struct lives *l, const struct ir_ins *copy)
{
    const struct ir_type *t = &l->ir->types[copy->type];

    if (t->kind != IR_TYPE_RECORD)
        return;
    for (uint32_t k = 0; k < l->ir->records[t->record].nfields; k++)
        l->stores[l->first[t->record] + k].unknown++;
}

// Somebody else fills the field.
static void note_address(struct lives *l, const struct ir_fn *fn,
                         const struct ir_block *b, const struct ir_ins *call)
{
    const struct contract *c = life_contract(l, b, call, NULL);

    for (uint32_t k = 0; k < call->nargs; k++) {
        const struct ir_ins *m = ir_maker(b, call->args[k]);
        const struct place p = {l, fn};
        struct life_stores *s;
        struct value v;

        if (!m || m->op != IR_FIELD
            || !life_is_counted(l, m->ref, (uint32_t)m->imm)
            || (c && life_lowers(c, (int)k)))
            continue;
        s = stores_of(l, (struct life_field){m->ref, (uint32_t)m->imm});
        v = of_out(&p, b, call, k);
        s->borrowed += v.kind == VALUE_BORROWED;
        s->unknown += v.kind == VALUE_UNKNOWN;
        if (v.kind == VALUE_OWNED && !s->owned++) {
            s->owned_at = call->at;
            s->owned_in = fn->decl;
        }
    }
}

static bool sets(const struct ir_fn *fn, struct life_field f)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *m =
                b->ins[i].op == IR_STORE ? ir_maker(b, b->ins[i].a) : NULL;

            if (m && m->op == IR_FIELD && m->ref == f.record
                && (uint32_t)m->imm == f.field)
                return true;
        }
    }
    return false;
}

// The field that the value of a temp surely is: one, through locals too.
static bool only_field(const struct ir_fn *fn, const struct ir_block *b,
                       uint32_t temp, struct life_field *ret)
{
    struct life_field fields[LIFE_FIELDS_MOST];

    if (life_fields_of(fn, b, temp, false, fields) != 1)
        return false;
    *ret = fields[0];
    return true;
}

static void note_release(struct lives *l, const struct ir_fn *fn,
                         const struct ir_block *b, const struct ir_ins *call)
{
    const struct contract *c = life_contract(l, b, call, NULL);

    for (uint32_t k = 0; c && k < call->nargs; k++) {
        const struct ir_ins *m = ir_maker(b, call->args[k]);
        enum effect_kind kind = contract_arg(c, (int)k).kind;
        struct life_field f;
        struct life_stores *s;

        if (kind == EFFECT_CLEAR && m && m->op == IR_FIELD)
            f = (struct life_field){m->ref, (uint32_t)m->imm};
        else if (kind != EFFECT_DECREF || !only_field(fn, b, call->args[k], &f)
                 || !sets(fn, f))
            continue;
        s = stores_of(l, f);
        if (!s->is_replaced)
            s->replaced_at = call->at;
        s->is_replaced = true;
    }
}

// What a function that others call back releases, it may release at the end of
// the object: what they do with what they were given is not seen.
static void note_let_go(struct lives *l, const struct ir_fn *fn,
                        const struct ir_block *b, const struct ir_ins *call)
{
    const struct contract *c = life_contract(l, b, call, NULL);

    for (uint32_t k = 0; c && k < call->nargs; k++) {
        struct life_field fields[LIFE_FIELDS_MOST];
        enum effect_kind kind = contract_arg(c, (int)k).kind;
        size_t n = life_lowers(c, (int)k)
                       ? life_fields_of(fn, b, call->args[k],
                                        kind != EFFECT_DECREF, fields)
                       : 0;

        for (size_t i = 0; i < n; i++)
            stores_of(l, fields[i])->is_let_go = true;
    }
}

static void note_hidden(struct lives *l, const struct ir_fn *fn,
                        const struct ir_block *b, const struct ir_ins *call)
{
    struct life_field f;

    if (call->ref && call->nargs
        && rules_life(l->rules, l->ir->decls[call->ref].name) & LIFE_UNTRACKS
        && only_field(fn, b, call->args[0], &f))
        stores_of(l, f)->is_hidden = true;
}

// [decl]: is the function handed to others, not to be put in a slot?
static bool *find_handed_out(const struct lives *l)
{
    bool *handed_out = arena_array(l->arena, bool, l->ir->ndecls + 1);

    for (uint32_t f = 0; f < l->ir->nfns; f++)
        for (uint32_t n = 0; n < l->ir->fns[f].nblocks; n++)
            for (uint32_t i = 0; i < l->ir->fns[f].blocks[n].nins; i++) {
                const struct ir_ins *ins = &l->ir->fns[f].blocks[n].ins[i];

                if (ins->op == IR_FN && !flow_role(l->flow, ins->ref))
                    handed_out[ins->ref] = true;
            }
    return handed_out;
}

void life_find_stores(struct lives *l)
{
    const uint64_t ends = TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR;
    const bool *handed_out = find_handed_out(l);

    for (uint32_t f = 0; f < l->ir->nfns; f++) {
        const struct ir_fn *fn = &l->ir->fns[f];
        const struct contract *role = flow_role(l->flow, fn->decl);
        bool is_end = role && role->traits & ends;

        for (uint32_t n = 0; n < fn->nblocks; n++) {
            const struct ir_block *b = &fn->blocks[n];

            for (uint32_t i = 0; i < b->nins; i++) {
                const struct ir_ins *ins = &b->ins[i];

                if (ins->op == IR_STORE)
                    note_stores(l, fn, b, i);
                else if (ins->op == IR_COPY)
                    note_copy(l, ins);
                if (ins->op != IR_CALL)
                    continue;
                note_address(l, fn, b, ins);
                note_hidden(l, fn, b, ins);
                if (!is_end)
                    note_release(l, fn, b, ins);
                if (handed_out[fn->decl])
                    note_let_go(l, fn, b, ins);
            }
        }
    }
}
