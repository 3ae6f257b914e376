// worker.h - app/ only: what goes on in one worker process.

#ifndef APP_WORKER_H
#define APP_WORKER_H

#include "app/session.h"

#include <stdio.h>

// Messages of a worker, one a line; the first character says which. Fields
// are separated by tabs (tabs and newlines in them become spaces).
//
//   F JSON                          a finding
//   N STATUS CALLS UNKNOWN FILE LINE NAME WHY   a function
//   P FILE LINE COL TEXT            an error of the front end
//   X TEXT                          the unit cannot be analysed
//   .                               the unit is done

// Serve units until the pipe closes. Returns the exit status.
int worker_serve(struct session *s, int commands, FILE *out);

// The most errors of the front end that are told of one unit.
enum { PROBLEMS_MOST = 5 };

#endif
