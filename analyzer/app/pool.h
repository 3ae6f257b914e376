// pool.h - app/ only: units analysed by forked workers.
//
// Each worker reads unit numbers from a pipe and writes what it found to
// another, a line a message. A crash or a runaway costs the one unit it
// happened in, which is named; the worker is replaced and the run goes on.

#ifndef APP_POOL_H
#define APP_POOL_H

#include "app/session.h"
#include "finding/finding.h"
#include "report/report.h"

// A function of which silence proves nothing, or a unit likewise.
struct trouble {
    const char *file;
    long line, col; // 0 = the whole file
    const char *text;
    bool is_warning; // nothing is lost by it
};

// Why a contract is what it is, as it is to be printed.
struct explained {
    bool has_body; // where it was seen
    const char *text;
};

struct run_result {
    struct finding_list findings; // sorted, with fingerprints
    struct coverage coverage;
    size_t ntroubles, troubles_cap;
    struct trouble *troubles; // in input order
    bool incomplete;          // some code was not analysed
    size_t nexplanations, explanations_cap;
    struct explained *explanations; // in input order
    const char *facts; // what the units say of themselves, as rows of rules
};

// Analyse all units of the session. Returns 0, or -1 with err when no worker
// can be started. Results live in the session's arena.
int pool_run(struct session *s, struct run_result *ret, struct err *err);

#endif
