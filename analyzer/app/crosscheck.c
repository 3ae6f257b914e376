// crosscheck.c - the findings of an earlier run against traces of the program.

#include "app/commands.h"
#include "app/output.h"

#include "base/file.h"
#include "crosscheck/crosscheck.h"
#include "report/clean.h"

#include <errno.h>
#include <string.h>

static void say(struct arena *a, const char *text)
{
    fprintf(stderr, "refcheck: %s\n", clean_text(a, text));
}

// Lines that are no findings are named; *ret_damaged says that there are some.
static int read_findings(struct arena *a, const char *path,
                         struct finding_list *ret, bool *ret_damaged,
                         struct err *err)
{
    char *rest;
    char *line;
    struct err wrong;

    if (file_read(a, path, &rest, NULL, err) < 0)
        return -1;
    for (long number = 1; (line = strsep(&rest, "\n")); number++) {
        struct finding f;

        if (!*line)
            continue;
        if (finding_read(a, line, &f, &wrong) == 0) {
            finding_add(a, ret, &f);
            continue;
        }
        *ret_damaged = true;
        say(a, arena_printf(a, "%s:%ld: %s", path, number, wrong.text));
    }
    return 0;
}

static int read_trace(struct crosscheck *x, const char *path, struct err *err)
{
    FILE *in = fopen(path, "rb");
    int r;

    if (!in) {
        err_set(err, path, 0, "cannot read: %s", strerror(errno));
        return -1;
    }
    r = crosscheck_trace(x, in, path, err);
    fclose(in);
    return r;
}

// True when something could not be read.
static bool tell_complaints(struct arena *a, const struct crosscheck *x)
{
    bool is_damaged = false;
    size_t n;
    const struct complaint *c = crosscheck_complaints(x, &n);

    for (size_t i = 0; i < n; i++) {
        say(a, c[i].text);
        is_damaged |= c[i].is_damage;
    }
    return is_damaged;
}

static int write_crossed(struct arena *a, const struct options *o,
                         const struct crosschecked *c, struct err *err)
{
    const char *cwd = path_cwd(a);
    struct report_options look = {.root = cwd, .cwd = cwd};
    FILE *out = output_begin(o, &look, err);

    if (!out)
        return -1;
    if (o->format == FORMAT_JSONL)
        crosscheck_jsonl(out, c, &look);
    else
        crosscheck_text(out, c, &look);
    if (output_end(o, out, err) < 0)
        return -1;
    if (!o->quiet)
        crosscheck_summary(stderr, c);
    return 0;
}

int command_crosscheck(struct arena *a, const struct options *o)
{
    struct finding_list report = {0};
    struct crosscheck *x;
    struct crosschecked c;
    struct err err;
    bool is_damaged = false;

    if (o->files.count < 2) {
        err_set(&err, NULL, 0,
                "crosscheck: name a report (of --format=jsonl) and traces");
        return complain(&err);
    }
    if (read_findings(a, o->files.items[0], &report, &is_damaged, &err) < 0)
        return complain(&err);
    x = crosscheck_new(a, &report, path_cwd(a));
    for (size_t i = 1; i < o->files.count; i++)
        if (read_trace(x, o->files.items[i], &err) < 0)
            return complain(&err);
    crosscheck_finish(x, &c);
    is_damaged |= tell_complaints(a, x);
    if (write_crossed(a, o, &c, &err) < 0)
        return complain(&err);
    if (is_damaged)
        return EXIT_INCOMPLETE;
    return crosscheck_is_bad(&c) && !o->exit_zero ? EXIT_FINDINGS : 0;
}
