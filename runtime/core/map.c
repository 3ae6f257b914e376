// map.c - see map.h.

#include "core/map.h"

#include "core/memory.h"

enum { FEWEST_SLOTS = 16 };

// Fibonacci hashing: addresses differ in the middle bits.
static size_t home_of(const struct map *m, uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & m->mask;
}

uint64_t *map_find(const struct map *m, uint64_t key)
{
    if (!m->entries)
        return NULL;
    for (size_t i = home_of(m, key); m->entries[i].key; i = (i + 1) & m->mask) {
        if (m->entries[i].key == key)
            return &m->entries[i].value;
    }
    return NULL;
}

uint64_t map_get(const struct map *m, uint64_t key)
{
    uint64_t *value = map_find(m, key);

    return value ? *value : 0;
}

static void put(struct map *m, uint64_t key, uint64_t value)
{
    size_t i = home_of(m, key);

    while (m->entries[i].key)
        i = (i + 1) & m->mask;
    m->entries[i].key = key;
    m->entries[i].value = value;
    m->used++;
}

static int grow(struct map *m)
{
    size_t slots = m->entries ? 2 * (m->mask + 1) : FEWEST_SLOTS;
    struct map bigger = {.mask = slots - 1};

    bigger.entries = memory_new_zeroed(slots * sizeof(*bigger.entries));
    if (!bigger.entries)
        return -1;
    for (size_t i = 0; m->entries && i <= m->mask; i++) {
        if (m->entries[i].key)
            put(&bigger, m->entries[i].key, m->entries[i].value);
    }
    memory_free(m->entries);
    *m = bigger;
    return 0;
}

int map_set(struct map *m, uint64_t key, uint64_t value)
{
    uint64_t *there = map_find(m, key);

    if (there) {
        *there = value;
        return 0;
    }
    if ((!m->entries || 2 * (m->used + 1) > m->mask) && grow(m) < 0)
        return -1;
    put(m, key, value);
    return 0;
}

// Entries behind the gap move up into it, if that does not put them before
// their home (Knuth, The Art of Computer Programming, 6.4, algorithm R).
void map_remove(struct map *m, uint64_t key)
{
    uint64_t *there = map_find(m, key);
    size_t gap, i;

    if (!there)
        return;
    gap = (size_t)((struct map_entry *)(void *)(there - 1) - m->entries);
    for (i = (gap + 1) & m->mask; m->entries[i].key; i = (i + 1) & m->mask) {
        size_t home = home_of(m, m->entries[i].key);

        if (((i - home) & m->mask) >= ((i - gap) & m->mask)) {
            m->entries[gap] = m->entries[i];
            gap = i;
        }
    }
    m->entries[gap] = (struct map_entry){0, 0};
    m->used--;
}

void map_release(struct map *m)
{
    memory_free(m->entries);
    *m = (struct map){0};
}
