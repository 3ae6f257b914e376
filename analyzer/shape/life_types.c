// life_types.c - the types that a unit defines, read off their tables.
//
// in     the initialisers of globals, and what functions store in them
// out    struct life_type: slots by role, flags, base, the struct of an object

#include "shape/life_parts.h"

#include <string.h>

static const char *field_name(const struct ir_unit *ir, uint32_t record,
                              uint64_t field)
{
    return ir->records[record].fields[field].name;
}

// The value as it is meant (see shift).
static struct ir_init meant(const struct lives *l, const struct life_type *t,
                            const struct ir_init *init)
{
    struct ir_init m = *init;

    if (strcmp(l->ir->records[m.record].name, t->rule->record) == 0)
        m.field -= m.field < t->shift ? m.field : t->shift;
    return m;
}

// A text where the size should be, with a number behind it.
static uint32_t find_shift(const struct lives *l, const struct type_rule *rule,
                           const struct ir_global *table)
{
    for (uint32_t i = 0; i + 1 < table->ninits; i++) {
        const struct ir_init *init = &table->inits[i];

        if (init->record
            && strcmp(l->ir->records[init->record].name, rule->record) == 0
            && strcmp(field_name(l->ir, init->record, init->field), rule->size)
                   == 0)
            return init->kind == IR_INIT_STR && init[1].kind == IR_INIT_INT
                   && init[1].value > 0;
    }
    return 0;
}

// A slot with a role. Two functions for one: which counts is not known.
static void set_role(struct life_slot *s, uint32_t decl, struct ir_pos pos)
{
    bool clash = s->is_unknown || !decl || (s->decl && s->decl != decl);

    *s = (struct life_slot){
        .decl = clash ? 0 : decl, .is_unknown = clash, .pos = pos};
}

static void set_slot(const struct lives *l, struct life_type *t,
                     const struct contract *c, uint32_t decl, struct ir_pos pos)
{
    enum life_role role = life_role_of(c);

    if (role != LIFE_ROLES)
        set_role(&t->slots[role], decl, pos);
    else if (decl && l->ir->decls[decl].fn && c->nargs == 1 && !c->has_outcomes
             && c->result.kind == EFFECT_PLAIN
             && t->nends < sizeof(t->ends) / sizeof(*t->ends))
        t->ends[t->nends++] = decl;
}

static void add_list(const struct lives *l, struct life_type *t,
                     uint32_t global)
{
    if (l->ir->types[l->ir->globals[global].type].kind == IR_TYPE_ARRAY
        && t->nlists < sizeof(t->lists) / sizeof(*t->lists))
        t->lists[t->nlists++] = global;
}

static void read_slot(const struct lives *l, struct life_type *t,
                      const struct ir_global *table, const struct ir_init *init)
{
    const struct slot_rule *slot = rules_slot_of(l->rules, l->ir, table, init);

    if (init->kind == IR_INIT_GLOBAL)
        add_list(l, t, init->ref);
    if (!slot || (init->kind == IR_INIT_INT && !init->value))
        return;
    set_slot(l, t, &slot->contract, init->kind == IR_INIT_FN ? init->ref : 0,
             init->pos);
}

// The array of slots that a table leads to.
static void read_slots(const struct lives *l, struct life_type *t,
                       const struct ir_global *slots)
{
    for (uint32_t i = 0; i < slots->ninits; i++)
        read_slot(l, t, slots, &slots->inits[i]);
    t->is_open |= slots->ninits == 0;
}

static void read_value(const struct lives *l, struct life_type *t,
                       const struct ir_global *table,
                       const struct ir_init *init)
{
    const struct type_rule *rule = t->rule;
    const char *name = field_name(l->ir, init->record, init->field);
    bool is_zero = init->kind == IR_INIT_INT && !init->value;

    if (strcmp(name, rule->flags) == 0) {
        t->has_flags = init->kind == IR_INIT_INT;
        t->flags = init->value;
    } else if (strcmp(name, rule->base) == 0) {
        t->has_base = !is_zero;
        t->base = init->kind == IR_INIT_GLOBAL ? init->ref : 0;
    } else if (strcmp(name, rule->slots) == 0) {
        if (init->kind == IR_INIT_GLOBAL)
            read_slots(l, t, &l->ir->globals[init->ref]);
        else
            t->is_open = true;
    } else if (strcmp(name, rule->offsets) == 0) {
        t->is_open |= !is_zero;
    } else {
        read_slot(l, t, table, init);
    }
}

static void read_table(const struct lives *l, struct life_type *t,
                       const struct ir_global *table)
{
    t->has_flags = *t->rule->flags; // none are written: they are 0
    t->shift = find_shift(l, t->rule, table);
    for (uint32_t i = 0; i < table->ninits; i++) {
        struct ir_init init = table->inits[i];

        if (!init.record
            || strcmp(l->ir->records[init.record].name, t->rule->record) != 0)
            continue;
        init = meant(l, t, &init);
        read_value(l, t, table, &init);
    }
}

static struct life_type *type_of(struct lives *l, uint32_t global)
{
    for (size_t i = 0; i < l->ntypes; i++)
        if (l->types[i].global == global)
            return &l->types[i];
    return NULL;
}

void life_set_field(const struct lives *l, struct life_type *t,
                    const char *field, uint32_t decl, uint32_t table,
                    struct ir_pos pos)
{
    const struct contract *c =
        rules_slot(l->rules, t->rule->record, field, NULL, NULL);

    if (c) {
        set_slot(l, t, c, decl, pos);
    } else if (strcmp(field, t->rule->base) == 0) {
        t->has_base = true;
        t->base = table;
    } else if (strcmp(field, t->rule->flags) == 0) {
        t->has_flags = false;
    } else if (strcmp(field, t->rule->slots) == 0
               || strcmp(field, t->rule->offsets) == 0) {
        t->is_open = true;
    }
}

// What is assigned to a field of a table, anywhere.
static void read_store(struct lives *l, const struct ir_block *b,
                       const struct ir_ins *place, const struct ir_ins *store)
{
    const struct ir_ins *table = ir_maker(b, place->a);
    const struct ir_ins *value = ir_maker(b, store->b);
    struct life_type *t =
        table && table->op == IR_GLOBAL ? type_of(l, table->ref) : NULL;

    if (!t || strcmp(l->ir->records[place->ref].name, t->rule->record) != 0)
        return;
    life_set_field(l, t, field_name(l->ir, place->ref, (uint64_t)place->imm),
                   value && value->op == IR_FN ? value->ref : 0,
                   value && value->op == IR_GLOBAL ? value->ref : 0, store->at);
}

// A type that is made from its table can be given bases: by the object behind
// the table in the call. Others are complete when a call says so.
static void read_use(struct lives *l, const struct ir_block *b,
                     const struct ir_ins *call)
{
    for (uint32_t k = 0; k < call->nargs; k++) {
        const struct ir_ins *m = ir_maker(b, call->args[k]);
        const struct ir_ins *next =
            k + 1 < call->nargs ? ir_maker(b, call->args[k + 1]) : NULL;
        struct life_type *t =
            m && m->op == IR_GLOBAL ? type_of(l, m->ref) : NULL;

        if (t && k == 0 && call->ref
            && rules_life(l->rules, l->ir->decls[call->ref].name)
                   & LIFE_READIES)
            t->is_ready = true;
        if (t && t->rule->heap && k + 1 < call->nargs
            && !(next && next->op == IR_CONST && next->imm == 0))
            t->has_base = true;
    }
}

static void read_functions(struct lives *l)
{
    for (uint32_t f = 0; f < l->ir->nfns; f++) {
        for (uint32_t n = 0; n < l->ir->fns[f].nblocks; n++) {
            const struct ir_block *b = &l->ir->fns[f].blocks[n];

            for (uint32_t i = 0; i < b->nins; i++) {
                const struct ir_ins *ins = &b->ins[i];
                const struct ir_ins *to =
                    ins->op == IR_STORE || ins->op == IR_COPY
                        ? ir_maker(b, ins->a)
                        : NULL;
                struct life_type *t =
                    to && to->op == IR_GLOBAL ? type_of(l, to->ref) : NULL;

                if (ins->op == IR_STORE && to && to->op == IR_FIELD)
                    read_store(l, b, to, ins);
                else if (ins->op == IR_CALL)
                    read_use(l, b, ins);
                else if (t)
                    t->is_open = true;
            }
        }
    }
}

// The struct of an object.

static uint32_t size_of(const struct ir_unit *ir, uint32_t record)
{
    for (uint32_t t = 1; t <= ir->ntypes; t++)
        if (ir->types[t].kind == IR_TYPE_RECORD
            && ir->types[t].record == record)
            return ir->types[t].size;
    return 0;
}

static void consider(const struct lives *l, uint32_t record, int64_t size,
                     uint32_t *found, bool *many)
{
    if (!record || record == *found || !l->ir->records[record].is_complete
        || rules_counted(l->rules, l->ir->records[record].name)
        || !rules_counted_record(l->rules, l->ir, record)
        || size_of(l->ir, record) != size)
        return;
    *many |= *found != 0;
    *found = record;
}

// A function of the type looks at its objects as pointers to that struct.
static void consider_function(const struct lives *l, const struct ir_fn *fn,
                              int64_t size, uint32_t *found, bool *many)
{
    for (uint32_t k = 0; k < fn->nlocals; k++) {
        const struct ir_type *t = &l->ir->types[fn->locals[k].type];

        if (t->kind == IR_TYPE_POINTER && t->target)
            consider(l, l->ir->types[t->target].record, size, found, many);
    }
    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_FIELD)
                consider(l, fn->blocks[n].ins[i].ref, size, found, many);
}

static void consider_list(const struct lives *l, const struct ir_global *list,
                          int64_t size, uint32_t *found, bool *many)
{
    for (uint32_t i = 0; i < list->ninits; i++) {
        const struct ir_init *init = &list->inits[i];
        uint32_t fn = init->kind == IR_INIT_FN ? l->ir->decls[init->ref].fn : 0;

        if (fn)
            consider_function(l, &l->ir->fns[fn - 1], size, found, many);
    }
}

static bool mentions(const struct ir_fn *fn, uint32_t global)
{
    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_GLOBAL
                && fn->blocks[n].ins[i].ref == global)
                return true;
    return false;
}

// By the functions in its slots, else by its methods, else by those that name
// the type, perhaps to make an object.
static uint32_t record_of(const struct lives *l, const struct life_type *t,
                          int64_t size)
{
    uint32_t found = 0;
    bool many = false;

    for (int r = 0; r < LIFE_ROLES; r++) {
        uint32_t fn = l->ir->decls[t->slots[r].decl].fn;

        if (t->slots[r].decl && fn)
            consider_function(l, &l->ir->fns[fn - 1], size, &found, &many);
        if (found || many)
            break;
    }
    for (size_t i = 0; !found && i < t->nlists; i++)
        consider_list(l, &l->ir->globals[t->lists[i]], size, &found, &many);
    for (uint32_t f = 0; !found && f < l->ir->nfns; f++)
        if (mentions(&l->ir->fns[f], t->global))
            consider_function(l, &l->ir->fns[f], size, &found, &many);
    return many ? 0 : found;
}

static void find_record(const struct lives *l, struct life_type *t)
{
    const struct ir_global *table = &l->ir->globals[t->global];

    for (uint32_t i = 0; i < table->ninits; i++) {
        struct ir_init init = table->inits[i];

        if (!init.record || init.kind != IR_INIT_INT
            || strcmp(l->ir->records[init.record].name, t->rule->record) != 0)
            continue;
        init = meant(l, t, &init);
        if (strcmp(field_name(l->ir, init.record, init.field), t->rule->size)
            == 0)
            t->record = record_of(l, t, init.value);
    }
}

void life_find_types(struct lives *l)
{
    for (uint32_t g = 1; g <= l->ir->nglobals; g++) {
        const struct ir_global *table = &l->ir->globals[g];
        const struct ir_type *type = &l->ir->types[table->type];
        struct life_type t = {.global = g, .is_shared = !table->is_static};

        if (type->kind != IR_TYPE_RECORD || table->is_foreign || !table->ninits)
            continue;
        t.rule = rules_type(l->rules, l->ir->records[type->record].name);
        if (!t.rule)
            continue;
        read_table(l, &t, table);
        arena_push(l->arena, l->types, l->ntypes, l->types_cap, t);
    }
    if (l->ntypes)
        read_functions(l);
    for (size_t i = 0; i < l->ntypes; i++) {
        find_record(l, &l->types[i]);
        if (l->facts && l->types[i].is_shared)
            life_hear_table(l, &l->types[i]);
    }
}
