// test_once.c - what a function leaves behind where it is seen once: at the end
// of the process, in the making of a module.

#include "snippet.h"

static const char more_rules[] = "main() -> _ : ends-process\n"
                                 "make_*() -> new? : role-setup\n";

static void test_once(void **state)
{
    static const struct {
        const char *function, *text, *finding;
        bool once;
    } cases[] = {
        {"main", "int main(void)\n{ object *o = obj_new();\n return !o; }",
         "3 leak(o)", true},
        {"other", "int other(void)\n{ object *o = obj_new();\n return !o; }",
         "3 leak(o)", false},
        // As often as it goes round.
        {"main",
         "int main(void)\n{ for (int i = 0; i < 9; i++)\n obj_new();\n"
         "return 0; }",
         "3 leak(obj_new)", false},
        // Wrong, however often.
        {"main",
         "int main(void)\n{ object *o = obj_new(); if (!o) return 1;\n"
         "obj_decref(o); obj_decref(o);\n return 0; }",
         "3 double-decref(o)", false},
        {"make_x",
         "object *make_x(void)\n{ object *o = obj_new();\n return 0; }",
         "3 leak(o)", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct snippet *s = snippet_with(cases[i].text, more_rules);
        struct finding_list found;

        print_message("%s\n", cases[i].text);
        snippet_walk(s, cases[i].function, NULL, &found);
        assert_string_equal(snippet_findings(s, &found), cases[i].finding);
        assert_int_equal(found.items[0].in_setup, cases[i].once);
        snippet_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
