// call.c - one call, by its contract.
//
// in     the contract of the callee, the values of the arguments
// out    one path for each way the call can end that differs in what happens
//        to the arguments; ways that differ only in the result stay one path,
//        whose result is a symbol that says which it was once it is tested

#include "flow/engine.h"

#include <string.h>

// One call on one path.
struct call {
    const struct ir_ins *ins;
    uint32_t decl; // 0 when it goes through a pointer
    const struct contract *c;
    uint32_t nargs;
    struct value *args;
    struct effect *effects; // as they are without outcomes, formats resolved
    bool *optional; // an out argument that may stay unwritten
};

static uint32_t weak_decl(const struct call *k)
{
    return k->c->weak ? k->decl : 0;
}

static bool same_contract(const struct contract *a, const struct contract *b)
{
    if (a == b)
        return true;
    if (a->nargs != b->nargs || a->noutcomes != b->noutcomes
        || a->weak != b->weak)
        return false;
    for (int i = 0; i < a->nargs; i++)
        if (a->args[i].kind != b->args[i].kind || a->args[i].of != b->args[i].of)
            return false;
    for (int i = 0; i < a->noutcomes; i++)
        if (a->outcomes[i].cond.kind != b->outcomes[i].cond.kind
            || a->outcomes[i].result.kind != b->outcomes[i].result.kind
            || a->outcomes[i].nchanges || b->outcomes[i].nchanges)
            return false;
    return true;
}

// The contract that all functions of a table field agree on.
static const struct contract *table_contract(const struct engine *e,
                                             const struct loc *field)
{
    const struct contract *found = NULL;

    for (uint32_t g = 1; g <= e->ir->nglobals; g++) {
        const struct ir_global *global = &e->ir->globals[g];

        for (uint32_t i = 0; i < global->ninits; i++) {
            const struct ir_init *init = &global->inits[i];
            const struct contract *c;

            if (init->kind != IR_INIT_FN || init->record != field->ref
                || init->field != field->field)
                continue;
            c = flow_contract(e->u, init->ref);
            if (!c || (found && !same_contract(found, c)))
                return NULL;
            found = c;
        }
    }
    return found;
}

// The contract of a function that is called through a field of a table.
static const struct contract *slot_contract(const struct engine *e,
                                            struct value callee)
{
    const struct sym *y = &e->syms.syms[callee.sym];
    const struct contract *c;
    const struct loc *l;

    if (y->kind != SYM_INIT && y->kind != SYM_AFTER)
        return NULL;
    l = &e->syms.locs[y->loc];
    if (l->kind != LOC_FIELD)
        return NULL;
    c = rules_slot(e->u->rules, e->ir->records[l->ref].name,
                   e->ir->records[l->ref].fields[l->field].name, NULL, NULL);
    return c ? c : table_contract(e, l);
}

static void find_callee(struct engine *e, struct run *r, struct call *k)
{
    struct value callee;

    k->decl = k->ins->ref;
    if (!k->decl) {
        callee = run_temp(e, r, k->ins->a);
        if (callee.sym && e->syms.syms[callee.sym].kind == SYM_FN)
            k->decl = e->syms.syms[callee.sym].site;
        else if (callee.sym)
            k->c = slot_contract(e, callee);
    }
    if (k->decl)
        k->c = flow_contract(e->u, k->decl);
}

static bool passes_counted(const struct engine *e, const struct run *r,
                           const struct call *k)
{
    const struct ir_decl *d = &e->ir->decls[k->decl];

    if (k->ins->type && e->u->counted_pointer[k->ins->type])
        return true;
    for (uint32_t p = 0; k->decl && p < d->nparams; p++)
        if (e->u->counted_pointer[d->params[p].type])
            return true;
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->args[i].sym && ref_find(r->st, k->args[i].sym))
            return true;
    return false;
}

static void count_call(struct engine *e, struct run *r, const struct call *k)
{
    uint32_t site = engine_site(e, r);

    if (e->called[site] || !passes_counted(e, r, k))
        return;
    e->called[site] = true;
    e->out->calls++;
    if (!k->c || k->c->weak)
        e->out->calls_unknown++;
}

// The text of a literal that a value is the address of; NULL when it is none.
static const char *literal(const struct engine *e, struct value v)
{
    const struct sym *y = &e->syms.syms[v.sym];
    const struct loc *l;
    const struct ir_ins *ins;

    if (!v.sym || y->kind != SYM_ADDR)
        return NULL;
    l = &e->syms.locs[y->loc];
    if (l->kind != LOC_STRING)
        return NULL;
    ins = engine_ins(e, l->ref);
    return ins ? ins->text : NULL;
}

// Effects of the variable arguments, as the format string says. What it does
// not say (not a literal, an unknown unit) may be anything.
static void read_format(struct engine *e, struct call *k, uint32_t at)
{
    const struct grammar *g =
        rules_grammar(e->u->rules, k->effects[at].grammar);
    const char *pos = literal(e, k->args[at]);
    uint32_t n = (uint32_t)k->c->nargs;
    const struct format_unit *unit;
    bool optional = false;

    for (uint32_t i = n; i < k->nargs; i++)
        k->effects[i] = (struct effect){.kind = EFFECT_ESCAPE, .maybe_null = true};
    while (g && pos && (unit = grammar_next(g, &pos, &optional)) != NULL) {
        if (!unit->text[0])
            return;
        for (int a = 0; a < unit->nargs && n < k->nargs; a++) {
            k->effects[n] = unit->args[a];
            k->optional[n++] = optional;
        }
    }
}

static void find_effects(struct engine *e, struct call *k)
{
    k->effects = arena_array(e->scratch, struct effect, k->nargs + 1);
    k->optional = arena_array(e->scratch, bool, k->nargs + 1);
    for (uint32_t i = 0; i < k->nargs; i++)
        k->effects[i] = contract_arg(k->c, (int)i);
    for (uint32_t i = 0; k->c->by_format && i < (uint32_t)k->c->nargs
                         && i < k->nargs;
         i++)
        if (k->effects[i].kind == EFFECT_FORMAT)
            read_format(e, k, i);
}

// NULL (surely, or as far as anybody tested) where the callee cannot take it.
static void check_null(struct engine *e, struct run *r, const struct call *k,
                       uint32_t i)
{
    struct value v = k->args[i];
    enum effect_kind kind = k->effects[i].kind;
    struct ref ref = {0};

    if (k->effects[i].maybe_null
        || (kind != EFFECT_BORROW && kind != EFFECT_KEEP
            && kind != EFFECT_INCREF && kind != EFFECT_DECREF
            && kind != EFFECT_FREE))
        return;
    if (v.sym) {
        const struct ref *known = ref_find(r->st, v.sym);

        if (known && known->flags & REF_MAYBE)
            touch_pointer(e, r, v);
        return;
    }
    if (v.num != 0 || (kind != EFFECT_INCREF && kind != EFFECT_DECREF))
        return;
    ref.name = loaded_from(e, r, k->ins->args[i]);
    if (!ref.name || loc_is_shared(&e->syms, ref.name))
        return;
    report(e, r, RULE_NULL_USE, &ref,
           arena_printf(e->results, "'%s' is NULL here and must not be",
                        object_name(e, r->st, &ref)));
    r->dead = true;
}

static struct value argument(const struct call *k, int n)
{
    return n > 0 && (uint32_t)n <= k->nargs ? k->args[n - 1] : value_int(0);
}

// What an out argument points to receives a value.
static void write_out(struct engine *e, struct run *r, const struct call *k,
                      uint32_t i, const struct effect *f)
{
    uint32_t loc = k->args[i].sym ? place_of(e, k->args[i]) : 0;
    struct binding *b = loc ? state_find(r->st, loc) : NULL;
    struct value before = b ? b->v : value_int(0);
    uint32_t type = b && b->v.sym ? e->syms.syms[b->v.sym].type : 0;
    unsigned flags = f->out_maybe_null ? REF_MAYBE : 0;
    uint32_t sym;

    if (!loc)
        return;
    if (f->out == EFFECT_NULL) {
        store(e, r, loc, value_int(0), 0);
        return;
    }
    sym = run_fresh(e, r, i + 1, type);
    if (f->out == EFFECT_NEW) {
        track_new(e, r, sym, flags)->weak = weak_decl(k);
    } else if (f->out == EFFECT_BORROWED || f->out == EFFECT_INTERIOR) {
        struct ref *ref = track_borrowed(
            e, r, sym, argument(k, f->out_of),
            (f->out == EFFECT_INTERIOR ? REF_INTERIOR : 0) | flags);

        // Borrowed from an argument of ours: our caller keeps it.
        if (ref->lender == LENT_SYSTEM)
            ref->lender = LENT_PARAM;
    }
    if (k->optional[i]) {
        // Written or not: then it may still be what it was.
        struct ref old = {0};

        if (before.sym)
            old = ref_of(e, r->st, before.sym);
        if (before.sym && (old.held > 0 || old.flags & REF_ESCAPED)) {
            track_escape(e, r, sym);
            track_escape(e, r, before.sym);
        }
        if (ref_find(r->st, sym))
            ref_find(r->st, sym)->flags |= REF_MISUSE;
    } else if (!f->out_maybe_null && f->out != EFFECT_PLAIN) {
        assume_nonnull(e, r, value_sym(sym));
    }
    store(e, r, loc, value_sym(sym), 0);
}

static void replace_inout(struct engine *e, struct run *r, const struct call *k,
                          uint32_t i, const struct effect *f)
{
    uint32_t loc = k->args[i].sym ? place_of(e, k->args[i]) : 0;
    struct value old;
    uint32_t sym;

    if (!loc)
        return;
    old = load(e, r, loc, 0);
    if (old.sym)
        track_event(e, r, old.sym, OWN_DECREF, value_int(0));
    state_bind(&e->pool, r->st, loc, value_int(0));
    if (f->out != EFFECT_NEW)
        return;
    sym = run_fresh(e, r, i + 1, old.sym ? e->syms.syms[old.sym].type : 0);
    track_new(e, r, sym, f->out_maybe_null ? REF_MAYBE : 0);
    if (!f->out_maybe_null)
        assume_nonnull(e, r, value_sym(sym));
    store(e, r, loc, value_sym(sym), 0);
}

static void clear_place(struct engine *e, struct run *r, const struct call *k,
                        uint32_t i)
{
    uint32_t loc = k->args[i].sym ? place_of(e, k->args[i]) : 0;
    struct value old;

    if (!loc)
        return;
    old = load(e, r, loc, 0);
    if (old.sym)
        track_event(e, r, old.sym, OWN_DECREF, value_int(0));
    store(e, r, loc, value_int(0), old.sym ? e->syms.syms[old.sym].type : 0);
}

static void copy_memory(struct engine *e, struct run *r, const struct call *k,
                        uint32_t from)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->effects[i].kind == EFFECT_COPY_TO && k->args[i].sym
            && k->args[from].sym)
            copy_object(e, r, place_of(e, k->args[i]),
                        place_of(e, k->args[from]), 0);
}

static bool copies(const struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->effects[i].kind == EFFECT_COPY_FROM)
            return true;
    return false;
}

// A converter fills what the next argument points to, by its own contract.
static void convert_argument(struct engine *e, struct run *r,
                             const struct call *k, uint32_t i)
{
    const struct sym *fn = &e->syms.syms[k->args[i].sym];
    const struct contract *c = NULL;
    struct effect f = {.kind = EFFECT_OUT, .out = EFFECT_PLAIN};

    if (i + 1 >= k->nargs)
        return;
    if (k->args[i].sym && fn->kind == SYM_FN)
        c = e->u->contracts[fn->site];
    if (c && contract_arg(c, 1).kind == EFFECT_OUT) {
        f = contract_arg(c, 1);
        write_out(e, r, k, i + 1, &f);
        return;
    }
    invalidate(e, r, k->args[i + 1], false);
}

// A pointer that is not counted: its target may be written.
static void plain_argument(struct engine *e, struct run *r,
                           const struct call *k, uint32_t i)
{
    struct value v = k->args[i];
    bool project = k->c->inferred || k->c->weak;

    use_pointer(e, r, v);
    if (!v.sym)
        return;
    if (project)
        invalidate(e, r, v, false);
    else if (!ref_find(r->st, v.sym))
        invalidate_plain(e, r, v);
}

static void apply_effect(struct engine *e, struct run *r, const struct call *k,
                         uint32_t i, struct effect f)
{
    struct value v = k->args[i];
    struct value taker = argument(k, f.of);
    struct ref *ref;

    switch (f.kind) {
    case EFFECT_BORROW:
    case EFFECT_KEEP:
        use_pointer(e, r, v);
        if (!v.sym)
            break;
        if (f.kind == EFFECT_KEEP)
            track_keep(e, r, v.sym, taker);
        ref = ref_find(r->st, v.sym);
        if (ref && weak_decl(k) && ref->held > 0
            && !(ref->flags & REF_ESCAPED))
            ref->weak = k->decl;
        if (k->c->inferred || k->c->weak)
            invalidate(e, r, v, false);
        break;
    case EFFECT_STEAL:
        if (v.sym)
            track_event(e, r, v.sym, OWN_STEAL, taker);
        break;
    case EFFECT_INCREF:
        if (v.sym)
            track_event(e, r, v.sym, OWN_INCREF, value_int(0));
        break;
    case EFFECT_DECREF:
        if (v.sym)
            track_event(e, r, v.sym, OWN_DECREF, value_int(0));
        break;
    case EFFECT_FREE:
        if (v.sym)
            track_free(e, r, v.sym);
        break;
    case EFFECT_OUT:
        write_out(e, r, k, i, &f);
        break;
    case EFFECT_INOUT:
        replace_inout(e, r, k, i, &f);
        break;
    case EFFECT_CLEAR:
        clear_place(e, r, k, i);
        break;
    case EFFECT_COPY_TO:
        use_pointer(e, r, v);
        if (!copies(k))
            invalidate(e, r, v, false);
        break;
    case EFFECT_COPY_FROM:
        use_pointer(e, r, v);
        copy_memory(e, r, k, i);
        break;
    case EFFECT_CONVERT:
        convert_argument(e, r, k, i);
        break;
    case EFFECT_ESCAPE:
        invalidate(e, r, v, true);
        break;
    case EFFECT_PLAIN:
        plain_argument(e, r, k, i);
        break;
    default:
        break;
    }
}

// Filled by the converter before it: not an argument of its own.
static bool is_converted(const struct call *k, uint32_t i)
{
    return i > 0 && k->effects[i - 1].kind == EFFECT_CONVERT;
}

static void apply_effects(struct engine *e, struct run *r, const struct call *k,
                          const struct outcome *o)
{
    // Reads first: an argument that is consumed may be read by another.
    for (uint32_t i = 0; i < k->nargs; i++) {
        struct effect f = k->effects[i];

        if (o && i < (uint32_t)k->c->nargs)
            f = contract_arg_in(k->c, o, (int)i);
        else if (o && o->fails && f.kind == EFFECT_OUT)
            f.kind = EFFECT_PLAIN;
        else if (o && o->fails && f.kind == EFFECT_CONVERT)
            continue;
        if (is_converted(k, i))
            continue;
        r->operand = k->ins->args[i];
        apply_effect(e, r, k, i, f);
    }
    r->operand = 0;
    if (k->c->inferred || k->c->weak)
        invalidate_globals(e, r);
}

static bool all_literals(const struct engine *e, const struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->args[i].sym && !literal(e, k->args[i]))
            return false;
    return true;
}

static bool only_oom(const struct engine *e, const struct call *k)
{
    return k->c->traits & TRAIT_OOM
           || (k->c->traits & TRAIT_OOM_LITERAL && all_literals(e, k));
}

static unsigned result_flags(const struct engine *e, const struct call *k)
{
    const struct contract *c = k->c;

    return (only_oom(e, k) ? REF_OOM : 0)
           | (c->traits & TRAIT_MISUSE ? REF_MISUSE : 0)
           | (c->traits & TRAIT_SHARED ? REF_SHARED : 0);
}

// The same call on the same arguments yields the same thing again, as far as
// a path can tell: item 0 of a tuple, the type of an object.
static uint32_t borrowed_symbol(struct engine *e, struct run *r,
                                const struct call *k)
{
    struct sym key = {.kind = SYM_PURE, .site = k->decl, .type = k->ins->type};

    if (!k->decl || k->nargs < 1 || k->nargs > 2 || !k->args[0].sym
        || (k->nargs == 2 && k->args[1].sym)
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
    uint32_t sym = borrowed_symbol(e, r, k);

    if (f->kind == EFFECT_INTERIOR)
        flags |= REF_INTERIOR;
    if (!ref_find(r->st, sym))
        track_borrowed(e, r, sym, argument(k, f->of), flags)->weak =
            weak_decl(k);
    return value_sym(sym);
}

static struct value result_of(struct engine *e, struct run *r,
                              const struct call *k, const struct effect *f,
                              unsigned flags)
{
    struct value v = argument(k, f->of);
    uint32_t sym;

    switch (f->kind) {
    case EFFECT_NEW:
        sym = run_fresh(e, r, 0, k->ins->type);
        track_new(e, r, sym, flags)->weak = weak_decl(k);
        return value_sym(sym);
    case EFFECT_NEW_ALIAS:
        if (v.sym)
            track_event(e, r, v.sym, OWN_INCREF, value_int(0));
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
        return value_sym(run_fresh(e, r, 0, k->ins->type));
    }
}

static void error_after(struct engine *e, struct run *r, const struct call *k,
                        bool sets)
{
    struct error_state *err = &r->st->error;
    bool api = !k->c->inferred && !k->c->weak && k->c->family[0];
    uint32_t type = k->ins->type;

    if (sets || k->c->traits & TRAIT_SETS_ERROR)
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

// Do the ways the call can end differ in what happens to the arguments?
static bool must_fork(const struct call *k)
{
    bool fails = false;
    bool depends = false;

    for (int n = 0; n < k->c->noutcomes; n++) {
        if (k->c->outcomes[n].nchanges)
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
        if (c->outcomes[n].cond.kind == COND_RANGE
            && c->outcomes[n].cond.hi < 0 && c->outcomes[n].sets_error)
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

// One path for all outcomes.
static void finish_lazily(struct engine *e, struct run *r, const struct call *k)
{
    const struct outcome *o = nullable(k->c);
    unsigned flags = result_flags(e, k);
    struct value v;
    int64_t lo;
    int64_t hi;

    apply_effects(e, r, k, NULL);
    if (o) {
        v = result_of(e, r, k, &o->result, flags | REF_MAYBE);
        error_after(e, r, k, false);
        if (fails_null(k->c) && v.sym)
            error_pending(r->st, v.sym, FAILS_NULL);
        else if (r->st->error.kind != ERROR_SET)
            r->st->error = (struct error_state){.kind = ERROR_UNKNOWN};
    } else {
        v = result_of(e, r, k, &k->c->outcomes[0].result, flags);
        error_after(e, r, k, k->c->noutcomes == 1 && k->c->outcomes[0].sets_error);
        if (k->c->noutcomes == 1 && v.sym
            && k->c->outcomes[0].result.kind == EFFECT_NEW)
            assume_nonnull(e, r, v);
        if (v.sym && hull(k->c, &lo, &hi)) {
            assume_range(e, r, v, lo, hi);
            if (fails_negative(k->c))
                error_pending(r->st, v.sym, FAILS_NEGATIVE);
        } else if (v.sym && fails_negative(k->c)) {
            error_pending(r->st, v.sym, FAILS_PERHAPS);
        }
    }
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

static void finish_outcome(struct engine *e, struct run *r,
                           const struct call *k, const struct outcome *o)
{
    struct value v;
    uint32_t failed = 0;

    if (o->fails) {
        // Named for the trail: this call failed.
        failed = run_fresh(e, r, 0, k->ins->type);
        event_add(e, r->st, EVENT_NULL, failed, engine_site(e, r), 0);
        if (only_oom(e, k))
            r->st->oom = true;
    }
    apply_effects(e, r, k, o);
    v = result_of(e, r, k, &o->result, result_flags(e, k));
    error_after(e, r, k, o->sets_error);
    v = value_under(e, r, v, &o->cond);
    run_set(e, r, k->ins->dst, v);
}

// "Is an error set?": the answer says how the calls before it ended.
static void ask_error(struct engine *e, struct run *r, const struct call *k)
{
    struct error_state err = r->st->error;
    struct value yes = value_sym(run_fresh(e, r, 0, k->ins->type));
    struct run *other;

    if (err.kind == ERROR_CLEAR) {
        run_set(e, r, k->ins->dst, value_int(0));
        return;
    }
    run_set(e, r, k->ins->dst, yes);
    ref_put(&e->pool, r->st,
            &(struct ref){.sym = yes.sym, .lender = LENT_SYSTEM});
    if (err.kind == ERROR_SET)
        assume_nonnull(e, r, yes);
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
                  : assume_nonnull(e, other, s)))
            other->dead = true;
    }
    other->st->error = (struct error_state){.kind = ERROR_CLEAR};
    assume_nonnull(e, r, yes);
    if (err.n == 1 && !err.other) {
        struct value s = value_sym(err.pending[0].sym);

        if (!(err.pending[0].how == FAILS_NULL
                  ? assume_range(e, r, s, 0, 0)
                  : assume_range(e, r, s, INT64_MIN, -1)))
            r->dead = true;
    }
    r->st->error = (struct error_state){.kind = ERROR_SET};
}

// Nothing describes the callee: what it was given may have gone anywhere.
static void call_unknown(struct engine *e, struct run *r, const struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++) {
        const struct ref *ref =
            k->args[i].sym ? ref_find(r->st, k->args[i].sym) : NULL;

        use_pointer(e, r, k->args[i]);
        invalidate(e, r, k->args[i], !ref || !(ref->flags & REF_INTERIOR));
    }
    if (!k->decl || !e->ir->decls[k->decl].is_foreign)
        invalidate_globals(e, r);
    if (r->st->error.kind != ERROR_SET)
        r->st->error = (struct error_state){.kind = ERROR_UNKNOWN};
    run_set(e, r, k->ins->dst, value_sym(run_fresh(e, r, 0, k->ins->type)));
}

void exec_call(struct engine *e, struct run *r, const struct ir_ins *ins)
{
    struct call k = {.ins = ins, .nargs = ins->nargs};

    // First of all, so that what an earlier turn of a loop made here has its
    // other name before the arguments are read.
    run_fresh(e, r, 0, ins->type);
    k.args = arena_array(e->scratch, struct value, k.nargs + 1);
    for (uint32_t i = 0; i < k.nargs; i++)
        k.args[i] = run_temp(e, r, ins->args[i]);
    find_callee(e, r, &k);
    count_call(e, r, &k);
    if (!k.c) {
        call_unknown(e, r, &k);
        return;
    }
    if (k.c->result.kind == EFFECT_ERROR && !k.c->has_outcomes) {
        ask_error(e, r, &k);
        return;
    }
    find_effects(e, &k);
    for (uint32_t i = 0; i < k.nargs && !r->dead; i++)
        check_null(e, r, &k, i);
    if (r->dead)
        return;
    // A test may have made an argument a constant.
    for (uint32_t i = 0; i < k.nargs; i++)
        k.args[i] = run_temp(e, r, ins->args[i]);
    if (!must_fork(&k)) {
        finish_lazily(e, r, &k);
        return;
    }
    for (int n = k.c->noutcomes - 1; n > 0; n--)
        finish_outcome(e, run_fork(e, r), &k, &k.c->outcomes[n]);
    finish_outcome(e, r, &k, &k.c->outcomes[0]);
}
