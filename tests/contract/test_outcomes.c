// test_outcomes.c - what a row means, outcome by outcome, in full.

#include "helper.h"

static const char family[] = "family py counted PyObject failure NULL|-1\n";

// Outcomes as text: "COND[ fails][ error] RESULT: EFFECT of each argument".
static void describe_effect(FILE *out, struct effect e)
{
    fprintf(out, "%s%s", effect_word(e.kind), e.maybe_null ? "?" : "");
    if (e.of)
        fprintf(out, "/%d", e.of);
    if (e.kind != EFFECT_OUT && e.kind != EFFECT_INOUT)
        return;
    fprintf(out, " %s%s", effect_word(e.out), e.out_maybe_null ? "?" : "");
    if (e.out_of)
        fprintf(out, "/%d", e.out_of);
}

static void describe_outcome(FILE *out, const struct contract *c,
                             const struct outcome *o)
{
    static const char *const conds[] = {[COND_ANY] = "any",
                                        [COND_NULL] = "null",
                                        [COND_NONNULL] = "nonnull",
                                        [COND_RANGE] = "",
                                        [COND_ELSE] = "else"};

    fputs(conds[o->cond.kind], out);
    if (o->cond.kind == COND_RANGE && o->cond.lo == INT64_MIN)
        fprintf(out, "..%d", (int)o->cond.hi);
    else if (o->cond.kind == COND_RANGE && o->cond.hi == INT64_MAX)
        fprintf(out, "%d..", (int)o->cond.lo);
    else if (o->cond.kind == COND_RANGE)
        fprintf(out, "%d..%d", (int)o->cond.lo, (int)o->cond.hi);
    fprintf(out, "%s%s ", o->fails ? " fails" : "",
            o->sets_error ? " error" : "");
    describe_effect(out, o->result);
    fputc(':', out);
    for (int n = 0; n < c->nargs; n++) {
        fputs(n ? ", " : " ", out);
        describe_effect(out, contract_arg_in(c, o, n));
    }
    fputc('\n', out);
}

static char *describe(const struct contract *c)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    for (int i = 0; i < c->noutcomes; i++)
        describe_outcome(out, c, &c->outcomes[i]);
    fclose(out);
    return text;
}

static const struct {
    const char *row, *outcomes;
} cases[] = {
    {"f() -> _", "any _:\n"},
    {"f(incref) -> _", "any _: incref\n"},
    {"f() -> noreturn", "any noreturn:\n"},
    {"f() -> null : sets-error", "any error null:\n"},
    {"f() -> error", "any error:\n"},
    {"f() -> new", "any new:\n"},
    {"f(borrow) -> borrowed of 1", "any borrowed/1: borrow\n"},
    {"f(_) -> new?", "nonnull new: _\nnull fails error null: _\n"},
    {"f(_) -> new? : no-error", "nonnull new: _\nnull fails null: _\n"},
    {"f(borrow) -> borrowed? of 1",
     "nonnull borrowed/1: borrow\nnull fails error null: borrow\n"},
    {"f(borrow?) -> new-alias? of 1 : no-error",
     "nonnull new-alias/1: borrow?\nnull fails null: borrow?\n"},
    {"f(borrow) -> interior? of 1",
     "nonnull interior/1: borrow\nnull fails error null: borrow\n"},
    {"f(borrow) -> alias? of 1",
     "nonnull alias/1: borrow\nnull fails error null: borrow\n"},
    // what failing takes away
    {"f(borrow, steal in 1) -> status",
     "0..0 _: borrow, steal/1\n-1..-1 fails error _: borrow, steal\n"},
    {"f(borrow, steal-ok? in 1) -> status",
     "0..0 _: borrow, steal?/1\n-1..-1 fails error _: borrow, borrow?\n"},
    {"f(borrow, keep in 1) -> status : no-error",
     "0..0 _: borrow, keep/1\n-1..-1 fails _: borrow, borrow\n"},
    {"f(out new?, out borrowed of 1) -> status",
     "0..0 _: out new?, out borrowed/1\n-1..-1 fails error _: _, _\n"},
    {"f(inout new?, _) -> status",
     "0..0 _: inout new, _\n-1..-1 fails error _: inout null, _\n"},
    {"f(inout new?) -> _", "any _: inout new?\n"},
    {"f(steal-ok, keep) -> _", "any _: steal, keep\n"},
    // outcomes as rows
    {"f(borrow, out) -> 1: new | 0: null | -1: fail, null",
     "1..1 _: borrow, out new\n0..0 _: borrow, out null\n"
     "-1..-1 fails error _: borrow, out null\n"},
    {"f(borrow, out new) -> 1: ok | 0: null | <0: fail",
     "1..1 _: borrow, out new\n0..0 _: borrow, out null\n"
     "..-1 fails error _: borrow, _\n"},
    {"f(borrow, out) -> 1: borrowed? of 1 | else: new",
     "1..1 _: borrow, out borrowed?/1\nelse _: borrow, out new\n"},
    {"f(borrow, out) -> null: fail | else: new",
     "null fails error null: borrow, _\nelse new: borrow, out _\n"},
    {"f(out, out) -> 1: out new 1, out borrowed of 1 2 | 0: fail",
     "1..1 _: out new, out borrowed/1\n0..0 fails error _: _, _\n"},
    {"f(borrow, steal-ok, keep) -> 2..5: ok | >=9: fail : no-error",
     "2..5 _: borrow, steal, keep\n9.. fails _: borrow, borrow, borrow\n"},
    {"f(steal-ok) -> 0: ok | -1: fail, steal 1",
     "0..0 _: steal\n-1..-1 fails error _: steal\n"},
    {"f(borrow, borrow) -> nonnull: new, steal 2 | null: fail",
     "nonnull new: borrow, steal\nnull fails error null: borrow, borrow\n"},
    {"f(borrow) -> nonnull: ok | null: ok",
     "nonnull _: borrow\nnull null: borrow\n"},
    {"f(inout new?) -> 0: ok | 1: fail | 2: clear 1",
     "0..0 _: inout new\n1..1 fails error _: inout null\n2..2 _: clear\n"},
    {"f(borrow) -> else: steal 1", "any _: steal\n"},
    {"f(borrow) -> 0: noreturn | else: _ 1",
     "0..0 noreturn: borrow\nelse _: _\n"},
    {"f(_) -> 0: ok | 1: ok : sets-error",
     "0..0 error _: _\n1..1 error _: _\n"},
};

static void test_outcomes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        char *text = arena_printf(&a, "%s%s\n", family, cases[i].row);
        struct rules rules = rules_of(&a, text);
        char *described = describe(rules_find(&rules, "f", 0));

        print_message("%s\n", cases[i].row);
        assert_string_equal(described, cases[i].outcomes);
        free(described);
        arena_release(&a);
    }
}

// What failing means depends on the family.
static void test_families(void **state)
{
    static const struct {
        const char *family;
        bool null_sets, minus_one_sets, fail_sets;
    } families[] = {
        {"", false, false, true},
        {"family x\n", false, false, false},
        {"family x failure NULL\n", true, false, true},
        {"family x failure -1\n", false, true, true},
        {"family x failure -1|NULL\n", true, true, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
        struct arena a = {0};
        struct rules rules =
            rules_of(&a, arena_printf(&a,
                                      "%sf() -> new?\ng() -> status\n"
                                      "h() -> 0: fail\n",
                                      families[i].family));
        const struct outcome *null = &rules_find(&rules, "f", 0)->outcomes[1];
        const struct outcome *minus_one =
            &rules_find(&rules, "g", 0)->outcomes[1];
        const struct outcome *fail = &rules_find(&rules, "h", 0)->outcomes[0];

        assert_true(null->fails && minus_one->fails && fail->fails);
        assert_int_equal(null->sets_error, families[i].null_sets);
        assert_int_equal(minus_one->sets_error, families[i].minus_one_sets);
        assert_int_equal(fail->sets_error, families[i].fail_sets);
        arena_release(&a);
    }
}

static void test_arguments(void **state)
{
    struct arena a = {0};
    struct rules rules =
        rules_of(&a, "grammar g\nf(_, keep ...) -> status\n"
                     "g(borrow, format g, ...) -> _\nh() -> _\n"
                     "k(borrow ...) -> 0: steal 1\n");
    const struct contract *f = rules_find(&rules, "f", 0);
    const struct contract *g = rules_find(&rules, "g", 0);
    const struct contract *h = rules_find(&rules, "h", 0);
    const struct contract *k = rules_find(&rules, "k", 0);

    (void)state;
    assert_true(f->repeats);
    assert_int_equal(f->nargs, 2);
    assert_int_equal(contract_arg(f, 0).kind, EFFECT_PLAIN);
    assert_int_equal(contract_arg(f, 1).kind, EFFECT_KEEP);
    assert_int_equal(contract_arg(f, 7).kind, EFFECT_KEEP);
    assert_int_equal(contract_arg_in(f, &f->outcomes[1], 7).kind,
                     EFFECT_BORROW);
    assert_true(g->by_format);
    assert_string_equal(contract_arg(g, 1).grammar, "g");
    assert_int_equal(contract_arg(g, 2).kind, EFFECT_PLAIN);
    assert_int_equal(contract_arg(h, 0).kind, EFFECT_PLAIN);
    assert_int_equal(contract_arg(h, -1).kind, EFFECT_PLAIN);
    assert_int_equal(contract_arg_in(k, &k->outcomes[0], 0).kind, EFFECT_STEAL);
    assert_int_equal(contract_arg_in(k, &k->outcomes[0], 3).kind, EFFECT_STEAL);
    arena_release(&a);
}

// Completing twice is completing once.
static void test_complete_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct err err = {0};
        char *text = arena_printf(&a, "%s%s\n", family, cases[i].row);
        struct rules rules = rules_of(&a, text);
        struct contract c = *rules_find(&rules, "f", 0);
        char *described;

        assert_int_equal(contract_complete(&a, &c, &rules.families[0], &err),
                         0);
        described = describe(&c);
        assert_string_equal(described, cases[i].outcomes);
        free(described);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_families),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_complete_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
