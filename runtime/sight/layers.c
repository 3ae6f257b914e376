// layers.c - see layers.h. Crossings are made fewer by putting each node where
// its neighbours are on the average, layer by layer, forth and back (Sugiyama,
// Tagawa and Toda, IEEE Trans. SMC, 1981).

#include "sight/layers.h"

#include "core/memory.h"

#include <stdlib.h>

enum { SWEEPS = 4 };
#define NOT_YET UINT32_MAX

// ---- neighbours ----

static int find_neighbours(struct layers *l, const struct picture *p)
{
    size_t at = 0;

    l->near_first = memory_new_zeroed((p->n + 2) * sizeof(*l->near_first));
    l->near = memory_new(2 * p->nlinks * sizeof(*l->near));
    if (!l->near_first || !l->near)
        return -1;
    // Shifted by one, and moved to its place while near is filled.
    for (size_t i = 0; i < p->nlinks; i++) {
        l->near_first[p->links[i].from + 2]++;
        l->near_first[p->links[i].to + 2]++;
    }
    for (size_t v = 0; v < p->n; v++) {
        at += l->near_first[v + 2];
        l->near_first[v + 2] = at;
    }
    for (size_t i = 0; i < p->nlinks; i++) {
        const struct link *k = &p->links[i];

        l->near[l->near_first[k->from + 1]++] = k->to;
        l->near[l->near_first[k->to + 1]++] = k->from;
    }
    return 0;
}

// ---- parts ----

// All that is connected with start gets its number; queue has room for all.
static void fill_part(const struct layers *l, struct picture *p, uint32_t start,
                      uint32_t *queue)
{
    size_t first = 0, n = 0;

    p->nodes[start].part = (uint32_t)l->nparts;
    queue[n++] = start;
    while (first < n) {
        uint32_t v = queue[first++];

        for (size_t i = l->near_first[v]; i < l->near_first[v + 1]; i++) {
            struct node *w = &p->nodes[l->near[i]];

            if (w->part != NOT_YET)
                continue;
            w->part = (uint32_t)l->nparts;
            queue[n++] = l->near[i];
        }
    }
}

static void find_parts(struct layers *l, struct picture *p)
{
    for (size_t v = 0; v < p->n; v++)
        p->nodes[v].part = NOT_YET;
    for (size_t v = 0; v < p->n; v++) {
        if (p->nodes[v].part != NOT_YET)
            continue;
        fill_part(l, p, (uint32_t)v, l->sequence);
        l->nparts++;
    }
}

// ---- depth ----

// Does the link lead from one cyclic component into another, or any node?
static bool leads_in(const struct picture *p, const struct link *k)
{
    const struct node *from = &p->nodes[k->from], *to = &p->nodes[k->to];

    return k->from != k->to && (!to->cycle || from->cycle != to->cycle);
}

// Queue the starts; returns how many.
static size_t find_starts(struct picture *p, bool *is_fed, uint32_t *queue)
{
    bool *is_cycle_fed = is_fed + p->n; // cycles count from 1
    size_t n = 0;

    for (size_t i = 0; i < p->nlinks; i++) {
        const struct link *k = &p->links[i];

        if (!leads_in(p, k))
            continue;
        is_fed[k->to] = true;
        is_cycle_fed[p->nodes[k->to].cycle] = true;
    }
    for (size_t v = 0; v < p->n; v++) {
        uint32_t cycle = p->nodes[v].cycle;

        if (cycle ? is_cycle_fed[cycle] : is_fed[v])
            continue;
        is_cycle_fed[cycle] = true; // one of them is enough
        p->nodes[v].depth = 0;
        queue[n++] = (uint32_t)v;
    }
    return n;
}

static int find_depths(struct layers *l, struct picture *p)
{
    bool *is_fed = memory_new_zeroed(p->n + p->cycles + 1);
    uint32_t *queue = l->sequence;
    size_t n;

    if (!is_fed)
        return -1;
    for (size_t v = 0; v < p->n; v++)
        p->nodes[v].depth = NOT_YET;
    n = find_starts(p, is_fed, queue);
    memory_free(is_fed);
    for (size_t first = 0; first < n; first++) {
        const struct node *v = &p->nodes[queue[first]];

        for (uint32_t i = 0; i < v->nlinks; i++) {
            uint32_t to = p->links[v->first_link + i].to;

            if (p->nodes[to].depth != NOT_YET)
                continue;
            p->nodes[to].depth = v->depth + 1;
            queue[n++] = to;
        }
    }
    return 0;
}

// ---- sorting ----

struct ranked {
    uint64_t key;
    double wish;
    uint32_t node;
};

static int by_key(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->wish > y->wish) - (x->wish < y->wish);
}

static void sort_all(struct layers *l, const struct picture *p,
                     struct ranked *ranked)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct node *v = &p->nodes[l->sequence[i]];

        ranked[i] = (struct ranked){(uint64_t)v->part << 32 | v->depth,
                                    (double)i, l->sequence[i]};
    }
    if (p->n)
        qsort(ranked, p->n, sizeof(*ranked), by_key);
    for (size_t i = 0; i < p->n; i++)
        l->sequence[i] = ranked[i].node;
}

// Cut the sequence into layers, and these into parts.
static int cut(struct layers *l, const struct picture *p)
{
    const struct node *last = NULL;

    l->layers = memory_new(p->n * sizeof(*l->layers));
    l->parts = memory_new_zeroed(l->nparts * sizeof(*l->parts));
    if (!l->layers || !l->parts)
        return -1;
    for (size_t i = 0; i < p->n; i++) {
        const struct node *v = &p->nodes[l->sequence[i]];
        bool is_new_part = !last || v->part != last->part;

        if (is_new_part)
            l->parts[v->part].from = l->nlayers;
        if (is_new_part || v->depth != last->depth)
            l->layers[l->nlayers++] = (struct layer){.from = i};
        l->layers[l->nlayers - 1].to = i + 1;
        l->order[l->sequence[i]] =
            (uint32_t)(i - l->layers[l->nlayers - 1].from);
        l->parts[v->part].to = l->nlayers;
        last = v;
    }
    return 0;
}

// Where v's neighbours at this depth are on the average; where it is itself
// when there are none.
static double wish_of(const struct layers *l, const struct picture *p,
                      uint32_t v, uint32_t depth)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = l->near_first[v]; i < l->near_first[v + 1]; i++) {
        uint32_t w = l->near[i];

        if (p->nodes[w].depth != depth)
            continue;
        sum += l->order[w];
        n++;
    }
    return n ? sum / (double)n : l->order[v];
}

// Sort layer i by the neighbours in the layer beside it.
static void sort_layer(struct layers *l, const struct picture *p, size_t i,
                       size_t beside, struct ranked *ranked)
{
    const struct layer *at = &l->layers[i];
    uint32_t depth = p->nodes[l->sequence[l->layers[beside].from]].depth;
    size_t n = at->to - at->from;

    for (size_t k = 0; k < n; k++) {
        uint32_t v = l->sequence[at->from + k];

        ranked[k].node = v;
        ranked[k].key = 0;
        ranked[k].wish = wish_of(l, p, v, depth) + (double)k / (double)(8 * n);
    }
    qsort(ranked, n, sizeof(*ranked), by_key);
    for (size_t k = 0; k < n; k++) {
        l->sequence[at->from + k] = ranked[k].node;
        l->order[ranked[k].node] = (uint32_t)k;
    }
}

static void sort_part(struct layers *l, const struct picture *p,
                      const struct part *part, struct ranked *ranked)
{
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        for (size_t i = part->from + 1; i < part->to; i++)
            sort_layer(l, p, i, i - 1, ranked);
        for (size_t i = part->to - 1; i-- > part->from;)
            sort_layer(l, p, i, i + 1, ranked);
    }
}

int layers_init(struct layers *l, struct picture *p)
{
    struct ranked *ranked = memory_new(p->n * sizeof(*ranked));
    int r = -1;

    *l = (struct layers){.sequence = memory_new(p->n * sizeof(*l->sequence)),
                         .order = memory_new_zeroed(p->n * sizeof(*l->order))};
    if (!ranked || !l->sequence || !l->order || find_neighbours(l, p) < 0)
        goto out;
    find_parts(l, p);
    if (find_depths(l, p) < 0)
        goto out;
    sort_all(l, p, ranked);
    if (cut(l, p) < 0)
        goto out;
    for (size_t i = 0; i < l->nparts; i++)
        sort_part(l, p, &l->parts[i], ranked);
    r = 0;
out:
    memory_free(ranked);
    if (r < 0)
        layers_release(l);
    return r;
}

void layers_release(struct layers *l)
{
    memory_free(l->sequence);
    memory_free(l->order);
    memory_free(l->layers);
    memory_free(l->parts);
    memory_free(l->near_first);
    memory_free(l->near);
    *l = (struct layers){0};
}
