// drive.h - between a driver that was generated for a fixture and the code that
// runs it: what functions there are, and how each is called.

#ifndef TESTS_CONFIRM_DRIVE_H
#define TESTS_CONFIRM_DRIVE_H

#include "rc/rc.h"

#include <stddef.h>
#include <stdint.h>

enum { DRIVE_PARAMS = 6 }; // the most that a function may have

enum drive_input {
#define INPUT(id, values, text) DRIVE_##id,
#include "inputs.def"
#undef INPUT
    DRIVE_INPUTS
};

struct run; // one call of one function

struct drive_function {
    const char *name;
    int line;
    uintptr_t address;
    void (*call)(struct run *run); // NULL: a helper, which others call
    const char *not_run;           // why it cannot be run, or NULL
    int ninputs;
    enum drive_input inputs[DRIVE_PARAMS];
};

// The generated part: a function for each that the fixture defines.
extern const struct drive_function drive_functions[];
extern const size_t drive_nfunctions;

// What argument i is in this run.
rc_object *drive_object(const struct run *run, int i);
rc_object **drive_slot(struct run *run, int i);
int64_t drive_number(const struct run *run, int i);
const char *drive_text(const struct run *run, int i);

// What the caller does with what comes back: a new reference is released, an
// object that is lent is looked at while its owners live (NULL is neither);
// what was written through pointers counts only when the call succeeded.
void drive_new(struct run *run, rc_object *result);
void drive_lent(struct run *run, rc_object *result);
void drive_ended(struct run *run, bool is_success);

#endif
