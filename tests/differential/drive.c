// drive.c - run every generated function with all inputs and with each
// allocation failing in turn, and print what the audit sees.
//
// Standard output must be a pipe; what is printed is described in
// tests/confirm/drive.c. Most runs are right and are only looked at from within
// one process; those that are not run again, each in a process of its own, to
// be traced.

#include "drive.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NUMBER_LEAST = -1,
    NUMBERS = 5, // values of a number, from there on
    INPUTS = NUMBERS * NUMBERS,
    CALLS_MOST = 60, // that are made to fail
    BAD_MOST = 400,  // runs of a function that are traced
    SECONDS_MOST = 20
};

// What fails: the first-th and the second-th call, or else the allocation of a
// number; 0 = none.
struct run {
    int input, first, second, allocation;
};

// What a run meets: how many calls and allocations that can fail.
struct met {
    int calls, allocations;
};

// Shared between processes.
struct progress {
    struct run now, bad[BAD_MOST];
    struct met met;
    int calls;   // without a failure
    int seconds; // with the first failure alone
    size_t nbad, runs;
    bool is_done;
};

static struct progress *progress;

bool drive_fails(void)
{
    const struct run *run = &progress->now;
    int made = ++progress->met.calls;

    if (made != run->first && made != run->second)
        return false;
    rc_error_set(RC_ERROR_MEMORY, "made to fail");
    return true;
}

// The place of the call stays the one that failed.
int drive_append_fails(rc_object *container, rc_object *item)
{
    (void)(rc_type_of)(container);
    (void)(rc_type_of)(item);
    return -1;
}

int drive_push_fails(rc_object *list, rc_object *item)
{
    int r = drive_append_fails(list, item);

    (rc_decref)(item);
    return r;
}

rc_object *drive_gives_nothing(rc_object *container)
{
    (void)(rc_type_of)(container);
    return NULL;
}

// ---- one run ----

static int count_one(rc_object *o, size_t bytes, void *arg)
{
    size_t *n = arg;

    (void)o;
    (void)bytes;
    ++*n;
    return 0;
}

static size_t count_objects(void)
{
    size_t n = 0;

    rc_heap_walk(count_one, &n);
    return n;
}

static void stop(const char *why)
{
    fprintf(stderr, "differential: %s\n", why);
    exit(EXIT_FAILURE);
}

// A list of a float and a list of a float.
static rc_object *make_input(void)
{
    rc_object *in = rc_list_new(), *inner = rc_list_new();

    if (!in || !inner || rc_list_push(in, rc_float_new(0.5)) < 0
        || rc_list_push(inner, rc_float_new(0.25)) < 0
        || rc_list_push(in, inner) < 0)
        stop("no memory");
    return in;
}

// The name says to the observer whose reference this is.
static void drive_new(rc_object *result)
{
    rc_xdecref(result);
}

static void call(const struct generated *f)
{
    rc_object *in = make_input(), *result = NULL;
    struct run run = progress->now;
    int a = NUMBER_LEAST + run.input % NUMBERS;
    int b = NUMBER_LEAST + run.input / NUMBERS;

    rc_error_clear();
    progress->met = (struct met){0};
    rc_audit_fail_alloc((uint64_t)run.allocation, false);
    if (f->object)
        result = f->object(in, a, b);
    else
        (void)f->status(in, a, b);
    progress->met.allocations = (int)rc_audit_allocations();
    rc_audit_fail_alloc(0, false);
    drive_new(result);
    rc_decref(in);
}

// ---- all runs, from one process ----

static void add_bad(struct progress *p)
{
    if (p->nbad < BAD_MOST)
        p->bad[p->nbad++] = p->now;
}

// First without a failure, then each call alone and with each later one, then
// each allocation. A run that crashed has met what it had met by then.
static struct run run_after(struct progress *p)
{
    struct run run = p->now;
    int calls = p->met.calls < CALLS_MOST ? p->met.calls : CALLS_MOST;
    int last = run.second ? run.second : run.first;

    if (!run.first && !run.allocation)
        p->calls = calls;
    if (run.first && !run.second)
        p->seconds = calls;
    if (run.first && last < p->seconds)
        return (struct run){run.input, run.first, last + 1, 0};
    if (!run.allocation && run.first < p->calls)
        return (struct run){run.input, run.first + 1, 0, 0};
    if (run.allocation <= p->met.allocations)
        return (struct run){run.input, 0, 0, run.allocation + 1};
    return (struct run){.input = run.input + 1};
}

static void look(const struct generated *f, struct progress *p)
{
    while (p->now.input < INPUTS) {
        size_t objects = count_objects(), errors = rc_audit_all_errors();

        call(f);
        p->runs++;
        if (count_objects() != objects || rc_audit_all_errors() != errors)
            add_bad(p);
        p->now = run_after(p);
    }
    p->is_done = true;
}

static void look_in_process(const struct generated *f, struct progress *p)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        alarm(SECONDS_MOST);
        if (rc_init() < 0)
            _exit(EXIT_FAILURE);
        look(f, p);
        _exit(EXIT_SUCCESS);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        stop("no process");
}

static void find_bad(const struct generated *f, struct progress *p)
{
    memset(p, 0, sizeof(*p));
    for (;;) {
        look_in_process(f, p);
        if (p->is_done)
            return;
        add_bad(p); // it crashed
        p->runs++;
        p->now = run_after(p);
    }
}

// ---- runs that are traced ----

static void crashed(int signal)
{
    const struct rc_site *s = &rc_site_;

    (void)signal;
    dprintf(STDOUT_FILENO, "crash\t%s\t%d\t%s\t%s\n", s->file, s->line,
            s->function, s->call);
    _exit(EXIT_SUCCESS);
}

// A run that a sanitizer stops has crashed; what runs leave behind is not ours.
#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void)
{
    return "abort_on_error=1:detect_leaks=0";
}

const char *__ubsan_default_options(void)
{
    return "abort_on_error=1";
}
#endif

static _Noreturn void trace_run(const struct generated *f)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGALRM};

    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
        signal(signals[i], crashed);
    alarm(SECONDS_MOST);
    if (rc_init() < 0 || rc_audit_trace("/dev/stdout") < 0)
        _exit(EXIT_FAILURE);
    call(f);
    rc_fini();
    _exit(EXIT_SUCCESS);
}

static void trace_in_process(const struct generated *f)
{
    int status;
    pid_t pid;

    printf("run\t%s\n", f->name);
    fflush(stdout);
    pid = fork();
    if (pid == 0)
        trace_run(f);
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)
        || WEXITSTATUS(status) != EXIT_SUCCESS)
        stop("a run cannot be traced");
}

static void trace_bad(const struct generated *f, struct progress *p)
{
    for (size_t i = 0; i < p->nbad; i++) {
        p->now = p->bad[i];
        trace_in_process(f);
    }
}

int main(void)
{
    struct progress *p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED || setenv("RC_AUDIT", "1", 1) < 0
        || !freopen("/dev/null", "w", stderr))
        stop("no memory");
    progress = p;
    for (size_t i = 0; i < ngenerated; i++) {
        find_bad(&generated[i], p);
        trace_bad(&generated[i], p);
        printf("function\t%s\t%zu\tentered\t\n", generated[i].name, p->runs);
    }
    return EXIT_SUCCESS;
}
