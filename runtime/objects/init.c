// init.c - the beginning and the end of a runtime.
//
// The end counts what is still alive. What immortal objects hold is not a leak:
// it is alive because they are. Only if nothing else is left does the memory go
// back, all at once, and every static variable of the runtime is as it was.

#include "core/heap.h"
#include "objects/code.h"
#include "rc/weakref.h"

static rc_type *const types[] = {
    &rc_type_type,     &rc_none_type,    &rc_bool_type,      &rc_int_type,
    &rc_float_type,    &rc_str_type,     &rc_tuple_type,     &rc_list_type,
    &rc_dict_type,     &rc_set_type,     &rc_frozenset_type, &rc_cell_type,
    &rc_function_type, &rc_builtin_type, &rc_class_type,     &rc_instance_type,
    &rc_module_type,   &rc_frame_type,   &rc_weakref_type,
};

static int types_ready(void)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (rc_type_ready(types[i]) < 0)
            return -1;
    }
    return 0;
}

int rc_init(void)
{
    if (heap.is_ready)
        return 0;
    if (pages_init() < 0)
        return -1;
    if (types_ready() < 0) {
        map_release(&heap.types);
        pages_release();
        return -1;
    }
    gc_init();
    number_init();
    str_init();
    AUDIT(audit_init());
    heap.is_ready = true;
    return 0;
}

// ---- what is alive ----

// Marks what immortal objects hold, while they are counted; collections do not
// use it in between.
enum { FLAG_KEPT = FLAG_SUSPECT };

struct census {
    size_t mortals, immortals;
    rc_object **kept; // immortal objects and what they reach, each once
    size_t nkept;
};

static int count_one(rc_object *o, void *arg)
{
    struct census *c = arg;

    c->immortals += is_immortal(o);
    c->mortals += !is_immortal(o);
    return 0;
}

static bool is_in_heap(const rc_object *o)
{
    return range_has(&heap.containers, o) || range_has(&heap.leaves, o)
           || (o->flags & FLAG_LARGE);
}

static int keep(rc_object *o, void *arg)
{
    struct census *c = arg;

    if (is_in_heap(o) && !(o->flags & FLAG_KEPT)) {
        o->flags |= FLAG_KEPT;
        c->kept[c->nkept++] = o;
    }
    return 0;
}

static int keep_immortal(rc_object *o, void *arg)
{
    return is_immortal(o) ? keep(o, arg) : 0;
}

// The mortals among them.
static size_t count_kept(struct census *c)
{
    size_t n = 0;

    c->kept = memory_new((c->mortals + c->immortals) * sizeof(rc_object *));
    if (!c->kept) { // rather too many leaks than none
        rc_error_clear();
        return 0;
    }
    heap_each(keep_immortal, c);
    for (size_t i = 0; i < c->nkept; i++)
        object_visit(c->kept[i], keep, c);
    for (size_t i = 0; i < c->nkept; i++) {
        c->kept[i]->flags = (uint16_t)(c->kept[i]->flags & ~FLAG_KEPT);
        n += !is_immortal(c->kept[i]);
    }
    memory_free(c->kept);
    return n;
}

static size_t count_alive(void)
{
    struct census c = {0};

    heap_each(count_one, &c);
    return c.immortals ? c.mortals - count_kept(&c) : c.mortals;
}

// ---- the end ----

static size_t collected(void)
{
    struct rc_gc_stats stats;

    rc_gc_stats(&stats);
    return stats.collected;
}

// Finalizers may leave new garbage; those that always do must not keep us here.
static void collect_all(void)
{
    enum { ROUNDS_MOST = 1000 };
    unsigned debug = rc_gc_debug();
    size_t before;
    int rounds = 0;

    rc_gc_set_debug(debug & ~(unsigned)RC_GC_DEBUG_SAVEALL);
    rc_gc_unfreeze();
    do {
        before = collected();
        gc_drop_garbage();
        rc_gc_collect();
    } while (collected() > before && ++rounds < ROUNDS_MOST);
    gc_drop_garbage();
    rc_gc_set_debug(debug);
}

static int release_memory(rc_object *o, void *arg)
{
    (void)arg;
    if (o->type->dealloc)
        o->type->dealloc(o);
    return 0;
}

// Only immortal objects and what they hold are left; they need not release each
// other.
static void release_all(void)
{
    heap_each(release_memory, NULL);
    while (heap.large)
        large_free(large_object(heap.large));
    intern_release();
    map_release(&heap.large_set);
    map_release(&heap.types);
    map_release(&heap.weakrefs);
    map_release(&heap.handles);
    gc_init();
    pages_release();
    heap = (struct heap){0};
}

size_t rc_fini(void)
{
    size_t alive;

    if (!heap.is_ready)
        return 0;
    frame_leave_to(0);
    AUDIT(audit_closing());
    collect_all();
    alive = count_alive();
    AUDIT(audit_fini(alive));
    if (alive == 0)
        release_all();
    return alive;
}
