// test_read.c - report/read.c: what report_jsonl wrote comes back.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "capture.h"
#include "report/report.h"

static const struct report_options options = {.root = "/p", .cwd = "/p"};

static const char *written(struct arena *a, const struct finding *f)
{
    struct finding items[] = {*f};
    struct finding_list list = {items, 1, 1};
    struct capture c;
    FILE *out = capture_begin(&c);
    const char *line;

    report_jsonl(out, &list, &options);
    assert_int_equal(fclose(out), 0);
    line = arena_strdup(a, c.text);
    free(c.text);
    return line;
}

static void test_back(void **state)
{
    struct trail_step trail[] = {{"a.c", 1, 2, "new"}, {"b.h", 3, 0, "gone"}};
    struct finding f = {.file = "a.c",
                        .line = 5,
                        .col = 6,
                        .function = "f",
                        .rule = RULE_DOUBLE_DECREF,
                        .tier = TIER_LIKELY,
                        .text = "caf\xc3\xa9 \x1b",
                        .object = "o",
                        .origin = "make",
                        .ntrail = 2,
                        .trail = trail,
                        .fingerprint = "0123456789abcdef"};
    struct arena a = {0};

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct finding again;
        struct err err;
        const char *line;

        f.only_oom = i & 1;
        f.in_setup = i & 2;
        line = written(&a, &f);
        assert_int_equal(finding_read(&a, line, &again, &err), 0);
        assert_string_equal(again.text, f.text);
        assert_int_equal(again.only_oom, f.only_oom);
        assert_int_equal(again.ntrail, 2);
        assert_string_equal(written(&a, &again), line);
    }
    arena_release(&a);
}

// A line that is as it must be, with one part replaced by another.
static void test_wrong(void **state)
{
    static const struct {
        const char *part, *instead, *expect;
    } cases[] = {
        {"{", "[", "not a finding: "},
        {"\"line\":5", "\"line\":-1", "\"line\" is missing or wrong"},
        {"\"column\":6", "\"col\":6", "\"column\" is missing or wrong"},
        {"\"leak\"", "\"leek\"", "\"rule\" is missing or wrong"},
        {"certain", "sure", "\"tier\" is missing or wrong"},
        {"\"trail\":[]", "\"trail\":[1]", "\"trail\" is missing or wrong"},
        {"\"0123", "\"x0123", "\"fingerprint\" is missing or wrong"},
        {"\"origin\":\"\"", "\"origins\":1", NULL},
    };
    const struct finding f = {.file = "a.c",
                              .line = 5,
                              .col = 6,
                              .function = "f",
                              .rule = RULE_LEAK,
                              .text = "t",
                              .object = "o",
                              .origin = "",
                              .fingerprint = "0123456789abcdef"};
    struct arena a = {0};
    const char *line = written(&a, &f);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *at = strstr(line, cases[i].part);
        struct finding again;
        struct err err;
        int r;

        print_message("%s\n", cases[i].instead);
        assert_non_null(at);
        r = finding_read(&a,
                         arena_printf(&a, "%.*s%s%s", (int)(at - line), line,
                                      cases[i].instead,
                                      at + strlen(cases[i].part)),
                         &again, &err);
        assert_int_equal(r, cases[i].expect ? -1 : 0);
        if (cases[i].expect)
            assert_non_null(strstr(err.text, cases[i].expect));
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_back),
        cmocka_unit_test(test_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
