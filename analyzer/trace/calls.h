// calls.h - what the wrappers of an API's functions tell the companion.
//
// Comes first in the header that extensions are compiled with (-include); the
// wrappers made from the rules follow it. A wrapper announces the call with its
// place and with the objects whose counts it may change, makes the call, and
// tells of the references that came back. The companion is found when the
// program runs: without it, the wrappers only make their calls.

#ifndef REFCHECK_TRACE_CALLS_H
#define REFCHECK_TRACE_CALLS_H

enum { REFCHECK_MOST_OBJECTS = 4 };

struct refcheck_place {
    const char *file;
    int line;
    const char *function;
    const char *call;
};

// An object whose count the call may change.
struct refcheck_watched {
    void *object;
    char what; // 'd': gives a reference back, 'i': takes one, 'u': who knows
    unsigned long serial;
    long count; // before the call
};

// A call that is under way.
struct refcheck_call {
    struct refcheck_place place;
    struct refcheck_watched watched[REFCHECK_MOST_OBJECTS];
    struct refcheck_call *outer;
};

#define REFCHECK_WEAK __attribute__((weak, visibility("default")))
REFCHECK_WEAK void refcheck_call_begin(struct refcheck_call *call);
REFCHECK_WEAK void refcheck_call_end(struct refcheck_call *call);
// The call returned or stored a reference that its caller now owns.
REFCHECK_WEAK void refcheck_call_got(struct refcheck_call *call, void *object);
// A return statement is about to run.
REFCHECK_WEAK void refcheck_call_pass(const struct refcheck_place *place);
// A repetition of the program has ended; the last one ends the trace.
REFCHECK_WEAK void refcheck_trace_mark(int is_last);

#define REFCHECK_CALL(name, ...)                                               \
    struct refcheck_call refcheck_call REFCHECK_ENDS = {                       \
        .place = {__FILE__, __LINE__, __func__, name},                         \
        .watched = {__VA_ARGS__}};                                             \
    refcheck_begin_(&refcheck_call)
#define REFCHECK_ENDS __attribute__((cleanup(refcheck_end_), unused))

static inline __attribute__((unused)) void
refcheck_begin_(struct refcheck_call *call)
{
    if (refcheck_call_begin)
        refcheck_call_begin(call);
}

static inline __attribute__((unused)) void
refcheck_end_(struct refcheck_call *call)
{
    if (refcheck_call_end)
        refcheck_call_end(call);
}

static inline __attribute__((unused)) void
refcheck_got_(struct refcheck_call *call, void *object)
{
    if (refcheck_call_got && object)
        refcheck_call_got(call, object);
}

static inline __attribute__((unused)) void
refcheck_pass_(const char *file, int line, const char *function)
{
    const struct refcheck_place place = {file, line, function, ""};

    if (refcheck_call_pass)
        refcheck_call_pass(&place);
}

#endif
