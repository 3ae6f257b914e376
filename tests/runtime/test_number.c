// test_number.c - objects/number.c: none, bool, int and float.

#include "support.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

// Gives back what it is asked about.
static int64_t value_of(rc_object *o)
{
    int64_t value = 0;

    assert_non_null(o);
    assert_int_equal(rc_int_value(o, &value), 0);
    rc_decref(o);
    return value;
}

static void test_shared(void **state)
{
    (void)state;
    for (int64_t i = RC_SMALL_MIN; i <= RC_SMALL_MAX; i++) {
        rc_object *a = rc_int_new(i), *b = rc_int_new(i);

        assert_true(rc_is(a, b));
        assert_true(rc_is_immortal(a));
        rc_decref(b);
        assert_int_equal(value_of(a), i);
    }
    assert_true(rc_is(rc_bool(true), rc_true));
    assert_true(rc_is(rc_bool(false), rc_false));
    assert_true(rc_is_immortal(rc_none));
    assert_shows(rc_none, "none");
    assert_shows(rc_true, "true");
    assert_shows(rc_false, "false");
    assert_true(rc_is_int(rc_true));
}

static void test_not_shared(void **state)
{
    static const int64_t cases[] = {RC_SMALL_MIN - 1, RC_SMALL_MAX + 1,
                                    INT64_MIN, INT64_MAX};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *a = rc_int_new(cases[i]), *b = rc_int_new(cases[i]);

        print_message("%" PRId64 "\n", cases[i]);
        assert_false(rc_is(a, b));
        assert_int_equal(rc_equal(a, b), 1);
        assert_int_equal(rc_refcount(a), 2);
        rc_decref(b);
        assert_int_equal(value_of(a), cases[i]);
    }
}

static void test_arithmetic(void **state)
{
    static const struct {
        char operation;
        int64_t a, b, expect;
        enum rc_error error;
    } cases[] = {
        {'+', 2, 3, 5, RC_OK},
        {'+', INT64_MAX, 0, INT64_MAX, RC_OK},
        {'+', INT64_MAX, 1, 0, RC_ERROR_OVERFLOW},
        {'+', INT64_MIN, -1, 0, RC_ERROR_OVERFLOW},
        {'+', INT64_MIN, INT64_MAX, -1, RC_OK},
        {'-', 2, 3, -1, RC_OK},
        {'-', INT64_MIN, 1, 0, RC_ERROR_OVERFLOW},
        {'-', 0, INT64_MIN, 0, RC_ERROR_OVERFLOW},
        {'-', -1, INT64_MIN, INT64_MAX, RC_OK},
        {'*', -4, 5, -20, RC_OK},
        {'*', INT64_MIN, -1, 0, RC_ERROR_OVERFLOW},
        {'*', INT64_C(1) << 32, INT64_C(1) << 31, 0, RC_ERROR_OVERFLOW},
        {'*', INT64_C(1) << 32, -(INT64_C(1) << 31), INT64_MIN, RC_OK},
        {'/', 7, 2, 3, RC_OK},
        {'/', -7, 2, -4, RC_OK},
        {'/', 7, -2, -4, RC_OK},
        {'/', -7, -2, 3, RC_OK},
        {'/', -8, 2, -4, RC_OK},
        {'/', 0, -5, 0, RC_OK},
        {'/', 1, 0, 0, RC_ERROR_VALUE},
        {'/', INT64_MIN, -1, 0, RC_ERROR_OVERFLOW},
        {'/', INT64_MIN, 1, INT64_MIN, RC_OK},
        {'%', 7, 2, 1, RC_OK},
        {'%', -7, 2, 1, RC_OK},
        {'%', 7, -2, -1, RC_OK},
        {'%', -7, -2, -1, RC_OK},
        {'%', 8, -2, 0, RC_OK},
        {'%', 1, 0, 0, RC_ERROR_VALUE},
        {'%', INT64_MIN, -1, 0, RC_OK},
        {'%', INT64_MIN, INT64_MAX, INT64_MAX - 1, RC_OK},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char operation = cases[i].operation;
        rc_object *a = rc_int_new(cases[i].a), *b = rc_int_new(cases[i].b);
        rc_object *result;

        print_message("%" PRId64 " %c %" PRId64 "\n", cases[i].a, operation,
                      cases[i].b);
        rc_error_clear();
        result = operation == '+'   ? rc_int_add(a, b)
                 : operation == '-' ? rc_int_sub(a, b)
                 : operation == '*' ? rc_int_mul(a, b)
                 : operation == '/' ? rc_int_floordiv(a, b)
                                    : rc_int_mod(a, b);
        assert_int_equal(rc_error_code(), cases[i].error);
        if (cases[i].error)
            assert_null(result);
        else
            assert_int_equal(value_of(result), cases[i].expect);
        rc_decref(a);
        rc_decref(b);
    }
}

static void test_wrong_types(void **state)
{
    rc_object *text = rc_str_new("12"), *f = rc_float_new(1.5);
    int64_t value = 7;
    double d = 7;

    (void)state;
    assert_int_equal(rc_int_value(text, &value), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_string_equal(rc_error_message(), "expected int, not str");
    assert_int_equal(rc_int_value(f, &value), -1);
    assert_int_equal(value, 7);
    rc_error_clear();
    assert_int_equal(rc_float_value(text, &d), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_true(d == 7);
    rc_error_clear();
    assert_null(rc_int_add(rc_true, f));
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    rc_error_clear();
    assert_null(rc_int_mod(text, rc_true));
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_int_equal(value_of(rc_int_add(rc_true, rc_true)), 2);
    rc_decref(text);
    rc_decref(f);
}

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        int64_t expect;
        enum rc_error error;
    } cases[] = {
        {"0", 0, RC_OK},
        {"-0", 0, RC_OK},
        {"+17", 17, RC_OK},
        {"-000123", -123, RC_OK},
        {"9223372036854775807", INT64_MAX, RC_OK},
        {"-9223372036854775808", INT64_MIN, RC_OK},
        {"9223372036854775808", 0, RC_ERROR_OVERFLOW},
        {"-9223372036854775809", 0, RC_ERROR_OVERFLOW},
        {"99999999999999999999999", 0, RC_ERROR_OVERFLOW},
        {"99999999999999999999999x", 0, RC_ERROR_VALUE},
        {"", 0, RC_ERROR_VALUE},
        {"-", 0, RC_ERROR_VALUE},
        {"+-1", 0, RC_ERROR_VALUE},
        {" 1", 0, RC_ERROR_VALUE},
        {"1 ", 0, RC_ERROR_VALUE},
        {"1.5", 0, RC_ERROR_VALUE},
        {"0x10", 0, RC_ERROR_VALUE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *result;

        print_message("'%s'\n", cases[i].text);
        rc_error_clear();
        result = rc_int_parse(cases[i].text);
        assert_int_equal(rc_error_code(), cases[i].error);
        if (cases[i].error)
            assert_null(result);
        else
            assert_int_equal(value_of(result), cases[i].expect);
    }
}

static void test_int_repr(void **state)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-5, "-5"},
        {257, "257"},
        {INT64_MIN, "-9223372036854775808"},
        {INT64_MAX, "9223372036854775807"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *o = rc_int_new(cases[i].value);

        print_message("%s\n", cases[i].text);
        assert_shows(o, cases[i].text);
        rc_decref(o);
    }
}

// What Python shows.
static void test_float_repr(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {100.0, "100.0"},
        {123456.789, "123456.789"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {2.0 / 3, "0.6666666666666666"},
        {1e15, "1000000000000000.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {12345678901234568.0, "1.2345678901234568e+16"},
        {0.0001, "0.0001"},
        {0.00012345, "0.00012345"},
        {0.00001, "1e-05"},
        {1.5e-7, "1.5e-07"},
        {1e100, "1e+100"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {5e-324, "5e-324"},
        {HUGE_VAL, "inf"},
        {-HUGE_VAL, "-inf"},
        {NAN, "nan"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *o = rc_float_new(cases[i].value);

        print_message("%s\n", cases[i].text);
        assert_shows(o, cases[i].text);
        rc_decref(o);
    }
}

static void test_float_repr_reads_back(void **state)
{
    uint64_t bits = 1;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        rc_object *o, *shown;
        double d;

        bits = bits * UINT64_C(6364136223846793005) + 1442695040888963407u;
        memcpy(&d, &bits, sizeof(d));
        if (!(d - d == 0)) // nan, inf
            continue;
        o = rc_float_new(d);
        shown = rc_repr(o);
        assert_true(strtod(rc_str_text(shown), NULL) == d);
        rc_decref(shown);
        rc_decref(o);
    }
}

static void test_float_value(void **state)
{
    rc_object *f = rc_float_new(2.5), *i = rc_int_new(1000);
    double d = 0;

    (void)state;
    assert_int_equal(rc_float_value(f, &d), 0);
    assert_true(d == 2.5);
    assert_int_equal(rc_float_value(i, &d), 0);
    assert_true(d == 1000);
    assert_int_equal(rc_float_value(rc_true, &d), 0);
    assert_true(d == 1);
    assert_true(rc_is_float(f));
    assert_false(rc_is_float(i));
    assert_false(rc_is_int(f));
    rc_decref(f);
    rc_decref(i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_shared),      TEST(test_not_shared),
        TEST(test_arithmetic),  TEST(test_wrong_types),
        TEST(test_parse),       TEST(test_int_repr),
        TEST(test_float_repr),  TEST(test_float_repr_reads_back),
        TEST(test_float_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
