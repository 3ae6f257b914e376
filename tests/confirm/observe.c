// observe.c - see observe.h.

#include "observe.h"

#include "base/buf.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MOST = 10 };

struct event {
    const char *fields[FIELDS_MOST];
    size_t nfields;
    const char *serial;   // of its object, "" = none
    const char *function; // that called the runtime, wherever it is
    struct place place;
};

struct observer {
    struct arena *arena;
    struct arena scratch; // of one run
    const char *fixture;
    struct seen *seen;
    struct seen_function *function; // that runs
    struct event *events;           // of its run so far
    size_t count, cap;
};

const char *observed_name(enum observed kind)
{
    static const char *const names[OBSERVED_KINDS] = {
#define OBSERVED(id, name) name,
#include "observed.def"
#undef OBSERVED
    };

    return names[kind];
}

// ---- lines ----

static void split(struct event *e, char *line)
{
    for (char *tab = line; tab && e->nfields < FIELDS_MOST; line = tab) {
        tab = strchr(line, '\t');
        if (tab)
            *tab++ = '\0';
        e->fields[e->nfields++] = line;
    }
}

static bool is(const struct event *e, const char *name)
{
    return strcmp(e->fields[0], name) == 0;
}

// "0" is that of no object.
static const char *serial_of(const struct event *e)
{
    const char *serial = "";

    if (is(e, "error"))
        serial = e->fields[3];
    else if (is(e, "new") || is(e, "incref") || is(e, "decref")
             || is(e, "leak"))
        serial = e->fields[2];
    return strcmp(serial, "0") == 0 ? "" : serial;
}

// All that have a place end with it.
static void read_place(const struct observer *o, struct event *e)
{
    const char *const *at = e->fields + e->nfields - 4;

    e->function = at[2];
    if (strcmp(path_base(at[0]), o->fixture) == 0)
        e->place = (struct place){(uint32_t)atol(at[1]), at[2]};
}

// ---- observations ----

static enum observed error_kind(const struct event *e)
{
    const char *name = e->fields[1];

    if (strcmp(name, "no-object") == 0 && strtoull(e->fields[2], NULL, 16) == 0)
        return OBSERVED_NOTHING;
    return strcmp(name, "bad-count") == 0 ? OBSERVED_SHORT : OBSERVED_GONE;
}

static bool is_wrong(const struct event *e, enum observed *ret)
{
    if (is(e, "crash"))
        *ret = OBSERVED_CRASH;
    else if (is(e, "error"))
        *ret = error_kind(e);
    else if (is(e, "leak") && strcmp(e->fields[4], "0") != 0)
        *ret = OBSERVED_LEAK;
    else
        return false;
    return true;
}

static void add_place(struct arena *a, struct places *all, struct place p)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].line == p.line)
            return;
    if (p.line)
        arena_push(a, all->items, all->count, all->cap, p);
}

static void add_event(struct arena *a, const struct event *e,
                      struct observation *ret)
{
    if (is(e, "new") || is(e, "incref"))
        add_place(a, &ret->taken, e->place);
    if (is(e, "new") && e->place.line)
        ret->is_made = true;
    if (is(e, "decref") || is(e, "error"))
        add_place(a, &ret->given, e->place);
    if (strcmp(e->function, "drive_new") == 0)
        ret->is_result = true;
}

static void gather(struct observer *o, const char *serial,
                   struct observation *ret)
{
    for (size_t i = 0; *serial && i < o->count; i++)
        if (strcmp(o->events[i].serial, serial) == 0)
            add_event(&o->scratch, &o->events[i], ret);
}

static const char *key_of(struct arena *a, const struct observation *o)
{
    struct buf key = {.arena = a};

    buf_str(&key, observed_name(o->kind));
    if (o->at.line)
        buf_printf(&key, ", line %u", o->at.line);
    for (size_t i = 0; i < o->taken.count; i++)
        buf_printf(&key, ", taken in %u", o->taken.items[i].line);
    for (size_t i = 0; i < o->given.count; i++)
        buf_printf(&key, ", given in %u", o->given.items[i].line);
    buf_str(&key, o->is_result ? ", returned" : "");
    return buf_text(&key);
}

static struct place keep_place(struct arena *a, struct place p)
{
    if (p.line)
        p.function = arena_strdup(a, p.function);
    return p;
}

static struct places keep_places(struct arena *a, const struct places *all)
{
    struct places kept = {0};

    for (size_t i = 0; i < all->count; i++)
        add_place(a, &kept, keep_place(a, all->items[i]));
    return kept;
}

// The same things happen in run after run.
static void keep(struct arena *a, struct seen_function *f,
                 const struct observation *o)
{
    struct observation kept = *o;

    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(f->items[i].key, o->key) == 0) {
            f->items[i].is_first |= o->is_first;
            return;
        }
    }
    kept.at = keep_place(a, o->at);
    kept.taken = keep_places(a, &o->taken);
    kept.given = keep_places(a, &o->given);
    kept.key = arena_strdup(a, o->key);
    arena_push(a, f->items, f->count, f->cap, kept);
}

// ---- runs ----

static void end_run(struct observer *o)
{
    bool is_first = true;

    for (size_t i = 0; o->function && i < o->count; i++) {
        struct observation found = {0};

        if (!is_wrong(&o->events[i], &found.kind))
            continue;
        found.at = o->events[i].place;
        found.is_first = is_first;
        // What is alive at the end is listed there; one leak is not another's.
        is_first = is_first && found.kind == OBSERVED_LEAK;
        gather(o, o->events[i].serial, &found);
        found.key = key_of(&o->scratch, &found);
        keep(o->arena, o->function, &found);
    }
    o->function = NULL;
    o->events = NULL;
    o->count = o->cap = 0;
    arena_reset(&o->scratch);
}

static struct seen_function *function_named(struct observer *o,
                                            const char *name)
{
    struct seen_function new = {.not_run = ""};

    for (size_t i = 0; i < o->seen->count; i++)
        if (strcmp(o->seen->items[i].name, name) == 0)
            return &o->seen->items[i];
    new.name = arena_strdup(o->arena, name);
    arena_push(o->arena, o->seen->items, o->seen->count, o->seen->cap, new);
    return &o->seen->items[o->seen->count - 1];
}

static void read_function(struct observer *o, const struct event *e)
{
    struct seen_function *f = function_named(o, e->fields[1]);

    f->line = (uint32_t)atol(e->fields[2]);
    f->is_entered = strcmp(e->fields[3], "entered") == 0;
    f->not_run = arena_strdup(o->arena, e->fields[4]);
}

struct observer *observer_new(struct arena *a, const char *fixture,
                              struct seen *ret)
{
    struct observer *o = arena_new(a, struct observer);

    o->arena = a;
    o->fixture = fixture;
    o->seen = ret;
    return o;
}

// Returns false for lines that belong to a run.
static bool begin_another(struct observer *o, const struct event *e)
{
    bool is_run = is(e, "run");
    const char *name;

    if (!is_run && !is(e, "function"))
        return false;
    if (!is_run)
        read_function(o, e);
    name = arena_strdup(o->arena, e->fields[1]);
    end_run(o); // e is gone
    o->function = function_named(o, name);
    o->function->runs += is_run;
    return true;
}

void observer_line(struct observer *o, const char *line)
{
    struct event e = {.function = ""};

    split(&e, arena_strdup(&o->scratch, line));
    if (begin_another(o, &e))
        return;
    e.serial = serial_of(&e);
    if (e.nfields > 4 && !is(&e, "leak"))
        read_place(o, &e);
    arena_push(&o->scratch, o->events, o->count, o->cap, e);
}

void observer_end(struct observer *o)
{
    end_run(o);
    arena_release(&o->scratch);
}
