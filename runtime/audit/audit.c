// audit.c - the settings of the audit: from the environment, and by calls.

#include "audit/audit.h"
#include "audit/hooks.h"

#include <errno.h>
#include <stdlib.h>

enum { QUARANTINE_USUAL = 65536, EXIT_USAGE = 2 };

struct audit audit;

void audit_set_owner(void); // check.c

static _Noreturn void refuse(const char *name, const char *value,
                             const char *wanted)
{
    fprintf(stderr, "rc: %s=%s: expected %s\n", name, value, wanted);
    exit(EXIT_USAGE);
}

// Digits only; `rest` is what may follow them.
static uint64_t number(const char *name, const char *value, const char **rest)
{
    char *end;
    unsigned long long n;

    errno = 0;
    n = strtoull(value, &end, 10);
    if (end == value || errno || value[0] < '0' || value[0] > '9')
        refuse(name, value, "a number");
    *rest = end;
    return n;
}

static bool is_switched_on(const char *name)
{
    const char *value = getenv(name);

    if (!value || strcmp(value, "") == 0 || strcmp(value, "0") == 0)
        return false;
    if (strcmp(value, "1") != 0)
        refuse(name, value, "0 or 1");
    return true;
}

static void read_audit(void)
{
    const char *value = getenv("RC_AUDIT");

    audit.stops = value && strcmp(value, "abort") == 0;
    audit.is_on = audit.stops || is_switched_on("RC_AUDIT");
}

static void read_fail_alloc(void)
{
    static const char name[] = "RC_FAIL_ALLOC";
    const char *value = getenv(name), *rest;

    if (!value || !*value)
        return;
    audit.fail_at = number(name, value, &rest);
    audit.fails_after = strcmp(rest, "-") == 0;
    if (*rest && !audit.fails_after)
        refuse(name, value, "N or N-");
}

static void read_quarantine(void)
{
    static const char name[] = "RC_QUARANTINE";
    const char *value = getenv(name), *rest;

    audit.quarantine_most = QUARANTINE_USUAL;
    if (!value || !*value)
        return;
    audit.quarantine_most = number(name, value, &rest);
    if (*rest)
        refuse(name, value, "a number");
}

static void read_trace(void)
{
    const char *path = getenv("RC_TRACE");

    if (!path || !*path)
        return;
    trace_begin(path);
    if (!audit.trace)
        refuse("RC_TRACE", path, "a file that can be written");
}

// What only immortal objects hold is no leak: rc_fini() has counted it.
static void finish(bool has_leaks)
{
    size_t alive = 0;

    audit.is_finished = true;
    if (has_leaks && (audit.is_on || audit.trace))
        alive = report_leaks(audit.is_on ? report_file() : NULL);
    if (audit.trace)
        trace_finish(alive, rc_audit_all_errors());
}

// For programs that never call rc_fini().
static void at_exit(void)
{
    if (heap.is_ready && !audit.is_finished)
        finish(true);
}

void audit_init(void)
{
    bool has_exit_hook = audit.has_exit_hook;

    audit = (struct audit){.has_exit_hook = true};
    if (!has_exit_hook)
        atexit(at_exit);
    audit_set_owner();
    read_audit();
    read_quarantine();
    read_trace();
    read_fail_alloc(); // last: what came before does not count
    if (is_switched_on("RC_GC_STRESS"))
        gc_set_stress(true);
    audit.allocations = 0;
}

void audit_closing(void)
{
    if (audit.is_on)
        report_dead_cycles(report_file());
}

void audit_fini(size_t alive)
{
    quarantine_release();
    finish(alive > 0);
    if (alive)
        return;
    rc_audit_trace(NULL);
    records_release();
}

size_t rc_audit_errors(enum rc_audit_kind kind)
{
    return (size_t)kind < RC_AUDIT_KINDS ? audit.errors[kind] : 0;
}

size_t rc_audit_all_errors(void)
{
    size_t n = 0;

    for (size_t i = 0; i < RC_AUDIT_KINDS; i++)
        n += audit.errors[i];
    return n;
}

void rc_audit_enable(bool on)
{
    audit.is_on = on;
}

void rc_audit_report_to(FILE *out)
{
    audit.report = out;
}

void rc_audit_fail_alloc(uint64_t n, bool and_all_after)
{
    audit.allocations = 0;
    audit.fail_at = n;
    audit.fails_after = and_all_after;
}

uint64_t rc_audit_allocations(void)
{
    return audit.allocations;
}

void rc_audit_stress(bool on)
{
    gc_set_stress(on);
}

int rc_audit_trace(const char *path)
{
    if (audit.trace)
        fclose(audit.trace);
    audit.trace = NULL;
    if (!path)
        return 0;
    trace_begin(path);
    if (audit.trace)
        return 0;
    rc_error_set(RC_ERROR_IO, "%s: %s", path, strerror(errno));
    return -1;
}

size_t rc_audit_report_leaks(FILE *out)
{
    return report_leaks(out);
}
