// pool.c - see pool.h. The parent only waits for pipes.

#include "app/pool.h"

#include "app/worker.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"
#include "interproc/interproc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NO_UNIT = -1, NO_WORKER = -1, PROGRESS_AFTER = 2000 /* milliseconds */ };

struct worker {
    pid_t pid; // 0 = not running
    int commands, answers;
    int unit; // being analysed
    int64_t since;
    bool timed_out;
    struct buf text; // of that unit, so far
};

// Rounds after the first: chains of calls through this many files are followed.
enum { ROUNDS_MOST = 8 };

struct pool {
    struct session *s;
    struct run_result *ret;
    struct worker *workers;
    size_t nworkers;
    bool *due;   // [unit]: to be analysed in this round
    int *holder; // [unit]: the worker that keeps it, or NO_WORKER
    size_t ndue; // how many units are
    size_t finished;
    bool is_last;          // no round comes after this one
    int facts_fd;          // a file in memory that all workers read
    const char *facts;     // what is in it
    uint32_t round;        // from 1
    const char **answers;  // [unit]: what its worker said
    const char **failures; // [unit]: why it was given up, or NULL
    int64_t began, told;
};

// In milliseconds.
static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int start_worker(struct pool *p, struct worker *w, struct err *err)
{
    int down[2];
    int up[2];
    pid_t parent = getpid();
    pid_t pid = -1;

    if (pipe2(down, O_CLOEXEC) == 0 && pipe2(up, O_CLOEXEC) == 0)
        pid = fork();
    if (pid < 0) {
        err_set(err, NULL, 0, "cannot start a worker: %s", strerror(errno));
        return -1;
    }
    if (pid == 0) {
        FILE *out = fdopen(up[1], "w");

        // Whatever ends the run, in peace or not, ends its workers.
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(EXIT_USAGE);
        // Other workers' pipes must not stay open here, or those workers
        // would never see the end of theirs.
        for (size_t i = 0; i < p->nworkers; i++) {
            if (p->workers[i].pid) {
                close(p->workers[i].commands);
                close(p->workers[i].answers);
            }
        }
        close(down[1]);
        close(up[0]);
        signal(SIGINT, SIG_DFL);
        _exit(out ? worker_serve(p->s, down[0], p->facts_fd, out) : EXIT_USAGE);
    }
    close(down[0]);
    close(up[1]);
    *w = (struct worker){
        .pid = pid, .commands = down[1], .answers = up[0], .unit = NO_UNIT};
    w->text.arena = p->s->arena;
    return 0;
}

// The next unit for a worker: one that it keeps, or one that nobody does.
static int next_unit(struct pool *p, const struct worker *w)
{
    int me = (int)(w - p->workers);

    for (size_t n = 0; p->ndue && n < p->s->project.nunits; n++) {
        if (!p->due[n] || (p->holder[n] != NO_WORKER && p->holder[n] != me))
            continue;
        p->due[n] = false;
        p->ndue--;
        p->holder[n] = me;
        return (int)n;
    }
    return NO_UNIT;
}

static void give_unit(struct pool *p, struct worker *w)
{
    struct command c = {.round = p->round,
                        .is_last = p->is_last,
                        .facts_size = strlen(p->facts)};

    w->unit = next_unit(p, w);
    if (w->unit == NO_UNIT)
        return;
    c.unit = (uint32_t)w->unit;
    w->since = now();
    w->timed_out = false;
    w->text = (struct buf){.arena = p->s->arena};
    // A worker that died is noticed when its answers end.
    if (write(w->commands, &c, sizeof(c)) < 0)
        return;
}

// An answer of "=" leaves the last one as it is.
static void finish_unit(struct pool *p, struct worker *w, const char *failure)
{
    if (failure || w->text.text[0] != '=')
        p->answers[w->unit] = buf_text(&w->text);
    p->failures[w->unit] = failure;
    p->finished++;
    w->unit = NO_UNIT;
}

static const char *last_name(const struct pool *p)
{
    int unit = NO_UNIT;

    for (size_t i = 0; i < p->nworkers; i++)
        unit = p->workers[i].unit > unit ? p->workers[i].unit : unit;
    return unit == NO_UNIT ? "" : path_base(p->s->project.units[unit].file);
}

static void progress(struct pool *p)
{
    int64_t t = now();

    if (p->s->options->quiet || !isatty(STDERR_FILENO)
        || t - p->began < PROGRESS_AFTER || t - p->told < 1000)
        return;
    p->told = t;
    fprintf(stderr, "\r\033[K[%zu/%zu] %s", p->finished, p->finished + p->ndue,
            last_name(p));
    fflush(stderr);
}

static const char *how_it_died(struct pool *p, const struct worker *w,
                               int status)
{
    if (w->timed_out)
        return arena_printf(p->s->arena, "given up after %d second%s",
                            p->s->options->unit_timeout,
                            p->s->options->unit_timeout == 1 ? "" : "s");
    if (WIFSIGNALED(status))
        return arena_printf(p->s->arena, "the worker crashed (%s)",
                            strsignal(WTERMSIG(status)));
    return arena_printf(p->s->arena, "the worker stopped (status %d)",
                        WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

// The pipe closed: the worker is gone, in peace or not.
static int bury(struct pool *p, struct worker *w, struct err *err)
{
    int status = 0;

    waitpid(w->pid, &status, 0);
    if (w->commands >= 0)
        close(w->commands);
    close(w->answers);
    w->pid = 0;
    if (w->unit != NO_UNIT)
        finish_unit(p, w, how_it_died(p, w, status));
    // What it kept, another one will parse again.
    for (size_t n = 0; n < p->s->project.nunits; n++)
        if (p->holder[n] == (int)(w - p->workers))
            p->holder[n] = NO_WORKER;
    if (!p->ndue)
        return 0;
    if (start_worker(p, w, err) < 0)
        return -1;
    give_unit(p, w);
    return 0;
}

// Whole lines only; the last line of a unit is a dot.
static void read_lines(struct pool *p, struct worker *w)
{
    if (w->text.len >= 2 && strcmp(w->text.text + w->text.len - 2, ".\n") == 0
        && (w->text.len == 2 || w->text.text[w->text.len - 3] == '\n')) {
        finish_unit(p, w, NULL);
        give_unit(p, w);
    }
}

static int read_answers(struct pool *p, struct worker *w, struct err *err)
{
    char data[65536];
    ssize_t n = read(w->answers, data, sizeof(data));

    if (n < 0 && errno == EINTR)
        return 0;
    if (n <= 0)
        return bury(p, w, err);
    buf_add(&w->text, data, (size_t)n);
    read_lines(p, w);
    return 0;
}

static void stop_runaways(struct pool *p)
{
    int64_t most = p->s->options->unit_timeout * INT64_C(1000);

    for (size_t i = 0; i < p->nworkers; i++) {
        struct worker *w = &p->workers[i];

        if (w->pid && w->unit != NO_UNIT && !w->timed_out
            && now() - w->since >= most) {
            w->timed_out = true;
            kill(w->pid, SIGKILL);
        }
    }
}

static bool is_busy(const struct pool *p)
{
    for (size_t i = 0; i < p->nworkers; i++)
        if (p->workers[i].unit != NO_UNIT)
            return true;
    return false;
}

static int wait_for_answers(struct pool *p, struct err *err)
{
    struct pollfd *fds =
        arena_array(p->s->arena, struct pollfd, p->nworkers + 1);
    struct worker **of =
        arena_array(p->s->arena, struct worker *, p->nworkers + 1);

    while (is_busy(p)) {
        nfds_t n = 0;

        for (size_t i = 0; i < p->nworkers; i++) {
            if (!p->workers[i].pid)
                continue;
            fds[n] = (struct pollfd){p->workers[i].answers, POLLIN, 0};
            of[n++] = &p->workers[i];
        }
        if (poll(fds, n, 1000) < 0 && errno != EINTR) {
            err_set(err, NULL, 0, "cannot wait for workers: %s",
                    strerror(errno));
            return -1;
        }
        for (nfds_t i = 0; i < n; i++)
            if (fds[i].revents && read_answers(p, of[i], err) < 0)
                return -1;
        stop_runaways(p);
        progress(p);
    }
    return 0;
}

// --- rounds ---

static int begin_round(struct pool *p, struct err *err)
{
    p->round++;
    for (size_t i = 0; i < p->nworkers; i++) {
        struct worker *w = &p->workers[i];

        if (!w->pid && start_worker(p, w, err) < 0)
            return -1;
        give_unit(p, w);
    }
    return 0;
}

// A row of facts: what its name is, and what all units say of it.
struct fact {
    const char *row;
    bool is_disputed;
};

// The name of a function, or the whole of a row that is about a field.
static const char *fact_key(struct arena *a, const char *row)
{
    const char *end = strchr(row, '(');

    return end && strncmp(row, "field ", 6) != 0
               ? arena_strndup(a, row, (size_t)(end - row))
               : row;
}

// Two functions of one name in two programs of the project: neither is said
// to be the one that is called.
static void add_fact(struct pool *p, struct map *known, struct fact ***facts,
                     size_t *n, size_t *cap, const char *row)
{
    struct arena *a = p->s->arena;
    const char *key = fact_key(a, row);
    struct fact *f = map_get(known, key);

    if (f) {
        f->is_disputed = f->is_disputed || strcmp(f->row, row) != 0;
        return;
    }
    f = arena_new(a, struct fact);
    f->row = row;
    map_set(a, known, key, f);
    arena_push(a, *facts, *n, *cap, f);
}

// What all units together say, in their order.
static const char *gather_facts(struct pool *p)
{
    struct buf text = {.arena = p->s->arena};
    struct map known = {0};
    struct fact **facts = NULL;
    size_t n = 0, cap = 0;

    for (size_t u = 0; u < p->s->project.nunits; u++) {
        const char *line = p->failures[u] ? "" : p->answers[u];

        for (const char *end; (end = strchr(line, '\n')); line = end + 1)
            if (*line == 'C')
                add_fact(p, &known, &facts, &n, &cap,
                         arena_strndup(p->s->arena, line + 1,
                                       (size_t)(end - line - 1)));
    }
    for (size_t i = 0; i < n; i++)
        if (!facts[i]->is_disputed)
            buf_printf(&text, "%s\n", facts[i]->row);
    return buf_text(&text);
}

static void make_due(struct pool *p)
{
    for (size_t u = 0; u < p->s->project.nunits; u++) {
        p->due[u] = !p->failures[u] && p->answers[u] && p->answers[u][0] != 'X';
        p->ndue += p->due[u];
    }
}

// False when there is nothing new to tell, or no way to.
static bool tell_facts(struct pool *p)
{
    const char *facts = gather_facts(p);
    size_t n = strlen(facts);

    if (p->round > ROUNDS_MOST || strcmp(facts, p->facts) == 0
        || pwrite(p->facts_fd, facts, n, 0) != (ssize_t)n)
        return false;
    p->facts = facts;
    make_due(p);
    return true;
}

static int run_rounds(struct pool *p, struct err *err)
{
    p->is_last = p->s->project.nunits < 2 && !p->s->options->summarize;
    for (size_t u = 0; u < p->s->project.nunits; u++) {
        p->due[u] = true;
        p->holder[u] = NO_WORKER;
    }
    p->ndue = p->s->project.nunits;
    do {
        if (begin_round(p, err) < 0 || wait_for_answers(p, err) < 0)
            return -1;
    } while (!p->is_last && tell_facts(p));
    return 0;
}

// --- merging, in input order ---

static void add_trouble(struct pool *p, const char *file, long line, long col,
                        const char *text)
{
    struct trouble t = {file, line, col, text, false};

    arena_push(p->s->arena, p->ret->troubles, p->ret->ntroubles,
               p->ret->troubles_cap, t);
}

static const char *shown(struct pool *p, const char *file)
{
    return path_below(path_join(p->s->arena, p->s->project.root, file),
                      path_cwd(p->s->arena));
}

// Cut a message into its fields, in place; returns how many there were.
static int cut_fields(char *line, char **fields, int most)
{
    int n = 0;

    while (n < most) {
        char *tab = n + 1 < most ? strchr(line, '\t') : NULL;

        fields[n++] = line;
        if (!tab)
            break;
        *tab = '\0';
        line = tab + 1;
    }
    return n;
}

static void merge_function(struct pool *p, struct map *seen, char *line)
{
    struct coverage *c = &p->ret->coverage;
    char *f[7];
    const char *key;

    if (cut_fields(line, f, 7) != 7)
        return;
    key = arena_printf(p->s->arena, "%s\t%s\t%s", f[3], f[4], f[5]);
    if (map_get(seen, key))
        return; // a header's function, seen by another unit
    map_set(p->s->arena, seen, key, p);
    c->functions++;
    c->calls += strtoul(f[1], NULL, 10);
    c->calls_unknown += strtoul(f[2], NULL, 10);
    switch (atoi(f[0])) {
    case FUNCTION_ANALYSED:
        c->analysed++;
        break;
    case FUNCTION_IRRELEVANT:
        c->irrelevant++;
        break;
    case FUNCTION_CUT:
        c->cut++;
        add_trouble(p, shown(p, f[3]), atol(f[4]), 0,
                    arena_printf(p->s->arena,
                                 "function %s is given up: %s; what is said "
                                 "of it may be incomplete",
                                 f[5], f[6]));
        break;
    default:
        c->unparsed++;
        p->ret->incomplete = true;
        add_trouble(p, shown(p, f[3]), atol(f[4]), 0,
                    arena_printf(p->s->arena, "function %s is not analysed: %s",
                                 f[5], f[6]));
    }
}

// What a header says wrong, seen by many units, is told once.
static bool is_told(struct pool *p, struct map *seen, char **f)
{
    const char *key =
        arena_printf(p->s->arena, "%s\t%s\t%s\t%s", f[0], f[1], f[2], f[3]);

    if (map_get(seen, key))
        return true;
    map_set(p->s->arena, seen, key, p);
    return false;
}

// What does not parse may have been a function, so the silence about it is not
// health.
static void merge_problem(struct pool *p, struct map *seen, char **f)
{
    p->ret->incomplete = true;
    if (!is_told(p, seen, f))
        add_trouble(p, shown(p, f[0]), atol(f[1]), atol(f[2]), f[3]);
}

static void merge_warning(struct pool *p, struct map *seen, char **f)
{
    if (is_told(p, seen, f))
        return;
    add_trouble(p, shown(p, f[0]), atol(f[1]), atol(f[2]), f[3]);
    p->ret->troubles[p->ret->ntroubles - 1].is_warning = true;
}

// A line more of the explanation that was begun last.
static void merge_explanation(struct pool *p, const char *line)
{
    struct run_result *r = p->ret;
    struct explained *last;

    if (r->nexplanations == 0)
        return;
    last = &r->explanations[r->nexplanations - 1];
    last->text = arena_printf(p->s->arena, "%s%s\n", last->text, line);
}

static void begin_explanation(struct pool *p, const char *line)
{
    struct explained e = {.has_body = line[0] == '1', .text = ""};

    arena_push(p->s->arena, p->ret->explanations, p->ret->nexplanations,
               p->ret->explanations_cap, e);
    merge_explanation(p, line + 1);
}

static void merge_line(struct pool *p, struct map *seen, size_t unit,
                       char *line)
{
    struct finding finding;
    struct err err;
    char *f[4];

    switch (line[0]) {
    case 'F':
        if (finding_decode(p->s->arena, line + 1, &finding, &err) == 0)
            finding_add(p->s->arena, &p->ret->findings, &finding);
        else
            add_trouble(p, p->s->project.units[unit].file, 0, 0, err.text);
        break;
    case 'N':
        merge_function(p, seen, line + 1);
        break;
    case 'E':
        begin_explanation(p, line + 1);
        break;
    case 'e':
        merge_explanation(p, line + 1);
        break;
    case 'P':
        if (cut_fields(line + 1, f, 4) == 4)
            merge_problem(p, seen, f);
        break;
    case 'W':
        if (cut_fields(line + 1, f, 4) == 4)
            merge_warning(p, seen, f);
        break;
    case 'X':
        p->failures[unit] = arena_strdup(p->s->arena, line + 1);
        break;
    default:
        break;
    }
}

static void merge_unit(struct pool *p, struct map *seen, size_t unit)
{
    char *text = arena_strdup(p->s->arena, p->answers[unit]);

    for (char *line = text; *line;) {
        char *end = strchr(line, '\n');

        // A last line without its end was cut by a crash.
        if (!end)
            break;
        *end = '\0';
        merge_line(p, seen, unit, line);
        line = end + 1;
    }
    if (p->failures[unit]) {
        p->ret->coverage.units_failed++;
        p->ret->incomplete = true;
        add_trouble(
            p, shown(p, p->s->project.units[unit].file), 0, 0,
            arena_printf(p->s->arena, "not analysed: %s", p->failures[unit]));
    }
}

static size_t worker_count(const struct session *s)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = s->options->jobs > 0 ? (size_t)s->options->jobs
                                    : (size_t)(cores > 0 ? cores : 1);

    return n < s->project.nunits ? n : s->project.nunits;
}

int pool_run(struct session *s, struct run_result *ret, struct err *err)
{
    struct pool p = {.s = s, .ret = ret, .began = now(), .facts = ""};
    struct map seen = {0};
    int r = -1;

    *ret = (struct run_result){.coverage.units = s->project.nunits};
    p.nworkers = worker_count(s);
    p.workers = arena_array(s->arena, struct worker, p.nworkers + 1);
    p.answers = arena_array(s->arena, const char *, s->project.nunits + 1);
    p.due = arena_array(s->arena, bool, s->project.nunits + 1);
    p.holder = arena_array(s->arena, int, s->project.nunits + 1);
    p.failures = arena_array(s->arena, const char *, s->project.nunits + 1);
    signal(SIGPIPE, SIG_IGN);
    p.facts_fd = memfd_create("refcheck-facts", MFD_CLOEXEC);
    for (size_t i = 0; i < p.nworkers; i++)
        p.workers[i].unit = NO_UNIT;
    if (run_rounds(&p, err) < 0)
        goto out;
    if (p.told)
        fputs("\r\033[K", stderr);
    for (size_t n = 0; n < s->project.nunits; n++)
        merge_unit(&p, &seen, n);
    finding_sort(&ret->findings);
    finding_fingerprints(&ret->findings);
    ret->facts = p.s->options->summarize ? gather_facts(&p) : "";
    r = 0;
out:
    for (size_t i = 0; i < p.nworkers; i++) {
        if (p.workers[i].pid) {
            kill(p.workers[i].pid, SIGKILL);
            waitpid(p.workers[i].pid, NULL, 0);
        }
    }
    if (p.facts_fd >= 0)
        close(p.facts_fd);
    signal(SIGPIPE, SIG_DFL);
    return r;
}
