// memory.c - what places hold: loads, stores, and what callees may write.
//
// A place that was never written in this function holds "what it held at the
// start"; after a call that may have written it, "what it holds since".

#include "flow/engine.h"

enum { DEPTH_MOST = 5 };

uint32_t place_of(struct engine *e, struct value address)
{
    return address.sym ? loc_deref(&e->syms, address.sym) : 0;
}

static const struct loc *root_of(const struct engine *e, uint32_t loc)
{
    return &e->syms.locs[e->syms.locs[loc].root];
}

// Elements at an index that is not a number: one name for many places.
static bool is_vague(const struct engine *e, uint32_t loc)
{
    for (uint32_t l = loc; l; l = e->syms.locs[l].base)
        if (e->syms.locs[l].kind == LOC_ELEM && e->syms.locs[l].index.sym)
            return true;
    return false;
}

static bool is_below(const struct engine *e, uint32_t loc, uint32_t base)
{
    for (uint32_t l = loc; l; l = e->syms.locs[l].base)
        if (l == base)
            return true;
    return false;
}

static bool is_pointer(const struct engine *e, uint32_t type)
{
    return type && e->ir->types[type].kind == IR_TYPE_POINTER;
}

// The type of what a place holds; 0 when it is not known.
uint32_t place_type(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];

    switch (l->kind) {
    case LOC_LOCAL:
        return e->fn->locals[l->ref].type;
    case LOC_GLOBAL:
        return e->ir->globals[l->ref].type;
    case LOC_FIELD:
        return e->ir->records[l->ref].fields[l->field].type;
    default:
        return 0;
    }
}

// What is there if nothing was stored there: zero when all around it was set
// to zero.
static bool inherited(const struct engine *e, const struct state *s,
                      uint32_t loc)
{
    for (uint32_t l = e->syms.locs[loc].base; l; l = e->syms.locs[l].base) {
        const struct binding *b = state_find(s, l);

        if (b)
            return !b->v.sym && b->v.num == 0;
    }
    return false;
}

// Is a place one of those that a vague one stands for: such an element, or the
// same field of such an element?
static bool may_be(const struct engine *e, uint32_t loc, uint32_t vague)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct loc *v = &e->syms.locs[vague];

    if (v->kind == LOC_ELEM)
        return loc == v->base || (l->kind == LOC_ELEM && l->base == v->base);
    return v->kind == LOC_FIELD && l->kind == LOC_FIELD && l->ref == v->ref
           && l->field == v->field && may_be(e, l->base, v->base);
}

// One of the elements is read, and it may be any: from here on it cannot be
// told which of them hold what.
static void lose_elements(struct engine *e, struct run *r, uint32_t loc)
{
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];
        const struct ref *ref = b.v.sym ? ref_find(r->st, b.v.sym) : NULL;

        if (ref && ref->held > 0 && may_be(e, b.loc, loc))
            track_escape(e, r, b.v.sym);
    }
}

static void invalidate_below(struct engine *e, struct run *r, uint32_t root,
                             bool plain_only);

// The address of one of several variables is read: from here on any of them
// may be written by way of it.
static void lose_targets(struct engine *e, struct run *r, uint32_t loc)
{
    uint32_t base = e->syms.locs[loc].base;

    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];
        const struct loc *l = &e->syms.locs[b.loc];
        const struct sym *y = &e->syms.syms[b.v.sym];

        if (b.v.sym && y->kind == SYM_ADDR && l->kind == LOC_ELEM
            && l->base == base)
            invalidate_below(e, r, y->loc, false);
    }
}

// What an object lends dies with it: that needs a record.
static void note_item(struct engine *e, struct run *r, uint32_t sym,
                      bool interior)
{
    struct ref ref = ref_of(e, r->st, sym);

    if (ref.lender != LENT_ITEM || ref_find(r->st, sym))
        return;
    ref.flags |= interior ? REF_INTERIOR : 0;
    ref_put(&e->pool, r->st, &ref);
    if (ref.flags & REF_MUTABLE)
        event_add(e, r->st, EVENT_BORROWED, sym, engine_site(e, r), 0);
}

// Has one of the array's elements been written, so that not all are as they
// were set together?
static bool has_elements(const struct engine *e, const struct state *s,
                         uint32_t loc)
{
    for (uint32_t i = 0; i < s->nstore; i++) {
        const struct loc *l = &e->syms.locs[s->store[i].loc];

        if (l->kind == LOC_ELEM && l->base == e->syms.locs[loc].base)
            return true;
    }
    return false;
}

// Was a function called that was handed the first of these elements, and may
// have written this one? *ret is what the first holds since.
static bool is_written(const struct engine *e, const struct state *s,
                       uint32_t loc, struct value *ret)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct binding *first =
        l->kind == LOC_ELEM && loc_is_shared(&e->syms, loc)
            ? state_find(s, l->base)
            : NULL;
    const struct sym *y = first ? &e->syms.syms[first->v.sym] : NULL;

    if (!y || !first->v.sym
        || !((y->kind == SYM_AFTER && y->loc == l->base)
             || (y->kind == SYM_SITE && y->slot > 0)))
        return false;
    *ret = first->v;
    return true;
}

struct value load(struct engine *e, struct run *r, uint32_t loc, uint32_t type)
{
    const struct binding *b = state_find(r->st, loc);
    const struct loc *root = root_of(e, loc);
    struct value v;

    if (b) {
        if (b->v.sym && loc_is_shared(&e->syms, loc))
            stale_renew(r->st, b->v.sym);
        return b->v;
    }
    if (is_vague(e, loc)) {
        lose_elements(e, r, loc);
        lose_targets(e, r, loc);
    }
    if (root->kind == LOC_STRING)
        return value_sym(run_fresh(e, r, 0, type));
    if (inherited(e, r->st, loc)
        && !(is_vague(e, loc) && has_elements(e, r->st, loc)))
        return value_int(0);
    if (is_written(e, r->st, loc, &v)) {
        v = value_sym(sym_after(&e->syms, e->syms.syms[v.sym].site, loc, type));
        state_bind(&e->pool, r->st, loc, v);
        return v;
    }
    // Walking a long chain of pointers makes no end of names.
    if (e->syms.locs[loc].depth > DEPTH_MOST)
        return value_sym(run_fresh(e, r, 0, type));
    if (root->kind == LOC_LOCAL && !e->fn->locals[root->ref].is_param)
        v = value_sym(run_fresh(e, r, 0, type));
    else
        v = value_sym(sym_init(&e->syms, loc, type));
    state_bind(&e->pool, r->st, loc, v);
    if (is_pointer(e, type)
        && (e->u->counted_pointer[type] || is_mutable_field(e, loc)))
        note_item(e, r, v.sym, !e->u->counted_pointer[type]);
    if (type && e->u->counted_pointer[type] && stale_field(e, loc))
        event_add(e, r->st, EVENT_READ, v.sym, engine_site(e, r), 0);
    return v;
}

// Whichever element is written, what is known of the others may be wrong now.
static void forget_aliases(struct engine *e, struct run *r, uint32_t loc)
{
    uint32_t base = e->syms.locs[loc].base;

    if (inherited(e, r->st, loc))
        state_bind(&e->pool, r->st, base,
                   value_sym(run_fresh(e, r, base + 64, 0)));

    for (uint32_t i = 0; i < r->st->nstore;) {
        const struct binding *b = &r->st->store[i];

        if (b->loc != loc && e->syms.locs[b->loc].kind == LOC_ELEM
            && e->syms.locs[b->loc].base == base
            && (!b->v.sym || !ref_find(r->st, b->v.sym)))
            state_unbind(r->st, b->loc);
        else
            i++;
    }
}

// An owned object goes into one of many places. In memory of longer life it
// is handed over; which of a local array's elements holds it later, we cannot
// follow.
static void store_vague(struct engine *e, struct run *r, uint32_t loc,
                        struct value v)
{
    struct ref ref;

    forget_aliases(e, r, loc);
    if (!v.sym || !ref_find(r->st, v.sym)) {
        state_bind(&e->pool, r->st, loc, v);
        return;
    }
    ref = ref_of(e, r->st, v.sym);
    if (!loc_is_shared(&e->syms, loc)) {
        track_escape(e, r, v.sym);
    } else if (ref.held > 0) {
        ref.held--;
        ref.flags |= REF_ANCHORED;
        if (ref.lender == LENT_NONE) {
            ref.lender = LENT_FIELD;
            ref.owner = loc;
        }
        ref_put(&e->pool, r->st, &ref);
    }
    state_bind(&e->pool, r->st, loc, v);
}

// Memory that this function itself made holds nothing yet, nor, for all that
// is known, does what such memory leads to.
bool is_fresh_memory(const struct engine *e, const struct state *s,
                     uint32_t loc)
{
    const struct loc *root = root_of(e, loc);
    const struct sym *to = &e->syms.syms[root->ref];
    const struct ref *ref;

    if (root->kind != LOC_DEREF)
        return root->kind == LOC_LOCAL;
    ref = ref_find(s, root->ref);
    return (ref && ref->flags & REF_FRESH) || to->kind == SYM_SITE
           || (to->kind == SYM_INIT && root_of(e, to->loc)->kind == LOC_DEREF
               && is_fresh_memory(e, s, to->loc));
}

// Has a helper that was called before this point released what the field held?
static bool released_before(const struct engine *e, const struct run *r,
                            uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    uint32_t here = engine_site(e, r);

    for (uint32_t site = 0; site < here; site++) {
        const struct ir_ins *ins = engine_ins(e, site);

        if (ins && ins->op == IR_CALL && ins->ref
            && flow_releases(e->u, ins->ref, l->ref, l->field))
            return true;
    }
    return false;
}

// A place of longer life gets a new value: what becomes of the reference it
// may have owned?
static void overwrite_shared(struct engine *e, struct run *r, uint32_t loc,
                             uint32_t type)
{
    const struct binding *b = state_find(r->st, loc);
    bool was_read = b != NULL;
    struct value old;
    struct ref ref;

    if (!type || !e->u->counted_pointer[type] || is_fresh_memory(e, r->st, loc))
        return;
    if (!was_read && inherited(e, r->st, loc))
        return;
    old = was_read ? b->v : value_sym(sym_init(&e->syms, loc, type));
    if (!old.sym || truth_of(e, r->st, old) == 0)
        return;
    ref = ref_of(e, r->st, old.sym);
    if (ref.flags & REF_TAKEN) {
        // Released or given away before: now the place has let go as well.
        ref.flags &= ~(unsigned)REF_TAKEN;
        if (e->syms.locs[loc].kind == LOC_DEREF)
            ref.flags |= REF_ORPHAN; // for the contract: it was consumed
        ref_put(&e->pool, r->st, &ref);
        return;
    }
    if (ref.lender != LENT_FIELD || ref.owner != loc)
        return;
    if (!e->role && e->syms.locs[loc].kind == LOC_DEREF) {
        // A variable of the caller: what it held is in our hands now.
        ref.held++;
        ref.lender = LENT_NONE;
        ref.flags |= REF_ORPHAN;
        ref.name = loc;
        ref_put(&e->pool, r->st, &ref);
        return;
    }
    if (!owning_place(e, loc) || !e->role || e->role->traits & TRAIT_ROLE_SETUP
        || e->syms.syms[root_of(e, loc)->ref].kind != SYM_INIT
        || (was_read && e->syms.syms[old.sym].kind != SYM_INIT)
        || released_before(e, r, loc)) {
        // Whether the place owned it, nobody says: silent from here on.
        track_escape(e, r, old.sym);
        return;
    }
    // Told at the end, if the place is still in use then (leaks.c).
    ref.held++;
    ref.lender = LENT_NONE;
    ref.name = loc;
    ref.flags |= REF_ORPHAN;
    ref.taken_at = engine_site(e, r);
    ref_put(&e->pool, r->st, &ref);
}

// A place that the user did not write.
static bool is_hidden(const struct engine *e, uint32_t loc)
{
    const struct loc *root = root_of(e, loc);

    return root->kind == LOC_LOCAL && e->fn->locals[root->ref].is_hidden;
}

// An object of the API may own what that field of it holds, or not.
static bool only_borrows(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct field_rule *f = NULL;

    if (l->kind == LOC_FIELD)
        f = rules_field(e->u->rules, e->ir->records[l->ref].name,
                        e->ir->records[l->ref].fields[l->field].name);
    return f && !f->owned;
}

void store(struct engine *e, struct run *r, uint32_t loc, struct value v,
           uint32_t type)
{
    const struct binding *b = state_find(r->st, loc);
    struct value old = b ? b->v : value_int(0);
    bool shared = loc_is_shared(&e->syms, loc);
    struct ref *ref;

    if (!type)
        type = place_type(e, loc);
    if (v.sym && shared)
        track_joined(e, r, v.sym);
    if (v.sym && shared && e->u->counted_pointer[type] && api_owner(e, loc)) {
        // An item of an object of the API takes the reference over. That of
        // the object itself it takes only when there is one to spare.
        if (is_in_itself(e, loc, v.sym) && ref_of(e, r->st, v.sym).held <= 1)
            ;
        else if (b && is_found_there(e, &(struct binding){loc, v}))
            lent_out_again(e, r, old.sym); // it is back at its place
        else if (only_borrows(e, loc)
                 || is_set_for_a_while(e, r, loc, v.sym, type))
            track_escape(e, r, v.sym);
        else
            track_event(e, r, v.sym, OWN_STEAL, value_sym(api_owner(e, loc)));
        state_bind(&e->pool, r->st, loc, v);
        return;
    }
    if (is_vague(e, loc)) {
        if (shared)
            overwrite_shared(e, r, loc, type);
        store_vague(e, r, loc, v);
        return;
    }
    if (shared) {
        overwrite_shared(e, r, loc, type);
        if (!b && is_pointer(e, type) && e->u->counted_pointer[type])
            old = value_sym(sym_init(&e->syms, loc, type));
    }
    state_bind(&e->pool, r->st, loc, v);
    ref = v.sym ? ref_find(r->st, v.sym) : NULL;
    if (ref && shared)
        ref->flags &= ~(unsigned)REF_INCREFED; // that may be for the place
    if (ref && !(ref->flags & REF_ESCAPED) && !is_hidden(e, loc)) {
        // A variable's name tells a reader more than a second place does.
        if (!ref->name || !shared)
            ref->name = loc;
    }
    if (v.sym && shared && type && e->u->counted_pointer[type])
        event_add(e, r->st, EVENT_STORED, v.sym, engine_site(e, r), loc);
    if (old.sym && !value_same(old, v))
        track_lost(e, r, old.sym, RULE_OVERWRITTEN_REFERENCE);
}

void forget_object(struct engine *e, struct run *r, uint32_t loc)
{
    for (uint32_t i = 0; i < r->st->nstore;) {
        struct binding b = r->st->store[i];

        if (!is_below(e, b.loc, loc)) {
            i++;
            continue;
        }
        state_unbind(r->st, b.loc);
        if (b.v.sym)
            track_lost(e, r, b.v.sym, RULE_OVERWRITTEN_REFERENCE);
        i = 0;
    }
}

void zero_object(struct engine *e, struct run *r, uint32_t loc)
{
    forget_object(e, r, loc);
    if (!is_vague(e, loc))
        state_bind(&e->pool, r->st, loc, value_int(0));
}

// The place in `to` that corresponds to `loc` in `from`.
static uint32_t rebase(struct engine *e, uint32_t loc, uint32_t from,
                       uint32_t to)
{
    struct loc l = e->syms.locs[loc];

    if (loc == from)
        return to;
    if (l.kind == LOC_FIELD)
        return loc_field(&e->syms, rebase(e, l.base, from, to), l.ref, l.field);
    return loc_elem(&e->syms, rebase(e, l.base, from, to), l.index);
}

// Read the counted pointers of an object, so that a copy of it has them too.
static void load_fields(struct engine *e, struct run *r, uint32_t loc,
                        uint32_t type, int depth)
{
    const struct ir_type *t = &e->ir->types[type];
    const struct ir_record *rec;

    if (!type || t->kind != IR_TYPE_RECORD || depth == 0)
        return;
    rec = &e->ir->records[t->record];
    for (uint32_t f = 0; !rec->is_union && f < rec->nfields; f++) {
        uint32_t of = rec->fields[f].type;
        uint32_t place = loc_field(&e->syms, loc, t->record, f);

        if (of && e->u->counted_pointer[of])
            load(e, r, place, of);
        else if (of && f > 0)
            load_fields(e, r, place, of, depth - 1);
    }
}

void copy_object(struct engine *e, struct run *r, uint32_t to, uint32_t from,
                 uint32_t type)
{
    struct binding *before;
    uint32_t n = 0;

    if (!type)
        type = place_type(e, from);
    load_fields(e, r, from, type, 4);
    forget_object(e, r, to);
    if (to == from || is_below(e, to, from) || is_below(e, from, to))
        return;
    // Binding a place moves the others: work on what was there before.
    before = arena_array(e->scratch, struct binding, r->st->nstore + 1);
    for (uint32_t i = 0; i < r->st->nstore; i++)
        if (is_below(e, r->st->store[i].loc, from))
            before[n++] = r->st->store[i];
    for (uint32_t i = 0; i < n; i++) {
        struct binding b = before[i];

        // A copy of a whole object that holds references shares them: which
        // of the two owns them is not ours to know.
        if (b.v.sym && loc_is_shared(&e->syms, to)
            && (ref_find(r->st, b.v.sym)
                || e->syms.syms[b.v.sym].kind == SYM_INIT))
            track_escape(e, r, b.v.sym);
        state_bind(&e->pool, r->st, rebase(e, b.loc, from, to), b.v);
        if (b.v.sym && ref_find(r->st, b.v.sym) && !is_hidden(e, to))
            ref_find(r->st, b.v.sym)->name = rebase(e, b.loc, from, to);
    }
}

// What a pointer leads into is in other hands now: the object around it, and
// what the variable there holds.
static void escape_around(struct engine *e, struct run *r, uint32_t address)
{
    uint32_t place = e->syms.syms[address].loc;
    const struct ref *ref = ref_find(r->st, loc_object(&e->syms, place));

    if (ref && ref->held > 0)
        track_escape(e, r, ref->sym);
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];

        ref = b.v.sym ? ref_find(r->st, b.v.sym) : NULL;
        if (ref && ref->held > 0 && is_below(e, b.loc, place))
            track_escape(e, r, b.v.sym);
    }
}

// Is v an argument that the function put into memory which others can reach?
// Whether it is still there when the function ends, and with it whose reference
// that is, cannot be told once the memory may have changed.
static bool is_stored_argument(const struct engine *e, uint32_t loc,
                               struct value v)
{
    const struct sym *y = &e->syms.syms[v.sym];
    const struct loc *from = &e->syms.locs[y->loc];

    return v.sym && y->kind == SYM_INIT && from->kind == LOC_LOCAL
           && e->fn->locals[from->ref].is_param
           && e->u->counted_pointer[e->fn->locals[from->ref].type]
           && loc_is_shared(&e->syms, loc);
}

// What the callee may have done to what this place held.
static void invalidate_place(struct engine *e, struct run *r, uint32_t loc,
                             struct value v)
{
    const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;
    uint32_t type = v.sym ? e->syms.syms[v.sym].type : place_type(e, loc);
    uint32_t site = engine_site(e, r);

    bool counts = ref && (ref->held > 0 || ref->flags & REF_TAKEN);

    if (counts)
        track_escape(e, r, v.sym);
    else if (is_stored_argument(e, loc, v))
        track_used_up(e, r, v.sym);
    if (v.sym && e->syms.syms[v.sym].kind == SYM_ADDR)
        escape_around(e, r, v.sym);
    if (loc_is_shared(&e->syms, loc)) {
        v = value_sym(sym_after(&e->syms, site, loc, type));
        // Most likely it is the same object still.
        if (counts)
            track_escape(e, r, v.sym);
    } else {
        v = value_sym(run_fresh(e, r, loc + 64, type));
    }
    state_bind(&e->pool, r->st, loc, v);
}

// A field that the callee cannot change, as far as its unit shows.
static bool stays(const struct engine *e, const struct run *r, uint32_t loc)
{
    const struct ir_ins *call = engine_ins(e, engine_site(e, r));
    const struct loc *l = &e->syms.locs[loc];

    return l->kind == LOC_FIELD && loc_is_shared(&e->syms, loc) && call
           && call->op == IR_CALL
           && !flow_may_write(e->u, call->ref, l->ref, l->field);
}

static void invalidate_below(struct engine *e, struct run *r, uint32_t root,
                             bool plain_only)
{
    // Binding an existing place again does not move the others.
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];

        if (is_below(e, b.loc, root)
            && !(plain_only && b.v.sym && ref_find(r->st, b.v.sym))
            && !stays(e, r, b.loc))
            invalidate_place(e, r, b.loc, b.v);
    }
}

// What a pointer to pointers leads to was not read yet: what is there from here
// on need not be what was there at the start.
static void mark_target(struct engine *e, struct run *r, struct value pointer,
                        uint32_t loc)
{
    uint32_t type = e->syms.syms[pointer.sym].type;
    uint32_t target = is_pointer(e, type) ? e->ir->types[type].target : 0;

    if (e->syms.locs[loc].kind == LOC_DEREF && !state_find(r->st, loc) && target
        && e->u->counted_pointer[target])
        state_bind(&e->pool, r->st, loc,
                   value_sym(sym_init(&e->syms, loc, target)));
}

static void invalidate_memory(struct engine *e, struct run *r, struct value v,
                              bool plain_only)
{
    uint32_t loc;

    loc = place_of(e, v);
    if (e->syms.locs[loc].kind == LOC_STRING)
        return;
    // A pointer into an array gives the whole array away.
    while (e->syms.locs[loc].kind == LOC_ELEM)
        loc = e->syms.locs[loc].base;
    if (!loc_is_shared(&e->syms, loc) && !state_find(r->st, loc)
        && e->syms.locs[loc].kind == LOC_LOCAL)
        state_bind(&e->pool, r->st, loc,
                   value_sym(run_fresh(e, r, loc + 64, 0)));
    mark_target(e, r, v, loc);
    invalidate_below(e, r, loc, plain_only);
}

void invalidate(struct engine *e, struct run *r, struct value v, bool escapes)
{
    if (!v.sym)
        return;
    if (escapes)
        track_escape(e, r, v.sym);
    invalidate_memory(e, r, v, false);
}

void invalidate_plain(struct engine *e, struct run *r, struct value v)
{
    if (v.sym)
        invalidate_memory(e, r, v, true);
}

void invalidate_globals(struct engine *e, struct run *r)
{
    for (uint32_t i = 0; i < r->st->nstore; i++) {
        struct binding b = r->st->store[i];
        const struct loc *root = root_of(e, b.loc);

        if (root->kind == LOC_GLOBAL && !e->ir->globals[root->ref].is_foreign
            && !e->ir->globals[root->ref].is_const)
            invalidate_place(e, r, b.loc, b.v);
    }
}

void use_pointer(struct engine *e, struct run *r, struct value p)
{
    const struct sym *y = &e->syms.syms[p.sym];

    // A pointer into an object is of no use without it.
    if (p.sym && y->kind == SYM_ADDR)
        p.sym = loc_object(&e->syms, y->loc);
    if (p.sym && ref_find(r->st, p.sym))
        track_event(e, r, p.sym, OWN_USE, value_int(0));
}

void touch_pointer(struct engine *e, struct run *r, struct value p)
{
    const struct ref *ref;
    const struct sym *y;

    if (!p.sym)
        return;
    y = &e->syms.syms[p.sym];
    if (y->kind == SYM_ADDR) {
        touch_pointer(e, r, value_sym(loc_object(&e->syms, y->loc)));
        return;
    }
    ref = ref_find(r->st, p.sym);
    // Whoever goes on from here has seen that it is none, or crashed.
    if (!ref || (ref->flags & REF_ESCAPED && !(ref->flags & REF_NULLABLE))) {
        know_nonnull(e, r, p);
        return;
    }
    if (ref->flags & REF_MAYBE && truth_of(e, r->st, p) < 0) {
        if (!(ref->flags & REF_MISUSE))
            report(e, r, RULE_NULL_USE, ref,
                   arena_printf(e->results,
                                "'%s' can be NULL here and is used without a "
                                "test",
                                object_name(e, r->st, ref)));
        assume_nonnull(e, r, p);
        return;
    }
    track_event(e, r, p.sym, OWN_USE, value_int(0));
    know_nonnull(e, r, p);
}
