// text.h - a text that grows, for all that shows objects.
//
//     struct text t = {0};
//
//     if (text_add(&t, "[") < 0 || text_add_repr(&t, item) < 0 ...)
//         goto fail;
//     return text_to_str(&t);
// fail:
//     text_release(&t);
//     return NULL;

#ifndef RC_OBJECTS_TEXT_H
#define RC_OBJECTS_TEXT_H

#include "rc/object.h"

#include <stdarg.h>

struct text {    // all zero: empty
    char *bytes; // no NUL behind them
    size_t length, room;
};

// Each returns 0, or -1 with the error set; the text is then as it was.
RC_STATUS int text_add(struct text *t, const char *s);
RC_STATUS int text_add_n(struct text *t, const char *bytes, size_t n);
RC_STATUS int text_add_format(struct text *t, const char *format, ...)
    RC_PRINTF(2, 3);
RC_STATUS int text_add_arguments(struct text *t, const char *format,
                                 va_list arguments) RC_PRINTF(2, 0);
// In quotes, with escapes, as Python's repr() of a str.
RC_STATUS int text_add_quoted(struct text *t, const char *bytes, size_t n);
RC_STATUS RC_RUNS_CODE int text_add_repr(struct text *t, rc_object *o);

// A str of it. Afterwards the text is empty, in any case.
RC_NEW rc_object *text_to_str(struct text *t);
void text_release(struct text *t);

#endif
