// test_explore.c - flow/: the paths of one function, what is found on them and
// how many there are.

#include "snippet.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

// One function f, and what is found in it: "LINE RULE(OBJECT), ...".
struct row {
    const char *what, *text, *expect;
};

static void expect_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct snippet *s = snippet_new(rows[i].text);
        struct finding_list list;
        struct flow_outcome outcome;

        print_message("%s\n", rows[i].what);
        outcome = snippet_walk(s, "f", NULL, &list);
        assert_string_equal(outcome.why_cut, "");
        assert_string_equal(snippet_findings(s, &list), rows[i].expect);
        snippet_free(s);
    }
}

static void test_straight(void **state)
{
    static const struct row rows[] = {
        {"released",
         "void f(void)\n{\n"
         "    object *o = obj_new();\n"
         "    if (o) obj_decref(o);\n}\n",
         ""},
        {"kept at the only exit",
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    return obj_use(x);\n}\n",
         "5 leak(o)"},
        {"returned",
         "object *f(void)\n{\n"
         "    return obj_new();\n}\n",
         ""},
        {"not tested",
         "void f(void)\n{\n"
         "    object *o = obj_new();\n"
         "    obj_decref(o);\n}\n",
         "4 null-use(o)"},
        {"twice",
         "void f(void)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return;\n"
         "    obj_decref(o);\n"
         "    obj_decref(o);\n}\n",
         "6 double-decref(o)"},
        {"used after",
         "int f(void)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    obj_decref(o);\n"
         "    return obj_use(o);\n}\n",
         "6 use-after-decref(o)"},
        {"a borrowed one released",
         "void f(object *x)\n{\n"
         "    object *o = obj_item(x, 0);\n"
         "    if (o) obj_decref(o);\n}\n",
         "4 over-decref(o)"},
        {"a borrowed one stolen",
         "int f(object *x, object *y)\n{\n"
         "    object *o = obj_item(x, 0);\n"
         "    return o ? obj_take(y, o) : -1;\n}\n",
         "4 borrowed-steal(o)"},
        {"overwritten",
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    obj_decref(o);\n"
         "    return 0;\n}\n",
         "5 overwritten-reference(o)"},
        {"stolen",
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    return obj_take(x, o);\n}\n",
         ""},
        {"kept by another",
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    return obj_append(x, o);\n}\n",
         "5 leak(o)"},
        {"stolen only when it works",
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    return obj_take_ok(x, o);\n}\n",
         "5 leak(o)"},
        {"stolen only when it works, and that is known",
         "int f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    if (obj_take_ok(x, o) < 0) {\n"
         "        obj_decref(o);\n"
         "        return -1;\n"
         "    }\n"
         "    return 0;\n}\n",
         ""},
        {"an out-parameter",
         "int f(object *x)\n{\n"
         "    object *o;\n"
         "    if (obj_find(x, &o) <= 0) return -1;\n"
         "    return obj_use(o);\n}\n",
         "5 leak(o)"},
        {"an out-parameter, released",
         "int f(object *x)\n{\n"
         "    object *o;\n"
         "    if (obj_find(x, &o) <= 0) return -1;\n"
         "    obj_decref(o);\n"
         "    return 0;\n}\n",
         ""},
        {"the path ends",
         "void f(object *x)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o || obj_use(x) < 0) obj_fatal(\"no\");\n"
         "    obj_decref(o);\n}\n",
         ""},
        {"an unknown function of the project may do anything",
         "void mystery(object *x);\n"
         "void f(void)\n{\n"
         "    object *o = obj_new();\n"
         "    if (o) mystery(o);\n}\n",
         ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_branches(void **state)
{
    static const struct row rows[] = {
        {"one flag decides twice",
         "void f(object *x, int flag)\n{\n"
         "    object *o = x;\n"
         "    if (flag) { o = obj_new(); if (!o) return; }\n"
         "    if (flag) obj_decref(o);\n}\n",
         ""},
        {"two flags",
         "void f(object *x, int flag, int other)\n{\n"
         "    object *o = x;\n"
         "    if (flag) { o = obj_new(); if (!o) return; }\n"
         "    if (other) obj_ready(o);\n"
         "    if (flag) obj_decref(o);\n}\n",
         ""},
        {"the wrong flag",
         "void f(object *x, int flag, int other)\n{\n"
         "    object *o = 0;\n"
         "    if (flag) { o = obj_new(); if (!o) return; }\n"
         "    if (other && o) obj_decref(o);\n}\n",
         "6 leak(o)"},
        {"ownership in a variable",
         "void f(object *x, int n)\n{\n"
         "    object *o = x;\n"
         "    int owned = 0;\n"
         "    if (n > 3) { o = obj_new(); if (!o) return; owned = 1; }\n"
         "    obj_ready(o);\n"
         "    if (owned) obj_decref(o);\n}\n",
         ""},
        {"NULL at a shared label",
         "int f(object *x)\n{\n"
         "    object *o = 0;\n"
         "    int r = -1;\n"
         "    if (obj_use(x) < 0) goto out;\n"
         "    o = obj_new();\n"
         "    if (!o) goto out;\n"
         "    r = 0;\n"
         "out:\n"
         "    obj_decref(o);\n"
         "    return r;\n}\n",
         "10 null-use(o)"},
        {"the same label, NULL allowed",
         "int f(object *x)\n{\n"
         "    object *o = 0;\n"
         "    int r = -1;\n"
         "    if (obj_use(x) < 0) goto out;\n"
         "    o = obj_new();\n"
         "    if (!o) goto out;\n"
         "    r = 0;\n"
         "out:\n"
         "    obj_xdecref(o);\n"
         "    return r;\n}\n",
         ""},
        {"cases",
         "void f(object *x, int n)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return;\n"
         "    switch (n) {\n"
         "    case 1: obj_decref(o); break;\n"
         "    case 2: case 3: obj_ready(o); // fall through\n"
         "    default: obj_decref(o);\n"
         "    }\n}\n",
         ""},
        {"a case forgotten",
         "void f(object *x, int n)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return;\n"
         "    switch (n) {\n"
         "    case 1: obj_decref(o); break;\n"
         "    case 2: return;\n"
         "    default: obj_decref(o);\n"
         "    }\n}\n",
         "7 leak(o)"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_loops(void **state)
{
    static const struct row rows[] = {
        {"an item a turn",
         "int f(object *x, int n)\n{\n"
         "    for (int i = 0; i < n; i++) {\n"
         "        object *o = obj_new();\n"
         "        if (!o) return -1;\n"
         "        int r = obj_append(x, o);\n"
         "        obj_decref(o);\n"
         "        if (r < 0) return -1;\n"
         "    }\n"
         "    return 0;\n}\n",
         ""},
        {"an item a turn, one way out forgotten",
         "int f(object *x, int n)\n{\n"
         "    for (int i = 0; i < n; i++) {\n"
         "        object *o = obj_new();\n"
         "        if (!o) return -1;\n"
         "        if (obj_append(x, o) < 0) return -1;\n"
         "        obj_decref(o);\n"
         "    }\n"
         "    return 0;\n}\n",
         "6 leak(o)"},
        {"handed over from turn to turn",
         "object *f(object *x, int n)\n{\n"
         "    object *last = obj_new();\n"
         "    if (!last) return 0;\n"
         "    while (chance()) {\n"
         "        object *o = obj_new();\n"
         "        obj_decref(last);\n"
         "        if (!o) return 0;\n"
         "        last = o;\n"
         "    }\n"
         "    return last;\n}\n",
         ""},
        {"endless",
         "void f(void)\n{\n"
         "    for (;;) {\n"
         "        object *o = obj_new();\n"
         "        if (o) obj_decref(o);\n"
         "    }\n}\n",
         ""},
        {"nested",
         "int f(object *x, int n)\n{\n"
         "    for (int i = 0; i < n; i++)\n"
         "        for (int k = 0; k < i; k++)\n"
         "            while (chance()) {\n"
         "                object *o = obj_new();\n"
         "                if (!o) goto out;\n"
         "                if (obj_use(o) < 0) { obj_decref(o); continue; }\n"
         "                if (obj_take(x, o) < 0) goto out;\n"
         "            }\n"
         "    return 0;\n"
         "out:\n"
         "    return -1;\n}\n",
         ""},
        {"a list that is followed",
         "int f(object *x)\n{\n"
         "    int n = 0;\n"
         "    for (object *p = x; p; p = p->next)\n"
         "        n += obj_use(p) + n * 3;\n"
         "    return n;\n}\n",
         ""},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

// Thirty calls that can each fail, each with its own flag kept until the end:
// 2^30 paths, and one state a block as long as nothing depends on them.
static const char *splits(struct arena *a, int n, bool leaks)
{
    struct buf text = {.arena = a};

    buf_str(&text, "int f(object *x)\n{\n"
                   "    object *o = obj_new();\n"
                   "    int bad = 0;\n"
                   "    if (!o) return -1;\n");
    for (int i = 0; i < n; i++)
        buf_printf(&text, "    if (obj_use(x) < 0) bad++;\n");
    if (!leaks)
        buf_str(&text, "    obj_decref(o);\n");
    buf_str(&text, "    return bad;\n}\n");
    return buf_text(&text);
}

static void test_many_splits(void **state)
{
    struct arena a = {0};
    size_t steps[2];

    (void)state;
    for (int leaks = 0; leaks < 2; leaks++) {
        for (int n = 1; n <= 2; n++) {
            struct snippet *s = snippet_new(splits(&a, n * 30, leaks));
            struct finding_list list;
            struct flow_outcome outcome = snippet_walk(s, "f", NULL, &list);

            assert_int_equal(outcome.status, FLOW_DONE);
            assert_int_equal(list.count, leaks);
            steps[n - 1] = outcome.steps;
            snippet_free(s);
        }
        print_message("30: %zu steps, 60: %zu\n", steps[0], steps[1]);
        // Near linear.
        assert_true(steps[1] < steps[0] * 5 / 2);
    }
    arena_release(&a);
}

// Thirty objects, of which each may fail to be made, and one way out for all:
// each state has more of them than the one before.
static void test_many_objects(void **state)
{
    struct buf text = {0};
    struct arena a = {0};
    struct snippet *s;
    struct finding_list list;
    struct flow_outcome outcome;

    (void)state;
    text.arena = &a;
    buf_str(&text, "int f(void)\n{\n");
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "    object *o%d = 0;\n", i);
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "    if (!(o%d = obj_new())) goto out;\n", i);
    buf_str(&text, "out:\n");
    for (int i = 0; i < 30; i++)
        buf_printf(&text, "    obj_xdecref(o%d);\n", i);
    buf_str(&text, "    return 0;\n}\n");
    s = snippet_new(buf_text(&text));
    outcome = snippet_walk(s, "f", NULL, &list);
    print_message("%zu steps\n", outcome.steps);
    assert_int_equal(outcome.status, FLOW_DONE);
    assert_string_equal(snippet_findings(s, &list), "");
    snippet_free(s);
    arena_release(&a);
}

// Fourteen flags that each decide about an object of their own until the end:
// that many states matter, more than are kept. What is given up is silent.
static void test_more_than_is_kept(void **state)
{
    struct buf text = {0};
    struct arena a = {0};
    struct snippet *s;
    struct finding_list list;

    (void)state;
    text.arena = &a;
    buf_str(&text, "int f(object *x, int *flags)\n{\n");
    for (int i = 0; i < 14; i++)
        buf_printf(
            &text,
            "    int f%d = flags[%d];\n    object *o%d = x;\n"
            "    if (f%d) { o%d = obj_new(); if (!o%d) obj_fatal(0); }\n",
            i, i, i, i, i, i);
    for (int i = 0; i < 14; i++)
        buf_printf(&text, "    if (f%d) obj_decref(o%d);\n", i, i);
    buf_str(&text, "    return 0;\n}\n");
    s = snippet_new(buf_text(&text));
    print_message("%zu steps\n", snippet_walk(s, "f", NULL, &list).steps);
    assert_string_equal(snippet_findings(s, &list), "");
    snippet_free(s);
    arena_release(&a);
}

// Two ways that agree on every reference are one from there on.
static void test_states_are_merged(void **state)
{
    struct snippet *s = snippet_new("int f(object *x, int a, int b)\n{\n"
                                    "    int n = a;\n"
                                    "    if (a) n = b;\n"
                                    "    if (b) n += 2;\n"
                                    "    return n + obj_use(x);\n}\n");
    struct flow_options options = {0};
    struct finding_list list;
    char *text = NULL;
    size_t size = 0;
    size_t shown = 0;

    (void)state;
    options.dump = open_memstream(&text, &size);
    assert_non_null(options.dump);
    snippet_walk(s, "f", &options, &list);
    fclose(options.dump);
    for (const char *at = text; (at = strstr(at, "\n  block ")); at++)
        shown++;
    print_message("%s", text);
    assert_int_equal(shown, snippet_fn(s, "f")->nblocks);
    free(text);
    snippet_free(s);
}

static void test_irrelevant(void **state)
{
    struct snippet *s = snippet_new("int f(int n)\n{\n"
                                    "    return chance() ? n : -n;\n}\n");
    struct finding_list list;

    (void)state;
    assert_int_equal(snippet_walk(s, "f", NULL, &list).status, FLOW_IRRELEVANT);
    snippet_free(s);
}

// What a function is called for: how many of its calls nobody knows.
static void test_unknown_calls(void **state)
{
    struct snippet *s = snippet_new("object *theirs(object *x);\n"
                                    "int f(object *x)\n{\n"
                                    "    object *o = theirs(x);\n"
                                    "    chance();\n"
                                    "    return o ? obj_use(x) : 0;\n}\n");
    struct finding_list list;
    struct flow_outcome outcome = snippet_walk(s, "f", NULL, &list);

    (void)state;
    assert_int_equal(outcome.calls, 2);
    assert_int_equal(outcome.calls_unknown, 1);
    assert_string_equal(snippet_findings(s, &list), "");
    snippet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_straight),
        cmocka_unit_test(test_branches),
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_many_splits),
        cmocka_unit_test(test_many_objects),
        cmocka_unit_test(test_more_than_is_kept),
        cmocka_unit_test(test_states_are_merged),
        cmocka_unit_test(test_irrelevant),
        cmocka_unit_test(test_unknown_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
