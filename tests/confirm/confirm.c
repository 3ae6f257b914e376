// confirm.c - compare what refcheck finds in a fixture with what its functions
// do when they run.
//
//     confirm SOURCE DRIVER REFCHECK ARGUMENTS...
//
// The command behind DRIVER prints the findings as JSON lines. It is an error
// when something is found that no run shows, when a run shows what is not found
// (and no `known-miss:` comment admits it), and when a function is not run, or
// a helper never called.

#include "base/file.h"
#include "judge.h"
#include "programs.h"
#include "report/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct confirm {
    struct arena arena;
    const char *path, *source;
    struct finding_list findings; // and then what is known to be missed
    size_t missed;
    struct seen seen;
    size_t problems, runs, not_run;
};

static void complain(struct confirm *c, uint32_t line, const char *text)
{
    printf("%s:%u: %s\n", c->path, line, text);
    c->problems++;
}

static bool meets(const struct confirm *c, const struct finding *f,
                  const struct seen_function *s, const struct observation *o)
{
    return strcmp(f->function, s->name) == 0 && judge_meets(c->source, f, o);
}

static void judge_observation(struct confirm *c, const struct seen_function *s,
                              const struct observation *o)
{
    for (size_t i = 0; i < c->findings.count; i++)
        if (meets(c, &c->findings.items[i], s, o))
            return;
    complain(
        c, s->line,
        arena_printf(&c->arena, "%s: seen and not found: %s", s->name, o->key));
}

static bool is_confirmed(const struct confirm *c, const struct finding *f)
{
    for (size_t i = 0; i < c->seen.count; i++) {
        const struct seen_function *s = &c->seen.items[i];

        for (size_t k = 0; k < s->count; k++)
            if (meets(c, f, s, &s->items[k]))
                return true;
        if (*s->not_run && strcmp(s->name, f->function) == 0)
            return true;
    }
    return false;
}

static void judge_function(struct confirm *c, const struct seen_function *s)
{
    c->runs += s->runs;
    if (*s->not_run) {
        printf("%s:%u: %s is not run: %s\n", c->path, s->line, s->name,
               s->not_run);
        c->not_run++;
    } else if (!s->is_entered) {
        complain(c, s->line,
                 arena_printf(&c->arena, "%s: no run enters it", s->name));
    }
    for (size_t i = 0; i < s->count; i++)
        judge_observation(c, s, &s->items[i]);
}

static void judge_all(struct confirm *c)
{
    for (size_t i = 0; i < c->seen.count; i++)
        judge_function(c, &c->seen.items[i]);
    for (size_t i = 0; i < c->findings.count; i++) {
        const struct finding *f = &c->findings.items[i];

        if (!is_confirmed(c, f))
            complain(c, f->line,
                     arena_printf(&c->arena, "%s: not seen: %s(%s)",
                                  f->function, rule_name(f->rule), f->object));
    }
}

// The last function that begins in front of a line.
static const char *function_at(const struct confirm *c, uint32_t line)
{
    const struct seen_function *last = NULL;

    for (size_t i = 0; i < c->seen.count; i++) {
        const struct seen_function *s = &c->seen.items[i];

        if (s->line <= line && (!last || s->line > last->line))
            last = s;
    }
    return last ? last->name : "";
}

static void add_missed(struct confirm *c)
{
    struct expectations all = {0};

    expectations_read(&c->arena, c->source, &all);
    for (size_t i = 0; i < all.count; i++) {
        const struct expectation *e = &all.items[i];
        struct finding f = {.file = c->path,
                            .line = e->line,
                            .function = function_at(c, e->line),
                            .rule = e->rule,
                            .object = e->object ? e->object : ""};

        if (e->kind != EXPECT_KNOWN_MISS)
            continue;
        finding_add(&c->arena, &c->findings, &f);
        c->missed++;
    }
}

static int look(struct confirm *c, char **argv, struct err *err)
{
    char *source;

    c->path = argv[1];
    if (file_read(&c->arena, c->path, &source, NULL, err) < 0)
        return -1;
    c->source = source;
    if (program_findings(&c->arena, argv + 3, NULL, &c->findings, err) < 0)
        return -1;
    return program_runs(&c->arena, argv[2], path_base(c->path), &c->seen, err);
}

int main(int argc, char **argv)
{
    struct confirm c = {0};
    struct err err;

    if (argc < 4) {
        fprintf(stderr, "usage: %s SOURCE DRIVER REFCHECK ARGUMENTS...\n",
                argv[0]);
        return EXIT_FAILURE;
    }
    if (look(&c, argv, &err) < 0) {
        fprintf(stderr, "%s\n", err.text);
        c.problems++;
    } else {
        add_missed(&c);
        judge_all(&c);
        printf("%zu functions, %zu not run; %zu runs; %zu findings, "
               "%zu known misses\n",
               c.seen.count, c.not_run, c.runs, c.findings.count - c.missed,
               c.missed);
    }
    arena_release(&c.arena);
    return c.problems ? EXIT_FAILURE : EXIT_SUCCESS;
}
