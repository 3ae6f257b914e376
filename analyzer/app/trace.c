// trace.c - `trace`: extensions compiled and run so that their references leave
// a trace.
//
// The command that is given runs with the companion loaded in front of it, and
// with the repeater put in front of its program.

#include "app/commands.h"
#include "app/session.h"

#include "base/file.h"
#include "trace/wrap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "compile the extension   CFLAGS=\"$(refcheck trace --cflags)\" pip install "
    "--no-build-isolation -e .\n"
    "run its tests           refcheck trace -o TRACE -- python3 test.py\n"
    "join with a report      refcheck check --format=jsonl -o REPORT; "
    "refcheck crosscheck REPORT TRACE\n";

static const char *folder_of(struct arena *a, const char *file, struct err *err)
{
    const char *dir = session_folder(a, "trace", file);

    if (!dir)
        err_set(err, NULL, 0,
                "trace: the folder with %s is not found beside the program",
                file);
    return dir;
}

// ---- the header ----

struct header {
    struct arena *arena;
    const struct options *options;
    const char *dir;
    struct err *err;
};

static int print_file(struct header *h, const char *name)
{
    char *text;

    if (file_read(h->arena, path_join(h->arena, h->dir, name), &text, NULL,
                  h->err)
        < 0)
        return -1;
    fputs(text, stdout);
    return 0;
}

static int parse_api(struct header *h, const struct rules *rules,
                     struct ir_header **ret)
{
    const struct words *flags = &h->options->flags;
    const char *main = path_join(h->arena, h->dir, "api.h");
    const char **macros =
        arena_array(h->arena, const char *, rules->nfamilies + 1);
    // All that is declared counts, wherever it is.
    struct parse_options options = {.root = "/", .macros = macros};
    struct parser *parser;
    const char **args;
    size_t nargs;
    int r;

    for (size_t f = 0; f < rules->nfamilies; f++)
        if (rules->families[f].version[0])
            macros[options.nmacros++] = rules->families[f].version;
    if (project_arguments(h->arena, path_cwd(h->arena), flags->items,
                          flags->count, false, main, &args, &nargs, h->err)
        < 0)
        return -1;
    parser = parser_new();
    r = parse_header(parser, h->arena, path_cwd(h->arena), main, args, nargs,
                     &options, ret, h->err);
    parser_free(parser);
    return r;
}

static int print_header(void *arg)
{
    struct header *h = arg;
    struct session s = {.arena = h->arena, .options = h->options};
    struct ir_header *header;

    s.rules.arena = h->arena;
    if (session_rules(&s, h->err) < 0 || parse_api(h, &s.rules, &header) < 0)
        return -1;
    if (header->unit->nproblems > 0) {
        err_set(h->err, path_join(h->arena, h->dir, "api.h"), 0, "%s",
                header->unit->problems[0].text);
        return -1;
    }
    puts("#ifndef __cplusplus\n#pragma GCC system_header // no warnings");
    if (print_file(h, "api.h") < 0 || print_file(h, "calls.h") < 0)
        return -1;
    wrap_header(stdout, &s.rules, header);
    puts("#endif");
    return 0;
}

// ---- the command ----

// The index of the program among the words of a Python command line: behind
// the interpreter's own options.
static size_t program_of(const struct words *command)
{
    size_t i = 1;

    while (i < command->count && command->items[i][0] == '-'
           && strcmp(command->items[i], "-m") != 0
           && strcmp(command->items[i], "-c") != 0)
        i += strcmp(command->items[i], "-X") == 0
                     || strcmp(command->items[i], "-W") == 0
                 ? 2
                 : 1;
    return i;
}

static char **repeated(struct arena *a, const struct options *o,
                       const char *dir)
{
    const struct words *command = &o->flags;
    size_t program = program_of(command);
    char **words = arena_array(a, char *, command->count + 3);
    size_t n = 0;

    for (size_t i = 0; i < command->count; i++) {
        if (i == program) {
            words[n++] = path_join(a, dir, "repeat.py");
            words[n++] = arena_printf(a, "%d", o->repeat);
        }
        words[n++] = arena_strdup(a, command->items[i]);
    }
    return words;
}

static void preload(struct arena *a, const char *library)
{
    const char *others = getenv("LD_PRELOAD");

    setenv("LD_PRELOAD",
           others && *others ? arena_printf(a, "%s:%s", library, others)
                             : library,
           1);
}

// A trace of an earlier run is not to be taken for one of this, whatever
// becomes of this one.
static int clear_trace(const char *path, struct err *err)
{
    FILE *out = fopen(path, "w");

    if (!out) {
        err_set(err, path, 0, "cannot write: %s", strerror(errno));
        return -1;
    }
    fclose(out);
    return 0;
}

static int run(struct arena *a, const struct options *o, struct err *err)
{
    const char *dir = folder_of(a, "companion.so", err);
    char **words;

    if (!dir)
        return -1;
    if (!o->output || program_of(&o->flags) >= o->flags.count) {
        err_set(err, NULL, 0,
                "trace: give -o TRACE -- PYTHON PROGRAM [ARGUMENT...]");
        return -1;
    }
    if (clear_trace(o->output, err) < 0)
        return -1;
    words = repeated(a, o, dir);
    preload(a, path_join(a, dir, "companion.so"));
    setenv("RC_TRACE", path_join(a, path_cwd(a), o->output), 1);
    execvp(words[0], words);
    err_set(err, words[0], 0, "cannot run: %s", strerror(errno));
    return -1;
}

int command_trace(struct arena *a, const struct options *o)
{
    struct err err;
    struct header header = {a, o, NULL, &err};
    int r = 0;

    if (o->cflags) {
        const char *dir = folder_of(a, "wrappers.h", &err);

        if (dir)
            printf("-include %s/wrappers.h -DREFCHECK_TRACE\n", dir);
        r = dir ? 0 : -1;
    } else if (o->header) {
        header.dir = folder_of(a, "api.h", &err);
        r = header.dir ? parse_with_stack(print_header, &header) : -1;
    } else if (o->has_flags) {
        r = run(a, o, &err);
    } else {
        fputs(usage, stdout);
    }
    return r < 0 ? complain(&err) : 0;
}
