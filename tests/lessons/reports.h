// reports.h - the mistakes that the audit reports, and those that a lesson says
// it makes.

#ifndef TESTS_LESSONS_REPORTS_H
#define TESTS_LESSONS_REPORTS_H

#include "base/arena.h"

// Both as text, one "LINE: KIND" a line, in order of lines and without
// repetition.
//
// wanted: the comments `// audit: KIND` of a source.
// reported: the lines "FILE:LINE: error: ... [KIND]" of a report, where FILE
// ends in name; of other files with the name of the file in front.
const char *reports_wanted(struct arena *a, const char *source);
const char *reports_made(struct arena *a, const char *report, const char *name);

#endif
