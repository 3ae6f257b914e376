// decls.c - functions that are defined, called or referred to.
//
// One entry a function, whichever of its declarations is met first. Any
// declaration may add attributes: annotations are joined, and one noreturn is
// enough.

#include "parse/lower.h"

#include <string.h>

static enum builtin builtin_kind(const char *name)
{
    static const struct {
        const char *name;
        enum builtin kind;
    } known[] = {
        {"expect", BUILTIN_FIRST},
        {"expect_with_probability", BUILTIN_FIRST},
        {"unpredictable", BUILTIN_FIRST},
        {"assume_aligned", BUILTIN_FIRST},
        {"unreachable", BUILTIN_STOP},
        {"trap", BUILTIN_STOP},
        {"verbose_trap", BUILTIN_STOP},
        {"assume", BUILTIN_ASSUME},
        {"constant_p", BUILTIN_EVALUATE},
        {"object_size", BUILTIN_EVALUATE},
        {"dynamic_object_size", BUILTIN_EVALUATE},
    };

    if (strncmp(name, "__builtin_", 10) != 0)
        return BUILTIN_NONE;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strcmp(name + 10, known[i].name) == 0)
            return known[i].kind;
    }
    return BUILTIN_NONE;
}

enum builtin decl_builtin(const struct unit *u, uint32_t decl)
{
    return u->builtins[decl];
}

static uint32_t push_decl(struct unit *u, struct ir_decl d)
{
    size_t count = u->ir->ndecls + 1u, nbuiltins = count;

    arena_push(u->a, u->ir->decls, count, u->cap_decls, d);
    arena_push(u->scratch, u->builtins, nbuiltins, u->cap_builtins,
               builtin_kind(d.name));
    return ++u->ir->ndecls;
}

static void set_params(struct unit *u, struct ir_decl *d, CXCursor c)
{
    CXType t = clang_getCanonicalType(clang_getCursorType(c));
    int n = clang_Cursor_getNumArguments(c);

    d->result = type_of(u, clang_getResultType(t));
    d->is_variadic = clang_isFunctionTypeVariadic(t) != 0;
    d->has_prototype = t.kind == CXType_FunctionProto;
    d->nparams = n > 0 ? (uint32_t)n : 0;
    d->params = arena_array(u->a, struct ir_param, d->nparams);
    for (uint32_t i = 0; i < d->nparams; i++) {
        CXCursor p = clang_Cursor_getArgument(c, i);

        d->params[i].name = unit_string(u, clang_getCursorSpelling(p));
        d->params[i].type = type_of_cursor(u, p);
    }
}

// C allows a prototype and a definition to differ in the names of parameters
// only; those of the definition are what its body uses.
static void rename_params(struct unit *u, struct ir_decl *d, CXCursor c)
{
    if (clang_isCursorDefinition(c))
        set_params(u, d, c);
}

struct attributes {
    struct unit *u;
    struct ir_note *notes;
    size_t n, cap;
    int param;
    bool has_hidden; // an attribute that libclang does not name
};

static void add_note(struct attributes *at, const char *text, struct ir_pos pos)
{
    struct ir_note note = {.param = at->param, .text = text, .pos = pos};

    for (size_t i = 0; i < at->n; i++) {
        if (at->notes[i].param == note.param
            && strcmp(at->notes[i].text, text) == 0)
            return;
    }
    arena_push(at->u->a, at->notes, at->n, at->cap, note);
}

static enum CXChildVisitResult visit_attribute(CXCursor c, CXCursor parent,
                                               CXClientData arg)
{
    struct attributes *at = arg;

    (void)parent;
    if (c.kind == CXCursor_AnnotateAttr)
        add_note(at, unit_string(at->u, clang_getCursorSpelling(c)),
                 pos_of(at->u, clang_getCursorLocation(c)));
    else if (c.kind == CXCursor_UnexposedAttr)
        at->has_hidden = true;
    return CXChildVisit_Continue;
}

void decl_add_notes(struct unit *u, CXCursor c, struct ir_note **notes,
                    uint32_t *nnotes)
{
    struct attributes at = {.u = u, .notes = *notes, .n = *nnotes};

    at.cap = at.n; // what is there was not grown by us
    clang_visitChildren(c, visit_attribute, &at);
    *notes = at.notes;
    *nnotes = (uint32_t)at.n;
}

static bool is_noreturn(struct unit *u, CXCursor c, bool has_hidden)
{
    CXString type = clang_getTypeSpelling(clang_getCursorType(c));
    bool found = text_is_noreturn(clang_getCString(type));

    clang_disposeString(type);
    if (found || !has_hidden)
        return found;
    return text_is_noreturn(cursor_printed(u, c, true));
}

static void add_attributes(struct unit *u, uint32_t index, CXCursor c)
{
    struct ir_decl *d = &u->ir->decls[index];
    struct attributes at = {.u = u, .notes = d->notes, .n = d->nnotes};
    int n = clang_Cursor_getNumArguments(c);
    bool is_void = u->ir->types[d->result].kind == IR_TYPE_VOID;

    at.cap = at.n; // what is there was not grown by us
    if (clang_Cursor_hasAttrs(c)) {
        clang_visitChildren(c, visit_attribute, &at);
        // Printing is dear, and a function with a value rarely stops.
        if (!d->is_noreturn && (is_void || !d->is_foreign))
            d->is_noreturn = is_noreturn(u, c, at.has_hidden);
    } else if (!d->is_noreturn && is_void) {
        d->is_noreturn = is_noreturn(u, c, false);
    }
    for (int i = 0; i < n && (uint32_t)i < d->nparams; i++) {
        CXCursor p = clang_Cursor_getArgument(c, (unsigned)i);

        at.param = i + 1;
        if (clang_Cursor_hasAttrs(p))
            clang_visitChildren(p, visit_attribute, &at);
    }
    d->notes = at.notes;
    d->nnotes = (uint32_t)at.n;
}

// Does it pass pointers to structs? Nothing else is counted.
static bool passes_records(const struct unit *u, const struct ir_decl *d)
{
    const struct ir_type *types = u->ir->types;

    for (uint32_t i = 0; i <= d->nparams; i++) {
        uint32_t type = i ? d->params[i - 1].type : d->result;

        while (types[type].kind == IR_TYPE_POINTER)
            type = types[type].target;
        if (types[type].kind == IR_TYPE_RECORD)
            return true;
    }
    return false;
}

// The comment in front of any of its declarations, when it looks as if it had
// annotations of GTK-Doc: contract/ will read them.
static void add_comment(struct unit *u, uint32_t index, CXCursor c)
{
    struct ir_decl *d = &u->ir->decls[index];
    struct attributes at = {.u = u, .notes = d->notes, .n = d->nnotes};
    CXString comment;
    const char *text;

    if (d->is_foreign || !passes_records(u, d))
        return;
    comment = clang_Cursor_getRawCommentText(c);
    text = clang_getCString(comment);
    at.cap = at.n; // what is there was not grown by us
    if (text
        && (strstr(text, "(transfer") || strstr(text, "(out")
            || strstr(text, "(inout")))
        add_note(
            &at, arena_printf(u->a, "gtk-doc:%s", text),
            pos_of(u, clang_getRangeStart(clang_Cursor_getCommentRange(c))));
    clang_disposeString(comment);
    d->notes = at.notes;
    d->nnotes = (uint32_t)at.n;
}

// A call without a declaration makes clang invent one at the place of the
// call: on no list of declarations, and without a type in front of the name.
static bool is_invented(struct unit *u, CXCursor c, const void *canonical)
{
    CXSourceLocation loc = clang_getCursorLocation(c);
    CXSourceLocation start = clang_getRangeStart(clang_getCursorExtent(c));
    CXFile file = NULL;

    if (ptrmap_get(&u->redecls, canonical) || !pos_is_project(u, loc))
        return false;
    clang_getFileLocation(start, &file, NULL, NULL, NULL);
    return !file || clang_equalLocations(loc, start);
}

static bool is_foreign(struct unit *u, CXCursor c, const void *canonical)
{
    return !ptrmap_get(&u->redecls, canonical)
           && !pos_is_project(u, clang_getCursorLocation(c));
}

static uint32_t make_decl(struct unit *u, CXCursor c, const void *canonical)
{
    struct ir_decl d = {
        .name = unit_string(u, clang_getCursorSpelling(c)),
        .pos = pos_of(u, clang_getCursorLocation(c)),
        .is_static = clang_getCursorLinkage(c) == CXLinkage_Internal,
    };

    d.is_foreign = is_foreign(u, c, canonical);
    if (strncmp(d.name, "__builtin_", 10) == 0
        || strncmp(d.name, "__sync_", 7) == 0) {
        d.is_foreign = true;
        d.pos = (struct ir_pos){0};
    } else {
        d.is_implicit = is_invented(u, c, canonical);
    }
    set_params(u, &d, c);
    return push_decl(u, d);
}

uint32_t decl_of(struct unit *u, CXCursor function)
{
    uint32_t index = (uint32_t)ptrmap_get(&u->decls, function.data[0]);
    CXCursor first;
    struct redecl *r;

    if (index)
        return index;
    first = clang_getCanonicalCursor(function);
    index = (uint32_t)ptrmap_get(&u->decl_by_canonical, first.data[0]);
    if (index) {
        rename_params(u, &u->ir->decls[index], function);
    } else {
        index = make_decl(u, function, first.data[0]);
        ptrmap_set(u->scratch, &u->decl_by_canonical, first.data[0], index);
        add_comment(u, index, function);
        if (first.data[0] != function.data[0])
            add_attributes(u, index, first);
        r = (struct redecl *)(uintptr_t)ptrmap_get(&u->redecls, first.data[0]);
        for (; r; r = r->next) {
            if (clang_Cursor_hasAttrs(r->cursor))
                add_attributes(u, index, r->cursor);
        }
    }
    add_attributes(u, index, function);
    ptrmap_set(u->scratch, &u->decls, function.data[0], index);
    return index;
}

// The project's declarations, by function, so that one found later than the
// first use counts as well.
void decl_add_redecls(struct unit *u)
{
    for (size_t i = u->functions.n; i-- > 0;) {
        CXCursor c = u->functions.c[i];
        const void *first = clang_getCanonicalCursor(c).data[0];
        struct redecl *r = arena_new(u->scratch, struct redecl);

        *r = (struct redecl){
            c, (struct redecl *)(uintptr_t)ptrmap_get(&u->redecls, first)};
        ptrmap_set(u->scratch, &u->redecls, first, (uintptr_t)r);
    }
}

// A function that libclang shows no declaration of.
uint32_t decl_named(struct unit *u, const char *name, uint32_t result,
                    bool is_foreign)
{
    struct ir_decl d = {
        .name = name, .result = result, .is_foreign = is_foreign};

    for (uint32_t i = 1; i <= u->ir->ndecls; i++) {
        if (strcmp(u->ir->decls[i].name, name) == 0
            && u->ir->decls[i].result == result)
            return i;
    }
    return push_decl(u, d);
}

static enum CXChildVisitResult visit_function(CXCursor c, CXCursor parent,
                                              CXClientData arg)
{
    struct unit *u = arg;
    CXCursor *kept;
    const char *name;

    (void)parent;
    if (c.kind != CXCursor_FunctionDecl)
        return CXChildVisit_Continue;
    name = unit_string(u, clang_getCursorSpelling(c));
    if (!map_get(&u->fn_by_name, name)) {
        kept = arena_new(u->scratch, CXCursor);
        *kept = c;
        map_set(u->scratch, &u->fn_by_name, name, kept);
    }
    return CXChildVisit_Continue;
}

uint32_t decl_find(struct unit *u, const char *name)
{
    CXCursor *c;

    if (!u->fn_by_name_filled) {
        u->fn_by_name_filled = true;
        clang_visitChildren(clang_getTranslationUnitCursor(u->tu),
                            visit_function, u);
    }
    c = map_get(&u->fn_by_name, name);
    return c ? decl_of(u, *c) : 0;
}
