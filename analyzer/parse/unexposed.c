// unexposed.c - the expressions that libclang has no kind for, and _Generic.
//
// Implicit conversions are unexposed expressions with one child. So are
// va_arg, offsetof, the GNU form of ?:, __builtin_choose_expr and the atomics,
// which their children or the word in the text give away.

#include "parse/lower.h"

#include <string.h>

uint32_t lower_evaluated(struct body *f, CXCursor c)
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
        return lower_evaluated(f, c);
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
    v = build_call(f, decl_named(f->u, name, type, true), 0, type, args, k->n);
    return lower_result(f, v, type);
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
    return lower_evaluated(f, c);
}

static bool is_offsetof(const struct kids *all)
{
    for (unsigned i = 0; i < all->n; i++) {
        if (all->c[i].kind == CXCursor_MemberRef)
            return true;
    }
    return false;
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
        *ret_value =
            lower_convert(f, build_enumerator(f, from, decl), from, to);
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
    *ret_value = lower_convert(f, lower_load(f, lower_variable(f, decl), from),
                               from, to);
    return true;
}

uint32_t lower_unexposed(struct body *f, CXCursor c)
{
    uint32_t from, to = type_of_cursor(f->u, c), v;
    struct kids all, k;

    // What clang could not make sense of, by an error in another place.
    if (clang_getCursorType(c).kind == CXType_Dependent)
        body_problem(f, c, "uses a declaration that holds an error");
    if (converts_variable(f, c, to, &v))
        return v;
    all = kids_of(f->u, c);
    if (is_offsetof(&all))
        return lower_evaluated(f, c);
    k = exprs_among(all);
    if (k.n == 0)
        return lower_evaluated(f, c);
    if (k.n > 1)
        return several(f, c, &k);
    from = type_of_cursor(f->u, k.c[0]);
    if (type_is_va_arg(f->u, to, from)) {
        build_at(f, c);
        return lower_evaluated(f, c);
    }
    return lower_convert(f, lower_value(f, k.c[0]), from, to);
}

// _Generic does not say which branch it takes: only the one whose type is that
// of the whole can be meant.
uint32_t lower_generic(struct body *f, CXCursor c)
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
    return n == 1 ? lower_value(f, k.c[found]) : lower_evaluated(f, c);
}
