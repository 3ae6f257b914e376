// lost.c - is the last pointer to a reference gone?
//
// in     a pointer that was overwritten, dropped or has died
// out    a finding when nothing leads to the object any more and a reference to
//        it had to be released

#include "flow/engine.h"

bool leads_to(const struct engine *e, struct value v, uint32_t sym)
{
    const struct sym *y;

    if (v.sym == sym)
        return true;
    if (!v.sym)
        return false;
    y = &e->syms.syms[v.sym];
    if (y->kind == SYM_ADDR)
        return sym && loc_object(&e->syms, y->loc) == sym;
    return y->kind == SYM_EXPR && y->op >= IR_ADD && y->op <= IR_XOR
           && (leads_to(e, y->x, sym) || leads_to(e, y->y, sym));
}

// A hidden local carries a value to where it is needed, and no further.
static bool is_spent(const struct engine *e, const struct run *r, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct ir_block *b = &e->fn->blocks[r->block];

    if (l->kind != LOC_LOCAL || !e->fn->locals[l->ref].is_hidden
        || !e->scalar[l->ref])
        return false;
    for (uint32_t k = 0; k < b->nsucc; k++)
        if (e->live[(size_t)b->succ[k] * e->fn->nlocals + l->ref])
            return false;
    for (uint32_t i = r->at; i < b->nins; i++)
        if (b->ins[i].op == IR_LOCAL && b->ins[i].ref == l->ref)
            return false;
    return true;
}

bool still_reachable(const struct engine *e, const struct run *r, uint32_t sym)
{
    const struct state *s = r->st;
    uint32_t first = e->first_temp[r->block];

    const struct sym *y = &e->syms.syms[sym];

    // What has a name of its own can be named until the end; what an object
    // lends, the same each time, as long as the object can be.
    if (!r->leaving
        && (y->kind == SYM_ADDR
            || (y->kind == SYM_PURE && still_reachable(e, r, y->x.sym))))
        return true;
    for (uint32_t i = 0; i < s->nstore; i++)
        if (leads_to(e, s->store[i].v, sym) && !is_spent(e, r, s->store[i].loc))
            return true;
    if (!r->temps || r->at >= e->fn->blocks[r->block].nins)
        return false;
    for (uint32_t t = 0; t < e->ntemps[r->block]; t++)
        if (e->last_use[first + t] > r->at && leads_to(e, r->temps[t], sym))
            return true;
    return false;
}

// Who drops what a function returns, or overwrites a variable with what a
// function makes of it (x = f(x)), knows more of that function than its name
// says: no convention stands against that.
static bool weakly_lost(const struct engine *e, const struct run *r,
                        const struct ref *ref)
{
    const struct ir_ins *ins = engine_ins(e, engine_site(e, r));
    const struct sym *y;
    struct value v;

    if (!ref->weak)
        return false;
    if (!ref->name)
        return true;
    if (!ins || ins->op != IR_STORE || !r->temps)
        return false;
    v = run_temp(e, r, ins->b);
    y = &e->syms.syms[v.sym];
    return v.sym && y->kind == SYM_SITE && engine_ins(e, y->site)
           && engine_ins(e, y->site)->op == IR_CALL
           && engine_ins(e, y->site)->ref == ref->weak;
}

static const char *lost_text(struct engine *e, const struct run *r,
                             enum rule rule, const struct ref *ref)
{
    const char *name = object_name(e, r->st, ref);
    bool plain = ref->flags & REF_PLAIN;

    if (rule == RULE_OVERWRITTEN_REFERENCE)
        return arena_printf(e->results,
                            "'%s' is overwritten while it holds the only "
                            "pointer to %s",
                            name,
                            plain ? "memory that must be freed"
                                  : "a reference that must be released");
    if (plain)
        return arena_printf(e->results, "the memory of '%s' is never freed",
                            name);
    return arena_printf(e->results,
                        ref->name || e->syms.syms[ref->sym].kind != SYM_SITE
                            ? "reference to '%s' is never released"
                            : "the reference that %s() gives is never released",
                        name);
}

void track_lost(struct engine *e, struct run *r, uint32_t sym, enum rule rule)
{
    const struct ref *ref = ref_find(r->st, sym);
    const struct sym *y = &e->syms.syms[sym];
    enum rule broken;
    struct ref told;

    if (!ref || ref->flags & (REF_ESCAPED | REF_ORPHAN) || ref->held <= 0)
        return;
    // Static storage is never given back, whatever its count says.
    if (y->kind == SYM_ADDR && !e->u->globals[e->syms.locs[y->loc].ref])
        return;
    if (equals_immortal(e, r->st, sym))
        return;
    if (still_reachable(e, r, sym))
        return;
    own_step(ref_own(ref), OWN_DIE, &broken);
    if (broken == RULE_NONE)
        return;
    if (weakly_lost(e, r, ref)) {
        track_escape(e, r, sym);
        return;
    }
    told = *ref;
    report(e, r, rule, &told, lost_text(e, r, rule, &told));
    track_escape(e, r, sym);
}

// A reference that was never stored in a variable is shown where it was made.
void track_dead_temps(struct engine *e, struct run *r)
{
    uint32_t first = e->first_temp[r->block];

    for (uint32_t t = 0; t < e->ntemps[r->block]; t++) {
        struct value v = r->temps[t];
        const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;

        if (!ref || ref->held <= 0 || e->last_use[first + t] > r->at)
            continue;
        r->shown = ref->name ? 0 : made_at(e, r->st, ref->sym);
        track_lost(e, r, ref->sym, RULE_LEAK);
    }
    r->shown = 0;
}
