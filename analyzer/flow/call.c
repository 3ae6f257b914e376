// call.c - one call, by its contract.
//
// in     the contract of the callee, the values of the arguments
// out    one path for each way the call can end that differs in what happens
//        to the arguments; ways that differ only in the result stay one path,
//        whose result is a symbol that says which it was once it is tested

#include "flow/call.h"

static bool all_literals(const struct engine *e, const struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->args[i].sym && !call_literal(e, k->args[i]))
            return false;
    return true;
}

// Is a unit in the format that can fail otherwise, of what is no literal? The
// arguments behind the format are read as it says.
static bool format_can_fail(const struct engine *e, const struct call *k,
                            uint32_t at)
{
    const struct grammar *g =
        rules_grammar(e->u->rules, k->effects[at].grammar);
    const char *pos = call_literal(e, k->args[at]);
    uint32_t n = (uint32_t)k->c->nargs;
    const struct format_unit *unit;
    bool optional = false;

    if (!g || !pos)
        return true;
    while ((unit = grammar_next(g, &pos, &optional)) != NULL) {
        if (!unit->text[0])
            return true;
        for (int a = 0; a < unit->nargs && n < k->nargs; a++, n++)
            if (unit->can_fail && k->args[n].sym
                && !call_literal(e, k->args[n]))
                return true;
    }
    return false;
}

// What the trait oom-if-literal asks for.
static bool has_literals(const struct engine *e, const struct call *k)
{
    for (uint32_t i = 0; i < (uint32_t)k->c->nargs && i < k->nargs; i++)
        if (k->effects[i].kind == EFFECT_FORMAT)
            return !format_can_fail(e, k, i);
    return all_literals(e, k);
}

// Does it fail only when memory runs out?
static bool only_oom(const struct engine *e, const struct call *k)
{
    return k->c->traits & TRAIT_OOM
           || (k->c->traits & TRAIT_OOM_LITERAL && has_literals(e, k));
}

// With an out argument, "misuse" says that it may stay unwritten.
static bool only_misuse(const struct contract *c)
{
    if (!(c->traits & TRAIT_MISUSE))
        return false;
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].kind == EFFECT_OUT)
            return false;
    return true;
}

void call_failed(struct engine *e, struct run *r, uint32_t site,
                 const struct contract *c)
{
    if (e->needs_oom[site])
        r->st->oom = true;
    if (only_misuse(c)) {
        r->st->misused = engine_ins(e, site)->ref;
        r->st->in_order = r->st->in_order || e->order[site] == ORDER_KEPT;
    }
}

// Is an index surely less than a number of items? One part of a sum may be the
// same on both sides.
static bool is_below(struct engine *e, const struct run *r, struct value i,
                     struct value n)
{
    const struct sym x = e->syms.syms[i.sym];
    const struct sym y = e->syms.syms[n.sym];

    if (truth_of(e, r->st, evaluate(e, r->st, IR_LT, false, i, n)) > 0)
        return true;
    if (x.kind != SYM_EXPR || y.kind != SYM_EXPR || x.op != IR_ADD
        || y.op != IR_ADD)
        return false;
    return (value_same(x.x, y.x) && is_below(e, r, x.y, y.y))
           || (value_same(x.x, y.y) && is_below(e, r, x.y, y.x))
           || (value_same(x.y, y.x) && is_below(e, r, x.x, y.y))
           || (value_same(x.y, y.y) && is_below(e, r, x.x, y.x));
}

// Is it the index of an item of what was made with so many of them?
static void note_order(struct engine *e, const struct run *r,
                       const struct call *k)
{
    enum order *order = &e->order[engine_site(e, r)];
    struct value of = call_argument(k, 1);
    const struct ref *ref = of.sym ? ref_find(r->st, of.sym) : NULL;

    if (!(k->c->traits & TRAIT_ITEM_INDEX) || *order == ORDER_DOUBTED)
        return;
    *order = ref && is_below(e, r, call_argument(k, 2), ref->size)
                 ? ORDER_KEPT
                 : ORDER_DOUBTED;
}

// Does the call make its result, and run nothing that could hand it something
// that was there before?
static bool only_makes(const struct contract *c)
{
    if (c->traits & TRAIT_FRESH)
        return true;
    if (c->inferred || c->weak || !c->family[0]
        || c->traits & (TRAIT_SHARED | TRAIT_EXPOSED | TRAIT_RUNS_CODE))
        return false;
    for (int n = 0; n < c->noutcomes; n++) {
        enum effect_kind kind = c->outcomes[n].result.kind;

        if (kind != EFFECT_NEW && kind != EFFECT_NULL)
            return false;
    }
    return true;
}

// Characters, of whatever width: nothing that is counted.
static bool is_text(const struct ir_unit *ir, uint32_t type)
{
    const struct ir_type *t = &ir->types[type];

    return t->kind == IR_TYPE_POINTER && t->target
           && ir->types[t->target].kind == IR_TYPE_INT;
}

static unsigned result_flags(const struct engine *e, uint32_t site,
                             const struct call *k)
{
    const struct contract *c = k->c;

    return (e->needs_oom[site] ? REF_OOM : 0)
           | (c->traits & TRAIT_MISUSE ? REF_MISUSE : 0)
           | (c->traits & TRAIT_SHARED ? REF_SHARED : 0)
           | (c->traits & TRAIT_MUTABLE ? REF_MUTABLE : 0)
           | (c->traits & TRAIT_EXPOSED ? REF_EXPOSED : 0)
           | (c->traits & TRAIT_SHARED_ITEMS ? REF_SHARED_ITEMS : 0)
           | (c->traits & TRAIT_UNTRACKED ? REF_UNTRACKED : 0)
           | (only_makes(c) ? REF_MADE : 0)
           | (is_text(e->ir, k->ins->type) ? REF_PLAIN : 0);
}

// The same call on the same arguments yields the same thing again, as far as
// a path can tell: item 0 of a tuple, the type of an object.
static uint32_t pure_symbol(struct engine *e, struct run *r,
                            const struct call *k)
{
    struct sym key = {.kind = SYM_PURE, .site = k->decl, .type = k->ins->type};

    if (!k->decl || k->nargs < 1 || k->nargs > 2 || !k->args[0].sym
        || (k->nargs == 2 && k->args[1].sym && !(k->c->traits & TRAIT_PURE))
        || k->c->traits & TRAIT_RUNS_CODE)
        return run_fresh(e, r, 0, k->ins->type);
    key.x = k->args[0];
    if (k->nargs == 2)
        key.y = k->args[1];
    return sym_intern(&e->syms, &key);
}

static struct value borrowed_result(struct engine *e, struct run *r,
                                    const struct call *k,
                                    const struct effect *f, unsigned flags)
{
    uint32_t sym = pure_symbol(e, r, k);
    struct ref *ref;

    if (f->kind == EFFECT_INTERIOR)
        flags |= REF_INTERIOR;
    if (ref_find(r->st, sym)) {
        stale_renew(r->st, sym);
        return value_sym(sym);
    }
    ref = track_borrowed(e, r, sym, call_argument(k, f->of), flags);
    ref->weak = call_weak(k);
    ref->key = stale_key(k);
    return value_sym(sym);
}

// Nothing is known of the object, if there is one: the callee has ways to
// return NULL.
static void note_nullable(struct engine *e, struct run *r, uint32_t sym)
{
    ref_put(&e->pool, r->st,
            &(struct ref){.sym = sym,
                          .flags = REF_ESCAPED | REF_MAYBE | REF_NULLABLE});
    event_add(e, r->st, EVENT_CAME, sym, engine_site(e, r), 0);
}

static struct value result_of(struct engine *e, struct run *r,
                              const struct call *k, const struct effect *f,
                              unsigned flags)
{
    struct value v = call_argument(k, f->of);
    struct ref *made;
    uint32_t sym;

    switch (f->kind) {
    case EFFECT_NEW:
        sym = run_fresh(e, r, 0, k->ins->type);
        made = track_new(e, r, sym, flags);
        made->weak = call_weak(k);
        if (k->c->traits & TRAIT_SIZED)
            made->size = call_argument(k, 1);
        call_kept(e, r, k, sym);
        return value_sym(sym);
    case EFFECT_NEW_ALIAS:
        call_increfs(e, r, k, v.sym);
        return v;
    case EFFECT_ALIAS:
        return v;
    case EFFECT_BORROWED:
    case EFFECT_INTERIOR:
        return borrowed_result(e, r, k, f, flags);
    case EFFECT_NULL:
        return value_int(0);
    case EFFECT_NORETURN:
        r->dead = true;
        return value_int(0);
    default:
        sym = k->c->traits & TRAIT_PURE ? pure_symbol(e, r, k)
                                        : run_fresh(e, r, 0, k->ins->type);
        if (flags & REF_MAYBE && k->c->traits & TRAIT_NULLABLE)
            note_nullable(e, r, sym);
        return value_sym(sym);
    }
}

static void error_after(struct engine *e, struct run *r, const struct call *k,
                        bool sets)
{
    struct error_state *err = &r->st->error;
    bool api = !k->c->inferred && !k->c->weak && k->c->family[0];
    uint32_t type = k->ins->type;

    if (sets || k->c->traits & (TRAIT_SETS_ERROR | TRAIT_RESTORES_ERROR))
        *err = (struct error_state){.kind = ERROR_SET};
    else if (k->c->traits & TRAIT_CLEARS_ERROR)
        *err = (struct error_state){.kind = ERROR_CLEAR};
    else if (k->c->noutcomes == 1
             && (!api || (type && e->ir->types[type].kind != IR_TYPE_VOID))
             && k->c->result.kind == EFFECT_PLAIN && err->kind != ERROR_SET) {
        if (err->kind == ERROR_PENDING)
            err->other = true;
        else
            err->kind = ERROR_UNKNOWN;
    }
}

// That an argument was NULL is of interest when that is decided, or when it
// decides whether we hold something.
static bool change_matters(const struct engine *e, const struct run *r,
                           const struct call *k,
                           const struct arg_change *change)
{
    struct value v = call_argument(k, change->arg);
    const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;

    return change->effect.kind != EFFECT_ABSENT || truth_of(e, r->st, v) >= 0
           || (ref && ref->held > 0);
}

// Does it end like this only when an argument is NULL?
static bool needs_null(const struct outcome *o)
{
    for (int i = 0; i < o->nchanges; i++)
        if (o->changes[i].effect.kind == EFFECT_ABSENT)
            return true;
    return false;
}

// Is an argument the result in some way to end, and NULL in another, whatever
// the argument is? (Rules say so of functions that return NULL for NULL.)
static bool may_return_argument(const struct contract *c)
{
    bool is_argument = false;
    bool is_null = false;

    for (int n = 0; n < c->noutcomes; n++) {
        const struct outcome *o = &c->outcomes[n];

        is_argument = is_argument || o->result.kind == EFFECT_ALIAS
                      || o->result.kind == EFFECT_NEW_ALIAS;
        is_null = is_null || (o->cond.kind == COND_NULL && !needs_null(o));
    }
    return c->inferred && is_argument && is_null;
}

// Do the ways the call can end differ in what happens to the arguments?
static bool must_fork(const struct engine *e, const struct run *r,
                      const struct call *k)
{
    bool fails = false;
    bool depends = false;

    if (may_return_argument(k->c))
        return true;
    for (int n = 0; n < k->c->noutcomes; n++) {
        const struct outcome *o = &k->c->outcomes[n];

        for (int i = 0; i < o->nchanges; i++)
            if (change_matters(e, r, k, &o->changes[i]))
                return true;
        fails = fails || k->c->outcomes[n].fails;
    }
    for (uint32_t i = 0; i < k->nargs; i++) {
        enum effect_kind kind = k->effects[i].kind;

        depends = depends || kind == EFFECT_STEAL_OK || kind == EFFECT_OUT
                  || kind == EFFECT_INOUT || kind == EFFECT_CONVERT;
    }
    return fails && depends;
}

// Results like `new?`, `borrowed?`: the outcome that is not NULL.
static const struct outcome *nullable(const struct contract *c)
{
    const struct outcome *o = c->outcomes;

    if (c->noutcomes != 2)
        return NULL;
    if (o[0].cond.kind == COND_NONNULL && o[1].cond.kind == COND_NULL)
        return &o[0];
    if (o[1].cond.kind == COND_NONNULL && o[0].cond.kind == COND_NULL)
        return &o[1];
    return NULL;
}

// Integer results: the range that holds all outcomes, when all say one.
static bool hull(const struct contract *c, int64_t *lo, int64_t *hi)
{
    *lo = INT64_MAX;
    *hi = INT64_MIN;
    for (int n = 0; n < c->noutcomes; n++) {
        if (c->outcomes[n].cond.kind != COND_RANGE)
            return false;
        if (c->outcomes[n].cond.lo < *lo)
            *lo = c->outcomes[n].cond.lo;
        if (c->outcomes[n].cond.hi > *hi)
            *hi = c->outcomes[n].cond.hi;
    }
    return true;
}

static bool fails_negative(const struct contract *c)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (c->outcomes[n].cond.kind == COND_RANGE && c->outcomes[n].cond.hi < 0
            && c->outcomes[n].sets_error)
            return true;
    return false;
}

static bool fails_null(const struct contract *c)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (c->outcomes[n].cond.kind == COND_NULL && c->outcomes[n].sets_error)
            return true;
    return false;
}

// Is the result an object that is there already?
static bool is_ready(const struct engine *e, const struct run *r,
                     const struct call *k)
{
    struct fact f;

    if (!k->c->has_ready || k->nargs == 0)
        return false;
    f = fact_of(&e->syms, r->st, k->args[0]);
    return f.lo >= k->c->ready_lo && f.hi <= k->c->ready_hi;
}

// Does its body show that it leaves the error indicator alone?
static bool leaves_error(const struct contract *c)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (c->outcomes[n].error != ERROR_AFTER_KEPT)
            return false;
    return c->inferred;
}

// One path for all outcomes.
static void finish_lazily(struct engine *e, struct run *r, const struct call *k)
{
    const struct outcome *o = nullable(k->c);
    unsigned flags = result_flags(e, engine_site(e, r), k);
    struct value v;
    bool has = stale_has(e, r, k); // before the call itself changes anything
    int64_t lo;
    int64_t hi;

    call_apply(e, r, k, NULL);
    if (o && (has || is_ready(e, r, k))) {
        v = result_of(e, r, k, &o->result, flags | (has ? 0 : REF_SHARED));
        if (!assume_nonnull(e, r, v))
            r->dead = true;
    } else if (o) {
        v = result_of(e, r, k, &o->result, flags | REF_MAYBE);
        error_after(e, r, k, false);
        if (fails_null(k->c) && v.sym)
            error_pending(r->st, v.sym, FAILS_NULL);
        else if (r->st->error.kind != ERROR_SET && !leaves_error(k->c))
            r->st->error = (struct error_state){.kind = ERROR_UNKNOWN};
    } else {
        v = result_of(e, r, k, &k->c->outcomes[0].result, flags);
        error_after(e, r, k,
                    k->c->noutcomes == 1 && k->c->outcomes[0].sets_error);
        if (k->c->noutcomes == 1 && v.sym
            && (k->c->outcomes[0].result.kind == EFFECT_NEW
                || k->c->outcomes[0].cond.kind == COND_NONNULL)
            && !assume_nonnull(e, r, v))
            r->dead = true;
        if (v.sym && hull(k->c, &lo, &hi)) {
            assume_range(e, r, v, lo, hi);
            if (lo == hi)
                v = value_int(lo);
            else if (fails_negative(k->c))
                error_pending(r->st, v.sym, FAILS_NEGATIVE);
        } else if (v.sym && fails_negative(k->c)) {
            error_pending(r->st, v.sym, FAILS_PERHAPS);
        }
    }
    indicator_call(e, r, k, v);
    stale_ask(r, k, v);
    run_set(e, r, k->ins->dst, v);
}

static struct value value_under(struct engine *e, struct run *r, struct value v,
                                const struct cond *cond)
{
    switch (cond->kind) {
    case COND_NULL:
        return value_int(0);
    case COND_NONNULL:
        if (!assume_nonnull(e, r, v))
            r->dead = true;
        return v;
    case COND_RANGE:
        if (cond->lo == cond->hi)
            return value_int(cond->lo);
        if (!assume_range(e, r, v, cond->lo, cond->hi))
            r->dead = true;
        return v;
    default:
        return v;
    }
}

// Does this way to end say that the call failed? A body that was seen says so
// by its result.
static bool is_failure(const struct contract *c, const struct outcome *o)
{
    return o->fails
           || (c->inferred
               && (o->cond.kind == COND_NULL
                   || (o->cond.kind == COND_RANGE && o->cond.hi < 0)));
}

static void finish_outcome(struct engine *e, struct run *r,
                           const struct call *k, const struct outcome *o,
                           bool for_null)
{
    struct call here = *k;
    bool unknown = r->st->indicator.known == KNOWN_NOTHING;
    bool fails = is_failure(k->c, o)
                 || (o->result.kind == EFFECT_NULL && !needs_null(o)
                     && may_return_argument(k->c));
    struct value v;
    uint32_t failed = 0;

    if ((o->cond.kind == COND_ERROR && !indicator_assume(e, r, true))
        || (o->cond.kind == COND_NO_ERROR && !indicator_assume(e, r, false))) {
        r->dead = true;
        return;
    }
    if (fails) {
        // Named for the trail: this call failed.
        failed = run_fresh(e, r, 0, k->ins->type);
        event_add(e, r->st,
                  o->cond.kind == COND_RANGE ? EVENT_NEGATIVE : EVENT_NULL,
                  failed, engine_site(e, r), 0);
        if (!for_null)
            call_failed(e, r, engine_site(e, r), k->c);
    }
    here.supposed = o->cond.kind == COND_NO_ERROR && unknown;
    call_apply(e, r, &here, o);
    v = result_of(e, r, k, &o->result, result_flags(e, engine_site(e, r), k));
    error_after(e, r, k, o->sets_error);
    v = value_under(e, r, v, &o->cond);
    indicator_outcome(e, r, k, o, v);
    run_set(e, r, k->ins->dst, v);
}

// What no rule, nor any test on this path, says could be NULL is not taken for
// NULL because of a rule.
static bool can_be_null(const struct engine *e, const struct run *r,
                        const struct call *k, int arg)
{
    struct value v = call_argument(k, arg);
    const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;
    int truth = truth_of(e, r->st, v);

    return truth == 0
           || (truth < 0
               && (k->c->inferred || (ref && ref->flags & REF_MAYBE)));
}

// An outcome can depend on whether an error was set before, or on an
// argument's being NULL.
static bool can_end(const struct engine *e, const struct run *r,
                    const struct call *k, const struct outcome *o)
{
    for (int i = 0; i < o->nchanges; i++)
        if (o->changes[i].effect.kind == EFFECT_ABSENT
            && !can_be_null(e, r, k, o->changes[i].arg))
            return false;
    if (o->cond.kind == COND_ERROR)
        return r->st->error.kind != ERROR_CLEAR && !indicator_clear(e, r->st);
    if (o->cond.kind == COND_NO_ERROR)
        return r->st->error.kind != ERROR_SET;
    return true;
}

// "Is an error set?": the answer says how the calls before it ended.
static void ask_error(struct engine *e, struct run *r, const struct call *k)
{
    struct error_state err = r->st->error;
    struct value yes = value_sym(run_fresh(e, r, 0, k->ins->type));
    struct run *other;

    if (err.kind == ERROR_CLEAR || indicator_clear(e, r->st)) {
        run_set(e, r, k->ins->dst, value_int(0));
        return;
    }
    run_set(e, r, k->ins->dst, yes);
    ref_put(&e->pool, r->st,
            &(struct ref){.sym = yes.sym, .lender = LENT_SYSTEM});
    if (err.kind == ERROR_SET)
        assume_nonnull(e, r, yes);
    if (err.kind == ERROR_UNKNOWN) {
        r->st->error = (struct error_state){.kind = ERROR_CLEAR};
        error_pending(r->st, yes.sym, FAILS_ASKED);
    }
    indicator_asked(e, r, yes);
    if (err.kind != ERROR_PENDING)
        return;
    other = run_fork(e, r);
    run_set(e, other, k->ins->dst, value_int(0));
    for (unsigned i = 0; i < err.n && !other->dead; i++) {
        struct value s = value_sym(err.pending[i].sym);

        if (err.pending[i].how == FAILS_PERHAPS)
            continue;
        if (!(err.pending[i].how == FAILS_NEGATIVE
                  ? assume_range(e, other, s, 0, INT64_MAX)
              : err.pending[i].how == FAILS_ASKED
                  ? assume_range(e, other, s, 0, 0)
                  : assume_nonnull(e, other, s)))
            other->dead = true;
    }
    other->st->error = (struct error_state){.kind = ERROR_CLEAR};
    indicator_asked(e, other, value_int(0));
    assume_nonnull(e, r, yes);
    if (err.n == 1 && !err.other) {
        struct value s = value_sym(err.pending[0].sym);

        if (!(err.pending[0].how == FAILS_NULL ? assume_range(e, r, s, 0, 0)
              : err.pending[0].how == FAILS_ASKED
                  ? assume_nonnull(e, r, s)
                  : assume_range(e, r, s, INT64_MIN, -1)))
            r->dead = true;
    }
    r->st->error = (struct error_state){.kind = ERROR_SET};
}

// An argument of this function, as it came, for a body that nobody has seen
// yet: if that is this function again, it does with it what this one does.
static bool is_handed_on(const struct engine *e, const struct run *r,
                         const struct call *k, struct value v)
{
    struct ref ref = ref_of(e, r->st, v.sym);

    return e->options && e->options->supposes && k->decl
           && e->ir->decls[k->decl].fn && param_of(e, v.sym)
           && ref.lender == LENT_PARAM && ref.held == 0
           && !(ref.flags & REF_ESCAPED);
}

// Nothing describes the callee: what it was given may have gone anywhere.
static void call_unknown(struct engine *e, struct run *r, const struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++) {
        const struct ref *ref =
            k->args[i].sym ? ref_find(r->st, k->args[i].sym) : NULL;

        use_pointer(e, r, k->args[i]);
        invalidate(e, r, k->args[i],
                   (!ref || !(ref->flags & REF_INTERIOR))
                       && !is_handed_on(e, r, k, k->args[i]));
    }
    if (!k->decl || !e->ir->decls[k->decl].is_foreign)
        invalidate_globals(e, r);
    if (k->decl && !e->ir->decls[k->decl].is_foreign
        && e->ir->types[e->ir->decls[k->decl].result].kind == IR_TYPE_VOID)
        r->st->blind = true;
    if (r->st->error.kind != ERROR_SET)
        r->st->error = (struct error_state){.kind = ERROR_UNKNOWN};
    indicator_unknown(e, r, k);
    r->st->asked.result = 0;
    run_set(e, r, k->ins->dst, value_sym(run_fresh(e, r, 0, k->ins->type)));
}

// A question that NULL answers with 0: a yes says that it was not NULL. True
// when there is nothing else to ask.
static bool ask_null(struct engine *e, struct run *r, const struct call *k)
{
    struct value v;
    const struct ref *ref;
    struct run *other;

    if (!(k->c->traits & TRAIT_NULL_IS_ZERO) || k->nargs == 0)
        return false;
    v = k->args[0];
    ref = v.sym ? ref_find(r->st, v.sym) : NULL;
    if (truth_of(e, r->st, v) == 0) {
        run_set(e, r, k->ins->dst, value_int(0));
        return true;
    }
    if (!ref || !(ref->flags & REF_MAYBE) || truth_of(e, r->st, v) > 0)
        return false;
    other = run_fork(e, r);
    if (!assume_range(e, other, v, 0, 0))
        other->dead = true;
    run_set(e, other, k->ins->dst, value_int(0));
    assume_nonnull(e, r, v);
    return false;
}

static void read_arguments(const struct engine *e, const struct run *r,
                           struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        k->args[i] = run_temp(e, r, k->ins->args[i]);
}

// The call fails on this path, for it was given NULL.
static void end_failed(struct engine *e, struct run *r, struct call *k)
{
    const struct outcome *failed = NULL;

    for (int n = 0; n < k->c->noutcomes && !failed; n++)
        if (k->c->outcomes[n].fails)
            failed = &k->c->outcomes[n];
    read_arguments(e, r, k);
    if (failed)
        finish_outcome(e, r, k, failed, true);
}

// Does the call see an object here, or NULL in its place?
static bool takes_object(const struct effect *f)
{
    return (f->kind == EFFECT_BORROW || f->kind == EFFECT_KEEP
            || f->kind == EFFECT_STEAL)
           && f->maybe_null && f->ctype != CTYPE_POINTER;
}

// True when this path has ended the call; where an argument is NULL as far as
// anybody tested, the path on which it is goes on apart.
static bool fails_for_null(struct engine *e, struct run *r, struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++) {
        struct value v = k->args[i];
        const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;
        struct run *other;

        if (!takes_object(&k->effects[i]))
            continue;
        if (truth_of(e, r->st, v) == 0) {
            end_failed(e, r, k);
            return true;
        }
        if (!ref || !(ref->flags & REF_MAYBE) || ref->flags & REF_ESCAPED
            || truth_of(e, r->st, v) > 0)
            continue;
        other = run_fork(e, r);
        if (assume_range(e, other, v, 0, 0))
            end_failed(e, other, k);
        else
            other->dead = true;
        assume_nonnull(e, r, v);
        read_arguments(e, r, k);
    }
    return false;
}

void exec_call(struct engine *e, struct run *r, const struct ir_ins *ins)
{
    struct call k = {.ins = ins, .nargs = ins->nargs};

    // First of all, so that what an earlier turn of a loop made here has its
    // other name before the arguments are read.
    run_fresh(e, r, 0, ins->type);
    k.args = arena_array(e->scratch, struct value, k.nargs + 1);
    read_arguments(e, r, &k);
    call_find(e, r, &k);
    call_count(e, r, &k);
    if (!k.c) {
        call_unknown(e, r, &k);
        return;
    }
    if (k.c->result.kind == EFFECT_ERROR && !k.c->has_outcomes) {
        ask_error(e, r, &k);
        return;
    }
    call_effects(e, &k);
    e->needs_oom[engine_site(e, r)] = only_oom(e, &k);
    for (uint32_t i = 0; i < k.nargs && !r->dead; i++)
        call_check_null(e, r, &k, i);
    if (r->dead || ask_null(e, r, &k))
        return;
    // A test may have made an argument a constant.
    read_arguments(e, r, &k);
    note_order(e, r, &k);
    if (k.c->traits & TRAIT_NULL_FAILS && fails_for_null(e, r, &k))
        return;
    if (!must_fork(e, r, &k) && !stale_at_stake(e, r, &k)) {
        finish_lazily(e, r, &k);
        return;
    }
    for (int n = k.c->noutcomes - 1; n > 0; n--)
        if (can_end(e, r, &k, &k.c->outcomes[n]))
            finish_outcome(e, run_fork(e, r), &k, &k.c->outcomes[n], false);
    if (can_end(e, r, &k, &k.c->outcomes[0]))
        finish_outcome(e, r, &k, &k.c->outcomes[0], false);
    else
        r->dead = true;
}
