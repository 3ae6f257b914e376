// record.c - what the audit remembers of each object, and the table of sites.
// Both grow and are only given back together; records by address, of which an
// older object's is replaced.

#include "audit/audit.h"

#include <stdlib.h>

static struct {
    struct rc_site *sites; // [0]: unknown
    uint32_t *index;       // by hash, 0 = free
    uint32_t n, room, mask;
    struct record **records; // by hash of the address
    uintptr_t *addresses;
    size_t nrecords, records_mask;
} known;

static void *need(void *p)
{
    if (p)
        return p;
    fputs("rc: the audit has no memory left\n", stderr);
    abort();
}

// ---- sites ----

static uint32_t site_hash(const struct rc_site *s)
{
    uint64_t h = (uintptr_t)s->file * 31 + (uint64_t)s->line;

    h = h * 31 + (uintptr_t)s->function;
    h = h * 31 + (uintptr_t)s->call;
    return (uint32_t)((h * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static bool site_same(const struct rc_site *a, const struct rc_site *b)
{
    return a->file == b->file && a->line == b->line
           && a->function == b->function && a->call == b->call;
}

static void sites_grow(void)
{
    uint32_t room = known.room ? 2 * known.room : 256;

    known.sites = need(realloc(known.sites, room * sizeof(*known.sites)));
    free(known.index);
    known.index = need(calloc(2 * (size_t)room, sizeof(*known.index)));
    known.mask = 2 * room - 1;
    known.room = room;
    if (!known.n)
        known.sites[known.n++] =
            (struct rc_site){"somewhere", 0, "unknown", ""};
    for (uint32_t i = 1; i < known.n; i++) {
        uint32_t at = site_hash(&known.sites[i]) & known.mask;

        while (known.index[at])
            at = (at + 1) & known.mask;
        known.index[at] = i;
    }
}

uint32_t site_number(const struct rc_site *site)
{
    uint32_t at;

    if (!site->file)
        return 0;
    if (known.n == known.room)
        sites_grow();
    at = site_hash(site) & known.mask;
    for (; known.index[at]; at = (at + 1) & known.mask) {
        if (site_same(&known.sites[known.index[at]], site))
            return known.index[at];
    }
    known.sites[known.n] = *site;
    known.index[at] = known.n;
    return known.n++;
}

const struct rc_site *site_at(uint32_t number)
{
    static const struct rc_site unknown = {"somewhere", 0, "unknown", ""};

    return number && number < known.n ? &known.sites[number] : &unknown;
}

// ---- records ----

static size_t address_home(uintptr_t address)
{
    return (size_t)((address * UINT64_C(0x9e3779b97f4a7c15)) >> 20)
           & known.records_mask;
}

static size_t address_slot(uintptr_t address)
{
    size_t i = address_home(address);

    while (known.addresses[i] && known.addresses[i] != address)
        i = (i + 1) & known.records_mask;
    return i;
}

struct record *record_of(const void *address)
{
    if (!known.records)
        return NULL;
    return known.records[address_slot((uintptr_t)address)];
}

static void records_grow(void)
{
    size_t old = known.records ? known.records_mask + 1 : 0;
    size_t room = old ? 2 * old : 1024;
    struct record **records = known.records;
    uintptr_t *addresses = known.addresses;

    known.records = need(calloc(room, sizeof(*known.records)));
    known.addresses = need(calloc(room, sizeof(*known.addresses)));
    known.records_mask = room - 1;
    for (size_t i = 0; i < old; i++) {
        size_t at;

        if (!addresses[i])
            continue;
        at = address_slot(addresses[i]);
        known.records[at] = records[i];
        known.addresses[at] = addresses[i];
    }
    free(records);
    free(addresses);
}

struct record *record_new(const rc_object *o)
{
    struct record *r;
    size_t at;

    if (!known.records || 2 * known.nrecords > known.records_mask)
        records_grow();
    at = address_slot((uintptr_t)o);
    r = known.records[at];
    if (!r) {
        r = need(calloc(1, sizeof(*r)));
        known.records[at] = r;
        known.addresses[at] = (uintptr_t)o;
        known.nrecords++;
    }
    r->serial = ++audit.serials;
    r->type = o->type;
    r->made = site_number(&rc_site_);
    r->freed = 0;
    r->nevents = 0;
    r->is_lent = false;
    r->is_short = false;
    return r;
}

void record_event(struct record *r, uint32_t site, int change)
{
    struct event *e;
    uint32_t i = 0;

    while (i < r->nevents && r->events[i].site != site)
        i++;
    if (i == r->nevents) {
        if (r->nevents == r->room) {
            r->room = r->room ? 2 * r->room : 2;
            r->events = need(realloc(r->events, r->room * sizeof(*r->events)));
        }
        r->events[r->nevents++] = (struct event){.site = site};
    }
    e = &r->events[i];
    e->taken += change > 0;
    e->given += change < 0;
    e->last = ++audit.moment;
}

void records_release(void)
{
    for (size_t i = 0; known.records && i <= known.records_mask; i++) {
        if (known.records[i])
            free(known.records[i]->events);
        free(known.records[i]);
    }
    free(known.records);
    free(known.addresses);
    free(known.sites);
    free(known.index);
    memset(&known, 0, sizeof(known));
}
