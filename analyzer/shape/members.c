// members.c - members that other code reads and sets, against their fields.
//
// in     the tables of members of a type, the types of its fields
// out    findings where what is read there is not what the field holds

#include "shape/life.h"
#include "shape/unit.h"

// A pointer to what is surely no object.
static bool leads_elsewhere(const struct shape *s, const struct ir_type *t)
{
    const struct ir_type *to = &s->ir->types[t->target];

    if (t->kind != IR_TYPE_POINTER || !t->target)
        return false;
    return to->kind == IR_TYPE_INT || to->kind == IR_TYPE_FLOAT
           || to->kind == IR_TYPE_POINTER
           || (to->kind == IR_TYPE_RECORD
               && s->ir->records[to->record].is_complete
               && !rules_counted_record(s->rules, s->ir, to->record));
}

// An object is read, and what is there has the size of a pointer but is none.
static bool is_no_object(const struct shape *s, uint32_t type)
{
    const struct ir_type *t = &s->ir->types[type];

    return t->kind == IR_TYPE_INT || leads_elsewhere(s, t);
}

// A narrower integer is read: that is enough for small values where the first
// byte is the lowest one.
static bool is_cut(const struct shape *s, enum ctype want, uint32_t type)
{
    const struct ir_type *t = &s->ir->types[type];

    return t->kind == IR_TYPE_INT && want <= CTYPE_SIZE
           && ctype_size(s, want) < t->size;
}

static void check_member(struct shape *s, const struct life_type *t,
                         const struct ir_init *init,
                         const struct life_member *m)
{
    const struct ir_record *record = &s->ir->records[m->field.record];
    const struct ir_field *field = &record->fields[m->field.field];
    const char *name =
        arena_printf(s->results, "%s.%s", record->name, field->name);

    // The end of the list has an offset, too: of the object's head.
    if (rules_counted(s->rules, record->name))
        return;
    if (!type_clashes(s, m->rule->type, field->type)
        && !(m->rule->type == CTYPE_OBJECT && is_no_object(s, field->type)))
        return;
    shape_report(
        s,
        &(struct finding){
            .function = "",
            .rule = RULE_MEMBER_TYPE,
            .tier = is_cut(s, m->rule->type, field->type) ? TIER_AUDIT
                                                          : TIER_CERTAIN,
            .text = arena_printf(s->results,
                                 "'%s' is %s, but this member is read as %s",
                                 name, type_described(s, field->type),
                                 ctype_described(s, m->rule->type)),
            .object = name,
            .origin = s->ir->globals[t->global].name},
        init->pos, (struct shape_note){.text = NULL});
}

void members_check(struct shape *s, const struct lives *l,
                   const struct life_type *t)
{
    for (size_t k = 0; t->record && k < t->nlists; k++) {
        const struct ir_global *list = &l->ir->globals[t->lists[k]];
        struct life_member m;

        for (uint32_t i = 0; i < list->ninits; i++)
            if (life_member_of(l, t, list, &list->inits[i], &m))
                check_member(s, t, &list->inits[i], &m);
    }
}
