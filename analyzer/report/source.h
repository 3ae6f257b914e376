// source.h - source lines under a message, with a caret.

#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include "base/arena.h"
#include "base/map.h"

#include <stdint.h>
#include <stdio.h>

// The sources read so far. Zeroed to begin with; everything lives in arena.
struct sources {
    struct arena *arena;
    struct map files; // path -> struct source
};

// Print line `line` of the file `path` and a caret under its byte `col` (from
// 1; 0 = no caret), in the colour whose escape is `color` ("" for none).
// Nothing when there is no such line.
void source_excerpt(FILE *out, struct sources *s, const char *path,
                    uint32_t line, uint32_t col, const char *color);

#endif
