// fuzz_runtime.c - any bytes -> a program of calls of the runtime.
//
// Each byte chooses a call, the next ones its operands among a few registers,
// which may hold anything: wrong types are errors, never crashes. Finalizers,
// callbacks of weak references, functions, and the equality and hash of one
// type run the next calls of the input in the midst of the one that is under
// way. Allocations may be made to fail. The audit stops at the first mistake;
// beyond that, each call that fails has set an error and each that succeeds has
// not, handles agree with the heap, and when everything is given back nothing
// is alive.

#include "rc/rc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum {
    REGISTERS = 12,
    CALLS_MOST = 3000, // of one input
    NESTED_MOST = 4,
    NESTED_CALLS = 3,  // that code in between makes
    LENGTH_MOST = 500, // of what may be doubled
    PATHS_MOST = 500,  // within what is shown or compared
};

static struct {
    const uint8_t *at, *end;
    rc_object *registers[REGISTERS];
    struct rc_handle handles[2];
    struct rc_snapshot *snapshots[2];
    int calls, nested;
} vm;

static FILE *nowhere;

static void check(bool holds)
{
    if (!holds)
        abort();
}

static unsigned next_byte(void)
{
    return vm.at < vm.end ? *vm.at++ : 0;
}

static unsigned below(size_t n)
{
    return next_byte() % (unsigned)n;
}

// The object of a register, held for the call: code in between may change the
// register. none where there is none.
static rc_object *take(void)
{
    rc_object *o = vm.registers[below(REGISTERS)];

    return rc_newref(o ? o : rc_none);
}

// Takes over o, which may be NULL.
static void put(rc_object *o)
{
    rc_setref(&vm.registers[below(REGISTERS)], o);
}

static void put_borrowed(rc_object *o)
{
    put(o ? rc_newref(o) : NULL);
}

static const char *some_name(void)
{
    static const char *const names[] = {"x",    "y",        "init", "finalize",
                                        "me",   "a longer", "",     "__name__",
                                        "\xff", "\xc3\xbc"};

    return names[below(LENGTH(names))];
}

static int64_t some_number(void)
{
    static const int64_t numbers[] = {0,   1,    -1,  2,         3,         -6,
                                      257, 1000, 255, INT64_MAX, INT64_MIN, 7};

    return numbers[below(LENGTH(numbers))];
}

// What a call says must fit the error that is set.
static void check_error(bool is_done)
{
    check(is_done == (rc_error_code() == RC_OK));
    rc_error_clear();
}

static rc_object *checked(rc_object *o)
{
    check_error(o != NULL);
    return o;
}

// ---- code that runs in between ----

static void run_calls(int n);

static void run_in_between(void)
{
    enum rc_error error = rc_error_code();

    if (vm.nested == NESTED_MOST)
        return;
    vm.nested++;
    rc_error_clear();
    run_calls(NESTED_CALLS);
    rc_error_clear();
    if (error)
        rc_error_set(error, "as before");
    vm.nested--;
}

static rc_object *run_function(rc_object *self, rc_object *args)
{
    rc_object *o;

    (void)self;
    run_in_between();
    if (next_byte() % 8 == 0) {
        rc_error_set(RC_ERROR_USER, "a function fails");
        return NULL;
    }
    o = rc_tuple_at(args, 0);
    rc_error_clear();
    return rc_newref(o ? o : rc_none);
}

struct odd {
    rc_object head;
    rc_object *left, *right;
};
static const uint16_t odd_slots[] = {offsetof(struct odd, left),
                                     offsetof(struct odd, right), 0};

static void odd_finalize(rc_object *self)
{
    run_in_between();
    if (next_byte() % 4 == 3)
        put_borrowed(self); // it lives again
}

static int odd_hash(rc_object *self, uint64_t *ret_hash)
{
    (void)self;
    run_in_between();
    *ret_hash = 1;
    return 0;
}

static int odd_equal(rc_object *a, rc_object *b)
{
    (void)a;
    (void)b;
    run_in_between();
    return next_byte() & 1;
}

static rc_type odd_type = {.name = "odd",
                           .size = sizeof(struct odd),
                           .slots = odd_slots,
                           .finalize = odd_finalize,
                           .hash = odd_hash,
                           .equal = odd_equal};

// The same with a traverse of its own, and items behind it.
static int vector_traverse(rc_object *self, rc_visit visit, void *arg)
{
    struct odd *o = (struct odd *)(void *)self;
    int r = o->left ? visit(o->left, arg) : 0;

    return !r && o->right ? visit(o->right, arg) : r;
}

static void vector_clear(rc_object *self)
{
    struct odd *o = (struct odd *)(void *)self;

    rc_clear(&o->left);
    rc_clear(&o->right);
}

static rc_type vector_type = {.name = "vector",
                              .size = sizeof(struct odd),
                              .item_size = 16,
                              .traverse = vector_traverse,
                              .clear = vector_clear};

// ---- what would take too long ----

struct paths {
    size_t n, depth;
    const rc_object *within[RC_MAX_DEPTH];
};

static int count_paths(rc_object *o, struct paths *p);

static int count_edge(rc_object *from, rc_object *to, const char *label,
                      void *arg)
{
    (void)from;
    (void)label;
    return count_paths(to, arg);
}

static int count_paths(rc_object *o, struct paths *p)
{
    int r;

    if (++p->n > PATHS_MOST || p->depth == LENGTH(p->within))
        return 1;
    for (size_t i = 0; i < p->depth; i++) {
        if (p->within[i] == o)
            return 0;
    }
    p->within[p->depth++] = o;
    r = rc_edges(o, count_edge, p);
    p->depth--;
    return r;
}

// Shared parts are shown and compared each time they are met.
static bool is_small(rc_object *o)
{
    struct paths paths = {.n = 0};

    return count_paths(o, &paths) == 0;
}

static bool is_short(rc_object *o)
{
    int64_t n = rc_length(o);

    rc_error_clear();
    return n < LENGTH_MOST;
}

// ---- calls, by what they take and give ----

#define NAMED(f) .name = #f, .call = f

static void call_new_0(void)
{
    static const struct {
        const char *name;
        rc_object *(*call)(void);
    } calls[] = {{NAMED(rc_list_new)},
                 {NAMED(rc_dict_new)},
                 {NAMED(rc_set_new)},
                 {NAMED(rc_gc_objects)}};
    unsigned i = below(LENGTH(calls));

    RC_AT(calls[i].name);
    put(checked(calls[i].call()));
}

static void call_new_1(void)
{
    static const struct {
        const char *name;
        rc_object *(*call)(rc_object *o);
        bool is_slow;
    } calls[] = {
        {NAMED(rc_list_from)},
        {NAMED(rc_tuple_from), .is_slow = true},
        {NAMED(rc_set_from), .is_slow = true},
        {NAMED(rc_frozenset_from), .is_slow = true},
        {NAMED(rc_dict_keys)},
        {NAMED(rc_dict_values)},
        {NAMED(rc_list_pop)},
        {NAMED(rc_copy)},
        {NAMED(rc_deepcopy)},
        {NAMED(rc_referrers)},
        {NAMED(rc_referents)},
        {NAMED(rc_cell_new)},
        {NAMED(rc_instance_new)},
        {NAMED(rc_repr), .is_slow = true},
    };
    unsigned i = below(LENGTH(calls));
    rc_object *o = take();

    RC_AT(calls[i].name);
    if (!calls[i].is_slow || is_small(o))
        put(checked(calls[i].call(o)));
    rc_decref(o);
}

static void call_new_2(void)
{
    static const struct {
        const char *name;
        rc_object *(*call)(rc_object *a, rc_object *b);
        bool is_slow;
    } calls[] = {
        {NAMED(rc_int_add)},     {NAMED(rc_int_sub)},
        {NAMED(rc_int_mul)},     {NAMED(rc_int_floordiv)},
        {NAMED(rc_int_mod)},     {NAMED(rc_str_concat), .is_slow = true},
        {NAMED(rc_dict_pop)},    {NAMED(rc_call)},
        {NAMED(rc_weakref_new)},
    };
    unsigned i = below(LENGTH(calls));
    rc_object *a = take(), *b = take();

    RC_AT(calls[i].name);
    if (!calls[i].is_slow || (is_short(a) && is_short(b)))
        put(checked(calls[i].call(a, b)));
    rc_decref(a);
    rc_decref(b);
}

// What is lent out; with no error when there is none.
static void call_borrow_1(void)
{
    static const struct {
        const char *name;
        rc_object *(*call)(rc_object *o);
    } calls[] = {
        {NAMED(rc_attrs)},           {NAMED(rc_cell_get)},
        {NAMED(rc_function_module)}, {NAMED(rc_builtin_self)},
        {NAMED(rc_instance_class)},  {NAMED(rc_frame_locals)},
        {NAMED(rc_frame_back)},      {NAMED(rc_type_of)},
    };
    unsigned i = below(LENGTH(calls));
    rc_object *o = take(), *lent;

    RC_AT(calls[i].name);
    lent = calls[i].call(o);
    check(!lent || rc_error_code() == RC_OK);
    put_borrowed(lent);
    rc_error_clear();
    rc_decref(o);
}

static void call_borrow_2(void)
{
    static const struct {
        const char *name;
        rc_object *(*call)(rc_object *a, rc_object *b);
    } calls[] = {{NAMED(rc_dict_get)}, {NAMED(rc_dict_find)}};
    unsigned i = below(LENGTH(calls));
    rc_object *a = take(), *b = take(), *lent;

    RC_AT(calls[i].name);
    lent = calls[i].call(a, b);
    check(!lent || rc_error_code() == RC_OK);
    put_borrowed(lent);
    rc_error_clear();
    rc_decref(a);
    rc_decref(b);
}

static void call_at(void)
{
    static const struct {
        const char *name;
        rc_object *(*call)(rc_object *o, int64_t i);
        bool is_new;
    } calls[] = {
        {NAMED(rc_list_at)},
        {NAMED(rc_tuple_at)},
        {NAMED(rc_function_cell)},
        {NAMED(rc_str_at), .is_new = true},
        {NAMED(rc_list_pop_at), .is_new = true},
    };
    unsigned i = below(LENGTH(calls));
    rc_object *o = take(), *item;

    RC_AT(calls[i].name);
    item = checked(calls[i].call(o, some_number()));
    if (calls[i].is_new)
        put(item);
    else
        put_borrowed(item);
    rc_decref(o);
}

// 0 or more, or -1 and an error.
static void call_1(void)
{
    static const struct {
        const char *name;
        int (*call)(rc_object *o);
    } calls[] = {{NAMED(rc_list_clear)},
                 {NAMED(rc_list_reverse)},
                 {NAMED(rc_dict_clear)},
                 {NAMED(rc_set_clear)}};
    unsigned i = below(LENGTH(calls));
    rc_object *o = take();

    RC_AT(calls[i].name);
    check_error(calls[i].call(o) >= 0);
    rc_decref(o);
}

static void call_2(void)
{
    static const struct {
        const char *name;
        int (*call)(rc_object *a, rc_object *b);
        bool is_slow, doubles;
    } calls[] = {
        {NAMED(rc_list_append)},
        {NAMED(rc_cell_set)},
        {NAMED(rc_dict_delete)},
        {NAMED(rc_dict_contains)},
        {NAMED(rc_set_add)},
        {NAMED(rc_set_contains)},
        {NAMED(rc_set_discard)},
        {NAMED(rc_class_is_sub)},
        {NAMED(rc_list_extend), .doubles = true},
        {NAMED(rc_equal), .is_slow = true},
        {NAMED(rc_contains), .is_slow = true},
    };
    unsigned i = below(LENGTH(calls));
    rc_object *a = take(), *b = take();

    RC_AT(calls[i].name);
    if ((!calls[i].is_slow || (is_small(a) && is_small(b)))
        && (!calls[i].doubles || (is_short(a) && is_short(b))))
        check_error(calls[i].call(a, b) >= 0);
    rc_decref(a);
    rc_decref(b);
}

static void call_lengths(void)
{
    static const struct {
        const char *name;
        int64_t (*call)(rc_object *o);
    } calls[] = {{NAMED(rc_list_length)}, {NAMED(rc_tuple_length)},
                 {NAMED(rc_dict_length)}, {NAMED(rc_set_length)},
                 {NAMED(rc_str_length)},  {NAMED(rc_str_bytes)},
                 {NAMED(rc_length)}};
    unsigned i = below(LENGTH(calls));
    rc_object *o = take();

    RC_AT(calls[i].name);
    check_error(calls[i].call(o) >= 0);
    rc_decref(o);
}

// ---- values ----

static void make_int(void)
{
    put(checked(rc_int_new(some_number())));
}

static void make_float(void)
{
    put(checked(rc_float_new((double)some_number() / 2)));
}

static void make_str(void)
{
    size_t n = below(16);
    size_t left = (size_t)(vm.end - vm.at);

    if (n > left)
        n = left;
    vm.at += n;
    put(checked(rc_str_new_n((const char *)vm.at - n, n)));
}

static void parse_int(void)
{
    rc_object *o = take();
    const char *text = rc_str_text(o);

    rc_error_clear();
    put(checked(rc_int_parse(text ? text : "0x7")));
    rc_decref(o);
}

static void intern_name(void)
{
    put(checked(rc_str_intern(some_name())));
}

static void intern_in_place(void)
{
    rc_object *o = take();

    check_error(rc_str_intern_in_place(&o) == 0);
    put(o);
}

static void slice(void)
{
    rc_object *o = take();
    int64_t from = some_number();

    put(checked(rc_str_slice(o, from, some_number())));
    rc_decref(o);
}

static void put_none(void)
{
    put(NULL);
}

static void move(void)
{
    put(take());
}

// ---- containers ----

static void make_tuple(void)
{
    put(checked(rc_tuple_new((int64_t)next_byte() - 1)));
}

static void pack(void)
{
    rc_object *a = take(), *b = take();

    if (next_byte() & 1)
        put(checked(rc_list_pack(2, a, b)));
    else if (is_small(a) && is_small(b)) // since it may be hashed
        put(checked(rc_tuple_pack(2, a, b)));
    rc_decref(a);
    rc_decref(b);
}

static void fill_tuple(void)
{
    rc_object *o, *item = take();
    unsigned at = below(REGISTERS);

    o = vm.registers[at]; // only we may hold it
    vm.registers[at] = NULL;
    if (o && o != item && is_small(item))
        check_error(rc_tuple_set(o, some_number(), item) == 0);
    else
        rc_decref(item);
    rc_setref(&vm.registers[at], o);
}

static void push(void)
{
    rc_object *o = take();

    check_error(rc_list_push(o, take()) == 0);
    rc_decref(o);
}

static void insert(void)
{
    rc_object *o = take(), *item = take();

    check_error(rc_list_insert(o, some_number(), item) == 0);
    rc_decref(item);
    rc_decref(o);
}

static void replace(void)
{
    rc_object *o = take();

    check_error(rc_list_set(o, some_number(), take()) == 0);
    rc_decref(o);
}

static void delete_range(void)
{
    rc_object *o = take();
    int64_t from = some_number();

    check_error(rc_list_delete(o, from, some_number()) == 0);
    rc_decref(o);
}

static void reserve(void)
{
    rc_object *o = take();

    check_error(rc_list_reserve(o, next_byte()) == 0);
    rc_decref(o);
}

static void find(void)
{
    rc_object *o = take(), *item = take();

    if (is_small(o) && is_small(item))
        check_error(rc_list_find(o, item) != -2);
    rc_decref(item);
    rc_decref(o);
}

static void set_in_dict(void)
{
    rc_object *o = take(), *key = take(), *value = take();

    check_error(rc_dict_set(o, key, value) == 0);
    rc_decref(value);
    rc_decref(key);
    rc_decref(o);
}

static void set_text_in_dict(void)
{
    rc_object *o = take(), *value = take();

    check_error(rc_dict_set_text(o, some_name(), value) == 0);
    rc_decref(value);
    rc_decref(o);
}

static void use_text_in_dict(void)
{
    rc_object *o = take();

    if (next_byte() & 1)
        check_error(rc_dict_delete_text(o, some_name()) == 0);
    else
        put_borrowed(checked(rc_dict_get_text(o, some_name())));
    rc_decref(o);
}

// Some of an object, with code in between.
static void step_through(void)
{
    rc_object *o = take(), *key, *value;
    size_t position = 0;
    int n = 0;

    while (n++ < 20 && rc_dict_next(o, &position, &key, &value)) {
        check(rc_exists(rc_id(key)) && rc_exists(rc_id(value)));
        if (n == 3)
            run_in_between();
    }
    position = 0;
    while (n++ < 50 && rc_set_next(o, &position, &key))
        check(rc_exists(rc_id(key)));
    rc_decref(o);
}

static void hash(void)
{
    rc_object *o = take();
    uint64_t first, second;

    if (is_small(o)) {
        int r = rc_hash(o, &first);

        check_error(r == 0);
        check(r < 0 || rc_hash(o, &second) < 0 || first == second);
        rc_error_clear();
    }
    rc_decref(o);
}

// ---- code ----

static void make_function(void)
{
    rc_object *module = take(), *closure = take();

    if (next_byte() & 1)
        rc_clear(&module);
    if (next_byte() & 1)
        rc_clear(&closure);
    put(checked(rc_function_new(some_name(), run_function, module, closure)));
    rc_xdecref(module);
    rc_xdecref(closure);
}

static void make_builtin(void)
{
    rc_object *self = take();

    put(checked(rc_builtin_new(some_name(), run_function, self)));
    rc_decref(self);
}

static void call_plainly(void)
{
    rc_object *o = take();

    put(checked(rc_call(o, NULL)));
    rc_decref(o);
}

static void make_class(void)
{
    rc_object *base = take();

    if (next_byte() & 1)
        rc_clear(&base);
    put(checked(rc_class_new(some_name(), base)));
    rc_xdecref(base);
}

static void make_module(void)
{
    put(checked(rc_module_new(some_name())));
}

static void set_attr(void)
{
    rc_object *o = take(), *value = take();

    check_error(rc_attr_set(o, some_name(), value) == 0);
    rc_decref(value);
    rc_decref(o);
}

static void use_attr(void)
{
    rc_object *o = take();

    if (next_byte() & 1)
        check_error(rc_attr_delete(o, some_name()) == 0);
    else
        put(checked(rc_attr_get(o, some_name())));
    rc_decref(o);
}

static void empty_cell(void)
{
    rc_object *o = take();

    check_error(rc_cell_set(o, NULL) == 0);
    rc_decref(o);
}

static void enter(void)
{
    rc_object *function = take(), *module = take();

    if (next_byte() & 1)
        rc_clear(&function);
    if (next_byte() & 1)
        rc_clear(&module);
    check_error(rc_frame_enter(some_name(), function, module) == 0);
    rc_xdecref(function);
    rc_xdecref(module);
}

static void leave(void)
{
    rc_frame_leave();
    rc_error_clear();
}

static void current_frame(void)
{
    put_borrowed(rc_frame_current());
}

static void set_local(void)
{
    rc_object *value = take();

    check_error(rc_local_set(some_name(), value) == 0);
    rc_decref(value);
}

static void use_local(void)
{
    if (next_byte() & 1)
        check_error(rc_local_delete(some_name()) == 0);
    else
        put_borrowed(checked(rc_local_get(some_name())));
}

// ---- types of the program ----

static void make_odd(void)
{
    put(checked(rc_new(&odd_type)));
}

static void make_vector(void)
{
    put(checked(rc_new_sized(&vector_type, next_byte())));
}

static void set_field(void)
{
    rc_object *o = take(), *value = take();

    if (o->type == &odd_type || o->type == &vector_type) {
        struct odd *odd = (struct odd *)(void *)o;

        rc_setref(next_byte() & 1 ? &odd->left : &odd->right, value);
    } else {
        rc_decref(value);
    }
    rc_decref(o);
}

// ---- weak references and sight ----

static void make_weakref(void)
{
    rc_object *o = take();

    put(checked(rc_weakref_new(o, NULL)));
    rc_weakref_count(o);
    rc_decref(o);
}

static void get_weakref(void)
{
    rc_object *o = take();

    put(rc_weakref_get(o));
    rc_error_clear();
    rc_decref(o);
}

static void take_handle(void)
{
    rc_object *o = take();
    struct rc_handle *h = &vm.handles[below(LENGTH(vm.handles))];

    *h = rc_handle_of(o);
    check_error(h->serial != 0);
    check(!h->serial || rc_handle_object(*h) == o);
    rc_decref(o);
}

static void follow_handle(void)
{
    struct rc_handle h = vm.handles[below(LENGTH(vm.handles))];
    rc_object *o = rc_handle_object(h);
    enum rc_handle_state state = rc_handle_state(h);

    check((o != NULL) == (state == RC_HANDLE_ALIVE));
    check(!o || (rc_id(o) == h.id && rc_exists(h.id)));
    put_borrowed(o);
}

static int stop_sometimes(rc_object *from, rc_object *to, const char *label,
                          void *arg)
{
    (void)from;
    check(rc_exists(rc_id(to)) && label);
    return --*(int *)arg == 0;
}

static int look_at_place(enum rc_place place, rc_object *holder,
                         const char *text, void *arg)
{
    (void)place;
    (void)holder;
    (void)arg;
    check(text != NULL);
    return 0;
}

static void look_at_holders(void)
{
    rc_object *o = take();
    struct rc_holders holders;
    int steps = 100;

    rc_edges(o, stop_sometimes, &steps);
    if (rc_who_holds(o, stop_sometimes, &steps, &holders) == 0)
        check(rc_is_immortal(o)
              || holders.count == holders.explained + holders.outside);
    rc_places(o, look_at_place, NULL);
    rc_print_holders(o, nowhere);
    rc_print_places(o, nowhere);
    rc_error_clear();
    rc_decref(o);
}

static void draw(void)
{
    rc_object *root = take();
    size_t most = below(40);

    switch (below(6)) {
    case 0:
        check_error(rc_graph_svg(root, most, nowhere) == 0);
        break;
    case 1:
        check_error(rc_graph_html(root, most, nowhere) == 0);
        break;
    case 2:
        check_error(rc_graph_dot(root, most, nowhere) == 0);
        break;
    case 3:
        check_error(rc_graph_dot(NULL, most, nowhere) == 0);
        break;
    case 4:
        check_error(rc_graph_svg(NULL, most, nowhere) == 0);
        break;
    default:
        check_error(rc_heap_map(nowhere, most & 1) == 0);
        break;
    }
    rc_decref(root);
}

static void take_snapshot(void)
{
    struct rc_snapshot **s = &vm.snapshots[below(LENGTH(vm.snapshots))];

    rc_snapshot_free(*s);
    *s = rc_snapshot_new();
    check_error(*s != NULL);
}

static void compare_snapshots(void)
{
    const struct rc_snapshot *before = vm.snapshots[0];
    const struct rc_snapshot *after = vm.snapshots[1];
    struct rc_diff diff;

    if (!before || !after)
        return;
    if (rc_snapshot_diff(before, after, &diff) == 0) {
        check(diff.kept + diff.made == rc_snapshot_objects(after));
        check(diff.kept + diff.gone == rc_snapshot_objects(before));
    }
    rc_snapshot_print_diff(before, after, 5, nowhere);
    rc_error_clear();
}

static void look_at_pools(void)
{
    struct rc_pool_stats stats;

    rc_pool_stats(&stats);
    check(stats.objects == stats.pool_objects + stats.large_objects);
    check(stats.used_bytes <= stats.pool_bytes);
    rc_pool_trim();
}

// Also whether each count is at least what objects hold.
static void look_for_leaks(void)
{
    rc_audit_report_leaks(nowhere);
}

// ---- the collector ----

static void collect(void)
{
    rc_gc_collect();
    rc_error_clear();
}

static void collect_young(void)
{
    rc_gc_collect_young();
    rc_error_clear();
}

static void set_up_collector(void)
{
    unsigned bits = next_byte();

    rc_gc_set_debug(bits & 1 ? RC_GC_DEBUG_SAVEALL : 0);
    rc_gc_set_legacy_finalizers(bits & 2);
    rc_audit_stress(bits & 4);
    rc_gc_set_threshold(bits & 8 ? 3 : 10000, bits & 16 ? 2 : 10);
    if (bits & 32)
        rc_gc_disable();
    else
        rc_gc_enable();
}

static void freeze(void)
{
    if (next_byte() & 1)
        rc_gc_freeze();
    else
        rc_gc_unfreeze();
    rc_gc_frozen_count();
}

static void garbage(void)
{
    put_borrowed(checked(rc_gc_garbage()));
}

static void make_immortal(void)
{
    rc_object *o = take();

    if (next_byte() % 16 == 0)
        rc_make_immortal(o);
    rc_decref(o);
}

static void fail(void)
{
    uint64_t n = next_byte();

    rc_audit_fail_alloc(n >> 1, n & 1);
}

static void fail_no_more(void)
{
    rc_audit_fail_alloc(0, false);
}

static void (*const calls[])(void) = {
    call_new_0,
    call_new_1,
    call_new_2,
    call_borrow_1,
    call_borrow_2,
    call_at,
    call_1,
    call_2,
    call_lengths,
    make_int,
    make_float,
    make_str,
    parse_int,
    intern_name,
    intern_in_place,
    slice,
    put_none,
    move,
    make_tuple,
    pack,
    fill_tuple,
    push,
    insert,
    replace,
    delete_range,
    reserve,
    find,
    set_in_dict,
    set_text_in_dict,
    use_text_in_dict,
    step_through,
    hash,
    make_function,
    make_builtin,
    call_plainly,
    make_class,
    make_module,
    set_attr,
    use_attr,
    empty_cell,
    enter,
    leave,
    current_frame,
    set_local,
    use_local,
    make_odd,
    make_vector,
    set_field,
    make_weakref,
    get_weakref,
    take_handle,
    follow_handle,
    look_at_holders,
    draw,
    take_snapshot,
    compare_snapshots,
    look_at_pools,
    look_for_leaks,
    collect,
    collect_young,
    set_up_collector,
    freeze,
    garbage,
    make_immortal,
    fail,
    fail_no_more,
};

static void run_calls(int n)
{
    while (n-- && vm.at < vm.end && vm.calls < CALLS_MOST) {
        vm.calls++;
        calls[below(LENGTH(calls))]();
        check(rc_error_code() == RC_OK);
    }
}

// ---- one input ----

static void begin(void)
{
    if (!nowhere) {
        nowhere = fopen("/dev/null", "w");
        unsetenv("RC_TRACE");
        unsetenv("RC_FAIL_ALLOC");
        unsetenv("RC_GC_STRESS");
        setenv("RC_AUDIT", "abort", 1);
        setenv("RC_QUARANTINE", "64", 1);
    }
    check(nowhere && rc_init() == 0);
    check(rc_type_ready(&odd_type) == 0 && rc_type_ready(&vector_type) == 0);
    rc_error_clear();
}

// One of each kind to begin with; instances run code at their end.
static void fill_registers(void)
{
    rc_object *f = rc_function_new("f", run_function, NULL, NULL);
    rc_object *cls = rc_class_new("C", NULL);
    rc_object *first[REGISTERS] = {
        rc_list_new(),
        rc_dict_new(),
        rc_set_new(),
        rc_tuple_new(2),
        f,
        cls,
        rc_cell_new(NULL),
        rc_instance_new(cls),
        rc_new(&odd_type),
        rc_new(&odd_type),
        rc_module_new("a name"),
    };

    check(rc_attr_set(cls, "finalize", f) == 0);
    memcpy(vm.registers, first, sizeof(first));
}

// The input is at its end: no code runs in between any more.
static void give_back(void)
{
    vm.at = vm.end;
    rc_audit_fail_alloc(0, false);
    rc_audit_report_to(nowhere); // cycles are none of its business
    rc_gc_set_legacy_finalizers(false);
    for (size_t i = 0; i < REGISTERS; i++)
        rc_clear(&vm.registers[i]);
    for (size_t i = 0; i < LENGTH(vm.snapshots); i++)
        rc_snapshot_free(vm.snapshots[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(&vm, 0, sizeof(vm));
    vm.at = data;
    vm.end = data + size;
    begin();
    fill_registers();
    run_calls(CALLS_MOST);
    give_back();
    check(rc_fini() == 0);
    return 0;
}
