// verify_fn.c - is the body of a function what ir.h and ops.def say?

#include "ir/check.h"

enum operand { NONE, TEMP, MAYBE };

static const struct {
    bool dst;
    enum operand a, b;
} ops[IR_OPS] = {
#define OP(id, name, dst, a, b) [IR_##id] = {dst, a, b},
#include "ir/ops.def"
#undef OP
};

// What the block ends require: `succ` is exact where `exact` is set, else the
// least.
static const struct {
    uint32_t succ;
    bool exact;
    enum operand value;
} ends[IR_ENDS] = {
    [IR_JUMP] = {1, true, NONE},    [IR_BRANCH] = {2, true, TEMP},
    [IR_SWITCH] = {1, false, TEMP}, [IR_CHOOSE] = {1, false, MAYBE},
    [IR_RETURN] = {0, true, MAYBE}, [IR_UNREACHABLE] = {0, true, NONE},
};

// set_in[t]: 1 + the number of the block that has set temp t so far, or 0.
static int check_temp(const struct check *c, const uint32_t *set_in,
                      uint32_t temp, const char *what)
{
    uint32_t here = (uint32_t)(c->block - c->fn->blocks) + 1;

    if (check_index(c, temp, c->fn->ntemps, what) < 0)
        return -1;
    if (!set_in[temp])
        return check_fail(c, "%s %%%u is used before it is set", what, temp);
    if (set_in[temp] != here)
        return check_fail(c, "%s %%%u was set in block %u", what, temp,
                          set_in[temp] - 1);
    return 0;
}

static int check_operand(const struct check *c, const uint32_t *set_in,
                         enum operand kind, uint32_t temp, const char *what)
{
    if (kind == NONE && temp)
        return check_fail(c, "%s is %%%u, but it has none", what, temp);
    if (kind == TEMP && !temp)
        return check_fail(c, "%s is missing", what);
    return temp ? check_temp(c, set_in, temp, what) : 0;
}

static int check_local(const struct check *c, uint32_t ref)
{
    if (ref >= c->fn->nlocals)
        return check_fail(c, "local %u is not in 0..%u", ref,
                          c->fn->nlocals - 1);
    return 0;
}

static int check_field(const struct check *c)
{
    const struct ir_record *r;

    if (check_index(c, c->ins->ref, c->unit->nrecords, "record") < 0)
        return -1;
    r = &c->unit->records[c->ins->ref];
    if (c->ins->imm < 0 || c->ins->imm >= r->nfields)
        return check_fail(c, "field %lld of a record of %u",
                          (long long)c->ins->imm, r->nfields);
    return 0;
}

static int check_call(const struct check *c)
{
    if (!c->ins->ref && !c->ins->a)
        return check_fail(c, "it calls nothing");
    if (c->ins->ref && c->ins->a)
        return check_fail(c, "it calls a function and an address");
    if (c->ins->ref)
        return check_index(c, c->ins->ref, c->unit->ndecls, "function");
    return 0;
}

static int check_ref(const struct check *c)
{
    switch (c->ins->op) {
    case IR_FN:
        return check_index(c, c->ins->ref, c->unit->ndecls, "function");
    case IR_GLOBAL:
        return check_index(c, c->ins->ref, c->unit->nglobals, "global");
    case IR_LOCAL:
    case IR_DECLARE:
        return check_local(c, c->ins->ref);
    case IR_FIELD:
        return check_field(c);
    case IR_CALL:
        return check_call(c);
    default:
        if (c->ins->ref)
            return check_fail(c, "it refers to %u", c->ins->ref);
        return 0;
    }
}

// What only some kinds have must be empty in the others: two units alike are
// then alike in their bytes.
static int check_extras(const struct check *c)
{
    const struct ir_ins *ins = c->ins;

    if (check_string(c, ins->text, "its text") < 0
        || check_string(c, ins->macro, "its macro") < 0
        || check_array(c, ins->args, ins->nargs, "arguments") < 0)
        return -1;
    if (ins->imm && ins->op != IR_CONST && ins->op != IR_FIELD)
        return check_fail(c, "it has the number %lld", (long long)ins->imm);
    if (ins->text[0] && ins->op != IR_STR)
        return check_fail(c, "it has a text");
    if (ins->nargs && ins->op != IR_CALL)
        return check_fail(c, "it has arguments");
    if (ins->op == IR_DECLARE && !ins->type)
        return 0;
    return check_type(c, ins->type, "its type:");
}

static int check_dst(const struct check *c, uint32_t *set_in)
{
    uint32_t dst = c->ins->dst;

    if (!ops[c->ins->op].dst) {
        if (dst)
            return check_fail(c, "it sets %%%u, but it has no result", dst);
        return 0;
    }
    if (check_index(c, dst, c->fn->ntemps, "result") < 0)
        return -1;
    if (set_in[dst])
        return check_fail(c, "%%%u is set a second time", dst);
    set_in[dst] = (uint32_t)(c->block - c->fn->blocks) + 1;
    return 0;
}

static int check_ins(const struct check *c, uint32_t *set_in)
{
    const struct ir_ins *ins = c->ins;

    if (check_extras(c) < 0)
        return -1;
    if (check_operand(c, set_in, ops[ins->op].a, ins->a, "operand a") < 0
        || check_operand(c, set_in, ops[ins->op].b, ins->b, "operand b") < 0)
        return -1;
    for (uint32_t i = 0; i < ins->nargs; i++)
        if (check_temp(c, set_in, ins->args[i], "argument") < 0)
            return -1;
    if (check_ref(c) < 0)
        return -1;
    if (check_pos(c, ins->at, "it") < 0
        || check_pos(c, ins->spelled, "its spelling") < 0)
        return -1;
    return check_dst(c, set_in);
}

static int check_end(const struct check *c, const uint32_t *set_in)
{
    const struct ir_block *b = c->block;

    if (check_operand(c, set_in, ends[b->end].value, b->value,
                      "the value of the end:")
        < 0)
        return -1;
    for (uint32_t i = 0; b->end == IR_SWITCH && i + 1 < b->nsucc; i++)
        if (b->cases[i].lo > b->cases[i].hi)
            return check_fail(c, "case %u is empty", i);
    if (check_string(c, b->macro, "the macro of the end") < 0)
        return -1;
    if (check_pos(c, b->spelled, "the spelling of the end") < 0)
        return -1;
    return check_pos(c, b->at, "the end");
}

static int check_block(const struct check *block, uint32_t *set_in)
{
    struct check c = *block;

    for (uint32_t i = 0; i < c.block->nins; i++) {
        c.ins = &c.block->ins[i];
        if (check_ins(&c, set_in) < 0)
            return -1;
    }
    c.ins = NULL;
    return check_end(&c, set_in);
}

// The outline of a block: what is needed to walk the graph.
static int check_outline(const struct check *c)
{
    const struct ir_block *b = c->block;

    if ((unsigned)b->end >= IR_ENDS)
        return check_fail(c, "end of kind %u", (unsigned)b->end);
    if (ends[b->end].exact ? b->nsucc != ends[b->end].succ
                           : b->nsucc < ends[b->end].succ)
        return check_fail(c, "%u successors", b->nsucc);
    if (check_array(c, b->succ, b->nsucc, "successors") < 0
        || check_array(c, b->ins, b->nins, "instructions") < 0)
        return -1;
    if (b->end == IR_SWITCH
        && check_array(c, b->cases, b->nsucc - 1, "cases") < 0)
        return -1;
    for (uint32_t i = 0; i < b->nsucc; i++)
        if (b->succ[i] >= c->fn->nblocks)
            return check_fail(c, "successor %u is not in 0..%u", b->succ[i],
                              c->fn->nblocks - 1);
    return 0;
}

// Adds the temps that the block sets to *temps.
static int check_kinds(const struct check *block, uint64_t *temps)
{
    struct check c = *block;

    for (uint32_t i = 0; i < c.block->nins; i++) {
        c.ins = &c.block->ins[i];
        if ((unsigned)c.ins->op >= IR_OPS)
            return check_fail(&c, "kind %u", (unsigned)c.ins->op);
        *temps += ops[c.ins->op].dst;
    }
    return 0;
}

static int check_outlines(const struct check *fn)
{
    struct check c = *fn;
    uint64_t temps = 0;

    for (uint32_t i = 0; i < c.fn->nblocks; i++) {
        c.block = &c.fn->blocks[i];
        if (check_outline(&c) < 0 || check_kinds(&c, &temps) < 0)
            return -1;
    }
    // Exact, so that tables by temp cost no more than the instructions.
    if (fn->fn->ntemps != temps)
        return check_fail(fn, "%u temps, but %llu are set", fn->fn->ntemps,
                          (unsigned long long)temps);
    return 0;
}

static int check_blocks(const struct check *fn)
{
    struct arena a = {0};
    struct check c = *fn;
    uint32_t *set_in = arena_array(&a, uint32_t, (size_t)c.fn->ntemps + 1);
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c.fn->nblocks; i++) {
        c.block = &c.fn->blocks[i];
        r = check_block(&c, set_in);
    }
    arena_release(&a);
    return r;
}

static int check_locals(const struct check *c)
{
    const struct ir_fn *fn = c->fn;
    uint32_t nparams = c->unit->decls[fn->decl].nparams;

    if (check_array(c, fn->locals, fn->nlocals, "locals") < 0)
        return -1;
    if (!fn->problem[0] && fn->nlocals < nparams)
        return check_fail(c, "%u locals for %u parameters", fn->nlocals,
                          nparams);
    for (uint32_t i = 0; i < fn->nlocals; i++) {
        const struct ir_local *l = &fn->locals[i];

        if (check_string(c, l->name, "a local's name") < 0
            || check_type(c, l->type, "the type of a local:") < 0
            || check_pos(c, l->pos, "a local") < 0)
            return -1;
        if (l->is_param != (i < nparams))
            return check_fail(c,
                              "local %u (%.80s): the first %u, and only "
                              "they, are parameters",
                              i, l->name, nparams);
        if (l->is_hidden && l->name[0])
            return check_fail(c, "hidden local %u has the name %.80s", i,
                              l->name);
        if (!l->name[0] && !l->is_hidden && !l->is_param)
            return check_fail(c, "local %u has no name", i);
    }
    return 0;
}

static int check_head(const struct check *c)
{
    const struct ir_fn *fn = c->fn;

    if (check_index(c, fn->decl, c->unit->ndecls, "declaration") < 0
        || check_string(c, fn->problem, "its problem") < 0
        || check_pos(c, fn->pos, "it") < 0
        || check_pos(c, fn->end, "its end") < 0
        || check_pos(c, fn->problem_at, "its problem") < 0
        || check_array(c, fn->blocks, fn->nblocks, "blocks") < 0)
        return -1;
    if (fn->problem[0] && fn->nblocks)
        return check_fail(c, "a problem, and blocks all the same");
    if (!fn->problem[0] && !fn->nblocks)
        return check_fail(c, "no blocks, and no problem");
    return check_locals(c);
}

int ir_verify_fn(const struct ir_unit *unit, const struct ir_fn *fn,
                 struct err *err)
{
    const struct check c = {.unit = unit, .fn = fn, .err = err};

    if (check_head(&c) < 0 || check_outlines(&c) < 0 || check_blocks(&c) < 0)
        return -1;
    return fn->nblocks ? check_order(&c) : 0;
}
