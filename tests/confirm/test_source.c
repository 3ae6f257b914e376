// test_source.c - source.c: lines, words and functions of a fixture's text.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source.h"

#include <string.h>

static const char text[] = "static int f_h0(int in);\n"
                           "static int f_h0(int in)\n{\n    return in;\n}\n"
                           "int f(int b)\n{\n    return f_h0(b);\n}\n";

static void test_lines(void **state)
{
    static const struct {
        uint32_t number;
        const char *line;
    } cases[] = {
        {1, "static int f_h0(int in);"},
        {4, "    return in;"},
        {9, "}"},
        {10, ""},
        {99, ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct span s = source_line(text, cases[i].number);

        print_message("%u\n", cases[i].number);
        assert_int_equal(s.n, strlen(cases[i].line));
        assert_memory_equal(s.text, cases[i].line, s.n);
    }
}

static void test_bodies_and_words(void **state)
{
    static const struct {
        const char *function, *word;
        char behind;
        bool has;
    } cases[] = {
        {"f_h0", "return", 0, true},
        {"f_h0", "in", ')', true},
        {"f_h0", "in", ',', false},
        {"f_h0", "n", 0, false}, // a part of a word
        {"f", "f_h0", '(', true},
        {"f", "f_h", 0, false},
        {"f", "in", 0, false}, // of the other function
        {"g", "return", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s: %s\n", cases[i].function, cases[i].word);
        assert_int_equal(source_has_word(source_body(text, cases[i].function),
                                         cases[i].word, cases[i].behind),
                         cases[i].has);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bodies_and_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
