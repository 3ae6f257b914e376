// test_assume.c - flow/assume.c: what conditions teach, and what follows from
// what is known.
//
// A case is a list of conditions on x, y (numbers) and p (a pointer), each
// assumed to hold, one after another; then what is known of x.

#include "snippet.h"

#include "flow/engine.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct snippet *snippet;
    struct engine e;
    struct run r;
    uint32_t x, y, p; // symbols, for which no number is put in their place
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct arena *a;

    if (!f)
        return -1;
    f->snippet = snippet_new("int f(int x, int y, object *p)\n"
                             "{ return x + y + !p; }\n");
    a = &f->snippet->arena;
    f->e = (struct engine){.u = f->snippet->flow,
                           .ir = f->snippet->unit,
                           .fn = snippet_fn(f->snippet, "f"),
                           .scratch = a,
                           .results = a,
                           .pool.arena = a};
    syms_init(&f->e.syms, a);
    f->e.first_site = arena_array(a, uint32_t, f->e.fn->nblocks + 1);
    f->e.site_block = arena_array(a, uint32_t, 64);
    f->e.first_temp = arena_array(a, uint32_t, f->e.fn->nblocks + 1);
    f->e.ntemps = arena_array(a, uint32_t, f->e.fn->nblocks + 1);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    snippet_free(f->snippet);
    free(f);
    return 0;
}

// Every case begins with nothing known. SYM_PURE symbols stay symbols, also
// when only one number is left.
static void begin(struct fixture *f)
{
    struct sym key = {.kind = SYM_PURE};

    f->r = (struct run){.st = state_new(&f->e.pool)};
    key.site = 1;
    f->x = sym_intern(&f->e.syms, &key);
    key.site = 2;
    f->y = sym_intern(&f->e.syms, &key);
    key.site = 3;
    f->p = sym_intern(&f->e.syms, &key);
}

static struct value value_named(struct fixture *f, const char *word)
{
    if (strcmp(word, "x") == 0)
        return value_sym(f->x);
    if (strcmp(word, "y") == 0)
        return value_sym(f->y);
    if (strcmp(word, "p") == 0)
        return value_sym(f->p);
    if (strcmp(word, "MAX") == 0)
        return value_int(INT64_MAX);
    if (strcmp(word, "MIN") == 0)
        return value_int(INT64_MIN);
    return value_int(strtoll(word, NULL, 10));
}

static enum ir_op op_named(const char *word)
{
    static const struct {
        const char *word;
        enum ir_op op;
    } ops[] = {
        {"==", IR_EQ}, {"!=", IR_NE}, {"<", IR_LT},   {"<=", IR_LE},
        {">", IR_GT},  {">=", IR_GE}, {"+", IR_ADD},  {"-", IR_SUB},
        {"*", IR_MUL}, {"/", IR_DIV}, {"%", IR_REM},  {"&", IR_AND},
        {"|", IR_OR},  {"^", IR_XOR}, {"<<", IR_SHL}, {">>", IR_SHR},
    };

    for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
        if (strcmp(ops[i].word, word) == 0)
            return ops[i].op;
    fail_msg("%s", word);
    return IR_CONST;
}

// "x < 3", "! x < 3", "x", "! x"; "x <u 3" without a sign
static struct value expression(struct fixture *f, const char *text)
{
    char copy[64];
    char *words[4] = {NULL};
    char *rest = copy;
    bool negated = strncmp(text, "! ", 2) == 0;
    struct value v;
    size_t length;
    bool is_unsigned;
    int n = 0;

    assert_true(strlen(text) < sizeof(copy));
    strcpy(copy, negated ? text + 2 : text);
    while (n < 4 && (words[n] = strsep(&rest, " ")))
        n++;
    v = value_named(f, words[0]);
    if (n == 3) {
        length = strlen(words[1]);
        is_unsigned = length > 1 && words[1][length - 1] == 'u';
        if (is_unsigned)
            words[1][length - 1] = '\0';
        v = evaluate(&f->e, f->r.st, op_named(words[1]), is_unsigned, v,
                     value_named(f, words[2]));
    }
    return negated ? evaluate(&f->e, f->r.st, IR_NOT, false, v, value_int(0))
                   : v;
}

// Conditions separated by ", "; false when one of them cannot be.
static bool assume_all(struct fixture *f, const char *conditions)
{
    char copy[256];
    char *rest = copy;

    assert_true(strlen(conditions) < sizeof(copy));
    strcpy(copy, conditions);
    for (char *c; *copy && (c = strsep(&rest, ",")); c = NULL)
        if (!assume(&f->e, &f->r, expression(f, c + strspn(c, " ")), true))
            return false;
    return true;
}

static void test_ranges(void **state)
{
    static const struct {
        const char *conditions;
        bool possible;
        int64_t lo, hi; // of x
        bool nonzero;
    } cases[] = {
        {"", true, INT64_MIN, INT64_MAX, false},
        {"x == 3", true, 3, 3, true},
        {"x == 0", true, 0, 0, false},
        {"x != 0", true, INT64_MIN, INT64_MAX, true},
        {"x", true, INT64_MIN, INT64_MAX, true},
        {"! x", true, 0, 0, false},
        {"! x == 3, x == 3", false, 0, 0, false},
        {"x < 3", true, INT64_MIN, 2, false},
        {"x <= 3", true, INT64_MIN, 3, false},
        {"x > 3", true, 4, INT64_MAX, true},
        {"x >= 3", true, 3, INT64_MAX, true},
        {"3 < x", true, 4, INT64_MAX, true},
        {"3 >= x", true, INT64_MIN, 3, false},
        {"! x < 3", true, 3, INT64_MAX, true},
        {"! 3 < x", true, INT64_MIN, 3, false},
        {"x >= 0, x <= 5", true, 0, 5, false},
        {"x >= 0, x <= 5, x != 0", true, 1, 5, true},
        {"x >= 0, x <= 5, x != 5", true, 0, 4, false},
        {"x >= 0, x <= 5, x != 3", true, 0, 5, false},
        {"x >= 0, x != 0", true, 1, INT64_MAX, true},
        {"x <= 0, x != 0", true, INT64_MIN, -1, true},
        {"x != 0, x >= 0", true, 1, INT64_MAX, true},
        {"x != 0, x <= 0", true, INT64_MIN, -1, true},
        {"x > 3, x < 3", false, 0, 0, false},
        {"x > 3, x < 5", true, 4, 4, true},
        {"x > 3, x < 5, x != 4", false, 0, 0, false},
        {"x >= 0, x <= 1, x != 0, x != 1", false, 0, 0, false},
        {"x, ! x", false, 0, 0, false},
        {"! x, x", false, 0, 0, false},
        {"x < MIN", false, 0, 0, false},
        {"x > MAX", false, 0, 0, false},
        {"x <= MIN", true, INT64_MIN, INT64_MIN, true},
        {"x >= MAX", true, INT64_MAX, INT64_MAX, true},
        {"x != MIN", true, INT64_MIN + 1, INT64_MAX, false},
        {"x != MAX", true, INT64_MIN, INT64_MAX - 1, false},
        {"y, x == y", true, INT64_MIN, INT64_MAX, true},
        {"x > 0, y < 0, x == y", false, 0, 0, false},
        {"x == y, ! x == y", false, 0, 0, false},
        {"x < y, ! x < y", false, 0, 0, false},
        {"x != y, x == y", false, 0, 0, false},
        {"x == y, y != x", false, 0, 0, false},
        {"x < y, y > x", true, INT64_MIN, INT64_MAX, false},
        {"x < y, ! y > x", false, 0, 0, false},
        {"0 <u x", true, INT64_MIN, INT64_MAX, true},
        {"x >=u 1", true, INT64_MIN, INT64_MAX, true},
        {"x <=u 0", true, 0, 0, false},
        {"x <u 1", true, 0, 0, false},
        {"x != 0, ! 0 <u x", false, 0, 0, false},
        {"x <u 3", true, INT64_MIN, 2, false},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        bool possible;

        print_message("%s\n", cases[i].conditions);
        begin(f);
        possible = assume_all(f, cases[i].conditions);
        assert_int_equal(possible, cases[i].possible);
        if (possible) {
            struct fact x = fact_of(&f->e.syms, f->r.st, value_sym(f->x));

            assert_true(x.lo == cases[i].lo);
            assert_true(x.hi == cases[i].hi);
            assert_int_equal(x.nonzero, cases[i].nonzero);
        }
    }
}

// What an expression is worth when the conditions hold: a number, or unknown.
static void test_evaluate(void **state)
{
    static const struct {
        const char *conditions, *expression;
        bool known;
        int64_t value;
    } cases[] = {
        {"", "2 + 3", true, 5},
        {"", "2 - 3", true, -1},
        {"", "7 / 2", true, 3},
        {"", "-7 / 2", true, -3},
        {"", "-7 % 2", true, -1},
        {"", "7 / 0", false, 0},
        {"", "7 % 0", false, 0},
        {"", "MIN / -1", false, 0}, // no value in C; above all no trap
        {"", "MIN % -1", false, 0},
        {"", "MAX + 1", true, INT64_MIN},
        {"", "6 & 3", true, 2},
        {"", "6 | 3", true, 7},
        {"", "6 ^ 3", true, 5},
        {"", "1 << 4", true, 16},
        {"", "1 << 64", false, 0},
        {"", "16 >> 4", true, 1},
        {"", "16 >> 99", false, 0},
        {"", "2 < 3", true, 1},
        {"", "3 <= 2", true, 0},
        {"", "! 2", true, 0},
        {"", "! 0", true, 1},
        {"", "x", false, 0},
        {"", "x + 1", false, 0},
        {"", "x == x", true, 1},
        {"", "x != x", true, 0},
        {"", "x <= x", true, 1},
        {"", "x < x", true, 0},
        {"", "x < 3", false, 0},
        {"x > 5", "x < 3", true, 0},
        {"x > 5", "x > 3", true, 1},
        {"x > 5", "x >= 6", true, 1},
        {"x > 5", "x >= 7", false, 0},
        {"x > 5", "x <= 5", true, 0},
        {"x > 5", "x == 5", true, 0},
        {"x > 5", "x != 5", true, 1},
        {"x > 5", "x == 6", false, 0},
        {"x > 5", "! x", true, 0},
        {"p", "p == 0", true, 0},
        {"p", "0 != p", true, 1},
        {"p == 0", "! p", true, 1},
        {"p != 0", "! p", true, 0},
        {"x > 5, y < 3", "x > y", true, 1},
        {"x > 5, y < 3", "x == y", true, 0},
        {"x > 5, y < 9", "x > y", false, 0},
        {"", "x == y", false, 0},
        {"x == y, x > 5", "y > 3", true, 1},
        {"x > 5, x == y", "y > 3", true, 1},
        {"x == y, x > 5", "y > 7", false, 0},
        {"x == y, x > p", "y > p", true, 1},
        {"", "-1 <u 3", true, 0},
        {"", "-1 < 3", true, 1},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct value v;

        print_message("%s | %s\n", cases[i].conditions, cases[i].expression);
        begin(f);
        assert_true(assume_all(f, cases[i].conditions));
        v = expression(f, cases[i].expression);
        assert_int_equal(v.sym == 0, cases[i].known);
        if (cases[i].known)
            assert_true(v.num == cases[i].value);
    }
}

// A condition that was tested is known when it is tested again, however it is
// written.
static void test_tested_twice(void **state)
{
    static const struct {
        const char *conditions, *again;
        int truth;
    } cases[] = {
        {"x == y", "x == y", 1},         {"x == y", "y == x", 1},
        {"x == y", "x != y", 0},         {"x != y", "y == x", 0},
        {"! x == y", "x != y", 1},       {"x < y", "y > x", 1},
        {"x < y", "! y > x", 0},         {"x <= y", "y >= x", 1},
        {"x < y", "x <= y", -1},         {"x & y", "x & y", 1},
        {"! x & y", "x & y", 0},         {"x & 4", "x & 8", -1},
        {"x == y, p < x", "p < y", 1},   {"x == y, p < x", "y > p", 1},
        {"x == y, p < x", "y <= p", 0},  {"x == y, p < x", "p > y", -1},
        {"x == y, p != x", "y == p", 0},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s | %s\n", cases[i].conditions, cases[i].again);
        begin(f);
        assert_true(assume_all(f, cases[i].conditions));
        assert_int_equal(
            truth_of(&f->e, f->r.st, expression(f, cases[i].again)),
            cases[i].truth);
    }
}

// A symbol of a call that can only be one number becomes it everywhere, and
// with it the places that are named after it.
static void test_becomes_number(void **state)
{
    struct fixture *f = *state;
    struct syms *s = &f->e.syms;
    uint32_t status = sym_site(s, 1, 0, 0);
    uint32_t local = loc_local(s, 0);

    begin(f);
    state_bind(&f->e.pool, f->r.st, local, value_sym(status));
    assert_true(assume_range(&f->e, &f->r, value_sym(status), -1, 0));
    assert_int_equal(state_find(f->r.st, local)->v.sym, status);
    assert_true(assume(&f->e, &f->r, value_sym(status), true));
    assert_true(value_same(state_find(f->r.st, local)->v, value_int(-1)));
    assert_int_equal(f->r.st->nfacts, 0);
}

// An object that turns out NULL is no object; one that does not, is one.
static void test_null_has_no_record(void **state)
{
    struct fixture *f = *state;
    struct syms *s = &f->e.syms;
    uint32_t made = sym_site(s, 1, 0, 0);
    const struct ref ref = {.sym = made, .held = 1, .flags = REF_MAYBE};

    begin(f);
    ref_put(&f->e.pool, f->r.st, &ref);
    assert_true(assume(&f->e, &f->r, value_sym(made), false));
    assert_null(ref_find(f->r.st, made));
    assert_false(f->r.st->oom);
    begin(f);
    ref_put(&f->e.pool, f->r.st, &ref);
    assert_true(assume(&f->e, &f->r, value_sym(made), true));
    assert_int_equal(ref_find(f->r.st, made)->held, 1);
    assert_false(ref_find(f->r.st, made)->flags & REF_MAYBE);
}

// PyErr_Occurred and the like: set when one of the results says so.
static void test_error_pending(void **state)
{
    static const struct {
        const char *conditions;
        enum error_kind kind;
    } cases[] = {
        {"", ERROR_PENDING},        {"! p", ERROR_SET},
        {"p", ERROR_PENDING}, // the status may still be negative
        {"p, x >= 0", ERROR_CLEAR}, {"x >= 0, p", ERROR_CLEAR},
        {"p, x < 0", ERROR_SET},    {"x < 0", ERROR_SET},
        {"x == 0", ERROR_PENDING},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s\n", cases[i].conditions);
        begin(f);
        f->r.st->error.kind = ERROR_CLEAR;
        error_pending(f->r.st, f->p, FAILS_NULL);
        error_pending(f->r.st, f->x, FAILS_NEGATIVE);
        assert_true(assume_all(f, cases[i].conditions));
        assert_int_equal(f->r.st->error.kind, cases[i].kind);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_ranges),
        TEST(test_evaluate),
        TEST(test_tested_twice),
        TEST(test_becomes_number),
        TEST(test_null_has_no_record),
        TEST(test_error_pending),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
