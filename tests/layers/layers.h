// layers.h - does a source tree keep to its LAYERS file?

#ifndef TESTS_LAYERS_LAYERS_H
#define TESTS_LAYERS_LAYERS_H

#include "base/buf.h"

// Read root/LAYERS and every .c, .h and .def file below the folders of root.
// Each violation is a line "path:line: message" in complaints, paths seen from
// root, in order of path and line:
//
//   - LAYERS is malformed, names a folder twice or one that it does not list,
//     or leads in a circle;
//   - a folder with sources is not in LAYERS, or sources stand in no folder;
//   - a file includes a layer that its own may not use, or a header without
//     its folder, by which layers could not be told;
//   - clang-c is included outside of parse/, or Python.h outside of trace/;
//   - a string holds the name of an API function: knowledge of APIs belongs
//     into rules/.
void layers_check(struct arena *a, const char *root, struct buf *complaints);

#endif
