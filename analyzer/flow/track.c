// track.c - what happens to one reference: the cases around own.def.
//
// own.def is the theory of a reference whose lender is known. Here stands who
// the lender is, what follows for the objects that depend on it, and where
// the theory has to be silent.

#include "flow/engine.h"

uint32_t api_owner(const struct engine *e, uint32_t loc)
{
    bool described = false;

    for (uint32_t l = loc; l; l = e->syms.locs[l].base) {
        const struct loc *p = &e->syms.locs[l];
        const struct sym *y = &e->syms.syms[p->ref];

        if (p->kind == LOC_FIELD
            && !rules_field(e->u->rules, e->ir->records[p->ref].name,
                            e->ir->records[p->ref].fields[p->field].name))
            return 0; // a field of the project's own
        described = described || p->kind == LOC_FIELD;
        if (p->kind != LOC_DEREF)
            continue;
        if (described)
            return p->ref;
        // An array that a field points to: items of a list.
        return y->kind == SYM_INIT || y->kind == SYM_AFTER
                   ? api_owner(e, y->loc)
                   : 0;
    }
    return 0;
}

bool is_mutable_field(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct field_rule *f;

    if (l->kind != LOC_FIELD || !e->u->counted_record[l->ref])
        return false;
    f = rules_field(e->u->rules, e->ir->records[l->ref].name,
                    e->ir->records[l->ref].fields[l->field].name);
    return f && f->is_mutable;
}

// Is it, or is it reached through, a field that other code can change?
static bool in_mutable_field(const struct engine *e, uint32_t loc)
{
    for (uint32_t l = loc; l; l = e->syms.locs[l].base) {
        const struct loc *p = &e->syms.locs[l];
        const struct sym *y = &e->syms.syms[p->ref];

        if (p->kind == LOC_FIELD)
            return is_mutable_field(e, l);
        if (p->kind == LOC_DEREF
            && (y->kind == SYM_INIT || y->kind == SYM_AFTER))
            return in_mutable_field(e, y->loc);
    }
    return false;
}

// An element of an array that was passed as an argument.
static bool is_argument(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct loc *root = &e->syms.locs[l->root];
    const struct sym *y;

    if (l->kind == LOC_ELEM)
        l = &e->syms.locs[l->base];
    if (l->kind != LOC_DEREF || l != root)
        return false;
    y = &e->syms.syms[root->ref];
    return y->kind == SYM_INIT && e->syms.locs[y->loc].kind == LOC_LOCAL;
}

static struct ref default_ref(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    struct ref r = {.sym = sym};
    const struct loc *root;
    uint32_t owner;

    if (y->kind == SYM_ADDR) {
        const struct loc *l = &e->syms.locs[y->loc];
        const struct global_rule *rule;

        if (l->kind != LOC_GLOBAL) {
            r.flags = REF_ESCAPED; // a local, or a part of something
            return r;
        }
        rule = e->u->globals[l->ref];
        r.lender = LENT_SYSTEM;
        r.flags = rule && rule->immortal ? REF_IMMORTAL : 0;
        return r;
    }
    if (y->kind != SYM_INIT && y->kind != SYM_AFTER) {
        r.flags = REF_ESCAPED;
        return r;
    }
    root = &e->syms.locs[e->syms.locs[y->loc].root];
    r.name = y->loc;
    owner = api_owner(e, y->loc);
    if (owner) {
        r.lender = LENT_ITEM;
        r.owner = owner;
        r.flags = in_mutable_field(e, y->loc) ? REF_MUTABLE : 0;
    } else if (root->kind == LOC_LOCAL && e->syms.locs[y->loc].base) {
        r.flags = REF_ESCAPED; // a member of a struct that came by value
    } else if (root->kind == LOC_LOCAL || (e->role && is_argument(e, y->loc))) {
        r.lender = LENT_PARAM;
    } else if (root->kind == LOC_GLOBAL && e->u->globals[root->ref]) {
        r.lender = LENT_SYSTEM;
        r.flags = e->u->globals[root->ref]->immortal ? REF_IMMORTAL : 0;
    } else {
        r.lender = LENT_FIELD;
        r.owner = y->loc;
    }
    return r;
}

struct ref ref_of(const struct engine *e, const struct state *s, uint32_t sym)
{
    const struct ref *known = ref_find(s, sym);

    return known ? *known : default_ref(e, sym);
}

struct ref *track_new(struct engine *e, struct run *r, uint32_t sym,
                      unsigned flags)
{
    struct ref made = {.sym = sym, .held = 1, .flags = flags | REF_FRESH};

    event_add(e, r->st, EVENT_NEW, sym, engine_site(e, r), 0);
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
        if (shared) {
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

void track_unlend(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref *ref = ref_find(r->st, sym);

    unlend(ref);
    if (own_kind(ref_own(ref)) == OWN_GONE)
        orphan(e, r, sym);
}

static bool is_null_constant(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    return m && m->op == IR_CONST && m->imm == 0;
}

// A store into the items of an object of the API.
static bool stores_item(const struct engine *e, const struct ir_block *b,
                        const struct ir_ins *ins)
{
    const struct ir_ins *m = ins->op == IR_STORE ? ir_maker(b, ins->a) : NULL;

    if (m && m->op == IR_ELEM)
        m = ir_maker(b, m->a);
    if (m && m->op == IR_LOAD)
        m = ir_maker(b, m->a);
    return m && m->op == IR_FIELD
           && rules_field(e->u->rules, e->ir->records[m->ref].name,
                          e->ir->records[m->ref].fields[m->imm].name);
}

// Does the function put items into containers without their old ones being
// released (which it then has to do itself)?
// With null_only: does it put NULL into them, so that an item moves out?
static bool replaces_items(const struct engine *e, bool null_only)
{
    for (uint32_t n = 0; n < e->fn->nblocks; n++) {
        const struct ir_block *b = &e->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct contract *c = ins->op == IR_CALL && ins->ref
                                           ? e->u->contracts[ins->ref]
                                           : NULL;

            if (stores_item(e, b, ins)
                && (!null_only || is_null_constant(b, ins->b)))
                return true;
            for (uint32_t k = 0; c && !c->inferred && k < ins->nargs; k++)
                if (contract_arg(c, (int)k).kind == EFFECT_STEAL
                    && contract_arg(c, (int)k).of > 0 && c->noutcomes == 1
                    && (!null_only || is_null_constant(b, ins->args[k])))
                    return true;
        }
    }
    return false;
}

// The symbol that a fact says is the same as sym; 0 when it says no such thing.
static uint32_t equal_by(const struct engine *e, const struct fact *f,
                         uint32_t sym)
{
    const struct sym *y = &e->syms.syms[f->sym];

    if (y->kind != SYM_EXPR || y->op != IR_EQ || !f->nonzero)
        return 0;
    return y->x.sym == sym ? y->y.sym : y->y.sym == sym ? y->x.sym : 0;
}

// Is there a field that is known to hold this very object?
static bool equals_field(const struct engine *e, const struct state *s,
                         uint32_t sym)
{
    for (uint32_t i = 0; i < s->nfacts; i++) {
        uint32_t same = equal_by(e, &s->facts[i], sym);
        const struct sym *other = &e->syms.syms[same];

        if (same && (other->kind == SYM_INIT || other->kind == SYM_AFTER)
            && loc_is_shared(&e->syms, other->loc))
            return true;
    }
    return false;
}

// Can the two be one container? Where paths met, it has another name.
static bool may_be_same(const struct engine *e, uint32_t x, uint32_t y)
{
    return x == y || e->syms.syms[x].kind == SYM_JOIN
           || e->syms.syms[y].kind == SYM_JOIN;
}

// Some item of a container is increfed: one that is released elsewhere may be
// that one, unless the keys tell them apart.
static void note_held_item(struct engine *e, const struct ref *ref)
{
    struct held_item item = {ref->owner, ref->key.sym != 0};

    if (ref->lender != LENT_ITEM)
        return;
    for (size_t i = 0; i < e->nheld_items; i++)
        if (e->held_items[i].owner == item.owner
            && e->held_items[i].vague == item.vague)
            return;
    arena_push(e->scratch, e->held_items, e->nheld_items, e->held_items_cap,
               item);
}

static bool is_held_item(const struct engine *e, const struct ref *ref)
{
    if (ref->lender != LENT_ITEM)
        return false;
    for (size_t i = 0; i < e->nheld_items; i++)
        if (may_be_same(e, e->held_items[i].owner, ref->owner)
            && (e->held_items[i].vague || ref->key.sym))
            return true;
    return false;
}

uint32_t track_owned_as(const struct engine *e, const struct state *s,
                        uint32_t sym)
{
    const struct ref *ref = ref_find(s, sym);
    uint32_t unknown = 0;

    if (ref && (ref->held > 0 || ref->flags & REF_ESCAPED))
        return sym;
    for (uint32_t i = 0; i < s->nfacts; i++) {
        uint32_t same = equal_by(e, &s->facts[i], sym);
        struct ref other;

        if (!same)
            continue;
        other = ref_of(e, s, same);
        if (other.held > 0)
            return same;
        // Nobody knows whether we own it.
        if (other.flags & REF_ESCAPED
            && ref_of(e, s, sym).lender == LENT_SYSTEM)
            unknown = same;
    }
    return unknown ? unknown : sym;
}

// Is it kept alive by somebody who will still do so when the function ends?
static bool may_pay_later(const struct engine *e, const struct ref *ref)
{
    return ref->lender == LENT_SYSTEM || ref->lender == LENT_ITEM
           || (ref->lender == LENT_PARAM && e->role);
}

// Cases in which an event means something that own.def cannot know, since it
// depends on who lends. True when the event is dealt with.
static bool special(struct engine *e, struct run *r, struct ref *ref,
                    enum own_event event)
{
    bool takes = event == OWN_DECREF || event == OWN_STEAL;
    // What a call of its own handed to it as borrowed is no argument.
    bool free_param = ref->lender == LENT_PARAM && !e->role
                      && e->syms.syms[ref->sym].kind == SYM_INIT;

    if (own_kind(ref_own(ref)) != OWN_BORROWED)
        return false;
    if (ref->flags & REF_IMMORTAL)
        return true;
    // The item is released, and its container gets another one for it.
    if (takes && ref->lender == LENT_ITEM
        && (replaces_items(e, event == OWN_STEAL) || is_held_item(e, ref))) {
        ref->flags |= REF_ESCAPED;
        return true;
    }
    // It may be given away first and increfed afterwards: told at the end if
    // it was not.
    if (event == OWN_STEAL && may_pay_later(e, ref)) {
        ref->debt++;
        ref->taken_at = engine_site(e, r);
        return true;
    }
    if (event == OWN_INCREF && ref->debt > 0 && may_pay_later(e, ref)) {
        ref->debt--;
        return true;
    }
    // The same with what a field lends: the field has its own again.
    if (event == OWN_INCREF && ref->flags & REF_TAKEN
        && default_ref(e, ref->sym).lender == LENT_FIELD) {
        ref->flags &= ~(unsigned)REF_TAKEN;
        ref->lender = LENT_FIELD;
        ref->owner = default_ref(e, ref->sym).owner;
        return true;
    }
    // The memory it was loaded from may well have owned it: then its
    // reference is used up here, and the memory is expected to change. What a
    // dying object lends is its own as well.
    if (takes
        && (ref->lender == LENT_FIELD
            || (ref->lender == LENT_ITEM && e->role
                && e->role->traits & TRAIT_ROLE_DEALLOC))) {
        ref->flags |= REF_TAKEN;
        ref->taken_at = engine_site(e, r);
        ref->lender = event == OWN_DECREF ? LENT_NONE : LENT_GIVEN;
        ref->owner = 0;
        return true;
    }
    // It was found to be what a field holds: then the field's reference is
    // what is released.
    if (takes && ref->lender == LENT_PARAM && equals_field(e, r->st, ref->sym))
        return true;
    // A function nobody describes may consume what it is given: that is then
    // its contract.
    if (takes && free_param) {
        ref->debt++;
        ref->lender = event == OWN_DECREF ? LENT_NONE : LENT_GIVEN;
        ref->owner = 0;
        return true;
    }
    return false;
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
        note_held_item(e, &ref);
    if (!special(e, r, &ref, event)) {
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
    } else if (ref.lender == LENT_ITEM && ref.owner != keeper.sym) {
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

    // What has a name of its own can be named until the end.
    if (e->syms.syms[sym].kind == SYM_ADDR && !r->leaving)
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
    if (rule == RULE_OVERWRITTEN_REFERENCE)
        report(e, r, rule, &told,
               arena_printf(e->results,
                            "'%s' is overwritten while it holds the only "
                            "pointer to a reference that must be released",
                            object_name(e, r->st, &told)));
    else
        report(e, r, rule, &told,
               arena_printf(e->results,
                            told.name || y->kind != SYM_SITE
                                ? "reference to '%s' is never released"
                                : "the reference that %s() gives is never "
                                  "released",
                            object_name(e, r->st, &told)));
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
