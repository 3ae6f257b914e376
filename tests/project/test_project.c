// test_project.c - project/project.c: adding units and finding them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder.h"
#include "project/project.h"

static void test_add(void **state)
{
    static const char *const args[] = {"-DX", "-Iinc"};
    struct arena a = {0};
    char *dir = folder_new(&a);
    char *old = path_cwd(&a);
    struct project p = {0};

    (void)state;
    folder_make(&a, dir, ".git");
    folder_make(&a, dir, "sub");
    assert_int_equal(chdir(path_join(&a, dir, "sub")), 0);
    project_add(&a, &p, "x/../a.c", args, 2);
    project_add(&a, &p, "/q/b.c", NULL, 0);
    assert_int_equal(chdir(old), 0);
    assert_int_equal(p.nunits, 2);
    assert_string_equal(p.root, dir);
    assert_string_equal(p.units[0].file, path_join(&a, dir, "sub/a.c"));
    assert_string_equal(p.units[0].directory, path_join(&a, dir, "sub"));
    assert_int_equal(p.units[0].nargs, 2);
    assert_string_equal(p.units[0].args[1], "-Iinc");
    assert_string_equal(p.units[1].file, "/q/b.c");
    assert_int_equal(p.units[1].nargs, 0);
    folder_free(dir);
    arena_release(&a);
}

// A file from elsewhere brings its own root.
static void test_add_elsewhere(void **state)
{
    struct arena a = {0};
    char *dir = folder_new(&a);
    struct project p = {0};

    (void)state;
    folder_make(&a, dir, ".git");
    project_add(&a, &p, path_join(&a, dir, "src/a.c"), NULL, 0);
    assert_string_equal(p.root, dir);
    folder_free(dir);
    arena_release(&a);
}

static void test_find(void **state)
{
    static const char json[] = "[{\"file\":\"a.c\",\"command\":\"cc\"},"
                               "{\"file\":\"b.c\",\"command\":\"cc -DX\"},"
                               "{\"file\":\"c.c\",\"command\":\"cc\"},"
                               "{\"file\":\"b.c\",\"command\":\"cc -DY\"}]";
    static const struct {
        const char *file;
        size_t count, first;
    } cases[] = {
        {"p/a.c", 1, 0},    {"p/b.c", 2, 1},  {"p/x/../c.c", 1, 2},
        {"p/d.c", 0, 77},   {"p/a.h", 0, 77}, {"a.c", 0, 77},
        {"link/b.c", 2, 1}, // another way to the same folder
        {"p", 0, 77},
    };
    struct arena a = {0};
    char *dir = folder_new(&a);
    struct project p = {0};
    struct err err;

    (void)state;
    folder_write(&a, dir, "p/compile_commands.json", json);
    folder_write(&a, dir, "p/b.c", "");
    folder_write(&a, dir, "other/b.c", "");
    assert_int_equal(
        symlink(path_join(&a, dir, "p"), path_join(&a, dir, "link")), 0);
    assert_int_equal(project_load(&a, path_join(&a, dir, "p"), &p, &err), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t first = 77;

        print_message("%s\n", cases[i].file);
        assert_int_equal(
            project_find(&p, path_join(&a, dir, cases[i].file), &first),
            cases[i].count);
        assert_int_equal(first, cases[i].first);
    }
    folder_free(dir);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_add_elsewhere),
        cmocka_unit_test(test_find),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
