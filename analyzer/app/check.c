// check.c - the main job: units in, a report out; and the same against the
// expectations that stand in fixtures.

#include "app/commands.h"
#include "app/output.h"
#include "app/pool.h"

#include "base/file.h"
#include "report/clean.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tell_troubles(struct arena *a, const struct run_result *r)
{
    for (size_t i = 0; i < r->ntroubles; i++) {
        const struct trouble *t = &r->troubles[i];

        fputs(clean_text(a, t->file), stderr);
        if (t->line > 0)
            fprintf(stderr, ":%ld", t->line);
        if (t->line > 0 && t->col > 0)
            fprintf(stderr, ":%ld", t->col);
        // In the words of compilers, so that editors can read it.
        fprintf(stderr, ": %s%s\n",
                t->is_warning ? "warning: "
                : t->col > 0  ? "error: "
                              : "",
                clean_text(a, t->text));
    }
}

// In a header, say, that a unit which is not excluded includes.
static bool is_excluded(struct arena *a, const struct session *s,
                        const struct finding *f)
{
    const struct words *globs = &s->options->exclude;
    const char *file = path_join(a, s->project.root, f->file);

    for (size_t i = 0; i < globs->count; i++)
        if (project_matches(s->project.root, globs->items[i], file))
            return true;
    return false;
}

// What the options let through, in order.
static struct finding_list chosen(struct arena *a, const struct session *s,
                                  const struct finding_list *all)
{
    const struct options *o = s->options;
    struct finding_list list = {0};
    size_t excluded = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct finding *f = &all->items[i];

        if (f->tier > o->tier || !o->rule_on[f->rule])
            continue;
        if (is_excluded(a, s, f))
            excluded++;
        else
            finding_add(a, &list, f);
    }
    if (excluded > 0 && !o->quiet)
        fprintf(stderr,
                "refcheck: %zu finding%s in excluded files %s left "
                "out\n",
                excluded, excluded == 1 ? "" : "s",
                excluded == 1 ? "is" : "are");
    return list;
}

static bool gated(const struct options *o, const struct finding_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].tier <= o->gate)
            return true;
    return false;
}

static int write_report(struct arena *a, const struct session *s,
                        const struct finding_list *list,
                        const struct run_result *run, struct err *err)
{
    const struct options *o = s->options;
    struct report_options ro = {.root = s->project.root, .cwd = path_cwd(a)};
    FILE *out = output_begin(o, &ro, err);

    if (!out)
        return -1;
    if (o->format == FORMAT_JSONL)
        report_jsonl(out, list, &ro);
    else
        report_text(out, list, &ro);
    if (output_end(o, out, err) < 0)
        return -1;
    if (!o->quiet) {
        ro.color = wants_color(o, stderr);
        report_summary(stderr, list, &run->coverage, &ro);
    }
    return 0;
}

int command_check(struct arena *a, const struct options *o)
{
    struct session s;
    struct run_result run;
    struct finding_list list;
    struct err err;

    if (session_open(a, o, &s, &err) < 0 || pool_run(&s, &run, &err) < 0)
        return complain(&err);
    if (s.project.nunits == 0 && s.project.nexcluded == 0)
        fputs("refcheck: the compile database names no C file\n", stderr);
    if (s.project.nskipped > 0 && !o->quiet)
        fprintf(stderr,
                "refcheck: %zu entr%s of the compile database not C, "
                "and skipped\n",
                s.project.nskipped,
                s.project.nskipped == 1 ? "y is" : "ies are");
    tell_troubles(a, &run);
    if (o->explain)
        return explain_contract(&s, &run);
    list = chosen(a, &s, &run.findings);
    if (write_report(a, &s, &list, &run, &err) < 0)
        return complain(&err);
    if (run.incomplete)
        return EXIT_INCOMPLETE;
    return gated(o, &list) && !o->exit_zero ? EXIT_FINDINGS : 0;
}

// What the functions of the project do, as far as other units can call them,
// in the language of the rules: to be read, corrected and kept.
int command_summarize(struct arena *a, const struct options *o)
{
    struct options mine = *o;
    struct session s;
    struct run_result run;
    struct err err;

    mine.summarize = true;
    if (session_open(a, &mine, &s, &err) < 0 || pool_run(&s, &run, &err) < 0)
        return complain(&err);
    tell_troubles(a, &run);
    if (o->explain)
        return explain_contract(&s, &run);
    fputs(run.facts, stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        err_set(&err, "stdout", 0, "cannot write: %s", strerror(errno));
        return complain(&err);
    }
    return run.incomplete ? EXIT_INCOMPLETE : 0;
}

// Call the file as the command line does, in the finding and in its trail.
static void name_files(struct arena *a, const struct session *s,
                       struct finding *f, const char *path, const char *name)
{
    struct trail_step *trail = arena_array(a, struct trail_step, f->ntrail + 1);

    for (uint32_t i = 0; i < f->ntrail; i++) {
        trail[i] = f->trail[i];
        if (strcmp(path_join(a, s->project.root, trail[i].file), path) == 0)
            trail[i].file = name;
    }
    f->file = name;
    f->trail = trail;
}

int command_verify(struct arena *a, const struct options *o)
{
    struct session s;
    struct run_result run;
    struct err err;
    int wrong = 0;

    if (o->files.count == 0) {
        err_set(&err, NULL, 0, "verify: name the fixtures to compare");
        return complain(&err);
    }
    if (session_open(a, o, &s, &err) < 0 || pool_run(&s, &run, &err) < 0)
        return complain(&err);
    tell_troubles(a, &run);
    for (size_t i = 0; i < o->files.count; i++) {
        char *path = path_join(a, path_cwd(a), o->files.items[i]);
        struct finding_list mine = {0};
        char *source;

        if (file_read(a, path, &source, NULL, &err) < 0)
            return complain(&err);
        for (size_t k = 0; k < run.findings.count; k++) {
            struct finding f = run.findings.items[k];

            if (strcmp(path_join(a, s.project.root, f.file), path) != 0)
                continue;
            name_files(a, &s, &f, path, o->files.items[i]);
            finding_add(a, &mine, &f);
        }
        wrong += verify_expectations(stdout, o->files.items[i], source, &mine);
    }
    if (run.incomplete)
        return EXIT_INCOMPLETE;
    return wrong > 0 ? EXIT_FINDINGS : 0;
}
