// reports.c - see reports.h.

#include "reports.h"

#include "base/buf.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

struct reports {
    struct arena *arena;
    const char **items;
    size_t count, cap;
};

// "12: leak" stands before "112: leak".
static int compare(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    long first = strtol(x, NULL, 10), second = strtol(y, NULL, 10);

    if (first != second)
        return first < second ? -1 : 1;
    return strcmp(x, y);
}

static const char *as_text(struct reports *all)
{
    struct buf out = {.arena = all->arena};

    if (all->count)
        qsort(all->items, all->count, sizeof(*all->items), compare);
    for (size_t i = 0; i < all->count; i++)
        if (i == 0 || strcmp(all->items[i], all->items[i - 1]) != 0)
            buf_printf(&out, "%s\n", all->items[i]);
    return buf_text(&out);
}

static void add(struct reports *all, const char *item)
{
    arena_push(all->arena, all->items, all->count, all->cap, item);
}

static size_t kind_length(const char *s)
{
    return strspn(s, "abcdefghijklmnopqrstuvwxyz-");
}

const char *reports_wanted(struct arena *a, const char *source)
{
    static const char word[] = "// audit: ";
    struct reports all = {.arena = a};
    int number = 1;

    for (const char *line = source; *line; number++) {
        size_t n = strcspn(line, "\n");
        const char *text = arena_strndup(a, line, n);
        const char *found = strstr(text, word);

        if (found) {
            found += strlen(word);
            add(&all, arena_printf(a, "%d: %.*s", number,
                                   (int)kind_length(found), found));
        }
        line += n + (line[n] == '\n');
    }
    return as_text(&all);
}

// One line of a report that begins with FILE:LINE: error, and ends in [KIND].
static void add_error(struct reports *all, char *line, const char *name)
{
    char *error = strstr(line, ": error: ");
    char *kind = strrchr(line, '[');
    char *number;

    if (!error || !kind || kind < error)
        return;
    *error = '\0';
    kind[1 + strcspn(kind + 1, "]")] = '\0';
    number = strrchr(line, ':');
    if (!number) {
        add(all, arena_printf(all->arena, "%s: %s", line, kind + 1));
        return;
    }
    *number++ = '\0';
    if (strcmp(path_base(line), name) == 0)
        add(all, arena_printf(all->arena, "%s: %s", number, kind + 1));
    else
        add(all, arena_printf(all->arena, "%s:%s: %s", path_base(line), number,
                              kind + 1));
}

const char *reports_made(struct arena *a, const char *report, const char *name)
{
    struct reports all = {.arena = a};

    for (const char *line = report; *line;) {
        size_t n = strcspn(line, "\n");

        add_error(&all, arena_strndup(a, line, n), name);
        line += n + (line[n] == '\n');
    }
    return as_text(&all);
}
