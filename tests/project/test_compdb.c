// test_compdb.c - project/compdb.c: from compile_commands.json to units.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "folder.h"
#include "project/project.h"

// One line a unit: "file in directory: arguments".
static const char *listed(struct arena *a, const struct project *p)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < p->nunits; i++) {
        const struct project_unit *u = &p->units[i];

        buf_printf(&b, "%s in %s:", u->file, u->directory);
        for (size_t n = 0; n < u->nargs; n++)
            buf_printf(&b, " %s", u->args[n]);
        buf_str(&b, "\n");
    }
    return buf_text(&b);
}

static void test_units(void **state)
{
    static const struct {
        const char *name, *json, *expect;
        size_t nskipped;
    } cases[] = {
        {"none", "[]", "", 0},
        {"blanks", " \n\t[ \r\n ]\n ", "", 0},
        {"a byte order mark", "\xef\xbb\xbf[]", "", 0},
        {"command",
         "[{\"directory\":\"/p\",\"file\":\"/p/a.c\","
         "\"command\":\"gcc -DX=\\\\\\\"s\\\\\\\" '-DY=a b' -c a.c\"}]",
         "/p/a.c in /p: -DX=\"s\" -DY=a b\n", 0},
        {"arguments",
         "[{\"directory\":\"/p\",\"file\":\"/p/a.c\","
         "\"arguments\":[\"gcc\",\"-DX=\\\"s\\\"\",\"-c\",\"a.c\"]}]",
         "/p/a.c in /p: -DX=\"s\"\n", 0},
        {"arguments win",
         "[{\"directory\":\"/p\",\"file\":\"a.c\",\"command\":\"gcc -DX\","
         "\"arguments\":[\"gcc\",\"-DY\"]}]",
         "/p/a.c in /p: -DY\n", 0},
        {"file relative to directory",
         "[{\"directory\":\"/p/build\",\"file\":\"../src/./a.c\","
         "\"command\":\"gcc -I../inc -c ../src/a.c\"}]",
         "/p/src/a.c in /p/build: -I../inc\n", 0},
        {"directory relative to the database",
         "[{\"directory\":\"sub\",\"file\":\"a.c\",\"command\":\"gcc\"}]",
         "/db/sub/a.c in /db/sub:\n", 0},
        {"no directory", "[{\"file\":\"a.c\",\"command\":\"gcc\"}]",
         "/db/a.c in /db:\n", 0},
        {"unknown keys", "[{\"file\":\"a.c\",\"command\":\"gcc\",\"x\":[{}]}]",
         "/db/a.c in /db:\n", 0},
        {"several ways to compile one file, and one twice",
         "[{\"file\":\"a.c\",\"command\":\"gcc -DX -c a.c -o 1.o\"},"
         "{\"file\":\"a.c\",\"command\":\"gcc -DY -c a.c -o 2.o\"},"
         "{\"file\":\"./a.c\",\"command\":\"gcc -DX -g -c a.c -o 3.o\"}]",
         "/db/a.c in /db: -DX\n/db/a.c in /db: -DY\n", 0},
        {"the same arguments elsewhere are others",
         "[{\"directory\":\"/x\",\"file\":\"/a.c\",\"command\":\"gcc -I.\"},"
         "{\"directory\":\"/y\",\"file\":\"/a.c\",\"command\":\"gcc -I.\"}]",
         "/a.c in /x: -I.\n/a.c in /y: -I.\n", 0},
        {"not C",
         "[{\"file\":\"a.cpp\",\"command\":\"g++ -c a.cpp\"},"
         "{\"file\":\"a.S\",\"command\":\"gcc -c a.S\"},"
         "{\"file\":\"a.C\",\"command\":\"gcc -c a.C\"},"
         "{\"file\":\"b.c\",\"command\":\"gcc -x c++ -c b.c\"},"
         "{\"file\":\"c.c\",\"command\":\"gcc -c c.c\"}]",
         "/db/c.c in /db:\n", 4},
        {"a source that does not exist",
         "[{\"file\":\"/none/a.c\",\"command\":\"ccache cc -c a.c\"}]",
         "/none/a.c in /db:\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct project p = {0};
        struct err err = {0};
        int r;

        print_message("%s\n", cases[i].name);
        r = project_parse(&a, "/db/compile_commands.json", cases[i].json,
                          strlen(cases[i].json), &p, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(r, 0);
        assert_string_equal(listed(&a, &p), cases[i].expect);
        assert_int_equal(p.nskipped, cases[i].nskipped);
        arena_release(&a);
    }
}

static void test_errors(void **state)
{
    static const struct {
        const char *json, *expect;
    } cases[] = {
        {"", "db:1: the file is empty"},
        {"\n \n", "db:3: the file is empty"},
        {"{}", "db:1: not a JSON array"},
        {"\nnull", "db:2: not a JSON array"},
        {"[", "db:1: entry 1: "},
        {"[1]", "db:1: entry 1: not an object"},
        {"[\n\n\"x\"]", "db:3: entry 1: not an object"},
        {"[{]", "db:1: entry 1: "},
        {"[\n{\n\"file\": x\n}]", "db:3: entry 1: invalid token near 'x'"},
        {"[\n{\"file\":\"a.c\",\"command\":\"cc\"},\n{\"file\":}]",
         "db:3: entry 2: "},
        {"[{\"file\":\"a.c\",\"command\":\"cc\"}",
         "db:1: entry 1: ',' or ']' expected behind it"},
        {"[{\"file\":\"a.c\",\"command\":\"cc\"}\n{}]",
         "db:2: entry 1: ',' or ']' expected behind it"},
        {"[{\"file\":\"a.c\",\"command\":\"cc\"},\n]", "db:2: entry 2: "},
        {"[]\n[]", "db:2: text behind the array"},
        {"[\n{\"command\":\"cc\"}]", "db:2: entry 1: no \"file\""},
        {"[{\"file\":1,\"command\":\"cc\"}]", "db:1: entry 1: no \"file\""},
        {"[{\"file\":\"\",\"command\":\"cc\"}]", "db:1: entry 1: no \"file\""},
        {"[{\"file\":\"a.c\"}]",
         "db:1: entry 1: no \"command\" and no \"arguments\""},
        {"[{\"file\":\"a.c\",\"command\":1}]",
         "db:1: entry 1: no \"command\" and no \"arguments\""},
        {"[{\"file\":\"a.c\",\"arguments\":\"cc\"}]",
         "db:1: entry 1: \"arguments\" is not an array"},
        {"[{\"file\":\"a.c\",\"arguments\":[\"cc\",1]}]",
         "db:1: entry 1: \"arguments\" must hold strings only"},
        {"[{\"file\":\"a.c\",\"arguments\":[]}]",
         "db:1: entry 1: the command is empty"},
        {"[{\"file\":\"a.c\",\"command\":\" \"}]",
         "db:1: entry 1: the command is empty"},
        {"[{\"file\":\"a.c\",\"command\":\"cc '\"}]",
         "db:1: entry 1: \"command\" leaves a quote open"},
        {"[{\"file\":\"a.c\",\"directory\":1,\"command\":\"cc\"}]",
         "db:1: entry 1: \"directory\" is not a string"},
        {"[{\"file\":\"a\\u0000\",\"command\":\"cc\"}]", "db:1: entry 1: "},
        {"[{\"file\":\"\xff\",\"command\":\"cc\"}]", "db:1: entry 1: "},
        {"[{\x1b[31m", "db:1: entry 1: "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct project p = {.nunits = 77};
        struct err err = {0};

        print_message("%s\n", cases[i].json);
        assert_int_equal(project_parse(&a, "db", cases[i].json,
                                       strlen(cases[i].json), &p, &err),
                         -1);
        print_message("  %s\n", err.text);
        assert_int_equal(
            strncmp(err.text, cases[i].expect, strlen(cases[i].expect)), 0);
        assert_null(strchr(err.text, '\x1b'));
        assert_int_equal(p.nunits, 77); // written only on success
        arena_release(&a);
    }
}

// Deeply nested text is refused, and does not use up the stack.
static void test_nesting(void **state)
{
    enum { DEPTH = 200000 };
    struct arena a = {0};
    char *text = arena_alloc(&a, DEPTH + 1, 1);
    struct project p;
    struct err err = {0};

    (void)state;
    memset(text, '[', DEPTH);
    assert_int_equal(project_parse(&a, "db", text, DEPTH, &p, &err), -1);
    assert_non_null(strstr(err.text, "db:1: entry 1: "));
    arena_release(&a);
}

static void test_load(void **state)
{
    static const char json[] =
        "[{\"directory\":\"build\",\"file\":\"../a.c\",\"command\":"
        "\"gcc @x.rsp -c ../a.c\"}]";
    struct arena a = {0};
    char *dir = folder_new(&a);
    const char *path = path_join(&a, dir, "compile_commands.json");
    struct project p = {0};
    struct err err = {0};

    (void)state;
    assert_int_equal(project_load(&a, dir, &p, &err), -1);
    assert_int_equal(strncmp(err.text, path, strlen(path)), 0);

    folder_write(&a, dir, "compile_commands.json", json);
    folder_write(&a, dir, "build/x.rsp", "-DX");
    assert_int_equal(project_load(&a, dir, &p, &err), 0);
    assert_string_equal(
        listed(&a, &p),
        arena_printf(&a, "%s/a.c in %s/build: -DX\n", dir, dir));
    p = (struct project){0};
    assert_int_equal(project_load(&a, path, &p, &err), 0); // the file itself
    assert_int_equal(p.nunits, 1);

    folder_write(&a, dir, "build/x.rsp", "@x.rsp");
    assert_int_equal(project_load(&a, dir, &p, &err), -1);
    assert_non_null(strstr(err.text, "compile_commands.json:1: entry 1: "));
    assert_non_null(strstr(err.text, "nest more than 8 deep"));
    folder_free(dir);
    arena_release(&a);
}

// Relative names, as users type them.
static void test_load_relative(void **state)
{
    struct arena a = {0};
    char *dir = folder_new(&a);
    char *old = path_cwd(&a);
    struct project p = {0};
    struct err err = {0};

    (void)state;
    folder_write(&a, dir, "build/compile_commands.json",
                 "[{\"file\":\"a.c\",\"command\":\"gcc\"}]");
    assert_int_equal(chdir(dir), 0);
    assert_int_equal(project_load(&a, "build", &p, &err), 0);
    folder_write(&a, dir, "build/compile_commands.json", "[\n{}]");
    assert_int_equal(project_load(&a, "build", &p, &err), -1);
    assert_int_equal(chdir(old), 0);
    assert_string_equal(
        listed(&a, &p),
        arena_printf(&a, "%s/build/a.c in %s/build:\n", dir, dir));
    assert_string_equal(err.text, "build/compile_commands.json:2: entry 1: "
                                  "no \"file\"");
    folder_free(dir);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units),         cmocka_unit_test(test_errors),
        cmocka_unit_test(test_nesting),       cmocka_unit_test(test_load),
        cmocka_unit_test(test_load_relative),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
