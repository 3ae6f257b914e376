// fuzz_gtkdoc.c - any text as a GTK-Doc comment.

#include "contract/gtkdoc.h"

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

static long lines_in(const char *text)
{
    long n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

// Items come in the order of their lines, which are lines of the comment.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    const char *text = arena_strndup(&a, (const char *)data, size);
    struct gtkdoc g = {.arena = &a, .at = text};
    struct gtkdoc_item item;
    long lines = lines_in(text);
    long last = 0;

    while (gtkdoc_next(&g, &item)) {
        require(item.line >= last && item.line <= lines);
        require(item.wrong || gtkdoc_effect(&item) != NULL);
        require(g.at <= text + strlen(text));
        last = item.line;
    }
    require(g.line <= lines);
    arena_release(&a);
    return 0;
}
