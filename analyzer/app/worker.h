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
//   W FILE LINE COL TEXT            a warning, by which nothing is lost
//   E0LINE, E1LINE, eLINE           why a contract is what it is, of a function
//                                   without or with a body here; more of it
//   C ROW                           what other units may know, as a row of
//   rules X TEXT                          the unit cannot be analysed = nothing
//   is new: the last answer stands .                               the unit is
//   done
//
// A worker keeps its units from round to round; one that it does not have is
// parsed.

struct command {
    uint32_t unit;
    uint32_t round;      // from 1; facts are read again for each
    bool is_last;        // no other round comes
    uint64_t facts_size; // bytes of the file of facts, 0 = there are none
};

// Serve units until the pipe closes. Returns the exit status.
int worker_serve(struct session *s, int commands, int facts_fd, FILE *out);

// The most errors of the front end that are told of one unit.
enum { PROBLEMS_MOST = 5 };

#endif
