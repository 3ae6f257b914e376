// buf.c - see buf.h.

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

static void room(struct buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap : 128;
    char *grown;

    while (cap < b->len + n + 1)
        cap *= 2;
    if (cap == b->cap)
        return;
    grown = arena_alloc(b->arena, cap, 1);
    if (b->len)
        memcpy(grown, b->text, b->len);
    b->text = grown;
    b->cap = cap;
}

void buf_add(struct buf *b, const char *data, size_t n)
{
    room(b, n);
    if (n)
        memcpy(b->text + b->len, data, n);
    b->len += n;
    b->text[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n > 0) {
        room(b, (size_t)n);
        vsnprintf(b->text + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

const char *buf_text(const struct buf *b)
{
    return b->text ? b->text : "";
}
