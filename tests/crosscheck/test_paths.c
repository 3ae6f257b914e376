// test_paths.c - crosscheck/paths.c: which names are those of one file.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crosscheck/paths.h"

static void test_alike(void **state)
{
    static const struct {
        const char *name, *other;
        size_t expect;
    } cases[] = {
        {"a.c", "a.c", 1},
        {"a.c", "b.c", 0},
        {"src/a.c", "/home/me/src/a.c", 2},
        {"src/a.c", "a.c", 1},
        {"src/a.c", "../src/a.c", 2},
        {"src/a.c", "./a.c", 1},
        {"src/a.c", "build/../src//a.c", 2},
        {"src/a.c", "lib/a.c", 0},
        {"src/a.c", "/a.c", 0}, // from the root: there is no src
        {"/p/src/a.c", "/q/src/a.c", 0},
        {"/p/src/a.c", "/p/./src/x/../a.c", 3},
        {"xa.c", "a.c", 0},
        {"", "a.c", 0},
        {"", "", 0},
        {"../a.c", "../../a.c", 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s %s\n", cases[i].name, cases[i].other);
        assert_int_equal(paths_alike(cases[i].name, cases[i].other),
                         cases[i].expect);
        assert_int_equal(paths_alike(cases[i].other, cases[i].name),
                         cases[i].expect);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
