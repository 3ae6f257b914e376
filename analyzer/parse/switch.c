// switch.c - switch, with cases wherever they stand in its body.
//
// The body is lowered as it is written, each case starting a block that the
// code in front of it falls into; the head gets its successors at the end.
// Where every enumerator has a case, no other value is meant to arrive: without
// a default, the way for all other values ends unreachable.

#include "parse/lower.h"

static const struct switch_case *case_of(const struct switch_draft *sw,
                                         int64_t value)
{
    for (size_t i = 0; i < sw->ncases; i++) {
        if (value >= sw->cases[i].lo && value <= sw->cases[i].hi)
            return &sw->cases[i];
    }
    return NULL;
}

// The type of c when it is an enum, below conversions that nobody wrote.
static bool enum_type(struct body *f, CXCursor c, CXType *ret)
{
    for (;;) {
        struct kids k;

        *ret = clang_getCanonicalType(clang_getCursorType(c));
        if (ret->kind == CXType_Enum)
            return true;
        if (c.kind != CXCursor_ParenExpr && c.kind != CXCursor_UnexposedExpr)
            return false;
        k = exprs_of(f->u, c);
        if (k.n != 1)
            return false;
        c = k.c[0];
    }
}

// Does a case stand for each value that the enum of c has a name for?
static bool has_all_enumerators(struct body *f, const struct switch_draft *sw,
                                CXCursor c)
{
    const struct ir_type *t;
    struct kids k;
    CXType type;
    bool found = false;

    if (!enum_type(f, c, &type))
        return false;
    t = type_at(f->u, type_of(f->u, type));
    k = kids_of(f->u, clang_getTypeDeclaration(type));
    for (unsigned i = 0; i < k.n; i++) {
        int64_t known;

        if (k.c[i].kind == CXCursor_FlagEnum)
            return false; // sums of the enumerators are values too
        if (k.c[i].kind != CXCursor_EnumConstantDecl)
            continue;
        known = lower_truncated(t, clang_getEnumConstantDeclValue(k.c[i]));
        if (!case_of(sw, known))
            return false;
        found = true;
    }
    return found;
}

static uint32_t unreachable(struct body *f)
{
    uint32_t block = build_block(f);

    build_start(f, block);
    build_end(f, IR_UNREACHABLE, 0);
    return block;
}

static uint32_t known_target(const struct switch_draft *sw, int64_t value,
                             uint32_t fallback)
{
    const struct switch_case *found = case_of(sw, value);

    return found ? found->block : fallback;
}

// c is what is switched on, value its temp in block head.
static void end_head(struct body *f, uint32_t head, CXCursor c, uint32_t value,
                     const struct switch_draft *sw, uint32_t done)
{
    struct draft_block *b;
    uint32_t fallback = sw->fallback ? sw->fallback - 1 : done;
    int64_t known = 0;

    build_start(f, head);
    if (sw->ncases == 0 || build_is_const(f, value, &known)) {
        build_jump(f,
                   sw->ncases ? known_target(sw, known, fallback) : fallback);
        return;
    }
    if (!sw->fallback && has_all_enumerators(f, sw, c))
        fallback = unreachable(f);
    build_start(f, head);
    build_end(f, IR_SWITCH, value);
    b = &f->blocks[head];
    b->nsucc = sw->ncases + 1;
    b->succ = arena_array(f->a, uint32_t, b->nsucc);
    b->cases = arena_array(f->a, struct ir_case, sw->ncases);
    for (size_t i = 0; i < sw->ncases; i++) {
        b->cases[i] = (struct ir_case){sw->cases[i].lo, sw->cases[i].hi};
        b->succ[i] = sw->cases[i].block;
    }
    b->succ[sw->ncases] = fallback;
}

void lower_switch(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    struct switch_draft sw = {.outer = f->sw};
    struct loop loop = {
        .outer = f->loop, .is_switch = true, .cleanups = f->cleanups};
    struct where where;
    uint32_t value, head;

    if (k.n != 2)
        return;
    loop.brk = build_block(f);
    value = lower_value(f, k.c[0]);
    build_at(f, c);
    where = f->w;
    head = f->cur;
    build_start(f, build_block(f));
    f->sw = &sw;
    f->loop = &loop;
    lower_stmt(f, k.c[1]);
    build_jump(f, loop.brk);
    f->sw = sw.outer;
    f->loop = loop.outer;
    f->w = where;
    end_head(f, head, k.c[0], value, &sw, loop.brk);
    build_start(f, loop.brk);
}

static void add_case(struct body *f, CXCursor c, const struct kids *k,
                     uint32_t block)
{
    struct switch_case sc = {.block = block};
    struct switch_draft *sw = f->sw;

    if (c.kind == CXCursor_DefaultStmt) {
        sw->fallback = block + 1;
        return;
    }
    if (!cursor_int(k->c[0], &sc.lo)
        || (k->n == 3 && !cursor_int(k->c[1], &sc.hi))) {
        body_problem(f, c, "the value of this case is not known");
        return;
    }
    if (k->n < 3)
        sc.hi = sc.lo;
    if (sc.lo <= sc.hi) // an empty range matches nothing
        arena_push(f->a, sw->cases, sw->ncases, sw->cap, sc);
}

// A run of cases: `case 7: case 8: default: x` nest in each other.
void lower_case(struct body *f, CXCursor c)
{
    uint32_t block = build_block(f);

    if (!f->sw)
        return; // an error that clang reports
    build_jump(f, block);
    build_start(f, block);
    while (c.kind == CXCursor_CaseStmt || c.kind == CXCursor_DefaultStmt) {
        struct kids k = exprs_of(f->u, c);

        if (k.n == 0)
            return;
        add_case(f, c, &k, block);
        c = k.c[k.n - 1];
    }
    lower_stmt(f, c);
}
