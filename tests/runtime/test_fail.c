// test_fail.c - without memory: each allocation of each scenario fails once,
// and then all from there on. A scenario ends well, where it can do without, or
// with RC_ERROR_MEMORY; nothing is leaked, and what a call that failed was to
// change is as it was. (The plain variant runs each scenario once.)

#include "support.h"

static FILE *nowhere;

// What a scenario owns; given back behind it.
struct bag {
    rc_object *objects[32];
    size_t n;
};

// o itself, which the bag takes over; NULL stays NULL.
static rc_object *keep(struct bag *b, rc_object *o)
{
    assert_true(b->n < LENGTH(b->objects));
    if (o)
        b->objects[b->n++] = o;
    return o;
}

static bool drop(rc_object *o)
{
    rc_xdecref(o);
    return o != NULL;
}

static void empty(struct bag *b)
{
    while (b->n)
        rc_decref(b->objects[--b->n]);
    while (rc_frame_current())
        rc_frame_leave();
}

// ---- values ----

static bool make_ints(struct bag *b)
{
    rc_object *i = keep(b, rc_int_new(1000000)), *j = keep(b, rc_int_new(777));

    return i && j && drop(rc_int_add(i, j)) && drop(rc_int_sub(i, j))
           && drop(rc_int_mul(i, j)) && drop(rc_int_floordiv(i, j))
           && drop(rc_int_mod(i, i)) && drop(rc_int_parse("-99999"))
           && drop(rc_int_new(RC_SMALL_MAX));
}

static bool make_floats(struct bag *b)
{
    rc_object *f = keep(b, rc_float_new(0.25));
    uint64_t hash;

    return f && drop(rc_repr(f)) && rc_hash(f, &hash) == 0
           && rc_equal(f, rc_true) == 0;
}

static bool make_strs(struct bag *b)
{
    rc_object *s = keep(b, rc_str_new("some text"));
    rc_object *t = keep(b, rc_str_new_n("a\0b\xc3\xbc", 5));

    return s && t && drop(rc_str_format("%d %s", 17, "and more than that"))
           && drop(rc_str_concat(s, t)) && drop(rc_str_at(s, -1))
           && drop(rc_str_at(t, -1)) && drop(rc_str_slice(s, 1, 5))
           && drop(rc_repr(t)) && drop(rc_str_new("")) && drop(rc_str_new("x"))
           && rc_str_equals(s, "some text") == 1 && rc_str_length(t) == 4;
}

static bool make_a_long_str(struct bag *b)
{
    char text[2000];
    rc_object *s;

    memset(text, 'x', sizeof(text));
    s = keep(b, rc_str_new_n(text, sizeof(text)));
    return s && drop(rc_str_concat(s, s)) && drop(rc_repr(s))
           && drop(rc_str_format("%.*s", 1500, text));
}

// More of them than the table has room for at first.
static bool intern(struct bag *b)
{
    char name[16];
    rc_object *s = NULL;

    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "name %d", i);
        s = keep(b, rc_str_intern(name));
        if (!s)
            return false;
    }
    s = rc_str_new("another one");
    if (!s || rc_str_intern_in_place(&s) < 0) {
        rc_xdecref(s);
        return false;
    }
    return rc_str_is_interned(keep(b, s));
}

// ---- containers ----

static rc_object *make_list(void)
{
    rc_object *list = rc_list_new();

    for (int i = 1000; list && i < 1003; i++) {
        rc_object *item = rc_int_new(i);

        if (!item || rc_list_push(list, item) < 0)
            rc_clear(&list);
    }
    return list;
}

static rc_object *make_dict(void)
{
    rc_object *dict = rc_dict_new(), *value = rc_float_new(0.5);

    if (!dict || !value || rc_dict_set_text(dict, "a", value) < 0
        || rc_dict_set_text(dict, "b", rc_none) < 0
        || rc_dict_set(dict, value, rc_true) < 0)
        rc_clear(&dict);
    rc_xdecref(value);
    return dict;
}

static bool make_tuples(struct bag *b)
{
    rc_object *t = keep(b, rc_tuple_new(3)), *list = keep(b, make_list());
    uint64_t hash;

    return t && list && rc_tuple_set(t, 1, rc_newref(list)) == 0
           && drop(rc_tuple_pack(2, t, list)) && drop(rc_tuple_from(list))
           && drop(rc_tuple_new(200)) && drop(rc_repr(t))
           && drop(rc_tuple_new(0))
           && (rc_hash(t, &hash) == 0 || rc_error_code() == RC_ERROR_TYPE)
           && (rc_error_clear(), true);
}

static bool make_lists(struct bag *b)
{
    rc_object *list = keep(b, make_list()), *other = keep(b, make_list());

    return list && other && drop(rc_list_pack(2, list, other))
           && drop(rc_list_from(list)) && rc_list_extend(list, other) == 0
           && rc_equal(list, other) == 0 && drop(rc_list_pop(list))
           && drop(rc_list_pop_at(list, 0)) && drop(rc_repr(list))
           && rc_list_append(list, list) == 0 && drop(rc_repr(list))
           && rc_list_clear(list) == 0;
}

static bool make_dicts(struct bag *b)
{
    rc_object *dict = keep(b, make_dict()), *key = keep(b, rc_str_new("b"));

    return dict && key && drop(rc_dict_keys(dict)) && drop(rc_dict_values(dict))
           && drop(rc_repr(dict)) && rc_dict_contains(dict, key) == 1
           && rc_dict_get_text(dict, "a") && rc_dict_set(dict, key, dict) == 0
           && drop(rc_repr(dict)) && drop(rc_dict_pop(dict, key))
           && rc_dict_delete_text(dict, "a") == 0 && rc_dict_clear(dict) == 0;
}

static bool fill_a_dict(struct bag *b)
{
    rc_object *dict = keep(b, rc_dict_new());

    for (int64_t i = 0; dict && i < 100; i++) {
        rc_object *key = rc_int_new(i * 1000);
        bool is_set = key && rc_dict_set(dict, key, key) == 0;

        rc_xdecref(key);
        if (!is_set)
            return false;
    }
    return dict && rc_dict_length(dict) == 100;
}

static bool make_sets(struct bag *b)
{
    rc_object *list = keep(b, make_list());
    rc_object *set = list ? keep(b, rc_set_from(list)) : NULL;
    rc_object *frozen = set ? keep(b, rc_frozenset_from(set)) : NULL;
    uint64_t hash;

    return frozen && rc_hash(frozen, &hash) == 0 && rc_set_add(set, frozen) == 1
           && rc_set_contains(set, frozen) == 1 && drop(rc_repr(set))
           && rc_set_discard(set, rc_list_at(list, 0)) == 1
           && drop(rc_set_new()) && rc_equal(set, frozen) == 0
           && rc_set_clear(set) == 0;
}

static bool fill_a_set(struct bag *b)
{
    rc_object *set = keep(b, rc_set_new());

    for (int64_t i = 0; set && i < 100; i++) {
        rc_object *item = rc_int_new(i * 1000);
        int r = item ? rc_set_add(set, item) : -1;

        rc_xdecref(item);
        if (r != 1)
            return false;
    }
    return set && rc_length(set) == 100;
}

static bool nest(struct bag *b)
{
    rc_object *inner = rc_list_new();

    for (int i = 0; inner && i < 30; i++) {
        rc_object *outer =
            i % 2 ? rc_list_pack(1, inner) : rc_tuple_pack(1, inner);

        rc_decref(inner);
        inner = outer;
    }
    return keep(b, inner) && drop(rc_repr(inner))
           && rc_equal(inner, rc_none) == 0;
}

static bool copy(struct bag *b)
{
    rc_object *list = keep(b, make_list()), *dict = keep(b, make_dict());
    rc_object *cell = keep(b, rc_cell_new(list));
    rc_object *set = keep(b, rc_set_new());
    rc_object *tuple;

    if (!list || !dict || !cell || !set || rc_set_add(set, rc_none) < 0
        || rc_list_append(list, dict) < 0 || rc_list_append(list, list) < 0
        || rc_list_append(list, cell) < 0 || rc_list_append(list, set) < 0)
        return false;
    tuple = keep(b, rc_tuple_pack(2, list, list));
    return tuple && drop(rc_copy(list)) && drop(rc_copy(dict))
           && drop(rc_copy(set)) && drop(rc_copy(tuple))
           && drop(rc_deepcopy(tuple)) && drop(rc_deepcopy(dict));
}

// ---- code ----

static rc_object *give_list(rc_object *self, rc_object *args)
{
    (void)self;
    return rc_list_from(args);
}

static rc_object *set_attribute(rc_object *self, rc_object *args)
{
    (void)self;
    if (rc_attr_set(rc_tuple_at(args, 0), "x", args) < 0)
        return NULL;
    return rc_newref(rc_none);
}

// Needs memory, keeps nothing.
static rc_object *use_memory(rc_object *self, rc_object *args)
{
    rc_object *list = rc_list_from(args);

    (void)self;
    if (!list || rc_local_set("local", list) < 0)
        rc_clear(&list);
    return list;
}

static bool call_functions(struct bag *b)
{
    rc_object *module = keep(b, rc_module_new("m"));
    rc_object *cell = keep(b, rc_cell_new(rc_none));
    rc_object *cells = cell ? keep(b, rc_tuple_pack(1, cell)) : NULL;
    rc_object *f, *g;

    if (!module || !cells)
        return false;
    f = keep(b, rc_function_new("f", give_list, module, cells));
    g = keep(b, rc_builtin_new("g", use_memory, module));
    return f && g && drop(rc_call(f, NULL)) && drop(rc_call(f, cells))
           && drop(rc_call(g, NULL)) && drop(rc_call(g, cells))
           && drop(rc_repr(f)) && drop(rc_repr(g)) && rc_cell_set(cell, f) == 0
           && drop(rc_repr(cell)) && rc_attr_set(f, "x", f) == 0;
}

static bool make_instances(struct bag *b)
{
    rc_object *base = keep(b, rc_class_new("Base", NULL));
    rc_object *cls = base ? keep(b, rc_class_new("C", base)) : NULL;
    rc_object *init =
        keep(b, rc_function_new("init", set_attribute, NULL, NULL));
    rc_object *end = keep(b, rc_function_new("end", use_memory, NULL, NULL));
    rc_object *o;

    if (!cls || !init || !end || rc_attr_set(base, "init", init) < 0
        || rc_attr_set(base, "finalize", end) < 0)
        return false;
    o = keep(b, rc_call(cls, NULL));
    return o && drop(rc_attr_get(o, "x")) && drop(rc_attr_get(o, "init"))
           && rc_attr_delete(o, "x") == 0 && drop(rc_repr(o))
           && drop(rc_repr(cls)) && drop(rc_instance_new(cls)) && rc_attrs(o)
           && drop(rc_copy(o)) && drop(rc_deepcopy(o));
}

static bool use_modules(struct bag *b)
{
    rc_object *module = keep(b, rc_module_new("m"));

    return module && rc_attr_set(module, "x", module) == 0
           && drop(rc_attr_get(module, "x")) && drop(rc_repr(module))
           && rc_attrs(module) && rc_attr_delete(module, "x") == 0;
}

static bool enter_frames(struct bag *b)
{
    rc_object *module = keep(b, rc_module_new("m")), *frame;

    if (!module || rc_attr_set(module, "global", rc_true) < 0
        || rc_frame_enter("outer", NULL, module) < 0
        || rc_local_set("x", module) < 0 || !rc_local_get("x")
        || !rc_local_get("global") || rc_local_delete("x") < 0
        || rc_frame_enter("inner", NULL, NULL) < 0)
        return false;
    frame = rc_frame_current();
    return rc_frame_locals(frame) && rc_local_set("me", frame) == 0
           && drop(rc_repr(frame)) && rc_frame_locals(rc_frame_back(frame));
}

// ---- types ----

struct cell {
    rc_object head;
    rc_object *x;
};
static const uint16_t cell_slots[] = {offsetof(struct cell, x), 0};
static rc_type sized_type = {.name = "sized",
                             .size = sizeof(struct node),
                             .item_size = 8,
                             .slots = cell_slots};
static rc_type many_types[40]; // more than the table has room for

static bool make_types(struct bag *b)
{
    if (rc_type_ready(&sized_type) < 0 || !keep(b, rc_new_sized(&sized_type, 3))
        || !keep(b, rc_new_sized(&sized_type, 300)))
        return false;
    for (size_t i = 0; i < LENGTH(many_types); i++) {
        many_types[i].name = "one of many";
        many_types[i].size = sizeof(rc_object) + i;
        if (rc_type_ready(&many_types[i]) < 0 || !drop(rc_new(&many_types[i])))
            return false;
    }
    return true;
}

static bool use_bodies(struct bag *b)
{
    struct rc_pool_stats stats;
    void *body = rc_body_new(100), *longer;

    (void)b;
    longer = body ? rc_body_resize(body, 100, 5000) : NULL;
    if (longer)
        rc_body_free(longer, 5000);
    else
        rc_body_free(body, 100);
    rc_pool_stats(&stats);
    assert_int_equal(stats.body_bytes, 0);
    return longer != NULL;
}

// More than a page of them, some larger than a slot.
static bool fill_pages(struct bag *b)
{
    const size_t small = (RC_POOL_MAX - sizeof(struct node)) / 8;
    rc_object *list = NULL;

    if (rc_type_ready(&sized_type) < 0)
        return false;
    for (int i = 0; i < RC_PAGE_BYTES / RC_POOL_MAX + 3; i++) {
        rc_object *o = rc_new_sized(&sized_type, i % 50 ? small : small + 1);

        if (!o) {
            rc_xdecref(list);
            return false;
        }
        ((struct cell *)(void *)o)->x = list;
        list = o;
    }
    return keep(b, list) != NULL;
}

// ---- weak references ----

static bool make_weakrefs(struct bag *b)
{
    rc_object *o = keep(b, rc_list_new());
    rc_object *f = keep(b, rc_function_new("f", use_memory, NULL, NULL));
    rc_object *list = keep(b, rc_list_new()), *w;

    if (!o || !f || !list)
        return false;
    for (int i = 0; i < 20; i++) { // targets
        rc_object *target = rc_list_new();
        bool is_kept = target && rc_list_append(list, target) == 0;

        rc_xdecref(target);
        if (!is_kept || !keep(b, rc_weakref_new(target, i % 2 ? f : NULL)))
            return false;
    }
    w = keep(b, rc_weakref_new(o, f));
    return w && drop(rc_weakref_get(w)) && drop(rc_repr(w))
           && keep(b, rc_weakref_new(o, NULL)) && rc_weakref_count(o) == 2
           && rc_list_clear(list) == 0 && drop(rc_repr(w));
}

// ---- sight ----

// A bit of everything.
static rc_object *make_heap(struct bag *b)
{
    rc_object *list = keep(b, make_list()), *dict = keep(b, make_dict());
    rc_object *module = keep(b, rc_module_new("m"));
    rc_object *cls = keep(b, rc_class_new("C", NULL));
    rc_object *o = cls ? keep(b, rc_instance_new(cls)) : NULL;
    rc_object *cell = keep(b, rc_cell_new(list));
    rc_object *cells = cell ? keep(b, rc_tuple_pack(1, cell)) : NULL;
    rc_object *f =
        cells ? keep(b, rc_function_new("f", use_memory, module, cells)) : NULL;

    if (!list || !dict || !module || !o || !f
        || rc_attr_set(module, "global", list) < 0
        || rc_attr_set(o, "x", list) < 0 || rc_attr_set(cls, "y", list) < 0
        || rc_list_append(list, o) < 0 || rc_list_append(list, dict) < 0
        || rc_dict_set_text(dict, "list", list) < 0
        || rc_frame_enter("frame", f, module) < 0
        || rc_local_set("local", list) < 0)
        return NULL;
    return list;
}

static int ignore_edge(rc_object *from, rc_object *to, const char *label,
                       void *arg)
{
    (void)from;
    (void)to;
    (void)label;
    (void)arg;
    return 0;
}

static int ignore_place(enum rc_place place, rc_object *holder,
                        const char *text, void *arg)
{
    (void)place;
    (void)holder;
    (void)text;
    (void)arg;
    return 0;
}

static bool list_objects(struct bag *b)
{
    rc_object *o = make_heap(b);

    return o && drop(rc_gc_objects()) && drop(rc_referrers(o))
           && drop(rc_referents(o)) && rc_edges(o, ignore_edge, NULL) == 0;
}

static bool look_for_holders(struct bag *b)
{
    rc_object *o = make_heap(b);
    struct rc_holders holders;

    return o && rc_who_holds(o, ignore_edge, NULL, &holders) == 0
           && rc_print_holders(o, nowhere) == 0;
}

static bool look_for_places(struct bag *b)
{
    rc_object *o = make_heap(b);

    return o && rc_places(o, ignore_place, NULL) == 0
           && rc_print_places(o, nowhere) == 0;
}

static bool print_a_map(struct bag *b)
{
    return make_heap(b) && rc_heap_map(nowhere, false) == 0
           && rc_heap_map(nowhere, true) == 0;
}

static bool take_handles(struct bag *b)
{
    for (int i = 0; i < 20; i++) {
        rc_object *o = keep(b, rc_list_new());

        if (!o || !rc_handle_of(o).serial)
            return false;
        assert_ptr_equal(rc_handle_object(rc_handle_of(o)), o);
    }
    return true;
}

static bool compare_snapshots(struct bag *b)
{
    struct rc_snapshot *before = rc_snapshot_new(), *after = NULL;
    struct rc_diff diff;
    bool is_done = before && make_heap(b) && (after = rc_snapshot_new())
                   && rc_snapshot_diff(before, after, &diff) == 0
                   && rc_snapshot_print_diff(before, after, 10, nowhere) == 0;

    rc_snapshot_free(before);
    rc_snapshot_free(after);
    return is_done;
}

static bool draw_dot(struct bag *b)
{
    rc_object *o = make_heap(b);

    return o && rc_graph_dot(o, 100, nowhere) == 0
           && rc_graph_dot(NULL, 5, nowhere) == 0;
}

static bool draw_svg(struct bag *b)
{
    rc_object *o = make_heap(b);

    return o && rc_graph_svg(o, 100, nowhere) == 0
           && rc_graph_svg(NULL, 100, nowhere) == 0;
}

static bool draw_html(struct bag *b)
{
    rc_object *o = make_heap(b);

    return o && rc_graph_html(o, 100, nowhere) == 0;
}

// ---- collections ----

static bool make_dead_cycle(rc_type *type)
{
    rc_object *a = rc_new(type), *b = a ? rc_new(&node_type) : NULL;

    if (!b) {
        rc_xdecref(a);
        return false;
    }
    node_of(a)->left = b;
    node_of(b)->left = a; // takes over what we hold
    return true;
}

static bool collect_cycles(struct bag *b)
{
    rc_object *o = keep(b, rc_list_new());

    for (int i = 0; o && i < 300; i++) { // beyond what a byte can count
        if (rc_list_append(o, o) < 0)
            return false;
    }
    if (!o || !make_dead_cycle(&node_type) || !make_dead_cycle(&final_type)
        || !make_dead_cycle(&giant_type))
        return false;
    rc_gc_collect(); // may find nothing without memory
    rc_gc_collect_young();
    return rc_list_clear(o) == 0;
}

static void note_phase(enum rc_gc_phase phase, const struct rc_gc_info *info,
                       void *arg)
{
    (void)info;
    *(int *)arg += phase == RC_GC_START ? 1 : -1;
}

static bool call_back_of_collections(struct bag *b)
{
    int open = 0;
    bool is_made;

    (void)b;
    if (rc_gc_callback_add(note_phase, &open) < 0)
        return false;
    is_made = make_dead_cycle(&node_type);
    rc_gc_collect();
    assert_true(rc_gc_callback_remove(note_phase, &open));
    assert_int_equal(open, 0);
    return is_made;
}

static bool save_garbage(struct bag *b)
{
    rc_object *garbage;

    rc_gc_set_debug(RC_GC_DEBUG_SAVEALL);
    for (int i = 0; i < 20; i++) {
        if (!make_dead_cycle(&node_type))
            return false;
    }
    rc_gc_collect();
    garbage = rc_gc_garbage();
    return garbage && keep(b, rc_list_from(garbage))
           && rc_list_clear(garbage) == 0;
}

static bool leave_finalizers(struct bag *b)
{
    rc_object *garbage = NULL;
    bool is_made = true;

    (void)b;
    rc_gc_set_legacy_finalizers(true);
    for (int i = 0; is_made && i < 20; i++)
        is_made = make_dead_cycle(&final_type);
    if (is_made) {
        rc_gc_collect();
        garbage = rc_gc_garbage();
    }
    rc_gc_set_legacy_finalizers(false);
    return garbage && rc_list_clear(garbage) == 0;
}

static bool collect_weakrefs(struct bag *b)
{
    rc_object *f = keep(b, rc_function_new("f", use_memory, NULL, NULL));

    for (int i = 0; f && i < 3; i++) {
        rc_object *o = rc_list_new();
        bool is_cycle = o && rc_list_append(o, o) == 0;
        rc_object *w = is_cycle ? keep(b, rc_weakref_new(o, f)) : NULL;

        rc_xdecref(o);
        if (!w)
            return false;
    }
    rc_gc_collect();
    return f != NULL;
}

static const struct scenario {
    const char *name;
    bool (*run)(struct bag *b);
} scenarios[] = {
    {"ints", make_ints},
    {"floats", make_floats},
    {"strs", make_strs},
    {"a long str", make_a_long_str},
    {"interned strs", intern},
    {"tuples", make_tuples},
    {"lists", make_lists},
    {"dicts", make_dicts},
    {"a dict that grows", fill_a_dict},
    {"sets", make_sets},
    {"a set that grows", fill_a_set},
    {"nested", nest},
    {"copies", copy},
    {"functions", call_functions},
    {"instances", make_instances},
    {"modules", use_modules},
    {"frames", enter_frames},
    {"types", make_types},
    {"bodies", use_bodies},
    {"pages", fill_pages},
    {"weak references", make_weakrefs},
    {"lists of objects", list_objects},
    {"holders", look_for_holders},
    {"places", look_for_places},
    {"heap map", print_a_map},
    {"handles", take_handles},
    {"snapshots", compare_snapshots},
    {"DOT", draw_dot},
    {"SVG", draw_svg},
    {"HTML", draw_html},
    {"cycles", collect_cycles},
    {"callbacks of collections", call_back_of_collections},
    {"garbage that is saved", save_garbage},
    {"finalizers of old", leave_finalizers},
    {"weak references of the dead", collect_weakrefs},
};

// ---- what may be changed, and what the change is ----

enum { SOME = 19 }; // no room is left for one more

static rc_object *list_of_some(void)
{
    rc_object *list = rc_list_new();

    for (int i = 0; list && i < SOME; i++)
        assert_int_equal(rc_list_push(list, rc_int_new(i)), 0);
    return list;
}

static rc_object *set_of_some(void)
{
    rc_object *list = list_of_some(), *set = rc_set_from(list);

    rc_decref(list);
    return set;
}

static rc_object *dict_of_some(void)
{
    rc_object *list = list_of_some(), *dict = rc_dict_new();

    for (int i = 0; i < SOME; i++)
        assert_int_equal(rc_dict_set(dict, rc_list_at(list, i), rc_none), 0);
    rc_decref(list);
    return dict;
}

static rc_object *none_cell(void)
{
    return rc_cell_new(rc_none);
}

static rc_object *make_module(void)
{
    return rc_module_new("m");
}

static rc_object *make_instance(void)
{
    rc_object *cls = rc_class_new("C", NULL), *o = rc_instance_new(cls);

    rc_decref(cls);
    return o;
}

static bool append_one(rc_object *o)
{
    return rc_list_append(o, rc_none) == 0;
}

static bool append_many(rc_object *o)
{
    return rc_list_extend(o, o) == 0;
}

static bool push_new(rc_object *o)
{
    rc_object *item = rc_float_new(0.5);

    return item && rc_list_push(o, item) == 0;
}

static bool insert_one(rc_object *o)
{
    return rc_list_insert(o, 3, rc_none) == 0;
}

static bool reserve_room(rc_object *o)
{
    return rc_list_reserve(o, 1000) == 0;
}

static bool delete_some(rc_object *o)
{
    return rc_list_delete(o, 1, SOME - 1) == 0;
}

static bool reverse_all(rc_object *o)
{
    return rc_list_reverse(o) == 0;
}

static bool clear_list(rc_object *o)
{
    return rc_list_clear(o) == 0;
}

static bool pop_one(rc_object *o)
{
    return drop(rc_list_pop(o));
}

static bool set_in_dict(rc_object *o)
{
    return rc_dict_set(o, rc_none, o) == 0;
}

static bool set_text_in_dict(rc_object *o)
{
    return rc_dict_set_text(o, "a new key", rc_true) == 0;
}

static bool replace_in_dict(rc_object *o)
{
    rc_object *key = rc_float_new(3.0);
    bool is_set = key && rc_dict_set(o, key, rc_true) == 0;

    rc_xdecref(key);
    return is_set;
}

static bool delete_in_dict(rc_object *o)
{
    rc_object *key = rc_float_new(3.0);
    bool is_deleted = key && rc_dict_delete(o, key) == 0;

    rc_xdecref(key);
    return is_deleted;
}

static bool pop_of_dict(rc_object *o)
{
    rc_object *key = rc_float_new(4.0);
    bool is_popped = key && drop(rc_dict_pop(o, key));

    rc_xdecref(key);
    return is_popped;
}

static bool clear_dict(rc_object *o)
{
    return rc_dict_clear(o) == 0;
}

static bool add_to_set(rc_object *o)
{
    return rc_set_add(o, rc_none) >= 0;
}

static bool discard_of_set(rc_object *o)
{
    rc_object *item = rc_float_new(5.0);
    bool is_done = item && rc_set_discard(o, item) >= 0;

    rc_xdecref(item);
    return is_done;
}

static bool clear_set(rc_object *o)
{
    return rc_set_clear(o) == 0;
}

static bool fill_cell(rc_object *o)
{
    return rc_cell_set(o, rc_true) == 0;
}

static bool set_attr(rc_object *o)
{
    return rc_attr_set(o, "an attribute", rc_true) == 0;
}

static const struct change {
    const char *name;
    rc_object *(*make)(void);
    bool (*change)(rc_object *o);
} changes[] = {
    {"list: append", list_of_some, append_one},
    {"list: extend by itself", list_of_some, append_many},
    {"list: push", list_of_some, push_new},
    {"list: insert", list_of_some, insert_one},
    {"list: reserve", list_of_some, reserve_room},
    {"list: delete", list_of_some, delete_some},
    {"list: reverse", list_of_some, reverse_all},
    {"list: clear", list_of_some, clear_list},
    {"list: pop", list_of_some, pop_one},
    {"list: the first", rc_list_new, append_one},
    {"dict: set", dict_of_some, set_in_dict},
    {"dict: set text", dict_of_some, set_text_in_dict},
    {"dict: the first", rc_dict_new, set_text_in_dict},
    {"dict: replace", dict_of_some, replace_in_dict},
    {"dict: delete", dict_of_some, delete_in_dict},
    {"dict: pop", dict_of_some, pop_of_dict},
    {"dict: clear", dict_of_some, clear_dict},
    {"set: add", set_of_some, add_to_set},
    {"set: the first", rc_set_new, add_to_set},
    {"set: discard", set_of_some, discard_of_set},
    {"set: clear", set_of_some, clear_set},
    {"cell: set", none_cell, fill_cell},
    {"module: set", make_module, set_attr},
    {"instance: set", make_instance, set_attr},
};

// ---- each allocation in turn ----

#ifdef RC_AUDIT

static void arm(uint64_t n, bool and_all_after)
{
    rc_audit_fail_alloc(n, and_all_after);
}

// Was the allocation reached that was to fail?
static bool disarm(uint64_t n)
{
    bool is_reached = rc_audit_allocations() >= n;

    rc_audit_fail_alloc(0, false);
    return is_reached;
}

static void assert_no_mistakes(void)
{
    assert_int_equal(rc_audit_all_errors(), 0);
}

#else

static void arm(uint64_t n, bool and_all_after)
{
    (void)n;
    (void)and_all_after;
}

static bool disarm(uint64_t n)
{
    (void)n;
    return false;
}

static void assert_no_mistakes(void)
{
}

#endif

static void assert_outcome(bool is_done, bool is_reached)
{
    if (is_done) {
        assert_int_equal(rc_error_code(), RC_OK);
    } else {
        assert_true(is_reached);
        assert_error(RC_ERROR_MEMORY);
    }
}

static void assert_nothing_is_left(void)
{
    assert_int_equal(rc_fini(), 0);
    assert_no_mistakes();
}

static bool run_scenario(const struct scenario *s, uint64_t n, bool all_after)
{
    struct bag bag = {.n = 0};
    bool is_done, is_reached;

    assert_int_equal(begin_runtime(NULL), 0);
    rc_error_clear();
    arm(n, all_after);
    is_done = s->run(&bag);
    is_reached = disarm(n);
    assert_outcome(is_done, is_reached);
    if (all_after)
        arm(1, true); // giving back needs no memory
    empty(&bag);
    disarm(1);
    assert_int_equal(rc_error_code(), RC_OK);
    assert_nothing_is_left();
    return is_reached;
}

static void test_scenarios(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(scenarios); i++) {
        for (int all_after = 0; all_after < 2; all_after++) {
            uint64_t n = 1;

            while (run_scenario(&scenarios[i], n, all_after))
                n++;
            printf("  %s%s: %d allocations\n", scenarios[i].name,
                   all_after ? ", all from there on" : "", (int)n - 1);
        }
    }
}

// What it holds, in words; the caller frees it.
static char *text_of(rc_object *o)
{
    rc_object *shown =
        o->type == &rc_module_type || o->type == &rc_instance_type ? rc_attrs(o)
        : o->type == &rc_cell_type ? rc_cell_get(o)
                                   : o;
    rc_object *repr = made(rc_repr(shown));
    char *text = strdup(rc_str_text(repr));

    assert_non_null(text);
    rc_decref(repr);
    return text;
}

// One that failed has changed nothing, and can be tried again.
static bool run_change(const struct change *c, uint64_t n, bool all_after)
{
    rc_object *o, *twin;
    char *before, *after, *expected;
    bool is_done, is_reached;

    assert_int_equal(begin_runtime(NULL), 0);
    o = made(c->make());
    twin = made(c->make());
    before = text_of(o);
    rc_error_clear();
    arm(n, all_after);
    is_done = c->change(o);
    is_reached = disarm(n);
    assert_outcome(is_done, is_reached);
    assert_true(c->change(twin));
    expected = text_of(twin);
    after = text_of(o);
    assert_string_equal(after, is_done ? expected : before);
    assert_true(is_done || c->change(o));
    free(after);
    after = text_of(o);
    assert_string_equal(after, expected);
    free(after);
    free(before);
    free(expected);
    rc_decref(o);
    rc_decref(twin);
    assert_nothing_is_left();
    return is_reached;
}

static void test_changes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(changes); i++) {
        for (int all_after = 0; all_after < 2; all_after++) {
            uint64_t n = 1;

            while (run_change(&changes[i], n, all_after))
                n++;
            printf("  %s%s: %d allocations\n", changes[i].name,
                   all_after ? ", all from there on" : "", (int)n - 1);
        }
    }
}

static int setup(void **state)
{
    (void)state;
    nowhere = fopen("/dev/null", "w");
    return nowhere ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return fclose(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenarios),
        cmocka_unit_test(test_changes),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
