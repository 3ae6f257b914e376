// test_function.c - objects/function.c and cell.c: functions with closures,
// builtins, cells, and all that a call can run into.

#include "support.h"

// ---- cells ----

static void test_cell(void **state)
{
    rc_object *x = made(rc_int_new(1000)), *y = made(rc_str_new("long text"));
    rc_object *cell = made(rc_cell_new(NULL));

    (void)state;
    assert_null(rc_cell_get(cell));
    assert_error(RC_ERROR_VALUE);
    assert_repr_begins(cell, "<cell at 0x");
    assert_int_equal(rc_cell_set(cell, x), 0);
    assert_ptr_equal(rc_cell_get(cell), x);
    assert_int_equal(rc_cell_set(cell, x), 0); // the same again
    assert_int_equal(rc_refcount(x), 3);
    assert_int_equal(rc_cell_set(cell, y), 0);
    assert_int_equal(rc_refcount(x), 2);
    assert_repr_begins(cell, "<cell at 0x");
    assert_int_equal(rc_cell_set(cell, NULL), 0);
    assert_int_equal(rc_refcount(y), 2);
    assert_int_equal(rc_cell_set(cell, y), 0);
    rc_decref(cell);
    rc_decref(x);
    rc_decref(y);
}

static void test_cell_wrong_types(void **state)
{
    (void)state;
    assert_null(rc_cell_get(rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_cell_set(rc_none, NULL), -1);
    assert_error(RC_ERROR_TYPE);
}

static void test_cell_cycle(void **state)
{
    rc_object *cell = made(rc_cell_new(NULL));

    (void)state;
    assert_int_equal(rc_cell_set(cell, cell), 0);
    rc_decref(cell);
    assert_int_equal(rc_gc_collect(), 1);
}

// ---- functions ----

static rc_object *return_args(rc_object *self, rc_object *args)
{
    (void)self;
    return rc_newref(args);
}

// A counter that two functions share.
static rc_object *count_up(rc_object *self, rc_object *args)
{
    rc_object *cell = rc_function_cell(self, 0), *one, *sum;

    (void)args;
    one = rc_int_new(1);
    sum = one ? rc_int_add(rc_cell_get(cell), one) : NULL;
    rc_xdecref(one);
    if (sum && rc_cell_set(cell, sum) < 0)
        rc_clear(&sum);
    return sum;
}

static void test_closure(void **state)
{
    rc_object *start = made(rc_int_new(1000));
    rc_object *cell = made(rc_cell_new(start));
    rc_object *closure = made(rc_tuple_pack(1, cell));
    rc_object *f = made(rc_function_new("f", count_up, NULL, closure));
    rc_object *g = made(rc_function_new("g", count_up, NULL, closure));
    int64_t value;

    (void)state;
    rc_decref(made(rc_call(f, NULL)));
    rc_decref(made(rc_call(g, NULL)));
    assert_int_equal(rc_int_value(rc_cell_get(cell), &value), 0);
    assert_int_equal(value, 1002);
    assert_ptr_equal(rc_function_cell(f, -1), cell);
    assert_null(rc_function_cell(f, 1));
    assert_error(RC_ERROR_INDEX);
    assert_null(rc_function_cell(f, -2));
    assert_error(RC_ERROR_INDEX);
    rc_decref(f);
    rc_decref(g);
    rc_decref(closure);
    rc_decref(cell);
    rc_decref(start);
}

// A function that a cell of its own closure holds, as recursive ones are.
static void test_closure_cycle(void **state)
{
    rc_object *cell = made(rc_cell_new(NULL));
    rc_object *closure = made(rc_tuple_pack(1, cell));
    rc_object *f = made(rc_function_new("f", return_args, NULL, closure));

    (void)state;
    assert_int_equal(rc_cell_set(cell, f), 0);
    rc_decref(closure);
    rc_decref(cell);
    rc_decref(f);
    assert_int_equal(rc_gc_collect(), 3);
}

static void test_wrong_arguments(void **state)
{
    rc_object *no_cells = made(rc_tuple_pack(1, rc_none));
    rc_object *f = made(rc_function_new("f", return_args, NULL, NULL));
    rc_object *list = made(rc_list_new());

    (void)state;
    assert_null(rc_function_new("g", return_args, rc_none, NULL));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_function_new("g", return_args, NULL, rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_function_new("g", return_args, NULL, no_cells));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_function_new("\xff", return_args, NULL, NULL));
    assert_error(RC_ERROR_VALUE);
    assert_null(rc_function_cell(f, 0));
    assert_error(RC_ERROR_INDEX);
    assert_null(rc_function_cell(rc_none, 0));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_function_module(rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_builtin_self(f));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_call(rc_none, NULL));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_call(f, list));
    assert_error(RC_ERROR_TYPE);
    rc_decref(list);
    rc_decref(f);
    rc_decref(no_cells);
}

static void test_arguments(void **state)
{
    rc_object *f = made(rc_function_new("f", return_args, NULL, NULL));
    rc_object *args = made(rc_tuple_pack(1, f));
    rc_object *same = made(rc_call(f, args));
    rc_object *empty = made(rc_call(f, NULL));

    (void)state;
    assert_ptr_equal(same, args);
    assert_int_equal(rc_tuple_length(empty), 0);
    assert_null(rc_function_module(f));
    assert_int_equal(rc_error_code(), RC_OK);
    rc_decref(empty);
    rc_decref(same);
    rc_decref(args);
    rc_decref(f);
}

static void test_repr(void **state)
{
    rc_object *x = made(rc_list_new());
    const struct {
        const char *expect;
        rc_object *o;
    } cases[] = {
        {"<function f at 0x",
         made(rc_function_new("f", return_args, NULL, NULL))},
        {"<built-in function f>", made(rc_builtin_new("f", return_args, NULL))},
        {"<built-in method f of list object at 0x",
         made(rc_builtin_new("f", return_args, x))},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        printf("  %s\n", cases[i].expect);
        assert_repr_begins(cases[i].o, cases[i].expect);
        assert_true(rc_is_callable(cases[i].o));
        rc_decref(cases[i].o);
    }
    assert_false(rc_is_callable(x));
    assert_false(rc_is_callable(NULL));
    rc_decref(x);
}

static rc_object *return_self(rc_object *self, rc_object *args)
{
    (void)args;
    return rc_newref(rc_builtin_self(self));
}

static void test_builtin_self(void **state)
{
    rc_object *list = made(rc_list_new());
    rc_object *bound = made(rc_builtin_new("bound", return_self, list));
    rc_object *unbound = made(rc_builtin_new("unbound", return_args, NULL));
    rc_object *result = made(rc_call(bound, NULL));

    (void)state;
    assert_ptr_equal(result, list);
    assert_null(rc_builtin_self(unbound));
    assert_int_equal(rc_error_code(), RC_OK);
    rc_decref(result);
    rc_decref(unbound);
    rc_decref(bound);
    rc_decref(list);
}

// ---- frames of calls ----

static rc_object *look_around(rc_object *self, rc_object *args)
{
    rc_object *frame = rc_frame_current();

    (void)args;
    assert_string_equal(rc_frame_name(frame), "look");
    if (rc_local_set("local", self) < 0)
        return NULL;
    return rc_newref(rc_local_get("global"));
}

static void test_frame(void **state)
{
    rc_object *module = made(rc_module_new("m"));
    rc_object *f = made(rc_function_new("look", look_around, module, NULL));
    rc_object *value = made(rc_int_new(1000)), *result;

    (void)state;
    assert_ptr_equal(rc_function_module(f), module);
    assert_int_equal(rc_attr_set(module, "global", value), 0);
    result = made(rc_call(f, NULL));
    assert_ptr_equal(result, value);
    assert_null(rc_frame_current());
    assert_int_equal(rc_refcount(f), 2); // its frame is gone
    rc_decref(result);
    rc_decref(value);
    rc_decref(f);
    rc_decref(module);
}

static rc_object *leave_too_few(rc_object *self, rc_object *args)
{
    (void)args;
    if (rc_frame_enter("inner", NULL, NULL) < 0
        || rc_frame_enter("innermost", NULL, NULL) < 0
        || rc_local_set("x", self) < 0)
        return NULL;
    return rc_newref(rc_none);
}

static rc_object *leave_too_many(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    rc_frame_leave();
    rc_frame_leave();
    rc_frame_leave();
    return rc_newref(rc_none);
}

static void test_unbalanced(void **state)
{
    rc_object *few = made(rc_function_new("few", leave_too_few, NULL, NULL));
    rc_object *many = made(rc_function_new("many", leave_too_many, NULL, NULL));

    (void)state;
    assert_int_equal(rc_frame_enter("outer", NULL, NULL), 0);
    rc_decref(made(rc_call(few, NULL)));
    assert_string_equal(rc_frame_name(rc_frame_current()), "outer");
    rc_decref(made(rc_call(many, NULL)));
    assert_null(rc_frame_current());
    rc_decref(few);
    rc_decref(many);
}

// The caller holds the function only through something that the call clears.
static rc_object *let_go(rc_object *self, rc_object *args)
{
    if (rc_list_clear(rc_tuple_at(args, 0)) < 0)
        return NULL;
    return rc_newref(self);
}

static void test_function_is_kept(void **state)
{
    rc_object *list = made(rc_list_new());
    rc_object *args = made(rc_tuple_pack(1, list));
    rc_object *f;

    (void)state;
    f = made(rc_function_new("f", let_go, NULL, NULL));
    assert_int_equal(rc_list_push(list, f), 0);
    f = made(rc_call(rc_list_at(list, 0), args));
    assert_repr_begins(f, "<function f at 0x");
    rc_decref(f);
    rc_decref(args);
    rc_decref(list);
}

// ---- failures ----

static rc_object *fail_silently(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    return NULL;
}

static rc_object *fail_loudly(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    rc_error_set(RC_ERROR_USER, "no");
    return NULL;
}

static void test_failures(void **state)
{
    static const struct {
        const char *name;
        rc_code code;
        enum rc_error expect;
    } cases[] = {
        {"an error of the program", fail_loudly, RC_ERROR_USER},
        {"none, though it failed", fail_silently, RC_ERROR_STATE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *f = made(rc_function_new("f", cases[i].code, NULL, NULL));

        printf("  %s\n", cases[i].name);
        assert_null(rc_call(f, NULL));
        assert_error(cases[i].expect);
        assert_null(rc_frame_current());
        rc_decref(f);
    }
}

static int depth;

static rc_object *nest(rc_object *self, rc_object *args)
{
    depth++;
    return rc_call(self, args);
}

static void test_nested_calls(void **state)
{
    rc_object *f = made(rc_function_new("f", nest, NULL, NULL));

    (void)state;
    for (int round = 0; round < 2; round++) {
        depth = 0;
        assert_null(rc_call(f, NULL));
        assert_error(RC_ERROR_STATE);
        assert_int_equal(depth, RC_MAX_CALLS);
        assert_null(rc_frame_current());
    }
    rc_decref(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_cell),          TEST(test_cell_wrong_types),
        TEST(test_cell_cycle),    TEST(test_closure),
        TEST(test_closure_cycle), TEST(test_wrong_arguments),
        TEST(test_arguments),     TEST(test_repr),
        TEST(test_builtin_self),  TEST(test_frame),
        TEST(test_unbalanced),    TEST(test_function_is_kept),
        TEST(test_failures),      TEST(test_nested_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
