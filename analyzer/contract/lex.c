// lex.c - one line of a rules file as tokens.
//
// A hyphen belongs to a word when a letter follows it ("steal-ok"), else it
// begins "->" or a negative number. "#" begins a comment, except in strings
// and in notes: a note is everything behind ";".

#include "contract/lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int fail_at(struct lexer *lx, const char *message)
{
    err_set(lx->err, lx->path, lx->line, "%s", message);
    return -1;
}

static void add(struct lexer *lx, int kind, const char *from, const char *text,
                int64_t value)
{
    struct token t = {.kind = kind,
                      .text = text,
                      .value = value,
                      .at = from,
                      .len = (int)(lx->at - from)};

    arena_push(lx->arena, lx->tokens, lx->ntokens, lx->cap, t);
}

static bool is_word_char(const char *s)
{
    return isalnum((unsigned char)*s) || *s == '_'
           || (*s == '-' && isalpha((unsigned char)s[1]));
}

static int lex_word(struct lexer *lx)
{
    const char *from = lx->at;

    while (is_word_char(lx->at))
        lx->at++;
    add(lx, TOK_WORD, from,
        arena_strndup(lx->arena, from, (size_t)(lx->at - from)), 0);
    return 0;
}

// The number behind major and its dot.
static int lex_version(struct lexer *lx, const char *from, int64_t major)
{
    char *end;
    long minor = strtol(lx->at + 1, &end, 10);

    if (major > 1000000 || minor > 99)
        return fail_at(lx, "version out of range (expected MAJOR.MINOR with "
                           "MINOR below 100)");
    lx->at = end;
    add(lx, TOK_VERSION, from, NULL, major * 100 + minor);
    return 0;
}

static int lex_number(struct lexer *lx)
{
    const char *from = lx->at;
    const char *digits = *from == '-' ? from + 1 : from;
    bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    char *end;
    long long value;

    errno = 0;
    value = strtoll(from, &end, hex ? 16 : 10);
    if (errno == ERANGE)
        return fail_at(lx, "number out of range");
    lx->at = end;
    if (*end == '.' && isdigit((unsigned char)end[1]) && !hex && value >= 0)
        return lex_version(lx, from, value);
    if (is_word_char(end))
        return fail_at(lx, "malformed number");
    add(lx, TOK_INT, from, NULL, value);
    return 0;
}

// The closing quote of the string that begins at s, or NULL.
static const char *string_end(const char *s)
{
    for (s++; *s != '"'; s++) {
        if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
            s++;
        if (*s == '\0' || *s == '\n')
            return NULL;
    }
    return s;
}

static int lex_string(struct lexer *lx)
{
    const char *from = lx->at;
    const char *end = string_end(from);
    char *text;
    size_t len = 0;

    if (!end)
        return fail_at(lx, "unterminated string (expected '\"' before the end "
                           "of the line)");
    text = arena_array(lx->arena, char, end - from);
    for (const char *s = from + 1; s < end; s++) {
        if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
            s++;
        text[len++] = *s;
    }
    lx->at = end + 1;
    add(lx, TOK_STRING, from, text, 0);
    return 0;
}

static bool is_line_end(char c)
{
    return c == '\0' || c == '\n';
}

static void lex_note(struct lexer *lx)
{
    const char *from, *end;

    for (lx->at++; !is_line_end(*lx->at); lx->at++)
        if (!isspace((unsigned char)*lx->at))
            break;
    from = lx->at;
    lx->at += strcspn(lx->at, "\n");
    end = lx->at;
    while (end > from && isspace((unsigned char)end[-1]))
        end--;
    add(lx, TOK_NOTE, from,
        arena_strndup(lx->arena, from, (size_t)(end - from)), 0);
}

static int lex_sign(struct lexer *lx)
{
    static const struct {
        const char *text;
        int kind;
    } signs[] = {
        {"...", TOK_ELLIPSIS}, {"..", TOK_DOTDOT}, {"->", TOK_ARROW},
        {"<=", TOK_LE},        {">=", TOK_GE},
    };
    const char *from = lx->at;

    for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        size_t n = strlen(signs[i].text);

        if (strncmp(from, signs[i].text, n) == 0) {
            lx->at += n;
            add(lx, signs[i].kind, from, NULL, 0);
            return 0;
        }
    }
    if (!strchr("(),:|=?*.<>", *from)) {
        err_set(lx->err, lx->path, lx->line,
                isprint((unsigned char)*from) ? "unexpected character '%c'"
                                              : "unexpected byte 0x%02x",
                (unsigned char)*from);
        return -1;
    }
    lx->at++;
    add(lx, (unsigned char)*from, from, NULL, 0);
    return 0;
}

static int lex_token(struct lexer *lx)
{
    char c = lx->at[0], next = lx->at[1];

    if (isalpha((unsigned char)c) || c == '_')
        return lex_word(lx);
    if (isdigit((unsigned char)c) || (c == '-' && isdigit((unsigned char)next)))
        return lex_number(lx);
    if (c == '"')
        return lex_string(lx);
    return lex_sign(lx);
}

int lex_line(struct lexer *lx)
{
    lx->ntokens = 0;
    for (;;) {
        while (!is_line_end(*lx->at) && isspace((unsigned char)*lx->at))
            lx->at++;
        if (*lx->at == '#')
            lx->at += strcspn(lx->at, "\n");
        if (is_line_end(*lx->at))
            break;
        if (*lx->at == ';')
            lex_note(lx);
        else if (lex_token(lx) < 0)
            return -1;
    }
    add(lx, TOK_END, lx->at, NULL, 0);
    if (*lx->at == '\n')
        lx->at++;
    return 0;
}
