// text.c - findings as gcc and clang print warnings, so that every editor
// can read them. See report_text.

#include "report/clean.h"
#include "report/place.h"
#include "report/source.h"

#include <string.h>

#define BOLD "\033[1m"
#define MAGENTA "\033[1;35m"
#define BLUE "\033[1;34m"
#define CYAN "\033[1;36m"
#define OFF "\033[0m"

struct writer {
    FILE *out;
    const struct report_options *options;
    struct arena scratch; // reset after each finding
    struct sources sources;
};

// The escape, or nothing where there are no colours.
static const char *color(const struct writer *w, const char *escape)
{
    return w->options->color ? escape : "";
}

static void print_place(struct writer *w, const char *file, uint32_t line,
                        uint32_t col)
{
    const char *shown = place_shown(&w->scratch, file, w->options);

    fprintf(w->out, "%s%s:", color(w, BOLD), clean_text(&w->scratch, shown));
    if (line)
        fprintf(w->out, "%u:", line);
    if (line && col)
        fprintf(w->out, "%u:", col);
    fprintf(w->out, "%s ", color(w, OFF));
}

static void print_excerpt(struct writer *w, const char *file, uint32_t line,
                          uint32_t col, const char *escape)
{
    if (w->options->excerpt)
        source_excerpt(w->out, &w->sources,
                       place_path(&w->scratch, file, w->options), line, col,
                       color(w, escape));
}

static void print_note(struct writer *w, const struct trail_step *s)
{
    print_place(w, s->file, s->line, s->col);
    fprintf(w->out, "%snote:%s %s\n", color(w, CYAN), color(w, OFF),
            clean_text(&w->scratch, s->text));
    print_excerpt(w, s->file, s->line, s->col, CYAN);
}

// Stands for n steps from s on.
static void print_gap(struct writer *w, const struct trail_step *s, uint32_t n)
{
    print_place(w, s->file, s->line, s->col);
    fprintf(w->out, "%snote:%s ... %u more step%s\n", color(w, CYAN),
            color(w, OFF), n, n == 1 ? "" : "s");
}

// Of a long trail, where it begins and where it ends.
static void print_trail(struct writer *w, const struct message *f)
{
    uint32_t max = w->options->max_notes > 0 ? (uint32_t)w->options->max_notes
                                             : UINT32_MAX;
    uint32_t head = f->ntrail <= max ? f->ntrail : max - max / 2;
    uint32_t tail = f->ntrail <= max ? f->ntrail : f->ntrail - max / 2;

    for (uint32_t i = 0; i < head; i++)
        print_note(w, &f->trail[i]);
    if (tail > head)
        print_gap(w, &f->trail[head], tail - head);
    for (uint32_t i = tail; i < f->ntrail; i++)
        print_note(w, &f->trail[i]);
}

static void print_message(struct writer *w, const struct message *m)
{
    const char *own = m->is_remark ? BLUE : MAGENTA;

    print_place(w, m->file, m->line, m->col);
    fprintf(w->out, "%s%s:%s %s%s%s%s [%s%s%s]\n", color(w, own),
            m->is_remark ? "remark" : "warning", color(w, OFF), color(w, BOLD),
            m->prefix, clean_text(&w->scratch, m->text), color(w, OFF),
            color(w, own), clean_text(&w->scratch, m->tag), color(w, OFF));
    print_excerpt(w, m->file, m->line, m->col, own);
    print_trail(w, m);
}

// What stands in front of a message of each tier.
static const char *const prefixes[TIERS] = {
    [TIER_CERTAIN] = "",
    [TIER_LIKELY] = "likely: ",
    [TIER_AUDIT] = "audit: ",
};

static struct message message_of(struct arena *a, const struct finding *f)
{
    return (struct message){.file = f->file,
                            .line = f->line,
                            .col = f->col,
                            .is_remark = f->tier == TIER_AUDIT,
                            .prefix = prefixes[f->tier],
                            .text = place_message(a, f),
                            .tag = rule_name(f->rule),
                            .ntrail = f->ntrail,
                            .trail = f->trail};
}

void report_messages(FILE *out, const struct message *messages, size_t n,
                     const struct report_options *options)
{
    struct arena files = {0};
    struct writer w = {
        .out = out, .options = options, .sources = {.arena = &files}};

    for (size_t i = 0; i < n; i++) {
        print_message(&w, &messages[i]);
        arena_reset(&w.scratch);
    }
    arena_release(&w.scratch);
    arena_release(&files);
}

void report_text(FILE *out, const struct finding_list *list,
                 const struct report_options *options)
{
    struct arena a = {0};
    struct message *messages = arena_array(&a, struct message, list->count);

    for (size_t i = 0; i < list->count; i++)
        messages[i] = message_of(&a, &list->items[i]);
    report_messages(out, messages, list->count, options);
    arena_release(&a);
}
