// test_text.c - report/text.c: what people and editors see.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "report/report.h"

static struct trail_step trail[] = {
    {"src/a.c", 2, 22, "new reference"},
    {"src/a.c", 4, 9, "item is assumed to be NULL"},
    {"include/b.h", 7, 1, "through here"},
    {"src/a.c", 5, 5, "the function ends"},
};

static const struct finding leak = {.file = "src/a.c",
                                    .line = 5,
                                    .col = 9,
                                    .function = "f",
                                    .rule = RULE_LEAK,
                                    .text = "list is never released",
                                    .object = "list",
                                    .origin = "PyList_New(0)",
                                    .ntrail = 4,
                                    .trail = trail};

static void expect_text(const struct finding *f,
                        const struct report_options *options,
                        const char *expect)
{
    struct finding items[] = {*f};
    struct finding_list list = {items, 1, 1};
    struct capture c;
    FILE *out = capture_begin(&c);

    report_text(out, &list, options);
    capture_expect(out, &c, expect);
}

static void test_plain(void **state)
{
    static const struct report_options options = {.root = "/p", .cwd = "/p"};

    (void)state;
    expect_text(&leak, &options,
                "src/a.c:5:9: warning: list is never released [leak]\n"
                "src/a.c:2:22: note: new reference\n"
                "src/a.c:4:9: note: item is assumed to be NULL\n"
                "include/b.h:7:1: note: through here\n"
                "src/a.c:5:5: note: the function ends\n");
}

static void test_color(void **state)
{
    static const struct report_options options = {
        .root = "/p", .cwd = "/p", .color = true};
    struct finding f = leak;

    (void)state;
    f.ntrail = 1;
    expect_text(&f, &options,
                "\033[1msrc/a.c:5:9:\033[0m \033[1;35mwarning:\033[0m "
                "\033[1mlist is never released\033[0m "
                "[\033[1;35mleak\033[0m]\n"
                "\033[1msrc/a.c:2:22:\033[0m \033[1;36mnote:\033[0m "
                "new reference\n");
    f.tier = TIER_AUDIT;
    f.ntrail = 0;
    expect_text(&f, &options,
                "\033[1msrc/a.c:5:9:\033[0m \033[1;34mremark:\033[0m "
                "\033[1maudit: list is never released\033[0m "
                "[\033[1;34mleak\033[0m]\n");
}

static void test_kinds(void **state)
{
    static const struct {
        enum tier tier;
        bool only_oom, in_setup;
        const char *expect;
    } cases[] = {
        {TIER_CERTAIN, false, false, "warning: t [leak]\n"},
        {TIER_LIKELY, false, false, "warning: likely: t [leak]\n"},
        {TIER_AUDIT, false, false, "remark: audit: t [leak]\n"},
        {TIER_CERTAIN, true, false,
         "warning: t (only when memory runs out) [leak]\n"},
        {TIER_CERTAIN, false, true,
         "warning: t (in code that runs once) [leak]\n"},
        {TIER_LIKELY, true, true,
         "warning: likely: t (only when memory runs out, in code that runs "
         "once) [leak]\n"},
    };
    static const struct report_options options = {.root = "/p", .cwd = "/p"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct finding f = {.file = "a.c",
                            .line = 1,
                            .col = 2,
                            .rule = RULE_LEAK,
                            .text = "t",
                            .tier = cases[i].tier,
                            .only_oom = cases[i].only_oom,
                            .in_setup = cases[i].in_setup};

        expect_text(&f, &options,
                    arena_printf(&a, "a.c:1:2: %s", cases[i].expect));
        arena_release(&a);
    }
}

static void test_paths(void **state)
{
    static const struct {
        const char *file, *root, *cwd, *expect;
    } cases[] = {
        {"src/a.c", "/p", "/p", "src/a.c"},
        {"src/a.c", "/p", "/p/src", "a.c"},
        {"src/a.c", "/p", "/", "p/src/a.c"},
        {"src/a.c", "/p", "/q", "/p/src/a.c"},
        {"src/a.c", "/p", "/p/build", "/p/src/a.c"},
        {"/usr/include/a.h", "/p", "/p", "/usr/include/a.h"},
        {"/p/a.c", "/q", "/p", "a.c"},
        {"src/a.c", NULL, NULL, "src/a.c"},
        {"src/a.c", "/p", NULL, "/p/src/a.c"},
        {"<built-in>", "/p", "/p", "<built-in>"},
        {"\x1b[31m/a.c", "/p", "/p", "<U+001B>[31m/a.c"},
        {"caf\xc3\xa9\xff.c", "/p", "/p", "caf\xc3\xa9<FF>.c"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct report_options options = {.root = cases[i].root,
                                         .cwd = cases[i].cwd};
        struct arena a = {0};
        struct finding f = {.file = cases[i].file,
                            .line = 1,
                            .col = 2,
                            .rule = RULE_LEAK,
                            .text = "t"};

        print_message("%s\n", cases[i].expect);
        expect_text(
            &f, &options,
            arena_printf(&a, "%s:1:2: warning: t [leak]\n", cases[i].expect));
        arena_release(&a);
    }
}

static void test_places(void **state)
{
    static const struct report_options options = {.root = "/p", .cwd = "/p"};
    struct finding f = {.file = "a.c", .rule = RULE_LEAK, .text = "t"};

    (void)state;
    expect_text(&f, &options, "a.c: warning: t [leak]\n");
    f.line = 3;
    expect_text(&f, &options, "a.c:3: warning: t [leak]\n");
}

static void test_escapes(void **state)
{
    static const struct report_options options = {.root = "/p", .cwd = "/p"};
    struct trail_step step = {"a.c", 1, 1, "x\ny"};
    struct finding f = {.file = "a.c",
                        .line = 1,
                        .col = 2,
                        .rule = RULE_LEAK,
                        .text = "\x1b]0;title\x07",
                        .ntrail = 1,
                        .trail = &step};

    (void)state;
    expect_text(&f, &options,
                "a.c:1:2: warning: <U+001B>]0;title<U+0007> [leak]\n"
                "a.c:1:1: note: x<U+000A>y\n");
}

static void test_max_notes(void **state)
{
    static const struct {
        int max;
        const char *expect;
    } cases[] = {
        {4, "src/a.c:2:22: note: new reference\n"
            "src/a.c:4:9: note: item is assumed to be NULL\n"
            "include/b.h:7:1: note: through here\n"
            "src/a.c:5:5: note: the function ends\n"},
        {3, "src/a.c:2:22: note: new reference\n"
            "src/a.c:4:9: note: item is assumed to be NULL\n"
            "include/b.h:7:1: note: ... 1 more step\n"
            "src/a.c:5:5: note: the function ends\n"},
        {2, "src/a.c:2:22: note: new reference\n"
            "src/a.c:4:9: note: ... 2 more steps\n"
            "src/a.c:5:5: note: the function ends\n"},
        {1, "src/a.c:2:22: note: new reference\n"
            "src/a.c:4:9: note: ... 3 more steps\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct report_options options = {
            .root = "/p", .cwd = "/p", .max_notes = cases[i].max};
        struct arena a = {0};

        print_message("%d\n", cases[i].max);
        expect_text(&leak, &options,
                    arena_printf(&a,
                                 "src/a.c:5:9: warning: list is never "
                                 "released [leak]\n%s",
                                 cases[i].expect));
        arena_release(&a);
    }
}

// Findings are printed in the order of the list.
static void test_order(void **state)
{
    static const struct report_options options = {.root = "/p", .cwd = "/p"};
    struct finding items[] = {
        {.file = "b.c",
         .line = 1,
         .col = 1,
         .rule = RULE_LEAK,
         .text = "x",
         .only_oom = true},
        {.file = "a.c", .line = 1, .col = 1, .rule = RULE_LEAK, .text = "y"},
    };
    struct finding_list list = {items, 2, 2};
    struct capture c;
    FILE *out = capture_begin(&c);

    (void)state;
    report_text(out, &list, &options);
    capture_expect(out, &c,
                   "b.c:1:1: warning: x (only when memory runs out) [leak]\n"
                   "a.c:1:1: warning: y [leak]\n");
}

static void test_excerpt(void **state)
{
    static const char text[] = "int f(void)\n{\n\tg(\"\x1b[31m\");\n}\n";
    char name[] = "refcheck-test-XXXXXX";
    int fd = mkstemp(name);
    char *cwd = getcwd(NULL, 0);
    struct report_options options = {.root = cwd, .cwd = cwd, .excerpt = true};
    struct arena a = {0};
    struct trail_step steps[] = {{name, 1, 5, "here"},
                                 {"none.c", 1, 1, "there"}};
    struct finding f = {.file = name,
                        .line = 3,
                        .col = 2,
                        .rule = RULE_LEAK,
                        .text = "t",
                        .ntrail = 2,
                        .trail = steps};

    (void)state;
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    expect_text(&f, &options,
                arena_printf(&a,
                             "%s:3:2: warning: t [leak]\n"
                             "    3 |         g(\"<U+001B>[31m\");\n"
                             "      |         ^\n"
                             "%s:1:5: note: here\n"
                             "    1 | int f(void)\n"
                             "      |     ^\n"
                             "none.c:1:1: note: there\n",
                             name, name));
    unlink(name);
    free(cwd);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),     cmocka_unit_test(test_color),
        cmocka_unit_test(test_kinds),     cmocka_unit_test(test_paths),
        cmocka_unit_test(test_places),    cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_max_notes), cmocka_unit_test(test_order),
        cmocka_unit_test(test_excerpt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
