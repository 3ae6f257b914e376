// place.h - how findings name files and say under which condition they hold.

#ifndef REPORT_PLACE_H
#define REPORT_PLACE_H

#include "report/report.h"

// The name to open file by.
const char *place_path(struct arena *a, const char *file,
                       const struct report_options *o);
// The name to show for it: relative to the working folder when below it.
const char *place_shown(struct arena *a, const char *file,
                        const struct report_options *o);

// When it holds, behind the message: " (only when memory runs out)" or "".
const char *place_condition(const struct finding *f);
// The message with it.
const char *place_message(struct arena *a, const struct finding *f);

#endif
