// slots_end.c - the flags of a type; what happens at the end of its objects.
//
// in     a type and what its slots do
// out    findings: flags against slots, memory, the collector, errors, the type

#include "shape/slots.h"

void slots_check_flags(struct slots *s)
{
    const struct life_type *t = s->type;
    const struct life_slot *traverse = &t->slots[LIFE_TRAVERSE];
    bool has_gc = t->flags & t->rule->gc;
    struct report r = {.tier = TIER_CERTAIN,
                       .function = s->l->ir->globals[t->global].function,
                       .object = slots_type_name(s)};

    if (!t->rule->gc || !t->has_flags || traverse->is_unknown)
        return;
    if (has_gc && !traverse->decl && !t->has_base) {
        r.rule = RULE_GC_FLAG_WITHOUT_TRAVERSE;
        r.tier = slots_finished(t) ? TIER_CERTAIN : TIER_LIKELY;
        r.pos = s->l->ir->globals[t->global].pos;
        r.text = arena_printf(
            s->s.results,
            "'%s' has the flag of garbage collected types, but nothing that "
            "traverses its objects%s",
            slots_type_name(s), slots_finished_assumption(t));
        slots_say(s, &r);
    } else if (!has_gc && traverse->decl) {
        r.rule = RULE_TRAVERSE_WITHOUT_GC_FLAG;
        r.pos = traverse->pos;
        r.text = arena_printf(
            s->s.results,
            "'%s' is never called: '%s' lacks the flag of garbage collected "
            "types",
            slots_decl(s, LIFE_TRAVERSE)->name, slots_type_name(s));
        slots_say(s, &r);
    }
}

static bool mentions_own_table(const struct slots *s)
{
    const struct ir_fn *fn =
        &s->l->ir->fns[slots_decl(s, LIFE_DEALLOC)->fn - 1];

    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_GLOBAL
                && fn->blocks[n].ins[i].ref == s->type->global)
                return true;
    return false;
}

static bool calls_something(const struct slots *s)
{
    const struct ir_fn *fn =
        &s->l->ir->fns[slots_decl(s, LIFE_DEALLOC)->fn - 1];

    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_CALL)
                return true;
    return false;
}

// Can objects be made of a type that extends this one? What makes them is
// inherited, by types that are made at run time from all.
static bool has_subtypes(const struct life_type *t)
{
    const struct life_slot *make = &t->slots[LIFE_NEW];

    return t->has_flags && t->flags & t->rule->subtypes
           && (make->decl || make->is_unknown || t->rule->heap);
}

static void check_free(struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    const struct life_type *type = s->type;
    enum known gc = life_is_collected(type);
    struct report r =
        slots_about(s, RULE_DEALLOC_FREE_MISMATCH, TIER_CERTAIN, LIFE_DEALLOC);

    if (!slots_clear_cut(s, LIFE_DEALLOC) || type->rule->clears || t->is_kept)
        return;
    if (!t->frees) {
        if (t->may_free || !calls_something(s))
            return;
        r.text = arena_printf(s->s.results,
                              "'%s' never frees the memory of the object",
                              r.function);
    } else if (t->frees_by_slot || mentions_own_table(s)) {
        return;
    } else {
        bool as_collected = t->frees_life & LIFE_COLLECTED;

        if (gc == YES && !as_collected)
            r.text = arena_printf(
                s->s.results,
                "'%s' is garbage collected, but its memory is freed with '%s'",
                slots_type_name(s), s->l->ir->decls[t->frees->ref].name);
        else if (gc == NO && as_collected)
            r.text = arena_printf(
                s->s.results,
                "'%s' is not garbage collected, but its memory is freed with "
                "'%s'",
                slots_type_name(s), s->l->ir->decls[t->frees->ref].name);
        else if (gc == NO && has_subtypes(type))
            r.text = arena_printf(
                s->s.results,
                "'%s' can be subclassed, and objects of subclasses are not "
                "freed with '%s': call the free of their type",
                slots_type_name(s), s->l->ir->decls[t->frees->ref].name);
        else
            return;
        r.pos = t->frees->at;
    }
    slots_note_slot(s, &r, LIFE_DEALLOC);
    slots_say(s, &r);
}

static void check_untrack(struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    struct report r = slots_about(
        s, RULE_DEALLOC_UNTRACK,
        s->type->has_flags ? TIER_CERTAIN : TIER_LIKELY, LIFE_DEALLOC);

    if (!slots_clear_cut(s, LIFE_DEALLOC) || !s->type->rule->gc
        || life_is_collected(s->type) != YES || !t->releases || !t->frees)
        return;
    r.pos = t->releases->at;
    r.text = arena_printf(
        s->s.results,
        "'%s' releases what the object owns while the "
        "collector still looks at it: untrack it first%s",
        r.function,
        s->type->has_flags ? "" : ", assuming that its type has the flag");
    slots_note_slot(s, &r, LIFE_DEALLOC);
    slots_say(s, &r);
}

// Objects also end while an error is on its way.
static void check_error(struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    struct report r =
        slots_about(s, RULE_DEALLOC_LOSES_ERROR, TIER_AUDIT, LIFE_DEALLOC);

    if (!t || !t->runs || t->restores_error || t->outside)
        return;
    r.text = arena_printf(s->s.results,
                          "'%s' runs code that can set or clear an error, and "
                          "does not restore the one that was set before",
                          r.function);
    slots_note(&r, t->runs->at, "such code is run here");
    slots_note_slot(s, &r, LIFE_DEALLOC);
    slots_say(s, &r);
}

static void check_heap(struct slots *s)
{
    const struct type_rule *rule = s->type->rule;
    const struct life_touches *dealloc = s->does[LIFE_DEALLOC];
    struct report r;

    if (!rule->heap || s->s.version < rule->heap_since)
        return;
    if (slots_clear_cut(s, LIFE_DEALLOC) && !dealloc->releases_type
        && !dealloc->is_kept && dealloc->frees) {
        r = slots_about(s, RULE_HEAP_TYPE_DECREF_TYPE, TIER_CERTAIN,
                        LIFE_DEALLOC);
        r.text = arena_printf(s->s.results,
                              "'%s' does not release the object's reference "
                              "to its type, which is made at run time",
                              r.function);
        slots_note_slot(s, &r, LIFE_DEALLOC);
        slots_say(s, &r);
    }
    if (slots_clear_cut(s, LIFE_TRAVERSE) && life_is_collected(s->type) == YES
        && !s->does[LIFE_TRAVERSE]->visits_type) {
        r = slots_about(s, RULE_HEAP_TYPE_VISIT_TYPE, TIER_CERTAIN,
                        LIFE_TRAVERSE);
        r.text = arena_printf(s->s.results,
                              "'%s' does not visit the object's type, which "
                              "is made at run time and owned by its objects",
                              r.function);
        slots_note_slot(s, &r, LIFE_TRAVERSE);
        slots_say(s, &r);
    }
}

void slots_check_end(struct slots *s)
{
    check_free(s);
    check_untrack(s);
    check_error(s);
    check_heap(s);
}
