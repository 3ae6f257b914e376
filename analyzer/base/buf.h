// buf.h - text that grows, in an arena.

#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

struct buf {
    struct arena *arena;
    char *text; // NUL-terminated once anything was added, else NULL
    size_t len, cap;
};

void buf_add(struct buf *b, const char *data, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...) BASE_PRINTF(2, 3);
const char *buf_text(const struct buf *b); // never NULL

#endif
