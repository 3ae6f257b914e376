// promise.c - does the body of a function keep to its own contract?
//
// in     the contract that an annotation or a rule gives to the function, one
//        exit of its body
// out    contract-mismatch: a reference that callers think gone and is not, or
//        the other way round; a result or an out argument that they are told
//        they will not (or will) see
//
// An exit breaks a promise when it breaks it in each of the ways to end that
// its result allows, or, likely, in one of them that it has for sure: a result
// between -1 and 0 is -1 on some path. What is not known keeps every promise.
// Functions with a role (exits.c judges these by it) do not answer for their
// arguments.

#include "flow/promise.h"

bool promises_new(const struct contract *c)
{
    bool found = false;

    for (int n = 0; c && n < c->noutcomes; n++) {
        enum effect_kind k = c->outcomes[n].result.kind;

        if (k == EFFECT_NULL || k == EFFECT_NORETURN)
            continue;
        if (k != EFFECT_NEW && k != EFFECT_NEW_ALIAS)
            return false;
        found = true;
    }
    return found && !c->weak;
}

static bool has_pointer(const struct flow_exit *x)
{
    return !x->is_void && x->result != FLOW_PLAIN;
}

// Can this exit be that outcome?
static bool allows(const struct flow_exit *x, const struct cond *cond)
{
    bool null =
        has_pointer(x) ? x->result == FLOW_NULL : x->lo == 0 && x->hi == 0;

    switch (cond->kind) {
    case COND_NULL:
        return has_pointer(x)
                   ? null || x->maybe_null || x->result == FLOW_UNKNOWN
                   : x->lo <= 0 && x->hi >= 0;
    case COND_NONNULL:
        return !null;
    case COND_RANGE:
        return x->lo <= cond->hi && x->hi >= cond->lo;
    default:
        return true;
    }
}

// Does it have to be that outcome on some of the paths that were merged here?
static bool includes(const struct flow_exit *x, const struct cond *cond)
{
    switch (cond->kind) {
    case COND_NULL:
        return has_pointer(x) && x->maybe_null;
    case COND_NONNULL:
        return has_pointer(x) && x->result != FLOW_NULL
               && x->result != FLOW_UNKNOWN;
    case COND_RANGE:
        return !has_pointer(x) && cond->lo == cond->hi
               && (x->lo == cond->lo || x->hi == cond->lo);
    default:
        return false;
    }
}

enum kept { KEPT, BROKEN_SOMETIMES, BROKEN };

static enum kept
promise_kept(const struct contract *c, const struct flow_exit *x, uint32_t p,
             bool (*keeps)(const struct contract *c, const struct outcome *o,
                           const struct flow_exit *x, uint32_t p))
{
    bool kept = false, broken = false, sometimes = false;

    for (int n = 0; n < c->noutcomes; n++) {
        const struct outcome *o = &c->outcomes[n];

        if (!allows(x, &o->cond))
            continue;
        if (keeps(c, o, x, p)) {
            kept = true;
            continue;
        }
        broken = true;
        sometimes = sometimes || includes(x, &o->cond);
    }
    if (kept || !broken)
        return sometimes ? BROKEN_SOMETIMES : KEPT;
    return BROKEN;
}

// --- arguments ---

// By how many references of the caller an effect changes what he has; false
// when that is not said.
static bool change_of(enum effect_kind kind, int *ret_change)
{
    switch (kind) {
    case EFFECT_PLAIN:
    case EFFECT_BORROW:
    case EFFECT_KEEP:
        *ret_change = 0;
        return true;
    case EFFECT_STEAL:
        *ret_change = -1;
        return true;
    default: // `decref` and its like may well be what counts by hand
        return false;
    }
}

bool promise_takes(const struct contract *c, const struct flow_exit *x,
                   uint32_t p)
{
    for (int n = 0; c && n < c->noutcomes; n++) {
        int change;

        if (allows(x, &c->outcomes[n].cond)
            && change_of(contract_arg_in(c, &c->outcomes[n], (int)p).kind,
                         &change)
            && change < 0)
            return true;
    }
    return false;
}

bool promise_leaves(const struct contract *c, uint32_t param)
{
    if (!c || c->weak || c->partial || !param)
        return false;
    for (int n = 0; n < c->noutcomes; n++) {
        struct effect f = contract_arg_in(c, &c->outcomes[n], (int)param - 1);
        int change;

        if (!change_of(f.kind, &change) || change != 0)
            return false;
    }
    return c->noutcomes > 0;
}

// What the exit does to the caller's references to parameter p. One that is
// handed back as a new reference was taken.
static int change_at(const struct flow_exit *x, uint32_t p)
{
    int change = x->params[p].change;

    return x->result == FLOW_ALIAS && x->of == (int)p + 1 ? change - 1 : change;
}

static bool keeps_change(const struct contract *c, const struct outcome *o,
                         const struct flow_exit *x, uint32_t p)
{
    enum effect_kind kind = contract_arg_in(c, o, (int)p).kind;
    int change;

    if (!change_of(kind, &change) || change == x->params[p].change
        || (kind == EFFECT_KEEP && x->params[p].change > 0))
        return true;
    return change == change_at(x, p)
           && (c->weak || o->result.kind == EFFECT_NEW
               || o->result.kind == EFFECT_NEW_ALIAS);
}

static const struct ir_ins *loads_local(const struct ir_block *b, uint32_t temp,
                                        uint32_t local)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_ins *place;

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    place = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return place && place->op == IR_LOCAL && place->ref == local ? m : NULL;
}

static bool is_address_of(const struct ir_block *b, uint32_t temp,
                          uint32_t local)
{
    const struct ir_ins *m = temp ? ir_maker(b, temp) : NULL;

    return m && m->op == IR_LOCAL && m->ref == local;
}

// Does a call put its argument k (from 0) where another one points to?
static bool call_stores(const struct engine *e, const struct ir_ins *call,
                        uint32_t k)
{
    const struct contract *c = call->ref ? e->u->contracts[call->ref] : NULL;

    for (int n = 0; c && n < c->nargs; n++)
        if (c->args[n].kind == EFFECT_INOUT && c->args[n].out == EFFECT_ALIAS
            && c->args[n].out_of == (int)k + 1)
            return true;
    return false;
}

// Does the block put a parameter into memory, or give its address away? What
// becomes of the reference then may be out of sight at the end.
static bool hands_around(const struct engine *e, const struct ir_block *b,
                         uint32_t local)
{
    for (uint32_t i = 0; i < b->nins; i++) {
        const struct ir_ins *s = &b->ins[i];
        const struct ir_ins *to = s->op == IR_STORE ? ir_maker(b, s->a) : NULL;

        if (to && loads_local(b, s->b, local)
            && !(to->op == IR_LOCAL && e->scalar[to->ref]))
            return true;
        if (to && is_address_of(b, s->b, local))
            return true;
        for (uint32_t k = 0; k < s->nargs; k++)
            if (is_address_of(b, s->args[k], local)
                || (call_stores(e, s, k) && loads_local(b, s->args[k], local)))
                return true;
    }
    return false;
}

// Is there a way to block `to` through (or from) one of which the test holds?
static bool is_behind(const struct engine *e,
                      bool (*test)(const struct engine *e,
                                   const struct ir_block *b, uint32_t local),
                      uint32_t local, uint32_t to)
{
    bool *reached = arena_array(e->scratch, bool, e->fn->nblocks + 1);
    bool more = true;

    for (uint32_t n = 0; n < e->fn->nblocks; n++)
        reached[n] = test(e, &e->fn->blocks[n], local);
    while (more) {
        more = false;
        for (uint32_t n = 0; n < e->fn->nblocks; n++) {
            const struct ir_block *b = &e->fn->blocks[n];

            for (uint32_t k = 0; reached[n] && k < b->nsucc; k++) {
                more = more || !reached[b->succ[k]];
                reached[b->succ[k]] = true;
            }
        }
    }
    return reached[to];
}

static const char *own_name(const struct engine *e)
{
    return e->ir->decls[e->fn->decl].name;
}

static const char *change_text(struct engine *e, const struct contract *c,
                               const struct flow_exit *x, uint32_t p)
{
    const char *name = e->fn->locals[p].name;

    if (x->params[p].change == 0)
        return arena_printf(e->results,
                            "'%s' is neither released nor handed on here, but "
                            "%s() is declared to take its reference over",
                            name, own_name(e));
    if (x->params[p].change > 0)
        return arena_printf(e->results,
                            "'%s' has one reference more here, but %s() is "
                            "declared to leave it as it is",
                            name, own_name(e));
    return arena_printf(e->results,
                        "the reference of '%s' is used up here, but %s() is "
                        "declared to %s",
                        name, own_name(e),
                        contract_arg(c, (int)p).kind == EFFECT_STEAL_OK
                            ? "take it over only when it succeeds"
                            : "leave it to its caller");
}

static void report_kept(struct engine *e, struct candidate c, enum kept kept)
{
    if (kept == BROKEN_SOMETIMES) {
        candidate_assume(&c);
        c.finding.text =
            arena_printf(e->results,
                         "%s (assuming that it can end in each way that its "
                         "result allows)",
                         c.finding.text);
    }
    candidate_add(e, &c);
}

// c->partial: only what somebody said was promised.
static void check_param(struct engine *e, struct run *r,
                        const struct flow_exit *x, uint32_t p)
{
    const struct contract *c = e->promise;
    const struct flow_param *f = &x->params[p];
    enum kept kept;
    struct ref ref;

    if (!param_counted(e, p) || f->null || f->escaped || f->change > 1
        || f->change < -1)
        return;
    kept = promise_kept(c, x, p, keeps_change);
    if (kept == KEPT || (f->change != 0 && c->partial)
        || (f->change >= 0 && is_behind(e, hands_around, p, r->block)))
        return;
    ref = ref_of(e, r->st, param_sym(e, p));
    ref.name = loc_local(&e->syms, p);
    report_kept(e,
                candidate_make(e, r, RULE_CONTRACT_MISMATCH, &ref,
                               change_text(e, c, x, p)),
                kept);
}

// What is wrong concerns no reference: the trail names the function instead.
static void report_plain(struct engine *e, struct run *r, uint32_t origin,
                         uint32_t place, const char *why)
{
    struct ref ref = {.name = place};
    struct candidate c =
        candidate_make(e, r, RULE_CONTRACT_MISMATCH, &ref, why);

    c.origin = origin;
    if (!place)
        c.finding.object = own_name(e);
    c.finding.trail[0] = (struct trail_step){
        .file = e->ir->files[e->fn->pos.file ? e->fn->pos.file : 1],
        .line = e->fn->pos.line,
        .col = e->fn->pos.col,
        .text = arena_printf(e->results, "%s() begins here", own_name(e)),
    };
    candidate_add(e, &c);
}

// --- out arguments ---

// The argument is used for nothing but to write and read what it points to:
// who tests it may be told with NULL that nobody wants to know, and who passes
// it on leaves the writing to others.
static bool is_only_target(const struct engine *e, uint32_t local)
{
    for (uint32_t n = 0; n < e->fn->nblocks; n++) {
        const struct ir_block *b = &e->fn->blocks[n];

        if (loads_local(b, b->value, local))
            return false;
        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *s = &b->ins[i];
            bool access = s->op == IR_LOAD || s->op == IR_STORE;

            for (uint32_t k = 0; k < s->nargs; k++)
                if (loads_local(b, s->args[k], local))
                    return false;
            if (loads_local(b, s->b, local)
                || (!access && s->op != IR_CAST && loads_local(b, s->a, local)))
                return false;
        }
    }
    return e->scalar[local];
}

static bool writes_target(const struct engine *e, const struct ir_block *b,
                          uint32_t local)
{
    (void)e;
    for (uint32_t i = 0; i < b->nins; i++)
        if (b->ins[i].op == IR_STORE && loads_local(b, b->ins[i].a, local))
            return true;
    return false;
}

static bool keeps_out(const struct contract *c, const struct outcome *o,
                      const struct flow_exit *x, uint32_t p)
{
    struct effect f = contract_arg_in(c, o, (int)p);

    return f.kind != EFFECT_OUT || f.out == EFFECT_PLAIN || x->params[p].wrote;
}

static void check_out(struct engine *e, struct run *r,
                      const struct flow_exit *x, uint32_t p)
{
    uint32_t place = loc_deref(&e->syms, param_sym(e, p));

    // That something was written is forgotten where paths meet.
    if (promise_kept(e->promise, x, p, keeps_out) != BROKEN
        || x->params[p].escaped || !is_only_target(e, p)
        || is_behind(e, writes_target, p, r->block))
        return;
    report_plain(e, r, UINT32_MAX - 1 - p, place,
                 arena_printf(e->results,
                              "'%s' is not written here, but %s() is declared "
                              "to write it when it ends like this",
                              place_name(e, r->st, place), own_name(e)));
}

// --- results ---

static bool excluded(const struct contract *c, const struct flow_exit *x)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (allows(x, &c->outcomes[n].cond)
            && !(x->result == FLOW_NULL && has_pointer(x)
                 && c->outcomes[n].cond.kind == COND_ANY
                 && (c->outcomes[n].result.kind == EFFECT_NEW
                     || c->outcomes[n].result.kind == EFFECT_BORROWED)))
            return false;
    return true;
}

static bool promises_borrowed(const struct contract *c,
                              const struct flow_exit *x)
{
    bool found = false;

    for (int n = 0; n < c->noutcomes; n++) {
        enum effect_kind k = c->outcomes[n].result.kind;

        if (!allows(x, &c->outcomes[n].cond) || k == EFFECT_NULL)
            continue;
        if (k != EFFECT_BORROWED && k != EFFECT_ALIAS)
            return false;
        found = true;
    }
    return found;
}

static void check_excluded(struct engine *e, struct run *r,
                           const struct flow_exit *x)
{
    const char *name = own_name(e);

    if (!excluded(e->promise, x))
        return;
    report_plain(
        e, r, UINT32_MAX, 0,
        has_pointer(x)
            ? arena_printf(e->results,
                           "NULL is returned here, but %s() is declared never "
                           "to return it",
                           name)
            : arena_printf(e->results,
                           "the result here is none of those that %s() is "
                           "declared to have",
                           name));
}

static void check_result(struct engine *e, struct run *r,
                         const struct flow_exit *x, struct value v)
{
    struct ref ref;

    if (e->promise->weak || x->is_void)
        return;
    if ((x->result != FLOW_NEW && x->result != FLOW_NEW_ALIAS) || !v.sym) {
        check_excluded(e, r, x);
        return;
    }
    ref = ref_of(e, r->st, v.sym);
    // Whoever keeps the object may own the reference.
    if (ref.flags & (REF_IMMORTAL | REF_ESCAPED)
        || !promises_borrowed(e->promise, x) || is_kept(e, r->st, v.sym))
        return;
    name_object(e, r->st, &ref);
    report(e, r, RULE_CONTRACT_MISMATCH, &ref,
           arena_printf(e->results,
                        "'%s' is returned with a reference for the caller, but "
                        "%s() is declared to return a borrowed one",
                        object_name(e, r->st, &ref), own_name(e)));
}

void promise_check(struct engine *e, struct run *r, const struct flow_exit *x,
                   struct value v)
{
    if (!e->promise)
        return;
    check_result(e, r, x, v);
    for (uint32_t p = 0; p < param_count(e); p++) {
        check_out(e, r, x, p);
        if (!e->role)
            check_param(e, r, x, p);
    }
}
