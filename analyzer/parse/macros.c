// macros.c - what is known of macros, read from the text of headers.
//
// A record of all macros would cost every parse a few percent. Values are asked
// for of a few macros: facts like the version of an API, which one of its
// headers defines with a plain #define. The first definition found counts: on
// the command line, in the main file, in the headers next to the API's own.
// And of an expression, whether it is all that some macro stands for.

#include "base/file.h"
#include "parse/lower.h"

#include <string.h>

struct search {
    struct unit *u;
    struct arena *session;
    struct map *cache; // "path\nNAME" -> value or the absent mark
    const char *name;
};

static const char absent[] = "";

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_';
}

// Is text[at] preceded by "#define ", at the beginning of a line?
static bool is_definition(const char *text, size_t at)
{
    static const char word[] = "define";
    size_t len = sizeof(word) - 1;

    if (at == 0 || (text[at - 1] != ' ' && text[at - 1] != '\t'))
        return false;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
        at--;
    if (at < len || strncmp(text + at - len, word, len) != 0)
        return false;
    at -= len;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
        at--;
    return at > 0 && text[at - 1] == '#';
}

// The rest of the line without comment, blanks around it and quotes.
static const char *clean_value(struct arena *a, const char *s, size_t n)
{
    size_t len = 0;

    while (len < n && s[len] != '\n' && s[len] != '\r'
           && !(s[len] == '/' && len + 1 < n
                && (s[len + 1] == '*' || s[len + 1] == '/')))
        len++;
    while (len > 0 && (*s == ' ' || *s == '\t'))
        s++, len--;
    while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    if (len >= 2 && s[0] == '"' && s[len - 1] == '"')
        s++, len -= 2;
    return arena_strndup(a, s, len);
}

static const char *find_in_text(struct arena *a, const char *text, size_t size,
                                const char *name)
{
    size_t len = strlen(name);
    const char *s = text;

    while ((s = memmem(s, size - (size_t)(s - text), name, len)) != NULL) {
        size_t at = (size_t)(s - text);

        s += len;
        if (is_definition(text, at) && at + len < size && !is_word(*s)
            && *s != '(')
            return clean_value(a, s, size - (at + len));
    }
    return NULL;
}

static const char *find_in_file(struct search *s, CXFile file, const char *path)
{
    char *key = arena_printf(s->u->scratch, "%s\n%s", path, s->name);
    const char *value = map_get(s->cache, key), *text;
    size_t size;

    if (value)
        return value == absent ? NULL : value;
    text = pos_text(s->u, file, &size);
    value = find_in_text(s->session, text, size, s->name);
    map_set(s->session, s->cache, arena_strdup(s->session, key),
            (void *)(uintptr_t)(value ? value : absent));
    return value;
}

static const char *find_in_headers(struct search *s)
{
    struct unit *u = s->u;

    for (size_t i = 0; i < u->napi_files; i++) {
        const char *path = pos_source(u, u->api_files[i])->path;
        const char *value = find_in_file(s, u->api_files[i], path);

        if (value)
            return value;
    }
    return NULL;
}

static const char *find_in_args(struct unit *u, const char *const *args,
                                size_t nargs, const char *name)
{
    size_t len = strlen(name);
    const char *value = NULL;

    for (size_t i = 0; i < nargs; i++) {
        const char *arg = args[i];

        if (strcmp(arg, "-D") == 0 && i + 1 < nargs)
            arg = args[++i];
        else if (strncmp(arg, "-D", 2) == 0)
            arg += 2;
        else
            continue;
        if (strncmp(arg, name, len) != 0)
            continue;
        if (arg[len] == '=')
            value = clean_value(u->a, arg + len + 1, strlen(arg + len + 1));
        else if (arg[len] == '\0')
            value = "1";
    }
    return value;
}

// Is the end of the line at text[at] hidden by a backslash?
static bool is_continued(const char *text, size_t at)
{
    if (at > 0 && text[at - 1] == '\r')
        at--;
    return at > 0 && text[at - 1] == '\\';
}

// Where the line around text[at] begins, and those that it continues.
static size_t line_start(const char *text, size_t at)
{
    while (at > 0 && (text[at - 1] != '\n' || is_continued(text, at - 1)))
        at--;
    return at;
}

static size_t skip_blanks(const char *text, size_t size, size_t at)
{
    while (at < size
           && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r'
               || text[at] == '\\'
               || (text[at] == '\n' && is_continued(text, at))))
        at++;
    return at;
}

static size_t skip_word(const char *text, size_t size, size_t at)
{
    while (at < size && is_word(text[at]))
        at++;
    return at;
}

// Does the line end with the operand that begins at text[at]? It does not when
// something is called in it.
static bool is_operand(const char *text, size_t size, size_t at)
{
    int depth = 0;

    for (size_t i = at; i < size; i++) {
        if (text[i] == '\n' && !is_continued(text, i))
            break;
        if (text[i] == '/' && i + 1 < size
            && (text[i + 1] == '*' || text[i + 1] == '/'))
            break;
        if (text[i] == '(' && depth == 0 && i > at)
            return false;
        depth += (text[i] == '(') - (text[i] == ')');
    }
    return depth == 0;
}

// Behind blanks and opening parentheses, at most up to text[at].
static size_t skip_open(const char *text, size_t size, size_t from, size_t at)
{
    from = skip_blanks(text, size, from);
    while (from < at && text[from] == '(')
        from = skip_blanks(text, size, from + 1);
    return from;
}

const char *macro_of(struct unit *u, CXCursor c)
{
    CXSourceLocation start = clang_getRangeStart(clang_getCursorExtent(c));
    CXFile file = NULL;
    unsigned offset = 0;
    size_t size, at, name;
    const char *text;

    clang_getSpellingLocation(start, &file, NULL, NULL, &offset);
    text = pos_text(u, file, &size);
    if (offset >= size)
        return "";
    at = skip_blanks(text, size, line_start(text, offset)) + 1; // the #
    at = skip_word(text, size, skip_blanks(text, size, at));    // define
    name = skip_blanks(text, size, at);
    if (!is_definition(text, name))
        return "";
    at = skip_word(text, size, name);
    if (at == name || text[at] == '('
        || skip_open(text, size, at, offset) != offset
        || !is_operand(text, size, skip_blanks(text, size, at)))
        return "";
    return unit_name(u, text + name, at - name);
}

void macros_find(struct unit *u, struct arena *session, struct map *cache,
                 const char *const *args, size_t nargs)
{
    size_t n = u->options->nmacros;
    CXFile main_file = clang_getFile(u->tu, u->main_path);

    u->ir->macros = arena_array(u->a, struct ir_macro, n);
    u->ir->nmacros = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        struct search s = {u, session, cache, u->options->macros[i]};
        size_t size;
        const char *text = pos_text(u, main_file, &size), *value;

        value = find_in_args(u, args, nargs, s.name);
        if (!value && size)
            value = find_in_text(u->a, text, size, s.name);
        if (!value)
            value = find_in_headers(&s);
        u->ir->macros[i].name = arena_strdup(u->a, s.name);
        u->ir->macros[i].value = value ? arena_strdup(u->a, value) : "";
    }
}
