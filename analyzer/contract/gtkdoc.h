// gtkdoc.h - the annotations in a GTK-Doc comment.
//
//   /**
//    * ring_put:
//    * @ring: a ring
//    * @item: (transfer full) (nullable): what to put there
//    *
//    * Returns: (transfer none): the ring
//    */
//
// Annotations stand in parentheses behind the colon of "@NAME:", "Returns:" or
// "Return value:" at the beginning of a line, or at the beginning of the line
// below. Ours are (transfer none|full|container|floating), (nullable), (out
// ...) and (inout); all others are passed over, among them (skip), which is
// about bindings to other languages.

#ifndef CONTRACT_GTKDOC_H
#define CONTRACT_GTKDOC_H

#include "base/arena.h"

#include <stdbool.h>

enum transfer {
    TRANSFER_UNSAID,
#define TRANSFER(id, word, argument, result, out, inout) TRANSFER_##id,
#include "contract/transfers.def"
#undef TRANSFER
    TRANSFERS
};

enum direction { DIRECTION_IN, DIRECTION_OUT, DIRECTION_INOUT };

// What is said of a parameter, or of the result.
struct gtkdoc_item {
    const char *name; // "" = the result
    enum transfer transfer;
    enum direction direction;
    bool is_nullable;
    long line;         // in the comment, from 0
    const char *wrong; // why it is not to be heeded, NULL when nothing is
};

// A comment on its way; begins as {.arena, .at = the comment's text}.
struct gtkdoc {
    struct arena *arena;
    const char *at;
    long line;
};

// The next item with annotations, ours or wrong ones; false at the end.
bool gtkdoc_next(struct gtkdoc *g, struct gtkdoc_item *ret);

// The effect that an item amounts to, "" when it says nothing.
const char *gtkdoc_effect(const struct gtkdoc_item *item);

#endif
