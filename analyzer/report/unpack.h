// unpack.h - a finding from JSON: of a report, or of another process.

#ifndef REPORT_UNPACK_H
#define REPORT_UNPACK_H

#include "base/err.h"
#include "finding/finding.h"

// The finding that a line holds, with the keys of a report. plain makes the
// text that is meant of one that stands there, in a. Returns 0, or -1 with err.
int unpack_finding(struct arena *a, const char *line,
                   char *plain(struct arena *a, const char *text),
                   struct finding *ret, struct err *err);

#endif
