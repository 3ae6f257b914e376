// test_init.c - objects/init.c: a runtime begins, ends, and begins anew; what
// is still alive at its end.

#include "support.h"

static void test_again(void **state)
{
    (void)state;
    assert_int_equal(rc_init(), 0);
    assert_int_equal(rc_fini(), 0);
    assert_int_equal(rc_fini(), 0); // nothing is there
    for (int i = 0; i < 5; i++) {
        rc_object *dict;

        assert_int_equal(rc_init(), 0);
        dict = made(rc_dict_new());
        assert_int_equal(rc_dict_set_text(dict, "key", dict), 0);
        rc_decref(dict);
        assert_int_equal(rc_fini(), 0);
    }
}

// Settings are those of the beginning again.
static void test_settings(void **state)
{
    size_t young, full;

    (void)state;
    rc_gc_set_threshold(7, 7);
    rc_gc_disable();
    rc_gc_set_debug(RC_GC_DEBUG_SAVEALL);
    assert_int_equal(rc_fini(), 0);
    assert_int_equal(rc_init(), 0);
    rc_gc_threshold(&young, &full);
    assert_int_equal(young, 10000);
    assert_true(rc_gc_is_enabled());
    assert_int_equal(rc_gc_debug(), 0);
    assert_int_equal(rc_fini(), 0);
}

// What the program still holds is counted, and can be used and given back.
static void test_leak(void **state)
{
    rc_object *list = made(rc_list_new()), *i = made(rc_int_new(1000));

    (void)state;
    assert_int_equal(rc_list_push(list, i), 0);
    assert_int_equal(rc_fini(), 2);
    assert_int_equal(rc_init(), 0);
    assert_int_equal(rc_list_length(list), 1);
    assert_int_equal(rc_list_append(list, list), 0);
    assert_int_equal(rc_fini(), 2);
    rc_decref(list); // a cycle now
    assert_int_equal(rc_fini(), 0);
}

static void test_garbage(void **state)
{
    (void)state;
    for (int frozen = 0; frozen < 2; frozen++) {
        rc_object *list = made(rc_list_new());

        printf("  %s\n", frozen ? "frozen" : "saved");
        assert_int_equal(rc_list_append(list, list), 0);
        rc_decref(list);
        if (frozen) {
            rc_gc_freeze();
        } else {
            rc_gc_set_debug(RC_GC_DEBUG_SAVEALL);
            assert_int_equal(rc_gc_collect(), 1);
            assert_int_equal(rc_list_length(rc_gc_garbage()), 1);
        }
        assert_int_equal(rc_fini(), 0);
        assert_int_equal(rc_init(), 0);
    }
    assert_int_equal(rc_fini(), 0);
}

// Each end of a cycle leaves another one.
static rc_object *beget(rc_object *self, rc_object *args)
{
    rc_object *cls = rc_instance_class(rc_tuple_at(args, 0));
    rc_object *next = rc_instance_new(cls);

    (void)self;
    if (!next || rc_attr_set(next, "me", next) < 0)
        rc_clear(&next);
    rc_xdecref(next);
    return rc_newref(rc_none);
}

static void test_endless(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *f = made(rc_function_new("finalize", beget, NULL, NULL)), *o;

    (void)state;
    assert_int_equal(rc_attr_set(cls, "finalize", f), 0);
    o = made(rc_instance_new(cls));
    assert_int_equal(rc_attr_set(o, "me", o), 0);
    rc_decref(o);
    assert_true(rc_fini() > 0); // the last one
    assert_int_equal(rc_attr_delete(cls, "finalize"), 0);
    rc_decref(f);
    rc_decref(cls);
    assert_int_equal(rc_fini(), 0);
}

// What never dies is no leak, nor is what it holds.
static void test_immortal(void **state)
{
    rc_object *list = made(rc_list_new()), *dict = made(rc_dict_new());
    rc_object *tuple = made(rc_tuple_new(1000)); // a large object
    rc_object *text = made(rc_str_intern("an interned text"));
    rc_object *leaked = made(rc_float_new(0.5));
    rc_object *weakref = made(rc_weakref_new(leaked, NULL));

    (void)state;
    rc_make_immortal(list);
    rc_make_immortal(text);
    assert_int_equal(rc_list_append(list, dict), 0);
    assert_int_equal(rc_list_append(list, list), 0);
    assert_int_equal(rc_list_append(list, rc_none), 0);
    assert_int_equal(rc_list_push(list, weakref), 0);
    assert_int_equal(rc_tuple_set(tuple, 999, rc_newref(dict)), 0);
    assert_int_equal(rc_dict_set_text(dict, "tuple", tuple), 0);
    rc_decref(tuple);
    rc_decref(dict);
    assert_int_equal(rc_fini(), 1);
    assert_int_equal(rc_fini(), 1);
    assert_int_equal(rc_list_length(list), 4);
    rc_decref(leaked);
    assert_int_equal(rc_fini(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_again, begin_runtime),
        cmocka_unit_test_setup(test_settings, begin_runtime),
        cmocka_unit_test_setup(test_leak, begin_runtime),
        cmocka_unit_test_setup(test_garbage, begin_runtime),
        cmocka_unit_test_setup(test_endless, begin_runtime),
        cmocka_unit_test_setup(test_immortal, begin_runtime),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
