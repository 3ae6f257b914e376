// limits.c - see limits.h.
//
// A limit is recognised by its cause, in the text of the function and in what
// the finding or the run says of it. Each row of README.md is a predicate here.

#include "limits.h"

#include "judge.h"
#include "source.h"

#include <stdio.h>
#include <string.h>

enum { HELPERS = 2, NAME_MOST = 32 };

bool limit_is_of(const char *function, const char *name)
{
    size_t n = strlen(name);

    return strncmp(function, name, n) == 0
           && (function[n] == '\0' || function[n] == '_');
}

// ---- the text ----

static size_t depth_of(struct span line)
{
    return strspn(line.text, " ");
}

struct span limit_line(const char *source, uint32_t number)
{
    struct span line = source_line(source, number);
    size_t depth = depth_of(line);

    return (struct span){line.text + depth, line.n - depth};
}

static bool begins(struct span s, const char *with)
{
    return strlen(with) <= s.n && strncmp(s.text, with, strlen(with)) == 0;
}

static bool names_at(struct span line, const char *name)
{
    size_t n = strlen(name);

    return n > 0 && begins(line, name) && line.text[n] == ' ';
}

static uint32_t number_of(const char *source, const char *at)
{
    uint32_t n = 1;

    while (source < at)
        n += *source++ == '\n';
    return n;
}

// What stands between the braces.
static struct span block_of(const char *source, const char *function)
{
    struct span s = source_body(source, function);
    size_t head = s.n ? strcspn(s.text, "{") : 0;

    return (struct span){s.text + head, s.n - head};
}

// Is there a `for` above it that is indented less, before the function begins?
static bool is_in_loop(const char *source, uint32_t number)
{
    size_t depth = depth_of(source_line(source, number));

    for (uint32_t i = number - 1; i > 0 && depth > 0; i--) {
        struct span line = source_line(source, i);
        size_t d = depth_of(line);

        if (line.n == d || d >= depth)
            continue;
        if (begins(limit_line(source, i), "for ("))
            return true;
        depth = d;
    }
    return false;
}

// Does the function call it in a loop?
static bool is_called_in_loop(const struct limit_case *c, const char *helper)
{
    struct span body = source_body(c->source, c->function);
    uint32_t first = number_of(c->source, body.text);
    uint32_t end = number_of(c->source, body.text + body.n);

    for (uint32_t i = first + 1; i <= end; i++)
        if (source_has_word(source_line(c->source, i), helper, '(')
            && is_in_loop(c->source, i))
            return true;
    return false;
}

// The helper of the function whose call stands in a line, in *ret.
static bool calls_helper(const struct limit_case *c, struct span line,
                         char ret[NAME_MOST])
{
    for (int i = 0; i < HELPERS; i++) {
        snprintf(ret, NAME_MOST, "%s_h%d", c->function, i);
        if (source_has_word(line, ret, '('))
            return true;
    }
    return false;
}

// The one argument of the call that the line is; "" for other lines.
static void argument_of(struct span line, char ret[NAME_MOST])
{
    const char *open = memchr(line.text, '(', line.n);
    size_t n = open ? strcspn(open + 1, ",)\n") : 0;

    snprintf(ret, NAME_MOST, "%.*s", (int)n, open ? open + 1 : "");
}

// ---- limits of what is not found ----

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

static bool is_use_of_nothing(const struct observation *o)
{
    return o->at.line
           && (o->kind == OBSERVED_NOTHING || o->kind == OBSERVED_CRASH);
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
    return f->rule == RULE_NULL_USE && is_use_of_nothing(o)
           && source_has_word(source_line(c->source, o->at.line), f->object, 0);
}

static bool loses_it(const struct limit_case *c, const struct finding *f,
                     const struct observation *o)
{
    if (!is_loss(f->rule) || o->kind != OBSERVED_LEAK)
        return false;
    for (size_t k = 0; k < o->taken.count; k++)
        if (names_at(limit_line(c->source, o->taken.items[k].line), f->object))
            return true;
    return has_lost_origin(f);
}

// Does the finding give the object back, and a run sees it gone elsewhere?
static bool ends_it(const struct limit_case *c, const struct finding *f,
                    const struct observation *o)
{
    return o->kind != OBSERVED_LEAK && !o->at.line && is_release(f->rule)
           && judge_passes(c->source, f, o);
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
        if (ends_it(c, f, o) || is_null_there(c, f, o) || loses_it(c, f, o))
            return true;
    }
    return false;
}

static bool is_null_in_helper(const struct limit_case *c,
                              const struct observation *o)
{
    return o->kind == OBSERVED_NOTHING && o->at.line
           && strcmp(o->at.function, c->function) != 0;
}

static bool is_added(const struct observation *o)
{
    return o->kind == OBSERVED_LEAK && !o->is_made && o->taken.count;
}

static bool is_added_often(const struct limit_case *c,
                           const struct observation *o)
{
    const struct place *p = o->taken.items;

    return is_added(o)
           && (o->taken.count > 1 || is_in_loop(c->source, p->line)
               || (strcmp(p->function, c->function) != 0
                   && is_called_in_loop(c, p->function)));
}

static bool is_added_and_addressed(const struct limit_case *c,
                                   const struct observation *o)
{
    struct span body = source_body(c->source, c->function);

    return is_added(o)
           && (source_has_word(body, "&p0", 0)
               || source_has_word(body, "&p1", 0)
               || source_has_word(body, "&p2", 0));
}

// Was it tested in front of its use, to be released?
static bool is_null_or_lent(const struct limit_case *c,
                            const struct observation *o)
{
    struct span release;
    char name[NAME_MOST], test[NAME_MOST + 8];

    if (!is_use_of_nothing(o) || o->at.line < 3)
        return false;
    release = limit_line(c->source, o->at.line - 1);
    argument_of(release, name);
    snprintf(test, sizeof(test), "if (%s)", name);
    return begins(release, "rc_decref(")
           && begins(limit_line(c->source, o->at.line - 2), test)
           && source_has_word(source_line(c->source, o->at.line), name, 0);
}

// Is it given back through a variable that a helper may have written?
static bool is_left_by_helper(const struct limit_case *c,
                              const struct observation *o)
{
    struct span body = source_body(c->source, c->function);
    char name[NAME_MOST], address[NAME_MOST + 1];

    for (size_t i = 0; o->kind == OBSERVED_GONE && i < o->given.count; i++) {
        argument_of(limit_line(c->source, o->given.items[i].line), name);
        snprintf(address, sizeof(address), "&%s", name);
        if (*name && source_has_word(body, address, ','))
            return true;
    }
    return false;
}

static bool is_kept_by_helper(const struct limit_case *c,
                              const struct observation *o)
{
    for (size_t i = 0; o->kind == OBSERVED_GONE && i < o->taken.count; i++) {
        const struct place *p = &o->taken.items[i];
        struct span line = source_line(c->source, p->line);

        if (strcmp(p->function, c->function) != 0
            && source_has_word(line, "rc_list_append", '('))
            return true;
    }
    return false;
}

static const struct {
    const char *name;
    bool (*is)(const struct limit_case *c, const struct observation *o);
} limits[] = {
    {"null-in-helper", is_null_in_helper},
    {"same-cause", is_same_cause},
    {"added-often", is_added_often},
    {"added-and-addressed", is_added_and_addressed},
    {"null-or-lent", is_null_or_lent},
    {"left-by-helper", is_left_by_helper},
    {"kept-by-helper", is_kept_by_helper},
};

const char *limit_of(const struct limit_case *c, const struct observation *o)
{
    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
        if (limits[i].is(c, o))
            return limits[i].name;
    return NULL;
}

// ---- limits of what is not seen ----

// Does the name of the helper stand at its definition only?
static bool is_never_called(const struct limit_case *c, const char *helper)
{
    size_t n = strlen(helper);
    int times = 0;

    for (const char *at = c->source; (at = strstr(at, helper)); at += n)
        times += at[n] == '(';
    return strcmp(helper, c->function) != 0 && times < 2;
}

// Is it handed to a helper that does nothing with it, or only hands it back?
static bool is_untouched(const struct limit_case *c, const struct finding *f)
{
    char helper[NAME_MOST];
    struct span block;

    if (f->rule != RULE_USE_AFTER_DECREF
        || !calls_helper(c, source_line(c->source, f->line), helper))
        return false;
    block = block_of(c->source, helper);
    return block.n && !source_has_word(block, "in", ')')
           && !source_has_word(block, "in", ',');
}

static bool tests_number(const char *source, const char *helper)
{
    struct span block = block_of(source, helper);
    uint32_t first = number_of(source, block.text);
    uint32_t end = number_of(source, block.text + block.n);

    for (uint32_t i = first; block.n && i <= end; i++) {
        struct span line = limit_line(source, i);

        if (begins(line, "if (")
            && (source_has_word(line, "a", 0) || source_has_word(line, "b", 0)))
            return true;
    }
    return false;
}

// Does the trail let a helper fail that fails for some numbers only?
static bool fails_by_number(const struct limit_case *c, const struct finding *f)
{
    char helper[NAME_MOST];

    for (uint32_t i = 0; i < f->ntrail; i++) {
        const char *text = f->trail[i].text;

        if (strstr(text, "() fails")
            && calls_helper(c, (struct span){text, strlen(text)}, helper)
            && tests_number(c->source, helper))
            return true;
    }
    return false;
}

static const char *limit_by_runs(const struct limit_case *c,
                                 const struct finding *f,
                                 const struct seen_function *seen)
{
    for (size_t i = 0; i < seen->count; i++) {
        const struct observation *o = &seen->items[i];

        if (loses_it(c, f, o))
            return "trail-of-merged";
        if (is_null_there(c, f, o))
            return "same-cause";
        if (o->kind == OBSERVED_CRASH && o->at.line && o->at.line < f->line)
            return "behind-a-crash";
    }
    return NULL;
}

const char *limit_of_finding(const struct limit_case *c,
                             const struct finding *f,
                             const struct seen_function *seen)
{
    if (is_never_called(c, f->function))
        return "never-called";
    if (is_untouched(c, f))
        return "untouched";
    if (fails_by_number(c, f))
        return "fails-by-number";
    return limit_by_runs(c, f, seen);
}
