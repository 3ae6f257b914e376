// test_ties.c - flow/ties.c: what paths had in pairs before they met.
//
// A pointer p and a number n hold something else on each of two ways. After
// their join, one is tested, and the other follows, or does not.

#include "snippet.h"

#include "flow/ties.h"

#include <stdlib.h>

enum pointer { ISNULL, OBJECT, ANY };

struct way {
    enum pointer p;
    int64_t lo, hi;  // of n
    int64_t differs; // n is known not to be that; 0 for nothing
};

struct fixture {
    struct snippet *snippet;
    struct engine e;
    uint32_t p, n;
};

static uint32_t symbol(struct fixture *f, uint32_t site)
{
    struct sym key = {.kind = SYM_PURE, .site = site};

    return sym_intern(&f->e.syms, &key);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct arena *a;

    if (!f)
        return -1;
    f->snippet = snippet_new("int f(int n, object *p) { return n + !p; }\n");
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
    f->p = symbol(f, 1);
    f->n = symbol(f, 2);
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

// A state of that way, in which the two are the symbols p and n.
static struct state *state_on(struct fixture *f, const struct way *w,
                              uint32_t p, uint32_t n)
{
    struct state *s = state_new(&f->e.pool);
    struct fact of_p = {.sym = p,
                        .nonzero = w->p == OBJECT,
                        .lo = w->p == ANY ? INT64_MIN : 0,
                        .hi = w->p == ISNULL ? 0 : INT64_MAX};
    struct fact of_n = {.sym = n, .lo = w->lo, .hi = w->hi};
    struct fact equal = {.sym = sym_expr(&f->e.syms, IR_EQ, value_sym(n),
                                         value_int(w->differs))};

    fact_put(&f->e.pool, s, &of_p);
    fact_put(&f->e.pool, s, &of_n);
    if (w->differs)
        fact_put(&f->e.pool, s, &equal);
    return s;
}

// The two ways have met; nothing but ties is left of what they were.
static struct run joined(struct fixture *f, const struct way *a,
                         const struct way *b)
{
    struct state *sa = state_on(f, a, symbol(f, 11), symbol(f, 12));
    struct state *sb = state_on(f, b, symbol(f, 21), symbol(f, 22));
    struct met met[] = {
        {f->p, value_sym(symbol(f, 11)), value_sym(symbol(f, 21))},
        {f->n, value_sym(symbol(f, 12)), value_sym(symbol(f, 22))},
    };

    ties_join(&f->e, sa, sb, met, 2);
    sa->nfacts = 0;
    return (struct run){.st = sa};
}

static void test_pointer_says(void **state)
{
    static const struct {
        struct way a, b;
        int64_t lo, hi; // of n, once p is an object
    } cases[] = {
        {{ISNULL, 2, 2, 0}, {OBJECT, 3, 3, 0}, 3, 3},
        {{OBJECT, 3, 3, 0}, {ISNULL, 2, 2, 0}, 3, 3},
        {{ISNULL, 0, 9, 5}, {OBJECT, 5, 5, 0}, 5, 5},
        {{ISNULL, 2, 2, 0}, {OBJECT, 2, 3, 0}, INT64_MIN, INT64_MAX},
        {{ISNULL, 2, 2, 0}, {ANY, 3, 3, 0}, INT64_MIN, INT64_MAX},
        {{OBJECT, 2, 2, 0}, {OBJECT, 3, 3, 0}, INT64_MIN, INT64_MAX},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct run r = joined(f, &cases[i].a, &cases[i].b);
        struct fact n;

        print_message("case %zu\n", i);
        assert_true(assume_nonnull(&f->e, &r, value_sym(f->p)));
        n = fact_of(&f->e.syms, r.st, value_sym(f->n));
        assert_int_equal(n.lo, cases[i].lo);
        assert_int_equal(n.hi, cases[i].hi);
    }
}

static void test_number_says(void **state)
{
    static const struct {
        struct way a, b;
        int64_t n;
        int truth; // of p, once n is that
    } cases[] = {
        {{ISNULL, 2, 2, 0}, {OBJECT, 3, 3, 0}, 2, 0},
        {{ISNULL, 2, 2, 0}, {OBJECT, 3, 3, 0}, 3, 1},
        {{ISNULL, 0, 9, 5}, {OBJECT, 5, 5, 0}, 4, 0},
        {{ISNULL, 0, 9, 5}, {OBJECT, 5, 5, 0}, 5, 1},
        {{ISNULL, 0, 9, 0}, {OBJECT, 5, 5, 0}, 5, -1},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct run r = joined(f, &cases[i].a, &cases[i].b);

        print_message("case %zu\n", i);
        assert_true(
            assume_range(&f->e, &r, value_sym(f->n), cases[i].n, cases[i].n));
        assert_int_equal(truth_of(&f->e, r.st, value_sym(f->p)),
                         cases[i].truth);
    }
}

// Of a symbol that has another name now, what it is tied to stays; of one that
// is a number, nothing is left to tie.
static void test_renamed(void **state)
{
    static const struct way a = {ISNULL, 2, 2, 0};
    static const struct way b = {OBJECT, 3, 3, 0};
    struct fixture *f = *state;
    struct run r = joined(f, &a, &b);
    uint32_t other = symbol(f, 3);

    assert_non_null(r.st->ties);
    state_replace(&f->e.syms, &f->e.pool, r.st, f->p, value_sym(other));
    assert_int_equal(r.st->ties->x, other);
    state_replace(&f->e.syms, &f->e.pool, r.st, f->n, value_int(2));
    assert_null(r.st->ties);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pointer_says, setup, teardown),
        cmocka_unit_test_setup_teardown(test_number_says, setup, teardown),
        cmocka_unit_test_setup_teardown(test_renamed, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
