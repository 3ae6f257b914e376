// assume.c - what a condition's outcome teaches about the values in it.
//
// in     a value and whether it was taken for true
// out    narrower ranges; a symbol that can only be one number becomes that
//        number everywhere; false when the path cannot happen

#include "flow/ties.h"

enum { FACTS_MOST = 200 };

void run_replace(struct engine *e, struct run *r, uint32_t from,
                 struct value to)
{
    state_replace(&e->syms, &e->pool, r->st, from, to);
    for (uint32_t t = 0; r->temps && t < e->ntemps[r->block]; t++)
        r->temps[t] = value_replace(&e->syms, r->temps[t], from, to);
}

static bool mentioned(const struct engine *e, const struct run *r, uint32_t sym)
{
    const struct state *s = r->st;

    for (uint32_t i = 0; i < s->nstore; i++)
        if (value_mentions(&e->syms, s->store[i].v, sym)
            || loc_mentions(&e->syms, s->store[i].loc, sym))
            return true;
    for (uint32_t i = 0; i < s->nrefs; i++)
        if (value_mentions(&e->syms, value_sym(s->refs[i].sym), sym)
            || s->refs[i].owner == sym)
            return true;
    for (uint32_t i = 0; i < s->nfacts; i++)
        if (value_mentions(&e->syms, value_sym(s->facts[i].sym), sym))
            return true;
    for (uint32_t t = 0; t < e->ntemps[r->block]; t++)
        if (value_mentions(&e->syms, r->temps[t], sym))
            return true;
    return false;
}

static uint32_t generation(struct engine *e, uint32_t sym, uint32_t gen)
{
    struct sym key = e->syms.syms[sym];

    key.gen = gen;
    return sym_intern(&e->syms, &key);
}

uint32_t run_fresh(struct engine *e, struct run *r, uint32_t slot,
                   uint32_t type)
{
    size_t before = e->syms.nsyms;
    uint32_t sym = sym_site(&e->syms, engine_site(e, r), slot, type);
    uint32_t older;

    if (e->syms.nsyms > before || !mentioned(e, r, sym))
        return sym;
    older = generation(e, sym, 1);
    if (mentioned(e, r, older)) {
        // Two older ones share a name from here on: no more is said of them.
        uint32_t oldest = generation(e, sym, 2);

        run_replace(e, r, older, value_sym(oldest));
        fact_drop(r->st, oldest);
        track_escape(e, r, oldest);
    }
    run_replace(e, r, sym, value_sym(older));
    event_add(e, r->st, EVENT_RENAMED, older, engine_site(e, r), sym);
    return sym;
}

void error_pending(struct state *s, uint32_t sym, enum failure how)
{
    struct error_state *err = &s->error;

    if (err->kind == ERROR_SET)
        return;
    if (err->kind != ERROR_PENDING) {
        err->other = err->kind == ERROR_UNKNOWN;
        err->n = 0;
        err->kind = ERROR_PENDING;
    }
    // A successful call before this one says nothing any more: an error that
    // was there would have been tested, or is one of the pending ones.
    if (err->n == 0)
        err->other = false;
    if (err->n == PENDING_MAX) {
        err->kind = ERROR_UNKNOWN;
        return;
    }
    err->pending[err->n].sym = sym;
    err->pending[err->n].how = how;
    err->n++;
}

// A symbol's range has become narrower: did its call fail?
static void settle_error(struct state *s, uint32_t sym, const struct fact *f)
{
    struct error_state *err = &s->error;

    for (unsigned i = 0; i < err->n; i++) {
        bool failed;
        bool fine;
        bool null;

        if (err->kind != ERROR_PENDING || err->pending[i].sym != sym)
            continue;
        null = f->lo == 0 && f->hi == 0;
        failed = false;
        fine = f->lo >= 0;
        if (err->pending[i].how == FAILS_NEGATIVE) {
            failed = f->hi < 0;
        } else if (err->pending[i].how == FAILS_NULL) {
            failed = null;
            fine = f->nonzero || f->lo > 0 || f->hi < 0;
        } else if (err->pending[i].how == FAILS_ASKED) {
            failed = f->nonzero || f->lo > 0 || f->hi < 0;
            fine = null;
        }
        if (failed) {
            *err = (struct error_state){.kind = ERROR_SET};
            return;
        }
        if (fine) {
            err->pending[i] = err->pending[--err->n];
            if (err->n == 0 && !err->other)
                err->kind = ERROR_CLEAR;
            return;
        }
    }
}

static bool is_pointer_symbol(const struct engine *e, uint32_t sym)
{
    uint32_t type = e->syms.syms[sym].type;

    return type && e->ir->types[type].kind == IR_TYPE_POINTER;
}

// The function whose result a symbol is; 0 for other values.
static uint32_t called_function(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct ir_ins *ins;

    if (y->kind == SYM_PURE)
        return y->site;
    ins = y->kind == SYM_SITE && y->slot == 0 ? engine_ins(e, y->site) : NULL;
    return ins && ins->op == IR_CALL ? ins->ref : 0;
}

// It is NULL: there is no object.
static void become_null(struct engine *e, struct run *r, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct ref *ref = ref_find(r->st, sym);
    bool had_record = ref != NULL;
    uint32_t variable = variable_of(e, r->st, sym);

    // Plain memory has no record.
    if (y->kind == SYM_SITE && y->slot == 0 && is_pointer_symbol(e, sym)
        && e->needs_oom[y->site])
        r->st->oom = true;
    if (ref) {
        if (ref->flags & REF_OOM && ref->flags & REF_MAYBE)
            r->st->oom = true;
        if (ref->flags & REF_MISUSE && ref->flags & REF_MAYBE)
            r->st->misused = called_function(e, sym);
        ref_drop(r->st, sym);
    }
    if (is_pointer_symbol(e, sym) || had_record)
        event_add(e, r->st, EVENT_NULL, sym, engine_site(e, r), variable);
}

// Has this symbol the same number for good, so that it can be put in its
// place? Expressions are found again by their parts.
static bool replaceable(const struct sym *y)
{
    return y->kind == SYM_INIT || y->kind == SYM_SITE || y->kind == SYM_AFTER
           || y->kind == SYM_JOIN;
}

// What a new range of a symbol makes of a condition on it: -1 unknown.
static int decided(const struct engine *e, uint32_t condition, uint32_t sym,
                   const struct fact *now)
{
    const struct sym *y = &e->syms.syms[condition];
    struct fact number = {
        .nonzero = y->y.num != 0, .lo = y->y.num, .hi = y->y.num};

    if (y->kind != SYM_EXPR)
        return -1;
    if (y->op == IR_NOT && y->x.sym) {
        int known = decided(e, y->x.sym, sym, now);

        return known < 0 ? -1 : !known;
    }
    if (y->op < IR_EQ || y->op > IR_GE || y->x.sym != sym || y->y.sym)
        return -1;
    return comparison_of((enum ir_op)y->op, now, &number);
}

// Conditions on the symbol that were assumed before: the range must not say
// otherwise.
static bool agrees(const struct engine *e, const struct state *s, uint32_t sym,
                   const struct fact *now)
{
    for (uint32_t i = 0; i < s->nfacts; i++) {
        const struct fact *f = &s->facts[i];
        int known =
            f->lo == f->hi || f->nonzero ? decided(e, f->sym, sym, now) : -1;

        if (known >= 0 && known != f->nonzero)
            return false;
    }
    return true;
}

// A result that is no object says by its number that the call failed.
static void note_failure(struct engine *e, struct run *r, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    uint32_t decl = y->kind == SYM_SITE ? called_function(e, sym) : 0;
    const struct contract *c = decl ? flow_contract(e->u, decl) : NULL;

    event_add(e, r->st, EVENT_NEGATIVE, sym, engine_site(e, r), 0);
    if (!c)
        return;
    for (int n = 0; n < c->noutcomes; n++)
        if ((c->outcomes[n].fails || c->inferred)
            && c->outcomes[n].cond.kind == COND_RANGE
            && c->outcomes[n].cond.hi < 0)
            call_failed(e, r, y->site, c);
}

static bool narrow(struct engine *e, struct run *r, uint32_t sym, struct fact f)
{
    const struct tie *ties = r->st->ties;
    struct ref *ref;

    if (f.lo > f.hi || (f.nonzero && f.lo == 0 && f.hi == 0))
        return false;
    f.sym = sym;
    f.used = false;
    if (!agrees(e, r->st, sym, &f))
        return false;
    if (r->st->asked.result == sym && (f.nonzero || (f.lo == 0 && f.hi == 0)))
        r->st->asked.yes = f.nonzero;
    settle_error(r->st, sym, &f);
    indicator_settle(&e->syms, r->st, sym, &f);
    if (f.lo == f.hi && replaceable(&e->syms.syms[sym])) {
        if (f.lo == 0)
            become_null(e, r, sym);
        else if (f.hi < 0)
            note_failure(e, r, sym);
        run_replace(e, r, sym, value_int(f.lo));
        if (f.lo == 0 && is_passed(&e->syms, sym))
            fact_put(&e->pool, r->st, &f); // the contract may say so
        return ties_settle(e, r, ties, sym, &f);
    }
    if (f.lo == 0 && f.hi == 0)
        become_null(e, r, sym);
    else if (f.hi < 0)
        note_failure(e, r, sym);
    ref = ref_find(r->st, sym);
    if (f.nonzero
        && ((ref && ref->flags & REF_MAYBE)
            || (is_pointer_symbol(e, sym) && replaceable(&e->syms.syms[sym]))))
        event_add(e, r->st, EVENT_NONNULL, sym, engine_site(e, r), 0);
    if (ref && f.nonzero)
        ref->flags &= ~(unsigned)REF_MAYBE;
    fact_put(&e->pool, r->st, &f);
    return ties_settle(e, r, ties, sym, &f);
}

static bool is_condition(const struct sym *y)
{
    return y->kind == SYM_EXPR
           && (y->op == IR_NOT || (y->op >= IR_EQ && y->op <= IR_GE));
}

bool assume_range(struct engine *e, struct run *r, struct value v, int64_t lo,
                  int64_t hi)
{
    struct fact f = fact_of(&e->syms, r->st, v);

    if (!v.sym)
        return v.num >= lo && v.num <= hi;
    f.lo = f.lo > lo ? f.lo : lo;
    f.hi = f.hi < hi ? f.hi : hi;
    if (f.nonzero && f.lo == 0)
        f.lo = 1;
    if (f.nonzero && f.hi == 0)
        f.hi = -1;
    if (f.lo > 0 || f.hi < 0)
        f.nonzero = true;
    if (f.lo > f.hi)
        return false;
    if (is_condition(&e->syms.syms[v.sym])) {
        if (f.lo == 0 && f.hi == 0)
            return assume(e, r, v, false);
        if (f.nonzero)
            return assume(e, r, v, true);
    }
    return narrow(e, r, v.sym, f);
}

bool assume_nonnull(struct engine *e, struct run *r, struct value v)
{
    struct fact f = fact_of(&e->syms, r->st, v);

    if (!v.sym)
        return v.num != 0;
    if (f.nonzero)
        return true;
    f.nonzero = true;
    if (f.lo == 0)
        f.lo = 1;
    if (f.hi == 0)
        f.hi = -1;
    return narrow(e, r, v.sym, f);
}

void know_nonnull(struct engine *e, struct run *r, struct value v)
{
    struct fact f = fact_of(&e->syms, r->st, v);

    if (!v.sym || f.nonzero || !is_pointer_symbol(e, v.sym))
        return;
    f.sym = v.sym;
    f.nonzero = f.used = true;
    if (f.lo == 0)
        f.lo = 1;
    if (f.hi == 0)
        f.hi = -1;
    fact_put(&e->pool, r->st, &f);
}

static bool compare_number(struct engine *e, struct run *r, uint32_t op,
                           struct value x, int64_t n)
{
    struct fact f = fact_of(&e->syms, r->st, x);

    switch (op) {
    case IR_EQ:
        return assume_range(e, r, x, n, n);
    case IR_NE:
        if (n == 0)
            return is_condition(&e->syms.syms[x.sym]) ? assume(e, r, x, true)
                                                      : assume_nonnull(e, r, x);
        indicator_differs(r->st, x.sym, n);
        if (f.lo == n && f.lo < INT64_MAX)
            return assume_range(e, r, x, n + 1, INT64_MAX);
        if (f.hi == n && f.hi > INT64_MIN)
            return assume_range(e, r, x, INT64_MIN, n - 1);
        return true;
    case IR_LT:
        return n > INT64_MIN && assume_range(e, r, x, INT64_MIN, n - 1);
    case IR_LE:
        return assume_range(e, r, x, INT64_MIN, n);
    case IR_GT:
        return n < INT64_MAX && assume_range(e, r, x, n + 1, INT64_MAX);
    default:
        return assume_range(e, r, x, n, INT64_MAX);
    }
}

// What paths met with goes together with what else differed on them, which is
// forgotten: that it can only be one number is not taken from a comparison.
static bool bound(struct engine *e, struct run *r, struct value v, int64_t lo,
                  int64_t hi)
{
    struct fact f = fact_of(&e->syms, r->st, v);

    lo = f.lo > lo ? f.lo : lo;
    hi = f.hi < hi ? f.hi : hi;
    if (e->syms.syms[v.sym].kind == SYM_JOIN && lo == hi)
        return true;
    return assume_range(e, r, v, lo, hi);
}

// x < y, or x <= y: each bounds the other.
static bool in_order(struct engine *e, struct run *r, struct value x,
                     struct value y, bool strictly)
{
    int64_t lo = fact_of(&e->syms, r->st, x).lo;
    int64_t hi = fact_of(&e->syms, r->st, y).hi;

    if (strictly && (lo == INT64_MAX || hi == INT64_MIN))
        return false;
    return (lo == INT64_MIN || bound(e, r, y, lo + strictly, INT64_MAX))
           && (hi == INT64_MAX || bound(e, r, x, INT64_MIN, hi - strictly));
}

static bool compare(struct engine *e, struct run *r, uint32_t op,
                    struct value x, struct value y)
{
    struct fact fx;
    struct fact fy;

    if (!x.sym && !y.sym)
        return true; // folded when it was made
    if (!y.sym)
        return compare_number(e, r, op, x, y.num);
    if (!x.sym)
        return compare_number(e, r, comparison_mirrored(op), y, x.num);
    if (op == IR_LT || op == IR_LE)
        return in_order(e, r, x, y, op == IR_LT);
    if (op == IR_GT || op == IR_GE)
        return in_order(e, r, y, x, op == IR_GT);
    if (op != IR_EQ)
        return true;
    fx = fact_of(&e->syms, r->st, x);
    fy = fact_of(&e->syms, r->st, y);
    if (fx.nonzero != fy.nonzero) {
        const struct event *before = r->st->trail;
        bool can_be = assume_nonnull(e, r, fx.nonzero ? y : x);

        // That they are the same says more: the branch notes it.
        r->st->trail = before;
        return can_be;
    }
    return fx.lo <= fy.hi && fy.lo <= fx.hi;
}

bool assume(struct engine *e, struct run *r, struct value v, bool truth)
{
    struct fact f = fact_of(&e->syms, r->st, v);
    struct sym y;

    if (!v.sym)
        return (v.num != 0) == truth;
    if (truth ? f.lo == 0 && f.hi == 0 : f.nonzero)
        return false;
    y = e->syms.syms[v.sym];
    if (!is_condition(&y)) {
        if (truth)
            return assume_nonnull(e, r, v);
        return assume_range(e, r, v, 0, 0);
    }
    // The condition itself is a fact too: it may be tested again. Not in a
    // chain of thousands of them, where each would be carried to the end.
    if (truth)
        f = (struct fact){.sym = v.sym, .nonzero = true, .lo = 1, .hi = 1};
    else
        f = (struct fact){.sym = v.sym};
    if (r->st->nfacts < FACTS_MOST)
        fact_put(&e->pool, r->st, &f);
    if (y.op == IR_NOT)
        return assume(e, r, y.x, !truth);
    return compare(e, r, truth ? y.op : comparison_opposite(y.op), y.x, y.y);
}

int truth_of(const struct engine *e, const struct state *s, struct value v)
{
    struct fact f = fact_of(&e->syms, s, v);

    if (f.nonzero || f.lo > 0 || f.hi < 0)
        return 1;
    return f.lo == 0 && f.hi == 0 ? 0 : -1;
}
