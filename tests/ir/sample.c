// sample.c - see sample.h. In C it would be, more or less:
//
//     struct node { struct node *next; int value; };
//     struct entry { char *name; struct node *(*make)(int); };
//     union opaque;
//     static struct node *make(int n);
//     static const struct entry table[2] = {{"a", make}, {0, 0}};
//     int sum(struct node *list) { a loop with a switch, a computed goto }
//     void all(int n, double x) { one instruction of each kind }

#include "sample.h"

#include <string.h>

enum type {
    T_NONE,
    T_VOID,
    T_INT,
    T_DOUBLE,
    T_NODE,
    T_NODE_PTR,
    T_MAKER,
    T_MAKER_PTR,
    T_CHAR,
    T_CHAR_PTR,
    T_ENTRY,
    T_TABLE,
    T_OTHER,
    T_ULONG,
    T_INT_PTR,
    TYPES
};

enum { R_NONE, R_NODE, R_ENTRY, R_OPAQUE, RECORDS };
enum { D_NONE, D_MAKE, D_SUM, D_ALL, D_BROKEN, D_PRINTF, D_OLD, DECLS };
enum { G_NONE, G_TABLE, G_COUNT, G_ENVIRON, GLOBALS };

#define COPY(a, T, n, ...)                                                     \
    ((T *)memcpy(arena_array((a), T, (n)), (T const[]){__VA_ARGS__},           \
                 (n) * sizeof(T)))

static struct ir_pos at(uint32_t line, uint32_t col)
{
    return (struct ir_pos){1, line, col};
}

static void add_types(struct arena *a, struct ir_unit *u)
{
    static const struct ir_type types[TYPES] = {
        [T_VOID] = {.kind = IR_TYPE_VOID, .name = "void"},
        [T_INT] = {.kind = IR_TYPE_INT, .size = 4, .name = "int"},
        [T_DOUBLE] = {.kind = IR_TYPE_FLOAT, .size = 8, .name = "double"},
        [T_NODE] = {.kind = IR_TYPE_RECORD,
                    .record = R_NODE,
                    .size = 16,
                    .name = "struct node"},
        [T_NODE_PTR] = {.kind = IR_TYPE_POINTER,
                        .target = T_NODE,
                        .size = 8,
                        .name = "struct node *"},
        [T_MAKER] = {.kind = IR_TYPE_FUNCTION,
                     .target = T_NODE_PTR,
                     .name = "struct node *(int)"},
        [T_MAKER_PTR] = {.kind = IR_TYPE_POINTER,
                         .target = T_MAKER,
                         .size = 8,
                         .name = "struct node *(*)(int)"},
        [T_CHAR] = {.kind = IR_TYPE_INT, .size = 1, .name = "char"},
        [T_CHAR_PTR] = {.kind = IR_TYPE_POINTER,
                        .target = T_CHAR,
                        .size = 8,
                        .name = "char *"},
        [T_ENTRY] = {.kind = IR_TYPE_RECORD,
                     .record = R_ENTRY,
                     .size = 16,
                     .name = "struct entry"},
        [T_TABLE] = {.kind = IR_TYPE_ARRAY,
                     .target = T_ENTRY,
                     .count = 2,
                     .size = 32,
                     .name = "struct entry[2]"},
        [T_OTHER] = {.kind = IR_TYPE_OTHER, .name = "_Complex double"},
        [T_ULONG] = {.kind = IR_TYPE_INT,
                     .size = 8,
                     .is_unsigned = true,
                     .name = "unsigned long"},
        [T_INT_PTR] = {.kind = IR_TYPE_POINTER,
                       .target = T_INT,
                       .size = 8,
                       .name = "int *"},
    };

    u->ntypes = TYPES - 1;
    u->types = arena_array(a, struct ir_type, TYPES);
    memcpy(u->types, types, sizeof(types));
}

static void add_records(struct arena *a, struct ir_unit *u)
{
    u->nrecords = RECORDS - 1;
    u->records = arena_array(a, struct ir_record, RECORDS);
    u->records[R_NODE] = (struct ir_record){
        .name = "node",
        .is_complete = true,
        .nfields = 2,
        .fields =
            COPY(a, struct ir_field, 2, {"next", T_NODE_PTR}, {"value", T_INT}),
    };
    u->records[R_ENTRY] = (struct ir_record){
        .name = "entry",
        .is_complete = true,
        .nfields = 2,
        .fields = COPY(a, struct ir_field, 2, {"name", T_CHAR_PTR},
                       {"make", T_MAKER_PTR}),
    };
    u->records[R_OPAQUE] =
        (struct ir_record){.name = "opaque", .is_union = true};
}

static void add_decls(struct arena *a, struct ir_unit *u)
{
    u->ndecls = DECLS - 1;
    u->decls = arena_array(a, struct ir_decl, DECLS);
    u->decls[D_MAKE] = (struct ir_decl){
        .name = "make",
        .pos = at(10, 21),
        .result = T_NODE_PTR,
        .nparams = 1,
        .params = COPY(a, struct ir_param, 1, {"n", T_INT}),
        .has_prototype = true,
        .is_static = true,
        .fn = SAMPLE_MAKE + 1,
        .nnotes = 2,
        .notes = COPY(a, struct ir_note, 2, {0, "rc:new", at(10, 1)},
                      {1, "a \"b\"\n", at(10, 32)}),
    };
    u->decls[D_SUM] = (struct ir_decl){
        .name = "sum",
        .pos = at(20, 5),
        .result = T_INT,
        .nparams = 1,
        .params = COPY(a, struct ir_param, 1, {"list", T_NODE_PTR}),
        .has_prototype = true,
        .fn = SAMPLE_SUM + 1,
    };
    u->decls[D_ALL] = (struct ir_decl){
        .name = "all",
        .pos = at(40, 6),
        .result = T_VOID,
        .nparams = 2,
        .params = COPY(a, struct ir_param, 2, {"n", T_INT}, {"", T_DOUBLE}),
        .has_prototype = true,
        .fn = SAMPLE_ALL + 1,
    };
    u->decls[D_BROKEN] = (struct ir_decl){
        .name = "broken",
        .pos = at(90, 6),
        .result = T_VOID,
        .has_prototype = true,
        .fn = SAMPLE_BROKEN + 1,
    };
    u->decls[D_PRINTF] = (struct ir_decl){
        .name = "printf",
        .result = T_INT,
        .nparams = 1,
        .params = COPY(a, struct ir_param, 1, {"", T_CHAR_PTR}),
        .is_variadic = true,
        .has_prototype = true,
        .is_foreign = true,
    };
    u->decls[D_OLD] = (struct ir_decl){
        .name = "old",
        .result = T_INT,
        .is_implicit = true,
        .is_noreturn = true,
    };
}

static void add_globals(struct arena *a, struct ir_unit *u)
{
    u->nglobals = GLOBALS - 1;
    u->globals = arena_array(a, struct ir_global, GLOBALS);
    u->globals[G_TABLE] = (struct ir_global){
        .name = "table",
        .pos = at(5, 27),
        .type = T_TABLE,
        .is_static = true,
        .is_const = true,
        .function = "",
        .ninits = 4,
        .inits =
            COPY(a, struct ir_init, 4,
                 {0, R_ENTRY, 0, IR_INIT_STR, 0, 0, "a\tb\377", at(6, 6)},
                 {0, R_ENTRY, 1, IR_INIT_FN, 0, D_MAKE, "", at(6, 11)},
                 {1, R_ENTRY, 0, IR_INIT_INT, -3, 0, "", at(7, 6)},
                 {1, R_ENTRY, 1, IR_INIT_GLOBAL, 0, G_COUNT, "", at(7, 9)}),
    };
    u->globals[G_COUNT] = (struct ir_global){
        .name = "count",
        .pos = at(11, 16),
        .type = T_INT,
        .is_static = true,
        .function = "make",
        .ninits = 1,
        .inits = COPY(a, struct ir_init, 1,
                      {.kind = IR_INIT_OTHER, .text = "", .pos = at(11, 24)}),
    };
    u->globals[G_ENVIRON] = (struct ir_global){
        .name = "environ",
        .pos = {2, 3, 4},
        .type = T_CHAR_PTR,
        .is_foreign = true,
        .function = "",
    };
}

// --- functions ---------------------------------------------------------------

enum { MOST_INS = 48 };

// Where instructions go; every one stands on a line of its own.
struct builder {
    struct arena *arena;
    struct ir_fn *fn;
    uint32_t line;
};

static struct ir_block *begin_block(struct builder *b, enum ir_end end)
{
    struct ir_block *block = &b->fn->blocks[b->fn->nblocks++];

    block->ins = arena_array(b->arena, struct ir_ins, MOST_INS);
    block->end = end;
    block->macro = "";
    block->at = at(++b->line, 5);
    return block;
}

static void leads_to(struct builder *b, uint32_t to)
{
    struct ir_block *block = &b->fn->blocks[b->fn->nblocks - 1];

    if (!block->succ)
        block->succ = arena_array(b->arena, uint32_t, 8);
    block->succ[block->nsucc++] = to;
}

static uint32_t emit(struct builder *b, struct ir_ins ins)
{
    struct ir_block *block = &b->fn->blocks[b->fn->nblocks - 1];

    if (ir_op_has_dst(ins.op))
        ins.dst = ++b->fn->ntemps;
    if (!ins.text)
        ins.text = "";
    if (!ins.macro)
        ins.macro = "";
    ins.at = at(b->line++, 9);
    block->ins[block->nins++] = ins;
    return ins.dst;
}

static struct builder begin_fn(struct arena *a, struct ir_fn *fn,
                               const struct ir_unit *u, uint32_t decl)
{
    const struct ir_decl *d = &u->decls[decl];

    fn->decl = decl;
    fn->pos = d->pos;
    fn->problem = "";
    fn->nlocals = d->nparams;
    fn->locals = arena_array(a, struct ir_local, 8);
    for (uint32_t i = 0; i < d->nparams; i++)
        fn->locals[i] = (struct ir_local){.name = d->params[i].name,
                                          .type = d->params[i].type,
                                          .pos = d->pos,
                                          .is_param = true};
    fn->blocks = arena_array(a, struct ir_block, 8);
    return (struct builder){.arena = a, .fn = fn, .line = d->pos.line + 1};
}

static void end_fn(struct builder *b)
{
    b->fn->end = at(b->line + 1, 1);
}

static void add_make(struct arena *a, struct ir_unit *u)
{
    struct builder b = begin_fn(a, &u->fns[SAMPLE_MAKE], u, D_MAKE);
    struct ir_block *block;
    uint32_t n;

    begin_block(&b, IR_BRANCH);
    n = emit(&b, (struct ir_ins){.op = IR_LOCAL, .type = T_INT_PTR});
    n = emit(&b, (struct ir_ins){.op = IR_LOAD, .a = n, .type = T_INT});
    b.fn->blocks[0].value = n;
    leads_to(&b, 1);
    leads_to(&b, 2);
    block = begin_block(&b, IR_RETURN);
    block->value = emit(&b, (struct ir_ins){.op = IR_CONST,
                                            .type = T_NODE_PTR,
                                            .macro = "NOTHING",
                                            .spelled = {2, 7, 20}});
    block = begin_block(&b, IR_UNREACHABLE);
    emit(&b, (struct ir_ins){.op = IR_CALL, .ref = D_OLD, .type = T_INT});
    block->macro = "FATAL";
    end_fn(&b);
}

// A loop, a switch with a range, a computed goto.
static void add_sum(struct arena *a, struct ir_unit *u)
{
    struct builder b = begin_fn(a, &u->fns[SAMPLE_SUM], u, D_SUM);
    struct ir_block *block;

    begin_block(&b, IR_JUMP);
    leads_to(&b, 1);
    block = begin_block(&b, IR_SWITCH);
    block->value = emit(&b, (struct ir_ins){.op = IR_OPAQUE, .type = T_INT});
    block->cases = COPY(a, struct ir_case, 3, {1, 1}, {-4, INT64_MAX}, {9, 9});
    leads_to(&b, 2);
    leads_to(&b, 2);
    leads_to(&b, 4);
    leads_to(&b, 3);
    begin_block(&b, IR_JUMP);
    leads_to(&b, 1);
    begin_block(&b, IR_CHOOSE);
    leads_to(&b, 1);
    leads_to(&b, 4);
    begin_block(&b, IR_RETURN);
    end_fn(&b);
}

// Every operand is the first temp, an int, whatever the kind wants: types of
// operands are no invariant.
static struct ir_ins ins_of(struct arena *a, enum ir_op op)
{
    struct ir_ins ins = {.op = op, .type = T_INT};

    switch (op) {
    case IR_STR:
        ins.type = T_CHAR_PTR;
        ins.text = "say \"hi\"\\\n";
        break;
    case IR_FN:
        ins.type = T_MAKER_PTR;
        ins.ref = D_MAKE;
        break;
    case IR_GLOBAL:
        ins.ref = G_TABLE;
        break;
    case IR_LOCAL:
    case IR_DECLARE:
        ins.ref = 2;
        break;
    case IR_FIELD:
        ins.a = 1;
        ins.ref = R_NODE;
        ins.imm = 1;
        break;
    case IR_CALL:
        ins.ref = D_PRINTF;
        ins.nargs = 2;
        ins.args = COPY(a, uint32_t, 2, 1, 1);
        break;
    case IR_CONST:
        ins.imm = INT64_MIN;
        break;
    case IR_OPAQUE:
        ins.b = 1;
        break;
    case IR_LOAD:
    case IR_ZERO:
    case IR_NEG:
    case IR_COMPL:
    case IR_NOT:
    case IR_CAST:
        ins.a = 1;
        break;
    default:
        ins.a = 1;
        ins.b = 1;
        break;
    }
    if (op == IR_DECLARE)
        ins.type = 0;
    return ins;
}

static void add_all(struct arena *a, struct ir_unit *u)
{
    struct builder b = begin_fn(a, &u->fns[SAMPLE_ALL], u, D_ALL);

    b.fn->locals[b.fn->nlocals++] =
        (struct ir_local){.name = "i", .type = T_INT, .pos = at(41, 9)};
    b.fn->locals[b.fn->nlocals++] =
        (struct ir_local){.name = "i", .type = T_OTHER, .pos = at(42, 9)};
    b.fn->locals[b.fn->nlocals++] =
        (struct ir_local){.name = "", .type = T_ULONG, .is_hidden = true};
    begin_block(&b, IR_RETURN);
    emit(&b, (struct ir_ins){.op = IR_OPAQUE, .type = T_INT});
    for (int op = 0; op < IR_OPS; op++)
        emit(&b, ins_of(a, (enum ir_op)op));
    emit(&b, (struct ir_ins){.op = IR_CALL, .a = 1, .type = T_VOID});
    emit(&b, (struct ir_ins){.op = IR_LOCAL, .ref = 3, .type = T_INT_PTR});
    emit(&b, (struct ir_ins){.op = IR_LOCAL, .ref = 4, .type = T_INT_PTR});
    end_fn(&b);
}

static void add_broken(struct arena *a, struct ir_unit *u)
{
    struct builder b = begin_fn(a, &u->fns[SAMPLE_BROKEN], u, D_BROKEN);

    b.fn->problem = "a nested function";
    b.fn->problem_at = at(91, 3);
    end_fn(&b);
}

struct ir_unit *sample_unit(struct arena *a)
{
    struct ir_unit *u = arena_new(a, struct ir_unit);

    u->main = "src/sample.c";
    u->nfiles = 2;
    u->files = COPY(a, const char *, 3, NULL, "src/sample.c", "src/sample.h");
    add_types(a, u);
    add_records(a, u);
    add_decls(a, u);
    add_globals(a, u);
    u->nfns = SAMPLE_FNS;
    u->fns = arena_array(a, struct ir_fn, SAMPLE_FNS);
    add_make(a, u);
    add_sum(a, u);
    add_all(a, u);
    add_broken(a, u);
    u->nproblems = 1;
    u->problems = COPY(a, struct ir_problem, 1, {at(95, 1), "unknown type"});
    u->nmacros = 2;
    u->macros = COPY(a, struct ir_macro, 2, {"API_VERSION", "0x030d00f0"},
                     {"OTHER", ""});
    return u;
}

struct ir_ins *sample_ins(const struct ir_unit *unit, enum ir_op op)
{
    return &unit->fns[SAMPLE_ALL].blocks[0].ins[1 + op];
}
