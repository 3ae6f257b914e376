// test_err.c - base/err.c: the form of messages.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

#include <string.h>

static void test_forms(void **state)
{
    static const struct {
        const char *path;
        long line;
        const char *expect;
    } cases[] = {
        {"a.c", 12, "a.c:12: bad thing"}, {"a.c", 0, "a.c: bad thing"},
        {"a.c", -1, "a.c: bad thing"},    {NULL, 0, "bad thing"},
        {NULL, 12, "bad thing"},          {"50%d.c", 1, "50%d.c:1: bad thing"},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        err_set(&err, cases[i].path, cases[i].line, "bad %s", "thing");
        assert_string_equal(err.text, cases[i].expect);
    }
}

static void test_words_around_an_error(void **state)
{
    struct err err;

    (void)state;
    err_set(&err, "a.c", 1, "first");
    err_set(&err, "b.c", 2, "because of %s", err.text);
    assert_string_equal(err.text, "b.c:2: because of a.c:1: first");
}

static void test_long_ones_are_cut(void **state)
{
    char path[3000];
    struct err err;

    (void)state;
    memset(path, 'p', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    err_set(&err, path, 1, "bad");
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    err_set(&err, "a.c", 1, "%s", path);
    assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
    assert_memory_equal(err.text, "a.c:1: ppp", 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_words_around_an_error),
        cmocka_unit_test(test_long_ones_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
