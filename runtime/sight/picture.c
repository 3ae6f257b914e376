// picture.c - see picture.h.

#include "sight/picture.h"

#include "core/heap.h"
#include "core/memory.h"
#include "objects/objects.h"
#include "sight/names.h"

enum { TITLE_COLUMNS = 16, TEXT_COLUMNS = 24, LINK_COLUMNS = 14 };

struct painter {
    struct picture *picture;
    struct map index; // object -> node + 1
    size_t most;      // nodes
    uint32_t *seen;   // by node: the last link to it + 1
    uint32_t node;    // whose references are at hand
};

// ---- nodes ----

static bool is_value_for_all(const rc_object *o)
{
    return is_immortal(o) && !is_container(o);
}

// The str where a module, class, function or frame has its name.
static bool is_its_name(const struct edge *e)
{
    return e->kind == EDGE_SLOT && e->to->type == &rc_str_type
           && str_of(e->to)->bytes == name_of(e->from);
}

static bool is_shown(const struct edge *e)
{
    if (is_value_for_all(e->to))
        return false;
    if (e->kind == EDGE_KEY)
        return is_container(e->to);
    return !is_its_name(e);
}

static int reserve_node(struct picture *p)
{
    size_t room = p->room ? 2 * p->room : 64;
    struct node *nodes;

    if (p->n < p->room)
        return 0;
    nodes = memory_resize(p->nodes, room * sizeof(*nodes));
    if (!nodes)
        return -1;
    p->nodes = nodes;
    p->room = room;
    return 0;
}

static int add_node(struct painter *a, rc_object *o)
{
    struct picture *p = a->picture;

    if (map_get(&a->index, (uintptr_t)o))
        return 0;
    if (p->n >= a->most) {
        p->is_cut = true;
        return 0;
    }
    if (reserve_node(p) < 0 || map_set(&a->index, (uintptr_t)o, p->n + 1) < 0)
        return -1;
    p->nodes[p->n++] = (struct node){.object = o};
    return 0;
}

static int add_target(const struct edge *e, void *arg)
{
    return is_shown(e) ? add_node(arg, e->to) : 0;
}

static int add_container(rc_object *o, void *arg)
{
    return is_container(o) ? add_node(arg, o) : 0;
}

// The list of nodes is the queue. A traverse of the program may turn our -1
// into any other number.
static int find_nodes(struct painter *a, rc_object *root)
{
    if (!root)
        return heap_each(add_container, a);
    if (add_node(a, root) < 0)
        return -1;
    for (size_t i = 0; i < a->picture->n; i++) {
        if (edges_each(a->picture->nodes[i].object, add_target, a))
            return -1;
    }
    return 0;
}

// ---- links ----

static int reserve_link(struct picture *p)
{
    size_t room = p->links_room ? 2 * p->links_room : 64;
    struct link *links;

    if (p->nlinks < p->links_room)
        return 0;
    links = memory_resize(p->links, room * sizeof(*links));
    if (!links)
        return -1;
    p->links = links;
    p->links_room = room;
    return 0;
}

static void name_link(struct link *link, const struct edge *e)
{
    struct label whole, part = {0};

    edge_label(e, &whole);
    label_add_text(&part, whole.text, LINK_COLUMNS);
    memcpy(link->first_label, part.text, LINK_LABEL_BYTES);
    link->first_label[LINK_LABEL_BYTES - 1] = '\0';
}

static int add_link(const struct edge *e, void *arg)
{
    struct painter *a = arg;
    struct picture *p = a->picture;
    struct node *from = &p->nodes[a->node];
    uint64_t to = is_shown(e) ? map_get(&a->index, (uintptr_t)e->to) : 0;
    struct link *link;

    if (!to)
        return 0;
    if (a->seen[to - 1] > from->first_link) {
        p->links[a->seen[to - 1] - 1].count++;
        return 0;
    }
    if (reserve_link(p) < 0)
        return -1;
    link = &p->links[p->nlinks++];
    *link = (struct link){a->node, (uint32_t)(to - 1), 1, ""};
    name_link(link, e);
    a->seen[to - 1] = (uint32_t)p->nlinks;
    from->nlinks++;
    return 0;
}

static int find_links(struct painter *a)
{
    struct picture *p = a->picture;

    a->seen = memory_new_zeroed(p->n * sizeof(*a->seen));
    if (!a->seen)
        return -1;
    for (size_t i = 0; i < p->n; i++) {
        a->node = (uint32_t)i;
        p->nodes[i].first_link = (uint32_t)p->nlinks;
        if (edges_each(p->nodes[i].object, add_link, a))
            return -1;
    }
    return 0;
}

// ---- cycles ----

// Cyclic components get numbers from 1, in the order of their first nodes.
static int number_cycles(struct picture *p, const struct scc *scc)
{
    uint32_t *number = memory_new_zeroed(scc->count * sizeof(*number));

    if (!number)
        return -1;
    for (size_t i = 0; i < p->n; i++) {
        uint32_t component = scc->component[i];

        if (!scc->is_cyclic[component])
            continue;
        if (!number[component])
            number[component] = ++p->cycles;
        p->nodes[i].cycle = number[component];
    }
    memory_free(number);
    return 0;
}

static int find_cycles(struct picture *p)
{
    struct links links = {.n = p->n};
    struct scc scc = {0};
    int r = -1;

    links.first = memory_new((p->n + 1) * sizeof(*links.first));
    links.to = memory_new(p->nlinks * sizeof(*links.to));
    if (!links.first || !links.to)
        goto out;
    for (size_t i = 0; i < p->n; i++)
        links.first[i] = p->nodes[i].first_link;
    links.first[p->n] = p->nlinks;
    for (size_t i = 0; i < p->nlinks; i++)
        links.to[i] = p->links[i].to;
    if (scc_of_links(&links, &scc) < 0 || number_cycles(p, &scc) < 0)
        goto out;
    r = 0;
out:
    scc_release(&scc);
    links_release(&links);
    return r;
}

// ---- all ----

int picture_init(struct picture *p, rc_object *root, size_t max_objects)
{
    struct painter a = {.picture = p, .most = max_objects};
    int r = -1;

    *p = (struct picture){.has_root = root != NULL};
    if (a.most > UINT32_MAX / 2)
        a.most = UINT32_MAX / 2;
    if (find_nodes(&a, root) == 0 && find_links(&a) == 0 && find_cycles(p) == 0
        && picture_lay_out(p) == 0)
        r = 0;
    map_release(&a.index);
    memory_free(a.seen);
    if (r < 0)
        picture_release(p);
    return r;
}

void picture_release(struct picture *p)
{
    memory_free(p->nodes);
    memory_free(p->links);
    *p = (struct picture){0};
}

// ---- texts and colours ----

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

void picture_title(const struct node *n, struct label *l)
{
    const rc_object *o = n->object;

    *l = (struct label){0};
    label_add_text(l,
                   label_is_plain(o) ? o->type->name : name_of_type(n->object),
                   TITLE_COLUMNS);
}

void picture_count(const struct node *n, struct label *l)
{
    unsigned count = count_of(n->object);

    *l = (struct label){0};
    if (is_immortal(n->object))
        label_add(l, "immortal");
    else
        label_add(l, "%u ref%s", count, plural(count));
}

void picture_text(const struct node *n, struct label *l)
{
    *l = (struct label){0};
    label_add_contents(l, n->object, TEXT_COLUMNS);
}

void picture_link_label(const struct link *link, struct label *l)
{
    *l = (struct label){0};
    label_add(l, "%s", link->first_label);
    if (link->count > 1)
        label_add(l, ", %u more", link->count - 1);
}

uint32_t picture_link_cycle(const struct picture *p, const struct link *link)
{
    uint32_t cycle = p->nodes[link->from].cycle;

    return cycle == p->nodes[link->to].cycle ? cycle : 0;
}

void picture_summary(const struct picture *p, struct label *l)
{
    size_t references = 0;

    for (size_t i = 0; i < p->nlinks; i++)
        references += p->links[i].count;
    *l = (struct label){0};
    label_add(l, "%zu object%s, %zu reference%s", p->n, plural(p->n),
              references, plural(references));
    if (p->cycles)
        label_add(l, ", %u group%s of objects that hold each other", p->cycles,
                  plural(p->cycles));
    if (p->is_cut)
        label_add(l, "; more is not shown");
}

static const char *const colours[PICTURE_COLOURS][2] = {
    {"#fde3dc", "#c8401f"}, {"#dfe9fb", "#2a5fb8"}, {"#dff3e1", "#2f7d3a"},
    {"#f3e3f6", "#8a3a9c"}, {"#fbeecb", "#9a6a00"}, {"#d9f1f2", "#1d7a80"},
};
const char *picture_pale(uint32_t cycle)
{
    return colours[(cycle - 1) % PICTURE_COLOURS][0];
}

const char *picture_strong(uint32_t cycle)
{
    return colours[(cycle - 1) % PICTURE_COLOURS][1];
}
