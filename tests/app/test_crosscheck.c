// test_crosscheck.c - the command crosscheck: what it reads, what it refuses,
// and its exit status. The verdicts themselves are tested in crosscheck/.

#include "run.h"

#include <jansson.h>
#include <string.h>

#define FIRST "rc-trace\t1\n"
#define MADE "new\t0x10\t1\tlist\t48\t/p/unit.c\t4\tone\tobj_new\n"
#define LEAK "leak\t0x10\t1\t1\t1\n"
#define END "end\t0x10\t1\t/p/unit.c\t9\tmain\tobj_decref\n"
#define FINISH "finish\t0\t0\n"

static void write_project(struct fixture *f)
{
    struct ran r;

    write_file(f, "unit.c", "#include \"mini.h\"\n" LEAKS("one"));
    write_file(f, "bad.trace", FIRST MADE LEAK FINISH);
    write_file(f, "good.trace", FIRST MADE END FINISH);
    write_file(f, "cut.trace", FIRST MADE);
    write_file(f, "damaged.trace", FIRST "what\n" MADE END FINISH);
    write_file(f, "no.trace", "nothing\n");
    write_file(f, "empty.jsonl", "");
    r = run(f, "check --exit-zero -q --format=jsonl -o report.jsonl unit.c" MINI
               "-- -I.");
    expect_status(&r, 0);
    write_file(f, "half.jsonl",
               arena_printf(&f->arena, "%s{\"file\":\"a.c\"}\nno\n",
                            read_back(f, "report.jsonl")));
}

static void test_status(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *args;
        int status;
        const char *out, *err;
    } cases[] = {
        {"report.jsonl bad.trace", 1,
         "warning: confirmed: ", "1 finding: 1 confirmed\n"},
        {"report.jsonl bad.trace --exit-zero", 0, "warning: confirmed: ", ""},
        {"report.jsonl good.trace", 0,
         "remark: not reached: ", "1 finding: 1 not reached\n"},
        {"empty.jsonl bad.trace", 1,
         "warning: only in the run: ", "0 findings; 1 more only in the run\n"},
        {"empty.jsonl good.trace", 0, "", "0 findings\n"},
        {"report.jsonl cut.trace", 0, "not reached",
         "cut.trace:2: the trace ends before the program did"},
        {"report.jsonl damaged.trace", 3, "not reached",
         "damaged.trace:2: this line is no event"},
        {"half.jsonl bad.trace", 3, "confirmed",
         "half.jsonl:2: not a finding: \"line\" is missing or wrong"},
        {"half.jsonl bad.trace", 3, "confirmed", "half.jsonl:3: not a finding"},
        {"report.jsonl", 2, "", "crosscheck: name a report"},
        {"", 2, "", "crosscheck: name a report"},
        {"none.jsonl bad.trace", 2, "", "none.jsonl: cannot open"},
        {"report.jsonl none.trace", 2, "", "none.trace: cannot read"},
        {"report.jsonl no.trace", 2, "", "no.trace:1: this is no trace"},
        {"report.jsonl empty.jsonl", 2, "", "this trace is empty"},
        {"report.jsonl .git", 2, "", ".git: cannot read: Is a directory"},
        {"bad.trace report.jsonl", 2, "", "report.jsonl:1: this is no trace"},
    };

    write_project(f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ran r =
            run(f, arena_printf(&f->arena, "crosscheck %s", cases[i].args));

        expect_status(&r, cases[i].status);
        expect_out(&r, cases[i].out);
        expect_err(&r, cases[i].err);
        if (!*cases[i].out)
            assert_string_equal(r.out, "");
    }
}

// Its own keys stand behind those of a report, which it can read again.
static void test_jsonl(void **state)
{
    struct fixture *f = *state;
    struct ran r;
    json_error_t error;
    json_t *line;

    write_project(f);
    r = run(f, "crosscheck -q --format=jsonl -o out.jsonl report.jsonl "
               "bad.trace");
    expect_status(&r, 1);
    assert_string_equal(r.err, "");
    line =
        json_loads(read_back(f, "out.jsonl"), JSON_DISABLE_EOF_CHECK, &error);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "verdict")),
                        "confirmed");
    assert_string_equal(json_string_value(json_object_get(line, "rule")),
                        "leak");
    assert_int_equal(json_array_size(json_object_get(line, "run")), 2);
    assert_int_equal(json_integer_value(json_object_get(
                         json_object_get(line, "reached"), "origin")),
                     1);
    json_decref(line);
    r = run(f, "crosscheck -q out.jsonl bad.trace");
    expect_status(&r, 1);
    expect_out(&r, "unit.c:6:5: warning: confirmed: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_status, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_jsonl, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
