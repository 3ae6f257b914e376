// table.h - the hash table of dicts and sets: entries in order of insertion,
// and an index of them beside.
//
// A table owns a reference to each key and value. It runs code of the program
// only to compare keys that are neither the same object nor both int or both
// str, and starts again when that code has changed it.

#ifndef RC_OBJECTS_TABLE_H
#define RC_OBJECTS_TABLE_H

#include "core/visit.h"
#include "objects/objects.h"

struct entry {
    uint64_t hash;    // of the key, also after it was deleted
    rc_object *value; // NULL in sets
    rc_object *key;   // NULL: deleted
};

struct table { // all zero: empty
    struct entry *entries;
    uint32_t *index;  // behind the entries; NULL: see table_packed()
    uint32_t used;    // entries that were taken, deleted ones included
    uint32_t live;    // keys
    uint32_t first;   // all before it are deleted
    uint32_t room;    // entries behind used
    uint32_t unused;  // slots of the index that can be taken: a third stays
    uint32_t changes; // counts keys that come and go, and rebuilds
    uint32_t mask;    // slots of the index - 1
    uint8_t bits;     // how many bits mask has, 0: there are no entries
    uint8_t kinds;    // of keys that were added: KEYS_*
};
enum { KEYS_INT = 1, KEYS_STR = 2, KEYS_OTHER = 4 };

struct rc_dict {
    rc_object head;
    struct table table;
};

struct rc_set { // frozensets too
    rc_object head;
    struct table table;
};

// Where key is. Returns 1 and its entry, valid until the table changes; 0 when
// it is not there; or -1.
RC_TEST RC_RUNS_CODE int table_find(struct table *t, rc_object *key,
                                    uint64_t hash, struct entry **ret_entry);

// The entry of a str with n bytes of text in a table that only has strs, NULL
// when there is none.
struct entry *table_find_text(const struct table *t, const char *text, size_t n,
                              uint64_t hash);

// Add a key that is not there. Returns 0, or -1 without memory.
RC_STATUS int table_add(struct table *t, rc_object *key RC_KEEP_IN(1),
                        uint64_t hash, rc_object *value RC_KEEP_NULLABLE_IN(1));

// Take an entry out: the caller owns its key and value.
void table_take(struct table *t, struct entry *e, rc_object **ret_key,
                rc_object **ret_value);

// The live entry at *position or behind it, NULL at the end; *position is then
// the one behind that.
struct entry *table_next(const struct table *t, size_t *position);

// Add all that `from` has to an empty table. Returns 0, or -1 without memory,
// when t may have some of it.
RC_STATUS int table_copy(struct table *t, const struct table *from);

RC_RUNS_CODE void table_clear(struct table *t);
int table_visit(const struct table *t, rc_visit visit, void *arg);
void table_free_body(struct table *t); // nothing is given back

// ---- the usual lookups, which need no call ----

// A slot of the index: 0 as long as it was never used; SLOT_DELETED; or
// SLOT_USED, the number of an entry in the bits of mask, and above them some
// bits of the hash.
#define SLOT_USED 0x80000000u
#define SLOT_DELETED 1u

// All bits of the hash that the place of its slot does not show, mixed.
static inline uint32_t table_mixed(const struct table *t, uint64_t hash)
{
    return (uint32_t)((hash >> t->bits) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

// The first slot to look at. Ints that follow each other do so here too, as
// far as they fit.
static inline uint32_t table_home(const struct table *t, uint64_t hash,
                                  uint32_t mixed)
{
    return ((uint32_t)hash + mixed) & t->mask;
}

// What the slot of this hash has above the bits of mask.
static inline uint32_t table_tag(uint32_t mixed)
{
    return mixed | SLOT_USED;
}

// Can the entry of this slot have the hash that tag was made of?
static inline bool table_may_be(const struct table *t, uint32_t slot,
                                uint32_t tag)
{
    return (slot ^ tag) <= t->mask;
}

// Without an index: keys are ints, and each is one more than the one before,
// so the first one tells where another is.
static inline struct entry *table_packed(const struct table *t, uint64_t hash)
{
    uint64_t number;

    if (t->used == 0)
        return NULL;
    number = hash - t->entries[0].hash;
    if (number >= t->used || !t->entries[number].key)
        return NULL;
    return &t->entries[number];
}

// The entry that one of the first two slots leads to, which lie side by side.
// Its key is not looked at: that may be far away.
static inline struct entry *table_first(const struct table *t, uint64_t hash)
{
    uint32_t mixed = table_mixed(t, hash);
    uint32_t home = table_home(t, hash, mixed);
    uint32_t slot = t->index[home];

    if (!table_may_be(t, slot, table_tag(mixed))) {
        slot = t->index[home ^ 1];
        if (!table_may_be(t, slot, table_tag(mixed)))
            return NULL;
    }
    return &t->entries[slot & t->mask];
}

static inline struct entry *table_peek_int(const struct table *t, uint64_t hash)
{
    struct entry *e;

    if (t->kinds != KEYS_INT)
        return NULL;
    if (!t->index)
        return table_packed(t, hash);
    e = table_first(t, hash);
    return e && e->hash == hash ? e : NULL;
}

static inline struct entry *table_peek_str(const struct table *t,
                                           const rc_object *key, uint64_t hash)
{
    struct entry *e = t->index ? table_first(t, hash) : NULL;

    return e && e->key == key ? e : NULL;
}

// The entry of key if it is found at once, which runs no code; NULL says
// nothing.
ALWAYS_INLINE struct entry *table_peek(const struct table *t, rc_object *key)
{
    if (is_exact_int(key))
        return table_peek_int(t, int_hash(int_value(key)));
    if (is_exact_str(key)) // which is in no table as long as it has no hash
        return table_peek_str(t, key, str_of(key)->hash);
    return NULL;
}

// The hash of key, and then as table_find().
RC_TEST RC_RUNS_CODE static inline int table_look(struct table *t,
                                                  rc_object *key,
                                                  uint64_t *ret_hash,
                                                  struct entry **ret_entry)
{
    if (is_exact_int(key))
        *ret_hash = int_hash(int_value(key));
    else if (is_exact_str(key))
        *ret_hash = str_hash(key);
    else if (rc_hash(key, ret_hash) < 0)
        return -1;
    return table_find(t, key, *ret_hash, ret_entry);
}

#endif
