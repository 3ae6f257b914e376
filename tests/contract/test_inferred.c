// test_inferred.c - contracts that nobody wrote: completed, printed, read back.

#include "helper.h"

static struct effect args[] = {
    {.kind = EFFECT_BORROW},
    {.kind = EFFECT_BORROW},
    {.kind = EFFECT_OUT, .out = EFFECT_NEW},
};
static const struct effect new = {.kind = EFFECT_NEW};
static const struct effect null = {.kind = EFFECT_NULL};
static struct arg_change steal_2[] = {{2, {.kind = EFFECT_STEAL}}};

static struct contract inferred(struct outcome *outcomes, int n)
{
    return (struct contract){
        .name = "f",
        .family = "",
        .file = "",
        .nargs = 3,
        .args = args,
        .has_outcomes = n > 0,
        .noutcomes = n,
        .outcomes = outcomes,
        .prefer = "",
        .note = "",
        .inferred = true,
    };
}

static void check(struct arena *a, struct contract *c, const char *expect)
{
    struct err err = {0};
    char *once, *twice;
    struct rules rules;

    assert_int_equal(contract_complete(a, c, NULL, &err), 0);
    once = printed_contract(c);
    assert_string_equal(once, expect);
    rules = rules_of(a, once);
    twice = printed_contract(rules_find(&rules, "f", 0));
    assert_string_equal(twice, once);
    free(once);
    free(twice);
}

static void test_print(void **state)
{
    struct outcome pointer[] = {
        {.cond = {.kind = COND_NONNULL},
         .result = new,
         .nchanges = 1,
         .changes = steal_2},
        {.cond = {.kind = COND_NULL},
         .result = null,
         .fails = true,
         .sets_error = true},
    };
    struct outcome only = {.nchanges = 1, .changes = steal_2};
    struct outcome twice[] = {
        {.cond = {.kind = COND_RANGE}},
        {.cond = {.kind = COND_RANGE}, .nchanges = 1, .changes = steal_2},
    };
    struct contract c = inferred(pointer, 2);
    struct arena a = {0};

    (void)state;
    check(&a, &c,
          "f(borrow, borrow, out new) -> nonnull: new, steal 2 | "
          "null: fail\n");
    c = inferred(&only, 1);
    check(&a, &c, "f(borrow, borrow, out new) -> else: steal 2\n");
    c = inferred(twice, 2);
    check(&a, &c, "f(borrow, borrow, out new) -> 0: ok | 0: steal 2\n");
    c = inferred(NULL, 0);
    c.result =
        (struct effect){.kind = EFFECT_NEW_ALIAS, .maybe_null = true, .of = 1};
    c.traits = TRAIT_RUNS_CODE;
    check(&a, &c,
          "f(borrow, borrow, out new) -> new-alias? of 1 : "
          "runs-code\n");
    arena_release(&a);
}

// The word `fail` is two things in one. When only one of them holds, the
// effects are spelled out instead.
static void test_half_failures(void **state)
{
    struct outcome quiet[] = {
        {.cond = {.kind = COND_RANGE}},
        {.cond = {.kind = COND_ELSE}, .fails = true},
    };
    struct outcome loud[] = {
        {.cond = {.kind = COND_RANGE}, .sets_error = true},
    };
    struct contract c = inferred(quiet, 2);
    struct arena a = {0};

    (void)state;
    check(&a, &c, "f(borrow, borrow, out new) -> 0: ok | else: _ 3\n");
    c = inferred(loud, 1);
    check(&a, &c, "f(borrow, borrow, out new) -> 0: fail, new\n");
    arena_release(&a);
}

static void test_bad_number(void **state)
{
    struct arg_change change = {4, {.kind = EFFECT_STEAL}};
    struct outcome o = {.nchanges = 1, .changes = &change};
    struct contract c = inferred(&o, 1);
    struct arena a = {0};
    struct err err = {0};

    (void)state;
    assert_int_equal(contract_complete(&a, &c, NULL, &err), -1);
    assert_string_equal(err.text, "argument number 4 is out of range (f has 3 "
                                  "arguments)");
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),
        cmocka_unit_test(test_half_failures),
        cmocka_unit_test(test_bad_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
