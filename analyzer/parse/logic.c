// logic.c - conditions: &&, ||, !, ?: as control flow.
//
// A condition that is a constant becomes a jump, so that `do {} while (0)` and
// `if (0)` leave no branch behind.

#include "parse/lower.h"

static bool is_logical(CXCursor c)
{
    enum CXBinaryOperatorKind kind;

    if (c.kind != CXCursor_BinaryOperator)
        return false;
    kind = clang_getCursorBinaryOperatorKind(c);
    return kind == CXBinaryOperator_LAnd || kind == CXBinaryOperator_LOr;
}

static bool is_not(CXCursor c)
{
    return c.kind == CXCursor_UnaryOperator
           && clang_getCursorUnaryOperatorKind(c) == CXUnaryOperator_LNot;
}

// Does the conversion from inner to outer keep "is it 0"?
static bool keeps_truth(struct body *f, CXCursor outer, CXCursor inner)
{
    uint32_t to_type = type_of_cursor(f->u, outer);
    uint32_t from_type = type_of_cursor(f->u, inner);
    const struct ir_type *to = type_at(f->u, to_type);
    const struct ir_type *from = type_at(f->u, from_type);

    if (is_logical(inner) || is_not(inner))
        return to->kind == IR_TYPE_INT;
    if (type_is_va_arg(f->u, to_type, from_type))
        return false;
    return (from->kind == IR_TYPE_INT || from->kind == IR_TYPE_POINTER)
           && (to->kind == IR_TYPE_INT || to->kind == IR_TYPE_POINTER)
           && from->size && (to->size >= from->size || type_is_bool(to));
}

// The condition below parentheses and conversions that do not matter to it.
static CXCursor bare_condition(struct body *f, CXCursor c)
{
    for (;;) {
        struct kids k;

        if (c.kind == CXCursor_UnexposedExpr
            && !clang_Cursor_isNull(clang_getCursorReferenced(c)))
            return c; // a variable, a member, a call: nothing to see in it
        if (c.kind != CXCursor_ParenExpr && c.kind != CXCursor_UnexposedExpr
            && c.kind != CXCursor_CStyleCastExpr)
            return c;
        k = exprs_of(f->u, c);
        if (k.n == 0 || (k.n > 1 && c.kind != CXCursor_CStyleCastExpr))
            return c;
        if (c.kind != CXCursor_ParenExpr && !keeps_truth(f, c, k.c[k.n - 1]))
            return c;
        c = k.c[k.n - 1];
    }
}

// The first argument of a __builtin_expect(x, y).
static bool expected(struct body *f, CXCursor c, CXCursor *ret)
{
    CXCursor callee;

    if (c.kind != CXCursor_CallExpr && c.kind != CXCursor_UnexposedExpr)
        return false;
    callee = clang_getCursorReferenced(c);
    if (callee.kind != CXCursor_FunctionDecl
        || decl_builtin(f->u, decl_of(f->u, callee)) != BUILTIN_FIRST)
        return false;
    c = cursor_strip(f->u, c, false);
    if (c.kind != CXCursor_CallExpr || clang_Cursor_getNumArguments(c) < 1)
        return false;
    *ret = clang_Cursor_getArgument(c, 0);
    return true;
}

static void logical(struct body *f, CXCursor c, uint32_t yes, uint32_t no)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t second = build_block(f);

    if (clang_getCursorBinaryOperatorKind(c) == CXBinaryOperator_LAnd)
        lower_cond(f, k.c[0], second, no);
    else
        lower_cond(f, k.c[0], yes, second);
    build_start(f, second);
    lower_cond(f, k.c[1], yes, no);
}

static void leaf(struct body *f, CXCursor c, uint32_t yes, uint32_t no)
{
    uint32_t v = lower_value(f, c);

    if (!v)
        v = build_opaque(f, f->u->type_int);
    build_at(f, c);
    build_branch(f, v, yes, no);
}

// Branch on c. The current block is ended; the caller starts another one.
void lower_cond(struct body *f, CXCursor c, uint32_t yes, uint32_t no)
{
    if (!body_enter(f, c)) {
        build_jump(f, yes);
        body_leave(f);
        return;
    }
    do
        c = bare_condition(f, c);
    while (expected(f, c, &c));
    if (is_logical(c)) {
        logical(f, c, yes, no);
    } else if (is_not(c)) {
        struct kids k = exprs_of(f->u, c);

        lower_cond(f, k.c[0], no, yes);
    } else {
        leaf(f, c, yes, no);
    }
    body_leave(f);
}

static void store_const(struct body *f, uint32_t local, uint32_t type,
                        int64_t value)
{
    uint32_t v = build_const(f, type, value);

    build_store(f, build_local(f, local), v, type);
}

// && and || as a value.
uint32_t lower_boolean(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t yes = build_block(f), no = build_block(f), join = build_block(f);
    uint32_t local;

    build_at(f, c);
    local = build_hidden(f, type);
    lower_cond(f, c, yes, no);
    build_at(f, c);
    build_start(f, yes);
    store_const(f, local, type, 1);
    build_jump(f, join);
    build_start(f, no);
    store_const(f, local, type, 0);
    build_jump(f, join);
    build_start(f, join);
    return build_load(f, build_local(f, local), type);
}

// Structs are known by their address, so that is what a ?: of them carries.
static uint32_t carried_type(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);
    enum ir_type_kind kind = type_at(f->u, type)->kind;

    if (kind == IR_TYPE_RECORD || kind == IR_TYPE_ARRAY
        || kind == IR_TYPE_FUNCTION)
        return type_pointer_to(f->u, type);
    return type;
}

static void arm(struct body *f, CXCursor c, uint32_t local, uint32_t type,
                uint32_t join)
{
    uint32_t v;

    if (type_at(f->u, type)->kind == IR_TYPE_VOID) {
        lower_effect(f, c);
    } else {
        v = lower_value(f, c);
        if (!v)
            v = build_opaque(f, type);
        build_store(f, build_local(f, local), v, type);
    }
    build_jump(f, join);
}

static uint32_t joined(struct body *f, CXCursor c, uint32_t local,
                       uint32_t type, uint32_t join)
{
    build_at(f, c);
    build_start(f, join);
    if (type_at(f->u, type)->kind == IR_TYPE_VOID)
        return 0;
    return build_load(f, build_local(f, local), type);
}

uint32_t lower_conditional(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t type = carried_type(f, c);
    uint32_t yes = build_block(f), no = build_block(f), join = build_block(f);
    uint32_t local = 0;

    if (k.n != 3)
        return build_opaque(f, type);
    build_at(f, c);
    if (type_at(f->u, type)->kind != IR_TYPE_VOID)
        local = build_hidden(f, type);
    lower_cond(f, k.c[0], yes, no);
    build_start(f, yes);
    arm(f, k.c[1], local, type, join);
    build_start(f, no);
    arm(f, k.c[2], local, type, join);
    return joined(f, c, local, type, join);
}

// a ?: b
uint32_t lower_elvis(struct body *f, CXCursor c, const struct kids *k)
{
    uint32_t type = carried_type(f, c);
    uint32_t from = type_of_cursor(f->u, k->c[0]);
    uint32_t yes = build_block(f), no = build_block(f), join = build_block(f);
    uint32_t local, v;

    build_at(f, c);
    local = build_hidden(f, type);
    v = lower_value(f, k->c[0]);
    build_branch(f, v, yes, no);
    build_start(f, yes);
    v = lower_convert(f, build_use(f, v), from, type);
    build_store(f, build_local(f, local), v, type);
    build_jump(f, join);
    build_start(f, no);
    arm(f, k->c[3], local, type, join);
    return joined(f, c, local, type, join);
}
