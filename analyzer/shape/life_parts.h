// life_parts.h - the files of shape/life_*.c among themselves.

#ifndef SHAPE_LIFE_PARTS_H
#define SHAPE_LIFE_PARTS_H

#include "shape/life.h"

void life_find_types(struct lives *l);   // life_types.c
void life_find_stores(struct lives *l);  // life_stores.c
void life_find_members(struct lives *l); // life_members.c
// life_facts.c
void life_hear_table(const struct lives *l, struct life_type *t);
void life_hear_stores(struct lives *l);

// life_types.c: what a store does to a field of the type's table; decl is the
// function that is stored, table the table, 0 for others.
void life_set_field(const struct lives *l, struct life_type *t,
                    const char *field, uint32_t decl, uint32_t table,
                    struct ir_pos pos);

#endif
