// find_init.c - what the rules say about one value of a table.
//
// Some fields mean what a field beside them says: the flags of a method, the
// number of a slot. Those values are read off the same table. What the numbers
// mean depends on who reads the table.

#include "contract/contract.h"

#include <string.h>

struct siblings {
    const struct ir_unit *unit;
    const struct ir_global *global;
    const struct ir_init *init;
};

static const char *field_name(const struct ir_unit *unit,
                              const struct ir_init *init)
{
    return unit->records[init->record].fields[init->field].name;
}

static bool sibling_value(void *arg, const char *field, int64_t *ret_value)
{
    const struct siblings *s = arg;

    for (uint32_t i = 0; i < s->global->ninits; i++) {
        const struct ir_init *o = &s->global->inits[i];

        if (o->element != s->init->element || o->record != s->init->record
            || o->kind != IR_INIT_INT
            || strcmp(field_name(s->unit, o), field) != 0)
            continue;
        *ret_value = o->value;
        return true;
    }
    return false;
}

// Does some list row say of a field with that name in that record what its
// array ends with?
static bool is_list(const struct rules *rules, const struct ir_record *record,
                    uint32_t field)
{
    for (size_t i = 0; i < rules->nlists; i++)
        if (strcmp(rules->lists[i].record, record->name) == 0
            && strcmp(rules->lists[i].field, record->fields[field].name) == 0)
            return true;
    return false;
}

static bool points_to(const struct ir_unit *unit, uint32_t type,
                      uint32_t record)
{
    const struct ir_type *t = &unit->types[type];

    return t->kind == IR_TYPE_POINTER && t->target
           && unit->types[t->target].kind == IR_TYPE_RECORD
           && unit->types[t->target].record == record;
}

// The field whose number says what the others of the record mean, or NULL.
static const char *numbered_by(const struct rules *rules, const char *record)
{
    for (size_t i = 0; i < rules->nslots; i++)
        if (*rules->slots[i].when_field
            && strcmp(rules->slots[i].record, record) == 0)
            return rules->slots[i].when_field;
    return NULL;
}

static bool is_ended_by(const struct rules *rules, const char *field)
{
    for (size_t i = 0; i < rules->nlists; i++)
        if (strcmp(rules->lists[i].ends, field) == 0)
            return true;
    return false;
}

// Do tables of that record hold numbers, up to a 0, that mean what the reader
// of the table says? Flags that stand beside a name mean the same for all.
static bool is_numbered(const struct rules *rules, const struct ir_record *r)
{
    const char *number = numbered_by(rules, r->name);

    return number && is_ended_by(rules, number);
}

// A table of `record`s: the global, or the local of one function, `ref`.
struct numbered {
    enum ir_op op;
    uint32_t ref;
    uint32_t record;
};

// Does the instruction put the table into a field that is none of those?
static bool is_put_elsewhere(const struct rules *rules,
                             const struct ir_unit *unit,
                             const struct ir_block *b, const struct ir_ins *ins,
                             const struct numbered *table)
{
    const struct ir_ins *value;
    const struct ir_ins *place;

    if (ins->op != IR_STORE)
        return false;
    value = ir_maker(b, ins->b);
    place = ir_maker(b, ins->a);
    return value && place && value->op == table->op && value->ref == table->ref
           && place->op == IR_FIELD
           && points_to(unit, unit->records[place->ref].fields[place->imm].type,
                        table->record)
           && !is_list(rules, &unit->records[place->ref], (uint32_t)place->imm);
}

static bool is_written_elsewhere(const struct rules *rules,
                                 const struct ir_unit *unit, uint32_t table,
                                 uint32_t record)
{
    for (uint32_t g = 1; g <= unit->nglobals; g++) {
        const struct ir_global *global = &unit->globals[g];

        for (uint32_t i = 0; i < global->ninits; i++) {
            const struct ir_init *init = &global->inits[i];

            if (init->kind == IR_INIT_GLOBAL && init->ref == table
                && init->record
                && points_to(
                    unit, unit->records[init->record].fields[init->field].type,
                    record)
                && !is_list(rules, &unit->records[init->record], init->field))
                return true;
        }
    }
    return false;
}

static bool function_puts_elsewhere(const struct rules *rules,
                                    const struct ir_unit *unit,
                                    const struct ir_fn *fn,
                                    const struct numbered *table)
{
    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (is_put_elsewhere(rules, unit, &fn->blocks[n],
                                 &fn->blocks[n].ins[i], table))
                return true;
    return false;
}

bool rules_table_is_other(const struct rules *rules, const struct ir_unit *unit,
                          uint32_t global)
{
    const struct ir_global *g = &unit->globals[global];
    struct numbered table = {IR_GLOBAL, global,
                             g->ninits ? g->inits[0].record : 0};

    if (!table.record || !is_numbered(rules, &unit->records[table.record]))
        return false;
    if (is_written_elsewhere(rules, unit, global, table.record))
        return true;
    for (uint32_t f = 0; f < unit->nfns; f++)
        if (function_puts_elsewhere(rules, unit, &unit->fns[f], &table))
            return true;
    return false;
}

bool rules_local_is_other(const struct rules *rules, const struct ir_unit *unit,
                          const struct ir_fn *fn, const struct ir_block *b,
                          const struct ir_ins *field)
{
    const struct ir_ins *root = ir_maker(b, field->a);
    struct numbered table = {IR_LOCAL, 0, field->ref};

    while (root && root->op == IR_ELEM)
        root = ir_maker(b, root->a);
    if (!root || root->op != IR_LOCAL
        || !is_numbered(rules, &unit->records[table.record]))
        return false;
    table.ref = root->ref;
    return function_puts_elsewhere(rules, unit, fn, &table);
}

static bool has_sibling(const struct siblings *s, const char *field)
{
    for (uint32_t i = 0; i < s->global->ninits; i++) {
        const struct ir_init *o = &s->global->inits[i];

        if (o->element == s->init->element && o->record == s->init->record
            && strcmp(field_name(s->unit, o), field) == 0)
            return true;
    }
    return false;
}

const struct slot_rule *rules_slot_of(const struct rules *rules,
                                      const struct ir_unit *unit,
                                      const struct ir_global *global,
                                      const struct ir_init *init)
{
    struct siblings s = {unit, global, init};

    if (!init->record)
        return NULL;
    return rules_slot_row(rules, unit->records[init->record].name,
                          field_name(unit, init), sibling_value, &s);
}

const struct list_rule *rules_list_of(const struct rules *rules,
                                      const struct ir_unit *unit,
                                      const struct ir_global *global,
                                      const struct ir_init *init)
{
    struct siblings s = {unit, global, init};
    int64_t value;

    for (size_t i = 0; init->record && i < rules->nlists; i++) {
        const struct list_rule *l = &rules->lists[i];

        if (strcmp(l->field, field_name(unit, init)) == 0
            && strcmp(l->record, unit->records[init->record].name) == 0
            && (!*l->when_field
                || (sibling_value(&s, l->when_field, &value)
                    && value == l->when_value)))
            return l;
    }
    return NULL;
}

static bool allows(const struct flags_rule *f, int64_t flags)
{
    for (size_t i = 0; i < f->nvalues; i++)
        if ((flags & f->mask) == f->values[i])
            return true;
    return false;
}

// Is the row about tables which that field points to?
static bool is_read_by(const struct flags_rule *f, const struct ir_unit *unit,
                       const struct ir_init *reader)
{
    if (!reader || !*f->in_field)
        return !reader && !*f->in_field;
    return reader->record && strcmp(f->in_field, field_name(unit, reader)) == 0
           && strcmp(f->in_record, unit->records[reader->record].name) == 0;
}

const struct flags_rule *rules_flags_against(const struct rules *rules,
                                             const struct ir_unit *unit,
                                             const struct ir_global *global,
                                             const struct ir_init *function,
                                             const struct ir_init *reader,
                                             int64_t *ret_flags)
{
    struct siblings s = {unit, global, function};

    for (size_t i = 0; function->record && i < rules->nflags; i++) {
        const struct flags_rule *f = &rules->flags[i];

        if (strcmp(f->record, unit->records[function->record].name) != 0
            || !is_read_by(f, unit, reader))
            continue;
        *ret_flags = 0; // what is not written
        if (has_sibling(&s, f->field)
            && !sibling_value(&s, f->field, ret_flags))
            continue;
        if (!allows(f, *ret_flags))
            return f;
    }
    return NULL;
}

const struct member_rule *rules_member_of(const struct rules *rules,
                                          const struct ir_unit *unit,
                                          const struct ir_global *global,
                                          const struct ir_init *init,
                                          bool *ret_fixed)
{
    struct siblings s = {unit, global, init};
    int64_t value;

    for (size_t i = 0; init->record && i < rules->nmembers; i++) {
        const struct member_rule *m = &rules->members[i];

        if (strcmp(m->field, field_name(unit, init)) != 0
            || strcmp(m->record, unit->records[init->record].name) != 0
            || (*m->when_field
                && (!sibling_value(&s, m->when_field, &value)
                    || value != m->when_value)))
            continue;
        // What is not written is 0; what is not known may have the bit.
        *ret_fixed =
            *m->fixed_field && has_sibling(&s, m->fixed_field)
            && (!sibling_value(&s, m->fixed_field, &value) || value & m->fixed);
        return m;
    }
    return NULL;
}
