// test_unit.c - interproc/unit.c: all functions of a unit, each with what is
// known of those it calls.

#include "../flow/snippet.h"
#include "base/buf.h"
#include "interproc/interproc.h"

#include <stdlib.h>
#include <string.h>

struct row {
    const char *what, *text, *expect;
};

static void expect_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct snippet *s = snippet_new(rows[i].text);
        struct unit_result r;

        print_message("%s\n", rows[i].what);
        unit_analyse(&s->arena, s->unit, &s->rules, NULL, &r);
        assert_string_equal(snippet_findings(s, &r.findings), rows[i].expect);
        snippet_free(s);
    }
}

static void test_callers(void **state)
{
    static const struct row rows[] = {
        {"a helper that makes",
         "static object *make(void) { return obj_new(); }\n"
         "int f(object *x)\n{\n"
         "    object *o = make();\n"
         "    if (!o) return -1;\n"
         "    return obj_use(x);\n}\n",
         "6 leak(o)"},
        {"a helper that releases",
         "static void drop(object *x) { obj_decref(x); }\n"
         "int f(void)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    drop(o);\n"
         "    obj_decref(o);\n"
         "    return 0;\n}\n",
         "7 double-decref(o)"},
        {"a helper that lends",
         "static object *lend(object *x) { return obj_item(x, 0); }\n"
         "void f(object *x)\n{\n"
         "    object *o = lend(x);\n"
         "    if (o) obj_decref(o);\n}\n",
         "5 over-decref(o)"},
        {"a helper that steals only when it works",
         "static int put(object *x, object *y) { return obj_take_ok(x, y); }\n"
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    if (put(x, o) < 0) return -1;\n"
         "    return 0;\n}\n",
         "6 leak(o)"},
        {"a helper that fills",
         "static int fill(object **p)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    *p = o;\n"
         "    return 0;\n}\n"
         "int f(object *x)\n{\n"
         "    object *o;\n"
         "    if (fill(&o) < 0) return -1;\n"
         "    return obj_use(x);\n}\n",
         "12 leak(o)"},
        {"a helper that clears",
         "static void clear(object **p) { obj_xdecref(*p); *p = 0; }\n"
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    int r = obj_use(x);\n"
         "    clear(&o);\n"
         "    return r;\n}\n",
         ""},
        {"a helper that does not return",
         "static void end(object *x) { obj_use(x); obj_fatal(\"end\"); }\n"
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) end(x);\n"
         "    obj_decref(o);\n"
         "    return 0;\n}\n",
         ""},
        {"a helper that may release is wrong, and its callers are not",
         "static void maybe(object *x) { if (chance()) obj_decref(x); }\n"
         "int f(void)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    maybe(o);\n"
         "    return 0;\n}\n",
         "1 inconsistent-exits(x)"},
        {"functions that call each other",
         "static void odd(object *x, int n);\n"
         "static void even(object *x, int n)\n{\n"
         "    if (n) odd(x, n - 1); else obj_use(x);\n}\n"
         "static void odd(object *x, int n)\n{\n"
         "    if (n) even(x, n - 1); else obj_use(x);\n}\n"
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    even(x, 3);\n"
         "    obj_decref(o);\n"
         "    return 0;\n}\n",
         ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

// A rule is stronger than what the body says.
static void test_rule_beats_body(void **state)
{
    static const char text[] = "object *made(void) { return obj_new(); }\n"
                               "int f(object *x)\n{\n"
                               "    object *o = made();\n"
                               "    if (!o) return -1;\n"
                               "    return obj_use(x);\n}\n";
    struct snippet *s = snippet_new(text);
    struct unit_result r;

    (void)state;
    unit_analyse(&s->arena, s->unit, &s->rules, NULL, &r);
    assert_string_equal(snippet_findings(s, &r.findings), "6 leak(o)");
    snippet_free(s);
    s = snippet_with(text, "made() -> borrowed?\n");
    unit_analyse(&s->arena, s->unit, &s->rules, NULL, &r);
    for (size_t i = 0; i < r.findings.count; i++)
        assert_string_not_equal(r.findings.items[i].function, "f");
    snippet_free(s);
}

// A chain longer than any stack, called from its end.
static void test_long_chain(void **state)
{
    enum { LINKS = 3000 };
    struct arena a = {0};
    struct buf text = {.arena = &a};
    struct snippet *s;
    struct unit_result r;

    (void)state;
    for (int i = LINKS; i > 0; i--)
        buf_printf(&text, "static object *f%d(void);\n", i);
    buf_str(&text, "int f0(object *x)\n{\n    object *o = f1();\n"
                   "    if (!o) return -1;\n    return obj_use(x);\n}\n");
    for (int i = 1; i < LINKS; i++)
        buf_printf(&text, "static object *f%d(void) { return f%d(); }\n", i,
                   i + 1);
    buf_printf(&text, "static object *f%d(void) { return obj_new(); }\n",
               LINKS);
    s = snippet_new(buf_text(&text));
    unit_analyse(&s->arena, s->unit, &s->rules, NULL, &r);
    assert_int_equal(r.nfunctions, LINKS + 1);
    assert_string_equal(snippet_findings(s, &r.findings), "3005 leak(o)");
    snippet_free(s);
    arena_release(&a);
}

// Which functions were looked at, and how far.
static void test_statuses(void **state)
{
    static const char text[] = "int plain(int n) { return n + chance(); }\n"
                               "int deep(object *x)\n{\n"
                               "    int n = 0;\n"
                               "    while (chance()) n += obj_use(x);\n"
                               "    return n;\n}\n"
                               "void drop(object *x) { obj_decref(x); }\n";
    static const struct {
        const char *name;
        uint32_t line;
        enum function_status status, when_cut;
    } expect[] = {
        {"plain", 1, FUNCTION_IRRELEVANT, FUNCTION_IRRELEVANT},
        {"deep", 2, FUNCTION_ANALYSED, FUNCTION_CUT},
        {"drop", 8, FUNCTION_ANALYSED, FUNCTION_ANALYSED},
    };
    struct flow_options options = {0};
    struct snippet *s = snippet_new(text);
    struct unit_result r;

    (void)state;
    for (int cut = 0; cut < 2; cut++) {
        options.max_steps = cut ? 8 : 0;
        unit_analyse(&s->arena, s->unit, &s->rules, &options, &r);
        assert_int_equal(r.nfunctions, 3);
        for (size_t i = 0; i < r.nfunctions; i++) {
            const struct function_result *f = &r.functions[i];

            assert_string_equal(f->name, expect[i].name);
            assert_string_equal(f->file, "unit.c");
            assert_int_equal(f->line, expect[i].line);
            assert_int_equal(f->status,
                             cut ? expect[i].when_cut : expect[i].status);
            assert_int_equal(f->why[0] != '\0', f->status == FUNCTION_CUT);
        }
    }
    snippet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_callers),
        cmocka_unit_test(test_rule_beats_body),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_statuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
