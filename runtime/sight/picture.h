// picture.h - a part of the graph of objects, ready to be drawn.
//
// Nodes are objects in the order in which they were reached, breadth first.
// Left out, since they would hide the rest: values that are immortal (none,
// small ints), plain keys of dicts, and the strs that modules, classes,
// functions and frames have as their names; texts and labels show them.

#ifndef RC_SIGHT_PICTURE_H
#define RC_SIGHT_PICTURE_H

#include "sight/edges.h"
#include "sight/scc.h"

enum { LINK_LABEL_BYTES = 48 };

// All references from one object to another are one link.
struct link {
    uint32_t from, to;                  // nodes
    uint32_t count;                     // references
    char first_label[LINK_LABEL_BYTES]; // what the first of them is called
};

struct node {
    rc_object *object;
    uint32_t first_link; // its links follow each other
    uint32_t nlinks;
    uint32_t cycle; // 0: in none; else the number of its cyclic component
    uint32_t part;  // nodes of different parts have no links
    uint32_t depth; // links from the start of its part to it
    double x, y;    // its left upper corner
};

struct picture {
    struct node *nodes;
    size_t n, room;
    struct link *links;
    size_t nlinks, links_room;
    uint32_t cycles; // how many cyclic components
    bool is_cut;     // there is more than max_objects
    bool has_root;   // node 0
    double width, height;
};

// Returns 0, or -1 with RC_ERROR_MEMORY.
int picture_init(struct picture *p, rc_object *root, size_t max_objects);
void picture_release(struct picture *p);

// What stands in a node: its type, how often it is held, what is in it.
void picture_title(const struct node *n, struct label *l);
void picture_count(const struct node *n, struct label *l);
void picture_text(const struct node *n, struct label *l);

// What a link is called: "['a']", "[0], 2 more".
void picture_link_label(const struct link *link, struct label *l);

// The cyclic component that a link is part of, 0 when it is in none.
uint32_t picture_link_cycle(const struct picture *p, const struct link *link);

// "12 objects, 17 references, 2 cycles"
void picture_summary(const struct picture *p, struct label *l);

// A colour for a cyclic component: pale or strong, "#rrggbb". They come again
// after this many components.
enum { PICTURE_COLOURS = 6 };
const char *picture_pale(uint32_t cycle);
const char *picture_strong(uint32_t cycle);

// ---- layout.c: where the nodes are ----

enum {
    NODE_WIDTH = 168,
    NODE_HEIGHT = 40,
    GAP_ACROSS = 96, // between columns: room for labels
    GAP_DOWN = 18,
    MARGIN = 32
};

// Returns 0, or -1 with RC_ERROR_MEMORY.
int picture_lay_out(struct picture *p);

#endif
