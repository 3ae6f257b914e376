// merge.c - when two states at the start of a block become one.
//
// in     two states at the same block
// out    one that stands for both, when they agree on every reference (and on
//        which places hold it); what else differs is forgotten
//
// One difference in references can be bridged without loss: "x is NULL" and
// "x holds a new reference" are together "x holds a new reference or NULL",
// provided that nothing else differs. Thirty optional objects then cost one
// state, not 2^30.

#include "flow/engine.h"

static bool significant(const struct ref *r)
{
    return !(r->flags & (REF_ESCAPED | REF_INTERIOR))
           && (r->held != 0 || r->debt != 0 || r->flags & REF_TAKEN
               || r->lender == LENT_NONE);
}

static bool same_ref(const struct ref *a, const struct ref *b)
{
    unsigned mask = REF_TAKEN | REF_SHARED;

    return a->sym == b->sym && a->held == b->held && a->debt == b->debt
           && a->lender == b->lender && a->owner == b->owner
           && (a->flags & mask) == (b->flags & mask);
}

static const struct ref *significant_ref(const struct state *s, struct value v)
{
    const struct ref *r = v.sym ? ref_find(s, v.sym) : NULL;

    return r && significant(r) ? r : NULL;
}

// --- tidy ---

static void mark_loc(struct engine *e, uint32_t loc);

static void mark(struct engine *e, struct value v)
{
    struct sym *y;

    if (!v.sym)
        return;
    y = &e->syms.syms[v.sym];
    if (y->mark == e->syms.epoch)
        return;
    y->mark = e->syms.epoch;
    mark(e, y->x);
    y = &e->syms.syms[v.sym];
    mark(e, y->y);
    mark_loc(e, e->syms.syms[v.sym].loc);
}

static void mark_loc(struct engine *e, uint32_t loc)
{
    for (; loc; loc = e->syms.locs[loc].base) {
        mark(e, e->syms.locs[loc].index);
        if (e->syms.locs[loc].kind == LOC_DEREF)
            mark(e, value_sym(e->syms.locs[loc].ref));
    }
}

static bool marked(const struct engine *e, uint32_t sym)
{
    return e->syms.syms[sym].mark == e->syms.epoch;
}

static bool is_scalar_local(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];

    return l->kind == LOC_LOCAL && e->scalar[l->ref];
}

static bool is_live(const struct engine *e, uint32_t block, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];

    return e->live[(size_t)block * e->fn->nlocals + l->ref];
}

// Locals that nobody reads again are forgotten; a variable that holds the
// last pointer to a reference stays, to be told of at the end.
static void drop_dead_locals(struct engine *e, struct state *s)
{
    for (uint32_t i = 0; i < s->nstore;) {
        struct binding b = s->store[i];
        const struct ref *ref;
        bool hidden;

        if (!is_scalar_local(e, b.loc) || is_live(e, s->block, b.loc)) {
            i++;
            continue;
        }
        hidden = e->fn->locals[e->syms.locs[b.loc].ref].is_hidden;
        ref = significant_ref(s, b.v);
        if (ref && ref->held > 0 && !hidden) {
            i++;
            continue;
        }
        state_unbind(s, b.loc);
        if (ref && ref->held > 0) {
            struct run r = {.st = s, .block = s->block};

            r.shown = made_at(e, s, b.v.sym);
            track_lost(e, &r, b.v.sym, RULE_LEAK);
        }
    }
}

// Memory that an argument or a global points to is seen by the caller.
static bool is_callers(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];

    return y->kind == SYM_INIT && e->syms.locs[y->loc].kind != LOC_FIELD
           && e->syms.locs[e->syms.locs[y->loc].root].kind != LOC_DEREF;
}

// Bindings below memory that only unreachable symbols lead to.
static bool is_stray(const struct engine *e, const struct state *s,
                     const struct binding *b)
{
    const struct loc *root = &e->syms.locs[e->syms.locs[b->loc].root];
    const struct ref *held;

    if (root->kind != LOC_DEREF || marked(e, root->ref)
        || is_callers(e, root->ref))
        return false;
    held = significant_ref(s, b->v);
    return !held || held->held <= 0;
}

// What an item hangs on, when that may be lost by its own container.
static bool mark_owners(struct engine *e, const struct state *s)
{
    bool more = false;

    for (uint32_t i = 0; i < s->nrefs; i++) {
        const struct ref *r = &s->refs[i];
        const struct ref *o =
            r->lender == LENT_ITEM ? ref_find(s, r->owner) : NULL;

        if (!o || !(o->flags & REF_MUTABLE) || marked(e, o->sym)
            || !marked(e, r->sym))
            continue;
        mark(e, value_sym(o->sym));
        more = true;
    }
    return more;
}

static bool is_result(const struct sym *y)
{
    return y->kind == SYM_SITE || y->kind == SYM_JOIN;
}

// A result was found to be an object that has a name of its own: the reference
// may be released by that name.
static bool names_object(const struct engine *e, const struct fact *f)
{
    const struct sym *y = &e->syms.syms[f->sym];
    const struct sym *x = &e->syms.syms[y->x.sym];
    const struct sym *z = &e->syms.syms[y->y.sym];

    return f->nonzero && y->kind == SYM_EXPR && y->op == IR_EQ && y->x.sym
           && y->y.sym
           && ((x->kind == SYM_ADDR && is_result(z))
               || (z->kind == SYM_ADDR && is_result(x)));
}

static void mark_state(struct engine *e, const struct state *s)
{
    bool more = true;

    e->syms.epoch++;
    for (uint32_t i = 0; i < s->nstore; i++) {
        const struct loc *root =
            &e->syms.locs[e->syms.locs[s->store[i].loc].root];

        if (root->kind != LOC_DEREF) {
            mark(e, s->store[i].v);
            mark_loc(e, s->store[i].loc);
        }
    }
    for (uint32_t i = 0; i < s->nrefs; i++)
        if (significant(&s->refs[i]) && s->refs[i].held > 0)
            mark(e, value_sym(s->refs[i].sym));
    for (uint32_t i = 0; i < s->nfacts; i++)
        if (names_object(e, &s->facts[i]))
            mark(e, value_sym(s->facts[i].sym));
    while (more) {
        more = mark_owners(e, s);
        for (uint32_t i = 0; i < s->nstore; i++) {
            struct binding b = s->store[i];

            if (b.v.sym && !marked(e, b.v.sym) && !is_stray(e, s, &b)) {
                mark(e, b.v);
                mark_loc(e, b.loc);
                more = true;
            }
        }
    }
}

// Can the value be met again: is it held somewhere, or can it be computed
// from values that are?
static bool can_recur(const struct engine *e, struct value v)
{
    const struct sym *y = &e->syms.syms[v.sym];

    if (!v.sym || marked(e, v.sym) || y->kind == SYM_FN
        || (y->kind == SYM_ADDR
            && e->syms.locs[e->syms.locs[y->loc].root].kind != LOC_DEREF))
        return true;
    return (y->kind == SYM_EXPR || y->kind == SYM_PURE) && can_recur(e, y->x)
           && can_recur(e, y->y);
}

// Is something else now where this was found?
static bool is_replaced(const struct engine *e, const struct state *s,
                        const struct ref *r)
{
    const struct sym *y = &e->syms.syms[r->sym];
    const struct binding *b;

    if (y->kind != SYM_INIT && y->kind != SYM_AFTER)
        return false;
    b = state_find(s, y->loc);
    return b && b->v.sym != r->sym;
}

// What a field held is of no interest when it was released and nothing leads to
// it any more; what a variable of the caller held tells the contract what
// became of it.
static bool is_settled(const struct engine *e, const struct state *s,
                       const struct ref *r)
{
    const struct sym *y = &e->syms.syms[r->sym];
    bool is_variable =
        y->kind == SYM_INIT && e->syms.locs[y->loc].kind == LOC_DEREF;

    if (r->held > 0 || r->debt != 0 || (is_variable && r->flags & REF_ORPHAN))
        return false;
    return !(r->flags & REF_TAKEN) || (!is_variable && is_replaced(e, s, r));
}

// A parameter that was NULL: kept for the contract alone.
static bool is_absent(const struct engine *e, const struct fact *f)
{
    return f->lo == 0 && f->hi == 0 && is_parameter(&e->syms, f->sym);
}

void state_tidy(struct engine *e, struct state *s)
{
    uint32_t kept = 0;

    drop_dead_locals(e, s);
    mark_state(e, s);
    for (uint32_t i = 0; i < s->nstore; i++)
        if (!is_stray(e, s, &s->store[i]))
            s->store[kept++] = s->store[i];
    s->nstore = kept;
    kept = 0;
    for (uint32_t i = 0; i < s->nfacts; i++)
        if (can_recur(e, value_sym(s->facts[i].sym))
            || is_absent(e, &s->facts[i]))
            s->facts[kept++] = s->facts[i];
    s->nfacts = kept;
    kept = 0;
    for (uint32_t i = 0; i < s->nrefs; i++)
        if (marked(e, s->refs[i].sym) || !is_settled(e, s, &s->refs[i])
            || cycle_keeps(s, &s->refs[i]))
            s->refs[kept++] = s->refs[i];
    s->nrefs = kept;
}

// --- merging ---

// What a place that is not bound holds in a state.
static bool peek(struct engine *e, const struct state *s, uint32_t loc,
                 uint32_t type, struct value *ret)
{
    const struct binding *b = state_find(s, loc);

    if (b) {
        *ret = b->v;
        return true;
    }
    for (uint32_t l = e->syms.locs[loc].base; l; l = e->syms.locs[l].base) {
        b = state_find(s, l);
        if (b) {
            *ret = value_int(0);
            return !b->v.sym && b->v.num == 0;
        }
    }
    if (!loc_is_shared(&e->syms, loc))
        return false;
    *ret = value_sym(sym_init(&e->syms, loc, type));
    return true;
}

static uint32_t type_of(const struct engine *e, struct value v)
{
    return v.sym ? e->syms.syms[v.sym].type : 0;
}

// Do all significant references of a stand in b alike? Those that do not,
// and could be "or NULL", are put into only (up to most).
static bool refs_agree(const struct state *a, const struct state *b,
                       uint32_t *only, unsigned *nonly, unsigned most)
{
    for (uint32_t i = 0; i < a->nrefs; i++) {
        const struct ref *r = &a->refs[i];
        const struct ref *o;

        if (!significant(r))
            continue;
        o = ref_find(b, r->sym);
        if (o && significant(o)) {
            if (!same_ref(r, o))
                return false;
            continue;
        }
        // Escaped in one, tracked in the other: escaped in both.
        if (o && o->flags & REF_ESCAPED)
            return false;
        if (o || r->held != 1 || r->debt || r->lender != LENT_NONE
            || *nonly == most)
            return false;
        only[(*nonly)++] = r->sym;
    }
    return true;
}

static bool listed(const uint32_t *list, unsigned n, uint32_t sym)
{
    for (unsigned i = 0; i < n; i++)
        if (list[i] == sym)
            return true;
    return false;
}

// Two objects that are both there or both not are no two independent ones.
enum { NULLABLE_MOST = 1 };

// The references that one side has and the other has not.
struct difference {
    uint32_t in_a[NULLABLE_MOST], in_b[NULLABLE_MOST];
    unsigned na, nb;
};

static bool nullable_pair(const struct difference *d, struct value va,
                          struct value vb)
{
    return (va.sym && !vb.sym && vb.num == 0 && listed(d->in_a, d->na, va.sym))
           || (vb.sym && !va.sym && va.num == 0
               && listed(d->in_b, d->nb, vb.sym));
}

// A parameter on one side, and on the other the NULL that it was there: on
// both, it is what was passed. 0 for all else.
static uint32_t passed_value(const struct engine *e, const struct state *a,
                             struct value va, const struct state *b,
                             struct value vb)
{
    uint32_t sym = va.sym ? va.sym : vb.sym;
    const struct fact *f;

    if ((va.sym && (vb.sym || vb.num != 0)) || (!va.sym && va.num != 0) || !sym
        || !is_parameter(&e->syms, sym))
        return 0;
    f = fact_find(va.sym ? b : a, sym);
    return f && is_absent(e, f) ? sym : 0;
}

// May this place be merged? With optional objects at stake nothing else may
// differ, for a flag may say whether they are there.
static bool places_agree(struct engine *e, const struct state *a,
                         const struct state *b, uint32_t loc,
                         const struct difference *d)
{
    struct value va;
    struct value vb;
    bool ina = peek(e, a, loc, 0, &va);
    bool inb = peek(e, b, loc, 0, &vb);

    if (ina && inb && value_same(va, vb))
        return true;
    if (ina && inb
        && (nullable_pair(d, va, vb) || passed_value(e, a, va, b, vb)))
        return true;
    if (d->na || d->nb)
        return false;
    if ((ina && significant_ref(a, va)) || (inb && significant_ref(b, vb)))
        return false;
    return true;
}

// A condition may say whether the optional object is there.
static bool facts_agree(struct engine *e, const struct state *a,
                        const struct state *b, const struct difference *d)
{
    for (uint32_t i = 0; i < a->nfacts; i++) {
        const struct fact *x = &a->facts[i];
        struct fact y;

        if (listed(d->in_a, d->na, x->sym) || listed(d->in_b, d->nb, x->sym)
            || is_absent(e, x))
            continue;
        y = fact_of(&e->syms, b, value_sym(x->sym));
        if (x->lo != y.lo || x->hi != y.hi || x->nonzero != y.nonzero)
            return false;
    }
    return true;
}

static bool mergeable(struct engine *e, const struct state *a,
                      const struct state *b, struct difference *d)
{
    if (!refs_agree(a, b, d->in_a, &d->na, NULLABLE_MOST)
        || !refs_agree(b, a, d->in_b, &d->nb, NULLABLE_MOST))
        return false;
    if (d->na + d->nb > NULLABLE_MOST)
        return false;
    if ((d->na || d->nb)
        && (!facts_agree(e, a, b, d) || !facts_agree(e, b, a, d)))
        return false;
    for (uint32_t i = 0; i < a->nstore; i++)
        if (!places_agree(e, a, b, a->store[i].loc, d))
            return false;
    for (uint32_t i = 0; i < b->nstore; i++)
        if (!places_agree(e, a, b, b->store[i].loc, d))
            return false;
    return true;
}

static struct fact join_facts(struct fact x, struct fact y)
{
    x.nonzero = x.nonzero && y.nonzero;
    x.lo = x.lo < y.lo ? x.lo : y.lo;
    x.hi = x.hi > y.hi ? x.hi : y.hi;
    return x;
}

static bool knows_nothing(const struct fact *f)
{
    return !f->nonzero && f->lo == INT64_MIN && f->hi == INT64_MAX;
}

static bool joinable_lender(const struct engine *e, const struct ref *r)
{
    if (r->flags & (REF_ESCAPED | REF_INTERIOR | REF_IMMORTAL | REF_TAKEN)
        || r->held != 0 || r->debt != 0)
        return false;
    // What a helper does to its own arguments is its contract.
    if (r->lender == LENT_PARAM)
        return e->role != NULL;
    return r->lender != LENT_NONE && r->lender != LENT_FIELD;
}

// A pointer into an object, by its record or by its form.
static bool is_interior(const struct engine *e, const struct ref *r,
                        uint32_t *ret_owner)
{
    const struct sym *y = &e->syms.syms[r->sym];
    const struct loc *root = &e->syms.locs[e->syms.locs[y->loc].root];

    *ret_owner = y->kind == SYM_ADDR ? root->ref : r->owner;
    if (y->kind == SYM_ADDR)
        return root->kind == LOC_DEREF;
    return r->flags & REF_INTERIOR && r->lender == LENT_ITEM
           && !(r->flags & REF_ESCAPED);
}

// What is lent by one object on either side: by the one way of two that a
// macro takes to its items.
static bool join_interiors(const struct engine *e, const struct ref *ra,
                           const struct ref *rb, struct ref *ret)
{
    uint32_t a;
    uint32_t b;

    if (!ra->sym || !rb->sym || !is_interior(e, ra, &a)
        || !is_interior(e, rb, &b) || a != b)
        return false;
    *ret = (struct ref){.lender = LENT_ITEM,
                        .owner = a,
                        .flags = REF_INTERIOR
                                 | ((ra->flags | rb->flags) & REF_ANCHORED)};
    return true;
}

static bool join_counted(const struct engine *e, struct value va,
                         const struct ref *ra, struct value vb,
                         const struct ref *rb, struct ref *ret)
{
    if ((!va.sym && !vb.sym) || (va.sym && !joinable_lender(e, ra))
        || (vb.sym && !joinable_lender(e, rb)) || (!va.sym && va.num != 0)
        || (!vb.sym && vb.num != 0))
        return false;
    *ret = va.sym ? *ra : *rb;
    if (va.sym && vb.sym
        && (ra->lender != rb->lender || ra->owner != rb->owner)) {
        ret->lender = LENT_SYSTEM;
        ret->owner = 0;
    }
    return true;
}

// Does it, or does what it hangs on, come out of a container that can change?
static bool goes_stale(const struct state *s, const struct ref *r)
{
    const struct ref *owner =
        r->lender == LENT_ITEM ? ref_find(s, r->owner) : NULL;

    return r->flags & REF_MUTABLE || (owner && owner->flags & REF_MUTABLE);
}

// Who lends what a place holds after the join, when both sides know: NULL is
// lent by anybody.
static void join_lenders(struct engine *e, struct state *into,
                         const struct state *a, struct value va,
                         const struct state *b, struct value vb, uint32_t sym)
{
    struct ref ra = {.sym = 0};
    struct ref rb = {.sym = 0};
    struct ref joined;
    uint32_t origin = 0;

    if (va.sym)
        ra = ref_of(e, a, va.sym);
    if (vb.sym)
        rb = ref_of(e, b, vb.sym);
    if (!join_counted(e, va, &ra, vb, &rb, &joined)
        && !join_interiors(e, &ra, &rb, &joined))
        return;
    if (joined.lender == LENT_ITEM) {
        joined.flags |= (ra.flags | rb.flags) & REF_MUTABLE;
        joined.stale_at = ra.stale_at ? ra.stale_at : rb.stale_at;
    } else {
        joined.stale_at = 0;
    }
    if (goes_stale(a, &ra))
        origin = made_at(e, a, ra.sym);
    else if (goes_stale(b, &rb))
        origin = made_at(e, b, rb.sym);
    joined.sym = sym;
    joined.flags &= ~(unsigned)REF_MAYBE;
    joined.name = ra.name == rb.name ? ra.name : 0;
    ref_put(&e->pool, into, &joined);
    // It is borrowed where either side borrowed it.
    if (origin)
        event_add(e, into, EVENT_BORROWED, sym, origin - 1, 0);
}

// What a place holds after the join, when the two sides differ.
static struct value join_values(struct engine *e, struct state *a,
                                const struct state *b, uint32_t loc,
                                struct value va, struct value vb,
                                bool *ret_changed)
{
    uint32_t type = type_of(e, va) ? type_of(e, va) : type_of(e, vb);
    size_t before = e->syms.nsyms;
    uint32_t sym = sym_join(&e->syms, e->join_at, loc, type);
    struct fact f =
        join_facts(fact_of(&e->syms, a, va), fact_of(&e->syms, b, vb));

    if (e->syms.nsyms > before) {
        struct joined *made = arena_new(e->scratch, struct joined);

        *made = (struct joined){sym, e->joined[e->join_at]};
        e->joined[e->join_at] = made;
    }
    if (value_same(va, value_sym(sym))) {
        // What a loop counts to would grow turn by turn: give it up at once.
        struct fact old = fact_of(&e->syms, a, va);

        if (f.lo != old.lo)
            f.lo = INT64_MIN;
        if (f.hi != old.hi)
            f.hi = INT64_MAX;
        *ret_changed = *ret_changed || f.lo != old.lo || f.hi != old.hi
                       || f.nonzero != old.nonzero;
    } else {
        join_lenders(e, a, a, va, b, vb, sym);
    }
    f.sym = sym;
    if (knows_nothing(&f))
        fact_drop(a, sym);
    else
        fact_put(&e->pool, a, &f);
    return value_sym(sym);
}

static bool merge_stores(struct engine *e, struct state *a,
                         const struct state *b, const struct difference *d)
{
    bool changed = false;

    for (uint32_t i = 0; i < a->nstore;) {
        struct binding x = a->store[i];
        struct value vb;
        struct value joined;

        if (!peek(e, b, x.loc, type_of(e, x.v), &vb)) {
            state_unbind(a, x.loc);
            changed = true;
            continue;
        }
        i++;
        if (value_same(x.v, vb))
            continue;
        if (nullable_pair(d, x.v, vb) || passed_value(e, a, x.v, b, vb))
            joined = x.v.sym ? x.v : vb;
        else
            joined = join_values(e, a, b, x.loc, x.v, vb, &changed);
        if (!value_same(joined, x.v)) {
            state_bind(&e->pool, a, x.loc, joined);
            changed = true;
        }
    }
    for (uint32_t i = 0; i < b->nstore; i++) {
        struct binding y = b->store[i];
        struct value va;

        if (state_find(a, y.loc) || !peek(e, a, y.loc, type_of(e, y.v), &va)
            || value_same(va, y.v))
            continue;
        state_bind(&e->pool, a, y.loc,
                   nullable_pair(d, va, y.v)
                       ? y.v
                       : join_values(e, a, b, y.loc, va, y.v, &changed));
        changed = true;
    }
    return changed;
}

static bool merge_facts(struct engine *e, struct state *a,
                        const struct state *b)
{
    bool changed = false;

    for (uint32_t i = 0; i < a->nfacts;) {
        struct fact x = a->facts[i];
        struct fact y = fact_of(&e->syms, b, value_sym(x.sym));
        struct fact z = join_facts(x, y);

        // Facts of joined symbols were made by join_values.
        if (e->syms.syms[x.sym].kind == SYM_JOIN
            && e->syms.syms[x.sym].site == e->join_at) {
            i++;
            continue;
        }
        if (knows_nothing(&z)) {
            fact_drop(a, x.sym);
            changed = true;
            continue;
        }
        if (z.lo != x.lo || z.hi != x.hi || z.nonzero != x.nonzero) {
            // Ranges that grow with each turn of a loop would grow for long.
            if (z.lo != x.lo)
                z.lo = INT64_MIN;
            if (z.hi != x.hi)
                z.hi = INT64_MAX;
            a->facts[i] = z;
            changed = true;
        }
        i++;
    }
    return changed;
}

static bool merge_refs(struct engine *e, struct state *a, const struct state *b,
                       const struct difference *d)
{
    // What has to hold on either side.
    const unsigned both = REF_NULLABLE | REF_INCREFED;
    bool changed = false;

    for (uint32_t i = 0; i < a->nrefs;) {
        struct ref *r = &a->refs[i];
        const struct ref *o = ref_find(b, r->sym);
        unsigned flags = r->flags;

        if (listed(d->in_a, d->na, r->sym)) {
            if (!b->blind || a->blind)
                flags |= REF_MAYBE;
            changed = changed || flags != r->flags || fact_find(a, r->sym);
            r->flags = flags;
            fact_drop(a, r->sym); // or NULL
            i++;
            continue;
        }
        if (!o) {
            // Joined symbols belong to a alone.
            if (e->syms.syms[r->sym].kind == SYM_JOIN || significant(r)
                || r->flags & REF_ESCAPED) {
                r->flags &= ~both;
                changed = changed || flags != r->flags;
                i++;
                continue;
            }
            ref_drop(a, r->sym);
            continue;
        }
        flags |=
            o->flags & (REF_ESCAPED | REF_MAYBE | REF_MISUSE | REF_ANCHORED);
        flags &= o->flags | ~both;
        if (!significant(r) && (r->lender != o->lender || r->owner != o->owner))
            flags |= REF_ESCAPED;
        if (flags != r->flags) {
            r->flags = flags;
            changed = true;
        }
        if (o->stale_at && !r->stale_at) {
            r->stale_at = o->stale_at;
            changed = true;
        }
        if (o->weak && !r->weak)
            r->weak = o->weak;
        i++;
    }
    for (unsigned i = 0; i < d->nb; i++) {
        struct ref *r = ref_put(&e->pool, a, ref_find(b, d->in_b[i]));

        if (!a->blind || b->blind)
            r->flags |= REF_MAYBE;
        fact_drop(a, d->in_b[i]);
        changed = true;
    }
    for (uint32_t i = 0; i < b->nrefs; i++)
        if (b->refs[i].flags & REF_ESCAPED && !ref_find(a, b->refs[i].sym)) {
            ref_put(&e->pool, a, &b->refs[i])->flags &= ~both;
            changed = true;
        }
    return changed;
}

static bool same_error(const struct error_state *a, const struct error_state *b)
{
    if (a->kind != b->kind || a->other != b->other || a->n != b->n)
        return false;
    for (unsigned i = 0; i < a->n; i++)
        if (a->pending[i].sym != b->pending[i].sym
            || a->pending[i].how != b->pending[i].how)
            return false;
    return true;
}

static bool merge_errors(struct state *a, const struct state *b)
{
    if (a->error.kind == ERROR_UNKNOWN || same_error(&a->error, &b->error))
        return false;
    a->error = (struct error_state){.kind = ERROR_UNKNOWN};
    return true;
}

static bool merge_asked(struct asked *a, const struct asked *b)
{
    if (!a->result
        || (a->result == b->result && a->yes == b->yes
            && a->container == b->container && value_same(a->key, b->key)))
        return false;
    *a = (struct asked){.result = 0};
    return true;
}

static enum merge merge_into(struct engine *e, struct state *a,
                             const struct state *b, const struct difference *d)
{
    bool changed = false;

    // Places first: what they hold after the join is told from the records.
    changed = merge_stores(e, a, b, d) || changed;
    changed = merge_refs(e, a, b, d) || changed;
    changed = merge_facts(e, a, b) || changed;
    changed = merge_errors(a, b) || changed;
    changed = indicator_join(&a->indicator, &b->indicator) || changed;
    changed = merge_asked(&a->asked, &b->asked) || changed;
    a->blind = a->blind && b->blind;
    changed = changed || (b->ran && !a->ran);
    a->ran = a->ran || b->ran;
    // Of two ways to get here, the one that asks for less is told.
    if ((a->oom && !b->oom)
        || (a->misused && !b->misused && a->oom == b->oom)) {
        a->oom = b->oom;
        a->misused = b->misused;
        a->trail = b->trail;
    }
    return changed ? MERGE_WIDER : MERGE_SAME;
}

enum merge state_merge(struct engine *e, struct state *a, const struct state *b)
{
    struct difference d = {.na = 0};

    if (indicators_apart(&a->indicator, &b->indicator)
        || !mergeable(e, a, b, &d))
        return MERGE_APART;
    return merge_into(e, a, b, &d);
}

// Stop tracking what a has and b has not in the same way. True when a changed.
static bool escape_differences(struct engine *e, struct state *a,
                               struct state *b)
{
    bool changed = false;

    for (uint32_t i = 0; i < a->nrefs; i++) {
        struct ref *r = &a->refs[i];
        struct ref *o = ref_find(b, r->sym);

        if (!significant(r) || (o && significant(o) && same_ref(r, o)))
            continue;
        ref_give_up(r);
        ref_give_up(o);
        changed = true;
    }
    for (uint32_t i = 0; i < a->nstore; i++) {
        const struct binding *x = &a->store[i];
        struct value vb;

        if (!significant_ref(a, x->v)
            || (peek(e, b, x->loc, 0, &vb) && value_same(vb, x->v)))
            continue;
        ref_give_up(ref_find(a, x->v.sym));
        ref_give_up(ref_find(b, x->v.sym));
        changed = true;
    }
    return changed;
}

enum merge state_merge_lossy(struct engine *e, struct state *a,
                             const struct state *b)
{
    struct state *c = state_copy(&e->pool, b);
    struct difference d = {.na = 0};
    enum merge m = MERGE_APART;
    bool changed = escape_differences(e, a, c);

    // What only b tracks, a may have to give up as well.
    for (uint32_t i = 0; i < c->nrefs; i++) {
        struct ref *o = ref_find(a, c->refs[i].sym);

        changed =
            changed
            || (o && significant(o)
                && !(significant(&c->refs[i]) && same_ref(o, &c->refs[i])));
    }
    escape_differences(e, c, a);
    if (mergeable(e, a, c, &d))
        m = merge_into(e, a, c, &d);
    if (m == MERGE_SAME && changed)
        m = MERGE_WIDER;
    state_done(&e->pool, c);
    return m;
}
