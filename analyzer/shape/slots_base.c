// slots_base.c - types against what their bases own.
//
// in     a type, its base, what the slots of both do
// out    findings: fields of the base that the type's own slots forget

#include "shape/slots.h"

static const struct life_type *base_of(const struct slots *s)
{
    for (size_t i = 0; s->type->base && i < s->l->ntypes; i++)
        if (s->l->types[i].global == s->type->base)
            return &s->l->types[i];
    return NULL;
}

// A field of the base that its own function does something with, and that of
// this type does not; -1 when there is none.
static int64_t missed_of_base(const struct slots *s,
                              const struct life_type *base, enum life_role role,
                              unsigned how)
{
    const struct life_touches *t = life_touches_of(s->l, base, role);
    uint32_t first = s->l->first[base->record];
    unsigned counts = how == LIFE_RELEASES ? LIFE_LETS_GO : how;

    for (uint32_t k = 0; t && k < s->l->ir->records[base->record].nfields; k++)
        if (t->fields[first + k] & how
            && !(s->does[role]->fields[first + k] & counts))
            return k;
    return -1;
}

// What its base owns that no unit shows: the struct that objects begin with, by
// rules and by what the unit of the base says; -1 when that is not known to own
// anything, or the type does something with it.
static int64_t missed_out_of_view(const struct slots *s, uint32_t record,
                                  enum life_role role)
{
    const struct lives *l = s->l;
    const struct ir_record *r = &l->ir->records[record];
    int64_t missed = -1;

    for (uint32_t k = r->nfields; k-- > 0;) {
        const struct field_rule *rule =
            rules_field(l->rules, r->name, r->fields[k].name);

        if (s->does[role]->fields[l->first[record] + k])
            return -1;
        if (rule ? rule->owned : flow_field_owned(l->flow, record, k))
            missed = k;
    }
    return missed;
}

static const char *slot_of_base(const struct slots *s,
                                const struct life_type *base,
                                enum life_role role)
{
    return base ? arena_printf(s->s.results, "'%s'",
                               s->l->ir->decls[base->slots[role].decl].name)
                : "that";
}

void slots_check_base(struct slots *s)
{
    static const struct {
        enum life_role role;
        unsigned how;
        enum rule rule;
        const char *verb;
    } rows[] = {
        {LIFE_DEALLOC, LIFE_RELEASES, RULE_DEALLOC_MISSES_FIELD, "release"},
        {LIFE_TRAVERSE, LIFE_VISITS, RULE_TRAVERSE_MISSES_FIELD, "visit"},
        {LIFE_CLEAR, LIFE_RELEASES, RULE_CLEAR_MISSES_FIELD, "clear"},
    };
    const struct life_type *base = base_of(s);
    uint32_t record = base ? base->record : life_base_of(s->l, s->type->record);

    if (!s->type->has_base || !record || record == s->type->record)
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        enum life_role role = rows[i].role;
        struct report r;
        int64_t k;

        if (!slots_clear_cut(s, role)
            || (role != LIFE_DEALLOC && life_is_collected(s->type) != YES))
            continue;
        k = base ? missed_of_base(s, base, role, rows[i].how)
                 : missed_out_of_view(s, record, role);
        if (k < 0)
            continue;
        r = slots_about(s, rows[i].rule, TIER_CERTAIN, role);
        r.object =
            arena_printf(s->s.results, "%s.%s", s->l->ir->records[record].name,
                         s->l->ir->records[record].fields[k].name);
        r.text = arena_printf(
            s->s.results, "'%s' does not %s '%s': call %s of the base",
            r.function, rows[i].verb, r.object, slot_of_base(s, base, role));
        if (base)
            slots_note(&r, base->slots[role].pos, "the base's own is set here");
        slots_note_slot(s, &r, role);
        slots_say(s, &r);
    }
}
