// stats.c - how much of everything there is, from the descriptors of the pages.

#include "core/heap.h"
#include "rc/pool.h"

static struct rc_size_stats *size_of_page(struct rc_size_stats *sizes,
                                          const struct page *p)
{
    struct rc_size_stats *s = &sizes[p->pool];

    s->slot_bytes = p->slot_bytes;
    s->is_container = heap.pools[p->pool].is_container;
    return s;
}

static void add_range(struct rc_size_stats *sizes, const struct range *r)
{
    for (size_t i = 0; i < range_pages(r); i++) {
        const struct page *p = &r->pages[i];
        struct rc_size_stats *s;

        if (!page_is_in_use(p))
            continue;
        s = size_of_page(sizes, p);
        s->pages++;
        s->slots += p->end / p->slot_bytes;
        s->used += page_live(p);
    }
}

// By index of the pool.
static void add_all(struct rc_size_stats sizes[POOLS])
{
    memset(sizes, 0, POOLS * sizeof(*sizes));
    add_range(sizes, &heap.containers);
    add_range(sizes, &heap.leaves);
}

static void add_large(struct rc_pool_stats *s)
{
    for (struct large *l = heap.large; l; l = l->next) {
        if (!slot_is_live(large_object(l)))
            continue;
        s->large_objects++;
        s->containers += l->is_container;
    }
}

void rc_pool_stats(struct rc_pool_stats *ret_stats)
{
    struct rc_size_stats sizes[POOLS];
    struct rc_pool_stats s = {
        .pages = heap.pages_in_use,
        .pages_kept = heap.containers.kept + heap.leaves.kept,
        .pages_made = heap.pages_made,
        .pages_given_back = heap.pages_given_back,
        .pool_bytes = heap.pool_bytes,
        .large_bytes = heap.large_bytes,
        .body_bytes = heap.body_bytes,
        .peak_bytes = heap.peak_bytes,
        .allocations = heap.made,
    };

    add_all(sizes);
    add_large(&s);
    for (size_t i = 0; i < POOLS; i++) {
        s.pool_objects += sizes[i].used;
        s.containers += sizes[i].is_container ? sizes[i].used : 0;
        s.used_bytes += sizes[i].used * sizes[i].slot_bytes;
    }
    s.objects = s.pool_objects + s.large_objects;
    *ret_stats = s;
}

// By size, leaves before containers.
int rc_pool_sizes(int (*visit)(const struct rc_size_stats *stats, void *arg),
                  void *arg)
{
    struct rc_size_stats sizes[POOLS];
    int r = 0;

    add_all(sizes);
    for (size_t i = 0; i < POOLS && !r; i++) {
        const struct rc_size_stats *s = &sizes[i / 2 + i % 2 * SIZES];

        if (s->pages)
            r = visit(s, arg);
    }
    return r;
}
