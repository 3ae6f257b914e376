// slots_fields.c - the fields of a type against what its slots do with them.
//
// in     a type, what is stored in its fields, what its slots do
// out    findings: fields that are not released, visited or cleared; a clear
//        that runs code while a field is still set

#include "shape/slots.h"

struct field {
    const char *name; // "self->x"
    const struct life_stores *stores;
    unsigned done[LIFE_ROLES]; // LIFE_...
    bool is_owned;             // all that is stored is
};

// Is anything stored there but NULL?
static bool is_used(const struct life_stores *s)
{
    return s->owned || s->unknown || s->borrowed || s->is_settable;
}

// Can a cycle lead through it, as far as is seen?
static bool may_refer_back(const struct field *f)
{
    const struct life_stores *s = f->stores;

    return s->made || s->given || s->is_settable || !is_used(s);
}

static void note_owned(struct report *r, const struct field *f)
{
    if (f->stores->is_settable)
        slots_note(r, f->stores->settable_at,
                   "other code can set it: it is owned");
    else if (f->stores->owned && f->stores->owned_in)
        slots_note(r, f->stores->owned_at,
                   "a reference of its own is stored here");
    else if (f->stores->is_replaced)
        slots_note(r, f->stores->replaced_at, "what it holds is released here");
}

// The role whose function releases the fields at the end.
static enum life_role ending(const struct slots *s)
{
    return s->type->rule->clears ? LIFE_CLEAR : LIFE_DEALLOC;
}

// Nothing of the type's own is called at the end of an object.
static void check_no_dealloc(struct slots *s, const struct field *f)
{
    const struct life_slot *slot = &s->type->slots[ending(s)];
    const struct ir_global *table = &s->l->ir->globals[s->type->global];
    struct report r = {.rule = RULE_DEALLOC_MISSES_FIELD,
                       .tier =
                           slots_finished(s->type) ? TIER_CERTAIN : TIER_LIKELY,
                       .function = table->function,
                       .pos = table->pos,
                       .object = f->name};

    if (slot->decl || slot->is_unknown || s->type->has_base || s->type->nends
        || s->type->rule->heap || !f->is_owned)
        return;
    r.text = arena_printf(s->s.results,
                          "nothing releases '%s': '%s' has no function for the "
                          "end of its objects%s",
                          f->name, slots_type_name(s),
                          slots_finished_assumption(s->type));
    note_owned(&r, f);
    slots_say(s, &r);
}

// How many fields of the object does its end release in view?
static int released_in_view(const struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    uint32_t first = s->l->first[s->type->record];
    int n = 0;

    for (uint32_t k = 0; k < s->l->ir->records[s->type->record].nfields; k++)
        n += (t->fields[first + k] & LIFE_RELEASES) != 0;
    return n;
}

// What it rests on that a field is not released: the one assumption, or "";
// NULL when it would rest on more. A dealloc that lists fields is expected to
// list them all, though it hands the object to another unit.
static const char *dealloc_assumption(struct slots *s, const struct field *f)
{
    enum { LIST_LEAST = 2 };
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    bool surely_owned = f->is_owned || f->done[LIFE_CLEAR] & LIFE_RELEASES;

    if (t->outside
        && (released_in_view(s) < LIST_LEAST
            || (!surely_owned && !f->stores->is_replaced)))
        return NULL;
    if (!surely_owned && f->stores->is_linked)
        return NULL;
    if (t->outside)
        return arena_printf(s->s.results, ", assuming that '%s' does not",
                            s->l->ir->decls[t->outside].name);
    return surely_owned ? ""
                        : ", assuming that all that is stored there is owned";
}

static void check_dealloc_field(struct slots *s, const struct field *f)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    bool by_slots = f->done[LIFE_CLEAR] & LIFE_RELEASES;
    const char *assumption;
    struct report r;

    if (!t || t->is_opaque || t->calls_other || t->is_kept
        || f->done[LIFE_DEALLOC] & LIFE_LETS_GO || f->stores->borrowed
        || f->stores->is_let_go
        || !(f->is_owned || by_slots || f->stores->owned
             || f->stores->is_replaced))
        return;
    assumption = dealloc_assumption(s, f);
    if (!assumption)
        return;
    r = slots_about(s, RULE_DEALLOC_MISSES_FIELD,
                    *assumption ? TIER_LIKELY : TIER_CERTAIN, ending(s));
    r.object = f->name;
    r.text = arena_printf(s->s.results, "'%s' does not release '%s'%s",
                          r.function, f->name, assumption);
    note_owned(&r, f);
    if (by_slots)
        slots_note_slot(s, &r, LIFE_CLEAR);
    slots_note_slot(s, &r, ending(s));
    slots_say(s, &r);
}

static bool is_released(const struct field *f)
{
    return (f->done[LIFE_DEALLOC] | f->done[LIFE_CLEAR]) & LIFE_RELEASES;
}

static void check_traverse_field(struct slots *s, const struct field *f)
{
    struct report r;

    if (!slots_in_view(s, LIFE_TRAVERSE) || life_is_collected(s->type) != YES
        || f->done[LIFE_TRAVERSE] & LIFE_VISITS || f->stores->is_hidden
        || !(is_released(f) || f->is_owned
             || (f->stores->is_replaced && !f->stores->borrowed
                 && !f->stores->is_linked)))
        return;
    r = slots_about(s, RULE_TRAVERSE_MISSES_FIELD,
                    may_refer_back(f) ? TIER_LIKELY : TIER_AUDIT,
                    LIFE_TRAVERSE);
    r.object = f->name;
    r.text = arena_printf(
        s->s.results, "'%s' does not visit '%s'%s", r.function, f->name,
        r.tier == TIER_AUDIT ? ""
                             : ", assuming that what it holds can refer "
                               "back");
    note_owned(&r, f);
    slots_note_slot(s, &r, LIFE_TRAVERSE);
    slots_say(s, &r);
}

static void check_clear_field(struct slots *s, const struct field *f)
{
    struct report r;

    if (!slots_in_view(s, LIFE_CLEAR) || s->type->rule->clears
        || f->done[LIFE_CLEAR] & LIFE_LETS_GO
        || !(f->done[LIFE_TRAVERSE] & LIFE_VISITS)
        || !(is_released(f) || f->is_owned))
        return;
    r = slots_about(s, RULE_CLEAR_MISSES_FIELD,
                    f->stores->given || f->stores->is_settable ? TIER_LIKELY
                                                               : TIER_AUDIT,
                    LIFE_CLEAR);
    r.object = f->name;
    r.text = arena_printf(
        s->s.results, "'%s' does not clear '%s', which is visited%s",
        r.function, f->name,
        r.tier == TIER_AUDIT ? ""
                             : ", assuming that a cycle can lead through it "
                               "alone");
    note_owned(&r, f);
    slots_note_slot(s, &r, LIFE_CLEAR);
    slots_say(s, &r);
}

void slots_check_fields(struct slots *s)
{
    const struct lives *l = s->l;
    const struct ir_record *record = &l->ir->records[s->type->record];

    for (uint32_t k = 0; k < record->nfields; k++) {
        const struct field_rule *rule =
            rules_field(l->rules, record->name, record->fields[k].name);
        uint32_t number = l->first[s->type->record] + k;
        const struct life_stores *stores = &l->stores[number];
        struct field f = {.name = arena_printf(s->s.results, "%s.%s",
                                               slots_record_name(s),
                                               record->fields[k].name),
                          .stores = stores,
                          .is_owned = (stores->owned || stores->is_settable)
                                      && !stores->borrowed && !stores->unknown};

        if (!life_is_counted(l, s->type->record, k) || (rule && !rule->owned)
            || (l->is_whole && !is_used(stores)))
            continue;
        for (int r = 0; r < LIFE_ROLES; r++)
            f.done[r] = s->does[r] ? s->does[r]->fields[number] : 0;
        check_no_dealloc(s, &f);
        check_dealloc_field(s, &f);
        check_traverse_field(s, &f);
        check_clear_field(s, &f);
    }
}

// A clear that runs code while the field is still set

static const struct ir_ins *field_loaded(const struct ir_block *b,
                                         uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    m = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return m && m->op == IR_FIELD ? m : NULL;
}

// Does a call release the object of a field of the type's, which is set then?
// One that stays so is another matter: it dangles.
static const struct ir_ins *released_early(const struct slots *s,
                                           const struct ir_block *b,
                                           const struct ir_ins *call)
{
    const struct contract *c = life_contract(s->l, b, call, NULL);

    for (uint32_t k = 0; c && k < call->nargs; k++) {
        const struct ir_ins *f = field_loaded(b, call->args[k]);

        if (f && f->ref == s->type->record
            && s->does[LIFE_CLEAR]->fields[s->l->first[f->ref] + f->imm]
                   & LIFE_SETS
            && contract_arg(c, (int)k).kind == EFFECT_DECREF
            && c->traits & TRAIT_RUNS_CODE)
            return f;
    }
    return NULL;
}

// The first is told of, with the others in its notes: who writes such a clear
// writes it like that for all fields.
static void note_early(struct slots *s, struct report *r,
                       const struct ir_ins *call, const struct ir_ins *field)
{
    const char *name =
        arena_printf(s->s.results, "%s.%s", slots_record_name(s),
                     s->l->ir->records[field->ref].fields[field->imm].name);

    if (!r->object) {
        r->pos = call->at;
        r->object = name;
    } else {
        r->more++;
        slots_note(r, call->at,
                   arena_printf(s->s.results, "so is '%s' here", name));
    }
}

void slots_check_order(struct slots *s)
{
    uint32_t n = slots_decl(s, LIFE_CLEAR)->fn;
    struct report r =
        slots_about(s, RULE_DECREF_BEFORE_NULL, TIER_LIKELY, LIFE_CLEAR);
    const struct ir_fn *fn;

    r.object = NULL;
    if (!s->does[LIFE_CLEAR] || !n)
        return;
    slots_note_slot(s, &r, LIFE_CLEAR);
    fn = &s->l->ir->fns[n - 1];
    for (n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++) {
            const struct ir_ins *call = &fn->blocks[n].ins[i];
            const struct ir_ins *field =
                call->op == IR_CALL ? released_early(s, &fn->blocks[n], call)
                                    : NULL;

            if (field)
                note_early(s, &r, call, field);
        }
    if (!r.object)
        return;
    r.text = arena_printf(
        s->s.results,
        "'%s' releases '%s'%s while the field still points to it, assuming "
        "that code which this runs looks there: set it to NULL first",
        r.function, r.object,
        r.more ? arena_printf(s->s.results, " (and %u more)", r.more) : "");
    slots_say(s, &r);
}
