// arguments.h - one compiler command, reduced to what its source means.

#ifndef PROJECT_ARGUMENTS_H
#define PROJECT_ARGUMENTS_H

#include "project/words.h"

#include <stdbool.h>

struct command {
    struct words args;    // for libclang
    const char *language; // as after -x: "c", "c++", ...; NULL: not known
};

// See project_arguments, which returns the args of this.
int command_read(struct arena *a, const char *directory,
                 const char *const *argv, size_t argc, bool has_program,
                 const char *file, struct command *ret, struct err *err);

// Does libclang read it as C? Preprocessed C is C.
bool command_is_c(const struct command *c);

#endif
