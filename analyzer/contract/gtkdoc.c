// gtkdoc.c - the annotations in a GTK-Doc comment.
//
// in     the text of a comment
// out    what it says of parameters and of the result, item by item
//
// Comments are prose: what does not look like an annotation of ours is none.
// Only a "(transfer ...)" that says something else than it can, an annotation
// that does not end, and two that contradict each other are wrong.

#include "contract/gtkdoc.h"

#include <string.h>

static const struct {
    const char *word, *argument, *result, *out, *inout;
} transfers[TRANSFERS] = {
    [TRANSFER_UNSAID] = {"", "", "", "", ""},
#define TRANSFER(id, word, argument, result, out, inout)                       \
    [TRANSFER_##id] = {word, argument, result, out, inout},
#include "contract/transfers.def"
#undef TRANSFER
};

const char *gtkdoc_effect(const struct gtkdoc_item *item)
{
    if (!item->name[0])
        return transfers[item->transfer].result;
    switch (item->direction) {
    case DIRECTION_OUT:
        return transfers[item->transfer].out;
    case DIRECTION_INOUT:
        return transfers[item->transfer].inout;
    default:
        return transfers[item->transfer].argument;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct gtkdoc *g)
{
    while (is_blank(*g->at))
        g->at++;
}

// Go to the first character of the line that is text: behind blanks and stars.
static void skip_margin(struct gtkdoc *g)
{
    skip_blanks(g);
    if (*g->at == '/')
        g->at++;
    while (*g->at == '*')
        g->at++;
    skip_blanks(g);
}

static bool next_line(struct gtkdoc *g)
{
    g->at += strcspn(g->at, "\n");
    if (!*g->at)
        return false;
    g->at++;
    g->line++;
    return true;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
}

// "@NAME:", "Returns:" or "Return value:": go behind it.
static bool read_tag(struct gtkdoc *g, const char **ret_name)
{
    static const char *const results[] = {
        "Returns:", "Return value:", "returns:", "Return Value:"};
    size_t n = 0;

    for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++) {
        size_t len = strlen(results[i]);

        if (strncmp(g->at, results[i], len) == 0) {
            g->at += len;
            *ret_name = "";
            return true;
        }
    }
    if (*g->at != '@')
        return false;
    while (is_name(g->at[1 + n]))
        n++;
    if (n == 0 || g->at[1 + n] != ':')
        return false;
    *ret_name = arena_strndup(g->arena, g->at + 1, n);
    g->at += n + 2;
    return true;
}

// The next word inside of parentheses, which may go on in the next line.
static const char *read_word(struct gtkdoc *g)
{
    const char *word;
    size_t n;

    skip_blanks(g);
    while (*g->at == '\n' && next_line(g))
        skip_margin(g);
    n = strcspn(g->at, " \t\r\n()");
    word = arena_strndup(g->arena, g->at, n);
    g->at += n;
    return word;
}

static void set_transfer(struct gtkdoc *g, struct gtkdoc_item *item,
                         const char *word)
{
    for (int t = TRANSFER_UNSAID + 1; t < TRANSFERS; t++) {
        if (strcmp(transfers[t].word, word) != 0)
            continue;
        if (item->transfer != TRANSFER_UNSAID && (int)item->transfer != t)
            item->wrong =
                arena_printf(g->arena, "'(transfer %s)' behind '(transfer %s)'",
                             word, transfers[item->transfer].word);
        item->transfer = (enum transfer)t; // NOLINT: as many words as values
        return;
    }
    item->wrong = arena_printf(g->arena,
                               "'(transfer %.60s)' must say none, full, "
                               "container or floating",
                               word);
}

static void set_direction(struct gtkdoc_item *item, enum direction d)
{
    if (!item->name[0])
        item->wrong = "a result has no direction";
    else if (item->direction != DIRECTION_IN && item->direction != d)
        item->wrong = "both '(out)' and '(inout)'";
    item->direction = d;
}

// Does something else begin in the next line: a tag, or nothing?
static bool ends_here(const struct gtkdoc *g)
{
    struct gtkdoc ahead = *g;

    if (!next_line(&ahead))
        return true;
    skip_margin(&ahead);
    return !*ahead.at || strchr("@/\n", *ahead.at) != NULL;
}

// Go behind the parenthesis that closes; to the end of the line when none does.
static bool skip_to_close(struct gtkdoc *g)
{
    for (int depth = 1; *g->at; g->at++) {
        if (*g->at == '\n') {
            if (ends_here(g))
                return false;
            g->line++;
        }
        depth += *g->at == '(';
        depth -= *g->at == ')';
        if (depth == 0) {
            g->at++;
            return true;
        }
    }
    return false;
}

// One annotation, behind its "(". Returns whether it is one of ours.
static bool read_annotation(struct gtkdoc *g, struct gtkdoc_item *item)
{
    const char *word = read_word(g);
    bool is_ours = true;

    if (strcmp(word, "transfer") == 0)
        set_transfer(g, item, read_word(g));
    else if (strcmp(word, "out") == 0)
        set_direction(item, DIRECTION_OUT);
    else if (strcmp(word, "inout") == 0)
        set_direction(item, DIRECTION_INOUT);
    else if (strcmp(word, "nullable") == 0)
        item->is_nullable = true;
    else
        is_ours = false;
    if (!skip_to_close(g) && is_ours)
        item->wrong = arena_printf(g->arena, "'(%s' has no ')'", word);
    return is_ours;
}

// Blanks, and the end of one line: annotations may begin in the next.
static void go_to_annotation(struct gtkdoc *g)
{
    struct gtkdoc ahead;

    skip_blanks(g);
    if (*g->at != '\n')
        return;
    ahead = *g;
    next_line(&ahead);
    skip_margin(&ahead);
    if (*ahead.at == '(')
        *g = ahead;
}

static bool read_annotations(struct gtkdoc *g, struct gtkdoc_item *item)
{
    bool any = false;

    for (go_to_annotation(g); *g->at == '('; go_to_annotation(g)) {
        g->at++;
        any = read_annotation(g, item) || any;
    }
    return any;
}

bool gtkdoc_next(struct gtkdoc *g, struct gtkdoc_item *ret)
{
    while (*g->at) {
        struct gtkdoc_item item = {.name = ""};

        skip_margin(g);
        item.line = g->line;
        if (read_tag(g, &item.name) && read_annotations(g, &item)) {
            *ret = item;
            return true;
        }
        if (!next_line(g))
            break;
    }
    return false;
}
