// test_alike.c - flow/alike.c: exits that callers cannot tell apart.

#include "snippet.h"

// A function in full, and what is found in it.
struct row {
    const char *text, *expect;
};

static void expect_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct snippet *s = snippet_new(rows[i].text);
        struct finding_list list;

        print_message("%s\n", rows[i].text);
        snippet_walk(s, "f", NULL, &list);
        assert_string_equal(snippet_findings(s, &list), rows[i].expect);
        for (size_t k = 0; k < list.count; k++) {
            assert_int_equal(list.items[k].tier, TIER_LIKELY);
            assert_true(list.items[k].ntrail > 1);
        }
        snippet_free(s);
    }
}

static void test_arguments(void **state)
{
    static const struct row rows[] = {
        // The exit that does as few others do is the odd one.
        {"int f(object *x, object *y) { if (obj_use(y) < 0)\nreturn -1;"
         " if (obj_run(y) < 0) { obj_decref(x); return -1; }"
         " obj_decref(x); return 0; }",
         "2 inconsistent-exits(x)"},
        {"int f(object *x, object *y) { if (obj_use(y) < 0) {"
         " obj_decref(x);\nreturn -1; } if (obj_run(y) < 0) return -1;"
         " return 0; }",
         "2 inconsistent-exits(x)"},
        // A result that is only known to be one of two.
        {"int f(object *x, object *y) { int r; if (obj_use(y) < 0)\nreturn -1;"
         " r = obj_append(y, x); obj_decref(x); return r; }",
         "2 inconsistent-exits(x)"},
        {"object *f(object *x, object *y) { object *r; if (obj_use(y) < 0)\n"
         "return 0; r = obj_new(); obj_decref(x); return r; }",
         "2 inconsistent-exits(x)"},
        {"void f(object *x) { if (chance())\nreturn; obj_decref(x); }",
         "2 inconsistent-exits(x)"},
        // So does the error that one of them sets.
        {"void f(object *x, object *y) { if (obj_use(y) < 0) return;"
         " obj_decref(x); }",
         ""},
        // Taken over is used up, too.
        {"int f(object *x, object *y) { if (obj_use(y) < 0)\nreturn -1;"
         " return obj_take(y, x); }",
         "2 inconsistent-exits(x)"},
        // The result says it.
        {"int f(object *x, object *y) { if (obj_use(y) < 0) return -1;"
         " obj_decref(x); return 0; }",
         ""},
        {"int f(object *x, object *y) { return obj_take_ok(y, x); }", ""},
        {"int f(object *x, object *y) { if (obj_use(y) < 0) return -2;"
         " if (obj_run(y) < 0) { obj_decref(x); return -1; }"
         " obj_decref(x); return 0; }",
         ""},
        // Nobody knows what became of it.
        {"int other(object *x);"
         "int f(object *x, object *y) { if (obj_use(y) < 0) {"
         " other(x); return -1; } if (obj_run(y) < 0) {"
         " obj_decref(x); return -1; } obj_decref(x); return 0; }",
         ""},
        // Nothing was there, or nothing comes back.
        {"int f(object *x, object *y) { if (!x) return -1;"
         " if (obj_run(y) < 0) { obj_decref(x); return -1; }"
         " obj_decref(x); return 0; }",
         ""},
        {"void f(object *x, object *y) { if (obj_use(y) < 0)"
         " obj_fatal(\"?\"); obj_decref(x); }",
         ""},
        // Handed back, it is used up and given at once.
        {"object *f(object *x, object *y) { object *r; if (obj_use(y) < 0)"
         " return x; r = obj_new(); if (!r) return x; obj_decref(x);"
         " return r; }",
         ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_failures(void **state)
{
    static const struct row rows[] = {
        {"int f(object *x, object *y) { obj_incref(x); if (obj_run(y) < 0)\n"
         "return -1; obj_decref(x); return 0; }",
         "2 inconsistent-exits(x)"},
        {"object *f(object *x, object *y) { object *r; obj_incref(x);"
         " r = obj_new(); if (!r)\nreturn 0; obj_append(r, y); obj_decref(x);"
         " return r; }",
         "2 inconsistent-exits(x)"},
        {"int f(object *x, object *y) { obj_incref(y);\n"
         "return obj_take_ok(x, y); }",
         "2 inconsistent-exits(y)"},
        // For all arguments of an exit once.
        {"int f(object *x, object *y) { obj_incref(x); obj_incref(y);"
         " if (obj_run(y) < 0)\nreturn -1; obj_decref(x); obj_decref(y);"
         " return 0; }",
         "2 inconsistent-exits(x)"},
        // Success gives it as well, or gives one more and failure none.
        {"int f(object *x, object *y) { obj_incref(x); if (obj_run(y) < 0)"
         " return -1; return 0; }",
         ""},
        {"int f(object *x, object *y) { if (obj_run(y) < 0) return -1;"
         " obj_incref(x); return 0; }",
         ""},
        // There is no success.
        {"int f(object *x) { obj_incref(x); return -1; }", ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_results(void **state)
{
    static const struct row rows[] = {
        {"int f(object *x, object **out) { if (chance()) { *out = x;\n"
         "return 0; } *out = obj_new(); return *out ? 0 : -1; }",
         "2 inconsistent-exits(*out)"},
        {"int f(object *x, object **out) { if (chance()) { *out = x;"
         " return 0; } *out = obj_new(); return *out ? 1 : -1; }",
         ""},
        {"int f(object *x, object **out, int *made) { *made = 0;"
         " if (chance()) { *out = x; return 0; } *made = 1;"
         " *out = obj_new(); return *out ? 0 : -1; }",
         ""},
        // What another place keeps is lent.
        {"static object *kept; int f(object **out) { if (!kept) {"
         " kept = obj_new(); if (!kept) return -1; } *out = kept; return 0; }",
         ""},
        {"object *f(object *x) { if (chance())\n"
         "return x; obj_incref(x); return x; }",
         "2 inconsistent-exits(x)"},
        {"object *f(object *x, int lend) { if (lend) return x;"
         " obj_incref(x); return x; }",
         ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_what_callers_know(void **state)
{
    static const struct row rows[] = {
        {"void f(object *x, int release) { if (release) obj_decref(x); }", ""},
        {"void f(object *x, object *y) { if (y) obj_decref(x); }", ""},
        {"void f(object *x, object *y) { if (x != y) obj_decref(x); }", ""},
        {"void f(object *x, int *count) { if (--*count == 0)"
         " obj_decref(x); }",
         ""},
        {"static int owns; void f(object *x) { if (owns) obj_decref(x); }", ""},
        {"void f(object *x) { if (obj_ready(x)) obj_decref(x); }", ""},
        // Why it failed, they do not ask of the object.
        {"int f(object *x, object *y) { if (!obj_ready(x))\nreturn -1;"
         " if (obj_run(y) < 0) { obj_decref(x); return -1; }"
         " obj_decref(x); return 0; }",
         "2 inconsistent-exits(x)"},
        // What was told in between.
        {"void f(object *x, object *y, int *done) { *done = 0;"
         " if (obj_use(y) < 0) return; *done = 1; obj_decref(x); }",
         ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_what_callers_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
