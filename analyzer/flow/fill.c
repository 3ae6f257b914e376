// fill.c - a place of a container that is filled twice.
//
// in     calls that put an object in a place of a container, whatever was there
// out    the objects that were put there last; a finding when another one
//        follows, and nobody has taken out or released the first
//
// Only places with a constant number count: where paths of a loop meet, other
// numbers may have become another one. A function that reads items of
// containers may well release what it replaces.

#include "flow/call.h"

#include <string.h>

// Is the temp the address of an item, in memory that the rules describe?
static bool is_item_address(const struct engine *e, const struct ir_block *b,
                            uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    if (m && m->op == IR_ELEM)
        m = ir_maker(b, m->a);
    if (m && m->op == IR_LOAD)
        m = ir_maker(b, m->a);
    return m && m->op == IR_FIELD
           && rules_field(e->u->rules, e->ir->records[m->ref].name,
                          e->ir->records[m->ref].fields[m->imm].name);
}

static bool lends(const struct contract *c)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (c->outcomes[n].result.kind == EFFECT_BORROWED
            && c->outcomes[n].result.of)
            return true;
    return false;
}

static bool reads_items(const struct engine *e)
{
    for (uint32_t n = 0; n < e->fn->nblocks; n++) {
        const struct ir_block *b = &e->fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];
            const struct contract *c = ins->op == IR_CALL && ins->ref
                                           ? e->u->contracts[ins->ref]
                                           : NULL;

            if ((ins->op == IR_LOAD && is_item_address(e, b, ins->a))
                || (c && lends(c)))
                return true;
        }
    }
    return false;
}

// What stands in a place of the container is forgotten.
static void forget(struct filled *f, unsigned i)
{
    memmove(&f->all[i], &f->all[i + 1], (--f->n - i) * sizeof(*f->all));
}

static void report_filled(struct engine *e, struct run *r, uint32_t container,
                          int64_t place, uint32_t item)
{
    struct ref lost = ref_of(e, r->st, item);
    struct ref holder = ref_of(e, r->st, container);
    struct candidate c;
    const char *name;

    if ((lost.flags & REF_ESCAPED && ref_find(r->st, item))
        || holder.flags & REF_ESCAPED || reads_items(e))
        return;
    holder.name = variable_of(e, r->st, container);
    name = arena_printf(e->results, "%s[%lld]", object_name(e, r->st, &holder),
                        (long long)place);
    c = candidate_make(e, r, RULE_OVERWRITTEN_REFERENCE, &lost,
                       arena_printf(e->results,
                                    "'%s' holds a reference already, which is "
                                    "overwritten without a release",
                                    name));
    c.finding.object = name;
    candidate_add(e, &c);
}

static void remember(struct filled *f, uint32_t container, int64_t place,
                     uint32_t item, bool loose)
{
    if (f->n == FILLED_MOST)
        forget(f, f->n - 1);
    memmove(&f->all[1], &f->all[0], f->n++ * sizeof(*f->all));
    f->all[0].container = container;
    f->all[0].place = place;
    f->all[0].item = item;
    f->all[0].loose = loose;
}

static void fill(struct engine *e, struct run *r, const struct call *k)
{
    uint32_t container = call_argument(k, 1).sym;
    struct value place = call_argument(k, 2), item = call_argument(k, 3);
    struct filled *f = &r->st->filled;
    const struct ref *given;

    for (unsigned i = 0; i < f->n; i++) {
        uint32_t before = f->all[i].item;

        if (f->all[i].container != container
            || (!place.sym && f->all[i].place != place.num))
            continue;
        forget(f, i--);
        if (!place.sym && item.sym && item.sym != before)
            report_filled(e, r, container, place.num, before);
    }
    given = item.sym ? ref_find(r->st, item.sym) : NULL;
    if (!place.sym && given && given->lender == LENT_GIVEN
        && given->owner == container)
        remember(f, container, place.num, item.sym,
                 k->c->traits & TRAIT_MUTABLE);
}

// Does the call put something into argument i?
static bool puts_into(const struct call *k, uint32_t i)
{
    for (uint32_t n = 0; n < k->nargs; n++)
        if (k->effects[n].of == (int)i + 1)
            return true;
    return false;
}

// Could the call have changed what stands in argument i?
static bool changes(const struct call *k, uint32_t i, bool loose)
{
    return k->effects[i].kind != EFFECT_BORROW || k->c->inferred || k->c->weak
           || (loose && k->c->traits & TRAIT_RUNS_CODE) || puts_into(k, i);
}

void fill_apply(struct engine *e, struct run *r, const struct call *k)
{
    struct filled *f = &r->st->filled;

    if (k->c->traits & TRAIT_FILLS_ITEM) {
        fill(e, r, k);
        return;
    }
    for (unsigned n = 0; n < f->n; n++) {
        bool changed = false;

        for (uint32_t i = 0; i < k->nargs && !changed; i++)
            changed = k->args[i].sym == f->all[n].container
                      && changes(k, i, f->all[n].loose);
        if (changed)
            forget(f, n--);
    }
}
