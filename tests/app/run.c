// run.c - see run.h.

#include "run.h"

#include "../project/folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

static const char mini_h[] =
    "typedef struct object { long count; struct object *next; } object;\n"
    "object *obj_new(void);\n"
    "object *obj_next(object *x);\n"
    "object *obj_item(object *x, int n);\n"
    "int obj_append(object *x, object *item);\n"
    "int obj_use(object *x);\n"
    "void obj_incref(object *x);\n"
    "void obj_decref(object *x);\n";

static const char mini_rules[] = "family mini counted object failure NULL|-1\n"
                                 "obj_new() -> new?\n"
                                 "obj_next(borrow) -> new?\n"
                                 "obj_item(borrow, _) -> borrowed? of 1\n"
                                 "obj_append(borrow, keep in 1) -> status\n"
                                 "obj_use(borrow) -> status\n"
                                 "obj_incref(incref) -> _\n"
                                 "obj_decref(decref) -> _ : runs-code\n";

int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f)
        return -1;
    f->dir = folder_new(&f->arena);
    folder_make(&f->arena, f->dir, ".git");
    write_file(f, "mini.h", mini_h);
    write_file(f, "mini.rules", mini_rules);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *f = *state;

    folder_free(f->dir);
    arena_release(&f->arena);
    free(f);
    return 0;
}

void write_file(struct fixture *f, const char *name, const char *text)
{
    folder_write(&f->arena, f->dir, name, text);
}

void write_bytes(struct fixture *f, const char *name, const char *data,
                 size_t size)
{
    FILE *out = fopen(path_join(&f->arena, f->dir, name), "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(data, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

const char *read_back(struct fixture *f, const char *name)
{
    struct err err;
    char *text;

    if (file_read(&f->arena, path_join(&f->arena, f->dir, name), &text, NULL,
                  &err)
        < 0)
        fail_msg("%s", err.text);
    return text;
}

void write_database(struct fixture *f, const char *names)
{
    char *rest = arena_strdup(&f->arena, names);
    const char *text = "[\n";

    for (char *name; (name = strsep(&rest, " "));)
        text = arena_printf(&f->arena,
                            "%s%s{\"directory\": \"..\", \"file\": \"%s\",\n"
                            " \"arguments\": [\"cc\", \"-Wall\", \"-c\", "
                            "\"%s\"]}",
                            text, text[2] ? ",\n" : "", name, name);
    write_file(f, "db/compile_commands.json",
               arena_printf(&f->arena, "%s\n]\n", text));
}

static void redirect(int fd, const char *path, int flags)
{
    int to = path ? open(path, flags, 0666) : -1;

    if (!path)
        close(fd);
    else if (to < 0 || dup2(to, fd) < 0)
        _exit(126);
    else
        close(to);
}

static pid_t launch(struct fixture *f, const struct how *how, const char *args)
{
    const char *out = path_join(&f->arena, f->dir, ".git/out");
    const char *err = path_join(&f->arena, f->dir, ".git/err");
    const char *dir = path_join(&f->arena, f->dir, how->dir ? how->dir : ".");
    char *rest = arena_strdup(&f->arena, args);
    const char *argv[64] = {how->program ? how->program : REFCHECK};
    size_t n = 1;
    pid_t pid;

    for (char *word; (word = strsep(&rest, " "));)
        if (*word && n < 63)
            argv[n++] = word;
    pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    unsetenv("NO_COLOR");
    if (chdir(dir) < 0
        || (how->env && putenv(arena_strdup(&f->arena, how->env)) != 0))
        _exit(126);
    redirect(STDIN_FILENO, how->no_stdin ? NULL : "/dev/null", O_RDONLY);
    redirect(STDOUT_FILENO,
             how->no_stdout ? NULL
             : how->out     ? how->out
                            : out,
             O_WRONLY | O_CREAT | O_TRUNC);
    redirect(STDERR_FILENO, err, O_WRONLY | O_CREAT | O_TRUNC);
    alarm(120);
    execv(argv[0], (char **)(uintptr_t)argv);
    _exit(127);
}

struct ran finish(struct fixture *f, pid_t pid)
{
    struct ran r = {.out = ""};
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
    if (file_exists(path_join(&f->arena, f->dir, ".git/out")))
        r.out = read_back(f, ".git/out");
    r.err = read_back(f, ".git/err");
    return r;
}

struct ran run_how(struct fixture *f, const struct how *how, const char *args)
{
    print_message("refcheck %s\n", args);
    unlink(path_join(&f->arena, f->dir, ".git/out"));
    return finish(f, launch(f, how, args));
}

struct ran run(struct fixture *f, const char *args)
{
    return run_how(f, &(struct how){.program = NULL}, args);
}

pid_t start(struct fixture *f, const char *args)
{
    print_message("refcheck %s (started)\n", args);
    return launch(f, &(struct how){.program = NULL}, args);
}

static void wrong(const struct ran *r, const char *what, const char *part)
{
    fail_msg("%s '%s'\n--- status %d\n--- stdout\n%s--- stderr\n%s", what, part,
             r->status, r->out, r->err);
}

void expect_status(const struct ran *r, int status)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", status);
    if (r->status != status)
        wrong(r, "the status is not", text);
}

void expect_out(const struct ran *r, const char *part)
{
    if (!strstr(r->out, part))
        wrong(r, "stdout lacks", part);
}

void expect_err(const struct ran *r, const char *part)
{
    if (!strstr(r->err, part))
        wrong(r, "stderr lacks", part);
}

void expect_no_out(const struct ran *r, const char *part)
{
    if (strstr(r->out, part))
        wrong(r, "stdout has", part);
}

void expect_no_err(const struct ran *r, const char *part)
{
    if (strstr(r->err, part))
        wrong(r, "stderr has", part);
}
