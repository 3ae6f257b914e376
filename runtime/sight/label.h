// label.h - short texts about objects, made without objects: in a buffer of
// their own, always one line of valid UTF-8 without control characters, so
// that every report may print them. What does not fit ends in "...".
//
// Nothing here runs code of a program, changes a count or needs memory.

#ifndef RC_SIGHT_LABEL_H
#define RC_SIGHT_LABEL_H

#include "rc/object.h"

enum { LABEL_BYTES = 120 };

struct label { // all zero: empty
    char text[LABEL_BYTES];
    size_t length;
    bool is_full;
};

void label_add(struct label *l, const char *format, ...) RC_PRINTF(2, 3);

// Text of a program, at most `columns` wide; what is not UTF-8 or cannot be
// printed shows as \xff.
void label_add_text(struct label *l, const char *text, size_t columns);

// The same, of n bytes, in quotes and with \n, \' ... as one would write them.
void label_add_quoted(struct label *l, const char *bytes, size_t n,
                      size_t columns);

// none, a bool, an int, a float or a str?
bool label_is_plain(const rc_object *o);

// A plain value as one would write it; anything else as label_add_object().
void label_add_value(struct label *l, rc_object *o, size_t columns);

// "module m", "class C", "function f", "frame f", "instance of C at 0x...",
// "list at 0x...".
void label_add_object(struct label *l, rc_object *o);

// What is in o, in a few words: its value, its first items, its name.
void label_add_contents(struct label *l, rc_object *o, size_t columns);

#endif
