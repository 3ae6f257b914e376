// test_sight.c - sight/id.c, handle.c, edges.c, map.c and stats.c: ids and
// handles, what references are called, the map and the numbers of the heap.

#include "support.h"

#include <inttypes.h>

// ---- types of a program ----

struct point {
    rc_object head;
    double x, y;
};

static rc_type point_type = {.name = "point", .size = sizeof(struct point)};

struct pair {
    rc_object head;
    rc_object *left, *right;
};

static const uint16_t pair_slots[] = {offsetof(struct pair, left),
                                      offsetof(struct pair, right), 0};
static const char *const pair_names[] = {"left", "right"};

static rc_type pair_type = {
    .name = "pair",
    .size = sizeof(struct pair),
    .slots = pair_slots,
    .slot_names = pair_names,
};

static rc_type bare_pair_type = {
    .name = "bare pair",
    .size = sizeof(struct pair),
    .slots = pair_slots,
};

static int pair_traverse(rc_object *self, rc_visit visit, void *arg)
{
    const struct pair *p = (struct pair *)(void *)self;
    int r = p->right ? visit(p->right, arg) : 0;

    return r || !p->left ? r : visit(p->left, arg);
}

static void pair_clear(rc_object *self)
{
    struct pair *p = (struct pair *)(void *)self;

    rc_clear(&p->left);
    rc_clear(&p->right);
}

static rc_type own_pair_type = {
    .name = "own pair",
    .size = sizeof(struct pair),
    .traverse = pair_traverse,
    .clear = pair_clear,
};

static rc_object *pair_new(rc_type *type, rc_object *left, rc_object *right)
{
    rc_object *o;

    assert_int_equal(rc_type_ready(type), 0);
    o = made(rc_new(type));
    rc_xincref(left);
    rc_xincref(right);
    ((struct pair *)(void *)o)->left = left;
    ((struct pair *)(void *)o)->right = right;
    return o;
}

// ---- ids ----

static void test_id(void **state)
{
    rc_object *o = made(rc_list_new());
    char text[RC_ID_TEXT_BYTES];
    uintptr_t id = rc_id(o);

    (void)state;
    assert_true(id == (uintptr_t)o);
    assert_true(rc_id_text(id, text) == text);
    assert_int_equal(strtoull(text, NULL, 16), id);
    assert_memory_equal(text, "0x", 2);
    assert_string_equal(rc_id_text(UINTPTR_MAX, text), "0xffffffffffffffff");

    assert_true(rc_exists(id));
    assert_ptr_equal(rc_object_at(id), o);
    assert_int_equal(rc_count_at(id), 1);
    assert_int_equal(rc_refcount(o), 2);
    rc_incref(o);
    assert_int_equal(rc_count_at(id), 2);
    assert_int_equal(rc_refcount(o), 3);
    rc_decref(o);
    rc_decref(o);
    assert_false(rc_exists(id));
    assert_null(rc_object_at(id));
    assert_int_equal(rc_count_at(id), -1);
    assert_int_equal(rc_error_code(), RC_OK);
}

static rc_object *new_list(void)
{
    return rc_list_new();
}

static rc_object *new_int(void)
{
    return rc_int_new(123456);
}

static rc_object *new_large_leaf(void)
{
    char text[5000];

    memset(text, 'x', sizeof(text));
    return rc_str_new_n(text, sizeof(text));
}

static rc_object *new_large_container(void)
{
    return rc_tuple_new(1000);
}

// Of every kind of memory.
static rc_object *(*const makers[])(void) = {new_list, new_int, new_large_leaf,
                                             new_large_container};
enum { MAKERS = sizeof(makers) / sizeof(*makers) };

static void test_no_objects(void **state)
{
    static char somewhere[64];
    const uintptr_t fixed[] = {0,
                               1,
                               8,
                               0xdeadbeef,
                               UINTPTR_MAX,
                               UINTPTR_MAX - 15,
                               (uintptr_t)somewhere};

    (void)state;
    for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++) {
        print_message("0x%" PRIxPTR "\n", fixed[i]);
        assert_false(rc_exists(fixed[i]));
        assert_int_equal(rc_count_at(fixed[i]), -1);
    }
    for (size_t i = 0; i < MAKERS; i++) {
        rc_object *o = made(makers[i]());

        print_message("inside of %s\n", rc_type_name(o));
        for (uintptr_t offset = 1; offset < 16; offset++) {
            assert_false(rc_exists(rc_id(o) + offset));
            assert_false(rc_exists(rc_id(o) - offset));
        }
        assert_true(rc_exists(rc_id(o)));
        rc_decref(o);
        assert_false(rc_exists(rc_id(o)));
    }
}

static void test_immortal(void **state)
{
    rc_object *const all[] = {rc_newref(rc_none),
                              rc_newref(rc_true),
                              rc_newref(rc_false),
                              made(rc_tuple_new(0)),
                              made(rc_str_new("")),
                              made(rc_str_new_n("", 1)),
                              made(rc_str_new("\x7f")),
                              made(rc_int_new(0)),
                              made(rc_int_new(RC_SMALL_MIN)),
                              made(rc_int_new(RC_SMALL_MAX))};
    enum { N = sizeof(all) / sizeof(*all) };

    (void)state;
    for (size_t i = 0; i < N; i++) {
        print_message("%zu\n", i);
        assert_true(rc_exists(rc_id(all[i])));
        assert_ptr_equal(rc_object_at(rc_id(all[i])), all[i]);
        assert_int_equal(rc_count_at(rc_id(all[i])), RC_COUNT_IMMORTAL);
        assert_int_equal(rc_refcount(all[i]), RC_COUNT_IMMORTAL);
        assert_false(rc_exists(rc_id(all[i]) + 8));
    }
    assert_false(rc_exists(rc_id(all[N - 1]) + sizeof(struct rc_int)));
    for (size_t i = 0; i < N; i++)
        rc_decref(all[i]);
}

// ---- handles ----

static void test_handle(void **state)
{
    (void)state;
    for (size_t i = 0; i < MAKERS; i++) {
        rc_object *o = made(makers[i]());
        struct rc_handle h = rc_handle_of(o), again = rc_handle_of(o);
        struct rc_handle other = {h.id, h.serial + 1};

        print_message("%s\n", rc_type_name(o));
        assert_true(h.id == rc_id(o));
        assert_true(h.serial != 0 && h.serial == again.serial);
        assert_int_equal(rc_handle_state(h), RC_HANDLE_ALIVE);
        assert_ptr_equal(rc_handle_object(h), o);
        assert_int_equal(rc_handle_state(other), RC_HANDLE_REUSED);
        assert_null(rc_handle_object(other));
        rc_decref(o);
        assert_int_equal(rc_handle_state(h), RC_HANDLE_GONE);
        assert_null(rc_handle_object(h));
    }
}

static void test_handle_of_nothing(void **state)
{
    rc_object *o = made(rc_list_new());
    const struct rc_handle handles[] = {{0, 0}, {0, 1}, {1, 1}, {rc_id(o), 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(handles) / sizeof(*handles); i++) {
        print_message("%zu\n", i);
        assert_int_equal(rc_handle_state(handles[i]), RC_HANDLE_GONE);
        assert_null(rc_handle_object(handles[i]));
    }
    assert_int_equal(rc_handle_state(rc_handle_of(rc_none)), RC_HANDLE_ALIVE);
    rc_decref(o);
}

// Another object in the same place has another serial. (Where freed objects are
// kept for a while, there is none.)
static void test_handle_reused(void **state)
{
    rc_object *o = made(rc_list_new()), *later[100];
    struct rc_handle h = rc_handle_of(o);

    (void)state;
    rc_decref(o);
    for (size_t i = 0; i < 100; i++) {
        struct rc_handle here;

        later[i] = made(rc_list_new());
        if (rc_id(later[i]) != h.id) {
            assert_int_equal(rc_handle_state(h), rc_exists(h.id)
                                                     ? RC_HANDLE_REUSED
                                                     : RC_HANDLE_GONE);
            continue;
        }
        assert_int_equal(rc_handle_state(h), RC_HANDLE_REUSED);
        assert_null(rc_handle_object(h));
        here = rc_handle_of(later[i]);
        assert_true(here.serial != h.serial);
        assert_int_equal(rc_handle_state(here), RC_HANDLE_ALIVE);
        assert_int_equal(rc_handle_state(h), RC_HANDLE_REUSED);
    }
    for (size_t i = 0; i < 100; i++)
        rc_decref(later[i]);
}

static void test_handle_collected(void **state)
{
    rc_object *o = made(rc_list_new());
    struct rc_handle h = rc_handle_of(o);

    (void)state;
    assert_int_equal(rc_list_append(o, o), 0);
    rc_decref(o);
    assert_int_equal(rc_handle_state(h), RC_HANDLE_ALIVE);
    assert_int_equal(rc_gc_collect(), 1);
    assert_int_equal(rc_handle_state(h), RC_HANDLE_GONE);
}

static void test_handle_of_another_life(void **state)
{
    rc_object *o = made(rc_list_new());
    struct rc_handle h = rc_handle_of(o);

    (void)state;
    rc_decref(o);
    assert_int_equal(rc_fini(), 0);
    assert_int_equal(rc_handle_state(h), RC_HANDLE_GONE);
    assert_int_equal(rc_init(), 0);
    o = made(rc_list_new());
    assert_true(rc_handle_of(o).serial != h.serial);
    assert_int_not_equal(rc_handle_state(h), RC_HANDLE_ALIVE);
    rc_decref(o);
}

// ---- references ----

struct text {
    char bytes[8192];
    size_t length;
    size_t left; // stop after so many
};

static int add_label(rc_object *from, rc_object *to, const char *label,
                     void *arg)
{
    struct text *t = arg;

    (void)from;
    (void)to;
    t->length += (size_t)snprintf(t->bytes + t->length,
                                  sizeof(t->bytes) - t->length, "%s|", label);
    if (t->left == 0)
        return 0;
    t->left--;
    return t->left == 0 ? 7 : 0;
}

static void assert_edges(rc_object *o, const char *expect)
{
    struct text t = {.bytes = ""};
    rc_object *list = made(rc_referents(o));
    size_t bars = 0;

    assert_int_equal(rc_edges(o, add_label, &t), 0);
    assert_string_equal(t.bytes, expect);
    for (const char *c = expect; *c; c++)
        bars += *c == '|';
    assert_int_equal(rc_list_length(list), bars);
    rc_decref(list);
}

// o is given back.
static void check_edges(rc_object *o, const char *expect)
{
    print_message("%s: %s\n", rc_type_name(o), expect);
    assert_edges(o, expect);
    rc_decref(o);
}

static void test_edges_of_items(void **state)
{
    rc_object *a = made(rc_str_new("a"));
    rc_object *t = made(rc_tuple_pack(2, a, rc_none));

    (void)state;
    check_edges(made(rc_list_new()), "");
    check_edges(made(rc_list_pack(3, a, a, rc_none)), "[0]|[1]|[2]|");
    check_edges(rc_newref(t), "[0]|[1]|");
    check_edges(rc_newref(a), "");
    check_edges(made(rc_cell_new(NULL)), "");
    check_edges(made(rc_cell_new(a)), ".value|");
    rc_decref(t);
    rc_decref(a);
}

static void set(rc_object *dict, rc_object *key)
{
    assert_int_equal(rc_dict_set(dict, key, rc_none), 0);
    rc_decref(key);
}

static void test_edges_of_keys(void **state)
{
    rc_object *dict = made(rc_dict_new()), *one = made(rc_set_new());

    (void)state;
    set(dict, made(rc_str_new("a")));
    set(dict, made(rc_str_new("it's")));
    set(dict, made(rc_str_new("a\n\\\x01")));
    set(dict, made(rc_int_new(-12)));
    set(dict, made(rc_float_new(1.5)));
    set(dict, made(rc_float_new(1e100)));
    set(dict, rc_newref(rc_true));
    set(dict, rc_newref(rc_none));
    check_edges(dict, "key 'a'|['a']|key \"it's\"|[\"it's\"]|"
                      "key 'a\\n\\\\\\x01'|['a\\n\\\\\\x01']|"
                      "key -12|[-12]|key 1.5|[1.5]|"
                      "key 1e+100|[1e+100]|"
                      "key true|[true]|key none|[none]|");
    assert_int_equal(rc_set_add(one, rc_none), 1);
    check_edges(one, "{none}|");
}

static void test_edges_of_long_keys(void **state)
{
    rc_object *dict = made(rc_dict_new());

    (void)state;
    set(dict, made(rc_str_new("an extraordinarily long key, far longer than "
                              "anybody wants to read")));
    set(dict,
        made(rc_str_new("ääääääääääääääääääääääääääääääääääääääääääääää")));
    check_edges(dict, "key 'an extraordinarily long key, far long...'|"
                      "['an extraordinarily long key, far long...']|"
                      "key 'äääääääääääääääääääääääääääääääääääää...'|"
                      "['äääääääääääääääääääääääääääääääääääää...']|");
}

static void test_edges_of_tuple_key(void **state)
{
    rc_object *dict = made(rc_dict_new()), *key = made(rc_tuple_new(0));
    char expect[128];

    (void)state;
    snprintf(expect, sizeof(expect),
             "key tuple at 0x%" PRIxPTR "|[tuple at 0x%" PRIxPTR "]|",
             rc_id(key), rc_id(key));
    set(dict, key);
    check_edges(dict, expect);
}

static void test_edges_of_code(void **state)
{
    rc_object *module = made(rc_module_new("m"));
    rc_object *closure = made(rc_tuple_new(0));
    rc_object *base = made(rc_class_new("B", NULL));
    rc_object *o = made(rc_instance_new(base));

    (void)state;
    check_edges(made(rc_function_new("f", do_nothing, module, closure)),
                ".name|.module|.closure|");
    check_edges(made(rc_builtin_new("f", do_nothing, NULL)), ".name|");
    check_edges(made(rc_class_new("D", base)), ".name|.base|");
    assert_edges(o, ".class|");
    assert_int_equal(rc_attr_set(o, "x", rc_none), 0);
    check_edges(o, ".class|.attrs|");
    check_edges(module, ".name|");
    rc_decref(closure);
    rc_decref(base);
}

static void test_edges_of_own_types(void **state)
{
    rc_object *a = made(rc_str_new("a"));

    (void)state;
    check_edges(pair_new(&pair_type, a, a), ".left|.right|");
    check_edges(pair_new(&pair_type, NULL, a), ".right|");
    check_edges(pair_new(&bare_pair_type, a, a), "+16|+24|");
    check_edges(pair_new(&own_pair_type, a, a), "[0]|[1]|");
    check_edges(pair_new(&own_pair_type, NULL, NULL), "");
    assert_int_equal(rc_type_ready(&point_type), 0);
    check_edges(made(rc_new(&point_type)), "");
    rc_decref(a);
}

static void test_edges_stop(void **state)
{
    rc_object *const all[] = {made(rc_list_pack(2, rc_none, rc_none)),
                              made(rc_tuple_new(2)),
                              made(rc_dict_new()),
                              made(rc_set_new()),
                              pair_new(&pair_type, rc_none, rc_none),
                              pair_new(&own_pair_type, rc_none, rc_none)};

    (void)state;
    assert_int_equal(rc_dict_set(all[2], rc_none, rc_none), 0);
    assert_int_equal(rc_set_add(all[3], rc_none), 1);
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct text t = {.bytes = "", .left = 1};

        print_message("%s\n", rc_type_name(all[i]));
        assert_int_equal(rc_edges(all[i], add_label, &t), 7);
        assert_non_null(strchr(t.bytes, '|'));
        assert_ptr_equal(strchr(t.bytes, '|') + 1, t.bytes + t.length);
        rc_decref(all[i]);
    }
}

// ---- the heap ----

struct census {
    size_t objects, bytes, containers;
    const rc_object *wanted;
    bool is_found;
};

static int count(rc_object *o, size_t bytes, void *arg)
{
    struct census *c = arg;

    c->objects++;
    c->bytes += bytes;
    c->containers += rc_gc_is_tracked(o);
    c->is_found |= o == c->wanted;
    return 0;
}

static int stop_there(rc_object *o, size_t bytes, void *arg)
{
    (void)bytes;
    return o == arg ? 42 : 0;
}

static struct census census_of(const rc_object *wanted)
{
    struct census c = {.wanted = wanted};

    assert_int_equal(rc_heap_walk(count, &c), 0);
    return c;
}

static void test_heap_walk(void **state)
{
    struct census before = census_of(NULL);

    (void)state;
    for (size_t i = 0; i < MAKERS; i++) {
        rc_object *o = made(makers[i]());
        struct census now = census_of(o);

        print_message("%s\n", rc_type_name(o));
        assert_true(now.is_found);
        assert_int_equal(now.objects, before.objects + 1);
        assert_true(now.bytes >= before.bytes + 16);
        assert_int_equal(rc_heap_walk(stop_there, o), 42);
        rc_decref(o);
        assert_false(census_of(o).is_found);
    }
}

static int add_size(const struct rc_size_stats *size, void *arg)
{
    struct rc_pool_stats *sum = arg;

    assert_true(size->pages > 0);
    assert_true(size->slot_bytes >= 16 && size->slot_bytes <= RC_POOL_MAX);
    assert_int_equal(size->slots,
                     size->pages * (RC_PAGE_BYTES / size->slot_bytes));
    assert_true(size->used <= size->slots);
    sum->pages += size->pages;
    sum->pool_objects += size->used;
    sum->used_bytes += size->used * size->slot_bytes;
    return 0;
}

static int stop_at_once(const struct rc_size_stats *size, void *arg)
{
    (void)size;
    (void)arg;
    return 5;
}

static void test_pool_stats(void **state)
{
    rc_object *all[MAKERS];
    struct rc_pool_stats s, sum = {0};
    struct census c;

    (void)state;
    for (size_t i = 0; i < MAKERS; i++) {
        rc_decref(made(makers[i]())); // what is gone does not count
        all[i] = made(makers[i]());
    }
    c = census_of(NULL);
    rc_pool_stats(&s);
    assert_int_equal(s.objects, c.objects);
    assert_int_equal(s.containers, c.containers);
    assert_int_equal(s.objects, s.pool_objects + s.large_objects);
    assert_int_equal(s.large_objects, 2);
    assert_true(c.bytes <= s.used_bytes + s.large_bytes);
    assert_true(s.large_bytes >= 5000 + 8000);
    assert_int_equal(s.pool_bytes, s.pages * RC_PAGE_BYTES);
    assert_true(s.peak_bytes >= s.pool_bytes + s.large_bytes + s.body_bytes);
    assert_true(s.allocations >= MAKERS);

    assert_int_equal(rc_pool_sizes(add_size, &sum), 0);
    assert_int_equal(sum.pages, s.pages);
    assert_int_equal(sum.pool_objects, s.pool_objects);
    assert_int_equal(sum.used_bytes, s.used_bytes);
    assert_int_equal(rc_pool_sizes(stop_at_once, NULL), 5);
    for (size_t i = 0; i < MAKERS; i++)
        rc_decref(all[i]);
}

static void test_body_bytes(void **state)
{
    struct rc_pool_stats before, after;
    rc_object *list = made(rc_list_new());

    (void)state;
    rc_pool_stats(&before);
    assert_int_equal(rc_list_reserve(list, 1000), 0);
    rc_pool_stats(&after);
    assert_true(after.body_bytes >= before.body_bytes + 8000);
    rc_decref(list);
    rc_pool_stats(&after);
    assert_int_equal(after.body_bytes, before.body_bytes);
}

// ---- the map ----

static char *report(int (*write)(FILE *out, void *arg), void *arg)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    assert_int_equal(write(out, arg), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

static int write_map(FILE *out, void *arg)
{
    return rc_heap_map(out, *(bool *)arg);
}

static void test_map(void **state)
{
    rc_object *lists[5], *n = made(rc_int_new(987654321));
    rc_object *large = made(new_large_container());
    bool with_objects = false;
    char *text, id[RC_ID_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < 5; i++)
        lists[i] = made(rc_list_pack(1, n));
    text = report(write_map, &with_objects);
    assert_non_null(strstr(text, "containers: "));
    assert_non_null(strstr(text, "leaves: "));
    assert_non_null(strstr(text, "large: 1 objects"));
    assert_non_null(strstr(text, "lllll"));
    assert_null(strstr(text, "0x"));
    free(text);

    with_objects = true;
    text = report(write_map, &with_objects);
    assert_int_equal(count_in(text, " list [987654321]\n"), 5);
    assert_int_equal(count_in(text, "count 6: int 987654321\n"), 1);
    assert_int_equal(count_in(text, rc_id_text(rc_id(large), id)), 1);
    free(text);
    for (size_t i = 0; i < 5; i++)
        rc_decref(lists[i]);
    rc_decref(large);
    rc_decref(n);
}

static void test_map_with_gap(void **state)
{
    rc_object *lists[3];
    bool with_objects = false;
    char *text;

    (void)state;
    for (size_t i = 0; i < 3; i++)
        lists[i] = made(rc_list_new());
    rc_decref(lists[1]);
    text = report(write_map, &with_objects);
    assert_non_null(strstr(text, "l.l"));
    free(text);
    rc_decref(lists[0]);
    rc_decref(lists[2]);
}

// ---- writing fails ----

static int holders_of(FILE *out, void *arg)
{
    return rc_print_holders(arg, out);
}

static int places_of(FILE *out, void *arg)
{
    return rc_print_places(arg, out);
}

static int map_of(FILE *out, void *arg)
{
    (void)arg;
    return rc_heap_map(out, true);
}

static int diff_of(FILE *out, void *arg)
{
    struct rc_snapshot *before = rc_snapshot_new();
    int r;

    (void)arg;
    assert_non_null(before);
    r = rc_snapshot_print_diff(before, before, 3, out);
    rc_snapshot_free(before);
    return r;
}

static int dot_of(FILE *out, void *arg)
{
    return rc_graph_dot(arg, 10, out);
}

static int svg_of(FILE *out, void *arg)
{
    return rc_graph_svg(arg, 10, out);
}

static int html_of(FILE *out, void *arg)
{
    return rc_graph_html(arg, 10, out);
}

static const struct {
    const char *name;
    int (*write)(FILE *out, void *arg);
} reports[] = {
    {"holders", holders_of}, {"places", places_of}, {"map", map_of},
    {"diff", diff_of},       {"dot", dot_of},       {"svg", svg_of},
    {"html", html_of},
};
enum { REPORTS = sizeof(reports) / sizeof(*reports) };

static void test_disk_full(void **state)
{
    rc_object *list = made(rc_list_pack(1, rc_none));

    (void)state;
    for (size_t i = 0; i < REPORTS; i++) {
        FILE *out = fopen("/dev/full", "w");

        print_message("%s\n", reports[i].name);
        assert_non_null(out);
        assert_int_equal(reports[i].write(out, list), -1);
        assert_error(RC_ERROR_IO);
        if (out)
            fclose(out);
    }
    rc_decref(list);
}

// Looking leaves everything as it was.
static void test_nothing_changes(void **state)
{
    rc_object *list = made(rc_list_new()), *key = made(rc_str_new("key"));
    rc_object *dict = made(rc_dict_new());
    struct census before;

    (void)state;
    assert_int_equal(rc_dict_set(dict, key, list), 0);
    assert_int_equal(rc_list_append(list, dict), 0);
    before = census_of(NULL);
    for (size_t i = 0; i < REPORTS; i++) {
        struct census after;

        print_message("%s\n", reports[i].name);
        free(report(reports[i].write, list));
        after = census_of(NULL);
        assert_int_equal(after.objects, before.objects);
        assert_int_equal(rc_count_at(rc_id(list)), 2);
        assert_int_equal(rc_count_at(rc_id(dict)), 2);
        assert_int_equal(rc_count_at(rc_id(key)), 2);
    }
    assert_int_equal(rc_list_clear(list), 0);
    rc_decref(list);
    rc_decref(dict);
    rc_decref(key);
}

#ifdef RC_AUDIT

// Each allocation of each report fails in turn: it says so or does without.
static void test_no_memory(void **state)
{
    rc_object *list = made(rc_list_pack(3, rc_none, rc_none, rc_none));

    (void)state;
    assert_int_equal(rc_list_append(list, list), 0);
    for (size_t i = 0; i < REPORTS; i++) {
        int r = -1;

        print_message("%s\n", reports[i].name);
        if (reports[i].write == diff_of)
            continue; // test_snapshot.c
        for (uint64_t n = 1; r < 0 && n < 1000; n++) {
            FILE *out = fopen("/dev/null", "w");

            assert_non_null(out);
            rc_audit_fail_alloc(n, true);
            r = reports[i].write(out, list);
            rc_audit_fail_alloc(0, false);
            if (r < 0)
                assert_error(RC_ERROR_MEMORY);
            fclose(out);
        }
        assert_int_equal(r, 0);
    }
    assert_int_equal(rc_list_clear(list), 0);
    rc_decref(list);
}

static void test_handle_without_memory(void **state)
{
    rc_object *list = made(rc_list_new());
    struct rc_handle h;

    (void)state;
    rc_audit_fail_alloc(1, true);
    h = rc_handle_of(list);
    rc_audit_fail_alloc(0, false);
    assert_true(h.serial == 0);
    assert_error(RC_ERROR_MEMORY);
    assert_int_equal(rc_handle_state(h), RC_HANDLE_GONE);
    assert_true(rc_handle_of(list).serial != 0);
    rc_decref(list);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_id),
        TEST(test_no_objects),
        TEST(test_immortal),
        TEST(test_handle),
        TEST(test_handle_of_nothing),
        TEST(test_handle_reused),
        TEST(test_handle_collected),
        TEST(test_handle_of_another_life),
        TEST(test_edges_of_items),
        TEST(test_edges_of_keys),
        TEST(test_edges_of_long_keys),
        TEST(test_edges_of_tuple_key),
        TEST(test_edges_of_code),
        TEST(test_edges_of_own_types),
        TEST(test_edges_stop),
        TEST(test_heap_walk),
        TEST(test_pool_stats),
        TEST(test_body_bytes),
        TEST(test_map),
        TEST(test_map_with_gap),
        TEST(test_disk_full),
        TEST(test_nothing_changes),
#ifdef RC_AUDIT
        TEST(test_no_memory),
        TEST(test_handle_without_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
