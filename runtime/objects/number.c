// number.c - none, bool, int and float.
//
// Small ints, true, false and none are static and immortal, so most programs
// make few of them. Ints are compared with floats exactly, not by turning the
// int into a float, and what is equal hashes alike: as the int.

#include "objects/objects.h"

#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define ADD_OVERFLOWS(a, b, ret) __builtin_add_overflow((a), (b), (ret))
#define SUB_OVERFLOWS(a, b, ret) __builtin_sub_overflow((a), (b), (ret))
#define MUL_OVERFLOWS(a, b, ret) __builtin_mul_overflow((a), (b), (ret))

enum { SMALL_COUNT = RC_SMALL_MAX - RC_SMALL_MIN + 1 };

static struct rc_int small_ints[SMALL_COUNT];

rc_object rc_none_object = IMMORTAL_HEAD(&rc_none_type);
struct rc_int rc_true_object = {IMMORTAL_HEAD(&rc_bool_type), 1};
struct rc_int rc_false_object = {IMMORTAL_HEAD(&rc_bool_type), 0};

void number_init(void)
{
    for (int i = 0; i < SMALL_COUNT; i++) {
        small_ints[i] =
            (struct rc_int){IMMORTAL_HEAD(&rc_int_type), i + RC_SMALL_MIN};
    }
}

rc_object *rc_bool(bool value)
{
    return value ? rc_true : rc_false;
}

// ---- int ----

bool rc_is_int(const rc_object *o)
{
    return is_exact_int(o) || o->type == &rc_bool_type;
}

rc_object *rc_int_new(int64_t value)
{
    struct rc_int *i;

    if (value >= RC_SMALL_MIN && value <= RC_SMALL_MAX)
        return rc_newref(RC_OBJECT(&small_ints[value - RC_SMALL_MIN]));
    i = (struct rc_int *)rc_new(&rc_int_type);
    if (!i)
        return NULL;
    i->value = value;
    return RC_OBJECT(i);
}

int rc_int_value(rc_object *o, int64_t *ret_value)
{
    if (!rc_is_int(o))
        return object_wrong_type(o, "int");
    *ret_value = int_value(o);
    return 0;
}

static int both_values(rc_object *a, rc_object *b, int64_t *ret_a,
                       int64_t *ret_b)
{
    if (rc_int_value(a, ret_a) < 0 || rc_int_value(b, ret_b) < 0)
        return -1;
    return 0;
}

static rc_object *does_not_fit(int64_t a, const char *operation, int64_t b)
{
    rc_error_set(RC_ERROR_OVERFLOW,
                 "%" PRId64 " %s %" PRId64 " does not fit 64 bits", a,
                 operation, b);
    return NULL;
}

rc_object *rc_int_add(rc_object *a, rc_object *b)
{
    int64_t x, y, sum;

    if (both_values(a, b, &x, &y) < 0)
        return NULL;
    if (ADD_OVERFLOWS(x, y, &sum))
        return does_not_fit(x, "+", y);
    return rc_int_new(sum);
}

rc_object *rc_int_sub(rc_object *a, rc_object *b)
{
    int64_t x, y, difference;

    if (both_values(a, b, &x, &y) < 0)
        return NULL;
    if (SUB_OVERFLOWS(x, y, &difference))
        return does_not_fit(x, "-", y);
    return rc_int_new(difference);
}

rc_object *rc_int_mul(rc_object *a, rc_object *b)
{
    int64_t x, y, product;

    if (both_values(a, b, &x, &y) < 0)
        return NULL;
    if (MUL_OVERFLOWS(x, y, &product))
        return does_not_fit(x, "*", y);
    return rc_int_new(product);
}

// The values of a division, which must not be one by zero.
static int division_values(rc_object *a, rc_object *b, int64_t *ret_a,
                           int64_t *ret_b)
{
    if (both_values(a, b, ret_a, ret_b) < 0)
        return -1;
    if (*ret_b == 0) {
        rc_error_set(RC_ERROR_VALUE, "division of %" PRId64 " by zero", *ret_a);
        return -1;
    }
    return 0;
}

// C cuts towards zero: one less when something is cut from a negative result.
rc_object *rc_int_floordiv(rc_object *a, rc_object *b)
{
    int64_t x, y, quotient;

    if (division_values(a, b, &x, &y) < 0)
        return NULL;
    if (x == INT64_MIN && y == -1)
        return does_not_fit(x, "/", y);
    quotient = x / y;
    if (x % y != 0 && (x < 0) != (y < 0))
        quotient--;
    return rc_int_new(quotient);
}

// The sign is that of b. The remainder by -1 is none, and its division may
// overflow.
rc_object *rc_int_mod(rc_object *a, rc_object *b)
{
    int64_t x, y, rest;

    if (division_values(a, b, &x, &y) < 0)
        return NULL;
    rest = y == -1 ? 0 : x % y;
    if (rest != 0 && (rest < 0) != (y < 0))
        rest += y;
    return rc_int_new(rest);
}

// Digits are taken from zero downwards: there is one more negative number.
rc_object *rc_int_parse(const char *text)
{
    bool is_negative = text[0] == '-';
    const char *digits = text + (is_negative || text[0] == '+');
    size_t n = strspn(digits, "0123456789");
    int64_t value = 0;

    if (n == 0 || digits[n]) {
        rc_error_set(RC_ERROR_VALUE, "not an int: %.60s", text);
        return NULL;
    }
    for (const char *d = digits; *d; d++) {
        if (MUL_OVERFLOWS(value, 10, &value)
            || SUB_OVERFLOWS(value, *d - '0', &value))
            goto too_large;
    }
    if (!is_negative && SUB_OVERFLOWS(0, value, &value))
        goto too_large;
    return rc_int_new(value);
too_large:
    rc_error_set(RC_ERROR_OVERFLOW, "%.60s does not fit 64 bits", text);
    return NULL;
}

// ---- float ----

static double float_value(const rc_object *o)
{
    return ((const struct rc_float *)o)->value;
}

bool rc_is_float(const rc_object *o)
{
    return o->type == &rc_float_type;
}

rc_object *rc_float_new(double value)
{
    struct rc_float *f = (struct rc_float *)rc_new(&rc_float_type);

    if (!f)
        return NULL;
    f->value = value;
    return RC_OBJECT(f);
}

int rc_float_value(rc_object *o, double *ret_value)
{
    if (rc_is_float(o))
        *ret_value = float_value(o);
    else if (rc_is_int(o))
        *ret_value = (double)int_value(o);
    else
        return object_wrong_type(o, "float");
    return 0;
}

// Is d an integer that an int can be?
static bool is_integral(double d, int64_t *ret_value)
{
    if (!(d >= -0x1p63 && d < 0x1p63) || (double)(int64_t)d != d)
        return false;
    *ret_value = (int64_t)d;
    return true;
}

// ---- what numbers have in common ----

static int number_equal(rc_object *a, rc_object *b)
{
    int64_t value;

    if (rc_is_float(a) && rc_is_float(b))
        return float_value(a) == float_value(b);
    if (rc_is_float(a))
        return is_integral(float_value(a), &value) && value == int_value(b);
    if (rc_is_float(b))
        return is_integral(float_value(b), &value) && value == int_value(a);
    return int_value(a) == int_value(b);
}

static int int_hash_slot(rc_object *o, uint64_t *ret_hash)
{
    *ret_hash = int_hash(int_value(o));
    return 0;
}

// NaNs, which equal nothing, by where they are: many do not collide.
static int float_hash_slot(rc_object *o, uint64_t *ret_hash)
{
    double d = float_value(o);
    int64_t value;
    uint64_t bits;

    if (is_integral(d, &value)) {
        *ret_hash = int_hash(value);
        return 0;
    }
    memcpy(&bits, &d, sizeof(bits));
    *ret_hash = hash_scramble(d == d ? bits : (uint64_t)(uintptr_t)o);
    return 0;
}

// ---- text ----

static rc_object *str_of_ascii(const char *text)
{
    return str_from_valid(text, strlen(text), true);
}

static rc_object *none_repr(rc_object *o)
{
    (void)o;
    return str_of_ascii("none");
}

static rc_object *bool_repr(rc_object *o)
{
    return str_of_ascii(int_value(o) ? "true" : "false");
}

size_t int_text(int64_t value, char text[INT_TEXT_BYTES])
{
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    char digits[INT_TEXT_BYTES];
    size_t at = sizeof(digits);

    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        digits[--at] = '-';
    memcpy(text, digits + at, sizeof(digits) - at);
    return sizeof(digits) - at;
}

static rc_object *int_repr(rc_object *o)
{
    char text[INT_TEXT_BYTES];

    return str_from_valid(text, int_text(int_value(o), text), true);
}

// The fewest digits that give d again when they are read, as "d.ddde+xx". Of a
// normal number no more than the first 15 can be too few.
static void shortest_digits(double d, char *buffer, size_t size)
{
    bool is_normal = d >= DBL_MIN || d <= -DBL_MIN;

    for (int digits = is_normal ? DBL_DIG : 1; digits <= DBL_DECIMAL_DIG;
         digits++) {
        snprintf(buffer, size, "%.*e", digits - 1, d);
        if (strtod(buffer, NULL) == d)
            return;
    }
}

enum { DIGITS_MOST = DBL_DECIMAL_DIG, FLOAT_TEXT = 40, FIXED_BELOW = 16 };

// The digits of text in "d.ddde+xx" without trailing zeros, at least one.
// What stands for the point depends on the locale.
static int take_digits(const char *text, char digits[DIGITS_MOST],
                       int *ret_exponent)
{
    int n = 0;

    for (; *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && n < DIGITS_MOST)
            digits[n++] = *text;
    }
    while (n > 1 && digits[n - 1] == '0')
        n--;
    *ret_exponent = (int)strtol(text + 1, NULL, 10);
    return n;
}

// n digits, of which the first stands for as many times 10^exponent.
static void put_digits(char text[FLOAT_TEXT], const char *sign,
                       const char *digits, int n, int exponent)
{
    static const char zeros[] = "0000000000000000";
    int whole = exponent + 1; // digits before the point

    if (exponent < -4 || exponent >= FIXED_BELOW)
        snprintf(text, FLOAT_TEXT, "%s%c%s%.*se%+03d", sign, digits[0],
                 n > 1 ? "." : "", n - 1, digits + 1, exponent);
    else if (whole <= 0)
        snprintf(text, FLOAT_TEXT, "%s0.%.*s%.*s", sign, -whole, zeros, n,
                 digits);
    else if (whole >= n)
        snprintf(text, FLOAT_TEXT, "%s%.*s%.*s.0", sign, n, digits, whole - n,
                 zeros);
    else
        snprintf(text, FLOAT_TEXT, "%s%.*s.%.*s", sign, whole, digits,
                 n - whole, digits + whole);
}

static rc_object *float_repr(rc_object *o)
{
    double d = float_value(o);
    char buffer[FLOAT_TEXT], text[FLOAT_TEXT], digits[DIGITS_MOST] = "0";
    int n, exponent;

    if (d != d)
        return str_of_ascii("nan");
    if (d > DBL_MAX || d < -DBL_MAX)
        return str_of_ascii(d > 0 ? "inf" : "-inf");
    shortest_digits(d, buffer, sizeof(buffer));
    n = take_digits(buffer, digits, &exponent);
    put_digits(text, buffer[0] == '-' ? "-" : "", digits, n, exponent);
    return str_of_ascii(text);
}

// ---- types ----

rc_type rc_none_type = {
    .name = "none",
    .size = sizeof(rc_object),
    .repr = none_repr,
    .is_immutable = true,
};

rc_type rc_bool_type = {
    .name = "bool",
    .size = sizeof(struct rc_int),
    .hash = int_hash_slot,
    .equal = number_equal,
    .repr = bool_repr,
    .is_immutable = true,
};

rc_type rc_int_type = {
    .name = "int",
    .size = sizeof(struct rc_int),
    .hash = int_hash_slot,
    .equal = number_equal,
    .repr = int_repr,
    .is_immutable = true,
};

rc_type rc_float_type = {
    .name = "float",
    .size = sizeof(struct rc_float),
    .hash = float_hash_slot,
    .equal = number_equal,
    .repr = float_repr,
    .is_immutable = true,
};
