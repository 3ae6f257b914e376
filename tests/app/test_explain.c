// test_explain.c - --explain-contract: why the contract of a function is what
// it is, over all files of a project.

#include "run.h"

#include <jansson.h>
#include <string.h>

static const char one[] = "#include \"mini.h\"\n"
                          "void drop(object *o);\n"
                          "static int twin(object *o)\n"
                          "{\n"
                          "    return obj_use(o);\n"
                          "}\n"
                          "void far(object *o, int n)\n"
                          "{\n"
                          "    twin(o);\n"
                          "    if (n)\n"
                          "        drop(o);\n"
                          "}\n";

static const char two[] = "#include \"mini.h\"\n"
                          "static int twin(object *o)\n"
                          "{\n"
                          "    obj_decref(o);\n"
                          "    return 0;\n"
                          "}\n"
                          "void drop(object *o)\n"
                          "{\n"
                          "    twin(o);\n"
                          "}\n";

static void write_project(struct fixture *f)
{
    write_file(f, "one.c", one);
    write_file(f, "two.c", two);
    write_database(f, "one.c two.c");
}

static struct ran explain(struct fixture *f, const char *command,
                          const char *name, const char *more)
{
    return run(f, arena_printf(&f->arena, "%s -p db --explain-contract=%s %s%s",
                               command, name, more, MINI));
}

static void test_project(void **state)
{
    static const char *const commands[] = {"check", "summarize"};
    struct fixture *f = *state;

    write_project(f);
    for (size_t i = 0; i < 2; i++) {
        struct ran r = explain(f, commands[i], "far", "");

        expect_status(&r, 0);
        // What drop() does was learnt from the other file.
        expect_out(&r, "one.c:7: far(escape?, _) -> else:");
        expect_out(&r, "inferred from the body at one.c:7\n");
        expect_out(&r, "(line 11, drop())");
        expect_no_out(&r, "of which nothing is known");
    }
}

static void test_twins(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_project(f);
    r = explain(f, "check", "twin", "");
    expect_status(&r, 0);
    expect_out(&r, "one.c:3: twin(borrow?) -> ");
    expect_out(&r, "two.c:2: twin(decref?) -> ");
    // Where a body is known, the other file's hearsay is left out.
    r = explain(f, "check", "drop", "");
    expect_out(&r, "two.c:7: drop(decref?)");
    expect_no_out(&r, "one.c");
}

static void test_sources(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_project(f);
    write_file(f, "one.c",
               "#include \"mini.h\"\n"
               "int out(object *o);\n"
               "__attribute__((annotate(\"refcheck:status\")))\n"
               "int said(object *o);\n"
               "int all(object *o)\n"
               "{\n"
               "    return obj_use(o) + out(o) + said(o);\n"
               "}\n");
    r = explain(f, "check", "obj_use", "");
    expect_status(&r, 0);
    expect_out(&r,
               "obj_use(borrow) -> status\n  said by a rule at mini.rules:6");
    r = explain(f, "check", "said", "");
    expect_out(&r, "one.c:4: said(borrow) -> status\n"
                   "  said by an annotation at one.c:3\n");
    r = explain(f, "check", "out", "");
    expect_status(&r, 0);
    expect_out(&r, "one.c:2: out\n  nothing is known");
    r = explain(f, "check", "obj_item", "");
    expect_out(&r, "said by a rule at mini.rules:4");
    r = explain(f, "check", "nobody", "");
    expect_status(&r, 2);
    expect_err(&r,
               "--explain-contract: no function 'nobody' is defined, called "
               "or described by a rule");
    assert_string_equal(r.out, "");
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void test_jsonl(void **state)
{
    struct fixture *f = *state;
    struct ran r;
    json_t *all, *part, *exit;

    write_project(f);
    r = explain(f, "check", "drop", "--format=jsonl ");
    expect_status(&r, 0);
    all = json_loads(r.out, 0, NULL);
    assert_non_null(all);
    assert_string_equal(text_at(all, "function"), "drop");
    assert_int_equal(json_integer_value(json_object_get(all, "line")), 7);
    assert_string_equal(text_at(json_object_get(all, "source"), "kind"),
                        "body");
    part = json_array_get(json_object_get(all, "parts"), 0);
    assert_string_equal(text_at(part, "says"), "decref?");
    exit = json_array_get(json_object_get(part, "exits"), 0);
    assert_string_equal(text_at(exit, "call"), "twin");
    json_decref(all);
}

static void test_jobs(void **state)
{
    static const char *const formats[] = {"text", "jsonl"};
    struct fixture *f = *state;

    write_project(f);
    for (size_t i = 0; i < 2; i++) {
        const char *format =
            arena_printf(&f->arena, "--format=%s ", formats[i]);
        struct ran first = explain(f, "check", "twin",
                                   arena_printf(&f->arena, "%s-j1 ", format));
        struct ran more = explain(f, "check", "twin",
                                  arena_printf(&f->arena, "%s-j3 ", format));

        assert_int_equal(first.status, more.status);
        assert_string_equal(first.out, more.out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_project, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_twins, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_sources, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_jsonl, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_jobs, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
