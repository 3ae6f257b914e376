// places.c - where the references to an object live, as a programmer says it:
// names instead of dicts and tuples.
//
//     find     the dicts and cells that hold the object
//     own      whose dicts and cells these are, in a second walk
//     tell     one line for each reference, in a third one
//
// The second walk is left out when no dict and no cell holds the object.

#include "core/heap.h"
#include "objects/code.h"
#include "rc/sight.h"
#include "sight/edges.h"
#include "sight/names.h"
#include "sight/report.h"

enum { NAME_COLUMNS = 40 };

struct tour {
    rc_object *wanted;
    struct map owners; // dict or cell that holds it -> who it is of, NOBODY
    rc_place_visit visit;
    void *arg;
    bool is_found;
};
enum { NOBODY = 1 };

// ---- find ----

static int match(rc_object *child, void *arg)
{
    struct tour *t = arg;

    t->is_found |= child == t->wanted;
    return t->is_found;
}

static bool holds(struct tour *t, rc_object *o)
{
    t->is_found = false;
    object_visit(o, match, t);
    return t->is_found;
}

static int find(rc_object *o, void *arg)
{
    struct tour *t = arg;

    if (o->type != &rc_dict_type && o->type != &rc_cell_type)
        return 0;
    if (!holds(t, o))
        return 0;
    return map_set(&t->owners, (uintptr_t)o, NOBODY);
}

// ---- own ----

static void own_it(struct tour *t, rc_object *held, rc_object *owner)
{
    uint64_t *there = map_find(&t->owners, (uintptr_t)held);

    if (there)
        *there = (uintptr_t)owner;
}

// The cells of a function; NULL when it has none.
static struct rc_tuple *closure_of(rc_object *o)
{
    if (o->type != &rc_function_type)
        return NULL;
    return (struct rc_tuple *)(void *)((struct rc_function *)(void *)o)
        ->closure;
}

static int own(rc_object *o, void *arg)
{
    struct tour *t = arg;
    rc_object *names = name_space_of(o);
    struct rc_tuple *closure = closure_of(o);

    if (names)
        own_it(t, names, o);
    for (size_t i = 0; closure && i < closure->length; i++)
        own_it(t, closure->items[i], o);
    return 0;
}

// ---- tell ----

static enum rc_place place_in(const rc_object *owner)
{
    if (owner->type == &rc_frame_type)
        return RC_PLACE_FRAME;
    if (owner->type == &rc_module_type)
        return RC_PLACE_MODULE;
    if (owner->type == &rc_class_type)
        return RC_PLACE_CLASS;
    if (owner->type == &rc_instance_type)
        return RC_PLACE_INSTANCE;
    return RC_PLACE_CONTAINER;
}

static const char *word_for(enum rc_place place)
{
    if (place == RC_PLACE_FRAME)
        return "local";
    return place == RC_PLACE_MODULE ? "global" : "attribute";
}

static int tell_name(struct tour *t, const struct edge *e, rc_object *owner)
{
    enum rc_place place = place_in(owner);
    rc_object *key = e->kind == EDGE_VALUE ? e->key : e->to;
    struct label l = {0};

    if (e->kind == EDGE_KEY)
        label_add(&l, "name of ");
    label_add(&l, "%s ", word_for(place));
    if (key->type == &rc_str_type)
        label_add_text(&l, str_of(key)->bytes, NAME_COLUMNS);
    else
        label_add_value(&l, key, NAME_COLUMNS);
    label_add(&l, " of ");
    label_add_object(&l, owner);
    return t->visit(place, owner, l.text, t->arg);
}

static int tell_container(struct tour *t, const struct edge *e)
{
    struct label l;

    edge_label(e, &l);
    label_add(&l, " of ");
    label_add_object(&l, e->from);
    return t->visit(RC_PLACE_CONTAINER, e->from, l.text, t->arg);
}

static int tell_edge(const struct edge *e, void *arg)
{
    struct tour *t = arg;
    uint64_t owner;

    if (e->to != t->wanted)
        return 0;
    owner = map_get(&t->owners, (uintptr_t)e->from);
    if (owner <= NOBODY)
        return tell_container(t, e);
    if (e->from->type == &rc_cell_type)
        return 0;                                          // its functions tell
    return tell_name(t, e, (rc_object *)(uintptr_t)owner); // NOLINT
}

// The cells of function o that hold it: one cell can be of several functions.
static int tell_cells(struct tour *t, rc_object *o)
{
    struct rc_tuple *closure = closure_of(o);
    int r = 0;

    for (size_t i = 0; closure && i < closure->length && !r; i++) {
        struct label l = {0};

        if (!map_get(&t->owners, (uintptr_t)closure->items[i]))
            continue;
        label_add(&l, "cell %zu of ", i);
        label_add_object(&l, o);
        r = t->visit(RC_PLACE_CELL, o, l.text, t->arg);
    }
    return r;
}

static int tell(rc_object *o, void *arg)
{
    struct tour *t = arg;
    int r = 0;

    if (!is_container(o))
        return 0;
    if (holds(t, o))
        r = edges_each(o, tell_edge, t);
    if (!r && t->owners.used)
        r = tell_cells(t, o);
    return r;
}

static int tell_runtime(struct tour *t)
{
    if (t->wanted != rc_frame_current())
        return 0;
    return t->visit(RC_PLACE_RUNTIME, NULL, "the current frame of the runtime",
                    t->arg);
}

int rc_places(rc_object *o, rc_place_visit visit, void *arg)
{
    struct tour t = {.wanted = o, .visit = visit, .arg = arg};
    int r = heap_each(find, &t);

    if (!r && t.owners.used)
        r = heap_each(own, &t);
    if (!r)
        r = heap_each(tell, &t);
    if (!r)
        r = tell_runtime(&t);
    map_release(&t.owners);
    return r;
}

// ---- as text ----

struct printing {
    FILE *out;
    size_t n;
};

static int print_place(enum rc_place place, rc_object *holder, const char *text,
                       void *arg)
{
    struct printing *p = arg;

    (void)place;
    (void)holder;
    fprintf(p->out, "  %s\n", text);
    p->n++;
    return 0;
}

int rc_print_places(rc_object *o, FILE *out)
{
    struct label what = {0};
    struct printing p = {.out = out};

    label_add_object(&what, o);
    fprintf(out, "%s is in\n", what.text);
    if (rc_places(o, print_place, &p) < 0)
        return -1;
    if (p.n == 0)
        fputs("  no object\n", out);
    return report_end(out);
}
