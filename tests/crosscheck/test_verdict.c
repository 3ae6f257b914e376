// test_verdict.c - crosscheck/: what traces say of findings, and without one.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crosscheck/crosscheck.h"

#include <stdlib.h>
#include <string.h>

// Lines of a trace. The address of an object is its serial.
#define FIRST "rc-trace\t1\n"
#define PLACE(line, function, call)                                            \
    "\t/p/src/a.c\t" #line "\t" function "\t" call "\n"
#define NEW(id, ...) "new\t0x" #id "\t" #id "\tlist\t48" PLACE(__VA_ARGS__)
#define INCREF(id, n, ...) "incref\t0x" #id "\t" #id "\t" #n PLACE(__VA_ARGS__)
#define DECREF(id, n, ...) "decref\t0x" #id "\t" #id "\t" #n PLACE(__VA_ARGS__)
#define END(id, ...) "end\t0x" #id "\t" #id PLACE(__VA_ARGS__)
#define ERROR(kind, id, ...)                                                   \
    "error\t" kind "\t0x" #id "\t" #id PLACE(__VA_ARGS__)
#define LEAK(id, n, outside) "leak\t0x" #id "\t" #id "\t" #n "\t" #outside "\n"
#define FAIL(...) "fail\t1" PLACE(__VA_ARGS__)
#define FINISH "finish\t0\t0\n"

// What traces of extensions have besides; an object that was there before.
#define PASS(line, function) "pass" PLACE(line, function, "")
#define STEADY(id, serial) "steady\t0x" #id "\t" #serial "\t1\t1\n"
#define THERE(id, serial) "new\t0x" #id "\t" #serial "\tlist\t48\t\t0\t\t\n"
#define TAKEN(id, serial, ...)                                                 \
    "incref\t0x" #id "\t" #serial "\t2" PLACE(__VA_ARGS__)

#define GONE(id, line, function)                                               \
    DECREF(id, 0, line, function, "rc_decref")                                 \
    END(id, line, function, "rc_decref")

// The findings that traces are compared with, all in src/a.c.
static struct trail_step made_at_10[] = {
    {"src/a.c", 10, 1, "rc_list_new() gives a new reference"},
    {"src/a.c", 16, 1, "assuming that rc_int_new() fails"}};
static struct trail_step helped_at_30[] = {
    {"src/a.c", 30, 1, "helper() gives a new reference"}};
static struct trail_step lent_at_40[] = {
    {"src/a.c", 40, 1, "rc_list_at() gives a borrowed reference"}};

static const struct finding leak = {.file = "src/a.c",
                                    .line = 20,
                                    .function = "f",
                                    .rule = RULE_LEAK,
                                    .text = "t",
                                    .object = "",
                                    .origin = "rc_list_new",
                                    .trail = made_at_10,
                                    .ntrail = 1};
static const struct finding oom = {.file = "src/a.c",
                                   .line = 20,
                                   .function = "f",
                                   .rule = RULE_LEAK,
                                   .only_oom = true,
                                   .text = "t",
                                   .object = "",
                                   .origin = "rc_list_new",
                                   .trail = made_at_10,
                                   .ntrail = 2};
static const struct finding helped = {.file = "src/a.c",
                                      .line = 35,
                                      .function = "h",
                                      .rule = RULE_LEAK,
                                      .text = "t",
                                      .object = "",
                                      .origin = "helper",
                                      .trail = helped_at_30,
                                      .ntrail = 1};
static const struct finding twice = {.file = "src/a.c",
                                     .line = 20,
                                     .function = "f",
                                     .rule = RULE_DOUBLE_DECREF,
                                     .text = "t",
                                     .object = "",
                                     .origin = "rc_list_new",
                                     .trail = made_at_10,
                                     .ntrail = 1};
static const struct finding lent = {.file = "src/a.c",
                                    .line = 45,
                                    .function = "b",
                                    .rule = RULE_OVER_DECREF,
                                    .text = "t",
                                    .object = "",
                                    .origin = "rc_list_at",
                                    .trail = lent_at_40,
                                    .ntrail = 1};
static const struct finding stored = {.file = "src/a.c",
                                      .line = 45,
                                      .function = "b",
                                      .rule = RULE_BORROWED_STORE,
                                      .text = "t",
                                      .object = "",
                                      .origin = "rc_list_at",
                                      .trail = lent_at_40,
                                      .ntrail = 1};
static struct trail_step argument_at_40[] = {
    {"src/a.c", 40, 1, "'item' is an argument"},
    {"src/a.c", 42, 1, "'item' is increfed"}};
static const struct finding taken = {.file = "src/a.c",
                                     .line = 45,
                                     .function = "b",
                                     .rule = RULE_LEAK,
                                     .text = "t",
                                     .object = "item",
                                     .origin = "item",
                                     .trail = argument_at_40,
                                     .ntrail = 2};
static const struct finding used = {.file = "src/a.c",
                                    .line = 20,
                                    .function = "f",
                                    .rule = RULE_USE_AFTER_DECREF,
                                    .text = "t",
                                    .object = "",
                                    .origin = "rc_list_new",
                                    .trail = made_at_10,
                                    .ntrail = 1};
static const struct finding mute = {.file = "src/a.c",
                                    .line = 20,
                                    .function = "f",
                                    .rule = RULE_NULL_USE,
                                    .text = "t",
                                    .object = "",
                                    .origin = "rc_list_new",
                                    .trail = made_at_10,
                                    .ntrail = 1};

struct checked {
    struct arena arena;
    struct crosscheck *x;
    struct crosschecked result;
};

static void begin(struct checked *c, const struct finding *findings, size_t n)
{
    struct finding_list *list = arena_new(&c->arena, struct finding_list);

    for (size_t i = 0; i < n; i++)
        finding_add(&c->arena, list, &findings[i]);
    finding_fingerprints(list);
    c->x = crosscheck_new(&c->arena, list, "/elsewhere");
}

static void add_trace(struct checked *c, const char *text)
{
    char *bytes = arena_printf(&c->arena, FIRST "%s", text);
    FILE *in = fmemopen(bytes, strlen(bytes), "rb");
    struct err err;

    assert_non_null(in);
    assert_int_equal(crosscheck_trace(c->x, in, "t.trace", &err), 0);
    fclose(in);
}

// Findings, a trace, and what must be said of the first: its verdict and a
// part of one of its notes.
struct row {
    const char *name;
    const struct finding *finding;
    const char *trace;
    const char *verdict, *note;
    size_t more; // only in the run
};

static const struct row rows[] = {
    {"nothing happened", &leak, FINISH, "not-reached", "no event stands in f()",
     0},
    {"another function of that line", &leak,
     NEW(1, 10, "g", "rc_list_new") LEAK(1, 1, 1) FINISH, "not-reached",
     "no event stands in f()", 1},
    {"the origin was not reached", &leak,
     NEW(1, 12, "f", "rc_list_new") GONE(1, 13, "f") FINISH, "not-reached",
     "at the origin, line 10", 0},
    {"leaked, the exit shows nothing", &leak,
     NEW(1, 10, "f", "rc_list_new") LEAK(1, 1, 1) FINISH, "confirmed",
     "alive at the end with count 1", 0},
    {"leaked by this exit", &leak,
     NEW(1, 10, "f", "rc_list_new") NEW(2, 20, "f", "rc_int_new")
         GONE(2, 3, "main") LEAK(1, 1, 1) FINISH,
     "confirmed", "the list is made here by rc_list_new() in f()", 0},
    {"leaked, but not by this exit", &leak,
     NEW(1, 10, "f", "rc_list_new") NEW(2, 20, "f", "rc_int_new")
         GONE(2, 3, "main") GONE(1, 3, "main") NEW(3, 10, "f", "rc_list_new")
             LEAK(3, 1, 1) FINISH,
     "undecided", "1 of the objects of the origin are alive", 1},
    {"released", &leak,
     NEW(1, 10, "f", "rc_list_new") NEW(2, 20, "f", "rc_int_new")
         GONE(2, 3, "main") GONE(1, 3, "main") FINISH,
     "refuted", "reached once, and every object", 0},
    {"released, but another leaked that the call may have given", &leak,
     NEW(1, 10, "f", "rc_list_new") NEW(3, 50, "deeper", "rc_str_new")
         NEW(2, 20, "f", "rc_int_new") GONE(2, 3, "main") GONE(1, 3, "main")
             LEAK(3, 1, 1) FINISH,
     "undecided", "but others leaked that no finding tells of", 1},
    {"released, the exit shows nothing", &leak,
     NEW(1, 10, "f", "rc_list_new") GONE(1, 3, "main") FINISH, "not-reached",
     "no event stands on the line of this exit", 0},
    {"only held by another that leaked", &leak,
     NEW(1, 10, "f", "rc_list_new") NEW(2, 20, "f", "rc_list_new") LEAK(1, 1, 0)
         LEAK(2, 1, 1) FINISH,
     "undecided", "held by others", 1},
    {"they hold each other", &leak,
     NEW(1, 10, "f", "rc_list_new") LEAK(1, 1, 0) FINISH, "confirmed",
     "0 of the references are in no object", 0},
    {"taken there, not made", &leak,
     NEW(1, 3, "main", "rc_list_new") INCREF(1, 2, 10, "f", "rc_list_new")
         DECREF(1, 1, 4, "main", "rc_decref") LEAK(1, 1, 1) FINISH,
     "confirmed", "1 taken, 0 given back by rc_list_new() in f()", 0},
    {"taken there, and given back", &leak,
     NEW(1, 3, "main", "rc_list_new") INCREF(1, 2, 10, "f", "rc_list_new")
         DECREF(1, 1, 19, "f", "rc_decref") LEAK(1, 1, 1) FINISH,
     "not-reached", "no event stands on the line of this exit", 1},
    {"the call makes, and keeps another", &leak,
     NEW(1, 3, "main", "rc_str_new") NEW(2, 10, "f", "rc_list_new") INCREF(
         1, 2, 10, "f", "rc_list_new") GONE(2, 4, "main") LEAK(1, 1, 1) FINISH,
     "not-reached", "no event stands on the line of this exit", 1},
    {"killed while it was alive", &leak,
     NEW(1, 10, "f", "rc_list_new") NEW(2, 20, "f", "rc_int_new"), "undecided",
     "1 of the objects of the origin were not seen to their end", 0},
    {"memory never ran out", &oom,
     NEW(1, 10, "f", "rc_list_new") GONE(1, 19, "f") FINISH, "not-reached",
     "no allocation failed", 0},
    {"leaked, but memory never ran out", &oom,
     NEW(1, 10, "f", "rc_list_new") LEAK(1, 1, 1) FINISH, "not-reached",
     "no allocation failed", 1},
    {"leaked without memory", &oom,
     NEW(1, 10, "f", "rc_list_new") FAIL(15, "f", "rc_int_new") LEAK(1, 1, 1)
         FINISH,
     "confirmed", "an allocation is made to fail here by rc_int_new()", 0},
    {"released without memory", &oom,
     NEW(1, 10, "f", "rc_list_new") FAIL(15, "f", "rc_int_new") GONE(1, 18, "f")
         FINISH,
     "refuted", "reached once", 0},
    {"another call failed", &oom,
     NEW(1, 10, "f", "rc_list_new") FAIL(15, "f", "rc_str_new") LEAK(1, 1, 1)
         FINISH,
     "not-reached", "no allocation failed", 1},
    {"the call of that name before failed", &oom,
     NEW(1, 10, "f", "rc_list_new") NEW(2, 15, "f", "rc_int_new")
         GONE(2, 19, "f") NEW(3, 10, "f", "rc_list_new")
             FAIL(12, "f", "rc_int_new") LEAK(3, 1, 1) FINISH,
     "not-reached", "no allocation failed", 1},
    {"of a helper that nobody else calls", &helped,
     NEW(1, 5, "helper", "rc_list_new") NEW(2, 35, "h", "rc_int_new")
         GONE(2, 3, "main") LEAK(1, 1, 1) FINISH,
     "confirmed", "in helper()", 0},
    {"of a helper, called by another", &helped,
     NEW(1, 5, "helper", "rc_list_new") LEAK(1, 1, 1) FINISH, "not-reached",
     "no event stands in h()", 1},
    {"of a helper, used by another", &helped,
     NEW(1, 5, "helper", "rc_list_new") INCREF(1, 2, 50, "g", "rc_incref")
         DECREF(1, 1, 51, "g", "rc_decref") NEW(2, 35, "h", "rc_int_new")
             GONE(2, 3, "main") LEAK(1, 1, 1) FINISH,
     "undecided", "did not come to this exit", 1},
    {"the second release", &twice,
     NEW(1, 10, "f", "rc_list_new") GONE(1, 19, "f")
         ERROR("double-decref", 1, 20, "f", "rc_decref") FINISH,
     "confirmed", "it is freed by rc_decref() in f()", 0},
    {"no second release", &twice,
     NEW(1, 10, "f", "rc_list_new") GONE(1, 20, "f") FINISH, "refuted",
     "reached once, without an error", 0},
    {"an error of another kind", &twice,
     NEW(1, 10, "f", "rc_list_new") GONE(1, 20, "f")
         ERROR("thread", 1, 20, "f", "rc_decref") FINISH,
     "refuted", "reached once, without", 1},
    {"an error elsewhere, of an object that came by", &lent,
     NEW(1, 3, "main", "rc_list_new") GONE(1, 45, "b")
         ERROR("use-after-free", 1, 4, "main", "rc_list_at") FINISH,
     "confirmed", "use-after-free by rc_list_at() in main()", 0},
    {"an error elsewhere, of another object", &lent,
     NEW(1, 3, "main", "rc_list_new") GONE(1, 45, "b")
         NEW(2, 3, "main", "rc_list_new") GONE(2, 4, "main")
             ERROR("use-after-free", 2, 5, "main", "rc_list_at") FINISH,
     "refuted", "without an error", 1},
    {"what shows later cannot be refuted", &stored,
     NEW(1, 45, "b", "rc_list_new") GONE(1, 3, "main") FINISH, "undecided",
     "may show elsewhere", 0},
    {"the exit is a return", &leak,
     NEW(1, 10, "f", "rc_list_new") PASS(20, "f") GONE(1, 3, "main") FINISH,
     "refuted", "reached once, and every object", 0},
    {"an argument that is increfed", &taken,
     THERE(1, 1) TAKEN(1, 1, 42, "b", "rc_incref") PASS(45, "b") LEAK(1, 2, 1)
         FINISH,
     "confirmed", "1 taken, 0 given back by rc_incref() in b()", 0},
    {"it has no more references than earlier", &leak,
     THERE(1, 1) TAKEN(1, 1, 10, "f", "rc_list_new") PASS(20, "f") STEADY(1, 1)
         FINISH,
     "refuted", "reached once", 0},
    {"the same, told of anew", &leak,
     THERE(1, 1) TAKEN(1, 1, 10, "f", "rc_list_new") PASS(20, "f") THERE(1, 2)
         TAKEN(1, 2, 10, "f", "rc_list_new") PASS(20, "f") STEADY(1, 2) FINISH,
     "refuted", "reached 2 times", 0},
    {"taken early, and elsewhere later", &leak,
     THERE(1, 1) TAKEN(1, 1, 10, "f", "rc_list_new") PASS(20, "f") THERE(1, 2)
         TAKEN(1, 2, 50, "g", "rc_incref") STEADY(1, 2) FINISH,
     "undecided", "not seen to their end", 0},
    {"a leak of what was there before", &leak,
     THERE(1, 1) TAKEN(1, 1, 50, "g", "rc_incref") LEAK(1, 2, 1) FINISH,
     "not-reached", "no event stands in f()", 1},
    {"a use that need not show", &used,
     NEW(1, 10, "f", "rc_list_new") GONE(1, 19, "f") PASS(20, "f") FINISH,
     "undecided", "do not show every use", 0},
    {"what leaves nothing in a trace", &mute,
     NEW(1, 10, "f", "rc_list_new") GONE(1, 20, "f") FINISH, "undecided",
     "leaves nothing", 0},
};

static bool has_note(const struct crossed *c, const char *part)
{
    for (size_t i = 0; i < c->nrun; i++)
        if (strstr(c->run[i].text, part))
            return true;
    return false;
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct row *row = &rows[i];
        struct checked c = {.x = NULL};
        const struct crossed *first;

        print_message("%s\n", row->name);
        begin(&c, row->finding, 1);
        add_trace(&c, row->trace);
        crosscheck_finish(c.x, &c.result);
        first = &c.result.items[0];
        assert_string_equal(verdict_name(first->verdict), row->verdict);
        if (!has_note(first, row->note))
            fail_msg("no note says '%s', but '%s'", row->note,
                     first->run[0].text);
        assert_int_equal(c.result.count - 1, row->more);
        assert_int_equal(crosscheck_is_bad(&c.result),
                         row->more || strcmp(row->verdict, "confirmed") == 0);
        arena_release(&c.arena);
    }
}

// Several traces add up; objects of one are not those of the next.
static void test_traces(void **state)
{
    struct checked c = {.x = NULL};

    (void)state;
    begin(&c, &leak, 1);
    add_trace(&c, NEW(1, 10, "f", "rc_list_new"));
    add_trace(&c, LEAK(1, 1, 1) FINISH);
    add_trace(&c, NEW(1, 10, "f", "rc_list_new") LEAK(1, 1, 1) FINISH);
    crosscheck_finish(c.x, &c.result);
    assert_int_equal(c.result.traces, 3);
    assert_int_equal(c.result.events, 6);
    assert_int_equal(c.result.sites, 1);
    assert_int_equal(c.result.items[0].verdict, VERDICT_CONFIRMED);
    assert_int_equal(c.result.items[0].reached.origin, 2);
    assert_int_equal(c.result.items[0].reached.alive, 1);
    arena_release(&c.arena);
}

// Only what no finding says, each once, in order.
static void test_only_in_run(void **state)
{
    struct checked c = {.x = NULL};
    const struct crossed *items;

    (void)state;
    begin(&c, &leak, 1);
    add_trace(&c, NEW(1, 10, "f", "rc_list_new") NEW(2, 7, "g", "rc_list_new")
                      NEW(3, 7, "g", "rc_list_new") GONE(3, 8, "g")
                          ERROR("double-decref", 3, 9, "g", "rc_decref")
                              ERROR("double-decref", 3, 9, "g", "rc_decref")
                                  NEW(4, 6, "g", "rc_list_new") LEAK(4, 1, 1)
                                      LEAK(2, 1, 1) LEAK(1, 1, 1) FINISH);
    crosscheck_finish(c.x, &c.result);
    items = c.result.items;
    assert_int_equal(c.result.count, 4);
    assert_int_equal(items[0].verdict, VERDICT_CONFIRMED);
    assert_int_equal(items[1].finding.line, 6);
    assert_string_equal(items[1].rule, "leak");
    assert_string_equal(items[1].finding.file, "src/a.c");
    assert_int_equal(items[2].finding.line, 7);
    assert_string_equal(items[2].finding.text, "1 object made in g() leaked");
    assert_int_equal(items[3].finding.line, 9);
    assert_string_equal(items[3].rule, "double-decref");
    assert_string_equal(items[3].finding.text, "2 errors in g()");
    arena_release(&c.arena);
}

static void expect_complaint(const struct checked *c, size_t i, bool is_damage,
                             const char *part)
{
    size_t n;
    const struct complaint *all = crosscheck_complaints(c->x, &n);

    assert_true(i < n);
    print_message("%s\n", all[i].text);
    assert_int_equal(all[i].is_damage, is_damage);
    assert_non_null(strstr(all[i].text, part));
}

static void test_complaints(void **state)
{
    struct checked c = {.x = NULL};

    (void)state;
    begin(&c, &leak, 1);
    add_trace(&c, NEW(1, 10, "f", "rc_list_new") "new\n" NEW(
                      2, 20, "f", "rc_int_new") GONE(2, 3, "main")
                      GONE(1, 3, "main") "end\t0x1\t1\tno place\n" FINISH);
    add_trace(&c, NEW(1, 10, "f", "rc_list_new") "fin");
    add_trace(&c, LEAK(1, 1, 1) FINISH);
    crosscheck_finish(c.x, &c.result);
    expect_complaint(&c, 0, true, "t.trace:3: this line is no event");
    expect_complaint(&c, 1, true, "t.trace:9: this is no place");
    expect_complaint(&c, 2, false, "t.trace:3: the trace ends within a line");
    expect_complaint(&c, 3, false, "made before the trace");
    // Silence proves nothing now.
    assert_int_equal(c.result.items[0].verdict, VERDICT_UNDECIDED);
    arena_release(&c.arena);
}

// What is not clear is said and left out.
static void test_files(void **state)
{
    static const char other[] = "new\t0x1\t1\tlist\t48\ta.c\t10\tf\trc_list_new"
                                "\nleak\t0x1\t1\t1\t1\n" FINISH;
    struct finding two[] = {leak, leak};
    struct checked c = {.x = NULL};

    (void)state;
    two[1].file = "lib/a.c";
    begin(&c, two, 2);
    add_trace(&c, other);
    crosscheck_finish(c.x, &c.result);
    expect_complaint(&c, 0, false,
                     "a.c in the traces may be src/a.c or lib/a.c");
    assert_int_equal(c.result.items[0].verdict, VERDICT_NOT_REACHED);
    assert_int_equal(c.result.items[1].verdict, VERDICT_NOT_REACHED);
    assert_int_equal(c.result.count, 3);
    arena_release(&c.arena);

    c = (struct checked){.x = NULL};
    begin(&c, &leak, 1);
    add_trace(&c, other);
    add_trace(&c, NEW(1, 10, "f", "rc_list_new") FINISH);
    add_trace(&c, "fail\t1\t/q/src/a.c\t10\tf\tx\n" FINISH);
    crosscheck_finish(c.x, &c.result);
    assert_int_equal(c.result.items[0].verdict, VERDICT_CONFIRMED);
    arena_release(&c.arena);
}

static void test_summary(void **state)
{
    struct checked c = {.x = NULL};
    struct finding two[] = {leak, lent};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    begin(&c, two, 2);
    add_trace(&c, NEW(1, 10, "f", "rc_list_new") NEW(2, 7, "g", "rc_list_new")
                      LEAK(1, 1, 1) LEAK(2, 1, 1) FINISH);
    crosscheck_finish(c.x, &c.result);
    crosscheck_summary(out, &c.result);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(
        text, "2 findings: 1 confirmed, 1 not reached; 1 more only in the run\n"
              "of the findings 1 were seen at their function, 1 at their "
              "origin, 0 at their exit; 5 events at 2 places in 1 trace\n");
    free(text);
    arena_release(&c.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),        cmocka_unit_test(test_traces),
        cmocka_unit_test(test_only_in_run), cmocka_unit_test(test_complaints),
        cmocka_unit_test(test_files),       cmocka_unit_test(test_summary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
