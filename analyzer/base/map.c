// map.c - see map.h.

#include "base/map.h"

#include <string.h>

uint64_t hash_bytes(uint64_t seed, const void *data, size_t n)
{
    const unsigned char *p = data;
    uint64_t h = seed ? seed : 14695981039346656037U;

    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 1099511628211U;
    return h;
}

uint64_t hash_str(uint64_t seed, const char *s)
{
    return hash_bytes(seed, s, strlen(s) + 1);
}

// The slot that holds key, or the free one where it would go.
static size_t slot_of(const struct map *m, const char *key)
{
    size_t i = hash_str(0, key) & (m->nslots - 1);

    while (m->slots[i] && strcmp(m->entries[m->slots[i] - 1].key, key) != 0)
        i = (i + 1) & (m->nslots - 1);
    return i;
}

void *map_get(const struct map *m, const char *key)
{
    uint32_t at = m->nslots ? m->slots[slot_of(m, key)] : 0;

    return at ? m->entries[at - 1].value : NULL;
}

static void rehash(struct arena *a, struct map *m)
{
    m->nslots = m->nslots ? m->nslots * 2 : 16;
    m->slots = arena_array(a, uint32_t, m->nslots);
    for (size_t i = 0; i < m->count; i++)
        m->slots[slot_of(m, m->entries[i].key)] = (uint32_t)i + 1;
}

void map_set(struct arena *a, struct map *m, const char *key, void *value)
{
    size_t at;

    if (m->count * 4 >= m->nslots * 3)
        rehash(a, m);
    at = slot_of(m, key);
    if (m->slots[at]) {
        m->entries[m->slots[at] - 1].value = value;
        return;
    }
    arena_push(a, m->entries, m->count, m->cap,
               ((struct map_entry){key, value}));
    m->slots[at] = (uint32_t)m->count;
}
