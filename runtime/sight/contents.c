// contents.c - what is in an object, in a few words.
//
// The references of the object in their order, until the room is used up:
// values that are plain are shown, of others only the type.

#include "objects/objects.h"
#include "sight/edges.h"
#include "sight/names.h"

enum { PART_COLUMNS = 20 };

struct list_of_parts {
    struct label label;
    size_t columns; // enough is there
    size_t parts;
};

static void add_short(struct label *l, rc_object *o)
{
    const char *name = name_of(o);

    if (label_is_plain(o)) {
        label_add_value(l, o, PART_COLUMNS);
        return;
    }
    label_add_text(l, name ? name : name_of_type(o), PART_COLUMNS);
}

static int add_part(const struct edge *e, void *arg)
{
    struct list_of_parts *list = arg;
    struct label *l = &list->label;

    if (e->kind == EDGE_KEY) // its value shows it
        return 0;
    if (list->parts++)
        label_add(l, ", ");
    if (e->kind == EDGE_VALUE) {
        add_short(l, e->key);
        label_add(l, ": ");
    } else if (e->kind == EDGE_SLOT && e->name) {
        label_add_text(l, e->name, PART_COLUMNS);
        label_add(l, "=");
    }
    add_short(l, e->to);
    return l->length > list->columns;
}

static int add_attribute(const struct edge *e, void *arg)
{
    struct list_of_parts *list = arg;
    struct label *l = &list->label;

    if (e->kind != EDGE_VALUE)
        return 0;
    if (list->parts++)
        label_add(l, ", ");
    if (e->key->type == &rc_str_type)
        label_add_text(l, str_of(e->key)->bytes, PART_COLUMNS);
    else
        add_short(l, e->key);
    label_add(l, "=");
    add_short(l, e->to);
    return l->length > list->columns;
}

static const char *brackets_of(const rc_object *o)
{
    if (o->type == &rc_list_type)
        return "[]";
    if (o->type == &rc_tuple_type)
        return "()";
    if (o->type == &rc_dict_type || o->type == &rc_set_type
        || o->type == &rc_frozenset_type)
        return "{}";
    return NULL;
}

static void add_parts(struct list_of_parts *list, rc_object *o)
{
    const char *brackets = brackets_of(o);

    if (brackets)
        label_add(&list->label, "%c", brackets[0]);
    edges_each(o, add_part, list);
    if (brackets)
        label_add(&list->label, "%c", brackets[1]);
}

// An instance is shown by its attributes, not by where it keeps them.
void label_add_contents(struct label *l, rc_object *o, size_t columns)
{
    struct list_of_parts list = {.columns = columns};
    const char *name = name_of(o);

    if (label_is_plain(o)) {
        label_add_value(l, o, columns);
        return;
    }
    if (name) {
        label_add_text(l, name, columns);
        return;
    }
    if (o->type != &rc_instance_type)
        add_parts(&list, o);
    else if (name_space_of(o))
        edges_each(name_space_of(o), add_attribute, &list);
    label_add_text(l, list.label.text, columns);
}
