// address.c - where things are: names, members, elements.
//
// What has no address of its own (the result of a call) is put into a hidden
// local when one is asked for.

#include "parse/lower.h"

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

uint32_t lower_variable(struct body *f, CXCursor decl)
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

uint32_t lower_name(struct body *f, CXCursor c)
{
    CXCursor to = clang_getCursorReferenced(c);

    if (to.kind == CXCursor_VarDecl || to.kind == CXCursor_ParmDecl)
        return lower_variable(f, to);
    if (to.kind == CXCursor_FunctionDecl)
        return function_address(f, to, c);
    return 0;
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
    // A vector is no array, but its elements are written in place.
    if (type_at(f->u, type_of_cursor(f->u, k.c[array]))->kind == IR_TYPE_OTHER)
        base = lower_address(f, k.c[array]);
    else
        base = lower_value(f, k.c[array]);
    index = lower_value(f, k.c[1 - array]);
    build_at(f, c);
    return build_op(f, IR_ELEM, type_pointer_to(f->u, type_of_cursor(f->u, c)),
                    base, index);
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
        return lower_name(f, c);
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
