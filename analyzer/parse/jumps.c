// jumps.c - goto, labels, and the cleanup functions that jumps must run.
//
// A goto that leaves the scope of a variable with a cleanup function may lead
// forward to a label whose scope is not known yet: it is finished last.

#include "parse/lower.h"

#include <string.h>

static struct label *label_of(struct body *f, CXCursor label_stmt)
{
    struct label *l;

    l = (struct label *)(uintptr_t)ptrmap_get(&f->labels, label_stmt.data[1]);
    if (!l) {
        l = arena_new(f->a, struct label);
        l->block = build_block(f);
        ptrmap_set(f->a, &f->labels, label_stmt.data[1], (uintptr_t)l);
    }
    return l;
}

void lower_label(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);
    struct label *l = label_of(f, c);

    l->defined = true;
    l->cleanups = f->cleanups;
    build_jump(f, l->block);
    build_start(f, l->block);
    if (k.n)
        lower_stmt(f, k.c[k.n - 1]);
}

void lower_goto(struct body *f, CXCursor c)
{
    CXCursor to = clang_getCursorReferenced(c);
    struct pending_goto p = {.cleanups = f->cleanups};

    build_at(f, c);
    if (to.kind != CXCursor_LabelStmt) {
        body_problem(f, c, "the label of this goto is not known");
        return;
    }
    p.label = label_of(f, to);
    p.block = f->cur;
    p.where = f->w;
    arena_push(f->a, f->gotos, f->ngotos, f->cap_gotos, p);
    build_start(f, build_block(f));
}

// The target is some label whose address is taken, which all are known at the
// end of the function.
void lower_indirect_goto(struct body *f, CXCursor c)
{
    struct kids k = exprs_of(f->u, c);

    if (k.n)
        lower_value(f, k.c[k.n - 1]);
    build_at(f, c);
    build_end(f, IR_CHOOSE, 0);
    arena_push(f->a, f->chooses, f->nchooses, f->cap_chooses, f->cur);
    build_start(f, build_block(f));
}

void lower_take_label(struct body *f, CXCursor addr_label)
{
    struct kids k = kids_of(f->u, addr_label);
    CXCursor to =
        k.n ? clang_getCursorReferenced(k.c[0]) : clang_getNullCursor();
    struct label *l;

    if (to.kind != CXCursor_LabelStmt) {
        body_problem(f, addr_label, "this label is not known");
        return;
    }
    l = label_of(f, to);
    for (size_t i = 0; i < f->ntaken; i++) {
        if (f->taken[i] == l)
            return;
    }
    arena_push(f->a, f->taken, f->ntaken, f->cap_taken, l);
}

// Cleanups.

static void run_cleanup(struct body *f, const struct cleanup *c)
{
    uint32_t *args = arena_array(f->u->a, uint32_t, 1);
    uint32_t result = f->u->ir->decls[c->decl].result;

    args[0] = build_local(f, c->local);
    build_call(f, c->decl, 0, result, args, 1);
}

void lower_leave(struct body *f, struct cleanup *to)
{
    for (struct cleanup *c = f->cleanups; c && c != to; c = c->outer)
        run_cleanup(f, c);
}

// The innermost cleanup that is alive at both places.
static struct cleanup *common(struct cleanup *a, struct cleanup *b)
{
    while (a != b) {
        if (!b || (a && a->depth >= b->depth))
            a = a->outer;
        else
            b = b->outer;
    }
    return a;
}

static enum CXChildVisitResult visit_attribute(CXCursor c, CXCursor parent,
                                               CXClientData arg)
{
    (void)parent;
    if (c.kind == CXCursor_UnexposedAttr)
        *(bool *)arg = true;
    return CXChildVisit_Continue;
}

// The name in `cleanup(name)`, which only shows when printed.
static const char *cleanup_name(struct body *f, CXCursor variable)
{
    bool has_hidden = false;
    char *text, *end;

    if (!clang_Cursor_hasAttrs(variable))
        return NULL;
    clang_visitChildren(variable, visit_attribute, &has_hidden);
    if (!has_hidden)
        return NULL;
    text = strstr(cursor_printed(f->u, variable, true), "cleanup(");
    if (!text)
        return NULL;
    text += strlen("cleanup(");
    end = strchr(text, ')');
    if (end)
        *end = '\0';
    return text;
}

void lower_add_cleanup(struct body *f, CXCursor variable, uint32_t local)
{
    const char *name = cleanup_name(f, variable);
    struct cleanup *c;

    if (!name)
        return;
    c = arena_new(f->a, struct cleanup);
    *c = (struct cleanup){
        .outer = f->cleanups, .local = local, .decl = decl_find(f->u, name)};
    c->depth = f->cleanups ? f->cleanups->depth + 1 : 1;
    if (!c->decl)
        body_problem(f, variable, "the cleanup function is not declared");
    else
        f->cleanups = c;
}

static void finish_goto(struct body *f, const struct pending_goto *p)
{
    if (!p->label->defined)
        return; // an error that clang reports
    build_start(f, p->block);
    f->w = p->where;
    f->cleanups = p->cleanups;
    lower_leave(f, common(p->cleanups, p->label->cleanups));
    f->cleanups = NULL;
    build_jump(f, p->label->block);
}

static void finish_choose(struct body *f, uint32_t block)
{
    struct draft_block *b = &f->blocks[block];

    if (f->ntaken == 0) {
        b->end = IR_UNREACHABLE;
        return;
    }
    b->nsucc = f->ntaken;
    b->succ = arena_array(f->a, uint32_t, f->ntaken);
    for (size_t i = 0; i < f->ntaken; i++)
        b->succ[i] = f->taken[i]->block;
}

void lower_finish_gotos(struct body *f)
{
    for (size_t i = 0; i < f->ngotos; i++)
        finish_goto(f, &f->gotos[i]);
    for (size_t i = 0; i < f->nchooses; i++)
        finish_choose(f, f->chooses[i]);
}
