// test_trace.c - crosscheck/trace.c: lines of a trace, whole and broken.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crosscheck/trace.h"

#include <string.h>

#define FIRST "rc-trace\t1\n"

// Read text as a trace: a letter an event, "!" for a line that is none.
static const char *letters(struct arena *a, const char *text, bool *ret_torn)
{
    static const char names[TRACE_KINDS + 1] = "NidecELSpFx";
    struct trace *t = arena_new(a, struct trace);
    char *bytes = arena_strdup(a, text);
    FILE *in = fmemopen(bytes, strlen(bytes), "rb");
    char *got = arena_array(a, char, 64);
    struct trace_event e;
    struct err err;
    int r;

    assert_non_null(in);
    assert_int_equal(trace_begin(t, in, "t", &err), 0);
    for (size_t n = 0; n < 63 && (r = trace_next(t, &e, &err)) != 0;)
        got[n++] = r < 0 ? '!' : names[e.kind];
    fclose(in);
    *ret_torn = t->is_torn;
    return got;
}

static void test_lines(void **state)
{
    static const struct {
        const char *text, *expect;
    } cases[] = {
        {"", ""},
        {"new\t0x10\t1\tlist\t48\ta.c\t1\tf\tmake\n", "N"},
        {"incref\t0xff\t1\t2\ta.c\t1\tf\tmake\n", "i"},
        {"decref\t0x10\t1\t-1\ta.c\t1\tf\tmake\n", "d"},
        {"end\t0x10\t1\ta.c\t1\tf\tx\ncollect\t0x10\t1\ta.c\t1\tf\tx\n", "ec"},
        {"error\tno-object\t0x0\t0\ta.c\t1\tf\tx\n", "E"},
        {"leak\t0x10\t1\t2\t1\nfail\t7\ta.c\t1\tf\tx\nfinish\t1\t0\n", "LFx"},
        {"steady\t0x10\t1\t2\t1\npass\ta.c\t1\tf\t\n", "Sp"},
        {"\n", "!"},
        {"news\t0x10\t1\tlist\t48\ta.c\t1\tf\tmake\n", "!"},
        {"new\t10\t1\tlist\t48\ta.c\t1\tf\tmake\n", "!"},
        {"new\t0x10\t-1\tlist\t48\ta.c\t1\tf\tmake\n", "!"},
        {"new\t0x10\t1\tlist\n", "!"},
        {"end\t0x10\t18446744073709551616\ta.c\t1\tf\tx\n", "!"},
        {"end\t0x1ffffffffffffffff\t1\ta.c\t1\tf\tx\n", "!"},
        {"leak\t0x10\t1\t2\t1\t9\n", "!"},
        {"error\t\t0x0\t0\ta.c\t1\tf\tx\n", "!"},
        {"finish\t1\t0\nfinish\t1\nfinish\t2\t0\n", "x!x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        bool is_torn;

        print_message("%s", cases[i].text);
        assert_string_equal(
            letters(&a, arena_printf(&a, FIRST "%s", cases[i].text), &is_torn),
            cases[i].expect);
        assert_false(is_torn);
        arena_release(&a);
    }
}

// A program that is killed leaves whole lines; a full disk may not.
static void test_torn(void **state)
{
    struct arena a = {0};
    bool is_torn;

    (void)state;
    assert_string_equal(letters(&a, FIRST "finish\t1\t0\nfini", &is_torn), "x");
    assert_true(is_torn);
    arena_release(&a);
}

static void test_long(void **state)
{
    struct arena a = {0};
    char *text = arena_array(&a, char, 4 * TRACE_PIECE);
    size_t n = (size_t)snprintf(text, 64, FIRST "finish\t1\t0\n");
    bool is_torn;

    (void)state;
    memset(text + n, 'x', 3 * TRACE_PIECE);
    snprintf(text + n + 3 * TRACE_PIECE, 64, "\nfinish\t1\t0\n");
    assert_string_equal(letters(&a, text, &is_torn), "x!x");
    assert_false(is_torn);
    arena_release(&a);
}

// More than one piece of the file.
static void test_many(void **state)
{
    enum { LINES = 20000 };
    static const char line[] = "incref\t0x10\t1\t2\tdir/a.c\t12\tf\tmake\n";
    struct arena a = {0};
    char *text = arena_array(&a, char, 16 + LINES * sizeof(line));
    size_t n = (size_t)snprintf(text, 16, FIRST);
    struct trace *t = arena_new(&a, struct trace);
    struct trace_event e;
    struct err err;
    FILE *in;

    (void)state;
    for (int i = 0; i < LINES; i++, n += sizeof(line) - 1)
        memcpy(text + n, line, sizeof(line));
    in = fmemopen(text, n, "rb");
    assert_non_null(in);
    assert_int_equal(trace_begin(t, in, "t", &err), 0);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(trace_next(t, &e, &err), 1);
        assert_int_equal(e.id, 0x10);
        assert_string_equal(e.place, "dir/a.c\t12\tf\tmake");
    }
    assert_int_equal(trace_next(t, &e, &err), 0);
    assert_int_equal(t->line, LINES + 1);
    fclose(in);
    arena_release(&a);
}

static void test_first_line(void **state)
{
    static const char *const cases[] = {"", "rc-trace\t1", "rc-trace\t2\n",
                                        "rc-trace\n", "\xff\xd8\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct trace *t = arena_new(&a, struct trace);
        char *bytes = arena_printf(&a, "%s", cases[i]);
        FILE *in = fmemopen(bytes, strlen(bytes) + 1, "rb");
        struct err err;

        assert_non_null(in);
        assert_int_equal(trace_begin(t, in, "t", &err), -1);
        assert_memory_equal(err.text, "t:1: this is ", 13);
        fclose(in);
        arena_release(&a);
    }
}

static void test_places(void **state)
{
    static const struct {
        const char *place, *expect; // NULL: none
    } cases[] = {
        {"a.c\t1\tf\tg", "a.c|1|f|g"},
        {"\t0\t\t", "|0||"},
        {"a\\x09b\\x5c.c\t1\tf\tg", "a\tb\\.c|1|f|g"},
        {"a\\x0\\x00\\xzz\t1\tf\tg", "a\\x0\\x00\\xzz|1|f|g"},
        {"a.c\t1\tf", NULL},
        {"a.c\t1\tf\tg\th", NULL},
        {"a.c\tx\tf\tg", NULL},
        {"a.c\t4294967296\tf\tg", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct trace_place p;
        int r = trace_place(&a, cases[i].place, &p);

        print_message("%s\n", cases[i].place);
        assert_int_equal(r, cases[i].expect ? 0 : -1);
        if (cases[i].expect)
            assert_string_equal(arena_printf(&a, "%s|%u|%s|%s", p.file, p.line,
                                             p.function, p.call),
                                cases[i].expect);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),      cmocka_unit_test(test_torn),
        cmocka_unit_test(test_long),       cmocka_unit_test(test_many),
        cmocka_unit_test(test_first_line), cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
