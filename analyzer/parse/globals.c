// globals.c - variables that outlive a call, and the tables in them.
//
// One entry a variable. Initialisers are kept as a list of scalars; arrays of
// plain numbers hold no reference and are left out.

#include "parse/lower.h"

static bool is_const(CXType t)
{
    // An array is const itself or has elements that are.
    for (t = clang_getCanonicalType(t); t.kind != CXType_Invalid;
         t = clang_getArrayElementType(t))
        if (clang_isConstQualifiedType(t))
            return true;
    return false;
}

static uint32_t push_global(struct unit *u, struct ir_global g)
{
    size_t count = u->ir->nglobals + 1u;

    arena_push(u->a, u->ir->globals, count, u->cap_globals, g);
    return ++u->ir->nglobals;
}

static uint32_t make_global(struct unit *u, CXCursor c, const char *function)
{
    CXSourceLocation loc = clang_getCursorLocation(c);

    return push_global(
        u, (struct ir_global){
               .name = unit_string(u, clang_getCursorSpelling(c)),
               .pos = pos_of(u, loc),
               .type = type_of_cursor(u, c),
               .is_static = function[0]
                            || clang_getCursorLinkage(c) == CXLinkage_Internal,
               .is_const = is_const(clang_getCursorType(c)),
               .is_foreign = !pos_is_project(u, loc),
               .function = function,
           });
}

static uint32_t find_or_make(struct unit *u, CXCursor c, const char *function)
{
    uint32_t index = (uint32_t)ptrmap_get(&u->globals, c.data[0]);
    const void *first;

    if (index)
        return index;
    first = clang_getCanonicalCursor(c).data[0];
    index = (uint32_t)ptrmap_get(&u->globals, first);
    if (!index) {
        index = make_global(u, c, function);
        ptrmap_set(u->scratch, &u->globals, first, index);
    }
    ptrmap_set(u->scratch, &u->globals, c.data[0], index);
    return index;
}

uint32_t global_of(struct unit *u, CXCursor variable)
{
    return find_or_make(u, variable, "");
}

// Initialisers.

struct table {
    struct unit *u;
    struct ir_init *inits;
    size_t n, cap;
    const struct init_step *path;
    unsigned npath;
};

// What c names, seen through casts, parentheses and &.
static CXCursor named_thing(struct unit *u, CXCursor c)
{
    for (;;) {
        struct kids k;

        c = cursor_strip(u, c, true);
        if (c.kind != CXCursor_UnaryOperator
            || clang_getCursorUnaryOperatorKind(c) != CXUnaryOperator_AddrOf)
            return c;
        k = exprs_of(u, c);
        if (k.n != 1)
            return c;
        c = k.c[0];
    }
}

static void set_reference(struct unit *u, CXCursor c, struct ir_init *init)
{
    CXCursor to = clang_getCursorReferenced(c);

    if (to.kind == CXCursor_FunctionDecl) {
        init->kind = IR_INIT_FN;
        init->ref = decl_of(u, to);
    } else if (to.kind == CXCursor_VarDecl) {
        init->kind = IR_INIT_GLOBAL;
        init->ref = global_of(u, to);
    } else if (to.kind == CXCursor_EnumConstantDecl) {
        init->kind = IR_INIT_INT;
        init->value = clang_getEnumConstantDeclValue(to);
    }
}

static uint32_t literal_global(struct unit *u, CXCursor c);

static void set_value(struct unit *u, uint32_t type, CXCursor value,
                      struct ir_init *init)
{
    enum ir_type_kind kind = type_at(u, type)->kind;
    CXCursor c = named_thing(u, value);

    if (c.kind == CXCursor_StringLiteral) {
        init->kind = IR_INIT_STR;
        init->text = cursor_string(u, c);
    } else if (kind == IR_TYPE_INT && cursor_int(value, &init->value)) {
        init->kind = IR_INIT_INT;
    } else if (c.kind == CXCursor_DeclRefExpr) {
        set_reference(u, c, init);
    } else if (c.kind == CXCursor_CompoundLiteralExpr) {
        init->kind = IR_INIT_GLOBAL;
        init->ref = literal_global(u, c);
    } else if (c.kind == CXCursor_IntegerLiteral
               || c.kind == CXCursor_CharacterLiteral) {
        if (cursor_int(c, &init->value))
            init->kind = IR_INIT_INT;
    }
}

static void add_init(void *arg, const struct init_step *path, unsigned npath,
                     uint32_t type, CXCursor value)
{
    struct table *t = arg;
    struct unit *u = t->u;
    struct ir_init init = {.text = ""};

    for (unsigned i = 0; i < npath; i++) {
        if (path[i].record) {
            init.record = path[i].record;
            init.field = path[i].field;
        }
    }
    if (npath && !path[0].record)
        init.element = (uint32_t)path[0].lo;
    init.pos = pos_of(u, clang_getCursorLocation(value));
    set_value(u, type, value, &init);
    arena_push(u->a, t->inits, t->n, t->cap, init);
}

static bool is_numbers(struct unit *u, uint32_t type)
{
    const struct ir_type *t = type_at(u, type);

    if (t->kind != IR_TYPE_ARRAY)
        return false;
    while (t->kind == IR_TYPE_ARRAY)
        t = type_at(u, t->target);
    return t->kind == IR_TYPE_INT || t->kind == IR_TYPE_FLOAT;
}

// A constant array of characters may be a format.
static bool is_text(struct unit *u, uint32_t type, CXCursor value)
{
    CXCursor literal;

    return type_at(u, type_at(u, type)->target)->size == 1
           && init_is_string(u, value, &literal);
}

static void read_table(struct unit *u, uint32_t global, CXCursor value)
{
    uint32_t type = u->ir->globals[global].type;
    struct table t = {.u = u};
    struct init_walk w = {.u = u, .arg = &t, .leaf = add_init};

    if (is_numbers(u, type)
        && !(u->ir->globals[global].is_const && is_text(u, type, value)))
        return;
    value = value.kind == CXCursor_InitListExpr ? value
                                                : cursor_strip(u, value, false);
    if (value.kind == CXCursor_InitListExpr)
        init_list(&w, type, value);
    else
        add_init(&t, NULL, 0, type, value);
    u->ir->globals[global].inits = t.inits;
    u->ir->globals[global].ninits = (uint32_t)t.n;
}

// `(struct x){...}` in the initialiser of a global is a global without a name.
static uint32_t literal_global(struct unit *u, CXCursor c)
{
    uint32_t index = (uint32_t)ptrmap_get(&u->globals, c.data[1]);
    struct kids k = exprs_of(u, c);

    if (index)
        return index;
    index = push_global(u, (struct ir_global){
                               .name = "",
                               .pos = pos_of(u, clang_getCursorLocation(c)),
                               .type = type_of_cursor(u, c),
                               .is_static = true,
                               .is_const = is_const(clang_getCursorType(c)),
                               .function = "",
                           });
    ptrmap_set(u->scratch, &u->globals, c.data[1], index);
    if (k.n)
        read_table(u, index, k.c[k.n - 1]);
    return index;
}

uint32_t global_define(struct unit *u, CXCursor variable, const char *function)
{
    uint32_t index = find_or_make(u, variable, function);
    CXCursor value = clang_Cursor_getVarDeclInitializer(variable);

    if (!clang_Cursor_isNull(value) && !clang_isInvalid(value.kind)) {
        u->ir->globals[index].type = type_of_cursor(u, variable);
        u->ir->globals[index].pos =
            pos_of(u, clang_getCursorLocation(variable));
        u->ir->globals[index].is_foreign = false;
        read_table(u, index, value);
    }
    return index;
}
