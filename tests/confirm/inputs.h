// inputs.h - one call of one function, with an object, a number or a text for
// each parameter.

#ifndef TESTS_CONFIRM_INPUTS_H
#define TESTS_CONFIRM_INPUTS_H

#include "drive.h"

struct run {
    const struct drive_function *function;
    int choice[DRIVE_PARAMS];
    rc_object *objects[DRIVE_PARAMS]; // the caller's; NULL: none, or not ours
    rc_object *slots[DRIVE_PARAMS];   // its variables
};

// How many runs try each pair of values of any two parameters together (with
// two parameters or fewer: all that there is), and the choice of run number n.
int inputs_count(const struct drive_function *f);
void inputs_choose(struct run *run, int n);

// The objects of the chosen run: fresh ones. Returns 0, or -1.
int inputs_make(struct run *run);
// The caller gives back what is its own.
void inputs_release(struct run *run);

#endif
