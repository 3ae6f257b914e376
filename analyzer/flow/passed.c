// passed.c - what all calls of a static function pass.
//
// in     the functions of a unit
// out    flow_unit.passed: for each parameter what holds of it in every call:
// it
//        is not NULL, or its number lies in a range
//
// Only of a function that nothing but these calls can reach: internal linkage,
// its address never taken, and not in a header, which other units read as well.

#include "flow/unit.h"

#include <string.h>

static bool is_header(const char *file)
{
    const char *dot = strrchr(file, '.');

    return !dot || strcmp(dot, ".c") != 0;
}

static bool can_tell(const struct ir_unit *ir, uint32_t d)
{
    const struct ir_decl *decl = &ir->decls[d];

    return decl->is_static && decl->fn && decl->nparams && !decl->is_variadic
           && !is_header(ir->files[ir->fns[decl->fn - 1].pos.file]);
}

// What a value is, told by the instruction that makes it. An address inside of
// something that has a name is not NULL.
static struct passed value_of(const struct ir_unit *ir,
                              const struct ir_block *b, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);
    struct passed any = {.lo = INT64_MIN, .hi = INT64_MAX};

    while (m && (m->op == IR_CAST || m->op == IR_FIELD || m->op == IR_ELEM)
           && ir->types[m->type].kind == IR_TYPE_POINTER)
        m = ir_maker(b, m->a);
    if (!m)
        return any;
    switch (m->op) {
    case IR_STR:
    case IR_FN:
    case IR_LOCAL:
    case IR_GLOBAL:
        any.nonzero = true;
        return any;
    case IR_CONST:
        return (struct passed){.nonzero = m->imm != 0, m->imm, m->imm};
    default:
        return any;
    }
}

static void add(struct passed *p, bool first, struct passed v)
{
    p->nonzero = (first || p->nonzero) && v.nonzero;
    p->lo = first || v.lo < p->lo ? v.lo : p->lo;
    p->hi = first || v.hi > p->hi ? v.hi : p->hi;
}

struct callers {
    struct flow_unit *u;
    bool *called, *elsewhere; // [decl]: by a call that was seen, or otherwise
};

static void note_call(struct callers *c, const struct ir_block *b,
                      const struct ir_ins *ins)
{
    struct passed *passed = c->u->passed[ins->ref];

    if (ins->nargs != c->u->ir->decls[ins->ref].nparams)
        c->elsewhere[ins->ref] = true;
    for (uint32_t i = 0; passed && !c->elsewhere[ins->ref] && i < ins->nargs;
         i++)
        add(&passed[i], !c->called[ins->ref],
            value_of(c->u->ir, b, ins->args[i]));
    c->called[ins->ref] = true;
}

static void note_function(struct callers *c, const struct ir_fn *fn)
{
    for (uint32_t k = 0; k < fn->nblocks; k++) {
        const struct ir_block *b = &fn->blocks[k];

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];

            if (ins->op == IR_FN)
                c->elsewhere[ins->ref] = true;
            else if (ins->op == IR_CALL && ins->ref)
                note_call(c, b, ins);
        }
    }
}

static void note_tables(struct callers *c)
{
    const struct ir_unit *ir = c->u->ir;

    for (uint32_t g = 1; g <= ir->nglobals; g++)
        for (uint32_t i = 0; i < ir->globals[g].ninits; i++)
            if (ir->globals[g].inits[i].kind == IR_INIT_FN)
                c->elsewhere[ir->globals[g].inits[i].ref] = true;
}

void flow_find_passed(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;
    struct arena *a = u->arena;
    struct callers c = {u, arena_array(a, bool, (size_t)ir->ndecls + 1),
                        arena_array(a, bool, (size_t)ir->ndecls + 1)};

    u->passed = arena_array(a, struct passed *, (size_t)ir->ndecls + 1);
    for (uint32_t d = 1; d <= ir->ndecls; d++)
        if (can_tell(ir, d))
            u->passed[d] = arena_array(a, struct passed, ir->decls[d].nparams);
    note_tables(&c);
    for (uint32_t n = 0; n < ir->nfns; n++)
        note_function(&c, &ir->fns[n]);
    // A function that could not be read may call any other.
    for (uint32_t n = 0; n < ir->nfns; n++)
        if (ir->fns[n].problem[0])
            memset(c.elsewhere, true, ir->ndecls + 1);
    for (uint32_t d = 1; d <= ir->ndecls; d++)
        if (c.elsewhere[d] || !c.called[d])
            u->passed[d] = NULL;
}
