// header.c - what a file and those it includes declare, in order.
//
// in     a parsed file
// out    the project's functions, and whatever else has annotations
//
// Cursors are collected in one walk before any of them is looked at. What is
// declared again is the item that it was; its annotations join those. Bodies
// are not looked at.

#include "parse/lower.h"

struct collecting {
    struct unit *u;
    struct ir_header *header;
    struct cursors found;
    struct ptrmap items; // canonical cursor -> 1 + place in header->items
    size_t cap;
};

static enum CXChildVisitResult collect(CXCursor c, CXCursor parent,
                                       CXClientData arg)
{
    struct collecting *k = arg;
    struct unit *u = k->u;
    bool wanted = clang_Cursor_hasAttrs(c) != 0;

    (void)parent;
    switch (c.kind) {
    case CXCursor_FunctionDecl:
        wanted = pos_is_project(u, clang_getCursorLocation(c));
        break;
    case CXCursor_StructDecl:
    case CXCursor_UnionDecl:
    case CXCursor_EnumDecl:
    case CXCursor_FieldDecl:
    case CXCursor_EnumConstantDecl:
    case CXCursor_VarDecl:
    case CXCursor_TypedefDecl:
        break;
    default:
        wanted = false;
    }
    if (wanted)
        arena_push(u->scratch, k->found.c, k->found.n, k->found.cap, c);
    return c.kind == CXCursor_StructDecl || c.kind == CXCursor_UnionDecl
                   || c.kind == CXCursor_EnumDecl
               ? CXChildVisit_Recurse
               : CXChildVisit_Continue;
}

static enum ir_declared_kind kind_of(CXCursor c)
{
    switch (c.kind) {
    case CXCursor_FunctionDecl:
        return IR_DECLARED_FUNCTION;
    case CXCursor_VarDecl:
        return IR_DECLARED_VARIABLE;
    case CXCursor_FieldDecl:
        return IR_DECLARED_FIELD;
    default:
        return IR_DECLARED_OTHER;
    }
}

static bool points_to_code(struct unit *u, CXCursor c)
{
    const struct ir_type *t = type_at(u, type_of_cursor(u, c));

    return t->kind == IR_TYPE_POINTER
           && type_at(u, t->target)->kind == IR_TYPE_FUNCTION;
}

static const char *tag_around(struct unit *u, CXCursor field)
{
    CXCursor around = clang_getCursorSemanticParent(field);
    uint32_t type = type_of(u, clang_getCursorType(around));

    return u->ir->records[type_at(u, type)->record].name;
}

static void add_item(struct collecting *k, CXCursor c)
{
    struct unit *u = k->u;
    size_t count = k->header->nitems;
    struct ir_declared d = {
        .kind = kind_of(c),
        .pos = pos_of(u, clang_getCursorLocation(c)),
        .name = unit_string(u, clang_getCursorSpelling(c)),
        .record = "",
        .is_foreign = !pos_is_project(u, clang_getCursorLocation(c)),
    };

    if (d.kind == IR_DECLARED_FUNCTION)
        d.decl = decl_of(u, c);
    if (d.kind == IR_DECLARED_FIELD) {
        d.record = tag_around(u, c);
        d.is_code = points_to_code(u, c);
    }
    arena_push(u->a, k->header->items, count, k->cap, d);
    k->header->nitems = (uint32_t)count;
}

static void add_cursor(struct collecting *k, CXCursor c)
{
    const void *canonical = clang_getCanonicalCursor(c).data[0];
    uint64_t place = ptrmap_get(&k->items, canonical);
    struct ir_declared *d;

    if (!place) {
        add_item(k, c);
        place = k->header->nitems;
        ptrmap_set(k->u->scratch, &k->items, canonical, place);
    }
    d = &k->header->items[place - 1];
    if (d->kind == IR_DECLARED_FUNCTION)
        decl_of(k->u, c); // joins the annotations
    else
        decl_add_notes(k->u, c, &d->notes, &d->nnotes);
}

void header_collect(struct unit *u, struct ir_header *header)
{
    struct collecting k = {.u = u, .header = header};

    unit_open(u);
    clang_visitChildren(clang_getTranslationUnitCursor(u->tu), collect, &k);
    for (size_t i = 0; i < k.found.n; i++)
        add_cursor(&k, k.found.c[i]);
    unit_close(u);
}
