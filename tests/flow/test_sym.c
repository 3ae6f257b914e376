// test_sym.c - flow/sym.c: equal values and places have equal numbers, also
// after a symbol in them was replaced.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/sym.h"
#include "ir/ir.h"

#include <stdlib.h>

struct fixture {
    struct arena arena;
    struct syms syms;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f)
        return -1;
    syms_init(&f->syms, &f->arena);
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

static void test_equal_ones_are_one(void **state)
{
    struct fixture *f = *state;
    struct syms *s = &f->syms;
    uint32_t x = loc_local(s, 0);
    uint32_t y = loc_local(s, 1);
    uint32_t p = sym_init(s, x, 3);

    assert_int_not_equal(x, 0);
    assert_int_not_equal(x, y);
    assert_int_equal(x, loc_local(s, 0));
    assert_int_not_equal(x, loc_global(s, 0));
    assert_int_not_equal(p, 0);
    assert_int_equal(p, sym_init(s, x, 3));
    assert_int_not_equal(p, sym_init(s, y, 3));
    assert_int_not_equal(sym_site(s, 4, 0, 0), sym_site(s, 4, 1, 0));
    assert_int_not_equal(sym_site(s, 4, 0, 0), sym_site(s, 5, 0, 0));
    assert_int_not_equal(sym_site(s, 4, 0, 0), sym_after(s, 4, x, 0));
    assert_int_not_equal(sym_after(s, 4, x, 0), sym_join(s, 4, x, 0));
    assert_int_equal(sym_expr(s, IR_ADD, value_sym(p), value_int(1)),
                     sym_expr(s, IR_ADD, value_sym(p), value_int(1)));
    assert_int_not_equal(sym_expr(s, IR_ADD, value_sym(p), value_int(1)),
                         sym_expr(s, IR_ADD, value_sym(p), value_int(2)));
    assert_int_not_equal(sym_expr(s, IR_ADD, value_sym(p), value_int(1)),
                         sym_expr(s, IR_SUB, value_sym(p), value_int(1)));
    assert_int_equal(sym_fn(s, 7), sym_fn(s, 7));
    assert_int_not_equal(sym_fn(s, 7), sym_fn(s, 8));
}

// The type of a symbol is not part of what it is.
static void test_type_is_no_identity(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(sym_site(&f->syms, 1, 0, 2), sym_site(&f->syms, 1, 0, 9));
}

// More than the tables begin with: numbers stay.
static void test_many(void **state)
{
    struct fixture *f = *state;
    struct syms *s = &f->syms;
    enum { MANY = 20000 };
    uint32_t *numbers = arena_array(&f->arena, uint32_t, MANY);
    uint32_t *locs = arena_array(&f->arena, uint32_t, MANY);

    for (uint32_t i = 0; i < MANY; i++) {
        locs[i] = loc_local(s, i);
        numbers[i] = sym_init(s, locs[i], 1);
    }
    for (uint32_t i = 0; i < MANY; i++) {
        assert_int_equal(loc_local(s, i), locs[i]);
        assert_int_equal(sym_init(s, locs[i], 1), numbers[i]);
        assert_int_equal(s->syms[numbers[i]].loc, locs[i]);
    }
}

static void test_addresses(void **state)
{
    struct fixture *f = *state;
    struct syms *s = &f->syms;
    uint32_t x = loc_local(s, 0);
    uint32_t p = sym_site(s, 1, 0, 0);

    // *&x is x and &*p is p.
    assert_int_equal(loc_deref(s, sym_addr(s, x)), x);
    assert_int_equal(sym_addr(s, loc_deref(s, p)), p);
    assert_int_not_equal(loc_deref(s, p), x);
    // &p->field is neither.
    assert_int_not_equal(sym_addr(s, loc_field(s, loc_deref(s, p), 1, 0)), p);
    assert_false(loc_is_shared(s, x));
    assert_false(loc_is_shared(s, loc_field(s, x, 1, 0)));
    assert_true(loc_is_shared(s, loc_deref(s, p)));
    assert_true(loc_is_shared(s, loc_elem(s, loc_global(s, 1), value_int(3))));
    assert_int_equal(s->locs[loc_field(s, loc_deref(s, p), 1, 0)].depth, 1);
    assert_int_equal(s->locs[x].depth, 0);
}

static void test_elements(void **state)
{
    struct fixture *f = *state;
    struct syms *s = &f->syms;
    uint32_t a = loc_local(s, 0);
    struct value i = value_sym(sym_site(s, 1, 0, 0));
    uint32_t a2 = loc_elem(s, a, value_int(2));

    assert_int_equal(loc_elem(s, a, value_int(0)), a);
    assert_int_equal(loc_elem(s, a2, value_int(0)), a2);
    assert_int_equal(loc_elem(s, a2, value_int(1)),
                     loc_elem(s, a, value_int(3)));
    assert_int_equal(loc_elem(s, a2, value_int(-2)), a);
    assert_int_equal(
        loc_elem(s, loc_elem(s, a, value_int(INT64_MAX)), value_int(1)),
        loc_elem(s, a, value_int(INT64_MIN)));
    assert_int_not_equal(loc_elem(s, a, i), a);
    assert_int_not_equal(loc_elem(s, a, i), loc_elem(s, a2, i));
    assert_int_equal(loc_elem(s, a, i), loc_elem(s, a, i));
    // The same field of different elements is not one place.
    assert_int_not_equal(loc_field(s, a2, 1, 0), loc_field(s, a, 1, 0));
}

static void test_replace(void **state)
{
    struct fixture *f = *state;
    struct syms *s = &f->syms;
    uint32_t p = sym_site(s, 1, 0, 0);
    uint32_t q = sym_site(s, 2, 0, 0);
    uint32_t i = sym_site(s, 3, 0, 0);
    uint32_t field = loc_field(s, loc_deref(s, p), 1, 2);
    uint32_t elem = loc_elem(s, field, value_sym(i));
    struct value sum =
        value_sym(sym_expr(s, IR_ADD, value_sym(p), value_sym(i)));
    struct value init = value_sym(sym_init(s, elem, 0));
    struct value addr = value_sym(sym_addr(s, elem));

    assert_true(value_mentions(s, sum, p));
    assert_true(value_mentions(s, sum, i));
    assert_false(value_mentions(s, sum, q));
    assert_true(value_mentions(s, init, p));
    assert_true(value_mentions(s, init, i));
    assert_true(value_mentions(s, addr, p));
    assert_false(value_mentions(s, value_int(p), p));

    assert_true(value_same(value_replace(s, value_sym(p), p, value_sym(q)),
                           value_sym(q)));
    assert_true(value_same(value_replace(s, sum, q, value_int(0)), sum));
    assert_true(
        value_same(value_replace(s, sum, p, value_sym(q)),
                   value_sym(sym_expr(s, IR_ADD, value_sym(q), value_sym(i)))));
    assert_int_equal(
        loc_replace(s, elem, p, value_sym(q)),
        loc_elem(s, loc_field(s, loc_deref(s, q), 1, 2), value_sym(i)));
    assert_int_equal(loc_replace(s, elem, i, value_int(0)), field);
    assert_int_equal(loc_replace(s, elem, i, value_int(4)),
                     loc_elem(s, field, value_int(4)));
    assert_true(value_same(value_replace(s, addr, i, value_int(0)),
                           value_sym(sym_addr(s, field))));
    // A pointer that turns out to be an address leads to the place itself.
    assert_int_equal(loc_replace(s, loc_deref(s, p), p,
                                 value_sym(sym_addr(s, loc_local(s, 5)))),
                     loc_local(s, 5));
    // What is NULL points nowhere: the place keeps its name.
    assert_int_equal(loc_replace(s, field, p, value_int(0)), field);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_equal_ones_are_one),
        TEST(test_type_is_no_identity),
        TEST(test_many),
        TEST(test_addresses),
        TEST(test_elements),
        TEST(test_replace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
