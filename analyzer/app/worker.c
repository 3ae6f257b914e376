// worker.c - unit numbers in, findings out.

#include "app/worker.h"

#include "base/file.h"
#include "interproc/interproc.h"
#include "report/report.h"
#include "shape/shape.h"

#include <stdlib.h>
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

// A unit that is kept between rounds.
struct held {
    struct arena arena;
    const struct ir_unit *ir;
    struct finding_list shape; // what no round changes
    struct unit_walk *walk;    // NULL: not here
    struct unit_result result; // of the last round that brought news
    const char *slots;         // what was sent of the slots of its types
};

static void send_problem(struct arena *a, FILE *out, const struct ir_unit *unit,
                         const struct ir_problem *p, char kind)
{
    fprintf(out, "%c%s\t%u\t%u\t%s\n", kind,
            clean(a, p->pos.file ? unit->files[p->pos.file] : unit->main),
            p->pos.line, p->pos.col, clean(a, p->text));
}

static void send_findings(struct arena *a, FILE *out,
                          const struct finding_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        fprintf(out, "F%s\n", finding_encode(a, &list->items[i]));
}

// As it will be printed; further lines begin with another letter.
static void send_explanation(struct arena *a, FILE *out,
                             const struct session *s,
                             const struct explanation *e)
{
    struct report_options o = {.root = s->project.root, .cwd = path_cwd(a)};
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);

    if (!memory)
        return;
    if (s->options->format == FORMAT_JSONL)
        report_explanation_jsonl(memory, e, &o);
    else
        report_explanation(memory, e, &o);
    fclose(memory);
    fprintf(out, "E%d", e->has_body);
    for (const char *c = text; *c; c++) {
        fputc(*c, out);
        if (*c == '\n' && c[1])
            fputc('e', out);
    }
    free(text);
}

// What the slots of types do is known once their callees are, and other units
// have said what they store in fields. Returns whether there is news.
static bool check_slots(const struct session *s, struct held *h,
                        const struct rules *facts)
{
    struct arena a = {0};
    struct finding_list list = {0};
    const char *old = h->slots ? h->slots : "";
    char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);

    h->slots = old;
    if (!memory)
        return false;
    slots_check(&a, h->ir, &s->rules, unit_flow(h->walk), facts, &list);
    send_findings(&a, memory, &list);
    arena_release(&a);
    fclose(memory);
    h->slots = arena_strdup(&h->arena, text);
    free(text);
    return strcmp(old, h->slots) != 0;
}

static void send_unit(const struct session *s, struct held *h, FILE *out)
{
    const struct ir_unit *unit = h->ir;
    const struct unit_result *r = &h->result;
    struct arena *a = &h->arena;

    send_findings(a, out, &h->shape);
    send_findings(a, out, &r->findings);
    fputs(h->slots, out);
    for (size_t i = 0; i < r->nfunctions; i++) {
        const struct function_result *f = &r->functions[i];

        fprintf(out, "N%d\t%zu\t%zu\t%s\t%u\t%s\t%s\n", (int)f->status,
                f->calls, f->calls_unknown, clean(a, f->file), f->line,
                clean(a, f->name), clean(a, f->why));
    }
    for (size_t i = 0; i < r->nexplanations; i++)
        send_explanation(a, out, s, r->explanations[i]);
    for (size_t i = 0; i < r->nproblems; i++)
        send_problem(a, out, unit, &r->problems[i], 'P');
    for (size_t i = 0; i < r->nwarnings; i++)
        send_problem(a, out, unit, &r->warnings[i], 'W');
    for (uint32_t i = 0; i < unit->nproblems; i++) {
        if (i == PROBLEMS_MOST) {
            fprintf(out, "P%s\t0\t0\tand %u more errors\n", unit->main,
                    unit->nproblems - i);
            break;
        }
        send_problem(a, out, unit, &unit->problems[i], 'P');
    }
}

struct service {
    struct session *session;
    struct parser *parser;
    int commands, facts_fd;
    FILE *out;
    struct held *held; // [unit]
    struct arena arena;
    struct rules facts; // of the round that is under way
    uint32_t round;     // that they are of
};

// What is in the file of facts stays as it is while a round lasts.
static int read_facts(struct service *v, const struct command *c)
{
    char *text = arena_array(&v->arena, char, c->facts_size + 1);
    struct err err;

    v->round = c->round;
    // Rows name the grammars of the rules.
    v->facts = (struct rules){.arena = &v->arena,
                              .ngrammars = v->session->rules.ngrammars,
                              .grammars_cap = v->session->rules.ngrammars,
                              .grammars = v->session->rules.grammars};
    if (pread(v->facts_fd, text, c->facts_size, 0) != (ssize_t)c->facts_size)
        return -1;
    return rules_parse(&v->facts, text, "facts", &err);
}

static int open_unit(struct service *v, const struct project_unit *u,
                     struct held *h)
{
    struct flow_options flow = {.max_steps = v->session->options->max_steps,
                                .explain = v->session->options->explain};
    struct ir_unit *unit;
    struct err err;

    if (parse_unit(v->parser, &h->arena, u->directory, u->file, u->args,
                   u->nargs, &v->session->parse, &unit, &err)
        < 0) {
        fprintf(v->out, "X%s\n",
                clean(&h->arena, without_path(&h->arena, u, err.text)));
        return -1;
    }
#ifndef NDEBUG
    if (ir_verify(unit, &err) < 0) {
        fprintf(v->out, "Xinternal error: %s\n", clean(&h->arena, err.text));
        return -1;
    }
#endif
    h->ir = unit;
    shape_check(&h->arena, unit, &v->session->rules, &h->shape);
    h->walk = unit_begin(&h->arena, unit, &v->session->rules, &flow);
    return 0;
}

static void send_answer(struct service *v, const struct command *c,
                        struct held *h)
{
    send_unit(v->session, h, v->out);
    if (c->is_last)
        return;
    unit_publish(h->walk, v->out, "C");
    slots_publish(h->ir, &v->session->rules, unit_flow(h->walk), v->out, "C");
}

static void serve_unit(struct service *v, const struct command *c)
{
    struct held *h = &v->held[c->unit];
    const struct rules *facts = c->facts_size ? &v->facts : NULL;
    // A project of one unit has no others that could say more.
    bool is_all = c->is_last && !v->session->options->files.count;
    bool is_new;

    if (c->facts_size && c->round != v->round && read_facts(v, c) < 0)
        fputs("Xinternal error: facts cannot be read\n", v->out);
    else if (h->walk
             || open_unit(v, &v->session->project.units[c->unit], h) == 0) {
        is_new = unit_round(h->walk, facts, &h->result);
        if (check_slots(v->session, h, is_all ? &v->facts : facts) || is_new)
            send_answer(v, c, h);
        else
            fputs("=\n", v->out);
    }
    fputs(".\n", v->out);
    fflush(v->out);
    if (!h->walk || c->is_last) {
        arena_release(&h->arena);
        *h = (struct held){.walk = NULL};
    }
}

static int serve(void *arg)
{
    struct service *v = arg;
    struct command c;

    v->parser = parser_new();
    while (read(v->commands, &c, sizeof(c)) == (ssize_t)sizeof(c))
        serve_unit(v, &c);
    parser_free(v->parser);
    return 0;
}

int worker_serve(struct session *s, int commands, int facts_fd, FILE *out)
{
    struct service v = {
        .session = s, .commands = commands, .facts_fd = facts_fd, .out = out};

    v.held = arena_array(&v.arena, struct held, s->project.nunits + 1);
    return parse_with_stack(serve, &v);
}
