// test_verify.c - report/verify.c and expect.c: fixtures against findings.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "capture.h"
#include "report/report.h"

enum { MOST = 3 };

// A finding in short: its trail has one step.
struct found {
    uint32_t line;
    enum rule rule;
    const char *object;
    uint32_t step_line;
    const char *step; // NULL: no trail
};

struct row {
    const char *source;
    struct found found[MOST]; // up to the first without a line
    int count;
    const char *expect;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct arena a = {0};
        struct finding_list list = {0};
        struct capture c;
        FILE *out;

        print_message("%s\n", rows[i].source);
        for (size_t k = 0; k < MOST && rows[i].found[k].line; k++) {
            const struct found *f = &rows[i].found[k];
            struct trail_step *step = arena_new(&a, struct trail_step);
            struct finding full = {.file = "x.c",
                                   .line = f->line,
                                   .col = 1,
                                   .rule = f->rule,
                                   .object = f->object,
                                   .text = "text",
                                   .trail = step};

            *step = (struct trail_step){"x.c", f->step_line, 1, f->step};
            full.ntrail = f->step ? 1 : 0;
            finding_add(&a, &list, &full);
        }
        out = capture_begin(&c);
        assert_int_equal(verify_expectations(out, "x.c", rows[i].source, &list),
                         rows[i].count);
        capture_expect(out, &c, rows[i].expect);
        arena_release(&a);
    }
}

#define LEAK_LIST {.line = 1, .rule = RULE_LEAK, .object = "list"}
#define LEAK_ITEM {.line = 1, .rule = RULE_LEAK, .object = "item"}
#define TWICE_LIST {.line = 1, .rule = RULE_DOUBLE_DECREF, .object = "list"}

static void test_findings(void **state)
{
    static const struct row rows[] = {
        {"", {{0}}, 0, ""},
        {"int x; // leak(list)", {{0}}, 0, ""},
        {"x; // expect: leak(list)", {LEAK_LIST}, 0, ""},
        {"x; // expect:leak ( list ) ", {LEAK_LIST}, 0, ""},
        {"x; /* expect: leak(list) */", {LEAK_LIST}, 0, ""},
        {"x; /// expect: leak(list)", {LEAK_LIST}, 0, ""},
        {"x; // expect: leak", {LEAK_LIST}, 0, ""},
        {"x; // expect: leak(list)\r\n", {LEAK_LIST}, 0, ""},
        {"x; // expect: leak(item), double-decref(list)",
         {LEAK_ITEM, TWICE_LIST},
         0,
         ""},
        {"/* expect: leak(item) */ x; // expect: double-decref",
         {LEAK_ITEM, TWICE_LIST},
         0,
         ""},
        {"x; // expect: leak, leak(list)", {LEAK_LIST, LEAK_ITEM}, 0, ""},
        {"x; // expect: leak(p->items[f(a, b)])",
         {{.line = 1, .rule = RULE_LEAK, .object = "p->items[f(a, b)]"}},
         0,
         ""},
        {"x; // expect: leak()",
         {{.line = 1, .rule = RULE_LEAK, .object = ""}},
         0,
         ""},
        // missing
        {"x; // expect: leak(list)",
         {{0}},
         1,
         "x.c:1: expected leak(list), found nothing\n"},
        {"x; // expect: leak",
         {{0}},
         1,
         "x.c:1: expected leak, found nothing\n"},
        {"x; // expect: leak, leak",
         {LEAK_LIST},
         1,
         "x.c:1: expected leak, found nothing\n"},
        // unexpected
        {"x;", {LEAK_LIST}, 1, "x.c:1: unexpected leak(list): text\n"},
        {"x;",
         {{.line = 7, .rule = RULE_LEAK, .object = ""}},
         1,
         "x.c:7: unexpected leak: text\n"},
        {"x; // expect: leak",
         {LEAK_LIST, LEAK_ITEM},
         1,
         "x.c:1: unexpected leak(item): text\n"},
        // both
        {"x; // expect: leak(list)",
         {LEAK_ITEM},
         2,
         "x.c:1: expected leak(list), found nothing\n"
         "x.c:1: unexpected leak(item): text\n"},
        {"x; // expect: leak(list)",
         {TWICE_LIST},
         2,
         "x.c:1: expected leak(list), found nothing\n"
         "x.c:1: unexpected double-decref(list): text\n"},
        {"\nx; // expect: leak(list)",
         {LEAK_LIST},
         2,
         "x.c:1: unexpected leak(list): text\n"
         "x.c:2: expected leak(list), found nothing\n"},
    };

    (void)state;
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_known(void **state)
{
    static const struct row rows[] = {
        {"x; // known-miss: leak(list)", {{0}}, 0, ""},
        {"x; // known-miss: leak(list)",
         {LEAK_LIST},
         1,
         "x.c:1: known-miss leak(list) is found: now works: promote it\n"},
        {"x; // known-miss: leak(list)",
         {LEAK_ITEM},
         1,
         "x.c:1: unexpected leak(item): text\n"},
        {"x; // known-false: leak(list)", {LEAK_LIST}, 0, ""},
        {"x; // known-false: leak(list)",
         {{0}},
         1,
         "x.c:1: known-false leak(list) is gone: now works: remove it\n"},
        {"x; // known-false: leak(list)",
         {LEAK_LIST, LEAK_ITEM},
         1,
         "x.c:1: unexpected leak(item): text\n"},
        {"/* known-miss: leak */ x; // expect: leak", {LEAK_LIST}, 0, ""},
        {"/* known-false: leak */ x; // expect: leak(item)",
         {LEAK_LIST, LEAK_ITEM},
         0,
         ""},
    };

    (void)state;
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

#define LEAK_STEP(at, text)                                                    \
    {.line = 1,                                                                \
     .rule = RULE_LEAK,                                                        \
     .object = "list",                                                         \
     .step_line = (at),                                                        \
     .step = (text)}

static void test_notes(void **state)
{
    static const struct row rows[] = {
        {"// expect: leak\nx; // note: new ref",
         {LEAK_STEP(2, "a new ref.")},
         0,
         ""},
        {"// expect: leak\nx; /* note: new ref */",
         {LEAK_STEP(2, "a new ref.")},
         0,
         ""},
        {"x; // expect: leak // note: new ref",
         {LEAK_STEP(1, "a new ref.")},
         0,
         ""},
        {"x; // note: see // here // expect: leak",
         {LEAK_STEP(1, "see // here")},
         0,
         ""},
        {"// expect: leak\nx; // note: New ref",
         {LEAK_STEP(2, "a new ref.")},
         1,
         "x.c:2: expected note \"New ref\", no step here says so\n"},
        {"// expect: leak\nx; // note: new ref",
         {LEAK_STEP(3, "a new ref.")},
         1,
         "x.c:2: expected note \"new ref\", no step here says so\n"},
        {"// expect: leak\nx; // note: new ref",
         {LEAK_STEP(0, NULL)},
         1,
         "x.c:2: expected note \"new ref\", no step here says so\n"},
        {"x; // expect: leak // note: te", {LEAK_STEP(0, NULL)}, 0, ""},
        // A finding that nobody expected proves no note.
        {"x; // note: new ref",
         {LEAK_STEP(1, "a new ref.")},
         2,
         "x.c:1: expected note \"new ref\", no step here says so\n"
         "x.c:1: unexpected leak(list): text\n"},
        {"x; // known-false: leak // note: new ref",
         {LEAK_STEP(1, "a new ref.")},
         1,
         "x.c:1: expected note \"new ref\", no step here says so\n"},
    };

    (void)state;
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_wrong_comments(void **state)
{
    static const struct row rows[] = {
        {"// expect: leek(list)", {{0}}, 1, "x.c:1: unknown rule \"leek\"\n"},
        {"// known-miss: none", {{0}}, 1, "x.c:1: unknown rule \"none\"\n"},
        {"// expect:", {{0}}, 1, "x.c:1: a rule is expected at \"\"\n"},
        {"// expect: leak,",
         {LEAK_LIST},
         1,
         "x.c:1: a rule is expected at \"\"\n"},
        {"// expect: leak(list", {{0}}, 1, "x.c:1: no ')' for \"(list\"\n"},
        {"// expect: leak(list) here",
         {LEAK_LIST},
         1,
         "x.c:1: ',' or the end is expected at \"here\"\n"},
        {"// expects: leak",
         {{0}},
         1,
         "x.c:1: unknown directive \"expects\"\n"},
        {"// known-bug: leak",
         {{0}},
         1,
         "x.c:1: unknown directive \"known-bug\"\n"},
        {"// note: ", {{0}}, 1, "x.c:1: no text behind \"note:\"\n"},
        {"// expect: \x1b[31m",
         {{0}},
         1,
         "x.c:1: a rule is expected at \"<U+001B>[31m\"\n"},
    };

    (void)state;
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

// What is a comment, and on which line.
static void test_comments(void **state)
{
    static const struct row rows[] = {
        {"char *s = \"// expect: leak\";", {{0}}, 0, ""},
        {"char *s = \"\\\"// expect: leak\";", {{0}}, 0, ""},
        {"c = '\"'; // expect: leak", {LEAK_LIST}, 0, ""},
        {"c = '\\''; // expect: leak", {LEAK_LIST}, 0, ""},
        {"#error don't // expect: leak", {{0}}, 0, ""},
        {"// don't\nx; // expect: leak",
         {{0}},
         1,
         "x.c:2: expected leak, found nothing\n"},
        {"s = \"a\\\nb\"; // expect: leak",
         {{0}},
         1,
         "x.c:2: expected leak, found nothing\n"},
        {"/* a\n * expect: leak\n */",
         {{0}},
         1,
         "x.c:2: expected leak, found nothing\n"},
        {"/* a\n */ // expect: leak",
         {{0}},
         1,
         "x.c:2: expected leak, found nothing\n"},
        {"/* open\n expect: leak",
         {{0}},
         1,
         "x.c:2: expected leak, found nothing\n"},
        {"/* we expect: leak */ /* Note: x */ // I note: y", {{0}}, 0, ""},
        {"a / b // expect: leak", {LEAK_LIST}, 0, ""},
        {"/", {{0}}, 0, ""},
        {"\"", {{0}}, 0, ""},
        {"'\\", {{0}}, 0, ""},
    };

    (void)state;
    check_rows(rows, sizeof(rows) / sizeof(*rows));
}

// Findings in other files of the run are not this file's business.
static void test_other_files(void **state)
{
    struct trail_step steps[] = {{"y.h", 1, 1, "new ref"}};
    struct finding items[] = {
        {.file = "y.h",
         .line = 1,
         .rule = RULE_LEAK,
         .object = "list",
         .text = "t"},
        {.file = "x.c",
         .line = 1,
         .rule = RULE_LEAK,
         .object = "list",
         .text = "t",
         .ntrail = 1,
         .trail = steps},
    };
    struct finding_list list = {items, 2, 2};
    struct finding_list other = {items, 1, 1};
    struct capture c;
    FILE *out = capture_begin(&c);

    (void)state;
    assert_int_equal(verify_expectations(out, "x.c", "x;", &other), 0);
    assert_int_equal(
        verify_expectations(out, "x.c", "x; // expect: leak", &other), 1);
    assert_int_equal(verify_expectations(out, "x.c",
                                         "x; // expect: leak // note: new ref",
                                         &list),
                     1);
    capture_expect(out, &c,
                   "x.c:1: expected leak, found nothing\n"
                   "x.c:1: expected note \"new ref\", no step here says so\n");
}

// A trail is there to be read.
static void test_empty_steps(void **state)
{
    struct trail_step steps[] = {{"x.c", 2, 1, "new ref"}, {"x.c", 3, 1, ""}};
    struct finding item = {.file = "x.c",
                           .line = 1,
                           .rule = RULE_LEAK,
                           .object = "list",
                           .text = "t",
                           .ntrail = 2,
                           .trail = steps};
    struct finding_list list = {&item, 1, 1};
    struct capture c;
    FILE *out = capture_begin(&c);

    (void)state;
    assert_int_equal(
        verify_expectations(out, "x.c", "x; // expect: leak(list)", &list), 1);
    capture_expect(out, &c, "x.c:3: a step of leak(list) says nothing\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_notes),
        cmocka_unit_test(test_wrong_comments),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_empty_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
