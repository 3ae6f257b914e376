// fold.c - operators on known numbers, as C computes them in 64 bits.

#include "ir/ir.h"

static bool fold_compare(enum ir_op op, bool is_unsigned, int64_t a, int64_t b,
                         int64_t *ret)
{
    bool less = is_unsigned ? (uint64_t)a < (uint64_t)b : a < b;

    switch (op) {
    case IR_EQ:
        *ret = a == b;
        return true;
    case IR_NE:
        *ret = a != b;
        return true;
    case IR_LT:
        *ret = less;
        return true;
    case IR_LE:
        *ret = less || a == b;
        return true;
    case IR_GT:
        *ret = !less && a != b;
        return true;
    case IR_GE:
        *ret = !less;
        return true;
    default:
        return false;
    }
}

// Not known: a division by 0, or by -1, whose result may not fit.
static bool fold_quotient(enum ir_op op, bool is_unsigned, int64_t a, int64_t b,
                          int64_t *ret)
{
    uint64_t ua = (uint64_t)a;
    uint64_t ub = (uint64_t)b;

    if (b == 0 || (!is_unsigned && b == -1))
        return false;
    if (op == IR_DIV)
        *ret = is_unsigned ? (int64_t)(ua / ub) : a / b;
    else
        *ret = is_unsigned ? (int64_t)(ua % ub) : a % b;
    return true;
}

bool ir_fold(enum ir_op op, bool is_unsigned, int64_t a, int64_t b,
             int64_t *ret)
{
    uint64_t ua = (uint64_t)a;
    uint64_t ub = (uint64_t)b;

    switch (op) {
    case IR_ADD:
        *ret = (int64_t)(ua + ub);
        return true;
    case IR_SUB:
        *ret = (int64_t)(ua - ub);
        return true;
    case IR_MUL:
        *ret = (int64_t)(ua * ub);
        return true;
    case IR_DIV:
    case IR_REM:
        return fold_quotient(op, is_unsigned, a, b, ret);
    case IR_AND:
        *ret = a & b;
        return true;
    case IR_OR:
        *ret = a | b;
        return true;
    case IR_XOR:
        *ret = a ^ b;
        return true;
    case IR_SHL:
        *ret = ub < 64 ? (int64_t)(ua << ub) : 0;
        return ub < 64;
    case IR_SHR:
        *ret = is_unsigned ? (int64_t)(ua >> (ub & 63)) : a >> (ub & 63);
        return ub < 64;
    default:
        return fold_compare(op, is_unsigned, a, b, ret);
    }
}
