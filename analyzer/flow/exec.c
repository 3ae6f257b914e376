// exec.c - one instruction: from the values of its operands to its own.

#include "flow/engine.h"

static int64_t convert(const struct ir_type *t, int64_t n)
{
    unsigned bits = t->size * 8;
    uint64_t mask;

    if (t->kind != IR_TYPE_INT || bits == 0 || bits >= 64)
        return n;
    mask = ((uint64_t)1 << bits) - 1;
    n = (int64_t)((uint64_t)n & mask);
    if (!t->is_unsigned && (uint64_t)n >> (bits - 1))
        n = (int64_t)((uint64_t)n | ~mask);
    return n;
}

static struct value cast(struct engine *e, struct run *r,
                         const struct ir_ins *ins)
{
    const struct ir_type *t = &e->ir->types[ins->type];
    struct value v = run_temp(e, r, ins->a);

    if (t->kind == IR_TYPE_FLOAT)
        return value_sym(run_fresh(e, r, 0, ins->type));
    return v.sym ? v : value_int(convert(t, v.num));
}

// p->x: readers call the field by that variable, whatever else leads to it.
static void note_variable(struct engine *e, const struct run *r, uint32_t temp,
                          uint32_t field)
{
    struct loc *l = &e->syms.locs[field];
    uint32_t p;

    if (l->via || e->syms.locs[l->base].kind != LOC_DEREF)
        return;
    p = loaded_from(e, r, temp);
    if (p && e->syms.locs[p].kind == LOC_LOCAL
        && !e->fn->locals[e->syms.locs[p].ref].is_hidden)
        e->syms.locs[field].via = p;
}

// The address of a member. The first member of a struct is where the struct
// is, and the members of a union are all in one place.
static struct value field(struct engine *e, struct run *r,
                          const struct ir_ins *ins)
{
    const struct ir_record *rec = &e->ir->records[ins->ref];
    struct value base = run_temp(e, r, ins->a);
    uint32_t n = rec->is_union ? 0 : (uint32_t)ins->imm;
    uint32_t type = rec->fields[ins->imm].type;
    uint32_t loc;

    if (!base.sym && base.num == 0)
        return base; // whoever reads or writes there sees the NULL
    if (!base.sym)
        return value_sym(run_fresh(e, r, 0, ins->type));
    if (n == 0 && type && e->ir->types[type].kind == IR_TYPE_RECORD)
        return base;
    loc = loc_field(&e->syms, place_of(e, base), ins->ref, n);
    note_variable(e, r, ins->a, loc);
    return value_sym(sym_addr(&e->syms, loc));
}

static struct value element(struct engine *e, struct run *r,
                            const struct ir_ins *ins)
{
    struct value base = run_temp(e, r, ins->a);

    if (!base.sym)
        return value_sym(run_fresh(e, r, 0, ins->type));
    return value_sym(sym_addr(&e->syms, loc_elem(&e->syms, place_of(e, base),
                                                 run_temp(e, r, ins->b))));
}

// A field of an object that is NULL is read or written.
static bool ends_at_null(struct engine *e, struct run *r, uint32_t temp,
                         struct value p)
{
    const struct ir_block *b = &e->fn->blocks[r->block];
    const struct ir_ins *m = ir_maker(b, temp);

    if (p.sym || p.num != 0 || !m || m->op != IR_FIELD)
        return false;
    while (m && (m->op == IR_FIELD || m->op == IR_CAST)) {
        temp = m->a;
        m = ir_maker(b, temp);
    }
    if (!m || !m->type || !e->u->counted_pointer[m->type])
        return false;
    null_used(e, r, temp);
    return r->dead;
}

static struct value load_from(struct engine *e, struct run *r,
                              const struct ir_ins *ins)
{
    struct value p = run_temp(e, r, ins->a);

    touch_pointer(e, r, p);
    p = run_temp(e, r, ins->a); // its object may be known better now
    if (ends_at_null(e, r, ins->a, p) || !p.sym)
        return value_sym(run_fresh(e, r, 0, ins->type));
    return load(e, r, place_of(e, p), ins->type);
}

static void store_to(struct engine *e, struct run *r, const struct ir_ins *ins)
{
    struct value p = run_temp(e, r, ins->a);

    touch_pointer(e, r, p);
    p = run_temp(e, r, ins->a);
    if (!ends_at_null(e, r, ins->a, p) && p.sym)
        store(e, r, place_of(e, p), run_temp(e, r, ins->b), ins->type);
}

static void declare(struct engine *e, struct run *r, uint32_t local)
{
    uint32_t loc = loc_local(&e->syms, local);
    struct binding *b = state_find(r->st, loc);
    const struct ref *ref = b && b->v.sym ? ref_find(r->st, b->v.sym) : NULL;

    // What the last turn of a loop left in it is lost where it was made.
    if (ref && ref->held > 0) {
        uint32_t sym = ref->sym;

        state_unbind(r->st, loc);
        r->shown = made_at(e, r->st, sym);
        track_lost(e, r, sym, RULE_LEAK);
        r->shown = 0;
    }
    forget_object(e, r, loc);
}

// Is it a number because the source says so?
static bool is_literal(const struct engine *e, const struct run *r,
                       uint32_t temp)
{
    const struct ir_block *b = &e->fn->blocks[r->block];
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    return !m || m->op == IR_CONST;
}

// A variable that turned out NULL is compared with an object of which nobody
// asks whether it is there: it is.
static bool null_and_object(const struct engine *e, const struct run *r,
                            uint32_t null, uint32_t object)
{
    struct value v = run_temp(e, r, null);
    struct value o = run_temp(e, r, object);
    const struct sym *y = &e->syms.syms[o.sym];

    return !v.sym && v.num == 0 && o.sym
           && (y->kind == SYM_INIT || y->kind == SYM_AFTER) && y->type
           && e->u->counted_pointer[y->type]
           && e->syms.locs[e->syms.locs[y->loc].root].kind == LOC_GLOBAL
           && truth_of(e, r->st, o) < 0 && !is_literal(e, r, null);
}

static struct value compute(struct engine *e, struct run *r,
                            const struct ir_ins *ins)
{
    struct value x = run_temp(e, r, ins->a);
    struct value y = ins->b ? run_temp(e, r, ins->b) : value_int(0);
    const struct ir_ins *m = ir_maker(&e->fn->blocks[r->block], ins->a);
    bool is_unsigned = m && m->type && e->ir->types[m->type].is_unsigned;

    if ((ins->op == IR_EQ || ins->op == IR_NE)
        && (null_and_object(e, r, ins->a, ins->b)
            || null_and_object(e, r, ins->b, ins->a)))
        return value_int(ins->op == IR_NE);
    return evaluate(e, r->st, ins->op, is_unsigned, x, y);
}

void exec_ins(struct engine *e, struct run *r, const struct ir_ins *ins)
{
    struct syms *s = &e->syms;

    switch (ins->op) {
    case IR_CONST:
        run_set(e, r, ins->dst, value_int(ins->imm));
        break;
    case IR_STR:
        run_set(
            e, r, ins->dst,
            value_sym(sym_addr(
                s, loc_intern(s, &(struct loc){.kind = LOC_STRING,
                                               .ref = engine_site(e, r)}))));
        break;
    case IR_FN:
        run_set(e, r, ins->dst, value_sym(sym_fn(s, ins->ref)));
        break;
    case IR_LOCAL:
        run_set(e, r, ins->dst, value_sym(sym_addr(s, loc_local(s, ins->ref))));
        break;
    case IR_GLOBAL:
        run_set(e, r, ins->dst,
                value_sym(sym_addr(s, loc_global(s, ins->ref))));
        break;
    case IR_FIELD:
        run_set(e, r, ins->dst, field(e, r, ins));
        break;
    case IR_ELEM:
        run_set(e, r, ins->dst, element(e, r, ins));
        break;
    case IR_LOAD:
        run_set(e, r, ins->dst, load_from(e, r, ins));
        break;
    case IR_STORE:
        store_to(e, r, ins);
        break;
    case IR_COPY:
        if (run_temp(e, r, ins->a).sym && run_temp(e, r, ins->b).sym)
            copy_object(e, r, place_of(e, run_temp(e, r, ins->a)),
                        place_of(e, run_temp(e, r, ins->b)), ins->type);
        break;
    case IR_ZERO:
        if (run_temp(e, r, ins->a).sym)
            zero_object(e, r, place_of(e, run_temp(e, r, ins->a)));
        break;
    case IR_CALL:
        exec_call(e, r, ins);
        break;
    case IR_CAST:
        run_set(e, r, ins->dst, cast(e, r, ins));
        break;
    case IR_OPAQUE:
        run_set(e, r, ins->dst, value_sym(run_fresh(e, r, 0, ins->type)));
        break;
    case IR_DECLARE:
        declare(e, r, ins->ref);
        break;
    default:
        run_set(e, r, ins->dst, compute(e, r, ins));
    }
}
