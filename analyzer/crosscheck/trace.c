// trace.c - see trace.h. The fields of each line are read as events.def says.

#include "crosscheck/trace.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static const struct {
    const char *word, *fields;
} table[TRACE_KINDS] = {
#define EVENT(id, word, fields) [TRACE_##id] = {word, fields},
#include "crosscheck/events.def"
#undef EVENT
};

// Move what is left to the front and fill up. False when nothing came.
static bool refill(struct trace *t)
{
    size_t left = t->end - t->begin;
    size_t n;

    memmove(t->piece, t->piece + t->begin, left);
    n = fread(t->piece + left, 1, TRACE_PIECE - left, t->in);
    t->begin = 0;
    t->end = left + n;
    return n > 0;
}

// Throw away the rest of a line that is longer than a piece.
static void skip_line(struct trace *t)
{
    const char *newline;

    do {
        t->begin = t->end = 0;
        if (!refill(t))
            return;
        newline = memchr(t->piece, '\n', t->end);
    } while (!newline);
    t->begin = (size_t)(newline - t->piece) + 1;
}

// The next line without its end. 1, 0 at the end of the file, -1 when it is
// too long.
static int next_line(struct trace *t, char **ret, size_t *ret_length)
{
    char *newline;

    while (!(newline = memchr(t->piece + t->begin, '\n', t->end - t->begin))) {
        if (t->end - t->begin == TRACE_PIECE) {
            t->line++;
            skip_line(t);
            return -1;
        }
        if (!refill(t)) {
            t->is_torn = t->end > t->begin;
            return 0;
        }
    }
    *ret = t->piece + t->begin;
    *ret_length = (size_t)(newline - *ret);
    *newline = '\0';
    t->begin += *ret_length + 1;
    t->line++;
    return 1;
}

int trace_begin(struct trace *t, FILE *in, const char *path, struct err *err)
{
    static const char word[] = "rc-trace\t";
    char *line;
    size_t n;
    int r;

    t->in = in;
    t->path = path;
    t->line = t->begin = t->end = 0;
    t->is_torn = false;
    r = next_line(t, &line, &n);
    if (ferror(in))
        err_set(err, path, 0, "cannot read: %s", strerror(errno));
    else if (r == 0 && !t->is_torn)
        err_set(err, path, 1,
                "this trace is empty: no code that leaves one has run");
    else if (r != 1 || strncmp(line, word, strlen(word)) != 0)
        err_set(err, path, 1, "this is no trace");
    else if (strcmp(line + strlen(word), "1") != 0)
        err_set(err, path, 1, "this is a trace of an unknown version");
    else
        return 0;
    return -1;
}

static bool number(const char *s, unsigned base, uint64_t most, uint64_t *ret)
{
    uint64_t n = 0;

    if (!*s)
        return false;
    for (; *s; s++) {
        unsigned digit = isdigit((unsigned char)*s) ? (unsigned)(*s - '0')
                         : *s >= 'a' && *s <= 'f'   ? (unsigned)(*s - 'a' + 10)
                                                    : base;

        if (digit >= base || n > (most - digit) / base)
            return false;
        n = n * base + digit;
    }
    *ret = n;
    return true;
}

static bool signed_number(const char *s, int64_t *ret)
{
    uint64_t n;
    bool is_negative = *s == '-';

    if (!number(s + is_negative, 10, INT64_MAX, &n))
        return false;
    *ret = is_negative ? -(int64_t)n : (int64_t)n;
    return true;
}

static bool address(const char *s, uint64_t *ret)
{
    return s[0] == '0' && s[1] == 'x' && number(s + 2, 16, UINT64_MAX, ret);
}

static bool read_field(char letter, const char *s, struct trace_event *e)
{
    uint64_t any;

    switch (letter) {
    case 'i':
        return address(s, &e->id);
    case 's':
        return number(s, 10, UINT64_MAX, &e->serial);
    case 't':
        e->type = s;
        return true;
    case 'k':
        e->error = s;
        return *s != '\0';
    case 'c':
        return signed_number(s, &e->count);
    case 'o':
        return number(s, 10, UINT64_MAX, &e->outside);
    case 'n':
        return number(s, 10, UINT64_MAX, &any);
    default:
        e->place = s;
        return true;
    }
}

// Cut the next field off; NULL when there is none. Only a place has tabs.
static char *cut(char **rest, char letter)
{
    char *field = *rest;
    char *tab = field && letter != 'p' ? strchr(field, '\t') : NULL;

    if (tab)
        *tab = '\0';
    *rest = tab ? tab + 1 : NULL;
    return field;
}

static bool read_event(char *line, struct trace_event *e)
{
    char *rest = line;
    const char *word = cut(&rest, 'w');
    int k = 0;

    while (k < TRACE_KINDS && strcmp(table[k].word, word) != 0)
        k++;
    if (k == TRACE_KINDS)
        return false;
    *e = (struct trace_event){.kind = (enum trace_kind)k};
    for (const char *f = table[k].fields; *f; f++) {
        const char *field = cut(&rest, *f);

        if (!field || !read_field(*f, field, e))
            return false;
    }
    return !rest;
}

int trace_next(struct trace *t, struct trace_event *ret, struct err *err)
{
    char *line;
    size_t n;
    int r = next_line(t, &line, &n);

    if (r == 0 || (r == 1 && strlen(line) == n && read_event(line, ret)))
        return r;
    err_set(err, t->path, (long)t->line, "this line is no event of a trace");
    return -1;
}

static int hexadecimal(char c)
{
    return isdigit((unsigned char)c) ? c - '0'
           : c >= 'a' && c <= 'f'    ? c - 'a' + 10
                                     : -1;
}

// Undo \xHH, in place.
static char *plain(char *s)
{
    char *to = s;

    for (char *p = s; *p; p++) {
        if (p[0] == '\\' && p[1] == 'x' && hexadecimal(p[2]) >= 0
            && hexadecimal(p[3]) >= 0 && (p[2] != '0' || p[3] != '0')) {
            *to++ = (char)(16 * hexadecimal(p[2]) + hexadecimal(p[3]));
            p += 3;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
    return s;
}

int trace_place(struct arena *a, const char *place, struct trace_place *ret)
{
    char *rest = arena_strdup(a, place);
    char *file = cut(&rest, 'f');
    const char *line = cut(&rest, 'l');
    char *function = cut(&rest, 'f');
    char *call = cut(&rest, 'c');
    uint64_t n = 0;

    if (!call || rest || !number(line, 10, UINT32_MAX, &n))
        return -1;
    *ret = (struct trace_place){.file = plain(file),
                                .line = (uint32_t)n,
                                .function = plain(function),
                                .call = plain(call)};
    return 0;
}
