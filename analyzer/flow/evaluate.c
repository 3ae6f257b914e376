// evaluate.c - what an operation gives.
//
// in     an operation, the values of its operands, what is known of them
// out    a number where the facts tell; else a symbol, the same for all ways to
//        write the same
//
// Two values that were found to be equal are one in all conditions: each is
// what is known of either.

#include "flow/engine.h"

enum ir_op comparison_opposite(enum ir_op op)
{
    switch (op) {
    case IR_EQ:
        return IR_NE;
    case IR_NE:
        return IR_EQ;
    case IR_LT:
        return IR_GE;
    case IR_LE:
        return IR_GT;
    case IR_GT:
        return IR_LE;
    default:
        return IR_LT;
    }
}

enum ir_op comparison_mirrored(enum ir_op op)
{
    switch (op) {
    case IR_LT:
        return IR_GT;
    case IR_LE:
        return IR_GE;
    case IR_GT:
        return IR_LT;
    case IR_GE:
        return IR_LE;
    default:
        return op;
    }
}

int comparison_of(enum ir_op op, const struct fact *x, const struct fact *y)
{
    bool apart = x->hi < y->lo || y->hi < x->lo
                 || (x->nonzero && y->lo == 0 && y->hi == 0)
                 || (y->nonzero && x->lo == 0 && x->hi == 0);

    bool same = x->lo == x->hi && y->lo == y->hi && x->lo == y->lo;

    switch (op) {
    case IR_EQ:
        return apart ? 0 : same ? 1 : -1;
    case IR_NE:
        return apart ? 1 : same ? 0 : -1;
    case IR_LT:
        return x->hi < y->lo ? 1 : x->lo >= y->hi ? 0 : -1;
    case IR_LE:
        return x->hi <= y->lo ? 1 : x->lo > y->hi ? 0 : -1;
    case IR_GT:
        return x->lo > y->hi ? 1 : x->hi <= y->lo ? 0 : -1;
    case IR_GE:
        return x->lo >= y->hi ? 1 : x->hi < y->lo ? 0 : -1;
    default:
        return -1;
    }
}

// Different named objects have different addresses.
static bool different_objects(const struct engine *e, struct value x,
                              struct value y)
{
    const struct sym *a = &e->syms.syms[x.sym];
    const struct sym *b = &e->syms.syms[y.sym];

    return a->kind == SYM_ADDR && b->kind == SYM_ADDR
           && e->syms.locs[a->loc].kind == LOC_GLOBAL
           && e->syms.locs[b->loc].kind == LOC_GLOBAL && a->loc != b->loc;
}

// An object that only this function knows is none that the API has a name for.
static bool made_and_named(const struct engine *e, const struct state *s,
                           struct value made, struct value named)
{
    const struct ref *r = ref_find(s, made.sym);
    const struct sym *y = &e->syms.syms[named.sym];

    return r && r->flags & REF_MADE && y->kind == SYM_ADDR
           && e->syms.locs[y->loc].kind == LOC_GLOBAL;
}

// Did the path come by an object before another one was made?
static bool came_before(const struct state *s, uint32_t old, uint32_t made)
{
    bool is_made = false;

    for (const struct event *v = s->trail; v; v = v->older) {
        if (v->kind != EVENT_NEW && v->kind != EVENT_BORROWED
            && v->kind != EVENT_CAME)
            continue;
        if (v->sym == old)
            return is_made;
        is_made = is_made || v->sym == made;
    }
    return false;
}

// An object that was made here is not one that was there before: who compares
// the two asks whether it was made. (It may be, of course: a conversion can
// return its argument. But then no two references are told apart by this.)
static bool made_and_old(const struct engine *e, const struct state *s,
                         struct value made, struct value old)
{
    const struct ref *r = ref_find(s, made.sym);
    enum sym_kind k = e->syms.syms[old.sym].kind;

    return r && r->flags & REF_FRESH && r->held > 0
           && (k == SYM_INIT || k == SYM_AFTER
               || (k == SYM_SITE && came_before(s, old.sym, made.sym)));
}

// What has no sign lies below 1 only when it is 0, also where it was a negative
// number before it was converted.
static enum ir_op compare_unsigned(enum ir_op op, struct value *y)
{
    int64_t n = op == IR_LT || op == IR_GE ? 1 : 0;

    if (y->sym || y->num != n || op < IR_LT)
        return op;
    *y = value_int(0);
    return op == IR_LT || op == IR_LE ? IR_EQ : IR_NE;
}

// Are the two the same, given that equation?
static bool same_by(const struct sym *equation, uint32_t a, uint32_t b)
{
    return a == b || (a == equation->x.sym && b == equation->y.sym)
           || (a == equation->y.sym && b == equation->x.sym);
}

// What was found of a condition on values that are the same as these, given an
// equation: -1 unknown.
static int found_by(const struct engine *e, const struct state *s,
                    const struct sym *equation, enum ir_op op, uint32_t x,
                    uint32_t y)
{
    for (uint32_t i = 0; i < s->nfacts; i++) {
        const struct fact *f = &s->facts[i];
        const struct sym *c = &e->syms.syms[f->sym];
        bool other = c->op == comparison_opposite(op)
                     || c->op == comparison_mirrored(comparison_opposite(op));
        bool straight = c->op == op || c->op == comparison_opposite(op);

        if (c->kind != SYM_EXPR || c->op < IR_EQ || c->op > IR_GE
            || (c->op != op && c->op != comparison_mirrored(op) && !other)
            || !(f->nonzero || f->lo == f->hi))
            continue;
        if (same_by(equation, c->x.sym, straight ? x : y)
            && same_by(equation, c->y.sym, straight ? y : x))
            return f->nonzero != other;
    }
    return -1;
}

// What v is when an equation says that it is the same as another value.
static void narrow_by(const struct engine *e, const struct state *s,
                      const struct sym *equation, struct value v,
                      struct fact *f)
{
    struct value same = value_same(v, equation->x)   ? equation->y
                        : value_same(v, equation->y) ? equation->x
                                                     : value_int(0);
    struct fact g = fact_of(&e->syms, s, same);

    if (!same.sym)
        return;
    f->lo = g.lo > f->lo ? g.lo : f->lo;
    f->hi = g.hi < f->hi ? g.hi : f->hi;
    f->nonzero = f->nonzero || g.nonzero;
}

// The same by all equations that were found.
static int by_equations(const struct engine *e, const struct state *s,
                        enum ir_op op, struct value x, struct value y)
{
    struct fact fx = fact_of(&e->syms, s, x);
    struct fact fy = fact_of(&e->syms, s, y);

    for (uint32_t i = 0; i < s->nfacts; i++) {
        const struct fact *f = &s->facts[i];
        const struct sym *c = &e->syms.syms[f->sym];
        int known = -1;

        if (!f->nonzero || c->kind != SYM_EXPR || c->op != IR_EQ || !c->x.sym
            || !c->y.sym)
            continue;
        narrow_by(e, s, c, x, &fx);
        narrow_by(e, s, c, y, &fy);
        if (x.sym && y.sym)
            known = found_by(e, s, c, op, x.sym, y.sym);
        if (known >= 0)
            return known;
    }
    return comparison_of(op, &fx, &fy);
}

static struct value compare_values(struct engine *e, const struct state *s,
                                   enum ir_op op, bool is_unsigned,
                                   struct value x, struct value y)
{
    int known;

    if (value_same(x, y))
        return value_int(op == IR_EQ || op == IR_LE || op == IR_GE);
    // One order for both ways of writing it.
    if (!x.sym || (y.sym && x.sym > y.sym)) {
        struct value z = x;

        x = y;
        y = z;
        op = comparison_mirrored(op);
    }
    if (is_unsigned)
        op = compare_unsigned(op, &y);
    known = by_equations(e, s, op, x, y);
    if (known >= 0)
        return value_int(known);
    if (x.sym && y.sym && (op == IR_EQ || op == IR_NE)
        && (different_objects(e, x, y) || made_and_old(e, s, x, y)
            || made_and_old(e, s, y, x) || made_and_named(e, s, x, y)
            || made_and_named(e, s, y, x)))
        return value_int(op == IR_NE);
    // != is the negation of ==, so that one fact decides both.
    if (op == IR_NE && x.sym && (y.sym || y.num != 0)) {
        struct value eq = value_sym(sym_expr(&e->syms, IR_EQ, x, y));

        return evaluate(e, s, IR_NOT, false, eq, value_int(0));
    }
    return value_sym(sym_expr(&e->syms, op, x, y));
}

struct value evaluate(struct engine *e, const struct state *s, enum ir_op op,
                      bool is_unsigned, struct value x, struct value y)
{
    int64_t n;

    if (!x.sym && op == IR_NEG)
        return value_int((int64_t)(0 - (uint64_t)x.num));
    if (!x.sym && op == IR_COMPL)
        return value_int(~x.num);
    if (op == IR_NOT) {
        int truth = truth_of(e, s, x);

        if (truth >= 0)
            return value_int(!truth);
        return value_sym(sym_expr(&e->syms, IR_NOT, x, value_int(0)));
    }
    if (!x.sym && !y.sym && ir_fold(op, is_unsigned, x.num, y.num, &n))
        return value_int(n);
    if (op >= IR_EQ && op <= IR_GE)
        return compare_values(e, s, op, is_unsigned, x, y);
    return value_sym(sym_expr(&e->syms, op, x, y));
}
