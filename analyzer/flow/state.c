// state.c - see state.h.

#include "flow/state.h"

#include <string.h>

struct state *state_new(struct state_pool *pool)
{
    struct state *s = pool->free;

    if (s) {
        pool->free = s->next;
        s->nstore = s->nfacts = s->nrefs = 0;
        s->error = (struct error_state){0};
        s->indicator = (struct indicator){.known = KNOWN_NOTHING};
        s->ties = NULL;
        s->trail = NULL;
        s->asked = (struct asked){.result = 0};
        s->filled.n = 0;
        s->misused = 0;
        s->oom = s->ran = s->waiting = s->blind = s->in_order = false;
        s->block = 0;
        s->next = NULL;
        return s;
    }
    return arena_new(pool->arena, struct state);
}

void state_done(struct state_pool *pool, struct state *s)
{
    s->next = pool->free;
    pool->free = s;
}

// Room for n elements; capacities are powers of two, so recycled arrays fit.
static void *room(struct state_pool *pool, void *old, uint32_t used, uint32_t n,
                  uint32_t *cap, size_t size)
{
    uint32_t want = *cap ? *cap : 16;
    void *grown;

    if (n <= *cap)
        return old;
    while (want < n)
        want *= 2;
    grown = arena_alloc(pool->arena, want, size);
    if (used)
        memcpy(grown, old, used * size);
    *cap = want;
    return grown;
}

#define ROOM(pool, s, array, count, cap, n)                                    \
    ((s)->array = room((pool), (s)->array, (s)->count, (n), &(s)->cap,         \
                       sizeof(*(s)->array)))

struct state *state_copy(struct state_pool *pool, const struct state *from)
{
    struct state *s = state_new(pool);

    ROOM(pool, s, store, nstore, store_cap, from->nstore);
    ROOM(pool, s, facts, nfacts, facts_cap, from->nfacts);
    ROOM(pool, s, refs, nrefs, refs_cap, from->nrefs);
    s->nstore = from->nstore;
    s->nfacts = from->nfacts;
    s->nrefs = from->nrefs;
    if (s->nstore)
        memcpy(s->store, from->store, s->nstore * sizeof(*s->store));
    if (s->nfacts)
        memcpy(s->facts, from->facts, s->nfacts * sizeof(*s->facts));
    if (s->nrefs)
        memcpy(s->refs, from->refs, s->nrefs * sizeof(*s->refs));
    s->error = from->error;
    s->indicator = from->indicator;
    s->ties = from->ties;
    s->trail = from->trail;
    s->oom = from->oom;
    s->asked = from->asked;
    s->filled = from->filled;
    s->misused = from->misused;
    s->in_order = from->in_order;
    s->ran = from->ran;
    s->blind = from->blind;
    s->block = from->block;
    return s;
}

// The first index whose key is not less; each array begins with its key.
static uint32_t lower(const void *array, uint32_t n, size_t size, uint32_t key)
{
    const unsigned char *base = array;
    uint32_t lo = 0;

    while (lo < n) {
        uint32_t mid = lo + (n - lo) / 2;
        uint32_t k;

        memcpy(&k, base + mid * size, sizeof(k));
        if (k < key)
            lo = mid + 1;
        else
            n = mid;
    }
    return lo;
}

struct binding *state_find(const struct state *s, uint32_t loc)
{
    uint32_t i = lower(s->store, s->nstore, sizeof(*s->store), loc);

    return i < s->nstore && s->store[i].loc == loc ? &s->store[i] : NULL;
}

void state_bind(struct state_pool *pool, struct state *s, uint32_t loc,
                struct value v)
{
    uint32_t i = lower(s->store, s->nstore, sizeof(*s->store), loc);

    if (i == s->nstore || s->store[i].loc != loc) {
        ROOM(pool, s, store, nstore, store_cap, s->nstore + 1);
        memmove(&s->store[i + 1], &s->store[i],
                (s->nstore - i) * sizeof(*s->store));
        s->nstore++;
    }
    s->store[i] = (struct binding){loc, v};
}

void state_unbind(struct state *s, uint32_t loc)
{
    struct binding *b = state_find(s, loc);

    if (!b)
        return;
    s->nstore--;
    memmove(b, b + 1,
            (s->nstore - (uint32_t)(b - s->store)) * sizeof(*s->store));
}

struct fact *fact_find(const struct state *s, uint32_t sym)
{
    uint32_t i = lower(s->facts, s->nfacts, sizeof(*s->facts), sym);

    return i < s->nfacts && s->facts[i].sym == sym ? &s->facts[i] : NULL;
}

static bool is_comparison(uint32_t op)
{
    return op == IR_NOT || (op >= IR_EQ && op <= IR_GE);
}

// What is counted up by a constant grows: nobody means it to wrap around. A
// part of what is large enough is something.
static struct fact fact_of_number(const struct syms *syms,
                                  const struct state *s, uint32_t sym)
{
    const struct sym *y = &syms->syms[sym];
    struct fact f = fact_of(syms, s, y->x);
    int64_t n = y->y.num;

    f.sym = sym;
    if (y->op == IR_DIV) {
        f.lo = f.lo == INT64_MIN ? INT64_MIN : f.lo / n;
        f.hi = f.hi == INT64_MAX ? INT64_MAX : f.hi / n;
    } else {
        f.lo = f.lo == INT64_MIN ? INT64_MIN : f.lo + n;
        f.hi = f.hi > INT64_MAX - n ? INT64_MAX : f.hi + n;
    }
    f.nonzero = f.lo > 0 || f.hi < 0;
    return f;
}

struct fact fact_of(const struct syms *syms, const struct state *s,
                    struct value v)
{
    const struct fact *known;
    const struct sym *y;

    if (!v.sym)
        return (struct fact){.nonzero = v.num != 0, .lo = v.num, .hi = v.num};
    known = fact_find(s, v.sym);
    if (known)
        return *known;
    y = &syms->syms[v.sym];
    if (y->kind == SYM_ADDR || y->kind == SYM_FN)
        return (struct fact){
            .sym = v.sym, .nonzero = true, .lo = INT64_MIN, .hi = INT64_MAX};
    if (y->kind == SYM_EXPR && is_comparison(y->op))
        return (struct fact){.sym = v.sym, .hi = 1};
    if (y->kind == SYM_EXPR && (y->op == IR_ADD || y->op == IR_DIV) && !y->y.sym
        && y->y.num > 0 && y->y.num <= INT32_MAX)
        return fact_of_number(syms, s, v.sym);
    return (struct fact){.sym = v.sym, .lo = INT64_MIN, .hi = INT64_MAX};
}

void fact_put(struct state_pool *pool, struct state *s, const struct fact *f)
{
    uint32_t i = lower(s->facts, s->nfacts, sizeof(*s->facts), f->sym);

    if (i == s->nfacts || s->facts[i].sym != f->sym) {
        ROOM(pool, s, facts, nfacts, facts_cap, s->nfacts + 1);
        memmove(&s->facts[i + 1], &s->facts[i],
                (s->nfacts - i) * sizeof(*s->facts));
        s->nfacts++;
    }
    s->facts[i] = *f;
}

void fact_drop(struct state *s, uint32_t sym)
{
    struct fact *f = fact_find(s, sym);

    if (!f)
        return;
    s->nfacts--;
    memmove(f, f + 1,
            (s->nfacts - (uint32_t)(f - s->facts)) * sizeof(*s->facts));
}

struct ref *ref_find(const struct state *s, uint32_t sym)
{
    uint32_t i = lower(s->refs, s->nrefs, sizeof(*s->refs), sym);

    return i < s->nrefs && s->refs[i].sym == sym ? &s->refs[i] : NULL;
}

struct ref *ref_put(struct state_pool *pool, struct state *s,
                    const struct ref *r)
{
    uint32_t i = lower(s->refs, s->nrefs, sizeof(*s->refs), r->sym);

    if (i == s->nrefs || s->refs[i].sym != r->sym) {
        ROOM(pool, s, refs, nrefs, refs_cap, s->nrefs + 1);
        memmove(&s->refs[i + 1], &s->refs[i],
                (s->nrefs - i) * sizeof(*s->refs));
        s->nrefs++;
    }
    s->refs[i] = *r;
    return &s->refs[i];
}

void ref_drop(struct state *s, uint32_t sym)
{
    struct ref *r = ref_find(s, sym);

    if (!r)
        return;
    s->nrefs--;
    memmove(r, r + 1, (s->nrefs - (uint32_t)(r - s->refs)) * sizeof(*s->refs));
}

void ref_give_up(struct ref *r)
{
    if (!r)
        return;
    r->flags |= REF_ESCAPED;
    r->flags &= ~(unsigned)(REF_NULLABLE | REF_INCREFED);
    r->held = r->debt = 0;
}

static void replace_store(struct syms *syms, struct state_pool *pool,
                          struct state *s, uint32_t from, struct value to)
{
    bool moved = false;

    for (uint32_t i = 0; i < s->nstore; i++) {
        struct binding *b = &s->store[i];
        uint32_t loc = loc_replace(syms, b->loc, from, to);

        b->v = value_replace(syms, b->v, from, to);
        moved = moved || loc != b->loc;
    }
    // Places inside of what the symbol points to have new names: put them
    // where they belong now.
    for (uint32_t i = 0; moved && i < s->nstore;) {
        struct binding b = s->store[i];
        uint32_t loc = loc_replace(syms, b.loc, from, to);

        if (loc == b.loc) {
            i++;
            continue;
        }
        state_unbind(s, b.loc);
        if (state_find(s, loc)) {
            // Two places share a name from here on: what they hold is there,
            // but where, cannot be told.
            ref_give_up(ref_find(s, state_find(s, loc)->v.sym));
            ref_give_up(ref_find(s, b.v.sym));
        }
        state_bind(pool, s, loc, b.v);
        i = 0;
    }
}

static void replace_facts(struct syms *syms, struct state_pool *pool,
                          struct state *s, uint32_t from, struct value to)
{
    for (uint32_t i = 0; i < s->nfacts;) {
        struct fact f = s->facts[i];
        struct value v = value_replace(syms, value_sym(f.sym), from, to);

        if (v.sym == f.sym) {
            i++;
            continue;
        }
        fact_drop(s, f.sym);
        if (v.sym) {
            f.sym = v.sym;
            fact_put(pool, s, &f);
            i = 0;
        }
    }
}

static void replace_refs(struct syms *syms, struct state_pool *pool,
                         struct state *s, uint32_t from, struct value to)
{
    for (uint32_t i = 0; i < s->nrefs;) {
        struct ref r = s->refs[i];
        struct value v = value_replace(syms, value_sym(r.sym), from, to);
        bool by_place = r.lender == LENT_FIELD;

        if (r.owner && by_place)
            r.owner = loc_replace(syms, r.owner, from, to);
        else if (r.owner)
            r.owner = value_replace(syms, value_sym(r.owner), from, to).sym;
        if (r.name)
            r.name = loc_replace(syms, r.name, from, to);
        r.key = value_replace(syms, r.key, from, to);
        r.size = value_replace(syms, r.size, from, to);
        if (v.sym == r.sym) {
            s->refs[i++] = r;
            continue;
        }
        ref_drop(s, r.sym);
        if (v.sym) {
            r.sym = v.sym;
            ref_put(pool, s, &r);
            i = 0;
        }
    }
}

static void replace_pending(struct error_state *e, uint32_t from,
                            struct value to)
{
    for (unsigned i = 0; i < e->n;) {
        if (e->pending[i].sym != from) {
            i++;
        } else if (to.sym) {
            e->pending[i++].sym = to.sym;
        } else {
            e->pending[i] = e->pending[--e->n];
            e->other = true;
        }
    }
}

// The question stands as long as its container and key are known.
static void replace_asked(struct syms *syms, struct asked *a, uint32_t from,
                          struct value to)
{
    if (a->container == from)
        a->container = to.sym;
    if (a->result == from && to.sym)
        a->result = to.sym;
    a->key = value_replace(syms, a->key, from, to);
}

static void replace_filled(struct filled *f, uint32_t from, struct value to)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < f->n; i++) {
        if (f->all[i].container == from)
            f->all[i].container = to.sym;
        if (f->all[i].item == from)
            f->all[i].item = to.sym;
        if (f->all[i].container && f->all[i].item)
            f->all[kept++] = f->all[i];
    }
    f->n = kept;
}

// A tie that was of one symbol is of another; of none, it is gone.
static void replace_tied(struct state_pool *pool, struct state *s,
                         uint32_t from, uint32_t to)
{
    const struct tie *old = s->ties;
    bool is_tied = false;

    for (const struct tie *t = old; t; t = t->next)
        is_tied = is_tied || t->x == from || t->y == from;
    if (!is_tied)
        return;
    s->ties = NULL;
    for (const struct tie *t = old; t; t = t->next) {
        struct tie *kept;

        if (!to && (t->x == from || t->y == from))
            continue;
        kept = arena_new(pool->arena, struct tie);
        *kept = *t;
        kept->x = t->x == from ? to : t->x;
        kept->y = t->y == from ? to : t->y;
        kept->next = s->ties;
        s->ties = kept;
    }
}

void state_untie(struct state_pool *pool, struct state *s, uint32_t sym)
{
    replace_tied(pool, s, sym, 0);
}

void state_replace(struct syms *syms, struct state_pool *pool, struct state *s,
                   uint32_t from, struct value to)
{
    replace_store(syms, pool, s, from, to);
    replace_facts(syms, pool, s, from, to);
    replace_refs(syms, pool, s, from, to);
    replace_pending(&s->error, from, to);
    indicator_replace(&s->indicator, from, to);
    replace_asked(syms, &s->asked, from, to);
    replace_filled(&s->filled, from, to);
    if (to.sym)
        state_untie(pool, s, to.sym);
    replace_tied(pool, s, from, to.sym);
}
