// test_audit.c - audit/: each mistake is reported at its place, with the places
// that led to it; who holds what is alive at the end; traces; the variables of
// the environment. A report is compared as a whole, with what differs from run
// to run taken out: addresses, and lines, for which the test has names.

#include "support.h"

#ifdef RC_AUDIT

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const variables[] = {
    "RC_AUDIT", "RC_TRACE", "RC_FAIL_ALLOC", "RC_GC_STRESS", "RC_QUARANTINE",
};

static void clear_environment(void)
{
    for (size_t i = 0; i < LENGTH(variables); i++)
        unsetenv(variables[i]);
}

// ---- lines with names ----

static struct {
    const char *name;
    int line;
} marks[8];
static size_t nmarks;

static void mark(const char *name, int line)
{
    size_t i = 0;

    while (i < nmarks && marks[i].line != line)
        i++;
    assert_true(i < LENGTH(marks));
    marks[i].name = name;
    marks[i].line = line;
    nmarks += i == nmarks;
}

// Stands on the line that is meant.
#define AT(name) mark(name, __LINE__)

static const char *name_of_line(long line)
{
    for (size_t i = 0; i < nmarks; i++) {
        if (marks[i].line == line)
            return marks[i].name;
    }
    return "?";
}

// "FILE:LINE" becomes the name of the line, "0x..." becomes "0x".
static char *normalised(const char *text)
{
    static const char here[] = __FILE__ ":";
    char *result = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&result, &size);

    assert_non_null(out);
    while (*text) {
        if (strncmp(text, here, strlen(here)) == 0) {
            char *end;

            fputs(name_of_line(strtol(text + strlen(here), &end, 10)), out);
            text = end;
        } else if (strncmp(text, "0x", 2) == 0) {
            fputs("0x", out);
            text += 2 + strspn(text + 2, "0123456789abcdef");
        } else {
            fputc(*text++, out);
        }
    }
    fclose(out);
    return result;
}

// All of a file, from its beginning; the caller frees it.
static char *text_of(FILE *file)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    rewind(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        putc(c, out);
    fclose(out);
    return text;
}

static void assert_report(FILE *file, const char *expected)
{
    char *text = text_of(file), *report = normalised(text);

    assert_string_equal(report, expected);
    free(report);
    free(text);
}

// ---- mistakes ----

static FILE *begin_audit(void)
{
    FILE *report = tmpfile();

    assert_non_null(report);
    nmarks = 0;
    assert_int_equal(begin_runtime(NULL), 0);
    rc_audit_enable(true);
    rc_audit_report_to(report);
    return report;
}

static void scene_given_back_twice(void)
{
    rc_object *list;

    AT("make"), list = made(rc_list_new());
    AT("free"), rc_decref(list);
    AT("use"), rc_decref(list);
}

static void scene_taken_and_given(void)
{
    rc_object *list;

    AT("make"), list = made(rc_list_new());
    for (int i = 0; i < 3; i++) {
        AT("take"), rc_incref(list);
        AT("give"), rc_decref(list);
    }
    AT("free"), rc_decref(list);
    AT("use"), rc_decref(list);
}

// The list is gone when its item is given back once too often by it.
static void scene_given_back_for_a_list(void)
{
    rc_object *item, *list = made(rc_list_new());

    AT("make"), item = made(rc_float_new(0.5));
    AT("keep"), assert_int_equal(rc_list_append(list, item), 0);
    AT("give"), rc_decref(item);
    AT("free"), rc_decref(item);
    AT("use"), rc_decref(list);
}

// Nothing but itself holds it, and that was not counted either.
static void scene_holds_itself(void)
{
    rc_object *list;

    AT("make"), list = made(rc_list_new());
    AT("keep"), assert_int_equal(rc_list_append(list, list), 0);
    AT("give"), rc_decref(list);
    AT("use"), rc_decref(list);
}

static void scene_giant(void)
{
    rc_object *giant;

    AT("make"), giant = made(rc_new(&giant_type));
    AT("free"), rc_decref(giant);
    AT("use"), rc_decref(giant);
}

static void scene_taken_after_its_end(void)
{
    rc_object *node;

    AT("make"), node = made(rc_new(&node_type));
    AT("free"), rc_decref(node);
    AT("use"), rc_incref(node);
}

static void scene_compared_after_its_end(void)
{
    rc_object *node;

    AT("make"), node = made(rc_new(&node_type));
    AT("free"), rc_decref(node);
    AT("use"), assert_int_equal(rc_equal(node, rc_none), 0);
}

static void scene_collected(void)
{
    rc_object *node;

    AT("make"), node = made(rc_new(&node_type));
    AT("take"), node_of(node)->left = rc_newref(node);
    AT("give"), rc_decref(node);
    AT("free"), assert_int_equal(rc_gc_collect(), 1);
    AT("use"), rc_incref(node);
}

static void give_self(rc_object *self)
{
    AT("use"), rc_decref(self);
}

// The reference that a finalizer sees is not its own.
static void scene_finalizer(void)
{
    rc_object *node;

    finalized.then = give_self;
    AT("make"), node = made(rc_new(&final_type));
    AT("free"), rc_decref(node);
}

// An address where none begins.
static void scene_inside(void)
{
    rc_object *node = made(rc_new(&node_type));

    AT("use"), rc_incref(node + 1);
    rc_decref(node);
}

static void scene_null(void)
{
    rc_object *volatile nothing = NULL;

    AT("use"), rc_decref(nothing);
}

static void scene_written_after_its_end(void)
{
    rc_object *node;

    AT("make"), node = made(rc_new(&node_type));
    AT("free"), rc_decref(node);
    node_of(node)->right = rc_none;
    AT("use"), assert_int_equal(rc_fini(), 0);
}

static void scene_too_many(void)
{
    rc_object *node;

    AT("make"), node = made(rc_new(&node_type));
    node->refs = RC_COUNT_MASK - 1;
    AT("take"), rc_incref(node);
    assert_int_equal(rc_audit_all_errors(), 0);
    AT("use"), rc_incref(node);
    assert_true(rc_is_immortal(node));
    rc_decref(node);
}

// The lists hold it twice, but one reference was given back for them.
static void scene_too_few(void)
{
    rc_object *item, *a, *b = made(rc_list_new());

    AT("list"), a = made(rc_list_new());
    AT("make"), item = made(rc_float_new(0.5));
    AT("keep"), assert_int_equal(rc_list_append(a, item), 0);
    AT("again"), assert_int_equal(rc_list_push(b, item), 0);
    AT("give"), rc_decref(item);
    assert_int_equal(rc_list_push(a, b), 0);
    AT("use"), assert_int_equal(rc_fini(), 3); // said once, with the leaks
    rc_audit_report_leaks(NULL);
    rc_incref(item);
    rc_decref(a);
}

static void *take_in_thread(void *arg)
{
    AT("use"), rc_incref(arg);
    return NULL;
}

static void scene_thread(void)
{
    rc_object *node;
    pthread_t thread;

    AT("make"), node = made(rc_new(&node_type));
    assert_int_equal(pthread_create(&thread, NULL, take_in_thread, node), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    rc_decref(node);
    rc_decref(node);
}

static const struct mistake {
    const char *name;
    void (*run)(void);
    enum rc_audit_kind kind;
    const char *report;
} mistakes[] = {
    {"given back twice", scene_given_back_twice, RC_AUDIT_DOUBLE_DECREF,
     "use: error: a reference is given back to an object that is gone: list at "
     "0x [double-decref]\n"
     "use: note: it happens here, in scene_given_back_twice(), rc_decref\n"
     "make: note: the object was made here, in scene_given_back_twice(), "
     "rc_list_new\n"
     "free: note: it was freed here, in scene_given_back_twice(), rc_decref\n"
     "make: note: 1 taken, 0 given back in scene_given_back_twice(), "
     "rc_list_new\n"
     "free: note: 0 taken, 1 given back in scene_given_back_twice(), "
     "rc_decref\n"},
    {"taken and given", scene_taken_and_given, RC_AUDIT_DOUBLE_DECREF,
     "use: error: a reference is given back to an object that is gone: list at "
     "0x [double-decref]\n"
     "use: note: it happens here, in scene_taken_and_given(), rc_decref\n"
     "make: note: the object was made here, in scene_taken_and_given(), "
     "rc_list_new\n"
     "free: note: it was freed here, in scene_taken_and_given(), rc_decref\n"
     "make: note: 1 taken, 0 given back in scene_taken_and_given(), "
     "rc_list_new\n"
     "take: note: 3 taken, 0 given back in scene_taken_and_given(), "
     "rc_incref\n"
     "give: note: 0 taken, 3 given back in scene_taken_and_given(), "
     "rc_decref\n"
     "free: note: 0 taken, 1 given back in scene_taken_and_given(), "
     "rc_decref\n"},
    {"given back for a list", scene_given_back_for_a_list,
     RC_AUDIT_DOUBLE_DECREF,
     "use: error: a reference is given back to an object that is gone: float "
     "at 0x [double-decref]\n"
     "use: note: it happens here, in scene_given_back_for_a_list(), "
     "rc_decref\n"
     "make: note: the object was made here, in scene_given_back_for_a_list(), "
     "rc_float_new\n"
     "free: note: it was freed here, in scene_given_back_for_a_list(), "
     "rc_decref\n"
     "make: note: 1 taken, 0 given back in scene_given_back_for_a_list(), "
     "rc_float_new\n"
     "keep: note: 1 taken, 0 given back in scene_given_back_for_a_list(), "
     "rc_list_append\n"
     "give: note: 0 taken, 1 given back in scene_given_back_for_a_list(), "
     "rc_decref\n"
     "free: note: 0 taken, 1 given back in scene_given_back_for_a_list(), "
     "rc_decref\n"},
    {"holds itself", scene_holds_itself, RC_AUDIT_DOUBLE_DECREF,
     "use: error: a reference is given back to an object that is gone: list at "
     "0x [double-decref]\n"
     "use: note: it happens here, in scene_holds_itself(), rc_decref\n"
     "make: note: the object was made here, in scene_holds_itself(), "
     "rc_list_new\n"
     "make: note: 1 taken, 0 given back in scene_holds_itself(), rc_list_new\n"
     "keep: note: 1 taken, 0 given back in scene_holds_itself(), "
     "rc_list_append\n"
     "give: note: 0 taken, 1 given back in scene_holds_itself(), rc_decref\n"
     "use: note: 0 taken, 1 given back in scene_holds_itself(), rc_decref\n"},
    {"a large object", scene_giant, RC_AUDIT_DOUBLE_DECREF,
     "use: error: a reference is given back to an object that is gone: giant "
     "at 0x [double-decref]\n"
     "use: note: it happens here, in scene_giant(), rc_decref\n"
     "make: note: the object was made here, in scene_giant(), rc_new\n"
     "free: note: it was freed here, in scene_giant(), rc_decref\n"
     "make: note: 1 taken, 0 given back in scene_giant(), rc_new\n"
     "free: note: 0 taken, 1 given back in scene_giant(), rc_decref\n"},
    {"taken after its end", scene_taken_after_its_end, RC_AUDIT_USE_AFTER_FREE,
     "use: error: an object is used that is gone: node at 0x "
     "[use-after-free]\n"
     "use: note: it happens here, in scene_taken_after_its_end(), rc_incref\n"
     "make: note: the object was made here, in scene_taken_after_its_end(), "
     "rc_new\n"
     "free: note: it was freed here, in scene_taken_after_its_end(), "
     "rc_decref\n"
     "make: note: 1 taken, 0 given back in scene_taken_after_its_end(), "
     "rc_new\n"
     "free: note: 0 taken, 1 given back in scene_taken_after_its_end(), "
     "rc_decref\n"},
    {"compared after its end", scene_compared_after_its_end,
     RC_AUDIT_USE_AFTER_FREE,
     "use: error: an object is used that is gone: node at 0x "
     "[use-after-free]\n"
     "use: note: it happens here, in scene_compared_after_its_end(), "
     "rc_equal\n"
     "make: note: the object was made here, in "
     "scene_compared_after_its_end(), rc_new\n"
     "free: note: it was freed here, in scene_compared_after_its_end(), "
     "rc_decref\n"
     "make: note: 1 taken, 0 given back in scene_compared_after_its_end(), "
     "rc_new\n"
     "free: note: 0 taken, 1 given back in scene_compared_after_its_end(), "
     "rc_decref\n"},
    {"collected", scene_collected, RC_AUDIT_USE_AFTER_FREE,
     "use: error: an object is used that is gone: node at 0x "
     "[use-after-free]\n"
     "use: note: it happens here, in scene_collected(), rc_incref\n"
     "make: note: the object was made here, in scene_collected(), rc_new\n"
     "free: note: it was freed here, in scene_collected(), rc_gc_collect\n"
     "make: note: 1 taken, 0 given back in scene_collected(), rc_new\n"
     "take: note: 1 taken, 0 given back in scene_collected(), rc_newref\n"
     "give: note: 0 taken, 1 given back in scene_collected(), rc_decref\n"},
    {"finalizer", scene_finalizer, RC_AUDIT_DOUBLE_DECREF,
     "use: error: a reference is given back to an object that is gone: final "
     "at 0x [double-decref]\n"
     "use: note: it happens here, in give_self(), rc_decref\n"
     "make: note: the object was made here, in scene_finalizer(), rc_new\n"
     "make: note: 1 taken, 0 given back in scene_finalizer(), rc_new\n"
     "free: note: 0 taken, 1 given back in scene_finalizer(), rc_decref\n"},
    {"inside of an object", scene_inside, RC_AUDIT_NO_OBJECT,
     "use: error: no object is or was at this address: object at 0x "
     "[no-object]\n"
     "use: note: it happens here, in scene_inside(), rc_incref\n"},
    {"NULL", scene_null, RC_AUDIT_NO_OBJECT,
     "use: error: no object is or was at this address: object at 0x "
     "[no-object]\n"
     "use: note: it happens here, in scene_null(), rc_decref\n"},
    {"written after its end", scene_written_after_its_end,
     RC_AUDIT_WRITE_AFTER_FREE,
     "use: error: the memory of an object was written to after its end: node "
     "at 0x [write-after-free]\n"
     "use: note: it happens here, in scene_written_after_its_end(), rc_fini\n"
     "make: note: the object was made here, in "
     "scene_written_after_its_end(), rc_new\n"
     "free: note: it was freed here, in scene_written_after_its_end(), "
     "rc_decref\n"
     "make: note: 1 taken, 0 given back in scene_written_after_its_end(), "
     "rc_new\n"
     "free: note: 0 taken, 1 given back in scene_written_after_its_end(), "
     "rc_decref\n"},
    {"too many references", scene_too_many, RC_AUDIT_OVERFLOW,
     "use: error: more references than can be counted: the object is immortal "
     "from now on: node at 0x [overflow]\n"
     "use: note: it happens here, in scene_too_many(), rc_incref\n"
     "make: note: the object was made here, in scene_too_many(), rc_new\n"
     "make: note: 1 taken, 0 given back in scene_too_many(), rc_new\n"
     "take: note: 1 taken, 0 given back in scene_too_many(), rc_incref\n"},
    {"too few references", scene_too_few, RC_AUDIT_BAD_COUNT,
     "use: error: objects hold more references than are counted: float at 0x "
     "[bad-count]\n"
     "use: note: it happens here, in scene_too_few(), rc_fini\n"
     "make: note: the object was made here, in scene_too_few(), "
     "rc_float_new\n"
     "make: note: 1 taken, 0 given back in scene_too_few(), rc_float_new\n"
     "keep: note: 1 taken, 0 given back in scene_too_few(), rc_list_append\n"
     "again: note: 1 taken, 1 given back in scene_too_few(), rc_list_push\n"
     "give: note: 0 taken, 1 given back in scene_too_few(), rc_decref\n"
     "list: error: list at 0x is held by 1 reference that no object has, made "
     "in scene_too_few() [leak]\n"
     "list: note: 1 taken, 0 given back in scene_too_few(), rc_list_new\n"
     "2 more objects are only held by these\n"
     "3 objects are alive at the end\n"},
    {"a second thread", scene_thread, RC_AUDIT_THREAD,
     "use: error: the runtime is used from a second thread: node at 0x "
     "[thread]\n"
     "use: note: it happens here, in take_in_thread(), rc_incref\n"
     "make: note: the object was made here, in scene_thread(), rc_new\n"
     "make: note: 1 taken, 0 given back in scene_thread(), rc_new\n"},
};

// What a sanitizer would stop for itself.
static bool is_runnable(const struct mistake *m)
{
    return !IS_SANITIZED || m->kind != RC_AUDIT_WRITE_AFTER_FREE;
}

static void test_mistakes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(mistakes); i++) {
        const struct mistake *m = &mistakes[i];
        FILE *report;

        printf("  %s\n", m->name);
        if (!is_runnable(m))
            continue;
        report = begin_audit();
        m->run();
        assert_int_equal(rc_audit_errors(m->kind), 1);
        assert_int_equal(rc_audit_all_errors(),
                         1 + rc_audit_errors(RC_AUDIT_LEAK));
        assert_report(report, m->report);
        rc_audit_report_to(NULL);
        assert_int_equal(rc_fini(), 0);
        fclose(report);
    }
}

static void test_kind_names(void **state)
{
    static const char *const names[] = {
        [RC_AUDIT_DOUBLE_DECREF] = "double-decref",
        [RC_AUDIT_USE_AFTER_FREE] = "use-after-free",
        [RC_AUDIT_WRITE_AFTER_FREE] = "write-after-free",
        [RC_AUDIT_NO_OBJECT] = "no-object",
        [RC_AUDIT_OVERFLOW] = "overflow",
        [RC_AUDIT_BAD_COUNT] = "bad-count",
        [RC_AUDIT_THREAD] = "thread",
        [RC_AUDIT_LEAK] = "leak",
        [RC_AUDIT_KINDS] = "unknown",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_string_equal(rc_audit_kind_name((enum rc_audit_kind)i),
                            names[i]);
    assert_int_equal(rc_audit_errors(RC_AUDIT_KINDS), 0);
}

// ---- who is alive ----

static rc_object *held;

static void leak_held(void)
{
    AT("make"), held = made(rc_list_new());
    AT("take"), rc_incref(held);
    assert_int_equal(rc_list_push(held, made(rc_float_new(0.5))), 0);
}

static void free_held(void)
{
    rc_decref(held);
    rc_decref(held);
}

static void leak_cycle(void)
{
    rc_object *a, *b;

    AT("a"), a = held = made(rc_list_new());
    AT("b"), b = made(rc_list_new());
    AT("a to b"), assert_int_equal(rc_list_append(a, b), 0);
    AT("b to a"), assert_int_equal(rc_list_append(b, a), 0);
    AT("give"), rc_decref(b);
}

static void free_cycle(void)
{
    rc_decref(held);
    rc_gc_collect();
}

static void leak_self(void)
{
    rc_object *a;

    AT("a"), a = made(rc_list_new());
    AT("store"), assert_int_equal(rc_list_append(a, a), 0);
    AT("give"), rc_decref(a);
}

static void free_self(void)
{
    rc_gc_collect();
}

// Frames, interned names, immortal objects and what they hold.
static void leak_nothing(void)
{
    held = made(rc_list_new());
    rc_make_immortal(held);
}

static void free_nothing(void)
{
}

static const struct {
    const char *name;
    void (*leak)(void);
    void (*give_back)(void);
    size_t alive;
    const char *report;
} leaks[] = {
    {"held", leak_held, free_held, 2,
     "make: error: list at 0x is held by 2 references that no object has, made "
     "in leak_held() [leak]\n"
     "make: note: 1 taken, 0 given back in leak_held(), rc_list_new\n"
     "take: note: 1 taken, 0 given back in leak_held(), rc_incref\n"
     "1 more object is only held by these\n"
     "2 objects are alive at the end\n"},
    {"a cycle that is held", leak_cycle, free_cycle, 2,
     "a: error: list at 0x is held by 1 reference that no object has, made in "
     "leak_cycle() [leak]\n"
     "a: note: 1 taken, 0 given back in leak_cycle(), rc_list_new\n"
     "b to a: note: 1 taken, 0 given back in leak_cycle(), rc_list_append\n"
     "a cycle of 2 objects:\n"
     "a to b: note: list at 0x holds list at 0x in leak_cycle(), "
     "rc_list_append\n"
     "b to a: note: list at 0x holds list at 0x; this closed the cycle in "
     "leak_cycle(), rc_list_append\n"
     "1 more object is only held by these\n"
     "2 objects are alive at the end\n"},
    {"itself", leak_self, free_self, 1,
     "a cycle of 1 object:\n"
     "store: note: list at 0x holds list at 0x; this closed the cycle in "
     "leak_self(), rc_list_append\n"
     "1 more object is only held by these\n"
     "1 object is alive at the end\n"},
    {"immortal", leak_nothing, free_nothing, 0, ""},
};

static void test_leaks(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(leaks); i++) {
        FILE *report = begin_audit();

        printf("  %s\n", leaks[i].name);
        leaks[i].leak();
        assert_int_equal(rc_audit_report_leaks(report), leaks[i].alive);
        assert_report(report, leaks[i].report);
        assert_int_equal(rc_audit_errors(RC_AUDIT_LEAK), leaks[i].alive);
        leaks[i].give_back();
        assert_int_equal(rc_fini(), 0);
        fclose(report);
    }
}

// At the end the same; what comes back can be given back, and is no leak then.
static void test_leak_at_the_end(void **state)
{
    FILE *report = begin_audit();

    (void)state;
    leak_held();
    assert_int_equal(rc_fini(), 2);
    assert_report(report, leaks[0].report);
    assert_int_equal(rc_audit_errors(RC_AUDIT_LEAK), 2);
    free_held();
    assert_int_equal(rc_fini(), 0);
    fclose(report);
}

static void test_dead_cycle_at_the_end(void **state)
{
    FILE *report = begin_audit();

    (void)state;
    leak_cycle();
    AT("last"), rc_decref(held);
    assert_int_equal(rc_fini(), 0);
    assert_report(report,
                  "only the collector can free this: a cycle of 2 objects:\n"
                  "a to b: note: list at 0x holds list at 0x in leak_cycle(), "
                  "rc_list_append\n"
                  "b to a: note: list at 0x holds list at 0x; this closed the "
                  "cycle in leak_cycle(), rc_list_append\n");
    fclose(report);
}

// ---- a program of its own ----

struct setting {
    const char *name, *value;
};

struct child {
    void (*run)(void);
    struct setting settings[3]; // of the environment
};

// Runs it until it returns, which is exit(0); its status as of waitpid(), and
// what it says on stderr.
static int run_child(const struct child *c, FILE *said)
{
    int status;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        clear_environment();
        for (size_t i = 0; i < LENGTH(c->settings) && c->settings[i].name; i++)
            setenv(c->settings[i].name, c->settings[i].value, 1);
        setenv("CMOCKA_TEST_ABORT", "1", 1); // instead of the next test
        dup2(fileno(said), STDERR_FILENO);
        c->run();
        exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void assert_child(const struct child *c, int status, const char *says)
{
    FILE *said = tmpfile();

    assert_non_null(said);
    assert_int_equal(run_child(c, said), status);
    assert_report(said, says);
    fclose(said);
}

#define EXITED(code) ((code) << 8) // as waitpid() has it

static void just_begin(void)
{
    if (rc_init() < 0 || rc_fini() != 0)
        _exit(9);
}

static void test_bad_settings(void **state)
{
    static const struct {
        struct setting setting;
        const char *says;
    } cases[] = {
        {{"RC_AUDIT", "2"}, "rc: RC_AUDIT=2: expected 0 or 1\n"},
        {{"RC_AUDIT", "yes"}, "rc: RC_AUDIT=yes: expected 0 or 1\n"},
        {{"RC_AUDIT", "abort "}, "rc: RC_AUDIT=abort : expected 0 or 1\n"},
        {{"RC_GC_STRESS", "on"}, "rc: RC_GC_STRESS=on: expected 0 or 1\n"},
        {{"RC_QUARANTINE", "-1"}, "rc: RC_QUARANTINE=-1: expected a number\n"},
        {{"RC_QUARANTINE", " 1"}, "rc: RC_QUARANTINE= 1: expected a number\n"},
        {{"RC_QUARANTINE", "1k"}, "rc: RC_QUARANTINE=1k: expected a number\n"},
        {{"RC_QUARANTINE", "1-"}, "rc: RC_QUARANTINE=1-: expected a number\n"},
        {{"RC_FAIL_ALLOC", "x"}, "rc: RC_FAIL_ALLOC=x: expected a number\n"},
        {{"RC_FAIL_ALLOC", "-"}, "rc: RC_FAIL_ALLOC=-: expected a number\n"},
        {{"RC_FAIL_ALLOC", "3--"}, "rc: RC_FAIL_ALLOC=3--: expected N or N-\n"},
        {{"RC_FAIL_ALLOC", "3 "}, "rc: RC_FAIL_ALLOC=3 : expected N or N-\n"},
        {{"RC_FAIL_ALLOC", "18446744073709551616"},
         "rc: RC_FAIL_ALLOC=18446744073709551616: expected a number\n"},
        {{"RC_TRACE", "/nowhere/trace"},
         "rc: RC_TRACE=/nowhere/trace: expected a file that can be written\n"},
        {{"RC_TRACE", "/"},
         "rc: RC_TRACE=/: expected a file that can be written\n"},
        {{"RC_TRACE", "/dev/full"},
         "rc: RC_TRACE: cannot write: No space left on device\n"
         "rc: RC_TRACE=/dev/full: expected a file that can be written\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct child c = {just_begin, {cases[i].setting}};

        printf("  %s=%s\n", cases[i].setting.name, cases[i].setting.value);
        assert_child(&c, EXITED(2), cases[i].says);
    }
}

static void test_good_settings(void **state)
{
    static const struct setting cases[] = {
        {"RC_AUDIT", ""},
        {"RC_AUDIT", "0"},
        {"RC_AUDIT", "1"},
        {"RC_AUDIT", "abort"},
        {"RC_GC_STRESS", ""},
        {"RC_GC_STRESS", "0"},
        {"RC_GC_STRESS", "1"},
        {"RC_QUARANTINE", ""},
        {"RC_QUARANTINE", "0"},
        {"RC_QUARANTINE", "18446744073709551615"}, // cannot be had
        {"RC_FAIL_ALLOC", ""},
        {"RC_FAIL_ALLOC", "0"},
        {"RC_FAIL_ALLOC", "1000000"},
        {"RC_FAIL_ALLOC", "1000000-"},
        {"RC_TRACE", ""},
        {"RC_TRACE", "/dev/null"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct child c = {just_begin, {cases[i], {"RC_AUDIT", "1"}}};

        printf("  %s=%s\n", cases[i].name, cases[i].value);
        if (strcmp(cases[i].name, "RC_AUDIT") == 0)
            c.settings[1].name = NULL;
        assert_child(&c, EXITED(0), "");
    }
}

// In the child a mistake ends the program, but only where it is to.
static const struct mistake *mistake_of_child;

static void make_mistake(void)
{
    nmarks = 0;
    if (begin_runtime(NULL) < 0)
        _exit(9);
    mistake_of_child->run();
    _exit(7);
}

static void test_stops(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(mistakes); i++) {
        struct child c = {make_mistake, {{"RC_AUDIT", "abort"}}};
        FILE *said = tmpfile();
        char *text;

        printf("  %s\n", mistakes[i].name);
        mistake_of_child = &mistakes[i];
        if (!is_runnable(mistake_of_child))
            continue;
        assert_int_equal(WTERMSIG(run_child(&c, said)), SIGABRT);
        text = text_of(said);
        assert_non_null(
            strstr(text, rc_audit_kind_name(mistake_of_child->kind)));
        free(text);
        fclose(said);
    }
}

// Off, nothing is reported, and what can be recognised without it still is.
static void test_off(void **state)
{
    struct child c = {make_mistake, {{"RC_AUDIT", "0"}}};
    FILE *said = tmpfile();
    char *text;

    (void)state;
    assert_non_null(said);
    mistake_of_child = &mistakes[0];
    assert_int_equal(WTERMSIG(run_child(&c, said)), SIGABRT);
    text = text_of(said);
    assert_non_null(strstr(text, "is given back, but the object is gone"));
    assert_null(strstr(text, "error:"));
    free(text);
    fclose(said);
}

static void leak_and_exit(void)
{
    if (begin_runtime(NULL) < 0)
        _exit(9);
    (void)made(rc_list_new());
}

static void leak_and_end(void)
{
    leak_and_exit();
    if (rc_fini() != 1)
        _exit(9);
}

// Once, be it by rc_fini() or at the exit of a program that does not call it.
static void test_leak_at_exit(void **state)
{
    static const char says[] =
        "?: error: list at 0x is held by 1 reference that no object has, made "
        "in leak_and_exit() [leak]\n"
        "?: note: 1 taken, 0 given back in leak_and_exit(), rc_list_new\n"
        "1 object is alive at the end\n";
    struct child c = {leak_and_exit, {{"RC_AUDIT", "1"}}};

    (void)state;
    nmarks = 0;
    assert_child(&c, EXITED(0), says);
    c.run = leak_and_end;
    assert_child(&c, EXITED(0), says);
    c.settings[0].value = "0";
    assert_child(&c, EXITED(0), "");
}

// ---- quarantine ----

static void begin_with(const char *name, const char *value)
{
    clear_environment();
    setenv("RC_AUDIT", "1", 1);
    setenv(name, value, 1);
    assert_int_equal(begin_runtime(NULL), 0);
    clear_environment();
}

// The memory of an object is used again when so many later ones were freed.
static void test_quarantine(void **state)
{
    static const struct {
        const char *value;
        int kept; // -1: more than are freed here
    } cases[] = {{"0", 0}, {"1", 1}, {"2", 2}, {"7", 7}, {"", -1}};
    enum { FREED = 20 };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        uintptr_t first;
        rc_object *o;

        printf("  RC_QUARANTINE=%s\n", cases[i].value);
        begin_with("RC_QUARANTINE", cases[i].value);
        o = made(rc_new(&node_type));
        first = rc_id(o);
        rc_decref(o);
        for (int later = 0; later < FREED; later++) {
            o = made(rc_new(&node_type));
            assert_int_equal(rc_id(o) == first, later == cases[i].kept);
            if (rc_id(o) == first)
                later = FREED;
            rc_decref(o);
        }
        assert_int_equal(rc_audit_all_errors(), 0);
        assert_int_equal(rc_fini(), 0);
    }
}

// Without quarantine what is free is still recognised until it is used again.
static void test_no_quarantine(void **state)
{
    static rc_type *const types[] = {&node_type, &giant_type};

    (void)state;
    for (size_t i = 0; i < LENGTH(types); i++) {
        rc_object *o;
        FILE *report = tmpfile();

        printf("  %s\n", types[i]->name);
        assert_non_null(report);
        begin_with("RC_QUARANTINE", "0");
        rc_audit_report_to(report);
        o = made(rc_new(types[i]));
        rc_decref(o);
        rc_decref(o);
        rc_incref(o);
        assert_int_equal(rc_audit_errors(RC_AUDIT_DOUBLE_DECREF), 1);
        assert_int_equal(rc_audit_errors(RC_AUDIT_USE_AFTER_FREE), 1);
        assert_int_equal(rc_audit_all_errors(), 2);
        assert_int_equal(rc_fini(), 0);
        fclose(report);
    }
}

// The write is found when the object leaves the quarantine.
static void test_write_found_later(void **state)
{
    FILE *report = tmpfile();
    rc_object *o, *later;

    (void)state;
    assert_non_null(report);
    if (!IS_SANITIZED) {
        begin_with("RC_QUARANTINE", "1");
        rc_audit_report_to(report);
        o = made(rc_new(&giant_type));
        later = made(rc_new(&node_type));
        rc_decref(o);
        ((struct giant *)(void *)o)->filling[1999] = 1;
        assert_int_equal(rc_audit_all_errors(), 0);
        rc_decref(later);
        assert_int_equal(rc_audit_errors(RC_AUDIT_WRITE_AFTER_FREE), 1);
        assert_int_equal(rc_audit_all_errors(), 1);
        assert_int_equal(rc_fini(), 0);
    }
    fclose(report);
}

// ---- allocations that fail ----

// How many of n small objects can be made, one bit each.
static unsigned succeed(int n)
{
    unsigned bits = 0;

    for (int i = 0; i < n; i++) {
        rc_object *o = rc_float_new(i);

        bits |= (o ? 1u : 0u) << i;
        if (!o)
            assert_error(RC_ERROR_MEMORY);
        rc_xdecref(o);
    }
    return bits;
}

// From the beginning, where the first that is made needs a page as well, and
// later on.
static void test_fail_alloc(void **state)
{
    static const struct {
        const char *value;
        uint64_t n;
        bool all_after;
        unsigned first_bits, bits;
    } cases[] = {
        {"0", 0, false, 0xff, 0xff},   {"0-", 0, true, 0xff, 0xff},
        {"1", 1, false, 0xfe, 0xfe},   {"1-", 1, true, 0x00, 0x00},
        {"3", 3, false, 0xfd, 0xfb},   {"3-", 3, true, 0x01, 0x03},
        {"8-", 8, true, 0x3f, 0x7f},   {"9-", 9, true, 0x7f, 0xff},
        {"99", 99, false, 0xff, 0xff},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        printf("  RC_FAIL_ALLOC=%s\n", cases[i].value);
        setenv("RC_FAIL_ALLOC", cases[i].value, 1);
        assert_int_equal(rc_init(), 0);
        clear_environment();
        assert_int_equal(rc_audit_allocations(), 0);
        assert_int_equal(succeed(8), cases[i].first_bits);
        rc_audit_fail_alloc(0, false);
        assert_int_equal(succeed(1), 1);
        rc_audit_fail_alloc(cases[i].n, cases[i].all_after);
        assert_int_equal(rc_audit_allocations(), 0);
        assert_int_equal(succeed(8), cases[i].bits);
        assert_int_equal(rc_audit_allocations(), 8);
        rc_audit_fail_alloc(0, false);
        assert_int_equal(rc_fini(), 0);
    }
}

static void test_stress(void **state)
{
    struct rc_gc_stats before, after;
    rc_object *list;

    (void)state;
    begin_with("RC_GC_STRESS", "1");
    rc_gc_stats(&before);
    list = made(rc_list_new());
    assert_int_equal(rc_list_append(list, list), 0);
    rc_decref(list);
    list = made(rc_list_new());
    rc_gc_stats(&after);
    assert_int_equal(after.collected - before.collected, 1);
    rc_audit_stress(false);
    assert_int_equal(rc_list_append(list, list), 0);
    rc_decref(list);
    rc_decref(made(rc_list_new()));
    rc_gc_stats(&before);
    assert_int_equal(before.collected, after.collected);
    assert_int_equal(rc_fini(), 0);
}

// The list of garbage itself is a container: the collection that runs before it
// is made may need it.
static void test_garbage_under_stress(void **state)
{
    rc_object *list;

    (void)state;
    begin_with("RC_GC_STRESS", "1");
    list = made(rc_list_new());
    assert_int_equal(rc_list_append(list, list), 0);
    rc_gc_set_debug(RC_GC_DEBUG_SAVEALL);
    rc_decref(list);
    assert_int_equal(rc_list_length(made(rc_gc_garbage())), 1);
    assert_int_equal(rc_fini(), 0);
}

// ---- traces ----

// What follows the name of an event: x an id, n a number, k a kind, t text,
// P a place.
static const struct format {
    const char *event, *fields;
} formats[] = {
    {"new", "xntnP"}, {"incref", "xnnP"}, {"decref", "xnnP"},
    {"end", "xnP"},   {"collect", "xnP"}, {"error", "kxnP"},
    {"leak", "xnnn"}, {"fail", "nP"},     {"finish", "nn"},
};

enum { FIELDS_MOST = 16, OBJECTS_MOST = 200 };

// What a reader knows of the objects of a trace, by serial.
struct reader {
    int64_t counts[OBJECTS_MOST]; // -1: not there
    uint64_t last_serial, alive;
    size_t events[LENGTH(formats)];
    bool is_finished;
};

static size_t split(char *line, char *fields[FIELDS_MOST])
{
    size_t n = 0;

    for (char *at = line; at; n++) {
        assert_true(n < FIELDS_MOST);
        fields[n] = strsep(&at, "\t");
    }
    return n;
}

static uint64_t number_of(const char *field, int base)
{
    char *end;
    uint64_t n = strtoull(field, &end, base);

    assert_true(end > field && !*end && *field != '-');
    return n;
}

static void assert_text(const char *field)
{
    for (; *field; field++) {
        assert_true((unsigned char)*field >= ' ' && *field != 0x7f);
        if (*field == '\\') {
            assert_int_equal(field[1], 'x');
            assert_int_equal(strspn(field + 2, "0123456789abcdef") >= 2, 1);
        }
    }
}

static void assert_kind(const char *field)
{
    int kind = 0;

    while (kind < RC_AUDIT_KINDS
           && strcmp(field, rc_audit_kind_name((enum rc_audit_kind)kind)) != 0)
        kind++;
    assert_true(kind < RC_AUDIT_KINDS);
}

// FILE, LINE, FUNCTION, call
static void assert_place(char *const fields[4])
{
    assert_text(fields[0]);
    number_of(fields[1], 10);
    assert_text(fields[2]);
    assert_text(fields[3]);
    assert_true(strncmp(fields[3], "rc_", 3) == 0);
}

static void assert_fields(const char *format, char *const *fields, size_t n)
{
    size_t at = 0;

    for (; *format; format++) {
        assert_true(at + (*format == 'P' ? 4 : 1) <= n);
        if (*format == 'x') {
            assert_int_equal(strncmp(fields[at], "0x", 2), 0);
            number_of(fields[at] + 2, 16);
        } else if (*format == 'n') {
            number_of(fields[at], 10);
        } else if (*format == 'k') {
            assert_kind(fields[at]);
        } else if (*format == 't') {
            assert_text(fields[at]);
        } else {
            assert_place(fields + at);
            at += 3;
        }
        at++;
    }
    assert_int_equal(at, n);
}

static int64_t *count_at(struct reader *r, const char *field)
{
    uint64_t serial = number_of(field, 10);

    assert_in_range(serial, 1, r->last_serial);
    assert_true(r->counts[serial] >= 0);
    return &r->counts[serial];
}

static void follow(struct reader *r, const char *event, char *const *fields)
{
    if (strcmp(event, "new") == 0) {
        assert_int_equal(number_of(fields[1], 10), ++r->last_serial);
        assert_true(r->last_serial < OBJECTS_MOST);
        r->counts[r->last_serial] = 1;
        r->alive++;
    } else if (strcmp(event, "incref") == 0) {
        assert_int_equal(number_of(fields[2], 10), ++*count_at(r, fields[1]));
    } else if (strcmp(event, "decref") == 0) {
        assert_int_equal(number_of(fields[2], 10), --*count_at(r, fields[1]));
    } else if (strcmp(event, "end") == 0) {
        assert_int_equal(*count_at(r, fields[1]), 0);
        *count_at(r, fields[1]) = -1;
        r->alive--;
    } else if (strcmp(event, "collect") == 0) {
        *count_at(r, fields[1]) = -1;
        r->alive--;
    } else if (strcmp(event, "leak") == 0) {
        assert_int_equal(number_of(fields[2], 10), *count_at(r, fields[1]));
    } else if (strcmp(event, "finish") == 0) {
        assert_int_equal(number_of(fields[0], 10), r->alive);
        r->is_finished = true;
    }
}

static void read_line(struct reader *r, char *line)
{
    char *fields[FIELDS_MOST];
    size_t n = split(line, fields);

    assert_false(r->is_finished);
    for (size_t i = 0; i < LENGTH(formats); i++) {
        if (strcmp(fields[0], formats[i].event) == 0) {
            assert_fields(formats[i].fields, fields + 1, n - 1);
            follow(r, fields[0], fields + 1);
            r->events[i]++;
            return;
        }
    }
    fail_msg("unknown event %s", fields[0]);
}

static size_t events_of(const struct reader *r, const char *event)
{
    for (size_t i = 0; i < LENGTH(formats); i++) {
        if (strcmp(event, formats[i].event) == 0)
            return r->events[i];
    }
    return 0;
}

// Every line of it is one of the documented ones, and they make sense.
static void read_trace(const char *path, struct reader *r)
{
    FILE *file = fopen(path, "r");
    char *text, *rest, *line;

    assert_non_null(file);
    *r = (struct reader){.alive = 0};
    memset(r->counts, 0xff, sizeof(r->counts));
    text = rest = text_of(file);
    fclose(file);
    assert_string_equal(strsep(&rest, "\n"), "rc-trace\t1");
    while ((line = strsep(&rest, "\n")) && rest)
        read_line(r, line);
    assert_string_equal(line, ""); // behind the last newline
    free(text);
}

static const char *temporary_path(void)
{
    static char path[4096];
    const char *folder = getenv("TMPDIR");
    int fd;

    snprintf(path, sizeof(path), "%s/rc-trace-XXXXXX",
             folder ? folder : P_tmpdir);
    fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    return path;
}

static rc_type odd_type = {.name = "a\ttype\\of\n\x7f\x01 its own",
                           .size = sizeof(rc_object)};

static void use_odd_type(void)
{
    assert_int_equal(rc_type_ready(&odd_type), 0);
    rc_decref(made(rc_new(&odd_type)));
}

// Each kind of event once at least, but for `finish`.
static void cause_events(void)
{
    rc_object *list = made(rc_list_new()), *o;

    assert_int_equal(rc_list_push(list, made(rc_str_new("a text"))), 0);
    rc_incref(list);
    rc_decref(list);
    rc_decref(list);
    rc_decref(list);
    o = made(rc_list_new());
    assert_int_equal(rc_list_append(o, o), 0);
    rc_decref(o);
    assert_int_equal(rc_gc_collect(), 1);
    rc_audit_fail_alloc(1, false);
    assert_null(rc_list_new());
    assert_error(RC_ERROR_MEMORY);
    rc_decref(made(rc_float_new(0.5)));
}

static void test_trace(void **state)
{
    const char *path = temporary_path();
    struct reader r;
    FILE *report;

    (void)state;
    clear_environment();
    setenv("RC_TRACE", path, 1);
    assert_int_equal(begin_runtime(NULL), 0);
    report = tmpfile();
    rc_audit_report_to(report);
    rc_audit_enable(true);
    cause_events();
    use_odd_type();
    held = made(rc_list_new());
    assert_int_equal(rc_fini(), 1);
    clear_environment();
    read_trace(path, &r);
    for (size_t i = 0; i < LENGTH(formats); i++) {
        printf("  %s: %zu\n", formats[i].event, r.events[i]);
        assert_true(r.events[i] > 0);
    }
    assert_true(r.is_finished);
    rc_decref(held);
    assert_int_equal(rc_fini(), 0);
    fclose(report);
    unlink(path);
}

// The fields of the first line that begins so.
static size_t find_line(const char *path, const char *start, char line[512],
                        char *fields[FIELDS_MOST])
{
    FILE *file = fopen(path, "r");
    bool is_found = false;

    assert_non_null(file);
    while (!is_found && fgets(line, 512, file))
        is_found = strncmp(line, start, strlen(start)) == 0;
    fclose(file);
    assert_true(is_found);
    line[strcspn(line, "\n")] = '\0';
    return split(line, fields);
}

static void test_trace_fields(void **state)
{
    const char *path = temporary_path();
    char line[512], *fields[FIELDS_MOST], id[RC_ID_TEXT_BYTES];
    rc_object *o;
    int here;

    (void)state;
    clear_environment();
    assert_int_equal(begin_runtime(NULL), 0);
    assert_int_equal(rc_type_ready(&odd_type), 0);
    assert_int_equal(rc_audit_trace(path), 0);
    here = __LINE__, o = made(rc_new(&odd_type));
    rc_id_text(rc_id(o), id);
    rc_at_("a\tfile", 7, "f\\g", "rc_incref");
    (rc_incref)(o);
    rc_decref(o);
    rc_decref(o);
    assert_int_equal(rc_audit_trace(NULL), 0);
    assert_int_equal(find_line(path, "new\t", line, fields), 9);
    assert_string_equal(fields[1], id);
    assert_string_equal(fields[3], "a\\x09type\\x5cof\\x0a\\x7f\\x01 its own");
    assert_int_equal(number_of(fields[4], 10), sizeof(rc_object));
    assert_string_equal(fields[5], __FILE__);
    assert_int_equal(number_of(fields[6], 10), here);
    assert_string_equal(fields[7], "test_trace_fields");
    assert_string_equal(fields[8], "rc_new");
    assert_int_equal(find_line(path, "incref\t", line, fields), 8);
    assert_string_equal(fields[3], "2");
    assert_string_equal(fields[4], "a\\x09file");
    assert_string_equal(fields[5], "7");
    assert_string_equal(fields[6], "f\\x5cg");
    assert_int_equal(rc_fini(), 0);
    unlink(path);
}

static void test_trace_errors(void **state)
{
    static const struct {
        const char *path, *says;
    } cases[] = {
        {"/nowhere/trace", "/nowhere/trace: No such file or directory"},
        {"/", "/: Is a directory"},
    };

    (void)state;
    clear_environment();
    assert_int_equal(begin_runtime(NULL), 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        printf("  %s\n", cases[i].path);
        assert_int_equal(rc_audit_trace(cases[i].path), -1);
        assert_string_equal(rc_error_message(), cases[i].says);
        assert_error(RC_ERROR_IO);
    }
    assert_int_equal(rc_fini(), 0);
}

static void die_in_between(void)
{
    if (rc_init() < 0 || !rc_list_new())
        _exit(9);
    kill(getpid(), SIGKILL);
}

// No file may be longer than this from now on.
static void fill_the_disk(void)
{
    struct rlimit limit = {4000, 4000};

    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) < 0 || rc_init() < 0)
        _exit(9);
    for (int i = 0; i < 1000; i++)
        rc_decref(made(rc_list_new()));
    if (rc_fini() != 0)
        _exit(9);
}

static void test_trace_ends_early(void **state)
{
    const char *path = temporary_path();
    struct child killed = {die_in_between, {{"RC_TRACE", path}}};
    struct child full = {fill_the_disk, {{"RC_TRACE", path}}};
    struct reader r;
    FILE *said = tmpfile();

    (void)state;
    assert_non_null(said);
    assert_int_equal(WTERMSIG(run_child(&killed, said)), SIGKILL);
    read_trace(path, &r);
    assert_int_equal(events_of(&r, "new"), 1);
    assert_false(r.is_finished);
    assert_child(&full, EXITED(0),
                 "rc: RC_TRACE: cannot write: File too large\n");
    fclose(said);
    unlink(path);
}

static int setup(void **state)
{
    (void)state;
    clear_environment();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_kind_names),
        cmocka_unit_test(test_leaks),
        cmocka_unit_test(test_leak_at_the_end),
        cmocka_unit_test(test_dead_cycle_at_the_end),
        cmocka_unit_test(test_bad_settings),
        cmocka_unit_test(test_good_settings),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_off),
        cmocka_unit_test(test_leak_at_exit),
        cmocka_unit_test(test_quarantine),
        cmocka_unit_test(test_no_quarantine),
        cmocka_unit_test(test_write_found_later),
        cmocka_unit_test(test_fail_alloc),
        cmocka_unit_test(test_stress),
        cmocka_unit_test(test_garbage_under_stress),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_trace_fields),
        cmocka_unit_test(test_trace_errors),
        cmocka_unit_test(test_trace_ends_early),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}

#else

int main(void)
{
    puts("the audit variant only");
    return 0;
}

#endif
