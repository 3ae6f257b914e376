// exits.c - a return, step by step, and what is returned.
//
// in     a state at a return
// out    what the result is to callers; findings on a borrowed one that they
//        take for theirs. The rest is done by others, in an order that counts:
//        keepers.c, describe.c, leaks.c, and those who compare exits.

#include "flow/exits.h"

#include "flow/alike.h"
#include "flow/promise.h"

// The parameter in whose memory (or whose items) something lives.
static int lender_param(const struct engine *e, const struct state *s,
                        const struct ref *ref, int depth)
{
    uint32_t sym = ref->owner;

    if (ref->lender == LENT_PARAM)
        return param_of(e, ref->sym);
    if (ref->lender == LENT_FIELD) {
        sym = loc_object(&e->syms, ref->owner);
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
    struct candidate c;

    if (wants_new(e)) {
        report(e, r, RULE_BORROWED_RETURN, ref,
               arena_printf(e->results,
                            "'%s' is returned, but the reference is borrowed; "
                            "the caller expects a new one",
                            object_name(e, r->st, ref)));
        return;
    }
    // Callers know what they handed over when they get it back; exits that do
    // so in different ways are compared in alike.c.
    if (param_of(e, ref->sym))
        return;
    c = candidate_make(e, r, RULE_BORROWED_RETURN, ref,
                       arena_printf(e->results,
                                    "'%s' is returned as a borrowed reference, "
                                    "while another return of this function "
                                    "gives a new one",
                                    object_name(e, r->st, ref)));
    c.tentative = true;
    // They know None, too: it may mean something else than other objects.
    c.twin = ref->lender == LENT_SYSTEM ? ref->sym : 0;
    candidate_assume(&c);
    candidate_add(e, &c);
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

// Was it read from an array whose owner may have another one by now? Who sees
// to that by hand takes items out by hand.
static bool array_moved(const struct engine *e, const struct state *s,
                        const struct ref *ref)
{
    const struct sym *item = &e->syms.syms[ref->sym];
    const struct loc *root = &e->syms.locs[e->syms.locs[item->loc].root];
    const struct sym *array = &e->syms.syms[root->ref];
    const struct binding *b;

    if (ref->lender != LENT_ITEM || item->kind != SYM_INIT
        || root->kind != LOC_DEREF || array->kind != SYM_INIT)
        return false;
    b = state_find(s, array->loc);
    return b && b->v.sym != root->ref;
}

// The place it was read from in such memory holds something else by now.
static bool moved_out(const struct engine *e, const struct state *s,
                      const struct ref *ref)
{
    const struct binding *b = state_find(s, ref->owner);

    return !e->role
           && (array_moved(e, s, ref)
               || (in_plain_struct(e, ref) && (!b || b->v.sym != ref->sym)));
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
        || (param && !param_counted(e, (uint32_t)param - 1))) {
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
        if (!param)
            arena_push(e->scratch, e->given, e->ngiven, e->given_cap, sym);
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

// The object, or the one that a pointer leads into.
static void escape_whole(struct engine *e, struct run *r, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    uint32_t around = y->kind == SYM_ADDR ? loc_object(&e->syms, y->loc) : 0;

    track_escape(e, r, sym);
    if (around)
        track_escape(e, r, around);
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
    describe_stored(e, r, &x);
    for (uint32_t i = 0; i < r->st->nrefs; i++)
        if (!(r->st->refs[i].flags & REF_ESCAPED))
            keepers_settle(e, r, r->st->refs[i].sym, failed);
    // What places took is no change of the caller's references.
    for (uint32_t p = 0; p < param_count(e); p++) {
        const struct ref *ref = ref_find(r->st, param_sym(e, p));

        if (ref && x.params[p].change > 0)
            x.params[p].change = ref->held - ref->debt;
    }
    // borrowed results whose parameter was never touched have no record, and
    // the places of untracked symbols need no settling.
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];

        if (b.v.sym && !ref_find(r->st, b.v.sym)
            && takes_reference(e, b.loc, failed)
            && (param_of(e, b.v.sym) || e->syms.syms[b.v.sym].kind == SYM_ADDR
                || !owning_place(e, b.loc)))
            keepers_settle(e, r, b.v.sym, failed);
    }
    indicator_exit(r->st, v, &x);
    indicator_return(e, r, v);
    promise_check(e, r, &x, v);
    r->leaving = true;
    leaks_left(e, r);
    why_exit(e, r, &x);
    describe_add(e, &x);
    alike_note(e, r, &x, found);
}
