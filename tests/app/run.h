// run.h - refcheck run in a folder of its own, and what came of it.

#ifndef TESTS_APP_RUN_H
#define TESTS_APP_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

#include <stdbool.h>
#include <sys/types.h>

// Options for the rules of a small API, which every folder has in mini.h and
// mini.rules (see run.c).
#define MINI " --no-default-rules --rules=mini.rules "

// A temporary folder; as a version control root it ends the search for a
// database. One arena for all that the test makes.
struct fixture {
    struct arena arena;
    const char *dir;
};

int fixture_setup(void **state); // *state is a struct fixture
int fixture_teardown(void **state);

void write_file(struct fixture *f, const char *name, const char *text);
void write_bytes(struct fixture *f, const char *name, const char *data,
                 size_t size);
const char *read_back(struct fixture *f, const char *name);

// A folder db/ with a database of the units named (separated by spaces), in
// that order, compiled with -Wall.
void write_database(struct fixture *f, const char *names);

// How a program is started, where it differs from the usual.
struct how {
    const char *program; // NULL = the refcheck that was built
    const char *out;     // stdout goes to this file
    const char *env;     // one NAME=VALUE
    const char *dir;     // the working folder, below the test's own
    bool no_stdin, no_stdout;
};

struct ran {
    int status; // exit status, or 256 + the signal
    const char *out, *err;
};

// args are separated by spaces. Whatever takes longer than two minutes dies.
struct ran run(struct fixture *f, const char *args);
struct ran run_how(struct fixture *f, const struct how *how, const char *args);

pid_t start(struct fixture *f, const char *args);
struct ran finish(struct fixture *f, pid_t pid);

// Fail the test, and show everything, unless ...
void expect_status(const struct ran *r, int status);
void expect_out(const struct ran *r, const char *part);
void expect_err(const struct ran *r, const char *part);
void expect_no_out(const struct ran *r, const char *part);
void expect_no_err(const struct ran *r, const char *part);

// Functions of the small API, as text for units.
#define LEAKS(name)                                                            \
    "object *" name "(object *x)\n"                                            \
    "{\n"                                                                      \
    "    object *" name "_made = obj_new();\n"                                 \
    "    if (!" name "_made) return 0;\n"                                      \
    "    return obj_next(x);\n"                                                \
    "}\n"

#endif
