// source.c - see source.h.
//
// A line is first laid out as cells, one a character, each with the column
// where it begins; then the cells that fit around the caret are printed.

#include "report/source.h"

#include "base/file.h"
#include "report/clean.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum {
    TAB = 8,
    WIDEST = 120,        // columns of source that are shown
    CONTEXT = 20,        // of them behind the caret, when a line is cut
    LONGEST = 64 * 1024, // bytes of a line that are looked at
    MOST_BYTES = 64 << 20,
};

struct source {
    const char *text; // NULL when it cannot be read
    size_t size;
    size_t *lines; // the offset of each line, and of the end
    size_t nlines, cap;
};

static bool is_readable(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode)
           && st.st_size <= MOST_BYTES;
}

static void find_lines(struct arena *a, struct source *s)
{
    const char *end = s->text + s->size;

    for (const char *p = s->text; p < end;) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));

        arena_push(a, s->lines, s->nlines, s->cap, (size_t)(p - s->text));
        p = newline ? newline + 1 : end;
    }
}

static struct source *source_of(struct sources *all, const char *path)
{
    struct source *s = map_get(&all->files, path);
    struct err err;
    char *text;

    if (s)
        return s;
    s = arena_new(all->arena, struct source);
    if (is_readable(path)
        && file_read(all->arena, path, &text, &s->size, &err) == 0) {
        s->text = text;
        find_lines(all->arena, s);
    }
    map_set(all->arena, &all->files, arena_strdup(all->arena, path), s);
    return s;
}

struct cell {
    size_t at;     // offset of its text in the buffer
    size_t column; // from 0
};

// One line: its characters as they are shown, and where each stands.
struct layout {
    struct buf text;
    struct cell *cells; // one more than there are characters
    size_t ncells, cap;
    size_t caret; // the cell of the column asked for
};

static void add_cell(struct arena *a, struct layout *l, size_t column)
{
    struct cell c = {.at = l->text.len, .column = column};

    arena_push(a, l->cells, l->ncells, l->cap, c);
}

static void lay_out(struct arena *a, struct layout *l, const char *s, size_t n,
                    size_t col)
{
    size_t column = 0;

    l->text.arena = a;
    for (size_t i = 0; i < n;) {
        size_t spaces = TAB - column % TAB;

        if (i + 1 <= col)
            l->caret = l->ncells;
        add_cell(a, l, column);
        if (s[i] == '\t') {
            buf_printf(&l->text, "%*s", (int)spaces, "");
            column += spaces;
            i++;
        } else {
            i += clean_char(&l->text, s + i, n - i, &column);
        }
    }
    if (col > n)
        l->caret = l->ncells;
    add_cell(a, l, column);
}

// The cells that are shown: all, or those that fit and hold the caret.
static void choose_window(const struct layout *l, size_t *ret_first,
                          size_t *ret_end)
{
    const struct cell *c = l->cells;
    size_t last = l->ncells - 1;
    size_t end = last;
    size_t first = 0;

    while (end > l->caret + 1 && c[end].column > c[l->caret].column + CONTEXT
           && c[end].column > WIDEST)
        end--;
    while (first < l->caret && c[end].column - c[first].column > WIDEST)
        first++;
    *ret_first = first;
    *ret_end = end;
}

static void print_layout(FILE *out, const struct layout *l, uint32_t line,
                         uint32_t col, const char *color)
{
    size_t first;
    size_t end;
    const char *text = buf_text(&l->text);
    const struct cell *c = l->cells;
    size_t indent;

    choose_window(l, &first, &end);
    fprintf(out, "%5u | %s%.*s%s\n", line, first > 0 ? "..." : "",
            (int)(c[end].at - c[first].at), text + c[first].at,
            end < l->ncells - 1 ? "..." : "");
    if (col == 0)
        return;
    indent = c[l->caret].column - c[first].column + (first > 0 ? 3 : 0);
    fprintf(out, "      | %*s%s^%s\n", (int)indent, "", color,
            *color ? "\033[0m" : "");
}

void source_excerpt(FILE *out, struct sources *all, const char *path,
                    uint32_t line, uint32_t col, const char *color)
{
    struct source *s = source_of(all, path);
    struct arena scratch = {0};
    struct layout l = {0};
    const char *text;
    size_t n;

    if (!s->text || line == 0 || line > s->nlines)
        return;
    text = s->text + s->lines[line - 1];
    n = (line < s->nlines ? s->lines[line] : s->size) - s->lines[line - 1];
    while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
        n--;
    if (n > LONGEST)
        n = LONGEST;
    lay_out(&scratch, &l, text, n, col);
    print_layout(out, &l, line, col, color);
    arena_release(&scratch);
}
