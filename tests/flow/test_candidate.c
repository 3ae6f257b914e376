// test_candidate.c - flow/candidate.c: what a finding rests on.

#include "snippet.h"

#define NONE TIERS

static const char rules[] = "list_new(_) -> new? : oom sized\n"
                            "list_set(borrow, _, steal?) -> status"
                            " : misuse item-index\n";

// Where the item of a list is released although the list took it over.
static enum tier tier_of(const char *list, const char *index)
{
    struct arena a = {0};
    struct snippet *s = snippet_with(
        arena_printf(&a,
                     "object *list_new(long n);"
                     "int list_set(object *list, long i, object *item);"
                     "int f(object *given, long n, long k) {"
                     " object *list = %s;"
                     " for (long i = 0; list && i < n; i++) {"
                     "  object *o = obj_new();"
                     "  if (o && list_set(list, %s, o) < 0) {"
                     "   obj_decref(o); break; } }"
                     " return list == given ? 0 : obj_use(list); }",
                     list, index),
        rules);
    struct finding_list found;
    enum tier tier = NONE;

    snippet_walk(s, "f", NULL, &found);
    for (size_t i = 0; i < found.count; i++)
        if (found.items[i].rule == RULE_DOUBLE_DECREF)
            tier = found.items[i].tier;
    snippet_free(s);
    arena_release(&a);
    return tier;
}

static void test_misuse(void **state)
{
    static const struct {
        const char *list, *index;
        enum tier tier;
    } rows[] = {
        {"given", "i", TIER_LIKELY},
        // It is made with as many items, and nobody else knows it.
        {"list_new(n)", "i", TIER_AUDIT},
        {"list_new(n + k)", "i + k", TIER_AUDIT},
        {"list_new(k + n)", "i + k", TIER_AUDIT},
        {"list_new(3)", "2", TIER_AUDIT},
        // Perhaps not with so many.
        {"list_new(k)", "i", TIER_LIKELY},
        {"list_new(n)", "i + k", TIER_LIKELY},
        {"list_new(3)", "3", TIER_LIKELY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        print_message("%s %s\n", rows[i].list, rows[i].index);
        assert_int_equal(tier_of(rows[i].list, rows[i].index), rows[i].tier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_misuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
