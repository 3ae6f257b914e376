// cell.c - variables that functions share: one reference, which can be missing.

#include "objects/objects.h"

static struct rc_cell *cell_of(rc_object *o)
{
    return (struct rc_cell *)o;
}

rc_object *rc_cell_new(rc_object *value)
{
    rc_object *cell = rc_new(&rc_cell_type);

    if (!cell)
        return NULL;
    rc_xincref(value);
    cell_of(cell)->value = value;
    return cell;
}

rc_object *rc_cell_get(rc_object *cell)
{
    if (cell->type != &rc_cell_type) {
        object_wrong_type(cell, "a cell");
        return NULL;
    }
    if (!cell_of(cell)->value)
        rc_error_set(RC_ERROR_VALUE, "the cell is empty");
    return cell_of(cell)->value;
}

int rc_cell_set(rc_object *cell, rc_object *value)
{
    if (cell->type != &rc_cell_type)
        return object_wrong_type(cell, "a cell");
    rc_xincref(value);
    rc_setref(&cell_of(cell)->value, value);
    return 0;
}

static rc_object *cell_repr(rc_object *self)
{
    rc_object *value = cell_of(self)->value;

    if (!value)
        return rc_str_format("<cell at %p: empty>", (void *)self);
    return rc_str_format("<cell at %p: %s object at %p>", (void *)self,
                         rc_type_name(value), (void *)value);
}

static rc_object *cell_copy(rc_object *self)
{
    return rc_cell_new(cell_of(self)->value);
}

static const uint16_t cell_slots[] = {offsetof(struct rc_cell, value), 0};
static const char *const cell_slot_names[] = {"value"};

rc_type rc_cell_type = {
    .name = "cell",
    .size = sizeof(struct rc_cell),
    .slots = cell_slots,
    .slot_names = cell_slot_names,
    .repr = cell_repr,
    .copy = cell_copy,
};
