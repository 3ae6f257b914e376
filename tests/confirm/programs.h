// programs.h - what the two programs of a confirmation print: the driver of the
// fixture, and refcheck.

#ifndef TESTS_CONFIRM_PROGRAMS_H
#define TESTS_CONFIRM_PROGRAMS_H

#include "base/err.h"
#include "finding/finding.h"
#include "observe.h"

#include <stdio.h>

// What refcheck prints as JSON lines; what it says besides goes to notes (NULL:
// to the standard error). Returns 0, or -1 with err.
int program_findings(struct arena *a, char *const *command, FILE *notes,
                     struct finding_list *ret, struct err *err);

// What the driver of fixture (the name of its file) prints.
int program_runs(struct arena *a, char *driver, const char *fixture,
                 struct seen *ret, struct err *err);

#endif
