// test_units.c - units as a whole: input that is bad, large or deep, macros,
// what is foreign.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "parse/parse.h"

#include "../project/folder.h"

struct fixture {
    struct parser *parser;
    struct arena arena;
    const char *dir;
};

static void write_file(struct fixture *f, const char *name, const char *text)
{
    folder_write(&f->arena, f->dir, name, text);
}

static int parse_with(struct fixture *f, const char *name,
                      const char *const *args, size_t nargs,
                      const struct parse_options *options, struct ir_unit **ret,
                      struct err *err)
{
    int r = parse_unit(f->parser, &f->arena, f->dir, name, args, nargs, options,
                       ret, err);

    if (r == 0 && ir_verify(*ret, err) < 0)
        fail_msg("%s", err->text);
    return r;
}

static struct ir_unit *parse(struct fixture *f, const char *text)
{
    const struct parse_options options = {.root = f->dir};
    struct ir_unit *u = NULL;
    struct err err = {0};

    write_file(f, "unit.c", text);
    if (parse_with(f, "unit.c", NULL, 0, &options, &u, &err) < 0)
        fail_msg("%s", err.text);
    return u;
}

static void fails(struct fixture *f, const char *name, const char *message)
{
    const struct parse_options options = {.root = f->dir};
    struct ir_unit *u = NULL;
    struct err err = {0};

    assert_int_equal(parse_with(f, name, NULL, 0, &options, &u, &err), -1);
    if (!strstr(err.text, message) || !strstr(err.text, name))
        fail_msg("got: %s", err.text);
}

static void test_bad_input(void **state)
{
    struct fixture *f = *state;

    fails(f, "missing.c", "no such file");
    assert_int_equal(mkdir(path_join(&f->arena, f->dir, "folder.c"), 0700), 0);
    fails(f, "folder.c", "is a folder");
    write_file(f, "other.cpp", "class x {};\n");
    fails(f, "other.cpp", "is not C");
    assert_int_equal(parse(f, "")->nfns, 0);
    assert_int_equal(parse(f, "\0")->nproblems, 0);
    assert_int_equal(parse(f, "/* open")->nproblems, 1);
    assert_true(parse(f, "}}}} ;;; #include \x01\x02")->nproblems > 0);
}

static void test_missing_header(void **state)
{
    struct ir_unit *u = parse(*state, "#include \"none.h\"\n"
                                      "int f(int a) { return a; }\n"
                                      "int g(T a) { return a; }\n");

    assert_int_equal(u->nproblems, 2);
    assert_string_equal(u->problems[0].text, "'none.h' file not found");
    assert_int_equal(u->problems[0].pos.line, 1);
    assert_int_equal(u->nfns, 2);
    assert_string_equal(u->fns[0].problem, "");
    assert_string_equal(u->fns[1].problem, "unknown type name 'T'");
    assert_int_equal(u->fns[1].nblocks, 0);
}

static void test_other_language(void **state)
{
    static const char *const args[][2] = {
        {"-x", "c++"}, {"-xc++", "-w"}, {"-std=gnu++17", "-w"}};
    struct fixture *f = *state;
    const struct parse_options options = {.root = f->dir};
    struct ir_unit *u = NULL;
    struct err err = {0};

    write_file(f, "unit.c", "int x;");
    for (size_t i = 0; i < sizeof(args) / sizeof(*args); i++) {
        assert_int_equal(
            parse_with(f, "unit.c", args[i], 2, &options, &u, &err), -1);
        assert_non_null(strstr(err.text, "is not C"));
    }
}

// Without the compiler's own headers there is a problem, and no crash.
static void test_no_stddef(void **state)
{
    static const char *const args[] = {"-nobuiltininc", "-nostdinc"};
    struct fixture *f = *state;
    const struct parse_options options = {.root = f->dir};
    struct ir_unit *u = NULL;
    struct err err = {0};

    write_file(f, "unit.c", "#include <stddef.h>\nint f(void) { return 1; }");
    assert_int_equal(parse_with(f, "unit.c", args, 2, &options, &u, &err), 0);
    assert_int_equal(u->nproblems, 1);
    assert_string_equal(u->fns[0].problem, "");
}

// Flags that clang does not have, and code that it rejects by default.
static void test_tolerance(void **state)
{
    static const char *const args[] = {
        "-fno-semantic-interposition",
        "-fconserve-stack",
        "-mno-such-flag",
        "-Wall",
        "-Werror",
        "-Wno-such-warning",
        "-fno-such-option",
        "-Wl,-z,now",
        "--param=ssp-buffer-size=4",
        "-pipe",
        "-O2",
        "-g",
    };
    struct fixture *f = *state;
    const struct parse_options options = {.root = f->dir};
    struct ir_unit *u = NULL;
    struct err err = {0};

    write_file(f, "old.c",
               "static f(a) { char *p = a; g(p); h(1)->x; }\n"
               "int *k(void) { return 7; }\n"
               "int m(void) { return; }\n"
               "int (*n)(void) = k;\n"
               "int unused() { int a, b; }\n");
    assert_int_equal(parse_with(f, "old.c", args, sizeof(args) / sizeof(*args),
                                &options, &u, &err),
                     0);
    assert_int_equal(u->nproblems, 1); // h(1)->x
    assert_int_equal(u->nfns, 4);
    for (uint32_t i = 1; i < 4; i++)
        assert_string_equal(u->fns[i].problem, "");
}

static void test_deep(void **state)
{
    static const struct {
        const char *begin, *open, *middle, *close, *end;
        int times;
        bool lost;
    } cases[] = {
        {"int f(int a) { if (a == 0) return 0;", " else if (a) return a;", "",
         "", " return 1; }", 10000, false},
        {"int f(int a) { return ", "(", "a", ")", "; }", 3000, false},
        {"int f(int a) { return a", "+a", "", "", "; }", 5000, false},
        {"int f(int a) { return a", "&&a", "", "", "; }", 5000, false},
        {"int f(int a) { return ", "!", "a", "", "; }", 5000, false},
        {"int f(int a) { return ", "f(", "a", ")", "; }", 3000, false},
        {"int f(int a) { ", "if (a) ", "a++;", "", " return a; }", 3000, false},
        {"int f(int a) { ", "{", "a++;", "}", " return a; }", 3000, false},
        {"int f(int a) { ", "{", "a++;", "}", " return a; }", 22000, true},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct buf b = {.arena = &f->arena};
        struct ir_unit *u;

        print_message("%s\n", cases[i].open);
        buf_str(&b, cases[i].begin);
        for (int k = 0; k < cases[i].times; k++)
            buf_str(&b, cases[i].open);
        buf_str(&b, cases[i].middle);
        for (int k = 0; k < cases[i].times; k++)
            buf_str(&b, cases[i].close);
        buf_str(&b, cases[i].end);
        u = parse(f, buf_text(&b));
        assert_int_equal(u->nproblems, 0);
        assert_int_equal(u->nfns, 1);
        assert_string_equal(u->fns[0].problem,
                            cases[i].lost ? "nested too deeply" : "");
    }
}

static void test_macros(void **state)
{
    static const char *const names[] = {"VERSION", "NUMBER", "ARG", "FLAG",
                                        "OWN",     "NONE",   "CALL"};
    static const char *const values[] = {"1.2 x", "0x030b", "a b", "1",
                                         "(3)",   "",       ""};
    static const char *const args[] = {"-DARG=a b", "-D", "FLAG"};
    static const char *const api[] = {"api.h"};
    struct fixture *f = *state;
    const struct parse_options options = {f->dir, api, 1, names, 7, NULL, 0};
    struct ir_unit *u = NULL;
    struct err err = {0};

    mkdir(path_join(&f->arena, f->dir, "api"), 0700);
    write_file(f, "api/api.h",
               "#include \"version.h\"\n#define NUMBERS 4\n"
               "  #  define\tNUMBER   0x030b // eleven\n");
    write_file(f, "api/version.h",
               "/* VERSION */\n#define VERSION \"1.2 x\"\n"
               "#define CALL(x) x\n");
    write_file(f, "m.c", "#define OWN (3)\n#include \"api/api.h\"\n");
    for (int again = 0; again < 2; again++) {
        assert_int_equal(parse_with(f, "m.c", args, 3, &options, &u, &err), 0);
        assert_int_equal(u->nmacros, 7);
        for (size_t i = 0; i < 7; i++) {
            assert_string_equal(u->macros[i].name, names[i]);
            assert_string_equal(u->macros[i].value, values[i]);
        }
    }
}

static const struct ir_decl *decl(const struct ir_unit *u, const char *name)
{
    for (uint32_t i = 1; i <= u->ndecls; i++) {
        if (strcmp(u->decls[i].name, name) == 0)
            return &u->decls[i];
    }
    fail_msg("no declaration of %s", name);
    return NULL;
}

static void test_foreign(void **state)
{
    static const char *const api[] = {"api.h"};
    static const char *const args[] = {"-isystem", "sys"};
    struct fixture *f = *state;
    const struct parse_options options = {f->dir, api, 1, NULL, 0, NULL, 0};
    struct ir_unit *u = NULL;
    struct err err = {0};

    mkdir(path_join(&f->arena, f->dir, "api"), 0700);
    mkdir(path_join(&f->arena, f->dir, "sys"), 0700);
    write_file(f, "api/api.h",
               "int api(void); int both(void);\n"
               "static inline int in_api(void) { return 1; }\n");
    write_file(f, "sys/sys.h",
               "static inline int in_sys(void) { return 1; }\n");
    write_file(f, "own.h", "static inline int in_own(void) { return 1; }\n");
    write_file(
        f, "f.c",
        "#include \"api/api.h\"\n#include <sys.h>\n#include \"own.h\"\n"
        "#include <stdlib.h>\n"
        "int main(void) { return api() + in_api() + in_sys() + in_own()\n"
        " + both() + invented() + abs(1) + __builtin_abs(2)\n"
        " + (strlen(\"\") > 1); }\n"
        "int both(void);\n");
    assert_int_equal(parse_with(f, "f.c", args, 2, &options, &u, &err), 0);
    assert_int_equal(u->nproblems, 0);
    assert_int_equal(u->nfns, 2);
    assert_string_equal(u->decls[u->fns[0].decl].name, "main");
    assert_string_equal(u->decls[u->fns[1].decl].name, "in_own");
    assert_true(decl(u, "api")->is_foreign);
    assert_true(decl(u, "in_api")->is_foreign);
    assert_true(decl(u, "in_sys")->is_foreign);
    assert_true(decl(u, "abs")->is_foreign);
    assert_true(decl(u, "__builtin_abs")->is_foreign);
    assert_false(decl(u, "__builtin_abs")->is_implicit);
    assert_false(decl(u, "in_own")->is_foreign);
    assert_false(decl(u, "both")->is_foreign);
    assert_true(decl(u, "invented")->is_implicit);
    assert_true(decl(u, "strlen")->is_implicit);
    assert_false(decl(u, "abs")->is_implicit);
}

static void test_version(void **state)
{
    struct fixture *f = *state;

    assert_in_range(atoi(parse_clang_version(&f->arena)), 19, 99);
}

static int setup(void **state)
{
    static struct fixture f;

    f = (struct fixture){.parser = parser_new()};
    f.dir = folder_new(&f.arena);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    folder_free(f->dir);
    parser_free(f->parser);
    arena_release(&f->arena);
    return 0;
}

static int run(void *arg)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bad_input, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing_header, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_language, setup, teardown),
        cmocka_unit_test_setup_teardown(test_no_stddef, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tolerance, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_macros, setup, teardown),
        cmocka_unit_test_setup_teardown(test_foreign, setup, teardown),
        cmocka_unit_test_setup_teardown(test_version, setup, teardown),
    };

    (void)arg;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return parse_with_stack(run, NULL);
}
