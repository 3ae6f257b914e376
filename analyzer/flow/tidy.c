// tidy.c - bring a state at the start of a block into comparable form.
//
// in     a state that has arrived at a block
// out    the same without what cannot be met again from there: locals that
//        nobody reads, memory that nothing leads to, facts of values that are
//        gone, records of references with which all is settled
//
// What is left is what is held: everything is reached from the places of the
// function and of its callers, or from a reference that must be released.

#include "flow/merge.h"

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
// became of it, and so does an argument of which that cannot be told. What has
// a name of its own can be met again by it.
static bool is_settled(const struct engine *e, const struct state *s,
                       const struct ref *r)
{
    const struct sym *y = &e->syms.syms[r->sym];
    bool is_variable =
        y->kind == SYM_INIT && e->syms.locs[y->loc].kind == LOC_DEREF;

    if (r->held > 0 || r->debt != 0 || (is_variable && r->flags & REF_ORPHAN)
        || (r->flags & REF_ESCAPED
            && (is_parameter(&e->syms, r->sym) || y->kind == SYM_ADDR)))
        return false;
    return !(r->flags & REF_TAKEN) || (!is_variable && is_replaced(e, s, r));
}

bool is_absent(const struct engine *e, const struct fact *f)
{
    return f->lo == 0 && f->hi == 0 && is_passed(&e->syms, f->sym);
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
