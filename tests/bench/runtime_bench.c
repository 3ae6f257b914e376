// runtime_bench.c - what the runtime's operations cost, and what the same costs
// in CPython's C API: compiled twice, with WITH_CPYTHON for the latter. Prints
// "name value" lines, in nanoseconds of CPU time an operation unless the name
// says otherwise; runtime_ratio.py runs both in turn and compares.
//
// usage: runtime_bench [NAME]     only measurements whose name begins so

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// ---- one engine or the other ----

#ifdef WITH_CPYTHON
#include <Python.h>

typedef PyObject object;
struct node {
    PyObject_HEAD object *a, *b;
};

static int node_traverse(struct node *n, visitproc visit, void *arg)
{
    Py_VISIT(n->a);
    Py_VISIT(n->b);
    return 0;
}

static int node_clear(struct node *n)
{
    Py_CLEAR(n->a);
    Py_CLEAR(n->b);
    return 0;
}

static void node_dealloc(struct node *n)
{
    PyObject_GC_UnTrack(n);
    Py_TRASHCAN_BEGIN(n, node_dealloc) node_clear(n);
    PyObject_GC_Del(n);
    Py_TRASHCAN_END
}

static PyTypeObject node_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "node",
    .tp_basicsize = sizeof(struct node),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = (traverseproc)node_traverse,
    .tp_clear = (inquiry)node_clear,
    .tp_dealloc = (destructor)node_dealloc,
};

static object *node_new(void)
{
    struct node *n = PyObject_GC_New(struct node, &node_type);

    n->a = n->b = NULL;
    PyObject_GC_Track(n);
    return (object *)n;
}

static void begin(void)
{
    Py_Initialize();
    PyType_Ready(&node_type);
    PyGC_Disable();
}

static size_t node_bytes(void)
{
    return sizeof(struct node) + 2 * sizeof(void *); // the collector's links
}

// It does nothing while automatic runs are disabled.
static size_t collect(void)
{
    Py_ssize_t n;

    PyGC_Enable();
    n = PyGC_Collect();
    PyGC_Disable();
    return (size_t)n;
}

#define incref Py_INCREF
#define decref Py_DECREF
#define touch(o) ((void)(o))
#define list_new() PyList_New(0)
#define list_append PyList_Append
#define dict_new PyDict_New
#define dict_set PyDict_SetItem
#define dict_find PyDict_GetItemWithError
#define int_new PyLong_FromLongLong
#define str_new PyUnicode_FromString
#define float_new PyFloat_FromDouble

#else
#include "rc/rc.h"

typedef rc_object object;
struct node {
    rc_object head;
    object *a, *b;
};

static const uint16_t node_slots[] = {offsetof(struct node, a),
                                      offsetof(struct node, b), 0};
static rc_type node_type = {
    .name = "node", .size = sizeof(struct node), .slots = node_slots};

static object *node_new(void)
{
    return rc_new(&node_type);
}

static void begin(void)
{
    if (rc_init() < 0 || rc_type_ready(&node_type) < 0)
        exit(1);
    rc_gc_disable();
}

static size_t node_bytes(void)
{
    return sizeof(struct node);
}

#define incref rc_incref
#define decref rc_decref
#define collect rc_gc_collect
#define touch rc_gc_touch
#define list_new rc_list_new
#define list_append rc_list_append
#define dict_new rc_dict_new
#define dict_set rc_dict_set
#define dict_find rc_dict_find
#define int_new rc_int_new
#define str_new rc_str_new
#define float_new rc_float_new
#endif

// ---- measuring ----

#define KEEP(p) __asm__ volatile("" : : "r"(p) : "memory")

static const char *only = "";

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static bool wanted(const char *name)
{
    return strncmp(name, only, strlen(only)) == 0;
}

static void say(const char *name, double ns)
{
    printf("%s %.3f\n", name, ns);
}

static void *array(size_t n)
{
    void *p = malloc(n * sizeof(void *));

    if (!p)
        exit(1);
    return p;
}

static uint64_t seed = 88172645463325252u;

static uint64_t rnd(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

// ---- objects ----

static void bench_hot(void)
{
    enum { N = 20000000 };
    double t = now();

    for (size_t i = 0; i < N; i++) {
        object *o = node_new();

        KEEP(o);
        decref(o);
    }
    say("node-hot-alloc+free", (now() - t) / N);
}

static void bench_warm(void)
{
    enum { N = 1000000 };
    object **v = array(N);
    double made = 0, freed = 0;

    for (int round = 0; round < 4; round++) {
        double t = now();

        for (size_t i = 0; i < N; i++)
            v[i] = node_new();
        made = now() - t;
        t = now();
        for (size_t i = 0; i < N; i++)
            decref(v[i]);
        freed = now() - t;
    }
    say("node-warm-alloc", made / N);
    say("node-warm-free", freed / N);
    say("node-warm-alloc+free", (made + freed) / N);
    free(v);
}

// The smallest counter that can free what it counts.
struct counter {
    uint32_t count;
};

static void __attribute__((noinline)) counter_end(struct counter *c)
{
    free(c);
}

static void bench_counts(void)
{
    enum { N = 100000000 };
    struct counter *c = calloc(1, sizeof(*c));
    object *o = node_new();
    double t = now();

    c->count = 1;
    for (size_t i = 0; i < N; i++) {
        c->count++;
        KEEP(c);
        if (--c->count == 0)
            counter_end(c);
        KEEP(c);
    }
    say("plain-counter-pair", (now() - t) / N);
    t = now();
    for (size_t i = 0; i < N; i++) {
        incref(o);
        KEEP(o);
        decref(o);
        KEEP(o);
    }
    say("incref+decref", (now() - t) / N);
    free(c);
    decref(o);
}

// ---- cycles ----

static struct node *node_of(object *o)
{
    return (struct node *)(void *)o;
}

static void link_a(object *from, object *to)
{
    incref(to);
    node_of(from)->a = to;
}

static void link_b(object *from, object *to)
{
    incref(to);
    node_of(from)->b = to;
}

enum shape { PAIRS, RING, RANDOM };

static void make(object **v, size_t n, enum shape shape)
{
    for (size_t i = 0; i < n; i++)
        v[i] = node_new();
    for (size_t i = 0; i < n; i++) {
        if (shape == PAIRS) {
            link_a(v[i], v[i ^ 1]);
        } else if (shape == RING) {
            link_a(v[i], v[(i + 1) % n]);
        } else {
            link_a(v[i], v[rnd() % n]);
            link_b(v[i], v[rnd() % n]);
        }
    }
}

static void bench_garbage(const char *name, size_t n, enum shape shape)
{
    object **v = array(n);
    char text[64];
    double t, best = 0;
    int rounds = n <= 1000000 ? 3 : 1;

    snprintf(text, sizeof(text), "collect-%s-%zu", name, n);
    if (!wanted(text)) {
        free(v);
        return;
    }
    for (int round = 0; round < rounds; round++) {
        size_t found;

        make(v, n, shape);
        t = now();
        for (size_t i = 0; i < n; i++)
            decref(v[i]);
        if (round == rounds - 1 && shape != RANDOM) {
            snprintf(text, sizeof(text), "drop-%s-%zu", name, n);
            say(text, (now() - t) / (double)n);
        }
        t = now();
        found = collect();
        t = now() - t;
        if (found < n / 2)
            exit(1);
        if (!round || t < best)
            best = t;
    }
    snprintf(text, sizeof(text), "collect-%s-%zu", name, n);
    say(text, best / (double)n);
    free(v);
}

// A random graph that one reference holds, through a chain of a's.
static void bench_one_root(size_t n)
{
    object **v = array(n);
    char text[64];
    double first, later = 0, t;

    snprintf(text, sizeof(text), "live-one-root-%zu", n);
    if (!wanted(text)) {
        free(v);
        return;
    }
    for (size_t i = 0; i < n; i++)
        v[i] = node_new();
    for (size_t i = n; i-- > 1;) {
        object *o = v[i];
        size_t j = rnd() % (i + 1);

        v[i] = v[j];
        v[j] = o;
    }
    for (size_t i = 0; i < n; i++) {
        if (i + 1 < n)
            link_a(v[i], v[i + 1]);
        link_b(v[i], v[rnd() % n]);
    }
    for (size_t i = 1; i < n; i++)
        decref(v[i]);
    t = now();
    collect();
    first = now() - t;
    for (int round = 0; round < 3; round++) {
        touch(v[0]);
        t = now();
        collect();
        later = now() - t;
    }
    snprintf(text, sizeof(text), "live-one-root-%zu-first", n);
    say(text, first / (double)n);
    snprintf(text, sizeof(text), "live-one-root-%zu-later", n);
    say(text, later / (double)n);
    t = now();
    collect();
    snprintf(text, sizeof(text), "unchanged-%zu-ns-in-all", n);
    say(text, now() - t);
    decref(v[0]);
    collect();
    free(v);
}

static void bench_release(size_t n)
{
    object *head = NULL;
    char text[64];
    double t;

    for (size_t i = 0; i < n; i++) {
        object *o = node_new();

        node_of(o)->a = head;
        head = o;
    }
    t = now();
    decref(head);
    snprintf(text, sizeof(text), "release-list-%zu", n);
    say(text, (now() - t) / (double)n);
}

// ---- containers ----

static void bench_append(void)
{
    enum { N = 10000000 };
    object *list = list_new(), *item = float_new(1.5);
    double t = now();

    for (size_t i = 0; i < N; i++) {
        if (list_append(list, item) < 0)
            exit(1);
    }
    say("list-append", (now() - t) / N);
    decref(list);
    decref(item);
}

static void shuffle(object **v, size_t n)
{
    for (size_t i = n; i-- > 1;) {
        size_t j = rnd() % (i + 1);
        object *o = v[i];

        v[i] = v[j];
        v[j] = o;
    }
}

static double find_all(object *dict, object **keys, size_t n)
{
    double t = now();

    for (size_t i = 0; i < n; i++) {
        object *value = dict_find(dict, keys[i]);

        if (!value)
            exit(1);
        KEEP(value);
    }
    return now() - t;
}

static object *make_key(bool is_str, size_t i)
{
    char text[32];

    if (!is_str)
        return int_new((long long)i * 3 + 1000);
    snprintf(text, sizeof(text), "key%zu", i);
    return str_new(text);
}

static void bench_dict(bool is_str)
{
    enum { N = 1000000 };
    const char *kind = is_str ? "str" : "int";
    object **keys = array(N), **others = array(N);
    object *dict = dict_new(), *value = float_new(2.5);
    char text[64];
    double t;

    for (size_t i = 0; i < N; i++) {
        keys[i] = make_key(is_str, i);
        others[i] = make_key(is_str, i);
    }
    t = now();
    for (size_t i = 0; i < N; i++) {
        if (dict_set(dict, keys[i], value) < 0)
            exit(1);
    }
    snprintf(text, sizeof(text), "dict-insert-%s", kind);
    say(text, (now() - t) / N);
    snprintf(text, sizeof(text), "dict-find-%s-in-order", kind);
    say(text, find_all(dict, keys, N) / N);
    shuffle(keys, N);
    shuffle(others, N);
    snprintf(text, sizeof(text), "dict-find-%s-random-same-key", kind);
    say(text, find_all(dict, keys, N) / N);
    snprintf(text, sizeof(text), "dict-find-%s-random-equal-key", kind);
    say(text, find_all(dict, others, N) / N);
    for (size_t i = 0; i < N; i++) {
        decref(keys[i]);
        decref(others[i]);
    }
    decref(dict);
    decref(value);
    free(keys);
    free(others);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        only = argv[1];
    begin();
    if (wanted("node-hot"))
        bench_hot();
    if (wanted("node-warm"))
        bench_warm();
    if (wanted("incref") || wanted("plain"))
        bench_counts();
    if (wanted("list-append"))
        bench_append();
    if (wanted("dict-int") || wanted("dict"))
        bench_dict(false);
    if (wanted("dict-str") || wanted("dict"))
        bench_dict(true);
    if (wanted("release"))
        bench_release(10000000);
    bench_garbage("pairs", 1000000, PAIRS);
    bench_garbage("ring", 1000000, RING);
    for (size_t n = 10000; n <= 10000000; n *= 10)
        bench_garbage("random", n, RANDOM);
    bench_one_root(100000);
    bench_one_root(1000000);
    printf("node-bytes %zu\n", node_bytes());
    return 0;
}
