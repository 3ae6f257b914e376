// test_fixtures.c - fixtures/broken: what cannot be analysed in full still is
// as far as possible; and the bundled example, as a new user meets it.

#include "run.h"

#include <string.h>

#define RULES_HERE                                                             \
    " --no-default-rules --rules=" SOURCE_DIR "/rules/c.rules"                 \
    " --rules=" SOURCE_DIR "/rules/cpython.rules "

#ifdef PYTHON_INCLUDE

#define PYTHON " -- -I" PYTHON_INCLUDE " -I" SOURCE_DIR "/analyzer/include"

// name is below fixtures/.
static struct ran run_on(struct fixture *f, const char *command,
                         const char *name)
{
    return run(f,
               arena_printf(&f->arena, "%s %s%s%s", command,
                            SOURCE_DIR "/fixtures/", name, RULES_HERE PYTHON));
}

static void test_syntax_error(void **state)
{
    static const char name[] = "broken/syntax_error.c";
    struct fixture *f = *state;
    struct ran r = run_on(f, "verify", name);

    expect_status(&r, 3);
    assert_string_equal(r.out, "");
    expect_err(&r, "syntax_error.c:15: function half_written is not analysed");
    r = run_on(f, "check", name);
    expect_status(&r, 3);
    expect_out(&r, "'text' is never released [leak]");
    expect_out(&r, "[double-decref]");
    expect_err(&r, "2 of 3 functions analysed (1 not parsed)");
}

static void test_missing_header(void **state)
{
    struct fixture *f = *state;
    struct ran r = run_on(f, "verify", "broken/missing_header.c");

    expect_status(&r, 3);
    assert_string_equal(r.out, "");
    expect_err(&r, "'generated_config.h' file not found");
    expect_err(&r, "function uses_missing_type is not analysed");
}

static void test_wrong_annotation(void **state)
{
    struct fixture *f = *state;
    struct ran r = run_on(f, "verify", "broken/wrong_annotation.c");

    expect_status(&r, 3);
    assert_string_equal(r.out, "");
    expect_err(&r,
               "wrong_annotation.c:7:29: error: annotation of 'keep_it' is "
               "not heeded: unknown effect 'stael' (did you mean 'steal'?)");
    expect_err(&r, "wrong_annotation.c:8:1: error: annotation of 'find_it' is "
                   "not heeded: argument number 3 is out of range");
}

// Every stage, of a file with all there is to Python.h.
static void test_dump(void **state)
{
    static const char *const stages[] = {"ir", "cfg", "dot", "states",
                                         "contracts"};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
        const char *command =
            arena_printf(&f->arena, "dump --stage=%s", stages[i]);
        struct ran a = run_on(f, command, "broken/syntax_error.c");
        struct ran b = run_on(f, command, "broken/syntax_error.c");

        expect_status(&a, 0);
        expect_out(&a, "before_bad");
        expect_out(&a, "after_bad");
        assert_string_equal(a.out, b.out);
    }
}

static void test_example(void **state)
{
    static const char name[] = "example/ringbuffer.c";
    struct fixture *f = *state;
    struct ran a = run_on(f, "check", name);
    struct ran b = run_on(f, "check", name);

    expect_status(&a, 1);
    expect_out(&a, "ringbuffer.c:");
    assert_string_equal(a.out, b.out);
    expect_no_err(&a, "not analysed");
}

#endif

static void test_empty(void **state)
{
    struct ran r =
        run(*state, "check " SOURCE_DIR "/fixtures/broken/empty.c" RULES_HERE);

    expect_status(&r, 0);
    assert_string_equal(r.out, "");
}

static void test_database(void **state)
{
    struct ran r = run(*state, "check -p " SOURCE_DIR
                               "/fixtures/broken/database" RULES_HERE);

    expect_status(&r, 2);
    expect_err(&r, "broken/database/compile_commands.json:5: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifdef PYTHON_INCLUDE
        cmocka_unit_test_setup_teardown(test_syntax_error, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_wrong_annotation, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_missing_header, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_dump, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_example, fixture_setup,
                                        fixture_teardown),
#endif
        cmocka_unit_test_setup_teardown(test_empty, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_database, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
