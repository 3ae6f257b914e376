// judge.c - see judge.h.

#include "judge.h"

#include "source.h"

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

// A helper's doings are its caller's, at the line that calls it; anywhere, when
// it is the runtime that calls.
static bool is_at(const char *source, const struct finding *f, uint32_t line,
                  struct place p)
{
    if (!p.line || p.line == line)
        return p.line;
    if (source_has_word(source_line(source, line), p.function, '('))
        return true;
    return strcmp(p.function, f->function) != 0
           && !source_has_word(source_body(source, f->function), p.function,
                               '(');
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

bool judge_passes(const char *source, const struct finding *f,
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
    return line > f->line
           && source_has_word(source_line(source, line), f->object, 0);
}

static bool meets_at(enum where where, const char *source,
                     const struct finding *f, const struct observation *o)
{
    switch (where) {
    case WHERE_ORIGIN:
        return o->is_made ? any_at(source, f, f->trail[0].line, &o->taken)
                          : judge_passes(source, f, o);
    case WHERE_NAME:
        return is_used(source, f, o) || is_named_there(source, f, o->at.line);
    case WHERE_LINE:
        return is_used(source, f, o);
    case WHERE_BEHIND:
        return f->line >= o->at.line;
    case WHERE_RESULT:
        return o->is_result;
    case WHERE_OBJECT:
        return judge_passes(source, f, o);
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
