// test_indicator.c - flow/indicator.c: which returns of a function in a table
// contradict what its path says of the error indicator.

#include "../flow/snippet.h"

#include "interproc/interproc.h"

#include <string.h>

static const char more_rules[] =
    "family api\n"
    "slot table.make (borrow) -> new?\n"
    "slot table.set (borrow) -> status\n"
    "slot table.next (borrow) -> new? : no-error\n"
    "raise(_) -> _ : sets-error\n"
    "forget() -> _ : clears-error\n"
    "raised() -> error\n"
    "save(out new?) -> was-set: ok | was-clear: out null 1 : clears-error\n"
    "restore(steal?) -> _ : restores-error\n"
    "peek(_) -> _ : keeps-error\n"
    "meddle(_) -> _ : touches-error\n"
    "number(borrow) -> -1: fail | else: ok\n"
    "truth(borrow) -> >=0: ok | -1: fail\n"
    "quiet_item(borrow) -> borrowed? of 1 : no-error keeps-error\n"
    "perhaps_item(borrow) -> borrowed? of 1 : no-error\n";

// All on the first line, so that lines count from what follows.
#define DECLARATIONS                                                           \
    "typedef object *(*maker)(object *); typedef int (*setter)(object *); "    \
    "struct table { maker make; setter set; maker next; }; "                   \
    "void raise(int); void forget(void); object *raised(void); "               \
    "void save(object **); void restore(object *); int peek(int); "            \
    "void meddle(int); int number(object *); int truth(object *); "            \
    "object *quiet_item(object *); object *perhaps_item(object *); "           \
    "int mystery(int);\n"

struct row {
    const char *text, *expect;
};

static void expect_rows(const char *table, const struct row *rows, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct arena a = {0};
        char *text =
            arena_printf(&a, DECLARATIONS "%s\n%s", rows[i].text, table);
        struct snippet *s = snippet_with(text, more_rules);
        struct unit_result r;
        const char *got;

        unit_analyse(&s->arena, s->unit, &s->rules, NULL, &r);
        got = snippet_findings(s, &r.findings);
        if (strcmp(got, rows[i].expect) != 0) {
            print_message("%s\ngot:    %s\nexpect: %s\n\n", rows[i].text, got,
                          rows[i].expect);
            wrong++;
        }
        snippet_free(s);
        arena_release(&a);
    }
    assert_int_equal(wrong, 0);
}

#define EXPECT_ROWS(table, rows)                                               \
    expect_rows((table), (rows), sizeof(rows) / sizeof(*(rows)))

#define MAKE "struct table t = { .make = f };"
#define SET "struct table t = { .set = f };"
#define NEXT "struct table t = { .next = f };"

static void test_not_set(void **state)
{
    static const struct row rows[] = {
        {"object *f(object *x) { return 0; }", "2 error-not-set(NULL)"},
        {"object *f(object *x) { raise(1); return 0; }", ""},
        {"object *f(object *x) { raise(1); forget(); return 0; }",
         "2 error-not-set(NULL)"},
        {"object *f(object *x) { return obj_new(); }", ""},
        {"object *f(object *x) { if (!quiet_item(x)) return 0; "
         "return obj_new(); }",
         "2 error-not-set(NULL)"},
        {"object *f(object *x) { if (!perhaps_item(x)) return 0; "
         "return obj_new(); }",
         ""},
        {"object *f(object *x) { if (!peek(1)) return 0; "
         "return obj_new(); }",
         "2 error-not-set(NULL)"},
        {"object *f(object *x) { if (!chance()) return 0; "
         "return obj_new(); }",
         ""},
        {"object *f(object *x) { if (!mystery(1)) return 0; "
         "return obj_new(); }",
         ""},
        {"object *f(object *x) { meddle(1); return 0; }", ""},
        {"object *f(object *x) { if (number(x) == -1) return 0; "
         "return obj_new(); }",
         ""},
        {"object *f(object *x) { if (number(x) == -1 && raised()) return 0; "
         "return obj_new(); }",
         ""},
        {"object *f(object *x) { if (number(x) != -1) return 0; "
         "return obj_new(); }",
         "2 error-not-set(NULL)"},
        {"object *f(object *x) { object *e; save(&e); restore(e); return 0; }",
         "2 error-not-set(NULL)"},
        {"object *f(object *x) { object *e; raise(1); save(&e); restore(e); "
         "return 0; }",
         ""},
        {"object *f(object *x) { if (raised()) return 0; return obj_new(); }",
         ""},
    };

    (void)state;
    EXPECT_ROWS(MAKE, rows);
}

static void test_ignored(void **state)
{
    static const struct row rows[] = {
        {"object *f(object *x) { raise(1); return obj_ref(x); }",
         "2 error-ignored(raise)"},
        {"object *f(object *x) { raise(1); return obj_new(); }",
         "2 error-ignored(raise)"},
        {"object *f(object *x) { raise(1); forget(); return obj_ref(x); }", ""},
        {"object *f(object *x) { raise(1); meddle(1); return obj_ref(x); }",
         ""},
        {"object *f(object *x) { raise(1); mystery(1); return obj_ref(x); }",
         ""},
        {"object *f(object *x) { if (obj_use(x) < 0) return obj_ref(x); "
         "return obj_new(); }",
         "2 error-ignored(obj_use)"},
        // NULL by failure, or because there was no call.
        {"static object *h(int n) { object *o = 0; if (n) o = obj_new(); "
         "return o; }\n"
         "object *f(object *x) { object *o = h(peek(1)); "
         "return o ? o : obj_ref(x); }",
         ""},
        // Nobody can test it later.
        {"object *f(object *x) { if (truth(x)) return obj_new(); "
         "return obj_ref(x); }",
         "2 error-ignored(truth)"},
        {"object *f(object *x) { obj_use(x); return obj_ref(x); }",
         "2 error-ignored(obj_use)"},
        {"object *f(object *x) { int r = truth(x); if (r < 0) return 0; "
         "return obj_ref(x); }",
         ""},
        {"object *f(object *x) { if (truth(x) < 0) forget(); "
         "return obj_ref(x); }",
         ""},
    };

    (void)state;
    EXPECT_ROWS(MAKE, rows);
}

// What helpers do is known from their bodies.
static void test_helpers(void **state)
{
    static const struct row rows[] = {
        {"static int h(object *x) { if (peek(1)) { raise(1); return -1; } "
         "return 0; }\n"
         "object *f(object *x) { if (h(x) < 0) return 0; return obj_new(); }",
         ""},
        {"static int h(object *x) { return peek(x != 0) ? -1 : 0; }\n"
         "object *f(object *x) { if (h(x) < 0) return 0; return obj_new(); }",
         "3 error-not-set(NULL)"},
        {"static int h(int n) { return n * 2; }\n"
         "object *f(object *x) { if (h(peek(1))) return 0; "
         "return obj_new(); }",
         "3 error-not-set(NULL)"},
        {"static void h(void) { if (raised()) forget(); }\n"
         "object *f(object *x) { if (!obj_item(x, 0)) h(); "
         "return obj_ref(x); }",
         ""},
    };

    (void)state;
    EXPECT_ROWS(MAKE, rows);
}

static void test_other_roles(void **state)
{
    static const struct row set[] = {
        {"int f(object *x) { return -1; }", "2 error-not-set(-1)"},
        {"int f(object *x) { raise(1); return 0; }", "2 error-ignored(raise)"},
        {"int f(object *x) { return obj_use(x); }", ""},
    };
    static const struct row next[] = {
        {"object *f(object *x) { return 0; }", ""},
        {"object *f(object *x) { raise(1); return obj_ref(x); }",
         "2 error-ignored(raise)"},
    };
    static const struct row none[] = {
        {"object *f(object *x) { return 0; }", ""},
        {"object *f(object *x) { raise(1); return obj_ref(x); }", ""},
    };

    (void)state;
    EXPECT_ROWS(SET, set);
    EXPECT_ROWS(NEXT, next);
    EXPECT_ROWS("", none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_set),
        cmocka_unit_test(test_ignored),
        cmocka_unit_test(test_helpers),
        cmocka_unit_test(test_other_roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
