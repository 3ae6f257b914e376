// fuzz_findings.c - any text as a line of a report: an error, or a finding that
// is written and read again without a change.

#include "report/report.h"

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

static char *written(struct arena *a, const struct finding *f)
{
    const struct report_options o = {.root = NULL};
    struct finding items[] = {*f};
    struct finding_list list = {items, 1, 1};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    char *copy;

    require(out);
    report_jsonl(out, &list, &o);
    require(fclose(out) == 0);
    copy = arena_strdup(a, text);
    free(text);
    return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    const char *line = arena_strndup(&a, (const char *)data, size);
    struct finding f;
    struct finding again;
    struct err err = {0};

    if (finding_read(&a, line, &f, &err) < 0) {
        require(strncmp(err.text, "not a finding: ", 15) == 0);
    } else {
        const char *first = written(&a, &f);

        require(finding_read(&a, first, &again, &err) == 0);
        require(strcmp(first, written(&a, &again)) == 0);
    }
    arena_release(&a);
    return 0;
}
