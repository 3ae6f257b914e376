// label.c - see label.h.

#include "sight/label.h"

#include "objects/objects.h"
#include "objects/utf8.h"
#include "sight/names.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { DOTS = 3, VALUE_TEXT = 32 };

// ---- characters ----

// Whatever a reader of XML accepts, and that shows as itself.
static bool is_printable(uint32_t c)
{
    return utf8_is_shown(c) && c != 0xfffe && c != 0xffff;
}

static size_t width_of(uint32_t c)
{
    return c >= 0x1100 ? 2 : 1;
}

// ---- adding ----

// End the text in dots, before byte `at` and on the border of a character.
static void cut(struct label *l, size_t at)
{
    while (at > 0 && ((unsigned char)l->text[at] & 0xc0) == 0x80)
        at--;
    memcpy(l->text + at, "...", DOTS + 1);
    l->length = at + DOTS;
}

static void append(struct label *l, const char *bytes, size_t n)
{
    size_t room = LABEL_BYTES - 1 - l->length;

    if (l->is_full)
        return;
    l->is_full = n > room;
    memcpy(l->text + l->length, bytes, n < room ? n : room);
    l->length += n < room ? n : room;
    l->text[l->length] = '\0';
    if (l->is_full)
        cut(l, LABEL_BYTES - 1 - DOTS);
}

void label_add(struct label *l, const char *format, ...)
{
    char text[LABEL_BYTES + 8];
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    if (n > 0)
        append(l, text,
               (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

// A part of a label that may only be so wide.
struct field {
    struct label *label;
    size_t used, columns;
    size_t cut_at; // bytes of the label that leave room for the dots
    bool is_cut;
};

static void field_add(struct field *f, const char *bytes, size_t n,
                      size_t width)
{
    struct label *l = f->label;

    if (f->is_cut || l->is_full)
        return;
    if (f->used + width > f->columns) {
        cut(l, f->cut_at);
        f->is_cut = true;
        return;
    }
    append(l, bytes, n);
    f->used += width;
    if (f->used + DOTS <= f->columns)
        f->cut_at = l->length;
}

// What cannot stand for itself.
static void field_escape(struct field *f, uint32_t c)
{
    char text[16];
    int n = snprintf(text, sizeof(text), c < 0x100 ? "\\x%02x" : "\\u%04x", c);

    field_add(f, text, (size_t)n, (size_t)n);
}

static bool field_add_backslash(struct field *f, uint32_t c, char quote)
{
    char text[2] = {'\\', (char)c};

    if (c == '\n')
        text[1] = 'n';
    else if (c == '\t')
        text[1] = 't';
    else if (c == '\r')
        text[1] = 'r';
    else if (c != '\\' && c != (uint32_t)quote)
        return false;
    field_add(f, text, 2, 2);
    return true;
}

// quote: 0 = none.
static void field_add_clean(struct field *f, const char *bytes, size_t n,
                            char quote)
{
    while (n > 0 && !f->is_cut && !f->label->is_full) {
        uint32_t c = 0;
        size_t length = utf8_decode(bytes, n, &c);

        if (length == 0)
            field_escape(f, (unsigned char)*bytes);
        else if (quote && field_add_backslash(f, c, quote))
            ;
        else if (!is_printable(c))
            field_escape(f, c);
        else
            field_add(f, bytes, length, width_of(c));
        bytes += length ? length : 1;
        n -= length ? length : 1;
    }
}

static struct field field_of(struct label *l, size_t columns)
{
    return (struct field){.label = l, .columns = columns, .cut_at = l->length};
}

void label_add_text(struct label *l, const char *text, size_t columns)
{
    struct field f = field_of(l, columns);

    field_add_clean(&f, text, strlen(text), 0);
}

void label_add_quoted(struct label *l, const char *bytes, size_t n,
                      size_t columns)
{
    char quote = memchr(bytes, '\'', n) && !memchr(bytes, '"', n) ? '"' : '\'';
    struct field f;

    append(l, &quote, 1);
    f = field_of(l, columns);
    field_add_clean(&f, bytes, n, quote);
    append(l, &quote, 1);
}

// ---- objects ----

bool label_is_plain(const rc_object *o)
{
    return o->type == &rc_none_type || o->type == &rc_bool_type
           || o->type == &rc_int_type || o->type == &rc_float_type
           || o->type == &rc_str_type;
}

// The shortest text that reads back as the same number.
static void add_float(struct label *l, double value)
{
    char text[VALUE_TEXT];

    if (isnan(value) || isinf(value)) {
        label_add(l, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    if (strchr(text, ',')) // in some locales
        *strchr(text, ',') = '.';
    label_add(l, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

void label_add_value(struct label *l, rc_object *o, size_t columns)
{
    if (o->type == &rc_none_type)
        label_add(l, "none");
    else if (o->type == &rc_bool_type)
        label_add(l, "%s", int_value(o) ? "true" : "false");
    else if (o->type == &rc_int_type)
        label_add(l, "%" PRId64, int_value(o));
    else if (o->type == &rc_float_type)
        add_float(l, ((struct rc_float *)(void *)o)->value);
    else if (o->type == &rc_str_type)
        label_add_quoted(l, str_of(o)->bytes, str_of(o)->length, columns);
    else
        label_add_object(l, o);
}

void label_add_object(struct label *l, rc_object *o)
{
    const char *name = name_of(o);

    if (name) {
        label_add(l, "%s ", o->type->name);
        label_add_text(l, name, VALUE_TEXT);
        return;
    }
    if (o->type == &rc_instance_type)
        label_add(l, "instance of ");
    label_add_text(l, name_of_type(o), VALUE_TEXT);
    label_add(l, " at 0x%" PRIxPTR, (uintptr_t)o);
}
