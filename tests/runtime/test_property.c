// test_property.c - random programs against a model of what must be alive.
//
// The model knows which things the program holds and which of them hold which.
// After each step the counts of the runtime must be the model's; after a full
// collection exactly what is reachable must be left, after a young one at least
// that, and nothing of it may be broken. Each program is one sequence of random
// numbers, so that the seed that is printed shows it again.

#include "support.h"

enum kind { NODE, MOURNER, GIANT, VECTOR, LIST, DICT, TUPLE, WEAK, KINDS };

enum { EDGES = 6, THINGS = 250, NONE = -1 };

// How many fields a kind has for others; a list has those that are in use.
static const int slots_of[KINDS] = {
    [NODE] = 2,     [MOURNER] = 2,  [GIANT] = 2, [VECTOR] = EDGES,
    [LIST] = EDGES, [DICT] = EDGES, [TUPLE] = 3, [WEAK] = 0,
};

struct thing {
    rc_object *o;
    enum kind kind;
    bool exists, is_reachable, is_frozen, is_finalized;
    bool was_unreachable; // before the step
    bool has_callback;    // a weak reference
    bool is_called;       // in this step
    size_t held;          // references of the program
    size_t count;
    int edges[EDGES];
    int target; // of a weak reference; NONE: dead
};

static struct {
    struct thing things[THINGS];
    uint64_t seed;
    size_t step;
    rc_object *callback;
    size_t kinds;
    bool runs_by_itself; // collections, when something is made
    bool is_dense;       // collections
    bool saves;          // finalizers may make their objects live again
    size_t base;         // live objects that are none of the things
} world;

#define REQUIRE(condition)                                                     \
    do {                                                                       \
        if (!(condition)) {                                                    \
            print_error("seed %llu, step %zu\n",                               \
                        (unsigned long long)world.seed, world.step);           \
            assert_true(condition);                                            \
        }                                                                      \
    } while (0)

static size_t pick(size_t n)
{
    return (size_t)((next_chance() >> 8) % n);
}

static struct thing *thing_at(int i)
{
    return &world.things[i];
}

static int index_of(const rc_object *o)
{
    for (int i = 0; i < THINGS; i++) {
        if (world.things[i].exists && world.things[i].o == o)
            return i;
    }
    return NONE;
}

// ---- a node that knows which thing it is ----

struct mourner {
    struct node node;
    int index;
};

// Nodes of many sizes lie on many pages.
enum { SIZES = 12, STEP = 16 };
static rc_type tailed_type = {.name = "tailed",
                              .size = sizeof(struct node),
                              .item_size = STEP,
                              .slots = node_slots};

static void mourner_finalize(rc_object *self)
{
    struct thing *t = thing_at(((struct mourner *)(void *)self)->index);

    REQUIRE(t->o == self && !t->is_finalized);
    t->is_finalized = true;
    if (world.saves && pick(2)) {
        t->held++;
        rc_incref(self);
    }
}

static rc_type mourner_type = {.name = "mourner",
                               .size = sizeof(struct mourner),
                               .item_size = STEP,
                               .slots = node_slots,
                               .finalize = mourner_finalize};

static rc_object *called(rc_object *self, rc_object *args)
{
    int i = index_of(rc_tuple_at(args, 0));

    (void)self;
    REQUIRE(i != NONE && thing_at(i)->kind == WEAK && !thing_at(i)->is_called);
    REQUIRE(!rc_weakref_get(thing_at(i)->o));
    thing_at(i)->is_called = true;
    return rc_newref(rc_none);
}

// ---- the model ----

static void count_all(void)
{
    for (int i = 0; i < THINGS; i++)
        thing_at(i)->count = thing_at(i)->held;
    for (int i = 0; i < THINGS; i++) {
        for (int e = 0; thing_at(i)->exists && e < EDGES; e++) {
            if (thing_at(i)->edges[e] != NONE)
                thing_at(thing_at(i)->edges[e])->count++;
        }
    }
}

static void end_thing(struct thing *t)
{
    REQUIRE(t->kind != MOURNER || t->is_finalized);
    t->exists = false;
}

// What nobody holds any more is gone, and so what it alone held.
static void end_uncounted(void)
{
    bool is_done = false;

    count_all();
    while (!is_done) {
        is_done = true;
        for (int i = 0; i < THINGS; i++) {
            struct thing *t = thing_at(i);

            if (!t->exists || t->count)
                continue;
            is_done = false;
            end_thing(t);
            for (int e = 0; e < EDGES; e++) {
                if (t->edges[e] != NONE)
                    thing_at(t->edges[e])->count--;
            }
        }
    }
}

static void reach(int first)
{
    int stack[THINGS], n = 0;

    stack[n++] = first;
    thing_at(first)->is_reachable = true;
    while (n) {
        const struct thing *t = thing_at(stack[--n]);

        for (int e = 0; e < EDGES; e++) {
            int to = t->edges[e];

            if (to == NONE || thing_at(to)->is_reachable)
                continue;
            thing_at(to)->is_reachable = true;
            stack[n++] = to;
        }
    }
}

static void reach_all(void)
{
    for (int i = 0; i < THINGS; i++)
        thing_at(i)->is_reachable = false;
    for (int i = 0; i < THINGS; i++) {
        const struct thing *t = thing_at(i);

        if (t->exists && (t->held || t->is_frozen) && !t->is_reachable)
            reach(i);
    }
}

// ---- comparing ----

static void check_weak(struct thing *w)
{
    rc_object *o = rc_weakref_get(w->o);
    struct thing *t = w->target == NONE ? NULL : thing_at(w->target);

    if (t && t->exists && t->was_unreachable && !o)
        w->target = NONE; // it was saved, or not looked at
    else
        REQUIRE(o == (t && t->exists ? t->o : NULL));
    if (t && !w->was_unreachable)
        REQUIRE(w->is_called == (!o && w->has_callback));
    if (!o)
        w->target = NONE;
    w->is_called = false;
    rc_xdecref(o);
}

static void check_counts(void)
{
    size_t n = 0;

    count_all();
    for (int i = 0; i < THINGS; i++) {
        struct thing *t = thing_at(i);

        if (!t->exists)
            continue;
        n++;
        REQUIRE(rc_count_at(rc_id(t->o)) == (int64_t)t->count);
        if (t->kind == WEAK)
            check_weak(t);
    }
    REQUIRE(live_objects() == world.base + n);
}

static void begin_step(void)
{
    world.step++;
    reach_all();
    for (int i = 0; i < THINGS; i++)
        thing_at(i)->was_unreachable =
            thing_at(i)->exists && !thing_at(i)->is_reachable;
}

// After a full collection. Returns how many are gone.
static size_t end_full(void)
{
    size_t n = 0;

    reach_all();
    for (int i = 0; i < THINGS; i++) {
        struct thing *t = thing_at(i);

        if (!t->exists || t->is_reachable)
            continue;
        REQUIRE(!rc_exists(rc_id(t->o)));
        end_thing(t);
        n++;
    }
    return n;
}

// After a collection that may have looked at anything: what is gone was not
// reachable, and nobody who is left refers to it. `newborn` may lie where
// something was.
static void end_some(const rc_object *newborn)
{
    reach_all();
    for (int i = 0; i < THINGS; i++) {
        struct thing *t = thing_at(i);

        if (!t->exists || t->is_reachable)
            continue;
        if (!rc_exists(rc_id(t->o)) || t->o == newborn)
            end_thing(t);
    }
    for (int i = 0; i < THINGS; i++) {
        const struct thing *t = thing_at(i);

        for (int e = 0; t->exists && e < EDGES; e++)
            REQUIRE(t->edges[e] == NONE || thing_at(t->edges[e])->exists);
    }
}

// Also calls that a step leads to make things: then a collection may run at any
// time.
static void end_step(void)
{
    if (world.runs_by_itself)
        end_some(NULL);
    end_uncounted(); // also what the collected alone held, and was frozen
    check_counts();
}

// ---- choosing ----

static int any_held(void)
{
    size_t first = pick(THINGS);

    for (size_t i = 0; i < THINGS; i++) {
        int k = (int)((first + i) % THINGS);

        if (thing_at(k)->exists && thing_at(k)->held)
            return k;
    }
    return NONE;
}

// Some steps from one that is held.
static int any_reachable(void)
{
    int at = any_held();

    for (size_t steps = pick(6); at != NONE && steps; steps--) {
        int to = thing_at(at)->edges[pick(EDGES)];

        at = to == NONE ? at : to;
    }
    return at;
}

static int any_free(void)
{
    size_t first = pick(THINGS);

    for (size_t i = 0; i < THINGS; i++) {
        int k = (int)((first + i) % THINGS);

        if (!thing_at(k)->exists)
            return k;
    }
    return NONE;
}

static int length_of(const struct thing *t)
{
    int n = 0;

    while (n < EDGES && t->edges[n] != NONE)
        n++;
    return n;
}

// ---- steps ----

static rc_object *new_tuple(const int edges[EDGES])
{
    rc_object *items[3];

    for (int i = 0; i < 3; i++)
        items[i] = edges[i] == NONE ? rc_none : thing_at(edges[i])->o;
    return made(rc_tuple_pack(3, items[0], items[1], items[2]));
}

static rc_object *new_object(const struct thing *t)
{
    switch (t->kind) {
    case NODE:
        return made(rc_new_sized(&tailed_type, pick(SIZES)));
    case MOURNER:
        return made(rc_new_sized(&mourner_type, pick(SIZES)));
    case GIANT:
        return new_giant(NULL, NULL);
    case VECTOR:
        return new_vector(EDGES);
    case LIST:
        return made(rc_list_new());
    case DICT:
        return made(rc_dict_new());
    case TUPLE:
        return new_tuple(t->edges);
    default:
        return made(rc_weakref_new(thing_at(t->target)->o,
                                   t->has_callback ? world.callback : NULL));
    }
}

static void make(void)
{
    enum kind kind = (enum kind)pick(world.kinds);
    int i = any_free(), target = any_reachable();
    struct thing t = {.kind = kind, .exists = true, .held = 1, .target = NONE};

    if (i == NONE || (kind == WEAK && target == NONE))
        return;
    for (int e = 0; e < EDGES; e++)
        t.edges[e] = kind == TUPLE && e < 3 && pick(2) ? any_reachable() : NONE;
    t.target = kind == WEAK ? target : NONE;
    t.has_callback = pick(2);
    t.o = new_object(&t);
    if (kind == MOURNER)
        ((struct mourner *)(void *)t.o)->index = i;
    if (world.runs_by_itself)
        end_some(t.o);
    *thing_at(i) = t;
}

// A field that holds one reference; nothing is touched but what is decref'd.
static void assign(rc_object **field, rc_object *o)
{
    rc_object *old = *field;

    rc_xincref(o);
    *field = o;
    rc_xdecref(old);
}

static rc_object **field_of(const struct thing *t, int e)
{
    if (t->kind == VECTOR)
        return &vector_of(t->o)->items[e];
    return e ? &node_of(t->o)->right : &node_of(t->o)->left;
}

static void store_in_list(struct thing *t, int to)
{
    int n = length_of(t), at = (int)pick((size_t)n + 1);
    rc_object *o = thing_at(to)->o;

    if (n == EDGES || (n && pick(2))) {
        at = (int)pick((size_t)n);
        REQUIRE(rc_list_set(t->o, at, rc_newref(o)) == 0);
        t->edges[at] = to;
        return;
    }
    REQUIRE((at == n ? rc_list_append(t->o, o) : rc_list_insert(t->o, at, o))
            == 0);
    memmove(t->edges + at + 1, t->edges + at, sizeof(int) * (size_t)(n - at));
    t->edges[at] = to;
}

static void store(struct thing *t, int to)
{
    int e = (int)pick((size_t)slots_of[t->kind]);

    if (t->kind == LIST) {
        store_in_list(t, to);
        return;
    }
    t->edges[e] = to;
    if (t->kind == DICT)
        REQUIRE(rc_dict_set(t->o, made(rc_int_new(e)), thing_at(to)->o) == 0);
    else
        assign(field_of(t, e), thing_at(to)->o);
}

static bool can_change(const struct thing *t)
{
    return t->kind != TUPLE && t->kind != WEAK;
}

static void link_two(void)
{
    int from = any_reachable(), to = any_reachable();

    if (from != NONE && can_change(thing_at(from)))
        store(thing_at(from), to);
}

static void remove_from_list(struct thing *t, int at)
{
    int n = length_of(t);

    if (at >= n)
        return;
    if (pick(3) == 0) {
        for (int e = 0; e < n; e++)
            t->edges[e] = NONE;
        REQUIRE(rc_list_clear(t->o) == 0);
        return;
    }
    memmove(t->edges + at, t->edges + at + 1,
            sizeof(int) * (size_t)(n - at - 1));
    t->edges[n - 1] = NONE;
    if (pick(2))
        REQUIRE(rc_list_delete(t->o, at, at + 1) == 0);
    else
        rc_decref(made(rc_list_pop_at(t->o, at)));
}

static void unlink_two(void)
{
    int from = any_reachable(), e;
    struct thing *t;

    if (from == NONE || !can_change(thing_at(from)))
        return;
    t = thing_at(from);
    e = (int)pick((size_t)slots_of[t->kind]);
    if (t->edges[e] == NONE)
        return;
    if (t->kind == LIST) {
        remove_from_list(t, e);
        return;
    }
    t->edges[e] = NONE;
    if (t->kind == DICT)
        REQUIRE(rc_dict_delete(t->o, made(rc_int_new(e))) == 0);
    else
        rc_clear(field_of(t, e));
}

// A reference is taken out of a list and put into a field, without a count.
static void move(void)
{
    int from = any_reachable(), to = any_reachable();
    struct thing *f, *t;
    int n, e, moved;

    if (from == NONE)
        return;
    f = thing_at(from);
    t = thing_at(to);
    n = length_of(f);
    if (f->kind != LIST || n == 0 || !can_change(t) || t->kind == LIST
        || t->kind == DICT)
        return;
    e = (int)pick((size_t)slots_of[t->kind]);
    moved = f->edges[n - 1];
    f->edges[n - 1] = NONE;
    t->edges[e] = moved;
    rc_setref(field_of(t, e), made(rc_list_pop(f->o)));
}

static void take(void)
{
    int i = any_reachable();

    if (i == NONE)
        return;
    thing_at(i)->held++;
    rc_incref(thing_at(i)->o);
}

static void drop(void)
{
    int i = any_held();

    if (i == NONE)
        return;
    thing_at(i)->held--;
    rc_decref(thing_at(i)->o);
}

// Also what nobody can reach any more is there until it is collected.
static void take_weakly(void)
{
    int i = any_reachable();
    rc_object *o;

    if (i == NONE || thing_at(i)->kind != WEAK)
        return;
    o = rc_weakref_get(thing_at(i)->o);
    REQUIRE(!o == (thing_at(i)->target == NONE));
    if (o)
        thing_at(thing_at(i)->target)->held++;
}

static void freeze(void)
{
    rc_gc_freeze();
    for (int i = 0; i < THINGS; i++)
        thing_at(i)->is_frozen = thing_at(i)->exists;
}

static void unfreeze(void)
{
    rc_gc_unfreeze();
    for (int i = 0; i < THINGS; i++)
        thing_at(i)->is_frozen = false;
}

static void collect_full(void)
{
    size_t n = rc_gc_collect();
    size_t gone = end_full();

    REQUIRE(n == gone);
}

static void collect_young(void)
{
    rc_gc_collect_young();
    end_some(NULL);
}

static const struct {
    void (*run)(void);
    size_t share; // of all steps
} steps[] = {
    {make, 20},    {link_two, 30},    {unlink_two, 12},   {move, 6},
    {take, 6},     {drop, 24},        {take_weakly, 2},   {freeze, 1},
    {unfreeze, 3}, {collect_full, 3}, {collect_young, 4},
};

static void (*any_step(void))(void)
{
    size_t all = 0, choice;

    for (size_t i = 0; i < LENGTH(steps); i++)
        all += steps[i].share;
    choice = pick(all);
    for (size_t i = 0;; i++) {
        if (choice < steps[i].share)
            return steps[i].run;
        choice -= steps[i].share;
    }
}

// At times every other step is a collection: then little happens in between,
// and what the collector need not look at is wrong if anything is.
static void take_step(void)
{
    void (*run)(void) = any_step();

    if (pick(60) == 0)
        world.is_dense = !world.is_dense;
    if (world.is_dense && pick(2))
        run = pick(3) ? collect_full : collect_young;
    begin_step();
    run();
    end_step();
}

// ---- a program ----

static void end_program(void)
{
    world.saves = false;
    unfreeze();
    for (int i = 0; i < THINGS; i++) {
        while (thing_at(i)->exists && thing_at(i)->held) {
            begin_step();
            thing_at(i)->held--;
            rc_decref(thing_at(i)->o);
            end_step();
        }
    }
    begin_step();
    collect_full();
    end_uncounted();
    REQUIRE(live_objects() == world.base);
}

static void run_program(uint64_t seed, size_t length)
{
    memset(&world, 0, sizeof(world));
    for (int i = 0; i < THINGS; i++) {
        for (int e = 0; e < EDGES; e++)
            thing_at(i)->edges[e] = NONE;
    }
    world.seed = seed;
    chance = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
    world.saves = seed % 2;
    // Asking weak references gives references back: most programs have none,
    // so that the collector finds that nothing has happened.
    world.kinds = seed % 4 == 3 ? KINDS : WEAK;
    world.runs_by_itself = is_stressed() || seed % 3 == 0;
    world.callback = made(rc_builtin_new("called", called, NULL));
    world.base = live_objects();
    rc_gc_enable();
    rc_gc_set_threshold(world.runs_by_itself ? 1 + pick(40) : 0, 3);
    while (world.step < length)
        take_step();
    end_program();
    rc_clear(&world.callback);
}

static int setup(void **state)
{
    if (begin_runtime(state) < 0 || rc_type_ready(&tailed_type) < 0)
        return -1;
    return rc_type_ready(&mourner_type);
}

// TEST_SEED=N in the environment runs that program only.
static void test_programs(void **state)
{
    const char *only = getenv("TEST_SEED");
    uint64_t programs = IS_SANITIZED || IS_AUDITED ? 10 : 40;

    (void)state;
    if (only) {
        run_program(strtoull(only, NULL, 10), 3000);
        return;
    }
    for (uint64_t seed = 0; seed < programs; seed++)
        run_program(seed, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_programs, setup, end_runtime),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
