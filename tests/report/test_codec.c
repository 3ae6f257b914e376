// test_codec.c - report/codec.c: a finding comes back as it went.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "report/report.h"

static void expect_equal(const struct finding *a, const struct finding *b)
{
    assert_string_equal(a->file, b->file);
    assert_int_equal(a->line, b->line);
    assert_int_equal(a->col, b->col);
    assert_string_equal(a->function, b->function);
    assert_int_equal(a->rule, b->rule);
    assert_int_equal(a->tier, b->tier);
    assert_int_equal(a->only_oom, b->only_oom);
    assert_int_equal(a->in_setup, b->in_setup);
    assert_string_equal(a->text, b->text);
    assert_string_equal(a->object, b->object);
    assert_string_equal(a->origin, b->origin);
    assert_string_equal(a->fingerprint, b->fingerprint);
    assert_int_equal(a->ntrail, b->ntrail);
    for (uint32_t i = 0; i < a->ntrail; i++) {
        assert_string_equal(a->trail[i].file, b->trail[i].file);
        assert_int_equal(a->trail[i].line, b->trail[i].line);
        assert_int_equal(a->trail[i].col, b->trail[i].col);
        assert_string_equal(a->trail[i].text, b->trail[i].text);
    }
}

static void round_trip(const struct finding *f)
{
    struct arena a = {0};
    struct finding back;
    struct err err = {0};
    char *line = finding_encode(&a, f);

    for (const char *s = line; *s; s++)
        assert_true(*s >= ' ' && *s <= '~'); // one line, safe to look at
    assert_int_equal(finding_decode(&a, line, &back, &err), 0);
    expect_equal(f, &back);
    arena_release(&a);
}

static void test_all_fields(void **state)
{
    struct trail_step trail[] = {
        {"a.c", 1, 2, "new reference"},
        {"/usr/include/b.h", UINT32_MAX, 0, "released"},
    };
    struct finding f = {.file = "src/a.c",
                        .line = 3,
                        .col = UINT32_MAX,
                        .function = "f",
                        .rule = RULE_NULL_USE,
                        .tier = TIER_AUDIT,
                        .only_oom = true,
                        .text = "text",
                        .object = "list",
                        .origin = "g()",
                        .ntrail = 2,
                        .trail = trail,
                        .fingerprint = "0123456789abcdef"};

    (void)state;
    round_trip(&f);
    f.only_oom = false;
    f.in_setup = true;
    f.tier = TIER_LIKELY;
    f.fingerprint[0] = '\0';
    f.ntrail = 0;
    round_trip(&f);
}

static void test_rules(void **state)
{
    (void)state;
    for (int r = RULE_NONE + 1; r < RULES; r++) {
        struct finding f = {.file = "a.c",
                            .function = "f",
                            .text = "t",
                            .object = "",
                            .origin = "",
                            .rule = (enum rule)r};

        round_trip(&f);
    }
}

static void test_strings(void **state)
{
    static const char *const strings[] = {
        "",
        "\"quoted\" \\ /",
        "\t\n\r\x01\x1b[31m\x7f",
        "caf\xc3\xa9 \xe6\x96\x87 \xf0\x9f\x90\x8d",
        "\xff\xfe latin \xe9",
        "cut \xe6\x96",
        "\xc0\x80\xed\xa0\x80",
        "\xef\x9e\x80\xef\x9f\xbf", // the code points that stand for bytes
        "\xef\xbf\xbd\xee\x80\x80", // others near them
    };

    (void)state;
    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        const char *s = strings[i];
        struct trail_step trail[] = {{s, 1, 1, s}};
        struct finding f = {.file = s,
                            .function = s,
                            .text = s,
                            .object = s,
                            .origin = s,
                            .rule = RULE_LEAK,
                            .ntrail = 1,
                            .trail = trail};

        print_message("%zu\n", i);
        round_trip(&f);
    }
}

// A line that is right, with one part of it replaced.
static void test_errors(void **state)
{
    static const char good[] =
        "{\"file\":\"a.c\",\"line\":1,\"column\":2,\"function\":\"f\","
        "\"rule\":\"leak\",\"tier\":\"certain\",\"only_oom\":false,"
        "\"in_setup\":false,\"message\":\"t\",\"object\":\"o\","
        "\"origin\":\"g\",\"trail\":[{\"file\":\"a.c\",\"line\":1,"
        "\"column\":1,\"message\":\"s\"}],\"fingerprint\":\"0\"}";
    static const struct {
        const char *old, *new, *expect;
    } cases[] = {
        {"{\"file\"", "", "not a finding: "},
        {good, "", "not a finding: "},
        {good, "[]", "\"file\""},
        {good, "{}", "\"file\""},
        {"\"a.c\",\"line\":1,\"column\":2", "1", "\"file\""},
        {"\"line\":1,\"column\":2", "\"column\":2", "\"line\""},
        {"\"line\":1,\"column\":2", "\"line\":-1,\"column\":2", "\"line\""},
        {"\"line\":1,\"column\":2", "\"line\":4294967296,\"column\":2",
         "\"line\""},
        {"\"line\":1,\"column\":2", "\"line\":1.5,\"column\":2", "\"line\""},
        {"\"leak\"", "\"leek\"", "\"rule\""},
        {"\"leak\"", "\"none\"", "\"rule\""},
        {"\"certain\"", "\"sure\"", "\"tier\""},
        {"\"only_oom\":false", "\"only_oom\":0", "\"only_oom\""},
        {"\"0\"", "\"0123456789abcdef0\"", "\"fingerprint\""},
        {"[{", "[1,{", "\"trail\""},
        {"\"message\":\"s\"", "\"message\":null", "\"trail\""},
        {"\"trail\":[", "\"trial\":[", "\"trail\""},
    };
    struct arena a = {0};
    struct finding f;
    struct err err = {0};

    (void)state;
    assert_int_equal(finding_decode(&a, good, &f, &err), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *at = strstr(good, cases[i].old);
        char *line;

        print_message("%s -> %s\n", cases[i].old, cases[i].new);
        assert_non_null(at);
        line = arena_printf(&a, "%.*s%s%s", (int)(at - good), good,
                            cases[i].new, at + strlen(cases[i].old));
        f.line = 77;
        assert_int_equal(finding_decode(&a, line, &f, &err), -1);
        assert_int_equal(f.line, 77); // written only on success
        assert_non_null(strstr(err.text, cases[i].expect));
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_fields),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
