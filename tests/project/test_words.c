// test_words.c - project/words.c: quoting of shells and of response files.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "folder.h"
#include "project/words.h"

// The words with | between and around them.
static const char *joined(struct arena *a, const struct words *w)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < w->count; i++)
        buf_printf(&b, "|%s", w->items[i]);
    return arena_printf(a, "%s|", buf_text(&b));
}

static void test_shell(void **state)
{
    static const struct {
        const char *text;
        const char *expect; // NULL: a quote is left open
    } cases[] = {
        {"", "|"},
        {" \t ", "|"},
        {"cc -c a.c", "|cc|-c|a.c|"},
        {"  cc\t-c\na.c  ", "|cc|-c|a.c|"},
        {"-DX=\"a b\"", "|-DX=a b|"},
        {"-DX='a b'", "|-DX=a b|"},
        {"-DX=a\\ b", "|-DX=a b|"},
        {"-DX=\\\"s\\\"", "|-DX=\"s\"|"},
        {"\"-DX=\\\"s\\\"\"", "|-DX=\"s\"|"},
        {"'-DX=\"s\"'", "|-DX=\"s\"|"},
        {"'a\\b'", "|a\\b|"}, // nothing is special inside '...'
        {"'a\\\\b'", "|a\\\\b|"},
        {"\"a\\b\"", "|a\\b|"},   // \b is not an escape inside "..."
        {"\"a\\\\b\"", "|a\\b|"}, // \\ is
        {"\"\\$x\\`\"", "|$x`|"},
        {"$HOME ~ *.c `x` $(y)", "|$HOME|~|*.c|`x`|$(y)|"},
        {"'' \"\" a", "|||a|"},
        {"a''b\"\"c", "|abc|"},
        {"'it'\\''s'", "|it's|"},
        {"a \\\n b", "|a|b|"},
        {"a\\\nb", "|ab|"},
        {"\"a\\\nb\"", "|ab|"},
        {"a\\", "|a\\|"},
        {"'open", NULL},
        {"\"open", NULL},
        {"\"open\\\"", NULL},
        {"ok 'it''s", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct words w = {0};
        int r;

        print_message("%s\n", cases[i].text);
        r = words_from_shell(&a, cases[i].text, &w);
        assert_int_equal(r, cases[i].expect ? 0 : -1);
        if (cases[i].expect)
            assert_string_equal(joined(&a, &w), cases[i].expect);
        arena_release(&a);
    }
}

static void test_response(void **state)
{
    static const struct {
        const char *file, *expect;
    } cases[] = {
        {"", "|cc|end|"},
        {"-c\na.c\r\n", "|cc|-c|a.c|end|"},
        {"-DX=\"a b\" -DY='c d'", "|cc|-DX=a b|-DY=c d|end|"},
        {"-DX=\\\"s\\\"", "|cc|-DX=\"s\"|end|"},
        {"\"a\\b\" 'a\\'b'", "|cc|ab|a'b|end|"}, // \ always escapes
        {"\"open", "|cc|open|end|"},             // compilers forgive that
        {"@none.rsp", "|cc|@none.rsp|end|"},
        {"@", "|cc|@|end|"},
        {"@inner.rsp x", "|cc|-Iinner|x|end|"},
        {"@.", "|cc|@.|end|"},
        {"@/dev/zero", "|cc|@/dev/zero|end|"},
    };
    static const char *const argv[] = {"cc", "@sub/x.rsp", "end"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct words w = {0};
        struct err err;
        char *dir = folder_new(&a);

        print_message("%s\n", cases[i].file);
        folder_write(&a, dir, "sub/x.rsp", cases[i].file);
        folder_write(&a, dir, "inner.rsp", "-Iinner");
        assert_int_equal(words_expand(&a, dir, argv, 3, &w, &err), 0);
        assert_string_equal(joined(&a, &w), cases[i].expect);
        folder_free(dir);
        arena_release(&a);
    }
}

// f1 holds @f2, ... up to f`count`, which holds a word.
static int expand_chain(struct arena *a, int count, struct words *ret,
                        struct err *err)
{
    const char *argv[] = {"@f1"};
    char *dir = folder_new(a);
    int r;

    for (int i = 1; i < count; i++)
        folder_write(a, dir, arena_printf(a, "f%d", i),
                     arena_printf(a, "@f%d", i + 1));
    folder_write(a, dir, arena_printf(a, "f%d", count), "deep");
    r = words_expand(a, dir, argv, 1, ret, err);
    folder_free(dir);
    return r;
}

static void test_depth(void **state)
{
    struct arena a = {0};
    struct words w = {0};
    struct err err = {0};

    (void)state;
    assert_int_equal(expand_chain(&a, 8, &w, &err), 0);
    assert_string_equal(joined(&a, &w), "|deep|");
    assert_int_equal(expand_chain(&a, 9, &w, &err), -1);
    assert_non_null(strstr(err.text, "f9: response files nest"));
    arena_release(&a);
}

// A file that names itself, and files that name each other very often.
static void test_explosion(void **state)
{
    static const char *const argv[] = {"@self"};
    static const char *const wide[] = {"@w1"};
    struct arena a = {0};
    struct words w = {0};
    struct err err = {0};
    char *dir = folder_new(&a);

    (void)state;
    folder_write(&a, dir, "self", "x @self");
    assert_int_equal(words_expand(&a, dir, argv, 1, &w, &err), -1);
    for (int i = 1; i < 8; i++) {
        struct buf b = {.arena = &a};

        for (int n = 0; n < 60; n++)
            buf_printf(&b, "@w%d ", i + 1);
        folder_write(&a, dir, arena_printf(&a, "w%d", i), buf_text(&b));
    }
    folder_write(&a, dir, "w8", "");
    assert_int_equal(words_expand(&a, dir, wide, 1, &w, &err), -1);
    assert_non_null(strstr(err.text, "a command of more than"));
    folder_free(dir);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shell),
        cmocka_unit_test(test_response),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_explosion),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
