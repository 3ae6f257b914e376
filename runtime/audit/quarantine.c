// quarantine.c - freed objects are kept for a while, filled with a pattern and
// of a type of their own, so that whoever still uses them is recognised.

#include "audit/audit.h"
#include "audit/hooks.h"

#include <stdlib.h>

enum { FILLING = 0xdd };

static rc_type freed_type = {
    .head = {.refs = RC_IMMORTAL | 1, .type = &rc_type_type},
    .name = "freed object",
    .size = sizeof(rc_object),
};

// A ring: the oldest leaves first.
static struct {
    rc_object **objects;
    size_t first, n, room;
} kept;

static size_t filled_bytes(const rc_object *o)
{
    return object_bytes(o) - sizeof(*o);
}

static void check_filling(rc_object *o)
{
    const unsigned char *p = (const unsigned char *)(o + 1);

    UNPOISON(o + 1, filled_bytes(o));
    for (size_t i = 0; i < filled_bytes(o); i++) {
        if (p[i] != FILLING) {
            report_error(RC_AUDIT_WRITE_AFTER_FREE, o);
            return;
        }
    }
}

static void release_oldest(void)
{
    rc_object *o = kept.objects[kept.first];

    kept.first = (kept.first + 1) % kept.room;
    kept.n--;
    check_filling(o);
    memory_give_back(o);
}

static bool ring_is_ready(void)
{
    if (kept.room != audit.quarantine_most) {
        quarantine_release();
        kept.objects = calloc(audit.quarantine_most, sizeof(*kept.objects));
        kept.room = kept.objects ? audit.quarantine_most : 0;
    }
    return kept.room > 0;
}

bool audit_keeps(rc_object *o)
{
    if (!audit.is_on || !ring_is_ready())
        return false;
    if (kept.n == kept.room)
        release_oldest();
    o->refs = 1;
    o->flags = (uint16_t)((o->flags & FLAG_LARGE) | FLAG_QUARANTINE);
    o->type = &freed_type;
    memset(o + 1, FILLING, filled_bytes(o));
    POISON(o + 1, filled_bytes(o));
    kept.objects[(kept.first + kept.n++) % kept.room] = o;
    return true;
}

void quarantine_release(void)
{
    while (kept.n)
        release_oldest();
    free(kept.objects);
    memset(&kept, 0, sizeof(kept));
}
