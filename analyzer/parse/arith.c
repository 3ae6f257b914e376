// arith.c - operators with two operands, assignments, ++ and --.
//
// The right side of an assignment is evaluated first, the left side's address
// once. Arithmetic on constants is done here, as the front end would.

#include "parse/lower.h"

static enum ir_op plain_op(enum CXBinaryOperatorKind kind)
{
    switch (kind) {
    case CXBinaryOperator_Mul:
    case CXBinaryOperator_MulAssign:
        return IR_MUL;
    case CXBinaryOperator_Div:
    case CXBinaryOperator_DivAssign:
        return IR_DIV;
    case CXBinaryOperator_Rem:
    case CXBinaryOperator_RemAssign:
        return IR_REM;
    case CXBinaryOperator_Add:
    case CXBinaryOperator_AddAssign:
        return IR_ADD;
    case CXBinaryOperator_Sub:
    case CXBinaryOperator_SubAssign:
        return IR_SUB;
    case CXBinaryOperator_Shl:
    case CXBinaryOperator_ShlAssign:
        return IR_SHL;
    case CXBinaryOperator_Shr:
    case CXBinaryOperator_ShrAssign:
        return IR_SHR;
    case CXBinaryOperator_And:
    case CXBinaryOperator_AndAssign:
        return IR_AND;
    case CXBinaryOperator_Xor:
    case CXBinaryOperator_XorAssign:
        return IR_XOR;
    case CXBinaryOperator_Or:
    case CXBinaryOperator_OrAssign:
        return IR_OR;
    case CXBinaryOperator_LT:
        return IR_LT;
    case CXBinaryOperator_GT:
        return IR_GT;
    case CXBinaryOperator_LE:
        return IR_LE;
    case CXBinaryOperator_GE:
        return IR_GE;
    case CXBinaryOperator_EQ:
        return IR_EQ;
    case CXBinaryOperator_NE:
        return IR_NE;
    default:
        return IR_OPAQUE;
    }
}

// op on operands of one type.
static uint32_t arith(struct body *f, enum ir_op op, uint32_t type,
                      uint32_t operands, uint32_t a, uint32_t b)
{
    const struct ir_type *t = type_at(f->u, operands);
    bool compares = op >= IR_EQ && op <= IR_GE;
    // Of a wider one the upper half is not kept.
    bool narrow =
        t->size <= 8 || (op != IR_DIV && op != IR_REM && op != IR_SHR);
    int64_t ka, kb, value;

    if (!(t->kind == IR_TYPE_INT && (compares || narrow))
        && !(t->kind == IR_TYPE_POINTER && compares))
        return build_op(f, op, type, a, b);
    if (!build_is_const(f, a, &ka) || !build_is_const(f, b, &kb)
        || !ir_fold(op, t->is_unsigned, ka, kb, &value))
        return build_op(f, op, type, a, b);
    if (compares)
        return build_const(f, type, value);
    return lower_convert(f, build_const(f, f->u->type_wide, value),
                         f->u->type_wide, type);
}

static bool is_pointer(struct body *f, uint32_t type)
{
    enum ir_type_kind kind = type_at(f->u, type)->kind;

    return kind == IR_TYPE_POINTER || kind == IR_TYPE_ARRAY;
}

static uint32_t moved(struct body *f, uint32_t type, uint32_t pointer,
                      uint32_t by, uint32_t by_type, bool back)
{
    int64_t known;

    if (back && build_is_const(f, by, &known) && known > INT32_MIN) {
        by = build_const(f, f->u->type_wide, -known);
        back = false;
    }
    if (back && type_at(f->u, by_type)->is_unsigned) {
        by = lower_convert(f, by, by_type, f->u->type_wide);
        by_type = f->u->type_wide;
    }
    if (back)
        by = build_op(f, IR_NEG, by_type, by, 0);
    return build_op(f, IR_ELEM, type, pointer, by);
}

static uint32_t arithmetic(struct body *f, CXCursor c, const struct kids *k,
                           enum CXBinaryOperatorKind kind)
{
    enum ir_op op = plain_op(kind);
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t left = type_of_cursor(f->u, k->c[0]);
    uint32_t right = type_of_cursor(f->u, k->c[1]);
    uint32_t a = lower_value(f, k->c[0]), b = lower_value(f, k->c[1]);

    if (!a || !b)
        return build_opaque(f, type);
    if ((op == IR_ADD || op == IR_SUB) && is_pointer(f, type)) {
        if (is_pointer(f, left))
            return moved(f, type, a, b, right, op == IR_SUB);
        return moved(f, type, b, a, left, false);
    }
    return arith(f, op, type, left, a, b);
}

static uint32_t assign(struct body *f, CXCursor c, const struct kids *k)
{
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t v = lower_value(f, k->c[1]);
    uint32_t address = lower_address(f, k->c[0]);

    build_at(f, c);
    if (!v)
        v = build_opaque(f, type);
    if (type_is_aggregate(f->u, type)) {
        build_op(f, IR_COPY, type, address, v);
        return address;
    }
    build_store(f, address, v, type);
    return v;
}

uint32_t lower_binary(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    enum CXBinaryOperatorKind kind = clang_getCursorBinaryOperatorKind(c);

    if (k.n != 2)
        return build_opaque(f, type_of_cursor(f->u, c));
    switch (kind) {
    case CXBinaryOperator_Assign:
        return assign(f, c, &k);
    case CXBinaryOperator_Comma:
        lower_effect(f, k.c[0]);
        return lower_value(f, k.c[1]);
    case CXBinaryOperator_LAnd:
    case CXBinaryOperator_LOr:
        return lower_boolean(f, c);
    default:
        return arithmetic(f, c, &k, kind);
    }
}

static bool is_shift(enum ir_op op)
{
    return op == IR_SHL || op == IR_SHR;
}

// The value that x op= v stores. v has the type the operation is done in, as
// the front end has converted it, but for shifts and pointers.
static uint32_t updated(struct body *f, enum ir_op op, uint32_t type,
                        uint32_t old, uint32_t v, uint32_t vtype)
{
    uint32_t in = is_shift(op) ? type : vtype;
    uint32_t result;

    if (is_pointer(f, type))
        return moved(f, type, old, v, vtype, op == IR_SUB);
    old = lower_convert(f, old, type, in);
    result = arith(f, op, in, in, old, v);
    return lower_convert(f, result, in, type);
}

uint32_t lower_compound_assign(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    enum ir_op op = plain_op(clang_getCursorBinaryOperatorKind(c));
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t v, address, result;

    if (k.n != 2)
        return build_opaque(f, type);
    v = lower_value(f, k.c[1]);
    address = lower_address(f, k.c[0]);
    build_at(f, c);
    result = build_load(f, address, type);
    result = updated(f, op, type, result, v, type_of_cursor(f->u, k.c[1]));
    build_store(f, address, result, type);
    return result;
}

uint32_t lower_step(struct body *f, CXCursor c, CXCursor operand,
                    enum CXUnaryOperatorKind kind)
{
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t address = lower_address(f, operand);
    uint32_t before, one, after;
    bool back =
        kind == CXUnaryOperator_PostDec || kind == CXUnaryOperator_PreDec;

    build_at(f, c);
    before = build_load(f, address, type);
    if (is_pointer(f, type)) {
        one = build_const(f, f->u->type_int, back ? -1 : 1);
        after = build_op(f, IR_ELEM, type, before, one);
    } else {
        one = build_const(f, type, 1);
        after = build_op(f, back ? IR_SUB : IR_ADD, type, before, one);
    }
    build_store(f, address, after, type);
    return kind == CXUnaryOperator_PostInc || kind == CXUnaryOperator_PostDec
               ? before
               : after;
}
