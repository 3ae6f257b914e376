// companion.h - the library that an extension's calls report to.
//
// It is loaded before the interpreter (LD_PRELOAD) and does nothing until the
// first call of an extension that was compiled with the wrappers. From then on
// it knows each object that passed through such a call, sees its memory given
// back through the interpreter's allocator hooks, and writes what happens as a
// trace (rc/audit.h has the format).
//
// Everything here runs with the interpreter's lock held.

#ifndef TRACE_COMPANION_H
#define TRACE_COMPANION_H

#include <Python.h>

#include "trace/calls.h"

#include <stdbool.h>
#include <stddef.h>

enum life {
    LIFE_ALIVE,
    LIFE_ENDED, // its memory may wait in a free list of the interpreter
    LIFE_FREED  // its memory is given back
};

// One object that passed through the extension.
struct record {
    void *object; // NULL: this slot is free
    void *block;  // the memory that it lies in
    unsigned long serial;
    enum life life;
    struct refcheck_place from;  // where it came from: made, or first taken
    bool is_made;                // there, and not only taken
    bool is_anew;                // of an earlier one, and told of once more
    long repetition;             // in which it was first seen
    long touched;                // in which its count was last seen to change
    Py_ssize_t inside;           // of its references, how many are in objects
    Py_ssize_t outside;          // the others, at the last mark
    Py_ssize_t outside_at_first; // at the first mark that counts
    long grew;                   // at how many marks in a row they were more
};

struct trace {
    int fd;        // -1: there is no trace
    bool is_asked; // whether there shall be one
    unsigned long serials, errors, lines;
    long repetition;
    // Allocations on behalf of calls, of this repetition; which one fails.
    unsigned long allocations, fail_at;
    bool fails_on; // and all behind it
};
extern struct trace trace;

// The call under way, or NULL: other threads may run meanwhile.
extern _Thread_local struct refcheck_call *current_call;

// ---- log.c: lines ----

void log_open(void);
void log_close(void);
void log_new(const struct record *r, const struct refcheck_place *p);
void log_count(const char *event, const struct record *r, Py_ssize_t count,
               const struct refcheck_place *p);
void log_end(const struct record *r, const struct refcheck_place *p);
void log_error(const char *kind, const struct record *r,
               const struct refcheck_place *p);
// Alive at the end: "leak" or "steady".
void log_left(const char *event, const struct record *r);
void log_pass(const struct refcheck_place *p);
void log_fail(unsigned long n, const struct refcheck_place *p);
void log_finish(size_t alive, size_t errors);

// ---- table.c: records by address ----

struct record *record_find(const void *object);
// The record of an object that is seen for the first time; in place of that of
// an object which had the address before. NULL when memory ran out.
struct record *record_add(void *object);
void record_drop(struct record *r);
// All of them, one after the other; *at begins as 0. NULL at the end.
struct record *record_next(size_t *at);

// ---- hooks.c: ends and failures ----

void hooks_install(void);
// The memory that was allocated for an object.
void *hooks_block(PyObject *o);
// See the ends of objects of this type.
void hooks_watch_type(PyTypeObject *type);
// The place of the call under way, or of nowhere.
const struct refcheck_place *here(void);

#endif
