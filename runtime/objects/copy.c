// copy.c - copies of objects, and of all that they reach.
//
// A deep copy goes over lists of objects instead of into them, so neither depth
// nor cycles matter:
//
//     find      each object that is reached and may have to be copied
//     begin     an empty copy of each that can change
//     resolve   tuples and frozensets, those inside first: a new one where
//               something inside has a copy of its own, else itself
//     fill      the copies that were begun
//
// That works because only what can change closes a cycle, and because what can
// change is hashed by its identity, which its copy has from the beginning.
//
// Invariant: originals and copies are held until the end, so that an address
// stands for one object even when code of the program runs in between.

#include "core/heap.h"
#include "core/memory.h"
#include "objects/objects.h"

// What becomes of an object in a deep copy.
enum how {
    SHARED, // it is its own copy
    LIST,
    DICT,
    SET,
    CELL,
    INSTANCE,
    BY_TYPE, // the type copies it, as something that holds nothing
    TUPLE,
    FROZENSET,
    IMPOSSIBLE
};

enum progress { NEW, OPEN, DONE };

struct node {
    rc_object *from; // held
    rc_object *copy; // held; NULL as long as there is none
    enum how how;
    enum progress progress; // of resolve
};

struct work {
    struct node *nodes; // nodes[0] is what the caller wants
    size_t count, room;
    struct map index; // address of an original -> its node's number + 1
    size_t *stack;    // of resolve: numbers of nodes
    size_t depth, stack_room;
};

static rc_object *cannot_copy(rc_object *o)
{
    rc_error_set(RC_ERROR_TYPE, "%s cannot be copied", rc_type_name(o));
    return NULL;
}

rc_object *rc_copy(rc_object *o)
{
    if (o->type->is_immutable)
        return rc_newref(o);
    return o->type->copy ? o->type->copy(o) : cannot_copy(o);
}

static enum how how_to_copy(const rc_object *o)
{
    static const struct {
        const rc_type *type;
        enum how how;
    } known[] = {
        {&rc_list_type, LIST},
        {&rc_tuple_type, TUPLE},
        {&rc_dict_type, DICT},
        {&rc_instance_type, INSTANCE},
        {&rc_set_type, SET},
        {&rc_cell_type, CELL},
        {&rc_frozenset_type, FROZENSET},
        {&rc_module_type, SHARED},
    };

    if (o->type->is_immutable && o->type->kind_ == KIND_LEAF)
        return SHARED;
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (o->type == known[i].type)
            return known[i].how;
    }
    if (o->type->is_immutable)
        return SHARED;
    return o->type->copy ? BY_TYPE : IMPOSSIBLE;
}

static bool is_resolved_later(const struct node *n)
{
    return n->how == TUPLE || n->how == FROZENSET;
}

// array with room for more elements of size bytes; NULL without memory, then
// nothing has changed.
static void *grown(void *array, size_t *room, size_t size)
{
    size_t wanted = *room ? 2 * *room : 32;
    void *p =
        array ? memory_resize(array, wanted * size) : memory_new(wanted * size);

    if (p)
        *room = wanted;
    return p;
}

static struct node *node_of(const struct work *w, const rc_object *o)
{
    uint64_t number = map_get(&w->index, (uintptr_t)o);

    return number ? &w->nodes[number - 1] : NULL;
}

// The copy of a child, borrowed; NULL with the error set when nobody knew it
// before.
static rc_object *copy_of(const struct work *w, rc_object *o)
{
    const struct node *n;

    if (how_to_copy(o) == SHARED)
        return o;
    n = node_of(w, o);
    if (n && n->copy)
        return n->copy;
    rc_error_set(RC_ERROR_STATE, "a %s was changed while it was copied",
                 rc_type_name(o));
    return NULL;
}

// ---- find ----

static int add_node(struct work *w, rc_object *o, enum how how)
{
    struct node *nodes = w->nodes;

    if (how == IMPOSSIBLE) {
        cannot_copy(o);
        return -1;
    }
    if (w->count == w->room)
        nodes = grown(nodes, &w->room, sizeof(*nodes));
    if (!nodes)
        return -1;
    w->nodes = nodes;
    if (map_set(&w->index, (uintptr_t)o, w->count + 1) < 0)
        return -1;
    nodes[w->count++] = (struct node){.from = rc_newref(o), .how = how};
    return 0;
}

static int find_child(rc_object *child, void *arg)
{
    struct work *w = arg;
    enum how how = how_to_copy(child);

    if (how == SHARED || map_get(&w->index, (uintptr_t)child))
        return 0;
    return add_node(w, child, how);
}

// No code of the program runs here, so all that is found fits together.
static int find_all(struct work *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->nodes[i].how != BY_TYPE
            && object_visit(w->nodes[i].from, find_child, w) != 0)
            return -1;
    }
    return 0;
}

// ---- begin ----

static rc_object *empty_copy(rc_object *o, enum how how)
{
    switch (how) {
    case LIST:
        return rc_list_new();
    case DICT:
        return rc_dict_new();
    case SET:
        return rc_set_new();
    case CELL:
        return rc_cell_new(NULL);
    case INSTANCE:
        return rc_instance_new(rc_instance_class(o));
    default:
        return o->type->copy(o);
    }
}

static int begin_all(struct work *w)
{
    for (size_t i = 0; i < w->count; i++) {
        struct node *n = &w->nodes[i];

        if (is_resolved_later(n))
            continue;
        n->copy = empty_copy(n->from, n->how);
        if (!n->copy)
            return -1;
    }
    return 0;
}

// ---- resolve ----

static int push(struct work *w, size_t number)
{
    size_t *stack = w->stack;

    if (w->depth == w->stack_room)
        stack = grown(stack, &w->stack_room, sizeof(*stack));
    if (!stack)
        return -1;
    w->stack = stack;
    stack[w->depth++] = number;
    return 0;
}

static int push_if_new(rc_object *child, void *arg)
{
    struct work *w = arg;
    const struct node *n = node_of(w, child);

    if (!n || !is_resolved_later(n) || n->progress != NEW)
        return 0;
    return push(w, (size_t)(n - w->nodes));
}

// 1 ends the walk: a child has a copy of its own.
static int is_changed(rc_object *child, void *arg)
{
    const struct node *n = node_of(arg, child);

    return n && n->copy != child;
}

static rc_object *copy_tuple(const struct work *w, rc_object *from)
{
    const struct rc_tuple *t = (const struct rc_tuple *)from;
    rc_object *tuple = rc_tuple_new((int64_t)t->length);

    for (size_t i = 0; tuple && i < t->length; i++) {
        rc_object *item = copy_of(w, t->items[i]);

        if (!item || rc_tuple_set(tuple, (int64_t)i, rc_newref(item)) < 0)
            rc_clear(&tuple);
    }
    return tuple;
}

static rc_object *copy_frozenset(const struct work *w, rc_object *from)
{
    rc_object *items = rc_list_new(), *item, *set = NULL;
    size_t position = 0;

    if (!items)
        return NULL;
    while (rc_set_next(from, &position, &item)) {
        item = copy_of(w, item);
        if (!item || rc_list_append(items, item) < 0)
            goto out;
    }
    set = rc_frozenset_from(items);
out:
    rc_decref(items);
    return set;
}

static int resolve_node(struct work *w, struct node *n)
{
    if (!object_visit(n->from, is_changed, w))
        n->copy = rc_newref(n->from);
    else if (n->how == TUPLE)
        n->copy = copy_tuple(w, n->from);
    else
        n->copy = copy_frozenset(w, n->from);
    n->progress = DONE;
    return n->copy ? 0 : -1;
}

// The node on top of the stack: first what is inside of it, then itself.
static int resolve_top(struct work *w)
{
    struct node *n = &w->nodes[w->stack[w->depth - 1]];

    if (n->progress == NEW) {
        n->progress = OPEN;
        return object_visit(n->from, push_if_new, w);
    }
    w->depth--;
    return n->progress == OPEN ? resolve_node(w, n) : 0;
}

static int resolve_all(struct work *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (!is_resolved_later(&w->nodes[i]) || w->nodes[i].progress == DONE)
            continue;
        if (push(w, i) < 0)
            return -1;
        while (w->depth > 0) {
            if (resolve_top(w) < 0)
                return -1;
        }
    }
    return 0;
}

// ---- fill ----

static int fill_list(const struct work *w, rc_object *from, rc_object *to)
{
    const struct rc_list *list = (const struct rc_list *)from;

    if (rc_list_reserve(to, (int64_t)list->length) < 0)
        return -1;
    for (size_t i = 0; i < list->length; i++) {
        rc_object *item = copy_of(w, list->items[i]);

        if (!item || rc_list_append(to, item) < 0)
            return -1;
    }
    return 0;
}

// Keys may be compared by code of the program, which may do away with what is
// shared, and change the original.
static int fill_dict(const struct work *w, rc_object *from, rc_object *to)
{
    rc_object *key, *value;
    size_t position = 0;

    while (rc_dict_next(from, &position, &key, &value)) {
        int r = -1;

        key = copy_of(w, key);
        value = key ? copy_of(w, value) : NULL;
        if (!value)
            return -1;
        rc_incref(key);
        rc_incref(value);
        r = rc_dict_set(to, key, value);
        rc_decref(key);
        rc_decref(value);
        if (r < 0)
            return -1;
    }
    return 0;
}

static int fill_set(const struct work *w, rc_object *from, rc_object *to)
{
    rc_object *item;
    size_t position = 0;

    while (rc_set_next(from, &position, &item)) {
        int r;

        item = copy_of(w, item);
        if (!item)
            return -1;
        rc_incref(item);
        r = rc_set_add(to, item);
        rc_decref(item);
        if (r < 0)
            return -1;
    }
    return 0;
}

static int fill_cell(const struct work *w, rc_object *from, rc_object *to)
{
    rc_object *value = ((struct rc_cell *)from)->value;
    rc_object *copy = value ? copy_of(w, value) : NULL;

    if (!value)
        return 0;
    return copy ? rc_cell_set(to, copy) : -1;
}

static int fill_instance(const struct work *w, rc_object *from, rc_object *to)
{
    rc_object *attrs = ((struct rc_instance *)from)->attrs;
    rc_object *copy = attrs ? copy_of(w, attrs) : NULL;

    if (!attrs)
        return 0;
    if (!copy)
        return -1;
    rc_setref(&((struct rc_instance *)to)->attrs, rc_newref(copy));
    return 0;
}

static int fill(const struct work *w, const struct node *n)
{
    switch (n->how) {
    case LIST:
        return fill_list(w, n->from, n->copy);
    case DICT:
        return fill_dict(w, n->from, n->copy);
    case SET:
        return fill_set(w, n->from, n->copy);
    case CELL:
        return fill_cell(w, n->from, n->copy);
    case INSTANCE:
        return fill_instance(w, n->from, n->copy);
    default:
        return 0;
    }
}

static int fill_all(const struct work *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (fill(w, &w->nodes[i]) < 0)
            return -1;
    }
    return 0;
}

// ---- all of it ----

static void work_release(struct work *w)
{
    for (size_t i = 0; i < w->count; i++) {
        rc_xdecref(w->nodes[i].copy);
        rc_decref(w->nodes[i].from);
    }
    memory_free(w->nodes);
    memory_free(w->stack);
    map_release(&w->index);
}

rc_object *rc_deepcopy(rc_object *o)
{
    struct work w = {0};
    rc_object *copy = NULL;
    enum how how = how_to_copy(o);

    if (how == SHARED)
        return rc_newref(o);
    if (add_node(&w, o, how) == 0 && find_all(&w) == 0 && begin_all(&w) == 0
        && resolve_all(&w) == 0 && fill_all(&w) == 0)
        copy = rc_newref(w.nodes[0].copy);
    work_release(&w);
    return copy;
}
