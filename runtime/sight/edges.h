// edges.h - the references of an object, each with what it is called there.
// The name is only made when somebody wants to read it.

#ifndef RC_SIGHT_EDGES_H
#define RC_SIGHT_EDGES_H

#include "sight/label.h"

enum edge_kind {
    EDGE_SLOT,  // a field of the object: name or offset
    EDGE_ITEM,  // the n-th item of a list or tuple, the n-th of a traverse
    EDGE_KEY,   // a key of a dict
    EDGE_VALUE, // the value of a key
    EDGE_MEMBER // of a set
};

struct edge {
    rc_object *from, *to;
    enum edge_kind kind;
    size_t n;         // which item; the offset of a slot
    const char *name; // of a slot, or NULL
    rc_object *key;   // of a value
};

typedef int (*edge_visit)(const struct edge *e, void *arg);

// Each reference that o owns, as often as it owns it, in a fixed order. Ends
// with the first result that is not 0, and returns that.
int edges_each(rc_object *o, edge_visit visit, void *arg);

// "[3]", "key 'a'", "['a']", "{'a'}", ".field", "+16".
void edge_label(const struct edge *e, struct label *l);

#endif
