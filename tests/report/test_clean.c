// test_clean.c - report/clean.c: no text of others reaches a terminal raw.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "report/clean.h"

static void test_text(void **state)
{
    static const struct {
        const char *text, *terminal, *utf8;
        size_t columns;
    } cases[] = {
        {"", "", "", 0},
        {"plain ~", "plain ~", "plain ~", 7},
        {"\x1b[31m", "<U+001B>[31m", "\x1b[31m", 12},
        {"a\tb\n", "a<U+0009>b<U+000A>", "a\tb\n", 18},
        {"\x7f", "<U+007F>", "\x7f", 8},
        {"\xc3\xa9", "\xc3\xa9", "\xc3\xa9", 1},             // e acute
        {"e\xcc\x81", "e\xcc\x81", "e\xcc\x81", 1},          // combining
        {"\xe6\x96\x87", "\xe6\x96\x87", "\xe6\x96\x87", 2}, // wide
        {"\xf0\x9f\x90\x8d", "\xf0\x9f\x90\x8d", "\xf0\x9f\x90\x8d", 2},
        {"\xc2\x9b\x31m", "<U+009B>1m", "\xc2\x9b\x31m", 10}, // CSI in one
        {"\xe2\x80\xae", "<U+202E>", "\xe2\x80\xae", 8},      // right to left
        {"\xe2\x81\xa6", "<U+2066>", "\xe2\x81\xa6", 8},
        {"\x9b\x31m", "<9B>1m", "\xef\xbf\xbd\x31m", 6},
        {"\xff", "<FF>", "\xef\xbf\xbd", 4},
        {"\xc3", "<C3>", "\xef\xbf\xbd", 4},                     // cut off
        {"\xc3x", "<C3>x", "\xef\xbf\xbdx", 5},                  // broken off
        {"\xc0\x9b", "<C0><9B>", "\xef\xbf\xbd\xef\xbf\xbd", 8}, // too long
        {"\xe0\x82\x9b", "<E0><82><9B>", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
         12},
        {"\xed\xa0\x80", "<ED><A0><80>", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
         12}, // a surrogate
        {"\xf4\x90\x80\x80", "<F4><90><80><80>",
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 16},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct buf b = {.arena = &a};
        const char *s = cases[i].text;
        size_t columns = 0;

        print_message("%s\n", cases[i].terminal);
        assert_string_equal(clean_text(&a, s), cases[i].terminal);
        assert_string_equal(clean_utf8(&a, s), cases[i].utf8);
        for (size_t n = strlen(s); n > 0;) {
            size_t used = clean_char(&b, s, n, &columns);

            s += used;
            n -= used;
        }
        assert_string_equal(buf_text(&b), cases[i].terminal);
        assert_int_equal(columns, cases[i].columns);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
