// test_ops.c - objects/ops.c: identity, equality, hashes, repr, length.

#include "support.h"

#include <math.h>

// Numbers as a letter and text: "i10", "f10", "t", "x" (false).
static rc_object *number(const char *text)
{
    double d = 0;
    rc_object *parsed;

    if (text[0] == 't' || text[0] == 'x')
        return rc_newref(rc_bool(text[0] == 't'));
    if (text[0] == 'i')
        return rc_int_parse(text + 1);
    if (strcmp(text, "fnan") == 0)
        return rc_float_new(NAN);
    if (strcmp(text, "finf") == 0)
        return rc_float_new(HUGE_VAL);
    parsed = rc_int_parse(text + 1);
    if (!parsed) { // too large for an int
        rc_error_clear();
        return rc_float_new(text[1] == '-' ? -0x1p64 : 0x1p63);
    }
    assert_int_equal(rc_float_value(parsed, &d), 0);
    rc_decref(parsed);
    return rc_float_new(d);
}

static void test_numbers(void **state)
{
    static const struct {
        const char *a, *b;
        int expect;
    } cases[] = {
        {"i10", "f10", 1},
        {"i10", "i10", 1},
        {"i1000", "i1000", 1},
        {"i10", "i11", 0},
        {"t", "i1", 1},
        {"t", "f1", 1},
        {"x", "i0", 1},
        {"x", "f0", 1},
        {"t", "x", 0},
        {"t", "i2", 0},
        {"i-7", "f-7", 1},
        {"fnan", "fnan", 0},
        {"fnan", "i0", 0},
        {"finf", "finf", 1},
        {"finf", "i9223372036854775807", 0},
        {"i9007199254740992", "f9007199254740992", 1},
        // Here two ints have the same nearest float.
        {"i9007199254740993", "f9007199254740992", 0},
        {"i9223372036854775807", "f9223372036854775808", 0},
        {"i-9223372036854775808", "f-9223372036854775808", 1},
        {"i-9223372036854775807", "f-9223372036854775808", 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *a = number(cases[i].a), *b = number(cases[i].b);
        uint64_t x = 1, y = 2;

        print_message("%s == %s\n", cases[i].a, cases[i].b);
        assert_int_equal(rc_equal(a, b), cases[i].expect);
        assert_int_equal(rc_equal(b, a), cases[i].expect);
        assert_int_equal(rc_hash(a, &x), 0);
        assert_int_equal(rc_hash(b, &y), 0);
        if (cases[i].expect)
            assert_true(x == y);
        rc_decref(a);
        rc_decref(b);
    }
}

static void test_zero_and_nan(void **state)
{
    rc_object *zero = rc_float_new(0.0), *minus = rc_float_new(-0.0);
    rc_object *nan = rc_float_new(NAN), *list = rc_list_pack(1, nan);
    uint64_t x = 1, y = 2;

    (void)state;
    assert_int_equal(rc_equal(zero, minus), 1);
    assert_int_equal(rc_hash(zero, &x), 0);
    assert_int_equal(rc_hash(minus, &y), 0);
    assert_true(x == 0 && y == 0);
    assert_true(rc_is(nan, nan));
    assert_int_equal(rc_equal(nan, nan), 0);
    assert_int_equal(rc_contains(list, nan), 1); // it is there, after all
    rc_decref(zero);
    rc_decref(minus);
    rc_decref(nan);
    rc_decref(list);
}

static void test_identity(void **state)
{
    rc_object *a = rc_list_new(), *b = rc_list_new();

    (void)state;
    assert_true(rc_is(a, a));
    assert_false(rc_is(a, b));
    assert_true(rc_is(NULL, NULL));
    assert_false(rc_is(a, NULL));
    assert_int_equal(rc_equal(a, b), 1);
    assert_int_equal(rc_equal(a, rc_none), 0);
    assert_int_equal(rc_equal(rc_none, rc_none), 1);
    assert_int_equal(rc_equal(rc_none, rc_false), 0);
    rc_decref(a);
    rc_decref(b);
}

static void test_types_differ(void **state)
{
    rc_object *list = rc_list_pack(1, rc_true), *text = rc_str_new("1");
    rc_object *tuple = rc_tuple_pack(1, rc_true), *one = rc_int_new(1);

    (void)state;
    assert_int_equal(rc_equal(list, tuple), 0);
    assert_int_equal(rc_equal(tuple, list), 0);
    assert_int_equal(rc_equal(text, one), 0);
    assert_int_equal(rc_equal(one, text), 0);
    assert_int_equal(rc_equal(one, list), 0);
    rc_decref(list);
    rc_decref(tuple);
    rc_decref(text);
    rc_decref(one);
}

static void test_sets(void **state)
{
    rc_object *items = rc_list_pack(2, rc_true, rc_none);
    rc_object *set = rc_set_from(items), *frozen = rc_frozenset_from(items);
    uint64_t hash = 0;

    (void)state;
    assert_int_equal(rc_equal(set, frozen), 1);
    assert_int_equal(rc_equal(frozen, set), 1);
    assert_int_equal(rc_equal(frozen, items), 0);
    assert_int_equal(rc_hash(set, &hash), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_int_equal(rc_hash(frozen, &hash), 0);
    rc_decref(items);
    rc_decref(set);
    rc_decref(frozen);
}

// A tuple in a tuple, this many deep.
static rc_object *nest(int depth)
{
    rc_object *o = rc_tuple_pack(1, rc_none);

    for (int i = 1; i < depth; i++) {
        rc_object *outer = rc_tuple_pack(1, o);

        rc_decref(o);
        o = outer;
    }
    return o;
}

static void test_depth(void **state)
{
    static const struct {
        int depth;
        int expect;
    } cases[] = {
        {1, 1},       {RC_MAX_DEPTH, 1}, {RC_MAX_DEPTH + 1, -1},
        {100000, -1}, {RC_MAX_DEPTH, 1}, // an error leaves nothing behind
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int depth = (int)scaled((size_t)cases[i].depth);
        rc_object *a = nest(depth), *b = nest(depth), *shown;
        uint64_t x = 0, y = 1;

        print_message("%d\n", depth);
        rc_error_clear();
        assert_int_equal(rc_equal(a, b), cases[i].expect);
        assert_int_equal(rc_hash(a, &x), cases[i].expect == 1 ? 0 : -1);
        assert_int_equal(rc_hash(b, &y), cases[i].expect == 1 ? 0 : -1);
        shown = rc_repr(a);
        if (cases[i].expect == 1) {
            assert_true(x == y);
            assert_non_null(shown);
        } else {
            assert_null(shown);
            assert_int_equal(rc_error_code(), RC_ERROR_STATE);
        }
        rc_xdecref(shown);
        rc_decref(a);
        rc_decref(b);
    }
}

static void test_equal_cycles(void **state)
{
    rc_object *a = rc_list_new(), *b = rc_list_new();

    (void)state;
    assert_int_equal(rc_list_append(a, a), 0);
    assert_int_equal(rc_list_append(b, b), 0);
    assert_int_equal(rc_equal(a, a), 1);
    assert_int_equal(rc_equal(a, b), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_STATE);
    rc_decref(a);
    rc_decref(b);
}

static void test_hash(void **state)
{
    rc_object *text = rc_str_new("key"), *list = rc_list_new();
    rc_object *number_ = rc_int_new(-3), *tuple = rc_tuple_pack(1, list);
    uint64_t hash = 0;

    (void)state;
    assert_int_equal(rc_hash(number_, &hash), 0);
    assert_true(hash == (uint64_t)-3);
    assert_int_equal(rc_hash(rc_none, &hash), 0);
    assert_int_equal(rc_hash(text, &hash), 0);
    assert_int_equal(rc_hash(list, &hash), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_string_equal(rc_error_message(), "unhashable: list");
    rc_error_clear();
    assert_int_equal(rc_hash(tuple, &hash), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    rc_decref(text);
    rc_decref(list);
    rc_decref(number_);
    rc_decref(tuple);
}

static void test_repr_of_cycles(void **state)
{
    rc_object *list = rc_list_new(), *dict = rc_dict_new();
    rc_object *inner = rc_list_new(), *tuple = rc_tuple_pack(1, inner);

    (void)state;
    assert_int_equal(rc_list_append(list, rc_true), 0);
    assert_int_equal(rc_list_append(list, list), 0);
    assert_shows(list, "[true, [...]]");
    assert_int_equal(rc_dict_set_text(dict, "me", dict), 0);
    assert_shows(dict, "{'me': {...}}");
    assert_int_equal(rc_list_append(inner, tuple), 0);
    assert_shows(tuple, "([(...)],)");
    assert_shows(inner, "[([...],)]");
    // The same object twice is no cycle.
    rc_decref(tuple);
    tuple = rc_tuple_pack(2, dict, dict);
    assert_shows(tuple, "({'me': {...}}, {'me': {...}})");
    rc_decref(tuple);
    rc_decref(list);
    rc_decref(dict);
    rc_decref(inner);
}

static void test_repr_of_values(void **state)
{
    rc_object *f = rc_float_new(1.5), *text = rc_str_new("it's");
    rc_object *list = rc_list_pack(4, rc_none, f, text, rc_true);

    (void)state;
    assert_shows(list, "[none, 1.5, \"it's\", true]");
    assert_shows(RC_OBJECT(&rc_list_type), "<type 'list'>");
    rc_decref(f);
    rc_decref(text);
    rc_decref(list);
}

// ---- types of the program ----

struct pair {
    rc_object head;
    rc_object *a, *b;
};

static int equal_calls;

static int pair_equal(rc_object *a, rc_object *b)
{
    equal_calls++;
    return rc_equal(((struct pair *)(void *)a)->a,
                    ((struct pair *)(void *)b)->a);
}

static rc_object *pair_repr(rc_object *self)
{
    return rc_repr(((struct pair *)(void *)self)->a);
}

static rc_object *no_repr(rc_object *self)
{
    return rc_newref(self);
}

static const uint16_t pair_slots[] = {offsetof(struct pair, a),
                                      offsetof(struct pair, b), 0};

static rc_type pair_type = {
    .name = "pair",
    .size = sizeof(struct pair),
    .slots = pair_slots,
    .equal = pair_equal,
    .repr = pair_repr,
};

static rc_type plain_type = {.name = "plain", .size = sizeof(rc_object)};

static rc_type odd_type = {
    .name = "odd",
    .size = sizeof(rc_object),
    .repr = no_repr,
};

static rc_object *pair_new(rc_object *a)
{
    rc_object *o = rc_new(&pair_type);

    assert_non_null(o);
    ((struct pair *)(void *)o)->a = rc_newref(a);
    return o;
}

static void test_own_types(void **state)
{
    rc_object *a, *b, *c, *plain, *odd, *shown;
    uint64_t hash = 0;

    (void)state;
    assert_int_equal(rc_type_ready(&pair_type), 0);
    assert_int_equal(rc_type_ready(&plain_type), 0);
    assert_int_equal(rc_type_ready(&odd_type), 0);
    a = pair_new(rc_true);
    b = pair_new(rc_true);
    c = pair_new(rc_none);
    plain = rc_new(&plain_type);
    odd = rc_new(&odd_type);
    equal_calls = 0;
    assert_int_equal(rc_equal(a, b), 1);
    assert_int_equal(rc_equal(a, c), 0);
    assert_int_equal(equal_calls, 2);
    assert_int_equal(rc_equal(a, a), 1);     // identical: not called
    assert_int_equal(rc_equal(a, plain), 0); // nor for another type
    assert_int_equal(rc_equal(plain, a), 0);
    assert_int_equal(rc_equal(plain, plain), 1);
    assert_int_equal(equal_calls, 2);
    assert_shows(a, "true");
    assert_int_equal(rc_hash(plain, &hash), 0);
    shown = rc_repr(plain);
    assert_memory_equal(rc_str_text(shown), "<plain at 0x", 12);
    rc_decref(shown);
    assert_null(rc_repr(odd));
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_string_equal(rc_type_name(plain), "plain");
    assert_true(rc_is(rc_type_of(plain), RC_OBJECT(&plain_type)));
    rc_decref(a);
    rc_decref(b);
    rc_decref(c);
    rc_decref(plain);
    rc_decref(odd);
}

static void test_cycle_of_own_type(void **state)
{
    rc_object *a, *b;

    (void)state;
    assert_int_equal(rc_type_ready(&pair_type), 0);
    a = pair_new(rc_none);
    b = pair_new(a);
    rc_setref(&((struct pair *)(void *)a)->a, rc_newref(b));
    assert_shows(a, "pair(...)");
    rc_decref(a);
    rc_decref(b);
}

static void test_type_of(void **state)
{
    rc_object *cls = rc_class_new("Point", NULL);
    rc_object *point = rc_instance_new(cls);

    (void)state;
    assert_true(rc_is(rc_type_of(point), cls));
    assert_string_equal(rc_type_name(point), "Point");
    assert_true(rc_is(rc_type_of(cls), RC_OBJECT(&rc_class_type)));
    assert_true(rc_is(rc_type_of(rc_true), RC_OBJECT(&rc_bool_type)));
    assert_true(
        rc_is(rc_type_of(RC_OBJECT(&rc_int_type)), RC_OBJECT(&rc_type_type)));
    assert_string_equal(rc_type_name(rc_none), "none");
    rc_decref(point);
    rc_decref(cls);
}

static void test_length_and_contains(void **state)
{
    rc_object *x = rc_str_new("xyz"), *y = rc_int_new(5000);
    rc_object *list = rc_list_pack(2, x, rc_true);
    rc_object *tuple = rc_tuple_pack(2, x, rc_true);
    rc_object *set = rc_set_from(list), *frozen = rc_frozenset_from(list);
    rc_object *dict = rc_dict_new(), *text = rc_str_new("uvw xyz \xc3\xbc");
    rc_object *all[] = {list, tuple, set, frozen, dict};
    rc_object *one = rc_float_new(1);

    (void)state;
    assert_int_equal(rc_dict_set(dict, x, rc_none), 0);
    assert_int_equal(rc_dict_set(dict, rc_true, y), 0);
    for (size_t i = 0; i < LENGTH(all); i++) {
        print_message("%s\n", rc_type_name(all[i]));
        assert_int_equal(rc_length(all[i]), 2);
        assert_int_equal(rc_contains(all[i], x), 1);
        assert_int_equal(rc_contains(all[i], one), 1); // == true
        assert_int_equal(rc_contains(all[i], y), 0);
        rc_decref(all[i]);
    }
    assert_int_equal(rc_length(text), 9);
    assert_int_equal(rc_contains(text, x), 1);
    assert_int_equal(rc_contains(x, text), 0);
    assert_int_equal(rc_contains(text, y), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_int_equal(rc_length(y), -1);
    assert_int_equal(rc_contains(rc_none, y), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    rc_decref(x);
    rc_decref(y);
    rc_decref(text);
    rc_decref(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_numbers),        TEST(test_zero_and_nan),
        TEST(test_identity),       TEST(test_types_differ),
        TEST(test_sets),           TEST(test_depth),
        TEST(test_equal_cycles),   TEST(test_hash),
        TEST(test_repr_of_cycles), TEST(test_repr_of_values),
        TEST(test_own_types),      TEST(test_cycle_of_own_type),
        TEST(test_type_of),        TEST(test_length_and_contains),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
