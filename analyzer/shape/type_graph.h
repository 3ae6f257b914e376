// type_graph.h - which types own objects of which, by their fields.

#ifndef SHAPE_TYPE_GRAPH_H
#define SHAPE_TYPE_GRAPH_H

#include "shape/life.h"

struct type_edge {
    uint32_t from, field; // a field of a record of the program
    uint32_t to;          // record; 0 = any object
};

struct type_graph {
    const struct lives *l;
    size_t nedges, edges_cap;
    struct type_edge *edges; // by record and field
};

// What is known to be owned, of objects that can lead on to others. Lives in a.
// O(fields).
void type_graph_find(struct arena *a, const struct lives *l,
                     struct type_graph *ret);

// The type whose objects are such structs; NULL when its table is not here, or
// not understood.
const struct life_type *type_of_record(const struct lives *l, uint32_t record);

#endif
