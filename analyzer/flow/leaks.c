// leaks.c - what is wrong with the references that a return leaves behind.
//
// in     a state at a return, after each place that outlives the function has
//        taken its reference (keepers.c)
// out    findings: references that nothing holds any more, or that were given
//        away or overwritten without being ours
//
// Where a function counts by hand what it moves or copies as plain memory, how
// many references that makes is not told: silence.

#include "flow/exits.h"

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

// The field that the value of a temp is read from; NULL when it is none.
static const struct ir_ins *field_read(const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    m = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return m && m->op == IR_FIELD ? m : NULL;
}

static bool sets(const struct ir_fn *fn, const struct ir_ins *field)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct ir_ins *to =
                ins->op == IR_STORE ? ir_maker(b, ins->a) : NULL;
            const struct ir_ins *v = to ? ir_maker(b, ins->b) : NULL;

            if (v && to->op == IR_FIELD && to->ref == field->ref
                && to->imm == field->imm && v->op == IR_CONST && v->imm)
                return true;
        }
    }
    return false;
}

static bool fails_at(const struct ir_fn *fn, uint32_t block)
{
    const struct ir_block *b = &fn->blocks[block];
    const struct ir_ins *m =
        b->end == IR_RETURN && b->value ? ir_maker(b, b->value) : NULL;

    return m && m->op == IR_CONST && m->imm < 0;
}

// Does it refuse to run a second time, by a flag in the object that it sets?
static bool runs_once(const struct ir_fn *fn)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];
        const struct ir_ins *flag =
            b->end == IR_BRANCH ? field_read(b, b->value) : NULL;

        if (flag && fails_at(fn, b->succ[0]) && sets(fn, flag))
            return true;
    }
    return false;
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
        if (b && (b->v.sym || b->v.num != 0) && e->role
            && !(e->role->traits & TRAIT_ROLE_INIT && runs_once(e->fn))) {
            struct candidate c;

            r->shown = ref.taken_at + 1;
            c = candidate_make(
                e, r, RULE_OVERWRITTEN_REFERENCE, &ref,
                arena_printf(e->results,
                             "'%s' may hold a reference already, which is "
                             "overwritten without a release",
                             object_name(e, r->st, &ref)));
            candidate_assume(&c);
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
    const struct loc *l = &e->syms.locs[ref->owner];

    return ref->lender == LENT_FIELD
           && (l->kind == LOC_ELEM || l->kind == LOC_DEREF) && copies_arrays(e);
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
    uint32_t object;

    if (ref->lender != LENT_FIELD
        || (ref->name && e->syms.locs[ref->name].kind == LOC_LOCAL))
        return false;
    object = loc_object(&e->syms, ref->owner);
    return l->kind == LOC_ELEM || l->kind == LOC_DEREF
           || (object && is_own_memory(e, s, object));
}

static void check_unheld(struct engine *e, struct run *r)
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

void leaks_left(struct engine *e, struct run *r)
{
    check_taken(e, r);
    dangle_left(e, r);
    check_debts(e, r);
    check_orphans(e, r);
    check_unheld(e, r);
}
