// dot.c - a picture as text for Graphviz.

#include "rc/sight.h"
#include "sight/picture.h"
#include "sight/report.h"

#include <inttypes.h>

static void write_node(FILE *out, const struct picture *p, size_t i)
{
    const struct node *n = &p->nodes[i];
    struct label title, count, text;

    picture_title(n, &title);
    picture_count(n, &count);
    picture_text(n, &text);
    fprintf(out, "  n%zu [label=\"", i);
    report_dot(out, title.text);
    fprintf(out, "\\n%s\\n", count.text);
    report_dot(out, text.text);
    fprintf(out, "\", tooltip=\"0x%" PRIxPTR "\"", (uintptr_t)n->object);
    if (n->cycle)
        fprintf(out, ", fillcolor=\"%s\", color=\"%s\"", picture_pale(n->cycle),
                picture_strong(n->cycle));
    fputs("];\n", out);
}

static void write_link(FILE *out, const struct picture *p,
                       const struct link *link)
{
    struct label label;
    uint32_t cycle = picture_link_cycle(p, link);

    picture_link_label(link, &label);
    fprintf(out, "  n%" PRIu32 " -> n%" PRIu32 " [label=\"", link->from,
            link->to);
    report_dot(out, label.text);
    fputs("\"", out);
    if (cycle)
        fprintf(out, ", color=\"%s\"", picture_strong(cycle));
    fputs("];\n", out);
}

int rc_graph_dot(rc_object *root, size_t max_objects, FILE *out)
{
    struct picture p;

    if (picture_init(&p, root, max_objects) < 0)
        return -1;
    fputs("digraph objects {\n"
          "  rankdir=LR;\n"
          "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", "
          "color=\"#8a94a3\", fontname=\"sans-serif\", fontsize=10];\n"
          "  edge [color=\"#8a94a3\", fontname=\"sans-serif\", fontsize=9];\n",
          out);
    if (p.is_cut)
        fputs("  // There is more than this.\n", out);
    for (size_t i = 0; i < p.n; i++)
        write_node(out, &p, i);
    for (size_t i = 0; i < p.nlinks; i++)
        write_link(out, &p, &p.links[i]);
    fputs("}\n", out);
    picture_release(&p);
    return report_end(out);
}
