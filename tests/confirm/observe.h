// observe.h - what went wrong in the runs of a fixture's functions, from what
// its driver prints (drive.c).

#ifndef TESTS_CONFIRM_OBSERVE_H
#define TESTS_CONFIRM_OBSERVE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum observed {
#define OBSERVED(id, name) OBSERVED_##id,
#include "observed.def"
#undef OBSERVED
    OBSERVED_KINDS
};

// A call of the runtime in the fixture; line 0: there is none.
struct place {
    uint32_t line;
    const char *function;
};

struct places {
    struct place *items;
    size_t count, cap;
};

// Something that must not be, and what functions of the fixture did to the
// object that it happened to.
struct observation {
    enum observed kind;
    struct place at;
    struct places taken, given;
    bool is_made;    // by the fixture
    bool is_result;  // the caller released it: it had been returned
    bool is_first;   // in some run nothing had gone wrong before it
    const char *key; // the same for observations that say the same
};

struct seen_function {
    const char *name;
    uint32_t line;
    bool is_entered;
    const char *not_run; // why, "" when it is
    size_t runs;
    struct observation *items; // each different one once
    size_t count, cap;
};

struct seen {
    struct seen_function *items;
    size_t count, cap;
};

const char *observed_name(enum observed kind);

// Lines of the driver's output, one after another, without their ends. fixture:
// the name of the file. What is seen lives in a.
struct observer;
struct observer *observer_new(struct arena *a, const char *fixture,
                              struct seen *ret);
void observer_line(struct observer *o, const char *line);
void observer_end(struct observer *o);

#endif
