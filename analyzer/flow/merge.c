// merge.c - when two states at the start of a block become one.
//
// in     two states at the same block
// out    one that stands for both, when they agree (agree.c); what else differs
//        is forgotten
//
// Invariant: the state that stands for both only ever becomes wider.

#include "flow/merge.h"
#include "flow/ties.h"

// A local variable in which the two differ.
static bool note_met(struct engine *e, struct state *a, const struct state *b,
                     uint32_t loc, const struct met *m, struct met *met,
                     unsigned *nmet)
{
    if (e->syms.locs[loc].kind != LOC_LOCAL)
        return false;
    if (*nmet < MET_MOST)
        met[(*nmet)++] = *m;
    return ties_differ(e, a, b, m);
}

static bool merge_stores(struct engine *e, struct state *a,
                         const struct state *b, const struct difference *d)
{
    struct met met[MET_MOST];
    unsigned nmet = 0;
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
        if (nullable_pair(d, x.v, vb) || passed_value(e, a, x.v, b, vb)) {
            joined = x.v.sym ? x.v : vb;
        } else {
            joined = join_values(e, a, b, x.loc, x.v, vb, &changed);
            changed = note_met(e, a, b, x.loc,
                               &(struct met){joined.sym, x.v, vb}, met, &nmet)
                      || changed;
        }
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
    return ties_join(e, a, b, met, nmet) || changed;
}

static bool is_joined_here(const struct engine *e, uint32_t sym)
{
    return e->syms.syms[sym].kind == SYM_JOIN
           && e->syms.syms[sym].site == e->join_at;
}

static bool merge_facts(struct engine *e, struct state *a,
                        const struct state *b)
{
    bool changed = false;

    for (uint32_t i = 0; i < a->nfacts;) {
        struct fact x = a->facts[i];
        struct fact y = fact_of(&e->syms, b, value_sym(x.sym));
        struct fact z = join_facts(x, y);

        // Facts of joined symbols were made by join_values and ties_differ.
        if (is_joined_here(e, x.sym)
            || is_joined_here(e, e->syms.syms[x.sym].x.sym)) {
            i++;
            continue;
        }
        if (knows_nothing(&z)) {
            fact_drop(a, x.sym);
            changed = true;
            continue;
        }
        if (z.lo != x.lo || z.hi != x.hi || z.nonzero != x.nonzero) {
            widen_fact(&z, &x);
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

static bool is_filled(const struct filled *f, uint32_t container, uint32_t item,
                      int64_t place)
{
    for (unsigned i = 0; i < f->n; i++)
        if (f->all[i].container == container && f->all[i].item == item
            && f->all[i].place == place)
            return true;
    return false;
}

static bool merge_filled(struct filled *a, const struct filled *b)
{
    unsigned n = a->n;

    a->n = 0;
    for (unsigned i = 0; i < n; i++)
        if (is_filled(b, a->all[i].container, a->all[i].item, a->all[i].place))
            a->all[a->n++] = a->all[i];
    return a->n != n;
}

// How many places hold an object in s where there is NULL in the other?
static unsigned objects_beyond(struct engine *e, const struct state *s,
                               const struct state *other)
{
    unsigned n = 0;

    for (uint32_t i = 0; i < s->nstore; i++) {
        struct binding b = s->store[i];
        const struct ref *ref = b.v.sym ? ref_find(s, b.v.sym) : NULL;
        struct value v;

        n += ref && !(ref->flags & REF_ESCAPED) && peek(e, other, b.loc, 0, &v)
             && !v.sym && v.num == 0;
    }
    return n;
}

// Of two paths, the one is told on which there is an object, or a call that may
// have failed.
static bool tells_more(struct engine *e, const struct state *a,
                       const struct state *b)
{
    unsigned na = objects_beyond(e, a, b);
    unsigned nb = objects_beyond(e, b, a);

    return na != nb ? nb > na : b->indicator.n > a->indicator.n;
}

static enum merge merge_into(struct engine *e, struct state *a,
                             const struct state *b, const struct difference *d)
{
    bool changed = false;

    if (tells_more(e, a, b))
        a->trail = b->trail;
    // Places first: what they hold after the join is told from the records.
    changed = merge_stores(e, a, b, d) || changed;
    changed = merge_refs(e, a, b, d) || changed;
    changed = merge_facts(e, a, b) || changed;
    changed = merge_errors(a, b) || changed;
    changed = indicator_join(&a->indicator, &b->indicator) || changed;
    changed = merge_asked(&a->asked, &b->asked) || changed;
    changed = merge_filled(&a->filled, &b->filled) || changed;
    a->blind = a->blind && b->blind;
    changed = changed || (b->ran && !a->ran);
    a->ran = a->ran || b->ran;
    // Of two ways to get here, the one that asks for less is told.
    if ((a->oom && !b->oom)
        || (a->misused && !b->misused && a->oom == b->oom)) {
        a->oom = b->oom;
        a->misused = b->misused;
        a->in_order = b->in_order;
        a->trail = b->trail;
    }
    state_sign(a);
    return changed ? MERGE_WIDER : MERGE_SAME;
}

enum merge state_merge(struct engine *e, struct state *a, const struct state *b)
{
    struct difference d = {.na = 0};

    if (signs_apart(a, b) || indicators_apart(&a->indicator, &b->indicator)
        || a->misused != b->misused || !mergeable(e, a, b, &d))
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
    state_sign(a);
    if (mergeable(e, a, c, &d))
        m = merge_into(e, a, c, &d);
    if (m == MERGE_SAME && changed)
        m = MERGE_WIDER;
    state_done(&e->pool, c);
    return m;
}
