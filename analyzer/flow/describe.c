// describe.c - what a way to end says to callers, in flow.h's terms.
//
// in     a state at a return
// out    what it did to each parameter and to what that points to, and what its
//        failure takes; of exits that say the same, one

#include "flow/exits.h"

#include <string.h>

static enum flow_result out_result(const struct engine *e,
                                   const struct state *s, struct value v)
{
    struct ref ref;

    if (!v.sym)
        return v.num == 0 ? FLOW_NULL : FLOW_PLAIN;
    if (!ref_find(s, v.sym) && e->syms.syms[v.sym].kind != SYM_INIT
        && e->syms.syms[v.sym].kind != SYM_ADDR)
        return FLOW_UNKNOWN;
    ref = ref_of(e, s, v.sym);
    if (ref.flags & REF_ESCAPED)
        return FLOW_UNKNOWN;
    switch (own_kind(ref_own(&ref))) {
    case OWN_OWNED:
        return owned_elsewhere(e, s, v.sym) >= ref.held ? FLOW_BORROWED
                                                        : FLOW_NEW;
    case OWN_BORROWED:
        return FLOW_BORROWED;
    default:
        return FLOW_UNKNOWN;
    }
}

static bool was_null(const struct state *s, uint32_t sym)
{
    for (const struct event *v = s->trail; v; v = v->older)
        if (v->kind == EVENT_NULL && v->sym == sym)
            return true;
    return false;
}

// Does a place hold what it held at the start, as far as this function goes? A
// callee may have written it, or not; so may one of the paths that met.
static bool is_as_it_came(const struct engine *e, const struct state *s,
                          const struct binding *b)
{
    const struct sym *y = &e->syms.syms[b->v.sym];

    return b->v.sym && y->loc == b->loc
           && (y->kind == SYM_INIT || y->kind == SYM_AFTER
               || (y->kind == SYM_JOIN && y->type
                   && e->u->counted_pointer[y->type]
                   && !ref_find(s, b->v.sym)));
}

// Was something released that an array argument holds beyond its first place?
static bool took_element(const struct engine *e, const struct state *s,
                         uint32_t array)
{
    for (uint32_t i = 0; i < s->nrefs; i++) {
        const struct sym *y = &e->syms.syms[s->refs[i].sym];

        if (s->refs[i].flags & REF_TAKEN && y->kind == SYM_INIT
            && e->syms.locs[y->loc].kind == LOC_ELEM
            && loc_object(&e->syms, y->loc) == array)
            return true;
    }
    return false;
}

// Was an object that came as a pointer to anything given away, or kept?
static bool went_away(const struct engine *e, const struct state *s, uint32_t p,
                      uint32_t sym)
{
    const struct ir_type *t =
        &e->ir->types[e->ir->decls[e->fn->decl].params[p].type];
    const struct ref *ref = ref_find(s, sym);

    return t->kind == IR_TYPE_POINTER && t->target
           && e->ir->types[t->target].kind == IR_TYPE_VOID
           && ((ref && ref->flags & REF_ESCAPED) || is_kept(e, s, sym));
}

void describe_params(struct engine *e, struct run *r, struct value v,
                     struct flow_exit *x)
{
    const struct ir_decl *d = &e->ir->decls[e->fn->decl];

    x->params = arena_array(e->scratch, struct flow_param, d->nparams + 1);
    for (uint32_t p = 0; p < param_count(e); p++) {
        uint32_t sym = param_sym(e, p);
        struct ref ref = ref_of(e, r->st, sym);
        bool kept;
        const struct binding *target =
            state_find(r->st, loc_deref(&e->syms, sym));

        if (!param_counted(e, p))
            x->params[p].escaped =
                took_element(e, r->st, sym) || went_away(e, r->st, p, sym);
        if (target) {
            uint32_t content = sym_init(&e->syms, target->loc, 0);
            const struct ref *first = ref_find(r->st, content);

            x->params[p].was_null = truth_of(e, r->st, value_sym(content)) == 0;
            x->params[p].took =
                first && !(first->flags & REF_ESCAPED)
                && (first->flags & REF_TAKEN
                    || (first->flags & REF_ORPHAN && first->held == 0));
        }
        if (target && !is_as_it_came(e, r->st, target)) {
            x->params[p].wrote = true;
            x->params[p].out = out_result(e, r->st, target->v);
        } else if (target) {
            const struct ref *first =
                target->v.sym ? ref_find(r->st, target->v.sym) : NULL;

            x->params[p].wrote = first && owed_to_variable(e, r->st, first);
            x->params[p].out = x->params[p].wrote ? FLOW_NEW : FLOW_PLAIN;
        }
        if (!param_counted(e, p))
            continue;
        x->params[p].null = was_null(r->st, sym);
        x->params[p].absent = truth_of(e, r->st, value_sym(sym)) == 0;
        x->params[p].change = ref.held - ref.debt;
        x->params[p].escaped = ref.flags & REF_ESCAPED;
        x->params[p].freed =
            ref.debt == 0 && own_kind(ref_own(&ref)) == OWN_GONE;
        x->params[p].released = ref.debt > 0 && ref.lender == LENT_NONE;
        x->params[p].in = cycle_holder(e, r->st, sym, v, &kept);
        x->params[p].stored = kept || is_kept(e, r->st, sym);
    }
}

void describe_stored(struct engine *e, struct run *r, struct flow_exit *x)
{
    for (uint32_t p = 0; p < param_count(e); p++) {
        uint32_t sym = param_sym(e, p);
        struct ref ref;
        int places = 0;
        int owning = 0;

        if (!param_counted(e, p))
            continue;
        ref = ref_of(e, r->st, sym);
        for (uint32_t i = 0; i < r->st->nstore; i++) {
            if (r->st->store[i].v.sym != sym
                || !place_survives(e, r->st, &r->st->store[i]))
                continue;
            places++;
            owning += owning_place(e, r->st->store[i].loc);
        }
        if (places <= ref.held)
            continue;
        if (owning > ref.held)
            x->params[p].change = -1;
        else
            x->params[p].escaped = true;
    }
}

void describe_failure(const struct engine *e, const struct run *r,
                      struct value v, struct flow_exit *x)
{
    const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;
    const struct sym *y = &e->syms.syms[v.sym];
    bool passed_on = v.sym && y->kind == SYM_SITE && y->slot == 0;

    x->oom = r->st->oom || (ref && ref->flags & REF_OOM)
             || (passed_on && e->needs_oom[y->site]);
    x->misuse = r->st->misused || (ref && ref->flags & REF_MISUSE);
}

static bool same_exit(const struct engine *e, const struct flow_exit *a,
                      const struct flow_exit *b)
{
    const struct ir_decl *d = &e->ir->decls[e->fn->decl];

    return a->result == b->result && a->of == b->of
           && a->maybe_null == b->maybe_null && a->fresh == b->fresh
           && a->is_shared == b->is_shared && a->passes_null == b->passes_null
           && a->untracked == b->untracked && a->lo == b->lo && a->hi == b->hi
           && a->is_void == b->is_void && a->ran == b->ran && a->oom == b->oom
           && a->misuse == b->misuse && a->error == b->error
           && a->hands_on == b->hands_on && a->error_lo == b->error_lo
           && a->error_hi == b->error_hi
           && memcmp(a->params, b->params, d->nparams * sizeof(*a->params))
                  == 0;
}

void describe_add(struct engine *e, const struct flow_exit *x)
{
    const struct ir_decl *d = &e->ir->decls[e->fn->decl];
    struct flow_exit kept = *x;

    for (size_t i = 0; i < e->out->nexits; i++) {
        if (same_exit(e, &e->out->exits[i], x)) {
            why_alike(e, &e->out->exits[i], x);
            return;
        }
    }
    kept.params = arena_array(e->results, struct flow_param, d->nparams + 1);
    if (d->nparams)
        memcpy(kept.params, x->params, d->nparams * sizeof(*kept.params));
    arena_push(e->results, e->out->exits, e->out->nexits, e->exits_cap, kept);
}
