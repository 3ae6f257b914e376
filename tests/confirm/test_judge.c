// test_judge.c - observe.c and judge.c: what a driver prints, and whether it is
// what was found.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge.h"

#include "base/buf.h"

#include <string.h>

#define AT(line, function) "\t/x/f.c\t" line "\t" function "\tcall\n"
#define OUTSIDE "\tdrive.c\t9\tdrive_new\trc_decref\n"

static void observe_text(struct arena *a, const char *text, struct seen *ret)
{
    struct observer *o = observer_new(a, "f.c", ret);

    while (*text) {
        size_t n = strcspn(text, "\n");

        observer_line(o, arena_strndup(a, text, n));
        text += n + (text[n] == '\n');
    }
    observer_end(o);
}

static void test_observed(void **state)
{
    static const struct {
        const char *what, *text, *expect;
    } cases[] = {
        {"nothing", "run\tf\nrc-trace\t1\nfinish\t0\t0\n", ""},
        {"a leak of what was made here",
         "run\tf\nnew\t0x1\t7\tlist\t24" AT("3", "f") "leak\t0x1\t7\t1\t1\n",
         "leak, taken in 3\n"},
        {"what only others hold is no leak of its own",
         "run\tf\nleak\t0x1\t7\t1\t0\n", ""},
        {"the same in two runs is said once",
         "run\tf\nleak\t0x1\t7\t1\t1\nrun\tf\nleak\t0x2\t8\t1\t1\n", "leak\n"},
        {"another object is another matter",
         "run\tf\nincref\t0x1\t7\t2" AT("4", "f") "leak\t0x2\t8\t1\t1\n",
         "leak\n"},
        {"released too often, and then once more by the caller",
         "run\tf\ndecref\t0x1\t7\t0" AT(
             "5", "f") "error\tdouble-decref\t0x1\t7" OUTSIDE,
         "use after the end, given in 5, returned\n"},
        {"NULL", "run\tf\nerror\tno-object\t0x0\t0" AT("6", "f"),
         "use of NULL, line 6\n"},
        {"no object, but not NULL",
         "run\tf\nerror\tno-object\t0x8\t0" AT("6", "f"),
         "use after the end, line 6\n"},
        {"too few references", "run\tf\nerror\tbad-count\t0x1\t7" OUTSIDE,
         "missing reference, returned\n"},
        {"a crash", "run\tf\ncrash" AT("8", "f"), "crash, line 8\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct seen seen = {0};
        struct buf text = {.arena = &a};

        print_message("%s\n", cases[i].what);
        observe_text(&a, cases[i].text, &seen);
        for (size_t k = 0; k < seen.items[0].count; k++)
            buf_printf(&text, "%s\n", seen.items[0].items[k].key);
        assert_string_equal(buf_text(&text), cases[i].expect);
        arena_release(&a);
    }
}

static void test_functions(void **state)
{
    struct arena a = {0};
    struct seen seen = {0};

    (void)state;
    observe_text(&a,
                 "run\tf\nrun\tf\nfunction\tf\t3\tentered\t\n"
                 "function\tg\t9\tsilent\tit never ends\n",
                 &seen);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.items[0].runs, 2);
    assert_int_equal(seen.items[0].line, 3);
    assert_true(seen.items[0].is_entered);
    assert_string_equal(seen.items[0].not_run, "");
    assert_int_equal(seen.items[1].runs, 0);
    assert_false(seen.items[1].is_entered);
    assert_string_equal(seen.items[1].not_run, "it never ends");
    arena_release(&a);
}

static const char source[] = "static int make(void)\n" // 1
                             "{\n"
                             "    new();\n" // 3
                             "}\n"
                             "int f_bad(int x)\n" // 5
                             "{\n"
                             "    x = make();\n" // 7
                             "    y = other();\n"
                             "    drop(x);\n" // 9
                             "    drop(y);\n"
                             "    return x;\n" // 11
                             "}\n";

static void test_judged(void **state)
{
    static const struct {
        const char *what, *run;
        enum rule rule;
        uint32_t line, origin; // 0: no trail
        bool meets;
    } cases[] = {
        {"a leak where it was made",
         "new\t0x1\t7\tlist\t24" AT("8", "f_bad") "leak\t0x1\t7\t1\t1\n",
         RULE_LEAK, 11, 8, true},
        {"a leak of another object",
         "new\t0x1\t7\tlist\t24" AT("8", "f_bad") "leak\t0x1\t7\t1\t1\n",
         RULE_LEAK, 11, 7, false},
        {"a leak of what a helper made",
         "new\t0x1\t7\tlist\t24" AT("3", "make") "leak\t0x1\t7\t1\t1\n",
         RULE_LEAK, 11, 7, true},
        {"a helper that is called elsewhere",
         "new\t0x1\t7\tlist\t24" AT("3", "make") "leak\t0x1\t7\t1\t1\n",
         RULE_LEAK, 11, 8, false},
        {"a leak is no double release",
         "new\t0x1\t7\tlist\t24" AT("8", "f_bad") "leak\t0x1\t7\t1\t1\n",
         RULE_DOUBLE_DECREF, 8, 8, false},
        {"a double release at its line",
         "error\tdouble-decref\t0x1\t7" AT("9", "f_bad"), RULE_DOUBLE_DECREF, 9,
         7, true},
        {"and at another one", "error\tdouble-decref\t0x1\t7" AT("10", "f_bad"),
         RULE_DOUBLE_DECREF, 9, 7, false},
        {"what was returned", "error\tdouble-decref\t0x1\t7" OUTSIDE,
         RULE_BORROWED_RETURN, 11, 7, true},
        {"NULL, and then NULL again",
         "error\tno-object\t0x0\t0" AT("9", "f_bad"), RULE_NULL_USE, 7, 7,
         true},
        {"another variable that is NULL",
         "error\tno-object\t0x0\t0" AT("10", "f_bad"), RULE_NULL_USE, 7, 7,
         false},
        {"a crash behind the last call", "crash" AT("7", "f_bad"),
         RULE_NULL_USE, 8, 7, true},
        {"a crash in front of it", "crash" AT("9", "f_bad"), RULE_NULL_USE, 8,
         7, false},
        {"what is missed has no trail", "leak\t0x1\t7\t1\t1\n", RULE_LEAK, 5, 0,
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct seen seen = {0};
        struct trail_step step = {.line = cases[i].origin};
        struct finding f = {.rule = cases[i].rule,
                            .line = cases[i].line,
                            .function = "f_bad",
                            .object = "x",
                            .ntrail = cases[i].origin ? 1 : 0,
                            .trail = &step};

        print_message("%s\n", cases[i].what);
        observe_text(&a, arena_printf(&a, "run\tf_bad\n%s", cases[i].run),
                     &seen);
        assert_int_equal(seen.items[0].count, 1);
        assert_int_equal(judge_meets(source, &f, &seen.items[0].items[0]),
                         cases[i].meets);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_observed),
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
