// graph.h - boxes and arrows, as DOT or as a picture.

#ifndef REPORT_GRAPH_H
#define REPORT_GRAPH_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdio.h>

struct graph_node {
    const char *name;
    const char *says; // a second line, "" = none
    bool marked;      // drawn so that it is seen
    size_t nrows, rows_cap;
    const char **rows; // what else stands in its box
};

struct graph_edge {
    size_t from, to; // nodes
    const char *label;
    bool in_ring; // set by graph_mark_rings
};

struct graph {
    struct arena *arena;
    size_t nnodes, nodes_cap, nedges, edges_cap;
    struct graph_node *nodes;
    struct graph_edge *edges;
};

// The node of that name, made if there is none. O(nodes).
size_t graph_node(struct graph *g, const char *name);
// Nothing happens when the edge is there.
void graph_add_edge(struct graph *g, size_t from, size_t to, const char *label);
// Nothing happens when the row is there.
void graph_add_row(struct graph *g, size_t node, const char *text);
// Which edges lead around? O(nodes x edges).
void graph_mark_rings(struct graph *g);

void graph_print_dot(FILE *out, const struct graph *g);
// In layers, arrows from top to bottom but for those that lead back.
void graph_print_svg(FILE *out, const struct graph *g);

#endif
