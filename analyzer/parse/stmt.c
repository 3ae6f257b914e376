// stmt.c - statements that are neither a switch nor a jump to a label.

#include "parse/lower.h"

#include <string.h>

static void compound(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    struct cleanup *outer = f->cleanups;

    for (unsigned i = 0; i < k.n; i++)
        lower_stmt(f, k.c[i]);
    if (f->cleanups == outer)
        return;
    f->w = (struct where){.macro = ""};
    f->w.at = pos_of(f->u, clang_getRangeEnd(clang_getCursorExtent(c)));
    lower_leave(f, outer);
    f->cleanups = outer;
}

// A chain of else-ifs is a loop here, as generated code makes long ones.
static void if_chain(struct body *f, CXCursor c)
{
    uint32_t join = build_block(f);

    for (;;) {
        struct kids k = exprs_of(f->u, c);
        uint32_t yes = build_block(f);
        uint32_t no = k.n == 3 ? build_block(f) : join;

        if (k.n < 2)
            break;
        lower_cond(f, k.c[0], yes, no);
        build_start(f, yes);
        lower_stmt(f, k.c[1]);
        build_jump(f, join);
        if (k.n < 3)
            break;
        build_start(f, no);
        c = k.c[2];
        if (c.kind != CXCursor_IfStmt) {
            lower_stmt(f, c);
            build_jump(f, join);
            break;
        }
    }
    build_start(f, join);
}

static void loop_body(struct body *f, CXCursor c, uint32_t brk, uint32_t cont)
{
    struct loop loop = {
        .outer = f->loop, .brk = brk, .cont = cont, .cleanups = f->cleanups};

    f->loop = &loop;
    lower_stmt(f, c);
    f->loop = loop.outer;
    build_jump(f, cont);
}

static void while_loop(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t head = build_block(f), body = build_block(f);
    uint32_t done = build_block(f);

    if (k.n != 2)
        return;
    build_at(f, c);
    build_jump(f, head);
    build_start(f, head);
    lower_cond(f, k.c[0], body, done);
    build_start(f, body);
    loop_body(f, k.c[1], done, head);
    build_start(f, done);
}

static void do_loop(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t body = build_block(f), test = build_block(f);
    uint32_t done = build_block(f);

    if (k.n != 2)
        return;
    build_at(f, c);
    build_jump(f, body);
    build_start(f, body);
    loop_body(f, k.c[0], done, test);
    build_start(f, test);
    lower_cond(f, k.c[1], body, done);
    build_start(f, done);
}

static void for_loop(struct body *f, CXCursor c)
{
    struct cleanup *outer = f->cleanups;
    struct for_parts p;
    uint32_t head = build_block(f), body = build_block(f);
    uint32_t step = build_block(f), done = build_block(f);

    if (!for_split(f, c, &p)) {
        body_problem(f, c, "the parts of this for cannot be told apart");
        return;
    }
    if (p.has_init)
        lower_stmt(f, p.init);
    build_at(f, c);
    build_jump(f, head);
    build_start(f, head);
    if (p.has_cond)
        lower_cond(f, p.cond, body, done);
    else
        build_jump(f, body);
    build_start(f, body);
    loop_body(f, p.body, done, step);
    build_start(f, step);
    if (p.has_step)
        lower_effect(f, p.step);
    build_jump(f, head);
    build_start(f, done);
    lower_leave(f, outer);
    f->cleanups = outer;
}

static void break_or_continue(struct body *f, CXCursor c)
{
    struct loop *loop = f->loop;

    while (loop && c.kind == CXCursor_ContinueStmt && loop->is_switch)
        loop = loop->outer;
    if (!loop)
        return; // an error that clang reports
    build_at(f, c);
    lower_leave(f, loop->cleanups);
    build_jump(f, c.kind == CXCursor_BreakStmt ? loop->brk : loop->cont);
    build_start(f, build_block(f));
}

static void return_stmt(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    uint32_t v = 0;

    if (k.n
        && type_at(f->u, type_of_cursor(f->u, k.c[0]))->kind == IR_TYPE_VOID)
        lower_effect(f, k.c[0]);
    else if (k.n)
        v = lower_value(f, k.c[0]);
    build_at(f, c);
    lower_leave(f, NULL);
    build_end(f, IR_RETURN, v);
    build_start(f, build_block(f));
}

static bool is_lvalue_kind(CXCursor c)
{
    switch (c.kind) {
    case CXCursor_DeclRefExpr:
    case CXCursor_MemberRefExpr:
    case CXCursor_ArraySubscriptExpr:
        return true;
    case CXCursor_UnaryOperator:
        return clang_getCursorUnaryOperatorKind(c) == CXUnaryOperator_Deref;
    default:
        return false;
    }
}

static bool is_asm_goto(struct body *f, CXCursor c)
{
    CXToken *tokens = NULL;
    unsigned n = 0;
    bool found = false;

    clang_tokenize(f->u->tu, clang_getCursorExtent(c), &tokens, &n);
    for (unsigned i = 0; i < n && !found; i++) {
        CXString s = clang_getTokenSpelling(f->u->tu, tokens[i]);

        found = strcmp(clang_getCString(s), "goto") == 0;
        if (strcmp(clang_getCString(s), "(") == 0)
            n = i;
        clang_disposeString(s);
    }
    if (tokens)
        clang_disposeTokens(f->u->tu, tokens, n);
    return found;
}

// An operand that is an lvalue may be written. (What is only read is loaded,
// so it is no lvalue any more, or read from memory, which is rare.)
static void asm_stmt(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);

    if (is_asm_goto(f, c)) {
        body_problem(f, c, "asm goto is not followed");
        return;
    }
    for (unsigned i = 0; i < k.n; i++) {
        uint32_t type = type_of_cursor(f->u, k.c[i]), address;
        CXCursor operand = k.c[i];

        while (operand.kind == CXCursor_ParenExpr)
            operand = exprs_of(f->u, operand).c[0];
        if (!is_lvalue_kind(operand)) {
            lower_effect(f, operand);
            continue;
        }
        address = lower_address(f, operand);
        build_at(f, c);
        build_store(f, address, build_opaque(f, type), type);
    }
}

static void children(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);

    for (unsigned i = 0; i < k.n; i++)
        lower_stmt(f, k.c[i]);
}

static void dispatch(struct body *f, CXCursor c)
{
    switch (c.kind) {
    case CXCursor_CompoundStmt:
        compound(f, c);
        break;
    case CXCursor_DeclStmt:
        lower_decl_stmt(f, c);
        break;
    case CXCursor_IfStmt:
        if_chain(f, c);
        break;
    case CXCursor_WhileStmt:
        while_loop(f, c);
        break;
    case CXCursor_DoStmt:
        do_loop(f, c);
        break;
    case CXCursor_ForStmt:
        for_loop(f, c);
        break;
    case CXCursor_SwitchStmt:
        lower_switch(f, c);
        break;
    case CXCursor_CaseStmt:
    case CXCursor_DefaultStmt:
        lower_case(f, c);
        break;
    case CXCursor_LabelStmt:
        lower_label(f, c);
        break;
    case CXCursor_GotoStmt:
        lower_goto(f, c);
        break;
    case CXCursor_IndirectGotoStmt:
        lower_indirect_goto(f, c);
        break;
    case CXCursor_BreakStmt:
    case CXCursor_ContinueStmt:
        break_or_continue(f, c);
        break;
    case CXCursor_ReturnStmt:
        return_stmt(f, c);
        break;
    case CXCursor_NullStmt:
        break;
    case CXCursor_GCCAsmStmt:
        asm_stmt(f, c);
        break;
    case CXCursor_MSAsmStmt:
        body_problem(f, c, "this form of asm is not followed");
        break;
    default:
        if (clang_isExpression(c.kind))
            lower_effect(f, c);
        else
            children(f, c); // a statement with an attribute
    }
}

void lower_stmt(struct body *f, CXCursor c)
{
    if (body_enter(f, c))
        dispatch(f, c);
    body_leave(f);
}
