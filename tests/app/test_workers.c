// test_workers.c - units that crash the front end, hang, or are killed cost
// themselves alone; nothing is left running when the run ends.

#include "run.h"

#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HEAD "#include \"mini.h\"\n"

enum { PATIENCE = 1000 /* times 20 ms */ };

// A unit that takes hours and little memory: 2^60 includes.
static void write_endless(struct fixture *f, const char *name)
{
    write_file(f, "again.h",
               "#if __INCLUDE_LEVEL__ < 60\n"
               "#include \"again.h\"\n"
               "#include \"again.h\"\n"
               "#endif\n");
    write_file(f, name, "#include \"again.h\"\n");
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
}

// The state letter and the parent of a process; 0 when there is none.
static char process(pid_t pid, pid_t *ret_parent)
{
    char path[64];
    char state = 0;
    int parent = 0;
    FILE *in;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    in = fopen(path, "r");
    if (in && fscanf(in, "%*d (%*[^)]) %c %d", &state, &parent) != 2)
        state = 0;
    if (in)
        fclose(in);
    if (ret_parent)
        *ret_parent = parent;
    return state;
}

static bool is_alive(pid_t pid)
{
    char state = process(pid, NULL);

    return state && state != 'Z';
}

static size_t children(pid_t parent, pid_t *ret, size_t most)
{
    DIR *d = opendir("/proc");
    struct dirent *e;
    size_t n = 0;

    assert_non_null(d);
    while ((e = readdir(d)) && n < most) {
        pid_t pid = (pid_t)atoi(e->d_name);
        pid_t of;

        if (pid > 0 && process(pid, &of) && of == parent)
            ret[n++] = pid;
    }
    closedir(d);
    return n;
}

static void wait_for_children(pid_t parent, pid_t *ret, size_t n)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (children(parent, ret, n) == n)
            return;
        nap();
    }
    fail_msg("no workers");
}

// Deeper than any stack, and something that libclang itself gives up on.
static void test_crash(void **state)
{
    struct fixture *f = *state;
    char *deep = arena_array(&f->arena, char, 3000100);
    struct ran r;

    strcpy(deep, "int deep(int x) { return ");
    memset(deep + strlen(deep), '!', 3000000);
    strcat(deep, "x; }\n");
    write_file(f, "a.c", HEAD LEAKS("first"));
    write_file(f, "deep.c", deep);
    write_file(f, "stop.c", "#pragma clang __debug llvm_fatal_error\n");
    write_file(f, "trap.c", "#pragma clang __debug crash\n");
    write_file(f, "z.c", HEAD LEAKS("last"));
    r = run(f, "-j1 a.c deep.c stop.c trap.c z.c" MINI);
    expect_status(&r, 3);
    expect_out(&r, "'first_made'");
    expect_out(&r, "'last_made'");
    expect_err(&r, "deep.c: not analysed: the worker ");
    expect_err(&r, "stop.c: not analysed: the C front end crashed");
    expect_err(&r, "trap.c: not analysed: the C front end crashed");
    expect_err(&r, "3 of 5 units could not be analysed");
}

static void test_endless_unit(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_endless(f, "endless.c");
    write_file(f, "unit.c", HEAD LEAKS("one"));
    for (int jobs = 1; jobs <= 2; jobs++) {
        r = run(f, arena_printf(&f->arena,
                                "-j%d --unit-timeout=1 endless.c unit.c" MINI,
                                jobs));
        expect_status(&r, 3);
        expect_err(&r, "endless.c: not analysed: given up after 1 second\n");
        expect_out(&r, "'one_made'");
    }
}

static void test_killed_worker(void **state)
{
    struct fixture *f = *state;
    pid_t worker;
    struct ran r;
    pid_t pid;

    write_endless(f, "endless.c");
    write_file(f, "unit.c", HEAD LEAKS("one"));
    pid = start(f, "-j1 endless.c unit.c" MINI);
    wait_for_children(pid, &worker, 1);
    assert_int_equal(kill(worker, SIGKILL), 0);
    r = finish(f, pid);
    expect_status(&r, 3);
    expect_err(&r, "endless.c: not analysed: the worker crashed (Killed)");
    expect_out(&r, "'one_made'");
}

static void test_killed_run(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGKILL};
    struct fixture *f = *state;

    write_endless(f, "one.c");
    write_endless(f, "two.c");
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        pid_t pid = start(f, "-j2 one.c two.c" MINI);
        pid_t workers[2];
        struct ran r;

        wait_for_children(pid, workers, 2);
        assert_int_equal(kill(pid, signals[i]), 0);
        r = finish(f, pid);
        assert_int_equal(r.status, 256 + signals[i]);
        for (int k = 0; k < 2; k++) {
            for (int n = 0; n < PATIENCE && is_alive(workers[k]); n++)
                nap();
            assert_false(is_alive(workers[k]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_crash, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_endless_unit, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_killed_worker, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_killed_run, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
