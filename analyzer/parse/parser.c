// parser.c - libclang as a parser of one file after another.

#include "base/file.h"
#include "parse/lower.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct parser {
    CXIndex index;
    struct arena session;
    struct arena scratch, body;
    struct map macro_cache;
    const char *resource_dir; // found when the default one was not, or NULL
    const struct parse_options *options; // of the file at hand
};

struct parser *parser_new(void)
{
    struct parser *p = calloc(1, sizeof(*p));

    if (!p)
        abort();
    p->index = clang_createIndex(0, 0);
    return p;
}

void parser_free(struct parser *p)
{
    if (!p)
        return;
    clang_disposeIndex(p->index);
    arena_release(&p->session);
    arena_release(&p->scratch);
    arena_release(&p->body);
    free(p);
}

const char *parse_clang_version(struct arena *a)
{
    CXString s = clang_getClangVersion();
    const char *text = clang_getCString(s);
    const char *number = text ? strpbrk(text, "0123456789") : NULL;
    size_t n = number ? strspn(number, "0123456789.") : 0;
    char *copy = arena_strndup(a, number ? number : "", n);

    clang_disposeString(s);
    return copy;
}

// Arguments.

struct args {
    const char **list;
    size_t n, cap;
};

static void add(struct parser *p, struct args *args, const char *arg)
{
    arena_push(&p->scratch, args->list, args->n, args->cap, arg);
}

// Old code must not be lost to what became an error by default; and nobody
// reads warnings here, so none need be looked for.
static void add_ours(struct parser *p, struct args *args)
{
    static const char *const ours[] = {
        "-w",
        "-Qunused-arguments",
        "-ferror-limit=0",
        "-fbracket-depth=30000",
        "-Wno-error",
        "-Wno-error=implicit-function-declaration",
        "-Wno-error=implicit-int",
        "-Wno-error=int-conversion",
        "-Wno-error=incompatible-function-pointer-types",
        "-Wno-error=return-type",
        "-Wno-error=return-mismatch",
        "-Wno-error=incompatible-pointer-types",
    };

    for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
        add(p, args, ours[i]);
}

static bool has_arg(const char *const *args, size_t nargs, const char *prefix)
{
    for (size_t i = 0; i < nargs; i++) {
        if (strncmp(args[i], prefix, strlen(prefix)) == 0)
            return true;
    }
    return false;
}

static struct args make_args(struct parser *p, const char *directory,
                             const char *path, const char *const *given,
                             size_t ngiven, bool defines)
{
    struct args args = {0};
    const char *dot = strrchr(path_base(path), '.');

    for (size_t i = 0; i < ngiven; i++)
        add(p, &args, given[i]);
    add_ours(p, &args);
    for (size_t i = 0; defines && i < p->options->ndefines; i++)
        add(p, &args,
            arena_printf(&p->scratch, "-D%s", p->options->defines[i]));
    add(p, &args,
        arena_printf(&p->scratch, "-working-directory=%s", directory));
    if (p->resource_dir && !has_arg(given, ngiven, "-resource-dir"))
        add(p, &args,
            arena_printf(&p->scratch, "-resource-dir=%s", p->resource_dir));
    // A header or a piece of C under another name, parsed on its own.
    if ((!dot || strcmp(dot, ".c") != 0) && !has_arg(given, ngiven, "-x"))
        add(p, &args, "-xc");
    return args;
}

// The compiler's own headers.

static bool misses_stddef(CXTranslationUnit tu)
{
    unsigned n = clang_getNumDiagnostics(tu);
    bool found = false;

    for (unsigned i = 0; i < n && !found; i++) {
        CXDiagnostic d = clang_getDiagnostic(tu, i);
        CXString s = clang_getDiagnosticSpelling(d);
        const char *text = clang_getCString(s);

        found = text && clang_getDiagnosticSeverity(d) == CXDiagnostic_Fatal
                && (strstr(text, "'stddef.h'") || strstr(text, "'stdarg.h'"));
        clang_disposeString(s);
        clang_disposeDiagnostic(d);
    }
    return found;
}

// "PREFIX19" or "PREFIX19MIDDLE19"
static const char *find_resource_dir(struct parser *p)
{
    static const struct {
        const char *prefix, *middle;
    } places[] = {
        {"/usr/lib/llvm-", "/lib/clang/"},  {"/usr/lib/clang/", NULL},
        {"/usr/lib64/clang/", NULL},        {"/usr/local/lib/clang/", NULL},
        {"/usr/lib/llvm/", "/lib/clang/"},  {"/opt/llvm-", "/lib/clang/"},
        {"/usr/local/llvm", "/lib/clang/"},
    };
    const char *version = parse_clang_version(&p->session);
    const char *major =
        arena_strndup(&p->session, version, strspn(version, "0123456789"));

    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        const char *middle = places[i].middle;
        const char *dir =
            arena_printf(&p->session, "%s%s%s%s", places[i].prefix, major,
                         middle ? middle : "", middle ? major : "");

        if (file_exists(path_join(&p->session, dir, "include/stddef.h")))
            return dir;
    }
    return NULL;
}

// The unit.

static CXTranslationUnit run_clang(struct parser *p, const char *path,
                                   const struct args *args,
                                   enum CXErrorCode *ret_code)
{
    CXTranslationUnit tu = NULL;

    *ret_code =
        clang_parseTranslationUnit2(p->index, path, args->list, (int)args->n,
                                    NULL, 0, CXTranslationUnit_KeepGoing, &tu);
    return tu;
}

static unsigned count_errors(CXTranslationUnit tu)
{
    unsigned errors = 0;

    for (unsigned i = 0; i < clang_getNumDiagnostics(tu); i++) {
        CXDiagnostic d = clang_getDiagnostic(tu, i);

        errors += clang_getDiagnosticSeverity(d) >= CXDiagnostic_Error;
        clang_disposeDiagnostic(d);
    }
    return errors;
}

// Headers may declare other things where the macros are defined that we add,
// and nobody builds them so: what that breaks is read as the build reads it.
static CXTranslationUnit parse_plainly(struct parser *p, const char *directory,
                                       const char *path,
                                       const char *const *given, size_t ngiven,
                                       CXTranslationUnit with)
{
    struct args args = make_args(p, directory, path, given, ngiven, false);
    enum CXErrorCode code;
    CXTranslationUnit without = run_clang(p, path, &args, &code);
    bool better = without && count_errors(without) < count_errors(with);

    if (without)
        clang_disposeTranslationUnit(better ? with : without);
    return better ? without : with;
}

static CXTranslationUnit parse(struct parser *p, const char *directory,
                               const char *path, const char *const *given,
                               size_t ngiven, enum CXErrorCode *ret_code)
{
    struct args args = make_args(p, directory, path, given, ngiven, true);
    CXTranslationUnit tu = run_clang(p, path, &args, ret_code);

    if (tu && !p->resource_dir && misses_stddef(tu)
        && (p->resource_dir = find_resource_dir(p)) != NULL) {
        clang_disposeTranslationUnit(tu);
        args = make_args(p, directory, path, given, ngiven, true);
        tu = run_clang(p, path, &args, ret_code);
    }
    return tu && p->options->ndefines && count_errors(tu)
               ? parse_plainly(p, directory, path, given, ngiven, tu)
               : tu;
}

static bool has_other_name(const char *path)
{
    static const char *const ends[] = {".cc",  ".cpp", ".cxx", ".C",
                                       ".c++", ".mm",  ".m",   ".cu"};
    const char *dot = strrchr(path_base(path), '.');

    for (size_t i = 0; dot && i < sizeof(ends) / sizeof(*ends); i++) {
        if (strcmp(dot, ends[i]) == 0)
            return true;
    }
    return false;
}

static bool has_other_args(const char *const *args, size_t nargs)
{
    for (size_t i = 0; i < nargs; i++) {
        const char *x = args[i];

        if (strcmp(x, "-x") == 0 && i + 1 < nargs)
            x = args[++i];
        else if (strncmp(x, "-x", 2) == 0)
            x += 2;
        else if (strncmp(x, "-std=", 5) == 0)
            x += 5;
        else
            continue;
        if (strstr(x, "++") || strncmp(x, "objective", 9) == 0)
            return true;
    }
    return false;
}

static int check_main(const char *path, const char *const *args, size_t nargs,
                      struct err *err)
{
    const char *problem = NULL;

    if (!file_exists(path))
        problem = "no such file";
    else if (file_is_dir(path))
        problem = "is a folder, not a C file";
    else if (access(path, R_OK) < 0)
        problem = "cannot be read";
    else if (has_other_name(path) || has_other_args(args, nargs))
        problem = "is not C; only C can be analysed";
    if (problem)
        err_set(err, path, 0, "%s", problem);
    return problem ? -1 : 0;
}

static const char *failure(enum CXErrorCode code)
{
    switch (code) {
    case CXError_Crashed:
        return "the C front end crashed on this file";
    case CXError_InvalidArguments:
        return "the C front end does not accept these arguments";
    default:
        return "the C front end failed on this file";
    }
}

// The file main, parsed, in *u. The caller disposes of u->tu.
static int open_main(struct parser *p, struct unit *u, const char *main,
                     const char *const *args, size_t nargs, struct err *err)
{
    enum CXErrorCode code = CXError_Success;

    u->main_path = path_join(u->a, u->directory, main);
    if (check_main(u->main_path, args, nargs, err) < 0)
        return -1;
    arena_reset(&p->scratch);
    arena_reset(&p->body);
    u->scratch = &p->scratch;
    u->body = &p->body;
    p->options = u->options;
    u->tu = parse(p, u->directory, u->main_path, args, nargs, &code);
    if (!u->tu) {
        err_set(err, u->main_path, 0, "%s", failure(code));
        return -1;
    }
    u->ir = arena_new(u->a, struct ir_unit);
    return 0;
}

int parse_unit(struct parser *p, struct arena *a, const char *directory,
               const char *main, const char *const *args, size_t nargs,
               const struct parse_options *options, struct ir_unit **ret_unit,
               struct err *err)
{
    struct unit u = {.a = a, .options = options, .directory = directory};

    if (open_main(p, &u, main, args, nargs, err) < 0)
        return -1;
    unit_lower(&u);
    macros_find(&u, &p->session, &p->macro_cache, args, nargs);
    clang_disposeTranslationUnit(u.tu);
    *ret_unit = u.ir;
    return 0;
}

int parse_header(struct parser *p, struct arena *a, const char *directory,
                 const char *main, const char *const *args, size_t nargs,
                 const struct parse_options *options,
                 struct ir_header **ret_header, struct err *err)
{
    struct unit u = {.a = a, .options = options, .directory = directory};
    struct ir_header *header = arena_new(a, struct ir_header);

    if (open_main(p, &u, main, args, nargs, err) < 0)
        return -1;
    header->unit = u.ir;
    header_collect(&u, header);
    clang_disposeTranslationUnit(u.tu);
    *ret_header = header;
    return 0;
}

// A large stack.

enum { STACK_MIB = 512 };

struct call {
    int (*body)(void *arg);
    void *arg;
    int result;
};

static void *run(void *arg)
{
    struct call *c = arg;

    c->result = c->body(c->arg);
    return NULL;
}

int parse_with_stack(int (*body)(void *arg), void *arg)
{
    struct call c = {.body = body, .arg = arg};
    pthread_attr_t attr;
    pthread_t thread;
    int r;

    setenv("LIBCLANG_NOTHREADS", "1", 1);
    pthread_attr_init(&attr);
    r = pthread_attr_setstacksize(&attr, (size_t)STACK_MIB << 20);
    if (r == 0)
        r = pthread_create(&thread, &attr, run, &c);
    pthread_attr_destroy(&attr);
    if (r != 0)
        return body(arg); // on the stack we have: deep code may not fit
    pthread_join(thread, NULL);
    return c.result;
}
