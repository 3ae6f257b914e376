// sym.c - see sym.h.

#include "flow/sym.h"

#include "ir/ir.h"

void syms_init(struct syms *s, struct arena *a)
{
    *s = (struct syms){.arena = a};
    s->nsyms = s->nlocs = 1; // 0 is "none"
    s->syms_cap = s->locs_cap = 64;
    s->syms = arena_array(a, struct sym, s->syms_cap);
    s->locs = arena_array(a, struct loc, s->locs_cap);
    s->nsym_slots = s->nloc_slots = 128;
    s->sym_slots = arena_array(a, uint32_t, s->nsym_slots);
    s->loc_slots = arena_array(a, uint32_t, s->nloc_slots);
}

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9E3779B97F4A7C15U;
    return h ^ (h >> 29);
}

static uint64_t value_hash(uint64_t h, struct value v)
{
    return mix(mix(h, v.sym), (uint64_t)v.num);
}

static uint64_t sym_hash(const struct sym *k)
{
    uint64_t h = mix(0, (uint64_t)k->kind << 32 | k->site);

    h = mix(h, (uint64_t)k->slot << 32 | k->gen);
    h = mix(h, (uint64_t)k->loc << 32 | k->op);
    return value_hash(value_hash(h, k->x), k->y);
}

static bool sym_same(const struct sym *a, const struct sym *b)
{
    return a->kind == b->kind && a->site == b->site && a->slot == b->slot
           && a->gen == b->gen && a->loc == b->loc && a->op == b->op
           && value_same(a->x, b->x) && value_same(a->y, b->y);
}

static uint64_t loc_hash(const struct loc *k)
{
    uint64_t h = mix(0, (uint64_t)k->kind << 32 | k->base);

    h = mix(h, (uint64_t)k->ref << 32 | k->field);
    return value_hash(h, k->index);
}

static bool loc_same(const struct loc *a, const struct loc *b)
{
    return a->kind == b->kind && a->base == b->base && a->ref == b->ref
           && a->field == b->field && value_same(a->index, b->index);
}

static void sym_rehash(struct syms *s)
{
    s->nsym_slots *= 2;
    s->sym_slots = arena_array(s->arena, uint32_t, s->nsym_slots);
    for (size_t n = 1; n < s->nsyms; n++) {
        size_t i = sym_hash(&s->syms[n]) & (s->nsym_slots - 1);

        while (s->sym_slots[i])
            i = (i + 1) & (s->nsym_slots - 1);
        s->sym_slots[i] = (uint32_t)n;
    }
}

static void loc_rehash(struct syms *s)
{
    s->nloc_slots *= 2;
    s->loc_slots = arena_array(s->arena, uint32_t, s->nloc_slots);
    for (size_t n = 1; n < s->nlocs; n++) {
        size_t i = loc_hash(&s->locs[n]) & (s->nloc_slots - 1);

        while (s->loc_slots[i])
            i = (i + 1) & (s->nloc_slots - 1);
        s->loc_slots[i] = (uint32_t)n;
    }
}

static uint64_t value_parts(const struct syms *s, struct value v)
{
    return v.sym ? s->syms[v.sym].parts : 0;
}

static uint64_t sym_parts(const struct syms *s, uint32_t n,
                          const struct sym *key)
{
    if (key->kind == SYM_EXPR || key->kind == SYM_PURE)
        return sym_bit(n) | value_parts(s, key->x) | value_parts(s, key->y);
    return sym_bit(n) | s->locs[key->loc].parts;
}

static uint64_t loc_parts(const struct syms *s, const struct loc *key)
{
    uint64_t parts = s->locs[key->base].parts | value_parts(s, key->index);

    return key->kind == LOC_DEREF ? parts | s->syms[key->ref].parts : parts;
}

uint32_t sym_intern(struct syms *s, const struct sym *key)
{
    size_t i = sym_hash(key) & (s->nsym_slots - 1);
    struct sym made = *key;

    while (s->sym_slots[i]) {
        if (sym_same(&s->syms[s->sym_slots[i]], key))
            return s->sym_slots[i];
        i = (i + 1) & (s->nsym_slots - 1);
    }
    s->sym_slots[i] = (uint32_t)s->nsyms;
    made.parts = sym_parts(s, (uint32_t)s->nsyms, key);
    arena_push(s->arena, s->syms, s->nsyms, s->syms_cap, made);
    if (s->nsyms * 2 > s->nsym_slots)
        sym_rehash(s);
    return (uint32_t)s->nsyms - 1;
}

uint32_t loc_intern(struct syms *s, const struct loc *key)
{
    size_t i = loc_hash(key) & (s->nloc_slots - 1);
    uint32_t n = (uint32_t)s->nlocs;
    struct loc made = *key;

    while (s->loc_slots[i]) {
        if (loc_same(&s->locs[s->loc_slots[i]], key))
            return s->loc_slots[i];
        i = (i + 1) & (s->nloc_slots - 1);
    }
    s->loc_slots[i] = n;
    made.root = made.base ? s->locs[made.base].root : n;
    made.depth = made.base ? s->locs[made.base].depth : 0;
    if (made.kind == LOC_DEREF)
        made.depth = s->locs[s->syms[made.ref].loc].depth + 1;
    made.parts = loc_parts(s, key);
    arena_push(s->arena, s->locs, s->nlocs, s->locs_cap, made);
    if (s->nlocs * 2 > s->nloc_slots)
        loc_rehash(s);
    return n;
}

uint32_t sym_init(struct syms *s, uint32_t loc, uint32_t type)
{
    return sym_intern(
        s, &(struct sym){.kind = SYM_INIT, .loc = loc, .type = type});
}

uint32_t sym_site(struct syms *s, uint32_t site, uint32_t slot, uint32_t type)
{
    return sym_intern(
        s, &(struct sym){
               .kind = SYM_SITE, .site = site, .slot = slot, .type = type});
}

uint32_t sym_after(struct syms *s, uint32_t site, uint32_t loc, uint32_t type)
{
    return sym_intern(
        s, &(struct sym){
               .kind = SYM_AFTER, .site = site, .loc = loc, .type = type});
}

uint32_t sym_join(struct syms *s, uint32_t block, uint32_t loc, uint32_t type)
{
    return sym_intern(
        s, &(struct sym){
               .kind = SYM_JOIN, .site = block, .loc = loc, .type = type});
}

uint32_t sym_expr(struct syms *s, uint32_t op, struct value x, struct value y)
{
    return sym_intern(
        s, &(struct sym){.kind = SYM_EXPR, .op = op, .x = x, .y = y});
}

uint32_t sym_addr(struct syms *s, uint32_t loc)
{
    // The address of what p points to is p.
    if (s->locs[loc].kind == LOC_DEREF)
        return s->locs[loc].ref;
    return sym_intern(s, &(struct sym){.kind = SYM_ADDR, .loc = loc});
}

uint32_t sym_fn(struct syms *s, uint32_t decl)
{
    return sym_intern(s, &(struct sym){.kind = SYM_FN, .site = decl});
}

uint32_t loc_local(struct syms *s, uint32_t local)
{
    return loc_intern(s, &(struct loc){.kind = LOC_LOCAL, .ref = local});
}

uint32_t loc_global(struct syms *s, uint32_t global)
{
    return loc_intern(s, &(struct loc){.kind = LOC_GLOBAL, .ref = global});
}

uint32_t loc_deref(struct syms *s, uint32_t sym)
{
    if (s->syms[sym].kind == SYM_ADDR)
        return s->syms[sym].loc;
    return loc_intern(s, &(struct loc){.kind = LOC_DEREF, .ref = sym});
}

uint32_t loc_field(struct syms *s, uint32_t base, uint32_t record,
                   uint32_t field)
{
    return loc_intern(
        s, &(struct loc){
               .kind = LOC_FIELD, .base = base, .ref = record, .field = field});
}

// Element 0 is the place itself: *p and p[0], a and a[0] are one.
uint32_t loc_elem(struct syms *s, uint32_t base, struct value index)
{
    const struct loc *b = &s->locs[base];

    if (b->kind == LOC_ELEM && !b->index.sym && !index.sym) {
        index.num = (int64_t)((uint64_t)index.num + (uint64_t)b->index.num);
        base = b->base;
    }
    if (!index.sym && index.num == 0)
        return base;
    return loc_intern(
        s, &(struct loc){.kind = LOC_ELEM, .base = base, .index = index});
}

bool value_mentions(const struct syms *s, struct value v, uint32_t part)
{
    const struct sym *y;

    if (!v.sym)
        return false;
    if (v.sym == part)
        return true;
    y = &s->syms[v.sym];
    if (!(y->parts & sym_bit(part)))
        return false;
    if (y->kind == SYM_EXPR || y->kind == SYM_PURE)
        return value_mentions(s, y->x, part) || value_mentions(s, y->y, part);
    return loc_mentions(s, y->loc, part);
}

bool loc_mentions(const struct syms *s, uint32_t loc, uint32_t part)
{
    for (uint32_t l = loc; s->locs[l].parts & sym_bit(part);
         l = s->locs[l].base) {
        const struct loc *p = &s->locs[l];

        if (value_mentions(s, p->index, part)
            || (p->kind == LOC_DEREF
                && value_mentions(s, value_sym(p->ref), part)))
            return true;
    }
    return false;
}

struct value value_replace(struct syms *s, struct value v, uint32_t from,
                           struct value to)
{
    struct sym y;

    if (!v.sym || !value_mentions(s, v, from))
        return v;
    if (v.sym == from)
        return to;
    y = s->syms[v.sym];
    y.x = value_replace(s, y.x, from, to);
    y.y = value_replace(s, y.y, from, to);
    if (y.loc)
        y.loc = loc_replace(s, y.loc, from, to);
    if (y.kind == SYM_EXPR && !y.x.sym && !y.y.sym) {
        int64_t n;

        if (y.op == IR_NOT)
            return value_int(!y.x.num);
        if (ir_fold((enum ir_op)y.op, false, y.x.num, y.y.num, &n))
            return value_int(n);
    }
    if (y.kind == SYM_ADDR)
        return value_sym(sym_addr(s, y.loc));
    return value_sym(sym_intern(s, &y));
}

uint32_t loc_replace(struct syms *s, uint32_t loc, uint32_t from,
                     struct value to)
{
    struct loc l = s->locs[loc];

    if (!(l.parts & sym_bit(from)))
        return loc;
    switch (l.kind) {
    case LOC_DEREF: {
        struct value p = value_replace(s, value_sym(l.ref), from, to);

        // A pointer that became a constant points to nothing we know.
        return p.sym ? loc_deref(s, p.sym) : loc;
    }
    case LOC_FIELD:
        return loc_field(s, loc_replace(s, l.base, from, to), l.ref, l.field);
    case LOC_ELEM:
        return loc_elem(s, loc_replace(s, l.base, from, to),
                        value_replace(s, l.index, from, to));
    default:
        return loc;
    }
}

bool is_parameter(const struct syms *s, uint32_t sym)
{
    return s->syms[sym].kind == SYM_INIT
           && s->locs[s->syms[sym].loc].kind == LOC_LOCAL;
}

bool is_passed(const struct syms *s, uint32_t sym)
{
    const struct sym *y = &s->syms[sym];
    const struct loc *l = &s->locs[y->loc];

    return is_parameter(s, sym)
           || (y->kind == SYM_INIT && l->kind == LOC_DEREF
               && is_parameter(s, l->ref));
}

uint32_t loc_object(const struct syms *s, uint32_t loc)
{
    const struct loc *root = &s->locs[s->locs[loc].root];

    return root->kind == LOC_DEREF ? root->ref : 0;
}

bool loc_is_shared(const struct syms *s, uint32_t loc)
{
    return s->locs[s->locs[loc].root].kind != LOC_LOCAL;
}
