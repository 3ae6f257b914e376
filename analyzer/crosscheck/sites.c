// sites.c - the places of traces, compared with the findings once.

#include "crosscheck/join.h"

#include "base/file.h"
#include "crosscheck/paths.h"

#include <stdarg.h>
#include <string.h>

static const unsigned signs[RULES] = {
#define SIGN(rule, signs) [RULE_##rule] = (signs),
#include "crosscheck/signs.def"
#undef SIGN
};

// The targets that a site in a function of this name may concern.
struct targets_of {
    size_t count, cap;
    struct target **items;
};

void complain_of(struct crosscheck *x, bool is_damage, const char *fmt, ...)
{
    char text[512];
    struct complaint c = {.is_damage = is_damage};
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    c.text = arena_strdup(x->arena, text);
    arena_push(x->arena, x->complaints, x->ncomplaints, x->complaints_cap, c);
}

static void add_function(struct crosscheck *x, const char *name,
                         struct target *t)
{
    struct targets_of *of = map_get(&x->functions, name);

    if (!*name)
        return;
    if (!of) {
        of = arena_new(x->arena, struct targets_of);
        map_set(x->arena, &x->functions, name, of);
    }
    arena_push(x->arena, of->items, of->count, of->cap, t);
}

// The first step of its trail that lies in its file.
static uint32_t origin_line(const struct finding *f)
{
    for (uint32_t i = 0; i < f->ntrail; i++)
        if (strcmp(f->trail[i].file, f->file) == 0)
            return f->trail[i].line;
    return f->line;
}

void sites_init(struct crosscheck *x, const struct finding_list *report)
{
    x->ntargets = report->count;
    x->targets = arena_array(x->arena, struct target, report->count);
    arena_push(x->arena, x->sites, x->nsites, x->sites_cap,
               ((struct site){.place = {"", "", "", 0}}));
    for (size_t i = 0; i < report->count; i++) {
        const struct finding *f = &report->items[i];
        struct target *t = &x->targets[i];

        *t = (struct target){.finding = f,
                             .signs = signs[f->rule],
                             .origin_line = origin_line(f)};
        add_function(x, f->function, t);
        if (strcmp(f->origin, f->function) != 0)
            add_function(x, f->origin, t);
    }
}

// The very file, where the report was made in this folder.
static const char *same_file(const struct crosscheck *x, const char *name)
{
    struct arena a = {0};
    const char *same = NULL;

    for (size_t i = 0; !same && i < x->ntargets && name[0] == '/'; i++) {
        const char *file = x->targets[i].finding->file;

        if (paths_alike(path_join(&a, x->cwd, file), name))
            same = file;
        arena_reset(&a);
    }
    arena_release(&a);
    return same;
}

// The file of the report that is alike in most parts; NULL when there is none
// or two are as good.
static const char *best_file(struct crosscheck *x, const char *name)
{
    const char *best = same_file(x, name), *rival = NULL;
    size_t most = 0;

    if (best)
        return best;
    for (size_t i = 0; i < x->ntargets; i++) {
        const char *file = x->targets[i].finding->file;
        size_t n =
            best && strcmp(file, best) == 0 ? 0 : paths_alike(file, name);

        if (n > 0 && n == most)
            rival = file;
        if (n <= most)
            continue;
        best = file;
        rival = NULL;
        most = n;
    }
    if (!rival)
        return best;
    complain_of(x, false, "%s in the traces may be %s or %s: it is left out",
                name, best, rival);
    return NULL;
}

// Two files of traces that are the same one for the report.
static void check_claim(struct crosscheck *x, const char *file,
                        const char *name)
{
    const char *first = map_get(&x->claimed, file);

    if (!first)
        map_set(x->arena, &x->claimed, file, (void *)(uintptr_t)name);
    else if (!paths_alike(first, name))
        complain_of(x, false, "both %s and %s in the traces are taken for %s",
                    first, name, file);
}

static const char *file_of(struct crosscheck *x, const char *name)
{
    const char *file = map_get(&x->files, name);

    if (file)
        return file;
    file = best_file(x, name);
    if (file)
        check_claim(x, file, name);
    else
        file = name;
    map_set(x->arena, &x->files, name, (void *)(uintptr_t)file);
    return file;
}

// The test of a result stands behind the call, and names it.
static bool names_call(const char *text, const char *call)
{
    size_t n = strlen(call);

    for (const char *at = text; n && (at = strstr(at, call)); at += n)
        if (strncmp(at + n, "()", 2) == 0
            && (at == text || at[-1] == ' ' || at[-1] == '\''))
            return true;
    return false;
}

// A step of the path, after the origin, that is about this call; NULL when
// there is none.
static const struct trail_step *step_about(const struct finding *f,
                                           const struct trace_place *p)
{
    bool is_after = false;

    for (uint32_t i = 0; i < f->ntrail; i++) {
        const struct trail_step *s = &f->trail[i];

        if (strcmp(s->file, f->file) != 0)
            continue;
        if (is_after && s->line >= p->line && names_call(s->text, p->call))
            return s;
        is_after = true;
    }
    return NULL;
}

bool site_is_assumed(const struct crosscheck *x, const struct target *t,
                     uint32_t site)
{
    const struct trace_place *p = &x->sites[site].place;
    const struct trail_step *step = step_about(t->finding, p);

    for (size_t i = 0; step && i < t->nsites; i++) {
        const struct trace_place *other = &x->sites[t->sites[i]].place;

        if (other->line > p->line && other->line <= step->line
            && strcmp(other->call, p->call) == 0)
            return false;
    }
    return step != NULL;
}

// What the path takes a reference to was there before, and came in a variable.
static bool is_taken_at(const struct finding *f, uint32_t line)
{
    if (!*f->object || strcmp(f->origin, f->object) != 0)
        return false;
    for (uint32_t i = 0; i < f->ntrail; i++)
        if (f->trail[i].line == line && strcmp(f->trail[i].file, f->file) == 0)
            return true;
    return false;
}

static unsigned roles_inside(struct target *t, const struct trace_place *p)
{
    const struct finding *f = t->finding;
    unsigned roles = ROLE_INSIDE;

    if (p->line == t->origin_line) {
        bool is_named = strcmp(p->call, f->origin) == 0;

        roles |= is_named ? ROLE_ORIGIN : ROLE_NEAR;
        t->is_named |= is_named;
    }
    if (is_taken_at(f, p->line))
        roles |= ROLE_TAKE;
    if (p->line == f->line)
        roles |= ROLE_EXIT;
    return roles;
}

static void match(struct crosscheck *x, struct site *s)
{
    const struct targets_of *of = map_get(&x->functions, s->place.function);

    for (size_t i = 0; of && i < of->count; i++) {
        struct target *t = of->items[i];
        const struct finding *f = t->finding;
        struct match m = {.target = t};

        if (strcmp(f->function, s->place.function) != 0) {
            m.roles = ROLE_HELPER;
            t->is_named = true;
        } else if (strcmp(f->file, s->place.file) == 0) {
            m.roles = roles_inside(t, &s->place);
            arena_push(x->arena, t->sites, t->nsites, t->sites_cap,
                       (uint32_t)x->nsites);
        }
        if (m.roles)
            arena_push(x->arena, s->matches, s->nmatches, s->cap, m);
    }
}

uint32_t site_of(struct crosscheck *x, const char *place)
{
    uint32_t *number = map_get(&x->places, place);
    struct site s = {.nmatches = 0};

    if (number)
        return *number;
    if (trace_place(x->arena, place, &s.place) < 0)
        return 0;
    s.place.file = file_of(x, s.place.file);
    match(x, &s);
    number = arena_new(x->arena, uint32_t);
    *number = (uint32_t)x->nsites;
    arena_push(x->arena, x->sites, x->nsites, x->sites_cap, s);
    map_set(x->arena, &x->places, arena_strdup(x->arena, place), number);
    return *number;
}
