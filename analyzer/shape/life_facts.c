// life_facts.c - what units tell each other about the life of objects.
//
// in     the stores of a unit; what all units say, as rows of rules
// out    rows `stored`; the tables and stores of the unit, with those of others
//
// The slots of a type often stand in another file than the functions that fill
// its fields, and its table is often completed where the module is made.

#include "shape/life_parts.h"
#include "shape/shape.h"

static unsigned words_of(const struct life_stores *s)
{
    const struct {
        bool is;
        unsigned word;
    } rows[] = {
        {s->owned, STORED_OWNED},     {s->borrowed, STORED_BORROWED},
        {s->unknown, STORED_UNKNOWN}, {s->atomic, STORED_ATOMIC},
        {s->made, STORED_MADE},       {s->given, STORED_GIVEN},
    };
    unsigned words = 0;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        words |= rows[i].is ? rows[i].word : 0;
    return words;
}

static void tell_stores(const struct lives *l, FILE *out,
                        const char *before_each)
{
    for (uint32_t r = 1; r <= l->ir->nrecords; r++) {
        const struct ir_record *record = &l->ir->records[r];

        for (uint32_t f = 0; record->name[0] && f < record->nfields; f++) {
            struct stored_rule row = {record->name, record->fields[f].name,
                                      words_of(&l->stores[l->first[r] + f])};

            if (!row.words || !row.field[0]
                || !rules_counted_record(l->rules, l->ir, r))
                continue;
            fputs(before_each, out);
            stored_print(out, &row);
        }
    }
}

// The table of a type that stands in another unit.
static const struct ir_global *others_table(const struct lives *l,
                                            const struct ir_block *b,
                                            const struct ir_ins *place)
{
    const struct ir_ins *m = ir_maker(b, place->a);
    const struct ir_global *g =
        m && m->op == IR_GLOBAL ? &l->ir->globals[m->ref] : NULL;

    return g && !g->is_static && !g->is_foreign && !g->ninits
                   && rules_type(l->rules, l->ir->records[place->ref].name)
               ? g
               : NULL;
}

static void tell_tables(const struct lives *l, const struct ir_block *b,
                        FILE *out, const char *before_each)
{
    for (uint32_t i = 0; i < b->nins; i++) {
        const struct ir_ins *place =
            b->ins[i].op == IR_STORE ? ir_maker(b, b->ins[i].a) : NULL;
        const struct ir_ins *value = place ? ir_maker(b, b->ins[i].b) : NULL;
        const struct ir_global *table =
            place && place->op == IR_FIELD ? others_table(l, b, place) : NULL;

        if (!table || (value && value->op == IR_CONST && !value->imm))
            continue;
        fputs(before_each, out);
        stored_print(out,
                     &(struct stored_rule){
                         table->name,
                         l->ir->records[place->ref].fields[place->imm].name,
                         STORED_UNKNOWN});
    }
}

void slots_publish(const struct ir_unit *unit, const struct rules *rules,
                   const struct flow_unit *flow, FILE *out,
                   const char *before_each)
{
    struct arena a = {0};
    struct lives *l = lives_new(&a, unit, rules, flow, NULL);

    lives_find_stores(l);
    tell_stores(l, out, before_each);
    for (uint32_t f = 0; f < unit->nfns; f++)
        for (uint32_t n = 0; n < unit->fns[f].nblocks; n++)
            tell_tables(l, &unit->fns[f].blocks[n], out, before_each);
    arena_release(&a);
}

void life_hear_table(const struct lives *l, struct life_type *t)
{
    const struct ir_global *table = &l->ir->globals[t->global];
    const struct ir_record *record =
        &l->ir->records[l->ir->types[table->type].record];

    for (uint32_t f = 0; f < record->nfields; f++)
        if (rules_stored(l->facts, table->name, record->fields[f].name))
            life_set_field(l, t, record->fields[f].name, 0, 0, table->pos);
}

static void hear_field(struct lives *l, uint32_t record, uint32_t field)
{
    const struct ir_record *r = &l->ir->records[record];
    struct life_stores *s = &l->stores[l->first[record] + field];
    unsigned words =
        rules_stored(l->facts, r->name, r->fields[field].name) & ~words_of(s);

    s->owned += (words & STORED_OWNED) != 0;
    s->borrowed += (words & STORED_BORROWED) != 0;
    s->unknown += (words & STORED_UNKNOWN) != 0;
    s->atomic += (words & STORED_ATOMIC) != 0;
    s->made += (words & STORED_MADE) != 0;
    s->given += (words & STORED_GIVEN) != 0;
}

void life_hear_stores(struct lives *l)
{
    for (size_t i = 0; i < l->ntypes; i++) {
        uint32_t record = l->types[i].record;

        for (uint32_t f = 0; f < l->ir->records[record].nfields; f++)
            if (record && life_is_counted(l, record, f))
                hear_field(l, record, f);
    }
}
