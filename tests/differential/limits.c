// limits.c - see limits.h.

#include "limits.h"

#include <string.h>

bool limit_is_of(const char *function, const char *name)
{
    size_t n = strlen(name);

    return strncmp(function, name, n) == 0
           && (function[n] == '\0' || function[n] == '_');
}

static const char *line_start(const char *source, uint32_t number)
{
    for (uint32_t i = 1; i < number && *source; i++) {
        source += strcspn(source, "\n");
        source += *source == '\n';
    }
    return source;
}

const char *limit_line(const char *source, uint32_t number)
{
    const char *text = line_start(source, number);

    return text + strspn(text, " ");
}

static size_t depth_of(const char *line)
{
    return strspn(line, " ");
}

// Is there a `for` above it that is indented less, before the function begins?
static bool is_in_loop(const char *source, uint32_t number)
{
    size_t depth = depth_of(line_start(source, number));

    for (uint32_t i = number - 1; i > 0 && depth > 0; i--) {
        const char *line = line_start(source, i);
        size_t d = depth_of(line);

        if (line[d] == '\n' || d >= depth)
            continue;
        if (strncmp(line + d, "for (", strlen("for (")) == 0)
            return true;
        depth = d;
    }
    return false;
}

static bool any_in_loop(const char *source, const struct places *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (is_in_loop(source, all->items[i].line))
            return true;
    return false;
}

static bool names_at(const char *line, const char *name)
{
    size_t n = strlen(name);

    return n > 0 && strncmp(line, name, n) == 0 && line[n] == ' ';
}

static bool is_loss(enum rule r)
{
    return r == RULE_LEAK || r == RULE_OVERWRITTEN_REFERENCE;
}

static bool is_release(enum rule r)
{
    return r == RULE_DOUBLE_DECREF || r == RULE_OVER_DECREF
           || r == RULE_USE_AFTER_DECREF || r == RULE_BORROWED_STEAL
           || r == RULE_CONTRACT_MISMATCH;
}

// The reference is not known by where it was made, only by its variable.
static bool has_lost_origin(const struct finding *f)
{
    return is_loss(f->rule) && f->ntrail && f->trail[0].line == f->line;
}

// Does a run use NULL, or end, where the variable of the finding is named?
static bool is_null_there(const struct limit_case *c, const struct finding *f,
                          const struct observation *o)
{
    const char *line = limit_line(c->source, o->at.line);
    const char *at = strstr(line, f->object);

    return f->rule == RULE_NULL_USE && *f->object && o->at.line && at
           && at < line + strcspn(line, "\n")
           && (o->kind == OBSERVED_NOTHING || o->kind == OBSERVED_CRASH);
}

// Of several references that a variable loses, one is told; of several ways to
// end too early, or of several uses of NULL, the first.
static bool is_same_cause(const struct limit_case *c,
                          const struct observation *o)
{
    for (size_t i = 0; i < c->findings->count; i++) {
        const struct finding *f = &c->findings->items[i];

        if (!limit_is_of(f->function, c->function))
            continue;
        if (o->kind != OBSERVED_LEAK && !o->at.line && is_release(f->rule))
            return true;
        if (is_null_there(c, f, o)
            || (o->kind == OBSERVED_LEAK && has_lost_origin(f)))
            return true;
        for (size_t k = 0;
             o->kind == OBSERVED_LEAK && is_loss(f->rule) && k < o->taken.count;
             k++)
            if (names_at(limit_line(c->source, o->taken.items[k].line),
                         f->object))
                return true;
    }
    return false;
}

// Is the address of a local passed between the first place and the function's
// end?
static bool passes_address(const char *source, const struct places *all)
{
    const char *text = line_start(source, all->items[0].line);
    const char *end = strstr(text, "\n}\n"), *at = strstr(text, "(&");

    return at && (!end || at < end);
}

const char *limit_of(const struct limit_case *c, const struct observation *o)
{
    bool is_added = o->kind == OBSERVED_LEAK && !o->is_made && o->taken.count;

    if (o->kind == OBSERVED_NOTHING && o->at.line
        && strcmp(o->at.function, c->function) != 0)
        return "null-in-helper";
    if (is_same_cause(c, o))
        return "same-cause";
    if (is_added && (o->taken.count > 1 || any_in_loop(c->source, &o->taken)))
        return "added-often";
    if (is_added && passes_address(c->source, &o->taken))
        return "added-and-addressed";
    return NULL;
}

static bool leaks_it(const struct limit_case *c, const struct finding *f,
                     const struct observation *o)
{
    if (!is_loss(f->rule) || o->kind != OBSERVED_LEAK)
        return false;
    for (size_t k = 0; k < o->taken.count; k++)
        if (names_at(limit_line(c->source, o->taken.items[k].line), f->object))
            return true;
    return has_lost_origin(f);
}

// Does the name of the helper stand at its definition only?
static bool is_never_called(const struct limit_case *c, const char *helper)
{
    size_t n = strlen(helper);
    int times = 0;

    for (const char *at = c->source; (at = strstr(at, helper)); at += n)
        times += at[n] == '(';
    return strcmp(helper, c->function) != 0 && times < 2;
}

const char *limit_of_finding(const struct limit_case *c,
                             const struct finding *f,
                             const struct seen_function *seen)
{
    if (is_never_called(c, f->function))
        return "never-called";
    for (size_t i = 0; i < seen->count; i++) {
        const struct observation *o = &seen->items[i];

        if (leaks_it(c, f, o))
            return "trail-of-merged";
        if (is_null_there(c, f, o))
            return "same-cause";
        if (o->kind == OBSERVED_CRASH && o->at.line && o->at.line < f->line)
            return "behind-a-crash";
    }
    return NULL;
}
