// map.h - a map from strings to pointers, in an arena.
//
// Open addressing, FNV-1a (Fowler, Noll, Vo), doubled at 3/4 full. Keys are
// not copied: they must live as long as the map. Iteration is in order of
// insertion, so that output made from a map is deterministic.

#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

#include <stdint.h>

struct map_entry {
    const char *key;
    void *value;
};

struct map {
    struct map_entry *entries; // in order of insertion
    size_t count, cap;
    uint32_t *slots; // index into entries plus one, 0 = free
    size_t nslots;   // a power of two
};

// The value of key, or NULL. O(1).
void *map_get(const struct map *m, const char *key);
// Set the value of key (which must outlive m). O(1) amortised.
void map_set(struct arena *a, struct map *m, const char *key, void *value);

// A 64-bit FNV-1a hash of n bytes, continuing from seed (0 to begin).
uint64_t hash_bytes(uint64_t seed, const void *data, size_t n);
uint64_t hash_str(uint64_t seed, const char *s); // with its final NUL

#endif
