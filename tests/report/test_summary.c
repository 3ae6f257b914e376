// test_summary.c - report/summary.c: honest counts in one or two lines.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture.h"
#include "report/report.h"

static void test_lines(void **state)
{
    static const struct {
        const char *findings; // c, l, a: of this tier; o: certain, only_oom
        struct coverage coverage;
        const char *expect;
    } cases[] = {
        {"ccl",
         {.units = 36,
          .functions = 420,
          .analysed = 412,
          .irrelevant = 5,
          .unparsed = 2,
          .cut = 1,
          .calls = 3400,
          .calls_unknown = 12},
         "3 findings (2 certain, 1 likely) in 36 units; 412 of 420 functions "
         "analysed (5 touch no counted objects, 2 not parsed, 1 cut by the "
         "budget); 12 of 3,400 calls unknown\n"},
        {"",
         {.units = 1, .functions = 1, .analysed = 1, .calls = 1},
         "no findings in 1 unit; 1 function analysed; 1 call, all known\n"},
        {"",
         {.units = 2,
          .functions = 1234567,
          .analysed = 1234567,
          .calls = 1000,
          .calls_unknown = 1},
         "no findings in 2 units; 1,234,567 functions analysed; "
         "1 of 1,000 calls unknown\n"},
        {"oa",
         {.units = 1,
          .functions = 2,
          .analysed = 1,
          .irrelevant = 1,
          .calls = 999,
          .calls_unknown = 999},
         "2 findings (1 certain, 1 audit, 1 only when memory runs out) in "
         "1 unit; 1 of 2 functions analysed (1 touches no counted objects); "
         "999 of 999 calls unknown\n"},
        {"l",
         {.units = 3, .units_failed = 1, .functions = 10, .analysed = 7},
         "1 finding (1 likely) in 3 units; 7 of 10 functions analysed "
         "(3 not reached); no calls with counted objects\n"
         "1 of 3 units could not be analysed\n"},
        {"",
         {.units = 2, .units_failed = 2},
         "no findings in 2 units; no functions; no calls with counted "
         "objects\n2 of 2 units could not be analysed\n"},
        {"",
         {0},
         "no findings in no units; no functions; no calls with counted "
         "objects\n"},
    };
    static const struct report_options options = {.root = "/p", .cwd = "/p"};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct finding_list list = {0};
        struct capture c;
        FILE *out;

        print_message("%s", cases[i].expect);
        for (const char *s = cases[i].findings; *s; s++) {
            struct finding f = {.rule = RULE_LEAK, .only_oom = *s == 'o'};

            f.tier = *s == 'l'   ? TIER_LIKELY
                     : *s == 'a' ? TIER_AUDIT
                                 : TIER_CERTAIN;
            finding_add(&a, &list, &f);
        }
        out = capture_begin(&c);
        report_summary(out, &list, &cases[i].coverage, &options);
        capture_expect(out, &c, cases[i].expect);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
