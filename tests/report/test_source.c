// test_source.c - report/source.c: source lines with a caret under them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "report/source.h"

// A file that holds text; the caller unlinks and frees the name.
static char *file_with(const char *text, size_t n)
{
    char *name = strdup("refcheck-test-XXXXXX");
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
    return name;
}

static void excerpt(struct capture *c, const char *text, uint32_t line,
                    uint32_t col, const char *color)
{
    struct arena a = {0};
    struct sources sources = {.arena = &a};
    char *path = file_with(text, strlen(text));
    FILE *out = capture_begin(c);

    source_excerpt(out, &sources, path, line, col, color);
    assert_int_equal(fclose(out), 0);
    unlink(path);
    free(path);
    arena_release(&a);
}

static void test_excerpts(void **state)
{
    static const struct {
        const char *text;
        uint32_t line, col;
        const char *expect;
    } cases[] = {
        {"abc\ndef\n", 1, 1, "    1 | abc\n      | ^\n"},
        {"abc\ndef\n", 2, 3, "    2 | def\n      |   ^\n"},
        {"abc\ndef", 2, 4, "    2 | def\n      |    ^\n"}, // behind it
        {"abc", 1, 99, "    1 | abc\n      |    ^\n"},
        {"abc", 1, 0, "    1 | abc\n"}, // no column is known
        {"abc\r\n", 1, 1, "    1 | abc\n      | ^\n"},
        {"abc\n", 0, 1, ""},
        {"abc\n", 2, 1, ""}, // the file has changed since
        {"", 1, 1, ""},
        {"\n\nx\n", 2, 1, "    2 | \n      | ^\n"},
        {"\tx;\n", 1, 2, "    1 |         x;\n      |         ^\n"},
        {"ab\tx;\n", 1, 4, "    1 | ab      x;\n      |         ^\n"},
        {"\t\tx;\n", 1, 2, "    1 |                 x;\n      |         ^\n"},
        {"\xc3\xa9x\n", 1, 3, "    1 | \xc3\xa9x\n      |  ^\n"},
        {"\xc3\xa9x\n", 1, 2, "    1 | \xc3\xa9x\n      | ^\n"}, // inside it
        {"\xe6\x96\x87x\n", 1, 4, "    1 | \xe6\x96\x87x\n      |   ^\n"},
        {"\x1b[31mx\n", 1, 6, "    1 | <U+001B>[31mx\n      |             ^\n"},
        {"\xe2\x80\xaex\n", 1, 4, "    1 | <U+202E>x\n      |         ^\n"},
        {"\xffx\n", 1, 2, "    1 | <FF>x\n      |     ^\n"},
        {"a\rb\n", 1, 3, "    1 | a<U+000D>b\n      |          ^\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct capture c;

        print_message("%zu: %s", i, cases[i].expect);
        excerpt(&c, cases[i].text, cases[i].line, cases[i].col, "");
        assert_string_equal(c.text, cases[i].expect);
        free(c.text);
    }
}

static void test_color(void **state)
{
    struct capture c;

    (void)state;
    excerpt(&c, "abc", 1, 2, "\033[1;35m");
    assert_string_equal(c.text, "    1 | abc\n      |  \033[1;35m^\033[0m\n");
    free(c.text);
}

// The caret stands under the character it is about wherever that is in a long
// line, and nothing gets much wider than 120 columns.
static void test_long_lines(void **state)
{
    static const size_t lengths[] = {119, 120, 121, 150, 1000, 60000};

    (void)state;
    for (size_t n = 0; n < sizeof(lengths) / sizeof(*lengths); n++) {
        size_t length = lengths[n];
        struct arena a = {0};
        char *text = arena_alloc(&a, length + 1, 1);

        for (size_t at = 0; at < length; at += length / 7) {
            struct capture c;
            const char *second;
            const char *caret;

            memset(text, '.', length);
            text[at] = 'X';
            excerpt(&c, text, 1, (uint32_t)at + 1, "");
            second = strchr(c.text, '\n') + 1;
            caret = strchr(second, '^');
            print_message("%zu of %zu\n%s", at, length, c.text);
            assert_true(second - c.text <= 8 + 3 + 120 + 3 + 1);
            assert_non_null(caret);
            assert_int_equal(c.text[caret - second], 'X');
            assert_int_equal(strlen(caret), 2);
            free(c.text);
        }
        arena_release(&a);
    }
}

static void test_unreadable(void **state)
{
    static const char *const paths[] = {
        "", "/none/at/all.c", ".", "/dev/zero", "<built-in>",
    };
    struct arena a = {0};
    struct sources sources = {.arena = &a};
    struct capture c;
    FILE *out = capture_begin(&c);

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        source_excerpt(out, &sources, paths[i], 1, 1, "");
    capture_expect(out, &c, "");
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_excerpts),
        cmocka_unit_test(test_color),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_unreadable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
