// test_discover.c - project/discover.c: finding the database and the root.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "folder.h"
#include "project/project.h"

enum { MOST = 6 };

static void test_discover(void **state)
{
    static const struct {
        const char *name;
        const char *files[MOST]; // those that exist; the top has a .git
        const char *start;
        const char *expect; // the folder of the database; NULL: none
    } cases[] = {
        {"none", {"a.c"}, "a.c", NULL},
        {"beside the file", {"a.c", "compile_commands.json"}, "a.c", "."},
        {"a folder", {"compile_commands.json"}, ".", "."},
        {"the database",
         {"compile_commands.json"},
         "compile_commands.json",
         "."},
        {"itself before build",
         {"compile_commands.json", "build/compile_commands.json"},
         ".",
         "."},
        {"build", {"build/compile_commands.json"}, ".", "build"},
        {"any build*", {"build-x86/compile_commands.json"}, ".", "build-x86"},
        {"builds", {"builds/compile_commands.json"}, ".", "builds"},
        {"_build", {"_build/compile_commands.json"}, ".", "_build"},
        {"cmake-build-*",
         {"cmake-build-debug/compile_commands.json"},
         ".",
         "cmake-build-debug"},
        {"out", {"out/compile_commands.json"}, ".", "out"},
        {"a preset",
         {"out/build/x/y", "build/debug/compile_commands.json"},
         ".",
         "build/debug"},
        {"other folders do not count",
         {"doc/compile_commands.json"},
         ".",
         NULL},
        {"the order is fixed",
         {"out/compile_commands.json", "builddir/compile_commands.json",
          "build-b/compile_commands.json", "build-a/compile_commands.json",
          "_build/compile_commands.json"},
         ".",
         "builddir"},
        {"the order is fixed, by name",
         {"build-c/compile_commands.json", "build-a/compile_commands.json",
          "build-e/compile_commands.json", "build-b/compile_commands.json",
          "build-d/compile_commands.json"},
         ".",
         "build-a"},
        {"a folder named so",
         {"compile_commands.json/x", "build/x"},
         ".",
         NULL},
        {"the parent's build",
         {"src/deep/a.c", "build/compile_commands.json"},
         "src/deep/a.c",
         "build"},
        {"the nearest",
         {"src/a.c", "src/build/compile_commands.json",
          "compile_commands.json"},
         "src/a.c",
         "src/build"},
        {"a file that does not exist",
         {"compile_commands.json"},
         "x/y/none.c",
         "."},
        {"not beyond version control",
         {"compile_commands.json", "module/.git", "module/src/a.c"},
         "module/src/a.c",
         NULL},
        {"in the version control root",
         {"compile_commands.json", "m/.hg/x", "m/build/compile_commands.json",
          "m/src/a.c"},
         "m/src/a.c",
         "m/build"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        char *dir = folder_new(&a);
        const char *found;

        print_message("%s\n", cases[i].name);
        folder_make(&a, dir, ".git");
        for (size_t f = 0; f < MOST && cases[i].files[f]; f++)
            folder_write(&a, dir, cases[i].files[f], "[]");
        found = project_discover(&a, path_join(&a, dir, cases[i].start));
        if (cases[i].expect)
            assert_string_equal(
                found, path_join(&a, dir,
                                 arena_printf(&a, "%s/compile_commands.json",
                                              cases[i].expect)));
        else
            assert_null(found);
        folder_free(dir);
        arena_release(&a);
    }
}

static void test_discover_relative(void **state)
{
    struct arena a = {0};
    char *dir = folder_new(&a);
    char *old = path_cwd(&a);
    const char *found;

    (void)state;
    folder_write(&a, dir, "build/compile_commands.json", "[]");
    folder_write(&a, dir, "src/a.c", "");
    assert_int_equal(chdir(dir), 0);
    found = project_discover(&a, "src/a.c");
    assert_int_equal(chdir(old), 0);
    assert_string_equal(found,
                        path_join(&a, dir, "build/compile_commands.json"));
    folder_free(dir);
    arena_release(&a);
}

static void test_root(void **state)
{
    static const struct {
        const char *file, *start, *expect;
    } cases[] = {
        {".git/x", ".", "."},     {".git/x", "a/b", "."},
        {"a/.hg/x", "a/b", "a"},  {"a/.svn/x", "a", "a"},
        {"a/.git", "a/b/c", "a"}, // a file: a work tree or a submodule
        {"a/x", "a/b", "a/b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        char *dir = folder_new(&a);

        print_message("%s from %s\n", cases[i].file, cases[i].start);
        folder_write(&a, dir, cases[i].file, "");
        assert_string_equal(
            project_root(&a, path_join(&a, dir, cases[i].start)),
            path_join(&a, dir, cases[i].expect));
        folder_free(dir);
        arena_release(&a);
    }
}

// The root that project_load decides on.
static void test_root_of_units(void **state)
{
    static const struct {
        const char *name, *vcs, *database, *files[2], *expect;
    } cases[] = {
        {"a build folder in the tree",
         "p/.git",
         "p/build",
         {"../src/a.c", "../src/b.c"},
         "p"},
        {"a build folder elsewhere",
         "p/.git",
         "q/build",
         {"../../p/src/a.c", "../../p/src/b.c"},
         "p"},
        {"a build folder in another tree",
         "q/.git",
         "q/build",
         {"../../p/src/a.c", "../../p/lib/b.c"},
         "."},
        {"no version control", "none", "p/build", {"../src/a.c", "gen.c"}, "p"},
        {"nothing in it", "p/.git", "p/build", {NULL}, "p"},
        {"nothing at all", "none", "p/build", {NULL}, "p/build"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        char *dir = folder_new(&a);
        char *database = path_join(&a, dir, cases[i].database);
        const char *json = "[";
        struct project p = {0};
        struct err err;

        print_message("%s\n", cases[i].name);
        folder_write(&a, dir, cases[i].vcs, "");
        for (size_t f = 0; f < 2 && cases[i].files[f]; f++)
            json = arena_printf(&a, "%s%s{\"file\":\"%s\",\"command\":\"cc\"}",
                                json, f ? "," : "", cases[i].files[f]);
        folder_write(&a, database, "compile_commands.json",
                     arena_printf(&a, "%s]", json));
        assert_int_equal(project_load(&a, database, &p, &err), 0);
        assert_string_equal(p.root, path_join(&a, dir, cases[i].expect));
        folder_free(dir);
        arena_release(&a);
    }
}

// Sources and database that have nothing in common but "/".
static void test_root_far_away(void **state)
{
    static const struct {
        const char *json, *expect;
    } cases[] = {
        {"[{\"file\":\"/s/p/x/a.c\",\"command\":\"cc\"},"
         "{\"file\":\"/s/p/y/b.c\",\"command\":\"cc\"}]",
         "/s/p"},
        {"[{\"file\":\"/s/a.c\",\"command\":\"cc\"},"
         "{\"file\":\"/t/b.c\",\"command\":\"cc\"}]",
         "/s"},
        {"[{\"file\":\"/a.c\",\"command\":\"cc\"}]", "/"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct project p = {0};
        struct err err;

        assert_int_equal(project_parse(&a, "/db/compile_commands.json",
                                       cases[i].json, strlen(cases[i].json), &p,
                                       &err),
                         0);
        assert_string_equal(p.root, cases[i].expect);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_discover),
        cmocka_unit_test(test_discover_relative),
        cmocka_unit_test(test_root),
        cmocka_unit_test(test_root_of_units),
        cmocka_unit_test(test_root_far_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
