// layout.c - where the nodes of a picture are: layers are columns, from left to
// right; what is too high for one column is several, what is too wide goes on
// below. Nodes of a column are as
// close to their neighbours as those above and below allow. Parts that are not
// connected are set beside each other, the largest first, each as high up as
// there is room.

#include "core/memory.h"
#include "sight/layers.h"

#include <float.h>
#include <stdlib.h>

enum {
    STEP = NODE_HEIGHT + GAP_DOWN,
    PASSES = 3,
    ROWS_LEAST = 24,   // a column is not cut into columns of less
    WIDTH_LEAST = 480, // room for the legend
    BAND_LEAST = 1900,
    STRIP = 33,     // see pack()
    PART_GAP = 56,  // room for links that lead back below the nodes
    GAP_INSIDE = 24 // between columns of one layer
};
static const double ROWS_OF_SQUARE =
    1.8;                         // columns are wider than rows are high
static const double SHAPE = 1.6; // of the whole, width to height

static double larger(double a, double b)
{
    return a > b ? a : b;
}

// The least number whose square is not less than n.
static size_t root_of(double n)
{
    size_t r = 0;

    while ((double)r * (double)r < n)
        r++;
    return r;
}

struct layout {
    struct picture *picture;
    struct layers layers;
    struct block *blocks; // scratch: as many as nodes
};

// ---- one column ----

// Nodes that touch each other, and where they would like to be: sum / n is the
// place of the first one that pleases all of them best.
struct block {
    double sum;
    size_t n;
};

static double place(const struct block *b)
{
    return b->sum / (double)b->n;
}

// The mean of v's neighbours at this depth; where it is itself if it has none.
static double wish_of(const struct layout *a, uint32_t v, uint32_t depth)
{
    const struct layers *l = &a->layers;
    const struct node *nodes = a->picture->nodes;
    double sum = 0;
    size_t n = 0;

    for (size_t i = l->near_first[v]; i < l->near_first[v + 1]; i++) {
        const struct node *w = &nodes[l->near[i]];

        if (w->depth != depth)
            continue;
        sum += w->y;
        n++;
    }
    return n ? sum / (double)n : nodes[v].y;
}

// The nodes of a layer in one column: blocks that would overlap are joined
// (pool adjacent violators).
static void set_column(struct layout *a, const struct layer *at, uint32_t depth)
{
    const uint32_t *v = a->layers.sequence + at->from;
    size_t n = at->to - at->from, blocks = 0, k = 0;

    for (size_t i = 0; i < n; i++) {
        struct block b = {wish_of(a, v[i], depth) - (double)(i * STEP), 1};

        while (blocks && place(&a->blocks[blocks - 1]) > place(&b)) {
            b.sum += a->blocks[--blocks].sum;
            b.n += a->blocks[blocks].n;
        }
        a->blocks[blocks++] = b;
    }
    for (size_t i = 0; i < blocks; i++) {
        for (size_t j = 0; j < a->blocks[i].n; j++, k++)
            a->picture->nodes[v[k]].y =
                place(&a->blocks[i]) + (double)(k * STEP);
    }
}

// ---- one part ----

static size_t columns_of(const struct layer *at, size_t rows_most)
{
    return (at->to - at->from + rows_most - 1) / rows_most;
}

static size_t rows_for(const struct layout *a, const struct part *part)
{
    const struct layers *l = &a->layers;
    size_t n = l->layers[part->to - 1].to - l->layers[part->from].from;
    size_t rows = (size_t)(ROWS_OF_SQUARE * (double)root_of((double)n));

    return rows > ROWS_LEAST ? rows : ROWS_LEAST;
}

// A layer of several columns, filled one after the other, around y = 0.
static void set_grid(struct layout *a, const struct layer *at, size_t columns,
                     double x)
{
    size_t n = at->to - at->from, rows = (n + columns - 1) / columns;

    for (size_t i = 0; i < n; i++) {
        struct node *v = &a->picture->nodes[a->layers.sequence[at->from + i]];
        size_t column = i / rows;

        v->x = x + (double)(column * (NODE_WIDTH + GAP_INSIDE));
        v->y = (double)(i % rows * STEP) - (double)(rows * STEP) / 2;
    }
}

static double width_of(const struct layer *at, size_t rows_most)
{
    size_t columns = columns_of(at, rows_most);

    return (double)(columns * NODE_WIDTH + (columns - 1) * GAP_INSIDE);
}

// How wide a part may become before it goes on below, so that the bands are
// about as wide as each other.
static double band_width(const struct layout *a, const struct part *part,
                         size_t rows_most)
{
    double area = 0, all = 0, most;

    for (size_t i = part->from; i < part->to; i++) {
        const struct layer *at = &a->layers.layers[i];
        size_t n = at->to - at->from, rows = n < rows_most ? n : rows_most;
        double width = width_of(at, rows_most) + GAP_ACROSS;

        all += width;
        area += width * (double)(rows * STEP);
    }
    most = larger(BAND_LEAST, (double)root_of(area * SHAPE * SHAPE));
    return all < 1.5 * most ? all : all / (double)(size_t)(all / most + 0.5);
}

static double set_columns(struct layout *a, const struct part *part,
                          size_t rows_most)
{
    double most = band_width(a, part, rows_most), x = 0, widest = 0;
    size_t band = 0;

    for (size_t i = part->from; i < part->to; i++) {
        struct layer *at = &a->layers.layers[i];
        double width = width_of(at, rows_most);

        if (x > 0 && x + width > most) {
            x = 0;
            band++;
        }
        at->band = band;
        set_grid(a, at, columns_of(at, rows_most), x);
        widest = larger(widest, x + width);
        x += width + GAP_ACROSS;
    }
    return widest;
}

static void settle(struct layout *a, size_t i, size_t beside, size_t rows_most)
{
    const struct layers *l = &a->layers;
    uint32_t v = l->sequence[l->layers[beside].from];

    if (columns_of(&l->layers[i], rows_most) == 1)
        set_column(a, &l->layers[i], a->picture->nodes[v].depth);
}

// Layers i to end - 1, a band, are moved so that the highest node is at y;
// returns where it ends.
static double set_band(struct layout *a, size_t i, size_t end, double y)
{
    const struct layers *l = &a->layers;
    size_t from = l->layers[i].from, to = l->layers[end - 1].to;
    struct node *nodes = a->picture->nodes;
    double top = DBL_MAX, bottom = -DBL_MAX;

    for (size_t k = from; k < to; k++) {
        top = -larger(-top, -nodes[l->sequence[k]].y);
        bottom = larger(bottom, nodes[l->sequence[k]].y);
    }
    for (size_t k = from; k < to; k++)
        nodes[l->sequence[k]].y += y - top;
    return y + bottom - top + NODE_HEIGHT;
}

// Bands are set one below the other.
static double set_bands(struct layout *a, const struct part *part)
{
    const struct layer *layers = a->layers.layers;
    double y = 0;

    for (size_t i = part->from, end; i < part->to; i = end) {
        end = i + 1;
        while (end < part->to && layers[end].band == layers[i].band)
            end++;
        y = set_band(a, i, end, i > part->from ? y + PART_GAP : 0);
    }
    return y;
}

static void set_part(struct layout *a, struct part *part)
{
    size_t rows_most = rows_for(a, part);

    part->width = set_columns(a, part, rows_most);
    for (int pass = 0; pass < PASSES; pass++) {
        for (size_t i = part->to - 1; i-- > part->from;)
            settle(a, i, i + 1, rows_most);
        for (size_t i = part->from + 1; i < part->to; i++)
            settle(a, i, i - 1, rows_most);
    }
    part->height = set_bands(a, part);
}

// ---- all parts ----

static void move_part(struct layout *a, const struct part *part, double x,
                      double y)
{
    const struct layers *l = &a->layers;

    for (size_t i = l->layers[part->from].from; i < l->layers[part->to - 1].to;
         i++) {
        a->picture->nodes[l->sequence[i]].x += x;
        a->picture->nodes[l->sequence[i]].y += y;
    }
}

static double line_width(const struct layout *a)
{
    double area = 0, widest = 0;

    for (size_t i = 0; i < a->layers.nparts; i++) {
        const struct part *p = &a->layers.parts[i];

        area += (p->width + PART_GAP) * (p->height + PART_GAP);
        widest = larger(widest, p->width);
    }
    return larger(widest, (double)root_of(area * SHAPE));
}

static double area_of(const struct part *p)
{
    return p->width * p->height;
}

// Large parts first; what comes first otherwise stays so.
static int by_area(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    if (area_of(x) != area_of(y))
        return area_of(x) > area_of(y) ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

// The page is cut into strips; how far each is taken from above is what there
// is to know.
struct strips {
    double *taken;
    size_t n;
};

static double taken_of(const struct strips *s, size_t first, size_t n)
{
    double most = 0;

    for (size_t i = first; i < first + n && i < s->n; i++)
        most = larger(most, s->taken[i]);
    return most;
}

static void put_part(struct layout *a, struct strips *s,
                     const struct part *part)
{
    size_t n = (size_t)((part->width + PART_GAP) / STRIP) + 1, best = 0;
    double y = taken_of(s, 0, n);

    for (size_t i = 1; i + n <= s->n; i++) {
        if (taken_of(s, i, n) < y) {
            y = taken_of(s, i, n);
            best = i;
        }
    }
    move_part(a, part, (double)best * STRIP + MARGIN, y + MARGIN);
    for (size_t i = best; i < best + n && i < s->n; i++)
        s->taken[i] = y + part->height + PART_GAP;
    a->picture->width = larger(a->picture->width,
                               (double)best * STRIP + part->width + 2 * MARGIN);
    a->picture->height =
        larger(a->picture->height, y + part->height + 2 * MARGIN + PART_GAP);
}

static int pack(struct layout *a)
{
    struct strips s = {.n = (size_t)(line_width(a) / STRIP) + 1};

    s.taken = memory_new_zeroed(s.n * sizeof(*s.taken));
    if (!s.taken)
        return -1;
    a->picture->width = WIDTH_LEAST;
    a->picture->height = 2 * MARGIN;
    if (a->layers.nparts)
        qsort(a->layers.parts, a->layers.nparts, sizeof(struct part), by_area);
    for (size_t i = 0; i < a->layers.nparts; i++)
        put_part(a, &s, &a->layers.parts[i]);
    memory_free(s.taken);
    return 0;
}

int picture_lay_out(struct picture *p)
{
    struct layout a = {.picture = p};
    int r = -1;

    if (layers_init(&a.layers, p) < 0)
        return -1;
    a.blocks = memory_new(p->n * sizeof(*a.blocks));
    if (!a.blocks)
        goto out;
    for (size_t i = 0; i < a.layers.nparts; i++)
        set_part(&a, &a.layers.parts[i]);
    r = pack(&a);
out:
    memory_free(a.blocks);
    layers_release(&a.layers);
    return r;
}
