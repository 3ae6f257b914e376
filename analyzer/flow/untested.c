// untested.c - does anybody test whether a call failed?
//
// in     a call whose result says that it failed, or may say so
// out    whether the text of the function shows no test at all; where the
//        result goes out of sight, a question for the error may be meant for it
//
// This looks at all paths at once, since a test on one is a test that somebody
// thought of. What holds on the path at hand, indicator.c knows.

#include "flow/engine.h"

// The temps and locals that what a call returned has reached.
struct reach {
    const struct engine *e;
    bool *temp, *local;
    bool object; // NULL gets noticed wherever it is used, but for a release
    bool tested;
    bool kept; // it went where we do not look
    bool more; // a local was reached that had not been
};

static bool compares(const struct ir_ins *ins)
{
    return ins->op >= IR_EQ && ins->op <= IR_GE;
}

static bool is_constant(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    return m && m->op == IR_CONST;
}

// Is the result of a call dropped, or compared with numbers and no more? Then
// nobody can test it later.
static bool only_compared(const struct engine *e, uint32_t site)
{
    const struct ir_block *b = &e->fn->blocks[e->site_block[site]];
    uint32_t dst = engine_ins(e, site)->dst;

    for (uint32_t i = 0; dst && i < b->nins; i++) {
        const struct ir_ins *ins = &b->ins[i];
        for (uint32_t k = 0; k < ins->nargs; k++)
            if (ins->args[k] == dst)
                return false;
        if ((ins->a == dst || ins->b == dst) && ins->op != IR_NOT
            && !(compares(ins)
                 && is_constant(b, ins->a == dst ? ins->b : ins->a)))
            return false;
    }
    return !dst || b->end != IR_RETURN || b->value != dst;
}

static const struct ir_ins *local_at(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = temp ? ir_maker(b, temp) : NULL;

    return m && m->op == IR_LOCAL ? m : NULL;
}

static bool is_variable(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    return m && m->op == IR_LOAD;
}

// `i < n` is how a number is used, not how it is tested.
static bool is_test(const struct ir_block *b, const struct ir_ins *ins,
                    bool first)
{
    if (ins->op == IR_NOT || ins->op == IR_EQ || ins->op == IR_NE)
        return true;
    return compares(ins) && !is_variable(b, first ? ins->b : ins->a);
}

static void reach_local(struct reach *x, uint32_t local)
{
    x->more = x->more || !x->local[local];
    x->local[local] = true;
}

static void reach_store(struct reach *x, const struct ir_block *b,
                        const struct ir_ins *ins)
{
    const struct ir_ins *to = local_at(b, ins->a);

    if (to)
        reach_local(x, to->ref);
    else
        x->kept = true;
}

// Is argument k released, if it is one at all?
static bool releases_any(const struct engine *e, const struct ir_ins *call,
                         uint32_t k)
{
    const struct contract *c =
        call->ref ? flow_contract(e->u, call->ref) : NULL;
    struct effect f = {.kind = EFFECT_PLAIN};

    if (c)
        f = contract_arg(c, (int)k);
    return f.kind == EFFECT_DECREF && f.maybe_null;
}

static void reach_through(struct reach *x, const struct ir_block *b,
                          const struct ir_ins *ins)
{
    const struct ir_ins *from = local_at(b, ins->a);
    bool first = ins->a && x->temp[ins->a];
    bool second = ins->b && x->temp[ins->b];

    if (ins->op == IR_LOAD) {
        if (from && x->local[from->ref])
            x->temp[ins->dst] = true;
    } else if (ins->op == IR_STORE) {
        if (second)
            reach_store(x, b, ins);
    } else if (first || second) {
        x->tested = x->tested || x->object || is_test(b, ins, first);
        if (ins->dst && ins->op != IR_CALL && !compares(ins))
            x->temp[ins->dst] = true;
    }
    for (uint32_t k = 0; k < ins->nargs; k++) {
        const struct ir_ins *m = local_at(b, ins->args[k]);

        // The address of a variable, in somebody's hands.
        x->kept = x->kept || (m && x->local[m->ref]);
        // What is given a wrong number may well fail by itself.
        x->tested =
            x->tested || (x->temp[ins->args[k]] && !releases_any(x->e, ins, k));
    }
}

static void reach_all(struct reach *x)
{
    const struct ir_fn *fn = x->e->fn;

    do {
        x->more = false;
        for (uint32_t n = 0; n < fn->nblocks; n++) {
            const struct ir_block *b = &fn->blocks[n];

            for (uint32_t i = 0; i < b->nins; i++)
                reach_through(x, b, &b->ins[i]);
            // What is returned, the caller tests.
            if (b->value && x->temp[b->value])
                x->tested = true;
        }
    } while (x->more && !x->tested);
}

// Does the function ask for the error anywhere?
static bool asks(const struct engine *e)
{
    for (uint32_t n = 0; n < e->fn->nblocks; n++) {
        const struct ir_block *b = &e->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct contract *c = b->ins[i].op == IR_CALL && b->ins[i].ref
                                           ? flow_contract(e->u, b->ins[i].ref)
                                           : NULL;

            if (c && c->result.kind == EFFECT_ERROR && !c->has_outcomes)
                return true;
        }
    }
    return false;
}

static bool never_tested(const struct engine *e, uint32_t site)
{
    const struct ir_ins *call = engine_ins(e, site);
    struct reach x = {
        .e = e,
        .object = e->ir->types[call->type].kind == IR_TYPE_POINTER,
        .temp = arena_array(e->scratch, bool, (size_t)e->fn->ntemps + 1),
        .local = arena_array(e->scratch, bool, (size_t)e->fn->nlocals + 1)};

    x.temp[call->dst] = true;
    reach_all(&x);
    return !x.tested && !(x.kept && (x.object || asks(e)));
}

// The local that a temp is the content or (for a call that writes it) the
// address of.
static bool names_local(const struct ir_block *b, uint32_t temp, uint32_t local)
{
    const struct ir_ins *m = ir_maker(b, temp);

    if (m && m->op == IR_LOAD)
        m = ir_maker(b, m->a);
    return m && m->op == IR_LOCAL && m->ref == local;
}

// Is the temp the address of a type of the API?
static bool is_type(const struct engine *e, const struct ir_block *b,
                    uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_global *g =
        m && m->op == IR_GLOBAL ? &e->ir->globals[m->ref] : NULL;
    const struct ir_type *t = g ? &e->ir->types[g->type] : NULL;

    return g && g->is_foreign && t->kind == IR_TYPE_RECORD
           && rules_type(e->u->rules, e->ir->records[t->record].name);
}

// Does a call look at the type of what a local holds, or write there what has
// that type?
static bool settles_type(const struct engine *e, const struct ir_block *b,
                         const struct ir_ins *ins, uint32_t local)
{
    bool names = false;
    bool type = false;

    for (uint32_t k = 0; k < ins->nargs; k++) {
        names = names || names_local(b, ins->args[k], local);
        type = type || is_type(e, b, ins->args[k]);
    }
    return names && type;
}

// Does what a call returns say of which type it is? What is lent, or comes out
// of somebody's code, can be anything.
static bool gives_type(const struct engine *e, const struct ir_ins *call)
{
    const struct contract *c =
        call->ref ? flow_contract(e->u, call->ref) : NULL;

    return !c
           || (c->outcomes[0].result.kind != EFFECT_BORROWED
               && (c->inferred || !(c->traits & TRAIT_RUNS_CODE)
                   || c->traits & TRAIT_TYPED));
}

// Does a function of the project write an object there, in one of its outcomes?
static bool fills(const struct engine *e, const struct ir_block *b,
                  const struct ir_ins *ins, uint32_t local)
{
    const struct contract *c =
        ins->op == IR_CALL && ins->ref ? flow_contract(e->u, ins->ref) : NULL;

    for (uint32_t k = 0; c && c->inferred && k < ins->nargs; k++) {
        const struct ir_ins *m = local_at(b, ins->args[k]);

        for (int n = 0; m && m->ref == local && n < c->noutcomes; n++) {
            struct effect f = contract_arg_in(c, &c->outcomes[n], (int)k);

            if (f.kind == EFFECT_OUT && f.out != EFFECT_BORROWED)
                return true;
        }
    }
    return false;
}

// Was it made by a call, which then says of which type it is?
static bool is_made_here(const struct engine *e, const struct ir_block *b,
                         const struct ir_ins *ins, uint32_t local)
{
    const struct ir_ins *to = ins->op == IR_STORE ? local_at(b, ins->a) : NULL;
    const struct ir_ins *call = to ? ir_maker(b, ins->b) : NULL;

    return (to && to->ref == local && call && call->op == IR_CALL
            && gives_type(e, call))
           || fills(e, b, ins, local);
}

// Can argument n (from 0) be of any type, as far as the function shows? What
// is no variable has a type that others see to, unless any will do.
static bool any_type(const struct engine *e, uint32_t site, uint32_t n,
                     bool any_will_do)
{
    const struct ir_block *own = &e->fn->blocks[e->site_block[site]];
    const struct ir_ins *call = engine_ins(e, site);
    const struct ir_ins *m =
        call->nargs > n ? ir_maker(own, call->args[n]) : NULL;
    const struct ir_ins *from =
        m && m->op == IR_LOAD ? local_at(own, m->a) : NULL;

    if (!from)
        return any_will_do;
    for (uint32_t k = 0; k < e->fn->nblocks; k++) {
        const struct ir_block *b = &e->fn->blocks[k];

        for (uint32_t i = 0; i < b->nins; i++)
            if ((b->ins[i].op == IR_CALL
                 && settles_type(e, b, &b->ins[i], from->ref))
                || is_made_here(e, b, &b->ins[i], from->ref))
                return false;
    }
    return true;
}

static bool takes_format(const struct contract *c)
{
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].kind == EFFECT_FORMAT)
            return true;
    return false;
}

// A rule says that the call can fail for more than lack of memory.
static bool can_well_fail(const struct engine *e, uint32_t site)
{
    const struct ir_ins *call = engine_ins(e, site);
    const struct contract *c = call && call->op == IR_CALL && call->ref
                                   ? flow_contract(e->u, call->ref)
                                   : NULL;

    if (!c || c->inferred || e->needs_oom[site]
        || c->traits & (TRAIT_OOM | TRAIT_MISUSE)
        || (c->traits & TRAIT_OOM_LITERAL && !takes_format(c)))
        return false;
    if (c->traits & TRAIT_WRONG_TYPE)
        return any_type(e, site, 0, !(c->traits & TRAIT_SELDOM));
    return !(c->traits & TRAIT_WRONG_KEY) || any_type(e, site, 1, true);
}

bool untested_result(const struct engine *e, uint32_t site)
{
    return can_well_fail(e, site)
           && (only_compared(e, site) || never_tested(e, site));
}
