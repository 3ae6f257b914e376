// object.c - how objects begin and end.
//
// The end never recurses: an object whose last reference goes while another one
// is being destroyed waits on a list, which is threaded through the dead (in
// refs, as the number of the granule where the next one is). Code of the
// program that runs in between (finalizers, callbacks) begins a list of its
// own, so what it gives back is gone when it looks.

#include "core/error.h"
#include "core/visit.h"

#include <stdio.h>
#include <stdlib.h>

// ---- types ----

static bool slots_fit(const rc_type *type)
{
    for (const uint16_t *s = type->slots; s && *s; s++) {
        if (*s < sizeof(rc_object) || *s % sizeof(rc_object *)
            || *s + sizeof(rc_object *) > type->size)
            return false;
    }
    return true;
}

static size_t count_slots(const rc_type *type)
{
    size_t n = 0;

    while (type->slots && type->slots[n])
        n++;
    return n;
}

static bool type_owns(const rc_type *type)
{
    return type->slots || type->traverse || type->kind_ != KIND_LEAF;
}

int rc_type_ready(rc_type *type)
{
    if (type->ready_)
        return map_set(&heap.types, (uintptr_t)type, 1);
    if (!type->name || type->size < sizeof(rc_object) || !slots_fit(type)) {
        rc_error_set(RC_ERROR_VALUE, "type %s: impossible size or slot",
                     type->name ? type->name : "without a name");
        return -1;
    }
    type->head.refs = RC_IMMORTAL | 1;
    type->head.type = &rc_type_type;
    if (type->traverse)
        type->kind_ = KIND_CALLBACKS;
    else if (type->kind_ == KIND_LEAF && type->slots)
        type->kind_ = KIND_SLOTS;
    type->is_plain_ = type->kind_ == KIND_SLOTS && !type->dealloc
                      && count_slots(type) <= UINT8_MAX;
    type->nslots_ = (uint8_t)count_slots(type);
    type->new_flags_ = (uint16_t)((type->finalize ? FLAG_FINALIZER : 0u)
                                  | (type_owns(type) ? FLAG_CONTAINER : 0u));
    type->pool_ = pool_for(type->size, type_owns(type));
    type->ready_ = true;
    return map_set(&heap.types, (uintptr_t)type, 1);
}

// ---- beginnings ----

static inline rc_object *begin(rc_object *o, rc_type *type, unsigned flags)
{
    o->refs = 1;
    o->flags = (uint16_t)flags;
    o->extra = 0;
    o->type = type;
    heap.made++;
    AUDIT(audit_made(o));
    return o;
}

// Slots are whole granules.
static inline void zero_fields(rc_object *o, size_t bytes)
{
    char *field = (char *)(o + 1);

    static_assert(sizeof(rc_object) == GRANULE, "the first granule");
    for (size_t at = GRANULE; at < bytes; at += GRANULE, field += GRANULE)
        memset(field, 0, GRANULE);
}

static bool is_of_containers(const rc_type *type)
{
    return (type->new_flags_ & FLAG_CONTAINER) != 0;
}

// Where address space is short, small objects are made as large ones are.
static rc_object *new_large(rc_type *type, size_t bytes)
{
    rc_object *o = large_new(bytes, is_of_containers(type));

    return o ? begin(o, type, type->new_flags_ | FLAG_LARGE) : NULL;
}

static rc_object *new_of(rc_type *type, struct rc_pool *pool, size_t bytes)
{
    rc_object *o = NULL;

    if (!type->ready_) {
        rc_error_set(RC_ERROR_STATE, "type %s is not ready: rc_type_ready()",
                     type->name ? type->name : "without a name");
        return NULL;
    }
    if (AUDIT_FAILS())
        return memory_none(bytes);
    if (is_of_containers(type) && ++heap.young > heap.young_limit)
        gc_run_due();
    if (pool && (slot_has(pool) || pool_turn(pool)))
        o = slot_take(pool);
    if (!o)
        return new_large(type, bytes);
    zero_fields(o, bytes);
    return begin(o, type, type->new_flags_);
}

NEVER_INLINE rc_object *new_rare(rc_type *type)
{
    return new_of(type, type->pool_, type->size);
}

// The usual case in a few instructions: a type that is ready and small, a page
// with room, no collection due.
rc_object *rc_new(rc_type *type)
{
    struct rc_pool *pool = type->pool_;
    rc_object *o;

    if (!pool || heap.young >= heap.young_limit || AUDIT_KEEPS)
        return new_rare(type);
    o = slot_take(pool);
    if (!o)
        return new_rare(type);
    heap.young += pool->is_container;
    zero_fields(o, type->size);
    return begin(o, type, type->new_flags_);
}

rc_object *rc_new_sized(rc_type *type, size_t n)
{
    size_t bytes = type->size + n * type->item_size;

    if (n && type->item_size
        && n > (SIZE_MAX / 2 - type->size) / type->item_size)
        return memory_none(n);
    return new_of(type, pool_for(bytes, is_of_containers(type)), bytes);
}

size_t object_bytes(const rc_object *o)
{
    if (range_has(&heap.containers, o))
        return page_of(&heap.containers, o)->slot_bytes;
    if (range_has(&heap.leaves, o))
        return page_of(&heap.leaves, o)->slot_bytes;
    if (o->flags & FLAG_LARGE)
        return large_of(o)->bytes;
    return o->type->size;
}

// ---- ends ----

struct interlude interlude_begin(void)
{
    struct interlude i = {.pending = heap.pending,
                          .pending_large = heap.pending_large,
                          .was_destroying = heap.is_destroying};

    AUDIT(audit_interlude_begin(&i.site));
    heap.pending = 0;
    heap.pending_large = NULL;
    heap.is_destroying = false;
    return i;
}

void interlude_end(struct interlude i)
{
    heap.pending = i.pending;
    heap.pending_large = i.pending_large;
    heap.is_destroying = i.was_destroying;
    AUDIT(audit_interlude_end(&i.site));
}

void memory_give_back(rc_object *o)
{
    if (range_has(&heap.containers, o))
        slot_free(&heap.containers, o);
    else if (range_has(&heap.leaves, o))
        slot_free(&heap.leaves, o);
    else
        large_free(o);
}

void object_free(rc_object *o)
{
    AUDIT(audit_ended(o));
    if (o->flags & FLAG_CONTAINER) {
        heap.young -= heap.young > 0;
        if (heap.is_collecting)
            gc_forget(o);
    }
    if (!AUDIT_TAKES(o))
        memory_give_back(o);
}

void object_finalize(rc_object *o)
{
    struct error_state error;
    struct interlude i;

    if (!(o->flags & FLAG_FINALIZER))
        return;
    o->flags = (uint16_t)((o->flags & ~FLAG_FINALIZER) | FLAG_FINALIZED);
    if (!o->type->finalize)
        return;
    error_save(&error); // it belongs to somebody else
    i = interlude_begin();
    o->type->finalize(o);
    interlude_end(i);
    error_restore(&error);
}

// Whoever wants to know hears that o is about to die. False: o lives on.
static bool say_goodbye(rc_object *o)
{
    rc_object *calls = NULL;

    o->flags = (uint16_t)(o->flags & ~FLAG_DYING);
    o->refs = 1; // held by us, so that it can be used
    if (o->flags & FLAG_CONTAINER)
        o->refs |= RC_UNTOUCHED; // if it lives on that is to be noted
    AUDIT(audit_lent(o, true));
    object_finalize(o);
    AUDIT(audit_lent(o, false));
    if (count_of(o) > 1 || is_immortal(o)) {
        rc_decref(o);
        return false;
    }
    o->flags |= FLAG_DYING;
    if (o->flags & FLAG_WEAKREFS)
        weakrefs_clear(o, &calls);
    if (calls) {
        struct interlude i = interlude_begin();

        weakrefs_call(calls);
        interlude_end(i);
    }
    if (o->flags & FLAG_HANDLE)
        handles_forget(o);
    return true;
}

static int give_back(rc_object *child, void *arg)
{
    (void)arg;
    rc_decref(child);
    return 0;
}

static inline void strip(rc_object *o, const rc_type *type)
{
    if (type->slots)
        visit_slots(o, type->slots, give_back, NULL);
    if (type->kind_ > KIND_SLOTS) {
        if (type->kind_ != KIND_CALLBACKS)
            visit_items(o, type, give_back, NULL);
        else if (type->clear)
            type->clear(o);
    }
    if (type->dealloc)
        type->dealloc(o);
}

static void end(rc_object *o)
{
    if ((o->flags & FLAGS_AT_END) && !say_goodbye(o))
        return;
    strip(o, o->type);
    object_free(o);
}

static inline void pend(rc_object *o, uint32_t *list)
{
    o->flags |= FLAG_DYING;
    if (range_has(&heap.containers, o)) {
        o->refs = *list;
        *list = (uint32_t)granule_of(o) + 1;
    } else {
        large_of(o)->pending = heap.pending_large;
        heap.pending_large = large_of(o);
    }
}

static rc_object *next_large(void)
{
    struct large *l = heap.pending_large;

    if (!l)
        return NULL;
    heap.pending_large = l->pending;
    return large_object(l);
}

static inline rc_object *next_pending(uint32_t *list)
{
    rc_object *o;

    if (!*list)
        return next_large();
    o = (rc_object *)(heap.containers.base // NOLINT
                      + ((size_t)(*list - 1) << GRANULE_SHIFT));
    *list = o->refs;
    return o;
}

// The usual case: objects in pages, with nothing but fields to release. As long
// as they lie on one page, their slots are only noted: a page that becomes
// empty then costs no write to memory that may have left the cache.
struct reaper {
    uint32_t list;   // who waits
    uint32_t nfreed; // slots of page
    uintptr_t start; // of page; 0 = none
    struct page *page;
    const rc_type *type; // of the last one, if its end was plain
    const uint16_t *slots;
};

// Granules of the page. One for all: whoever runs code of the program, which
// may begin an end of its own, has flushed before; and on the stack it would
// be too much for ends that begin within others.
static uint16_t reaped[RC_PAGE_BYTES / GRANULE];

static void reaper_thread(struct reaper *r)
{
    struct page *p = r->page;

    for (uint32_t i = 0; i < r->nfreed; i++) {
        rc_object *o =
            (rc_object *)(void *)(p->start
                                  + ((size_t)reaped[i] << GRANULE_SHIFT));

        o->refs = 0;
        o->type = p->free;
        p->free = o;
        POISON(o + 1, p->slot_bytes - sizeof(*o));
    }
    p->used = (uint16_t)(p->used - r->nfreed);
}

// Before anything else may look at the heap.
static void reaper_flush(struct reaper *r)
{
    struct page *p = r->page;
    bool was_full;

    if (!r->start)
        return;
    r->start = 0;
    heap.young = heap.young > r->nfreed ? heap.young - r->nfreed : 0;
    if (r->nfreed == p->used && !p->is_frozen) {
        page_reset(&heap.containers, p);
        return;
    }
    was_full = !p->free;
    reaper_thread(r);
    if (was_full)
        page_changed(&heap.containers, p, was_full);
}

NEVER_INLINE void reaper_turn(struct reaper *r, const rc_object *o)
{
    reaper_flush(r);
    r->page = page_of(&heap.containers, o);
    r->start = (uintptr_t)o & ~(uintptr_t)(RC_PAGE_BYTES - 1);
    r->nfreed = 0;
}

static inline void reaper_free(struct reaper *r, rc_object *o)
{
    if (((uintptr_t)o ^ r->start) >= RC_PAGE_BYTES)
        reaper_turn(r, o);
    reaped[r->nfreed++] =
        (uint16_t)(((uintptr_t)o - r->start) >> GRANULE_SHIFT);
}

// What was made together lies together: guess where later ones are. Some 64
// steps are what a miss takes.
static inline void prefetch_beyond(const rc_object *o, const rc_object *child)
{
    uintptr_t step = (uintptr_t)child - (uintptr_t)o;

    __builtin_prefetch((const void *)((uintptr_t)child + 64 * step)); // NOLINT
}

// The next to be ended is handed on directly: through memory it would take
// longer than all the rest.
ALWAYS_INLINE rc_object *reaper_release(struct reaper *r, rc_object *o,
                                        rc_object *child, rc_object *next)
{
    if (child->refs - 2u < RC_COUNT_MASK - 1u) {
        child->refs--;
    } else if ((child->refs & ~RC_UNTOUCHED) == 1
               && (child->flags & (FLAG_CONTAINER | FLAG_LARGE))
                      == FLAG_CONTAINER) {
        if (next)
            pend(next, &r->list);
        prefetch_beyond(o, child);
        return child;
    } else {
        if (next)
            pend(next, &r->list);
        o->flags |= FLAG_DYING;
        reaper_flush(r);
        rc_decref_rare_(child);
        return NULL;
    }
    return next;
}

// Returns one that is to be ended now, NULL when o alone held none.
ALWAYS_INLINE rc_object *reaper_end(struct reaper *r, rc_object *o)
{
    rc_object *next = NULL;

    for (const uint16_t *s = r->slots; *s; s++) {
        rc_object *child = *slot_at(o, *s);

        if (child)
            next = reaper_release(r, o, child, next);
    }
    reaper_free(r, o);
    return next;
}

// Where the fields are is remembered for the next of the same type, so that
// finding its children need not wait for its type to be read.
static bool reaper_takes(struct reaper *r, const rc_object *o)
{
    if (!o->type->is_plain_ || AUDIT_KEEPS)
        return false;
    r->type = o->type;
    r->slots = o->type->slots;
    return true;
}

static inline bool is_plain_end(struct reaper *r, const rc_object *o)
{
    return !(o->flags & (FLAGS_AT_END | FLAG_LARGE)) && !heap.is_collecting
           && (o->type == r->type || reaper_takes(r, o));
}

// Those that wait because code in between gave them back come last.
static rc_object *reaper_next(struct reaper *r)
{
    rc_object *o = next_pending(&r->list);

    return o ? o : next_pending(&heap.pending);
}

NEVER_INLINE void reap(rc_object *o)
{
    struct reaper r;

    r.list = 0;
    r.start = 0;
    r.type = NULL;

    while (o) {
        rc_object *next = NULL;

        if (is_plain_end(&r, o)) {
            next = reaper_end(&r, o);
        } else {
            o->flags |= FLAG_DYING;
            reaper_flush(&r);
            end(o);
        }
        o = next ? next : reaper_next(&r);
    }
    reaper_flush(&r);
}

// The end of one that takes nobody along, the usual one of short lives. (It may
// hold one child several times: each must have more than all of its fields.)
static inline bool ends_alone(rc_object *o)
{
    const rc_type *type = o->type;
    bool has_children = false;

    if ((o->flags & (FLAGS_AT_END | FLAG_LARGE | FLAG_DYING))
        || !type->is_plain_ || heap.is_collecting || AUDIT_KEEPS)
        return false;
    for (const uint16_t *s = type->slots; *s; s++) {
        rc_object *child = *slot_at(o, *s);

        if (!child)
            continue;
        if (child->refs <= type->nslots_ || child->refs > RC_COUNT_MASK)
            return false;
        has_children = true;
    }
    for (const uint16_t *s = type->slots; has_children && *s; s++) {
        if (*slot_at(o, *s))
            (*slot_at(o, *s))->refs--;
    }
    heap.young -= heap.young > 0;
    slot_free(&heap.containers, o);
    return true;
}

static void die(rc_object *o)
{
    if (!(o->flags & FLAG_CONTAINER)) { // what owns nothing cannot recurse
        o->flags |= FLAG_DYING;
        end(o);
    } else if (heap.is_destroying) {
        pend(o, &heap.pending);
    } else {
        heap.is_destroying = true;
        reap(o);
        heap.is_destroying = false;
    }
}

static _Noreturn void give_up(const rc_object *o)
{
    fprintf(stderr,
            "rc: a reference to the object at %p is given back, but the object "
            "is gone; the audit variant of the runtime says where that was\n",
            (const void *)o);
    abort();
}

void object_touch(rc_object *o)
{
    if (!(o->refs & RC_UNTOUCHED))
        return;
    o->refs &= ~RC_UNTOUCHED;
    if (range_has(&heap.containers, o)) {
        if (!page_of(&heap.containers, o)->is_frozen)
            page_touch(page_of(&heap.containers, o));
    } else if (!large_of(o)->is_frozen) {
        heap.touched += !large_of(o)->is_touched;
        large_of(o)->is_touched = true;
    }
}

void rc_gc_touch(rc_object *o)
{
    object_touch(o);
}

NEVER_INLINE void decref_rarer(rc_object *o)
{
    unsigned count = count_of(o);

    if (is_immortal(o))
        return;
    if (count == 0 || (o->flags & FLAG_DYING))
        give_up(o);
    if (count == 1) {
        die(o);
    } else {
        object_touch(o);
        o->refs--;
    }
}

void rc_decref_rare_(rc_object *o)
{
    if ((o->refs & ~RC_UNTOUCHED) != 1 || !ends_alone(o))
        decref_rarer(o);
}

void rc_make_immortal(rc_object *o)
{
    o->refs = (o->refs & RC_COUNT_MASK) | RC_IMMORTAL;
}

bool rc_is_immortal(const rc_object *o)
{
    return is_immortal(o);
}
