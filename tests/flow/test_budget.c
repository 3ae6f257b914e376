// test_budget.c - a function that costs more than its budget: it is cut and
// says so, and what was not walked to its end yields no finding.

#include "snippet.h"

#include <stdio.h>
#include <string.h>

// The leak is certain only once all exits are known: the reference may go
// into a field on another way.
static const char text[] = "int f(object *x, int n)\n{\n"
                           "    object *o = obj_new();\n"
                           "    if (!o) return -1;\n"
                           "    for (int i = 0; i < n; i++)\n"
                           "        if (obj_use(x) < 0) break;\n"
                           "    if (n == 3) return obj_use(x);\n"
                           "    obj_decref(o);\n"
                           "    return 0;\n}\n";

static void test_any_budget(void **state)
{
    struct snippet *s = snippet_new(text);
    struct finding_list list;
    struct flow_outcome full = snippet_walk(s, "f", NULL, &list);
    size_t cut = 0;

    (void)state;
    assert_int_equal(full.status, FLOW_DONE);
    assert_string_equal(snippet_findings(s, &list), "7 leak(o)");
    for (size_t most = 1; most <= full.steps; most++) {
        struct flow_options options = {.max_steps = most};
        struct flow_outcome outcome = snippet_walk(s, "f", &options, &list);

        if (outcome.status != FLOW_CUT)
            continue;
        cut++;
        assert_string_equal(outcome.why_cut, "too many steps");
        // Nothing but what is true.
        if (list.count > 0)
            assert_string_equal(snippet_findings(s, &list), "7 leak(o)");
    }
    assert_true(cut > 10);
    snippet_free(s);
}

static void test_tiny_budget(void **state)
{
    struct flow_options options = {.max_steps = 1};
    struct snippet *s = snippet_new(text);
    struct finding_list list;
    struct flow_outcome outcome = snippet_walk(s, "f", &options, &list);

    (void)state;
    assert_int_equal(outcome.status, FLOW_CUT);
    assert_true(outcome.why_cut[0] != '\0');
    assert_int_equal(list.count, 0);
    snippet_free(s);
}

// Being cut is not for ever: the same unit walks the next function, and the
// same function with more.
static void test_next_function(void **state)
{
    struct flow_options tiny = {.max_steps = 1};
    struct snippet *s = snippet_new(text);
    struct finding_list list;

    (void)state;
    assert_int_equal(snippet_walk(s, "f", &tiny, &list).status, FLOW_CUT);
    assert_int_equal(snippet_walk(s, "f", NULL, &list).status, FLOW_DONE);
    assert_string_equal(snippet_findings(s, &list), "7 leak(o)");
    snippet_free(s);
}

// Fields that are cleared one after the other are settled one by one: whether
// each was there or not is no matter for the next.
static void test_many_cleared(void **state)
{
    enum { FIELDS = 20 };
    char unit[FIELDS * 128] = "struct all { object base;";
    struct finding_list list;
    struct snippet *s;
    size_t n = strlen(unit);

    (void)state;
    for (int i = 0; i < FIELDS; i++)
        n += (size_t)sprintf(unit + n, " object *f%d;", i);
    n += (size_t)sprintf(unit + n, " };\n"
                                   "struct ops { int (*end)(struct all *); };\n"
                                   "int f(struct all *x)\n{\n");
    for (int i = 0; i < FIELDS; i++)
        n += (size_t)sprintf(unit + n,
                             "    { object **p = &x->f%d; object *o = *p; "
                             "if (o) { *p = 0; obj_decref(o); } }\n",
                             i);
    strcpy(unit + n, "    return 0;\n}\nstruct ops ops = {f};\n");
    s = snippet_with(unit, "slot ops.end (borrow) -> status : role-clear\n");
    assert_int_equal(snippet_walk(s, "f", NULL, &list).status, FLOW_DONE);
    assert_int_equal(list.count, 0);
    snippet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_budget),
        cmocka_unit_test(test_tiny_budget),
        cmocka_unit_test(test_next_function),
        cmocka_unit_test(test_many_cleared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
