// test_object.c - core/object.c: counts, types, beginnings, and how objects
// end: all that a dead one alone held goes with it, in order and without
// recursion.

#include "support.h"

// What happens is noted here, a letter each.
static char events[256];

static void note(char event)
{
    size_t n = strlen(events);

    assert_true(n + 1 < sizeof(events));
    events[n] = event;
    events[n + 1] = '\0';
}

static void assert_events(const char *expected)
{
    assert_string_equal(events, expected);
    events[0] = '\0';
}

// ---- types of this test ----

// A leaf that says when it dies.
struct letter {
    rc_object head;
    char letter;
};

static void letter_dealloc(rc_object *self)
{
    note(((struct letter *)(void *)self)->letter);
}

static rc_type letter_type = {
    .name = "letter", .size = sizeof(struct letter), .dealloc = letter_dealloc};

static rc_object *new_letter(char letter)
{
    rc_object *o = made(rc_new(&letter_type));

    ((struct letter *)(void *)o)->letter = letter;
    return o;
}

static struct {
    rc_object *saved[8]; // by finalizers
    size_t nsaved;
    rc_object **table; // what the test holds
    size_t ntable;
} world;

static void save(rc_object *self)
{
    world.saved[world.nsaved++] = rc_newref(self);
}

// Everything that a type can have, each saying when its turn is.
struct all {
    rc_object head;
    rc_object *slot, *inner;
};

static void all_finalize(rc_object *self)
{
    (void)self;
    note('F');
}

static int all_traverse(rc_object *self, rc_visit visit, void *arg)
{
    rc_object *inner = ((struct all *)(void *)self)->inner;

    return inner ? visit(inner, arg) : 0;
}

static void all_clear(rc_object *self)
{
    note('C');
    rc_clear(&((struct all *)(void *)self)->inner);
}

static void all_dealloc(rc_object *self)
{
    (void)self;
    note('D');
}

static const uint16_t all_slots[] = {offsetof(struct all, slot), 0};
static rc_type all_type = {.name = "all",
                           .size = sizeof(struct all),
                           .slots = all_slots,
                           .traverse = all_traverse,
                           .clear = all_clear,
                           .finalize = all_finalize,
                           .dealloc = all_dealloc};

static int setup(void **state)
{
    events[0] = '\0';
    memset(&world, 0, sizeof(world));
    if (begin_runtime(state) < 0 || rc_type_ready(&letter_type) < 0)
        return -1;
    return rc_type_ready(&all_type);
}

// ---- counts ----

static void test_counts(void **state)
{
    rc_object *o = new_node(NULL, NULL), *nothing = NULL, *slot;

    (void)state;
    assert_count(o, 1);
    rc_incref(o);
    assert_count(o, 2);
    assert_int_equal(rc_refcount(o), 3);
    rc_decref(o);
    rc_xincref(o);
    rc_xincref(NULL);
    assert_count(o, 2);
    rc_xdecref(o);
    rc_xdecref(NULL);
    assert_count(o, 1);
    slot = rc_newref(o);
    assert_ptr_equal(slot, o);
    assert_count(o, 2);
    rc_clear(&slot);
    assert_null(slot);
    assert_count(o, 1);
    rc_clear(&nothing);
    rc_setref(&nothing, rc_newref(o));
    assert_count(o, 2);
    rc_setref(&nothing, rc_newref(o));
    assert_count(o, 2);
    rc_setref(&nothing, NULL);
    assert_null(nothing);
    assert_count(o, 1);
    rc_decref(o);
}

// The slot is changed before the old object dies.
static rc_object *watched_slot, *seen_in_slot;

static void look_at_slot(rc_object *self)
{
    (void)self;
    seen_in_slot = watched_slot;
}

static void test_slot_is_changed_first(void **state)
{
    rc_object *next = new_node(NULL, NULL);

    (void)state;
    finalized.then = look_at_slot;
    watched_slot = new_final(NULL, NULL);
    seen_in_slot = watched_slot;
    rc_clear(&watched_slot);
    assert_null(seen_in_slot);
    watched_slot = new_final(NULL, NULL);
    rc_setref(&watched_slot, next);
    assert_ptr_equal(seen_in_slot, next);
    rc_clear(&watched_slot);
    assert_int_equal(finalized.count, 2);
}

static void test_immortal(void **state)
{
    rc_object *o = new_node(new_node(NULL, NULL), NULL);
    rc_object *leaf = made(rc_int_new(1 << 20));

    (void)state;
    rc_make_immortal(o);
    rc_make_immortal(leaf);
    assert_true(rc_is_immortal(o) && rc_is_immortal(leaf));
    for (int i = 0; i < 100; i++) {
        rc_decref(o);
        rc_decref(leaf);
    }
    for (int i = 0; i < 1000; i++)
        rc_incref(o);
    assert_count(o, RC_COUNT_IMMORTAL);
    assert_int_equal(rc_refcount(o), RC_COUNT_IMMORTAL);
    assert_count(node_of(o)->left, 1);
    rc_gc_collect();
    assert_count(o, RC_COUNT_IMMORTAL);
    assert_count(node_of(o)->left, 1);
    assert_true(rc_is_immortal(rc_none));
    assert_true(rc_is_immortal(RC_OBJECT(&node_type)));
    assert_false(rc_is_immortal(node_of(o)->left));
}

// A count that is full stays so; one that is nearly full is counted.
static void test_count_at_its_limit(void **state)
{
    static const uint32_t bits[] = {0, RC_UNTOUCHED};

    (void)state;
#ifdef RC_AUDIT
    rc_audit_enable(false); // which would report it
#endif
    for (size_t i = 0; i < LENGTH(bits); i++) {
        rc_object *o = new_node(NULL, NULL);

        print_message("state %#x\n", bits[i]);
        o->refs = RC_COUNT_MASK | bits[i];
        rc_decref(o);
        assert_count(o, RC_COUNT_MASK - 1);
        rc_incref(o);
        assert_count(o, RC_COUNT_MASK);
        assert_false(rc_is_immortal(o));
        rc_incref(o);
        assert_true(rc_is_immortal(o));
        rc_decref(o);
        rc_decref(o);
        rc_incref(o);
        assert_true(rc_is_immortal(o));
        assert_true(rc_exists(rc_id(o)));
    }
}

// ---- types ----

static void test_type_ready(void **state)
{
    static const uint16_t in_header[] = {8, 0}, beyond[] = {16, 24, 32, 0},
                          crooked[] = {20, 0}, last[] = {65528, 0},
                          fine[] = {16, 24, 0}, none[] = {0};
    const struct {
        const char *what;
        rc_type type;
        int expect;
    } cases[] = {
        {"no name", {.size = 16}, -1},
        {"no size", {.name = "t"}, -1},
        {"less than a header", {.name = "t", .size = 15}, -1},
        {"slot in the header",
         {.name = "t", .size = 32, .slots = in_header},
         -1},
        {"slot beyond the end", {.name = "t", .size = 32, .slots = beyond}, -1},
        {"half a slot beyond", {.name = "t", .size = 31, .slots = fine}, -1},
        {"slot between two", {.name = "t", .size = 32, .slots = crooked}, -1},
        {"slot at the most", {.name = "t", .size = 65528, .slots = last}, -1},
        {"a header only", {.name = "t", .size = 16}, 0},
        {"a list of no slots", {.name = "t", .size = 16, .slots = none}, 0},
        {"two slots", {.name = "t", .size = 32, .slots = fine}, 0},
        {"a large one", {.name = "t", .size = 65536, .slots = last}, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        static rc_type types[LENGTH(cases)]; // outlive their objects

        print_message("%s\n", cases[i].what);
        types[i] = cases[i].type;
        assert_int_equal(rc_type_ready(&types[i]), cases[i].expect);
        if (cases[i].expect == 0) {
            assert_int_equal(rc_type_ready(&types[i]), 0);
            rc_decref(made(rc_new(&types[i])));
            continue;
        }
        assert_error(RC_ERROR_VALUE);
        assert_null(rc_new(&types[i]));
        assert_error(RC_ERROR_STATE);
        assert_null(rc_new_sized(&types[i], 3));
        assert_error(RC_ERROR_STATE);
    }
}

// More slots than a byte counts.
static void test_many_slots(void **state)
{
    enum { SLOTS = 300 };
    static uint16_t slots[SLOTS + 1];
    static rc_type type = {.name = "wide",
                           .size =
                               sizeof(rc_object) + SLOTS * sizeof(rc_object *),
                           .slots = slots};
    rc_object *child = new_node(NULL, NULL), *o;

    (void)state;
    for (size_t i = 0; i < SLOTS; i++)
        slots[i] = (uint16_t)(sizeof(rc_object) + i * sizeof(rc_object *));
    assert_int_equal(rc_type_ready(&type), 0);
    o = made(rc_new(&type));
    for (size_t i = 0; i < SLOTS; i++)
        rc_setref((rc_object **)(void *)((char *)o + slots[i]),
                  rc_newref(child));
    assert_count(child, 1 + SLOTS);
    rc_decref(o);
    assert_count(child, 1);
    rc_decref(child);
}

// ---- beginnings ----

static rc_type bytes_type = {
    .name = "bytes", .size = sizeof(rc_object), .item_size = 1};
static rc_type tail_type = {.name = "tail",
                            .size = sizeof(struct node),
                            .item_size = 1,
                            .slots = node_slots};

static void assert_zero(rc_object *o, size_t bytes)
{
    const unsigned char *p = (const unsigned char *)(o + 1);

    for (size_t i = 0; i + sizeof(*o) < bytes; i++)
        assert_int_equal(p[i], 0);
}

// Twice: what was used before is zero again.
static void make_sized(rc_type *type, size_t bytes)
{
    for (int round = 0; round < 2; round++) {
        rc_object *o = made(rc_new_sized(type, bytes - type->size));

        assert_count(o, 1);
        assert_ptr_equal(o->type, type);
        assert_int_equal(rc_id(o) % 16, 0);
        assert_int_equal(o->extra, 0);
        assert_zero(o, bytes);
        if (type == &bytes_type)
            memset(o + 1, 0xff, bytes - sizeof(*o));
        else
            memset((char *)o + type->size, 0xff, bytes - type->size);
        rc_decref(o);
    }
}

static void test_sizes(void **state)
{
    struct rc_pool_stats before, after;

    (void)state;
    assert_int_equal(rc_type_ready(&bytes_type), 0);
    assert_int_equal(rc_type_ready(&tail_type), 0);
    rc_pool_stats(&before);
    for (size_t bytes = 32; bytes <= 100000; bytes += 1 + bytes / 8) {
        make_sized(&bytes_type, bytes);
        make_sized(&bytes_type, bytes / 16 * 16);
        make_sized(&tail_type, bytes);
    }
    for (size_t bytes = 16; bytes <= 600; bytes++)
        make_sized(&bytes_type, bytes);
    rc_pool_stats(&after);
    assert_int_equal(after.objects, before.objects);
    assert_int_equal(after.body_bytes, before.body_bytes);
}

static void test_sizes_too_large(void **state)
{
    static rc_type words = {
        .name = "words", .size = sizeof(struct node), .item_size = 8};
    static const size_t counts[] = {
        SIZE_MAX,         SIZE_MAX / 2,      SIZE_MAX / 8, SIZE_MAX / 8 + 1,
        SIZE_MAX / 8 - 3, SIZE_MAX / 16 + 1, SIZE_MAX / 16};

    (void)state;
    assert_int_equal(rc_type_ready(&words), 0);
    for (size_t i = 0; i < LENGTH(counts); i++) {
        print_message("%zu items of 8 bytes\n", counts[i]);
        assert_null(rc_new_sized(&words, counts[i]));
        assert_error(RC_ERROR_MEMORY);
    }
    assert_int_equal(rc_type_ready(&bytes_type), 0);
    assert_null(rc_new_sized(&bytes_type, SIZE_MAX - 15));
    assert_error(RC_ERROR_MEMORY);
    rc_decref(made(rc_new_sized(&node_type, SIZE_MAX))); // items of no bytes
}

// ---- ends without recursion ----

static void test_list(void **state)
{
    rc_object *head = NULL;

    (void)state;
    for (size_t i = scaled(10000000); i > 0; i--) {
        rc_object *o = made(rc_new(&node_type));

        node_of(o)->left = head;
        head = o;
    }
    rc_decref(head);
}

static rc_object *new_tree(int depth)
{
    if (depth == 0)
        return NULL;
    return new_node(new_tree(depth - 1), new_tree(depth - 1));
}

// Chains that lean to one side, or to both in turn, with leaves at them.
static rc_object *grow_chain(size_t n, const char *sides)
{
    rc_object *top = NULL;

    for (size_t i = 0; i < n; i++) {
        rc_object *leaf = new_node(NULL, NULL);

        if (sides[i % strlen(sides)] == 'l')
            top = new_node(top, leaf);
        else
            top = new_node(leaf, top);
    }
    return top;
}

static void test_trees(void **state)
{
    static const char *const sides[] = {"l", "r", "lr", "llrrr"};

    (void)state;
    rc_decref(new_tree(is_stressed()                ? 8
                       : IS_SANITIZED || IS_AUDITED ? 14
                                                    : 19));
    for (size_t i = 0; i < LENGTH(sides); i++) {
        print_message("%s\n", sides[i]);
        rc_decref(grow_chain(scaled(400000) / 2, sides[i]));
    }
}

static void make_some(rc_object *self)
{
    rc_object *a = new_node(NULL, NULL);

    (void)self;
    rc_decref(new_node(rc_newref(a), a));
}

static void test_chain_of_finalizers(void **state)
{
    static void (*const thens[])(rc_object *) = {NULL, make_some};
    size_t n = scaled(1000000);

    (void)state;
    for (size_t i = 0; i < LENGTH(thens); i++) {
        rc_object *head = NULL;

        finalized.then = thens[i];
        finalized.count = 0;
        for (size_t k = 0; k < n; k++)
            head = new_final(head, NULL);
        rc_decref(head);
        assert_int_equal(finalized.count, n);
    }
}

// One after the other holds the chain so far, in a way of its own.
static rc_object *in_list(rc_object *chain)
{
    rc_object *list = made(rc_list_new());

    assert_int_equal(rc_list_push(list, chain), 0);
    return list;
}

static rc_object *in_tuple(rc_object *chain)
{
    rc_object *tuple = made(rc_tuple_new(2));

    assert_int_equal(rc_tuple_set(tuple, 1, chain), 0);
    return tuple;
}

static rc_object *in_dict(rc_object *chain)
{
    rc_object *dict = made(rc_dict_new());

    assert_int_equal(rc_dict_set_text(dict, "next", chain), 0);
    rc_decref(chain);
    return dict;
}

static rc_object *in_cell(rc_object *chain)
{
    rc_object *cell = made(rc_cell_new(chain));

    rc_decref(chain);
    return cell;
}

static rc_object *in_node(rc_object *chain)
{
    return new_node(NULL, chain);
}

static rc_object *in_final(rc_object *chain)
{
    return new_final(chain, rc_newref(rc_none));
}

static rc_object *in_vector(rc_object *chain)
{
    rc_object *vector = new_vector(3);

    vector_of(vector)->items[1] = chain;
    return vector;
}

static rc_object *in_giant(rc_object *chain)
{
    return new_giant(NULL, chain);
}

static rc_object *in_module(rc_object *chain)
{
    rc_object *module = made(rc_module_new("m"));

    assert_int_equal(rc_attr_set(module, "chain", chain), 0);
    rc_decref(chain);
    return module;
}

static rc_object *in_callback(rc_object *chain)
{
    rc_object *leaf = made(rc_int_new(1234567));
    rc_object *builtin = made(rc_builtin_new("callback", NULL, chain));
    rc_object *weakref = made(rc_weakref_new(leaf, builtin));

    rc_decref(builtin);
    rc_decref(chain);
    return new_node(weakref, leaf); // the weak reference dies first
}

static rc_object *(*const links[])(rc_object *) = {
    in_list,  in_tuple,  in_dict,  in_cell,   in_node,
    in_final, in_vector, in_giant, in_module, in_callback,
};

static void test_mixed_chain(void **state)
{
    rc_object *chain = new_node(NULL, NULL);
    struct rc_pool_stats stats;

    (void)state;
    for (size_t i = 0; i < scaled(200000); i++)
        chain = links[i * 7 % LENGTH(links)](chain);
    rc_decref(chain);
    rc_pool_stats(&stats);
    assert_int_equal(stats.body_bytes, 0);
    for (size_t kind = 0; kind < LENGTH(links); kind++) {
        chain = new_node(NULL, NULL);
        for (size_t i = 0; i < scaled(20000); i++)
            chain = links[kind](chain);
        rc_decref(chain);
    }
}

// ---- one child, held several times ----

struct eight {
    rc_object head;
    rc_object *slots[8];
};

static const uint16_t eight_slots[] = {16, 24, 32, 40, 48, 56, 64, 72, 0};
static rc_type eight_type = {
    .name = "eight", .size = sizeof(struct eight), .slots = eight_slots};

// pattern: a child for each slot, '.' for none, 'i' for an immortal one.
static void test_same_child(void **state)
{
    static const char *const patterns[] = {
        "aaaaaaaa", "aa......", "a.a.a.a.", "abababab", "aabbaabb",
        "aaaabbbb", "abcabcab", "iiiiiiii", "aiaiaiai", "........",
    };

    (void)state;
    assert_int_equal(rc_type_ready(&eight_type), 0);
    for (size_t i = 0; i < 4 * LENGTH(patterns); i++) {
        const char *p = patterns[i / 4];
        bool is_kept = i & 1, is_settled = i & 2;
        rc_object *o = made(rc_new(&eight_type)), *children['i' + 1] = {0};

        print_message("%s%s%s\n", p, is_kept ? ", kept" : "",
                      is_settled ? ", after a collection" : "");
        children['i'] = rc_none;
        for (size_t k = 0; k < 8; k++) {
            size_t c = (unsigned char)p[k];

            if (c == '.')
                continue;
            if (!children[c])
                children[c] = new_final(NULL, NULL);
            ((struct eight *)(void *)o)->slots[k] = rc_newref(children[c]);
        }
        finalized.count = 0;
        for (size_t c = 'a'; c < 'd' && !is_kept; c++)
            rc_xdecref(children[c]);
        if (is_settled)
            rc_gc_collect();
        rc_decref(o);
        for (size_t c = 'a'; c < 'd' && is_kept; c++) {
            if (children[c])
                assert_count(children[c], 1);
            rc_xdecref(children[c]);
        }
        assert_int_equal(finalized.count, (size_t)!!children['a']
                                              + !!children['b']
                                              + !!children['c']);
    }
}

// Each node holds the next one twice, or three times.
static void test_chain_of_same_children(void **state)
{
    rc_object *chain = new_final(NULL, NULL);

    (void)state;
    for (size_t i = 0; i < scaled(200000); i++)
        chain = new_node(rc_newref(chain), chain);
    for (size_t i = 0; i < scaled(20000); i++) {
        rc_object *list = made(rc_list_pack(3, chain, chain, chain));

        rc_decref(chain);
        chain = list;
    }
    rc_gc_collect();
    rc_decref(chain);
    assert_int_equal(finalized.count, 1);
}

// ---- finalizers ----

static void test_resurrection(void **state)
{
    rc_object *child = new_final(NULL, NULL);
    rc_object *o = new_final(rc_newref(child), NULL);

    (void)state;
    finalized.then = save;
    assert_false(rc_gc_is_finalized(o));
    rc_decref(o);
    assert_int_equal(finalized.count, 1);
    assert_int_equal(world.nsaved, 1);
    assert_ptr_equal(world.saved[0], o);
    assert_true(rc_gc_is_finalized(o));
    assert_count(o, 1);
    assert_count(child, 2);
    rc_decref(child);
    rc_decref(o); // for good now; and its child is saved
    assert_int_equal(finalized.count, 2);
    assert_int_equal(world.nsaved, 2);
    assert_ptr_equal(world.saved[1], child);
    assert_count(child, 1);
    rc_decref(child);
    assert_int_equal(finalized.count, 2);
}

static void save_twice(rc_object *self)
{
    save(self);
    save(self);
}

static void save_and_let_go(rc_object *self)
{
    save(self);
    rc_clear(&world.saved[--world.nsaved]);
}

static void hold_itself(rc_object *self)
{
    node_of(self)->right = rc_newref(self);
}

static void make_it_immortal(rc_object *self)
{
    save(self);
    rc_make_immortal(self);
}

// What a finalizer can do with its object, with others waiting behind it.
static void test_what_finalizers_do(void **state)
{
    static const struct {
        const char *what;
        void (*then)(rc_object *self);
        int64_t count; // -1: gone
    } cases[] = {
        {"nothing", NULL, -1},
        {"save", save, 1},
        {"save twice", save_twice, 2},
        {"save and let go", save_and_let_go, -1},
        {"hold itself", hold_itself, 1},
        {"make it immortal", make_it_immortal, RC_COUNT_IMMORTAL},
    };

    (void)state;
    for (size_t i = 0; i < 2 * LENGTH(cases); i++) {
        rc_object *o = new_final(NULL, NULL);
        rc_object *top = new_node(new_node(new_letter('a'), o),
                                  new_node(new_letter('b'), NULL));

        print_message("%s%s\n", cases[i / 2].what,
                      i % 2 ? ", after a collection" : "");
        if (i % 2)
            rc_gc_collect();
        finalized.count = 0;
        world.nsaved = 0;
        finalized.then = cases[i / 2].then;
        rc_decref(top);
        assert_int_equal(strlen(events), 2);
        events[0] = '\0';
        assert_int_equal(finalized.count, 1);
        assert_count(o, cases[i / 2].count);
        for (size_t k = 0; k < world.nsaved; k++)
            rc_decref(world.saved[k]);
        rc_gc_collect(); // also what holds itself
        if (cases[i / 2].count != RC_COUNT_IMMORTAL)
            assert_false(rc_exists(rc_id(o)));
        assert_int_equal(finalized.count, 1);
    }
}

// The tail of the chain is only held by the table, and by what dies later.
static void empty_table(rc_object *self)
{
    (void)self;
    for (size_t i = 0; i < world.ntable; i++)
        rc_clear(&world.table[i]);
}

// Finalizers give back what the test holds, of which much is held by objects
// that wait to be destroyed.
static void test_finalizers_release_others(void **state)
{
    enum { OTHERS = 64 };
    rc_object *table[OTHERS];
    rc_object *top = NULL;

    (void)state;
    finalized.then = empty_table;
    world.table = table;
    world.ntable = OTHERS;
    for (size_t i = 0; i < OTHERS; i++) {
        rc_object *list = made(rc_list_new());

        for (size_t k = 0; k < i; k++)
            assert_int_equal(rc_list_append(list, table[k]), 0);
        table[i] = new_final(list, rc_newref(i ? table[i - 1] : rc_none));
        top = new_node(top, rc_newref(table[i]));
    }
    rc_decref(top); // nothing dies yet: the table holds all
    assert_int_equal(finalized.count, 0);
    top = new_node(NULL, NULL);
    for (size_t i = 0; i < OTHERS; i++)
        top = new_node(rc_newref(table[i]),
                       new_node(top, rc_newref(table[OTHERS - 1 - i])));
    rc_decref(table[7]); // somebody has to be the first
    table[7] = NULL;
    rc_decref(new_node(new_final(NULL, NULL), top));
    assert_int_equal(finalized.count, OTHERS + 1);
}

// Each finalizer drops the next one, which only the table holds: that goes as
// deep as the program goes, a little at each step.
static size_t next_to_drop;

static void drop_next(rc_object *self)
{
    (void)self;
    if (next_to_drop < world.ntable)
        rc_clear(&world.table[next_to_drop++]);
}

static void test_nested_finalizers(void **state)
{
    size_t n = at_most(scaled(4000), IS_SANITIZED ? 1000 : 4000);

    (void)state;
    finalized.then = drop_next;
    world.ntable = n;
    world.table = calloc(n, sizeof(*world.table));
    for (size_t i = 0; i < n; i++)
        world.table[i] = new_final(new_node(NULL, NULL), NULL);
    next_to_drop = 1;
    rc_clear(&world.table[0]);
    free(world.table);
    assert_int_equal(finalized.count, n);
}

static void collect(rc_object *self)
{
    (void)self;
    rc_gc_collect();
}

// A collection among objects that are being destroyed.
static void test_collect_while_destroying(void **state)
{
    rc_object *ring = new_node(NULL, NULL), *kept = new_node(NULL, NULL);
    rc_object *top = NULL;

    (void)state;
    node_of(ring)->left = rc_newref(ring);
    finalized.then = collect;
    for (size_t i = 0; i < 200; i++) {
        rc_object *list = made(rc_list_pack(2, kept, ring));

        if (i % 50 == 0)
            top = new_final(top, NULL);
        top = links[i % LENGTH(links)](top ? top : rc_newref(rc_none));
        top = new_node(top, list);
        rc_decref(made(rc_list_pack(1, top)));
    }
    rc_decref(ring);
    rc_decref(top);
    assert_count(kept, 1);
    rc_decref(kept);
    rc_gc_collect();
    assert_false(rc_exists(rc_id(ring)));
}

// ---- user types, and the order of an end ----

static void test_vectors(void **state)
{
    rc_object *shared = new_node(NULL, NULL), *v = new_vector(10);
    struct rc_pool_stats stats;

    (void)state;
    for (size_t i = 0; i < 10; i++)
        vector_of(v)->items[i] = i == 5 ? NULL : rc_newref(shared);
    assert_count(shared, 10);
    rc_gc_collect();
    rc_decref(v);
    assert_count(shared, 1);
    rc_decref(shared);
    rc_pool_stats(&stats);
    assert_int_equal(stats.body_bytes, 0);
}

static rc_object *watched;

static rc_object *say_weakref(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    note('W');
    assert_null(rc_weakref_get(watched));
    return rc_newref(rc_none);
}

static rc_object *new_all(rc_object *callback)
{
    rc_object *o = made(rc_new(&all_type));

    ((struct all *)(void *)o)->slot = new_letter('s');
    ((struct all *)(void *)o)->inner = new_letter('i');
    watched = made(rc_weakref_new(o, callback));
    return o;
}

// Finalizer, weak references, slots and clear, dealloc.
static void test_order(void **state)
{
    rc_object *callback = made(rc_builtin_new("callback", say_weakref, NULL));
    rc_object *o = new_all(callback);

    (void)state;
    rc_decref(o);
    assert_events("FWsCiD");
    rc_decref(watched);
    o = new_all(callback);
    rc_setref(&((struct all *)(void *)o)->slot,
              new_node(rc_newref(o), new_letter('n')));
    assert_events("s");
    rc_decref(o);
    assert_events("");
    rc_gc_collect();
    assert_int_equal(events[0], 'W'); // of a dead cycle they die first
    assert_int_equal(events[1], 'F');
    assert_true(strchr(events, 'C') < strchr(events, 'i'));
    assert_true(strchr(events, 'i') < strchr(events, 'D'));
    assert_int_equal(strlen(events), strlen("WFnCiD"));
    rc_decref(watched);
    rc_decref(callback);
}

// ---- at random ----
//
// Finalizers that take from and give back to a table, make objects, link them
// and collect, each choice from one sequence.

static rc_object *anybody(void)
{
    rc_object *o = world.table[below(world.ntable)];

    return o ? rc_newref(o) : NULL;
}

static rc_object *new_anything(void)
{
    rc_object *o = anybody(), *more = anybody();

    if (below(3) == 0)
        return new_final(o, more);
    if (below(3) == 0)
        return new_node(o, more);
    o = links[below(LENGTH(links))](o ? o : rc_newref(rc_none));
    return more ? new_node(o, more) : o;
}

static void mutate(rc_object *self)
{
    switch (below(6)) {
    case 0:
        rc_setref(&world.table[below(world.ntable)], rc_newref(self));
        break;
    case 1:
    case 2:
        rc_clear(&world.table[below(world.ntable)]);
        break;
    case 3:
        rc_setref(&world.table[below(world.ntable)], new_anything());
        break;
    case 4:
        rc_setref(&node_of(self)->left, anybody());
        break;
    default:
        if (below(50) == 0)
            rc_gc_collect();
        else if (below(10) == 0)
            rc_gc_collect_young();
    }
}

static void test_at_random(void **state)
{
    enum { ENTRIES = 40 };
    rc_object *table[ENTRIES] = {0};

    (void)state;
    world.table = table;
    world.ntable = ENTRIES;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        size_t steps = scaled(3000);

        print_message("seed %d\n", (int)seed);
        chance = seed * UINT64_C(0x9e3779b97f4a7c15);
        finalized.then = mutate;
        while (steps--) {
            rc_object *o = new_anything();

            if (below(4))
                rc_setref(&table[below(ENTRIES)], o);
            else
                rc_decref(o);
        }
        finalized.then = NULL;
        for (size_t i = 0; i < ENTRIES; i++)
            rc_clear(&table[i]);
    }
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, setup, end_runtime)

int main(void)
{
    const struct CMUnitTest tests[] = {
        UNIT(test_counts),
        UNIT(test_slot_is_changed_first),
        UNIT(test_immortal),
        UNIT(test_count_at_its_limit),
        UNIT(test_type_ready),
        UNIT(test_many_slots),
        UNIT(test_sizes),
        UNIT(test_sizes_too_large),
        UNIT(test_list),
        UNIT(test_trees),
        UNIT(test_chain_of_finalizers),
        UNIT(test_mixed_chain),
        UNIT(test_same_child),
        UNIT(test_chain_of_same_children),
        UNIT(test_resurrection),
        UNIT(test_what_finalizers_do),
        UNIT(test_finalizers_release_others),
        UNIT(test_nested_finalizers),
        UNIT(test_collect_while_destroying),
        UNIT(test_vectors),
        UNIT(test_order),
        UNIT(test_at_random),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
