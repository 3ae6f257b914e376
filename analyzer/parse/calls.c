// calls.c - calls, and the builtins that are none.

#include "parse/lower.h"

// The function that callee names, through parentheses, casts, * and &; else
// *ret is what stands below these.
static bool direct_callee(struct body *f, CXCursor callee, CXCursor *ret)
{
    // The usual case, without a look at the children. (Of a call that gives
    // the function to call, libclang would name the wrong one.)
    if (callee.kind == CXCursor_UnexposedExpr) {
        *ret = clang_getCursorReferenced(callee);
        if (ret->kind == CXCursor_FunctionDecl)
            return true;
    }
    for (;;) {
        struct kids k;
        enum CXUnaryOperatorKind kind;

        callee = *ret = cursor_strip(f->u, callee, true);
        if (callee.kind == CXCursor_DeclRefExpr) {
            *ret = clang_getCursorReferenced(callee);
            return ret->kind == CXCursor_FunctionDecl;
        }
        if (callee.kind != CXCursor_UnaryOperator)
            return false;
        kind = clang_getCursorUnaryOperatorKind(callee);
        if (kind != CXUnaryOperator_Deref && kind != CXUnaryOperator_AddrOf)
            return false;
        k = exprs_of(f->u, callee);
        if (k.n != 1)
            return false;
        callee = k.c[0];
    }
}

// A call that fills a struct: the result gets a place of its own.
uint32_t lower_result(struct body *f, uint32_t v, uint32_t type)
{
    if (type_at(f->u, type)->kind == IR_TYPE_VOID)
        return 0;
    return type_is_record(f->u, type) ? lower_held(f, v, type) : v;
}

static uint32_t *arguments(struct body *f, const struct kids *k)
{
    uint32_t *args = arena_array(f->u->a, uint32_t, k->n);

    for (unsigned i = 1; i < k->n; i++) {
        args[i - 1] = lower_value(f, k->c[i]);
        if (!args[i - 1])
            args[i - 1] = build_opaque(f, f->u->type_int);
    }
    return args;
}

// `void (*die)(void) __attribute__((noreturn))`
static bool is_noreturn_pointer(CXCursor callee)
{
    CXString s = clang_getTypeSpelling(
        clang_getCanonicalType(clang_getCursorType(callee)));
    bool found = text_is_noreturn(clang_getCString(s));

    clang_disposeString(s);
    return found;
}

static uint32_t assume(struct body *f, CXCursor condition)
{
    uint32_t yes = build_block(f), no = build_block(f);

    lower_cond(f, condition, yes, no);
    build_start(f, no);
    build_end(f, IR_UNREACHABLE, 0);
    build_start(f, yes);
    return 0;
}

static uint32_t direct(struct body *f, CXCursor c, const struct kids *k,
                       CXCursor function)
{
    uint32_t decl = decl_of(f->u, function);
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t *args, v;

    switch (decl_builtin(f->u, decl)) {
    case BUILTIN_FIRST:
        if (k->n >= 2)
            return lower_convert(f, lower_value(f, k->c[1]),
                                 type_of_cursor(f->u, k->c[1]), type);
        break;
    case BUILTIN_STOP:
        build_at(f, c);
        build_stop(f);
        return 0;
    case BUILTIN_ASSUME:
        if (k->n >= 2)
            return assume(f, k->c[1]);
        break;
    case BUILTIN_EVALUATE:
        return lower_evaluated(f, c);
    case BUILTIN_NONE:
        break;
    }
    args = arguments(f, k);
    build_at(f, c);
    v = build_call(f, decl, 0, type, args, k->n - 1);
    if (f->u->ir->decls[decl].is_noreturn)
        build_stop(f);
    return lower_result(f, v, type);
}

// `#define list_new (*(list *(*)(int))api[7])`: people use list_new. The code
// behind such a name may be the project's own.
uint32_t lower_named_code(struct body *f, CXCursor c, CXCursor below,
                          uint32_t result)
{
    const char *name = "";

    if (below.kind == CXCursor_ArraySubscriptExpr)
        name = macro_of(f->u, c);
    return *name ? decl_named(f->u, name, result, false) : 0;
}

static uint32_t indirect(struct body *f, CXCursor c, const struct kids *k,
                         CXCursor below)
{
    uint32_t type = type_of_cursor(f->u, c), v;
    uint32_t decl = lower_named_code(f, k->c[0], below, type);
    uint32_t callee = decl ? 0 : lower_value(f, k->c[0]);
    uint32_t *args = arguments(f, k);

    if (!decl && !callee)
        return build_opaque(f, type);
    build_at(f, c);
    v = build_call(f, decl, callee, type, args, k->n - 1);
    if (is_noreturn_pointer(k->c[0]))
        build_stop(f);
    return lower_result(f, v, type);
}

uint32_t lower_call(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    CXCursor function;

    if (k.n == 0)
        return build_opaque(f, type_of_cursor(f->u, c));
    if (direct_callee(f, k.c[0], &function))
        return direct(f, c, &k, function);
    return indirect(f, c, &k, function);
}
