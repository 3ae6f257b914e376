// marks.c - what grew with each repetition of the program.
//
// What is alive at the end need not be lost: it may be a cache. But a place
// whose objects stay alive in each repetition loses them, and so does one that
// takes references to an object which has more of them each time. The first
// repetition fills caches and does not count.
//
// References that other objects hold are told from the others as the collector
// does it: by asking each object that it knows what it holds.

#include "trace/companion.h"

#include <stdlib.h>
#include <string.h>

enum { FEWEST_REPETITIONS = 3 };

// Containers to ask; those that the collector does not track are found from
// others, and asked once.
struct asked {
    PyObject **stack, **seen; // seen: by address, open addressing
    size_t n, room, nseen, mask;
    bool failed;
};

static size_t seen_slot(const struct asked *a, const PyObject *o)
{
    size_t i = (size_t)(((uintptr_t)o * UINT64_C(0x9e3779b97f4a7c15)) >> 20);

    for (i &= a->mask; a->seen[i] && a->seen[i] != o;)
        i = (i + 1) & a->mask;
    return i;
}

static void seen_grow(struct asked *a)
{
    struct asked more = *a;

    more.mask = a->seen ? 2 * a->mask + 1 : 4095;
    more.seen = calloc(more.mask + 1, sizeof(*more.seen));
    a->failed |= !more.seen;
    if (!more.seen)
        return;
    for (size_t i = 0; a->seen && i <= a->mask; i++)
        if (a->seen[i])
            more.seen[seen_slot(&more, a->seen[i])] = a->seen[i];
    free(a->seen);
    *a = more;
}

static void push(struct asked *a, PyObject *o)
{
    if (a->n == a->room) {
        size_t room = a->room ? 2 * a->room : 1024;
        PyObject **stack = realloc(a->stack, room * sizeof(*stack));

        a->failed |= !stack;
        if (!stack)
            return;
        a->stack = stack;
        a->room = room;
    }
    a->stack[a->n++] = o;
}

static void ask_once(struct asked *a, PyObject *o)
{
    size_t i;

    if (!a->seen || 2 * a->nseen > a->mask)
        seen_grow(a);
    if (a->failed)
        return;
    i = seen_slot(a, o);
    if (a->seen[i])
        return;
    a->seen[i] = o;
    a->nseen++;
    push(a, o);
}

static int visit(PyObject *o, void *arg)
{
    struct record *r = record_find(o);

    if (r)
        r->inside++;
    if (PyObject_IS_GC(o) && !PyObject_GC_IsTracked(o))
        ask_once(arg, o);
    return 0;
}

static void ask_all(struct asked *a)
{
    while (a->n && !a->failed) {
        PyObject *o = a->stack[--a->n];

        if (Py_TYPE(o)->tp_traverse)
            Py_TYPE(o)->tp_traverse(o, visit, a);
    }
}

// The type of an object that the collector never sees is held by it as well.
static void ask_known(struct asked *a)
{
    struct record *r;

    for (size_t at = 0; (r = record_next(&at));) {
        PyObject *o = r->object;

        if (r->life != LIFE_ALIVE)
            continue;
        if (PyObject_IS_GC(o)) {
            if (!PyObject_GC_IsTracked(o))
                ask_once(a, o);
        } else if (Py_TYPE(o)->tp_flags & Py_TPFLAGS_HEAPTYPE) {
            struct record *type = record_find(Py_TYPE(o));

            if (type)
                type->inside++;
        }
    }
}

// The list of what the collector tracks; NULL without one.
static PyObject *tracked(void)
{
    PyObject *gc = PyImport_ImportModule("gc");
    PyObject *list = gc ? PyObject_CallMethod(gc, "get_objects", NULL) : NULL;

    Py_XDECREF(gc);
    if (!list)
        PyErr_Clear();
    return list;
}

static void begin_count(void)
{
    struct record *r;

    for (size_t at = 0; (r = record_next(&at));) {
        r->inside = 0;
        // It went to a free list unseen.
        if (r->life == LIFE_ALIVE && Py_REFCNT((PyObject *)r->object) <= 0) {
            r->life = LIFE_ENDED;
            log_end(r, here());
        }
    }
}

static void end_count(void)
{
    struct record *r;

    for (size_t at = 0; (r = record_next(&at));) {
        Py_ssize_t outside;

        if (r->life != LIFE_ALIVE)
            continue;
        outside = Py_REFCNT((PyObject *)r->object) - r->inside;
        if (outside < 0)
            outside = 0;
        if (r->repetition < trace.repetition)
            r->grew = outside > r->outside ? r->grew + 1 : 0;
        r->outside = outside;
        if (r->repetition == trace.repetition || trace.repetition <= 1)
            r->outside_at_first = outside;
    }
}

static bool count_references(void)
{
    PyObject *list = tracked();
    struct asked a = {.n = 0};
    bool done = list != NULL;

    begin_count();
    for (Py_ssize_t i = 0; list && i < PyList_GET_SIZE(list); i++) {
        push(&a, PyList_GET_ITEM(list, i));
        ask_all(&a);
    }
    ask_known(&a);
    ask_all(&a);
    done = done && !a.failed;
    free(a.stack);
    free(a.seen);
    Py_XDECREF(list);
    if (done)
        end_count();
    return done;
}

// ---- leaks ----

static int compare_text(const char *a, const char *b)
{
    return a == b ? 0 : strcmp(a, b);
}

static int compare_places(const struct refcheck_place *a,
                          const struct refcheck_place *b)
{
    int r = compare_text(a->file, b->file);

    if (r == 0)
        r = (a->line > b->line) - (a->line < b->line);
    if (r == 0)
        r = compare_text(a->call, b->call);
    return r;
}

static int compare(const void *pa, const void *pb)
{
    const struct record *a = *(const struct record *const *)pa;
    const struct record *b = *(const struct record *const *)pb;
    int r = compare_places(&a->from, &b->from);

    if (r == 0)
        r = (a->repetition > b->repetition) - (a->repetition < b->repetition);
    if (r == 0)
        r = (a->serial > b->serial) - (a->serial < b->serial);
    return r;
}

// Of what was made once and stays, and of what was not met again, nobody knows.
static void tell(const struct record *r, bool is_lost)
{
    if (is_lost)
        log_left("leak", r);
    else if (!r->is_made && r->touched == trace.repetition - 1
             && r->outside <= r->outside_at_first)
        log_left("steady", r);
}

// Records of one place, in the order of their repetitions.
static void tell_place(struct record **of, size_t n)
{
    long each_time = trace.repetition - 1; // without the first
    long repetitions = 0;

    for (size_t i = 0; i < n; i++)
        if (of[i]->repetition > 0
            && (i == 0 || of[i]->repetition != of[i - 1]->repetition))
            repetitions++;
    for (size_t i = 0; i < n; i++)
        tell(of[i], of[i]->repetition > 0 ? repetitions >= each_time
                                          : of[i]->grew >= each_time);
}

static size_t find_alive(struct record ***ret)
{
    struct record **alive = NULL;
    struct record *r;
    size_t n = 0, room = 0;

    for (size_t at = 0; (r = record_next(&at));)
        room++;
    alive = room ? malloc(room * sizeof(struct record *)) : NULL;
    for (size_t at = 0; alive && (r = record_next(&at));)
        if (r->life == LIFE_ALIVE)
            alive[n++] = r;
    *ret = alive;
    return n;
}

static void tell_leaks(void)
{
    struct record **alive;
    size_t n = find_alive(&alive);

    if (n)
        qsort(alive, n, sizeof(*alive), compare);
    for (size_t first = 0, i = 1; i <= n; i++) {
        if (i < n && compare_places(&alive[i]->from, &alive[first]->from) == 0)
            continue;
        tell_place(alive + first, i - first);
        first = i;
    }
    free(alive);
    log_finish(n, trace.errors);
}

// Where too little was seen to tell leaks, the trace stays without an end.
void refcheck_trace_mark(int is_last)
{
    bool counted;

    if (trace.fd < 0)
        return;
    counted = count_references();
    trace.repetition++;
    trace.allocations = 0;
    if (!is_last)
        return;
    if (counted && trace.repetition >= FEWEST_REPETITIONS)
        tell_leaks();
    log_close();
}
