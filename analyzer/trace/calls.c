// calls.c - from calls of an extension to events.
//
// What a call does to a count is not looked up but seen: the count before and
// after it. Objects enter the table when a call returns them, or changes their
// count, for the first time. One with a single reference was made by that
// call; any other was there before, and the call took a reference to it.

#include "trace/companion.h"

#include <pthread.h>
#include <stdlib.h>

struct trace trace = {.fd = -1};
_Thread_local struct refcheck_call *current_call;

// Neither may be missed when this library is loaded into another program.
extern PyTypeObject PyFloat_Type __attribute__((weak));

static const struct refcheck_place nowhere = {"", 0, "", ""};

static void forget_trace(void)
{
    log_close();
}

// A program that does not mark its repetitions says nothing about leaks, so
// what is alive at its end stays open.
static bool is_tracing(void)
{
    if (!trace.is_asked) {
        log_open();
        if (trace.fd >= 0) {
            pthread_atfork(NULL, NULL, forget_trace);
            hooks_install();
        }
    }
    return trace.fd >= 0;
}

static bool is_immortal(PyObject *o)
{
#if PY_VERSION_HEX >= 0x030C0000
    return _Py_IsImmortal(o);
#else
    (void)o;
    return false;
#endif
}

// made: the place of the call under way, or nowhere, when it was there before.
static struct record *enter(PyObject *o, const struct refcheck_place *made)
{
    struct record *r = record_add(o);

    if (!r)
        return NULL;
    r->block = hooks_block(o);
    r->from = *here();
    r->is_made = made == here();
    r->touched = trace.repetition;
    hooks_watch_type(Py_TYPE(o));
    log_new(r, made);
    return r;
}

// What is there since before the first mark begins anew when a reference to it
// is taken: of its references, those count which are taken each time.
static void begin_anew(struct record *r)
{
    if (r->repetition > 0 || trace.repetition == 0 || r->is_anew)
        return;
    r->is_anew = true;
    r->is_made = false;
    r->serial = ++trace.serials;
    log_new(r, &nowhere);
}

static void count(const char *event, struct record *r, Py_ssize_t n)
{
    if (*event == 'i')
        begin_anew(r);
    r->touched = trace.repetition;
    log_count(event, r, n, here());
}

// A float may pass into its free list and out again unseen.
static bool is_another(const struct record *r, PyObject *o)
{
    return r->life != LIFE_ALIVE
           || (Py_TYPE(o) == &PyFloat_Type && Py_REFCNT(o) == 1);
}

void refcheck_call_got(struct refcheck_call *call, void *object)
{
    PyObject *o = object;
    struct record *r;

    if (current_call != call || is_immortal(o))
        return;
    r = record_find(o);
    if (r && is_another(r, o)) {
        if (r->life == LIFE_ALIVE)
            log_end(r, &nowhere);
        r = NULL;
    }
    if (!r && Py_REFCNT(o) == 1) {
        enter(o, here());
        return;
    }
    if (!r)
        r = enter(o, &nowhere);
    if (r)
        count("incref", r, Py_REFCNT(o));
}

// The record of an object that the call is about to change; NULL when nothing
// can be said.
static struct record *known(struct refcheck_watched *w)
{
    struct record *r = record_find(w->object);

    if (r && r->life == LIFE_ENDED && Py_REFCNT((PyObject *)w->object) > 0) {
        record_drop(r); // the free list gave its memory to another object
        r = NULL;
    }
    if (r && r->life != LIFE_ALIVE) {
        trace.errors++;
        log_error(w->what == 'd' ? "double-decref" : "use-after-free", r,
                  here());
        return NULL;
    }
    // What takes a reference may be what makes an object of raw memory.
    if (!r && w->what != 'i' && !is_immortal(w->object))
        r = enter(w->object, &nowhere);
    return r;
}

static void look_before(struct refcheck_watched *w)
{
    struct record *r;

    if (!w->object)
        return;
    r = known(w);
    w->count = Py_REFCNT((PyObject *)w->object);
    w->serial = r ? r->serial : 0;
    if (r && w->what == 'd' && w->count == 1) {
        count("decref", r, 0);
        w->object = NULL;
    } else if (!r && w->what != 'i') {
        w->object = NULL;
    }
}

static void look_after(struct refcheck_watched *w)
{
    PyObject *o = w->object;
    struct record *r;
    Py_ssize_t now;

    if (!o || is_immortal(o))
        return;
    r = record_find(o);
    if (!r && w->serial == 0 && Py_REFCNT(o) != w->count)
        r = enter(o, Py_REFCNT(o) == 1 ? here() : &nowhere);
    if (!r || r->life != LIFE_ALIVE || (w->serial && r->serial != w->serial))
        return;
    now = Py_REFCNT(o);
    if (now != w->count)
        count(now > w->count ? "incref" : "decref", r, now);
}

void refcheck_call_begin(struct refcheck_call *call)
{
    if (!is_tracing())
        return;
    call->outer = current_call;
    current_call = call;
    for (int i = 0; i < REFCHECK_MOST_OBJECTS; i++)
        look_before(&call->watched[i]);
}

// Said once while nothing else happens: a function may run very often.
void refcheck_call_pass(const struct refcheck_place *place)
{
    static struct refcheck_place last;
    static unsigned long lines;

    if (trace.fd < 0
        || (trace.lines == lines && last.line == place->line
            && last.file == place->file))
        return;
    log_pass(place);
    last = *place;
    lines = trace.lines;
}

void refcheck_call_end(struct refcheck_call *call)
{
    if (current_call != call)
        return;
    for (int i = 0; i < REFCHECK_MOST_OBJECTS; i++)
        look_after(&call->watched[i]);
    current_call = call->outer;
}
