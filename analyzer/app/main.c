// main.c - the commands of refcheck.

#include "app/commands.h"
#include "app/session.h"
#include "report/clean.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int complain(const struct err *err)
{
    struct arena a = {0};

    fprintf(stderr, "refcheck: %s\n", clean_text(&a, err->text));
    arena_release(&a);
    return EXIT_USAGE;
}

// The comment that a page begins with is told as text, the code is indented.
static void explain(enum rule r, bool more)
{
    const char *page = rule_page(r);
    bool code = false;

    printf("%s%s: %s\n", more ? "\n" : "", rule_name(r), rule_text(r));
    if (page && *page)
        putchar('\n');
    for (size_t n; page && *page; page += n + (page[n] == '\n')) {
        size_t mark = strspn(page, "/");

        n = strcspn(page, "\n");
        code |= mark != 2;
        if (!code)
            mark += page[mark] == ' ';
        printf("%s%.*s\n", code && n ? "    " : "", (int)(code ? n : n - mark),
               code ? page : page + mark);
    }
}

int command_explain(struct arena *a, const struct options *o)
{
    struct err err;

    (void)a;
    for (int r = RULE_NONE + 1; o->files.count == 0 && r < RULES; r++)
        printf("%-22s %s\n", rule_name((enum rule)r), rule_text((enum rule)r));
    for (size_t i = 0; i < o->files.count; i++) {
        enum rule r = rule_by_name(o->files.items[i]);

        if (r == RULE_NONE) {
            err_set(&err, NULL, 0, "explain: there is no rule '%s'",
                    o->files.items[i]);
            return complain(&err);
        }
        explain(r, i > 0);
    }
    return 0;
}

static int show_version(struct arena *a)
{
    printf("refcheck %s (libclang %s)\n", REFCHECK_VERSION,
           parse_clang_version(a));
    return 0;
}

static int command_help(struct arena *a, const struct options *o)
{
    (void)a;
    (void)o;
    options_help(stdout);
    return 0;
}

static int command_version(struct arena *a, const struct options *o)
{
    (void)o;
    return show_version(a);
}

static const struct {
    const char *name;
    int (*run)(struct arena *a, const struct options *o);
} commands[] = {
    {"check", command_check},     {"summarize", command_summarize},
    {"verify", command_verify},   {"dump", command_dump},
    {"rules", command_rules},     {"crosscheck", command_crosscheck},
    {"trace", command_trace},     {"graph", command_graph},
    {"explain", command_explain}, {"help", command_help},
    {"version", command_version},
};

// A standard stream that is closed must not become the number of a pipe or a
// file. Opened the wrong way round, its use still fails.
static void fill_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    struct arena session = {0};
    struct options options;
    struct err err;
    int (*run)(struct arena *a, const struct options *o) = command_check;
    int named = 0;
    int status;

    fill_standard_streams();
    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands);
         i++)
        if (strcmp(argv[1], commands[i].name) == 0) {
            run = commands[i].run;
            named = 1;
        }
    if (options_parse(&session, argc - named, argv + named, &options, &err) < 0)
        status = complain(&err);
    else if (options.help)
        status = command_help(&session, &options);
    else if (options.version)
        status = show_version(&session);
    else if (options.format >= FORMAT_DOT && run != command_graph) {
        err_set(&err, NULL, 0, "--format: dot and svg are for graph alone");
        status = complain(&err);
    } else
        status = run(&session, &options);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status != EXIT_USAGE) {
        err_set(&err, "stdout", 0, "cannot write: %s", strerror(errno));
        status = complain(&err);
    }
    arena_release(&session);
    return status;
}
