// test_helpers.c - what lessons are compared by.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "addresses.h"
#include "reports.h"

static void test_addresses(void **state)
{
    static const struct {
        const char *text, *expect;
    } cases[] = {
        {"", ""},
        {"no address, 10 and 0x", "no address, 10 and 0x"},
        {"at 0x7f01\n", "at #1\n"},
        {"0x10 0x20 0x10", "#1 #2 #1"},
        {"140373856878592 is 0x7fab55e00000", "#1 is #1"},
        {"0x7f <x at 0x7f1>", "#1 <x at #2>"},
        {"count 1073741823", "count 1073741823"},
        {"x0x10 0x10_ 0xfg a123456789012", "x0x10 0x10_ 0xfg a123456789012"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_string_equal(addresses_named(&a, cases[i].text),
                            cases[i].expect);
    }
    arena_release(&a);
}

static void test_wanted(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_string_equal(reports_wanted(&a, ""), "");
    assert_string_equal(
        reports_wanted(&a, "int x;\n"
                           "f(); // audit: leak\n"
                           "g(); // audit: double-decref // expect: leak(x)\n"),
        "2: leak\n3: double-decref\n");
    arena_release(&a);
}

static void test_made(void **state)
{
    static const struct {
        const char *report, *expect;
    } cases[] = {
        {"", ""},
        {"fixtures/a.c:112: error: list at 0x1 [of 3] is held [leak]\n"
         "fixtures/a.c:12: error: x [double-decref]\n"
         "fixtures/a.c:12: note: it was freed here [leak]\n"
         "1 object is alive at the end\n",
         "12: double-decref\n112: leak\n"},
        {"a.c:7: error: x [leak]\na.c:7: error: x [leak]\n", "7: leak\n"},
        {"lib/b.c:7: error: x [leak]\n", "b.c:7: leak\n"},
        {"somewhere: error: x [no-object]\n", "somewhere: no-object\n"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s\n", cases[i].report);
        assert_string_equal(reports_made(&a, cases[i].report, "a.c"),
                            cases[i].expect);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_wanted),
        cmocka_unit_test(test_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
