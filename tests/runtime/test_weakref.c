// test_weakref.c - objects/weakref.c: when weak references die, and who hears
// of it.

#include "support.h"

static int called;
static int64_t order; // of the weak references in watched: one digit each
static rc_object *watched[4];
static rc_object *saved;

static int setup(void **state)
{
    called = 0;
    order = 0;
    memset(watched, 0, sizeof(watched));
    return begin_runtime(state);
}

static void assert_target(rc_object *weakref, rc_object *target)
{
    rc_object *o = rc_weakref_get(weakref);

    assert_ptr_equal(o, target);
    assert_int_equal(rc_error_code(), RC_OK);
    rc_xdecref(o);
}

static rc_object *note(rc_object *self, rc_object *args)
{
    rc_object *weakref = rc_tuple_at(args, 0);

    (void)self;
    called++;
    assert_int_equal(rc_tuple_length(args), 1);
    assert_target(weakref, NULL);
    for (int i = 0; i < 4; i++) {
        if (watched[i] == weakref)
            order = 10 * order + i;
    }
    return rc_newref(rc_none);
}

static rc_object *new_callback(rc_code code)
{
    return made(rc_function_new("callback", code, NULL, NULL));
}

static rc_object *new_weakref(rc_object *o, rc_code code)
{
    rc_object *callback = code ? new_callback(code) : NULL;
    rc_object *weakref = made(rc_weakref_new(o, callback));

    rc_xdecref(callback);
    return weakref;
}

static void test_get(void **state)
{
    rc_object *o = made(rc_list_new()), *weakref = new_weakref(o, NULL);

    (void)state;
    assert_int_equal(rc_refcount(o), 2);
    assert_target(weakref, o);
    assert_int_equal(rc_refcount(o), 2);
    assert_int_equal(rc_weakref_count(o), 1);
    rc_decref(o);
    assert_target(weakref, NULL);
    rc_decref(weakref);
}

// Whatever is counted can be a target.
static void test_kinds(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *objects[] = {
        made(rc_int_new(1000)),      made(rc_str_new("some text")),
        made(rc_tuple_pack(1, cls)), made(rc_dict_new()),
        made(rc_instance_new(cls)),  made(rc_cell_new(NULL)),
        new_weakref(cls, NULL),      cls,
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(objects); i++) {
        rc_object *weakref = new_weakref(objects[i], note);

        printf("  %s\n", rc_type_name(objects[i]));
        assert_target(weakref, objects[i]);
        called = 0;
        rc_decref(objects[i]);
        assert_target(weakref, NULL);
        assert_int_equal(called, 1);
        rc_decref(weakref);
    }
}

static void test_wrong_types(void **state)
{
    rc_object *o = made(rc_list_new());

    (void)state;
    assert_null(rc_weakref_new(rc_none, NULL));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_weakref_new(RC_OBJECT(&rc_list_type), NULL));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_weakref_new(o, rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_weakref_count(o), 0);
    assert_null(rc_weakref_get(o));
    assert_error(RC_ERROR_TYPE);
    rc_decref(o);
}

static void test_repr(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *o = made(rc_instance_new(cls));
    rc_object *weakref = new_weakref(o, NULL), *repr;

    (void)state;
    repr = made(rc_repr(weakref));
    assert_non_null(strstr(rc_str_text(repr), "; to 'C' at 0x"));
    rc_decref(repr);
    rc_decref(o);
    repr = made(rc_repr(weakref));
    assert_non_null(strstr(rc_str_text(repr), "; dead>"));
    rc_decref(repr);
    rc_decref(weakref);
    rc_decref(cls);
}

// ---- callbacks ----

static void test_callback_once(void **state)
{
    rc_object *o = made(rc_list_new()), *callback = new_callback(note);
    rc_object *weakref = made(rc_weakref_new(o, callback));

    (void)state;
    assert_int_equal(rc_refcount(callback), 3);
    rc_decref(o);
    assert_int_equal(called, 1);
    assert_int_equal(rc_refcount(callback), 2); // given back
    rc_decref(weakref);
    assert_int_equal(called, 1);
    rc_decref(callback);
}

static void test_callback_of_dead(void **state)
{
    rc_object *o = made(rc_list_new());

    (void)state;
    rc_decref(new_weakref(o, note));
    rc_decref(o);
    assert_int_equal(called, 0);
}

// The youngest is called first; what dies in between leaves the list intact.
static void test_order(void **state)
{
    static const struct {
        const char *name;
        int dropped; // which one dies before the target, -1: none
        int64_t expect;
    } cases[] = {
        {"all", -1, 321},
        {"without the first", 1, 32},
        {"without the middle one", 2, 31},
        {"without the last", 3, 21},
    };

    (void)state;
    for (size_t c = 0; c < LENGTH(cases); c++) {
        rc_object *o = made(rc_list_new());

        printf("  %s\n", cases[c].name);
        order = 0;
        for (int i = 1; i < 4; i++)
            watched[i] = new_weakref(o, note);
        if (cases[c].dropped >= 0)
            rc_clear(&watched[cases[c].dropped]);
        assert_int_equal(rc_weakref_count(o), cases[c].dropped < 0 ? 3 : 2);
        rc_decref(o);
        assert_int_equal(order, cases[c].expect);
        for (int i = 1; i < 4; i++)
            rc_clear(&watched[i]);
    }
}

static rc_object *fail_back(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    called++;
    rc_error_set(RC_ERROR_USER, "the callback failed");
    return NULL;
}

static void test_callback_fails(void **state)
{
    static const char *const before[] = {"", "before"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        rc_object *o = made(rc_list_new());
        rc_object *first = new_weakref(o, fail_back);
        rc_object *second = new_weakref(o, fail_back);

        printf("  error: '%s'\n", before[i]);
        called = 0;
        if (*before[i])
            rc_error_set(RC_ERROR_USER, "%s", before[i]);
        rc_decref(o);
        assert_int_equal(called, 2);
        assert_string_equal(rc_error_message(), before[i]);
        rc_decref(first);
        rc_decref(second);
    }
}

// A callback lets go of the other one that is to be called.
static rc_object *drop_other(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    called++;
    rc_clear(&watched[1]);
    return rc_newref(rc_none);
}

static void test_callback_drops_other(void **state)
{
    rc_object *o = made(rc_list_new()), *weakref;

    (void)state;
    watched[1] = new_weakref(o, note);
    weakref = new_weakref(o, drop_other);
    rc_decref(o);
    assert_int_equal(called, 2); // it lived when its target died
    rc_decref(weakref);
}

// ---- ends that come together ----

// A container holds the last reference to a target and to its weak reference.
static void test_both_in_a_container(void **state)
{
    (void)state;
    for (int target_first = 0; target_first < 2; target_first++) {
        rc_object *o = made(rc_list_new()), *weakref = new_weakref(o, note);
        rc_object *pair = target_first ? made(rc_tuple_pack(2, o, weakref))
                                       : made(rc_tuple_pack(2, weakref, o));

        printf("  the %s comes first\n",
               target_first ? "target" : "weak reference");
        rc_decref(o);
        rc_decref(weakref);
        rc_decref(pair);
    }
    assert_true(called <= 2);
}

static rc_object *get_watched(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    called++;
    saved = rc_weakref_get(watched[1]);
    return rc_newref(rc_none);
}

static rc_object *new_finalized(rc_code code)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *finalize = new_callback(code), *o;

    assert_int_equal(rc_attr_set(cls, "finalize", finalize), 0);
    o = made(rc_instance_new(cls));
    rc_decref(finalize);
    rc_decref(cls);
    return o;
}

// While one item of a container is finalized the others have lost their last
// reference, though their memory is there yet.
static void test_get_of_the_dying(void **state)
{
    (void)state;
    for (int finalized_first = 0; finalized_first < 2; finalized_first++) {
        rc_object *o = made(rc_list_new()), *dying = new_finalized(get_watched);
        rc_object *pair = finalized_first ? made(rc_tuple_pack(2, dying, o))
                                          : made(rc_tuple_pack(2, o, dying));

        printf("  the finalized one comes %s\n",
               finalized_first ? "first" : "last");
        called = 0;
        watched[1] = new_weakref(o, NULL);
        rc_decref(o);
        rc_decref(dying);
        rc_decref(pair);
        assert_int_equal(called, 1);
        if (saved) // it was not given back yet
            assert_int_equal(rc_refcount(saved), 2);
        rc_clear(&saved);
        assert_target(watched[1], NULL);
        rc_clear(&watched[1]);
    }
}

// ---- finalizers ----

// During its finalizer an object is alive, and may stay so.
static void test_get_from_finalizer(void **state)
{
    rc_object *o = new_finalized(get_watched);

    (void)state;
    watched[1] = new_weakref(o, note);
    rc_decref(o);
    assert_ptr_equal(saved, o);
    assert_int_equal(called, 1);
    assert_target(watched[1], o);
    rc_clear(&saved);
    assert_int_equal(called, 2);
    assert_target(watched[1], NULL);
    rc_clear(&watched[1]);
}

static rc_object *watch_self(rc_object *self, rc_object *args)
{
    (void)self;
    called++;
    watched[1] = rc_weakref_new(rc_tuple_at(args, 0), NULL);
    return watched[1] ? rc_newref(rc_none) : NULL;
}

// A weak reference that the finalizer makes.
static void test_made_by_finalizer(void **state)
{
    (void)state;
    for (int in_cycle = 0; in_cycle < 2; in_cycle++) {
        rc_object *o = new_finalized(watch_self);

        printf("  %s\n", in_cycle ? "in a cycle" : "alone");
        called = 0;
        if (in_cycle)
            assert_int_equal(rc_attr_set(o, "me", o), 0);
        rc_decref(o);
        rc_gc_collect();
        assert_int_equal(called, 1);
        assert_target(watched[1], NULL);
        rc_clear(&watched[1]);
    }
}

// ---- cycles ----

static rc_object *new_cycle(void)
{
    rc_object *o = made(rc_list_new());

    assert_int_equal(rc_list_append(o, o), 0);
    return o;
}

static void test_cycle(void **state)
{
    rc_object *o = new_cycle(), *weakref = new_weakref(o, note);

    (void)state;
    rc_decref(o);
    assert_int_equal(called, 0);
    assert_int_equal(rc_gc_collect(), 1);
    assert_int_equal(called, 1);
    assert_target(weakref, NULL);
    rc_decref(weakref);
}

// A weak reference that dies in the same cycle hears of nothing.
static void test_weakref_in_cycle(void **state)
{
    rc_object *o = new_cycle(), *inside = new_weakref(o, note);
    rc_object *outside = new_weakref(o, note);

    (void)state;
    watched[1] = inside;
    watched[2] = outside;
    assert_int_equal(rc_list_append(o, inside), 0);
    rc_decref(inside);
    rc_decref(o);
    assert_true(rc_gc_collect() >= 2);
    assert_int_equal(order, 2);
    rc_decref(outside);
}

// A weak reference in a dead cycle to something that lives.
static void test_cycle_watches_living(void **state)
{
    rc_object *target = made(rc_list_new()), *o = new_cycle();
    rc_object *inside = new_weakref(target, note);
    rc_object *outside = new_weakref(target, note);

    (void)state;
    assert_int_equal(rc_list_append(o, inside), 0);
    rc_decref(inside);
    rc_decref(o);
    rc_gc_collect();
    assert_int_equal(called, 0);
    assert_int_equal(rc_weakref_count(target), 1);
    rc_decref(target);
    assert_int_equal(called, 1);
    assert_target(outside, NULL);
    rc_decref(outside);
}

// The callback holds the target: a cycle once the weak reference is held by it.
static void test_callback_in_cycle(void **state)
{
    rc_object *o = made(rc_list_new()), *cell = made(rc_cell_new(o));
    rc_object *closure = made(rc_tuple_pack(1, cell));
    rc_object *callback =
        made(rc_function_new("callback", note, NULL, closure));
    rc_object *weakref = made(rc_weakref_new(o, callback));

    (void)state;
    assert_int_equal(rc_list_append(o, weakref), 0);
    rc_decref(weakref);
    rc_decref(callback);
    rc_decref(closure);
    rc_decref(cell);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 5);
    assert_int_equal(called, 0);
}

// Weak references of a cycle die before its finalizers run, so these cannot
// get at what is dying through them.
static void test_finalizer_in_cycle(void **state)
{
    rc_object *o = new_finalized(get_watched);

    (void)state;
    watched[1] = new_weakref(o, note);
    assert_int_equal(rc_attr_set(o, "me", o), 0);
    rc_decref(o);
    rc_gc_collect();
    assert_int_equal(called, 2);
    assert_null(saved);
    rc_clear(&watched[1]);
}

// Each dies while the others live, in an order of its own.
static void test_many(void **state)
{
    enum { TARGETS = 300, EACH = 5 };
    static rc_object *targets[TARGETS], *weakrefs[TARGETS][EACH];

    (void)state;
    for (int i = 0; i < TARGETS; i++) {
        targets[i] = made(rc_list_new());
        for (int k = 0; k < EACH; k++)
            weakrefs[i][k] = new_weakref(targets[i], k % 2 ? note : NULL);
    }
    for (int i = 0; i < TARGETS; i++) {
        int t = i * 7 % TARGETS;

        for (int k = 0; k < EACH; k++)
            assert_target(weakrefs[t][k], targets[t]);
        assert_int_equal(rc_weakref_count(targets[t]), EACH);
        rc_clear(&weakrefs[t][i % EACH]);
        rc_clear(&targets[t]);
        for (int k = 0; k < EACH; k++) {
            if (weakrefs[t][k])
                assert_target(weakrefs[t][k], NULL);
            rc_clear(&weakrefs[t][k]);
        }
    }
    assert_true(called > TARGETS);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, setup, end_runtime)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_get),
        UNIT(test_kinds),
        UNIT(test_wrong_types),
        UNIT(test_repr),
        UNIT(test_callback_once),
        UNIT(test_callback_of_dead),
        UNIT(test_order),
        UNIT(test_callback_fails),
        UNIT(test_callback_drops_other),
        UNIT(test_both_in_a_container),
        UNIT(test_get_of_the_dying),
        UNIT(test_get_from_finalizer),
        UNIT(test_made_by_finalizer),
        UNIT(test_cycle),
        UNIT(test_weakref_in_cycle),
        UNIT(test_cycle_watches_living),
        UNIT(test_callback_in_cycle),
        UNIT(test_finalizer_in_cycle),
        UNIT(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
