// utf8.c - see utf8.h. Most text is ASCII: it is passed eight bytes at a time.

#include "objects/utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

// How many bytes at the start are ASCII, in whole words and then single.
static size_t ascii_prefix(const char *bytes, size_t n)
{
    size_t i = 0;

    for (uint64_t word; n - i >= sizeof(word); i += sizeof(word)) {
        memcpy(&word, bytes + i, sizeof(word));
        if (word & HIGH_BITS)
            break;
    }
    while (i < n && !(bytes[i] & 0x80))
        i++;
    return i;
}

bool utf8_is_ascii(const char *bytes, size_t n)
{
    return ascii_prefix(bytes, n) == n;
}

// The number of bytes that a first byte announces, 0 for none.
static size_t width_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc0)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
}

size_t utf8_decode(const char *bytes, size_t n, uint32_t *ret_code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t width = n ? width_of((unsigned char)bytes[0]) : 0;
    uint32_t code;

    if (width == 0 || width > n)
        return 0;
    code = (unsigned char)bytes[0] & bits[width];
    for (size_t i = 1; i < width; i++) {
        unsigned char next = (unsigned char)bytes[i];

        if ((next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3f);
    }
    if (code < least[width] || code > 0x10ffff
        || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *ret_code = code;
    return width;
}

size_t utf8_valid(const char *bytes, size_t n)
{
    size_t i = ascii_prefix(bytes, n), width;
    uint32_t code;

    while (i < n && (width = utf8_decode(bytes + i, n - i, &code)) > 0) {
        i += width;
        i += ascii_prefix(bytes + i, n - i);
    }
    return i;
}

static bool begins_character(char byte)
{
    return (byte & 0xc0) != 0x80;
}

size_t utf8_count(const char *bytes, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += begins_character(bytes[i]);
    return count;
}

size_t utf8_offset(const char *bytes, size_t n, size_t index)
{
    size_t at = 0;

    for (; at < n; at++) {
        if (begins_character(bytes[at]) && index-- == 0)
            break;
    }
    return at;
}

bool utf8_is_shown(uint32_t code)
{
    // Spaces other than ' ', marks without a shape, private characters.
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x7f, 0xa0},        {0xad, 0xad},       {0x600, 0x605},
        {0x61c, 0x61c},      {0x6dd, 0x6dd},     {0x70f, 0x70f},
        {0x890, 0x891},      {0x8e2, 0x8e2},     {0x1680, 0x1680},
        {0x180e, 0x180e},    {0x2000, 0x200f},   {0x2028, 0x202f},
        {0x205f, 0x206f},    {0x3000, 0x3000},   {0xd800, 0xf8ff},
        {0xfeff, 0xfeff},    {0xfff9, 0xfffb},   {0x110bd, 0x110bd},
        {0x110cd, 0x110cd},  {0x13430, 0x13438}, {0x1bca0, 0x1bca3},
        {0x1d173, 0x1d17a},  {0xe0001, 0xe0001}, {0xe0020, 0xe007f},
        {0xf0000, 0x10ffff},
    };

    if (code < 0x7f)
        return code >= ' ';
    for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++) {
        if (code <= hidden[i].last)
            return code < hidden[i].first;
    }
    return true;
}
