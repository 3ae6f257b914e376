// layers.h - the nodes of a picture in layers.
//
// Nodes that are connected, in whatever direction, are a part. The start of a
// part is what nothing leads to, or one node of each cycle that nothing leads
// into; a layer is what lies equally far from there. So links lead to the next
// layer, to their own or back, but never over one.

#ifndef RC_SIGHT_LAYERS_H
#define RC_SIGHT_LAYERS_H

#include "sight/picture.h"

struct layer {
    size_t from, to; // in layers.sequence
    size_t band;     // layout.c
};

struct part {
    size_t from, to;      // in layers.layers
    double width, height; // layout.c
};

struct layers {
    uint32_t *sequence; // all nodes: by part, then by depth, then from top
    uint32_t *order;    // by node: which one in its layer
    struct layer *layers;
    size_t nlayers;
    struct part *parts;
    size_t nparts;
    size_t *near_first; // by node: where its neighbours are
    uint32_t *near;     // on both ends of links
};

// Few links cross. Returns 0, or -1 with RC_ERROR_MEMORY. Sets part and depth
// of the nodes. O(nodes and links), but for sorting.
int layers_init(struct layers *l, struct picture *p);
void layers_release(struct layers *l);

#endif
