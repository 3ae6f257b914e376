// ptrmap.c - from pointers to numbers, in an arena.
//
// Open addressing with a multiplicative hash, doubled at 3/4 full. Neither
// keys nor values may be 0. Never iterated, so that no address decides an
// order of output.

#include "parse/lower.h"

struct ptrmap_slot {
    const void *key; // NULL = free
    uint64_t value;
};

static struct ptrmap_slot *slot_of(const struct ptrmap *m, const void *key)
{
    uint64_t hash = (uint64_t)(uintptr_t)key * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(hash >> 32) & (m->cap - 1);

    while (m->slots[i].key && m->slots[i].key != key)
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

uint64_t ptrmap_get(const struct ptrmap *m, const void *key)
{
    return m->cap ? slot_of(m, key)->value : 0;
}

static void grow(struct arena *a, struct ptrmap *m)
{
    struct ptrmap old = *m;

    m->cap = old.cap ? old.cap * 2 : 64;
    m->slots = arena_array(a, struct ptrmap_slot, m->cap);
    for (size_t i = 0; i < old.cap; i++) {
        if (old.slots[i].key)
            *slot_of(m, old.slots[i].key) = old.slots[i];
    }
}

void ptrmap_set(struct arena *a, struct ptrmap *m, const void *key,
                uint64_t value)
{
    struct ptrmap_slot *s;

    if ((m->count + 1) * 4 > m->cap * 3)
        grow(a, m);
    s = slot_of(m, key);
    if (!s->key)
        m->count++;
    s->key = key;
    s->value = value;
}
