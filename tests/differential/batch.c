// batch.c - see batch.h.

#include "batch.h"

#include "base/buf.h"
#include "base/file.h"
#include "generate.h"
#include "judge.h"
#include "limits.h"
#include "programs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct sight {
    struct batch *batch;
    const char *source;
    struct finding_list findings;
    struct seen seen;
};

void batch_add(struct batch *b, const struct choices *choices)
{
    struct trial new = {.choices = choices};

    arena_push(b->arena, b->trials, b->count, b->cap, new);
}

// ---- the file ----

static const char *name_of(struct batch *b, size_t i)
{
    return arena_printf(b->arena, "f%zu", i);
}

static void add_trial(struct batch *b, size_t i, struct buf *source,
                      struct buf *table)
{
    struct buf text = {.arena = b->arena};
    struct choices c = choices_replayed(b->trials[i].choices->items,
                                        b->trials[i].choices->count);
    const char *name = name_of(b, i);
    bool is_object = generate_function(&c, name, &text);

    b->trials[i].text = buf_text(&text);
    buf_str(source, b->trials[i].text);
    buf_printf(table, "    {\"%s\", %s, %s},\n", name,
               is_object ? name : "NULL", is_object ? "NULL" : name);
}

static const char *source_of(struct batch *b)
{
    struct buf source = {.arena = b->arena}, table = {.arena = b->arena};

    buf_str(&source, "#include \"fails.h\"\n");
    for (size_t i = 0; i < b->count; i++)
        add_trial(b, i, &source, &table);
    buf_printf(&source,
               "\nconst struct generated generated[] = {\n%s};\n"
               "const size_t ngenerated = %zu;\n",
               buf_text(&table), b->count);
    return buf_text(&source);
}

static int write_text(const char *path, const char *text, struct err *err)
{
    FILE *out = fopen(path, "w");
    bool is_written = out && fputs(text, out) >= 0;

    if (out && fclose(out) == 0 && is_written)
        return 0;
    err_set(err, path, 0, "cannot be written");
    return -1;
}

// ---- its three uses ----

// Flags of the compiler, where the runtime is built with sanitizers.
#ifndef SANITIZE
#define SANITIZE ""
#endif

static int build(struct batch *b, const char *file, const char *program,
                 struct err *err)
{
    const char *command = arena_printf(
        b->arena,
        CC " " SANITIZE " -O0 -w -std=c11 -DRC_AUDIT -I" SOURCE_DIR
           "/runtime/include -I" SOURCE_DIR "/tests/differential %s " DRIVE
           " " RUNTIME " -lm -o %s",
        file, program);

    if (system(command) == 0)
        return 0;
    err_set(err, file, 0, "cannot be built");
    return -1;
}

// "function f12_h0 is given up: ..."
static void note_given_up(struct batch *b, const char *line)
{
    static const char begins[] = "function f";
    const char *at = strstr(line, begins);
    unsigned long number =
        at ? strtoul(at + strlen(begins), NULL, 10) : b->count;

    if (number < b->count && strstr(at, " is given up"))
        b->trials[number].is_given_up = true;
}

static void read_notes(struct batch *b, FILE *notes)
{
    char *line = NULL;
    size_t room = 0;

    rewind(notes);
    while (getline(&line, &room, notes) >= 0)
        note_given_up(b, line);
    free(line);
}

static int analyse(struct sight *s, char *file, struct err *err)
{
    char *const command[] = {
        (char[]){REFCHECK},
        (char[]){"check"},
        (char[]){"-j1"},
        (char[]){"--tier=audit"},
        (char[]){"--format=jsonl"},
        (char[]){"--no-default-rules"},
        (char[]){"--rules=" SOURCE_DIR "/rules/c.rules"},
        (char[]){"--rules=" SOURCE_DIR "/rules/runtime.rules"},
        file,
        (char[]){"--"},
        (char[]){"-std=c11"},
        (char[]){"-I" SOURCE_DIR "/runtime/include"},
        (char[]){"-I" SOURCE_DIR "/tests/differential"},
        NULL};
    FILE *notes = tmpfile();
    int r = -1;

    if (!notes) {
        err_set(err, file, 0, "there is no place for what refcheck says");
        return -1;
    }
    if (program_findings(s->batch->arena, command, notes, &s->findings, err)
        == 0) {
        read_notes(s->batch, notes);
        r = 0;
    }
    fclose(notes);
    return r;
}

// ---- comparing ----

static void disagree(struct sight *s, struct trial *t, const char *kind,
                     uint32_t line, const char *more, const char *limit)
{
    struct arena *a = s->batch->arena;
    struct span text = limit_line(s->source, line);
    struct disagreement new = {
        .kind = kind,
        .limit = limit,
        .text = arena_printf(a, "%s (%s) at `%.*s`", kind, more,
                             line ? (int)text.n : 0, text.text)};

    arena_push(a, t->items, t->count, t->cap, new);
}

static bool any_finding(const struct sight *s, const char *name,
                        const struct observation *o)
{
    for (size_t i = 0; i < s->findings.count; i++)
        if (limit_is_of(s->findings.items[i].function, name)
            && judge_meets(s->source, &s->findings.items[i], o))
            return true;
    return false;
}

static bool any_observation(const struct sight *s,
                            const struct seen_function *f,
                            const struct finding *finding)
{
    for (size_t i = 0; i < f->count; i++)
        if (judge_meets(s->source, finding, &f->items[i]))
            return true;
    return false;
}

static void judge_runs(struct sight *s, struct trial *t,
                       const struct seen_function *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct observation *o = &f->items[i];

        struct limit_case c = {s->source, f->name, &s->findings};

        t->observations++;
        if (o->is_first && !any_finding(s, f->name, o))
            disagree(s, t,
                     arena_printf(s->batch->arena, "seen and not found: %s",
                                  observed_name(o->kind)),
                     o->at.line ? o->at.line
                                : (o->taken.count ? o->taken.items[0].line : 0),
                     o->key, t->is_given_up ? "given-up" : limit_of(&c, o));
    }
}

static void judge_findings(struct sight *s, struct trial *t,
                           const struct seen_function *f)
{
    for (size_t i = 0; i < s->findings.count; i++) {
        const struct finding *finding = &s->findings.items[i];
        struct limit_case c = {s->source, f->name, &s->findings};

        if (!limit_is_of(finding->function, f->name))
            continue;
        t->findings++;
        if (finding->tier == TIER_CERTAIN && !any_observation(s, f, finding))
            disagree(s, t,
                     arena_printf(s->batch->arena, "found and not seen: %s",
                                  rule_name(finding->rule)),
                     finding->line, finding->object,
                     limit_of_finding(&c, finding, f));
    }
}

static void judge_all(struct sight *s)
{
    for (size_t i = 0; i < s->seen.count; i++) {
        const struct seen_function *f = &s->seen.items[i];
        size_t number = (size_t)strtoul(f->name + 1, NULL, 10);

        judge_runs(s, &s->batch->trials[number], f);
        judge_findings(s, &s->batch->trials[number], f);
    }
}

int batch_run(struct batch *b, struct err *err)
{
    struct sight s = {.batch = b, .source = source_of(b)};
    char *file = arena_printf(b->arena, "%s/generated.c", b->folder);
    char *program = arena_printf(b->arena, "%s/generated", b->folder);

    if (write_text(file, s.source, err) < 0 || build(b, file, program, err) < 0
        || program_runs(b->arena, program, path_base(file), &s.seen, err) < 0
        || analyse(&s, file, err) < 0)
        return -1;
    judge_all(&s);
    for (size_t i = 0; i < s.seen.count; i++)
        b->runs += s.seen.items[i].line; // drive.c counts them there
    return 0;
}
