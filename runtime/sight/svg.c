// svg.c - see svg.h. Links are drawn first, so that nodes cover them.
//
//     to the right   a curve from side to side
//     to the left    from above or below, in an arc below both if they are as
//                    high as each other
//     up and down    a bow beside the column
//     to itself      a loop at the upper right corner

#include "sight/svg.h"

#include "core/heap.h"
#include "rc/sight.h"
#include "sight/report.h"

#include <inttypes.h>

enum {
    PADDING = 10,
    TITLE_DOWN = 17,
    TEXT_DOWN = 32,
    LEGEND_UP = 14,
    LEAVE = 40
};

static const char *const style[] = {
    ".node rect{fill:#fff;stroke:#8a94a3}",
    ".node.leaf rect{fill:#f3f5f7;stroke:#c3cad3}",
    ".node.root rect{stroke-width:2.5}",
    ".type{font:600 12px system-ui,'DejaVu Sans',sans-serif;fill:#1d2733}",
    ".count{font:10px system-ui,'DejaVu Sans',sans-serif;fill:#6b7684;"
    "text-anchor:end}",
    ".text{font:10px ui-monospace,'DejaVu Sans Mono',monospace;fill:#44505e}",
    ".link path{fill:none;stroke:#9aa4b1;stroke-width:1.2;"
    "stroke-opacity:.85}",
    ".link text{font:9.5px ui-monospace,'DejaVu Sans Mono',monospace;"
    "fill:#5b6673;text-anchor:middle;paint-order:stroke;stroke:#fff;"
    "stroke-width:3.5px;stroke-linejoin:round}",
    ".legend{font:11px system-ui,'DejaVu Sans',sans-serif;fill:#6b7684}",
};

// ---- head ----

static void write_marker(FILE *out, const char *id, const char *colour)
{
    fprintf(out,
            "<marker id=\"%s\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
            "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
            "<path d=\"M0 .8 7.2 4 0 7.2z\" fill=\"%s\"/></marker>\n",
            id, colour);
}

static void write_head(FILE *out, const struct picture *p)
{
    int width = (int)p->width, height = (int)p->height;
    char id[24];

    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%d\" viewBox=\"0 0 %d %d\">\n<style>\n",
            width, height, width, height);
    for (size_t i = 0; i < sizeof(style) / sizeof(*style); i++)
        fprintf(out, "%s\n", style[i]);
    fputs("</style>\n<defs>\n", out);
    write_marker(out, "arrow", "#9aa4b1");
    for (uint32_t i = 1; i <= PICTURE_COLOURS; i++) {
        snprintf(id, sizeof(id), "arrow%" PRIu32, i);
        write_marker(out, id, picture_strong(i));
    }
    fputs("</defs>\n"
          "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
          out);
}

// ---- links ----

// A cubic curve, in whole pixels: they read the same in every locale.
struct curve {
    int x[4], y[4];
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

// Between two nodes, by the middle of their upper sides.
static struct curve leftwards(int ax, int ay, int bx, int by)
{
    int down = larger(ay, by) + NODE_HEIGHT + 26 + smaller(56, (ax - bx) / 16);

    if (by - ay >= 2 * NODE_HEIGHT)
        return (struct curve){
            {ax, ax, bx, bx},
            {ay + NODE_HEIGHT, ay + NODE_HEIGHT + LEAVE, by - LEAVE, by}};
    if (ay - by >= 2 * NODE_HEIGHT)
        return (struct curve){
            {ax, ax, bx, bx},
            {ay, ay - LEAVE, by + NODE_HEIGHT + LEAVE, by + NODE_HEIGHT}};
    return (struct curve){{ax, ax, bx, bx},
                          {ay + NODE_HEIGHT, down, down, by + NODE_HEIGHT}};
}

static struct curve curve_of(const struct node *from, const struct node *to)
{
    int ax = (int)from->x, ay = (int)from->y, bx = (int)to->x, by = (int)to->y;
    int right = ax + NODE_WIDTH, half = NODE_WIDTH / 2,
        middle = NODE_HEIGHT / 2;

    if (from == to)
        return (struct curve){{right - 34, right - 24, right + 26, right},
                              {ay, ay - 26, ay - 8, ay + 12}};
    if (bx > ax) {
        int bend = larger(36, (bx - right) / 2);

        return (struct curve){
            {right, right + bend, bx - bend, bx},
            {ay + middle, ay + middle, by + middle, by + middle}};
    }
    if (bx < ax)
        return leftwards(ax + half, ay, bx + half, by);
    right += 26 + smaller(50, larger(ay - by, by - ay) / 8);
    return (struct curve){{ax + NODE_WIDTH, right, right, ax + NODE_WIDTH},
                          {ay + middle, ay + middle, by + middle, by + middle}};
}

static int halfway(const int at[4])
{
    return (at[0] + 3 * at[1] + 3 * at[2] + at[3]) / 8;
}

static void write_link(FILE *out, const struct picture *p,
                       const struct link *link)
{
    struct curve c = curve_of(&p->nodes[link->from], &p->nodes[link->to]);
    uint32_t cycle = picture_link_cycle(p, link);
    struct label label;

    picture_link_label(link, &label);
    fprintf(out,
            "<g class=\"link\" data-from=\"%" PRIu32 "\" data-to=\"%" PRIu32
            "\"><path d=\"M%d %dC%d %d %d %d %d %d\"",
            link->from, link->to, c.x[0], c.y[0], c.x[1], c.y[1], c.x[2],
            c.y[2], c.x[3], c.y[3]);
    if (cycle)
        fprintf(out,
                " style=\"stroke:%s\" marker-end=\"url(#arrow%" PRIu32 ")\"",
                picture_strong(cycle), (cycle - 1) % PICTURE_COLOURS + 1);
    else
        fputs(" marker-end=\"url(#arrow)\"", out);
    fprintf(out, "/><text x=\"%d\" y=\"%d\">", halfway(c.x), halfway(c.y) + 3);
    report_xml(out, label.text);
    fputs("</text></g>\n", out);
}

// ---- nodes ----

static void write_text(FILE *out, const char *class, int x, int y,
                       const char *text)
{
    fprintf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
    report_xml(out, text);
    fputs("</text>", out);
}

static void write_node(FILE *out, const struct picture *p, size_t i)
{
    const struct node *n = &p->nodes[i];
    struct label label = {0};

    fprintf(out,
            "<g class=\"node%s%s\" id=\"n%zu\" "
            "transform=\"translate(%d %d)\"><title>",
            is_container(n->object) ? "" : " leaf",
            i == 0 && p->has_root ? " root" : "", i, (int)n->x, (int)n->y);
    label_add_object(&label, n->object);
    report_xml(out, label.text);
    fprintf(out, "</title><rect width=\"%d\" height=\"%d\" rx=\"7\"",
            NODE_WIDTH, NODE_HEIGHT);
    if (n->cycle)
        fprintf(out, " style=\"fill:%s;stroke:%s\"", picture_pale(n->cycle),
                picture_strong(n->cycle));
    fputs("/>", out);
    picture_title(n, &label);
    write_text(out, "type", PADDING, TITLE_DOWN, label.text);
    picture_count(n, &label);
    write_text(out, "count", NODE_WIDTH - PADDING, TITLE_DOWN, label.text);
    picture_text(n, &label);
    write_text(out, "text", PADDING, TEXT_DOWN, label.text);
    fputs("</g>\n", out);
}

void svg_write(FILE *out, const struct picture *p)
{
    struct label summary;

    write_head(out, p);
    for (size_t i = 0; i < p->nlinks; i++)
        write_link(out, p, &p->links[i]);
    for (size_t i = 0; i < p->n; i++)
        write_node(out, p, i);
    picture_summary(p, &summary);
    write_text(out, "legend", MARGIN, (int)p->height - LEGEND_UP, summary.text);
    fputs("\n</svg>\n", out);
}

int rc_graph_svg(rc_object *root, size_t max_objects, FILE *out)
{
    struct picture p;

    if (picture_init(&p, root, max_objects) < 0)
        return -1;
    svg_write(out, &p);
    picture_release(&p);
    return report_end(out);
}
