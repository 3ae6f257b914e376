// join.c - events into counts: what each does to its object, and to the
// findings that its site concerns. See join.h.

#include "crosscheck/join.h"

#include <inttypes.h>
#include <string.h>

enum { MOST_COMPLAINTS = 10 }; // of the lines of one trace

struct crosscheck *crosscheck_new(struct arena *a,
                                  const struct finding_list *report,
                                  const char *cwd)
{
    struct crosscheck *x = arena_new(a, struct crosscheck);

    x->arena = a;
    x->cwd = cwd;
    sites_init(x, report);
    return x;
}

const struct complaint *crosscheck_complaints(const struct crosscheck *x,
                                              size_t *ret_count)
{
    *ret_count = x->ncomplaints;
    return x->complaints;
}

static bool changes_count(enum trace_kind k)
{
    return k == TRACE_NEW || k == TRACE_INCREF || k == TRACE_DECREF;
}

// A call that makes an object may also take references to others.
static bool is_origin(const struct target *t, unsigned roles,
                      const struct site *s, enum trace_kind k)
{
    if ((roles & ROLE_TAKE) && k == TRACE_INCREF)
        return true;
    if (!(roles & (ROLE_ORIGIN | ROLE_HELPER))
        && !((roles & ROLE_NEAR) && !t->is_named))
        return false;
    return k == TRACE_NEW || (k == TRACE_INCREF && !s->makes);
}

static void pass_origin(struct crosscheck *x, struct target *t,
                        struct object *o, bool is_taken, bool by_helper)
{
    struct mark *m = object_mark(&x->objects, o, t);

    t->made += !m->is_origin;
    m->is_origin = true;
    m->is_taken = is_taken;
    m->by_helper = by_helper;
    if (!by_helper || t->nlast == MOST_LAST)
        t->nlast = 0;
    t->last[t->nlast++] = (struct last){o, o->serial};
    t->at_exit = false;
    t->fail_site = 0;
}

// The path from the last pass of the origin has come to its end.
static void pass_exit(struct target *t)
{
    if (t->made > 0 && !t->at_exit) {
        t->at_exit = true;
        t->exits++;
    }
    for (size_t i = 0; i < t->nlast; i++) {
        const struct object *o = t->last[i].object;
        struct mark *m =
            o->serial == t->last[i].serial ? object_mark_of(o, t) : NULL;

        if (!m)
            continue;
        m->at_exit = true;
        m->fail_site = t->fail_site;
    }
}

// What a helper makes, with nothing happening elsewhere, belongs together.
static void follow_helper(const struct crosscheck *x, struct target *t)
{
    if (t->helper_event + 1 != x->nevents)
        t->nlast = 0;
    t->helper_event = x->nevents;
}

static void fail_inside(const struct crosscheck *x, struct target *t,
                        uint32_t site)
{
    if (!t->finding->only_oom || !site_is_assumed(x, t, site))
        return;
    t->fail_site = site;
    pass_exit(t);
}

static void visit_exit(struct crosscheck *x, struct target *t, struct object *o,
                       enum trace_kind k)
{
    t->visits++;
    t->exit_shows = true;
    if (!t->finding->only_oom || t->fail_site)
        pass_exit(t);
    // What is released once too often need not have come from the origin.
    if (o && (t->signs & SIGN_ERROR) && changes_count(k))
        object_mark(&x->objects, o, t)->at_exit = true;
}

static void meet(struct crosscheck *x, uint32_t site, struct object *o,
                 enum trace_kind k)
{
    const struct site *s = &x->sites[site];

    for (size_t i = 0; i < s->nmatches; i++) {
        struct target *t = s->matches[i].target;
        unsigned roles = s->matches[i].roles;

        t->events += (roles & ROLE_INSIDE) != 0;
        if (roles & ROLE_HELPER)
            follow_helper(x, t);
        if (k == TRACE_FAIL && (roles & ROLE_INSIDE))
            fail_inside(x, t, site);
        else if (o && is_origin(t, roles, s, k))
            pass_origin(x, t, o, k == TRACE_INCREF, (roles & ROLE_HELPER) != 0);
        if ((roles & ROLE_EXIT) && k != TRACE_FAIL)
            visit_exit(x, t, o, k);
    }
}

static const char *type_name(struct crosscheck *x, const char *name)
{
    char *known = map_get(&x->types, name);

    if (!known) {
        known = arena_strdup(x->arena, name);
        map_set(x->arena, &x->types, known, known);
    }
    return known;
}

// An object that is told of anew, as what was there before: what happened to it
// until then is left out of the count of those that must be seen to their end.
static void forget_early(const struct crosscheck *x, uint64_t id, uint32_t site)
{
    const struct object *o = objects_find(&x->objects, id);

    if (!o || o->ended || *x->sites[site].place.file)
        return;
    for (const struct mark *m = o->marks; m; m = m->next)
        m->target->early += m->is_origin;
}

// The object of an event; NULL when it was made before the trace.
static struct object *object_of(struct crosscheck *x,
                                const struct trace_event *e, uint32_t site)
{
    struct object *o = NULL;

    if (e->serial == 0)
        return NULL;
    if (e->kind == TRACE_NEW) {
        forget_early(x, e->id, site);
        o = objects_new(&x->objects, e->id, e->serial);
        o->type = type_name(x, e->type);
        o->made = site;
        return o;
    }
    o = objects_find(&x->objects, e->id);
    return o && o->serial == e->serial ? o : NULL;
}

static void change(struct crosscheck *x, struct object *o,
                   const struct trace_event *e, uint32_t site)
{
    o->count = e->kind == TRACE_NEW ? 1 : e->count;
    object_use(&x->objects, o, site, e->kind == TRACE_DECREF ? -1 : 1);
}

// None of the references to it was lost.
static void is_released(const struct object *o)
{
    for (struct mark *m = o->marks; m; m = m->next)
        m->target->released += m->is_origin;
}

static void end(struct object *o, uint32_t site, bool is_collected)
{
    o->ended = site;
    o->is_collected = is_collected;
    o->leak_line = 0;
    is_released(o);
}

static void on_event(struct crosscheck *x, const struct trace *t,
                     const struct trace_event *e, uint32_t site)
{
    struct object *o = object_of(x, e, site);

    if (e->kind == TRACE_NEW)
        x->sites[site].makes = true;
    if (o && changes_count(e->kind))
        change(x, o, e, site);
    x->lacks_uses |= e->kind == TRACE_PASS;
    x->nforeign += e->kind == TRACE_LEAK && !o;
    if (e->kind == TRACE_LEAK && o) {
        o->leak_line = t->line;
        o->count = e->count;
        o->outside = e->outside;
    }
    meet(x, site, o, e->kind);
    if (e->kind == TRACE_ERROR)
        evidence_of_error(x, e->error, site, o, t);
    if (o && !o->ended && (e->kind == TRACE_END || e->kind == TRACE_COLLECT))
        end(o, site, e->kind == TRACE_COLLECT);
    if (o && e->kind == TRACE_STEADY)
        is_released(o);
}

static void forget_objects(struct crosscheck *x)
{
    objects_clear(&x->objects);
    for (size_t i = 0; i < x->ntargets; i++)
        x->targets[i].nlast = 0;
}

static void end_of_trace(struct crosscheck *x, struct trace *t,
                         bool is_finished, uint64_t damaged)
{
    if (ferror(t->in))
        complain_of(x, true, "%s:%" PRIu64 ": the rest cannot be read", t->path,
                    t->line);
    if (damaged > MOST_COMPLAINTS)
        complain_of(x, true, "%s: %" PRIu64 " more lines are no events",
                    t->path, damaged - MOST_COMPLAINTS);
    x->is_damaged |= damaged > 0 || ferror(t->in);
    if (!is_finished)
        complain_of(x, false,
                    "%s:%" PRIu64 ": the trace ends%s before the program did: "
                    "what was alive then counts as neither leaked nor released",
                    t->path, t->line + t->is_torn,
                    t->is_torn ? " within a line," : "");
    if (x->nforeign > 0)
        complain_of(x, false,
                    "%s: %" PRIu64 " of the objects that are alive at the end "
                    "were made before the trace: nobody knows where",
                    t->path, x->nforeign);
    x->nforeign = 0;
    evidence_of_end(x, t);
    forget_objects(x);
}

int crosscheck_trace(struct crosscheck *x, FILE *in, const char *path,
                     struct err *err)
{
    struct arena a = {0};
    struct trace *t = arena_new(&a, struct trace);
    struct trace_event e;
    struct err wrong;
    uint64_t damaged = 0;
    bool is_finished = false;
    int r = trace_begin(t, in, arena_strdup(x->arena, path), err);
    int more = 0;

    while (r == 0 && (more = trace_next(t, &e, &wrong)) != 0) {
        uint32_t site = more > 0 && e.place ? site_of(x, e.place) : 0;

        if (more > 0 && e.place && site == 0) {
            err_set(&wrong, path, (long)t->line, "this is no place in a trace");
            more = -1;
        }
        if (more < 0) {
            if (++damaged <= MOST_COMPLAINTS)
                complain_of(x, true, "%s", wrong.text);
            continue;
        }
        x->nevents++;
        is_finished |= e.kind == TRACE_FINISH;
        on_event(x, t, &e, site);
    }
    if (r == 0) {
        x->ntraces++;
        end_of_trace(x, t, is_finished, damaged);
    }
    arena_release(&a);
    return r;
}
