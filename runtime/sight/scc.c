// scc.c - see scc.h: the algorithm of Tarjan (SIAM J. Computing, 1972), with a
// stack of its own instead of recursion.
//
// The references are copied into arrays first, since the walk over an object's
// references cannot be left and taken up again.

#include "sight/scc.h"

#include "core/heap.h"
#include "core/memory.h"

// ---- the references ----

struct counting {
    struct links *links;
    const struct map *index; // object -> its index + 1
    size_t used;
};

static int count_link(rc_object *child, void *arg)
{
    struct counting *c = arg;

    c->used += map_get(c->index, (uintptr_t)child) != 0;
    return 0;
}

static int add_link(rc_object *child, void *arg)
{
    struct counting *c = arg;
    uint64_t index = map_get(c->index, (uintptr_t)child);

    if (index)
        c->links->to[c->used++] = (uint32_t)(index - 1);
    return 0;
}

static int index_objects(rc_object *const *objects, size_t n,
                         struct map *ret_index)
{
    for (size_t i = 0; i < n; i++) {
        if (map_set(ret_index, (uintptr_t)objects[i], i + 1) < 0)
            return -1;
    }
    return 0;
}

int links_find(rc_object *const *objects, size_t n, struct links *ret_links)
{
    struct links links = {.n = n};
    struct map index = {0};
    struct counting c = {.links = &links, .index = &index};
    int r = -1;

    if (n >= UINT32_MAX) {
        memory_none(n);
        goto out;
    }
    links.first = memory_new_zeroed((n + 1) * sizeof(*links.first));
    if (!links.first || index_objects(objects, n, &index) < 0)
        goto out;
    for (size_t i = 0; i < n; i++) {
        object_visit(objects[i], count_link, &c);
        links.first[i + 1] = c.used;
    }
    links.to = memory_new(c.used * sizeof(*links.to));
    if (!links.to)
        goto out;
    c.used = 0;
    for (size_t i = 0; i < n; i++)
        object_visit(objects[i], add_link, &c);
    *ret_links = links;
    r = 0;
out:
    if (r < 0)
        links_release(&links);
    map_release(&index);
    return r;
}

void links_release(struct links *links)
{
    memory_free(links->first);
    memory_free(links->to);
    *links = (struct links){0};
}

// ---- the components ----

struct search {
    const struct links *links;
    struct scc *scc;
    uint32_t *number; // when it was met, from 1; 0 = not yet
    uint32_t *low;    // the first one met that it leads back to
    size_t *next;     // its reference that comes next
    uint32_t *path;   // from the start to the object at hand
    uint32_t *open;   // met, but not yet in a component
    size_t depth, nopen;
    uint32_t met;
};

static void enter(struct search *s, uint32_t v)
{
    s->number[v] = s->low[v] = ++s->met;
    s->next[v] = s->links->first[v];
    s->path[s->depth++] = v;
    s->open[s->nopen++] = v;
}

static bool holds_itself(const struct links *links, uint32_t v)
{
    for (size_t i = links->first[v]; i < links->first[v + 1]; i++) {
        if (links->to[i] == v)
            return true;
    }
    return false;
}

// All that is open since v was met is one component. What is in one has a
// number that is never the least again.
static void finish(struct search *s, uint32_t v)
{
    struct scc *scc = s->scc;
    uint32_t id = (uint32_t)scc->count++, w;

    scc->size[id] = 0;
    do {
        w = s->open[--s->nopen];
        scc->component[w] = id;
        scc->size[id]++;
        s->number[w] = UINT32_MAX;
    } while (w != v);
    scc->is_cyclic[id] = scc->size[id] > 1 || holds_itself(s->links, v);
}

static void leave(struct search *s, uint32_t v)
{
    s->depth--;
    if (s->depth) {
        uint32_t parent = s->path[s->depth - 1];

        if (s->low[v] < s->low[parent])
            s->low[parent] = s->low[v];
    }
    if (s->low[v] == s->number[v])
        finish(s, v);
}

static void search_from(struct search *s, uint32_t start)
{
    enter(s, start);
    while (s->depth) {
        uint32_t v = s->path[s->depth - 1], w;

        if (s->next[v] == s->links->first[v + 1]) {
            leave(s, v);
            continue;
        }
        w = s->links->to[s->next[v]++];
        if (!s->number[w])
            enter(s, w);
        else if (s->number[w] < s->low[v])
            s->low[v] = s->number[w];
    }
}

int scc_of_links(const struct links *links, struct scc *ret_scc)
{
    size_t n = links->n;
    struct scc scc = {.component = memory_new(n * sizeof(uint32_t)),
                      .size = memory_new(n * sizeof(uint32_t)),
                      .is_cyclic = memory_new(n * sizeof(bool))};
    struct search s = {.links = links,
                       .scc = &scc,
                       .number = memory_new_zeroed(n * sizeof(uint32_t)),
                       .low = memory_new(n * sizeof(uint32_t)),
                       .next = memory_new(n * sizeof(size_t)),
                       .path = memory_new(n * sizeof(uint32_t)),
                       .open = memory_new(n * sizeof(uint32_t))};
    int r = -1;

    if (!scc.component || !scc.size || !scc.is_cyclic || !s.number || !s.low
        || !s.next || !s.path || !s.open)
        goto out;
    for (size_t v = 0; v < n; v++) {
        if (!s.number[v])
            search_from(&s, (uint32_t)v);
    }
    *ret_scc = scc;
    r = 0;
out:
    if (r < 0)
        scc_release(&scc);
    memory_free(s.number);
    memory_free(s.low);
    memory_free(s.next);
    memory_free(s.path);
    memory_free(s.open);
    return r;
}

int scc_find(rc_object *const *objects, size_t n, struct scc *ret_scc)
{
    struct links links;
    int r;

    if (links_find(objects, n, &links) < 0)
        return -1;
    r = scc_of_links(&links, ret_scc);
    links_release(&links);
    return r;
}

void scc_release(struct scc *scc)
{
    memory_free(scc->component);
    memory_free(scc->size);
    memory_free(scc->is_cyclic);
    *scc = (struct scc){0};
}
