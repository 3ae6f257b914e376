// graph_svg.c - a graph as a picture.
//
// in     nodes and edges
// out    SVG: boxes in layers, arrows between them
//
// Layers by depth, the order in each by the mean place of the neighbours, an
// arrow that passes a layer through a gap in it (Sugiyama, Tagawa, Toda:
// "Methods for Visual Understanding of Hierarchical System Structures", 1981).
// Nodes without arrows stand below, in rows.
//
// (The runtime draws objects after the same paper, in runtime/sight. It is a
// library of its own, whose memory can run out and whose arrows go to the
// right, so no code is shared.)

#include "report/graph.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

enum {
    LETTER = 7, // width; the font is of one width
    LINE = 16,
    PAD = 10,
    GAP = 36,     // between boxes
    BETWEEN = 90, // between layers
    SLOT = 30,    // what an arrow takes that passes
    WIDE = 1100,  // of rows of boxes without arrows
    SWEEPS = 8,
};

// A box, or (with node SIZE_MAX) the gap through which an arrow passes.
struct cell {
    size_t node;
    unsigned layer;
    int x, y, w, h;
    double wish;
};

// A piece of an arrow, from a layer to the next one.
struct piece {
    size_t from, to; // cells
};

struct picture {
    const struct graph *g;
    struct arena a;
    size_t ncells, cells_cap, npieces, pieces_cap;
    struct cell *cells; // the first are the nodes, in order
    struct piece *pieces;
    bool *back;   // [edge]: turned around to find layers
    size_t **way; // [edge]: its cells from top to bottom
    size_t *nway; // [edge]
    unsigned nlayers;
    size_t **layers; // cells from left to right
    size_t *nin;     // [layer]
    int width, height;
};

// --- layers ---

static void visit(struct picture *p, size_t node, char *seen)
{
    seen[node] = 1;
    for (size_t i = 0; i < p->g->nedges; i++) {
        const struct graph_edge *edge = &p->g->edges[i];

        if (edge->from != node)
            continue;
        if (seen[edge->to] == 1)
            p->back[i] = true;
        else if (!seen[edge->to])
            visit(p, edge->to, seen);
    }
    seen[node] = 2;
}

static size_t top_of(const struct picture *p, size_t edge)
{
    return p->back[edge] ? p->g->edges[edge].to : p->g->edges[edge].from;
}

static size_t bottom_of(const struct picture *p, size_t edge)
{
    return p->back[edge] ? p->g->edges[edge].from : p->g->edges[edge].to;
}

// Who is pointed to by nobody comes first, so that arrows lead down.
static void find_back(struct picture *p)
{
    char *seen = arena_array(&p->a, char, p->g->nnodes + 1);

    for (int pass = 0; pass < 2; pass++) {
        for (size_t n = 0; n < p->g->nnodes; n++) {
            bool pointed_to = false;

            for (size_t i = 0; i < p->g->nedges; i++)
                pointed_to =
                    pointed_to
                    || (p->g->edges[i].to == n && p->g->edges[i].from != n);
            if (!seen[n] && (pass || !pointed_to))
                visit(p, n, seen);
        }
    }
}

static void find_layers(struct picture *p)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < p->g->nedges; i++) {
            struct cell *top = &p->cells[top_of(p, i)];
            struct cell *bottom = &p->cells[bottom_of(p, i)];

            if (top != bottom && bottom->layer <= top->layer) {
                bottom->layer = top->layer + 1;
                more = true;
            }
        }
    }
}

static void add_piece(struct picture *p, size_t from, size_t to)
{
    struct piece piece = {from, to};

    arena_push(&p->a, p->pieces, p->npieces, p->pieces_cap, piece);
}

static void find_ways(struct picture *p)
{
    for (size_t i = 0; i < p->g->nedges; i++) {
        size_t top = top_of(p, i);
        size_t bottom = bottom_of(p, i);
        size_t last = top;
        unsigned n = p->cells[bottom].layer - p->cells[top].layer;

        if (top == bottom)
            continue;
        p->way[i] = arena_array(&p->a, size_t, n + 1);
        p->way[i][p->nway[i]++] = top;
        for (unsigned k = 1; k < n; k++) {
            struct cell cell = {
                .node = SIZE_MAX, .layer = p->cells[top].layer + k, .w = SLOT};

            arena_push(&p->a, p->cells, p->ncells, p->cells_cap, cell);
            add_piece(p, last, p->ncells - 1);
            last = p->way[i][p->nway[i]++] = p->ncells - 1;
        }
        add_piece(p, last, bottom);
        p->way[i][p->nway[i]++] = bottom;
    }
}

// --- places ---

static bool has_arrows(const struct graph *g, size_t node)
{
    for (size_t i = 0; i < g->nedges; i++)
        if ((g->edges[i].from == node) != (g->edges[i].to == node))
            return true;
    return false;
}

static void fill_layers(struct picture *p)
{
    for (size_t i = 0; i < p->ncells; i++)
        if (p->cells[i].layer >= p->nlayers)
            p->nlayers = p->cells[i].layer + 1;
    p->layers = arena_array(&p->a, size_t *, p->nlayers + 1);
    p->nin = arena_array(&p->a, size_t, p->nlayers + 1);
    for (unsigned k = 0; k < p->nlayers; k++)
        p->layers[k] = arena_array(&p->a, size_t, p->ncells + 1);
    for (size_t i = 0; i < p->ncells; i++) {
        const struct cell *c = &p->cells[i];

        if (c->node == SIZE_MAX || has_arrows(p->g, c->node))
            p->layers[c->layer][p->nin[c->layer]++] = i;
    }
}

static void place_layer(struct picture *p, unsigned k)
{
    int x = 0;

    for (size_t i = 0; i < p->nin[k]; i++) {
        struct cell *c = &p->cells[p->layers[k][i]];

        c->x = x;
        x += c->w + GAP;
    }
    for (size_t i = 0; i < p->nin[k]; i++) // around the middle
        p->cells[p->layers[k][i]].x -= (x - GAP) / 2;
}

static int middle(const struct cell *c)
{
    return c->x + c->w / 2;
}

static void wish(struct picture *p, size_t cell, bool down)
{
    double sum = 0;
    int n = 0;

    for (size_t i = 0; i < p->npieces; i++) {
        const struct piece *piece = &p->pieces[i];

        if ((down ? piece->to : piece->from) != cell)
            continue;
        sum += middle(&p->cells[down ? piece->from : piece->to]);
        n++;
    }
    p->cells[cell].wish = n ? sum / n : middle(&p->cells[cell]);
}

// By insertion: stable, so that the picture is always the same.
static void order_layer(struct picture *p, unsigned k, bool down)
{
    for (size_t i = 0; i < p->nin[k]; i++)
        wish(p, p->layers[k][i], down);
    for (size_t i = 1; i < p->nin[k]; i++) {
        size_t moved = p->layers[k][i];
        size_t at = i;

        for (; at > 0
               && p->cells[p->layers[k][at - 1]].wish > p->cells[moved].wish;
             at--)
            p->layers[k][at] = p->layers[k][at - 1];
        p->layers[k][at] = moved;
    }
}

static void order_layers(struct picture *p)
{
    for (unsigned k = 0; k < p->nlayers; k++)
        place_layer(p, k);
    for (int s = 0; s < SWEEPS; s++) {
        for (unsigned k = 0; k < p->nlayers; k++) {
            unsigned at = s % 2 ? p->nlayers - 1 - k : k;

            order_layer(p, at, s % 2 == 0);
            place_layer(p, at);
        }
    }
}

// Boxes move towards their neighbours as far as those beside them let them.
static void pull(struct picture *p, unsigned k, bool down)
{
    for (size_t i = 0; i < p->nin[k]; i++) {
        struct cell *c = &p->cells[p->layers[k][i]];
        int least = INT_MIN;
        int most = INT_MAX;
        int x;

        wish(p, p->layers[k][i], down);
        x = (int)c->wish - c->w / 2;
        if (i > 0) {
            const struct cell *left = &p->cells[p->layers[k][i - 1]];

            least = left->x + left->w + GAP;
        }
        if (i + 1 < p->nin[k])
            most = p->cells[p->layers[k][i + 1]].x - GAP - c->w;
        c->x = x < least ? least : x > most ? most : x;
    }
}

static void set_heights(struct picture *p)
{
    int y = PAD * 2;

    for (unsigned k = 0; k < p->nlayers; k++) {
        int highest = 0;

        for (size_t i = 0; i < p->nin[k]; i++)
            if (p->cells[p->layers[k][i]].h > highest)
                highest = p->cells[p->layers[k][i]].h;
        for (size_t i = 0; i < p->nin[k]; i++) {
            struct cell *c = &p->cells[p->layers[k][i]];

            c->y = y;
            c->h = c->node == SIZE_MAX ? highest : c->h;
        }
        if (p->nin[k])
            y += highest + BETWEEN;
    }
    p->height = y;
}

static void shift_right(struct picture *p)
{
    int left = 0;

    for (unsigned k = 0; k < p->nlayers; k++)
        for (size_t i = 0; i < p->nin[k]; i++)
            if (p->cells[p->layers[k][i]].x < left)
                left = p->cells[p->layers[k][i]].x;
    for (unsigned k = 0; k < p->nlayers; k++) {
        for (size_t i = 0; i < p->nin[k]; i++) {
            struct cell *c = &p->cells[p->layers[k][i]];

            c->x += PAD * 2 - left;
            if (c->x + c->w > p->width)
                p->width = c->x + c->w;
        }
    }
}

// Those without arrows, below.
static void place_alone(struct picture *p)
{
    int x = PAD * 2;
    int highest = 0;

    for (size_t n = 0; n < p->g->nnodes; n++) {
        struct cell *c = &p->cells[n];

        if (has_arrows(p->g, n))
            continue;
        if (x > PAD * 2 && x + c->w > WIDE) {
            x = PAD * 2;
            p->height += highest + GAP;
            highest = 0;
        }
        c->x = x;
        c->y = p->height;
        x += c->w + GAP + (c->w < WIDE ? GAP : 0);
        highest = c->h > highest ? c->h : highest;
        if (c->x + c->w > p->width)
            p->width = c->x + c->w;
    }
    p->height += highest + PAD * 2;
}

static int max_width(const struct graph_node *n)
{
    size_t most = strlen(n->name) + 2;

    most = strlen(n->says) > most ? strlen(n->says) : most;
    for (size_t i = 0; i < n->nrows; i++)
        most = strlen(n->rows[i]) > most ? strlen(n->rows[i]) : most;
    return (int)most * LETTER + 2 * PAD;
}

static void make_cells(struct picture *p)
{
    for (size_t n = 0; n < p->g->nnodes; n++) {
        const struct graph_node *node = &p->g->nodes[n];
        struct cell c = {.node = n, .w = max_width(node)};

        c.h = LINE * ((int)node->nrows + (*node->says ? 2 : 1)) + PAD;
        arena_push(&p->a, p->cells, p->ncells, p->cells_cap, c);
    }
}

// --- the picture ---

static void print_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else
            fputc(*text, out);
    }
}

static void print_line(FILE *out, int x, int y, const char *class,
                       const char *text)
{
    fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
    print_text(out, text);
    fputs("</text>\n", out);
}

static void print_node(FILE *out, const struct picture *p, size_t n)
{
    const struct graph_node *node = &p->g->nodes[n];
    const struct cell *c = &p->cells[n];
    int y = c->y + LINE;

    fprintf(out,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" "
            "class=\"%s\"/>\n",
            c->x, c->y, c->w, c->h, node->marked ? "marked" : "box");
    print_line(out, c->x + PAD, y, "name", node->name);
    if (*node->says)
        print_line(out, c->x + PAD, y += LINE, "says", node->says);
    for (size_t i = 0; i < node->nrows; i++)
        print_line(out, c->x + PAD, y += LINE, "row", node->rows[i]);
}

// Several arrows of one box leave it side by side.
static int port(const struct picture *p, size_t edge, bool top)
{
    size_t cell = top ? top_of(p, edge) : bottom_of(p, edge);
    int before = 0;
    int all = 0;

    for (size_t i = 0; i < p->g->nedges; i++) {
        if (p->g->edges[i].from == p->g->edges[i].to
            || (top ? top_of(p, i) : bottom_of(p, i)) != cell)
            continue;
        before += i < edge;
        all++;
    }
    return p->cells[cell].x + p->cells[cell].w * (before + 1) / (all + 1);
}

static void print_edge(FILE *out, const struct picture *p, size_t i)
{
    const struct graph_edge *edge = &p->g->edges[i];
    const char *class = edge->in_ring ? "ring" : "edge";
    const char *end = p->back[i] ? "start" : "end";
    const struct cell *c = &p->cells[edge->from];
    int x;
    int y;

    if (edge->from == edge->to) {
        x = c->x + c->w;
        y = c->y + c->h / 2;
        fprintf(out,
                "<path d=\"M%d %d c40 -24 40 24 0 8\" class=\"%s\" "
                "marker-end=\"url(#%s)\"/>\n",
                x, y - 4, class, class);
        print_line(out, x + 4, y + 26, "label", edge->label);
        return;
    }
    x = port(p, i, true);
    y = p->cells[p->way[i][0]].y + p->cells[p->way[i][0]].h;
    fprintf(out, "<path d=\"M%d %d", x, y);
    for (size_t k = 1; k < p->nway[i]; k++) {
        const struct cell *to = &p->cells[p->way[i][k]];
        int tx = k + 1 == p->nway[i] ? port(p, i, false) : middle(to);
        int half = (to->y - y) / 2;

        fprintf(out, " C%d %d %d %d %d %d", x, y + half, tx, to->y - half, tx,
                to->y);
        x = tx;
        y = to->y;
        if (to->node == SIZE_MAX) {
            y += to->h;
            fprintf(out, " L%d %d", x, y);
        }
    }
    fprintf(out, "\" class=\"%s\" marker-%s=\"url(#%s)\"/>\n", class, end,
            class);
}

// Beside the upper end, each a line lower than the one before.
static void print_label(FILE *out, const struct picture *p, size_t i)
{
    const struct graph_edge *edge = &p->g->edges[i];
    const struct cell *top = &p->cells[top_of(p, i)];
    int line = 0;

    if (edge->from == edge->to)
        return;
    for (size_t k = 0; k < i; k++)
        line += p->g->edges[k].from != p->g->edges[k].to
                && top_of(p, k) == top_of(p, i);
    print_line(out, port(p, i, true) + 5, top->y + top->h + 14 + line % 4 * 13,
               "label", edge->label);
}

static void print_picture(FILE *out, const struct picture *p)
{
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%d\" viewBox=\"0 0 %d %d\">\n"
            "<style>\n"
            "text { font: 11.5px monospace; fill: #222; }\n"
            ".name { font-weight: bold; }\n"
            ".says { fill: #a03020; }\n"
            ".row { fill: #555; }\n"
            ".label { font-size: 11px; fill: #333; stroke: #fff; "
            "stroke-width: 3px; paint-order: stroke; }\n"
            ".box { fill: #eef3f8; stroke: #5b7083; }\n"
            ".marked { fill: #fde2dc; stroke: #a03020; }\n"
            ".edge { fill: none; stroke: #5b7083; }\n"
            ".ring { fill: none; stroke: #c0392b; stroke-width: 2; }\n"
            "</style>\n<defs>\n",
            p->width + PAD * 8, p->height, p->width + PAD * 8, p->height);
    for (int i = 0; i < 2; i++)
        fprintf(out,
                "<marker id=\"%s\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" "
                "markerWidth=\"%d\" markerHeight=\"%d\" "
                "orient=\"auto-start-reverse\"><path d=\"M0 0 L8 4 L0 8 z\" "
                "fill=\"%s\"/></marker>\n",
                i ? "ring" : "edge", i ? 5 : 9, i ? 5 : 9,
                i ? "#c0392b" : "#5b7083");
    fputs("</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
          out);
    for (size_t i = 0; i < p->g->nedges; i++)
        print_edge(out, p, i);
    for (size_t n = 0; n < p->g->nnodes; n++)
        print_node(out, p, n);
    for (size_t i = 0; i < p->g->nedges; i++)
        print_label(out, p, i);
    fputs("</svg>\n", out);
}

void graph_print_svg(FILE *out, const struct graph *g)
{
    struct picture p = {.g = g};

    p.back = arena_array(&p.a, bool, g->nedges + 1);
    p.way = arena_array(&p.a, size_t *, g->nedges + 1);
    p.nway = arena_array(&p.a, size_t, g->nedges + 1);
    make_cells(&p);
    find_back(&p);
    find_layers(&p);
    find_ways(&p);
    fill_layers(&p);
    order_layers(&p);
    for (int s = 0; s < SWEEPS; s++)
        for (unsigned k = 0; k < p.nlayers; k++)
            pull(&p, s % 2 ? p.nlayers - 1 - k : k, s % 2 == 0);
    set_heights(&p);
    shift_right(&p);
    place_alone(&p);
    print_picture(out, &p);
    arena_release(&p.a);
}
