// test_exclude.c - project/exclude.c: which files a pattern leaves out.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "project/project.h"

static void test_matches(void **state)
{
    static const struct {
        const char *glob, *file;
        bool expect;
    } cases[] = {
        {"a.c", "/p/a.c", true},
        {"a.c", "/p/src/a.c", true},
        {"a.c", "/p/src/aa.c", false},
        {"a.c", "/p/a.c.c", false},
        {"*.pb.c", "/p/src/x.pb.c", true},
        {"gen", "/p/gen/deep/x.c", true},
        {"gen/*", "/p/src/gen/deep/x.c", true},
        {"gen", "/p/regen/x.c", false},
        {"src/gen", "/p/src/gen/x.c", true},
        {"src/*/x.c", "/p/src/gen/deep/x.c", true},
        {"_[a-c]*", "/p/m/_bar.c", true},
        {"_[a-c]*", "/p/m/_dar.c", false},
        {"p", "/p/a.c", false},            // the root is no part of the name
        {"usr", "/usr/include/a.h", true}, // but that of others is
        {"/usr/*", "/usr/include/a.h", true},
        {"/usr/*", "/p/usr/a.h", false},
        {"/p/gen", "/p/gen/a.c", true},
        {"*", "/p/a.c", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s %s\n", cases[i].glob, cases[i].file);
        assert_int_equal(project_matches("/p", cases[i].glob, cases[i].file),
                         cases[i].expect);
    }
}

static void test_units(void **state)
{
    static const char *const globs[] = {"gen", "*.y.c", "none"};
    struct arena a = {0};
    struct project p = {.root = "/p"};
    size_t hits[3];

    (void)state;
    project_add(&a, &p, "/p/a.c", NULL, 0);
    project_add(&a, &p, "/p/gen/b.c", NULL, 0);
    project_add(&a, &p, "/p/gen/c.y.c", NULL, 0);
    project_add(&a, &p, "/p/d.c", NULL, 0);
    project_exclude(&a, &p, globs, 3, hits);
    assert_int_equal(p.nunits, 2);
    assert_string_equal(p.units[1].file, "/p/d.c");
    assert_int_equal(p.nexcluded, 2);
    assert_string_equal(p.excluded[0], "gen/b.c");
    assert_string_equal(p.excluded[1], "gen/c.y.c");
    assert_int_equal(hits[0], 2);
    assert_int_equal(hits[1], 1);
    assert_int_equal(hits[2], 0);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
