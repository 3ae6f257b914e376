// test_dangle.c - flow/dangle.c: what a field points to once its reference is
// gone.

#include "snippet.h"

#include <string.h>

// A struct whose end releases its field, and a method of it.
static const char unit[] =
    "struct box { object base; object *item; int full; };\n"
    "struct table { int (*run)(struct box *b, object *x);"
    " void (*end)(struct box *b); };\n"
    "static void end(struct box *b) { obj_xdecref(b->item); }\n"
    "static int f(struct box *b, object *x)\n{\n%s\n}\n"
    "struct table table = {f, end};\n";

static const char rules[] = "family api\n"
                            "slot table.run (borrow, borrow) -> status\n"
                            "slot table.end (borrow) -> _ : role-dealloc\n";

// The body of f, and how sure it is that a field is left dangling: a tier, or
// none.
enum { NONE = -1 };
struct row {
    const char *body;
    int tier;
};

static int tier_of(const char *body)
{
    struct arena a = {0};
    struct snippet *s = snippet_with(arena_printf(&a, unit, body), rules);
    struct finding_list list;
    int tier = NONE;

    snippet_walk(s, "f", NULL, &list);
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(list.items[i].rule, RULE_DANGLING_FIELD);
        assert_true(list.items[i].ntrail > 0);
        tier = (int)list.items[i].tier;
    }
    snippet_free(s);
    arena_release(&a);
    return tier;
}

static void test_tiers(void **state)
{
    static const struct row rows[] = {
        // The end of the item may run code.
        {"obj_xdecref(b->item); b->item = 0; return 0;", TIER_AUDIT},
        {"obj_xdecref(b->item); obj_incref(x); b->item = x; return 0;",
         TIER_AUDIT},
        // Other code runs for sure.
        {"int r; obj_xdecref(b->item); r = obj_run(x); b->item = 0; return r;",
         TIER_LIKELY},
        {"int r; obj_xdecref(b->item); r = obj_use(x); b->item = 0; return r;",
         TIER_AUDIT},
        // It is left so.
        {"obj_xdecref(b->item); return 0;", TIER_LIKELY},
        {"obj_xdecref(b->item); if (obj_use(x) < 0) return -1;"
         " b->item = 0; return 0;",
         TIER_LIKELY},
        // It is empty by then.
        {"object *o = b->item; b->item = 0; obj_xdecref(o); return 0;", NONE},
        {"object *o = b->item; obj_incref(x); b->item = x; obj_xdecref(o);"
         " return 0;",
         NONE},
        // It is held by more than the field.
        {"object *o = b->item; obj_incref(o); obj_decref(o); return 0;", NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        print_message("%s\n", rows[i].body);
        assert_int_equal(tier_of(rows[i].body), rows[i].tier);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tiers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
