// lent.c - what an event means to a reference that somebody else lends.
//
// in     an event of a reference that is borrowed
// out    true when it means something that own.def cannot know, since it
//        depends on who lends; then it has been dealt with
//
// A release is none of ours when the lender expects it: the field that is
// emptied next, the container that gets another item, the caller who hands its
// reference over. What may still be paid back stays as a debt until the end.

#include "flow/engine.h"

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

// Can the two be one container? Where paths met, it has another name.
static bool may_be_same(const struct engine *e, uint32_t x, uint32_t y)
{
    return x == y || e->syms.syms[x].kind == SYM_JOIN
           || e->syms.syms[y].kind == SYM_JOIN;
}

void lent_item_held(struct engine *e, const struct ref *ref)
{
    struct held_item item = {ref->sym, ref->owner, ref->key.sym != 0};

    if (ref->lender != LENT_ITEM)
        return;
    for (size_t i = 0; i < e->nheld_items; i++)
        if (e->held_items[i].sym == item.sym
            && e->held_items[i].owner == item.owner
            && e->held_items[i].vague == item.vague)
            return;
    arena_push(e->scratch, e->held_items, e->nheld_items, e->held_items_cap,
               item);
}

static bool is_increfed_here(const struct state *s, uint32_t sym)
{
    for (const struct event *v = s->trail; v; v = v->older)
        if (v->kind == EVENT_INCREF && v->sym == sym)
            return true;
    return false;
}

// May it be the item that was increfed under another name, or on another path?
// What this path itself did to it is counted.
static bool is_held_item(const struct engine *e, const struct state *s,
                         const struct ref *ref)
{
    if (ref->lender != LENT_ITEM)
        return false;
    for (size_t i = 0; i < e->nheld_items; i++) {
        const struct held_item *held = &e->held_items[i];

        if (may_be_same(e, held->owner, ref->owner)
            && (held->vague || ref->key.sym)
            && (held->sym != ref->sym || !is_increfed_here(s, ref->sym)))
            return true;
    }
    return false;
}

// Is it kept alive by somebody who will still do so when the function ends?
static bool may_pay_later(const struct engine *e, const struct ref *ref)
{
    return ref->lender == LENT_SYSTEM || ref->lender == LENT_ITEM
           || (ref->lender == LENT_PARAM && e->role);
}

// An argument of a function of which nobody says what it does with it. (What a
// call of its own handed to it as borrowed is no argument.)
static bool free_param(const struct engine *e, const struct ref *ref)
{
    return !e->role && e->syms.syms[ref->sym].kind == SYM_INIT;
}

bool lent_event(struct engine *e, struct run *r, struct ref *ref,
                enum own_event event)
{
    bool takes = event == OWN_DECREF || event == OWN_STEAL;

    if (own_kind(ref_own(ref)) != OWN_BORROWED)
        return false;
    if (ref->flags & REF_IMMORTAL)
        return true;
    // The item is released, and its container gets another one for it.
    if (takes && ref->lender == LENT_ITEM
        && (replaces_items(e, event == OWN_STEAL)
            || is_held_item(e, r->st, ref))) {
        ref->flags |= REF_ESCAPED;
        return true;
    }
    // Who uses it on has released what a container counted when it took it, or
    // what the caller handed over: that cannot be told, unless callers are
    // told.
    if ((event == OWN_USE || event == OWN_INCREF) && ref->debt > 0
        && ref->lender == LENT_KEPT && free_param(e, ref) && !e->promise) {
        ref_give_up(ref);
        ref->debt = 1;
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
    if (takes && ref->lender == LENT_PARAM && free_param(e, ref)) {
        ref->debt++;
        // Somebody who took his own has it still.
        ref->lender = event == OWN_STEAL          ? LENT_GIVEN
                      : ref->flags & REF_ANCHORED ? LENT_KEPT
                                                  : LENT_NONE;
        ref->owner = 0;
        return true;
    }
    return false;
}

void lent_out_again(struct engine *e, struct run *r, uint32_t sym)
{
    struct ref *ref = sym ? ref_find(r->st, sym) : NULL;

    if (!ref || ref->debt == 0 || ref->flags & REF_ESCAPED)
        return;
    if (ref->lender != LENT_PARAM && ref->lender != LENT_SYSTEM) {
        track_escape(e, r, sym);
        return;
    }
    ref->debt--;
    ref->owner = 0;
    ref->key = value_int(0);
}

// Is it what stands at that place of its container?
static bool is_item_at(const struct engine *e, const struct ref *ref,
                       struct value container, struct value key)
{
    const struct sym *y = &e->syms.syms[ref->sym];
    const struct loc *l = &e->syms.locs[y->loc];
    bool is_found = y->kind == SYM_INIT || y->kind == SYM_AFTER;

    return ref->lender == LENT_ITEM && ref->owner == container.sym
           && !(ref->flags & REF_ESCAPED)
           && (is_found && l->kind == LOC_ELEM ? value_same(l->index, key)
                                               : value_same(ref->key, key));
}

bool lent_put_back(struct engine *e, struct run *r, uint32_t sym,
                   struct value container, struct value key)
{
    struct ref item = ref_of(e, r->st, sym);

    if (!container.sym || !is_item_at(e, &item, container, key))
        return false;
    for (uint32_t i = 0; i < r->st->nrefs; i++) {
        const struct ref *ref = &r->st->refs[i];

        if (ref->debt > 0 && value_same(ref->key, key)
            && (ref->owner == container.sym || ref->owner == 0))
            lent_out_again(e, r, ref->sym);
    }
    return true;
}

void lent_put_in(struct run *r, uint32_t sym, struct value container,
                 struct value key)
{
    struct ref *ref = ref_find(r->st, sym);

    if (!ref || ref->debt == 0)
        return;
    ref->key = key;
    if (ref->lender == LENT_PARAM || ref->lender == LENT_SYSTEM)
        ref->owner = container.sym;
}
