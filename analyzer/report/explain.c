// explain.c - why a contract is what it is, for people and for programs.

#include "report/clean.h"
#include "report/json.h"
#include "report/place.h"
#include "report/report.h"

static const char *shown(struct arena *a, const char *file, uint32_t line,
                         const struct report_options *o)
{
    return clean_text(a,
                      arena_printf(a, "%s:%u", place_shown(a, file, o), line));
}

static void print_source(FILE *out, struct arena *a,
                         const struct explanation *e,
                         const struct report_options *o)
{
    fprintf(out, "  %s", source_text(e->source));
    if (*e->source_file)
        fprintf(out, " at %s", shown(a, e->source_file, e->source_line, o));
    else if (e->source == SOURCE_BODY)
        fprintf(out, " at %s", shown(a, e->file, e->line, o));
    fputc('\n', out);
    if (*e->note)
        fprintf(out, "  %s\n", clean_text(a, e->note));
}

static void print_exit(FILE *out, struct arena *a,
                       const struct explained_exit *x)
{
    fprintf(out, "    line");
    for (size_t i = 0; i < x->nlines; i++)
        fprintf(out, "%s %u", i ? "," : "", x->lines[i]);
    if (*x->outcome)
        fprintf(out, " -> %s", x->outcome);
    fprintf(out, ": %s", x->says);
    if (x->because)
        fprintf(out, " (line %u%s%s%s)", x->because, *x->call ? ", " : "",
                clean_text(a, x->call), *x->call ? "()" : "");
    fputc('\n', out);
}

static void print_part(FILE *out, struct arena *a,
                       const struct explained_part *p)
{
    fprintf(out, "  %s", p->part);
    if (*p->name)
        fprintf(out, " '%s'", clean_text(a, p->name));
    fprintf(out, ": %s\n", p->says);
    for (size_t i = 0; i < p->nexits; i++)
        print_exit(out, a, &p->exits[i]);
    if (*p->open)
        fprintf(out, "    left open: %s\n", clean_text(a, p->open));
}

void report_explanation(FILE *out, const struct explanation *e,
                        const struct report_options *o)
{
    struct arena a = {0};

    if (*e->file)
        fprintf(out, "%s: ", shown(&a, e->file, e->line, o));
    fprintf(out, "%s\n",
            clean_text(&a, *e->contract ? e->contract : e->function));
    print_source(out, &a, e, o);
    for (size_t i = 0; i < e->nparts; i++)
        print_part(out, &a, &e->parts[i]);
    for (size_t i = 0; i < e->ncalls; i++)
        fprintf(out, "  line %u calls %s%s: %s\n", e->calls[i].line,
                *e->calls[i].function ? clean_text(&a, e->calls[i].function)
                                      : "through a pointer",
                *e->calls[i].function ? "()" : "", e->calls[i].why);
    if (e->nrecursive)
        fputs("  it calls itself; what that call does was learnt from a first "
              "walk, in which it was unknown:",
              out);
    for (size_t i = 0; i < e->nrecursive; i++)
        fprintf(out, "%s %s()", i ? "," : "", clean_text(&a, e->recursive[i]));
    fputs(e->nrecursive ? "\n" : "", out);
    arena_release(&a);
}

static json_t *text_of(struct arena *a, const char *s)
{
    return json_text(clean_utf8(a, s));
}

static json_t *exit_of(struct arena *a, const struct explained_exit *x)
{
    json_t *exit = json_new(json_object());
    json_t *lines = json_new(json_array());

    for (size_t i = 0; i < x->nlines; i++)
        json_add(lines, json_number(x->lines[i]));
    json_put(exit, "lines", lines);
    json_put(exit, "outcome", text_of(a, x->outcome));
    json_put(exit, "says", text_of(a, x->says));
    json_put(exit, "because", json_number(x->because));
    json_put(exit, "call", text_of(a, x->call));
    return exit;
}

static json_t *part_of(struct arena *a, const struct explained_part *p)
{
    json_t *part = json_new(json_object());
    json_t *exits = json_new(json_array());

    for (size_t i = 0; i < p->nexits; i++)
        json_add(exits, exit_of(a, &p->exits[i]));
    json_put(part, "part", text_of(a, p->part));
    json_put(part, "name", text_of(a, p->name));
    json_put(part, "says", text_of(a, p->says));
    json_put(part, "open", text_of(a, p->open));
    json_put(part, "exits", exits);
    return part;
}

static json_t *call_of(struct arena *a, const struct explained_call *c)
{
    json_t *call = json_new(json_object());

    json_put(call, "line", json_number(c->line));
    json_put(call, "function", text_of(a, c->function));
    json_put(call, "why", text_of(a, c->why));
    return call;
}

static json_t *source_of(struct arena *a, const struct explanation *e,
                         const struct report_options *o)
{
    json_t *source = json_new(json_object());

    json_put(source, "kind", json_text(source_word(e->source)));
    json_put(source, "file", text_of(a, place_shown(a, e->source_file, o)));
    json_put(source, "line", json_number(e->source_line));
    json_put(source, "note", text_of(a, e->note));
    return source;
}

void report_explanation_jsonl(FILE *out, const struct explanation *e,
                              const struct report_options *o)
{
    struct arena a = {0};
    json_t *line = json_new(json_object());
    json_t *parts = json_new(json_array());
    json_t *calls = json_new(json_array());
    json_t *recursive = json_new(json_array());

    for (size_t i = 0; i < e->nparts; i++)
        json_add(parts, part_of(&a, &e->parts[i]));
    for (size_t i = 0; i < e->ncalls; i++)
        json_add(calls, call_of(&a, &e->calls[i]));
    for (size_t i = 0; i < e->nrecursive; i++)
        json_add(recursive, text_of(&a, e->recursive[i]));
    json_put(line, "file", text_of(&a, place_shown(&a, e->file, o)));
    json_put(line, "line", json_number(e->line));
    json_put(line, "function", text_of(&a, e->function));
    json_put(line, "contract", text_of(&a, e->contract));
    json_put(line, "source", source_of(&a, e, o));
    json_put(line, "parts", parts);
    json_put(line, "unknown_calls", calls);
    json_put(line, "recursive", recursive);
    fprintf(out, "%s\n", json_line(&a, line));
    arena_release(&a);
}
