// test_limits.c - limits.c: what explains a disagreement, by its cause.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "limits.h"

// Line 3 stands first in the helper, line 8 in the function.
#define HELPER(line) "\nint f_h0(rc_object *in, int a) {\n" line "\n}\n"
#define FUNCTION(lines) "\nint f(rc_object *in, int a)\n{\n" lines "\n}\n"

static void assert_name(const char *name, const char *expected)
{
    if (expected)
        assert_string_equal(name ? name : "none", expected);
    else
        assert_null(name);
}

static void test_seen(void **state)
{
    static const struct {
        enum observed kind;
        uint32_t at, taken, given; // lines, 0 = none
        const char *source, *limit;
    } cases[] = {
        {OBSERVED_NOTHING, 3, 0, 0, HELPER("    rc_type_of(in);") FUNCTION(""),
         "null-in-helper"},
        {OBSERVED_NOTHING, 8, 0, 0, HELPER("") FUNCTION("    rc_length(p0);"),
         NULL},
        {OBSERVED_NOTHING, 10, 0, 0,
         HELPER("") FUNCTION("    if (p0)\n        rc_decref(p0);\n"
                             "    rc_length(p0);"),
         "null-or-lent"},
        {OBSERVED_NOTHING, 10, 0, 0,
         HELPER("") FUNCTION("    if (p1)\n        rc_decref(p1);\n"
                             "    rc_length(p0);"),
         NULL},
        {OBSERVED_LEAK, 0, 8, 0, HELPER("") FUNCTION("    rc_incref(in);"),
         NULL},
        {OBSERVED_LEAK, 0, 9, 0,
         HELPER("") FUNCTION("    for (;;) {\n        rc_incref(in);\n    }"),
         "added-often"},
        {OBSERVED_LEAK, 0, 3, 0,
         HELPER("    rc_incref(in);")
             FUNCTION("    for (;;) {\n        f_h0(in, a);\n    }"),
         "added-often"},
        {OBSERVED_LEAK, 0, 8, 0,
         HELPER("") FUNCTION("    rc_incref(in);\n    rc_clear(&p0);"),
         "added-and-addressed"},
        {OBSERVED_GONE, 8, 0, 9,
         HELPER("") FUNCTION("    f_h0(&p0, a);\n    rc_xdecref(p0);"),
         "left-by-helper"},
        {OBSERVED_GONE, 8, 0, 9,
         HELPER("") FUNCTION("    f_h0(&p1, a);\n    rc_xdecref(p0);"), NULL},
        {OBSERVED_GONE, 8, 3, 8,
         HELPER("    rc_list_append(list, in);") FUNCTION("    rc_length(p0);"),
         "kept-by-helper"},
        {OBSERVED_GONE, 8, 8, 8,
         HELPER("") FUNCTION("    rc_list_append(list, in);"), NULL},
    };
    const struct finding_list none = {.count = 0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct limit_case c = {cases[i].source, "f", &none};
        struct place at = {cases[i].at, cases[i].at == 3 ? "f_h0" : "f"};
        struct place taken = {cases[i].taken,
                              cases[i].taken == 3 ? "f_h0" : "f"};
        struct place given = {cases[i].given, "f"};
        struct observation o = {.kind = cases[i].kind,
                                .at = at,
                                .taken = {&taken, taken.line != 0, 1},
                                .given = {&given, given.line != 0, 1}};

        print_message("%s\n", cases[i].source);
        assert_name(limit_of(&c, &o), cases[i].limit);
    }
}

static void test_found(void **state)
{
    static const struct {
        enum rule rule;
        const char *trail, *source, *limit;
    } cases[] = {
        {RULE_USE_AFTER_DECREF, "",
         HELPER("    return in;") FUNCTION("    f_h0(in, a);"), "untouched"},
        {RULE_USE_AFTER_DECREF, "",
         HELPER("    rc_type_of(in);") FUNCTION("    f_h0(in, a);"), NULL},
        {RULE_LEAK, "assuming that f_h0() fails",
         HELPER("    if (a) return 0;") FUNCTION("    f_h0(in, a); f_h0(in);"),
         "fails-by-number"},
        {RULE_LEAK, "assuming that f_h0() fails",
         HELPER("    return 0;") FUNCTION("    f_h0(in, a);"), NULL},
        {RULE_LEAK, "assuming that rc_list_new() fails",
         HELPER("    if (a) return 0;") FUNCTION("    f_h0(in, a);"), NULL},
    };
    const struct finding_list none = {.count = 0};
    const struct seen_function seen = {.name = "f"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct limit_case c = {cases[i].source, "f", &none};
        struct trail_step step = {.line = 9, .text = cases[i].trail};
        struct finding f = {.rule = cases[i].rule,
                            .line = 8,
                            .function = "f",
                            .object = "p0",
                            .ntrail = 1,
                            .trail = &step};

        print_message("%s\n", cases[i].source);
        assert_name(limit_of_finding(&c, &f, &seen), cases[i].limit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seen),
        cmocka_unit_test(test_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
