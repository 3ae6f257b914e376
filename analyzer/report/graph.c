// graph.c - a graph as it grows, and as DOT.

#include "report/graph.h"

#include <string.h>

size_t graph_node(struct graph *g, const char *name)
{
    struct graph_node node = {.name = name, .says = ""};

    for (size_t i = 0; i < g->nnodes; i++)
        if (strcmp(g->nodes[i].name, name) == 0)
            return i;
    arena_push(g->arena, g->nodes, g->nnodes, g->nodes_cap, node);
    return g->nnodes - 1;
}

void graph_add_edge(struct graph *g, size_t from, size_t to, const char *label)
{
    struct graph_edge edge = {from, to, label, false};

    for (size_t i = 0; i < g->nedges; i++)
        if (g->edges[i].from == from && g->edges[i].to == to
            && strcmp(g->edges[i].label, label) == 0)
            return;
    arena_push(g->arena, g->edges, g->nedges, g->edges_cap, edge);
}

void graph_add_row(struct graph *g, size_t node, const char *text)
{
    struct graph_node *n = &g->nodes[node];

    for (size_t i = 0; i < n->nrows; i++)
        if (strcmp(n->rows[i], text) == 0)
            return;
    arena_push(g->arena, n->rows, n->nrows, n->rows_cap, text);
}

static void reach(const struct graph *g, size_t node, bool *reached)
{
    for (size_t i = 0; i < g->nedges; i++)
        if (g->edges[i].from == node && !reached[g->edges[i].to]) {
            reached[g->edges[i].to] = true;
            reach(g, g->edges[i].to, reached);
        }
}

void graph_mark_rings(struct graph *g)
{
    bool *reached = arena_array(g->arena, bool, g->nnodes + 1);

    for (size_t i = 0; i < g->nedges; i++) {
        memset(reached, 0, g->nnodes * sizeof(*reached));
        reach(g, g->edges[i].to, reached);
        g->edges[i].in_ring =
            g->edges[i].from == g->edges[i].to || reached[g->edges[i].from];
    }
}

// Inside of a string of DOT.
static void print_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

void graph_print_dot(FILE *out, const struct graph *g)
{
    fputs("digraph types {\n  node [shape=box, fontname=\"sans-serif\"];\n",
          out);
    for (size_t i = 0; i < g->nnodes; i++) {
        const struct graph_node *n = &g->nodes[i];

        fprintf(out, "  n%zu [label=\"", i);
        print_text(out, n->name);
        if (*n->says) {
            fputs("\\n", out);
            print_text(out, n->says);
        }
        for (size_t k = 0; k < n->nrows; k++) {
            fputs(k ? "\\l" : "\\n", out);
            print_text(out, n->rows[k]);
        }
        fprintf(out, "%s\"%s];\n", n->nrows ? "\\l" : "",
                n->marked ? ", style=filled, fillcolor=\"#fde2dc\"" : "");
    }
    for (size_t i = 0; i < g->nedges; i++) {
        fprintf(out, "  n%zu -> n%zu [label=\"", g->edges[i].from,
                g->edges[i].to);
        print_text(out, g->edges[i].label);
        fprintf(out, "\"%s];\n",
                g->edges[i].in_ring ? ", color=\"#c0392b\", penwidth=2" : "");
    }
    fputs("}\n", out);
}
