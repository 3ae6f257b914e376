// ties.c - values that go in pairs.
//
// in     two states that are joined, and the local variables in which they
//        differ; later, a test of one of them
// out    which value of a number, or of another pointer, goes with the NULL
//        of a pointer, and which with an object
//
// A mode and the object that is made in that mode; a flag and what it says of;
// the number of operands and the last of them. Only pairs that tell the two
// ways apart are kept, and few of them. A tie speaks of symbols, which do not
// change: it holds as long as they are met.

#include "flow/ties.h"

enum { TURNS_MOST = 4 };

static bool is_null(const struct fact *f)
{
    return f->lo == 0 && f->hi == 0;
}

static bool is_nonnull(const struct fact *f)
{
    return f->nonzero || f->lo > 0 || f->hi < 0;
}

// Which side of a tie a value of its pointer is on: 0 NULL, 1 not, -1 unknown.
static int side_of(const struct fact *f)
{
    return is_null(f) ? 0 : is_nonnull(f) ? 1 : -1;
}

static bool has_no(const struct tie_side *s, int64_t n)
{
    if (n < s->lo || n > s->hi || (n == 0 && s->nonzero))
        return true;
    for (unsigned i = 0; i < s->nnot; i++)
        if (s->not[i] == n)
            return true;
    return false;
}

static void exclude(struct tie_side *s, int64_t n)
{
    if (s->nnot < TIE_NOT_MOST)
        s->not[s->nnot++] = n;
}

// All that is known of a value in a state; of a symbol, also what it was found
// to differ from.
static struct tie_side known_of(const struct engine *e, const struct state *s,
                                struct value v)
{
    struct fact f = fact_of(&e->syms, s, v);
    struct tie_side side = {
        .any = true, .lo = f.lo, .hi = f.hi, .nonzero = f.nonzero};

    for (uint32_t i = 0; v.sym && i < s->nfacts; i++) {
        const struct sym *y = &e->syms.syms[s->facts[i].sym];

        if (y->kind == SYM_EXPR && y->op == IR_EQ && y->x.sym == v.sym
            && !y->y.sym && is_null(&s->facts[i]))
            exclude(&side, y->y.num);
    }
    return side;
}

static struct tie_side hull(const struct tie_side *a, const struct tie_side *b)
{
    struct tie_side s;

    if (!a->any)
        return *b;
    if (!b->any)
        return *a;
    s = (struct tie_side){.any = true,
                          .lo = a->lo < b->lo ? a->lo : b->lo,
                          .hi = a->hi > b->hi ? a->hi : b->hi,
                          .nonzero = a->nonzero && b->nonzero};
    for (unsigned i = 0; i < a->nnot; i++)
        if (has_no(b, a->not[i]))
            exclude(&s, a->not[i]);
    for (unsigned i = 0; i < b->nnot; i++)
        if (has_no(a, b->not[i]) && !has_no(&s, b->not[i]))
            exclude(&s, b->not[i]);
    return s;
}

// What it is found not to be on both ways, it is not after the join.
bool ties_differ(struct engine *e, struct state *a, const struct state *b,
                 const struct met *m)
{
    struct tie_side in_a = known_of(e, a, m->a);
    struct tie_side in_b;
    struct tie_side both;
    bool changed = false;

    if (in_a.nnot == 0 && m->a.sym == m->sym)
        return false;
    in_b = known_of(e, b, m->b);
    both = hull(&in_a, &in_b);
    for (unsigned i = 0; m->a.sym == m->sym && i < in_a.nnot; i++)
        if (!has_no(&both, in_a.not[i])) {
            fact_drop(a, sym_expr(&e->syms, IR_EQ, value_sym(m->sym),
                                  value_int(in_a.not[i])));
            changed = true;
        }
    for (unsigned i = 0; m->a.sym != m->sym && i < both.nnot; i++)
        fact_put(
            &e->pool, a,
            &(struct fact){.sym = sym_expr(&e->syms, IR_EQ, value_sym(m->sym),
                                           value_int(both.not[i]))});
    return changed;
}

static bool is_apart(const struct tie_side *a, const struct tie_side *b)
{
    return a->any && b->any
           && (a->hi < b->lo || b->hi < a->lo
               || (a->lo == a->hi && has_no(b, a->lo))
               || (b->lo == b->hi && has_no(a, b->lo)));
}

static bool same_side(const struct tie_side *a, const struct tie_side *b)
{
    if (a->any != b->any || a->lo != b->lo || a->hi != b->hi
        || a->nonzero != b->nonzero || a->nnot != b->nnot)
        return false;
    for (unsigned i = 0; i < a->nnot; i++)
        if (a->not[i] != b->not[i])
            return false;
    return true;
}

static const struct tie *find(const struct tie *t, uint32_t x, uint32_t y)
{
    for (; t; t = t->next)
        if (t->x == x && t->y == y)
            return t;
    return NULL;
}

// What goes in a state with the NULL (0) or the object (1) that x may be.
static struct tie_side going_with(const struct engine *e, const struct state *s,
                                  struct value x, struct value y, int side)
{
    struct fact f = fact_of(&e->syms, s, x);
    int is = side_of(&f);
    const struct tie *t = x.sym && y.sym ? find(s->ties, x.sym, y.sym) : NULL;

    if (is >= 0 && is != side)
        return (struct tie_side){.any = false};
    return is < 0 && t ? t->when[side] : known_of(e, s, y);
}

// Is it NULL on one way and an object on the other, or tied to something?
static bool can_be_tied(const struct engine *e, const struct state *a,
                        const struct state *b, const struct met *m)
{
    struct fact fa = fact_of(&e->syms, a, m->a);
    struct fact fb = fact_of(&e->syms, b, m->b);
    int sa = side_of(&fa);
    int sb = side_of(&fb);

    if (sa >= 0 && sb >= 0)
        return sa != sb;
    for (const struct tie *t = sa < 0 ? a->ties : NULL; t; t = t->next)
        if (t->x == m->a.sym)
            return true;
    for (const struct tie *t = sb < 0 ? b->ties : NULL; t; t = t->next)
        if (t->x == m->b.sym)
            return true;
    return false;
}

// Values that are the same on both ways, and tied.
static unsigned add_same(struct met *met, unsigned n, const struct tie *ties)
{
    for (const struct tie *t = ties; t; t = t->next) {
        uint32_t of[] = {t->x, t->y};

        for (unsigned k = 0; k < 2; k++) {
            bool is_there = false;

            for (unsigned i = 0; i < n; i++)
                is_there = is_there || met[i].sym == of[k]
                           || met[i].a.sym == of[k] || met[i].b.sym == of[k];
            if (!is_there && n < MET_MOST)
                met[n++] =
                    (struct met){of[k], value_sym(of[k]), value_sym(of[k])};
        }
    }
    return n;
}

static void tie(struct engine *e, struct state *a, const struct state *b,
                const struct met *x, const struct met *y, struct tie **list,
                unsigned *n)
{
    const struct tie *before = find(a->ties, x->sym, y->sym);
    struct tie t = {.x = x->sym, .y = y->sym};
    struct tie *made;

    for (int side = 0; side < 2; side++) {
        struct tie_side in_a = going_with(e, a, x->a, y->a, side);
        struct tie_side in_b = going_with(e, b, x->b, y->b, side);

        t.when[side] = hull(&in_a, &in_b);
    }
    if (!is_apart(&t.when[0], &t.when[1]) || *n == TIES_MOST)
        return;
    t.turns = before ? before->turns : 0;
    if (before
        && !(same_side(&t.when[0], &before->when[0])
             && same_side(&t.when[1], &before->when[1]))
        && ++t.turns > TURNS_MOST)
        return;
    made = arena_new(e->scratch, struct tie);
    *made = t;
    made->next = *list;
    *list = made;
    (*n)++;
}

bool ties_join(struct engine *e, struct state *a, const struct state *b,
               const struct met *met, unsigned nmet)
{
    struct met all[MET_MOST];
    struct tie *list = NULL;
    bool changed = false;
    unsigned n = 0;

    if (nmet < 2 && !a->ties && !b->ties)
        return false;
    for (unsigned i = 0; i < nmet; i++)
        all[i] = met[i];
    nmet = add_same(all, nmet, a->ties);
    nmet = add_same(all, nmet, b->ties);
    for (unsigned x = 0; x < nmet; x++)
        for (unsigned y = 0; y < nmet && can_be_tied(e, a, b, &all[x]); y++)
            if (y != x)
                tie(e, a, b, &all[x], &all[y], &list, &n);
    for (const struct tie *t = a->ties; t && !changed; t = t->next) {
        const struct tie *now = find(list, t->x, t->y);

        changed = !now || !same_side(&now->when[0], &t->when[0])
                  || !same_side(&now->when[1], &t->when[1]);
    }
    a->ties = list;
    return changed;
}

static bool assume_side(struct engine *e, struct run *r, uint32_t sym,
                        const struct tie_side *s)
{
    struct value v = value_sym(sym);

    if (!assume_range(e, r, v, s->lo, s->hi)
        || (s->nonzero && !assume_nonnull(e, r, v)))
        return false;
    for (unsigned i = 0; i < s->nnot; i++)
        if (!assume(
                e, r,
                value_sym(sym_expr(&e->syms, IR_EQ, v, value_int(s->not[i]))),
                false))
            return false;
    return true;
}

// Can y still be what goes with that side?
static bool can_be(const struct fact *f, const struct tie_side *s)
{
    struct tie_side known = {
        .any = true, .lo = f->lo, .hi = f->hi, .nonzero = f->nonzero};

    return !is_apart(&known, s);
}

// An answer unties: what it says is said once.
bool ties_settle(struct engine *e, struct run *r, const struct tie *ties,
                 uint32_t sym, const struct fact *f)
{
    for (const struct tie *t = ties; t; t = t->next) {
        struct value x = value_sym(t->x);
        int side = t->x == sym ? side_of(f) : -1;
        bool can_be_null;

        if (side >= 0) {
            state_untie(&e->pool, r->st, t->x);
            if (!assume_side(e, r, t->y, &t->when[side]))
                return false;
        }
        if (t->y != sym)
            continue;
        can_be_null = can_be(f, &t->when[0]);
        if (can_be_null && can_be(f, &t->when[1]))
            continue;
        state_untie(&e->pool, r->st, t->x);
        if (can_be_null ? !assume_range(e, r, x, 0, 0)
                        : !assume_nonnull(e, r, x))
            return false;
    }
    return true;
}
