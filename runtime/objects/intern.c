// intern.c - the one shared str of each text.
//
// A table by open addressing with linear probing, which holds no references: an
// interned str is marked, and forgotten here when it dies.
//
// Invariant: a str is in the table if and only if it has FLAG_INTERNED, apart
// from the static ones of str.c, which are marked and never in it.

#include "core/heap.h"
#include "core/memory.h"
#include "objects/objects.h"

enum { FEWEST_SLOTS = 64 };

struct entry {
    struct rc_str *str; // NULL: free
    uint32_t hash;
};

static struct {
    struct entry *entries;
    size_t mask; // slots - 1
    size_t used;
} interned;

// Where the str of this text is, or would be.
static struct entry *find(const char *bytes, size_t n, uint32_t hash)
{
    size_t i = hash & interned.mask;

    for (; interned.entries[i].str; i = (i + 1) & interned.mask) {
        const struct entry *e = &interned.entries[i];

        if (e->hash == hash && e->str->length == n
            && memcmp(e->str->bytes, bytes, n) == 0)
            break;
    }
    return &interned.entries[i];
}

static void put_moved(struct entry e)
{
    size_t i = e.hash & interned.mask;

    while (interned.entries[i].str)
        i = (i + 1) & interned.mask;
    interned.entries[i] = e;
}

// Room for one more; at least half of the slots stay free.
static int reserve(void)
{
    struct entry *old = interned.entries, *bigger;
    size_t slots = old ? interned.mask + 1 : 0;
    size_t wanted = slots ? 2 * slots : FEWEST_SLOTS;

    if (2 * (interned.used + 1) <= slots)
        return 0;
    bigger = memory_new_zeroed(wanted * sizeof(*bigger));
    if (!bigger)
        return -1;
    interned.entries = bigger;
    interned.mask = wanted - 1;
    for (size_t i = 0; i < slots; i++) {
        if (old[i].str)
            put_moved(old[i]);
    }
    memory_free(old);
    return 0;
}

// The str of an entry. One that is about to die (its weak references are being
// called) cannot be had any more.
static struct rc_str *str_at(const struct entry *e)
{
    return e->str && object_is_live(&e->str->head) ? e->str : NULL;
}

static void put(struct entry *e, struct rc_str *s, uint32_t hash)
{
    if (e->str) {
        e->str->head.flags = (uint16_t)(e->str->head.flags & ~FLAG_INTERNED);
        interned.used--;
    }
    *e = (struct entry){s, hash};
    s->head.flags |= FLAG_INTERNED;
    interned.used++;
}

rc_object *rc_str_intern(const char *text)
{
    size_t n = strlen(text);
    struct rc_str *s = str_shared(text, n);
    uint32_t hash;
    struct entry *e;

    if (s)
        return rc_newref(RC_OBJECT(s));
    if (reserve() < 0)
        return NULL;
    hash = str_hash_bytes(text, n);
    e = find(text, n, hash);
    if (str_at(e))
        return rc_newref(RC_OBJECT(e->str));
    s = str_of(rc_str_new_n(text, n));
    if (!s)
        return NULL;
    s->hash = hash;
    put(e, s, hash);
    return RC_OBJECT(s);
}

int rc_str_intern_in_place(rc_object **slot)
{
    struct rc_str *s = str_of(*slot);
    uint32_t hash;
    struct entry *e;

    if (!is_exact_str(*slot))
        return object_wrong_type(*slot, "str");
    if (s->head.flags & FLAG_INTERNED)
        return 0;
    if (reserve() < 0)
        return -1;
    hash = (uint32_t)str_hash(*slot);
    e = find(s->bytes, s->length, hash);
    if (str_at(e))
        rc_setref(slot, rc_newref(RC_OBJECT(e->str)));
    else
        put(e, s, hash);
    return 0;
}

bool rc_str_is_interned(const rc_object *o)
{
    return is_exact_str(o) && (o->flags & FLAG_INTERNED);
}

// Entries behind the gap move up into it, if that does not put them before
// their home (Knuth, The Art of Computer Programming, 6.4, algorithm R).
static void close_gap(size_t gap)
{
    size_t mask = interned.mask;

    for (size_t i = (gap + 1) & mask; interned.entries[i].str;
         i = (i + 1) & mask) {
        size_t home = interned.entries[i].hash & mask;

        if (((i - home) & mask) >= ((i - gap) & mask)) {
            interned.entries[gap] = interned.entries[i];
            gap = i;
        }
    }
    interned.entries[gap] = (struct entry){NULL, 0};
}

void intern_forget(struct rc_str *s)
{
    size_t i = s->hash & interned.mask;

    while (interned.entries[i].str != s)
        i = (i + 1) & interned.mask;
    close_gap(i);
    interned.used--;
}

void intern_release(void)
{
    if (interned.used > 0)
        return;
    memory_free(interned.entries);
    interned.entries = NULL;
    interned.mask = 0;
}
