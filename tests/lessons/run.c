// run.c - run one lesson and compare what it prints.
//
//     lessons_run SOURCE PROGRAM          with the plain runtime
//     lessons_run SOURCE PROGRAM audit    with the audit, off and on
//
// The output must be that of NAME.expected, which stands beside the source;
// when it is not, it is written to NAME.printed in the working folder. With the
// audit on, exactly the mistakes that `// audit:` comments name are reported;
// otherwise nothing is.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "addresses.h"
#include "reports.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct lesson {
    char *path, *program;
    struct arena arena;
    const char *name; // of the source, without its folder and ".c"
    const char *source, *expected;
};

struct ran {
    int status;
    const char *out, *err;
};

static char *read_whole(struct arena *a, const char *path)
{
    struct err err;
    char *text = NULL;

    if (file_read(a, path, &text, NULL, &err) < 0)
        fail_msg("%s", err.text);
    return text;
}

static const char *read_back(struct arena *a, FILE *f)
{
    long size;
    char *text;

    assert_int_equal(fseek(f, 0, SEEK_END), 0);
    size = ftell(f);
    assert_true(size >= 0);
    assert_int_equal(fseek(f, 0, SEEK_SET), 0);
    text = arena_array(a, char, size + 1);
    assert_int_equal(fread(text, 1, (size_t)size, f), (size_t)size);
    fclose(f);
    return text;
}

static _Noreturn void become(char *program, FILE *out, FILE *err, bool is_on)
{
    char *argv[] = {program, NULL};

    if (dup2(fileno(out), STDOUT_FILENO) < 0
        || dup2(fileno(err), STDERR_FILENO) < 0
        || setenv("RC_AUDIT", is_on ? "1" : "0", 1) < 0)
        _exit(EXIT_FAILURE);
    execv(program, argv);
    _exit(EXIT_FAILURE);
}

static struct ran run(struct lesson *l, bool is_on)
{
    FILE *out = tmpfile(), *err = tmpfile();
    struct ran r;
    int status;
    pid_t pid;

    assert_non_null(out);
    assert_non_null(err);
    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        become(l->program, out, err, is_on);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    r.status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
    r.out = addresses_named(&l->arena, read_back(&l->arena, out));
    r.err = read_back(&l->arena, err);
    return r;
}

static void write_printed(struct lesson *l, const char *out)
{
    FILE *f = fopen(arena_printf(&l->arena, "%s.printed", l->name), "w");

    assert_non_null(f);
    fputs(out, f);
    assert_int_equal(fclose(f), 0);
}

// The first line that differs is easier to see than two texts.
static void expect_output(struct lesson *l, const char *out)
{
    const char *wanted = l->expected;
    size_t at = 0;
    int line = 1;

    for (size_t i = 0; out[i] && out[i] == wanted[i]; i++) {
        if (out[i] == '\n') {
            at = i + 1;
            line++;
        }
    }
    if (strcmp(out + at, wanted + at) == 0)
        return;
    write_printed(l, out);
    fail_msg("%s.expected:%d: expected \"%.*s\", printed \"%.*s\"", l->name,
             line, (int)strcspn(wanted + at, "\n"), wanted + at,
             (int)strcspn(out + at, "\n"), out + at);
}

static void expect_silence(const struct ran *r)
{
    assert_string_equal(r->err, "");
    assert_int_equal(r->status, 0);
}

static void test_silent(void **state)
{
    struct lesson *l = *state;
    struct ran r = run(l, false);

    expect_silence(&r);
    expect_output(l, r.out);
}

static void test_audited(void **state)
{
    struct lesson *l = *state;
    struct ran r = run(l, true);

    print_message("%s", r.err);
    assert_string_equal(reports_made(&l->arena, r.err, path_base(l->path)),
                        reports_wanted(&l->arena, l->source));
    assert_int_equal(r.status, 0);
    expect_output(l, r.out);
}

static int setup(void **state)
{
    struct lesson *l = *state;
    struct arena *a = &l->arena;
    char *stem = arena_strndup(a, l->path, strlen(l->path) - strlen(".c"));

    l->name = path_base(stem);
    l->source = read_whole(a, l->path);
    l->expected = read_whole(a, arena_printf(a, "%s.expected", stem));
    return 0;
}

static int teardown(void **state)
{
    struct lesson *l = *state;

    arena_release(&l->arena);
    return 0;
}

int main(int argc, char **argv)
{
    struct lesson l = {0};
    const struct CMUnitTest plain[] = {
        cmocka_unit_test_prestate_setup_teardown(test_silent, setup, teardown,
                                                 &l),
    };
    const struct CMUnitTest audit[] = {
        cmocka_unit_test_prestate_setup_teardown(test_silent, setup, teardown,
                                                 &l),
        cmocka_unit_test_prestate_setup_teardown(test_audited, setup, teardown,
                                                 &l),
    };

    if (argc < 3) {
        fprintf(stderr, "usage: %s SOURCE PROGRAM [audit]\n", argv[0]);
        return 2;
    }
    l.path = argv[1];
    l.program = argv[2];
    if (argc > 3)
        return cmocka_run_group_tests(audit, NULL, NULL);
    return cmocka_run_group_tests(plain, NULL, NULL);
}
