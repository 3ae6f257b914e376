// test_stale.c - flow/stale.c: what a container lends, after it may have
// changed.

#include "snippet.h"

#include <string.h>

static const char declared[] = "object *at(object *x, int n);\n"
                               "int put(object *x, int n, object *item);\n"
                               "void empty(object *x);\n"
                               "object *part(object *x, int n);\n"
                               "char *text(object *x);\n"
                               "object *attribute(object *x);\n"
                               "int look(object *x);\n";

static const char rules[] =
    "family api\n"
    "at(borrow, _) -> borrowed? of 1 : mutable\n"
    "put(borrow, _, steal in 1) -> status : runs-code drops-item mutable\n"
    "empty(borrow) -> _ : runs-code drops-all\n"
    "part(borrow, _) -> borrowed? of 1\n"
    "text(borrow) -> interior of 1\n"
    "attribute(borrow) -> new? : exposed\n"
    "look(borrow) -> status : runs-code seldom\n";

// The body of f(x, y, n), in which o and p are objects and s is a text; what is
// found in it, without the line.
struct row {
    const char *body, *expect;
};

static char *function_of(struct arena *a, const char *body)
{
    return arena_printf(a,
                        "%sint f(object *x, object *y, int n) {"
                        " object *o = 0, *p = 0; char *s = 0;"
                        " (void)y; (void)n; (void)p; (void)s;\n"
                        "%s\nreturn o != 0; }\n",
                        declared, body);
}

static void expect_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct arena a = {0};
        struct snippet *s = snippet_with(function_of(&a, rows[i].body), rules);
        struct finding_list list;
        const char *got;

        print_message("%s\n", rows[i].body);
        snippet_walk(s, "f", NULL, &list);
        got = snippet_findings(s, &list);
        got = strchr(got, ' ') ? strchr(got, ' ') + 1 : got;
        assert_string_equal(got, rows[i].expect);
        for (size_t k = 0; k < list.count; k++)
            assert_true(list.items[k].ntrail > 0);
        snippet_free(s);
        arena_release(&a);
    }
}

static void test_code_that_runs(void **state)
{
    static const struct row rows[] = {
        {"o = at(x, 0); if (o) { obj_run(y); obj_use(o); }", "stale-borrow(o)"},
        {"o = at(x, 0); if (o) { obj_run(y); obj_incref(o); obj_decref(o); }",
         "stale-borrow(o)"},
        {"o = at(x, 0); if (o) { obj_use(o); obj_run(y); }", ""},
        {"o = at(x, 0); if (o) { look(x); obj_use(o); }", ""},
        // Held meanwhile, or not any more.
        {"o = at(x, 0); if (o) { obj_incref(o); obj_run(y); obj_use(o);"
         " obj_decref(o); }",
         ""},
        {"o = at(x, 0); if (o) { obj_incref(o); obj_run(y); obj_decref(o);"
         " obj_use(o); }",
         "stale-borrow(o)"},
        // Borrowed again.
        {"o = at(x, 0); obj_run(y); o = at(x, 0); if (o) obj_use(o);", ""},
        // Kept by another container as well.
        {"o = at(x, 0); if (o && obj_append(y, o) == 0) { obj_run(y); "
         "obj_use(o); }",
         ""},
        // An item of what does not change, and of what is lost with it.
        {"o = part(x, 0); if (o) { obj_run(y); obj_use(o); }", ""},
        {"p = at(x, 0); if (!p) return 0; o = part(p, 0);"
         " if (o) { obj_run(y); obj_use(o); }",
         "stale-borrow(o)"},
        {"p = at(x, 0); if (p) { s = text(p); obj_run(y); n = s[0]; }",
         "stale-borrow(s)"},
        {"s = text(x); obj_run(y); n = s[0];", ""},
        // Nobody else has it, or perhaps somebody.
        {"p = obj_new(); if (!p) return 0; o = at(p, 0);"
         " if (o) { obj_run(y); obj_use(o); } obj_decref(p);",
         ""},
        {"p = attribute(x); if (!p) return 0; o = at(p, 0);"
         " if (o) { obj_run(y); obj_use(o); } obj_decref(p);",
         "stale-borrow(o)"},
        {"p = attribute(x); if (!p) return 0; o = at(p, 0);"
         " if (!o) { obj_decref(p); return 0; } obj_run(y); obj_decref(p);"
         " obj_use(o);",
         "use-after-decref(o)"},
        // On one of the ways.
        {"o = at(x, 0); if (o) { if (n) obj_run(y); obj_use(o); }",
         "stale-borrow(o)"},
        // Told once.
        {"o = at(x, 0); if (o) { obj_run(y); obj_use(o); obj_run(y); "
         "obj_use(o); }",
         "stale-borrow(o)"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_items_taken_out(void **state)
{
    static const struct row rows[] = {
        {"o = at(x, n); if (o && obj_ready(y)) { obj_incref(y);"
         " if (put(x, n, y) == 0) obj_use(o); }",
         "stale-borrow(o)"},
        {"o = at(x, 1); if (o) { obj_incref(y);"
         " if (put(x, 2, y) == 0) obj_use(o); }",
         ""},
        {"o = at(x, 1); if (o) { obj_incref(y);"
         " if (put(x, 1, y) < 0) obj_use(o); }",
         ""},
        {"o = at(x, 1); if (o) { obj_incref(o);"
         " if (put(x, 1, o) == 0) obj_use(o); }",
         ""},
        {"o = at(x, 1); if (o) { empty(x); obj_use(o); }", "stale-borrow(o)"},
        {"o = at(x, 1); if (o) { empty(y); obj_use(o); }", ""},
        {"o = at(x, 1); if (o) { obj_incref(o); empty(x); obj_use(o);"
         " obj_decref(o); }",
         ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static enum tier tier_of(const char *body)
{
    struct arena a = {0};
    struct snippet *s = snippet_with(function_of(&a, body), rules);
    struct finding_list list;
    enum tier tier;

    snippet_walk(s, "f", NULL, &list);
    assert_int_equal(list.count, 1);
    tier = list.items[0].tier;
    snippet_free(s);
    arena_release(&a);
    return tier;
}

static void test_tiers(void **state)
{
    (void)state;
    assert_int_equal(
        tier_of("o = at(x, 0); if (o) { obj_run(y); obj_use(o); }"),
        TIER_AUDIT);
    assert_int_equal(tier_of("o = at(x, 0); if (o) { empty(x); obj_use(o); }"),
                     TIER_CERTAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_code_that_runs),
        cmocka_unit_test(test_items_taken_out),
        cmocka_unit_test(test_tiers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
