// words.c - see words.h. Shells and compilers quote differently: in a response
// file a backslash escapes the next character everywhere, in a shell hardly
// anything inside double quotes and nothing inside single ones.

#include "project/words.h"

#include "base/buf.h"
#include "base/file.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

enum {
    DEEPEST = 8,             // response files inside response files
    MOST_WORDS = 128 * 1024, // of one command; guards against explosions
    MOST_BYTES = 16 << 20,   // of one response file
};

enum dialect { SHELL, RESPONSE };

static const char blanks[] = " \t\r\n\v\f";

// Does the backslash at s escape what follows it? quote is 0 outside quotes.
static bool escapes(const char *s, char quote, enum dialect d)
{
    if (s[0] != '\\' || s[1] == '\0')
        return false;
    if (d == RESPONSE || quote == 0)
        return true;
    return quote == '"' && strchr("$`\"\\\n", s[1]);
}

// Read one word into b; s is not at a blank. Returns what follows the word,
// or NULL when a quote is left open.
static const char *read_word(const char *s, enum dialect d, struct buf *b)
{
    char quote = 0;

    for (; *s && (quote || !strchr(blanks, *s)); s++) {
        if (escapes(s, quote, d)) {
            s++;
            if (*s != '\n' || d == RESPONSE)
                buf_add(b, s, 1);
        } else if (quote ? *s == quote : *s == '"' || *s == '\'') {
            quote = *(quote ? "" : s); // opened, or closed
        } else {
            buf_add(b, s, 1);
        }
    }
    return quote ? NULL : s;
}

// A backslash before a line's end joins lines: it is no word of its own.
static const char *skip_blanks(const char *s, enum dialect d)
{
    for (;;) {
        s += strspn(s, blanks);
        if (d != SHELL || s[0] != '\\' || s[1] != '\n')
            return s;
        s += 2;
    }
}

static int split(struct arena *a, const char *s, enum dialect d,
                 struct words *ret)
{
    for (s = skip_blanks(s, d); s && *s; s = s ? skip_blanks(s, d) : NULL) {
        struct buf b = {.arena = a};

        s = read_word(s, d, &b);
        if (!s && d == SHELL)
            return -1;
        arena_push(a, ret->items, ret->count, ret->cap, buf_text(&b));
    }
    return 0;
}

int words_from_shell(struct arena *a, const char *text, struct words *ret)
{
    return split(a, text, SHELL, ret);
}

// Devices and pipes are left alone: reading them may never end.
static bool is_small_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode)
           && st.st_size <= MOST_BYTES;
}

struct expansion {
    struct arena *a;
    const char *directory;
    struct words *out;
    size_t seen; // words read so far, @file ones included
    struct err *err;
};

static int expand(struct expansion *e, const char *const *argv, size_t argc,
                  int depth, const char *where);

static int expand_file(struct expansion *e, const char *path, int depth)
{
    struct words inner = {0};
    char *text;

    if (depth == DEEPEST) {
        err_set(e->err, path, 0, "response files nest more than %d deep",
                DEEPEST);
        return -1;
    }
    if (file_read(e->a, path, &text, NULL, e->err) < 0)
        return -1;
    split(e->a, text, RESPONSE, &inner);
    return expand(e, inner.items, inner.count, depth + 1, path);
}

static int expand(struct expansion *e, const char *const *argv, size_t argc,
                  int depth, const char *where)
{
    for (size_t i = 0; i < argc; i++) {
        const char *path = NULL;

        if (++e->seen > MOST_WORDS) {
            err_set(e->err, where, 0, "a command of more than %d words",
                    MOST_WORDS);
            return -1;
        }
        if (argv[i][0] == '@' && argv[i][1])
            path = path_join(e->a, e->directory, argv[i] + 1);
        if (path && is_small_file(path)) {
            if (expand_file(e, path, depth) < 0)
                return -1;
        } else {
            arena_push(e->a, e->out->items, e->out->count, e->out->cap,
                       argv[i]);
        }
    }
    return 0;
}

int words_expand(struct arena *a, const char *directory,
                 const char *const *argv, size_t argc, struct words *ret,
                 struct err *err)
{
    struct expansion e = {
        .a = a, .directory = directory, .out = ret, .err = err};

    return expand(&e, argv, argc, 0, NULL);
}
