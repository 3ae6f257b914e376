// join.c - what a place holds after a join, when the two sides differ.
//
// in     a place, and what it holds in either state
// out    a symbol of the join, with the facts and the lender that hold on both
//        sides
//
// The symbol is named after the join and the place, so that a loop that comes
// by again finds the same one; of what it counts to, the sign is kept.

#include "flow/merge.h"
#include "flow/promise.h"

struct fact join_facts(struct fact x, struct fact y)
{
    x.nonzero = x.nonzero && y.nonzero;
    x.lo = x.lo < y.lo ? x.lo : y.lo;
    x.hi = x.hi > y.hi ? x.hi : y.hi;
    return x;
}

void widen_fact(struct fact *f, const struct fact *old)
{
    if (f->lo != old->lo)
        f->lo = f->lo >= 1 ? 1 : f->lo >= 0 ? 0 : INT64_MIN;
    if (f->hi != old->hi)
        f->hi = f->hi <= -1 ? -1 : f->hi <= 0 ? 0 : INT64_MAX;
}

bool knows_nothing(const struct fact *f)
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
        return e->role
               || promise_leaves(e->promise, (uint32_t)param_of(e, r->sym));
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

struct value join_values(struct engine *e, struct state *a,
                         const struct state *b, uint32_t loc, struct value va,
                         struct value vb, bool *ret_changed)
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
        struct fact old = fact_of(&e->syms, a, va);

        widen_fact(&f, &old);
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
