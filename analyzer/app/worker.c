// worker.c - unit numbers in, findings out.

#include "app/worker.h"

#include "base/file.h"
#include "interproc/interproc.h"
#include "report/report.h"

#include <string.h>
#include <unistd.h>

static const char *clean(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text);

    for (char *c = copy; *c; c++)
        if (*c == '\t' || *c == '\n' || *c == '\r')
            *c = ' ';
    return copy;
}

// The parent puts the name of the unit before it.
static const char *without_path(struct arena *a, const struct project_unit *u,
                                const char *text)
{
    const char *path = path_join(a, u->directory, u->file);
    size_t n = strlen(path);

    return strncmp(text, path, n) == 0 && strncmp(text + n, ": ", 2) == 0
               ? text + n + 2
               : text;
}

static void send_unit(struct arena *a, FILE *out, const struct ir_unit *unit,
                      const struct unit_result *r)
{
    for (size_t i = 0; i < r->findings.count; i++)
        fprintf(out, "F%s\n", finding_encode(a, &r->findings.items[i]));
    for (size_t i = 0; i < r->nfunctions; i++) {
        const struct function_result *f = &r->functions[i];

        fprintf(out, "N%d\t%zu\t%zu\t%s\t%u\t%s\t%s\n", (int)f->status,
                f->calls, f->calls_unknown, clean(a, f->file), f->line,
                clean(a, f->name), clean(a, f->why));
    }
    for (uint32_t i = 0; i < unit->nproblems; i++) {
        struct ir_pos p = unit->problems[i].pos;

        if (i == PROBLEMS_MOST) {
            fprintf(out, "P%s\t0\t0\tand %u more errors\n", unit->main,
                    unit->nproblems - i);
            break;
        }
        fprintf(out, "P%s\t%u\t%u\t%s\n",
                clean(a, p.file ? unit->files[p.file] : unit->main), p.line,
                p.col, clean(a, unit->problems[i].text));
    }
}

static void serve_unit(struct session *s, struct parser *parser,
                       const struct project_unit *u, FILE *out)
{
    struct arena a = {0};
    struct ir_unit *unit;
    struct unit_result result;
    struct flow_options flow = {.max_steps = s->options->max_steps};
    struct err err;

    if (parse_unit(parser, &a, u->directory, u->file, u->args, u->nargs,
                   &s->parse, &unit, &err) < 0) {
        fprintf(out, "X%s\n", clean(&a, without_path(&a, u, err.text)));
    }
#ifndef NDEBUG
    else if (ir_verify(unit, &err) < 0) {
        fprintf(out, "Xinternal error: %s\n", clean(&a, err.text));
    }
#endif
    else {
        unit_analyse(&a, unit, &s->rules, &flow, &result);
        send_unit(&a, out, unit, &result);
    }
    fputs(".\n", out);
    fflush(out);
    arena_release(&a);
}

struct service {
    struct session *session;
    int commands;
    FILE *out;
};

static int serve(void *arg)
{
    struct service *v = arg;
    struct parser *parser = parser_new();
    unsigned n;

    while (read(v->commands, &n, sizeof(n)) == (ssize_t)sizeof(n))
        serve_unit(v->session, parser, &v->session->project.units[n], v->out);
    parser_free(parser);
    return 0;
}

int worker_serve(struct session *s, int commands, FILE *out)
{
    struct service v = {s, commands, out};

    return parse_with_stack(serve, &v);
}
