// output.h - app/ only: where a report goes.

#ifndef APP_OUTPUT_H
#define APP_OUTPUT_H

#include "app/options.h"
#include "report/report.h"

#include <stdbool.h>

bool wants_color(const struct options *o, FILE *out);

// The file that the options name, or stdout; what of *ret_look depends on it
// is filled in. Returns NULL with err when it cannot be written.
FILE *output_begin(const struct options *o, struct report_options *ret_look,
                   struct err *err);
// Returns 0, or -1 with err when something was not written.
int output_end(const struct options *o, FILE *out, struct err *err);

#endif
