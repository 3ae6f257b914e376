// report.h - findings as text for people and as JSON for programs.

#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/arena.h"
#include "base/err.h"
#include "finding/explanation.h"
#include "finding/finding.h"

#include <stdbool.h>
#include <stdio.h>

// What was and what was not analysed.
struct coverage {
    size_t units, units_failed;  // failed: crashed, timed out or unreadable
    size_t functions;            // with a body in the project, distinct
    size_t analysed;             // to the end
    size_t irrelevant;           // touch nothing counted: nothing to analyse
    size_t unparsed;             // hold an error of the front end
    size_t cut;                  // given up by the budget
    size_t calls, calls_unknown; // calls that pass or return counted objects;
                                 // those of them that no contract describes
};

struct report_options {
    const char *root; // findings' relative paths are relative to this
    const char *cwd;  // and are shown relative to this when below it
    bool color;
    bool excerpt;  // source lines under each message
    int max_notes; // of a trail; 0 = all
};

// Something to be said of a place.
struct message {
    const char *file;
    uint32_t line, col; // 0: not known
    bool is_remark;     // else it is a warning
    const char *prefix; // "", or what stands in front: "likely: "
    const char *text;
    const char *tag; // in brackets behind it
    uint32_t ntrail;
    const struct trail_step *trail; // notes
};
void report_messages(FILE *out, const struct message *messages, size_t n,
                     const struct report_options *options);
// gcc style: path:line:col: warning: message [rule], notes for the trail.
void report_text(FILE *out, const struct finding_list *list,
                 const struct report_options *options);
// One object a line; the keys of the output contract in their order.
void report_jsonl(FILE *out, const struct finding_list *list,
                  const struct report_options *options);
// Why a contract is what it is: a head line and indented ones; or an object.
void report_explanation(FILE *out, const struct explanation *e,
                        const struct report_options *options);
void report_explanation_jsonl(FILE *out, const struct explanation *e,
                              const struct report_options *options);
// The closing lines: how many findings, what was not analysed.
void report_summary(FILE *out, const struct finding_list *list,
                    const struct coverage *c, const struct report_options *o);

// Findings between processes: one JSON line each, all fields. finding_decode
// returns 0, or -1 with err when the line is not one.
char *finding_encode(struct arena *a, const struct finding *f);
int finding_decode(struct arena *a, const char *line, struct finding *ret,
                   struct err *err);

// A line that report_jsonl wrote, of this version or an earlier one. Returns 0,
// or -1 with err when it is none.
int finding_read(struct arena *a, const char *line, struct finding *ret,
                 struct err *err);

// Compare findings with the comments of a fixture:
//   // expect: RULE(OBJECT)       a finding of that rule about that object on
//                                 this line; (OBJECT) may be left out;
//                                 several, separated by ", "
//   // note: PART OF TEXT         a step of the trail of some expected finding
//                                 on this line contains it
//   // known-miss: RULE(OBJECT)   we should find it and do not: an error when
//                                 we do ("now works: promote it")
//   // known-false: RULE(OBJECT)  we find it and should not: an error when gone
// Anything else found in that file is an error. Prints each difference to out
// as path:line: text; returns how many.
int verify_expectations(FILE *out, const char *path, const char *source,
                        const struct finding_list *list);

#endif
