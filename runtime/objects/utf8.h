// utf8.h - characters as bytes (RFC 3629).

#ifndef RC_OBJECTS_UTF8_H
#define RC_OBJECTS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How many bytes the character at bytes takes, of which n are there, and which
// one it is; 0 when it is not UTF-8 (too long a form, a surrogate, cut off).
size_t utf8_decode(const char *bytes, size_t n, uint32_t *ret_code);

// The number of bytes that are UTF-8 from the start: n when all are.
size_t utf8_valid(const char *bytes, size_t n);

bool utf8_is_ascii(const char *bytes, size_t n);

// Characters in n bytes of UTF-8.
size_t utf8_count(const char *bytes, size_t n);

// The offset of the character with this index; n when there are fewer.
size_t utf8_offset(const char *bytes, size_t n, size_t index);

// Is it shown as itself, not as a number? As CPython's str.isprintable(),
// except that what Unicode has not assigned yet is shown.
bool utf8_is_shown(uint32_t code);

#endif
