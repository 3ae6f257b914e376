// test_calls.c - shape/calls.c, format.c, types.c and values.c: the variable
// arguments of calls.

#include "../flow/snippet.h"
#include "shape/shape.h"

static const char rules[] =
    "grammar in nest \"()\" optional \"|\" order \"|$\" end \":\"\n"
    "unit in \"i\" out _ int\n"
    "unit in \"l\" out _ long\n"
    "unit in \"b\" out _ char\n"
    "unit in \"n\" out _ size\n"
    "unit in \"d\" out _ double\n"
    "unit in \"s\" out interior of 1 text\n"
    "unit in \"v\" out _ struct\n"
    "unit in \"o\" out borrowed of 1 object\n"
    "unit in \"?\" out _\n"
    "unit in \"x\" out _ wrong \"x is no more\"\n"
    "unit in \"y\" out _ wrong \"y is new\" until 3.9\n"
    "grammar all from in nest \"()[]\" complete\n"
    "grammar text after \"%\" skip \"0\"\n"
    "unit text \"%\"\n"
    "unit text \"d\" _ int\n"
    "unit text \"ld\" _ long\n"
    "unit text \"g\" _ double\n"
    "unit text \"s\" _ text\n"
    "unit text \"o\" borrow object\n"
    "read(borrow, format in, ...) -> status\n"
    "take(borrow, format all, ...) -> status\n"
    "named(borrow, format in, keywords, ...) -> status\n"
    "show(format text, borrow? ...) -> _\n"
    "pack(count, borrow ...) -> new?\n"
    "send(borrow, borrow ...) -> status : null-terminated\n";

// Line 1 of every snippet.
#define API                                                                    \
    "int read(object *x, const char *f, ...); void show(const char *f, ...);"  \
    "int take(object *x, const char *f, ...);"                                 \
    "int named(object *x, const char *f, char **names, ...);"                  \
    "object *pack(int n, ...); int send(object *x, ...); object *o;"           \
    "int i; long l; char c; double d; char *s; struct v { int a; } v;"         \
    "enum e { E } e; unsigned u; void *p; long long ll; int (*fn)(void);\n"

static void expect_calls(const char *const rows[][2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct finding_list found = {0};
        struct snippet *s;
        char text[2000];

        print_message("%s\n", rows[i][0]);
        snprintf(text, sizeof(text), API "%s\n", rows[i][0]);
        s = snippet_with(text, rules);
        shape_check(&s->arena, s->unit, &s->rules, &found);
        assert_string_equal(snippet_findings(s, &found), rows[i][1]);
        for (size_t k = 0; k < found.count; k++)
            assert_int_equal(found.items[k].tier, TIER_CERTAIN);
        snippet_free(s);
    }
}

#define EXPECT(rows) expect_calls(rows, sizeof(rows) / sizeof(*(rows)))
#define F(text) "void f(int n, object *x) { " text " }"
#define WRONG(object) "2 format-mismatch(" object ")"

// What is written through a pointer.
static void test_written(void **state)
{
    static const char *const rows[][2] = {
        {F("read(o, \"ilbndsv\", &i, &l, &c, &l, &d, &s, &v);"), ""},
        {F("read(o, \"i\", &l);"), WRONG("l")},
        {F("read(o, \"i\", &c);"), WRONG("c")},
        {F("read(o, \"l\", &i);"), WRONG("i")},
        {F("read(o, \"d\", &l);"), WRONG("l")},
        {F("read(o, \"l\", &d);"), WRONG("d")},
        {F("read(o, \"d\", &p);"), WRONG("p")},
        {F("read(o, \"i\", &p);"), WRONG("p")},
        {F("read(o, \"v\", &p);"), WRONG("p")},
        {F("read(o, \"n\", &p);"), ""},
        {F("read(o, \"o\", &l);"), ""},
        {F("read(o, \"o\", &i);"), WRONG("i")},
        {F("read(o, \"s\", &x);"), WRONG("x")},
        {F("read(o, \"o\", &s);"), WRONG("s")},
        {F("read(o, \"o\", x);"), WRONG("x")},
        {F("read(o, \"i\", i);"), WRONG("i")},
        {F("read(o, \"i\", (int *)&l);"), WRONG("l")},
        {F("read(o, \"?\", &l);"), ""},
        {F("read(o, \"iii\", &e, &u, &v);"), ""},
        {F("read(o, \"v\", &i);"), WRONG("i")},
        {F("char m[9]; read(o, \"il\", (int *)m, (long *)(m + 1));"), ""},
        {F("char *q = s; read(o, \"l\", (long *)q);"), ""},
        {F("read(o, \"i\", p);"), ""},
        {F("long q[2]; read(o, \"i\", &q[1]);"), WRONG("q")},
        {F("struct v *q = p; read(o, \"l\", &q->a);"), WRONG("q->a")},
        {F("union { int i; char b[4]; } q; read(o, \"i\", &q);"), ""},
    };

    (void)state;
    EXPECT(rows);
}

static void test_values(void **state)
{
    static const char *const rows[][2] = {
        {F("show(\"%d %ld %g %s %o %%\", i, l, d, s, o);"), ""},
        {F("show(\"%d %d %d %d\", c, e, u, n > 1);"), ""},
        {F("show(\"%g\", 1.0f);"), ""},
        {F("show(\"%d\", l);"), WRONG("l")},
        {F("show(\"%ld\", i);"), WRONG("i")},
        {F("show(\"%ld\", 1);"), WRONG("show")},
        {F("show(\"%d\", 1L);"), ""},
        {F("show(\"%d\", 4294967295UL);"), ""},
        {F("show(\"%d\", 4294967296);"), WRONG("show")},
        {F("show(\"%g\", 1);"), WRONG("show")},
        {F("show(\"%d\", d);"), WRONG("d")},
        {F("show(\"%d\", s);"), WRONG("s")},
        {F("show(\"%ld\", s);"), ""},
        {F("show(\"%s\", 0);"), ""},
        {F("show(\"%s\", 7);"), WRONG("show")},
        {F("show(\"%s %o\", p, p);"), ""},
        {F("show(\"%s\", o);"), WRONG("o")},
        {F("show(\"%o\", s);"), WRONG("s")},
        {F("show(\"%o\", \"text\");"), WRONG("show")},
        {F("show(\"%s\", o->next);"), WRONG("o->next")},
        {F("show(\"%d\", n ? l : 1);"), WRONG("show")},
        {F("show(\"%ld %d\", n ? l : 1, n ? i : c);"), ""},
    };

    (void)state;
    EXPECT(rows);
}

// What a format can be made of.
static void test_units(void **state)
{
    static const char *const rows[][2] = {
        {F("take(o, \"(i)[i]|i$i:*\", &i, &i, &i, &i);"), ""},
        {F("take(o, \"i*\", &i);"), WRONG("take")},
        {F("take(o, \"[i\", &i);"), WRONG("take")},
        {F("take(o, \"i[i)\", &i, &i);"), WRONG("take")},
        {F("take(o, \"ii]\", &i, &i);"), WRONG("take")},
        {F("take(o, \"i]\", &i);"), ""}, // not read any more
        {F("take(o, \"(i|i)\", &i, &i);"), WRONG("take")},
        {F("take(o, \"i|*\", &i);"), WRONG("take")},
    };

    (void)state;
    EXPECT(rows);
}

static void test_counts(void **state)
{
    static const char *const rows[][2] = {
        {F("read(o, \"\");"), ""},
        {F("read(o, \"ii\", &i);"), WRONG("read")},
        {F("read(o, \"i\", &i, &i);"), WRONG("read")},
        {F("read(o, \"i:\", &i);"), ""},
        {F("read(o, \"(i)|i:ii\", &i, &i);"), ""},
        {F("read(o, \"i*\", &l);"), ""},
        {F("read(o, \"(i\", &i);"), WRONG("read")},
        {F("read(o, \"i*(\", &i);"), ""},
        {F("read(o, \"y\", &l);"), ""}, // of which version nobody knows
        {F("read(o, \"x\", &l);"), WRONG("read")},
        {F("read(o, \"i$i|i\", &i, &i, &i);"), WRONG("read")},
        {F("read(o, \"i|i|i\", &i, &i, &i);"), WRONG("read")},
        {F("read(o, \"i|i$i\", &i, &i, &i);"), ""},
        {F("show(\"%d\");"), WRONG("show")},
        {F("show(\"%q\");"), ""},
        {F("pack(2, o, o); pack(0);"), ""},
        {F("pack(1, o, o);"), WRONG("pack")},
        {F("pack(3, o, o);"), WRONG("pack")},
        {F("pack(n, o, o);"), ""},
        {F("send(o, o, (void *)0); send(o, 0);"), ""},
        {F("send(o, o);"), WRONG("send")},
        {F("send(o);"), WRONG("send")},
        {F("send(o, x);"), WRONG("send")},
        {F("x = 0; send(o, x);"), ""},
        {F("object *y = n ? x : 0; send(o, y);"), ""},
    };

    (void)state;
    EXPECT(rows);
}

// Where a format comes from.
static void test_texts(void **state)
{
    static const char *const rows[][2] = {
        {F("show(n ? \"%d\" : \"%ld\", n ? i : n);"), WRONG("show")},
        {F("show(n ? \"%d\" : \"none\", i);"), ""},
        {F("show(n ? \"%d%d\" : \"none\", i);"), WRONG("show")},
        {F("const char *t = \"%d\"; show(t, l);"), WRONG("l")},
        {F("const char *t = \"%d\"; if (n) t = \"%ld\"; show(t, l);"), ""},
        {F("const char *t = \"%d\"; read(o, \"?\", &t); show(t, l);"), ""},
        {F("const char *t = t; show(t, l);"), ""},
        {"void f(const char *t) { show(t, l); }", ""},
        {"const char t[] = \"%d\"; void f(void) { show(t, l); }", WRONG("l")},
        {"char t[] = \"%d\"; void f(void) { show(t, l); }", ""},
        {"const char *const t = \"%d\"; void f(void) { show(t, l); }",
         WRONG("l")},
        {"const char *t = \"%d\"; void f(void) { show(t, l); }", ""},
    };

    (void)state;
    EXPECT(rows);
}

static void test_keywords(void **state)
{
#define NAMES(list, format, args)                                              \
    F("static char *k[] = " list "; named(o, \"" format "\", k" args ");")
    static const char *const rows[][2] = {
        {NAMES("{\"a\", \"b\", 0}", "i|i", ", &i, &i"), ""},
        {NAMES("{\"a\", 0}", "i|i", ", &i, &i"), WRONG("k")},
        {NAMES("{\"a\", \"b\", 0}", "(ii)", ", &i, &i"), WRONG("k")},
        {NAMES("{\"a\", 0}", "(ii)", ", &i, &i"), ""},
        {NAMES("{\"a\"}", "i", ", &i"), "2 method-table(k)"},
        {NAMES("{0}", "", ""), ""},
        {NAMES("{(char *)0, \"a\"}", "", ""), ""},
        {NAMES("{[1] = 0, [0] = \"a\"}", "i", ", &i"), ""},
        {F("char *k[] = {\"a\", \"b\"}; named(o, \"ii\", k, &i, &i);"),
         "2 method-table(k)"},
        {F("char *k[3] = {\"a\", \"b\"}; named(o, \"ii\", k, &i, &i);"), ""},
        {F("char *k[3] = {\"a\", \"b\"}; k[n] = 0; named(o, \"i\", k, &i);"),
         ""},
        {F("char *k[] = {s, 0}; named(o, \"ii\", k, &i, &i);"), ""},
        {"void f(char **k) { named(o, \"ii\", k, &i, &i); }", ""},
    };

    (void)state;
    EXPECT(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_written), cmocka_unit_test(test_values),
        cmocka_unit_test(test_units),   cmocka_unit_test(test_counts),
        cmocka_unit_test(test_texts),   cmocka_unit_test(test_keywords),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
