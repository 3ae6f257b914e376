// fuzz_trace.c - any bytes as a trace, against a report of a leak, of one that
// needs an allocation to fail, and of a second release: an error, or verdicts
// that can be printed.
//
// The input is read as it is, and once more behind a valid first line, as that
// would keep nearly every mutation out.

#include "crosscheck/crosscheck.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Not assert: it must hold in every kind of build.
static void require(bool holds)
{
    if (!holds)
        abort();
}

static void print(const struct crosschecked *c)
{
    const struct report_options o = {.root = "/p", .cwd = "/p"};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    require(out);
    crosscheck_text(out, c, &o);
    crosscheck_jsonl(out, c, &o);
    crosscheck_summary(out, c);
    require(fclose(out) == 0);
    free(text);
}

static void read_trace(const struct finding_list *report, char *bytes,
                       size_t size)
{
    struct arena a = {0};
    struct crosscheck *x = crosscheck_new(&a, report, "/p");
    FILE *in = fmemopen(bytes, size, "rb");
    struct crosschecked c;
    struct err err = {0};

    require(in);
    if (crosscheck_trace(x, in, "t", &err) < 0)
        require(strncmp(err.text, "t:1: ", 5) == 0);
    crosscheck_finish(x, &c);
    require(c.count >= report->count);
    print(&c);
    fclose(in);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char first[] = "rc-trace\t1\n";
    struct trail_step trail[] = {
        {"a.c", 2, 1, "rc_list_new() gives a new reference"},
        {"a.c", 4, 1, "assuming that rc_int_new() fails"}};
    struct finding items[] = {
        {.file = "a.c", .line = 5, .function = "f", .rule = RULE_LEAK},
        {.file = "a.c", .line = 6, .function = "f", .rule = RULE_LEAK},
        {.file = "a.c", .line = 7, .function = "g", .rule = RULE_DOUBLE_DECREF},
    };
    struct finding_list report = {items, 3, 3};
    size_t skip = strlen(first);
    struct arena a = {0};
    char *bytes = arena_array(&a, char, skip + size);

    for (size_t i = 0; i < report.count; i++) {
        items[i].text = items[i].object = "o";
        items[i].origin = i == 2 ? "f" : "rc_list_new";
        items[i].trail = trail;
        items[i].ntrail = i == 1 ? 2 : 1;
        items[i].only_oom = i == 1;
    }
    memcpy(bytes, first, skip);
    if (size)
        memcpy(bytes + skip, data, size);
    read_trace(&report, bytes, skip + size);
    if (size)
        read_trace(&report, bytes + skip, size);
    arena_release(&a);
    return 0;
}
