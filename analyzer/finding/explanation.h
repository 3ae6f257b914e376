// explanation.h - why the contract of a function is what it is.

#ifndef FINDING_EXPLANATION_H
#define FINDING_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum source {
#define SOURCE(id, word, text) SOURCE_##id,
#include "finding/sources.def"
#undef SOURCE
    SOURCES
};

// What some returns of the function say of one part of its contract. All are
// in the file of the function, unless code was included there.
struct explained_exit {
    size_t nlines, lines_cap;
    uint32_t *lines;
    const char *outcome; // the results that it is about, "" = all
    const char *says;    // in the words of rules
    uint32_t because;    // the line that decided, 0 = none
    const char *call;    // the function called there, ""
};

struct explained_part {
    const char *part; // "argument 2", "result", "outcome <0", "trait fresh"
    const char *name; // of the parameter, ""
    const char *says; // what the contract has
    const char *open; // why that is less than it could be, ""
    size_t nexits, exits_cap;
    struct explained_exit *exits;
};

struct explained_call {
    uint32_t line;
    const char *function; // "" when it goes through a pointer
    const char *why;      // nothing is known of it
};

// Files are as in findings; strings are never NULL.
struct explanation {
    const char *function;
    const char *file; // of the body, else of a declaration; "" = none was seen
    uint32_t line;
    bool has_body, is_static;
    const char *contract; // in the words of rules, "" when there is none
    enum source source;
    const char *source_file; // of the rule or the annotation, ""
    uint32_t source_line;
    const char *note; // what else is to be said of it, ""
    size_t nparts, parts_cap;
    struct explained_part *parts;
    size_t ncalls, calls_cap;
    struct explained_call *calls; // of which nothing is known
    size_t nrecursive, recursive_cap;
    const char **recursive; // the functions that call each other, with this one
};

const char *source_word(enum source s);
const char *source_text(enum source s);

#endif
