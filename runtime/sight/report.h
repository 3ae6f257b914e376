// report.h - what all reports that are written to a FILE share.

#ifndef RC_SIGHT_REPORT_H
#define RC_SIGHT_REPORT_H

#include "rc/object.h"

#include <stdio.h>

// All is written: 0, or -1 with RC_ERROR_IO when something did not get out.
// Single calls of fprintf() need not be looked at.
int report_end(FILE *out);

// Text in which nothing is taken for markup: of XML; inside "..." of DOT;
// inside
// "..." of JSON, also when that stands in a script.
void report_xml(FILE *out, const char *text);
void report_dot(FILE *out, const char *text);
void report_json(FILE *out, const char *text);

#endif
