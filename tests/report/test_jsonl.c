// test_jsonl.c - report/jsonl.c: the output contract for programs.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <string.h>

#include "capture.h"
#include "report/report.h"

static const struct report_options options = {.root = "/p", .cwd = "/p/src"};

static void print_one(struct capture *c, const struct finding *f)
{
    struct finding items[] = {*f};
    struct finding_list list = {items, 1, 1};
    FILE *out = capture_begin(c);

    report_jsonl(out, &list, &options);
    assert_int_equal(fclose(out), 0);
}

static void test_golden(void **state)
{
    struct trail_step trail[] = {
        {"src/a.c", 1, 2, "new reference"},
        {"include/b.h", 3, 4, "the function ends"},
    };
    struct finding items[] = {
        {.file = "src/a.c",
         .line = 5,
         .col = 6,
         .function = "f",
         .rule = RULE_LEAK,
         .tier = TIER_LIKELY,
         .only_oom = true,
         .text = "list is never released",
         .object = "list",
         .origin = "PyList_New(0)",
         .ntrail = 2,
         .trail = trail,
         .fingerprint = "0123456789abcdef"},
        {.file = "/usr/include/b.h",
         .line = 7,
         .col = 8,
         .function = "g",
         .rule = RULE_OVER_DECREF,
         .text = "t",
         .object = "",
         .origin = "",
         .fingerprint = "fedcba9876543210"},
    };
    struct finding_list list = {items, 2, 2};
    struct capture c;
    FILE *out = capture_begin(&c);

    (void)state;
    report_jsonl(out, &list, &options);
    capture_expect(
        out, &c,
        "{\"file\":\"a.c\",\"line\":5,\"column\":6,\"function\":\"f\","
        "\"rule\":\"leak\",\"tier\":\"likely\",\"message\":\"list is never "
        "released (only when memory runs out)\",\"object\":\"list\","
        "\"trail\":[{\"file\":\"a.c\",\"line\":1,\"column\":2,\"message\":"
        "\"new reference\"},{\"file\":\"/p/include/b.h\",\"line\":3,"
        "\"column\":4,\"message\":\"the function ends\"}],"
        "\"fingerprint\":\"0123456789abcdef\",\"only_oom\":true,"
        "\"in_setup\":false,\"origin\":\"PyList_New(0)\"}\n"
        "{\"file\":\"/usr/include/b.h\",\"line\":7,\"column\":8,"
        "\"function\":\"g\",\"rule\":\"over-decref\",\"tier\":\"certain\","
        "\"message\":\"t\",\"object\":\"\",\"trail\":[],"
        "\"fingerprint\":\"fedcba9876543210\",\"only_oom\":false,"
        "\"in_setup\":false,\"origin\":\"\"}\n");
}

static void test_nothing(void **state)
{
    struct finding_list list = {0};
    struct capture c;
    FILE *out = capture_begin(&c);

    (void)state;
    report_jsonl(out, &list, &options);
    capture_expect(out, &c, "");
}

// Whatever a string holds, the line can be read and printed.
static void test_strings(void **state)
{
    static const struct {
        const char *text, *expect;
    } cases[] = {
        {"\"a\\b\"", "\"a\\b\""},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"line\nline", "line\nline"},
        {"\x1b[31m", "\x1b[31m"},
        {"\xe2\x80\xae", "\xe2\x80\xae"},
        {"latin \xe9!", "latin \xef\xbf\xbd!"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *s = cases[i].text;
        struct trail_step step = {"a.c", 1, 1, s};
        struct finding f = {.file = "a.c",
                            .function = s,
                            .text = s,
                            .rule = RULE_LEAK,
                            .object = s,
                            .origin = s,
                            .ntrail = 1,
                            .trail = &step};
        struct capture c;
        json_error_t error;
        json_t *line;
        const json_t *first;

        print_one(&c, &f);
        for (size_t k = 0; k + 1 < c.size; k++)
            assert_true(c.text[k] >= ' ' && c.text[k] <= '~');
        line = json_loads(c.text, 0, &error);
        assert_non_null(line);
        first = json_array_get(json_object_get(line, "trail"), 0);
        assert_string_equal(json_string_value(json_object_get(line, "message")),
                            cases[i].expect);
        assert_string_equal(json_string_value(json_object_get(line, "object")),
                            cases[i].expect);
        assert_string_equal(
            json_string_value(json_object_get(first, "message")),
            cases[i].expect);
        json_decref(line);
        free(c.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_strings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
