// indicator.c - what is proved of the error indicator on one path.
//
// in     what the contracts of the calls say of it, what tests teach about
//        their results
// out    that it is clear, set, or as it was when the function began; findings
//        at a return whose value says something else
//
// A call whose result tells whether it failed leaves a doubt: the indicator is
// as known unless the result is one of those that say so. A test settles it.
// Nothing is assumed here: what no contract speaks of may have set an error or
// cleared one. (struct error_state guesses more boldly, to tell which paths
// can happen.)

#include "flow/call.h"

static void indicator_is(struct indicator *d, enum known_error known,
                         uint32_t site)
{
    *d = (struct indicator){.known = known, .site = site};
}

static void lose(struct indicator *d)
{
    *d = (struct indicator){.known = KNOWN_NOTHING};
}

void indicator_start(struct indicator *d)
{
    *d = (struct indicator){.known = KNOWN_AS_BEFORE};
}

void indicator_unknown(struct engine *e, struct run *r, const struct call *k)
{
    struct indicator *d = &r->st->indicator;

    if (k->decl && e->u->quiet[k->decl])
        return;
    // A library that knows nothing of the API has no way to set an error,
    // unless it calls back: that is assumed, and said.
    if (k->decl && flow_is_apart(e->u, k->decl))
        d->weak = k->decl;
    else
        lose(d);
}

// Must the function leave the indicator as it is, and has no way to say that it
// does not?
static bool stays_silent(const struct engine *e)
{
    return e->role && e->role->traits & TRAIT_KEEPS_ERROR
           && e->ir->types[e->ir->decls[e->fn->decl].result].kind
                  == IR_TYPE_VOID;
}

// --- doubts ---

static void doubt_add(struct indicator *d, struct doubt doubt)
{
    for (unsigned i = 0; i < d->n; i++)
        if (d->doubts[i].sym == doubt.sym)
            lose(d); // of an earlier turn of a loop, and never settled
    if (d->n == DOUBTS_MOST)
        lose(d);
    d->doubts[d->n++] = doubt;
}

static void doubt_drop(struct indicator *d, unsigned i)
{
    d->doubts[i] = d->doubts[--d->n];
}

// 1: the range says that it happened, 0: that it did not, -1: nothing.
static int answer(const struct doubt *d, const struct fact *f)
{
    bool apart = f->hi < d->lo || f->lo > d->hi
                 || (f->nonzero && d->lo == 0 && d->hi == 0);
    bool within = f->lo >= d->lo && f->hi <= d->hi;

    if (apart || within)
        return d->outside ? apart : within;
    return -1;
}

// Was it found not to be -1?
static bool not_minus_one(const struct syms *syms, const struct state *s,
                          uint32_t sym)
{
    for (uint32_t i = 0; i < s->nfacts; i++) {
        const struct sym *y = &syms->syms[s->facts[i].sym];

        if (y->kind == SYM_EXPR && y->op == IR_EQ && y->x.sym == sym
            && !y->y.sym && y->y.num == -1 && s->facts[i].hi == 0)
            return true;
    }
    return false;
}

void indicator_settle(const struct syms *syms, struct state *s, uint32_t sym,
                      const struct fact *f)
{
    struct indicator *d = &s->indicator;

    // Tests of one result for -1 and for less than 0 mean the same failure:
    // that it is -2 is nothing anybody counts on.
    if (f->hi < 0 && !(f->lo == f->hi) && not_minus_one(syms, s, sym)) {
        lose(d);
        return;
    }
    for (unsigned i = 0; i < d->n; i++) {
        struct doubt doubt = d->doubts[i];
        int happened = doubt.sym == sym ? answer(&doubt, f) : -1;

        if (happened < 0)
            continue;
        if (!happened)
            doubt_drop(d, i);
        else if (!doubt.exact || doubt.stirred)
            lose(d);
        else if (doubt.then == ERROR_AFTER_SET)
            indicator_is(d, KNOWN_SET, doubt.site);
        else if (doubt.then == ERROR_AFTER_CLEAR)
            indicator_is(d, KNOWN_CLEAR, 0);
        else
            lose(d);
        return;
    }
}

void indicator_differs(struct state *s, uint32_t sym, int64_t n)
{
    struct indicator *d = &s->indicator;

    for (unsigned i = 0; i < d->n; i++)
        if (d->doubts[i].sym == sym && d->doubts[i].lo == n
            && d->doubts[i].hi == n && !d->doubts[i].outside) {
            doubt_drop(d, i);
            return;
        }
}

void indicator_replace(struct indicator *d, uint32_t from, struct value to)
{
    for (unsigned i = 0; i < d->n; i++) {
        if (d->doubts[i].sym != from)
            continue;
        // A number that nobody took for an answer leaves it open.
        if (to.sym)
            d->doubts[i].sym = to.sym;
        else
            lose(d);
    }
}

// --- calls ---

static enum error_after leaves(const struct engine *e, const struct call *k,
                               const struct outcome *o)
{
    uint32_t type = k->ins->type;
    bool is_void = !type || e->ir->types[type].kind == IR_TYPE_VOID;
    enum error_after error = o->error;

    // Which function of a table it is, is not known, nor is what a convention
    // means for errors.
    if (k->c->weak || (k->c->inferred && !k->decl))
        return ERROR_AFTER_UNSAID;
    if (error == ERROR_AFTER_VOID)
        return is_void ? ERROR_AFTER_KEPT : ERROR_AFTER_UNSAID;
    return error;
}

// Code that finds an error set which is not its own may do anything with it.
static bool meddles(const struct engine *e, const struct call *k)
{
    uint32_t type = k->ins->type;

    return type && e->ir->types[type].kind != IR_TYPE_VOID
           && (k->c->inferred || k->c->traits & TRAIT_RUNS_CODE)
           && !(k->c->traits & TRAIT_KEEPS_ERROR);
}

// A call that gives an object, and runs code to get it, finds an error that was
// set before, and takes it for its own: no object then. A question, whose
// answer is a number, mostly runs no code, and who goes straight to a slot goes
// past those that look.
static void stir(const struct engine *e, struct indicator *d,
                 const struct call *k)
{
    if (!k->decl || !(k->c->traits & TRAIT_RUNS_CODE)
        || k->c->traits & TRAIT_SELDOM
        || (!k->c->inferred
            && e->ir->types[k->ins->type].kind != IR_TYPE_POINTER))
        return;
    for (unsigned i = 0; i < d->n; i++)
        d->doubts[i].stirred = true;
}

static void apply(struct engine *e, struct run *r, const struct call *k,
                  enum error_after error)
{
    struct indicator *d = &r->st->indicator;

    switch (error) {
    case ERROR_AFTER_KEPT:
        if (d->known == KNOWN_SET && meddles(e, k))
            lose(d);
        if (meddles(e, k))
            stir(e, d, k);
        break;
    case ERROR_AFTER_SET:
        indicator_is(d, KNOWN_SET, engine_site(e, r) + 1);
        break;
    case ERROR_AFTER_CLEAR:
        indicator_is(d, KNOWN_CLEAR, 0);
        break;
    default:
        lose(d);
    }
}

// The error that argument 1 is, NULL for none.
static void restore(struct engine *e, struct run *r, const struct call *k)
{
    int truth = truth_of(e, r->st, call_argument(k, 1));

    apply(e, r, k,
          stays_silent(e) ? ERROR_AFTER_UNSAID // perhaps what was set before
          : truth > 0     ? ERROR_AFTER_SET
          : truth == 0    ? ERROR_AFTER_CLEAR
                          : ERROR_AFTER_UNSAID);
}

// The range of results that a condition stands for.
static void cond_range(const struct cond *c, int64_t *lo, int64_t *hi)
{
    *lo = c->kind == COND_RANGE ? c->lo : c->kind == COND_NULL ? 0 : INT64_MIN;
    *hi = c->kind == COND_RANGE ? c->hi : c->kind == COND_NULL ? 0 : INT64_MAX;
}

// Can a result be of this outcome and lie in the doubt's range?
static bool overlaps(const struct cond *c, const struct doubt *d)
{
    int64_t lo;
    int64_t hi;

    if (c->kind == COND_NONNULL || d->outside)
        return (c->kind == COND_NONNULL) == d->outside;
    cond_range(c, &lo, &hi);
    return lo <= d->hi && hi >= d->lo;
}

static void widen(struct doubt *d, const struct cond *c)
{
    int64_t lo;
    int64_t hi;

    if (c->kind == COND_NONNULL) {
        d->outside = true;
        d->lo = d->hi = 0;
        return;
    }
    cond_range(c, &lo, &hi);
    d->lo = lo < d->lo ? lo : d->lo;
    d->hi = hi > d->hi ? hi : d->hi;
}

// What holds unless the result says otherwise: that nothing happened, if one
// of the outcomes says so.
static enum error_after usual(const struct engine *e, const struct call *k)
{
    enum error_after best = ERROR_AFTER_UNSAID;

    for (int n = 0; n < k->c->noutcomes; n++) {
        enum error_after error = leaves(e, k, &k->c->outcomes[n]);

        if (error == ERROR_AFTER_KEPT)
            return error;
        if (error == ERROR_AFTER_CLEAR)
            best = error;
    }
    return best;
}

void indicator_call(struct engine *e, struct run *r, const struct call *k,
                    struct value result)
{
    const struct contract *c = k->c;
    enum error_after base = usual(e, k);
    struct doubt d = {.sym = result.sym,
                      .site = engine_site(e, r) + 1,
                      .lo = INT64_MAX,
                      .hi = INT64_MIN,
                      .exact = true};

    if (c->traits & TRAIT_RESTORES_ERROR) {
        restore(e, r, k);
        return;
    }
    if (c->noutcomes == 1) {
        apply(e, r, k, leaves(e, k, &c->outcomes[0]));
        return;
    }
    apply(e, r, k, base);
    for (int n = 0; n < c->noutcomes; n++) {
        enum error_after error = leaves(e, k, &c->outcomes[n]);

        if (error == base)
            continue;
        d.then = d.lo > d.hi || d.then == error ? error : ERROR_AFTER_UNSAID;
        widen(&d, &c->outcomes[n].cond);
    }
    if (d.lo > d.hi)
        return;
    for (int n = 0; n < c->noutcomes; n++)
        if (leaves(e, k, &c->outcomes[n]) == base
            && overlaps(&c->outcomes[n].cond, &d))
            d.exact = false;
    if (result.sym) {
        // That it did not fail may be known already.
        struct fact f = fact_of(&e->syms, r->st, result);

        doubt_add(&r->st->indicator, d);
        indicator_settle(&e->syms, r->st, result.sym, &f);
    } else {
        lose(&r->st->indicator);
    }
}

// A result that nobody looks at says nothing.
static bool is_read(const struct engine *e, const struct run *r,
                    const struct call *k)
{
    return k->ins->dst && e->last_use[k->ins->dst] > r->at;
}

// "-1: fail | else: ok": -1 may be a result as well.
static void doubt_else(struct engine *e, struct run *r, const struct call *k,
                       const struct outcome *o, struct value result)
{
    struct doubt d = {.sym = result.sym,
                      .site = engine_site(e, r) + 1,
                      .lo = INT64_MAX,
                      .hi = INT64_MIN};

    if (o->cond.kind != COND_ELSE || !result.sym)
        return;
    for (int n = 0; n < k->c->noutcomes; n++)
        if (k->c->outcomes[n].error == ERROR_AFTER_SET)
            widen(&d, &k->c->outcomes[n].cond);
    if (d.lo <= d.hi)
        doubt_add(&r->st->indicator, d);
}

void indicator_outcome(struct engine *e, struct run *r, const struct call *k,
                       const struct outcome *o, struct value result)
{
    enum error_after error = leaves(e, k, o);

    if (k->c->traits & TRAIT_RESTORES_ERROR) {
        restore(e, r, k);
        return;
    }
    if (error == ERROR_AFTER_SET && k->c->noutcomes > 1 && !is_read(e, r, k))
        error = ERROR_AFTER_UNSAID;
    apply(e, r, k, error);
    doubt_else(e, r, k, o, result);
}

// A function whose failure says that an error is set is not called with one.
static bool starts_clear(const struct contract *role)
{
    for (int n = 0; role && n < role->noutcomes; n++)
        if (role->outcomes[n].sets_error)
            return true;
    return false;
}

// The result of the doubted call is (happened) or is not in its range.
static bool assume_answer(struct engine *e, struct run *r,
                          const struct doubt *d, bool happened)
{
    struct value v = value_sym(d->sym);

    if (happened != d->outside)
        return assume_range(e, r, v, d->lo, d->hi);
    if (d->lo == 0 && d->hi == 0)
        return assume_nonnull(e, r, v);
    return d->hi < 0 && d->exact ? assume_range(e, r, v, d->hi + 1, INT64_MAX)
                                 : true;
}

bool indicator_assume(struct engine *e, struct run *r, bool set)
{
    const struct indicator d = r->st->indicator; // an answer changes it
    bool can_be = true;

    if (d.known == KNOWN_NOTHING || d.known == KNOWN_SET
        || (d.known == KNOWN_AS_BEFORE && !starts_clear(e->role)))
        return true;
    for (unsigned i = 0; !set && i < d.n; i++)
        if (d.doubts[i].exact && d.doubts[i].then == ERROR_AFTER_SET)
            can_be = can_be && assume_answer(e, r, &d.doubts[i], false);
    if (set && d.n == 1 && d.doubts[0].then == ERROR_AFTER_SET)
        can_be = assume_answer(e, r, &d.doubts[0], true);
    return can_be;
}

void indicator_asked(struct engine *e, struct run *r, struct value yes)
{
    struct indicator *d = &r->st->indicator;
    uint32_t site = engine_site(e, r) + 1;

    if (!yes.sym) {
        indicator_is(d, KNOWN_CLEAR, 0);
    } else if (truth_of(e, r->st, yes) > 0) {
        indicator_is(d, KNOWN_SET, d->n == 1 ? d->doubts[0].site : site);
    } else {
        indicator_is(d, KNOWN_CLEAR, 0);
        doubt_add(d, (struct doubt){.sym = yes.sym,
                                    .site = site,
                                    .outside = true,
                                    .exact = true,
                                    .then = ERROR_AFTER_SET});
    }
}

// --- where paths meet ---

bool indicators_apart(const struct indicator *a, const struct indicator *b)
{
    return a->known != b->known && a->known != KNOWN_NOTHING
           && b->known != KNOWN_NOTHING;
}

static struct doubt *find_doubt(struct indicator *d, const struct doubt *doubt)
{
    for (unsigned i = 0; i < d->n; i++)
        if (d->doubts[i].sym == doubt->sym && d->doubts[i].lo == doubt->lo
            && d->doubts[i].hi == doubt->hi)
            return &d->doubts[i];
    return NULL;
}

// A doubt of one side alone: the value may come from the other side, where the
// call was not made, so it proves nothing.
static bool blur(struct indicator *a, struct indicator *b)
{
    bool changed = false;

    for (unsigned i = 0; i < a->n; i++)
        if (a->doubts[i].exact && !find_doubt(b, &a->doubts[i])) {
            a->doubts[i].exact = false;
            changed = true;
        }
    return changed;
}

bool indicator_join(struct indicator *a, const struct indicator *other)
{
    struct indicator b = *other;
    bool changed;

    if (a->known != b.known) {
        changed = a->known != KNOWN_NOTHING || a->n > 0;
        lose(a);
        return changed;
    }
    changed = blur(a, &b);
    blur(&b, a);
    if (b.weak && !a->weak) {
        a->weak = b.weak;
        changed = true;
    }
    for (unsigned i = 0; i < b.n; i++) {
        struct doubt *same = find_doubt(a, &b.doubts[i]);

        if (same) {
            changed = changed || (same->stirred && !b.doubts[i].stirred);
            same->stirred = same->stirred && b.doubts[i].stirred;
            continue;
        }
        doubt_add(a, b.doubts[i]);
        changed = true;
        if (a->known == KNOWN_NOTHING)
            break;
    }
    return changed;
}

// --- returns ---

static bool within(struct fact f, const struct cond *c)
{
    int64_t lo;
    int64_t hi;

    if (c->kind != COND_NULL && c->kind != COND_RANGE)
        return false;
    cond_range(c, &lo, &hi);
    return f.lo >= lo && f.hi <= hi;
}

static bool beyond(struct fact f, const struct cond *c)
{
    int64_t lo;
    int64_t hi;

    cond_range(c, &lo, &hi);
    return f.hi < lo || f.lo > hi || (f.nonzero && lo == 0 && hi == 0);
}

// Does the result say that an error is set (1), or that all is well (0)?
static int says_failure(const struct contract *role, struct fact f)
{
    bool can_fail = false;

    for (int n = 0; n < role->noutcomes; n++) {
        const struct outcome *o = &role->outcomes[n];

        if (!o->fails)
            continue;
        if (within(f, &o->cond))
            return o->sets_error ? 1 : -1;
        if (!beyond(f, &o->cond))
            return -1;
        can_fail = true;
    }
    return can_fail ? 0 : -1;
}

static void report_not_set(struct engine *e, struct run *r, struct fact f,
                           bool surely)
{
    const struct ir_type *t = &e->ir->types[e->ir->decls[e->fn->decl].result];
    const char *what = t->kind == IR_TYPE_POINTER
                           ? "NULL"
                           : arena_printf(e->results, "%lld", (long long)f.lo);

    report_error(e, r, RULE_ERROR_NOT_SET, what, TIER_CERTAIN, 0,
                 arena_printf(e->results,
                              "%s is returned, which says that an error is "
                              "set, but none is",
                              surely ? what : "what can be NULL"));
}

static void report_ignored(struct engine *e, struct run *r)
{
    uint32_t site = r->st->indicator.site - 1;
    const char *name = callee_name(e, engine_ins(e, site));

    report_error(e, r, RULE_ERROR_IGNORED, name, TIER_CERTAIN, site + 1,
                 arena_printf(e->results,
                              "%s, but the error that %s%s set is still there",
                              stays_silent(e)
                                  ? "callers of this function go on as before"
                                  : "a result that says success is returned",
                              name[0] ? name : "a call", name[0] ? "()" : ""));
}

bool indicator_clear(const struct engine *e, const struct state *s)
{
    const struct indicator *d = &s->indicator;

    return d->n == 0 && !s->blind
           && (d->known == KNOWN_CLEAR
               || (d->known == KNOWN_AS_BEFORE && starts_clear(e->role)));
}

// It is NULL only when the call that made it fails on top of all that.
static bool is_made(const struct state *s, struct value v)
{
    const struct ref *ref = v.sym ? ref_find(s, v.sym) : NULL;

    return ref && ref->flags & REF_MAYBE;
}

// Was an error put back that had been set before? It may be that of the very
// call whose result is looked at.
static bool is_restored(const struct engine *e, const struct indicator *d)
{
    const struct ir_ins *call = d->site ? engine_ins(e, d->site - 1) : NULL;
    const struct contract *c = call && call->op == IR_CALL && call->ref
                                   ? e->u->contracts[call->ref]
                                   : NULL;

    return c && c->traits & TRAIT_RESTORES_ERROR;
}

// All is said to be well, and whether it is, was not tested.
static void report_untested(struct engine *e, struct run *r)
{
    const struct indicator *d = &r->st->indicator;

    for (unsigned i = 0; i < d->n; i++) {
        uint32_t site = d->doubts[i].site - 1;
        const struct ir_ins *call = engine_ins(e, site);
        const char *name;

        if (d->doubts[i].then != ERROR_AFTER_SET || d->doubts[i].stirred
            || !untested_result(e, site))
            continue;
        name = e->ir->decls[call->ref].name;
        r->shown = site + 1;
        report_error(e, r, RULE_ERROR_IGNORED, name, TIER_LIKELY, site + 1,
                     arena_printf(e->results,
                                  "nobody tests whether %s() fails, and if it "
                                  "does, %s while an error is set",
                                  name,
                                  stays_silent(e)
                                      ? "callers of this function go on as "
                                        "before"
                                      : "a result that says success is "
                                        "returned"));
        r->shown = 0;
    }
}

// A function of another type than its place asks for has other troubles: what
// its result says, nobody knows.
static bool fits_role(const struct engine *e)
{
    uint32_t result = e->ir->decls[e->fn->decl].result;
    bool is_pointer = e->ir->types[result].kind == IR_TYPE_POINTER;

    for (int n = 0; e->role && n < e->role->noutcomes; n++) {
        enum cond_kind kind = e->role->outcomes[n].cond.kind;

        if ((kind == COND_NULL || kind == COND_NONNULL) && !is_pointer)
            return false;
        if (kind == COND_RANGE && is_pointer)
            return false;
    }
    return e->ir->types[result].kind != IR_TYPE_VOID;
}

void indicator_return(struct engine *e, struct run *r, struct value v)
{
    const struct indicator *d = &r->st->indicator;
    struct fact f = fact_of(&e->syms, r->st, v);
    int fails = e->role ? says_failure(e->role, f) : -1;

    if (stays_silent(e))
        fails = 0;
    else if (!fits_role(e))
        return;
    if (indicator_clear(e, r->st)
        && (fails == 1
            || (fails < 0 && starts_clear(e->role) && is_made(r->st, v))))
        report_not_set(e, r, f, fails == 1);
    else if (d->known == KNOWN_SET
             && (fails == 0
                 || (e->role && is_made(r->st, v) && !is_restored(e, d))))
        report_ignored(e, r);
    else if (fails == 0 || (e->role && is_made(r->st, v)))
        report_untested(e, r);
}

static enum error_after known_after(enum known_error known)
{
    switch (known) {
    case KNOWN_AS_BEFORE:
        return ERROR_AFTER_KEPT;
    case KNOWN_CLEAR:
        return ERROR_AFTER_CLEAR;
    case KNOWN_SET:
        return ERROR_AFTER_SET;
    default:
        return ERROR_AFTER_UNSAID;
    }
}

void indicator_exit(const struct state *s, struct value v, struct flow_exit *x)
{
    const struct indicator *d = &s->indicator;
    const struct doubt *only = &d->doubts[0];

    // What is assumed is told where it is assumed, not by a contract.
    if (d->weak || s->blind || d->n > 1)
        return;
    if (d->n == 0) {
        x->error = known_after(d->known);
    } else if (v.sym == only->sym && only->exact && !only->outside
               && only->then == ERROR_AFTER_SET) {
        x->error = known_after(d->known);
        x->hands_on = true;
        x->error_lo = only->lo;
        x->error_hi = only->hi;
    }
}
