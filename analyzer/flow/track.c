// track.c - what happens to one reference, and to those that depend on it.
//
// own.def is the theory of a reference whose lender is known. Here it is
// applied to the records of a path: who the lender is, says whose.c; where its
// being lent makes an event something else, lent.c. What follows for the
// objects that it keeps alive, and where the theory has to be silent, stands
// here.

#include "flow/engine.h"

struct ref *track_new(struct engine *e, struct run *r, uint32_t sym,
                      unsigned flags)
{
    struct ref made = {.sym = sym, .held = 1, .flags = flags | REF_FRESH};

    event_add(e, r->st, EVENT_NEW, sym, engine_site(e, r),
              flags & (REF_PLAIN | REF_LEFT));
    return ref_put(&e->pool, r->st, &made);
}

struct ref *track_borrowed(struct engine *e, struct run *r, uint32_t sym,
                           struct value owner, unsigned flags)
{
    struct ref made = {.sym = sym,
                       .lender = owner.sym ? LENT_ITEM : LENT_SYSTEM,
                       .owner = owner.sym,
                       .flags = flags};

    if (owner.sym) {
        struct ref o = ref_of(e, r->st, owner.sym);

        // What a dead object lends is dead; what we know nothing of, may be.
        if (o.flags & REF_ESCAPED && !(o.flags & REF_INTERIOR))
            made.flags |= flags & REF_INTERIOR ? REF_ESCAPED : 0;
    }
    event_add(e, r->st, EVENT_BORROWED, sym, engine_site(e, r), 0);
    return ref_put(&e->pool, r->st, &made);
}

void track_escape(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref ref = ref_of(e, r->st, sym);

    why_escaped(e, r, sym);
    ref_give_up(&ref);
    ref_put(&e->pool, r->st, &ref);
}

void track_used_up(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref ref = ref_of(e, r->st, sym);

    ref_give_up(&ref);
    ref.debt = 1;
    ref_put(&e->pool, r->st, &ref);
}

void track_joined(struct engine *e, struct run *r, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    uint32_t loc = y->loc;
    const struct loc *l = &e->syms.locs[loc];

    if (y->kind == SYM_JOIN && l->kind == LOC_LOCAL
        && e->fn->locals[l->ref].is_param
        && ref_of(e, r->st, sym).flags & REF_ESCAPED)
        track_used_up(e, r,
                      sym_init(&e->syms, loc, e->fn->locals[l->ref].type));
}

static const char *text_of(struct engine *e, const struct run *r,
                           enum rule rule, const struct ref *ref,
                           enum own_event event)
{
    struct arena *a = e->results;
    const char *name = object_name(e, r->st, ref);

    switch (rule) {
    case RULE_OVER_DECREF:
        return arena_printf(a,
                            "'%s' is released here, but the reference is "
                            "borrowed",
                            name);
    case RULE_DOUBLE_DECREF:
        if (ref->lender == LENT_GIVEN)
            return arena_printf(a,
                                "'%s' is released here, but its reference "
                                "was taken over before",
                                name);
        return arena_printf(a,
                            "'%s' is released here, but it was released "
                            "before",
                            name);
    case RULE_BORROWED_STEAL:
        if (ref->lender == LENT_GIVEN)
            return arena_printf(a,
                                "'%s' is given away here, but its reference "
                                "was given away before",
                                name);
        return arena_printf(a,
                            "'%s' is given to a call that takes the "
                            "reference over, but it is borrowed",
                            name);
    case RULE_USE_AFTER_DECREF:
        if (ref->flags & REF_INTERIOR)
            return arena_printf(a,
                                "'%s' is used after the object that it "
                                "points into was released",
                                name);
        if (ref->flags & REF_PLAIN)
            return arena_printf(a, "'%s' is used after it was freed", name);
        return arena_printf(a,
                            "'%s' is %s after its last reference was "
                            "released",
                            name, event == OWN_GIVE ? "returned" : "used");
    case RULE_STALE_BORROW:
        return stale_text(e, r->st, ref);
    default:
        return name;
    }
}

// Whoever lent it does so no longer.
static void unlend(struct ref *ref)
{
    enum rule rule;

    if (!own_step(ref_own(ref), OWN_UNLEND, &rule).lent)
        ref->lender = LENT_NONE;
}

// The object is gone: what it kept alive, is not kept any more; what was
// stored in its own memory went with it, in a way that its type knows.
static void orphan(struct engine *e, struct run *r, uint32_t owner)
{
    bool shared = ref_of(e, r->st, owner).flags & REF_SHARED_ITEMS;

    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref *ref = &r->st->refs[i];
        bool item = ref->lender == LENT_ITEM || ref->lender == LENT_GIVEN
                    || ref->lender == LENT_KEPT;

        if (!item || ref->owner != owner)
            continue;
        // Somebody else keeps it as well.
        if (shared || (ref->lender == LENT_ITEM && ref->flags & REF_ANCHORED)) {
            ref->lender = LENT_KEPT;
            ref->owner = 0;
            continue;
        }
        unlend(ref);
        event_add(e, r->st, EVENT_LOST, ref->sym, engine_site(e, r), owner);
    }
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        const struct binding *b = &r->st->store[i];

        if (loc_object(&e->syms, b->loc) == owner && b->v.sym) {
            const struct ref *ref = ref_find(r->st, b->v.sym);

            if (ref && ref->held > 0)
                track_escape(e, r, b->v.sym);
        }
    }
}

// An object that is gone was used, and that was told: what it had lent went
// with it, which is nothing new.
static void escape_lent(struct engine *e, struct run *r, uint32_t owner)
{
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        const struct ref *ref = &r->st->refs[i];

        if (ref->owner == owner && own_kind(ref_own(ref)) == OWN_GONE)
            track_escape(e, r, ref->sym);
    }
}

void track_unlend(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref *ref = ref_find(r->st, sym);

    unlend(ref);
    if (own_kind(ref_own(ref)) == OWN_GONE)
        orphan(e, r, sym);
}

static void remember(struct engine *e, struct run *r, uint32_t sym,
                     enum own_event event, struct value taker)
{
    static const enum event_kind kinds[OWN_EVENTS] = {
        [OWN_INCREF] = EVENT_INCREF,
        [OWN_DECREF] = EVENT_DECREF,
        [OWN_STEAL] = EVENT_GIVEN,
    };

    if (event == OWN_INCREF || event == OWN_DECREF || event == OWN_STEAL)
        event_add(e, r->st, kinds[event], sym, engine_site(e, r), taker.sym);
}

// own.def names the rule by kind and event; a reference that was handed over
// and is released on top of that is released twice, and one whose container
// let go of it was never ours.
static enum rule sharpen(enum rule rule, const struct ref *ref)
{
    bool passed_on = ref->lender == LENT_GIVEN || ref->lender == LENT_KEPT;

    if (ref->flags & REF_DROPPED && rule != RULE_NONE)
        return RULE_STALE_BORROW;
    return rule == RULE_OVER_DECREF && passed_on ? RULE_DOUBLE_DECREF : rule;
}

// Whatever became of an object before: what is increfed here can be returned.
static void count_unknown(struct engine *e, struct run *r, struct ref ref,
                          enum own_event event)
{
    unsigned flags = ref.flags;

    if (event == OWN_INCREF)
        ref.flags |= REF_INCREFED;
    else if (event == OWN_DECREF || event == OWN_STEAL)
        ref.flags &= ~(unsigned)REF_INCREFED;
    if (ref.flags != flags)
        ref_put(&e->pool, r->st, &ref);
}

void track_event(struct engine *e, struct run *r, uint32_t sym,
                 enum own_event event, struct value taker)
{
    struct ref ref;
    enum own_kind before;
    enum rule rule = RULE_NONE;
    struct own o;
    bool takes = event == OWN_DECREF || event == OWN_STEAL;

    if (takes)
        sym = track_owned_as(e, r->st, sym);
    ref = ref_of(e, r->st, sym);
    before = own_kind(ref_own(&ref));
    if (takes)
        track_joined(e, r, sym);
    if (ref.flags & REF_ESCAPED) {
        count_unknown(e, r, ref, event);
        if (takes && !(ref.flags & REF_INCREFED) && param_of(e, sym))
            track_used_up(e, r, sym);
        return;
    }
    if (event == OWN_USE || event == OWN_INCREF || event == OWN_STEAL) {
        stale_used(e, r, sym);
        ref = ref_of(e, r->st, sym);
    }
    // A place in an object may hold the counts of another; a text has none.
    if (ref.flags & REF_INTERIOR && event != OWN_USE
        && (event == OWN_INCREF
            || e->u->counted_pointer[e->syms.syms[sym].type]))
        return;
    if (event == OWN_STEAL && ref.held > 0)
        ref.flags |= REF_ANCHORED; // by whoever takes it
    if (event == OWN_INCREF)
        lent_item_held(e, &ref);
    if (!lent_event(e, r, &ref, event)) {
        o = own_step(ref_own(&ref), event, &rule);
        ref.held = o.held;
        // Whoever lent it before still does.
        if (rule == RULE_NONE && event == OWN_STEAL
            && ref.lender == LENT_NONE) {
            ref.lender = LENT_GIVEN;
            ref.owner = taker.sym;
        } else if (!o.lent) {
            ref.lender = LENT_NONE;
        }
    }
    if (rule != RULE_NONE) {
        struct ref told = ref_of(e, r->st, sym);

        name_operand(e, r, &told);
        rule = sharpen(rule, &told);
        report(e, r, rule, &told, text_of(e, r, rule, &told, event));
        track_escape(e, r, sym);
        if (before == OWN_GONE)
            escape_lent(e, r, sym);
        return;
    }
    if (ref.flags & REF_SHARED && own_kind(ref_own(&ref)) == OWN_GONE)
        ref.lender = LENT_KEPT;
    ref_put(&e->pool, r->st, &ref);
    remember(e, r, sym, event, taker);
    if (before != OWN_GONE && own_kind(ref_own(&ref)) == OWN_GONE
        && event != OWN_GIVE)
        orphan(e, r, sym);
}

void track_keep(struct engine *e, struct run *r, uint32_t sym,
                struct value keeper)
{
    struct ref ref = ref_of(e, r->st, sym);

    if (ref.flags & REF_ESCAPED || own_kind(ref_own(&ref)) == OWN_GONE)
        return;
    if (ref.lender == LENT_NONE) {
        ref.lender = LENT_KEPT;
        ref.owner = keeper.sym;
        ref_put(&e->pool, r->st, &ref);
    } else if (ref.lender == LENT_PARAM
               || (ref.lender == LENT_ITEM && ref.owner != keeper.sym)) {
        ref.flags |= REF_ANCHORED;
        ref_put(&e->pool, r->st, &ref);
    }
}

void track_free(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref ref = ref_of(e, r->st, sym);

    if (ref.flags & REF_ESCAPED)
        return;
    if (own_kind(ref_own(&ref)) == OWN_GONE) {
        report(e, r, RULE_DOUBLE_DECREF, &ref,
               text_of(e, r, RULE_DOUBLE_DECREF, &ref, OWN_DECREF));
        track_escape(e, r, sym);
        return;
    }
    // The memory is given back, what it pointed to is not released by that:
    // an object borrowed from it (its type) is still there, and perhaps ours.
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref *item = &r->st->refs[i];

        if (item->owner == sym && item->lender == LENT_ITEM
            && !(item->flags & REF_INTERIOR)) {
            item->lender = LENT_FIELD;
            item->owner = 0;
        }
    }
    ref.held = 0;
    ref.lender = LENT_NONE;
    ref_put(&e->pool, r->st, &ref);
    event_add(e, r->st, EVENT_DECREF, sym, engine_site(e, r), 0);
    orphan(e, r, sym);
}
