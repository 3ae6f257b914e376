// for_parts.c - which parts of a for statement are there.
//
// libclang lists the parts that are there without saying which. When that
// leaves a doubt, the text between the parentheses tells which of the three
// are empty; and when the text does not fit either (a macro for several parts,
// or for none), the function as clang prints it does, with all macros gone.

#include "parse/lower.h"

#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v'
           || c == '\f' || c == '\\';
}

static const char *skip_quoted(const char *s, const char *end)
{
    char quote = *s++;

    while (s < end && *s != quote)
        s += *s == '\\' ? 2 : 1;
    return s < end ? s + 1 : end;
}

static const char *skip_comment(const char *s, const char *end)
{
    if (s[1] == '/') {
        while (s < end && *s != '\n')
            s++;
        return s;
    }
    for (s += 2; s + 1 < end; s++) {
        if (s[0] == '*' && s[1] == '/')
            return s + 2;
    }
    return end;
}

// Read "for (a; b; c)" at s: which parts hold text. False when it is not one.
static bool read_parts(const char *s, const char *end, bool *ret_filled)
{
    int depth = 0;
    unsigned part = 0;
    bool filled[3] = {false, false, false};

    if (end - s < 3 || strncmp(s, "for", 3) != 0)
        return false;
    for (s += 3; s < end;) {
        if (*s == '/' && s + 1 < end && (s[1] == '/' || s[1] == '*')) {
            s = skip_comment(s, end);
            continue;
        }
        if (depth == 1 && *s == ';') {
            if (++part == 3)
                return false;
            s++;
            continue;
        }
        if (depth == 1 && *s == ')')
            break;
        if (depth >= 1 && !is_space(*s))
            filled[part] = true;
        if (*s == '(' || *s == '[' || *s == '{')
            depth++;
        else if (*s == ')' || *s == ']' || *s == '}')
            depth--;
        else if (depth == 0 && !is_space(*s))
            return false;
        s = *s == '"' || *s == '\'' ? skip_quoted(s, end) : s + 1;
    }
    memcpy(ret_filled, filled, sizeof(filled));
    return part == 2;
}

static unsigned count(const bool *filled)
{
    return (unsigned)filled[0] + filled[1] + filled[2];
}

static bool from_source(struct body *f, CXCursor c, bool *ret_filled)
{
    CXFile file = NULL;
    unsigned offset = 0;
    size_t size;
    const char *text;

    clang_getSpellingLocation(clang_getCursorLocation(c), &file, NULL, NULL,
                              &offset);
    text = pos_text(f->u, file, &size);
    return offset < size && read_parts(text + offset, text + size, ret_filled);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
}

// The nth `for` of a function, as clang prints it.
static const char *printed_for(const char *text, unsigned n)
{
    const char *end = text + strlen(text);

    for (const char *s = text; s < end;) {
        if (*s == '"' || *s == '\'') {
            s = skip_quoted(s, end);
        } else if (strncmp(s, "for", 3) == 0 && !is_word(s[3])
                   && (s == text || !is_word(s[-1]))) {
            if (--n == 0)
                return s;
            s += 3;
        } else {
            s++;
        }
    }
    return end;
}

static bool from_print(struct body *f, CXCursor c, bool *ret_filled)
{
    const char *text = cursor_printed(f->u, f->function, false);
    const char *s = printed_for(text, f->nfors);

    (void)c;
    return read_parts(s, text + strlen(text), ret_filled);
}

static bool find_filled(struct body *f, CXCursor c, const struct kids *k,
                        bool *ret_filled)
{
    unsigned n = k->n - 1;

    ret_filled[0] = ret_filled[1] = ret_filled[2] = n == 3;
    if (n == 0 || n == 3)
        return true;
    if (n == 1 && k->c[0].kind == CXCursor_DeclStmt) {
        ret_filled[0] = true;
        return true;
    }
    return (from_source(f, c, ret_filled) && count(ret_filled) == n)
           || (from_print(f, c, ret_filled) && count(ret_filled) == n);
}

bool for_split(struct body *f, CXCursor c, struct for_parts *ret)
{
    struct kids k = exprs_of(f->u, c);
    bool filled[3];
    unsigned next = 0;

    f->nfors++;
    if (k.n < 1 || k.n > 4 || !find_filled(f, c, &k, filled))
        return false;
    *ret = (struct for_parts){
        .has_init = filled[0], .has_cond = filled[1], .has_step = filled[2]};
    if (filled[0])
        ret->init = k.c[next++];
    if (filled[1])
        ret->cond = k.c[next++];
    if (filled[2])
        ret->step = k.c[next++];
    ret->body = k.c[next];
    return true;
}
