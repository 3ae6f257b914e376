// evidence.c - what a trace shows of a finding, or without one: leaks and
// errors, with the life of one object for each.

#include "crosscheck/join.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool says_gone(const char *kind)
{
    static const char *const kinds[] = {
#define SIGN(rule, signs)
#define KIND(name) name,
#include "crosscheck/signs.def"
#undef SIGN
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (strcmp(kinds[i], kind) == 0)
            return true;
    return false;
}

// ---- the life of an object, as notes ----

struct story {
    struct crosscheck *x;
    size_t count, cap;
    struct trail_step *steps;
};

static void tell(struct story *s, const char *file, uint64_t line,
                 const char *text)
{
    struct trail_step step = {.file = file,
                              .line = line <= UINT32_MAX ? (uint32_t)line
                                                         : UINT32_MAX,
                              .text = text};

    arena_push(s->x->arena, s->steps, s->count, s->cap, step);
}

static void tell_site(struct story *s, uint32_t site, const char *what)
{
    const struct trace_place *p = &s->x->sites[site].place;

    if (site == 0 || !*p->file)
        return;
    tell(s, p->file, p->line,
         arena_printf(
             s->x->arena, "%s%s%s in %s()", what, *p->call ? " by " : "",
             *p->call ? arena_printf(s->x->arena, "%s()", p->call) : "",
             p->function));
}

static void tell_uses(struct story *s, const struct object *o)
{
    struct arena *a = s->x->arena;

    for (const struct use *u = o->uses; u; u = u->next)
        if (u->site != o->made || u->taken + u->given > 1)
            tell_site(s, u->site,
                      arena_printf(a,
                                   "%" PRIu64 " taken, %" PRIu64 " given back",
                                   u->taken, u->given));
}

static void tell_life(struct story *s, const struct object *o,
                      uint32_t fail_site)
{
    tell_site(s, o->made,
              arena_printf(s->x->arena, "the %s is made here", o->type));
    tell_site(s, fail_site, "an allocation is made to fail here");
    tell_uses(s, o);
    tell_site(s, o->ended,
              o->is_collected ? "the collector frees it" : "it is freed");
}

// The first story is kept.
static bool count_it(struct evidence *e)
{
    return e->times++ == 0;
}

static void keep_story(struct evidence *e, const struct story *s)
{
    e->nsteps = s->count;
    e->steps = s->steps;
}

static void tell_leak(struct crosscheck *x, struct evidence *e,
                      const struct object *o, uint32_t fail_site,
                      const struct trace *t)
{
    struct story s = {.x = x};

    if (!count_it(e))
        return;
    tell_life(&s, o, fail_site);
    tell(&s, t->path, o->leak_line,
         arena_printf(x->arena,
                      "it is alive at the end with count %" PRId64 "; %" PRIu64
                      " of the references %s in no object",
                      o->count, o->outside, o->outside == 1 ? "is" : "are"));
    keep_story(e, &s);
}

static void tell_error(struct crosscheck *x, struct evidence *e,
                       const char *kind, uint32_t site, const struct object *o,
                       const struct trace *t)
{
    struct story s = {.x = x};

    if (!count_it(e))
        return;
    if (o)
        tell_life(&s, o, 0);
    tell_site(&s, site, arena_printf(x->arena, "%s", kind));
    tell(&s, t->path, t->line, "the trace says so here");
    keep_story(e, &s);
}

// ---- groups ----

struct claims {
    size_t count;
    struct target *targets[MOST_CLAIMS];
};

static void claim(struct claims *c, struct target *t)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->targets[i] == t)
            return;
    if (c->count < MOST_CLAIMS)
        c->targets[c->count++] = t;
}

static struct group *group_of(struct crosscheck *x, const char *kind,
                              uint32_t site, const struct claims *c)
{
    char key[64 + MOST_CLAIMS * 12];
    int n = snprintf(key, sizeof(key), "%.40s %" PRIu32, kind, site);
    struct group *g;

    for (size_t i = 0; i < c->count; i++)
        n += snprintf(key + n, sizeof(key) - (size_t)n, " %zu",
                      (size_t)(c->targets[i] - x->targets));
    g = map_get(&x->group_of, key);
    if (g)
        return g;
    g = arena_new(x->arena, struct group);
    g->kind = arena_strdup(x->arena, kind);
    g->site = site;
    g->nclaims = c->count;
    memcpy(g->claims, c->targets, sizeof(g->claims));
    map_set(x->arena, &x->group_of, arena_strdup(x->arena, key), g);
    arena_push(x->arena, x->groups, x->ngroups, x->groups_cap, g);
    return g;
}

// ---- errors ----

// One at the exit of a finding is what it says. Elsewhere, it is when the
// object came along that path.
void evidence_of_error(struct crosscheck *x, const char *kind, uint32_t site,
                       const struct object *o, const struct trace *t)
{
    const struct site *s = &x->sites[site];
    struct claims claims = {.count = 0};

    for (size_t i = 0; says_gone(kind) && i < s->nmatches; i++) {
        struct target *target = s->matches[i].target;

        if (!(s->matches[i].roles & ROLE_EXIT) || !(target->signs & SIGN_ERROR))
            continue;
        claim(&claims, target);
        tell_error(x, &target->at, kind, site, o, t);
    }
    for (const struct mark *m = o && says_gone(kind) && !claims.count ? o->marks
                                                                      : NULL;
         m; m = m->next) {
        if (!(m->target->signs & SIGN_ERROR) || !m->at_exit)
            continue;
        claim(&claims, m->target);
        tell_error(x, &m->target->at, kind, site, o, t);
    }
    tell_error(x, &group_of(x, kind, site, &claims)->seen, kind, site, o, t);
}

// ---- the end of a trace ----

static bool is_used_in(const struct crosscheck *x, const struct object *o,
                       const char *function)
{
    for (const struct use *u = o->uses; u; u = u->next)
        if (strcmp(x->sites[u->site].place.function, function) == 0)
            return true;
    return false;
}

// Whose leak is an object that a helper made? No event says who called it. It
// is that of a function that used it, or else of the only one that could.
static bool is_helped(const struct crosscheck *x, const struct object *o,
                      const struct finding *f)
{
    size_t others = 0;

    if (is_used_in(x, o, f->function))
        return true;
    for (const struct use *u = o->uses; u; u = u->next)
        if (strcmp(x->sites[u->site].place.function, f->origin) != 0)
            return false;
    for (const struct mark *m = o->marks; m; m = m->next)
        others += m->target->finding != f;
    return others == 0;
}

// What was taken was also given back, as far as this function goes.
static bool is_balanced(const struct crosscheck *x, const struct object *o,
                        const char *function)
{
    uint64_t taken = 0, given = 0;

    for (const struct use *u = o->uses; u; u = u->next) {
        if (strcmp(x->sites[u->site].place.function, function) != 0)
            continue;
        taken += u->taken;
        given += u->given;
    }
    return taken <= given;
}

static bool may_be_leak_of(const struct crosscheck *x, const struct object *o,
                           const struct mark *m)
{
    const struct target *t = m->target;

    if (!m->is_origin || !(t->signs & SIGN_LEAK)
        || (t->finding->only_oom && !m->at_exit)
        || (m->is_taken && is_balanced(x, o, t->finding->function)))
        return false;
    return !m->by_helper || (t->events > 0 && is_helped(x, o, t->finding));
}

// Findings in which a helper made an object like this one, of which no event
// says whether this one was theirs.
static void tell_helped(struct story *s, const struct object *o)
{
    for (const struct mark *m = o->marks; m; m = m->next) {
        const struct finding *f = m->target->finding;

        if (m->by_helper)
            tell(s, f->file, f->line,
                 arena_printf(s->x->arena,
                              "%s() may have lost it here, as the report says",
                              f->function));
    }
}

// Where an object came to be known: of one that was there before, where the
// first reference to it was taken.
static uint32_t first_site(const struct crosscheck *x, const struct object *o)
{
    const struct use *u = o->uses; // the first is where it was made

    while (u && !*x->sites[u->site].place.file)
        u = u->next;
    return u ? u->site : o->made;
}

static void leak_of(struct crosscheck *x, const struct object *o,
                    const struct trace *t)
{
    struct claims claims = {.count = 0};
    struct evidence *e;

    for (const struct mark *m = o->marks; m; m = m->next) {
        if (!may_be_leak_of(x, o, m))
            continue;
        claim(&claims, m->target);
        tell_leak(x, m->at_exit ? &m->target->at : &m->target->quiet, o,
                  m->fail_site, t);
    }
    e = &group_of(x, "leak", first_site(x, o), &claims)->seen;
    tell_leak(x, e, o, 0, t);
    if (e->times == 1 && claims.count == 0) {
        struct story s = {x, e->nsteps, e->nsteps, e->steps};

        tell_helped(&s, o);
        keep_story(e, &s);
    }
}

struct alive {
    struct arena arena;
    size_t count, cap;
    const struct object **objects;
    bool any_held; // from outside of all objects
};

static int compare_serials(const void *pa, const void *pb)
{
    const struct object *a = *(const struct object *const *)pa;
    const struct object *b = *(const struct object *const *)pb;

    return (a->serial > b->serial) - (a->serial < b->serial);
}

static void find_alive(const struct crosscheck *x, struct alive *alive)
{
    for (size_t i = 0; i < x->objects.nslots; i++) {
        const struct object *o = x->objects.slots[i];

        if (!o || !o->leak_line)
            continue;
        for (const struct mark *m = o->marks; m; m = m->next)
            m->target->alive += m->is_origin;
        alive->any_held |= o->outside > 0;
        arena_push(&alive->arena, alive->objects, alive->count, alive->cap, o);
    }
    if (alive->count)
        qsort(alive->objects, alive->count, sizeof(const struct object *),
              compare_serials);
}

// What only other objects hold goes when these do: they are the leak. Where
// nobody holds any, they hold each other.
void evidence_of_end(struct crosscheck *x, const struct trace *t)
{
    struct alive alive = {.count = 0};

    find_alive(x, &alive);
    for (size_t i = 0; i < alive.count; i++)
        if (alive.objects[i]->outside > 0 || !alive.any_held)
            leak_of(x, alive.objects[i], t);
    arena_release(&alive.arena);
}
