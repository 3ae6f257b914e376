// dangle.c - fields that still point to an object when its reference is gone.
//
// in     releases of what a field or a static variable holds, calls that run
// arbitrary code, returns out    a finding when the field was not emptied or
// filled anew before
//
// The count is right, the order is not: whoever looks at the field meanwhile
// finds a dead object there. That may be code at the end of the object itself
// (worth a look: audit), code that another call runs, or, when the function
// returns like that, anybody (both likely: a flag beside the field may say that
// it is not to be used).

#include "flow/call.h"

// Does the place hold what it held when the function began? A place that is not
// bound does, unless something around it was written as a whole.
static bool holds_still(const struct engine *e, const struct state *s,
                        uint32_t loc, uint32_t sym)
{
    const struct binding *b = state_find(s, loc);

    if (b)
        return b->v.sym == sym;
    for (uint32_t l = e->syms.locs[loc].base; l; l = e->syms.locs[l].base)
        if (state_find(s, l))
            return false;
    return true;
}

// The field of an object of longer life whose reference was released, and that
// still points there; 0 when there is none.
static uint32_t dangling(const struct engine *e, const struct state *s,
                         const struct ref *ref)
{
    const struct sym *y = &e->syms.syms[ref->sym];
    const struct loc *l = &e->syms.locs[y->loc];
    const struct loc *root = &e->syms.locs[l->root];
    struct ref object;

    if (!(ref->flags & REF_TAKEN) || ref->flags & REF_ESCAPED
        || ref->lender != LENT_NONE || ref->held != 0 || y->kind != SYM_INIT
        || l->kind != LOC_FIELD || root->kind != LOC_DEREF
        || !e->u->counted_record[l->ref])
        return 0;
    object = ref_of(e, s, root->ref);
    if (!holds_still(e, s, y->loc, ref->sym)
        || object.flags & (REF_ESCAPED | REF_FRESH)
        || own_kind(ref_own(&object)) == OWN_GONE)
        return 0;
    return y->loc;
}

static void tell(struct engine *e, struct run *r, const struct ref *ref,
                 enum tier tier, const char *why)
{
    struct candidate c;
    uint32_t shown = r->shown;

    r->shown = ref->taken_at + 1;
    c = candidate_make(e, r, RULE_DANGLING_FIELD, ref, why);
    candidate_lower(&c, tier);
    candidate_add(e, &c);
    r->shown = shown;
}

// Nobody else has the object any more, or yet.
static bool is_alone(const struct engine *e)
{
    return e->u->ending[e->fn->decl] || e->u->setup[e->fn->decl];
}

// Who makes or initialises an object has shown it to nobody, as a rule.
static bool begins(const struct engine *e)
{
    return e->role && e->role->traits & (TRAIT_ROLE_NEW | TRAIT_ROLE_INIT);
}

// The static variable that is left with an object which only a container keeps
// alive, one that others have: when they take it out, it is gone. 0 when there
// is none.
static uint32_t lent_to(const struct engine *e, const struct state *s,
                        const struct ref *ref)
{
    if (ref->flags & (REF_ESCAPED | REF_IMMORTAL | REF_SHARED)
        || !(ref->flags & REF_FRESH) || ref->held != 0
        || ref->lender != LENT_KEPT || !is_parameter(&e->syms, ref->owner))
        return 0;
    for (uint32_t i = 0; i < s->nstore; i++)
        if (s->store[i].v.sym == ref->sym
            && e->syms.locs[s->store[i].loc].kind == LOC_GLOBAL)
            return s->store[i].loc;
    return 0;
}

static void variable_left(struct engine *e, struct run *r,
                          const struct ref *ref)
{
    uint32_t loc = lent_to(e, r->st, ref);
    struct ref owner;
    struct candidate c;

    if (!loc)
        return;
    owner = ref_of(e, r->st, ref->owner);
    c = candidate_make(
        e, r, RULE_BORROWED_STORE, ref,
        arena_printf(
            e->results,
            "'%s' is released here while '%s' still holds it, and only "
            "'%s' keeps it alive (assuming that it can be taken out)",
            object_name(e, r->st, ref), place_name(e, r->st, loc),
            object_name(e, r->st, &owner)));
    candidate_lower(&c, TIER_LIKELY);
    candidate_add(e, &c);
}

void dangle_released(struct engine *e, struct run *r, uint32_t sym)
{
    const struct ref *ref = ref_find(r->st, sym);
    uint32_t field =
        ref && !begins(e) && !is_alone(e) ? dangling(e, r->st, ref) : 0;

    if (ref)
        variable_left(e, r, ref);
    if (!field)
        return;
    tell(e, r, ref, TIER_AUDIT,
         arena_printf(e->results,
                      "'%s' is released here while the field still holds it: "
                      "code that runs at its end can find it there",
                      place_name(e, r->st, field)));
}

// What the end of another object runs is little.
static bool only_releases(const struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->effects[i].kind == EFFECT_DECREF)
            return true;
    return false;
}

void dangle_ran(struct engine *e, struct run *r, const struct call *k)
{
    if (!e->role || is_alone(e) || only_releases(k))
        return;
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        const struct ref ref = r->st->refs[i];
        uint32_t field = dangling(e, r->st, &ref);

        if (!owning_place(e, field) || ref.taken_at == engine_site(e, r))
            continue;
        tell(e, r, &ref, TIER_LIKELY,
             arena_printf(e->results,
                          "'%s' is released here and still in the field when "
                          "%s%s runs other code (assuming that it finds it)",
                          place_name(e, r->st, field),
                          k->decl ? e->ir->decls[k->decl].name : "a call",
                          k->decl ? "()" : ""));
    }
}

void dangle_left(struct engine *e, struct run *r)
{
    if (!e->role || is_alone(e))
        return;
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        const struct ref ref = r->st->refs[i];
        uint32_t field = dangling(e, r->st, &ref);

        if (owning_place(e, field))
            tell(e, r, &ref, TIER_LIKELY,
                 arena_printf(e->results,
                              "'%s' is released here and still in the field "
                              "when the function returns (assuming that "
                              "nothing else says that the field is empty)",
                              place_name(e, r->st, field)));
    }
}
