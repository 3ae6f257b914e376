// expr.c - expressions: values and effects.
//
// Whether an lvalue is read follows from what is asked for, its value or its
// address (address.c).

#include "parse/lower.h"

static uint32_t name_value(struct body *f, CXCursor c)
{
    CXCursor to = clang_getCursorReferenced(c);
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t address;

    if (to.kind == CXCursor_EnumConstantDecl)
        return build_enumerator(f, type, to);
    build_at(f, c);
    address = lower_name(f, c);
    return address ? lower_load(f, address, type) : build_opaque(f, type);
}

static uint32_t lvalue(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t address = lower_address(f, c);

    return lower_load(f, address, type);
}

// Operators with one operand.

static uint32_t pointer_of(struct body *f, CXCursor c, CXCursor operand)
{
    if (operand.kind == CXCursor_DeclRefExpr)
        build_at(f, c);
    return lower_address(f, operand);
}

static uint32_t negated(struct body *f, CXCursor c, CXCursor operand)
{
    uint32_t v = lower_value(f, operand);
    int64_t known;

    build_at(f, c);
    if (build_is_const(f, v, &known))
        return build_const(f, f->u->type_int, !known);
    return build_op(f, IR_NOT, type_of_cursor(f->u, c), v, 0);
}

static uint32_t minus(struct body *f, CXCursor c, CXCursor operand,
                      enum ir_op op)
{
    uint32_t type = type_of_cursor(f->u, c);
    const struct ir_type *t = type_at(f->u, type);
    uint32_t v = lower_value(f, operand);
    int64_t known;

    if (build_is_const(f, v, &known) && t->kind == IR_TYPE_INT) {
        known = op == IR_NEG ? (int64_t)(0 - (uint64_t)known) : ~known;
        return build_const(f, type, lower_truncated(t, known));
    }
    return build_op(f, op, type, v, 0);
}

static uint32_t pointed_to(struct body *f, CXCursor c, CXCursor pointer)
{
    uint32_t type = type_of_cursor(f->u, c), decl = 0, address;

    if (type_at(f->u, type)->kind == IR_TYPE_FUNCTION)
        decl = lower_named_code(f, c, cursor_strip(f->u, pointer, true),
                                type_at(f->u, type)->target);
    if (decl)
        return build_fn(f, decl, type_pointer_to(f->u, type));
    address = lower_value(f, pointer);
    build_at(f, c);
    return lower_load(f, address, type);
}

static uint32_t unary(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    enum CXUnaryOperatorKind kind = clang_getCursorUnaryOperatorKind(c);

    if (k.n != 1)
        return lower_evaluated(f, c);
    switch (kind) {
    case CXUnaryOperator_PostInc:
    case CXUnaryOperator_PostDec:
    case CXUnaryOperator_PreInc:
    case CXUnaryOperator_PreDec:
        return lower_step(f, c, k.c[0], kind);
    case CXUnaryOperator_AddrOf:
        return pointer_of(f, c, k.c[0]);
    case CXUnaryOperator_Deref:
        return pointed_to(f, c, k.c[0]);
    case CXUnaryOperator_Plus:
    case CXUnaryOperator_Extension:
        return lower_value(f, k.c[0]);
    case CXUnaryOperator_Minus:
        return minus(f, c, k.c[0], IR_NEG);
    case CXUnaryOperator_Not:
        return minus(f, c, k.c[0], IR_COMPL);
    case CXUnaryOperator_LNot:
        return negated(f, c, k.c[0]);
    default: // real and imaginary part
        lower_effect(f, k.c[0]);
        return lower_evaluated(f, c);
    }
}

// Values.

static uint32_t string(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);

    return build_ins(
        f, (struct ir_ins){
               .op = IR_STR,
               .text = cursor_string(f->u, c),
               .type = type_pointer_to(f->u, type_at(f->u, type)->target)});
}

static uint32_t statement_expr(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c), inner;
    struct cleanup *outer = f->cleanups;
    uint32_t v = 0;

    if (k.n != 1)
        return lower_evaluated(f, c);
    inner = kids_of(f->u, k.c[0]);
    for (unsigned i = 0; i < inner.n; i++) {
        CXCursor last = inner.c[i];

        if (i + 1 < inner.n || !clang_isExpression(last.kind))
            lower_stmt(f, last);
        else
            v = lower_value(f, last);
    }
    lower_leave(f, outer);
    f->cleanups = outer;
    if (!v && type_at(f->u, type_of_cursor(f->u, c))->kind != IR_TYPE_VOID)
        v = lower_evaluated(f, c); // its last statement is a label or a loop
    return v;
}

static uint32_t single(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);

    return k.n == 1 ? lower_value(f, k.c[0]) : lower_evaluated(f, c);
}

static uint32_t label_address(struct body *f, CXCursor c)
{
    lower_take_label(f, c);
    return build_opaque(f, type_of_cursor(f->u, c));
}

static uint32_t dispatch(struct body *f, CXCursor c)
{
    switch (c.kind) {
    case CXCursor_DeclRefExpr:
        return name_value(f, c);
    case CXCursor_MemberRefExpr:
    case CXCursor_ArraySubscriptExpr:
    case CXCursor_CompoundLiteralExpr:
        return lvalue(f, c);
    case CXCursor_ParenExpr:
    case CXCursor_InitListExpr: // of a scalar
        return single(f, c);
    case CXCursor_UnexposedExpr:
        return lower_unexposed(f, c);
    case CXCursor_CStyleCastExpr:
        return lower_cast(f, c);
    case CXCursor_CallExpr:
        return lower_call(f, c);
    case CXCursor_UnaryOperator:
        return unary(f, c);
    case CXCursor_BinaryOperator:
        return lower_binary(f, c);
    case CXCursor_CompoundAssignOperator:
        return lower_compound_assign(f, c);
    case CXCursor_ConditionalOperator:
        return lower_conditional(f, c);
    case CXCursor_StmtExpr:
        return statement_expr(f, c);
    case CXCursor_StringLiteral:
        return string(f, c);
    case CXCursor_AddrLabelExpr:
        return label_address(f, c);
    case CXCursor_GenericSelectionExpr:
        return lower_generic(f, c);
    case CXCursor_CXXNullPtrLiteralExpr:
        return build_const(f, type_of_cursor(f->u, c), 0);
    default: // literals, sizeof
        return lower_evaluated(f, c);
    }
}

uint32_t lower_value(struct body *f, CXCursor c)
{
    uint32_t v = 0;

    if (body_enter(f, c))
        v = dispatch(f, c);
    else
        v = build_opaque(f, f->u->type_int);
    body_leave(f);
    return v;
}

// Reading a variable only to throw it away is no use of it.
void lower_effect(struct body *f, CXCursor c)
{
    struct kids k;

    if (!body_enter(f, c)) {
        body_leave(f);
        return;
    }
    switch (c.kind) {
    case CXCursor_DeclRefExpr:
        break;
    case CXCursor_ParenExpr:
    case CXCursor_CStyleCastExpr:
        k = exprs_of(f->u, c);
        if (k.n)
            lower_effect(f, k.c[k.n - 1]);
        break;
    case CXCursor_UnexposedExpr:
        k = exprs_of(f->u, c);
        if (k.n == 1
            && !type_is_va_arg(f->u, type_of_cursor(f->u, c),
                               type_of_cursor(f->u, k.c[0]))) {
            lower_effect(f, k.c[0]);
            break;
        }
        lower_value(f, c);
        break;
    default:
        lower_value(f, c);
    }
    body_leave(f);
}
