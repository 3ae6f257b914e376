// convert.c - conversions, implicit or by a cast.
//
// What keeps the value leaves no trace; what is known is computed here.

#include "parse/lower.h"

int64_t lower_truncated(const struct ir_type *t, int64_t value)
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
    if (b->kind == IR_TYPE_INT && type_is_bool(b))
        return to_bool(f, v, from, to);
    if (build_is_const(f, v, &known)
        && (a->kind == IR_TYPE_INT || a->kind == IR_TYPE_POINTER)
        && (b->kind == IR_TYPE_INT || b->kind == IR_TYPE_POINTER))
        return build_const(f, to, lower_truncated(b, known));
    if (keeps_value(a, b))
        return v;
    return build_op(f, IR_CAST, to, v, 0);
}

uint32_t lower_cast(struct body *f, CXCursor c)
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
