// test_state.c - flow/state.c: three sorted arrays, and a symbol that becomes
// another value in all of them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/state.h"

#include <stdlib.h>

struct fixture {
    struct arena arena;
    struct syms syms;
    struct state_pool pool;
    struct state *s;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f)
        return -1;
    f->pool.arena = &f->arena;
    syms_init(&f->syms, &f->arena);
    f->s = state_new(&f->pool);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    arena_release(&f->arena);
    free(f);
    return 0;
}

static void bind(struct fixture *f, uint32_t loc, struct value v)
{
    state_bind(&f->pool, f->s, loc, v);
}

static void expect_bound(struct fixture *f, uint32_t loc, struct value v)
{
    struct binding *b = state_find(f->s, loc);

    assert_non_null(b);
    assert_int_equal(b->loc, loc);
    assert_true(value_same(b->v, v));
}

static void expect_sorted(const struct state *s)
{
    for (uint32_t i = 1; i < s->nstore; i++)
        assert_true(s->store[i - 1].loc < s->store[i].loc);
    for (uint32_t i = 1; i < s->nfacts; i++)
        assert_true(s->facts[i - 1].sym < s->facts[i].sym);
    for (uint32_t i = 1; i < s->nrefs; i++)
        assert_true(s->refs[i - 1].sym < s->refs[i].sym);
}

static void test_bind(void **state)
{
    struct fixture *f = *state;

    assert_null(state_find(f->s, 3));
    // 37 numbers below 101, none twice, in no order
    for (uint32_t i = 0; i < 100; i++)
        bind(f, i * 37 % 101 + 1, value_int(i));
    assert_int_equal(f->s->nstore, 100);
    expect_sorted(f->s);
    for (uint32_t i = 0; i < 100; i++)
        expect_bound(f, i * 37 % 101 + 1, value_int(i));
    bind(f, 38, value_sym(9));
    assert_int_equal(f->s->nstore, 100);
    expect_bound(f, 38, value_sym(9));
    state_unbind(f->s, 38);
    state_unbind(f->s, 1000);
    assert_int_equal(f->s->nstore, 99);
    assert_null(state_find(f->s, 38));
    expect_bound(f, 1, value_int(0));
    expect_sorted(f->s);
}

static void test_facts(void **state)
{
    struct fixture *f = *state;
    uint32_t x = sym_site(&f->syms, 1, 0, 0);
    uint32_t test = sym_expr(&f->syms, IR_LT, value_sym(x), value_int(3));
    uint32_t addr = sym_addr(&f->syms, loc_local(&f->syms, 0));
    struct fact known = {.sym = x, .nonzero = true, .lo = 1, .hi = 5};
    struct fact got;

    got = fact_of(&f->syms, f->s, value_int(-4));
    assert_true(got.nonzero && got.lo == -4 && got.hi == -4);
    got = fact_of(&f->syms, f->s, value_int(0));
    assert_false(got.nonzero);
    got = fact_of(&f->syms, f->s, value_sym(x));
    assert_true(!got.nonzero && got.lo == INT64_MIN && got.hi == INT64_MAX);
    // What is always so: a comparison is 0 or 1, an address is not NULL.
    got = fact_of(&f->syms, f->s, value_sym(test));
    assert_true(!got.nonzero && got.lo == 0 && got.hi == 1);
    got = fact_of(&f->syms, f->s, value_sym(addr));
    assert_true(got.nonzero);
    got = fact_of(&f->syms, f->s, value_sym(sym_fn(&f->syms, 1)));
    assert_true(got.nonzero);

    assert_null(fact_find(f->s, x));
    fact_put(&f->pool, f->s, &known);
    got = fact_of(&f->syms, f->s, value_sym(x));
    assert_true(got.nonzero && got.lo == 1 && got.hi == 5);
    fact_drop(f->s, x);
    fact_drop(f->s, x);
    assert_null(fact_find(f->s, x));
}

static void test_refs(void **state)
{
    struct fixture *f = *state;

    for (uint32_t i = 0; i < 50; i++)
        ref_put(&f->pool, f->s,
                &(struct ref){.sym = i * 29 % 53 + 1, .held = (int)i});
    expect_sorted(f->s);
    assert_int_equal(f->s->nrefs, 50);
    for (uint32_t i = 0; i < 50; i++)
        assert_int_equal(ref_find(f->s, i * 29 % 53 + 1)->held, i);
    ref_put(&f->pool, f->s, &(struct ref){.sym = 30, .held = 7});
    assert_int_equal(f->s->nrefs, 50);
    assert_int_equal(ref_find(f->s, 30)->held, 7);
    ref_drop(f->s, 30);
    ref_drop(f->s, 1000);
    assert_null(ref_find(f->s, 30));
    assert_int_equal(f->s->nrefs, 49);
    expect_sorted(f->s);
}

// A copy does not share: what is done to one is not seen in the other.
static void test_copy(void **state)
{
    struct fixture *f = *state;
    struct fact fact = {.sym = 4, .nonzero = true, .lo = 1, .hi = 9};
    struct state *c;

    for (uint32_t i = 1; i <= 40; i++)
        bind(f, i, value_int(i));
    fact_put(&f->pool, f->s, &fact);
    ref_put(&f->pool, f->s, &(struct ref){.sym = 4, .held = 1});
    f->s->oom = true;
    f->s->error = (struct error_state){.kind = ERROR_SET};
    c = state_copy(&f->pool, f->s);
    assert_int_equal(c->nstore, 40);
    assert_true(c->oom);
    assert_int_equal(c->error.kind, ERROR_SET);
    state_bind(&f->pool, c, 1, value_int(99));
    ref_find(c, 4)->held = 5;
    fact_drop(c, 4);
    expect_bound(f, 1, value_int(1));
    assert_int_equal(ref_find(f->s, 4)->held, 1);
    assert_non_null(fact_find(f->s, 4));
}

// States are recycled; a new one remembers nothing.
static void test_recycled(void **state)
{
    struct fixture *f = *state;
    struct state *old = f->s;
    struct state *s;

    bind(f, 1, value_int(1));
    ref_put(&f->pool, f->s, &(struct ref){.sym = 4, .held = 1});
    old->oom = old->waiting = true;
    old->block = 7;
    old->error.kind = ERROR_SET;
    state_done(&f->pool, old);
    s = state_new(&f->pool);
    assert_ptr_equal(s, old);
    assert_int_equal(s->nstore + s->nfacts + s->nrefs, 0);
    assert_false(s->oom || s->waiting);
    assert_int_equal(s->block, 0);
    assert_int_equal(s->error.kind, ERROR_UNKNOWN);
    assert_null(s->trail);
    assert_null(s->next);
    assert_ptr_not_equal(state_new(&f->pool), s);
    f->s = s;
}

static void replace(struct fixture *f, uint32_t from, struct value to)
{
    state_replace(&f->syms, &f->pool, f->s, from, to);
    expect_sorted(f->s);
}

static void test_replace_by_symbol(void **state)
{
    struct fixture *f = *state;
    struct syms *y = &f->syms;
    uint32_t to = sym_site(y, 9, 0, 0);
    uint32_t from = sym_site(y, 1, 0, 0);
    uint32_t other = sym_site(y, 2, 0, 0);
    uint32_t x = loc_local(y, 0);
    uint32_t field = loc_field(y, loc_deref(y, from), 1, 0);

    bind(f, x, value_sym(from));
    bind(f, field, value_sym(other));
    fact_put(&f->pool, f->s,
             &(struct fact){.sym = from, .nonzero = true, .lo = 1, .hi = 3});
    ref_put(&f->pool, f->s, &(struct ref){.sym = from, .held = 2, .name = x});
    ref_put(&f->pool, f->s,
            &(struct ref){.sym = other, .lender = LENT_ITEM, .owner = from});
    f->s->error = (struct error_state){.kind = ERROR_PENDING, .n = 1};
    f->s->error.pending[0].sym = from;

    replace(f, from, value_sym(to));
    expect_bound(f, x, value_sym(to));
    assert_null(state_find(f->s, field));
    expect_bound(f, loc_field(y, loc_deref(y, to), 1, 0), value_sym(other));
    assert_null(fact_find(f->s, from));
    assert_int_equal(fact_find(f->s, to)->hi, 3);
    assert_null(ref_find(f->s, from));
    assert_int_equal(ref_find(f->s, to)->held, 2);
    assert_int_equal(ref_find(f->s, other)->owner, to);
    assert_int_equal(f->s->error.pending[0].sym, to);
}

static void test_replace_by_number(void **state)
{
    struct fixture *f = *state;
    struct syms *y = &f->syms;
    uint32_t from = sym_site(y, 1, 0, 0);
    uint32_t x = loc_local(y, 0);
    uint32_t elem = loc_elem(y, loc_local(y, 1), value_sym(from));

    bind(f, x, value_sym(from));
    bind(f, elem, value_int(8));
    fact_put(&f->pool, f->s, &(struct fact){.sym = from, .hi = 3});
    ref_put(&f->pool, f->s, &(struct ref){.sym = from, .held = 1});
    f->s->error = (struct error_state){.kind = ERROR_PENDING, .n = 1};
    f->s->error.pending[0].sym = from;
    replace(f, from, value_int(2));
    expect_bound(f, x, value_int(2));
    expect_bound(f, loc_elem(y, loc_local(y, 1), value_int(2)), value_int(8));
    assert_int_equal(f->s->nstore, 2);
    assert_int_equal(f->s->nfacts, 0);
    assert_int_equal(f->s->nrefs, 0);
    assert_int_equal(f->s->error.n, 0);
}

// a[i] and a[2] turn out to be one: what each of them held may be in it, so
// neither reference is judged any more.
static void test_replace_makes_places_meet(void **state)
{
    struct fixture *f = *state;
    struct syms *y = &f->syms;
    uint32_t i = sym_site(y, 1, 0, 0);
    uint32_t p = sym_site(y, 2, 0, 0);
    uint32_t q = sym_site(y, 3, 0, 0);
    uint32_t a = loc_local(y, 0);

    bind(f, loc_elem(y, a, value_sym(i)), value_sym(p));
    bind(f, loc_elem(y, a, value_int(2)), value_sym(q));
    ref_put(&f->pool, f->s, &(struct ref){.sym = p, .held = 1});
    ref_put(&f->pool, f->s, &(struct ref){.sym = q, .held = 1});
    replace(f, i, value_int(2));
    assert_int_equal(f->s->nstore, 1);
    assert_true(ref_find(f->s, p)->flags & REF_ESCAPED);
    assert_true(ref_find(f->s, q)->flags & REF_ESCAPED);
    assert_int_equal(ref_find(f->s, p)->held, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bind),
        TEST(test_facts),
        TEST(test_refs),
        TEST(test_copy),
        TEST(test_recycled),
        TEST(test_replace_by_symbol),
        TEST(test_replace_by_number),
        TEST(test_replace_makes_places_meet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
