// crosscheck.h - findings of a report against what happened when the program
// ran.

#ifndef CROSSCHECK_CROSSCHECK_H
#define CROSSCHECK_CROSSCHECK_H

#include "finding/finding.h"
#include "report/report.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum verdict {
#define VERDICT(id, name, text, is_warning) VERDICT_##id,
#include "crosscheck/verdicts.def"
#undef VERDICT
    VERDICTS
};

// How often parts of a finding's path were seen.
struct reached {
    uint64_t function;        // events in it
    uint64_t origin;          // objects that were made or taken there
    uint64_t exit;            // of these, how many came to the exit
    uint64_t released, alive; // of these; alive: at the end
};

struct crossed {
    enum verdict verdict;
    struct finding finding; // of what is only in the run: place and text
    const char *rule;       // its name, or the kind of the error in the trace
    struct reached reached;
    size_t nrun;
    const struct trail_step *run; // what the traces say of it
};

struct crosschecked {
    size_t count, cap;
    struct crossed *items; // the findings in their order, then the others
    size_t traces;
    uint64_t events;
    size_t sites; // calls that were seen
};

// Something is not as it should be, but not in the program.
struct complaint {
    const char *text; // "path:line: message"
    bool is_damage;   // a part of the input could not be read
};

struct crosscheck;

// The report was made in the folder cwd; it must live as long as the result.
struct crosscheck *crosscheck_new(struct arena *a,
                                  const struct finding_list *report,
                                  const char *cwd);
// Read a whole trace. Returns 0, or -1 with err when it is none at all.
int crosscheck_trace(struct crosscheck *x, FILE *in, const char *path,
                     struct err *err);
// What was strange in the traces so far.
const struct complaint *crosscheck_complaints(const struct crosscheck *x,
                                              size_t *ret_count);
void crosscheck_finish(struct crosscheck *x, struct crosschecked *ret);

// True when a finding is confirmed, or something is only in the run.
bool crosscheck_is_bad(const struct crosschecked *c);

const char *verdict_name(enum verdict v);

void crosscheck_text(FILE *out, const struct crosschecked *c,
                     const struct report_options *o);
// As report_jsonl; behind its keys "verdict", "reached" and "run".
void crosscheck_jsonl(FILE *out, const struct crosschecked *c,
                      const struct report_options *o);
void crosscheck_summary(FILE *out, const struct crosschecked *c);

#endif
