// test_frame.c - objects/frame.c: scopes, their names, and who keeps them.

#include "support.h"

static void enter(const char *name)
{
    assert_int_equal(rc_frame_enter(name, NULL, NULL), 0);
}

static void test_no_frame(void **state)
{
    (void)state;
    assert_null(rc_frame_current());
    rc_frame_leave();
    assert_int_equal(rc_error_code(), RC_OK);
    assert_null(rc_local_get("x"));
    assert_error(RC_ERROR_STATE);
    assert_int_equal(rc_local_set("x", rc_none), -1);
    assert_error(RC_ERROR_STATE);
    assert_int_equal(rc_local_delete("x"), -1);
    assert_error(RC_ERROR_STATE);
}

static void test_stack(void **state)
{
    rc_object *outer, *inner;

    (void)state;
    enter("outer");
    outer = rc_frame_current();
    enter("inner");
    inner = rc_frame_current();
    assert_string_equal(rc_frame_name(inner), "inner");
    assert_ptr_equal(rc_frame_back(inner), outer);
    assert_int_equal(rc_dict_length(rc_frame_locals(inner)), 0);
    assert_ptr_equal(rc_frame_locals(inner), rc_frame_locals(inner));
    assert_null(rc_frame_back(outer));
    rc_frame_leave();
    assert_ptr_equal(rc_frame_current(), outer);
    rc_frame_leave();
    assert_null(rc_frame_current());
    assert_int_equal(rc_error_code(), RC_OK);
}

static void test_locals(void **state)
{
    rc_object *x = made(rc_int_new(1000)), *y = made(rc_int_new(2000));

    (void)state;
    enter("outer");
    assert_null(rc_local_get("x"));
    assert_error(RC_ERROR_KEY);
    assert_int_equal(rc_local_delete("x"), -1);
    assert_error(RC_ERROR_KEY);
    assert_int_equal(rc_local_set("x", x), 0);
    assert_ptr_equal(rc_local_get("x"), x);
    assert_int_equal(rc_local_set("x", y), 0);
    assert_ptr_equal(rc_local_get("x"), y);
    assert_int_equal(rc_refcount(x), 2);

    enter("inner"); // does not see the names of outer
    assert_null(rc_local_get("x"));
    assert_error(RC_ERROR_KEY);
    assert_int_equal(rc_local_set("x", x), 0);
    rc_frame_leave();

    assert_int_equal(rc_refcount(x), 2);
    assert_ptr_equal(rc_local_get("x"), y);
    assert_int_equal(rc_local_delete("x"), 0);
    assert_int_equal(rc_local_delete("x"), -1);
    assert_error(RC_ERROR_KEY);
    assert_int_equal(rc_refcount(y), 2);
    rc_frame_leave();
    rc_decref(x);
    rc_decref(y);
}

static void test_globals(void **state)
{
    rc_object *module = made(rc_module_new("m"));
    rc_object *x = made(rc_int_new(1000)), *y = made(rc_int_new(2000));

    (void)state;
    assert_int_equal(rc_frame_enter("f", NULL, module), 0);
    assert_null(rc_local_get("x")); // the module has no names at all
    assert_error(RC_ERROR_KEY);
    assert_int_equal(rc_attr_set(module, "x", x), 0);
    assert_ptr_equal(rc_local_get("x"), x);
    rc_error_set(RC_ERROR_USER, "before"); // is not taken for a failure
    assert_ptr_equal(rc_local_get("x"), x);
    assert_error(RC_ERROR_USER);
    assert_int_equal(rc_local_set("x", y), 0);
    assert_ptr_equal(rc_local_get("x"), y);
    assert_int_equal(rc_local_delete("x"), 0);
    assert_ptr_equal(rc_local_get("x"), x);
    assert_int_equal(rc_local_delete("x"), -1); // not a local
    assert_error(RC_ERROR_KEY);
    rc_frame_leave();
    rc_decref(x);
    rc_decref(y);
    rc_decref(module);
}

static void test_wrong_types(void **state)
{
    (void)state;
    assert_int_equal(rc_frame_enter("f", rc_none, NULL), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_frame_enter("f", NULL, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_frame_enter("\xff", NULL, NULL), -1);
    assert_error(RC_ERROR_VALUE);
    assert_null(rc_frame_current());
    assert_null(rc_frame_back(rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_frame_name(rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_frame_locals(rc_none));
    assert_error(RC_ERROR_TYPE);
    enter("f");
    assert_null(rc_local_get("\xff"));
    assert_error(RC_ERROR_VALUE);
    assert_int_equal(rc_local_set("\xff", rc_none), -1);
    assert_error(RC_ERROR_VALUE);
    rc_frame_leave();
}

// Left, but held: its locals and the frame below stay.
static void test_held(void **state)
{
    rc_object *x = made(rc_int_new(1000)), *frame;

    (void)state;
    enter("outer");
    enter("inner");
    assert_int_equal(rc_local_set("x", x), 0);
    frame = rc_newref(rc_frame_current());
    rc_frame_leave();
    rc_frame_leave();
    assert_null(rc_frame_current());
    assert_string_equal(rc_frame_name(rc_frame_back(frame)), "outer");
    assert_ptr_equal(rc_dict_get_text(rc_frame_locals(frame), "x"), x);
    assert_int_equal(rc_refcount(x), 3);
    rc_decref(frame);
    assert_int_equal(rc_refcount(x), 2);
    rc_decref(x);
}

// A frame that is a local of its own is garbage once it is left, not before.
static void test_cycle(void **state)
{
    (void)state;
    enter("f");
    assert_int_equal(rc_local_set("me", rc_frame_current()), 0);
    rc_gc_collect();
    assert_ptr_equal(rc_local_get("me"), rc_frame_current());
    rc_frame_leave();
    assert_int_equal(rc_gc_collect(), 2); // and its dict
}

static void test_deep(void **state)
{
    size_t depth = scaled(100000);
    rc_object *frame;

    (void)state;
    for (size_t i = 0; i < depth; i++)
        enter("f");
    frame = rc_newref(rc_frame_current());
    for (size_t i = 0; i < depth; i++)
        rc_frame_leave();
    rc_decref(frame); // and all below it
}

static void test_repr(void **state)
{
    rc_object *repr;

    (void)state;
    enter("f");
    repr = made(rc_repr(rc_frame_current()));
    assert_int_equal(strncmp(rc_str_text(repr), "<frame f at 0x", 14), 0);
    rc_decref(repr);
    rc_frame_leave();
}

static rc_object *leave_current(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    rc_frame_leave(); // that of this call
    rc_frame_leave();
    return rc_newref(rc_none);
}

// The end of the old value leaves the frame whose local it was.
static void test_left_while_set(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *f = made(rc_function_new("f", leave_current, NULL, NULL));
    rc_object *o;

    (void)state;
    assert_int_equal(rc_attr_set(cls, "finalize", f), 0);
    o = made(rc_instance_new(cls));
    enter("f");
    assert_int_equal(rc_local_set("x", o), 0);
    rc_decref(o);
    assert_int_equal(rc_local_set("x", rc_none), 0);
    assert_null(rc_frame_current());
    rc_decref(f);
    rc_decref(cls);
}

// What the runtime holds is no leak.
static void test_entered_at_the_end(void **state)
{
    rc_object *x = made(rc_int_new(1000));

    (void)state;
    enter("outer");
    enter("inner");
    assert_int_equal(rc_local_set("x", x), 0);
    rc_decref(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_frame),
        TEST(test_stack),
        TEST(test_locals),
        TEST(test_globals),
        TEST(test_wrong_types),
        TEST(test_held),
        TEST(test_cycle),
        TEST(test_deep),
        TEST(test_repr),
        TEST(test_left_while_set),
        TEST(test_entered_at_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
