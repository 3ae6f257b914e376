// verdict.c - from what was counted to what is said: a verdict for each
// finding, and what happened without one.

#include "crosscheck/join.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    bool is_warning;
} verdicts[VERDICTS] = {
#define VERDICT(id, name, text, is_warning) [VERDICT_##id] = {name, is_warning},
#include "crosscheck/verdicts.def"
#undef VERDICT
};

const char *verdict_name(enum verdict v)
{
    return verdicts[v].name;
}

bool crosscheck_is_bad(const struct crosschecked *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (verdicts[c->items[i].verdict].is_warning)
            return true;
    return false;
}

// What shows the finding, or NULL. An object that left by another exit does
// not; when the exit leaves no events, nobody can tell.
static const struct evidence *shown(const struct target *t)
{
    if (t->at.times)
        return &t->at;
    return t->quiet.times && !t->exit_shows ? &t->quiet : NULL;
}

// How often the path was followed from its origin to its exit. What is
// released too often may come from anywhere.
static uint64_t passes(const struct target *t)
{
    return t->made || (t->signs & SIGN_LEAK) ? t->exits : t->visits;
}

static const char *times(struct arena *a, uint64_t n)
{
    return n == 1 ? "once" : arena_printf(a, "%" PRIu64 " times", n);
}

static const char *why_no_exit(struct arena *a, const struct target *t)
{
    if (t->finding->only_oom)
        return "no allocation failed on the way to this exit";
    if (t->exit_shows)
        return "no object of the origin came to this exit";
    return arena_printf(a,
                        "no event stands on the line of this exit; of "
                        "%" PRIu64 " objects of the origin %" PRIu64
                        " were released",
                        t->made, t->released);
}

static bool is_explained(const struct group *g)
{
    for (size_t i = 0; i < g->nclaims; i++)
        if (shown(g->claims[i]))
            return true;
    return false;
}

// Something leaked that no finding tells of, and that a call of the origin may
// have brought: what is made deeper down leaves no event at the call itself.
static bool has_stray_leak(const struct crosscheck *x, const struct target *t)
{
    for (size_t i = 0; i < x->ngroups; i++) {
        const struct group *g = x->groups[i];

        if (strcmp(g->kind, "leak") == 0 && !is_explained(g)
            && strcmp(x->sites[g->site].place.function, t->finding->function)
                   != 0)
            return true;
    }
    return false;
}

static enum verdict decide(const struct crosscheck *x, const struct target *t,
                           const char **ret_why)
{
    const struct finding *f = t->finding;
    struct arena *a = x->arena;
    enum verdict v = VERDICT_UNDECIDED;

    if (!t->signs) {
        *ret_why = "what this rule is about leaves nothing in a trace";
    } else if (t->events == 0) {
        v = VERDICT_NOT_REACHED;
        *ret_why = arena_printf(a, "no event stands in %s()", f->function);
    } else if (t->made == 0 && (t->signs & SIGN_LEAK)) {
        v = VERDICT_NOT_REACHED;
        *ret_why = arena_printf(a,
                                "nothing was made or taken at the origin, "
                                "line %" PRIu32,
                                t->origin_line);
    } else if (passes(t) == 0) {
        v = VERDICT_NOT_REACHED;
        *ret_why = why_no_exit(a, t);
    } else if (t->signs & SIGN_LATER) {
        *ret_why = "the exit was reached, but an error may show elsewhere";
    } else if ((t->signs & SIGN_USE) && x->lacks_uses) {
        *ret_why = "this was reached without an error, but traces of "
                   "extensions do not show every use";
    } else if (x->is_damaged) {
        *ret_why = "a part of the traces could not be read";
    } else if (t->alive > 0 && (t->signs & SIGN_LEAK)) {
        *ret_why = arena_printf(a,
                                "%" PRIu64 " of the objects of the origin "
                                "are alive at the end, but did not come to "
                                "this exit or are held by others",
                                t->alive);
    } else if ((t->released + t->early < t->made || t->early == t->made)
               && (t->signs & SIGN_LEAK)) {
        *ret_why = arena_printf(a,
                                "%" PRIu64 " of the objects of the origin were "
                                "not seen to their end",
                                t->made - t->released);
    } else if ((t->signs & SIGN_LEAK) && has_stray_leak(x, t)) {
        *ret_why = "every object that is known to come from the origin was "
                   "released, but others leaked that no finding tells of";
    } else {
        v = VERDICT_REFUTED;
        *ret_why = arena_printf(
            a,
            t->signs & SIGN_LEAK
                ? "this exit was reached %s, and every object of the origin "
                  "was released"
                : "this was reached %s, without an error",
            times(a, passes(t)));
    }
    return v;
}

static struct crossed cross(const struct crosscheck *x, const struct target *t)
{
    const struct finding *f = t->finding;
    const struct evidence *e = shown(t);
    struct crossed c = {.verdict = VERDICT_CONFIRMED,
                        .finding = *f,
                        .rule = rule_name(f->rule)};

    c.reached = (struct reached){.function = t->events,
                                 .origin = t->made,
                                 .exit = passes(t),
                                 .released = t->released,
                                 .alive = t->alive};
    if (e) {
        c.nrun = e->nsteps;
        c.run = e->steps;
    } else {
        struct trail_step *why = arena_new(x->arena, struct trail_step);

        *why = (struct trail_step){
            .file = f->file, .line = f->line, .col = f->col};
        c.verdict = decide(x, t, &why->text);
        c.nrun = 1;
        c.run = why;
    }
    return c;
}

static struct crossed only_in_run(struct crosscheck *x, const struct group *g)
{
    const struct trace_place *p = &x->sites[g->site].place;
    bool is_leak = strcmp(g->kind, "leak") == 0;
    struct crossed c = {.verdict = VERDICT_ONLY_IN_RUN,
                        .rule = g->kind,
                        .nrun = g->seen.nsteps,
                        .run = g->seen.steps};

    c.finding = (struct finding){
        .file = p->file,
        .line = p->line,
        .function = p->function,
        .object = "",
        .origin = p->call,
        .text = arena_printf(x->arena,
                             is_leak ? "%" PRIu64 " object%s %s in %s() leaked"
                                     : "%" PRIu64 " error%s%s in %s()",
                             g->seen.times, g->seen.times == 1 ? "" : "s",
                             !is_leak                  ? ""
                             : x->sites[g->site].makes ? "made"
                                                       : "taken",
                             p->function)};
    c.reached.origin = is_leak ? g->seen.times : 0;
    c.reached.alive = c.reached.origin;
    return c;
}

static int compare_groups(const void *pa, const void *pb)
{
    const struct crossed *a = pa;
    const struct crossed *b = pb;
    int r = strcmp(a->finding.file, b->finding.file);

    if (r == 0)
        r = (a->finding.line > b->finding.line)
            - (a->finding.line < b->finding.line);
    if (r == 0)
        r = strcmp(a->rule, b->rule);
    return r ? r : strcmp(a->finding.origin, b->finding.origin);
}

void crosscheck_finish(struct crosscheck *x, struct crosschecked *ret)
{
    struct crosschecked c = {
        .traces = x->ntraces, .events = x->nevents, .sites = x->nsites - 1};

    for (size_t i = 0; i < x->ntargets; i++)
        arena_push(x->arena, c.items, c.count, c.cap, cross(x, &x->targets[i]));
    for (size_t i = 0; i < x->ngroups; i++)
        if (!is_explained(x->groups[i]))
            arena_push(x->arena, c.items, c.count, c.cap,
                       only_in_run(x, x->groups[i]));
    if (c.count > x->ntargets)
        qsort(c.items + x->ntargets, c.count - x->ntargets, sizeof(*c.items),
              compare_groups);
    objects_release(&x->objects);
    *ret = c;
}
