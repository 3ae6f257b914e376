// fuzz_expectations.c - any text as a fixture, with findings or with none; and
// as a finding from another process, which comes back as it went.

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

// With no findings everything expected is missing; with some, the counts and
// the lines printed still agree.
static void check_fixture(const char *source, const struct finding_list *list)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int count;
    int lines = 0;

    require(out);
    count = verify_expectations(out, "x.c", source, list);
    require(fclose(out) == 0);
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    require(lines == count);
    free(text);
}

static void check_finding(struct arena *a, const char *line)
{
    struct finding f;
    struct finding again;
    struct err err;
    char *encoded;

    if (finding_decode(a, line, &f, &err) < 0)
        return;
    encoded = finding_encode(a, &f);
    require(finding_decode(a, encoded, &again, &err) == 0);
    require(strcmp(encoded, finding_encode(a, &again)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trail_step step = {"x.c", 2, 1, "new reference"};
    struct finding items[] = {
        {.file = "x.c",
         .line = 1,
         .rule = RULE_LEAK,
         .text = "text",
         .object = "list",
         .origin = ""},
        {.file = "x.c",
         .line = 1,
         .rule = RULE_LEAK,
         .text = "text",
         .object = "item",
         .origin = "",
         .ntrail = 1,
         .trail = &step},
    };
    struct finding_list list = {items, 2, 2};
    struct finding_list none = {0};
    struct arena a = {0};
    const char *text = arena_strndup(&a, (const char *)data, size);

    check_fixture(text, &none);
    check_fixture(text, &list);
    check_finding(&a, text);
    arena_release(&a);
    return 0;
}
