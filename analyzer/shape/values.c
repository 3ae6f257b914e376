// values.c - what a temp is, as far as the function shows it.
//
// in     a temp and the block it stands in
// out    the name people know it by; the strings or the list it leads to
//
// A value that crosses blocks goes through a hidden local (ir.h), so those are
// looked through; a variable is, when it is set in one place only.

#include "shape/unit.h"

#include <string.h>

static const struct ir_ins *maker(struct spot at, uint32_t temp)
{
    return temp ? ir_maker(at.block, temp) : NULL;
}

// Values that are stored in a local.
struct stores {
    bool known; // and in no other way does it get one
    size_t count;
    struct {
        struct spot at;
        uint32_t temp;
    } items[4];
};

static bool uses_temp(const struct ir_ins *i, uint32_t temp)
{
    if (i->a == temp || i->b == temp)
        return true;
    for (uint32_t n = 0; n < i->nargs; n++)
        if (i->args[n] == temp)
            return true;
    return false;
}

// What one block does with the address of the local.
static void stores_in(struct spot at, uint32_t address, uint32_t from,
                      struct stores *ret)
{
    for (uint32_t i = from; i < at.block->nins; i++) {
        const struct ir_ins *ins = &at.block->ins[i];

        if (!uses_temp(ins, address) || ins->op == IR_LOAD)
            continue;
        if (ins->op != IR_STORE || ins->b == address
            || ret->count == sizeof(ret->items) / sizeof(*ret->items)) {
            ret->known = false;
            return;
        }
        ret->items[ret->count].at = at;
        ret->items[ret->count++].temp = ins->b;
    }
}

static struct stores stores_of(const struct ir_fn *fn, uint32_t local)
{
    struct stores found = {.known = true};

    for (uint32_t n = 0; found.known && n < fn->nblocks; n++) {
        struct spot at = {fn, &fn->blocks[n]};

        for (uint32_t i = 0; found.known && i < at.block->nins; i++)
            if (at.block->ins[i].op == IR_LOCAL
                && at.block->ins[i].ref == local)
                stores_in(at, at.block->ins[i].dst, i + 1, &found);
    }
    return found;
}

// The local that a temp is the content of.
static bool loaded_local(struct spot at, uint32_t temp, uint32_t *ret_local)
{
    const struct ir_ins *m = maker(at, temp);
    const struct ir_ins *from = m && m->op == IR_LOAD ? maker(at, m->a) : NULL;

    if (!from || from->op != IR_LOCAL)
        return false;
    *ret_local = from->ref;
    return true;
}

// Names.

static const char *field_name(struct shape *s, struct spot at,
                              const struct ir_ins *m)
{
    const struct ir_ins *base = maker(at, m->a);
    const char *outer = value_name(s, at, m->a);
    const char *name = s->ir->records[m->ref].fields[m->imm].name;

    if (!*outer || !*name)
        return name;
    return arena_printf(s->results, "%s%s%s", outer,
                        base && base->op == IR_LOAD ? "->" : ".", name);
}

static const char *local_name(struct shape *s, struct spot at, uint32_t local)
{
    struct stores from;

    if (!at.fn->locals[local].is_hidden)
        return at.fn->locals[local].name;
    from = stores_of(at.fn, local);
    if (!from.known || from.count != 1)
        return "";
    return value_name(s, from.items[0].at, from.items[0].temp);
}

const char *value_name(struct shape *s, struct spot at, uint32_t temp)
{
    const struct ir_ins *m = maker(at, temp);

    switch (m ? m->op : IR_OPS) {
    case IR_LOCAL:
        return local_name(s, at, m->ref);
    case IR_GLOBAL:
        return s->ir->globals[m->ref].name;
    case IR_FIELD:
        return field_name(s, at, m);
    case IR_LOAD:
    case IR_CAST:
    case IR_ELEM:
        return value_name(s, at, m->a);
    default:
        return "";
    }
}

// Texts.

enum { DEPTH_MAX = 8 }; // variables looked through, one behind the other

static const char *global_text(const struct ir_unit *ir, uint32_t global,
                               enum ir_type_kind kind)
{
    const struct ir_global *g = &ir->globals[global];

    if (!g->is_const || ir->types[g->type].kind != kind || g->ninits != 1
        || g->inits[0].kind != IR_INIT_STR)
        return NULL;
    return g->inits[0].text;
}

static size_t texts_at(struct shape *s, struct spot at, uint32_t temp,
                       struct texts *ret, int depth);

static size_t local_texts(struct shape *s, const struct ir_fn *fn,
                          uint32_t local, struct texts *ret, int depth)
{
    struct stores from = stores_of(fn, local);
    size_t before = ret->count;

    if (!from.known || fn->locals[local].is_param
        || (from.count > 1 && !fn->locals[local].is_hidden))
        return 0;
    for (size_t i = 0; i < from.count; i++)
        if (!texts_at(s, from.items[i].at, from.items[i].temp, ret, depth - 1))
            return 0;
    return ret->count - before;
}

static size_t texts_at(struct shape *s, struct spot at, uint32_t temp,
                       struct texts *ret, int depth)
{
    const struct ir_ins *m = maker(at, temp);
    const struct ir_ins *from = m && m->op == IR_LOAD ? maker(at, m->a) : NULL;
    const char *text = NULL;

    if (depth == 0)
        return 0;
    if (from && from->op == IR_LOCAL)
        return local_texts(s, at.fn, from->ref, ret, depth);
    if (from && from->op == IR_GLOBAL)
        text = global_text(s->ir, from->ref, IR_TYPE_POINTER);
    else if (m && m->op == IR_STR)
        text = m->text;
    else if (m && m->op == IR_GLOBAL)
        text = global_text(s->ir, m->ref, IR_TYPE_ARRAY);
    if (!text || ret->count == sizeof(ret->items) / sizeof(*ret->items))
        return 0;
    ret->items[ret->count++] = text;
    return 1;
}

bool value_texts(struct shape *s, struct spot at, uint32_t temp,
                 struct texts *ret)
{
    ret->count = 0;
    return texts_at(s, at, temp, ret, DEPTH_MAX) > 0;
}

// Lists of names.

enum { NAMES_MAX = 256 };

enum entry {
    ENTRY_NULL, // also what no initialiser names
    ENTRY_NAME,
    ENTRY_UNKNOWN
};

static bool count_names(const enum entry *entries, int64_t n,
                        struct name_list *ret)
{
    for (int64_t i = 0; i < n; i++) {
        if (entries[i] == ENTRY_UNKNOWN)
            return false;
        if (entries[i] == ENTRY_NULL) {
            ret->ends = true;
            return true;
        }
        ret->count++;
    }
    ret->ends = false;
    return true;
}

// How many pointers an array holds; 0 for other types.
static int64_t pointers_in(const struct ir_unit *ir, uint32_t type)
{
    const struct ir_type *t = &ir->types[type];

    if (t->kind != IR_TYPE_ARRAY || t->count < 1 || t->count > NAMES_MAX
        || ir->types[t->target].kind != IR_TYPE_POINTER)
        return 0;
    return t->count;
}

static bool global_names(const struct ir_unit *ir, const struct ir_global *g,
                         struct name_list *ret)
{
    enum entry entries[NAMES_MAX] = {ENTRY_NULL};
    int64_t n = pointers_in(ir, g->type);

    for (uint32_t i = 0; i < g->ninits; i++) {
        const struct ir_init *init = &g->inits[i];

        if (init->element >= n)
            return false;
        entries[init->element] =
            init->kind == IR_INIT_STR || init->kind == IR_INIT_GLOBAL
                ? ENTRY_NAME
            : init->kind == IR_INIT_INT && init->value == 0 ? ENTRY_NULL
                                                            : ENTRY_UNKNOWN;
    }
    *ret = (struct name_list){.name = g->name, .pos = g->pos};
    return g->ninits && n && count_names(entries, n, ret);
}

// What an initialiser of a local array stores: one element each, in one block.
static bool local_entry(struct spot at, const struct ir_ins *elem, uint32_t i,
                        int64_t n, enum entry *entries)
{
    const struct ir_ins *index = maker(at, elem->b);
    const struct ir_ins *store =
        i + 1 < at.block->nins ? &at.block->ins[i + 1] : NULL;
    const struct ir_ins *value;

    if (!index || index->op != IR_CONST || index->imm < 0 || index->imm >= n
        || !store || store->op != IR_STORE || store->a != elem->dst)
        return false;
    value = maker(at, store->b);
    if (value && value->op == IR_STR)
        entries[index->imm] = ENTRY_NAME;
    else if (!value || value->op != IR_CONST || value->imm != 0)
        entries[index->imm] = ENTRY_UNKNOWN;
    return true;
}

// The uses of the address of a local array in one block.
static bool local_uses(struct spot at, uint32_t address, uint32_t from,
                       int64_t n, enum entry *entries)
{
    for (uint32_t i = from; i < at.block->nins; i++) {
        const struct ir_ins *ins = &at.block->ins[i];

        if (!uses_temp(ins, address) || ins->op == IR_ZERO
            || ins->op == IR_CALL)
            continue;
        if (ins->op != IR_ELEM || ins->a != address
            || !local_entry(at, ins, i, n, entries))
            return false;
    }
    return true;
}

static bool local_names(const struct ir_unit *ir, const struct ir_fn *fn,
                        uint32_t local, struct name_list *ret)
{
    enum entry entries[NAMES_MAX] = {ENTRY_NULL};
    const struct ir_local *l = &fn->locals[local];
    int64_t n = pointers_in(ir, l->type);
    bool zeroed = false;

    for (uint32_t k = 0; k < fn->nblocks; k++) {
        struct spot at = {fn, &fn->blocks[k]};

        for (uint32_t i = 0; i < at.block->nins; i++) {
            const struct ir_ins *ins = &at.block->ins[i];

            if (ins->op == IR_LOCAL && ins->ref == local
                && !local_uses(at, ins->dst, i + 1, n, entries))
                return false;
            if (ins->op == IR_ZERO && maker(at, ins->a)
                && maker(at, ins->a)->op == IR_LOCAL
                && maker(at, ins->a)->ref == local)
                zeroed = true;
        }
    }
    *ret = (struct name_list){.name = l->name, .pos = l->pos};
    return zeroed && n && count_names(entries, n, ret);
}

bool value_names(const struct shape *s, struct spot at, uint32_t temp,
                 struct name_list *ret)
{
    const struct ir_ins *m = maker(at, temp);

    if (m && m->op == IR_GLOBAL)
        return global_names(s->ir, &s->ir->globals[m->ref], ret);
    if (m && m->op == IR_LOCAL)
        return local_names(s->ir, at.fn, m->ref, ret);
    return false;
}

bool value_may_be_null(struct spot at, uint32_t temp)
{
    const struct ir_ins *m = maker(at, temp);
    struct stores from;
    uint32_t local;

    if (m && m->op == IR_CONST)
        return m->imm == 0;
    if (!loaded_local(at, temp, &local))
        return false;
    from = stores_of(at.fn, local);
    for (size_t i = 0; i < from.count; i++) {
        m = maker(from.items[i].at, from.items[i].temp);
        if (m && (m->op == IR_LOAD || (m->op == IR_CONST && m->imm == 0)))
            return true;
    }
    return !from.known;
}
