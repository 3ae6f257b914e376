// test_tuple.c - objects/tuple.c: tuples.

#include "support.h"

static rc_object *of_ints(int64_t n, int64_t first)
{
    rc_object *tuple = rc_tuple_new(n);

    for (int64_t i = 0; i < n; i++)
        assert_int_equal(rc_tuple_set(tuple, i, rc_int_new(first + i)), 0);
    return tuple;
}

static void test_new(void **state)
{
    static const struct {
        int64_t n;
        const char *shown;
    } cases[] = {{0, "()"},
                 {1, "(none,)"},
                 {2, "(none, none)"},
                 {3, "(none, none, none)"}};
    rc_object *tuple;

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        tuple = rc_tuple_new(cases[i].n);
        print_message("%lld\n", (long long)cases[i].n);
        assert_shows(tuple, cases[i].shown);
        assert_int_equal(rc_tuple_length(tuple), cases[i].n);
        rc_decref(tuple);
    }
    assert_null(rc_tuple_new(-1));
    assert_error(RC_ERROR_VALUE);
    assert_null(rc_tuple_new(INT64_MAX));
    assert_error(RC_ERROR_MEMORY);
    assert_null(rc_tuple_pack(-1));
    assert_error(RC_ERROR_VALUE);
    tuple = rc_tuple_pack(2, rc_true, rc_none);
    assert_shows(tuple, "(true, none)");
    rc_decref(tuple);
}

// There is one tuple of no items.
static void test_empty(void **state)
{
    rc_object *one = rc_tuple_new(0), *other = rc_tuple_new(0);

    (void)state;
    assert_ptr_equal(one, other);
    assert_true(rc_is_immortal(one));
    assert_int_equal(rc_tuple_set(one, 0, rc_none), -1);
    assert_error(RC_ERROR_INDEX);
    rc_decref(one);
    rc_decref(other);
}

static void test_index(void **state)
{
    static const struct {
        int64_t i;
        int64_t expect; // -1: out of range
    } cases[] = {
        {0, 500}, {2, 502}, {-1, 502},       {-3, 500},
        {3, -1},  {-4, -1}, {INT64_MIN, -1}, {INT64_MAX, -1},
    };
    rc_object *tuple = of_ints(3, 500);

    (void)state;
    for (size_t n = 0; n < LENGTH(cases); n++) {
        rc_object *item = rc_tuple_at(tuple, cases[n].i);
        int64_t value = -1;

        print_message("%lld\n", (long long)cases[n].i);
        if (item)
            assert_int_equal(rc_int_value(item, &value), 0);
        else
            assert_error(RC_ERROR_INDEX);
        assert_int_equal(value, cases[n].expect);
        assert_int_equal(rc_tuple_set(tuple, cases[n].i, rc_int_new(value)),
                         item ? 0 : -1);
        rc_error_clear();
    }
    rc_decref(tuple);
}

static void test_set(void **state)
{
    rc_object *tuple = of_ints(2, 1000), *list = rc_list_new();

    (void)state;
    assert_int_equal(rc_tuple_set(tuple, 0, list), 0);
    assert_shows(tuple, "([], 1001)");
    rc_incref(tuple);
    assert_int_equal(rc_tuple_set(tuple, 0, rc_int_new(2000)), -1);
    assert_error(RC_ERROR_STATE);
    rc_decref(tuple);
    assert_int_equal(rc_tuple_set(list, 0, rc_int_new(2000)), -1);
    assert_string_equal(rc_error_message(), "expected tuple, not list");
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_tuple_at(list, 0));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_tuple_length(list), -1);
    assert_error(RC_ERROR_TYPE);
    assert_false(rc_is_tuple(list));
    assert_int_equal(rc_tuple_set(tuple, 0, rc_int_new(2000)), 0);
    assert_shows(tuple, "(2000, 1001)");
    rc_decref(tuple);
}

static void test_from(void **state)
{
    rc_object *list = rc_list_pack(2, rc_true, rc_none), *dict = rc_dict_new();
    rc_object *tuple = rc_tuple_from(list), *other = rc_tuple_from(tuple);
    rc_object *keys;

    (void)state;
    assert_shows(tuple, "(true, none)");
    assert_int_equal(rc_equal(tuple, other), 1);
    assert_int_equal(rc_equal(tuple, list), 0);
    assert_int_equal(rc_dict_set_text(dict, "a", rc_none), 0);
    keys = rc_tuple_from(dict);
    assert_shows(keys, "('a',)");
    assert_null(rc_tuple_from(rc_none));
    assert_error(RC_ERROR_TYPE);
    rc_decref(keys);
    rc_decref(other);
    rc_decref(tuple);
    rc_decref(dict);
    rc_decref(list);
}

// A collection that making the tuple brings about changes the list.
struct clearer {
    rc_object head;
    rc_object *self;
};

static rc_object *cleared;
static bool was_cleared;

static void clearer_finalize(rc_object *o)
{
    (void)o;
    rc_decref(rc_list_pop(cleared));
    was_cleared = true;
}

static const uint16_t clearer_slots[] = {offsetof(struct clearer, self), 0};
static rc_type clearer_type = {
    .name = "clearer",
    .size = sizeof(struct clearer),
    .slots = clearer_slots,
    .finalize = clearer_finalize,
};

static void test_from_changing(void **state)
{
    size_t young, full;
    rc_object *tuple = NULL, *o;

    (void)state;
    assert_int_equal(rc_type_ready(&clearer_type), 0);
    rc_gc_threshold(&young, &full);
    rc_gc_set_threshold(50, full);
    cleared = rc_list_new();
    for (int i = 0; i < 100; i++)
        assert_int_equal(rc_list_append(cleared, rc_none), 0);
    was_cleared = false;
    o = rc_new(&clearer_type);
    ((struct clearer *)o)->self = o; // the caller's reference
    while (!was_cleared) {
        rc_object *next = rc_tuple_from(cleared);

        assert_non_null(next);
        assert_int_equal(rc_tuple_length(next), rc_list_length(cleared));
        assert_int_equal(rc_equal(rc_tuple_at(next, -1), rc_none), 1);
        if (tuple) // a chain, so that containers become more
            assert_int_equal(rc_tuple_set(next, 0, tuple), 0);
        tuple = next;
    }
    assert_int_equal(rc_tuple_length(tuple), 99);
    rc_gc_set_threshold(young, full);
    rc_decref(tuple);
    rc_decref(cleared);
}

// ---- what types do ----

static void test_equal_and_hash(void **state)
{
    static const struct {
        int64_t n, first, other_n, other_first;
        int expect;
    } cases[] = {
        {0, 0, 0, 0, 1},       {1, 1000, 1, 1000, 1}, {5, 1000, 5, 1000, 1},
        {5, 1000, 5, 1001, 0}, {5, 1000, 4, 1000, 0}, {1, 0, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *a = of_ints(cases[i].n, cases[i].first);
        rc_object *b = of_ints(cases[i].other_n, cases[i].other_first);
        uint64_t hash_a = 0, hash_b = 0;

        print_message("%zu\n", i);
        assert_int_equal(rc_equal(a, b), cases[i].expect);
        assert_int_equal(rc_hash(a, &hash_a), 0);
        assert_int_equal(rc_hash(b, &hash_b), 0);
        assert_int_equal(hash_a == hash_b, cases[i].expect);
        rc_decref(a);
        rc_decref(b);
    }
}

static void test_hash_order(void **state)
{
    rc_object *a = rc_tuple_pack(2, rc_true, rc_none);
    rc_object *b = rc_tuple_pack(2, rc_none, rc_true);
    rc_object *list = rc_list_new(), *c = rc_tuple_pack(1, list);
    uint64_t hash_a = 0, hash_b = 0;

    (void)state;
    assert_int_equal(rc_hash(a, &hash_a), 0);
    assert_int_equal(rc_hash(b, &hash_b), 0);
    assert_true(hash_a != hash_b);
    assert_int_equal(rc_hash(c, &hash_a), -1);
    assert_error(RC_ERROR_TYPE);
    rc_decref(c);
    rc_decref(list);
    rc_decref(b);
    rc_decref(a);
}

static void test_copy(void **state)
{
    rc_object *tuple = of_ints(3, 1), *copy = rc_copy(tuple);

    (void)state;
    assert_ptr_equal(copy, tuple);
    rc_decref(copy);
    rc_decref(tuple);
}

// A tuple in a list that is in the tuple.
static void test_cycle(void **state)
{
    rc_object *list = rc_list_new(), *tuple = rc_tuple_pack(1, list);

    (void)state;
    assert_int_equal(rc_list_append(list, tuple), 0);
    assert_shows(tuple, "([(...)],)");
    rc_decref(list);
    rc_decref(tuple);
    assert_int_equal(rc_gc_collect(), 2);
}

#ifdef RC_AUDIT
static void test_no_memory(void **state)
{
    rc_object *list = rc_list_pack(3, rc_none, rc_true, rc_false);
    rc_object *tuple = NULL, *shown = NULL;

    (void)state;
    for (uint64_t n = 1; !shown; n++) {
        rc_audit_fail_alloc(n, false);
        tuple = rc_tuple_from(list);
        if (tuple)
            shown = rc_repr(tuple);
        rc_audit_fail_alloc(0, false);
        rc_xdecref(tuple);
        if (!shown)
            assert_error(RC_ERROR_MEMORY);
    }
    rc_decref(shown);
    rc_decref(list);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_new),
        TEST(test_empty),
        TEST(test_index),
        TEST(test_set),
        TEST(test_from),
        TEST(test_from_changing),
        TEST(test_equal_and_hash),
        TEST(test_hash_order),
        TEST(test_copy),
        TEST(test_cycle),
#ifdef RC_AUDIT
        TEST(test_no_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
