// null_fields.c - methods that take a field for an object, though it can be
// NULL when they are called.
//
// in     the bodies of methods and getters; who fills and who empties a field
// out    findings: the field is increfed without a test
//
// A field can be NULL when the initialiser fills it, which need not have run,
// or when another method empties it. A method that tests any field of its
// object, or hands the object on before, may know better.

#include "shape/life.h"
#include "shape/unit.h"

struct nulls {
    struct shape *s;
    const struct lives *l;
    const struct life_type *t;
};

// Is the temp the object that the function was called with?
static bool is_self(const struct ir_fn *fn, const struct ir_block *b,
                    uint32_t temp)
{
    int64_t local = life_local_of(b, temp);

    if (local <= 0)
        return local == 0;
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *o = &fn->blocks[n];

        for (uint32_t i = 0; i < o->nins; i++) {
            const struct ir_ins *to =
                o->ins[i].op == IR_STORE ? ir_maker(o, o->ins[i].a) : NULL;

            if (to && to->op == IR_LOCAL && to->ref == (uint32_t)local)
                return life_local_of(o, o->ins[i].b) == 0;
        }
    }
    return false;
}

// Does a call take the argument for an object, never NULL?
static bool needs_object(const struct nulls *c, const struct ir_ins *call,
                         uint32_t k)
{
    const struct contract *rule = call->ref && flow_ruled(c->l->flow, call->ref)
                                      ? flow_contract(c->l->flow, call->ref)
                                      : NULL;
    const struct effect *result = rule ? &rule->outcomes[0].result : NULL;

    if (!rule || contract_arg(rule, (int)k).maybe_null)
        return false;
    return contract_arg(rule, (int)k).kind == EFFECT_INCREF
           || (rule->noutcomes == 1 && result->kind == EFFECT_NEW_ALIAS
               && result->of == (int)k + 1);
}

// What the block stored in the local, before it was read; 0 when nothing.
static uint32_t stored_in(const struct ir_block *b, uint32_t local)
{
    for (uint32_t i = 0; i < b->nins; i++) {
        const struct ir_ins *to =
            b->ins[i].op == IR_STORE ? ir_maker(b, b->ins[i].a) : NULL;

        if (to && to->op == IR_LOCAL && to->ref == local)
            return b->ins[i].b;
    }
    return 0;
}

// The field of the object that a temp is the content of.
static const struct ir_ins *field_of_self(const struct nulls *c,
                                          const struct ir_fn *fn,
                                          const struct ir_block *b,
                                          uint32_t temp)
{
    int64_t local = life_local_of(b, temp);
    const struct ir_ins *m =
        ir_maker(b, local > 0 ? stored_in(b, (uint32_t)local) : temp);

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    m = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return m && m->op == IR_FIELD && m->ref == c->t->record
                   && life_is_counted(c->l, m->ref, (uint32_t)m->imm)
                   && is_self(fn, b, m->a)
               ? m
               : NULL;
}

// The first call that needs an object and gets such a field: nothing but reads
// of fields stands before it.
static const struct ir_ins *first_need(const struct nulls *c,
                                       const struct ir_fn *fn,
                                       const struct ir_ins **ret_field)
{
    const struct ir_block *b = &fn->blocks[0];

    for (uint32_t i = 0; i < b->nins; i++) {
        const struct ir_ins *ins = &b->ins[i];

        if (ins->op != IR_CALL)
            continue;
        *ret_field = ins->nargs ? field_of_self(c, fn, b, ins->args[0]) : NULL;
        return *ret_field && needs_object(c, ins, 0) ? ins : NULL;
    }
    return NULL;
}

static bool stores_null(const struct ir_block *b, const struct ir_ins *store)
{
    const struct ir_ins *m = ir_maker(b, store->b);

    return m && m->op == IR_CONST && !m->imm;
}

// What a function, without those it calls, does to a field of any object.
enum { FILLS = 1, EMPTIES = 2 };

static unsigned done_by_ins(const struct lives *l, const struct ir_fn *fn,
                            const struct ir_block *b, const struct ir_ins *ins,
                            struct life_field f)
{
    const struct contract *c =
        ins->op == IR_CALL ? life_contract(l, b, ins, NULL) : NULL;
    struct life_field found[LIFE_FIELDS_MOST];
    unsigned done = 0;

    for (uint32_t k = 0; k < (ins->op == IR_STORE ? 1 : ins->nargs); k++) {
        uint32_t at = ins->op == IR_STORE ? ins->a : ins->args[k];
        bool empties = ins->op == IR_STORE
                           ? stores_null(b, ins)
                           : c && contract_arg(c, (int)k).kind == EFFECT_CLEAR;
        size_t n = life_fields_of(fn, b, at, true, found);

        for (size_t i = 0; i < n; i++)
            if (found[i].record == f.record && found[i].field == f.field)
                done |= empties ? EMPTIES : FILLS;
    }
    return done;
}

static unsigned done_by(const struct lives *l, const struct ir_fn *fn,
                        struct life_field f, const struct ir_ins **ret_at)
{
    unsigned done = 0;

    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            unsigned d = b->ins[i].op == IR_STORE || b->ins[i].op == IR_CALL
                             ? done_by_ins(l, fn, b, &b->ins[i], f)
                             : 0;

            if (d & EMPTIES)
                *ret_at = &b->ins[i];
            done |= d;
        }
    }
    return done;
}

static bool calls_project(const struct lives *l, const struct ir_fn *fn)
{
    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++) {
            const struct ir_ins *ins = &fn->blocks[n].ins[i];

            if (ins->op == IR_CALL && ins->ref
                && !l->ir->decls[ins->ref].is_foreign
                && !flow_ruled(l->flow, ins->ref))
                return true;
        }
    return false;
}

// Does what makes the objects leave the field NULL? The API's own does.
static bool is_made_empty(const struct nulls *c, struct life_field f)
{
    uint32_t make = c->t->slots[LIFE_NEW].decl;
    uint32_t n = c->l->ir->decls[make].fn;
    const struct ir_fn *fn = n ? &c->l->ir->fns[n - 1] : NULL;
    const struct ir_ins *at;

    if (!make || !fn)
        return make && c->l->ir->decls[make].is_foreign;
    return !fn->problem[0] && !calls_project(c->l, fn)
           && !(done_by(c->l, fn, f, &at) & FILLS);
}

// A method that leaves the field empty; NULL when none is seen to.
static const struct ir_fn *emptied_by(const struct nulls *c,
                                      struct life_field f,
                                      const struct ir_ins **ret_at)
{
    const uint64_t others = TRAIT_ROLE_NEW | TRAIT_ROLE_INIT
                            | TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR;

    for (uint32_t n = 0; n < c->l->ir->nfns; n++) {
        const struct ir_fn *fn = &c->l->ir->fns[n];
        const struct contract *role = flow_role(c->l->flow, fn->decl);

        if (role && !(role->traits & others)
            && done_by(c->l, fn, f, ret_at) == EMPTIES)
            return fn;
    }
    return NULL;
}

static void say(struct nulls *c, const struct ir_fn *fn,
                const struct ir_ins *call, struct life_field f,
                const char *when, struct shape_note note)
{
    const struct ir_record *record = &c->l->ir->records[f.record];
    const char *name = arena_printf(c->s->results, "%s.%s", record->name,
                                    record->fields[f.field].name);

    shape_report(
        c->s,
        &(struct finding){.function = c->l->ir->decls[fn->decl].name,
                          .rule = RULE_NULL_FIELD,
                          .tier = TIER_LIKELY,
                          .text = arena_printf(c->s->results,
                                               "'%s' takes '%s' for an object, "
                                               "which is NULL %s",
                                               c->l->ir->decls[fn->decl].name,
                                               name, when),
                          .object = name,
                          .origin = c->l->ir->globals[c->t->global].name},
        call->at, note);
}

static void check_method(struct nulls *c, const struct ir_fn *fn)
{
    const struct ir_ins *field, *at;
    const struct ir_ins *call = first_need(c, fn, &field);
    const struct ir_fn *emptier;
    struct life_field f;

    if (!call)
        return;
    f = (struct life_field){field->ref, (uint32_t)field->imm};
    emptier = emptied_by(c, f, &at);
    if (emptier)
        say(c, fn, call, f,
            arena_printf(c->s->results, "after '%s' was called",
                         c->l->ir->decls[emptier->decl].name),
            (struct shape_note){at->at, "it is set to NULL here"});
    else if (is_made_empty(c, f))
        say(c, fn, call, f, "in an object that was made and not initialised",
            (struct shape_note){c->t->slots[LIFE_NEW].pos,
                                "what makes the objects leaves it so"});
}

void null_fields_check(struct shape *s, const struct lives *l,
                       const struct life_type *t)
{
    struct nulls c = {s, l, t};

    for (size_t k = 0; t->record && k < t->nlists; k++) {
        const struct ir_global *list = &l->ir->globals[t->lists[k]];

        for (uint32_t i = 0; i < list->ninits; i++) {
            const struct ir_init *init = &list->inits[i];
            uint32_t fn =
                init->kind == IR_INIT_FN ? l->ir->decls[init->ref].fn : 0;

            if (fn && rules_slot_of(l->rules, l->ir, list, init)
                && !l->ir->fns[fn - 1].problem[0])
                check_method(&c, &l->ir->fns[fn - 1]);
        }
    }
}
