// heap.h - the runtime's own: pages, their slots, and what is alive in them.
//
// Two ranges of address space are reserved once, one for containers and one for
// leaves, so that one comparison tells what the collector must look at. A range
// is cut into pages; a page has slots of one size and one descriptor, and the
// descriptors lie together, not in the pages, so that walks over them touch
// little memory (the layout of mimalloc: Leijen, Zorn and de Moura, APLAS
// 2019). Beside the containers lies one byte for each 16 of theirs, all 0 but
// during a collection (gc.c).
//
// What is in a slot: an object, or a free slot, whose refs is 0 and whose type
// field leads to the next free one. Slots from `fresh` on were never used.

#ifndef RC_CORE_HEAP_H
#define RC_CORE_HEAP_H

#include "core/map.h"
#include "core/memory.h"
#include "rc/gc.h"
#include "rc/object.h"
#include "rc/pool.h"

#include <assert.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum { PAGE_SHIFT = 16, GRANULE_SHIFT = 4, GRANULE = 1 << GRANULE_SHIFT };
static_assert(1 << PAGE_SHIFT == RC_PAGE_BYTES, "pages are powers of two");

// rc_object.flags
enum {
    FLAG_FINALIZER = 1,    // its type or class has one that has not run yet
    FLAG_FINALIZED = 2,    // it has run
    FLAG_WEAKREFS = 4,     // heap.weakrefs knows it
    FLAG_HANDLE = 8,       // heap.handles knows it
    FLAG_LARGE = 16,       // not in a page: a struct large stands before it
    FLAG_CONTAINER = 32,   // of a type whose objects own references
    FLAG_DYING = 64,       // its last reference is gone
    FLAG_SUSPECT = 128,    // gc.c, while finalizers run
    FLAG_INTERNED = 256,   // a str that heap.interned knows
    FLAG_QUARANTINE = 512, // audit: destroyed, its slot not reused yet
    // On top, in six bits: which snapshot saw it first (sight/snapshot.c).
    FLAGS_SEEN_SHIFT = 10,
    // What makes the end of an object more than its slots.
    FLAGS_AT_END = FLAG_FINALIZER | FLAG_WEAKREFS | FLAG_HANDLE
};

// rc_type.kind_
enum {
    KIND_LEAF,      // owns no references
    KIND_SLOTS,     // type->slots only
    KIND_INLINE,    // items behind the header fields, at items_at_
    KIND_BODY,      // items in memory that items_at_ leads to
    KIND_CALLBACKS, // traverse
};

struct page {
    void *free;     // freed slots, threaded through their type field
    char *start;    // the first slot
    uint32_t fresh; // offset of the first slot that was never used
    uint32_t end;   // offset behind the last slot
    uint16_t used;  // slots that hold an object
    uint16_t slot_bytes;
    uint8_t pool; // index into heap.pools
    uint8_t state;
    uint8_t seen;       // gc.c: what a collection met here
    uint8_t is_touched; // made in or taken from since the last collection
    uint16_t suspects;  // gc.c
    bool is_frozen;     // not looked at, nothing is made here
    bool is_selected;   // gc.c: looked at by the collection that runs now
    uint8_t padding[12];
    struct page *next, *prev; // in a list of pages
};
static_assert(sizeof(struct page) == 64, "a power of two: an index is a shift");

enum {
    PAGE_UNUSED,
    PAGE_CURRENT, // its pool takes slots from it
    PAGE_ROOM,    // in its pool's list: has free slots
    PAGE_FULL,    // or frozen: in no list
    PAGE_EMPTY    // kept
};

struct range {
    void *mapping;
    size_t mapped;
    uintptr_t base;
    size_t in_use; // bytes that can be accessed, from base
    size_t reserved;
    struct page *pages;    // one descriptor a page
    struct page *empty;    // kept: accessible, not in use
    size_t kept, kept_low; // how many; the fewest since the last collection
    struct page *bare;     // unused, memory given back
    uint8_t *side;         // one byte a granule; containers only
};

struct rc_pool {
    struct page *current; // never NULL, but perhaps one without slots
    struct page *room;    // pages with free slots
    uint16_t slot_bytes;
    uint8_t index;
    bool is_container;
    struct range *range;
};

// A large object, behind its descriptor.
struct large {
    struct large *next, *prev;
    size_t bytes;
    uint32_t inner; // gc.c: references from inside
    uint8_t state;  // gc.c: as in heap.containers.side
    bool is_frozen;
    bool is_container;
    bool is_touched;
    struct large *pending; // object.c: the next one to be destroyed
    uint64_t padding;
};
static_assert(sizeof(struct large) % 16 == 0, "objects are aligned");

enum { SIZES = RC_POOL_MAX / GRANULE, POOLS = 2 * SIZES };

struct heap {
    // What each allocation and each end touches comes first.
    int64_t young;       // containers made minus died since the last run
    int64_t young_limit; // a run is due beyond
    uint64_t made;       // objects, ever
    bool is_destroying;
    bool is_collecting;
    bool is_ready;
    uint32_t pending;            // granule + 1 of the next object to destroy
    struct large *pending_large; // likewise

    struct range containers, leaves;
    struct rc_pool pools[POOLS]; // leaves, then containers, by size
    size_t touched;              // pages and large containers
    bool is_page_left_empty;     // by a collection, which must not keep it yet
    struct large *large;
    struct large *large_next; // of a walk during which large ones may be freed
    size_t large_count;
    struct map large_set; // by address of the object
    struct map weakrefs;  // object -> its first weak reference
    struct map handles;   // object -> serial
    struct map types;     // types that are ready, by address

    size_t pool_bytes, large_bytes, body_bytes; // in use
    size_t bytes, peak_bytes;                   // their sum, and its most
    size_t pages_in_use, pages_made, pages_given_back;
};

extern struct heap heap;

// ---- audit variant ----

#ifdef RC_AUDIT
#include "audit/hooks.h"
#define AUDIT_FAILS() audit_fails()
#define AUDIT(call) (call)
#define AUDIT_KEEPS 1 // what is freed may be kept for a while
#define AUDIT_TAKES(o) audit_keeps(o)
#else
#define AUDIT_FAILS() 0
#define AUDIT_KEEPS 0
#define AUDIT_TAKES(o) ((void)(o), false)
#define AUDIT(call) ((void)0)
#endif

// ---- page.c ----

int pages_init(void);
void pages_release(void); // everything goes back to the system

// Give the pool a page with room. False without memory.
bool pool_turn(struct rc_pool *pool);
// What slot_free() has left: the page was full, or is empty now.
void page_changed(struct range *r, struct page *p, bool was_full);
// All slots of p, none of which is in use any more, at once.
void page_reset(struct range *r, struct page *p);
// No pool of containers has a current page any more: the next one that it takes
// is touched by that.
void pools_let_go(void);
// Keep the pages that became empty during a collection.
void pages_sweep(void);
// Give back what was kept and not needed since the last collection.
void pages_decay(void);
void page_freeze(struct page *p);
void page_unfreeze(struct page *p);
// Slots that hold an object. The audit variant keeps freed ones for a while,
// which count as used where slots are handed out.
size_t page_live(const struct page *p);
struct rc_pool *pool_for(size_t bytes, bool is_container);

static inline bool range_has(const struct range *r, const void *p)
{
    return (uintptr_t)p - r->base < r->in_use;
}

static inline size_t page_index(const struct range *r, const void *p)
{
    return ((uintptr_t)p - r->base) >> PAGE_SHIFT;
}

static inline struct page *page_of(const struct range *r, const void *p)
{
    return &r->pages[page_index(r, p)];
}

static inline size_t granule_of(const void *p)
{
    return ((uintptr_t)p - heap.containers.base) >> GRANULE_SHIFT;
}

// How many pages have ever been accessible.
static inline size_t range_pages(const struct range *r)
{
    return r->in_use >> PAGE_SHIFT;
}

static inline bool page_is_in_use(const struct page *p)
{
    return p->state != PAGE_UNUSED && p->state != PAGE_EMPTY;
}

static inline bool slot_has(const struct rc_pool *pool)
{
    return pool->current->free || pool->current->fresh < pool->current->end;
}

// NULL when the current page of the pool is full.
static inline void *slot_take(const struct rc_pool *pool)
{
    struct page *p = pool->current;
    rc_object *slot = p->free;

    if (slot) {
        UNPOISON(slot, p->slot_bytes);
        p->free = slot->type;
    } else {
        if (p->fresh == p->end)
            return NULL;
        slot = (rc_object *)(void *)(p->start + p->fresh);
        UNPOISON(slot, p->slot_bytes);
        p->fresh += p->slot_bytes;
    }
    p->used++;
    return slot;
}

static inline void page_touch(struct page *p)
{
    heap.touched += !p->is_touched;
    p->is_touched = true;
}

static inline void slot_free(struct range *r, void *slot)
{
    struct page *p = page_of(r, slot);
    rc_object *o = slot;
    bool was_full = !p->free;

    o->refs = 0;
    o->type = p->free;
    p->free = slot;
    POISON((char *)slot + sizeof(*o), p->slot_bytes - sizeof(*o));
    if ((--p->used == 0 || was_full) && p->state != PAGE_CURRENT)
        page_changed(r, p, was_full);
}

static inline bool slot_is_live(const rc_object *o)
{
    return o->refs != 0 && !(o->flags & FLAG_QUARANTINE);
}

// ---- large.c ----

static inline struct large *large_of(const rc_object *o)
{
    return (struct large *)(void *)o - 1;
}

static inline rc_object *large_object(struct large *l)
{
    return (rc_object *)(void *)(l + 1);
}

// Zeroed; NULL with RC_ERROR_MEMORY.
rc_object *large_new(size_t bytes, bool is_container);
void large_free(rc_object *o);

// ---- object.c ----

// Bytes that o occupies, its slot or its memory, without bodies.
size_t object_bytes(const rc_object *o);

static inline bool object_is_live(const rc_object *o)
{
    return slot_is_live(o) && !(o->flags & FLAG_DYING);
}

// Note for the next collection that a reference to container o was moved or
// taken.
void object_touch(rc_object *o);

// Code of the program runs between these two: what it destroys ends at once.
struct interlude {
    uint32_t pending;
    struct large *pending_large;
    bool was_destroying;
#ifdef RC_AUDIT
    struct rc_site site;
#endif
};
struct interlude interlude_begin(void);
void interlude_end(struct interlude i);

// Set a flag of FLAGS_AT_END.
static inline void object_flag(rc_object *o, unsigned flag)
{
    o->flags = (uint16_t)(o->flags | flag);
}

static inline unsigned count_of(const rc_object *o)
{
    return o->refs & RC_COUNT_MASK;
}

static inline bool is_immortal(const rc_object *o)
{
    return (o->refs & RC_IMMORTAL) != 0;
}

static inline bool is_container(const rc_object *o)
{
    return range_has(&heap.containers, o)
           || (o->flags & (FLAG_LARGE | FLAG_CONTAINER))
                  == (FLAG_LARGE | FLAG_CONTAINER);
}

// Run o's finalizer, once in its life; o must be held.
void object_finalize(rc_object *o);
// o's memory; it owns nothing any more.
void object_free(rc_object *o);
void memory_give_back(rc_object *o); // the last step of that

// ---- gc.c ----

void gc_init(void); // also: forget everything, callbacks included
void gc_drop_garbage(void);
void gc_set_stress(bool on);
// A container is to be made and more than the threshold were before.
void gc_run_due(void);
// Does a collection that runs now hold o for dead?
bool gc_is_suspect(const rc_object *o);
// Has it begun to take o apart?
bool gc_hides(const rc_object *o);
// o is freed: the collection that runs now forgets it.
void gc_forget(const rc_object *o);
size_t gc_containers(void); // alive

// ---- walk.c: each object of the heap, each reference of an object ----

// Visit every reference that o owns; ends with the first result that is not 0.
int object_visit(rc_object *o, rc_visit visit, void *arg);

// Each live object: containers in order of address, leaves in order of address,
// large ones. Ends with the first result that is not 0. visit may not make or
// free objects.
int heap_each(int (*visit)(rc_object *o, void *arg), void *arg);

// The live object at an address, NULL when there is none. O(1), for any number.
rc_object *object_at(uintptr_t address);

// ---- weak references and handles (objects/weakref.c, sight/handle.c) ----

// All weak references to o are dead from now on. Those that are alive and have
// a callback are put on the list *calls (each held once more); with NULL for
// calls they are not called.
void weakrefs_clear(rc_object *o, rc_object **calls);
void weakrefs_call(rc_object *calls); // and let go of them
void handles_forget(const rc_object *o);

// ---- bytes ----

void heap_bytes_changed(size_t *what, size_t old_bytes, size_t new_bytes);

#endif
