// test_cycle.c - flow/cycle.c: objects that only hold each other at a return.

#include "snippet.h"

#include <string.h>

// A counted struct with a field of its own, and the body of f.
static const char unit[] = "struct box { object base; object *item; };\n"
                           "typedef struct box box;\n"
                           "box *box_new(void);\n"
                           "box *raw_new(void);\n"
                           "object *bound_new(object *x);\n"
                           "void obj_show(object *x);\n"
                           "object *kept_for_good;\n"
                           "int f(object *x)\n{\n%s\n}\n";

static const char collected[] = "family api collector\n"
                                "box_new() -> new : fresh\n"
                                "raw_new() -> new : fresh untracked\n"
                                "bound_new(keep in result) -> new : fresh\n"
                                "obj_show(borrow) -> _ : runs-code\n";

// The tier of the ring that a body leaves behind; NONE for none.
enum { NONE = -1 };
struct row {
    const char *body;
    int tier;
};

static int tier_of(const char *body, const char *rules)
{
    struct arena a = {0};
    struct snippet *s = snippet_with(arena_printf(&a, unit, body), rules);
    struct finding_list list;
    int tier = NONE;

    snippet_walk(s, "f", NULL, &list);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i].rule != RULE_CYCLE)
            fail_msg("%s\n%s", body, snippet_findings(s, &list));
        assert_true(list.items[i].ntrail > 1);
        tier = (int)list.items[i].tier;
    }
    snippet_free(s);
    arena_release(&a);
    return tier;
}

#define TWO "object *a = (object *)box_new(), *b = (object *)box_new();\n"
#define RAW "object *a = (object *)raw_new(), *b = (object *)box_new();\n"
#define END "obj_decref(a); obj_decref(b); return 0;"

static void test_rings(void **state)
{
    static const struct row rows[] = {
        // By calls.
        {TWO "obj_append(a, b); obj_append(b, a); " END, TIER_AUDIT},
        {RAW "obj_append(a, b); obj_append(b, a); " END, TIER_CERTAIN},
        {RAW "obj_append(a, b); obj_take(b, a); obj_decref(b); return 0;",
         TIER_CERTAIN},
        // By fields.
        {RAW "obj_incref(b); ((box *)a)->item = b;"
             "obj_incref(a); ((box *)b)->item = a; " END,
         TIER_CERTAIN},
        {RAW "obj_incref(a); ((box *)a)->item = a; " END, TIER_CERTAIN},
        // What is made holds what it was made of.
        {"object *a = (object *)raw_new(), *b = bound_new(a);"
         "obj_append(a, b); " END,
         TIER_CERTAIN},
        // Somebody saw one of them before.
        {RAW "obj_append(a, b); obj_show(a); obj_append(b, a); " END,
         TIER_LIKELY},
        // Where paths meet it is still known.
        {RAW "obj_append(a, b); obj_append(b, a); obj_decref(a);"
             "obj_decref(b); if (chance()) return 1; return 0;",
         TIER_CERTAIN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        print_message("%s\n", rows[i].body);
        assert_int_equal(tier_of(rows[i].body, collected), rows[i].tier);
    }
}

static void test_no_rings(void **state)
{
    static const char *const rows[] = {
        // Not closed.
        RAW "obj_append(a, b); " END,
        // Others hold one of them.
        RAW "obj_append(a, b); obj_append(b, a); obj_append(x, a); " END,
        RAW "obj_append(a, b); obj_append(b, a); obj_keep(b); " END,
        RAW "obj_append(a, b); obj_append(b, a); obj_incref(a);"
            "kept_for_good = a; " END,
        // Who knows what happened to it.
        RAW "obj_append(a, b); obj_append(b, a); obj_unheard_of(a); " END,
        RAW "obj_append(a, b); obj_append(b, a); obj_show(a); " END,
        // Broken, or never there.
        RAW "obj_incref(a); ((box *)a)->item = a; obj_decref(a);"
            "((box *)a)->item = 0; " END,
        RAW "obj_append(a, b); if (obj_append(b, a) < 0) { " END " }"
            "obj_keep(a); " END,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        print_message("%s\n", rows[i]);
        assert_int_equal(tier_of(rows[i], collected), NONE);
    }
}

// Without a collector, nothing ever finds them.
static void test_no_collector(void **state)
{
    static const char rules[] = "family api\nbox_new() -> new : fresh\n";

    (void)state;
    assert_int_equal(
        tier_of(TWO "obj_append(a, b); obj_append(b, a); " END, rules),
        TIER_CERTAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rings),
        cmocka_unit_test(test_no_rings),
        cmocka_unit_test(test_no_collector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
