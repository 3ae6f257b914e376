// scc.h - which objects of a set reach each other: the strongly connected
// components of the references among them.

#ifndef RC_SIGHT_SCC_H
#define RC_SIGHT_SCC_H

#include "rc/object.h"

// References among n objects, by index: those of object i lead to
// to[first[i]] ... to[first[i + 1] - 1], each as often as it is owned.
struct links {
    size_t n;
    size_t *first; // n + 1 of them
    uint32_t *to;
};

// Those among these objects, which must be alive and all different; others are
// left out. Returns 0, or -1 with RC_ERROR_MEMORY. O(objects and references).
int links_find(rc_object *const *objects, size_t n, struct links *ret_links);
void links_release(struct links *links);

struct scc {
    size_t count;        // components
    uint32_t *component; // of each object: 0 ... count - 1. A reference leads
                         // to the same number or to a lower one
    uint32_t *size;      // of each component, in objects
    bool *is_cyclic;     // more than one object, or one that holds itself
};

// Returns 0, or -1 with RC_ERROR_MEMORY. O(objects and references).
int scc_of_links(const struct links *links, struct scc *ret_scc);
int scc_find(rc_object *const *objects, size_t n, struct scc *ret_scc);
void scc_release(struct scc *scc);

#endif
