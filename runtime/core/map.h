// map.h - a table from numbers (addresses) to numbers, by open addressing with
// linear probing. Key 0 cannot be used; value 0 means that there is none.

#ifndef RC_CORE_MAP_H
#define RC_CORE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_entry {
    uint64_t key, value;
};

struct map { // all zero: empty
    struct map_entry *entries;
    size_t mask; // slots - 1
    size_t used;
};

// The value of key, 0 when it has none.
uint64_t map_get(const struct map *m, uint64_t key);

// Where the value of key is, NULL when it has none; valid until the map
// changes.
uint64_t *map_find(const struct map *m, uint64_t key);

// Set it (value must not be 0). Returns 0, or -1 with RC_ERROR_MEMORY; then
// the map is as it was.
int map_set(struct map *m, uint64_t key, uint64_t value);

void map_remove(struct map *m, uint64_t key);
void map_release(struct map *m); // empty again, memory given back

#endif
