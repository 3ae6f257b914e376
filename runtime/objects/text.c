// text.c - see text.h.

#include "objects/text.h"

#include "core/memory.h"
#include "objects/objects.h"
#include "objects/utf8.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { LEAST_ROOM = 64 };

// Room for n more bytes, and one for the NUL that vsnprintf() writes.
static int text_reserve(struct text *t, size_t n)
{
    size_t room = t->room ? t->room : LEAST_ROOM;
    char *bytes;

    if (n > SIZE_MAX / 4 - t->length) {
        memory_none(n);
        return -1;
    }
    while (room < t->length + n + 1)
        room *= 2;
    if (room == t->room)
        return 0;
    bytes = t->bytes ? memory_resize(t->bytes, room) : memory_new(room);
    if (!bytes)
        return -1;
    t->bytes = bytes;
    t->room = room;
    return 0;
}

int text_add_n(struct text *t, const char *bytes, size_t n)
{
    if (text_reserve(t, n) < 0)
        return -1;
    memcpy(t->bytes + t->length, bytes, n);
    t->length += n;
    return 0;
}

int text_add(struct text *t, const char *s)
{
    return text_add_n(t, s, strlen(s));
}

int text_add_arguments(struct text *t, const char *format, va_list arguments)
{
    va_list again;
    int n;

    va_copy(again, arguments);
    n = vsnprintf(NULL, 0, format, arguments);
    if (n < 0)
        rc_error_set(RC_ERROR_VALUE, "cannot format: %s", format);
    else if (text_reserve(t, (size_t)n) < 0)
        n = -1;
    if (n >= 0) {
        vsnprintf(t->bytes + t->length, (size_t)n + 1, format, again);
        t->length += (size_t)n;
    }
    va_end(again);
    return n < 0 ? -1 : 0;
}

int text_add_format(struct text *t, const char *format, ...)
{
    va_list arguments;
    int r;

    va_start(arguments, format);
    r = text_add_arguments(t, format, arguments);
    va_end(arguments);
    return r;
}

int text_add_repr(struct text *t, rc_object *o)
{
    char digits[INT_TEXT_BYTES];
    rc_object *shown;
    int r;

    if (is_exact_str(o))
        return text_add_quoted(t, str_of(o)->bytes, str_of(o)->length);
    if (is_exact_int(o))
        return text_add_n(t, digits, int_text(int_value(o), digits));
    shown = rc_repr(o);
    if (!shown)
        return -1;
    r = text_add_n(t, str_of(shown)->bytes, str_of(shown)->length);
    rc_decref(shown);
    return r;
}

rc_object *text_to_str(struct text *t)
{
    rc_object *s = rc_str_new_n(t->bytes ? t->bytes : "", t->length);

    text_release(t);
    return s;
}

void text_release(struct text *t)
{
    memory_free(t->bytes);
    *t = (struct text){0};
}

// ---- quotes ----

// What a character is written as behind a backslash, 0 when it stands for
// itself or as a number.
static char escape_of(uint32_t code, char quote)
{
    switch (code) {
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\\':
        return '\\';
    default:
        return (char)(code == (unsigned char)quote ? quote : '\0');
    }
}

static int add_escaped(struct text *t, uint32_t code, char quote)
{
    char escape = escape_of(code, quote);

    if (escape)
        return text_add_format(t, "\\%c", escape);
    if (code < 0x100)
        return text_add_format(t, "\\x%02" PRIx32, code);
    return text_add_format(
        t, code < 0x10000 ? "\\u%04" PRIx32 : "\\U%08" PRIx32, code);
}

// Single quotes, unless double ones save escapes.
int text_add_quoted(struct text *t, const char *bytes, size_t n)
{
    char quote = memchr(bytes, '\'', n) && !memchr(bytes, '"', n) ? '"' : '\'';
    size_t length = t->length, plain = 0; // written up to there

    if (text_add_n(t, &quote, 1) < 0)
        return -1;
    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        size_t width = utf8_decode(bytes + i, n - i, &code);

        if (!utf8_is_shown(code) || escape_of(code, quote)) {
            if (text_add_n(t, bytes + plain, i - plain) < 0
                || add_escaped(t, code, quote) < 0)
                goto fail;
            plain = i + width;
        }
        i += width;
    }
    if (text_add_n(t, bytes + plain, n - plain) < 0
        || text_add_n(t, &quote, 1) < 0)
        goto fail;
    return 0;
fail:
    t->length = length;
    return -1;
}
