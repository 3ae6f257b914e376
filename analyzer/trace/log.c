// log.c - events as lines of the trace. Each line goes out in one write.
//
// The runtime's audit writes lines in the same way (runtime/audit/trace.c).
// They share the format (rc/audit.h) and no code: the runtime stands on libc
// alone and is built without the analyzer, of which no layer includes what is
// outside of it. What crosscheck/trace.c reads of both keeps them alike.

#include "trace/companion.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_MOST = 2048, FIELD_MOST = 480 };

struct line {
    char text[LINE_MOST];
    size_t n;
};

static void add(struct line *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

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
    size_t first = l->n;

    add(l, "\t");
    for (; text && *text && l->n - first < FIELD_MOST; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < ' ' || c == '\\' || c == 0x7f)
            add(l, "\\x%02x", c);
        else
            add(l, "%c", c);
    }
}

static void add_place(struct line *l, const struct refcheck_place *p)
{
    add_text(l, p->file);
    add(l, "\t%d", p->line);
    add_text(l, p->function);
    add_text(l, p->call);
}

static void put(struct line *l)
{
    const char *at = l->text;

    l->text[l->n++] = '\n';
    trace.lines++;
    while (l->n && trace.fd >= 0) {
        ssize_t n = write(trace.fd, at, l->n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            perror("refcheck: the trace cannot be written");
            log_close();
            return;
        }
        at += n;
        l->n -= (size_t)n;
    }
}

static void begin(struct line *l, const char *event, const struct record *r)
{
    add(l, "%s\t0x%llx\t%lu", event, (unsigned long long)(uintptr_t)r->object,
        r->serial);
}

static void read_fail(const char *text)
{
    char *end;

    if (!text || !*text)
        return;
    trace.fail_at = strtoul(text, &end, 10);
    trace.fails_on = *end == '-';
}

void log_close(void)
{
    if (trace.fd >= 0)
        close(trace.fd);
    trace.fd = -1;
}

// Programs that this one starts are not to write over its trace.
void log_open(void)
{
    struct line l = {.n = 0};
    const char *path = getenv("RC_TRACE");

    trace.is_asked = true;
    if (!path || !*path)
        return;
    trace.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (trace.fd < 0)
        fprintf(stderr, "refcheck: %s: %s\n", path, strerror(errno));
    read_fail(getenv("RC_FAIL_ALLOC"));
    unsetenv("RC_TRACE");
    add(&l, "rc-trace\t1");
    put(&l);
}

// The size is what the type says, without what the object points to.
static size_t bytes(PyObject *o)
{
    PyTypeObject *type = Py_TYPE(o);
    size_t n = (size_t)type->tp_basicsize;

    if (type->tp_itemsize > 0 && Py_SIZE(o) != 0)
        n += (size_t)type->tp_itemsize
             * (size_t)(Py_SIZE(o) < 0 ? -Py_SIZE(o) : Py_SIZE(o));
    return n;
}

void log_new(const struct record *r, const struct refcheck_place *p)
{
    struct line l = {.n = 0};

    begin(&l, "new", r);
    add_text(&l, Py_TYPE((PyObject *)r->object)->tp_name);
    add(&l, "\t%zu", bytes(r->object));
    add_place(&l, p);
    put(&l);
}

void log_count(const char *event, const struct record *r, Py_ssize_t count,
               const struct refcheck_place *p)
{
    struct line l = {.n = 0};

    begin(&l, event, r);
    add(&l, "\t%zd", count);
    add_place(&l, p);
    put(&l);
}

void log_end(const struct record *r, const struct refcheck_place *p)
{
    struct line l = {.n = 0};

    begin(&l, "end", r);
    add_place(&l, p);
    put(&l);
}

void log_error(const char *kind, const struct record *r,
               const struct refcheck_place *p)
{
    struct line l = {.n = 0};

    add(&l, "error\t%s\t0x%llx\t%lu", kind,
        (unsigned long long)(uintptr_t)r->object, r->serial);
    add_place(&l, p);
    put(&l);
}

void log_left(const char *event, const struct record *r)
{
    struct line l = {.n = 0};

    begin(&l, event, r);
    add(&l, "\t%zd\t%zd", Py_REFCNT((PyObject *)r->object), r->outside);
    put(&l);
}

void log_pass(const struct refcheck_place *p)
{
    struct line l = {.n = 0};

    add(&l, "pass");
    add_place(&l, p);
    put(&l);
}

void log_fail(unsigned long n, const struct refcheck_place *p)
{
    struct line l = {.n = 0};

    add(&l, "fail\t%lu", n);
    add_place(&l, p);
    put(&l);
}

void log_finish(size_t alive, size_t errors)
{
    struct line l = {.n = 0};

    add(&l, "finish\t%zu\t%zu", alive, errors);
    put(&l);
}
