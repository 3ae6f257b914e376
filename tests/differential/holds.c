// holds.c - what each variable holds at the point that is being written.
//
// in     the statements so far, by what they did to the variables
// out    variables that can be used, written or given back; what they hold
//        where branches join, and at the start of a loop

#include "generator.h"

const char *const gen_names[VARS] = {"in", "p0", "p1", "p2", "b0", "b1"};

unsigned gen_pick(struct generator *g, unsigned n)
{
    return choose(g->c, n);
}

bool gen_slip(struct generator *g)
{
    if (!g->slips || gen_pick(g, 12) != 1)
        return false;
    g->slips--;
    return true;
}

struct var *gen_var(struct generator *g, int i)
{
    return &g->flow.vars[i];
}

int gen_find(struct generator *g, int first, int last, enum holds holds)
{
    int n = last - first, start = (int)gen_pick(g, (unsigned)n);

    for (int i = 0; i < n; i++) {
        int v = first + (start + i) % n;

        if (gen_var(g, v)->holds == holds)
            return v;
    }
    return -1;
}

bool gen_is_usable(const struct var *v)
{
    return v->holds == HOLDS_OWNED || v->holds == HOLDS_LENT;
}

int gen_find_usable(struct generator *g)
{
    int start = (int)gen_pick(g, VARS);

    while (!gen_is_usable(gen_var(g, start)))
        start = (start + 1) % VARS;
    return start;
}

int gen_find_kind(struct generator *g, enum kind kind, int first)
{
    int start = (int)gen_pick(g, VARS);

    for (int i = 0; i < VARS; i++) {
        int v = (start + i) % VARS;

        if (v >= first && gen_is_usable(gen_var(g, v))
            && gen_var(g, v)->kind == kind)
            return v;
    }
    return -1;
}

void gen_forget_lent(struct generator *g, int v)
{
    for (int i = LENT_TO; i < VARS; i++) {
        struct var *lent = gen_var(g, i);

        if (lent->holds == HOLDS_LENT && lent->lender == v) {
            lent->holds = HOLDS_NOTHING;
            gen_forget_lent(g, i);
        }
    }
}

bool gen_is_held(const struct var *v)
{
    return v->holds == HOLDS_OWNED || v->holds == HOLDS_MAYBE;
}

int gen_find_free(struct generator *g)
{
    int v = gen_find(g, OWNERS, LENT_TO, HOLDS_NULL);

    if (v < 0)
        v = gen_find(g, OWNERS, LENT_TO, HOLDS_NOTHING);
    if (gen_slip(g))
        v = OWNERS + (int)gen_pick(g, LENT_TO - OWNERS);
    if (v >= 0)
        gen_forget_lent(g, v);
    return v;
}

bool gen_is_null_or_owned(const struct var *x, const struct var *y)
{
    return (x->holds == HOLDS_NULL || gen_is_held(x))
           && (y->holds == HOLDS_NULL || gen_is_held(y));
}

static struct var joined(const struct var *x, const struct var *y)
{
    struct var v = *x;

    v.length = x->length < y->length ? x->length : y->length;
    v.may_be_in = x->may_be_in || y->may_be_in;
    if (x->holds == HOLDS_LENT
        && (y->holds != HOLDS_LENT || x->lender != y->lender))
        v.holds = HOLDS_NOTHING;
    else if (x->holds != y->holds)
        v.holds = gen_is_null_or_owned(x, y) ? HOLDS_MAYBE : HOLDS_NOTHING;
    if (x->kind != y->kind) {
        v.kind = KIND_ATOM;
        v.length = 0;
    }
    return v;
}

void gen_join(struct generator *g, const struct flow *other)
{
    for (int v = 0; v < VARS; v++)
        *gen_var(g, v) = joined(gen_var(g, v), &other->vars[v]);
    for (int v = LENT_TO; v < VARS; v++)
        if (gen_var(g, v)->holds == HOLDS_LENT
            && !gen_is_usable(gen_var(g, gen_var(g, v)->lender)))
            gen_set_gone(g, v);
}

void gen_widen(struct generator *g)
{
    for (int v = OWNERS; v < VARS; v++) {
        gen_var(g, v)->length = 0;
        if (v >= LENT_TO)
            gen_var(g, v)->holds = HOLDS_NOTHING;
    }
}
