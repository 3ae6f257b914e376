// expr.c - expressions: values, addresses, effects.
//
// Implicit conversions are unexposed expressions with one child; whether an
// lvalue is read follows from what is asked for (value or address), what a
// conversion does from the types on both sides.

#include "parse/lower.h"

#include <string.h>

uint32_t lower_load(struct body *f, uint32_t address, uint32_t type)
{
    enum ir_type_kind kind = type_at(f->u, type)->kind;

    // Arrays and functions decay; structs are known by their address.
    if (kind == IR_TYPE_RECORD || kind == IR_TYPE_ARRAY
        || kind == IR_TYPE_FUNCTION || kind == IR_TYPE_VOID)
        return address;
    return build_load(f, address, type);
}

// A value that must have an address: a struct just made, or a scalar.
uint32_t lower_held(struct body *f, uint32_t v, uint32_t type)
{
    uint32_t local = build_hidden(f, type);

    build_store(f, build_local(f, local), v, type);
    return build_local(f, local);
}

// Names.

static uint32_t variable_address(struct body *f, CXCursor decl)
{
    uint64_t local = ptrmap_get(&f->local_of, decl.data[0]);

    if (local)
        return build_local(f, (uint32_t)local - 1);
    return build_global(f, global_of(f->u, decl));
}

static uint32_t function_address(struct body *f, CXCursor decl, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);

    if (type_at(f->u, type)->kind == IR_TYPE_FUNCTION)
        type = type_pointer_to(f->u, type);
    return build_fn(f, decl_of(f->u, decl), type);
}

static uint32_t name_address(struct body *f, CXCursor c)
{
    CXCursor to = clang_getCursorReferenced(c);

    if (to.kind == CXCursor_VarDecl || to.kind == CXCursor_ParmDecl)
        return variable_address(f, to);
    if (to.kind == CXCursor_FunctionDecl)
        return function_address(f, to, c);
    return 0;
}

static uint32_t name_value(struct body *f, CXCursor c)
{
    CXCursor to = clang_getCursorReferenced(c);
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t address;

    if (to.kind == CXCursor_EnumConstantDecl)
        return build_const(f, type, clang_getEnumConstantDeclValue(to));
    build_at(f, c);
    address = name_address(f, c);
    return address ? lower_load(f, address, type) : build_opaque(f, type);
}

// Parts of objects.

static uint32_t member_address(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    CXCursor field = clang_getCursorReferenced(c);
    struct field_step steps[FIELD_PATH_MAX];
    const struct ir_type *t;
    uint32_t base, type;
    unsigned n = 0;

    if (k.n != 1)
        return 0;
    type = type_of_cursor(f->u, k.c[0]);
    t = type_at(f->u, type);
    if (t->kind == IR_TYPE_POINTER) {
        base = lower_value(f, k.c[0]);
        type = t->target;
    } else {
        base = lower_address(f, k.c[0]);
    }
    if (type_is_record(f->u, type))
        n = field_path(f->u, type_at(f->u, type)->record, field, steps);
    build_at(f, c);
    for (unsigned i = 0; i < n; i++)
        base = build_field(f, base, steps[i].record, steps[i].field);
    return n ? base : 0;
}

static uint32_t subscript_address(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t base, index;
    unsigned array = 0;

    if (k.n != 2)
        return 0;
    if (type_at(f->u, type_of_cursor(f->u, k.c[0]))->kind == IR_TYPE_INT)
        array = 1; // 2[a]
    base = lower_value(f, k.c[array]);
    index = lower_value(f, k.c[1 - array]);
    build_at(f, c);
    return build_op(f, IR_ELEM,
                    type_pointer_to(f->u, type_of_cursor(f->u, c)), base,
                    index);
}

// What lower_address gives for a value that has no address of its own.
static uint32_t value_address(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t v = lower_value(f, c);

    if (!v)
        return 0;
    return type_is_aggregate(f->u, type) ? v : lower_held(f, v, type);
}

static uint32_t unary_address(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);

    switch (k.n == 1 ? clang_getCursorUnaryOperatorKind(c)
                     : CXUnaryOperator_Invalid) {
    case CXUnaryOperator_Deref:
        return lower_value(f, k.c[0]);
    case CXUnaryOperator_Extension:
        return lower_address(f, k.c[0]);
    case CXUnaryOperator_Real:
    case CXUnaryOperator_Imag:
        lower_address(f, k.c[0]);
        return 0;
    default:
        return value_address(f, c);
    }
}

static uint32_t try_address(struct body *f, CXCursor c)
{
    struct kids k;

    switch (c.kind) {
    case CXCursor_DeclRefExpr:
        build_at(f, c);
        return name_address(f, c);
    case CXCursor_MemberRefExpr:
        return member_address(f, c);
    case CXCursor_ArraySubscriptExpr:
        return subscript_address(f, c);
    case CXCursor_UnaryOperator:
        return unary_address(f, c);
    case CXCursor_CompoundLiteralExpr:
        return lower_literal_object(f, c);
    case CXCursor_ParenExpr:
        k = exprs_of(f->u, c);
        return k.n == 1 ? lower_address(f, k.c[0]) : 0;
    default:
        return value_address(f, c);
    }
}

uint32_t lower_address(struct body *f, CXCursor c)
{
    uint32_t address = 0;

    if (body_enter(f, c))
        address = try_address(f, c);
    body_leave(f);
    if (address)
        return address;
    return build_opaque(f, type_pointer_to(f->u, type_of_cursor(f->u, c)));
}

static uint32_t lvalue(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t address = lower_address(f, c);

    return lower_load(f, address, type);
}

// Conversions.

static int64_t truncated(const struct ir_type *t, int64_t value)
{
    unsigned bits = t->size * 8;

    if (bits == 0 || bits >= 64)
        return value;
    if (t->is_unsigned)
        return (int64_t)((uint64_t)value & (((uint64_t)1 << bits) - 1));
    value = (int64_t)((uint64_t)value << (64 - bits));
    return value >> (64 - bits);
}

static bool is_truth(struct body *f, uint32_t v)
{
    enum ir_op op = build_def(f, v)->op;

    return op == IR_NOT || (op >= IR_EQ && op <= IR_GE);
}

static uint32_t to_bool(struct body *f, uint32_t v, uint32_t from, uint32_t to)
{
    int64_t known;

    if (build_is_const(f, v, &known))
        return build_const(f, to, known != 0);
    if (is_truth(f, v))
        return v;
    return build_op(f, IR_NE, to, v, build_const(f, from, 0));
}

static bool is_bool(const struct ir_type *t)
{
    return strcmp(t->name, "_Bool") == 0 || strcmp(t->name, "bool") == 0;
}

static bool keeps_value(const struct ir_type *from, const struct ir_type *to)
{
    if (from->kind == IR_TYPE_INT && to->kind == IR_TYPE_INT)
        return from->size == to->size && from->is_unsigned == to->is_unsigned;
    if (from->kind == IR_TYPE_POINTER || from->kind == IR_TYPE_ARRAY
        || from->kind == IR_TYPE_FUNCTION)
        return to->kind == IR_TYPE_POINTER;
    return from->kind == IR_TYPE_RECORD || from->kind == IR_TYPE_VOID;
}

uint32_t lower_convert(struct body *f, uint32_t v, uint32_t from, uint32_t to)
{
    const struct ir_type *a = type_at(f->u, from), *b = type_at(f->u, to);
    int64_t known;

    if (from == to || !v)
        return v;
    if (b->kind == IR_TYPE_INT && is_bool(b))
        return to_bool(f, v, from, to);
    if (build_is_const(f, v, &known)
        && (a->kind == IR_TYPE_INT || a->kind == IR_TYPE_POINTER)
        && (b->kind == IR_TYPE_INT || b->kind == IR_TYPE_POINTER))
        return build_const(f, to, truncated(b, known));
    if (keeps_value(a, b))
        return v;
    return build_op(f, IR_CAST, to, v, 0);
}

static uint32_t cast(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t to = type_of_cursor(f->u, c), from, v;

    if (k.n == 0)
        return build_opaque(f, to);
    if (type_at(f->u, to)->kind == IR_TYPE_VOID) {
        lower_effect(f, k.c[k.n - 1]);
        return 0;
    }
    from = type_of_cursor(f->u, k.c[k.n - 1]);
    v = lower_value(f, k.c[k.n - 1]);
    if (type_is_record(f->u, to) && from != to) // a cast to a union
        return lower_held(f, build_opaque(f, to), to);
    return lower_convert(f, v, from, to);
}

// Unexposed expressions.

static uint32_t evaluated(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);
    enum ir_type_kind kind = type_at(f->u, type)->kind;
    int64_t value;

    if (kind == IR_TYPE_VOID)
        return 0;
    if (kind == IR_TYPE_INT && cursor_int(c, &value))
        return build_const(f, type, value);
    if (type_is_aggregate(f->u, type))
        return lower_held(f, build_opaque(f, type), type);
    return build_opaque(f, type);
}

static uint32_t chosen(struct body *f, CXCursor c, const struct kids *k)
{
    int64_t which;

    if (!cursor_int(k->c[0], &which))
        return evaluated(f, c);
    return lower_value(f, k->c[which ? 1 : 2]);
}

// __atomic_load_n(p, order) and its like: no call to libclang, but one to us.
static uint32_t atomic(struct body *f, CXCursor c, const char *name,
                       const struct kids *k)
{
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t *args = arena_array(f->u->a, uint32_t, k->n);
    uint32_t v;

    for (unsigned i = 0; i < k->n; i++)
        args[i] = lower_value(f, k->c[i]);
    build_at(f, c);
    v = build_call(f, decl_named(f->u, name, type), 0, type, args, k->n);
    if (type_at(f->u, type)->kind == IR_TYPE_VOID)
        return 0;
    return type_is_aggregate(f->u, type) ? lower_held(f, v, type) : v;
}

static uint32_t several(struct body *f, CXCursor c, const struct kids *k)
{
    const char *name;

    if (k->n == 4 && clang_equalCursors(k->c[0], k->c[1])
        && clang_equalCursors(k->c[0], k->c[2]))
        return lower_elvis(f, c, k);
    name = pos_word(f->u, c);
    if (k->n == 3 && strcmp(name, "__builtin_choose_expr") == 0)
        return chosen(f, c, k);
    if (strncmp(name, "__atomic_", 9) == 0
        || strncmp(name, "__c11_atomic_", 13) == 0
        || strncmp(name, "__scoped_atomic_", 16) == 0)
        return atomic(f, c, name, k);
    for (unsigned i = 0; i < k->n; i++)
        lower_effect(f, k->c[i]);
    return evaluated(f, c);
}

static bool is_offsetof(const struct kids *all)
{
    for (unsigned i = 0; i < all->n; i++) {
        if (all->c[i].kind == CXCursor_MemberRef)
            return true;
    }
    return false;
}

static struct kids only_exprs(struct kids all)
{
    struct kids k = {.c = all.c};

    for (unsigned i = 0; i < all.n; i++) {
        if (clang_isExpression(all.c[i].kind)
            || clang_isStatement(all.c[i].kind))
            k.c[k.n++] = all.c[i];
    }
    return k;
}

// An implicit conversion of a plain variable, which is a quarter of all
// expressions: libclang names the variable, so the children need no visit. It
// also does for `f(x)` where f is a variable, so those with functions behind
// them take the long way.
static bool converts_variable(struct body *f, CXCursor c, uint32_t to,
                              uint32_t *ret_value)
{
    CXCursor decl = clang_getCursorReferenced(c);
    const struct ir_type *t;
    uint32_t from;

    if (decl.kind == CXCursor_EnumConstantDecl) {
        from = type_of_cursor(f->u, decl);
        *ret_value = lower_convert(
            f, build_const(f, from, clang_getEnumConstantDeclValue(decl)),
            from, to);
        return true;
    }
    if (decl.kind != CXCursor_VarDecl && decl.kind != CXCursor_ParmDecl)
        return false;
    from = type_of_cursor(f->u, decl);
    t = type_at(f->u, from);
    if (t->kind == IR_TYPE_POINTER
        && type_at(f->u, t->target)->kind == IR_TYPE_FUNCTION)
        return false;
    build_at(f, c);
    *ret_value = lower_convert(
        f, lower_load(f, variable_address(f, decl), from), from, to);
    return true;
}

uint32_t lower_unexposed(struct body *f, CXCursor c)
{
    uint32_t from, to = type_of_cursor(f->u, c), v;
    struct kids all, k;

    if (converts_variable(f, c, to, &v))
        return v;
    all = kids_of(f->u, c);
    if (is_offsetof(&all))
        return evaluated(f, c);
    k = only_exprs(all);
    if (k.n == 0)
        return evaluated(f, c);
    if (k.n > 1)
        return several(f, c, &k);
    from = type_of_cursor(f->u, k.c[0]);
    if (type_is_va_arg(f->u, to, from)) {
        build_at(f, c);
        return evaluated(f, c);
    }
    return lower_convert(f, lower_value(f, k.c[0]), from, to);
}

// _Generic does not say which branch it takes: only the one whose type is that
// of the whole can be meant.
static uint32_t generic(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t type = type_of_cursor(f->u, c);
    unsigned found = 0, n = 0;

    for (unsigned i = 1; i < k.n; i++) {
        if (type_of_cursor(f->u, k.c[i]) == type) {
            found = i;
            n++;
        }
    }
    return n == 1 ? lower_value(f, k.c[found]) : evaluated(f, c);
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
        return build_const(f, type, truncated(t, known));
    }
    return build_op(f, op, type, v, 0);
}

static uint32_t unary(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    enum CXUnaryOperatorKind kind = clang_getCursorUnaryOperatorKind(c);

    if (k.n != 1)
        return evaluated(f, c);
    switch (kind) {
    case CXUnaryOperator_PostInc:
    case CXUnaryOperator_PostDec:
    case CXUnaryOperator_PreInc:
    case CXUnaryOperator_PreDec:
        return lower_step(f, c, k.c[0], kind);
    case CXUnaryOperator_AddrOf:
        return pointer_of(f, c, k.c[0]);
    case CXUnaryOperator_Deref: {
        uint32_t address = lower_value(f, k.c[0]);

        build_at(f, c);
        return lower_load(f, address, type_of_cursor(f->u, c));
    }
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
        return evaluated(f, c);
    }
}

// Values.

static uint32_t string(struct body *f, CXCursor c)
{
    uint32_t type = type_of_cursor(f->u, c);

    return build_ins(f, (struct ir_ins){
                            .op = IR_STR,
                            .text = cursor_string(f->u, c),
                            .type = type_pointer_to(
                                f->u, type_at(f->u, type)->target)});
}

static uint32_t statement_expr(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c), inner;
    struct cleanup *outer = f->cleanups;
    uint32_t v = 0;

    if (k.n != 1)
        return evaluated(f, c);
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
        v = evaluated(f, c); // its last statement is a label or a loop
    return v;
}

static uint32_t single(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);

    return k.n == 1 ? lower_value(f, k.c[0]) : evaluated(f, c);
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
        return cast(f, c);
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
        return generic(f, c);
    case CXCursor_CXXNullPtrLiteralExpr:
        return build_const(f, type_of_cursor(f->u, c), 0);
    default: // literals, sizeof
        return evaluated(f, c);
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
