// snapshot.h - what is there, noted down to be compared later.
//
// A snapshot is an array of entries in order of address and a table of the
// types that occur, with copies of their names, since a class may be gone when
// somebody reads them. Two snapshots are compared as two sorted lists are
// merged.
//
// An object is the same as before when its address and its type are, and when a
// snapshot as old as that one has seen it already: each writes its number into
// the flags of objects that none has seen, new objects begin without one. There
// are six bits for it, so at every 62nd snapshot the numbers begin anew. What
// was seen before that is only known as old: compared with a snapshot that is
// older still, one that took the place of another of its type counts as kept.

#ifndef RC_SIGHT_SNAPSHOT_H
#define RC_SIGHT_SNAPSHOT_H

#include "core/heap.h"
#include "rc/sight.h"

struct entry {
    uintptr_t address;
    size_t bytes;
    uint32_t kind; // index into kinds
    uint32_t seen; // by which snapshot first, 0 = an old one
};

struct kind {
    const void *key; // the type, or the class of an instance
    char *name;
};

struct rc_snapshot {
    uint32_t number; // from 1
    struct entry *entries;
    size_t n, room;
    struct kind *kinds;
    size_t nkinds, kinds_room;
    struct map kind_of; // key -> index + 1, while the snapshot is made
};

// The type of o, or its class.
const void *snapshot_key_of(rc_object *o);

// Say of each object, in order of address, where it was: both entries, or one
// and NULL.
typedef void (*snapshot_tell)(const struct entry *before,
                              const struct entry *after, void *arg);
void snapshot_compare(const struct rc_snapshot *before,
                      const struct rc_snapshot *after, snapshot_tell tell,
                      void *arg);

#endif
