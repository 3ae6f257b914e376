// cursors.c - looking at cursors: children, constants, strings.

#include "parse/lower.h"

#include <string.h>

// Children are collected before any of them is looked at, so that deep code
// does not nest calls of clang_visitChildren.
static enum CXChildVisitResult collect(CXCursor c, CXCursor parent,
                                       CXClientData arg)
{
    struct unit *u = arg;

    (void)parent;
    arena_push(u->scratch, u->kids.c, u->kids.n, u->kids.cap, c);
    return CXChildVisit_Continue;
}

struct kids kids_of(struct unit *u, CXCursor c)
{
    struct kids k;

    u->kids.n = 0;
    clang_visitChildren(c, collect, u);
    k.n = (unsigned)u->kids.n;
    k.c = arena_array(u->body, CXCursor, k.n + 1u);
    if (k.n)
        memcpy(k.c, u->kids.c, k.n * sizeof(CXCursor));
    return k;
}

struct kids exprs_among(struct kids all)
{
    struct kids k = {.c = all.c};

    for (unsigned i = 0; i < all.n; i++) {
        if (clang_isExpression(all.c[i].kind)
            || clang_isStatement(all.c[i].kind))
            k.c[k.n++] = all.c[i];
    }
    return k;
}

struct kids exprs_of(struct unit *u, CXCursor c)
{
    return exprs_among(kids_of(u, c));
}

bool cursor_int(CXCursor c, int64_t *ret_value)
{
    CXEvalResult r;
    bool is_int;

    // libclang crashes when it evaluates some lists.
    if (c.kind == CXCursor_InitListExpr)
        return false;
    r = clang_Cursor_Evaluate(c);
    if (!r)
        return false;
    is_int = clang_EvalResult_getKind(r) == CXEval_Int;
    if (is_int && clang_EvalResult_isUnsignedInt(r))
        *ret_value = (int64_t)clang_EvalResult_getAsUnsigned(r);
    else if (is_int)
        *ret_value = clang_EvalResult_getAsLongLong(r);
    clang_EvalResult_dispose(r);
    return is_int;
}

CXCursor cursor_strip(struct unit *u, CXCursor c, bool casts)
{
    for (;;) {
        struct kids k;

        if (c.kind != CXCursor_ParenExpr && c.kind != CXCursor_UnexposedExpr
            && !(casts && c.kind == CXCursor_CStyleCastExpr))
            return c;
        k = exprs_of(u, c);
        if (k.n != 1
            || (c.kind == CXCursor_UnexposedExpr
                && type_is_va_arg(u, type_of_cursor(u, c),
                                  type_of_cursor(u, k.c[0]))))
            return c;
        c = k.c[0];
    }
}

static unsigned octal(const char **s)
{
    unsigned value = 0;

    for (int i = 0; i < 3 && **s >= '0' && **s <= '7'; i++)
        value = value * 8 + (unsigned)(*(*s)++ - '0');
    return value;
}

static char unescape(const char **s)
{
    static const char from[] = "abfnrtv", to[] = "\a\b\f\n\r\t\v";
    const char *known;

    if (**s >= '0' && **s <= '7')
        return (char)octal(s);
    known = strchr(from, **s);
    if (known && **s) {
        (*s)++;
        return to[known - from];
    }
    return *(*s)++;
}

// libclang prints literals with its own escapes; what follows a NUL is lost.
const char *cursor_string(struct unit *u, CXCursor literal)
{
    CXString printed = clang_getCursorSpelling(literal);
    const char *s = clang_getCString(printed);
    size_t len = s ? strlen(s) : 0, n = 0;
    char *text = arena_alloc(u->body, len + 1, 1);
    const char *kept;

    s = s ? strchr(s, '"') : NULL;
    for (s = s ? s + 1 : ""; *s && *s != '"';) {
        if (*s == '\\' && s[1]) {
            s++;
            text[n] = unescape(&s);
        } else {
            text[n] = *s++;
        }
        if (!text[n++])
            break;
    }
    text[n] = '\0';
    kept = unit_name(u, text, strlen(text));
    clang_disposeString(printed);
    return kept;
}

static bool has_between(const char *from, const char *to, const char *word)
{
    const char *found = strstr(from, word);

    return found && to && found < to;
}

// Attributes of parameters stand in parentheses, those of the function not.
bool text_is_noreturn(const char *text)
{
    int depth = 0;

    for (const char *s = text; s && *s; s++) {
        if (depth == 0 && strncmp(s, "_Noreturn", 9) == 0)
            return true;
        if (depth == 0 && strncmp(s, "__attribute__((", 15) == 0
            && has_between(s, strstr(s, "))"), "noreturn"))
            return true;
        if (depth == 0 && strncmp(s, "[[", 2) == 0
            && has_between(s, strstr(s, "]]"), "noreturn"))
            return true;
        if (*s == '"') { // the text of an annotation
            for (s++; *s && *s != '"'; s++)
                s += *s == '\\' && s[1];
            if (!*s)
                break;
        }
        depth += (*s == '(') - (*s == ')');
    }
    return false;
}

char *cursor_printed(struct unit *u, CXCursor decl, bool terse)
{
    CXString s;
    char *copy;

    if (!u->policy)
        u->policy = clang_getCursorPrintingPolicy(decl);
    clang_PrintingPolicy_setProperty(u->policy, CXPrintingPolicy_TerseOutput,
                                     terse);
    s = clang_getCursorPrettyPrinted(decl, u->policy);
    copy =
        arena_strdup(u->body, clang_getCString(s) ? clang_getCString(s) : "");
    clang_disposeString(s);
    return copy;
}
