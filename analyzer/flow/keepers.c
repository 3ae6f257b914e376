// keepers.c - who has an object when the function has returned.
//
// in     a state at a return
// out    the places that outlive the function, and what each makes of the
//        reference of what it holds; a finding where one owns what is borrowed
//
// References are counted against the places that survive the call, not
// increfs against decrefs: each place of longer life takes one.

#include "flow/exits.h"

#include <string.h>

bool dies_here(const struct engine *e)
{
    return e->role && e->role->traits & (TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR);
}

bool is_in_itself(const struct engine *e, uint32_t loc, uint32_t sym)
{
    return sym && loc_object(&e->syms, loc) == sym;
}

bool is_found_there(const struct engine *e, const struct binding *b)
{
    const struct sym *y = &e->syms.syms[b->v.sym];

    return b->v.sym && (y->kind == SYM_INIT || y->kind == SYM_AFTER)
           && y->loc == b->loc;
}

bool place_survives(const struct engine *e, const struct state *s,
                    const struct binding *b)
{
    const struct loc *root = &e->syms.locs[e->syms.locs[b->loc].root];
    const struct ref *ref;

    if (!loc_is_shared(&e->syms, b->loc) || root->kind == LOC_STRING
        || api_owner(e, b->loc))
        return false;
    // What was there before is no new place, unless the memory is new: then
    // it was filled by a copy (an object that a call gave was there already).
    if (is_found_there(e, b)
        && !(root->kind == LOC_DEREF && !ref_find(s, root->ref)
             && e->syms.syms[root->ref].kind == SYM_SITE
             && !e->u->counted_pointer[e->syms.syms[root->ref].type]))
        return false;
    if (root->kind != LOC_DEREF)
        return true;
    ref = ref_find(s, root->ref);
    // An object that points to itself does not live by that.
    if (is_in_itself(e, b->loc, b->v.sym))
        return ref && ref->held > 0;
    return !ref || ref->flags & REF_ESCAPED || ref->held > 0
           || ref->lender != LENT_NONE;
}

bool owning_place(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];

    if (l->kind != LOC_FIELD)
        return false;
    if (flow_field_owned(e->u, l->ref, l->field))
        return true;
    e->out->on_unowned = true;
    return false;
}

// Is it where the role of the function has to leave a new reference?
static bool is_role_out(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct loc *target =
        l->kind == LOC_FIELD ? &e->syms.locs[l->base] : l;
    int p = target->kind == LOC_DEREF ? param_of(e, target->ref) : 0;
    const struct effect *f =
        p && e->role && p <= e->role->nargs ? &e->role->args[p - 1] : NULL;

    if (!f || f->kind != EFFECT_OUT || f->out != EFFECT_NEW)
        return false;
    return f->at ? l != target
                       && strcmp(e->ir->records[l->ref].fields[l->field].name,
                                 f->at)
                              == 0
                 : l == target;
}

bool takes_reference(const struct engine *e, uint32_t loc, bool failed)
{
    return owning_place(e, loc) || (!failed && is_role_out(e, loc));
}

bool is_kept(const struct engine *e, const struct state *s, uint32_t sym)
{
    for (uint32_t i = 0; i < s->nstore; i++)
        if (s->store[i].v.sym == sym && place_survives(e, s, &s->store[i]))
            return true;
    return false;
}

int owned_elsewhere(const struct engine *e, const struct state *s, uint32_t sym)
{
    int n = 0;

    for (uint32_t i = 0; i < s->nstore; i++) {
        const struct loc *root =
            &e->syms.locs[e->syms.locs[s->store[i].loc].root];

        if (s->store[i].v.sym == sym && place_survives(e, s, &s->store[i])
            && !is_in_itself(e, s->store[i].loc, sym)
            && (root->kind == LOC_GLOBAL || owning_place(e, s->store[i].loc)))
            n++;
    }
    return n;
}

bool points_in(const struct engine *e, const struct state *s, uint32_t sym)
{
    for (uint32_t i = 0; i < s->nstore; i++)
        if (s->store[i].v.sym != sym && leads_to(e, s->store[i].v, sym)
            && place_survives(e, s, &s->store[i]))
            return true;
    return false;
}

bool owed_to_variable(const struct engine *e, const struct state *s,
                      const struct ref *ref)
{
    const struct binding *b =
        ref->lender == LENT_FIELD ? state_find(s, ref->owner) : NULL;
    const struct loc *l = &e->syms.locs[ref->owner];

    return b && !e->role && ref->held == 1 && b->v.sym == ref->sym
           && l->kind == LOC_DEREF && param_of(e, l->ref);
}

// Where on this path the object was put into that place: 1 + site, or 0.
static uint32_t stored_at(const struct state *s, uint32_t sym, uint32_t loc)
{
    for (const struct event *v = s->trail; v; v = v->older)
        if (v->kind == EVENT_STORED && v->sym == sym && v->aux == loc)
            return v->site + 1;
    return 0;
}

static void stored_unowned(struct engine *e, struct run *r,
                           const struct ref *ref, uint32_t loc)
{
    bool gone = own_kind(ref_own(ref)) == OWN_GONE;

    r->shown = stored_at(r->st, ref->sym, loc);
    if (!r->shown)
        return; // it came there by another way than a store that we saw
    report(e, r, RULE_BORROWED_STORE, ref,
           is_role_out(e, loc)
               ? arena_printf(e->results,
                              "'%s' is stored in '%s', where callers expect a "
                              "new reference, but %s",
                              object_name(e, r->st, ref),
                              place_name(e, r->st, loc),
                              gone ? "its last one is released before the "
                                     "function ends"
                                   : "the reference is borrowed")
           : gone
               ? arena_printf(e->results,
                              "'%s' is stored in '%s', but its last reference "
                              "is released before the function ends",
                              object_name(e, r->st, ref),
                              place_name(e, r->st, loc))
               : arena_printf(e->results,
                              "'%s' is stored in '%s', which is released with "
                              "its object, but the reference is borrowed",
                              object_name(e, r->st, ref),
                              place_name(e, r->st, loc)));
    r->shown = 0;
}

// An object of static storage that a field of another one points to: neither
// ever goes, whoever counts.
static bool keeps_for_good(const struct engine *e, const struct ref *ref,
                           uint32_t loc)
{
    return e->syms.syms[ref->sym].kind == SYM_ADDR && ref->lender == LENT_SYSTEM
           && e->syms.locs[e->syms.locs[loc].root].kind == LOC_GLOBAL;
}

// What was read from a field, and is left to callers as well, is the field's as
// long as that holds it.
static bool still_lent(const struct engine *e, const struct state *s,
                       const struct ref *ref, uint32_t loc)
{
    const struct binding *b = state_find(s, ref->owner);

    return is_role_out(e, loc) && b && b->v.sym == ref->sym;
}

void keepers_settle(struct engine *e, struct run *r, uint32_t sym, bool failed)
{
    struct ref ref = ref_of(e, r->st, sym);
    int held = ref.held;
    uint32_t unowned = 0;

    // Those that own it first: the others may only note it.
    for (uint32_t n = 0; n < 2 * r->st->nstore; n++) {
        const struct binding *b = &r->st->store[n % r->st->nstore];

        if (b->v.sym != sym || !place_survives(e, r->st, b)
            || takes_reference(e, b->loc, failed) != (n < r->st->nstore))
            continue;
        if (held > 0)
            held--;
        else if (is_in_itself(e, b->loc, sym))
            continue;
        else if ((takes_reference(e, b->loc, failed)
                  && !keeps_for_good(e, &ref, b->loc))
                 || (!failed && own_kind(ref_own(&ref)) == OWN_GONE
                     && ref.flags & REF_FRESH
                     && e->syms.locs[b->loc].kind != LOC_DEREF))
            unowned = b->loc;
    }
    // A parameter that a helper stores without taking a reference was given
    // to it for keeping: exit_return makes that its contract.
    if (unowned && !(param_of(e, sym) && !e->role) && !dies_here(e)
        && !(ref.flags & (REF_ESCAPED | REF_IMMORTAL | REF_TAKEN))
        && (ref.lender != LENT_FIELD || still_lent(e, r->st, &ref, unowned))) {
        stored_unowned(e, r, &ref, unowned);
        track_escape(e, r, sym);
        return;
    }
    if (held != ref.held) {
        ref.held = held;
        if (ref.lender == LENT_NONE)
            ref.lender = LENT_KEPT;
        ref_put(&e->pool, r->st, &ref);
    }
}
