// life_parts.h - the files of shape/life_*.c among themselves.

#ifndef SHAPE_LIFE_PARTS_H
#define SHAPE_LIFE_PARTS_H

#include "shape/life.h"

void life_find_types(struct lives *l);   // life_types.c
void life_find_stores(struct lives *l);  // life_stores.c
void life_find_members(struct lives *l); // life_members.c

#endif
