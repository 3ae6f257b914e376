// drive.c - run every function of a fixture, with all inputs and with each
// allocation failing in turn, and print what the audit sees.
//
// Linked with the driver that was generated for the fixture. Standard output
// must be a pipe: each run is a process of its own, which writes its trace
// there (rc/audit.h has its format). Three lines are ours; fields end with
// tabs:
//
//     run       FUNCTION    what follows up to the next such line is of this
//     run crash     PLACE       the run was ended by a signal; PLACE: the last
//     call function  NAME LINE entered|silent WHY    at the end: WHY it is not
//     run

#include "inputs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILS_MOST = 200, SECONDS_MOST = 20, EXIT_REACHED = 10, EXIT_BROKEN };

static bool *entered; // shared by all processes

void __cyg_profile_func_enter(void *function, void *caller);
void __cyg_profile_func_exit(void *function, void *caller);

void __cyg_profile_func_enter(void *function, void *caller)
{
    (void)caller;
    for (size_t i = 0; i < drive_nfunctions; i++)
        if (drive_functions[i].address == (uintptr_t)function)
            entered[i] = true;
}

void __cyg_profile_func_exit(void *function, void *caller)
{
    (void)function;
    (void)caller;
}

static void print_crash(const struct rc_site *s)
{
    dprintf(STDOUT_FILENO, "crash\t%s\t%d\t%s\t%s\n", s->file, s->line,
            s->function, s->call);
}

static void crashed(int signal)
{
    (void)signal;
    print_crash(&rc_site_);
    _exit(EXIT_SUCCESS);
}

static void catch_crashes(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGFPE,
                                  SIGILL,  SIGABRT, SIGALRM};

    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
        signal(signals[i], crashed);
    alarm(SECONDS_MOST);
}

// fail: which allocation fails, 0 = none. Exits with EXIT_REACHED when there
// was one of that number.
static _Noreturn void run_once(struct run *run, uint64_t fail)
{
    bool is_reached;

    if (!freopen("/dev/null", "w", stderr) || rc_init() < 0
        || inputs_make(run) < 0 || rc_audit_trace("/dev/stdout") < 0)
        _exit(EXIT_BROKEN);
    catch_crashes();
    rc_audit_fail_alloc(fail, false);
    run->function->call(run);
    is_reached = rc_audit_allocations() >= fail;
    rc_audit_fail_alloc(0, false);
    inputs_release(run);
    rc_fini();
    _exit(is_reached ? EXIT_REACHED : EXIT_SUCCESS);
}

// Returns whether there was such an allocation. What a sanitizer ends is a
// crash at a place that nobody knows.
static bool run_in_process(struct run *run, uint64_t fail)
{
    int status;
    pid_t pid;

    printf("run\t%s\n", run->function->name);
    fflush(stdout);
    pid = fork();
    if (pid == 0)
        run_once(run, fail);
    if (pid < 0 || waitpid(pid, &status, 0) != pid
        || (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_BROKEN)) {
        fprintf(stderr, "%s: its inputs cannot be made\n", run->function->name);
        exit(EXIT_FAILURE);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_REACHED)
        return true;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS)
        print_crash(&(struct rc_site){"", 0, "", ""});
    return false;
}

static void run_all(const struct drive_function *f)
{
    int n = inputs_count(f);

    for (int i = 0; i < n; i++) {
        struct run run = {.function = f};
        uint64_t fail = 0;

        inputs_choose(&run, i);
        while (run_in_process(&run, fail) && fail < FAILS_MOST)
            fail++;
    }
}

int main(void)
{
    entered = mmap(NULL, drive_nfunctions + 1, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (entered == MAP_FAILED || setenv("RC_AUDIT", "1", 1) < 0) {
        perror("drive");
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < drive_nfunctions; i++)
        if (drive_functions[i].call)
            run_all(&drive_functions[i]);
    for (size_t i = 0; i < drive_nfunctions; i++)
        printf("function\t%s\t%d\t%s\t%s\n", drive_functions[i].name,
               drive_functions[i].line, entered[i] ? "entered" : "silent",
               drive_functions[i].not_run ? drive_functions[i].not_run : "");
    return EXIT_SUCCESS;
}
