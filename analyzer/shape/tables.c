// tables.c - functions in tables, and the ends of these.
//
// in     the initialisers of a unit's globals; the rows `slot` and `list`
// out    findings: a function that is called in another way than it is
//        written, behind the cast that its place needs; flags that the API does
//        not take; a table without an end

#include "shape/unit.h"

#include <string.h>

struct entry {
    const struct ir_global *table;
    const struct ir_init *init;
    const struct slot_rule *slot;
    const struct ir_decl *decl;
};

static void say(struct shape *s, const struct entry *e, enum tier tier,
                const char *text)
{
    shape_report(
        s,
        &(struct finding){.function = e->table->function,
                          .rule = RULE_METHOD_TABLE,
                          .tier = tier,
                          .text = text,
                          .object = e->decl->name,
                          .origin = e->slot->contract.name},
        e->init->pos,
        (struct shape_note){
            e->decl->pos,
            arena_printf(s->results, "'%s' is declared here", e->decl->name)});
}

// "PyMethodDef.ml_meth with ml_flags 4"
static const char *place(struct shape *s, const struct slot_rule *slot)
{
    if (!*slot->when_field)
        return slot->contract.name;
    return arena_printf(s->results, "%s with %s %lld", slot->contract.name,
                        slot->when_field, (long long)slot->when_value);
}

static enum ctype wanted(const struct effect *e)
{
    if (e->ctype || e->kind == EFFECT_PLAIN)
        return e->ctype;
    return e->kind == EFFECT_OUT || e->kind == EFFECT_INOUT ? CTYPE_ARRAY
                                                            : CTYPE_OBJECT;
}

// A pointer where the declared type is an integer, or the other way round.
static bool other_kind(const struct shape *s, enum ctype want, uint32_t type)
{
    enum ir_type_kind kind = s->ir->types[type].kind;

    return (want == CTYPE_SIZE && kind == IR_TYPE_POINTER)
           || ((want == CTYPE_OBJECT || want == CTYPE_ARRAY)
               && kind == IR_TYPE_INT);
}

static void check_params(struct shape *s, const struct entry *e)
{
    const struct contract *c = &e->slot->contract;

    for (int i = 0; i < c->nargs && (uint32_t)i < e->decl->nparams; i++) {
        enum ctype want = wanted(&c->args[i]);
        uint32_t type = e->decl->params[i].type;

        if (!type_clashes(s, want, type) && !other_kind(s, want, type))
            continue;
        say(s, e, TIER_CERTAIN,
            arena_printf(s->results,
                         "parameter %d of '%s' is %s, but %s gives it %s",
                         i + 1, e->decl->name, type_described(s, type),
                         place(s, e->slot), ctype_described(s, want)));
        return;
    }
}

// What a function in a slot surely returns, as far as the row says it.
static enum ctype wanted_result(const struct contract *c)
{
    if (c->result.kind == EFFECT_STATUS)
        return CTYPE_INT;
    for (int i = 0; i < c->noutcomes; i++) {
        enum effect_kind kind = c->outcomes[i].result.kind;

        if (kind == EFFECT_NEW || kind == EFFECT_BORROWED)
            return CTYPE_OBJECT;
    }
    return CTYPE_NONE;
}

static void check_result(struct shape *s, const struct entry *e)
{
    enum ctype want = wanted_result(&e->slot->contract);
    const struct ir_type *t = &s->ir->types[e->decl->result];
    bool is_void = t->kind == IR_TYPE_VOID && want != CTYPE_NONE;

    if (!is_void && !type_clashes(s, want, e->decl->result))
        return;
    say(s, e, TIER_CERTAIN,
        arena_printf(s->results, "'%s' returns %s, but %s takes %s from it",
                     e->decl->name,
                     is_void ? "nothing" : type_described(s, e->decl->result),
                     place(s, e->slot), ctype_described(s, want)));
}

// A row without `when` beside rows with one says what all of them share.
static bool is_fallback(const struct rules *rules, const struct slot_rule *slot)
{
    for (size_t i = 0; i < rules->nslots && !*slot->when_field; i++)
        if (*rules->slots[i].when_field
            && strcmp(rules->slots[i].contract.name, slot->contract.name) == 0)
            return true;
    return false;
}

static void check_function(struct shape *s, const struct ir_global *table,
                           const struct ir_init *init)
{
    struct entry e = {table, init, rules_slot_of(s->rules, s->ir, table, init),
                      &s->ir->decls[init->ref]};
    uint32_t takes = e.decl->nparams, given;

    if (!e.slot || is_fallback(s->rules, e.slot) || !e.decl->has_prototype
        || e.decl->is_variadic)
        return;
    given = (uint32_t)e.slot->contract.nargs;
    if (takes != given) {
        // What is not read does no harm where calls are made as C's usually
        // are; what was never given is.
        say(s, &e, takes > given ? TIER_CERTAIN : TIER_AUDIT,
            arena_printf(s->results,
                         "'%s' takes %u argument%s, but %s gives it %u",
                         e.decl->name, takes, takes == 1 ? "" : "s",
                         place(s, e.slot), given));
        return;
    }
    check_params(s, &e);
    check_result(s, &e);
}

// Flags.

// Of a function in a table, wherever that is read (reader NULL), or by a field.
static void check_flags(struct shape *s, const struct ir_global *table,
                        const struct ir_init *init,
                        const struct ir_init *reader)
{
    const struct ir_decl *decl = &s->ir->decls[init->ref];
    int64_t flags;
    const struct flags_rule *against =
        rules_flags_against(s->rules, s->ir, table, init, reader, &flags);

    // What is wrong wherever it is read, is told once.
    if (!against
        || (reader
            && rules_flags_against(s->rules, s->ir, table, init, NULL, &flags)))
        return;
    shape_report(
        s,
        &(struct finding){.function = table->function,
                          .rule = RULE_METHOD_TABLE,
                          .tier = TIER_CERTAIN,
                          .text = arena_printf(s->results,
                                               "'%s' of '%s' is %lld: %s",
                                               against->field, decl->name,
                                               (long long)flags, against->why),
                          .object = decl->name,
                          .origin = against->field},
        init->pos,
        reader ? (struct shape_note){reader->pos, "the table is used here"}
               : (struct shape_note){.text = NULL});
}

static void check_read_flags(struct shape *s, const struct ir_init *reader)
{
    const struct ir_global *table = &s->ir->globals[reader->ref];

    for (uint32_t i = 0; i < table->ninits; i++)
        if (table->inits[i].kind == IR_INIT_FN)
            check_flags(s, table, &table->inits[i], reader);
}

// Ends.

static bool is_zero(const struct ir_init *init)
{
    return init->kind == IR_INIT_INT && init->value == 0;
}

// The last element's value of the field that ends the list, if one is written.
static const struct ir_init *last_value(const struct ir_unit *ir,
                                        const struct ir_global *list,
                                        const char *field)
{
    const struct ir_type *t = &ir->types[list->type];

    for (uint32_t i = 0; i < list->ninits; i++) {
        const struct ir_init *init = &list->inits[i];

        if (init->element + 1 == t->count
            && init->record == ir->types[t->target].record
            && strcmp(ir->records[init->record].fields[init->field].name, field)
                   == 0)
            return init;
    }
    return NULL;
}

// A table that is read as the rule says, at least from there.
static void check_end(struct shape *s, const struct list_rule *rule,
                      const struct ir_global *list, struct ir_pos reader)
{
    const struct ir_type *t = &s->ir->types[list->type];
    const struct ir_init *last;

    if (!rule || t->kind != IR_TYPE_ARRAY || t->count < 1
        || s->ir->types[t->target].kind != IR_TYPE_RECORD)
        return;
    last = last_value(s->ir, list, rule->ends);
    if (!last || last->kind == IR_INIT_OTHER || is_zero(last))
        return;
    shape_report(
        s,
        &(struct finding){
            .function = list->function,
            .rule = RULE_METHOD_TABLE,
            .tier = TIER_CERTAIN,
            .text = arena_printf(s->results,
                                 "'%s' does not end with an element whose '%s' "
                                 "is 0",
                                 list->name, rule->ends),
            .object = list->name,
            .origin = rule->field},
        list->pos,
        (struct shape_note){reader,
                            arena_printf(s->results,
                                         "it is read from %s.%s to such an end",
                                         rule->record, rule->field)});
}

void table_stored(struct shape *s, const struct ir_block *b,
                  const struct ir_ins *store)
{
    const struct ir_ins *value = ir_maker(b, store->b);
    const struct ir_ins *place = ir_maker(b, store->a);
    const struct ir_record *r;

    if (!value || value->op != IR_GLOBAL || !place || place->op != IR_FIELD)
        return;
    r = &s->ir->records[place->ref];
    check_end(s, rules_list(s->rules, r->name, r->fields[place->imm].name),
              &s->ir->globals[value->ref], store->at);
}

void tables_check(struct shape *s)
{
    for (uint32_t g = 1; g <= s->ir->nglobals; g++) {
        const struct ir_global *table = &s->ir->globals[g];

        if (rules_table_is_other(s->rules, s->ir, g))
            continue;
        for (uint32_t i = 0; i < table->ninits; i++) {
            const struct ir_init *init = &table->inits[i];

            if (init->kind == IR_INIT_FN) {
                check_function(s, table, init);
                check_flags(s, table, init, NULL);
            } else if (init->kind == IR_INIT_GLOBAL) {
                check_end(s, rules_list_of(s->rules, s->ir, table, init),
                          &s->ir->globals[init->ref], init->pos);
                check_read_flags(s, init);
            }
        }
    }
}
