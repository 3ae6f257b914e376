// graph.c - the graph of objects as lists: all of them, those before and those
// behind one.
//
// A list is made before the walk and only grows during it, so that no object
// begins or ends while the heap is looked at.

#include "core/heap.h"
#include "rc/container.h"
#include "rc/sight.h"

// ---- the walk ----

struct walk {
    int (*visit)(rc_object *o, size_t bytes, void *arg);
    void *arg;
};

static int visit_with_bytes(rc_object *o, void *arg)
{
    const struct walk *w = arg;

    return w->visit(o, object_bytes(o), w->arg);
}

int rc_heap_walk(int (*visit)(rc_object *o, size_t bytes, void *arg), void *arg)
{
    struct walk w = {visit, arg};

    return heap_each(visit_with_bytes, &w);
}

// ---- lists ----

struct gathering {
    rc_object *list;
    const rc_object *wanted;
    rc_object *holder; // of the references at hand
};

static int add(rc_object *o, void *arg)
{
    const struct gathering *g = arg;

    return rc_list_append(g->list, o);
}

static int add_container(rc_object *o, void *arg)
{
    const struct gathering *g = arg;

    return is_container(o) && o != g->list ? rc_list_append(g->list, o) : 0;
}

static int add_holder(rc_object *child, void *arg)
{
    const struct gathering *g = arg;

    return child == g->wanted ? rc_list_append(g->list, g->holder) : 0;
}

static int add_holders(rc_object *o, void *arg)
{
    struct gathering *g = arg;

    if (!is_container(o) || o == g->list)
        return 0;
    g->holder = o;
    return object_visit(o, add_holder, g);
}

rc_object *rc_gc_objects(void)
{
    struct gathering g = {.list = rc_list_new()};

    if (!g.list)
        return NULL;
    if (rc_list_reserve(g.list, (int64_t)gc_containers()) < 0
        || heap_each(add_container, &g))
        rc_clear(&g.list);
    return g.list;
}

rc_object *rc_referrers(rc_object *o)
{
    struct gathering g = {.list = rc_list_new(), .wanted = o};

    if (g.list && heap_each(add_holders, &g))
        rc_clear(&g.list);
    return g.list;
}

rc_object *rc_referents(rc_object *o)
{
    struct gathering g = {.list = rc_list_new()};

    if (g.list && object_visit(o, add, &g))
        rc_clear(&g.list);
    return g.list;
}
