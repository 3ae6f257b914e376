// test_gc_runs.c - core/gc.c: when collections run and when they need not, what
// they look at, and what programs hear of them.

#include "support.h"

#include <unistd.h>

static struct rc_gc_stats stats_now(void)
{
    struct rc_gc_stats stats;

    rc_gc_stats(&stats);
    return stats;
}

// A node that holds itself, so that only a collection ends it. What it holds
// besides is `right`, whose reference it takes over.
static rc_object *new_knot(rc_object *right)
{
    rc_object *o = new_node(NULL, right);

    node_of(o)->left = rc_newref(o);
    return o;
}

// ---- automatic runs ----

static void make_garbage(size_t n)
{
    while (n--)
        rc_decref(new_knot(NULL));
}

static void test_thresholds(void **state)
{
    size_t young, full;

    (void)state;
    if (is_stressed())
        return;
    rc_gc_threshold(&young, &full);
    assert_int_equal(young, 10000);
    assert_int_equal(full, 10);
    rc_gc_set_threshold(100, 3);
    rc_gc_threshold(&young, &full);
    assert_int_equal(young, 100);
    assert_int_equal(full, 3);
    assert_int_equal(stats_now().young_runs, 0);
    make_garbage(100);
    assert_int_equal(rc_gc_count(), 100);
    assert_int_equal(stats_now().young_runs, 0);
    make_garbage(1);
    assert_int_equal(stats_now().young_runs, 1);
    assert_int_equal(stats_now().collected, 100);
    make_garbage(10000);
    assert_in_range(live_objects(), 1, 200);
    assert_in_range(stats_now().young_runs + stats_now().full_runs, 99, 101);
    rc_gc_set_threshold(0, 0); // never
    make_garbage(2000);
    assert_true(live_objects() >= 2000);
    rc_gc_set_threshold(100, 3);
    make_garbage(1);
    assert_int_equal(live_objects(), 1);
}

// Those that die by their counts do not count.
static void test_short_lives(void **state)
{
    (void)state;
    if (is_stressed())
        return;
    rc_gc_set_threshold(100, 3);
    for (int i = 0; i < 10000; i++)
        rc_decref(new_node(new_node(NULL, NULL), made(rc_list_new())));
    assert_int_equal(stats_now().young_runs, 0);
    assert_in_range(rc_gc_count(), 0, 3);
}

static void test_disabled(void **state)
{
    (void)state;
    assert_true(rc_gc_is_enabled());
    rc_gc_disable();
    assert_false(rc_gc_is_enabled());
    if (!is_stressed()) {
        rc_gc_set_threshold(100, 3);
        make_garbage(5000);
        assert_int_equal(live_objects(), 5000);
        assert_int_equal(rc_gc_collect(), 5000); // on call it runs
        make_garbage(5000);
    }
    rc_gc_enable();
    assert_true(rc_gc_is_enabled());
    make_garbage(1);
    assert_int_equal(live_objects(), 1);
}

// A full run is due when enough young ones have run and the heap has grown.
static void test_full_runs(void **state)
{
    rc_object *list = made(rc_list_new());

    (void)state;
    if (is_stressed()) {
        rc_decref(list);
        return;
    }
    rc_gc_set_threshold(100, 3);
    for (int i = 0; i < 399; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
    assert_int_equal(stats_now().young_runs, 3);
    assert_int_equal(stats_now().full_runs, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
    assert_int_equal(stats_now().full_runs, 1);
    make_garbage(5000); // the heap does not grow: no full run
    assert_int_equal(stats_now().full_runs, 1);
    assert_true(stats_now().young_runs >= 50);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
    assert_true(stats_now().full_runs >= 2);
    rc_decref(list);
}

// ---- young and old ----

static void fill_page(rc_object *list)
{
    for (int i = 0; i < 3000; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
}

// A cycle from a page that nothing was taken from since the last run to a new
// one: for a young run that is held from outside.
static void test_cycle_across(void **state)
{
    rc_object *list = made(rc_list_new()), *old = new_node(NULL, NULL), *young;

    (void)state;
    if (is_stressed()) {
        rc_decref(list);
        rc_decref(old);
        return;
    }
    fill_page(list);
    rc_gc_collect();
    young = new_node(NULL, NULL);
    node_of(old)->left = rc_newref(young);
    node_of(young)->left = old; // moved, and nothing is said of it
    rc_decref(young);
    assert_int_equal(rc_gc_collect_young(), 0);
    assert_count(old, 1);
    assert_count(young, 1);
    assert_int_equal(rc_gc_collect_young(), 0);
    assert_int_equal(rc_gc_collect(), 2);
    rc_decref(list);
}

// When the old end was taken from, its page is looked at, too.
static void test_cycle_across_touched(void **state)
{
    rc_object *list = made(rc_list_new()), *old = new_node(NULL, NULL), *young;

    (void)state;
    fill_page(list);
    rc_gc_collect();
    young = new_node(NULL, NULL);
    node_of(old)->left = rc_newref(young);
    node_of(young)->left = rc_newref(old);
    rc_decref(young);
    rc_decref(old);
    assert_int_equal(rc_gc_collect_young(), 2);
    rc_decref(list);
}

// What is dead and new holds what is old, which lives or dies by that.
static void test_young_dead_hold_old(void **state)
{
    rc_object *list = made(rc_list_new());
    rc_object *kept = new_node(NULL, NULL), *lost = new_knot(NULL),
              *last = new_final(NULL, NULL), *young;

    (void)state;
    fill_page(list);
    rc_gc_collect();
    young = new_knot(made(rc_list_pack(3, kept, lost, last)));
    rc_decref(lost);
    rc_decref(last);
    rc_gc_collect_young(); // perhaps these last two were looked at
    rc_decref(young);
    assert_true(rc_gc_collect_young() >= 1); // its list goes by its count
    assert_false(rc_exists(rc_id(young)));
    assert_int_equal(finalized.count, 1);
    assert_count(kept, 1);
    rc_gc_collect();
    assert_false(rc_exists(rc_id(lost)));
    rc_decref(kept);
    rc_decref(list);
}

static void test_young_runs_look_at_little(void **state)
{
    rc_object *list = made(rc_list_new());

    (void)state;
    for (size_t i = 0; i < scaled(50000); i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
    rc_gc_collect();
    assert_true(stats_now().last_visited >= scaled(50000));
    rc_decref(new_knot(NULL));
    assert_int_equal(rc_gc_collect_young(), 1);
    assert_in_range(stats_now().last_visited, 1, 5000);
    rc_decref(list);
}

// ---- nothing to do ----

static void test_idle(void **state)
{
    rc_object *o = new_knot(NULL);

    (void)state;
    assert_int_equal(rc_gc_collect(), 0);
    assert_int_equal(stats_now().full_runs, 1);
    for (size_t i = 1; i <= 5; i++) {
        size_t skipped = stats_now().skipped_runs;

        assert_int_equal(i % 2 ? rc_gc_collect() : rc_gc_collect_young(), 0);
        assert_int_equal(stats_now().skipped_runs, skipped + 1);
        rc_incref(o); // one more changes nothing
    }
    assert_int_equal(stats_now().full_runs, 1);
    for (int i = 0; i < 5; i++)
        rc_decref(o);
    assert_int_equal(rc_gc_collect(), 0);
    assert_int_equal(stats_now().full_runs, 2);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 1);
    assert_int_equal(stats_now().full_runs, 3);
}

// Ways to lose the last reference from outside to a knot. `hold` puts it where
// `lose` finds it; in between nothing is left to do for the collector.
static rc_object *place, *knot;

static void hold_directly(void)
{
    rc_incref(knot);
}

static void lose_directly(void)
{
    rc_decref(knot);
}

static void hold_in_slot(void)
{
    place = rc_newref(knot);
}

static void lose_by_clear(void)
{
    rc_clear(&place);
}

static void lose_by_setref(void)
{
    rc_setref(&place, rc_newref(rc_none));
}

static void hold_in_list(void)
{
    place = made(rc_list_pack(3, rc_none, knot, rc_none));
}

static void lose_by_list_clear(void)
{
    assert_int_equal(rc_list_clear(place), 0);
}

static void lose_by_list_set(void)
{
    assert_int_equal(rc_list_set(place, 1, rc_newref(rc_none)), 0);
}

static void lose_by_list_delete(void)
{
    assert_int_equal(rc_list_delete(place, 0, 2), 0);
}

static void lose_by_pop(void)
{
    rc_decref(made(rc_list_pop_at(place, 1)));
}

// The reference is moved into the knot itself: nothing is given back.
static void lose_by_pop_into_itself(void)
{
    rc_setref(&node_of(knot)->right, made(rc_list_pop_at(place, 1)));
}

static void lose_by_assignment(void)
{
    node_of(knot)->right = made(rc_list_pop_at(place, 1));
    rc_gc_touch(knot);
}

static void lose_with_holder(void)
{
    rc_decref(place);
    place = NULL;
}

static void hold_in_cycle_of_lists(void)
{
    place = made(rc_list_new());
    assert_int_equal(rc_list_push(place, rc_newref(place)), 0);
    assert_int_equal(rc_list_append(place, knot), 0);
    rc_setref(&node_of(knot)->right, made(rc_list_new()));
}

static void lose_by_pop_push(void)
{
    rc_object *o = made(rc_list_pop(place));

    assert_int_equal(rc_list_push(node_of(knot)->right, o), 0);
    assert_int_equal(rc_list_clear(place), 0);
}

static void lose_by_pop_set(void)
{
    rc_object *list = node_of(knot)->right;

    assert_int_equal(rc_list_append(list, rc_none), 0);
    assert_int_equal(rc_list_set(list, 0, made(rc_list_pop(place))), 0);
    assert_int_equal(rc_list_clear(place), 0);
}

static void hold_in_dict(void)
{
    place = made(rc_dict_new());
    assert_int_equal(rc_dict_set_text(place, "knot", knot), 0);
    assert_int_equal(rc_dict_set(place, knot, rc_none), 0);
    assert_int_equal(rc_dict_delete(place, knot), 0);
}

static void lose_by_dict_clear(void)
{
    assert_int_equal(rc_dict_clear(place), 0);
}

static void lose_by_dict_delete(void)
{
    assert_int_equal(rc_dict_delete_text(place, "knot"), 0);
}

static void lose_by_dict_set(void)
{
    assert_int_equal(rc_dict_set_text(place, "knot", rc_none), 0);
}

static void lose_by_dict_pop(void)
{
    rc_object *key = made(rc_str_new("knot"));

    rc_setref(&node_of(knot)->right, made(rc_dict_pop(place, key)));
    rc_decref(key);
}

static void hold_in_set(void)
{
    place = made(rc_set_new());
    assert_int_equal(rc_set_add(place, knot), 1);
}

static void lose_by_set_discard(void)
{
    assert_int_equal(rc_set_discard(place, knot), 1);
}

static void lose_by_set_clear(void)
{
    assert_int_equal(rc_set_clear(place), 0);
}

static void hold_in_tuple(void)
{
    place = made(rc_tuple_pack(2, knot, rc_none));
}

static void lose_by_tuple_set(void)
{
    assert_int_equal(rc_tuple_set(place, 0, rc_newref(rc_none)), 0);
}

static void hold_in_cell(void)
{
    place = made(rc_cell_new(knot));
}

static void lose_by_cell_set(void)
{
    assert_int_equal(rc_cell_set(place, NULL), 0);
}

static void hold_in_attr(void)
{
    place = made(rc_module_new("m"));
    assert_int_equal(rc_attr_set(place, "knot", knot), 0);
}

static void lose_by_attr_delete(void)
{
    assert_int_equal(rc_attr_delete(place, "knot"), 0);
}

static void hold_in_frame(void)
{
    assert_int_equal(rc_frame_enter("f", NULL, NULL), 0);
    assert_int_equal(rc_local_set("knot", knot), 0);
}

static void lose_by_leave(void)
{
    rc_frame_leave();
}

static void hold_in_giant(void)
{
    place = new_giant(new_giant(NULL, rc_newref(knot)), NULL);
}

static void lose_in_giant(void)
{
    rc_clear(&node_of(node_of(place)->left)->right);
}

static void hold_in_vector(void)
{
    place = new_vector(2);
    vector_of(place)->items[1] = rc_newref(knot);
}

static void hold_among_others(void)
{
    place = new_node(new_node(rc_newref(knot), rc_newref(knot)),
                     new_node(rc_newref(knot), NULL));
}

static void hold_by_weakref(void)
{
    place = made(rc_weakref_new(knot, NULL));
    rc_incref(knot);
}

static void lose_by_weakref(void)
{
    rc_object *o;

    rc_decref(knot);
    o = made(rc_weakref_get(place));
    rc_gc_collect(); // alive here: nothing of it is remembered
    rc_decref(o);
}

static void save_knot(rc_object *self)
{
    (void)self;
    rc_incref(knot);
}

// Saved by the finalizer of another one that dies with it.
static void hold_in_final(void)
{
    place = new_final(rc_newref(knot), NULL);
    finalized.then = save_knot;
}

static void lose_saved(void)
{
    rc_clear(&place);
    rc_gc_collect();
    rc_decref(knot);
}

static void save_self(rc_object *self)
{
    rc_setref(&place, rc_newref(self));
    node_of(self)->right = rc_newref(self);
}

// The finalizer of a dead one, on a page where all is quiet, makes it live.
static void hold_resurrected(void)
{
    place = new_final(rc_newref(knot), NULL);
    finalized.then = save_self;
}

static void lose_resurrected(void)
{
    rc_object *dead = place;

    place = NULL;
    rc_decref(dead);
    assert_ptr_equal(place, dead);
    rc_clear(&place);
}

static void hold_in_dead_chain(void)
{
    rc_object *o = new_final(rc_newref(knot), NULL);

    for (int i = 0; i < 10; i++)
        o = new_node(o, i == 5 ? made(rc_list_new()) : NULL);
    place = o;
    finalized.then = save_self;
}

static void lose_at_end_of_chain(void)
{
    rc_object *chain = place;

    place = NULL;
    rc_decref(chain);
    rc_clear(&place);
}

static void make_a_knot(rc_object *self)
{
    (void)self;
    rc_decref(new_knot(rc_newref(knot)));
}

// The finalizer that makes new garbage runs in a collection.
static void hold_for_finalizer(void)
{
    place = new_final(NULL, rc_newref(knot));
    node_of(place)->left = rc_newref(place);
    finalized.then = make_a_knot;
}

static void lose_in_finalizer(void)
{
    rc_clear(&place);
    assert_int_equal(rc_gc_collect(), 1);
}

static void lose_knot(rc_object *self)
{
    (void)self;
    rc_decref(knot);
}

static void hold_for_loser(void)
{
    place = new_final(NULL, rc_newref(rc_none));
    node_of(place)->left = rc_newref(place);
    rc_incref(knot);
    finalized.then = lose_knot;
}

static void hold_frozen(void)
{
    rc_incref(knot);
    rc_gc_freeze();
}

static void lose_frozen(void)
{
    rc_decref(knot);
    assert_int_equal(rc_gc_collect(), 0);
    rc_gc_unfreeze();
}

static void hold_in_garbage(void)
{
    rc_object *o = new_knot(rc_newref(knot));

    rc_gc_set_debug(RC_GC_DEBUG_SAVEALL);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 1);
    rc_gc_set_debug(0);
}

static void lose_in_garbage(void)
{
    assert_int_equal(rc_list_clear(made(rc_gc_garbage())), 0);
}

static const struct way {
    const char *name;
    void (*hold)(void);
    void (*lose)(void);
} ways[] = {
    {"decref", hold_directly, lose_directly},
    {"clear", hold_in_slot, lose_by_clear},
    {"setref", hold_in_slot, lose_by_setref},
    {"list clear", hold_in_list, lose_by_list_clear},
    {"list set", hold_in_list, lose_by_list_set},
    {"list delete", hold_in_list, lose_by_list_delete},
    {"list pop", hold_in_list, lose_by_pop},
    {"pop into itself", hold_in_list, lose_by_pop_into_itself},
    {"assignment", hold_in_list, lose_by_assignment},
    {"list", hold_in_list, lose_with_holder},
    {"pop and push", hold_in_cycle_of_lists, lose_by_pop_push},
    {"pop and set", hold_in_cycle_of_lists, lose_by_pop_set},
    {"list of itself", hold_in_cycle_of_lists, lose_with_holder},
    {"dict clear", hold_in_dict, lose_by_dict_clear},
    {"dict delete", hold_in_dict, lose_by_dict_delete},
    {"dict set", hold_in_dict, lose_by_dict_set},
    {"dict pop into itself", hold_in_dict, lose_by_dict_pop},
    {"dict", hold_in_dict, lose_with_holder},
    {"set discard", hold_in_set, lose_by_set_discard},
    {"set clear", hold_in_set, lose_by_set_clear},
    {"set", hold_in_set, lose_with_holder},
    {"tuple set", hold_in_tuple, lose_by_tuple_set},
    {"tuple", hold_in_tuple, lose_with_holder},
    {"cell set", hold_in_cell, lose_by_cell_set},
    {"cell", hold_in_cell, lose_with_holder},
    {"attribute", hold_in_attr, lose_by_attr_delete},
    {"module", hold_in_attr, lose_with_holder},
    {"frame", hold_in_frame, lose_by_leave},
    {"slot of a large one", hold_in_giant, lose_in_giant},
    {"large ones", hold_in_giant, lose_with_holder},
    {"vector", hold_in_vector, lose_with_holder},
    {"several nodes", hold_among_others, lose_with_holder},
    {"weak reference", hold_by_weakref, lose_by_weakref},
    {"saved by a finalizer", hold_in_final, lose_saved},
    {"resurrected", hold_resurrected, lose_resurrected},
    {"resurrected in a chain", hold_in_dead_chain, lose_at_end_of_chain},
    {"made by a finalizer", hold_for_finalizer, lose_in_finalizer},
    {"lost by a finalizer", hold_for_loser, lose_in_finalizer},
    {"frozen", hold_frozen, lose_frozen},
    {"garbage", hold_in_garbage, lose_in_garbage},
};

// Collections before the knot is lost and after that, f = full, y = young; then
// the last one, which is full, must find it.
static void try_way(const struct way *way, const char *before,
                    const char *after)
{
    rc_object *mine = new_knot(NULL);

    knot = mine;
    place = NULL;
    way->hold();
    rc_decref(mine);
    for (; *before; before++)
        assert_int_equal(
            *before == 'f' ? rc_gc_collect() : rc_gc_collect_young(), 0);
    assert_true(rc_exists(rc_id(mine)));
    way->lose();
    for (; *after; after++)
        rc_gc_collect_young();
    rc_gc_collect();
    assert_false(rc_exists(rc_id(mine)));
    finalized.then = NULL;
    rc_clear(&place);
}

static void test_ways_to_lose(void **state)
{
    static const struct {
        const char *before, *after;
    } orders[] = {
        {"", ""},  {"f", ""},  {"ff", ""}, {"fy", ""},   {"yf", ""},
        {"y", ""}, {"f", "y"}, {"y", "y"}, {"fy", "yy"}, {"", "y"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(ways); i++) {
        for (size_t k = 0; k < LENGTH(orders); k++) {
            print_message("%s, %s-%s\n", ways[i].name, orders[k].before,
                          orders[k].after);
            try_way(&ways[i], orders[k].before, orders[k].after);
        }
    }
}

// ---- nothing lives ----

struct wide {
    struct node node;
    rc_object *more[10];
};

static rc_type wide_type = {
    .name = "wide", .size = sizeof(struct wide), .slots = node_slots};

static rc_object *wide;

static void hang_on_wide(rc_object *self)
{
    (void)self;
    rc_setref(&node_of(wide)->right, new_node(made(rc_int_new(12345)), NULL));
}

// Where nothing but garbage is, the dead need not release each other; but what
// a finalizer has hung on one of them.
static void test_only_garbage(void **state)
{
    (void)state;
    assert_int_equal(rc_type_ready(&wide_type), 0);
    for (int i = 0; i < 3; i++) {
        rc_object *o = new_final(NULL, NULL);

        wide = made(rc_new(&wide_type));
        node_of(wide)->left = rc_newref(o);
        node_of(o)->left = wide;
        finalized.then = hang_on_wide;
        rc_decref(o);
        assert_int_equal(rc_gc_collect(), 2);
        finalized.then = NULL;
        assert_int_equal(live_objects(), 0);
    }
}

// ---- callbacks ----

struct heard {
    char phases[64];
    struct rc_gc_info last;
};

static void hear(enum rc_gc_phase phase, const struct rc_gc_info *info,
                 void *arg)
{
    struct heard *heard = arg;
    size_t n = strlen(heard->phases);

    assert_int_equal(rc_gc_collect(), 0); // not from here
    heard->phases[n] = phase == RC_GC_START ? 's' : 'e';
    heard->phases[n + 1] = '\0';
    heard->last = *info;
}

static void make_noise(enum rc_gc_phase phase, const struct rc_gc_info *info,
                       void *arg)
{
    (void)phase;
    (void)info;
    (void)arg;
    rc_decref(new_knot(NULL));
    rc_decref(new_giant(new_node(NULL, NULL), NULL));
}

static void test_callbacks(void **state)
{
    struct heard a = {.phases = ""}, b = {.phases = ""};
    rc_object *keep = new_knot(NULL), *garbage = new_knot(NULL);

    (void)state;
    assert_int_equal(rc_gc_callback_add(hear, &a), 0);
    assert_int_equal(rc_gc_callback_add(hear, &b), 0);
    rc_decref(garbage);
    assert_int_equal(rc_gc_collect(), 1);
    assert_string_equal(a.phases, "se");
    assert_string_equal(b.phases, "se");
    assert_true(a.last.is_full);
    assert_int_equal(a.last.collected, 1);
    assert_int_equal(a.last.uncollectable, 0);
    assert_int_equal(rc_gc_collect(), 0); // skipped: nobody hears of it
    assert_string_equal(a.phases, "se");
    assert_true(rc_gc_callback_remove(hear, &a));
    assert_false(rc_gc_callback_remove(hear, &a));
    assert_false(rc_gc_callback_remove(make_noise, &b));
    rc_decref(keep);
    assert_int_equal(rc_gc_collect_young(), 1);
    assert_string_equal(a.phases, "se");
    assert_string_equal(b.phases, "sese");
    assert_false(b.last.is_full);
    assert_true(rc_gc_callback_remove(hear, &b));
    assert_false(rc_gc_callback_remove(hear, &b));
}

static void test_too_many_callbacks(void **state)
{
    static char args[100];
    size_t n = 0;

    (void)state;
    while (n < LENGTH(args) && rc_gc_callback_add(make_noise, &args[n]) == 0)
        n++;
    assert_in_range(n, 1, LENGTH(args) - 1);
    assert_error(RC_ERROR_STATE);
    while (n--)
        assert_true(rc_gc_callback_remove(make_noise, &args[n]));
}

// What a callback makes and loses is found by the next run.
static void test_noisy_callback(void **state)
{
    rc_object *garbage = new_knot(NULL);

    (void)state;
    assert_int_equal(rc_gc_callback_add(make_noise, NULL), 0);
    rc_decref(garbage);
    assert_int_equal(rc_gc_collect(), 2); // and what the first call has made
    assert_int_equal(live_objects(), 1);
    assert_true(rc_gc_callback_remove(make_noise, NULL));
    assert_int_equal(rc_gc_collect(), 1);
}

// ---- stats ----

static void test_stats(void **state)
{
    rc_object *o = new_knot(NULL);
    struct rc_gc_stats s;

    (void)state;
    for (int i = 0; i < 1000; i++)
        o = new_knot(o);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 1001);
    s = stats_now();
    assert_int_equal(s.collected, 1001);
    assert_int_equal(s.resurrected, 0);
    assert_int_equal(s.uncollectable, 0);
    if (!is_stressed()) {
        assert_int_equal(s.full_runs, 1);
        assert_int_equal(s.last_visited, 1001);
    }
    assert_true(s.total_ns >= s.last_ns);
    assert_true(s.longest_ns >= s.last_ns);
    assert_int_equal(rc_gc_count(), 0);
}

// ---- frozen ----

static void test_freeze(void **state)
{
    rc_object *old = new_knot(new_giant(NULL, NULL)), *lost = new_knot(NULL);
    rc_object *lone = new_node(NULL, new_giant(NULL, NULL)), *young, *reached;

    (void)state;
    assert_int_equal(rc_gc_frozen_count(), 0);
    rc_gc_freeze();
    assert_int_equal(rc_gc_frozen_count(), 5);
    rc_gc_freeze();
    assert_int_equal(rc_gc_frozen_count(), 5);
    rc_decref(lost);
    assert_int_equal(rc_gc_collect(), 0);
    assert_true(rc_exists(rc_id(lost)));
    rc_decref(lone); // counts are counts
    assert_false(rc_exists(rc_id(lone)));
    assert_int_equal(rc_gc_frozen_count(), 3);
    reached = new_knot(NULL);
    rc_setref(&node_of(node_of(old)->right)->left, reached);
    young = new_knot(rc_newref(reached));
    rc_decref(young);
    assert_int_equal(rc_gc_collect(), 1);
    assert_count(reached, 2);
    rc_decref(old); // garbage on both sides now
    assert_int_equal(rc_gc_collect(), 0);
    rc_gc_unfreeze();
    assert_int_equal(rc_gc_frozen_count(), 0);
    assert_int_equal(rc_gc_collect(), 4);
    assert_int_equal(live_objects(), 0);
}

// Nothing is made on frozen pages; their free slots are used again later.
static void test_frozen_pages(void **state)
{
    enum { NODES = 5000 };
    rc_object **nodes = calloc(NODES, sizeof(*nodes)), *list;
    struct rc_pool_stats stats;
    size_t pages;

    (void)state;
    for (size_t i = 0; i < NODES; i++)
        nodes[i] = new_node(NULL, NULL);
    rc_gc_freeze();
    for (size_t i = 0; i < NODES; i += 2)
        rc_decref(nodes[i]);
    list = made(rc_list_new());
    for (int i = 0; i < 100; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
    rc_gc_unfreeze();
    rc_decref(list);
    rc_gc_collect();
    rc_pool_stats(&stats);
    pages = stats.pages;
    for (size_t i = 0; i < NODES; i += 2)
        nodes[i] = new_node(NULL, NULL);
    rc_pool_stats(&stats);
    if (!IS_AUDITED)
        assert_in_range(stats.pages, pages, pages + 1);
    rc_gc_freeze();
    for (size_t i = 0; i < NODES; i++)
        rc_decref(nodes[i]); // pages that are frozen and empty
    rc_gc_unfreeze();
    assert_int_equal(live_objects(), 0);
    for (size_t i = 0; i < NODES; i++)
        nodes[i] = new_node(NULL, NULL);
    for (size_t i = 0; i < NODES; i++)
        rc_decref(nodes[i]);
    free(nodes);
}

// ---- what is a container ----

static void test_is_tracked(void **state)
{
    rc_object *cls = made(rc_class_new("C", NULL));
    const struct {
        rc_object *o;
        bool is_tracked;
    } cases[] = {
        {made(rc_int_new(123456)), false},
        {made(rc_float_new(1.5)), false},
        {made(rc_str_new("some text")), false},
        {made(rc_list_new()), true},
        {made(rc_dict_new()), true},
        {made(rc_set_new()), true},
        {made(rc_tuple_pack(1, rc_none)), true},
        {made(rc_tuple_new(500)), true},
        {made(rc_cell_new(NULL)), true},
        {made(rc_instance_new(cls)), true},
        {made(rc_module_new("m")), true},
        {made(rc_builtin_new("b", NULL, NULL)), true},
        {made(rc_weakref_new(cls, NULL)), true},
        {new_giant(NULL, NULL), true},
        {new_vector(1), true},
        {rc_newref(rc_none), false},
        {cls, true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        print_message("%s\n", rc_type_name(cases[i].o));
        assert_int_equal(rc_gc_is_tracked(cases[i].o), cases[i].is_tracked);
        assert_false(rc_gc_is_finalized(cases[i].o));
    }
    for (size_t i = 0; i < LENGTH(cases); i++)
        rc_decref(cases[i].o);
}

// ---- debug ----

// What a collection with these flags writes to stderr.
static void assert_says(unsigned flags, const char *expected)
{
    char text[4096] = "";
    FILE *out = tmpfile();
    int saved;
    size_t n;

    assert_non_null(out);
    fflush(stderr);
    saved = dup(2);
    dup2(fileno(out), 2);
    rc_gc_set_debug(flags);
    rc_gc_collect();
    rc_gc_set_debug(0);
    fflush(stderr);
    dup2(saved, 2);
    close(saved);
    rewind(out);
    n = fread(text, 1, sizeof(text) - 1, out);
    text[n] = '\0';
    fclose(out);
    print_message("%s", text);
    assert_non_null(strstr(text, expected));
}

static void test_debug(void **state)
{
    rc_object *o = new_knot(NULL);

    (void)state;
    assert_int_equal(rc_gc_debug(), 0);
    rc_decref(o);
    assert_says(RC_GC_DEBUG_STATS, "1 collected, 0 uncollectable");
    o = new_knot(NULL);
    rc_decref(o);
    assert_says(RC_GC_DEBUG_COLLECTABLE, "collectable <node at 0x");
    rc_gc_set_legacy_finalizers(true);
    o = new_final(NULL, NULL);
    node_of(o)->left = rc_newref(o);
    rc_decref(o);
    assert_says(RC_GC_DEBUG_UNCOLLECTABLE, "uncollectable <final at 0x");
    rc_gc_set_legacy_finalizers(false);
}

// ---- without memory ----

#ifdef RC_AUDIT

// Counts above a byte, a deep mark: a run that cannot have its tables finds
// less, frees nothing that lives, and a later one finds all.
static void test_no_memory(void **state)
{
    rc_object *hub = new_node(NULL, NULL), *list = made(rc_list_new());
    rc_object *alive = new_node(NULL, NULL), *o = alive;

    (void)state;
    for (int i = 0; i < 600; i++)
        assert_int_equal(rc_list_push(list, new_node(rc_newref(hub), NULL)), 0);
    rc_setref(&node_of(hub)->left, list);
    for (int i = 0; i < 300; i++)
        o = node_of(o)->left = new_node(NULL, NULL);
    rc_decref(hub);
    for (uint64_t n = 1; n < 5; n++) {
        size_t found;

        print_message("allocation %d fails\n", (int)n);
        rc_audit_fail_alloc(n, true);
        found = rc_gc_collect();
        rc_audit_fail_alloc(0, false);
        assert_true(found == 0 || found == 602);
        assert_int_equal(rc_error_code(), RC_OK);
        assert_count(alive, 1);
    }
    rc_gc_collect();
    assert_false(rc_exists(rc_id(hub)));
    rc_decref(alive);
}

static rc_object *new_tree(int depth)
{
    if (depth == 0)
        return NULL;
    return new_node(new_tree(depth - 1), new_tree(depth - 1));
}

// What lives is found in good time, also against the order of address.
static void test_no_memory_to_mark(void **state)
{
    rc_object *chain = new_tree(is_stressed() ? 8 : 15), *list;

    (void)state;
    list = made(rc_list_new());
    for (int i = 0; i < 3000; i++)
        assert_int_equal(rc_list_push(list, new_node(NULL, NULL)), 0);
    chain = new_node(chain, list);
    for (size_t i = 0; i < scaled(100000); i++)
        chain = new_node(chain, NULL);
    rc_gc_collect();
    rc_decref(new_knot(NULL));
    rc_audit_fail_alloc(1, true);
    assert_int_equal(rc_gc_collect(), 1);
    rc_audit_fail_alloc(0, false);
    rc_decref(chain);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_thresholds),
        TEST(test_short_lives),
        TEST(test_disabled),
        TEST(test_full_runs),
        TEST(test_cycle_across),
        TEST(test_cycle_across_touched),
        TEST(test_young_dead_hold_old),
        TEST(test_young_runs_look_at_little),
        TEST(test_idle),
        TEST(test_ways_to_lose),
        TEST(test_only_garbage),
        TEST(test_callbacks),
        TEST(test_too_many_callbacks),
        TEST(test_noisy_callback),
        TEST(test_stats),
        TEST(test_freeze),
        TEST(test_frozen_pages),
        TEST(test_is_tracked),
        TEST(test_debug),
#ifdef RC_AUDIT
        TEST(test_no_memory),
        TEST(test_no_memory_to_mark),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
