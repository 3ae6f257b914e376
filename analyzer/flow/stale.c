// stale.c - what a container lends, once the container may have changed.
//
// in     calls that run arbitrary code, or that take items out of a container
// out    borrowed references that may be gone, and a finding when one is used
//
// A list lends its items as long as they are in it. Any code may take them out
// if it can reach the list; a tuple keeps them, and what only this function
// can reach, nobody changes. So a call that runs code is remembered by each
// reference that hangs on something mutable and in reach of others, and only a
// use after that is told: worth a look (audit), for whether somebody does it,
// the code shown does not say. An item that the function itself took out is
// another matter (certain).

#include "flow/call.h"

#include <string.h>

enum { DEPTH_MOST = 4 };

// What is not tracked, or will not die with its container.
static const unsigned safe =
    REF_ESCAPED | REF_ANCHORED | REF_SHARED | REF_IMMORTAL;

// Does it hang on another object?
static bool is_item(const struct ref *ref)
{
    return ref->lender == LENT_ITEM || ref->lender == LENT_GIVEN
           || ref->lender == LENT_KEPT;
}

static bool ends_life(const struct engine *e)
{
    return e->role
           && e->role->traits
                  & (TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR | TRAIT_ROLE_TRAVERSE
                     | TRAIT_ROLE_SETUP);
}

// An argument that nobody but the caller can know.
static bool is_private(const struct engine *e, uint32_t sym)
{
    const struct loc *l = &e->syms.locs[e->syms.syms[sym].loc];

    return e->role->traits & TRAIT_PRIVATE_LAST
           && (int)l->ref + 1 == e->role->nargs;
}

// A field of an object. What a plain struct or a variable holds is the business
// of the code here.
static bool in_object(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];

    return l->kind == LOC_FIELD && e->u->counted_record[l->ref];
}

// One that a method changes, or takes items out of.
bool stale_field(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];

    return in_object(e, loc) && e->u->changed[l->ref][l->field];
}

// Can code that is not here get hold of an object? What is not known, counts
// as no. lends: of something that it lends.
static bool in_reach(const struct engine *e, const struct state *s,
                     uint32_t sym, bool lends, int depth)
{
    struct ref ref = ref_of(e, s, sym);

    if (ref.flags & REF_ESCAPED || depth == 0)
        return false;
    switch (ref.lender) {
    case LENT_NONE:
        return ref.held > 0 && ref.flags & (REF_SHARED | REF_EXPOSED);
    case LENT_PARAM:
        return !e->role || lends || !is_private(e, sym);
    case LENT_FIELD:
        return stale_field(e, ref.owner);
    case LENT_ITEM:
        return in_reach(e, s, ref.owner, true, depth - 1);
    case LENT_GIVEN:
    case LENT_KEPT:
        return ref.owner && in_reach(e, s, ref.owner, lends, depth - 1);
    default:
        return false;
    }
}

// The container that may let go of the object (or of what it is an item of);
// 0 when it is safe.
static uint32_t loose_owner(const struct engine *e, const struct state *s,
                            const struct ref *ref, int depth)
{
    struct ref owner;

    if (depth == 0 || !is_item(ref) || ref->flags & safe)
        return 0;
    if (ref->flags & REF_MUTABLE && in_reach(e, s, ref->owner, false, depth))
        return ref->owner;
    owner = ref_of(e, s, ref->owner);
    return owner.held > 0 ? 0 : loose_owner(e, s, &owner, depth - 1);
}

// Was what is released here, at the end of which its code runs, an object's
// field? That can be anything; what was made here, one knows.
static bool releases_any(const struct engine *e, const struct run *r,
                         uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];

    return sym && ref_of(e, r->st, sym).flags & (REF_TAKEN | REF_ORPHAN)
           && (y->kind == SYM_INIT || y->kind == SYM_AFTER)
           && in_object(e, y->loc);
}

// Keys are strings for the most part and numbers ints, and what the end of one
// object runs is little: none of that is worth a look.
static bool runs_code(const struct engine *e, const struct run *r,
                      const struct call *k)
{
    uint64_t little = TRAIT_SELDOM | TRAIT_DROPS_ITEM | TRAIT_DROPS_ALL;

    if (!(k->c->traits & TRAIT_RUNS_CODE) || k->c->traits & little)
        return false;
    for (uint32_t i = 0; i < k->nargs; i++) {
        if (k->effects[i].kind == EFFECT_FREE)
            return false;
        if (k->effects[i].kind == EFFECT_DECREF)
            return releases_any(e, r, k->args[i].sym);
    }
    return true;
}

// Made by the very call that is at hand.
static bool made_here(const struct engine *e, const struct run *r, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];

    return y->kind == SYM_SITE && y->gen == 0 && y->site == engine_site(e, r);
}

// A field of an object that others have as well, which some method writes.
static bool can_change(const struct engine *e, const struct state *s,
                       uint32_t loc)
{
    const struct loc *root = &e->syms.locs[e->syms.locs[loc].root];
    struct ref object;

    if (!stale_field(e, loc) || root->kind != LOC_DEREF)
        return false;
    object = ref_of(e, s, root->ref);
    return !(object.flags & REF_FRESH)
           || object.flags & (REF_SHARED | REF_EXPOSED);
}

// What variables still hold of fields that may hold something else by now.
static void mark_copies(struct engine *e, struct run *r)
{
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];
        const struct sym *y = &e->syms.syms[b.v.sym];
        struct ref ref;

        if (!b.v.sym || e->syms.locs[b.loc].kind != LOC_LOCAL
            || (y->kind != SYM_INIT && y->kind != SYM_AFTER) || !y->type
            || !e->u->counted_pointer[y->type] || !can_change(e, r->st, y->loc))
            continue;
        ref = ref_of(e, r->st, b.v.sym);
        if (ref.lender != LENT_FIELD || ref.owner != y->loc || ref.stale_at
            || ref.flags & safe)
            continue;
        ref.stale_at = engine_site(e, r) + 1;
        ref_put(&e->pool, r->st, &ref);
        event_add(e, r->st, EVENT_RAN, ref.sym, engine_site(e, r), 0);
    }
}

static void mark_stale(struct engine *e, struct run *r)
{
    mark_copies(e, r);
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref *ref = &r->st->refs[i];
        uint32_t owner =
            ref->stale_at ? 0 : loose_owner(e, r->st, ref, DEPTH_MOST);

        if (!owner || made_here(e, r, ref->sym))
            continue;
        ref->stale_at = engine_site(e, r) + 1;
        event_add(e, r->st, EVENT_RAN, ref->sym, engine_site(e, r), owner);
    }
}

struct value stale_key(const struct call *k)
{
    return k->c->traits & TRAIT_MUTABLE ? call_argument(k, 2) : value_int(0);
}

void stale_stored(struct run *r, const struct call *k, uint32_t sym,
                  struct value taker)
{
    struct ref *ref = ref_find(r->st, sym);

    if (!ref || !(k->c->traits & TRAIT_MUTABLE) || ref->owner != taker.sym
        || !is_item(ref))
        return;
    ref->flags |= REF_MUTABLE;
    ref->flags &= ~(unsigned)REF_ANCHORED;
    ref->key = call_argument(k, 2);
}

static bool same_key(const struct engine *e, struct value x, struct value y)
{
    const char *s = call_literal(e, x);
    const char *t = call_literal(e, y);

    return s && t ? strcmp(s, t) == 0 : value_same(x, y);
}

// Key and value that one call gave belong together.
static bool comes_with(const struct engine *e, uint32_t sym, struct value key)
{
    const struct sym *x = &e->syms.syms[sym];
    const struct sym *y = &e->syms.syms[key.sym];

    return key.sym && x->kind == SYM_SITE && y->kind == SYM_SITE
           && x->site == y->site && x->gen == y->gen;
}

static bool is_dropped(const struct engine *e, const struct ref *ref,
                       const struct call *k)
{
    if (!is_item(ref) || !(ref->flags & REF_MUTABLE) || ref->flags & safe
        || ref->owner != call_argument(k, 1).sym)
        return false;
    if (k->c->traits & TRAIT_DROPS_ALL)
        return true;
    for (uint32_t i = 1; i < k->nargs; i++)
        if (k->args[i].sym == ref->sym && k->effects[i].of == 1)
            return false; // it replaces itself
    return k->c->traits & TRAIT_DROPS_ITEM
           && (same_key(e, ref->key, call_argument(k, 2))
               || comes_with(e, ref->sym, call_argument(k, 2)));
}

bool stale_at_stake(const struct engine *e, const struct run *r,
                    const struct call *k)
{
    if (!(k->c->traits & (TRAIT_DROPS_ITEM | TRAIT_DROPS_ALL)))
        return false;
    for (uint32_t i = 0; i < r->st->nrefs; i++)
        if (is_dropped(e, &r->st->refs[i], k))
            return true;
    return false;
}

static void drop_items(struct engine *e, struct run *r, const struct call *k)
{
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref *ref = &r->st->refs[i];

        if (!is_dropped(e, ref, k))
            continue;
        if (ref->held == 0) {
            ref->stale_at = engine_site(e, r) + 1;
            ref->flags |= REF_DROPPED;
        }
        event_add(e, r->st, EVENT_DROPPED, ref->sym, engine_site(e, r),
                  ref->owner);
        track_unlend(e, r, ref->sym);
    }
}

void stale_ask(struct run *r, const struct call *k, struct value result)
{
    struct value container = call_argument(k, 1);

    if (k->c->traits & TRAIT_ASKS_ITEM && container.sym && result.sym)
        r->st->asked = (struct asked){.result = result.sym,
                                      .container = container.sym,
                                      .key = call_argument(k, 2)};
}

bool stale_has(const struct engine *e, const struct run *r,
               const struct call *k)
{
    const struct asked *a = &r->st->asked;

    return a->result && a->yes && k->c->traits & TRAIT_MUTABLE
           && call_argument(k, 1).sym == a->container
           && same_key(e, call_argument(k, 2), a->key);
}

void stale_apply(struct engine *e, struct run *r, const struct call *k,
                 bool failed)
{
    if (!failed && stale_at_stake(e, r, k))
        drop_items(e, r, k);
    if (k->c->traits & (TRAIT_DROPS_ITEM | TRAIT_DROPS_ALL))
        r->st->asked.result = 0;
    if (!runs_code(e, r, k))
        return;
    r->st->asked.result = 0;
    r->st->ran = true;
    why_ran(e, r);
    dangle_ran(e, r, k);
    if (!ends_life(e))
        mark_stale(e, r);
}

// What ran last on this path and may have taken the object out of its owner.
const struct event *stale_since(const struct state *s, const struct ref *ref)
{
    uint32_t sym = ref->sym;

    for (const struct event *v = s->trail; v; v = v->older) {
        if (v->sym != sym)
            continue;
        if (v->kind == EVENT_RENAMED)
            sym = v->aux;
        if ((v->kind == EVENT_RAN || v->kind == EVENT_DROPPED)
            && v->site + 1 == ref->stale_at)
            return v;
    }
    return NULL;
}

void stale_used(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref *known = ref_find(r->st, sym);
    struct candidate c;
    struct ref told;
    uint32_t owner;

    if (!known || !known->stale_at || known->held > 0
        || (!is_item(known) && known->lender != LENT_FIELD)
        || known->flags & safe)
        return;
    told = *known;
    owner = loose_owner(e, r->st, known, DEPTH_MOST);
    known->flags |= REF_ANCHORED; // said once
    if (told.lender != LENT_FIELD && (!owner || !made_at(e, r->st, sym)))
        return;
    // Where paths met, the trail is that of another one.
    if (!stale_since(r->st, &told))
        event_add(e, r->st, EVENT_RAN, sym, told.stale_at - 1, owner);
    name_operand(e, r, &told);
    c = candidate_make(e, r, RULE_STALE_BORROW, &told,
                       stale_text(e, r->st, &told));
    c.finding.tier = TIER_AUDIT;
    candidate_add(e, &c);
}

void stale_renew(struct state *s, uint32_t sym)
{
    struct ref *ref = ref_find(s, sym);

    if (!ref || !ref->stale_at)
        return;
    ref->stale_at = 0;
    if (ref->flags & REF_DROPPED && ref->lender == LENT_NONE)
        ref->lender = LENT_ITEM;
    ref->flags &= ~(unsigned)REF_DROPPED;
}
