// programs.c - see programs.h.

#include "programs.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct program {
    const char *name;
    pid_t pid;
    FILE *out;
};

static _Noreturn void become(char *const *command, int out, FILE *errors)
{
    if (dup2(out, STDOUT_FILENO) >= 0
        && (!errors || dup2(fileno(errors), STDERR_FILENO) >= 0))
        execv(command[0], command);
    _exit(EXIT_FAILURE);
}

// errors: where its standard error goes; NULL: where ours goes.
static int program_start(struct program *p, char *const *command, FILE *errors,
                         struct err *err)
{
    int ends[2];

    p->name = command[0];
    fflush(NULL);
    if (pipe(ends) < 0 || (p->pid = fork()) < 0) {
        err_set(err, p->name, 0, "cannot be started");
        return -1;
    }
    if (p->pid == 0)
        become(command, ends[1], errors);
    close(ends[1]);
    p->out = fdopen(ends[0], "r");
    return 0;
}

// most: the greatest status of success.
static int program_end(struct program *p, int most, struct err *err)
{
    int status;

    fclose(p->out);
    if (waitpid(p->pid, &status, 0) == p->pid && WIFEXITED(status)
        && WEXITSTATUS(status) <= most)
        return 0;
    err_set(err, p->name, 0, "has failed");
    return -1;
}

// ---- refcheck ----

static const char *text_of(struct arena *a, json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));

    return arena_strdup(a, text ? text : "");
}

static uint32_t line_of(json_t *o)
{
    return (uint32_t)json_integer_value(json_object_get(o, "line"));
}

static void add_finding(struct arena *a, struct finding_list *ret, json_t *o)
{
    json_t *trail = json_object_get(o, "trail");
    size_t n = json_array_size(trail);
    struct finding f = {.file = text_of(a, o, "file"),
                        .line = line_of(o),
                        .function = text_of(a, o, "function"),
                        .rule = rule_by_name(text_of(a, o, "rule")),
                        .tier = (enum tier)tier_by_name(text_of(a, o, "tier")),
                        .object = text_of(a, o, "object"),
                        .ntrail = (uint32_t)n,
                        .trail = arena_array(a, struct trail_step, n + 1)};

    for (size_t i = 0; i < n; i++) {
        f.trail[i].line = line_of(json_array_get(trail, i));
        f.trail[i].text = text_of(a, json_array_get(trail, i), "message");
    }
    finding_add(a, ret, &f);
}

int program_findings(struct arena *a, char *const *command, FILE *notes,
                     struct finding_list *ret, struct err *err)
{
    struct program p;
    json_error_t error;
    json_t *o;
    bool is_whole;

    if (program_start(&p, command, notes, err) < 0)
        return -1;
    while ((o = json_loadf(p.out, JSON_DISABLE_EOF_CHECK, &error))) {
        add_finding(a, ret, o);
        json_decref(o);
    }
    is_whole = feof(p.out);
    if (program_end(&p, 1, err) < 0)
        return -1;
    if (!is_whole)
        err_set(err, p.name, 0, "%s", error.text);
    return is_whole ? 0 : -1;
}

// ---- the driver ----

int program_runs(struct arena *a, char *driver, const char *fixture,
                 struct seen *ret, struct err *err)
{
    char *const command[] = {driver, NULL};
    struct observer *o = observer_new(a, fixture, ret);
    struct program p;
    char *line = NULL;
    size_t room = 0;
    ssize_t n;

    if (program_start(&p, command, NULL, err) < 0)
        return -1;
    while ((n = getline(&line, &room, p.out)) > 0) {
        line[n - 1] = '\0';
        observer_line(o, line);
    }
    free(line);
    observer_end(o);
    return program_end(&p, 0, err);
}
