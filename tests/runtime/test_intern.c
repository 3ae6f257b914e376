// test_intern.c - objects/intern.c: one shared str of each text.

#include "support.h"

static void test_same_object(void **state)
{
    rc_object *a = rc_str_intern("a name"), *b = rc_str_intern("a name");
    rc_object *c = rc_str_new("a name"), *d = rc_str_intern("another");

    (void)state;
    assert_true(rc_is(a, b));
    assert_false(rc_is(a, c));
    assert_false(rc_is(a, d));
    assert_true(rc_str_is_interned(a));
    assert_false(rc_str_is_interned(c));
    assert_false(rc_str_is_interned(rc_true));
    assert_int_equal(rc_refcount(a), 3);
    rc_decref(a);
    rc_decref(b);
    rc_decref(c);
    rc_decref(d);
}

static void test_short_ones(void **state)
{
    rc_object *a = rc_str_intern("a"), *b = rc_str_new("a");
    rc_object *none = rc_str_intern("");

    (void)state;
    assert_true(rc_is(a, b));
    assert_true(rc_str_is_interned(a));
    assert_true(rc_str_is_interned(none));
    assert_int_equal(rc_str_intern_in_place(&a), 0);
    assert_true(rc_is(a, b));
}

static void test_in_place(void **state)
{
    rc_object *a = rc_str_new("in place"), *b = rc_str_new("in place");
    rc_object *was = a, *not_text = rc_newref(rc_none);

    (void)state;
    assert_int_equal(rc_str_intern_in_place(&a), 0);
    assert_true(rc_is(a, was));
    assert_int_equal(rc_str_intern_in_place(&a), 0);
    assert_true(rc_is(a, was));
    assert_int_equal(rc_str_intern_in_place(&b), 0);
    assert_true(rc_is(a, b));
    assert_int_equal(rc_refcount(a), 3);
    assert_int_equal(rc_str_intern_in_place(&not_text), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_true(rc_is(not_text, rc_none));
    rc_decref(a);
    rc_decref(b);
}

static void test_lives_as_long_as_held(void **state)
{
    rc_object *a = rc_str_intern("for a while"), *b;
    uintptr_t id = rc_id(a);

    (void)state;
    rc_decref(a);
    assert_false(rc_exists(id));
    b = rc_str_intern("for a while");
    assert_int_equal(rc_refcount(b), 2);
    rc_decref(b);
}

static void test_not_utf8(void **state)
{
    (void)state;
    assert_null(rc_str_intern("bad \xff"));
    assert_int_equal(rc_error_code(), RC_ERROR_VALUE);
}

static void name_of(int i, char name[32])
{
    snprintf(name, 32, "name_%d", i);
}

// The table grows, and closes the gaps of those that go.
static void test_many(void **state)
{
    enum { NAMES = 20000 };
    rc_object **names = malloc(NAMES * sizeof(*names));
    char name[32];

    (void)state;
    for (int i = 0; i < NAMES; i++) {
        name_of(i, name);
        names[i] = rc_str_intern(name);
        assert_non_null(names[i]);
    }
    for (int i = 0; i < NAMES; i += 3)
        rc_clear(&names[i]);
    for (int i = 0; i < NAMES; i++) {
        rc_object *again;

        name_of(i, name);
        again = rc_str_intern(name);
        if (names[i])
            assert_true(rc_is(again, names[i]));
        else
            assert_int_equal(rc_refcount(again), 2);
        assert_int_equal(rc_str_equals(again, name), 1);
        rc_decref(again);
    }
    for (int i = 0; i < NAMES; i++)
        rc_xdecref(names[i]);
    free(names);
}

static uintptr_t dying;
static rc_object *successor;

static rc_object *intern_again(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    successor = rc_str_intern("about to die");
    return rc_newref(rc_none);
}

// Who interns the text of a str that dies at this moment gets another one.
static void test_while_dying(void **state)
{
    rc_object *a = rc_str_intern("about to die"), *b;
    rc_object *callback = rc_builtin_new("again", intern_again, NULL);
    rc_object *weakref = rc_weakref_new(a, callback);

    (void)state;
    successor = NULL;
    dying = rc_id(a);
    rc_decref(a);
    assert_non_null(successor);
    assert_int_not_equal(rc_id(successor), dying);
    assert_int_equal(rc_refcount(successor), 2);
    b = rc_str_intern("about to die");
    assert_true(rc_is(b, successor));
    rc_decref(b);
    rc_decref(successor);
    rc_decref(weakref);
    rc_decref(callback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_same_object), TEST(test_short_ones),
        TEST(test_in_place),    TEST(test_lives_as_long_as_held),
        TEST(test_not_utf8),    TEST(test_many),
        TEST(test_while_dying),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
