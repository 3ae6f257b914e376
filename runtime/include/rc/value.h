// value.h - immutable values: none, bool, int, float, str, bytes of text.
//
// none, true, false and the ints from RC_SMALL_MIN to RC_SMALL_MAX are shared
// and immortal. One-character ASCII strings, the empty string and interned
// strings are shared.

#ifndef RC_VALUE_H
#define RC_VALUE_H

#include "rc/object.h"

// ---- none, true, false ----

extern rc_type rc_none_type RC_IMMORTAL_OBJECT;
extern rc_type rc_bool_type RC_IMMORTAL_OBJECT;
extern rc_object rc_none_object RC_IMMORTAL_OBJECT;

// As CPython's bool, these are ints: true == 1.
struct rc_int {
    rc_object head;
    int64_t value;
};
extern struct rc_int rc_true_object RC_IMMORTAL_OBJECT;
extern struct rc_int rc_false_object RC_IMMORTAL_OBJECT;

#define rc_none (&rc_none_object)
#define rc_true RC_OBJECT(&rc_true_object)
#define rc_false RC_OBJECT(&rc_false_object)

// true or false.
RC_ALWAYS_BORROWED rc_object *rc_bool(bool value);

// ---- int: any int64_t ----

#define RC_SMALL_MIN (-5)
#define RC_SMALL_MAX 256

extern rc_type rc_int_type RC_IMMORTAL_OBJECT;

// NULL without memory.
RC_NEW RC_OOM RC_SHARED rc_object *rc_int_new(int64_t value);

// o's value; fails with RC_ERROR_TYPE when o is no int or bool.
RC_STATUS int rc_int_value(rc_object *o, int64_t *ret_value);

// A new int; RC_ERROR_OVERFLOW when it does not fit, RC_ERROR_TYPE when a or b
// is no int, RC_ERROR_VALUE for a division by zero. Division and remainder
// round down, as Python's do.
RC_NEW RC_SHARED rc_object *rc_int_add(rc_object *a, rc_object *b);
RC_NEW RC_SHARED rc_object *rc_int_sub(rc_object *a, rc_object *b);
RC_NEW RC_SHARED rc_object *rc_int_mul(rc_object *a, rc_object *b);
RC_NEW RC_SHARED rc_object *rc_int_floordiv(rc_object *a, rc_object *b);
RC_NEW RC_SHARED rc_object *rc_int_mod(rc_object *a, rc_object *b);

// A new int from decimal text with an optional sign; RC_ERROR_VALUE for
// anything else, RC_ERROR_OVERFLOW when it does not fit.
RC_NEW RC_SHARED rc_object *rc_int_parse(const char *text);

bool rc_is_int(const rc_object *o); // also true and false

// ---- float ----

extern rc_type rc_float_type RC_IMMORTAL_OBJECT;

RC_NEW RC_OOM rc_object *rc_float_new(double value);

// The value of a float, int or bool; else RC_ERROR_TYPE.
RC_STATUS int rc_float_value(rc_object *o, double *ret_value);

bool rc_is_float(const rc_object *o);

// ---- str: UTF-8 ----

extern rc_type rc_str_type RC_IMMORTAL_OBJECT;

// Text up to its NUL; RC_ERROR_VALUE when it is not UTF-8. O(length).
RC_NEW RC_SHARED rc_object *rc_str_new(const char *text);

// n bytes, which may hold NULs.
RC_NEW RC_SHARED rc_object *rc_str_new_n(const char *bytes, size_t n);

// As printf; %R (after an rc_object * argument) is not known here: use
// rc_repr() and rc_str_text().
RC_NEW RC_SHARED rc_object *rc_str_format(const char *format, ...)
    RC_PRINTF(1, 2);

// The one shared str of this text: equal interned strings are the same
// object. It lives as long as somebody holds it.
RC_NEW RC_SHARED rc_object *rc_str_intern(const char *text);

// *slot, a str, is replaced by the interned one that equals it. Returns 0, or
// -1 and *slot is as it was.
RC_OUTCOMES("0: ok | -1: fail, _ 1")
RC_SELDOM_RUNS_CODE int
rc_str_intern_in_place(rc_object **slot RC_SAYS("inout new"));
bool rc_str_is_interned(const rc_object *o);

// The bytes, with a NUL behind them, as long as o lives; NULL with
// RC_ERROR_TYPE when o is no str.
RC_INTERIOR_OF(1) const char *rc_str_text(rc_object *o);

// Bytes, or characters; -1 with RC_ERROR_TYPE when o is no str. O(length) for
// characters.
RC_COUNTS int64_t rc_str_bytes(rc_object *o);
RC_COUNTS int64_t rc_str_length(rc_object *o);

// A new str: a and then b; the i-th character (from the end when negative);
// characters from..to. O(length).
RC_NEW RC_SHARED rc_object *rc_str_concat(rc_object *a, rc_object *b);
RC_NEW RC_SHARED rc_object *rc_str_at(rc_object *o, int64_t i);
RC_NEW RC_SHARED rc_object *rc_str_slice(rc_object *o, int64_t from,
                                         int64_t to);

// 1, 0 or -1 (RC_ERROR_TYPE): is o a str with this text?
RC_TEST int rc_str_equals(rc_object *o, const char *text);

bool rc_is_str(const rc_object *o);

#endif
