// test_rules_from.c - `refcheck rules --from`: the rules that a header's
// annotations spell out, and what is said of those that are wrong.

#include "run.h"

#include "base/file.h"

#include <string.h>

static const char annotate_h[] =
    "#define SAYS(text) __attribute__((annotate(\"refcheck:\" text)))\n"
    "#define NEW __attribute__((warn_unused_result)) SAYS(\"new?\")\n"
    "#define BORROWED_OF(n) SAYS(\"borrowed? of \" #n)\n"
    "#define STATUS SAYS(\"status\")\n"
    "#define RUNS_CODE SAYS(\": runs-code\")\n";

static const char object_h[] =
    "#pragma once\n"
    "#include \"my/annotate.h\"\n"
    "#include <stddef.h>\n"
    "typedef struct object object;\n"
    "struct object {\n"
    "    size_t refs;\n"
    "    struct type *type;\n"
    "} SAYS(\"row family my counted object type header \\\"my/object.h\\\"\"\n"
    "       \" failure NULL|-1\");\n"
    "typedef struct type {\n"
    "    object head;\n"
    "    void (*dealloc)(object *self) SAYS(\"slot (steal) -> _ : "
    "role-dealloc\");\n"
    "    object *(*copy)(object *self)\n"
    "        SAYS(\"slot (borrow) -> new?\");\n"
    "} type;\n"
    "static inline void object_incref(object *o SAYS(\"incref\"))\n"
    "{\n"
    "    o->refs++;\n"
    "}\n"
    "RUNS_CODE void object_decref(object *o SAYS(\"decref\"));\n"
    "SAYS(\"inferred\") static inline object *object_self(object *o)\n"
    "{\n"
    "    return o;\n"
    "}\n"
    "void object_decref(object *o);\n"
    "extern type object_type SAYS(\"immortal\");\n";

static const char all_h[] =
    "#include \"my/object.h\"\n"
    "#include \"outside.h\"\n"
    "NEW RUNS_CODE object *list_new(int n, ...);\n"
    "NEW object *list_format(const char *format, ...);\n"
    "BORROWED_OF(1) object *list_at(const object *list, size_t i);\n"
    "STATUS RUNS_CODE int list_set(object *list, size_t i,\n"
    "                              object *item SAYS(\"steal in 1\"));\n"
    "__attribute__((annotate(\"other: thing\"))) size_t list_size(type *t);\n";

static const char expected[] =
    "# Made by `refcheck rules --from my/all.h` from what that header and "
    "those\n"
    "# it includes say of themselves. Change them, not this file.\n"
    "\n"
    "family my counted object type header \"my/object.h\" failure NULL|-1\n"
    "\n"
    "# my/object.h\n"
    "slot type.dealloc (steal) -> _ : role-dealloc\n"
    "slot type.copy (borrow) -> new?\n"
    "object_incref(incref) -> _\n"
    "object_decref(decref) -> _ : runs-code\n"
    "global object_type immortal\n"
    "\n"
    "# my/all.h\n"
    "list_new(_, keep in result ...) -> new? : runs-code\n"
    "list_format(_, _ ...) -> new?\n"
    "list_at(borrow, _) -> borrowed? of 1\n"
    "list_set(borrow, _, steal in 1) -> status : runs-code\n"
    "list_size(borrow) -> _\n";

static int setup(void **state)
{
    struct fixture *f;

    if (fixture_setup(state) < 0)
        return -1;
    f = *state;
    write_file(f, "inc/my/annotate.h", annotate_h);
    write_file(f, "inc/my/object.h", object_h);
    write_file(f, "inc/my/all.h", all_h);
    write_file(f, "inc/outside.h", "void *outside(void);\n");
    return 0;
}

static void test_rows(void **state)
{
    struct fixture *f = *state;
    struct ran r = run(f, "rules --from inc/my/all.h -- -Iinc");

    expect_status(&r, 0);
    assert_string_equal(r.err, "");
    assert_string_equal(r.out, expected);
    write_file(f, "my.rules", r.out);
    r = run(f, "rules my.rules");
    expect_status(&r, 0);
    expect_out(&r, "list_at(borrow, _) -> borrowed? of 1\n");
}

// The same text from wherever one looks, and however the path is written.
static void test_same_from_anywhere(void **state)
{
    struct fixture *f = *state;
    struct how inside = {.dir = "inc/my"}, beside = {.dir = ".git"};
    struct ran r = run_how(f, &inside, "rules --from=all.h -- -I..");

    expect_status(&r, 0);
    assert_string_equal(r.out, expected);
    r = run_how(f, &beside, "rules --from ../inc//my/./all.h -- -I ../inc");
    expect_status(&r, 0);
    assert_string_equal(r.out, expected);
    r = run(f, arena_printf(&f->arena, "rules --from %s/inc/my/all.h -- -Iinc",
                            f->dir));
    expect_status(&r, 0);
    assert_string_equal(r.out, expected);
}

// The rules find what the annotations promise.
static void test_used(void **state)
{
    struct fixture *f = *state;
    struct ran r = run(f, "rules --from inc/my/all.h -- -Iinc");

    write_file(f, "my.rules", r.out);
    write_file(f, "unit.c",
               "#include \"my/all.h\"\n"
               "int f(object *list, object *o)\n"
               "{\n"
               "    object *made = list_new(0);\n"
               "    if (!made)\n"
               "        return -1;\n"
               "    object_incref(o);\n"
               "    return list_set(list, 0, o);\n"
               "}\n");
    r = run(f, "unit.c -q --no-default-rules --rules=my.rules -- -Iinc");
    expect_status(&r, 1);
    expect_out(&r, "unit.c:8:5: warning: reference to 'made' is never released "
                   "[leak]\n");
    expect_no_out(&r, "'o'");
}

// A library that builds on another: its own rows, in the other one's family.
static void test_other_family(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "lib/lib.h",
               "#include \"my/object.h\"\n"
               "NEW object *lib_new(object *o);\n");
    r = run(f, "rules --from lib/lib.h -- -Iinc");
    expect_status(&r, 0);
    expect_out(&r, "this file.\n\nfamily my\n\n# lib/lib.h\n"
                   "lib_new(borrow) -> new?\n");
    assert_null(strstr(r.out, "object_decref"));
}

static void test_errors(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text; // behind the #include, in line 2
        const char *err;
    } cases[] = {
        {"object *f(void);", "inc/my/x.h:2: 'f' says not who owns its result"},
        {"NEW object *f(object *a,\n  object *b SAYS(\"stael\"));",
         "inc/my/x.h:3: unknown effect 'stael' (did you mean 'steal'?)"},
        {"BORROWED_OF(2)\nobject *f(object *a);",
         "inc/my/x.h:2: argument number 2 is out of range (f has 1 argument)"},
        {"NEW object *f(void);\n\nSAYS(\"borrowed\") object *f(void);",
         "inc/my/x.h:4: 'borrowed' for the result of 'f', which is 'new?' in "
         "another annotation"},
        {"int n SAYS(\"inmortal\");",
         "inc/my/x.h:2: expected 'row ...' or 'immortal' here, not 'inmortal'"},
        {"struct s {\n int (*f)(void)\n  SAYS(\"slot () -> stats\"); };",
         "inc/my/x.h:4: unknown result 'stats' (did you mean 'status'?)"},
        {"typedef int n SAYS(\"row list_at(_) -> _\");\nvoid list_at(int);",
         "inc/my/x.h:3: duplicate row for 'list_at' (the other is at "
         "inc/my/x.h:2)"},
        {"void f(unknown x);", "inc/my/x.h:2: unknown type name 'unknown'"},
        {"\n#include \"gone.h\"", "inc/my/x.h:3: 'gone.h' file not found"},
        {"#include \"my/bad.h\"", "inc/my/bad.h:1: expected"},
        {"SAYS(\"\033[31m\") void f(void);",
         "inc/my/x.h:2: unexpected byte 0x1b"},
    };
    struct ran r;

    write_file(f, "inc/my/bad.h", "int f(;\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        write_file(f, "inc/my/x.h",
                   arena_printf(&f->arena, "#include \"my/object.h\"\n%s\n",
                                cases[i].text));
        r = run(f, "rules --from inc/my/x.h -- -Iinc");
        expect_status(&r, 2);
        expect_err(&r, arena_printf(&f->arena, "refcheck: %s", cases[i].err));
        assert_string_equal(r.out, "");
    }
    r = run_how(f, &(struct how){.dir = "inc/my"}, "rules --from x.h -- -I..");
    expect_status(&r, 2);
    expect_err(&r, "refcheck: x.h:2: unexpected byte 0x1b");
}

static void test_usage(void **state)
{
    static const struct {
        const char *args, *err;
    } cases[] = {
        {"rules --from", "an argument is missing after '--from'"},
        {"rules --from inc/my/all.h mini.rules",
         "rules: --from takes one header and no file"},
        {"rules --from gone.h", "gone.h: no such file"},
        {"rules --from inc", "inc: is a folder, not a C file"},
        {"rules --from mini.h -- -xc++", "is not C"},
    };
    struct ran r;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        r = run(*state, cases[i].args);
        expect_status(&r, 2);
        expect_err(&r, cases[i].err);
        assert_string_equal(r.out, "");
    }
    r = run_how(*state, &(struct how){.out = "/dev/full"},
                "rules --from inc/my/all.h -- -Iinc");
    expect_status(&r, 2);
    expect_err(&r, "stdout: cannot write: No space left on device");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rows),   TEST(test_same_from_anywhere),
        TEST(test_used),   TEST(test_other_family),
        TEST(test_errors), TEST(test_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
