// clean.c - see clean.h.

#include "report/clean.h"

#include <stdbool.h>
#include <string.h>

// The first code point that needs this many bytes: shorter forms are wrong.
static const int32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};

static size_t length_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

size_t utf8_next(const char *s, size_t n, int32_t *ret_code)
{
    unsigned char first = (unsigned char)s[0];
    size_t length = length_of(first);
    int32_t code = length > 1 ? first & (0x7f >> length) : first;

    *ret_code = -1;
    if (length == 0 || length > n)
        return 1;
    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)s[i] & 0xc0) != 0x80)
            return 1;
        code = code << 6 | ((unsigned char)s[i] & 0x3f);
    }
    if (code < smallest[length] || code > 0x10ffff
        || (code >= 0xd800 && code < 0xe000))
        return 1;
    *ret_code = code;
    return length;
}

struct range {
    int32_t first, last;
};

static bool is_in(const struct range *ranges, size_t n, int32_t code)
{
    for (size_t i = 0; i < n; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

// Characters that a terminal obeys, or that make text look like other text.
static bool is_dangerous(int32_t code)
{
    static const struct range ranges[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},     // control characters
        {0x061c, 0x061c},   {0x200b, 0x200f}, // marks without a width
        {0x2028, 0x202e},   {0x2060, 0x206f}, // breaks, directions
        {0xfeff, 0xfeff},   {0xfff9, 0xfffb}, // annotations
        {0xe0000, 0xe007f},                   // tags
    };

    return is_in(ranges, sizeof(ranges) / sizeof(*ranges), code);
}

static size_t width_of(int32_t code)
{
    static const struct range none[] = {
        {0x0300, 0x036f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
        {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
    };
    static const struct range two[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
        {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
        {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
        {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
    };

    if (is_in(none, sizeof(none) / sizeof(*none), code))
        return 0;
    return is_in(two, sizeof(two) / sizeof(*two), code) ? 2 : 1;
}

size_t clean_char(struct buf *out, const char *s, size_t n, size_t *column)
{
    size_t before = out->len;
    int32_t code;
    size_t length = utf8_next(s, n, &code);

    if (code < 0)
        buf_printf(out, "<%02X>", (unsigned)(unsigned char)s[0]);
    else if (is_dangerous(code))
        buf_printf(out, "<U+%04X>", (unsigned)code);
    else
        buf_add(out, s, length);
    if (code < 0 || is_dangerous(code))
        *column += out->len - before;
    else
        *column += width_of(code);
    return length;
}

static bool is_plain(const char *s)
{
    for (; *s; s++)
        if (*s < ' ' || *s > '~')
            return false;
    return true;
}

const char *clean_text(struct arena *a, const char *s)
{
    struct buf b = {.arena = a};
    size_t n = strlen(s);
    size_t column = 0;

    if (is_plain(s))
        return s;
    for (size_t i = 0; i < n;)
        i += clean_char(&b, s + i, n - i, &column);
    return buf_text(&b);
}

const char *clean_utf8(struct arena *a, const char *s)
{
    struct buf b = {.arena = a};
    size_t n = strlen(s);

    if (is_plain(s))
        return s;
    for (size_t i = 0; i < n;) {
        int32_t code;
        size_t length = utf8_next(s + i, n - i, &code);

        if (code < 0)
            buf_str(&b, "\xef\xbf\xbd");
        else
            buf_add(&b, s + i, length);
        i += length;
    }
    return buf_text(&b);
}
