// test_explain.c - interproc/: why a contract is what it is.

#include "../flow/snippet.h"
#include "interproc/interproc.h"

#include "base/buf.h"

#include <string.h>

static void add_exit(struct buf *b, const struct explained_exit *x)
{
    buf_str(b, "  ");
    for (size_t i = 0; i < x->nlines; i++)
        buf_printf(b, "%s%u", i ? "," : "", x->lines[i]);
    buf_printf(b, "%s%s %s", *x->outcome ? " " : "", x->outcome, x->says);
    if (x->because)
        buf_printf(b, " @%u%s%s", x->because, *x->call ? " " : "", x->call);
    buf_str(b, "\n");
}

static void add_part(struct buf *b, const struct explained_part *p)
{
    buf_printf(b, "%s%s%s: %s\n", p->part, *p->name ? " " : "", p->name,
               p->says);
    for (size_t i = 0; i < p->nexits; i++)
        add_exit(b, &p->exits[i]);
    if (*p->open)
        buf_printf(b, "  open: %s\n", p->open);
}

// All that is said of function h.
static const char *told(struct snippet *s)
{
    const struct flow_options options = {.explain = "h"};
    struct buf b = {.arena = &s->arena};
    struct unit_result r;
    const struct explanation *e;

    unit_analyse(&s->arena, s->unit, &s->rules, &options, &r);
    assert_int_equal(r.nexplanations, 1);
    e = r.explanations[0];
    buf_printf(&b, "%s%s%s\n", source_word(e->source), *e->note ? "; " : "",
               e->note);
    for (size_t i = 0; i < e->nparts; i++)
        add_part(&b, &e->parts[i]);
    for (size_t i = 0; i < e->ncalls; i++)
        buf_printf(&b, "%u %s: %s\n", e->calls[i].line, e->calls[i].function,
                   e->calls[i].why);
    for (size_t i = 0; i < e->nrecursive; i++)
        buf_printf(&b, "%s%s", e->recursive[i],
                   i + 1 < e->nrecursive ? " " : "\n");
    return buf_text(&b);
}

struct row {
    const char *text, *expect;
};

static void expect_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct snippet *s = snippet_new(rows[i].text);

        print_message("%s", rows[i].text);
        assert_string_equal(told(s), rows[i].expect);
        snippet_free(s);
    }
}

static void test_exits(void **state)
{
    static const struct row rows[] = {
        {"int h(object *x, object *y)\n{\n"
         "    if (obj_take(x, y) < 0)\n"
         "        return -1;\n"
         "    return 0;\n}\n",
         "body\n"
         "argument 1 x: borrow?\n  4 -1 borrow?\n  5 0 borrow?\n"
         "argument 2 y: steal? in 1\n"
         "  4 -1 steal? in 1 @3 obj_take\n  5 0 steal? in 1 @3 obj_take\n"
         "outcome -1: error-set\n  4 error-set\n"
         "outcome 0: error-kept\n  5 error-kept\n"},
        // Two returns that are alike are one row.
        {"object *h(int n)\n{\n"
         "    if (n == 1)\n"
         "        return 0;\n"
         "    if (n == 2)\n"
         "        return 0;\n"
         "    return obj_new();\n}\n",
         "body\n"
         "result: null | new\n  4,6,7 null null\n  7 nonnull new\n"
         "outcome null: error-any\n  4,6 error-kept\n  7 error-set\n"
         "  open: line 4 says error-kept, line 7 error-set\n"
         "outcome nonnull: error-kept\n  7 error-kept\n"
         "trait fresh: yes\n  7 yes\n"},
        {"int h(object *x) { return obj_run(x); }\n",
         "body\n"
         "argument 1 x: borrow?\n  1 -1 borrow?\n  1 0 borrow?\n"
         "outcome -1: error-set\n  1 error-set\n"
         "outcome 0: error-kept\n  1 error-kept\n"
         "trait runs-code: yes\n  1 yes @1 obj_run\n"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_open(void **state)
{
    static const struct row rows[] = {
        {"void h(object *x, int n)\n{\n"
         "    if (n)\n"
         "        return;\n"
         "    obj_decref(x);\n}\n",
         "body\n"
         "argument 1 x: escape?\n"
         "  4 borrow?\n  6 decref? @5 obj_decref\n"
         "  open: line 4 says borrow?, line 6 decref?\n"
         "outcome: error-kept\n  4,6 error-kept\n"},
        {"void h(object *x) { obj_incref(x); }\n",
         "body\n"
         "argument 1 x: escape?\n  1 escape? @1 obj_incref\n"
         "  open: at line 1 there are more references to it than before, and "
         "nothing says whose they are\n"
         "outcome: error-kept\n  1 error-kept\n"},
        {"int out_there(object *x);\n"
         "void h(object *x)\n{\n"
         "    out_there(x);\n}\n",
         "body\n"
         "argument 1 x: escape?\n  5 escape? @4 out_there\n"
         "  open: line 4 gives it to out_there(), of which nothing is known\n"
         "outcome: error-any\n  5 error-any\n"
         "4 out_there: it has no body in this file, and no other file says "
         "what "
         "it does\n"},
        {"void h(object *x, void (*f)(object *))\n{\n"
         "    f(x);\n}\n",
         "body\n"
         "argument 1 x: escape?\n  4 escape? @3\n"
         "  open: line 3 gives it to a call through a pointer\n"
         "outcome: error-any\n  4 error-any\n"},
        {"void h(object **p, int n)\n{\n"
         "    *p = 0;\n"
         "    if (n)\n"
         "        return;\n"
         "    *p = obj_new();\n}\n",
         "body\n"
         "argument 1 p: out _\n  5 out null\n  7 out new @6\n"
         "  open: line 5 says out null, line 7 out new\n"
         "outcome: error-any\n  5 error-kept\n  7 error-any\n"
         "  open: line 5 says error-kept, line 7 error-any\n"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_sources(void **state)
{
    static const struct row rows[] = {
        {"__attribute__((annotate(\"refcheck:new?\"))) object *h(int n);\n"
         "object *h(int n) { return obj_new(); }\n",
         "annotation\n"},
        {"int h(object *x);\n"
         "int f(object *x) { return h(x); }\n",
         "nothing\n"},
        {"int h(int n) { return n; }\n",
         "nothing; its body touches nothing that is counted\n"},
        {"void h(object *x) { obj_use(x); obj_fatal(0); }\n",
         "body; it never returns\n"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_recursion(void **state)
{
    static const struct row rows[] = {
        {"static int other(object *x, int n);\n"
         "int h(object *x, int n) { return n ? other(x, n - 1) : 0; }\n"
         "static int other(object *x, int n) { return h(x, n); }\n",
         NULL},
    };
    struct snippet *s = snippet_new(rows[0].text);
    const char *text = told(s);

    (void)state;
    assert_non_null(strstr(text, "other h\n"));
    assert_non_null(strstr(text, "argument 1 x: "));
    snippet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exits),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_recursion),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
