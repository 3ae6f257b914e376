// hooks.c - how objects end, and allocations that fail.
//
// An object's memory comes back through the interpreter's allocator, of which
// the functions are wrapped. Types with a free list keep it instead: of static
// types right below `object` the deallocator is wrapped too. (Of others it
// cannot be: theirs is compared with and called through their subtypes'.)
// Memory of known objects is held back for a while, so that a reference which
// is given back twice meets the same object and not a new one.

#include "trace/companion.h"

#include <stdlib.h>

enum { MOST_TYPES = 256, HELD_BACK = 4096 };

static const PyMemAllocatorDomain domains[] = {PYMEM_DOMAIN_MEM,
                                               PYMEM_DOMAIN_OBJ};
enum { DOMAINS = sizeof(domains) / sizeof(*domains) };

static struct {
    PyMemAllocatorEx real[DOMAINS];
    void *held[HELD_BACK]; // blocks of PYMEM_DOMAIN_OBJ, a ring
    size_t next;
    struct watched_type {
        PyTypeObject *type;
        destructor dealloc;
    } types[MOST_TYPES];
    size_t ntypes;
    bool is_installed;
} hooks;

const struct refcheck_place *here(void)
{
    static const struct refcheck_place nowhere = {"", 0, "", ""};

    return current_call ? &current_call->place : &nowhere;
}

static void end(struct record *r, enum life life)
{
    if (r->life == LIFE_ALIVE)
        log_end(r, here());
    r->life = life;
}

// ---- deallocators ----

// The type below `object`.
static PyTypeObject *root_of(PyTypeObject *type)
{
    while (type->tp_base && type->tp_base->tp_base)
        type = type->tp_base;
    return type;
}

static struct watched_type *watched(const PyTypeObject *type)
{
    for (size_t i = 0; i < hooks.ntypes; i++)
        if (hooks.types[i].type == type)
            return &hooks.types[i];
    return NULL;
}

static void dealloc(PyObject *o)
{
    struct watched_type *w = watched(root_of(Py_TYPE(o)));
    struct record *r = record_find(o);

    if (r)
        end(r, LIFE_ENDED);
    w->dealloc(o);
    // It may have been brought back to life.
    r = record_find(o);
    if (r && r->life == LIFE_ENDED && Py_REFCNT(o) > 0)
        record_drop(r);
}

void hooks_watch_type(PyTypeObject *type)
{
    PyTypeObject *root = root_of(type);

    if (!root->tp_base || (root->tp_flags & Py_TPFLAGS_HEAPTYPE)
        || hooks.ntypes == MOST_TYPES || watched(root))
        return;
    hooks.types[hooks.ntypes++] =
        (struct watched_type){.type = root, .dealloc = root->tp_dealloc};
    root->tp_dealloc = dealloc;
}

// ---- memory ----

enum { HEADER = 2 * sizeof(void *), MOST_HEADERS = 2 };

// In front of an object there may be the collector's header, and one for its
// attributes.
void *hooks_block(PyObject *o)
{
    size_t headers = PyObject_IS_GC(o) != 0;

#if defined(Py_TPFLAGS_PREHEADER)
    headers += (Py_TYPE(o)->tp_flags & Py_TPFLAGS_PREHEADER) != 0;
#elif defined(Py_TPFLAGS_MANAGED_DICT)
    headers += (Py_TYPE(o)->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0;
#endif
    return (char *)o - headers * HEADER;
}

static struct record *record_in(void *block)
{
    for (size_t n = 0; block && n <= MOST_HEADERS; n++) {
        struct record *r = record_find((char *)block + n * HEADER);

        if (r && r->block == block)
            return r;
    }
    return NULL;
}

static bool must_fail(void)
{
    if (!trace.fail_at || !trace.repetition || !current_call || trace.fd < 0)
        return false;
    trace.allocations++;
    if (trace.allocations != trace.fail_at
        && !(trace.fails_on && trace.allocations > trace.fail_at))
        return false;
    log_fail(trace.allocations, here());
    return true;
}

// Whatever was at this address is no more.
static void *fresh(void *block)
{
    struct record *r = record_in(block);

    if (r)
        record_drop(r);
    return block;
}

static void *hook_malloc(void *context, size_t size)
{
    const PyMemAllocatorEx *real = context;

    return must_fail() ? NULL : fresh(real->malloc(real->ctx, size));
}

static void *hook_calloc(void *context, size_t n, size_t size)
{
    const PyMemAllocatorEx *real = context;

    return must_fail() ? NULL : fresh(real->calloc(real->ctx, n, size));
}

// The object at its new address is the one that it was.
static void move(struct record *r, void *to)
{
    struct record moved = *r;
    struct record *now;

    end(r, LIFE_FREED);
    record_drop(r);
    now = record_add(to);
    if (!now)
        return;
    now->block = hooks_block(to);
    now->from = moved.from;
    now->is_made = moved.is_made;
    now->touched = moved.touched;
    now->repetition = moved.repetition;
    log_new(now, &now->from);
}

static void *hook_realloc(void *context, void *block, size_t size)
{
    const PyMemAllocatorEx *real = context;
    struct record *r = record_in(block);
    ptrdiff_t before = r ? (char *)r->object - (char *)block : 0;
    bool is_alive = r && r->life == LIFE_ALIVE;
    void *now;

    if (must_fail())
        return NULL;
    now = real->realloc(real->ctx, block, size);
    if (!now || now == block)
        return now;
    fresh(now);
    r = is_alive ? record_find((char *)block + before) : NULL;
    if (r)
        move(r, (char *)now + before);
    return now;
}

static void hook_free(void *context, void *block)
{
    const PyMemAllocatorEx *real = context;
    struct record *r = record_in(block);
    void *oldest;

    if (!r || real != &hooks.real[1]) {
        real->free(real->ctx, block);
        return;
    }
    end(r, LIFE_FREED);
    oldest = hooks.held[hooks.next];
    hooks.held[hooks.next] = block;
    hooks.next = (hooks.next + 1) % HELD_BACK;
    r = record_in(oldest);
    if (r)
        record_drop(r);
    real->free(real->ctx, oldest);
}

void hooks_install(void)
{
    if (hooks.is_installed)
        return;
    hooks.is_installed = true;
    for (size_t i = 0; i < DOMAINS; i++) {
        PyMemAllocatorEx ours = {.ctx = &hooks.real[i],
                                 .malloc = hook_malloc,
                                 .calloc = hook_calloc,
                                 .realloc = hook_realloc,
                                 .free = hook_free};

        PyMem_GetAllocator(domains[i], &hooks.real[i]);
        PyMem_SetAllocator(domains[i], &ours);
    }
}
