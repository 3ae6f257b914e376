// err.c - see err.h.

#include "base/err.h"

#include <stdio.h>
#include <string.h>

// By way of a copy: an argument may be err->text, to put words around it.
void err_set(struct err *err, const char *path, long line, const char *fmt, ...)
{
    struct err made = {""};
    va_list ap;
    size_t n = 0;

    if (path && line > 0)
        snprintf(made.text, sizeof(made.text), "%s:%ld: ", path, line);
    else if (path)
        snprintf(made.text, sizeof(made.text), "%s: ", path);
    n = strlen(made.text);
    va_start(ap, fmt);
    vsnprintf(made.text + n, sizeof(made.text) - n, fmt, ap);
    va_end(ap);
    *err = made;
}
