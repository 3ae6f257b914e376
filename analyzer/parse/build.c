// build.c - a function's blocks, temps and locals while they grow.
//
// The current block is never ended: whoever ends it starts another one at
// once, dead or not (finish.c drops the dead ones). A temp asked for in
// another block than its own is either made again there (constants, addresses
// of variables) or carried over in a hidden local.

#include "parse/lower.h"

void build_at(struct body *f, CXCursor c)
{
    pos_where(f->u, c, &f->w);
}

uint32_t build_block(struct body *f)
{
    struct draft_block b = {.macro = ""};

    arena_push(f->a, f->blocks, f->nblocks, f->cap_blocks, b);
    return (uint32_t)f->nblocks - 1;
}

void build_start(struct body *f, uint32_t block)
{
    f->cur = block;
}

static uint32_t add_ins(struct body *f, uint32_t block, struct ir_ins ins)
{
    struct draft_block *b = &f->blocks[block];

    if (ir_op_has_dst(ins.op)) {
        struct temp t = {
            .block = block, .ins = (uint32_t)b->nins, .seen_block = UINT32_MAX};

        arena_push(f->a, f->temps, f->ntemps, f->cap_temps, t);
        ins.dst = (uint32_t)f->ntemps - 1;
    }
    if (!ins.text)
        ins.text = "";
    if (!ins.macro) {
        ins.at = f->w.at;
        ins.spelled = f->w.spelled;
        ins.macro = f->w.macro;
    }
    arena_push(f->a, b->ins, b->nins, b->cap, ins);
    return ins.dst;
}

struct ir_ins *build_def(struct body *f, uint32_t temp)
{
    return &f->blocks[f->temps[temp].block].ins[f->temps[temp].ins];
}

uint32_t build_hidden(struct body *f, uint32_t type)
{
    struct ir_local l = {
        .name = "", .type = type, .pos = f->w.at, .is_hidden = true};

    arena_push(f->a, f->locals, f->nlocals, f->cap_locals, l);
    return (uint32_t)f->nlocals - 1;
}

static struct ir_ins local_address(struct body *f, uint32_t local)
{
    return (struct ir_ins){.op = IR_LOCAL,
                           .ref = local,
                           .type =
                               type_pointer_to(f->u, f->locals[local].type)};
}

// Carry a temp over: stored where it was made.
static uint32_t carrier(struct body *f, uint32_t temp)
{
    struct ir_ins def = *build_def(f, temp);
    uint32_t block = f->temps[temp].block;
    struct ir_ins store = {.op = IR_STORE,
                           .b = temp,
                           .type = def.type,
                           .at = def.at,
                           .spelled = def.spelled,
                           .macro = def.macro};
    struct ir_ins address;
    uint32_t local;

    if (f->temps[temp].local)
        return f->temps[temp].local - 1;
    local = build_hidden(f, def.type);
    f->temps[temp].local = local + 1;
    address = local_address(f, local);
    address.at = def.at;
    address.spelled = def.spelled;
    address.macro = def.macro;
    store.a = add_ins(f, block, address);
    add_ins(f, block, store);
    return local;
}

static uint32_t copy_of(struct body *f, uint32_t temp)
{
    struct ir_ins def = *build_def(f, temp);
    uint32_t local;

    switch (def.op) {
    case IR_CONST:
    case IR_STR:
    case IR_FN:
    case IR_LOCAL:
    case IR_GLOBAL:
        return add_ins(f, f->cur, def);
    case IR_FIELD:
        def.a = build_use(f, def.a);
        return add_ins(f, f->cur, def);
    default:
        local = carrier(f, temp);
        return build_load(f, build_local(f, local), def.type);
    }
}

uint32_t build_use(struct body *f, uint32_t temp)
{
    uint32_t copy;

    if (!temp || f->temps[temp].block == f->cur)
        return temp;
    if (f->temps[temp].seen_block == f->cur)
        return f->temps[temp].seen_temp;
    copy = copy_of(f, temp);
    f->temps[temp].seen_block = f->cur;
    f->temps[temp].seen_temp = copy;
    return copy;
}

uint32_t build_ins(struct body *f, struct ir_ins ins)
{
    ins.a = build_use(f, ins.a);
    ins.b = build_use(f, ins.b);
    return add_ins(f, f->cur, ins);
}

uint32_t build_op(struct body *f, enum ir_op op, uint32_t type, uint32_t a,
                  uint32_t b)
{
    return build_ins(f,
                     (struct ir_ins){.op = op, .type = type, .a = a, .b = b});
}

uint32_t build_const(struct body *f, uint32_t type, int64_t value)
{
    return build_ins(
        f, (struct ir_ins){.op = IR_CONST, .type = type, .imm = value});
}

// libclang shows the largest values of an unsigned enum as negative numbers.
uint32_t build_enumerator(struct body *f, uint32_t type, CXCursor decl)
{
    int64_t value = clang_getEnumConstantDeclValue(decl);

    return build_const(f, type, lower_truncated(type_at(f->u, type), value));
}

bool build_is_const(struct body *f, uint32_t temp, int64_t *ret_value)
{
    const struct ir_ins *def;

    if (!temp)
        return false;
    def = build_def(f, temp);
    if (def->op != IR_CONST)
        return false;
    *ret_value = def->imm;
    return true;
}

uint32_t build_local(struct body *f, uint32_t local)
{
    return build_ins(f, local_address(f, local));
}

uint32_t build_global(struct body *f, uint32_t global)
{
    uint32_t type = f->u->ir->globals[global].type;

    return build_ins(f, (struct ir_ins){.op = IR_GLOBAL,
                                        .ref = global,
                                        .type = type_pointer_to(f->u, type)});
}

uint32_t build_fn(struct body *f, uint32_t decl, uint32_t type)
{
    return build_ins(f,
                     (struct ir_ins){.op = IR_FN, .ref = decl, .type = type});
}

uint32_t build_field(struct body *f, uint32_t base, uint32_t record,
                     uint32_t field)
{
    uint32_t type = record_at(f->u, record)->fields[field].type;

    return build_ins(f, (struct ir_ins){.op = IR_FIELD,
                                        .a = base,
                                        .ref = record,
                                        .imm = field,
                                        .type = type_pointer_to(f->u, type)});
}

uint32_t build_load(struct body *f, uint32_t address, uint32_t type)
{
    return build_op(f, IR_LOAD, type, address, 0);
}

void build_store(struct body *f, uint32_t address, uint32_t value,
                 uint32_t type)
{
    build_op(f, IR_STORE, type, address, value);
}

uint32_t build_call(struct body *f, uint32_t decl, uint32_t callee,
                    uint32_t type, uint32_t *args, uint32_t nargs)
{
    for (uint32_t i = 0; i < nargs; i++)
        args[i] = build_use(f, args[i]);
    return build_ins(f, (struct ir_ins){.op = IR_CALL,
                                        .ref = decl,
                                        .a = callee,
                                        .type = type,
                                        .args = nargs ? args : NULL,
                                        .nargs = nargs});
}

uint32_t build_opaque(struct body *f, uint32_t type)
{
    return build_op(f, IR_OPAQUE, type, 0, 0);
}

// Block ends.

static struct draft_block *end_block(struct body *f, enum ir_end end,
                                     uint32_t value)
{
    struct draft_block *b = &f->blocks[f->cur];

    b->ended = true;
    b->end = end;
    b->value = value;
    b->at = f->w.at;
    b->spelled = f->w.spelled;
    b->macro = f->w.macro;
    return b;
}

void build_jump(struct body *f, uint32_t block)
{
    struct draft_block *b = end_block(f, IR_JUMP, 0);

    b->nsucc = 1;
    b->succ = arena_array(f->a, uint32_t, 1);
    b->succ[0] = block;
}

void build_branch(struct body *f, uint32_t value, uint32_t yes, uint32_t no)
{
    struct draft_block *b;
    int64_t known;

    if (build_is_const(f, value, &known)) {
        build_jump(f, known ? yes : no);
        return;
    }
    value = build_use(f, value);
    b = end_block(f, IR_BRANCH, value);
    b->nsucc = 2;
    b->succ = arena_array(f->a, uint32_t, 2);
    b->succ[0] = yes;
    b->succ[1] = no;
}

void build_end(struct body *f, enum ir_end end, uint32_t value)
{
    value = build_use(f, value);
    end_block(f, end, value);
}

void build_stop(struct body *f)
{
    end_block(f, IR_UNREACHABLE, 0);
    build_start(f, build_block(f));
}
