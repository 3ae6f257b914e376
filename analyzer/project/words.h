// words.h - a command line as text, taken apart into its words.

#ifndef PROJECT_WORDS_H
#define PROJECT_WORDS_H

#include "base/arena.h"
#include "base/err.h"

struct words {
    const char **items;
    size_t count, cap;
};

// Split text as a POSIX shell does, without any expansion. Adds to ret.
// Returns 0, or -1 when a quote is left open.
int words_from_shell(struct arena *a, const char *text, struct words *ret);

// argv with every @file replaced by the words in that file, which is relative
// to directory and may name further ones. An @file that cannot be read stays
// a word, as compilers have it: build tools delete them after use.
// Returns 0, or -1 with err when files nest too deep or hold too much.
int words_expand(struct arena *a, const char *directory,
                 const char *const *argv, size_t argc, struct words *ret,
                 struct err *err);

#endif
