// body.c - one function: its parameters, its body, its end.

#include "parse/lower.h"

void body_problem(struct body *f, CXCursor c, const char *text)
{
    if (f->ir->problem[0])
        return;
    f->ir->problem = text;
    f->ir->problem_at = pos_of(f->u, clang_getCursorLocation(c));
}

bool body_enter(struct body *f, CXCursor c)
{
    f->depth++;
    if (f->depth > BODY_DEPTH_MAX)
        body_problem(f, c, "nested too deeply");
    return f->depth <= BODY_DEPTH_MAX;
}

void body_leave(struct body *f)
{
    f->depth--;
}

static enum CXChildVisitResult find_body(CXCursor c, CXCursor parent,
                                         CXClientData arg)
{
    (void)parent;
    if (c.kind != CXCursor_CompoundStmt)
        return CXChildVisit_Continue;
    *(CXCursor *)arg = c;
    return CXChildVisit_Break;
}

static void add_params(struct body *f)
{
    int n = clang_Cursor_getNumArguments(f->function);

    for (int i = 0; i < n; i++) {
        CXCursor p = clang_Cursor_getArgument(f->function, (unsigned)i);
        struct ir_local l = {
            .name = unit_string(f->u, clang_getCursorSpelling(p)),
            .type = type_of_cursor(f->u, p),
            .pos = pos_of(f->u, clang_getCursorLocation(p)),
            .is_param = true,
        };

        arena_push(f->a, f->locals, f->nlocals, f->cap_locals, l);
        ptrmap_set(f->a, &f->local_of, p.data[0], (uint64_t)f->nlocals);
    }
}

// Blocks that nothing ever ended are dead: what follows a return or a goto.
static void close_blocks(struct body *f)
{
    for (size_t i = 0; i < f->nblocks; i++) {
        if (!f->blocks[i].ended)
            f->blocks[i].end = IR_UNREACHABLE;
        f->blocks[i].ended = true;
    }
}

static void lower_body(struct body *f, CXCursor c)
{
    struct temp none = {0};

    arena_push(f->a, f->temps, f->ntemps, f->cap_temps, none);
    add_params(f);
    build_start(f, build_block(f));
    f->w = (struct where){.at = f->ir->pos, .macro = ""};
    lower_stmt(f, c);
    f->cleanups = NULL;
    f->w = (struct where){.at = f->ir->end, .macro = ""};
    build_end(f, IR_RETURN, 0);
    lower_finish_gotos(f);
    close_blocks(f);
}

void lower_function(struct unit *u, CXCursor function)
{
    struct ir_fn fn = {.problem = "", .decl = decl_of(u, function)};
    struct body f = {.u = u, .a = u->body, .ir = &fn, .function = function};
    CXCursor body = clang_getNullCursor();
    size_t nfns = u->ir->nfns;

    clang_visitChildren(function, find_body, &body);
    if (clang_Cursor_isNull(body) || u->ir->decls[fn.decl].fn)
        return;
    f.name = u->ir->decls[fn.decl].name;
    fn.pos = pos_of(u, clang_getCursorLocation(function));
    fn.end = pos_of(u, clang_getRangeEnd(clang_getCursorExtent(body)));
    if (fn.end.col > 1)
        fn.end.col--; // the extent ends behind the brace
    problems_of(u, function, &fn);
    if (!fn.problem[0])
        lower_body(&f, body);
    if (!fn.problem[0])
        finish_body(&f);
    arena_push(u->a, u->ir->fns, nfns, u->cap_fns, fn);
    u->ir->nfns = (uint32_t)nfns;
    u->ir->decls[fn.decl].fn = (uint32_t)nfns;
    arena_reset(u->body);
}
