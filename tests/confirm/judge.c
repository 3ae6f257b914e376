// judge.c - see judge.h.

#include "judge.h"

#include <ctype.h>
#include <string.h>

enum where {
    WHERE_ORIGIN,
    WHERE_LINE,
    WHERE_NAME,
    WHERE_BEHIND,
    WHERE_RESULT,
    WHERE_OBJECT,
    WHERE_ANY
};

static const struct {
    enum rule rule;
    enum observed observed;
    enum where where;
} confirms[] = {
#define CONFIRMS(rule, observed, where)                                        \
    {RULE_##rule, OBSERVED_##observed, WHERE_##where},
#include "confirms.def"
#undef CONFIRMS
};

static bool is_in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

// Does a part of the source have that word, with that character behind it (0:
// any)?
static bool has_word(const char *text, size_t n, const char *word, char behind)
{
    size_t length = strlen(word);

    for (size_t i = 0; length && i + length <= n; i++)
        if (strncmp(text + i, word, length) == 0
            && (i == 0 || !is_in_word(text[i - 1]))
            && (behind ? text[i + length] == behind
                       : !is_in_word(text[i + length])))
            return true;
    return false;
}

static const char *line_of(const char *source, uint32_t number)
{
    for (uint32_t i = 1; i < number && *source; i++) {
        source += strcspn(source, "\n");
        source += *source == '\n';
    }
    return source;
}

// The text from a function's name to its closing brace.
static const char *body_of(const char *source, const char *name, size_t *ret_n)
{
    const char *end;

    for (const char *at = source; (at = strstr(at, name)); at++) {
        end = strstr(at, "\n}\n");
        if (end && at[strlen(name)] == '('
            && !memchr(at, ';', strcspn(at, "{"))) {
            *ret_n = (size_t)(end - at);
            return at;
        }
    }
    *ret_n = 0;
    return source;
}

// A helper's doings are its caller's, at the line that calls it; anywhere, when
// it is the runtime that calls.
static bool is_at(const char *source, const struct finding *f, uint32_t line,
                  struct place p)
{
    const char *text = line_of(source, line), *body;
    size_t n;

    if (!p.line || p.line == line)
        return p.line;
    if (has_word(text, strcspn(text, "\n"), p.function, '('))
        return true;
    body = body_of(source, f->function, &n);
    return strcmp(p.function, f->function) != 0
           && !has_word(body, n, p.function, '(');
}

static bool any_at(const char *source, const struct finding *f, uint32_t line,
                   const struct places *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (is_at(source, f, line, all->items[i]))
            return true;
    return false;
}

static bool is_touched(const char *source, const struct finding *f,
                       uint32_t line, const struct observation *o)
{
    return any_at(source, f, line, &o->taken)
           || any_at(source, f, line, &o->given);
}

static bool passes(const char *source, const struct finding *f,
                   const struct observation *o)
{
    if (!o->taken.count && !o->given.count)
        return true;
    for (uint32_t i = 0; i < f->ntrail; i++)
        if (is_touched(source, f, f->trail[i].line, o))
            return true;
    return is_touched(source, f, f->line, o);
}

static bool is_used(const char *source, const struct finding *f,
                    const struct observation *o)
{
    return is_at(source, f, f->line, o->at)
           || any_at(source, f, f->line, &o->given);
}

static bool is_named_there(const char *source, const struct finding *f,
                           uint32_t line)
{
    const char *text = line_of(source, line);

    return line > f->line && has_word(text, strcspn(text, "\n"), f->object, 0);
}

static bool meets_at(enum where where, const char *source,
                     const struct finding *f, const struct observation *o)
{
    switch (where) {
    case WHERE_ORIGIN:
        return o->is_made ? any_at(source, f, f->trail[0].line, &o->taken)
                          : passes(source, f, o);
    case WHERE_NAME:
        return is_used(source, f, o) || is_named_there(source, f, o->at.line);
    case WHERE_LINE:
        return is_used(source, f, o);
    case WHERE_BEHIND:
        return f->line >= o->at.line;
    case WHERE_RESULT:
        return o->is_result;
    case WHERE_OBJECT:
        return passes(source, f, o);
    case WHERE_ANY:
        break;
    }
    return true;
}

bool judge_meets(const char *source, const struct finding *f,
                 const struct observation *o)
{
    for (size_t i = 0; i < sizeof(confirms) / sizeof(*confirms); i++)
        if (confirms[i].rule == f->rule && confirms[i].observed == o->kind
            && (!f->ntrail || meets_at(confirms[i].where, source, f, o)))
            return true;
    return false;
}
