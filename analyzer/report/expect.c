// expect.c - from the text of a fixture to its expectations.
//
// A small scanner finds the comments, so that a string which holds "// note:"
// is none. Each line of a comment can hold directives; a directive stands at
// its beginning, or behind a further "//".

#include "report/expect.h"

#include <stdbool.h>
#include <string.h>

static const struct {
    const char *word;
    enum expect_kind kind;
} directives[] = {
    {"expect", EXPECT_FINDING},
    {"known-false", EXPECT_KNOWN_FALSE},
    {"known-miss", EXPECT_KNOWN_MISS},
    {"note", EXPECT_NOTE},
};
enum { DIRECTIVES = sizeof(directives) / sizeof(*directives) };

struct reader {
    struct arena *a;
    uint32_t line;
    struct expectations *out;
};

static void add(struct reader *r, struct expectation e)
{
    e.line = r->line;
    arena_push(r->a, r->out->items, r->out->count, r->out->cap, e);
}

static void add_wrong(struct reader *r, const char *what, const char *where)
{
    add(r, (struct expectation){
               .kind = EXPECT_WRONG,
               .text = arena_printf(r->a, "%s \"%s\"", what, where)});
}

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t\r\v\f");
}

static size_t word_length(const char *s)
{
    return strspn(s, "abcdefghijklmnopqrstuvwxyz-");
}

// s without the blanks at its end.
static char *trimmed(struct arena *a, const char *s, size_t n)
{
    while (n > 0 && strchr(" \t\r\v\f", s[n - 1]))
        n--;
    return arena_strndup(a, s, n);
}

// The bracket at s and all up to the one that closes it; 0 when none does.
static size_t bracket_length(const char *s)
{
    size_t depth = 0;

    for (size_t i = 0; s[i]; i++) {
        if (s[i] == '(')
            depth++;
        if (s[i] == ')' && --depth == 0)
            return i + 1;
    }
    return 0;
}

// RULE or RULE(OBJECT) at s. Returns what follows, NULL when it is wrong.
static const char *read_rule(struct reader *r, enum expect_kind kind,
                             const char *s)
{
    struct expectation e = {.kind = kind};
    size_t n = word_length(s);
    const char *name = arena_strndup(r->a, s, n);

    e.rule = rule_by_name(name);
    if (n == 0) {
        add_wrong(r, "a rule is expected at", s);
        return NULL;
    }
    if (e.rule == RULE_NONE) {
        add_wrong(r, "unknown rule", name);
        return NULL;
    }
    s = skip_blanks(s + n);
    if (*s == '(') {
        const char *object = skip_blanks(s + 1);

        n = bracket_length(s);
        if (n == 0) {
            add_wrong(r, "no ')' for", s);
            return NULL;
        }
        s += n;
        e.object =
            object < s ? trimmed(r->a, object, (size_t)(s - 1 - object)) : "";
    }
    add(r, e);
    return skip_blanks(s);
}

static void read_rules(struct reader *r, enum expect_kind kind, const char *s)
{
    for (;;) {
        s = read_rule(r, kind, skip_blanks(s));
        if (!s || !*s)
            return;
        if (*s != ',') {
            add_wrong(r, "',' or the end is expected at", s);
            return;
        }
        s++;
    }
}

// Is there a directive at s? Then its kind, and where its text begins.
static bool read_directive(const char *s, enum expect_kind *ret_kind,
                           const char **ret_text)
{
    size_t n = word_length(s);

    for (size_t i = 0; s[n] == ':' && i < DIRECTIVES; i++) {
        if (n == strlen(directives[i].word)
            && memcmp(s, directives[i].word, n) == 0) {
            *ret_kind = directives[i].kind;
            *ret_text = skip_blanks(s + n + 1);
            return true;
        }
    }
    return false;
}

// Words that were probably meant to be one, such as "expects:".
static bool is_misspelt(const char *s)
{
    size_t n = word_length(s);

    return s[n] == ':'
           && (strncmp(s, "expect", 6) == 0 || strncmp(s, "known", 5) == 0);
}

// The next "//" in s that a directive follows, or the end of s.
static const char *next_directive(const char *s)
{
    enum expect_kind kind;
    const char *text;

    for (; *s; s++)
        if (s[0] == '/' && s[1] == '/'
            && read_directive(skip_blanks(s + 2), &kind, &text))
            break;
    return s;
}

static void read_piece(struct reader *r, const char *s)
{
    enum expect_kind kind;
    const char *text;

    if (!read_directive(s, &kind, &text)) {
        if (is_misspelt(s))
            add_wrong(r, "unknown directive",
                      arena_strndup(r->a, s, word_length(s)));
    } else if (kind != EXPECT_NOTE) {
        read_rules(r, kind, text);
    } else if (*text) {
        add(r, (struct expectation){.kind = kind, .text = text});
    } else {
        add_wrong(r, "no text behind", "note:");
    }
}

// One line of a comment, without what opens and closes it.
static void read_line(struct reader *r, const char *s, size_t n)
{
    const char *line = trimmed(r->a, s, n);

    line += strspn(line, "/*! \t\r\v\f");
    while (*line) {
        const char *end = next_directive(line);

        read_piece(r, trimmed(r->a, line, (size_t)(end - line)));
        line = *end ? skip_blanks(end + 2) : end;
    }
}

static const char *line_comment(struct reader *r, const char *s)
{
    size_t n = strcspn(s, "\n");

    read_line(r, s, n);
    return s + n;
}

static const char *block_comment(struct reader *r, const char *s)
{
    const char *close = strstr(s, "*/");
    const char *end = close ? close : s + strlen(s);

    while (s < end) {
        const char *newline = memchr(s, '\n', (size_t)(end - s));
        const char *stop = newline ? newline : end;

        read_line(r, s, (size_t)(stop - s));
        if (newline)
            r->line++;
        s = newline ? newline + 1 : end;
    }
    return close ? close + 2 : end;
}

// Behind the string or character that begins at s. One that is not closed
// ends with its line.
static const char *skip_literal(struct reader *r, const char *s)
{
    char quote = *s++;

    while (*s && *s != quote && *s != '\n') {
        if (*s == '\\' && s[1]) {
            r->line += s[1] == '\n';
            s++;
        }
        s++;
    }
    return *s == quote ? s + 1 : s;
}

void expectations_read(struct arena *a, const char *source,
                       struct expectations *ret)
{
    struct reader r = {.a = a, .line = 1, .out = ret};

    for (const char *s = source; *s;) {
        if (s[0] == '/' && s[1] == '/') {
            s = line_comment(&r, s + 2);
        } else if (s[0] == '/' && s[1] == '*') {
            s = block_comment(&r, s + 2);
        } else if (*s == '"' || *s == '\'') {
            s = skip_literal(&r, s);
        } else {
            r.line += *s == '\n';
            s++;
        }
    }
}
