// edges.c - see edges.h.
//
// Where references are is the same knowledge as object_visit() has
// (core/walk.c); this file goes the same ways and knows the names as well.

#include "sight/edges.h"

#include "core/visit.h"
#include "rc/container.h"
#include "rc/sight.h"

enum { KEY_COLUMNS = 40 };

struct walk {
    edge_visit visit;
    void *arg;
    struct edge edge; // the one at hand
};

static int show(struct walk *w, rc_object *to)
{
    w->edge.to = to;
    return to ? w->visit(&w->edge, w->arg) : 0;
}

static int show_slots(struct walk *w, const rc_type *type)
{
    int r = 0;

    w->edge.kind = EDGE_SLOT;
    for (size_t i = 0; type->slots && type->slots[i] && !r; i++) {
        w->edge.n = type->slots[i];
        w->edge.name = type->slot_names ? type->slot_names[i] : NULL;
        r = show(w, *slot_at(w->edge.from, type->slots[i]));
    }
    return r;
}

static int show_items(struct walk *w, const rc_type *type)
{
    rc_object **items = items_of(w->edge.from, type);
    size_t n = items_length(w->edge.from, type);
    int r = 0;

    w->edge.kind = EDGE_ITEM;
    for (size_t i = 0; i < n && !r; i++) {
        w->edge.n = i;
        r = show(w, items[i]);
    }
    return r;
}

static int show_dict(struct walk *w)
{
    size_t position = 0;
    rc_object *key, *value;
    int r = 0;

    while (!r && rc_dict_next(w->edge.from, &position, &key, &value)) {
        w->edge.kind = EDGE_KEY;
        r = show(w, key);
        if (r)
            break;
        w->edge.kind = EDGE_VALUE;
        w->edge.key = key;
        r = show(w, value);
    }
    return r;
}

static int show_set(struct walk *w)
{
    size_t position = 0;
    rc_object *item;
    int r = 0;

    w->edge.kind = EDGE_MEMBER;
    while (!r && rc_set_next(w->edge.from, &position, &item))
        r = show(w, item);
    return r;
}

static int show_next(rc_object *child, void *arg)
{
    struct walk *w = arg;
    int r = show(w, child);

    w->edge.n++;
    return r;
}

static int show_traversed(struct walk *w, const rc_type *type)
{
    if (type == &rc_dict_type)
        return show_dict(w);
    if (type == &rc_set_type || type == &rc_frozenset_type)
        return show_set(w);
    w->edge.kind = EDGE_ITEM;
    w->edge.n = 0;
    return type->traverse(w->edge.from, show_next, w);
}

int edges_each(rc_object *o, edge_visit visit, void *arg)
{
    struct walk w = {.visit = visit, .arg = arg, .edge.from = o};
    const rc_type *type = o->type;
    int r = show_slots(&w, type);

    if (r || type->kind_ <= KIND_SLOTS)
        return r;
    if (type->kind_ == KIND_CALLBACKS)
        return show_traversed(&w, type);
    return show_items(&w, type);
}

void edge_label(const struct edge *e, struct label *l)
{
    *l = (struct label){0};
    switch (e->kind) {
    case EDGE_SLOT:
        if (e->name)
            label_add(l, ".%s", e->name);
        else
            label_add(l, "+%zu", e->n);
        break;
    case EDGE_ITEM:
        label_add(l, "[%zu]", e->n);
        break;
    case EDGE_KEY:
        label_add(l, "key ");
        label_add_value(l, e->to, KEY_COLUMNS);
        break;
    case EDGE_VALUE:
        label_add(l, "[");
        label_add_value(l, e->key, KEY_COLUMNS);
        label_add(l, "]");
        break;
    case EDGE_MEMBER:
        label_add(l, "{");
        label_add_value(l, e->to, KEY_COLUMNS);
        label_add(l, "}");
        break;
    }
}

// ---- what programs call ----

struct labelled {
    rc_edge_visit visit;
    void *arg;
};

static int visit_labelled(const struct edge *e, void *arg)
{
    const struct labelled *to = arg;
    struct label label;

    edge_label(e, &label);
    return to->visit(e->from, e->to, label.text, to->arg);
}

int rc_edges(rc_object *o, rc_edge_visit visit, void *arg)
{
    struct labelled to = {visit, arg};

    return edges_each(o, visit_labelled, &to);
}
