// test_bad_code.c - code that cannot be analysed: it is named, the status is
// 3, and everything around it is analysed all the same.

#include "run.h"

#include "base/buf.h"

#include <string.h>

#define HEAD "#include \"mini.h\"\n"

static void test_broken_function(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(
        f, "broken.c",
        HEAD LEAKS("before") "int half(object *x)\n{\n"
                             "    return obj_use(x;\n}\n" LEAKS("after"));
    write_file(f, "healthy.c", HEAD LEAKS("healthy"));
    r = run(f, "broken.c healthy.c" MINI);
    expect_status(&r, 3);
    expect_out(&r, "broken.c:6:5: warning: reference to 'before_made'");
    expect_out(&r, "'after_made'");
    expect_out(&r, "healthy.c:6:5: warning: reference to 'healthy_made'");
    expect_err(&r, "broken.c:8: function half is not analysed: expected ')'");
    expect_err(&r, "broken.c:10:21: error: expected ')'");
    expect_err(&r, "1 not parsed");
}

// Nobody knows what this would have been; silence about it is not health.
static void test_broken_outside_of_functions(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c",
               HEAD "object *half(object *x {\n  return 0;\n}\n"
                    "\n" LEAKS("after"));
    r = run(f, "unit.c" MINI);
    expect_status(&r, 3);
    expect_err(&r, "unit.c:2:");
    write_file(f, "unit.c", "int x = ;\n" HEAD LEAKS("after"));
    r = run(f, "unit.c" MINI);
    expect_status(&r, 3);
    expect_err(&r, "unit.c:1:9: error: expected expression");
    expect_out(&r, "'after_made'");
}

static void test_missing_header(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c",
               HEAD "#include \"gone.h\"\n" LEAKS("one") //
               "int two(struct gone *g) { return g->x; }\n");
    r = run(f, "unit.c" MINI);
    expect_status(&r, 3);
    expect_err(&r, "unit.c:2:10: error: 'gone.h' file not found");
    expect_err(&r, "unit.c:9: function two is not analysed");
    expect_out(&r, "'one_made'");
}

// An error in a header is told once, however many units see it.
static void test_broken_header(void **state)
{
    struct fixture *f = *state;
    const char *first;
    struct ran r;

    write_file(f, "bad.h", "int x = ;\n");
    write_file(f, "a.c", HEAD "#include \"bad.h\"\n" LEAKS("one"));
    write_file(f, "b.c", HEAD "#include \"bad.h\"\n" LEAKS("two"));
    r = run(f, "a.c b.c" MINI);
    expect_status(&r, 3);
    expect_out(&r, "'one_made'");
    expect_out(&r, "'two_made'");
    expect_err(&r, "bad.h:1:9: error: expected expression");
    first = strstr(r.err, "bad.h:1:9");
    assert_null(strstr(first + 1, "bad.h:1:9"));
}

static void test_many_errors(void **state)
{
    struct fixture *f = *state;
    struct buf text = {.arena = &f->arena};
    struct ran r;

    for (int i = 0; i < 100; i++)
        buf_str(&text, "int = 0;\n");
    write_file(f, "unit.c", buf_text(&text));
    r = run(f, "unit.c" MINI);
    expect_status(&r, 3);
    expect_err(&r, "unit.c:1:5: ");
    expect_err(&r, "unit.c: and 95 more errors");
    expect_no_err(&r, "unit.c:50:");
}

static void test_odd_files(void **state)
{
    static const char nul[] =
        HEAD "int nul\0(object *x)\0 { return !x; }\n\0\n" LEAKS("one");
    static const char binary[] = "\177ELF\2\1\1\0\0\0\0\xff\xfe\x80\n\xc3";
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "empty.c", "");
    r = run(f, "empty.c" MINI);
    expect_status(&r, 0);
    expect_err(&r, "no findings in 1 unit; no functions");
    write_bytes(f, "nul.c", nul, sizeof(nul) - 1);
    r = run(f, "nul.c" MINI);
    expect_status(&r, 1);
    expect_out(&r, "'one_made'");
    write_bytes(f, "binary.c", binary, sizeof(binary) - 1);
    write_file(f, "healthy.c", HEAD LEAKS("healthy"));
    r = run(f, "binary.c healthy.c" MINI);
    expect_status(&r, 3);
    expect_err(&r, "binary.c:1:");
    expect_out(&r, "'healthy_made'");
    write_file(f, "no_newline.c", HEAD LEAKS("one") "int x; // \\");
    r = run(f, "no_newline.c" MINI);
    expect_status(&r, 1);
}

static void test_source_that_is_gone(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "here.c", HEAD LEAKS("one"));
    write_database(f, "gone.c here.c");
    r = run(f, "-p db" MINI);
    expect_status(&r, 3);
    expect_err(&r, "gone.c: not analysed: no such file\n");
    expect_err(&r, "1 of 2 units could not be analysed");
    expect_out(&r, "here.c:6:5: warning: reference to 'one_made'");
}

static void test_file_not_in_the_database(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "known.c", HEAD LEAKS("one"));
    write_file(f, "other.c", HEAD LEAKS("two"));
    write_database(f, "known.c");
    r = run(f, "-p db other.c" MINI);
    expect_status(&r, 1);
    expect_err(&r, "other.c: not in the compile database; analysed without");
    expect_out(&r, "'two_made'");
    expect_no_out(&r, "'one_made'");
    r = run(f, "-p db known.c" MINI);
    expect_status(&r, 1);
    expect_no_err(&r, "not in the compile database");
    expect_out(&r, "'one_made'");
}

// Flags of other compilers do not matter, other languages do.
static void test_wrong_flags(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c", HEAD LEAKS("one"));
    r = run(f, "unit.c" MINI "-- -std=c11 -fno-such-thing -Wno-such -mgone");
    expect_status(&r, 1);
    expect_out(&r, "'one_made'");
    r = run(f, "unit.c" MINI "-- -x c++");
    expect_status(&r, 3);
    expect_err(&r, "unit.c: not analysed: is not C");
    write_file(f, "unit.cpp", "class x {};\n");
    r = run(f, "unit.cpp unit.c" MINI);
    expect_status(&r, 3);
    expect_err(&r, "unit.cpp: not analysed: is not C");
    expect_out(&r, "'one_made'");
}

// Twice what most would write by hand, and what generators write.
static void test_long_chain(void **state)
{
    struct fixture *f = *state;
    struct buf text = {.arena = &f->arena};
    struct ran r;

    buf_str(&text, HEAD LEAKS("before") "int chain(object *x, int n)\n{\n");
    for (int i = 0; i < 10000; i++)
        buf_printf(&text, "    %sif (n == %d)\n        n = obj_use(x);\n",
                   i ? "else " : "", i);
    buf_str(&text, "    return n;\n}\n" LEAKS("after"));
    write_file(f, "unit.c", buf_text(&text));
    r = run(f, "unit.c" MINI);
    expect_status(&r, 1);
    expect_out(&r, "'before_made'");
    expect_out(&r, "'after_made'");
    expect_no_out(&r, "chain");
}

// More splits than the budget allows: the function is named, its neighbours
// are analysed to the end.
static void test_budget(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c",
               HEAD LEAKS("before") //
               "int wide(object *x)\n{\n"
               "    int n = 0;\n"
               "    while (n >= 0) {\n"
               "        n = obj_use(x) + obj_use(x->next);\n"
               "        if (n == 3) n = obj_use(x);\n"
               "    }\n"
               "    return n;\n"
               "}\n");
    r = run(f, "unit.c --max-steps=40" MINI);
    expect_status(&r, 1);
    expect_out(&r, "'before_made'");
    expect_err(&r, "unit.c:8: function wide is given up: too many steps");
    expect_err(&r, "1 cut by the budget");
}

// What a comment says wrong is a warning, told once, and costs nothing.
static void test_wrong_comment(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "doc.h",
               "#include \"mini.h\"\n"
               "/**\n"
               " * put:\n"
               " * @o: (transfer ful): an object\n"
               " * @p: (transfer full): another\n"
               " */\n"
               "void put(object *o);\n");
    write_file(f, "one.c",
               "#include \"doc.h\"\nvoid one(object *o)\n{\n"
               "    put(o);\n}\n");
    write_file(f, "two.c",
               "#include \"doc.h\"\nvoid two(object *o)\n{\n"
               "    put(o);\n}\n");
    write_database(f, "one.c two.c");
    r = run(f, "-p db" MINI);
    expect_status(&r, 0);
    expect_err(&r,
               "doc.h:4:1: warning: comment is not heeded: '(transfer ful)' "
               "must say none, full, container or floating\n"
               "doc.h:5:1: warning: comment is not heeded: 'put' has no "
               "parameter 'p'\n");
    expect_no_err(&r, "not analysed");
    assert_null(strstr(strstr(r.err, "doc.h:5") + 1, "doc.h:5"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_broken_function, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_broken_outside_of_functions,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_missing_header, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_broken_header, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_many_errors, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_odd_files, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_source_that_is_gone, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_file_not_in_the_database,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_flags, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_long_chain, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_budget, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_comment, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
