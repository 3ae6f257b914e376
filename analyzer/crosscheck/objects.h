// objects.h - the objects of one trace, by address.
//
// An object that ended is remembered until its address is used again, so the
// memory needed is that of the addresses that the program used.

#ifndef CROSSCHECK_OBJECTS_H
#define CROSSCHECK_OBJECTS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct target;

// References taken and given back at one site.
struct use {
    uint32_t site;
    uint64_t taken, given;
    struct use *next; // in the order of their first use
};

// The object passed the origin or the exit of a finding.
struct mark {
    struct target *target;
    bool is_origin; // it was made or taken at the origin
    bool is_taken;  // it was taken there, so somebody else had made it
    bool by_helper; // by a function that the origin calls, perhaps for others
    bool at_exit;   // the finding's path was followed to its end
    uint32_t fail_site; // where an allocation failed meanwhile, 0 = none
    struct mark *next;
};

struct object {
    uint64_t id, serial;
    const char *type;
    uint32_t made, ended; // sites, 0 = not known, not yet
    bool is_collected;    // ended by the collector
    uint32_t nuses;
    struct use *uses;
    struct mark *marks;
    int64_t count;
    uint64_t leak_line; // where the trace says that it leaked, 0 = nowhere
    uint64_t outside;
};

struct objects {
    struct arena arena;
    struct object **slots; // open addressing
    size_t nslots, count;
    struct use *free_uses;
    struct mark *free_marks;
};

struct object *objects_find(const struct objects *all, uint64_t id);
// A new object at id, in place of an older one.
struct object *objects_new(struct objects *all, uint64_t id, uint64_t serial);
void objects_clear(struct objects *all);   // usable again
void objects_release(struct objects *all); // give everything back

// One reference more or less, at a site. Of an object with very many sites
// only the first ones are remembered.
void object_use(struct objects *all, struct object *o, uint32_t site,
                int change);
struct mark *object_mark_of(const struct object *o, const struct target *t);
struct mark *object_mark(struct objects *all, struct object *o,
                         struct target *t);

#endif
