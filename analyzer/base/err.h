// err.h - what went wrong, for the person who runs the tool.
//
// A function that can fail through no fault of ours returns -1 and fills a
// struct err; only app/ prints it.

#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/arena.h"

struct err {
    char text[1024]; // "path:line: message", "path: message" or "message"
};

// path may be NULL (no file), line 0 (no line).
void err_set(struct err *err, const char *path, long line, const char *fmt, ...)
    BASE_PRINTF(4, 5);

#endif
