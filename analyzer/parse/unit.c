// unit.c - from a translation unit of libclang to a unit of the IR.

#include "base/file.h"
#include "parse/lower.h"

#include <stdlib.h>
#include <string.h>

// Index 0 of these tables is "none", and must exist before the first push.
static void init_tables(struct unit *u)
{
    struct ir_unit *ir = u->ir;

    ir->files = arena_grow(u->a, NULL, 0, &u->cap_files, sizeof(*ir->files));
    ir->types = arena_grow(u->a, NULL, 0, &u->cap_types, sizeof(*ir->types));
    ir->records =
        arena_grow(u->a, NULL, 0, &u->cap_records, sizeof(*ir->records));
    ir->decls = arena_grow(u->a, NULL, 0, &u->cap_decls, sizeof(*ir->decls));
    ir->globals =
        arena_grow(u->a, NULL, 0, &u->cap_globals, sizeof(*ir->globals));
    u->type_places = arena_grow(u->scratch, NULL, 0, &u->cap_type_places,
                                sizeof(*u->type_places));
    u->record_types = arena_grow(u->scratch, NULL, 0, &u->cap_record_types,
                                 sizeof(*u->record_types));
    u->record_filled = arena_grow(u->scratch, NULL, 0, &u->cap_record_filled,
                                  sizeof(*u->record_filled));
    u->builtins =
        arena_grow(u->scratch, NULL, 0, &u->cap_builtins, sizeof(*u->builtins));
}

// The folder of the API's headers.

// Headers may be named with folders: "Python.h", "rc/object.h".
static bool is_api_header(const struct unit *u, const char *path)
{
    size_t n = strlen(path);

    for (size_t i = 0; i < u->options->napi_headers; i++) {
        const char *header = u->options->api_headers[i];
        size_t m = strlen(header);

        if (n >= m && strcmp(path + n - m, header) == 0
            && (n == m || path[n - m - 1] == '/'))
            return true;
    }
    return false;
}

static void visit_for_dir(CXFile file, CXSourceLocation *stack, unsigned n,
                          CXClientData arg)
{
    struct unit *u = arg;
    CXString name;
    const char *text;

    (void)stack;
    if (n == 0)
        return; // the main file
    arena_push(u->scratch, u->included, u->nincluded, u->cap_included, file);
    if (u->api_dir)
        return;
    name = clang_getFileName(file);
    text = clang_getCString(name);
    if (text && is_api_header(u, text))
        u->api_dir =
            path_dir(u->scratch, path_join(u->scratch, u->directory, text));
    clang_disposeString(name);
}

static void find_api_files(struct unit *u)
{
    clang_getInclusions(u->tu, visit_for_dir, u);
    if (!u->api_dir || u->options->nmacros == 0)
        return;
    for (size_t i = 0; i < u->nincluded; i++) {
        const char *path = pos_source(u, u->included[i])->path;

        if (strcmp(path_dir(u->scratch, path), u->api_dir) == 0)
            arena_push(u->scratch, u->api_files, u->napi_files,
                       u->cap_api_files, u->included[i]);
    }
}

// What the project declares.

static enum CXChildVisitResult visit_top(CXCursor c, CXCursor parent,
                                         CXClientData arg)
{
    struct unit *u = arg;

    (void)parent;
    if (c.kind == CXCursor_FunctionDecl) {
        if (pos_is_project(u, clang_getCursorLocation(c)))
            arena_push(u->scratch, u->functions.c, u->functions.n,
                       u->functions.cap, c);
    } else if (c.kind == CXCursor_VarDecl) {
        if (pos_is_project(u, clang_getCursorLocation(c)))
            arena_push(u->scratch, u->variables.c, u->variables.n,
                       u->variables.cap, c);
    }
    return CXChildVisit_Continue;
}

static void lower_variables(struct unit *u)
{
    for (size_t i = 0; i < u->variables.n; i++) {
        CXCursor c = u->variables.c[i];

        if (clang_Cursor_getStorageClass(c) != CX_SC_Extern
            || clang_isCursorDefinition(c))
            global_define(u, c, "");
        arena_reset(u->body);
    }
}

static void lower_functions(struct unit *u)
{
    for (size_t i = 0; i < u->functions.n; i++) {
        if (clang_isCursorDefinition(u->functions.c[i]))
            lower_function(u, u->functions.c[i]);
    }
}

// Functions in order of position.

struct sort_key {
    struct ir_fn fn;
    uint32_t order;
};

static int compare(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

static int by_position(const void *left, const void *right)
{
    const struct sort_key *a = left, *b = right;
    int r = compare(a->fn.pos.file, b->fn.pos.file);

    if (!r)
        r = compare(a->fn.pos.line, b->fn.pos.line);
    if (!r)
        r = compare(a->fn.pos.col, b->fn.pos.col);
    return r ? r : compare(a->order, b->order);
}

static void sort_functions(struct unit *u)
{
    struct ir_unit *ir = u->ir;
    struct sort_key *keys = arena_array(u->scratch, struct sort_key, ir->nfns);

    for (uint32_t i = 0; i < ir->nfns; i++)
        keys[i] = (struct sort_key){ir->fns[i], i};
    if (ir->nfns)
        qsort(keys, ir->nfns, sizeof(*keys), by_position);
    for (uint32_t i = 0; i < ir->nfns; i++) {
        ir->fns[i] = keys[i].fn;
        ir->decls[ir->fns[i].decl].fn = i + 1;
    }
}

void unit_open(struct unit *u)
{
    CXTargetInfo target = clang_getTranslationUnitTargetInfo(u->tu);
    int bits = clang_TargetInfo_getPointerWidth(target);
    CXFile main_file = clang_getFile(u->tu, u->main_path);

    clang_TargetInfo_dispose(target);
    u->pointer_size = bits > 0 ? (uint32_t)bits / 8 : 8;
    init_tables(u);
    types_init(u);
    find_api_files(u);
    u->ir->main = u->ir->files[pos_file(u, main_file)];
    if (!u->ir->main)
        u->ir->main = u->main_path;
    problems_collect(u);
    clang_visitChildren(clang_getTranslationUnitCursor(u->tu), visit_top, u);
    decl_add_redecls(u);
}

void unit_close(struct unit *u)
{
    records_fill_all(u);
    if (u->policy)
        clang_PrintingPolicy_dispose(u->policy);
}

void unit_lower(struct unit *u)
{
    unit_open(u);
    lower_variables(u);
    lower_functions(u);
    sort_functions(u);
    unit_close(u);
}
