// problems.c - what the front end complained about, and whom it costs.
//
// clang drops statements that contain an error, so a function with an error
// anywhere in it (in its text, in a macro it uses, in a file included in it)
// is not analysed. Errors are rare, so this may be slow.

#include "parse/lower.h"

struct place { // where an error is, as seen from the main file or a header
    CXFile file;
    unsigned offset;
};

enum { PLACES_MAX = 64 };

struct places {
    struct place at[PLACES_MAX];
    unsigned n;
};

static void add_place(struct places *p, CXSourceLocation loc, bool expanded)
{
    struct place at = {0};

    if (expanded)
        clang_getExpansionLocation(loc, &at.file, NULL, NULL, &at.offset);
    else
        clang_getFileLocation(loc, &at.file, NULL, NULL, &at.offset);
    if (at.file && p->n < PLACES_MAX)
        p->at[p->n++] = at;
}

struct includes {
    CXFile file;
    struct places *places;
};

static void visit_include(CXFile file, CXSourceLocation *stack, unsigned n,
                          CXClientData arg)
{
    struct includes *inc = arg;

    if (!clang_File_isEqual(file, inc->file))
        return;
    for (unsigned i = 0; i < n; i++)
        add_place(inc->places, stack[i], true);
}

static void find_places(struct unit *u, CXSourceLocation loc,
                        struct places *ret)
{
    struct includes inc = {.places = ret};

    ret->n = 0;
    add_place(ret, loc, true);
    add_place(ret, loc, false);
    if (ret->n && !clang_Location_isFromMainFile(loc)) {
        inc.file = ret->at[0].file;
        clang_getInclusions(u->tu, visit_include, &inc);
    }
}

static bool holds(const struct place *from, const struct place *to,
                  const struct places *places)
{
    for (unsigned i = 0; i < places->n; i++) {
        const struct place *p = &places->at[i];

        if (from->file && p->offset >= from->offset && p->offset <= to->offset
            && clang_File_isEqual(p->file, from->file))
            return true;
    }
    return false;
}

static bool is_error(CXDiagnostic d)
{
    return clang_getDiagnosticSeverity(d) >= CXDiagnostic_Error;
}

// The command line's own mistakes (flags of another compiler) have no place,
// and cost nothing.
static bool has_place(CXDiagnostic d)
{
    CXFile file = NULL;

    clang_getFileLocation(clang_getDiagnosticLocation(d), &file, NULL, NULL,
                          NULL);
    return file != NULL;
}

void problems_collect(struct unit *u)
{
    unsigned n = clang_getNumDiagnostics(u->tu);

    for (unsigned i = 0; i < n; i++) {
        CXDiagnostic d = clang_getDiagnostic(u->tu, i);

        if (is_error(d) && has_place(d)) {
            size_t count = u->ir->nproblems;
            struct ir_problem p = {
                .pos = pos_of(u, clang_getDiagnosticLocation(d)),
                .text = unit_string(u, clang_getDiagnosticSpelling(d)),
            };

            arena_push(u->a, u->ir->problems, count, u->cap_problems, p);
            u->ir->nproblems = (uint32_t)count;
            arena_push(u->scratch, u->errors, u->nerrors, u->cap_errors,
                       clang_getDiagnosticLocation(d));
        }
        clang_disposeDiagnostic(d);
    }
}

void problems_of(struct unit *u, CXCursor function, struct ir_fn *fn)
{
    CXSourceRange range = clang_getCursorExtent(function);
    struct place from = {0}, to = {0};

    if (fn->problem[0] || u->nerrors == 0)
        return;
    // Where each error is seen is found out once, not for each function.
    if (!u->error_places) {
        u->error_places = arena_array(u->scratch, struct places, u->nerrors);
        for (size_t i = 0; i < u->nerrors; i++)
            find_places(u, u->errors[i], &u->error_places[i]);
    }
    clang_getExpansionLocation(clang_getRangeStart(range), &from.file, NULL,
                               NULL, &from.offset);
    clang_getExpansionLocation(clang_getRangeEnd(range), &to.file, NULL, NULL,
                               &to.offset);
    for (size_t i = 0; i < u->nerrors; i++) {
        if (holds(&from, &to, &u->error_places[i])) {
            fn->problem = u->ir->problems[i].text;
            fn->problem_at = u->ir->problems[i].pos;
            return;
        }
    }
}
