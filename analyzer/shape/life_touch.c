// life_touch.c - what the functions in the slots of a type do with its fields.
//
// in     a type, the bodies that are in view
// out    struct life_touches: fields visited, released; the object freed ...
//
// Bodies are followed to which the object, or one of its fields, is handed.
// All ways through them count: a field that is released on one is released, so
// that what is missing is missing on all.

#include "shape/life_parts.h"

#include <string.h>

enum { DEPTH_MOST = 5, CALLS_MOST = 200 };

struct walk {
    const struct lives *l;
    const struct life_type *type;
    struct life_touches *t;
    const struct ir_fn *fn;
    uint32_t self; // the parameter that is the object; SELF_NONE: none is
    int depth;
    int *budget;
};

enum { SELF_NONE = UINT32_MAX };

// Is a temp the object? Also the address of its first part.
static bool is_self(const struct walk *w, const struct ir_block *b,
                    uint32_t temp, int depth)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_ins *to;
    int64_t local = life_local_of(b, temp);

    if (!m || depth == 0)
        return false;
    if (m->op == IR_FIELD)
        return m->imm == 0 && !w->l->ir->records[m->ref].is_union
               && is_self(w, b, m->a, depth - 1);
    if (m->op == IR_CAST)
        return is_self(w, b, m->a, depth - 1);
    if (local < 0)
        return false;
    if ((uint32_t)local == w->self)
        return true;
    for (uint32_t n = 0; n < w->fn->nblocks; n++) {
        const struct ir_block *o = &w->fn->blocks[n];

        for (uint32_t i = 0; i < o->nins; i++) {
            if (o->ins[i].op != IR_STORE)
                continue;
            to = ir_maker(o, o->ins[i].a);
            if (to && to->op == IR_LOCAL && to->ref == (uint32_t)local
                && is_self(w, o, o->ins[i].b, depth - 1))
                return true;
        }
    }
    return false;
}

static void touch(struct walk *w, const struct life_field *f, unsigned how)
{
    w->t->fields[w->l->first[f->record] + f->field] |= (unsigned char)how;
}

static bool touch_all(struct walk *w, const struct ir_block *b, uint32_t temp,
                      bool address, unsigned how)
{
    struct life_field fields[LIFE_FIELDS_MOST];
    size_t n = life_fields_of(w->fn, b, temp, address, fields);

    for (size_t i = 0; i < n; i++)
        touch(w, &fields[i], how);
    return n > 0;
}

// Is it the content of a parameter: a function that was handed in?
static bool is_handed_in(const struct walk *w, const struct ir_block *b,
                         uint32_t temp)
{
    int64_t local = life_local_of(b, temp);

    return local >= 0 && w->fn->locals[local].is_param;
}

static bool is_code(const struct walk *w, uint32_t param_of, uint32_t k)
{
    const struct ir_decl *d = &w->l->ir->decls[param_of];
    const struct ir_type *t =
        k < d->nparams ? &w->l->ir->types[d->params[k].type] : NULL;

    return t && t->kind == IR_TYPE_POINTER && t->target
           && w->l->ir->types[t->target].kind == IR_TYPE_FUNCTION;
}

static bool hands_on_code(const struct walk *w, const struct ir_ins *call)
{
    for (uint32_t k = 0; call->ref && k < call->nargs; k++)
        if (is_code(w, call->ref, k))
            return true;
    return false;
}

// A borrowed argument stays where it is.
static bool leaves_alone(const struct contract *c, int k)
{
    switch (contract_arg(c, k).kind) {
    case EFFECT_BORROW:
    case EFFECT_INCREF:
    case EFFECT_KEEP:
        return true;
    case EFFECT_PLAIN:
        return k < c->nargs;
    default:
        return false;
    }
}

static unsigned done_to_content(const struct walk *w, const struct ir_block *b,
                                const struct ir_ins *call,
                                const struct contract *c, uint32_t k)
{
    unsigned how = 0;

    if (c && life_lowers(c, (int)k))
        how |= LIFE_RELEASES;
    if (!c || !leaves_alone(c, (int)k))
        how |= LIFE_LETS_GO;
    if (hands_on_code(w, call)
        || (!call->ref && !c && is_handed_in(w, b, call->a)))
        how |= LIFE_VISITS;
    return how;
}

static unsigned done_to_place(const struct contract *c, uint32_t k)
{
    if (c && life_lowers(c, (int)k))
        return LIFE_RELEASES | LIFE_LETS_GO | LIFE_SETS;
    return LIFE_VISITS | LIFE_LETS_GO | LIFE_SETS;
}

static unsigned life_of(const struct walk *w, const struct ir_ins *call)
{
    return call->ref ? rules_life(w->l->rules, w->l->ir->decls[call->ref].name)
                     : 0;
}

// Is it a reference to the object's type?
static bool is_own_type(const struct walk *w, const struct ir_block *b,
                        uint32_t temp, int depth)
{
    const struct ir_ins *m = ir_maker(b, temp);
    int64_t local = life_local_of(b, temp);

    if (!m || depth == 0)
        return false;
    if (m->op == IR_CALL)
        return life_of(w, m) & LIFE_GIVES_TYPE;
    if (m->op == IR_CAST)
        return is_own_type(w, b, m->a, depth - 1);
    for (uint32_t n = 0; local >= 0 && n < w->fn->nblocks; n++) {
        const struct ir_block *o = &w->fn->blocks[n];

        for (uint32_t i = 0; i < o->nins; i++) {
            const struct ir_ins *to =
                o->ins[i].op == IR_STORE ? ir_maker(o, o->ins[i].a) : NULL;

            if (to && to->op == IR_LOCAL && to->ref == (uint32_t)local
                && is_own_type(w, o, o->ins[i].b, depth - 1))
                return true;
        }
    }
    return false;
}

static void walk_decl(const struct walk *from, uint32_t decl, uint32_t self);

// The slot of another type, called by the name of the function in it?
static void note_others_slot(struct walk *w, uint32_t decl)
{
    for (size_t i = 0; i < w->l->ntypes; i++) {
        const struct life_type *o = &w->l->types[i];
        bool is_base = o->record && o->record != w->type->record;

        for (int r = 0; r < LIFE_ROLES; r++) {
            if (o == w->type || o->slots[r].decl != decl
                || w->type->slots[r].decl == decl)
                continue;
            w->t->calls_base |= is_base;
            w->t->calls_other |= !is_base;
        }
    }
}

// Rules for an API say all that it does; annotations of the project's own
// functions do not speak of fields.
static bool is_known(const struct walk *w, uint32_t decl,
                     const struct contract *c)
{
    if (w->l->ir->decls[decl].is_foreign)
        return c && !c->weak;
    return c && flow_ruled(w->l->flow, decl) && !c->declared;
}

// The object is handed to a call.
static void hand_over(struct walk *w, const struct ir_ins *call,
                      const struct contract *c, bool is_slot, uint32_t k)
{
    const struct ir_decl *d = call->ref ? &w->l->ir->decls[call->ref] : NULL;
    enum life_role role = is_slot ? life_role_of(c) : LIFE_ROLES;
    unsigned life = life_of(w, call);

    if (c && contract_arg(c, (int)k).kind == EFFECT_FREE && !w->t->frees) {
        w->t->frees = call;
        w->t->frees_by_slot = is_slot;
        w->t->frees_life = life;
    }
    // Memory that is no object to the callee: perhaps freed.
    if (!c || contract_arg(c, (int)k).kind != EFFECT_BORROW)
        w->t->may_free = true;
    if (life & LIFE_UNTRACKS && !w->t->untracks)
        w->t->untracks = call;
    if (role != LIFE_ROLES) {
        w->t->calls_slot[role] = true;
        if (role == LIFE_CLEAR)
            walk_decl(w, w->type->slots[LIFE_CLEAR].decl, 0);
        return;
    }
    if (d && d->fn && !(d->is_foreign && flow_ruled(w->l->flow, call->ref))) {
        note_others_slot(w, call->ref);
        walk_decl(w, call->ref, k);
    } else if (d && is_known(w, call->ref, c)) {
        return;
    } else if (d && !d->is_foreign && !d->is_implicit) {
        if (!w->t->outside)
            w->t->outside = call->ref;
    } else if (!is_slot) {
        w->t->is_opaque = true;
    }
}

static bool can_set_error(const struct contract *c)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (c->outcomes[n].fails && c->outcomes[n].sets_error)
            return true;
    return false;
}

static void note_error(struct walk *w, const struct ir_ins *call,
                       const struct contract *c)
{
    if (c->traits & TRAIT_RESTORES_ERROR)
        w->t->restores_error = true;
    if (!w->t->runs && !c->weak && !c->inferred && can_set_error(c)
        && (c->traits & (TRAIT_RUNS_CODE | TRAIT_SELDOM)) == TRAIT_RUNS_CODE)
        w->t->runs = call;
}

static void walk_call(struct walk *w, const struct ir_block *b,
                      const struct ir_ins *call)
{
    bool is_slot;
    const struct contract *c = life_contract(w->l, b, call, &is_slot);

    if (c)
        note_error(w, call, c);
    for (uint32_t k = 0; k < call->nargs; k++) {
        uint32_t arg = call->args[k];
        unsigned how = done_to_content(w, b, call, c, k);

        if (touch_all(w, b, arg, false, how) && how & LIFE_RELEASES
            && !w->t->releases && !w->t->untracks)
            w->t->releases = call;
        if (is_self(w, b, arg, DEPTH_MOST))
            hand_over(w, call, c, is_slot, k);
        else
            touch_all(w, b, arg, true, done_to_place(c, k));
        if (is_own_type(w, b, arg, DEPTH_MOST)) {
            w->t->visits_type |= (how & LIFE_VISITS) != 0;
            w->t->releases_type |= (how & LIFE_LETS_GO) != 0;
        }
    }
}

static void walk_store(struct walk *w, const struct ir_block *b,
                       const struct ir_ins *ins)
{
    const struct ir_ins *to = ir_maker(b, ins->a);
    bool is_local = to && to->op == IR_LOCAL;

    if (to && to->op == IR_FIELD)
        touch_all(w, b, ins->a, true, LIFE_SETS);
    if (is_local)
        return;
    // What is stored elsewhere is somebody else's from then on.
    touch_all(w, b, ins->b, false, LIFE_LETS_GO);
    if (is_self(w, b, ins->b, DEPTH_MOST))
        w->t->is_kept = true;
}

static void walk_body(struct walk *w)
{
    for (uint32_t n = 0; n < w->fn->nblocks; n++) {
        const struct ir_block *b = &w->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];

            switch (ins->op) {
            case IR_CALL:
                walk_call(w, b, ins);
                break;
            case IR_STORE:
                walk_store(w, b, ins);
                break;
            case IR_COPY:
            case IR_ELEM:
            case IR_ADD:
            case IR_OPAQUE:
                if (is_self(w, b, ins->a, DEPTH_MOST)
                    || (ins->b && is_self(w, b, ins->b, DEPTH_MOST)))
                    w->t->is_opaque = true;
                break;
            default:
                break;
            }
        }
        if (b->end == IR_RETURN && b->value) {
            touch_all(w, b, b->value, false, LIFE_LETS_GO);
            if (is_self(w, b, b->value, DEPTH_MOST))
                w->t->is_kept = true;
        }
    }
}

static void walk_decl(const struct walk *from, uint32_t decl, uint32_t self)
{
    const struct ir_decl *d = &from->l->ir->decls[decl];
    struct walk w = *from;

    if (!decl)
        return;
    if (!d->fn || from->l->ir->fns[d->fn - 1].problem[0]
        || w.depth == DEPTH_MOST || --*w.budget < 0) {
        from->t->is_opaque = true;
        return;
    }
    w.fn = &from->l->ir->fns[d->fn - 1];
    w.self = self;
    w.depth++;
    walk_body(&w);
}

static bool returns(const struct ir_fn *fn)
{
    for (uint32_t n = 0; n < fn->nblocks; n++)
        if (fn->blocks[n].end == IR_RETURN)
            return true;
    return false;
}

const struct life_touches *life_touches_of(const struct lives *l,
                                           const struct life_type *type,
                                           enum life_role role)
{
    uint32_t decl = type->slots[role].decl;
    uint32_t fn = l->ir->decls[decl].fn;
    struct life_touches *t;
    bool is_end =
        role == LIFE_DEALLOC || (role == LIFE_CLEAR && type->rule->clears);
    int budget = CALLS_MOST;
    struct walk w = {.l = l, .type = type, .self = SELF_NONE};

    // What stands behind an assertion that always fails is not in the IR.
    if (!decl || !fn || l->ir->fns[fn - 1].problem[0]
        || !returns(&l->ir->fns[fn - 1]))
        return NULL;
    t = arena_new(l->arena, struct life_touches);
    t->fields = arena_array(l->arena, unsigned char, l->nfields + 1);
    w.t = t;
    w.budget = &budget;
    walk_decl(&w, decl, 0);
    for (size_t i = 0; is_end && i < type->nends; i++)
        walk_decl(&w, type->ends[i], 0);
    return t;
}
