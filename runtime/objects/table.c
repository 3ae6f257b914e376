// table.c - a compact hash table that keeps the order of insertion.
//
// Entries stand in an array in the order in which their keys came; an index by
// open addressing has their numbers (Hettinger, "More compact dictionaries with
// faster iteration", 2012). Beside a number the index keeps bits of the hash,
// and the table knows whether all keys are ints or strs, so that the key of an
// entry need not be fetched to tell that it is another one, nor, for ints, that
// it is the right one. Ints that come as n, n + 1, n + 2 ... need no index.
//
// Probing stays within one cache line of the index as long as it can and goes
// on in another line that depends on all bits of the hash, so that neither ints
// that are close to each other nor multiples of powers of two get in each
// other's way.
//
// Deleted entries stay until the table is rebuilt, which only adding a key
// does.
//
// Invariant: live <= used and used + room == capacity; the slots that are not
// 0 and `unused` are capacity too, so each search ends at a slot that is 0.

#include "objects/table.h"

#include "core/heap.h"

enum {
    LEAST_BITS = 3,
    MOST_BITS = 31,
    LINE_SLOTS = 16,
    ALIGNED_BITS = 8, // from here on the index begins at a cache line
    LINE_BYTES = 64,
    KEPT_BITS = 10, // a larger body is not kept when the last key goes
    MOST_RESTARTS = 1000
};

// ---- the body ----

static size_t capacity(unsigned bits)
{
    return ((size_t)2 << bits) / 3;
}

static size_t body_bytes(unsigned bits)
{
    size_t bytes =
        capacity(bits) * sizeof(struct entry) + (sizeof(uint32_t) << bits);

    if (bits == 0)
        return 0;
    return bits < ALIGNED_BITS ? bytes : bytes + LINE_BYTES;
}

// The place of the index in the body.
static uint32_t *index_place(const struct table *t)
{
    uintptr_t at = (uintptr_t)(t->entries + capacity(t->bits));

    if (t->bits >= ALIGNED_BITS)
        at = (at + LINE_BYTES - 1) & ~(uintptr_t)(LINE_BYTES - 1);
    return (uint32_t *)at; // NOLINT
}

// The index is lost.
static int body_resize(struct table *t, unsigned bits)
{
    void *body;

    if (bits > MOST_BITS) {
        memory_none(SIZE_MAX);
        return -1;
    }
    body = rc_body_resize(t->entries, body_bytes(t->bits), body_bytes(bits));
    if (!body)
        return -1;
    t->entries = body;
    t->bits = (uint8_t)bits;
    t->mask = (uint32_t)(((uint64_t)1 << bits) - 1);
    return 0;
}

void table_free_body(struct table *t)
{
    rc_body_free(t->entries, body_bytes(t->bits));
    *t = (struct table){.changes = t->changes + 1};
}

// ---- the index ----

// The slots in which a hash can be, one after another.
struct probe {
    uint64_t hash;
    uint32_t tag;
    uint32_t first; // in this line
    uint32_t tried;
    uint32_t at;
};

static inline struct probe probe_start(const struct table *t, uint64_t hash)
{
    uint32_t mixed = table_mixed(t, hash);
    uint32_t home = table_home(t, hash, mixed);

    return (struct probe){hash, table_tag(mixed), home, 0, home};
}

static inline void probe_next(struct probe *p, const struct table *t)
{
    uint32_t i = ++p->tried % LINE_SLOTS;

    if (i == 0) // an odd number of lines: all are visited
        p->first += LINE_SLOTS * ((uint32_t)hash_scramble(p->hash) | 1);
    p->at = (p->first ^ i) & t->mask;
}

static inline void index_put(struct table *t, uint64_t hash, uint32_t number)
{
    struct probe p = probe_start(t, hash);

    while (t->index[p.at])
        probe_next(&p, t);
    t->index[p.at] = number | (p.tag & ~t->mask);
    t->unused--;
}

// No search for a key that came before this one has met its slot in use, so
// after the last one has gone it can be as it was.
static void index_forget(struct table *t, uint64_t hash, uint32_t number)
{
    struct probe p = probe_start(t, hash);
    uint32_t slot = number | (p.tag & ~t->mask);
    bool is_last = number == t->used - 1;

    while (t->index[p.at] != slot)
        probe_next(&p, t);
    t->index[p.at] = is_last ? 0 : SLOT_DELETED;
    t->unused += is_last;
}

static void index_build(struct table *t)
{
    t->index = index_place(t);
    memset(t->index, 0, sizeof(uint32_t) << t->bits);
    t->unused = (uint32_t)capacity(t->bits);
    for (uint32_t i = 0; i < t->used; i++)
        index_put(t, t->entries[i].hash, i);
}

// ---- adding ----

// Close the gaps that deleted entries have left; the index is wrong then.
static void compact(struct table *t)
{
    uint32_t kept = 0;

    if (t->live == t->used)
        return;
    for (uint32_t i = t->first; i < t->used; i++) {
        if (t->entries[i].key)
            t->entries[kept++] = t->entries[i];
    }
    t->used = kept;
    t->first = 0;
}

// Room for half as many keys as there are, at least.
static unsigned bits_for(size_t n)
{
    unsigned bits = LEAST_BITS;

    while (capacity(bits) < n + n / 2 + 1)
        bits++;
    return bits;
}

// Make room, and make or renew the index unless the table stays packed. When it
// fails, all keys are there as before.
static int rebuild(struct table *t, bool is_packed)
{
    unsigned bits = bits_for(is_packed ? t->used : t->live);
    int r = 0;

    if (bits > t->bits && body_resize(t, bits) < 0)
        return -1;
    if (!is_packed)
        compact(t);
    if (bits < t->bits)
        r = body_resize(t, bits);
    if (!is_packed)
        index_build(t);
    t->room = (uint32_t)capacity(t->bits) - t->used;
    t->changes++;
    return r;
}

static unsigned kind_of(const rc_object *key)
{
    return is_exact_int(key)   ? KEYS_INT
           : is_exact_str(key) ? KEYS_STR
                               : KEYS_OTHER;
}

// Does the table need no index with this key either? Not if most of it were
// deleted entries.
static bool stays_packed(const struct table *t, unsigned kind, uint64_t hash)
{
    if (t->index || kind != KEYS_INT)
        return false;
    return t->used == 0
           || (hash - t->entries[0].hash == t->used && t->used / 2 <= t->live);
}

int table_add(struct table *t, rc_object *key, uint64_t hash, rc_object *value)
{
    unsigned kind = kind_of(key);
    bool is_packed = stays_packed(t, kind, hash);
    bool fits = t->room > 0 && (is_packed || (t->index && t->unused > 0));

    if (!fits && rebuild(t, is_packed) < 0)
        return -1;
    if (t->index)
        index_put(t, hash, t->used);
    rc_incref(key);
    rc_xincref(value);
    t->entries[t->used++] = (struct entry){hash, value, key};
    t->kinds |= (uint8_t)kind;
    t->live++;
    t->room--;
    t->changes++;
    return 0;
}

int table_copy(struct table *t, const struct table *from)
{
    const struct entry *e;
    size_t position = 0;

    while ((e = table_next(from, &position))) {
        if (table_add(t, e->key, e->hash, e->value) < 0)
            return -1;
    }
    return 0;
}

// ---- finding ----

enum { CHANGED = 2 };

// Ask rc_equal(). What is compared is held: the table may let go of it.
static int compare(const struct table *t, rc_object *there, rc_object *key)
{
    uint32_t before = t->changes;
    int r;

    rc_incref(there);
    rc_incref(key);
    r = rc_equal(there, key);
    rc_decref(there);
    rc_decref(key);
    return r >= 0 && t->changes != before ? CHANGED : r;
}

// Is key that of e? 1, 0, -1 or CHANGED.
static inline int is_key_of(const struct table *t, const struct entry *e,
                            rc_object *key, uint64_t hash)
{
    if (e->key == key)
        return 1;
    if (e->hash != hash)
        return 0;
    if (is_exact_int(key) && (t->kinds == KEYS_INT || is_exact_int(e->key)))
        return 1;
    if (is_exact_str(key) && (t->kinds == KEYS_STR || is_exact_str(e->key)))
        return str_same(e->key, key);
    return compare(t, e->key, key);
}

static int find_packed(const struct table *t, rc_object *key, uint64_t hash,
                       struct entry **ret_entry)
{
    struct entry *e = table_packed(t, hash);
    int r = e ? is_key_of(t, e, key, hash) : 0;

    if (r == 1)
        *ret_entry = e;
    return r;
}

static int find_indexed(const struct table *t, rc_object *key, uint64_t hash,
                        struct entry **ret_entry)
{
    struct probe p = probe_start(t, hash);

    for (uint32_t slot; (slot = t->index[p.at]); probe_next(&p, t)) {
        struct entry *e = &t->entries[slot & t->mask];
        int r;

        if (!table_may_be(t, slot, p.tag))
            continue;
        r = is_key_of(t, e, key, hash);
        if (r == 1)
            *ret_entry = e;
        if (r != 0)
            return r;
    }
    return 0;
}

static int changes_always(void)
{
    rc_error_set(RC_ERROR_STATE, "comparing keys changes what they are in");
    return -1;
}

int table_find(struct table *t, rc_object *key, uint64_t hash,
               struct entry **ret_entry)
{
    for (int i = 0; i < MOST_RESTARTS; i++) {
        int r = t->index ? find_indexed(t, key, hash, ret_entry)
                         : find_packed(t, key, hash, ret_entry);

        if (r != CHANGED)
            return r;
    }
    return changes_always();
}

struct entry *table_find_text(const struct table *t, const char *text, size_t n,
                              uint64_t hash)
{
    struct probe p;

    if (!t->index)
        return NULL;
    p = probe_start(t, hash);
    for (uint32_t slot; (slot = t->index[p.at]); probe_next(&p, t)) {
        struct entry *e = &t->entries[slot & t->mask];

        if (table_may_be(t, slot, p.tag) && e->hash == hash
            && str_of(e->key)->length == n
            && memcmp(str_of(e->key)->bytes, text, n) == 0)
            return e;
    }
    return NULL;
}

// ---- deleting ----

// Nothing is left: begin again at the first entry.
static void is_empty_now(struct table *t)
{
    if (t->bits > KEPT_BITS) {
        table_free_body(t);
        return;
    }
    t->used = 0;
    t->first = 0;
    t->kinds = 0;
    t->room = (uint32_t)capacity(t->bits);
}

// Deleted entries at either end need not be kept nor stepped over.
static void trim(struct table *t)
{
    while (!t->entries[t->first].key)
        t->first++;
    while (!t->entries[t->used - 1].key) {
        t->used--;
        t->room++;
    }
}

void table_take(struct table *t, struct entry *e, rc_object **ret_key,
                rc_object **ret_value)
{
    if (t->index)
        index_forget(t, e->hash, (uint32_t)(e - t->entries));
    *ret_key = e->key;
    *ret_value = e->value;
    e->key = NULL;
    e->value = NULL;
    t->live--;
    t->changes++;
    if (t->live == 0)
        is_empty_now(t);
    else
        trim(t);
}

void table_clear(struct table *t)
{
    struct table old = *t;

    *t = (struct table){.changes = old.changes + 1};
    for (uint32_t i = old.first; i < old.used; i++) {
        rc_xdecref(old.entries[i].key);
        rc_xdecref(old.entries[i].value);
    }
    table_free_body(&old);
}

// ---- all entries ----

struct entry *table_next(const struct table *t, size_t *position)
{
    size_t i = *position > t->first ? *position : t->first;

    while (i < t->used && !t->entries[i].key)
        i++;
    if (i >= t->used)
        return NULL;
    *position = i + 1;
    return &t->entries[i];
}

int table_visit(const struct table *t, rc_visit visit, void *arg)
{
    for (uint32_t i = t->first; i < t->used; i++) {
        const struct entry *e = &t->entries[i];
        int r = e->key ? visit(e->key, arg) : 0;

        if (!r && e->value)
            r = visit(e->value, arg);
        if (r)
            return r;
    }
    return 0;
}
