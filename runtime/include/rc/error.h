// error.h - what went wrong: one indicator for the runtime, as errno is one.
//
// A call that fails says so by its result (NULL, -1) and sets the indicator;
// one that succeeds leaves it alone. Setting it never needs memory.

#ifndef RC_ERROR_H
#define RC_ERROR_H

#include "rc/annotate.h"

#include <stdbool.h>

enum rc_error {
    RC_OK,
    RC_ERROR_MEMORY,
    RC_ERROR_TYPE,     // an object of another type is needed
    RC_ERROR_VALUE,    // the right type, a wrong value
    RC_ERROR_INDEX,    // out of range
    RC_ERROR_KEY,      // no such key, name or attribute
    RC_ERROR_OVERFLOW, // does not fit 64 bits
    RC_ERROR_STATE,    // not now (changed during iteration, wrong order)
    RC_ERROR_IO,       // writing a report failed
    RC_ERROR_USER      // for programs
};

// The error that is set, RC_OK = none.
enum rc_error rc_error_code(void);

// What happened, in words; "" when nothing did. Valid until the next error.
const char *rc_error_message(void);

// The name of a code: "memory", "type", ...
const char *rc_error_name(enum rc_error code);

// Set the error; the message is cut at 255 bytes.
RC_SAYS("_ : sets-error")
void rc_error_set(enum rc_error code, const char *format, ...) RC_PRINTF(2, 3);

// Forget it.
RC_SAYS("_ : clears-error") void rc_error_clear(void);

#endif
