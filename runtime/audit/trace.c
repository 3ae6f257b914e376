// trace.c - events as lines of a file; the format is in rc/audit.h. Each line
// goes out in one write, so that a trace ends with a whole one whatever
// happens to the program.
//
// `refcheck trace` writes lines in the same way (analyzer/trace/log.c), but the
// runtime stands on libc alone: they share the format and no code.

#include "audit/audit.h"
#include "audit/hooks.h"
#include "sight/label.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <unistd.h>

enum { LINE_MOST = 2048 };

struct line {
    char text[LINE_MOST];
    size_t n;
};

static void add(struct line *l, const char *format, ...) RC_PRINTF(2, 3);

static void add(struct line *l, const char *format, ...)
{
    size_t room = LINE_MOST - 1 - l->n;
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(l->text + l->n, room, format, arguments);
    va_end(arguments);
    if (n > 0)
        l->n += (size_t)n < room ? (size_t)n : room - 1;
}

static void add_text(struct line *l, const char *text)
{
    enum { FIELD_MOST = 480 };
    size_t first = l->n;

    add(l, "\t");
    for (; *text && l->n - first < FIELD_MOST; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < ' ' || c == '\\' || c == 0x7f)
            add(l, "\\x%02x", c);
        else
            add(l, "%c", c);
    }
}

static void add_place(struct line *l, const struct rc_site *s)
{
    add_text(l, s->file ? s->file : "");
    add(l, "\t%d", s->line);
    add_text(l, s->function ? s->function : "");
    add_text(l, s->call ? s->call : "");
}

// What cannot be written ends the trace, once and aloud.
static void put(struct line *l)
{
    const char *at = l->text;
    int fd = fileno(audit.trace);

    l->text[l->n++] = '\n';
    while (l->n) {
        ssize_t n = write(fd, at, l->n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            perror("rc: RC_TRACE: cannot write");
            fclose(audit.trace);
            audit.trace = NULL;
            return;
        }
        at += n;
        l->n -= (size_t)n;
    }
}

static void begin(struct line *l, const char *event, const void *o,
                  uint64_t serial)
{
    add(l, "%s\t0x%" PRIxPTR "\t%" PRIu64, event, (uintptr_t)o, serial);
}

void trace_begin(const char *path)
{
    static struct line first = {.text = "rc-trace\t1", .n = 10};
    struct line l = first;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    audit.trace = fd < 0 ? NULL : fdopen(fd, "w");
    if (audit.trace)
        put(&l);
}

void trace_new(const rc_object *o, const struct record *r)
{
    struct line l = {.n = 0};

    begin(&l, "new", o, r->serial);
    add_text(&l, o->type->name);
    add(&l, "\t%zu", object_bytes(o));
    add_place(&l, &rc_site_);
    put(&l);
}

void trace_count(const char *event, const void *o, uint64_t serial,
                 int64_t count)
{
    struct line l = {.n = 0};

    begin(&l, event, o, serial);
    add(&l, "\t%" PRId64, count);
    add_place(&l, &rc_site_);
    put(&l);
}

void trace_end(const char *event, const void *o, uint64_t serial)
{
    struct line l = {.n = 0};

    begin(&l, event, o, serial);
    add_place(&l, &rc_site_);
    put(&l);
}

void trace_error(enum rc_audit_kind kind, const void *o, uint64_t serial)
{
    struct line l = {.n = 0};

    add(&l, "error\t%s", rc_audit_kind_name(kind));
    add(&l, "\t0x%" PRIxPTR "\t%" PRIu64, (uintptr_t)o, serial);
    add_place(&l, &rc_site_);
    put(&l);
}

void trace_leak(const void *o, uint64_t serial, size_t count, size_t outside)
{
    struct line l = {.n = 0};

    begin(&l, "leak", o, serial);
    add(&l, "\t%zu\t%zu", count, outside);
    put(&l);
}

void trace_fail(uint64_t n)
{
    struct line l = {.n = 0};

    add(&l, "fail\t%" PRIu64, n);
    add_place(&l, &rc_site_);
    put(&l);
}

void trace_finish(size_t alive, size_t errors)
{
    struct line l = {.n = 0};

    add(&l, "finish\t%zu\t%zu", alive, errors);
    put(&l);
}
