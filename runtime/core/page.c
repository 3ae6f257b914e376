// page.c - pages and their slots: from address space to memory and back.
//
//     reserved -> accessible in steps of GROWTH -> current page of a pool
//     -> full or with room -> empty and kept -> given back ("bare")
//
// Slots of a page are taken in order of address first and from its own list of
// freed ones later, so what is made together lies together. An empty page is
// kept; those that nothing needed between two collections are given back, and
// beyond KEPT_MOST at once.

#include "core/heap.h"

#include "core/memory.h"

#include <sys/mman.h>

enum {
    GROWTH = 2 << 20,    // one huge page
    HUGE_FROM = 8 << 20, // small programs need not take whole huge pages
    KEPT_MOST = 1024,    // 64 MiB
};
#define RESERVE_MOST ((size_t)64 << 30)
#define RESERVE_LEAST ((size_t)GROWTH)

struct heap heap;

static struct page no_page; // full

// ---- address space ----

static void *reserve(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static size_t side_bytes(size_t reserved)
{
    return reserved >> GRANULE_SHIFT;
}

static size_t pages_bytes(size_t reserved)
{
    return (reserved >> PAGE_SHIFT) * sizeof(struct page);
}

// The range, its descriptors and its side table in one piece.
static bool range_map(struct range *r, size_t bytes, bool has_side)
{
    size_t side = has_side ? side_bytes(bytes) : 0;
    size_t all = bytes + GROWTH + side + pages_bytes(bytes);
    char *p = reserve(all);

    if (!p)
        return false;
    r->mapping = p;
    r->mapped = all;
    r->base = ((uintptr_t)p + GROWTH - 1) & ~(uintptr_t)(GROWTH - 1);
    r->reserved = bytes;
    p = (char *)r->base + bytes; // NOLINT
    r->side = has_side ? (uint8_t *)p : NULL;
    r->pages = (struct page *)(void *)(p + side);
    return true;
}

// Where the system grants less address space (ulimit -v) half of what can be
// had is left to the rest of the program, bodies among it, and what does not
// fit the range is made as large objects are.
static void range_reserve(struct range *r, bool has_side)
{
    size_t bytes = RESERVE_MOST;

    if (range_map(r, bytes, has_side))
        return;
    do {
        bytes /= 2;
        if (bytes < RESERVE_LEAST)
            return;
    } while (!range_map(r, bytes, has_side));
    if (bytes > RESERVE_LEAST) {
        munmap(r->mapping, r->mapped);
        *r = (struct range){0};
        (void)range_map(r, bytes / 2, has_side);
    }
}

static void range_release(struct range *r)
{
    if (!r->mapping)
        return;
    UNPOISON((void *)r->base, r->in_use); // NOLINT
    munmap(r->mapping, r->mapped);
    *r = (struct range){0};
}

// Make [from, to) of table accessible; both are rounded to what the system can.
static int table_open(void *table, size_t from, size_t to)
{
    enum { STEP = 4096 };
    size_t first = from & ~(size_t)(STEP - 1);
    size_t last = (to + STEP - 1) & ~(size_t)(STEP - 1);

    return mprotect((char *)table + first, last - first,
                    PROT_READ | PROT_WRITE);
}

static int range_grow(struct range *r)
{
    size_t from = r->in_use, to = from + GROWTH;

    if (to > r->reserved || AUDIT_FAILS())
        return -1;
    if (table_open(r->pages, pages_bytes(from), pages_bytes(to)) < 0
        || (r->side
            && table_open(r->side, side_bytes(from), side_bytes(to)) < 0)
        || mprotect((char *)r->base + from, GROWTH, // NOLINT
                    PROT_READ | PROT_WRITE)
               < 0)
        return -1;
    if (from >= HUGE_FROM)
        madvise((char *)r->base + from, GROWTH, MADV_HUGEPAGE); // NOLINT
    r->in_use = to;
    for (size_t i = range_pages(r); i-- > from >> PAGE_SHIFT;) {
        r->pages[i].next = r->bare;
        r->bare = &r->pages[i];
    }
    return 0;
}

int pages_init(void)
{
    // Without any range everything is made as large objects are.
    range_reserve(&heap.containers, true);
    range_reserve(&heap.leaves, false);
    for (size_t i = 0; i < POOLS; i++) {
        struct rc_pool *pool = &heap.pools[i];

        pool->current = &no_page;
        pool->index = (uint8_t)i;
        pool->is_container = i >= SIZES;
        pool->range = pool->is_container ? &heap.containers : &heap.leaves;
        pool->slot_bytes = (uint16_t)((i % SIZES + 1) * GRANULE);
    }
    return 0;
}

void pages_release(void)
{
    range_release(&heap.containers);
    range_release(&heap.leaves);
}

struct rc_pool *pool_for(size_t bytes, bool is_container)
{
    size_t size = (bytes + GRANULE - 1) / GRANULE;

    if (size == 0 || size > SIZES) // 0: of a type that is not ready
        return NULL;
    return &heap.pools[size - 1 + (is_container ? SIZES : 0)];
}

// ---- lists of pages ----

static void list_add(struct page **list, struct page *p)
{
    p->prev = NULL;
    p->next = *list;
    if (*list)
        (*list)->prev = p;
    *list = p;
}

static void list_remove(struct page **list, struct page *p)
{
    if (p->prev)
        p->prev->next = p->next;
    else
        *list = p->next;
    if (p->next)
        p->next->prev = p->prev;
    p->next = p->prev = NULL;
}

// ---- pages ----

void heap_bytes_changed(size_t *what, size_t old_bytes, size_t new_bytes)
{
    *what += new_bytes - old_bytes;
    heap.bytes += new_bytes - old_bytes;
    if (heap.bytes > heap.peak_bytes)
        heap.peak_bytes = heap.bytes;
}

static size_t page_number(const struct range *r, const struct page *p)
{
    return (size_t)(p - r->pages);
}

static struct page *page_new(struct rc_pool *pool)
{
    struct range *r = pool->range;
    struct page *p = r->empty;

    if (p) {
        list_remove(&r->empty, p);
        if (--r->kept < r->kept_low)
            r->kept_low = r->kept;
    } else {
        if (!r->bare && range_grow(r) < 0)
            return NULL;
        p = r->bare;
        r->bare = p->next;
        p->next = NULL;
    }
    p->free = NULL;
    p->fresh = 0;
    p->end = (uint32_t)(RC_PAGE_BYTES / pool->slot_bytes * pool->slot_bytes);
    p->used = 0;
    p->slot_bytes = pool->slot_bytes;
    p->pool = pool->index;
    p->start = (char *)(r->base + (page_number(r, p) << PAGE_SHIFT)); // NOLINT
    heap.pages_made++;
    heap.pages_in_use++;
    heap_bytes_changed(&heap.pool_bytes, 0, RC_PAGE_BYTES);
    return p;
}

// Empty pages [first, last), at once: whole huge pages go back far faster.
static void run_give_back(struct range *r, struct page *first,
                          struct page *last)
{
    size_t bytes = (size_t)(last - first) * RC_PAGE_BYTES;

    UNPOISON(first->start, bytes);
    madvise(first->start, bytes, MADV_DONTNEED);
    for (struct page *p = first; p < last; p++) {
        list_remove(&r->empty, p);
        p->state = PAGE_UNUSED;
        p->next = r->bare;
        r->bare = p;
        r->kept--;
        heap.pages_given_back++;
    }
}

// Give back n empty pages, those that lie together.
static size_t give_back(struct range *r, size_t n)
{
    struct page *end = r->pages + range_pages(r);
    size_t left = n < r->kept ? n : r->kept, all = left;

    for (struct page *p = r->pages; p < end && left; p++) {
        struct page *last = p;

        while (last < end && last->state == PAGE_EMPTY && left) {
            last++;
            left--;
        }
        if (last == p)
            continue;
        run_give_back(r, p, last);
        p = last - 1;
    }
    if (r->kept_low > r->kept)
        r->kept_low = r->kept;
    return all;
}

static void page_keep(struct range *r, struct page *p)
{
    heap.pages_in_use--;
    heap_bytes_changed(&heap.pool_bytes, RC_PAGE_BYTES, 0);
    heap.touched -= p->is_touched;
    p->is_touched = false;
    p->is_selected = false;
    p->free = NULL;
    p->fresh = 0;
    p->state = PAGE_EMPTY;
    list_add(&r->empty, p);
    if (++r->kept > KEPT_MOST)
        give_back(r, KEPT_MOST / 2);
}

void pages_decay(void)
{
    give_back(&heap.containers, heap.containers.kept_low);
    give_back(&heap.leaves, heap.leaves.kept_low);
    heap.containers.kept_low = heap.containers.kept;
    heap.leaves.kept_low = heap.leaves.kept;
}

size_t rc_pool_trim(void)
{
    return give_back(&heap.containers, heap.containers.kept)
           + give_back(&heap.leaves, heap.leaves.kept);
}

// ---- slots ----

bool pool_turn(struct rc_pool *pool)
{
    struct page *p = pool->room;

    if (pool->current != &no_page)
        pool->current->state = PAGE_FULL;
    if (p)
        list_remove(&pool->room, p);
    else
        p = page_new(pool);
    pool->current = p ? p : &no_page;
    if (!p)
        return false;
    p->state = PAGE_CURRENT;
    if (pool->is_container)
        page_touch(p);
    return true;
}

void page_changed(struct range *r, struct page *p, bool was_full)
{
    struct rc_pool *pool = &heap.pools[p->pool];

    if (p->state == PAGE_CURRENT || p->is_frozen)
        return;
    if (was_full && p->state == PAGE_FULL) {
        p->state = PAGE_ROOM;
        list_add(&pool->room, p);
    }
    if (p->used > 0)
        return;
    if (heap.is_collecting && pool->is_container) {
        heap.is_page_left_empty = true;
        return;
    }
    list_remove(&pool->room, p);
    page_keep(r, p);
}

void pages_sweep(void)
{
    struct range *r = &heap.containers;

    if (!heap.is_page_left_empty)
        return;
    heap.is_page_left_empty = false;
    for (size_t i = 0; i < range_pages(r); i++) {
        struct page *p = &r->pages[i];

        if (p->state != PAGE_ROOM || p->used > 0)
            continue;
        list_remove(&heap.pools[p->pool].room, p);
        page_keep(r, p);
    }
}

void page_reset(struct range *r, struct page *p)
{
    struct rc_pool *pool = &heap.pools[p->pool];

    p->used = 0;
    p->free = NULL;
    p->fresh = 0;
    POISON(p->start, RC_PAGE_BYTES);
    if (p->state == PAGE_CURRENT)
        pool->current = &no_page;
    if (p->state == PAGE_ROOM)
        list_remove(&pool->room, p);
    page_keep(r, p);
}

static bool page_has_room(const struct page *p)
{
    return p->free || p->fresh < p->end;
}

// p is no pool's current page any more.
static void page_put_back(struct range *r, struct page *p)
{
    if (p->used == 0) {
        page_keep(r, p);
    } else if (page_has_room(p)) {
        p->state = PAGE_ROOM;
        list_add(&heap.pools[p->pool].room, p);
    } else {
        p->state = PAGE_FULL;
    }
}

void pools_let_go(void)
{
    for (size_t i = SIZES; i < POOLS; i++) {
        struct rc_pool *pool = &heap.pools[i];
        struct page *p = pool->current;

        pool->current = &no_page;
        if (p != &no_page)
            page_put_back(pool->range, p);
    }
}

size_t page_live(const struct page *p)
{
    size_t n = 0;

    if (!AUDIT_KEEPS)
        return p->used;
    for (uint32_t at = 0; at < p->fresh; at += p->slot_bytes)
        n += slot_is_live((const rc_object *)(const void *)(p->start + at));
    return n;
}

void page_freeze(struct page *p)
{
    if (p->state == PAGE_ROOM)
        list_remove(&heap.pools[p->pool].room, p);
    p->state = PAGE_FULL;
    p->is_frozen = true;
    if (p->is_touched)
        heap.touched--;
    p->is_touched = false;
}

void page_unfreeze(struct page *p)
{
    p->is_frozen = false;
    page_touch(p);
    page_put_back(&heap.containers, p);
}
