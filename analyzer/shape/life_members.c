// life_members.c - fields of objects that other code can set.
//
// in     the tables of members that types lead to, which name offsets
// out    struct life_stores: what is set so is owned; which field a member is
//
// The IR keeps no offsets; they are worked out from the sizes as C lays structs
// out, and believed when the struct comes out at its own size.

#include "shape/life_parts.h"

static uint32_t alignment(const struct ir_unit *ir, uint32_t type)
{
    const struct ir_type *t = &ir->types[type];
    uint32_t most = 0;

    switch (t->kind) {
    case IR_TYPE_INT:
    case IR_TYPE_FLOAT:
    case IR_TYPE_POINTER:
        return t->size;
    case IR_TYPE_ARRAY:
        return alignment(ir, t->target);
    case IR_TYPE_RECORD:
        for (uint32_t f = 0; f < ir->records[t->record].nfields; f++) {
            uint32_t a = alignment(ir, ir->records[t->record].fields[f].type);

            most = a > most ? a : most;
        }
        return most;
    default:
        return 0;
    }
}

static uint64_t round_up(uint64_t at, uint32_t align)
{
    return align ? (at + align - 1) / align * align : at;
}

static uint32_t size_of(const struct ir_unit *ir, uint32_t record)
{
    for (uint32_t t = 1; t <= ir->ntypes; t++)
        if (ir->types[t].kind == IR_TYPE_RECORD
            && ir->types[t].record == record)
            return ir->types[t].size;
    return 0;
}

// The field at an offset, also of a struct within; false when the layout is not
// known.
static bool field_at(const struct ir_unit *ir, uint32_t record, uint64_t offset,
                     struct life_field *ret)
{
    const struct ir_record *r = &ir->records[record];
    uint64_t at = 0;
    uint32_t most = 1;
    bool found = false;

    for (uint32_t f = 0; f < r->nfields; f++) {
        const struct ir_type *t = &ir->types[r->fields[f].type];
        uint32_t align = alignment(ir, r->fields[f].type);

        if (!align || (!t->size && t->count != 0))
            return false;
        at = round_up(at, align);
        if (t->kind == IR_TYPE_RECORD && offset >= at && offset < at + t->size)
            found = field_at(ir, t->record, offset - at, ret);
        else if (offset == at) {
            *ret = (struct life_field){record, f};
            found = true;
        }
        at += t->size;
        most = align > most ? align : most;
    }
    return found && !r->is_union && round_up(at, most) == size_of(ir, record);
}

bool life_member_of(const struct lives *l, const struct life_type *t,
                    const struct ir_global *list, const struct ir_init *init,
                    struct life_member *ret)
{
    if (init->kind != IR_INIT_INT || init->value < 0)
        return false;
    ret->rule = rules_member_of(l->rules, l->ir, list, init, &ret->is_fixed);
    return ret->rule
           && field_at(l->ir, t->record, (uint64_t)init->value, &ret->field);
}

static void read_members(struct lives *l, const struct life_type *t,
                         const struct ir_global *list)
{
    for (uint32_t i = 0; i < list->ninits; i++) {
        struct life_member m;
        struct life_stores *s;

        if (!life_member_of(l, t, list, &list->inits[i], &m) || m.is_fixed
            || m.rule->type != CTYPE_OBJECT)
            continue;
        s = &l->stores[l->first[m.field.record] + m.field.field];
        s->is_settable = true;
        s->settable_at = list->inits[i].pos;
    }
}

void life_find_members(struct lives *l)
{
    for (size_t i = 0; i < l->ntypes; i++) {
        const struct life_type *t = &l->types[i];

        for (size_t k = 0; t->record && k < t->nlists; k++)
            read_members(l, t, &l->ir->globals[t->lists[k]]);
    }
}
