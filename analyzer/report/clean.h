// clean.h - text of unknown origin, made fit to be shown.
//
// Names and source lines come from other people's files. A terminal obeys
// what it is sent, JSON wants UTF-8: neither gets bytes as they are.

#ifndef REPORT_CLEAN_H
#define REPORT_CLEAN_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdint.h>

// The character at s (not at its end): how many bytes it takes, and its code
// point; 1 and -1 when the bytes there are not UTF-8.
size_t utf8_next(const char *s, size_t n, int32_t *ret_code);

// Add the character at s as a terminal may have it, and return how many bytes
// of s it took. Control characters and those that reorder text become
// <U+001B>, bytes that are not UTF-8 become <FF>. *column moves on by the
// columns it takes.
size_t clean_char(struct buf *out, const char *s, size_t n, size_t *column);

// s for a terminal; s itself when nothing in it needs care.
const char *clean_text(struct arena *a, const char *s);

// s as UTF-8: each byte that is not becomes U+FFFD.
const char *clean_utf8(struct arena *a, const char *s);

#endif
