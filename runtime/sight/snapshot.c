// snapshot.c - see snapshot.h.

#include "sight/snapshot.h"

#include "core/memory.h"
#include "objects/objects.h"
#include "sight/names.h"

#include <stdlib.h>

// ---- make ----

const void *snapshot_key_of(rc_object *o)
{
    const void *cls = NULL;

    if (o->type == &rc_instance_type)
        cls = ((struct rc_instance *)(void *)o)->cls;
    return cls ? cls : o->type;
}

static int reserve_kind(struct rc_snapshot *s)
{
    size_t room = s->kinds_room ? 2 * s->kinds_room : 32;
    struct kind *kinds;

    if (s->nkinds < s->kinds_room)
        return 0;
    kinds = memory_resize(s->kinds, room * sizeof(*kinds));
    if (!kinds)
        return -1;
    s->kinds = kinds;
    s->kinds_room = room;
    return 0;
}

static int add_kind(struct rc_snapshot *s, rc_object *o)
{
    const char *name = name_of_type(o);
    size_t bytes = strlen(name) + 1;
    struct kind *k;

    if (reserve_kind(s) < 0)
        return -1;
    k = &s->kinds[s->nkinds];
    k->key = snapshot_key_of(o);
    k->name = memory_new(bytes);
    if (!k->name)
        return -1;
    memcpy(k->name, name, bytes);
    s->nkinds++;
    return map_set(&s->kind_of, (uintptr_t)k->key, s->nkinds);
}

// ---- who was seen when ----

enum { SEEN_OLD = 1, SEEN_FIRST = 2, SEEN_MOST = 63 };

// Outlives rc_fini(), since snapshots may do so, too.
static struct {
    uint32_t last;  // number of a snapshot
    uint32_t first; // the one that SEEN_FIRST stands for
} snapshots = {0, 1};

static void set_seen(rc_object *o, unsigned seen)
{
    unsigned others = o->flags & ((1u << FLAGS_SEEN_SHIFT) - 1);

    o->flags = (uint16_t)(others | seen << FLAGS_SEEN_SHIFT);
}

static int make_old(rc_object *o, void *arg)
{
    (void)arg;
    if (o->flags >> FLAGS_SEEN_SHIFT)
        set_seen(o, SEEN_OLD);
    return 0;
}

// What this snapshot writes into objects that none has seen.
static unsigned seen_now(void)
{
    return SEEN_FIRST + (snapshots.last - snapshots.first);
}

static uint32_t next_number(void)
{
    snapshots.last++;
    if (seen_now() > SEEN_MOST) {
        heap_each(make_old, NULL);
        snapshots.first = snapshots.last;
    }
    return snapshots.last;
}

// The number of the snapshot that saw o first, now at the latest; 0: long ago.
static uint32_t first_seen(rc_object *o)
{
    unsigned seen = (unsigned)o->flags >> FLAGS_SEEN_SHIFT;

    if (!seen) {
        seen = seen_now();
        set_seen(o, seen);
    }
    return seen == SEEN_OLD ? 0 : snapshots.first + (seen - SEEN_FIRST);
}

static int count_one(rc_object *o, void *arg)
{
    size_t *n = arg;

    (void)o;
    ++*n;
    return 0;
}

static int add_entry(rc_object *o, void *arg)
{
    struct rc_snapshot *s = arg;
    uint64_t kind = map_get(&s->kind_of, (uintptr_t)snapshot_key_of(o));

    if (!kind) {
        if (add_kind(s, o) < 0)
            return -1;
        kind = s->nkinds;
    }
    s->entries[s->n++] = (struct entry){.address = (uintptr_t)o,
                                        .bytes = object_bytes(o),
                                        .kind = (uint32_t)(kind - 1),
                                        .seen = first_seen(o)};
    return 0;
}

static int by_address(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return (x->address > y->address) - (x->address < y->address);
}

struct rc_snapshot *rc_snapshot_new(void)
{
    struct rc_snapshot *s = memory_new_zeroed(sizeof(*s));

    if (!s)
        return NULL;
    s->number = next_number();
    heap_each(count_one, &s->room);
    s->entries = memory_new(s->room * sizeof(*s->entries));
    if (!s->entries || heap_each(add_entry, s) < 0) {
        rc_snapshot_free(s);
        return NULL;
    }
    map_release(&s->kind_of);
    qsort(s->entries, s->n, sizeof(*s->entries), by_address);
    return s;
}

void rc_snapshot_free(struct rc_snapshot *snapshot)
{
    if (!snapshot)
        return;
    for (size_t i = 0; i < snapshot->nkinds; i++)
        memory_free(snapshot->kinds[i].name);
    memory_free(snapshot->kinds);
    memory_free(snapshot->entries);
    map_release(&snapshot->kind_of);
    memory_free(snapshot);
}

size_t rc_snapshot_objects(const struct rc_snapshot *snapshot)
{
    return snapshot->n;
}

// ---- compare ----

static bool is_same(const struct rc_snapshot *before, const struct entry *b,
                    const struct rc_snapshot *after, const struct entry *a)
{
    const struct kind *x = &before->kinds[b->kind];
    const struct kind *y = &after->kinds[a->kind];

    return a->seen <= before->number && b->bytes == a->bytes && x->key == y->key
           && strcmp(x->name, y->name) == 0;
}

void snapshot_compare(const struct rc_snapshot *before,
                      const struct rc_snapshot *after, snapshot_tell tell,
                      void *arg)
{
    const struct entry *b = before->entries, *a = after->entries;
    const struct entry *b_end = b + before->n, *a_end = a + after->n;

    while (b < b_end || a < a_end) {
        if (a == a_end || (b < b_end && b->address < a->address)) {
            tell(b++, NULL, arg);
        } else if (b == b_end || a->address < b->address) {
            tell(NULL, a++, arg);
        } else if (is_same(before, b, after, a)) {
            tell(b++, a++, arg);
        } else {
            tell(b++, NULL, arg);
            tell(NULL, a++, arg);
        }
    }
}

static void add_to_diff(const struct entry *before, const struct entry *after,
                        void *arg)
{
    struct rc_diff *diff = arg;

    diff->made += !before;
    diff->gone += !after;
    diff->kept += before && after;
    diff->bytes += (int64_t)(after ? after->bytes : 0)
                   - (int64_t)(before ? before->bytes : 0);
}

int rc_snapshot_diff(const struct rc_snapshot *before,
                     const struct rc_snapshot *after, struct rc_diff *ret_diff)
{
    struct rc_diff diff = {0};

    snapshot_compare(before, after, add_to_diff, &diff);
    *ret_diff = diff;
    return 0;
}
