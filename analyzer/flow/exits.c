// exits.c - what a return leaves behind, and what that says to callers.
//
// in     a state at a return
// out    findings: references that nothing holds any more, or that are held
//        without being owned; and the function's effect in flow.h's terms
//
// References are counted against the places that survive the call, not
// increfs against decrefs: each place of longer life takes one.

#include "flow/alike.h"
#include "flow/promise.h"

#include <stdlib.h>
#include <string.h>

static bool dies_here(const struct engine *e)
{
    return e->role && e->role->traits & (TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR);
}

int param_of(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct loc *l;

    if (y->kind != SYM_INIT)
        return 0;
    l = &e->syms.locs[y->loc];
    return l->kind == LOC_LOCAL && e->fn->locals[l->ref].is_param
               ? (int)l->ref + 1
               : 0;
}

// The parameter in whose memory (or whose items) something lives.
static int lender_param(const struct engine *e, const struct state *s,
                        const struct ref *ref, int depth)
{
    uint32_t sym = ref->owner;

    if (ref->lender == LENT_PARAM)
        return param_of(e, ref->sym);
    if (ref->lender == LENT_FIELD) {
        const struct loc *root = &e->syms.locs[e->syms.locs[ref->owner].root];

        sym = root->kind == LOC_DEREF ? root->ref : 0;
    } else if (ref->lender != LENT_ITEM) {
        return 0;
    }
    if (!sym || depth == 0)
        return 0;
    if (param_of(e, sym))
        return param_of(e, sym);
    if (!ref_find(s, sym) && e->syms.syms[sym].kind != SYM_INIT)
        return 0;
    {
        struct ref owner = ref_of(e, s, sym);

        return lender_param(e, s, &owner, depth - 1);
    }
}

static bool role_wants_new(const struct engine *e)
{
    if (!e->role)
        return false;
    for (int n = 0; n < e->role->noutcomes; n++)
        if (e->role->outcomes[n].result.kind == EFFECT_NEW)
            return true;
    return false;
}

static bool wants_new(const struct engine *e)
{
    return role_wants_new(e) || promises_new(e->promise);
}

static void returned_borrowed(struct engine *e, struct run *r,
                              const struct ref *ref)
{
    const char *text =
        arena_printf(e->results,
                     "'%s' is returned, but the reference is borrowed; the "
                     "caller expects a new one",
                     object_name(e, r->st, ref));
    struct candidate c;

    if (wants_new(e)) {
        report(e, r, RULE_BORROWED_RETURN, ref, text);
        return;
    }
    c = candidate_make(e, r, RULE_BORROWED_RETURN, ref,
                       arena_printf(e->results,
                                    "'%s' is returned as a borrowed reference, "
                                    "while another return of this function "
                                    "gives a new one",
                                    object_name(e, r->st, ref)));
    c.tentative = true;
    c.param = param_of(e, ref->sym);
    c.finding.tier = TIER_LIKELY;
    candidate_add(e, &c);
}

bool is_in_itself(const struct engine *e, uint32_t loc, uint32_t sym)
{
    const struct loc *root = &e->syms.locs[e->syms.locs[loc].root];

    return root->kind == LOC_DEREF && root->ref == sym;
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
    if (b->v.sym
        && (e->syms.syms[b->v.sym].kind == SYM_INIT
            || e->syms.syms[b->v.sym].kind == SYM_AFTER)
        && e->syms.syms[b->v.sym].loc == b->loc
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

static bool owning_place(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];

    return l->kind == LOC_FIELD && flow_field_owned(e->u, l->ref, l->field);
}

// How many places of longer life own the object: a cache lends what it has.
static int owned_elsewhere(const struct engine *e, const struct state *s,
                           uint32_t sym)
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

// The caller has it now, so that it (and what is stored in it) lives on.
static void pass_on(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref ref = ref_of(e, r->st, sym);

    if (ref.lender == LENT_NONE && ref.held == 0) {
        ref.lender = LENT_GIVEN;
        ref.owner = 0;
        ref_put(&e->pool, r->st, &ref);
    }
}

// Memory that is no object follows no convention: what is in it may move out.
static bool in_plain_struct(const struct engine *e, const struct ref *ref)
{
    const struct loc *l = &e->syms.locs[ref->owner];

    return ref->lender == LENT_FIELD
           && !(l->kind == LOC_FIELD && e->u->counted_record[l->ref]);
}

// The place it was read from in such memory holds something else by now.
static bool moved_out(const struct engine *e, const struct state *s,
                      const struct ref *ref)
{
    const struct binding *b = state_find(s, ref->owner);

    return !e->role && in_plain_struct(e, ref) && (!b || b->v.sym != ref->sym);
}

// Is a borrowed reference what callers are told to expect, or one that they
// handed over themselves?
static bool may_be_borrowed(const struct engine *e, const struct ref *ref,
                            const struct flow_exit *x)
{
    bool taken = x->result == FLOW_ALIAS
                 && promise_takes(e->promise, x, (uint32_t)x->of - 1);

    if (taken || wants_new(e))
        return taken;
    return (e->promise && !e->promise->weak) || in_plain_struct(e, ref);
}

// Was an object that we know nothing of increfed for the caller alone?
static bool is_increfed(const struct engine *e, const struct state *s,
                        const struct ref *ref)
{
    if (!(ref->flags & REF_INCREFED))
        return false;
    for (uint32_t i = 0; i < s->nstore; i++)
        if (s->store[i].v.sym == ref->sym
            && loc_is_shared(&e->syms, s->store[i].loc))
            return false;
    return true;
}

static void return_object(struct engine *e, struct run *r, uint32_t sym,
                          struct flow_exit *x)
{
    struct ref ref = ref_of(e, r->st, sym);
    int param = param_of(e, sym);

    name_object(e, r->st, &ref);
    // Not "nothing is known": a contract, or a path, says that it can be NULL.
    x->maybe_null =
        ref.flags & REF_MAYBE && truth_of(e, r->st, value_sym(sym)) < 0;
    if (ref.flags & (REF_ESCAPED | REF_INTERIOR)
        || (param && !e->u->counted_pointer[e->fn->locals[param - 1].type])) {
        x->result = is_increfed(e, r->st, &ref) ? FLOW_NEW : FLOW_UNKNOWN;
        x->maybe_null = truth_of(e, r->st, value_sym(sym)) < 0;
        return;
    }
    if (!e->role && !param && ref.held > 0
        && owned_elsewhere(e, r->st, sym) >= ref.held) {
        x->result = FLOW_BORROWED;
        return;
    }
    switch (own_kind(ref_own(&ref))) {
    case OWN_OWNED:
        track_event(e, r, sym, OWN_GIVE, value_int(0));
        pass_on(e, r, sym);
        x->result = param ? FLOW_NEW_ALIAS : FLOW_NEW;
        x->of = param;
        x->fresh = ref.flags & REF_MADE;
        x->is_shared =
            ref.lender != LENT_NONE || ref.flags & (REF_SHARED | REF_EXPOSED);
        x->untracked = ref.flags & REF_UNTRACKED;
        e->returns_new = e->returns_new || !param;
        break;
    case OWN_GONE:
        track_event(e, r, sym, OWN_GIVE, value_int(0));
        x->result = FLOW_UNKNOWN;
        break;
    default:
        if (ref.flags & REF_IMMORTAL) {
            x->result = FLOW_NEW;
            break;
        }
        x->result = param ? FLOW_ALIAS : FLOW_BORROWED;
        x->of = param ? param : lender_param(e, r->st, &ref, 4);
        x->passes_null = param && truth_of(e, r->st, value_sym(sym)) < 0;
        if (moved_out(e, r->st, &ref))
            x->result = FLOW_UNKNOWN;
        else if (!may_be_borrowed(e, &ref, x))
            returned_borrowed(e, r, &ref);
    }
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
           gone ? arena_printf(e->results,
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

// The places that keep an object beyond the call, and what they make of it.
static void settle_places(struct engine *e, struct run *r, uint32_t sym,
                          bool failed)
{
    struct ref ref = ref_of(e, r->st, sym);
    int held = ref.held;
    uint32_t unowned = 0;

    // Those that own it first: the others may only note it.
    for (uint32_t n = 0; n < 2 * r->st->nstore; n++) {
        const struct binding *b = &r->st->store[n % r->st->nstore];

        if (b->v.sym != sym || !place_survives(e, r->st, b)
            || owning_place(e, b->loc) != (n < r->st->nstore))
            continue;
        if (held > 0)
            held--;
        else if (is_in_itself(e, b->loc, sym))
            continue;
        else if ((owning_place(e, b->loc) && !keeps_for_good(e, &ref, b->loc))
                 || (!failed && own_kind(ref_own(&ref)) == OWN_GONE
                     && ref.flags & REF_FRESH
                     && e->syms.locs[b->loc].kind != LOC_DEREF))
            unowned = b->loc;
    }
    // A parameter that a helper stores without taking a reference was given
    // to it for keeping: exit_return makes that its contract.
    if (unowned && !(param_of(e, sym) && !e->role) && !dies_here(e)
        && !(ref.flags & (REF_ESCAPED | REF_IMMORTAL | REF_TAKEN))
        && ref.lender != LENT_FIELD) {
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

// What was wrong with a reference that a call took over; told at that call.
static void report_taken(struct engine *e, struct run *r, const struct ref *ref,
                         const char *why)
{
    r->shown = ref->taken_at + 1;
    report(e, r, RULE_BORROWED_STEAL, ref,
           arena_printf(e->results,
                        "'%s' is given to a call that takes the reference "
                        "over, but %s",
                        object_name(e, r->st, ref), why));
    r->shown = 0;
}

// A field's reference was handed over, and the field still holds it.
static void check_taken(struct engine *e, struct run *r)
{
    if (!e->role || dies_here(e))
        return;
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref ref = r->st->refs[i];
        const struct sym *y = &e->syms.syms[ref.sym];
        const struct binding *b;

        if (!(ref.flags & REF_TAKEN) || ref.lender != LENT_GIVEN
            || ref.flags & REF_ESCAPED || y->kind != SYM_INIT)
            continue;
        b = state_find(r->st, y->loc);
        if (!b || b->v.sym != ref.sym || !owning_place(e, y->loc))
            continue;
        report_taken(e, r, &ref, "the field keeps it as well");
    }
}

// A borrowed reference was given away, and not increfed after that.
static void check_debts(struct engine *e, struct run *r)
{
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref ref = r->st->refs[i];

        if (ref.debt == 0 || ref.flags & REF_ESCAPED
            || (param_of(e, ref.sym) && !e->role))
            continue;
        report_taken(e, r, &ref, "it is borrowed");
        track_escape(e, r, ref.sym);
    }
}

// A field's old value was overwritten and nobody released it. A field that is
// NULL again when the function ends is set for its duration only.
static void check_orphans(struct engine *e, struct run *r)
{
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref ref = r->st->refs[i];
        const struct binding *b;

        if (!(ref.flags & REF_ORPHAN) || ref.flags & REF_ESCAPED
            || ref.held <= 0)
            continue;
        b = state_find(r->st, ref.name);
        if (b && (b->v.sym || b->v.num != 0) && e->role) {
            struct candidate c;

            r->shown = ref.taken_at + 1;
            c = candidate_make(
                e, r, RULE_OVERWRITTEN_REFERENCE, &ref,
                arena_printf(e->results,
                             "'%s' may hold a reference already, which is "
                             "overwritten without a release",
                             object_name(e, r->st, &ref)));
            c.finding.tier = TIER_LIKELY;
            if (e->role->traits & TRAIT_ROLE_INIT) {
                // One cause for all fields: it runs on a live object again.
                c.origin = e->nsites;
                c.finding.text = arena_printf(
                    e->results,
                    "%s when the object is initialised a second time",
                    c.finding.text);
            }
            candidate_add(e, &c);
            r->shown = 0;
        }
        track_escape(e, r, ref.sym);
    }
}

// Does memory of longer life hold a pointer into the object? Whether that
// keeps it, only its type knows.
static bool points_in(const struct engine *e, const struct state *s,
                      uint32_t sym)
{
    for (uint32_t i = 0; i < s->nstore; i++)
        if (s->store[i].v.sym != sym && leads_to(e, s->store[i].v, sym)
            && place_survives(e, s, &s->store[i]))
            return true;
    return false;
}

static bool is_element(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    return m && m->op == IR_ELEM;
}

// Does the function move items of an array to other places of it?
static bool moves_items(const struct engine *e)
{
    for (uint32_t n = 0; n < e->fn->nblocks; n++) {
        const struct ir_block *b = &e->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct ir_ins *from =
                ins->op == IR_STORE ? ir_maker(b, ins->b) : NULL;

            if (from && from->op == IR_LOAD && is_element(b, ins->a)
                && is_element(b, from->a))
                return true;
        }
    }
    return false;
}

// Was it read from one of the places of such an array? How many of them hold
// it, cannot be told.
static bool is_moved_item(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct loc *l = &e->syms.locs[y->loc];

    return (y->kind == SYM_INIT || y->kind == SYM_AFTER) && l->kind == LOC_ELEM
           && moves_items(e);
}

// Does the object still stand in the caller's variable that it was read from?
// One more reference to it is then that variable's.
static bool owed_to_variable(const struct engine *e, const struct state *s,
                             const struct ref *ref)
{
    const struct binding *b =
        ref->lender == LENT_FIELD ? state_find(s, ref->owner) : NULL;
    const struct loc *l = &e->syms.locs[ref->owner];

    return b && !e->role && ref->held == 1 && b->v.sym == ref->sym
           && l->kind == LOC_DEREF && param_of(e, l->ref);
}

// Is the temp the address of a pointer to an object?
static bool points_to_objects(const struct engine *e, const struct ir_block *b,
                              uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);
    const struct ir_type *t;

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    t = m && m->type ? &e->ir->types[m->type] : NULL;
    return t && t->kind == IR_TYPE_POINTER && t->target
           && e->u->counted_pointer[t->target];
}

// Does the function copy arrays of objects as plain memory? Then it increfs
// what is in them one by one.
static bool copies_arrays(const struct engine *e)
{
    for (uint32_t n = 0; n < e->fn->nblocks; n++) {
        const struct ir_block *b = &e->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct contract *c = ins->op == IR_CALL && ins->ref
                                           ? e->u->contracts[ins->ref]
                                           : NULL;

            for (uint32_t k = 0; c && k < ins->nargs; k++)
                if (contract_arg(c, (int)k).kind == EFFECT_COPY_FROM
                    && points_to_objects(e, b, ins->args[k]))
                    return true;
        }
    }
    return false;
}

// Something in an array, of which the function makes a copy.
static bool copied_along(const struct engine *e, const struct ref *ref)
{
    enum loc_kind kind = e->syms.locs[ref->owner].kind;

    return ref->lender == LENT_FIELD && (kind == LOC_ELEM || kind == LOC_DEREF)
           && copies_arrays(e);
}

// Memory that a call made for this function: an object that nobody else knows,
// or what a foreign function returned that is none.
static bool is_own_memory(const struct engine *e, const struct state *s,
                          uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct ref *made = ref_find(s, sym);
    const struct ir_ins *call =
        y->kind == SYM_SITE ? engine_ins(e, y->site) : NULL;

    if (made)
        return made->flags & REF_MADE;
    return call && call->op == IR_CALL && call->ref
           && e->ir->decls[call->ref].is_foreign;
}

// What was copied as bare memory is increfed where it is, and not taken out of
// there: the elements of an array, the fields of an object that nothing else
// was stored in.
static bool counts_copies(const struct engine *e, const struct state *s,
                          const struct ref *ref)
{
    const struct loc *l = &e->syms.locs[ref->owner];
    const struct loc *root = &e->syms.locs[l->root];

    if (ref->lender != LENT_FIELD
        || (ref->name && e->syms.locs[ref->name].kind == LOC_LOCAL))
        return false;
    return l->kind == LOC_ELEM || l->kind == LOC_DEREF
           || (root->kind == LOC_DEREF && is_own_memory(e, s, root->ref));
}

static void check_leaks(struct engine *e, struct run *r)
{
    // No variable of the function survives.
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        struct ref ref = r->st->refs[i];

        if (ref.held <= 0 || ref.flags & REF_ESCAPED)
            continue;
        // More references to an argument than before: the caller's, then.
        if (!e->role && param_of(e, ref.sym))
            continue;
        if (points_in(e, r->st, ref.sym) || is_moved_item(e, ref.sym)
            || owed_to_variable(e, r->st, &ref) || copied_along(e, &ref))
            continue;
        name_object(e, r->st, &r->st->refs[i]);
        ref = r->st->refs[i];
        if (counts_copies(e, r->st, &ref))
            continue;
        if (!ref.name && e->syms.syms[ref.sym].kind != SYM_ADDR)
            r->shown = made_at(e, r->st, ref.sym);
        for (uint32_t k = 0; k < r->st->nstore; k++)
            if (r->st->store[k].v.sym == ref.sym)
                r->st->store[k].v = value_int(0);
        track_lost(e, r, ref.sym, RULE_LEAK);
        r->shown = 0;
    }
}

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

// Was something released that an array argument holds beyond its first place?
static bool took_element(const struct engine *e, const struct state *s,
                         uint32_t array)
{
    for (uint32_t i = 0; i < s->nrefs; i++) {
        const struct sym *y = &e->syms.syms[s->refs[i].sym];
        const struct loc *l = &e->syms.locs[y->loc];
        const struct loc *root = &e->syms.locs[l->root];

        if (s->refs[i].flags & REF_TAKEN && y->kind == SYM_INIT
            && l->kind == LOC_ELEM && root->kind == LOC_DEREF
            && root->ref == array)
            return true;
    }
    return false;
}

static void describe_params(struct engine *e, struct run *r, struct value v,
                            struct flow_exit *x)
{
    const struct ir_decl *d = &e->ir->decls[e->fn->decl];

    x->params = arena_array(e->scratch, struct flow_param, d->nparams + 1);
    for (uint32_t p = 0; p < d->nparams && p < e->fn->nlocals; p++) {
        uint32_t sym =
            sym_init(&e->syms, loc_local(&e->syms, p), e->fn->locals[p].type);
        struct ref ref = ref_of(e, r->st, sym);
        bool kept;
        const struct binding *target =
            state_find(r->st, loc_deref(&e->syms, sym));

        if (!e->u->counted_pointer[e->fn->locals[p].type])
            x->params[p].escaped = took_element(e, r->st, sym);
        if (target) {
            uint32_t content = sym_init(&e->syms, target->loc, 0);
            const struct ref *first = ref_find(r->st, content);

            x->params[p].was_null = was_null(r->st, content);
            x->params[p].took =
                first && !(first->flags & REF_ESCAPED)
                && (first->flags & REF_TAKEN
                    || (first->flags & REF_ORPHAN && first->held == 0));
        }
        if (target
            && !(target->v.sym && e->syms.syms[target->v.sym].kind == SYM_INIT
                 && e->syms.syms[target->v.sym].loc == target->loc)) {
            x->params[p].wrote = true;
            x->params[p].out = out_result(e, r->st, target->v);
        } else if (target) {
            const struct ref *first =
                target->v.sym ? ref_find(r->st, target->v.sym) : NULL;

            x->params[p].wrote = first && owed_to_variable(e, r->st, first);
            x->params[p].out = x->params[p].wrote ? FLOW_NEW : FLOW_PLAIN;
        }
        if (!e->u->counted_pointer[e->fn->locals[p].type])
            continue;
        x->params[p].null = was_null(r->st, sym);
        x->params[p].absent = truth_of(e, r->st, value_sym(sym)) == 0;
        x->params[p].change = ref.held - ref.debt;
        x->params[p].escaped = ref.flags & REF_ESCAPED;
        x->params[p].freed =
            ref.debt == 0 && own_kind(ref_own(&ref)) == OWN_GONE;
        x->params[p].released = ref.debt > 0 && ref.lender == LENT_NONE;
        for (uint32_t i = 0; i < r->st->nstore; i++)
            if (r->st->store[i].v.sym == sym
                && place_survives(e, r->st, &r->st->store[i]))
                x->params[p].stored = true;
        x->params[p].in = cycle_holder(e, r->st, sym, v, &kept);
        x->params[p].stored = x->params[p].stored || kept;
    }
}

// After the places have taken theirs, a parameter that is stored without a
// reference of its own was stolen (an owning field) or merely noted.
static void stored_params(struct engine *e, struct run *r, struct flow_exit *x)
{
    const struct ir_decl *d = &e->ir->decls[e->fn->decl];

    for (uint32_t p = 0; p < d->nparams && p < e->fn->nlocals; p++) {
        uint32_t sym =
            sym_init(&e->syms, loc_local(&e->syms, p), e->fn->locals[p].type);
        struct ref ref;
        int places = 0;
        int owning = 0;

        if (!e->u->counted_pointer[e->fn->locals[p].type])
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

static void add_exit(struct engine *e, const struct flow_exit *x)
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

// The object, or the one that a pointer leads into.
static void escape_whole(struct engine *e, struct run *r, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct loc *root = &e->syms.locs[e->syms.locs[y->loc].root];

    track_escape(e, r, sym);
    if (y->kind == SYM_ADDR && root->kind == LOC_DEREF)
        track_escape(e, r, root->ref);
}

// A struct is returned whole: what its members hold goes to the caller.
static void return_struct(struct engine *e, struct run *r, struct value v)
{
    uint32_t object = v.sym ? place_of(e, v) : 0;

    for (uint32_t i = 0; object && i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];

        for (uint32_t l = b.loc; l; l = e->syms.locs[l].base)
            if (l == object && b.v.sym)
                escape_whole(e, r, b.v.sym);
    }
}

static bool is_test(const struct sym *y)
{
    return y->kind == SYM_EXPR
           && (y->op == IR_NOT || (y->op >= IR_EQ && y->op <= IR_GE));
}

// An object behind a handle, or in a tagged number: the caller has it.
static void return_handle(struct engine *e, struct run *r, struct value v)
{
    if (!v.sym || is_test(&e->syms.syms[v.sym]))
        return;
    for (uint32_t i = 0; i < r->st->nrefs; i++)
        if (value_mentions(&e->syms, v, r->st->refs[i].sym))
            track_escape(e, r, r->st->refs[i].sym);
}

// What its failure takes, if this exit is one.
static void describe_failure(const struct engine *e, const struct run *r,
                             struct value v, struct flow_exit *x)
{
    const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;
    const struct sym *y = &e->syms.syms[v.sym];
    bool passed_on = v.sym && y->kind == SYM_SITE && y->slot == 0;

    x->oom = r->st->oom || (ref && ref->flags & REF_OOM)
             || (passed_on && e->needs_oom[y->site]);
    x->misuse = r->st->misused || (ref && ref->flags & REF_MISUSE);
}

static bool returns_no_pointer(const struct engine *e, uint32_t type,
                               struct value v)
{
    return type && e->ir->types[type].kind == IR_TYPE_POINTER && !v.sym
           && v.num == 0;
}

void exit_return(struct engine *e, struct run *r, struct value v, uint32_t type)
{
    struct flow_exit x = {
        .at = e->fn->blocks[r->block].at, .lo = INT64_MIN, .hi = INT64_MAX};
    bool counted = type && e->u->counted_pointer[type];
    struct fact f = fact_of(&e->syms, r->st, v);
    size_t found = e->nfound;
    bool failed;

    if (!type || e->ir->types[type].kind == IR_TYPE_VOID) {
        x.is_void = true;
    } else if (e->ir->types[type].kind == IR_TYPE_RECORD) {
        return_struct(e, r, v);
    } else if (!counted) {
        x.lo = f.lo;
        x.hi = f.hi;
        return_handle(e, r, v);
    } else if (!v.sym) {
        x.result = v.num == 0 ? FLOW_NULL : FLOW_UNKNOWN;
    } else {
        return_object(e, r, track_owned_as(e, r->st, v.sym), &x);
    }
    cycle_left(e, r, v);
    // Who failed leaves things behind that nobody looks at any more.
    failed = x.result == FLOW_NULL || (!x.is_void && !counted && x.hi < 0);
    // What ran before a failure, a caller that goes on has not seen.
    x.ran = r->st->ran && !failed && !returns_no_pointer(e, type, v);
    describe_failure(e, r, v, &x);
    describe_params(e, r, v, &x);
    stored_params(e, r, &x);
    for (uint32_t i = 0; i < r->st->nrefs; i++)
        if (!(r->st->refs[i].flags & REF_ESCAPED))
            settle_places(e, r, r->st->refs[i].sym, failed);
    // What places took is no change of the caller's references.
    for (uint32_t p = 0;
         p < e->ir->decls[e->fn->decl].nparams && p < e->fn->nlocals; p++) {
        uint32_t sym =
            sym_init(&e->syms, loc_local(&e->syms, p), e->fn->locals[p].type);
        const struct ref *ref = ref_find(r->st, sym);

        if (ref && x.params[p].change > 0)
            x.params[p].change = ref->held - ref->debt;
    }
    // borrowed results whose parameter was never touched have no record, and
    // the places of untracked symbols need no settling.
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];

        if (b.v.sym && !ref_find(r->st, b.v.sym)
            && (param_of(e, b.v.sym) || e->syms.syms[b.v.sym].kind == SYM_ADDR)
            && owning_place(e, b.loc))
            settle_places(e, r, b.v.sym, failed);
    }
    indicator_exit(r->st, v, &x);
    indicator_return(e, r, v);
    promise_check(e, r, &x, v);
    r->leaving = true;
    check_taken(e, r);
    dangle_left(e, r);
    check_debts(e, r);
    check_orphans(e, r);
    check_leaks(e, r);
    why_exit(e, r, &x);
    add_exit(e, &x);
    alike_note(e, r, &x, found);
}
