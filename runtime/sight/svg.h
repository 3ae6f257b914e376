// svg.h - a picture as an <svg> element, alone or in a page.

#ifndef RC_SIGHT_SVG_H
#define RC_SIGHT_SVG_H

#include "sight/picture.h"

#include <stdio.h>

// Nodes have the id "n0", "n1", ...; links say data-from and data-to.
void svg_write(FILE *out, const struct picture *p);

#endif
