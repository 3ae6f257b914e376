// test_class.c - objects/class.c, attr.c and module.c: classes, what their
// instances ask them, the beginning and the end of instances.

#include "support.h"

static void set_int(rc_object *o, const char *name, int64_t value)
{
    rc_object *i = made(rc_int_new(value));

    assert_int_equal(rc_attr_set(o, name, i), 0);
    rc_decref(i);
}

// -1: no such attribute.
static int64_t get_int(rc_object *o, const char *name)
{
    rc_object *i = rc_attr_get(o, name);
    int64_t value = -1;

    if (i)
        assert_int_equal(rc_int_value(i, &value), 0);
    else
        assert_error(RC_ERROR_KEY);
    rc_xdecref(i);
    return value;
}

static void set_code(rc_object *o, const char *name, rc_code code)
{
    rc_object *f = made(rc_function_new(name, code, NULL, NULL));

    assert_int_equal(rc_attr_set(o, name, f), 0);
    rc_decref(f);
}

// ---- classes ----

static void test_is_sub(void **state)
{
    enum { A, B, C, D, CLASSES };
    static const struct {
        const char *name;
        int cls, base, expect;
    } cases[] = {
        {"itself", A, A, 1},   {"child", B, A, 1}, {"grandchild", C, A, 1},
        {"the base", A, B, 0}, {"other", D, A, 0}, {"sibling", C, D, 0},
    };
    rc_object *classes[CLASSES];

    (void)state;
    classes[A] = made(rc_class_new("A", NULL));
    classes[B] = made(rc_class_new("B", classes[A]));
    classes[C] = made(rc_class_new("C", classes[B]));
    classes[D] = made(rc_class_new("D", NULL));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        printf("  %s\n", cases[i].name);
        assert_int_equal(
            rc_class_is_sub(classes[cases[i].cls], classes[cases[i].base]),
            cases[i].expect);
    }
    assert_string_equal(rc_class_name(classes[C]), "C");
    for (int i = 0; i < CLASSES; i++)
        rc_decref(classes[i]);
}

static void test_wrong_types(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));

    (void)state;
    assert_null(rc_class_new("D", rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_class_new("\xff", NULL));
    assert_error(RC_ERROR_VALUE);
    assert_null(rc_class_name(rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_class_is_sub(cls, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_class_is_sub(rc_none, cls), -1);
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_instance_new(rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_instance_class(cls));
    assert_error(RC_ERROR_TYPE);
    rc_decref(cls);
}

static void test_repr(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *o = made(rc_instance_new(cls));
    rc_object *module = made(rc_module_new("m"));

    (void)state;
    assert_repr_begins(cls, "<class 'C'>");
    assert_repr_begins(o, "<C object at 0x");
    assert_repr_begins(module, "<module 'm'>");
    assert_string_equal(rc_type_name(o), "C");
    assert_ptr_equal(rc_type_of(o), cls);
    rc_decref(module);
    rc_decref(o);
    rc_decref(cls);
}

// An instance keeps its class, a class its base.
static void test_instance_keeps_class(void **state)
{
    rc_object *base = made(rc_class_new("Base", NULL));
    rc_object *cls = made(rc_class_new("C", base));
    rc_object *o = made(rc_instance_new(cls));

    (void)state;
    rc_decref(base);
    rc_decref(cls);
    assert_ptr_equal(rc_instance_class(o), cls);
    assert_int_equal(rc_class_is_sub(rc_instance_class(o), base), 1);
    rc_decref(o);
}

// ---- attributes ----

static void test_look_up(void **state)
{
    rc_object *base = made(rc_class_new("Base", NULL));
    rc_object *cls = made(rc_class_new("C", base));
    rc_object *o = made(rc_instance_new(cls));
    const struct {
        const char *name;
        rc_object *o;
        int64_t expect;
    } cases[] = {
        {"own", o, 1},        {"own", cls, -1},       {"of_class", o, 2},
        {"of_class", cls, 2}, {"of_class", base, -1}, {"of_base", o, 3},
        {"of_base", cls, 3},  {"of_base", base, 3},   {"all", o, 4},
        {"all", cls, 5},      {"all", base, 6},       {"none", o, -1},
    };

    (void)state;
    assert_int_equal(get_int(o, "x"), -1); // without any dict
    set_int(o, "own", 1);
    set_int(cls, "of_class", 2);
    set_int(base, "of_base", 3);
    set_int(o, "all", 4);
    set_int(cls, "all", 5);
    set_int(base, "all", 6);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        printf("  %s of %s\n", cases[i].name, rc_type_name(cases[i].o));
        assert_int_equal(get_int(cases[i].o, cases[i].name), cases[i].expect);
    }
    rc_decref(o);
    rc_decref(cls);
    rc_decref(base);
}

// Each kind of object with attributes: set, replace, delete.
static void test_set_and_delete(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *objects[] = {
        cls,
        made(rc_instance_new(cls)),
        made(rc_module_new("m")),
        made(rc_function_new("f", do_nothing, NULL, NULL)),
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(objects); i++) {
        rc_object *o = objects[i];

        printf("  %s\n", rc_type_name(o));
        assert_int_equal(rc_attr_delete(o, "x"), -1);
        assert_error(RC_ERROR_KEY);
        set_int(o, "x", 1000);
        set_int(o, "x", 2000);
        assert_int_equal(get_int(o, "x"), 2000);
        assert_int_equal(rc_dict_length(rc_attrs(o)), 1);
        assert_int_equal(rc_attr_delete(o, "x"), 0);
        assert_int_equal(get_int(o, "x"), -1);
        assert_int_equal(rc_attr_delete(o, "x"), -1);
        assert_error(RC_ERROR_KEY);
        assert_ptr_equal(rc_attrs(o), rc_attrs(o));
        rc_decref(o);
    }
}

static void test_no_attributes(void **state)
{
    rc_object *i = made(rc_int_new(1000));

    (void)state;
    assert_null(rc_attrs(i));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_attr_get(i, "x"));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_attr_set(i, "x", rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_attr_delete(i, "x"), -1);
    assert_error(RC_ERROR_TYPE);
    rc_decref(i);
}

// An error that is set already is nobody's failure.
static void test_look_up_keeps_error(void **state)
{
    rc_object *base = made(rc_class_new("Base", NULL));
    rc_object *cls = made(rc_class_new("C", base));

    (void)state;
    set_int(cls, "y", 1);
    set_int(base, "x", 7);
    rc_error_set(RC_ERROR_USER, "before");
    assert_int_equal(get_int(cls, "x"), 7);
    assert_int_equal(rc_error_code(), RC_ERROR_USER);
    assert_string_equal(rc_error_message(), "before");
    rc_error_clear();
    rc_decref(cls);
    rc_decref(base);
}

// ---- the beginning of an instance ----

static rc_object *init_pair(rc_object *self, rc_object *args)
{
    rc_object *instance = rc_tuple_at(args, 0);

    (void)self;
    if (rc_tuple_length(args) != 3) {
        rc_error_set(RC_ERROR_TYPE, "two arguments are needed");
        return NULL;
    }
    if (rc_attr_set(instance, "first", rc_tuple_at(args, 1)) < 0
        || rc_attr_set(instance, "second", rc_tuple_at(args, 2)) < 0)
        return NULL;
    return rc_newref(rc_none);
}

static void test_init(void **state)
{
    rc_object *base = made(rc_class_new("Base", NULL));
    rc_object *cls = made(rc_class_new("C", base));
    rc_object *x = made(rc_int_new(1000));
    rc_object *args = made(rc_tuple_pack(2, x, rc_none));
    rc_object *o, *first;

    (void)state;
    o = made(rc_call(cls, args)); // no init: arguments do not matter
    rc_decref(o);
    set_code(base, "init", init_pair);
    o = made(rc_call(cls, args));
    assert_ptr_equal(rc_instance_class(o), cls);
    first = made(rc_attr_get(o, "first"));
    assert_ptr_equal(first, x);
    rc_decref(first);
    rc_decref(o);
    assert_null(rc_call(cls, NULL));
    assert_error(RC_ERROR_TYPE);
    rc_decref(args);
    rc_decref(x);
    rc_decref(cls);
    rc_decref(base);
}

// A class that is its own init nests calls without any code of the program.
static void test_init_of_itself(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));

    (void)state;
    assert_int_equal(rc_attr_set(cls, "init", cls), 0);
    assert_null(rc_call(cls, NULL));
    assert_error(RC_ERROR_STATE);
    rc_decref(cls);
}

// ---- the end of an instance ----

static int ended;
static rc_object *saved;

static rc_object *count_end(rc_object *self, rc_object *args)
{
    (void)self;
    assert_int_equal(rc_tuple_length(args), 1);
    assert_string_equal(rc_type_name(rc_tuple_at(args, 0)), "C");
    ended++;
    return rc_newref(rc_none);
}

static rc_object *fail_at_end(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    ended++;
    rc_error_set(RC_ERROR_USER, "the finalizer failed");
    return NULL;
}

static rc_object *save_at_end(rc_object *self, rc_object *args)
{
    (void)self;
    ended++;
    saved = rc_newref(rc_tuple_at(args, 0));
    return rc_newref(rc_none);
}

static rc_object *new_finalized(rc_code code)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *o;

    ended = 0;
    set_code(cls, "finalize", code);
    o = made(rc_instance_new(cls));
    rc_decref(cls);
    return o;
}

static void test_finalize(void **state)
{
    rc_object *o = new_finalized(count_end);

    (void)state;
    rc_incref(o);
    rc_decref(o);
    assert_int_equal(ended, 0);
    rc_decref(o);
    assert_int_equal(ended, 1);
}

static void test_finalize_inherited(void **state)
{
    rc_object *base = made(rc_class_new("Base", NULL));
    rc_object *cls = made(rc_class_new("C", base));
    rc_object *before = made(rc_instance_new(cls));
    rc_object *after;

    (void)state;
    ended = 0;
    set_code(base, "finalize", count_end);
    after = made(rc_instance_new(cls));
    rc_decref(before); // made before there was one
    assert_int_equal(ended, 0);
    rc_decref(after);
    assert_int_equal(ended, 1);
    rc_decref(cls);
    rc_decref(base);
}

// The finalizer is gone by the time that it is needed.
static void test_finalize_deleted(void **state)
{
    rc_object *o = new_finalized(count_end);

    (void)state;
    assert_int_equal(rc_attr_delete(rc_instance_class(o), "finalize"), 0);
    rc_decref(o);
    assert_int_equal(ended, 0);
    assert_int_equal(rc_error_code(), RC_OK);
}

static void test_finalize_fails(void **state)
{
    (void)state;
    rc_decref(new_finalized(fail_at_end));
    assert_int_equal(ended, 1);
    assert_int_equal(rc_error_code(), RC_OK);
    rc_error_set(RC_ERROR_USER, "before");
    rc_decref(new_finalized(fail_at_end));
    assert_int_equal(ended, 1);
    assert_string_equal(rc_error_message(), "before");
}

// Made live again, and no second time ended.
static void test_finalize_saves(void **state)
{
    rc_object *o = new_finalized(save_at_end);

    (void)state;
    set_int(o, "x", 1000);
    rc_decref(o);
    assert_ptr_equal(saved, o);
    assert_int_equal(get_int(saved, "x"), 1000);
    rc_clear(&saved);
    assert_int_equal(ended, 1);
}

static void test_finalize_in_cycle(void **state)
{
    rc_object *o = new_finalized(count_end);

    (void)state;
    assert_int_equal(rc_attr_set(o, "me", o), 0);
    rc_decref(o);
    assert_int_equal(ended, 0);
    assert_true(rc_gc_collect() > 0);
    assert_int_equal(ended, 1);
}

static void test_finalize_saves_from_cycle(void **state)
{
    rc_object *o = new_finalized(save_at_end);

    (void)state;
    assert_int_equal(rc_attr_set(o, "me", o), 0);
    rc_decref(o);
    rc_gc_collect();
    assert_ptr_equal(saved, o);
    rc_clear(&saved);
    assert_true(rc_gc_collect() > 0);
    assert_int_equal(ended, 1);
}

// An instance whose init fails has lived, too.
static void test_finalize_after_init(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));

    (void)state;
    ended = 0;
    set_code(cls, "init", init_pair);
    set_code(cls, "finalize", fail_at_end);
    assert_null(rc_call(cls, NULL));
    assert_int_equal(ended, 1);
    assert_string_equal(rc_error_message(), "two arguments are needed");
    rc_decref(cls);
}

// Each end makes another instance that ends: the limit of nested calls ends it.
static rc_object *beget(rc_object *self, rc_object *args)
{
    (void)self;
    ended++;
    rc_xdecref(rc_instance_new(rc_instance_class(rc_tuple_at(args, 0))));
    return rc_newref(rc_none);
}

static void test_finalize_begets(void **state)
{
    (void)state;
    rc_decref(new_finalized(beget));
    assert_int_equal(ended, RC_MAX_CALLS);
    assert_int_equal(rc_error_code(), RC_OK);
}

// ---- copies ----

static void test_copy(void **state)
{
    rc_object *o = new_finalized(count_end);
    rc_object *bare = made(rc_copy(o)), *copy;

    (void)state;
    set_int(o, "x", 1000);
    copy = made(rc_copy(o));
    assert_ptr_not_equal(copy, o);
    assert_ptr_equal(rc_instance_class(copy), rc_instance_class(o));
    set_int(o, "x", 2000);
    assert_int_equal(get_int(copy, "x"), 1000);
    assert_int_equal(get_int(bare, "x"), -1);
    rc_decref(copy);
    rc_decref(bare);
    rc_decref(o);
    assert_int_equal(ended, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_is_sub),
        TEST(test_wrong_types),
        TEST(test_repr),
        TEST(test_instance_keeps_class),
        TEST(test_look_up),
        TEST(test_set_and_delete),
        TEST(test_no_attributes),
        TEST(test_look_up_keeps_error),
        TEST(test_init),
        TEST(test_init_of_itself),
        TEST(test_finalize),
        TEST(test_finalize_inherited),
        TEST(test_finalize_deleted),
        TEST(test_finalize_fails),
        TEST(test_finalize_saves),
        TEST(test_finalize_in_cycle),
        TEST(test_finalize_saves_from_cycle),
        TEST(test_finalize_after_init),
        TEST(test_finalize_begets),
        TEST(test_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
