// find_init.c - what the rules say about one value of a table.
//
// Some fields mean what a field beside them says: the flags of a method, the
// number of a slot. Those values are read off the same table.

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
