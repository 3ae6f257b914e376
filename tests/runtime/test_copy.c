// test_copy.c - objects/copy.c: copies and deep copies.

#include "support.h"

static void test_themselves(void **state)
{
    rc_object *cls = rc_class_new("C", NULL);
    rc_object *all[] = {
        rc_newref(rc_none),
        rc_newref(rc_true),
        rc_int_new(100000),
        rc_float_new(1.5),
        rc_str_new("text"),
        rc_tuple_pack(2, rc_none, rc_true),
        rc_tuple_new(0),
        rc_function_new("f", do_nothing, NULL, NULL),
        rc_builtin_new("b", do_nothing, NULL),
        rc_newref(RC_OBJECT(&rc_int_type)),
        rc_newref(cls),
        rc_weakref_new(cls, NULL),
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(all); i++) {
        rc_object *copy = rc_copy(all[i]), *deep = rc_deepcopy(all[i]);

        print_message("%s\n", rc_type_name(all[i]));
        assert_non_null(copy);
        assert_true(rc_is(copy, all[i]));
        assert_true(rc_is(deep, all[i]));
        rc_decref(copy);
        rc_decref(deep);
        rc_decref(all[i]);
    }
    rc_decref(cls);
}

static void test_modules_are_shared(void **state)
{
    rc_object *module = rc_module_new("m"), *list = rc_list_pack(1, module);
    rc_object *copy = rc_deepcopy(list);

    (void)state;
    assert_false(rc_is(copy, list));
    assert_true(rc_is(rc_list_at(copy, 0), module));
    rc_decref(copy);
    rc_decref(list);
    rc_decref(module);
}

static void test_shallow(void **state)
{
    rc_object *inner = rc_list_new(), *list = rc_list_pack(2, inner, rc_true);
    rc_object *dict = rc_dict_new(), *cls = rc_class_new("C", NULL);
    rc_object *instance = rc_instance_new(cls), *set = rc_set_from(list);
    rc_object *copy, *attr;

    (void)state;
    assert_null(set); // a list is in it
    rc_error_clear();
    copy = rc_copy(list);
    assert_false(rc_is(copy, list));
    assert_int_equal(rc_equal(copy, list), 1);
    assert_true(rc_is(rc_list_at(copy, 0), inner));
    rc_decref(copy);

    assert_int_equal(rc_dict_set_text(dict, "x", inner), 0);
    copy = rc_copy(dict);
    assert_false(rc_is(copy, dict));
    assert_int_equal(rc_dict_set_text(copy, "y", rc_none), 0);
    assert_int_equal(rc_dict_length(dict), 1);
    assert_true(rc_is(rc_dict_get_text(copy, "x"), inner));
    rc_decref(copy);

    assert_int_equal(rc_attr_set(instance, "x", inner), 0);
    copy = rc_copy(instance);
    assert_int_equal(rc_attr_set(copy, "y", rc_none), 0);
    assert_null(rc_attr_get(instance, "y"));
    attr = rc_attr_get(copy, "x");
    assert_true(rc_is(attr, inner));
    rc_decref(attr);
    rc_decref(copy);
    rc_decref(instance);
    rc_decref(cls);
    rc_decref(dict);
    rc_decref(list);
    rc_decref(inner);
}

static void test_deep(void **state)
{
    rc_object *inner = rc_list_pack(1, rc_true), *dict = rc_dict_new();
    rc_object *tuple = rc_tuple_pack(2, inner, rc_none);
    rc_object *list = rc_list_pack(3, inner, tuple, dict);
    rc_object *copy;

    (void)state;
    assert_int_equal(rc_dict_set(dict, rc_true, inner), 0);
    copy = rc_deepcopy(list);
    assert_shows(copy, "[[true], ([true], none), {true: [true]}]");
    assert_int_equal(rc_equal(copy, list), 1);
    // What was shared is shared, and with nobody else.
    assert_int_equal(rc_list_append(rc_list_at(copy, 0), rc_none), 0);
    assert_shows(copy, "[[true, none], ([true, none], none), "
                       "{true: [true, none]}]");
    assert_shows(list, "[[true], ([true], none), {true: [true]}]");
    rc_decref(copy);
    rc_decref(list);
    rc_decref(tuple);
    rc_decref(dict);
    rc_decref(inner);
}

static void test_tuples_stay_where_they_can(void **state)
{
    rc_object *list = rc_list_new();
    rc_object *same = rc_tuple_pack(1, rc_true);
    rc_object *outer = rc_tuple_pack(2, same, same);
    rc_object *changed = rc_tuple_pack(3, outer, list, list);
    rc_object *top = rc_tuple_pack(2, changed, outer);
    rc_object *copy = rc_deepcopy(top), *inside = rc_tuple_at(copy, 0);

    (void)state;
    assert_false(rc_is(copy, top));
    assert_false(rc_is(inside, changed));
    assert_true(rc_is(rc_tuple_at(copy, 1), outer));
    assert_true(rc_is(rc_tuple_at(inside, 0), outer));
    assert_false(rc_is(rc_tuple_at(inside, 1), list));
    assert_true(rc_is(rc_tuple_at(inside, 1), rc_tuple_at(inside, 2)));
    rc_decref(copy);
    rc_decref(top);
    rc_decref(changed);
    rc_decref(outer);
    rc_decref(same);
    rc_decref(list);
}

static void test_cycles(void **state)
{
    rc_object *list = rc_list_new(), *tuple = rc_tuple_pack(2, list, rc_true);
    rc_object *dict = rc_dict_new(), *cell = rc_cell_new(dict);
    rc_object *copy, *inner;

    (void)state;
    // list -> tuple -> list, and list -> list
    assert_int_equal(rc_list_append(list, tuple), 0);
    assert_int_equal(rc_list_append(list, list), 0);
    copy = rc_deepcopy(list);
    inner = rc_list_at(copy, 0);
    assert_false(rc_is(inner, tuple));
    assert_true(rc_is(rc_tuple_at(inner, 0), copy));
    assert_true(rc_is(rc_list_at(copy, 1), copy));
    rc_decref(copy);

    // The same, from the tuple on.
    copy = rc_deepcopy(tuple);
    inner = rc_tuple_at(copy, 0);
    assert_false(rc_is(inner, list));
    assert_true(rc_is(rc_list_at(inner, 0), copy));
    assert_true(rc_is(rc_list_at(inner, 1), inner));
    rc_decref(copy);

    assert_int_equal(rc_dict_set_text(dict, "cell", cell), 0);
    copy = rc_deepcopy(dict);
    inner = rc_dict_get_text(copy, "cell");
    assert_false(rc_is(inner, cell));
    assert_true(rc_is(rc_cell_get(inner), copy));
    rc_decref(copy);
    rc_decref(list);
    rc_decref(tuple);
    rc_decref(dict);
    rc_decref(cell);
}

static void test_empty_cell(void **state)
{
    rc_object *cell = rc_cell_new(NULL), *copy = rc_deepcopy(cell);

    (void)state;
    assert_non_null(copy);
    assert_false(rc_is(copy, cell));
    assert_null(rc_cell_get(copy));
    rc_decref(cell);
    rc_decref(copy);
}

static void test_instances(void **state)
{
    rc_object *cls = rc_class_new("Node", NULL);
    rc_object *a = rc_instance_new(cls), *b = rc_instance_new(cls);
    rc_object *bare = rc_instance_new(cls), *copy, *next, *back;

    (void)state;
    assert_int_equal(rc_attr_set(a, "next", b), 0);
    assert_int_equal(rc_attr_set(b, "next", a), 0);
    copy = rc_deepcopy(a);
    assert_true(rc_is(rc_instance_class(copy), cls));
    next = rc_attr_get(copy, "next");
    back = rc_attr_get(next, "next");
    assert_false(rc_is(next, b));
    assert_true(rc_is(back, copy));
    rc_decref(copy);
    rc_decref(next);
    rc_decref(back);
    copy = rc_deepcopy(bare);
    assert_false(rc_is(copy, bare));
    rc_decref(copy);
    rc_decref(bare);
    rc_decref(a);
    rc_decref(b);
    rc_decref(cls);
}

// A key whose copy is another one: instances are equal by identity.
static void test_keys(void **state)
{
    rc_object *cls = rc_class_new("Key", NULL);
    rc_object *instance = rc_instance_new(cls);
    rc_object *tuple = rc_tuple_pack(2, instance, rc_true);
    rc_object *items = rc_list_pack(2, tuple, rc_none);
    rc_object *frozen = rc_frozenset_from(items), *dict = rc_dict_new();
    rc_object *list = rc_list_pack(3, instance, frozen, dict);
    rc_object *copy, *key;

    (void)state;
    assert_int_equal(rc_attr_set(instance, "dict", dict), 0);
    assert_int_equal(rc_dict_set(dict, frozen, tuple), 0);
    assert_int_equal(rc_dict_set(dict, tuple, frozen), 0);
    for (int round = 0; round < 2; round++) {
        rc_object *from = round ? rc_newref(frozen) : rc_newref(dict);

        copy = rc_deepcopy(from); // from the middle of the cycle
        assert_non_null(copy);
        assert_false(rc_is(copy, from));
        rc_decref(copy);
        rc_decref(from);
    }
    copy = rc_deepcopy(list);
    key = rc_tuple_pack(2, rc_list_at(copy, 0), rc_true);
    assert_int_equal(rc_contains(rc_list_at(copy, 1), key), 1);
    assert_int_equal(rc_contains(rc_list_at(copy, 1), tuple), 0);
    assert_int_equal(rc_contains(rc_list_at(copy, 1), rc_none), 1);
    assert_true(
        rc_is(rc_dict_get(rc_list_at(copy, 2), key), rc_list_at(copy, 1)));
    assert_int_equal(rc_contains(rc_list_at(copy, 2), rc_list_at(copy, 1)), 1);
    rc_decref(key);
    rc_decref(copy);
    rc_decref(list);
    rc_decref(dict);
    rc_decref(frozen);
    rc_decref(items);
    rc_decref(tuple);
    rc_decref(instance);
    rc_decref(cls);
}

static void test_sets(void **state)
{
    rc_object *a = rc_str_new("one"), *items = rc_list_pack(2, a, rc_true);
    rc_object *set = rc_set_from(items), *frozen = rc_frozenset_from(items);
    rc_object *copy = rc_deepcopy(set), *same = rc_deepcopy(frozen);

    (void)state;
    assert_false(rc_is(copy, set));
    assert_int_equal(rc_equal(copy, set), 1);
    assert_true(rc_is(same, frozen));
    assert_int_equal(rc_set_add(copy, rc_none), 1);
    assert_int_equal(rc_set_length(set), 2);
    rc_decref(copy);
    rc_decref(same);
    rc_decref(set);
    rc_decref(frozen);
    rc_decref(items);
    rc_decref(a);
}

// ---- depth ----

static rc_object *wrap(rc_object *o, int how)
{
    rc_object *outer = NULL;

    switch (how) {
    case 0:
        outer = rc_list_pack(1, o);
        break;
    case 1:
        outer = rc_tuple_pack(1, o);
        break;
    case 2:
        outer = rc_cell_new(o);
        break;
    default:
        outer = rc_dict_new();
        assert_int_equal(rc_dict_set(outer, rc_none, o), 0);
    }
    assert_non_null(outer);
    rc_decref(o);
    return outer;
}

static rc_object *unwrap(rc_object *o)
{
    if (rc_is_list(o))
        return rc_list_at(o, 0);
    if (rc_is_tuple(o))
        return rc_tuple_at(o, 0);
    return rc_is_dict(o) ? rc_dict_get(o, rc_none) : rc_cell_get(o);
}

static void test_depth(void **state)
{
    static const struct {
        const char *name;
        int first, kinds; // of wrap()
    } cases[] = {
        {"lists", 0, 1},
        {"tuples", 1, 1},
        {"cells", 2, 1},
        {"all", 0, 4},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *list = rc_list_new(), *o = rc_newref(list), *copy, *p;
        int deep = (int)scaled(1000000), depth = 0;

        print_message("%s\n", cases[i].name);
        for (int d = 0; d < deep; d++)
            o = wrap(o, cases[i].first + d % cases[i].kinds);
        copy = rc_deepcopy(o);
        assert_non_null(copy);
        for (p = copy; !rc_is_list(p) || rc_length(p) > 0; p = unwrap(p))
            depth++;
        assert_int_equal(depth, deep);
        assert_false(rc_is(p, list));
        rc_decref(list);
        rc_decref(o);
        rc_decref(copy);
    }
}

// ---- types of the program ----

struct box {
    rc_object head;
    rc_object *held;
};

static const uint16_t box_slots[] = {offsetof(struct box, held), 0};

static rc_object *box_copy(rc_object *self);

static rc_type box_type = {
    .name = "box",
    .size = sizeof(struct box),
    .slots = box_slots,
    .copy = box_copy,
};

static rc_type sealed_type = {
    .name = "sealed",
    .size = sizeof(struct box),
    .slots = box_slots,
};

static rc_object *box_copy(rc_object *self)
{
    rc_object *copy = rc_new(&box_type), *held;

    if (!copy)
        return NULL;
    held = ((struct box *)(void *)self)->held;
    rc_xincref(held);
    ((struct box *)(void *)copy)->held = held;
    return copy;
}

static void test_own_types(void **state)
{
    rc_object *box, *sealed, *inner = rc_list_new(), *list, *copy, *held;

    (void)state;
    assert_int_equal(rc_type_ready(&box_type), 0);
    assert_int_equal(rc_type_ready(&sealed_type), 0);
    box = rc_new(&box_type);
    ((struct box *)(void *)box)->held = rc_newref(inner);
    sealed = rc_new(&sealed_type);
    list = rc_list_pack(2, box, box);
    copy = rc_deepcopy(list);
    held = ((struct box *)(void *)rc_list_at(copy, 0))->held;
    assert_false(rc_is(rc_list_at(copy, 0), box));
    assert_true(rc_is(rc_list_at(copy, 0), rc_list_at(copy, 1)));
    assert_true(rc_is(held, inner));
    rc_decref(copy);
    assert_null(rc_copy(sealed));
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_string_equal(rc_error_message(), "sealed cannot be copied");
    rc_error_clear();
    assert_int_equal(rc_list_append(list, sealed), 0);
    assert_null(rc_deepcopy(list));
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    rc_decref(list);
    rc_decref(box);
    rc_decref(sealed);
    rc_decref(inner);
}

// Copies of wide structures: every item is looked up, none is copied twice.
static void test_wide(void **state)
{
    int wide = (int)scaled(20000);
    rc_object *top = rc_list_new(), *shared = rc_list_new(), *copy, *first;

    (void)state;
    for (int i = 0; i < wide; i++)
        assert_int_equal(rc_list_push(top, rc_list_pack(1, shared)), 0);
    copy = rc_deepcopy(top);
    assert_int_equal(rc_length(copy), wide);
    first = rc_list_at(rc_list_at(copy, 0), 0);
    assert_false(rc_is(first, shared));
    for (int i = 0; i < wide; i++)
        assert_true(rc_is(rc_list_at(rc_list_at(copy, i), 0), first));
    rc_decref(copy);
    rc_decref(top);
    rc_decref(shared);
}

// ---- code that runs meanwhile ----

static rc_object *original; // a list of lists, on which it works

static rc_object *clear_original(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    if (rc_list_clear(original) < 0)
        return NULL;
    return rc_newref(rc_none);
}

static rc_object *add_to_original(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    if (rc_list_push(original, rc_list_new()) < 0)
        return NULL;
    return rc_newref(rc_none);
}

// Garbage whose finalizer, called by a collection, is `finalize`.
static void leave_garbage(rc_code finalize)
{
    rc_object *cls = rc_class_new("Garbage", NULL), *instance;
    rc_object *builtin = rc_builtin_new("finalize", finalize, NULL);

    assert_int_equal(rc_attr_set(cls, "finalize", builtin), 0);
    instance = rc_instance_new(cls);
    assert_int_equal(rc_attr_set(instance, "self", instance), 0);
    rc_decref(instance);
    rc_decref(builtin);
    rc_decref(cls);
}

static void test_changed_meanwhile(void **state)
{
    static const struct {
        const char *name;
        rc_code finalize;
        bool fails;
    } cases[] = {
        {"cleared", clear_original, false},
        {"added to", add_to_original, true},
    };
    size_t young = 0, full = 0;

    (void)state;
    rc_gc_threshold(&young, &full);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *copy;

        print_message("%s\n", cases[i].name);
        rc_error_clear();
        original = rc_list_new();
        for (int k = 0; k < 100; k++)
            assert_int_equal(rc_list_push(original, rc_list_new()), 0);
        leave_garbage(cases[i].finalize);
        rc_gc_set_threshold(1, 1);
        copy = rc_deepcopy(original);
        rc_gc_set_threshold(young, full);
        assert_int_not_equal(rc_length(original), 100);
        assert_int_equal(!copy, cases[i].fails);
        if (!copy)
            assert_int_equal(rc_error_code(), RC_ERROR_STATE);
        rc_xdecref(copy);
        rc_clear(&original);
    }
}

#ifdef RC_AUDIT

// One of each kind, in cycles.
static rc_object *sampler(void)
{
    rc_object *cls = rc_class_new("Sample", NULL);
    rc_object *instance = rc_instance_new(cls), *list = rc_list_new();
    rc_object *tuple = rc_tuple_pack(2, instance, list);
    rc_object *key = rc_tuple_pack(2, instance, rc_true);
    rc_object *items = rc_list_pack(2, key, rc_none);
    rc_object *frozen = rc_frozenset_from(items), *set = rc_set_from(items);
    rc_object *dict = rc_dict_new(), *cell = rc_cell_new(dict);

    assert_int_equal(rc_dict_set(dict, frozen, cell), 0);
    assert_int_equal(rc_dict_set(dict, key, tuple), 0);
    assert_int_equal(rc_attr_set(instance, "set", set), 0);
    assert_int_equal(rc_list_append(list, dict), 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(rc_list_push(list, rc_list_pack(1, tuple)), 0);
    rc_decref(cls);
    rc_decref(instance);
    rc_decref(tuple);
    rc_decref(key);
    rc_decref(items);
    rc_decref(frozen);
    rc_decref(set);
    rc_decref(dict);
    rc_decref(cell);
    return list;
}

static size_t alive(void)
{
    rc_gc_collect();
    return live_objects();
}

// Each allocation of a copy fails once: nothing is left of what was begun. (A
// collection that happens to run then can do without.)
static void test_without_memory(void **state)
{
    rc_object *list = sampler();
    size_t before = alive();
    int failures = 0;
    uint64_t n = 0, made;

    (void)state;
    do {
        rc_object *copy;

        rc_error_clear();
        rc_audit_fail_alloc(++n, false);
        copy = rc_deepcopy(list);
        made = rc_audit_allocations();
        rc_audit_fail_alloc(0, false);
        failures += !copy;
        if (!copy)
            assert_int_equal(rc_error_code(), RC_ERROR_MEMORY);
        rc_xdecref(copy);
        assert_int_equal(alive(), before);
    } while (made >= n);
    print_message("%d failures\n", failures);
    assert_true(failures > 100);
    rc_decref(list);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_themselves),
        TEST(test_modules_are_shared),
        TEST(test_shallow),
        TEST(test_deep),
        TEST(test_tuples_stay_where_they_can),
        TEST(test_cycles),
        TEST(test_empty_cell),
        TEST(test_instances),
        TEST(test_keys),
        TEST(test_sets),
        TEST(test_depth),
        TEST(test_own_types),
        TEST(test_wide),
        TEST(test_changed_meanwhile),
#ifdef RC_AUDIT
        TEST(test_without_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
