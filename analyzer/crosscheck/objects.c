// objects.c - see objects.h.

#include "crosscheck/objects.h"

#include <string.h>

enum { FEWEST_SLOTS = 1024, MOST_USES = 32 };

static size_t slot_of(const struct objects *all, uint64_t id)
{
    size_t i = (size_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 20);

    for (i &= all->nslots - 1; all->slots[i] && all->slots[i]->id != id;)
        i = (i + 1) & (all->nslots - 1);
    return i;
}

static void grow(struct objects *all)
{
    struct object **old = all->slots;
    size_t nold = all->nslots;

    all->nslots = nold ? 2 * nold : FEWEST_SLOTS;
    all->slots = arena_array(&all->arena, struct object *, all->nslots);
    for (size_t i = 0; i < nold; i++)
        if (old[i])
            all->slots[slot_of(all, old[i]->id)] = old[i];
}

struct object *objects_find(const struct objects *all, uint64_t id)
{
    return all->nslots ? all->slots[slot_of(all, id)] : NULL;
}

static void forget(struct objects *all, struct object *o)
{
    while (o->uses) {
        struct use *u = o->uses;

        o->uses = u->next;
        u->next = all->free_uses;
        all->free_uses = u;
    }
    while (o->marks) {
        struct mark *m = o->marks;

        o->marks = m->next;
        m->next = all->free_marks;
        all->free_marks = m;
    }
}

struct object *objects_new(struct objects *all, uint64_t id, uint64_t serial)
{
    size_t i;

    if (4 * (all->count + 1) > 3 * all->nslots)
        grow(all);
    i = slot_of(all, id);
    if (all->slots[i]) {
        forget(all, all->slots[i]);
    } else {
        all->slots[i] = arena_new(&all->arena, struct object);
        all->count++;
    }
    *all->slots[i] = (struct object){.id = id, .serial = serial, .type = ""};
    return all->slots[i];
}

void objects_release(struct objects *all)
{
    arena_release(&all->arena);
    *all = (struct objects){.arena = {0}};
}

void objects_clear(struct objects *all)
{
    struct arena arena = all->arena;

    arena_reset(&arena);
    *all = (struct objects){.arena = arena};
}

static struct use *use_at(struct objects *all, struct object *o, uint32_t site)
{
    struct use **link = &o->uses;
    struct use *u;

    for (; *link; link = &(*link)->next)
        if ((*link)->site == site)
            return *link;
    if (o->nuses == MOST_USES)
        return NULL;
    u = all->free_uses;
    if (u)
        all->free_uses = u->next;
    else
        u = arena_new(&all->arena, struct use);
    *u = (struct use){.site = site};
    *link = u;
    o->nuses++;
    return u;
}

void object_use(struct objects *all, struct object *o, uint32_t site,
                int change)
{
    struct use *u = use_at(all, o, site);

    if (!u)
        return;
    u->taken += change > 0;
    u->given += change < 0;
}

struct mark *object_mark_of(const struct object *o, const struct target *t)
{
    struct mark *m = o->marks;

    while (m && m->target != t)
        m = m->next;
    return m;
}

struct mark *object_mark(struct objects *all, struct object *o,
                         struct target *t)
{
    struct mark *m = object_mark_of(o, t);

    if (m)
        return m;
    m = all->free_marks;
    if (m)
        all->free_marks = m->next;
    else
        m = arena_new(&all->arena, struct mark);
    *m = (struct mark){.target = t, .next = o->marks};
    o->marks = m;
    return m;
}
