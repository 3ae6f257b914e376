// judge.c - see judge.h.

#include "judge.h"

#include <ctype.h>
#include <string.h>

enum where { WHERE_ORIGIN, WHERE_LINE, WHERE_RESULT, WHERE_OBJECT, WHERE_ANY };

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

static bool has_word(const char *line, size_t n, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; length && i + length <= n; i++) {
        bool begins = i == 0 || !(isalnum((unsigned char)line[i - 1])
                                  || line[i - 1] == '_');

        if (begins && strncmp(line + i, word, length) == 0
            && i + length < n && line[i + length] == '(')
            return true;
    }
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

// A helper's doings are its caller's, at the line that calls it.
static bool is_at(const char *source, uint32_t line, struct place p)
{
    const char *text = line_of(source, line);

    return p.line
           && (p.line == line
               || has_word(text, strcspn(text, "\n"), p.function));
}

static bool any_at(const char *source, uint32_t line, const struct places *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (is_at(source, line, all->items[i]))
            return true;
    return false;
}

static bool passes(const char *source, const struct finding *f,
                   const struct observation *o)
{
    if (!o->taken.count && !o->given.count)
        return true;
    for (uint32_t i = 0; i < f->ntrail; i++)
        if (any_at(source, f->trail[i].line, &o->taken)
            || any_at(source, f->trail[i].line, &o->given))
            return true;
    return any_at(source, f->line, &o->given)
           || any_at(source, f->line, &o->taken);
}

static bool meets_at(enum where where, const char *source,
                     const struct finding *f, const struct observation *o)
{
    switch (where) {
    case WHERE_ORIGIN:
        return !o->taken.count
               || (f->ntrail && any_at(source, f->trail[0].line, &o->taken));
    case WHERE_LINE:
        return is_at(source, f->line, o->at)
               || any_at(source, f->line, &o->given);
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
            && meets_at(confirms[i].where, source, f, o))
            return true;
    return false;
}
