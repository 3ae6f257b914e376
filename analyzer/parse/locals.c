// locals.c - declarations in functions, and how objects are filled.
//
// An aggregate with a list is zeroed first and then gets the values that the
// list names.

#include "parse/lower.h"

enum { RANGE_MAX = 64 }; // elements of [a ... b] that are stored one by one

struct filling {
    struct body *f;
    uint32_t local;
};

// Strings.

static void store_string(struct body *f, uint32_t address, uint32_t type,
                         CXCursor literal)
{
    uint32_t source = type_of_cursor(f->u, literal);
    const struct ir_type *to = type_at(f->u, type);
    uint32_t v = lower_value(f, literal);

    // A literal longer than the array is cut, a shorter one copied whole.
    if (to->count >= 0 && to->count < type_at(f->u, source)->count)
        source = type;
    build_op(f, IR_COPY, source, address, v);
}

static uint32_t step_address(struct body *f, uint32_t base,
                             const struct init_step *s, int64_t index)
{
    uint32_t i;

    if (s->record)
        return build_field(f, base, s->record, s->field);
    i = index < 0 ? build_opaque(f, f->u->type_wide)
                  : build_const(f, f->u->type_wide, index);
    return build_op(f, IR_ELEM, type_pointer_to(f->u, s->type), base, i);
}

static void store_one(struct body *f, uint32_t address, uint32_t type,
                      CXCursor value, uint32_t v)
{
    CXCursor literal;

    if (!v && init_is_string(f->u, value, &literal))
        store_string(f, address, type, literal);
    else if (type_is_aggregate(f->u, type))
        build_op(f, IR_COPY, type, address, v);
    else
        build_store(f, address, v, type);
}

static void store_path(struct body *f, uint32_t address,
                       const struct init_step *path, unsigned npath,
                       uint32_t type, CXCursor value, uint32_t v)
{
    int64_t lo, hi;

    if (npath == 0) {
        store_one(f, address, type, value, v);
        return;
    }
    lo = path->lo;
    hi = path->hi;
    if (path->record || hi - lo >= RANGE_MAX)
        lo = hi = -1;
    for (int64_t i = lo; i <= hi; i++)
        store_path(f, step_address(f, address, path, i), path + 1, npath - 1,
                   type, value, v);
}

static void fill_leaf(void *arg, const struct init_step *path, unsigned npath,
                      uint32_t type, CXCursor value)
{
    struct filling *fill = arg;
    struct body *f = fill->f;
    CXCursor literal;
    uint32_t v = 0;

    if (type_at(f->u, type)->kind != IR_TYPE_ARRAY
        || !init_is_string(f->u, value, &literal)) {
        v = lower_value(f, value);
        if (!v)
            v = build_opaque(f, f->u->type_int);
    }
    build_at(f, value);
    store_path(f, build_local(f, fill->local), path, npath, type, value, v);
}

static void initialise(struct body *f, uint32_t local, uint32_t type,
                       CXCursor init)
{
    struct filling fill = {f, local};
    struct init_walk w = {.u = f->u, .arg = &fill, .leaf = fill_leaf};
    CXCursor literal;

    if (init.kind != CXCursor_InitListExpr) {
        if (type_at(f->u, type)->kind == IR_TYPE_ARRAY
            && init_is_string(f->u, init, &literal)) {
            build_at(f, init);
            build_op(f, IR_ZERO, type, build_local(f, local), 0);
        }
        fill_leaf(&fill, NULL, 0, type, init);
        return;
    }
    build_at(f, init);
    if (type_is_aggregate(f->u, type))
        build_op(f, IR_ZERO, type, build_local(f, local), 0);
    init_list(&w, type, init);
}

// `(struct x){...}`: an object made anew each time it is reached.
uint32_t lower_literal_object(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t type = type_of_cursor(f->u, c);
    uint32_t local;

    build_at(f, c);
    local = build_hidden(f, type);
    if (k.n)
        initialise(f, local, type, k.c[k.n - 1]);
    build_at(f, c);
    return build_local(f, local);
}

// Declarations.

static bool is_vla(CXCursor c)
{
    CXType t = clang_getCanonicalType(clang_getCursorType(c));

    while (clang_getArrayElementType(t).kind != CXType_Invalid) {
        if (t.kind == CXType_VariableArray)
            return true;
        t = clang_getArrayElementType(t);
    }
    return false;
}

static void declare(struct body *f, CXCursor c)
{
    struct ir_local l = {.name = unit_string(f->u, clang_getCursorSpelling(c)),
                         .type = type_of_cursor(f->u, c)};
    CXCursor init = clang_Cursor_getVarDeclInitializer(c);
    uint32_t local = (uint32_t)f->nlocals;

    if (clang_isInvalidDeclaration(c)) // its initialiser may be gone
        body_problem(f, c, "uses a declaration that holds an error");
    build_at(f, c);
    l.pos = f->w.at;
    arena_push(f->a, f->locals, f->nlocals, f->cap_locals, l);
    ptrmap_set(f->a, &f->local_of, c.data[0], local + 1u);
    if (is_vla(c)) {
        struct kids k = exprs_of(f->u, c);

        for (unsigned i = 0; i < k.n; i++)
            lower_effect(f, k.c[i]);
    }
    build_at(f, c);
    build_ins(f,
              (struct ir_ins){.op = IR_DECLARE, .ref = local, .type = l.type});
    if (!clang_Cursor_isNull(init) && !clang_isInvalid(init.kind))
        initialise(f, local, l.type, init);
    lower_add_cleanup(f, c, local);
}

static enum CXChildVisitResult visit_label(CXCursor c, CXCursor parent,
                                           CXClientData arg)
{
    struct body *f = arg;

    (void)parent;
    if (c.kind != CXCursor_AddrLabelExpr)
        return CXChildVisit_Recurse;
    arena_push(f->a, f->found.c, f->found.n, f->found.cap, c);
    return CXChildVisit_Continue;
}

// Tables of labels are static as a rule.
static void take_labels(struct body *f, CXCursor variable)
{
    f->found.n = 0;
    clang_visitChildren(variable, visit_label, f);
    for (size_t i = 0; i < f->found.n; i++)
        lower_take_label(f, f->found.c[i]);
}

static void variable(struct body *f, CXCursor c)
{
    switch (clang_Cursor_getStorageClass(c)) {
    case CX_SC_Static:
        global_define(f->u, c, f->name);
        take_labels(f, c);
        break;
    case CX_SC_Extern:
        global_of(f->u, c);
        break;
    default:
        declare(f, c);
    }
}

void lower_decl_stmt(struct body *f, CXCursor c)
{
    struct kids k = kids_of(f->u, c);

    for (unsigned i = 0; i < k.n; i++) {
        if (k.c[i].kind == CXCursor_VarDecl)
            variable(f, k.c[i]);
    }
}
