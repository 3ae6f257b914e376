// html.c - a picture as a page of its own: the SVG, the objects as JSON, and a
// script that joins the two. It needs no network and asks for none.

#include "core/heap.h"
#include "rc/sight.h"
#include "sight/page.h"
#include "sight/report.h"
#include "sight/svg.h"

#include <inttypes.h>

enum { REFERENCES_MOST = 200, TARGET_COLUMNS = 40 };

struct writer {
    FILE *out;
    const struct map *index; // object -> node + 1
    size_t n;                // references of the node at hand
};

static void write_lines(FILE *out, const char *const *lines)
{
    for (; *lines; lines++)
        fprintf(out, "%s\n", *lines);
}

static void write_field(FILE *out, const char *name, const char *text)
{
    fprintf(out, "\"%s\":\"", name);
    report_json(out, text);
    fputs("\"", out);
}

static void write_target(const struct writer *w, rc_object *to)
{
    uint64_t node = map_get(w->index, (uintptr_t)to);
    struct label text = {0};

    if (node) {
        fprintf(w->out, "\"to\":%" PRIu64, node - 1);
        return;
    }
    label_add_value(&text, to, TARGET_COLUMNS);
    write_field(w->out, "text", text.text);
}

static int write_reference(const struct edge *e, void *arg)
{
    struct writer *w = arg;
    struct label label;

    if (w->n++ >= REFERENCES_MOST)
        return 0;
    edge_label(e, &label);
    fputs(w->n > 1 ? ",{" : "{", w->out);
    write_field(w->out, "label", label.text);
    fputs(",", w->out);
    write_target(w, e->to);
    fputs("}", w->out);
    return 0;
}

static void write_node(struct writer *w, const struct node *n)
{
    FILE *out = w->out;
    struct label label;

    picture_title(n, &label);
    fputs("{", out);
    write_field(out, "type", label.text);
    picture_text(n, &label);
    fputs(",", out);
    write_field(out, "text", label.text);
    picture_count(n, &label);
    fputs(",", out);
    write_field(out, "count", label.text);
    fprintf(out, ",\"id\":\"0x%" PRIxPTR "\",\"bytes\":%zu,\"cycle\":%" PRIu32,
            (uintptr_t)n->object, object_bytes(n->object), n->cycle);
    fputs(",\"refs\":[", out);
    w->n = 0;
    edges_each(n->object, write_reference, w);
    fprintf(out, "],\"more\":%zu}",
            w->n > REFERENCES_MOST ? w->n - REFERENCES_MOST : 0);
}

static int index_nodes(const struct picture *p, struct map *ret_index)
{
    for (size_t i = 0; i < p->n; i++) {
        if (map_set(ret_index, (uintptr_t)p->nodes[i].object, i + 1) < 0)
            return -1;
    }
    return 0;
}

static void write_page(FILE *out, const struct picture *p,
                       const struct map *index)
{
    struct writer w = {.out = out, .index = index};

    write_lines(out, page_head);
    svg_write(out, p);
    write_lines(out, page_middle);
    fputs("[", out);
    for (size_t i = 0; i < p->n; i++) {
        fputs(i ? ",\n" : "", out);
        write_node(&w, &p->nodes[i]);
    }
    fputs("]\n", out);
    write_lines(out, page_tail);
}

int rc_graph_html(rc_object *root, size_t max_objects, FILE *out)
{
    struct picture p;
    struct map index = {0};
    int r = -1;

    if (picture_init(&p, root, max_objects) < 0)
        return -1;
    if (index_nodes(&p, &index) == 0) {
        write_page(out, &p, &index);
        r = report_end(out);
    }
    map_release(&index);
    picture_release(&p);
    return r;
}
