// test_gc.c - core/gc.c: what a collection frees, what it leaves, and what
// finalizers and weak references see of it.

#include "support.h"

static rc_object *leaf;  // a reference of each shape leads to it
static rc_object *alive; // and one to this container

static int setup(void **state)
{
    if (begin_runtime(state) < 0)
        return -1;
    leaf = made(rc_int_new(1000000));
    alive = new_node(NULL, NULL);
    return 0;
}

static int teardown(void **state)
{
    rc_clear(&leaf);
    rc_clear(&alive);
    return end_runtime(state);
}

static rc_object *a_leaf(void)
{
    return rc_newref(leaf);
}

static rc_object *an_alive(void)
{
    return rc_newref(alive);
}

static void append(rc_object *list, rc_object *item)
{
    assert_int_equal(rc_list_append(list, item), 0);
}

static void set_attr(rc_object *o, const char *name, rc_object *value)
{
    assert_int_equal(rc_attr_set(o, name, value), 0);
}

// ---- shapes of garbage ----
//
// Each is returned as one reference; giving it back leaves a cycle. *ret_n is
// how many containers die.

static rc_object *itself(size_t *ret_n)
{
    rc_object *o = new_node(NULL, a_leaf());

    node_of(o)->left = rc_newref(o);
    *ret_n = 1;
    return o;
}

static rc_object *itself_twice(size_t *ret_n)
{
    rc_object *o = new_node(NULL, NULL);

    node_of(o)->left = rc_newref(o);
    node_of(o)->right = rc_newref(o);
    *ret_n = 1;
    return o;
}

static rc_object *pair(size_t *ret_n)
{
    rc_object *a = new_node(NULL, an_alive());

    node_of(a)->left = new_node(rc_newref(a), a_leaf());
    *ret_n = 2;
    return a;
}

static rc_object *ring_of(rc_object *(*make)(rc_object *, rc_object *),
                          size_t n)
{
    rc_object *first = make(NULL, a_leaf()), *o = rc_newref(first);

    for (size_t i = 1; i < n; i++)
        o = make(o, i % 3 ? a_leaf() : an_alive());
    node_of(first)->left = o;
    return first;
}

static rc_object *ring(size_t *ret_n)
{
    *ret_n = 1000;
    return ring_of(new_node, 1000);
}

static rc_object *giant_ring(size_t *ret_n)
{
    *ret_n = 50;
    return ring_of(new_giant, 50);
}

static rc_object *small_or_giant(rc_object *left, rc_object *right)
{
    static unsigned turn;

    return turn++ % 2 ? new_giant(left, right) : new_node(left, right);
}

static rc_object *mixed_ring(size_t *ret_n)
{
    *ret_n = 101;
    return ring_of(small_or_giant, 101);
}

// A cycle with a long tail that it alone holds.
static rc_object *with_tail(size_t *ret_n)
{
    rc_object *tail = NULL, *o;

    for (int i = 0; i < 500; i++)
        tail = new_node(tail, a_leaf());
    o = new_node(NULL, tail);
    node_of(o)->left = rc_newref(o);
    *ret_n = 501;
    return o;
}

static rc_object *list_of_itself(size_t *ret_n)
{
    rc_object *list = made(rc_list_pack(2, leaf, alive));

    append(list, list);
    append(list, list);
    *ret_n = 1;
    return list;
}

static rc_object *lists(size_t *ret_n)
{
    rc_object *a = made(rc_list_new()), *b = made(rc_list_pack(2, a, leaf));

    append(a, b);
    append(a, alive);
    rc_decref(b);
    *ret_n = 2;
    return a;
}

static rc_object *tuple_and_list(size_t *ret_n)
{
    rc_object *list = made(rc_list_new());
    rc_object *tuple = made(rc_tuple_pack(3, leaf, list, alive));

    append(list, tuple);
    rc_decref(tuple);
    *ret_n = 2;
    return list;
}

static rc_object *large_tuple(size_t *ret_n)
{
    rc_object *list = made(rc_list_new());
    rc_object *tuple = made(rc_tuple_new(1000));

    for (int64_t i = 0; i < 1000; i++)
        assert_int_equal(rc_tuple_set(tuple, i, rc_newref(i % 2 ? list : leaf)),
                         0);
    append(list, tuple);
    rc_decref(tuple);
    *ret_n = 2;
    return list;
}

static rc_object *dict_value(size_t *ret_n)
{
    rc_object *dict = made(rc_dict_new());

    assert_int_equal(rc_dict_set_text(dict, "me", dict), 0);
    assert_int_equal(rc_dict_set_text(dict, "leaf", leaf), 0);
    assert_int_equal(rc_dict_set(dict, leaf, alive), 0);
    *ret_n = 1;
    return dict;
}

static rc_object *dict_key(size_t *ret_n)
{
    rc_object *dict = made(rc_dict_new());
    rc_object *node = new_node(rc_newref(dict), a_leaf());
    rc_object *key = made(rc_tuple_pack(2, node, leaf));

    assert_int_equal(rc_dict_set(dict, key, alive), 0);
    rc_decref(node);
    rc_decref(key);
    *ret_n = 3;
    return dict;
}

static rc_object *set_of(rc_object *(*from)(rc_object *), size_t *ret_n)
{
    rc_object *node = new_node(NULL, an_alive());
    rc_object *list = made(rc_list_pack(2, node, leaf));

    node_of(node)->left = made(from(list));
    rc_decref(list);
    *ret_n = 2;
    return node;
}

static rc_object *set(size_t *ret_n)
{
    return set_of(rc_set_from, ret_n);
}

static rc_object *frozenset(size_t *ret_n)
{
    return set_of(rc_frozenset_from, ret_n);
}

static rc_object *instance(size_t *ret_n)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *o = made(rc_instance_new(cls));

    set_attr(o, "me", o);
    set_attr(o, "leaf", leaf);
    set_attr(o, "alive", alive);
    rc_decref(cls);
    *ret_n = 3; // and its dict and its class
    return o;
}

static rc_object *class_of_instances(size_t *ret_n)
{
    rc_object *base = made(rc_class_new("B", NULL));
    rc_object *cls = made(rc_class_new("C", base));

    for (int i = 0; i < 100; i++) {
        rc_object *o = made(rc_instance_new(cls));
        char name[8];

        snprintf(name, sizeof(name), "o%d", i);
        set_attr(o, "leaf", leaf);
        set_attr(base, name, o); // the class, by its base
        rc_decref(o);
    }
    rc_decref(base);
    *ret_n = 203;
    return cls;
}

static rc_object *cell(size_t *ret_n)
{
    rc_object *o = made(rc_cell_new(NULL));

    assert_int_equal(rc_cell_set(o, o), 0);
    *ret_n = 1;
    return o;
}

// A function that calls itself: its cell holds it.
static rc_object *function(size_t *ret_n)
{
    rc_object *o = made(rc_cell_new(NULL));
    rc_object *closure = made(rc_tuple_pack(3, leaf, alive, o));
    rc_object *f;

    rc_decref(closure);
    closure = made(rc_tuple_pack(1, o));
    f = made(rc_function_new("f", NULL, NULL, closure));
    assert_int_equal(rc_cell_set(o, f), 0);
    set_attr(f, "leaf", leaf);
    rc_decref(closure);
    rc_decref(o);
    *ret_n = 4;
    return f;
}

static rc_object *module(size_t *ret_n)
{
    rc_object *m = made(rc_module_new("m"));
    rc_object *f = made(rc_function_new("f", NULL, m, NULL));

    set_attr(m, "f", f);
    set_attr(m, "leaf", leaf);
    set_attr(m, "alive", alive);
    rc_decref(f);
    *ret_n = 3;
    return m;
}

static rc_object *builtin(size_t *ret_n)
{
    rc_object *list = made(rc_list_pack(1, leaf));
    rc_object *b = made(rc_builtin_new("b", NULL, list));

    append(list, b);
    rc_decref(list);
    *ret_n = 2;
    return b;
}

static rc_object *frame(size_t *ret_n)
{
    rc_object *o;

    assert_int_equal(rc_frame_enter("f", NULL, NULL), 0);
    o = rc_newref(made(rc_frame_current()));
    assert_int_equal(rc_local_set("frame", o), 0);
    assert_int_equal(rc_local_set("leaf", leaf), 0);
    rc_frame_leave();
    *ret_n = 2;
    return o;
}

static rc_object *weak_callback(size_t *ret_n)
{
    rc_object *o = new_node(NULL, a_leaf());
    rc_object *callback = made(rc_builtin_new("b", NULL, o));

    node_of(o)->left = made(rc_weakref_new(o, callback));
    rc_decref(callback);
    *ret_n = 3;
    return o;
}

static rc_object *vector(size_t *ret_n)
{
    rc_object *v = new_vector(5);

    vector_of(v)->items[1] = rc_newref(v);
    vector_of(v)->items[2] = new_node(rc_newref(v), a_leaf());
    vector_of(v)->items[3] = an_alive();
    vector_of(v)->items[4] = rc_newref(vector_of(v)->items[2]);
    *ret_n = 2;
    return v;
}

// The only one that gives back references by itself lies in no page.
static rc_object *giant_vector(size_t *ret_n)
{
    static rc_type type = {.name = "giant vector",
                           .size = sizeof(struct vector) + 2000,
                           .traverse = vector_traverse,
                           .clear = vector_clear,
                           .dealloc = vector_dealloc};
    rc_object *o, *node = new_node(NULL, a_leaf());

    assert_int_equal(rc_type_ready(&type), 0);
    o = made(rc_new(&type));
    vector_of(o)->items = rc_body_new(2 * sizeof(rc_object *));
    assert_non_null(vector_of(o)->items);
    vector_of(o)->n = 2;
    vector_of(o)->items[0] = node;
    vector_of(o)->items[1] = an_alive();
    node_of(node)->left = o;
    rc_incref(node);
    *ret_n = 2;
    return node;
}

static rc_object *finalizers(size_t *ret_n)
{
    *ret_n = 100;
    return ring_of(new_final, 100);
}

static const struct shape {
    const char *name;
    rc_object *(*make)(size_t *ret_n);
} shapes[] = {
    {"itself", itself},
    {"itself twice", itself_twice},
    {"pair", pair},
    {"ring", ring},
    {"giant ring", giant_ring},
    {"mixed ring", mixed_ring},
    {"with a tail", with_tail},
    {"list of itself", list_of_itself},
    {"lists", lists},
    {"tuple and list", tuple_and_list},
    {"large tuple", large_tuple},
    {"dict value", dict_value},
    {"dict key", dict_key},
    {"set", set},
    {"frozenset", frozenset},
    {"instance", instance},
    {"class of instances", class_of_instances},
    {"cell", cell},
    {"function", function},
    {"module", module},
    {"builtin", builtin},
    {"frame", frame},
    {"callback of a weak reference", weak_callback},
    {"vector", vector},
    {"giant vector", giant_vector},
    {"finalizers", finalizers},
};

// The counts of what lives are as they were.
static void assert_nothing_is_left(size_t before)
{
    assert_int_equal(live_objects(), before);
    assert_count(leaf, 1);
    assert_count(alive, 1);
}

static void test_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        size_t before = live_objects(), n;
        rc_object *o = shapes[i].make(&n);

        print_message("%s\n", shapes[i].name);
        assert_int_equal(rc_gc_collect(), 0);
        assert_true(live_objects() >= before + n);
        rc_decref(o);
        assert_true(live_objects() >= before + n);
        assert_int_equal(rc_gc_collect(), n);
        assert_nothing_is_left(before);
        assert_int_equal(rc_gc_collect(), 0);
    }
}

// What is made and lost since the last collection is found by a young one.
static void test_young_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(shapes); i++) {
        size_t before = live_objects(), n;

        print_message("%s\n", shapes[i].name);
        rc_gc_collect();
        rc_decref(shapes[i].make(&n));
        assert_int_equal(rc_gc_collect_young(), n);
        assert_nothing_is_left(before);
    }
}

// Many at once, in pages with much that lives.
static void test_shapes_together(void **state)
{
    enum { KEPT = 500 };
    rc_object *garbage[3 * LENGTH(shapes)], *kept[KEPT];
    size_t before = live_objects(), n, all = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH(garbage); i++) {
        garbage[i] = shapes[i % LENGTH(shapes)].make(&n);
        all += n;
        if (i < KEPT)
            kept[i] = new_node(rc_newref(garbage[i]), a_leaf());
    }
    for (size_t i = LENGTH(garbage); i < KEPT; i++)
        kept[i] = new_node(NULL, rc_newref(kept[i - LENGTH(garbage)]));
    for (size_t i = 0; i < LENGTH(garbage); i++)
        rc_decref(garbage[i]);
    assert_int_equal(rc_gc_collect(), 0);
    for (size_t i = 0; i < KEPT; i++)
        rc_decref(kept[i]);
    assert_int_equal(rc_gc_collect(), all);
    assert_nothing_is_left(before);
}

// One reference from outside, to any one of them, keeps a whole ring; what does
// not lead back to it goes.
static void test_held_from_outside(void **state)
{
    (void)state;
    for (size_t at = 0; at < 10; at++) {
        rc_object *o = ring_of(at % 2 ? new_node : small_or_giant, 10);
        rc_object *hanging = new_node(rc_newref(o), NULL);
        rc_object *held = o;

        node_of(hanging)->right = rc_newref(hanging);
        for (size_t i = 0; i < at; i++)
            held = node_of(held)->left;
        rc_incref(held);
        rc_decref(o);
        rc_decref(hanging);
        assert_int_equal(rc_gc_collect(), 1);
        assert_false(rc_exists(rc_id(hanging)));
        for (size_t i = 0; i < 10; i++, o = node_of(o)->left)
            assert_count(o, o == held ? 2 : 1);
        rc_decref(held);
        assert_int_equal(rc_gc_collect(), 10);
    }
    assert_count(leaf, 1);
    assert_count(alive, 1);
}

// ---- many ----

static void test_big_ring(void **state)
{
    size_t n = scaled(1000000);
    rc_object *o = ring_of(new_node, n);

    (void)state;
    assert_int_equal(rc_gc_collect(), 0);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), n);
    assert_count(leaf, 1);
    assert_count(alive, 1);
}

// Each leads to two others, and the first one to all.
static void test_big_graph(void **state)
{
    size_t n = scaled(1000000), before = live_objects();
    rc_object **nodes = calloc(n, sizeof(*nodes)), *root;

    (void)state;
    for (size_t i = 0; i < n; i++)
        nodes[i] = new_node(NULL, NULL);
    for (size_t i = 0; i < n; i++) {
        node_of(nodes[i])->left = rc_newref(nodes[i * 7919 % n]);
        node_of(nodes[i])->right = rc_newref(nodes[below(n)]);
    }
    root = made(rc_list_new());
    for (size_t i = 0; i < n; i++)
        assert_int_equal(rc_list_push(root, nodes[i]), 0);
    assert_int_equal(rc_gc_collect(), 0);
    rc_decref(root);
    n = live_objects() - before;
    assert_int_equal(rc_gc_collect(), n);
    assert_int_equal(live_objects(), before);
    free(nodes);
}

// A byte counts references from inside; more than that must be carried.
static void test_hub(void **state)
{
    static const size_t spokes[] = {1,   254, 255,   256,   257,   511,  512,
                                    513, 768, 65534, 65535, 65536, 65537};

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(spokes); i++) {
        size_t n = spokes[i / 2];
        bool is_giant = i % 2;
        rc_object *list, *hub;

        print_message("%zu%s\n", n, is_giant ? ", giant" : "");
        if (n > 4 * scaled(1000000))
            continue;
        list = made(rc_list_new());
        hub = (is_giant ? new_giant : new_node)(list, a_leaf());
        for (size_t k = 0; k < n; k++)
            assert_int_equal(rc_list_push(list, new_node(rc_newref(hub), NULL)),
                             0);
        assert_count(hub, (int64_t)n + 1);
        assert_int_equal(rc_gc_collect(), 0);
        rc_decref(hub);
        assert_int_equal(rc_gc_collect(), n + 2);
        assert_count(leaf, 1);
    }
}

// All from one list, and one too few of them.
static void test_hub_of_one_list(void **state)
{
    static const size_t counts[] = {255, 256, 300, 65536, 70000, 200000};

    (void)state;
    for (size_t i = 0; i < LENGTH(counts); i++) {
        size_t n = counts[i];
        rc_object *list = made(rc_list_new());
        rc_object *hub = new_node(list, NULL);

        print_message("%zu\n", n);
        for (size_t k = 0; k < n; k++)
            append(list, hub);
        assert_int_equal(rc_gc_collect(), 0);
        rc_decref(hub);
        rc_incref(list);
        assert_int_equal(rc_gc_collect(), 0);
        assert_count(hub, (int64_t)n);
        rc_decref(list);
        assert_int_equal(rc_gc_collect(), 2);
    }
}

static void test_class_with_many_instances(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    size_t n = scaled(100000), dead = 0;
    struct rc_gc_stats stats;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        rc_object *o = made(rc_instance_new(cls));

        if (i % 3 == 0) {
            set_attr(o, "me", o);
            dead += 2; // and its dict
        }
        if (i % 100 == 1)
            set_attr(cls, "last", o);
        rc_decref(o);
    }
    rc_gc_collect();
    rc_gc_stats(&stats);
    assert_in_range(stats.collected, dead, dead + 2 * n / 100);
    assert_count(cls, 2); // ours and the last instance's
    rc_decref(cls);
    assert_in_range(rc_gc_collect(), 3, 4);
    assert_false(rc_exists(rc_id(cls)));
}

// ---- immortal objects ----

static void test_immortal(void **state)
{
    rc_object *immortal = new_node(NULL, a_leaf());
    rc_object *reached = new_node(rc_newref(immortal), NULL);
    rc_object *dead = new_node(rc_newref(immortal), rc_newref(reached));

    (void)state;
    node_of(immortal)->left = reached;
    rc_make_immortal(immortal);
    rc_setref(&node_of(reached)->right, rc_newref(rc_none));
    rc_setref(&node_of(dead)->left, rc_newref(dead));
    assert_count(reached, 2);
    rc_decref(dead);
    assert_int_equal(rc_gc_collect(), 1);
    assert_count(reached, 1);
    assert_count(immortal, RC_COUNT_IMMORTAL);
    assert_ptr_equal(node_of(immortal)->left, reached);
    rc_clear(&node_of(immortal)->left);
    assert_false(rc_exists(rc_id(reached)));
    rc_clear(&node_of(immortal)->right);
}

// ---- finalizers ----

static rc_object *saved[16];
static size_t nsaved;

static void save(rc_object *self)
{
    if (nsaved < LENGTH(saved))
        saved[nsaved++] = rc_newref(self);
}

static void drop_saved(void)
{
    while (nsaved)
        rc_clear(&saved[--nsaved]);
}

// Each finalizer once, whatever comes after it.
static void test_resurrect_all(void **state)
{
    rc_object *o = ring_of(new_final, 10);
    struct rc_gc_stats stats;

    (void)state;
    finalized.then = save;
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 0);
    assert_int_equal(finalized.count, 10);
    rc_gc_stats(&stats);
    assert_int_equal(stats.resurrected, 10);
    assert_int_equal(nsaved, 10);
    for (size_t i = 0; i < 10; i++) {
        assert_count(saved[i], 2);
        assert_true(rc_gc_is_finalized(saved[i]));
    }
    drop_saved();
    assert_int_equal(rc_gc_collect(), 10);
    assert_int_equal(finalized.count, 10);
    assert_count(leaf, 1);
    assert_count(alive, 1);
}

static rc_object *only;

static void save_only(rc_object *self)
{
    if (self == only)
        save(self);
}

// PEP 442: what is made live again stays with what it reaches, the rest goes.
static void test_resurrect_some(void **state)
{
    rc_object *stays = ring_of(new_final, 3), *goes = ring_of(new_final, 4);
    rc_object *reached = ring_of(new_node, 5), *above;

    (void)state;
    rc_setref(&node_of(stays)->right, rc_newref(reached));
    above = new_final(NULL, rc_newref(stays));
    node_of(above)->left = rc_newref(above);
    rc_setref(&node_of(goes)->right, rc_newref(reached));
    finalized.then = save_only;
    only = stays;
    rc_decref(stays);
    rc_decref(goes);
    rc_decref(reached);
    rc_decref(above);
    assert_int_equal(rc_gc_collect(), 5);
    assert_int_equal(finalized.count, 8);
    assert_false(rc_exists(rc_id(above)) || rc_exists(rc_id(goes)));
    assert_count(stays, 2);
    assert_count(reached, 2);
    assert_int_equal(rc_gc_collect(), 0);
    drop_saved();
    assert_int_equal(rc_gc_collect(), 8);
    assert_int_equal(finalized.count, 8);
    assert_count(leaf, 1);
    assert_count(alive, 1);
}

static void hold_itself(rc_object *self)
{
    rc_setref(&node_of(self)->right, rc_newref(self));
}

static void hold_a_new_one(rc_object *self)
{
    rc_setref(&node_of(self)->right, new_node(rc_newref(self), NULL));
}

static void break_cycle(rc_object *self)
{
    rc_clear(&node_of(self)->left);
}

static void save_and_drop(rc_object *self)
{
    save(self);
    drop_saved();
}

static void make_garbage(rc_object *self)
{
    size_t n;

    (void)self;
    for (int i = 0; i < 20; i++)
        rc_decref(pair(&n));
    rc_decref(giant_ring(&n));
}

static void make_much(rc_object *self)
{
    rc_object *list = made(rc_list_new());

    for (int i = 0; i < 5000; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, rc_newref(list))),
                         0);
    rc_setref(&node_of(self)->right, list);
}

static void collect_in_vain(rc_object *self)
{
    (void)self;
    assert_int_equal(rc_gc_collect(), 0);
    assert_int_equal(rc_gc_collect_young(), 0);
}

static void set_error(rc_object *self)
{
    (void)self;
    rc_error_set(RC_ERROR_VALUE, "in a finalizer");
}

// Whatever they do, a second collection finds the rest of it, and then there
// is nothing left to find.
static void test_what_finalizers_do(void **state)
{
    static const struct {
        const char *what;
        void (*then)(rc_object *self);
        bool is_alive; // after the first collection
    } cases[] = {
        {"nothing", NULL, false},
        {"hold itself", hold_itself, false},
        {"hold a new one", hold_a_new_one, true},
        {"break the cycle", break_cycle, false},
        {"save and drop", save_and_drop, false},
        {"make garbage", make_garbage, false},
        {"make much", make_much, false},
        {"collect", collect_in_vain, false},
        {"set an error", set_error, false},
    };
    static rc_object *(*const rings[])(rc_object *, rc_object *) = {new_final};

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(cases); i++) {
        size_t before = live_objects(), members = i % 2 ? 1 : 5;
        rc_object *o = ring_of(rings[0], members);

        print_message("%s, ring of %zu\n", cases[i / 2].what, members);
        finalized.count = 0;
        finalized.then = cases[i / 2].then;
        rc_decref(o);
        rc_error_set(RC_ERROR_USER, "set before");
        rc_gc_collect();
        assert_string_equal(rc_error_message(), "set before");
        rc_error_clear();
        assert_int_equal(finalized.count, members);
        assert_int_equal(rc_exists(rc_id(o)), cases[i / 2].is_alive);
        rc_gc_collect();
        assert_nothing_is_left(before);
        assert_int_equal(rc_gc_collect(), 0);
        assert_int_equal(finalized.count, members);
    }
}

static rc_object *table[64];

static void empty_table(rc_object *self)
{
    (void)self;
    for (size_t i = 0; i < LENGTH(table); i++)
        rc_clear(&table[i]);
}

// Finalizers free others while the collector walks over them: leaves,
// containers and large objects, some of them garbage as well.
static void test_finalizers_free_others(void **state)
{
    (void)state;
    for (int round = 0; round < 4; round++) {
        size_t before = live_objects();
        rc_object *o = ring_of(new_final, 10);

        print_message("round %d\n", round);
        for (size_t i = 0; i < LENGTH(table); i++) {
            rc_object *next = i ? rc_newref(table[i - 1]) : NULL;

            if (i % 4 == 0)
                table[i] = new_giant(next, rc_newref(o));
            else if (i % 4 == 1)
                table[i] = new_node(next, a_leaf());
            else if (i % 4 == 2)
                table[i] = new_final(next, NULL);
            else
                table[i] = new_node(made(rc_str_new_n(NULL, 0)), next);
            if (round & 1)
                rc_decref(ring_of(small_or_giant, 3));
        }
        if (round & 2)
            rc_setref(&node_of(o)->right, rc_newref(table[63]));
        finalized.then = empty_table;
        rc_decref(o);
        for (size_t i = 0; i < LENGTH(table); i += 4)
            rc_clear(&node_of(table[i])->right);
        rc_gc_collect();
        rc_gc_collect();
        assert_nothing_is_left(before);
    }
}

// The same with a ring of large ones, which lie in a list of their own.
struct giant_final {
    struct giant giant;
};

static rc_type giant_final_type = {.name = "giant final",
                                   .size = sizeof(struct giant_final),
                                   .slots = node_slots,
                                   .finalize = final_finalize};

static void drop_one(rc_object *self)
{
    size_t i = below(LENGTH(table));

    (void)self;
    rc_clear(&table[i]);
}

static void test_finalizers_free_large_ones(void **state)
{
    rc_object *garbage[LENGTH(table)];
    size_t before;

    (void)state;
    assert_int_equal(rc_type_ready(&giant_final_type), 0);
    before = live_objects();
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < LENGTH(table); i++) {
            rc_object *o = made(rc_new(&giant_final_type));

            node_of(o)->left = rc_newref(o);
            garbage[i] = o;
            table[i] = new_giant(NULL, NULL);
        }
        for (size_t i = 0; i < LENGTH(table); i++)
            rc_decref(garbage[i]);
        finalized.then = drop_one;
        finalized.count = 0;
        assert_int_equal(rc_gc_collect(), LENGTH(table));
        assert_int_equal(finalized.count, LENGTH(table));
        empty_table(NULL);
        assert_int_equal(live_objects(), before);
    }
}

// ---- weak references ----

static rc_object *watched[4];
static int calls;

static rc_object *count_call(rc_object *self, rc_object *args)
{
    rc_object *weakref = rc_tuple_at(args, 0);

    (void)self;
    calls++;
    assert_int_equal(finalized.count, 0); // they come first
    assert_null(rc_weakref_get(weakref));
    return rc_newref(rc_none);
}

static void see_dead_weakrefs(rc_object *self)
{
    (void)self;
    for (size_t i = 0; i < LENGTH(watched); i++) {
        if (watched[i])
            assert_null(rc_weakref_get(watched[i]));
    }
}

static void test_weakrefs_of_the_dead(void **state)
{
    rc_object *callback = made(rc_builtin_new("callback", count_call, NULL));
    rc_object *o = ring_of(new_final, 3), *dying;

    (void)state;
    calls = 0;
    watched[0] = made(rc_weakref_new(o, callback));
    watched[1] = made(rc_weakref_new(node_of(o)->left, NULL));
    watched[2] = made(rc_weakref_new(node_of(o)->left, callback));
    dying = made(rc_weakref_new(o, callback)); // goes with the ring
    rc_setref(&node_of(o)->right, dying);
    assert_int_equal(rc_weakref_count(o), 2);
    finalized.then = see_dead_weakrefs;
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 4);
    assert_int_equal(finalized.count, 3);
    assert_int_equal(calls, 2);
    for (size_t i = 0; i < 3; i++) {
        assert_null(rc_weakref_get(watched[i]));
        rc_clear(&watched[i]);
    }
    assert_count(callback, 1);
    rc_decref(callback);
}

// What is made live again has lost them for ever.
static void test_weakrefs_and_resurrection(void **state)
{
    rc_object *o = ring_of(new_final, 2);

    (void)state;
    watched[0] = made(rc_weakref_new(o, NULL));
    finalized.then = save;
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 0);
    assert_true(rc_exists(rc_id(o)));
    assert_null(rc_weakref_get(watched[0]));
    assert_int_equal(rc_weakref_count(o), 0);
    rc_clear(&watched[0]);
    watched[0] = made(rc_weakref_new(o, NULL));
    drop_saved();
    assert_int_equal(rc_gc_collect(), 2);
    assert_null(rc_weakref_get(watched[0]));
    rc_clear(&watched[0]);
}

// Dead weak references to what lives; and one that only a dead one knows.
static void test_dead_weakrefs(void **state)
{
    rc_object *o = new_node(NULL, NULL);
    rc_object *weakref = made(rc_weakref_new(alive, NULL));

    (void)state;
    node_of(o)->left = new_node(rc_newref(o), weakref);
    node_of(o)->right = made(rc_weakref_new(weakref, NULL));
    assert_int_equal(rc_weakref_count(alive), 1);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 4);
    assert_int_equal(rc_weakref_count(alive), 0);
    weakref = made(rc_weakref_new(alive, NULL));
    assert_int_equal(rc_weakref_count(alive), 1);
    rc_decref(weakref);
}

// A callback runs while the collector takes garbage apart: the leaf that it is
// about dies there. Nobody may see the garbage any more, or get hold of it.
static rc_object *look_around(rc_object *self, rc_object *args)
{
    rc_object *holders = made(rc_referrers(leaf));
    rc_object *all = made(rc_gc_objects());

    (void)self;
    (void)args;
    calls++;
    assert_int_equal(rc_list_length(holders), 0);
    for (int64_t i = 0; i < rc_list_length(all); i++)
        assert_ptr_not_equal(rc_list_at(all, i)->type, &node_type);
    rc_decref(holders);
    rc_decref(all);
    for (int i = 0; i < 100; i++)
        rc_decref(new_giant(NULL, NULL));
    assert_int_equal(rc_gc_collect(), 0);
    return rc_newref(rc_none);
}

static void test_code_among_the_dead(void **state)
{
    rc_object *callback = made(rc_builtin_new("callback", look_around, NULL));
    rc_object *other = made(rc_int_new(123456)), *o;
    size_t before;

    (void)state;
    calls = 0;
    rc_setref(&alive, made(rc_list_new())); // no node is left
    watched[0] = made(rc_weakref_new(other, callback));
    rc_gc_collect();
    before = live_objects();
    o = new_node(NULL, other);
    for (int i = 0; i < 1000; i++)
        o = new_node(o, i % 2 ? a_leaf() : rc_newref(leaf));
    other = o;
    while (node_of(other)->left)
        other = node_of(other)->left;
    node_of(other)->left = rc_newref(o);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 1001);
    assert_int_equal(calls, 1);
    assert_int_equal(live_objects(), before - 1); // less the int
    rc_clear(&watched[0]);
    rc_decref(callback);
    assert_count(leaf, 1);
}

// ---- what is not freed ----

static void test_legacy(void **state)
{
    struct rc_gc_stats stats;
    rc_object *o = ring_of(new_final, 3), *garbage;

    (void)state;
    rc_gc_set_legacy_finalizers(true);
    rc_setref(&node_of(o)->right, ring_of(new_node, 4)); // what it reaches
    rc_decref(ring_of(new_node, 5));
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 12);
    assert_int_equal(finalized.count, 0);
    rc_gc_stats(&stats);
    assert_int_equal(stats.collected, 5);
    assert_int_equal(stats.uncollectable, 7);
    garbage = made(rc_gc_garbage());
    assert_int_equal(rc_list_length(garbage), 3);
    assert_count(o, 2);
    assert_int_equal(rc_gc_collect(), 0);
    assert_int_equal(rc_list_clear(garbage), 0);
    assert_int_equal(rc_gc_collect(), 7); // again: nobody has broken them
    assert_int_equal(rc_list_length(garbage), 3);
    rc_gc_set_legacy_finalizers(false);
    assert_int_equal(rc_list_clear(garbage), 0);
    assert_int_equal(rc_gc_collect(), 7);
    assert_int_equal(finalized.count, 3);
    assert_count(leaf, 1);
    assert_count(alive, 1);
}

static void save_all(rc_object *o, size_t n)
{
    rc_object *garbage;

    rc_gc_set_debug(RC_GC_DEBUG_SAVEALL);
    assert_int_equal(rc_gc_debug(), RC_GC_DEBUG_SAVEALL);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), n);
    garbage = made(rc_gc_garbage());
    assert_int_equal(rc_list_length(garbage), n);
    assert_int_equal(rc_gc_collect(), 0);
    rc_gc_set_debug(0);
    assert_int_equal(rc_list_clear(garbage), 0);
    assert_int_equal(rc_gc_collect(), n);
    assert_int_equal(rc_list_length(garbage), 0);
    assert_count(leaf, 1);
    assert_count(alive, 1);
}

static void test_saveall(void **state)
{
    (void)state;
    save_all(ring_of(small_or_giant, 50), 50);
    save_all(ring_of(new_node, 50), 50);
    save_all(ring_of(new_final, 50), 50);
    assert_int_equal(finalized.count, 50);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_shapes),
        UNIT(test_young_shapes),
        UNIT(test_shapes_together),
        UNIT(test_held_from_outside),
        UNIT(test_big_ring),
        UNIT(test_big_graph),
        UNIT(test_hub),
        UNIT(test_hub_of_one_list),
        UNIT(test_class_with_many_instances),
        UNIT(test_immortal),
        UNIT(test_resurrect_all),
        UNIT(test_resurrect_some),
        UNIT(test_what_finalizers_do),
        UNIT(test_finalizers_free_others),
        UNIT(test_finalizers_free_large_ones),
        UNIT(test_weakrefs_of_the_dead),
        UNIT(test_weakrefs_and_resurrection),
        UNIT(test_dead_weakrefs),
        UNIT(test_code_among_the_dead),
        UNIT(test_legacy),
        UNIT(test_saveall),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
