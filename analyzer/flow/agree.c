// agree.c - may two states at the start of a block become one?
//
// in     two states at the same block, tidied
// out    whether they agree on every reference, and on which places hold it
//
// One difference in references can be bridged without loss: "x is NULL" and
// "x holds a new reference" are together "x holds a new reference or NULL",
// provided that nothing else differs. Thirty optional objects then cost one
// state, not 2^30.

#include "flow/merge.h"

#include <assert.h>

bool significant(const struct ref *r)
{
    return !(r->flags & (REF_ESCAPED | REF_INTERIOR))
           && (r->held != 0 || r->debt != 0 || r->flags & REF_TAKEN
               || r->lender == LENT_NONE);
}

enum { SAME_FLAGS = REF_TAKEN | REF_SHARED };

bool same_ref(const struct ref *a, const struct ref *b)
{
    return a->sym == b->sym && a->held == b->held && a->debt == b->debt
           && a->lender == b->lender && a->owner == b->owner
           && (a->flags & SAME_FLAGS) == (b->flags & SAME_FLAGS);
}

const struct ref *significant_ref(const struct state *s, struct value v)
{
    const struct ref *r = v.sym ? ref_find(s, v.sym) : NULL;

    return r && significant(r) ? r : NULL;
}

bool peek(struct engine *e, const struct state *s, uint32_t loc, uint32_t type,
          struct value *ret)
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

// One bit, the same for references that are the same.
static uint64_t ref_sign(const struct ref *r)
{
    uint64_t h = (uint64_t)r->sym << 32 | r->owner;

    h ^= (uint64_t)(r->held * 64 + r->debt * 16 + (int)r->lender) << 20;
    h ^= r->flags & SAME_FLAGS;
    return UINT64_C(1) << (h * 0x9E3779B97F4A7C15U >> 58);
}

void state_sign(struct state *s)
{
    s->sign = 0;
    for (uint32_t i = 0; i < s->nrefs; i++)
        if (significant(&s->refs[i]))
            s->sign |= ref_sign(&s->refs[i]);
}

bool signs_apart(const struct state *a, const struct state *b)
{
    uint64_t differs = a->sign ^ b->sign;

    static_assert(NULLABLE_MOST == 1, "more than one bit may differ");
    return (differs & (differs - 1)) != 0;
}

// Do all significant references of a stand in b alike? Those that do not,
// and could be "or NULL", are put into only (up to most).
static bool refs_agree(const struct state *a, const struct state *b,
                       uint32_t *only, unsigned *nonly, unsigned most)
{
    uint32_t at = 0; // both are sorted

    for (uint32_t i = 0; i < a->nrefs; i++) {
        const struct ref *r = &a->refs[i];
        const struct ref *o;

        if (!significant(r))
            continue;
        while (at < b->nrefs && b->refs[at].sym < r->sym)
            at++;
        o = at < b->nrefs && b->refs[at].sym == r->sym ? &b->refs[at] : NULL;
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

bool listed(const uint32_t *list, unsigned n, uint32_t sym)
{
    for (unsigned i = 0; i < n; i++)
        if (list[i] == sym)
            return true;
    return false;
}

bool nullable_pair(const struct difference *d, struct value va, struct value vb)
{
    return (va.sym && !vb.sym && vb.num == 0 && listed(d->in_a, d->na, va.sym))
           || (vb.sym && !va.sym && va.num == 0
               && listed(d->in_b, d->nb, vb.sym));
}

uint32_t passed_value(const struct engine *e, const struct state *a,
                      struct value va, const struct state *b, struct value vb)
{
    uint32_t sym = va.sym ? va.sym : vb.sym;
    const struct fact *f;

    if ((va.sym && (vb.sym || vb.num != 0)) || (!va.sym && va.num != 0) || !sym
        || !is_passed(&e->syms, sym))
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
        if (x->used && knows_nothing(&y))
            continue;
        if (x->lo != y.lo || x->hi != y.hi || x->nonzero != y.nonzero)
            return false;
    }
    return true;
}

bool mergeable(struct engine *e, const struct state *a, const struct state *b,
               struct difference *d)
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
