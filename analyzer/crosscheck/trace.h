// trace.h - lines of a trace into events. The format is that of rc/audit.h.
//
// Traces are larger than memory: a reader holds one piece of the file.

#ifndef CROSSCHECK_TRACE_H
#define CROSSCHECK_TRACE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum trace_kind {
#define EVENT(id, word, fields) TRACE_##id,
#include "crosscheck/events.def"
#undef EVENT
    TRACE_KINDS
};

// Text lives until the next event is read. What a kind does not have is 0.
struct trace_event {
    enum trace_kind kind;
    uint64_t id, serial; // of the object; serial 0: it has none
    int64_t count;
    uint64_t outside;
    const char *type;
    const char *error;
    const char *place; // as it stands in the file: see trace_place
};

struct trace_place {
    const char *file, *function, *call;
    uint32_t line;
};

enum { TRACE_PIECE = 1 << 16 };

struct trace {
    FILE *in;
    const char *path; // for messages
    uint64_t line;    // of the last event
    size_t begin, end;
    bool is_torn; // the last line has no end: it is left out
    char piece[TRACE_PIECE + 1];
};

// Read the first line. Returns 0, or -1 with err when this is no trace.
int trace_begin(struct trace *t, FILE *in, const char *path, struct err *err);

// 1 with an event, 0 at the end, -1 with err for a line that is none; the
// next call goes on behind it.
int trace_next(struct trace *t, struct trace_event *ret, struct err *err);

// A PLACE in its parts, in a. Returns 0, or -1 when it is none.
int trace_place(struct arena *a, const char *place, struct trace_place *ret);

#endif
