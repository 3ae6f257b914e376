// verify.c - compare what was found in a fixture with what its comments say.
// See verify_expectations.
//
// Each finding answers to one expectation at most, and each expectation to one
// finding: two leaks in a line need two expectations. Those that name an
// object choose first.

#include "report/clean.h"
#include "report/expect.h"
#include "report/place.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

struct difference {
    uint32_t line;
    size_t order; // among those of one line
    const char *text;
};

struct check {
    struct arena a;
    const char *path;
    const struct finding_list *list;
    struct expectations expected;
    // The expectation that a finding answers to, and the reverse; NULL: none.
    const struct expectation **of_finding;
    const struct finding **of_expectation;
    struct difference *differences;
    size_t ndifferences, cap;
};

static void differ(struct check *c, uint32_t line, const char *text)
{
    struct difference d = {line, c->ndifferences, clean_text(&c->a, text)};

    arena_push(&c->a, c->differences, c->ndifferences, c->cap, d);
}

static bool fits(const struct check *c, const struct expectation *e,
                 const struct finding *f)
{
    return f->line == e->line && f->rule == e->rule
           && strcmp(f->file, c->path) == 0
           && (!e->object || strcmp(f->object, e->object) == 0);
}

static void match_one(struct check *c, size_t i)
{
    const struct expectation *e = &c->expected.items[i];

    for (size_t f = 0; f < c->list->count; f++) {
        if (!c->of_finding[f] && fits(c, e, &c->list->items[f])) {
            c->of_finding[f] = e;
            c->of_expectation[i] = &c->list->items[f];
            return;
        }
    }
}

static void match(struct check *c, enum expect_kind kind, bool with_object)
{
    for (size_t i = 0; i < c->expected.count; i++)
        if (c->expected.items[i].kind == kind
            && !c->expected.items[i].object != with_object)
            match_one(c, i);
}

static void match_all(struct check *c)
{
    static const enum expect_kind kinds[] = {EXPECT_FINDING, EXPECT_KNOWN_FALSE,
                                             EXPECT_KNOWN_MISS};

    for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
        match(c, kinds[k], true);
        match(c, kinds[k], false);
    }
}

// Does the message say so, or what stands behind it?
static bool is_said(const struct check *c, const struct finding *f,
                    const struct expectation *note)
{
    return f->line == note->line && strcmp(f->file, c->path) == 0
           && (strstr(f->text, note->text)
               || strstr(place_condition(f), note->text));
}

// Does an expected finding or a step of it say so, on that line?
static bool is_noted(const struct check *c, const struct expectation *note)
{
    for (size_t i = 0; i < c->expected.count; i++) {
        const struct finding *f = c->of_expectation[i];

        if (!f || c->expected.items[i].kind != EXPECT_FINDING)
            continue;
        if (is_said(c, f, note))
            return true;
        for (uint32_t s = 0; s < f->ntrail; s++)
            if (f->trail[s].line == note->line
                && strcmp(f->trail[s].file, c->path) == 0
                && strstr(f->trail[s].text, note->text))
                return true;
    }
    return false;
}

static const char *named(struct check *c, enum rule rule, const char *object)
{
    if (!object || !*object)
        return rule_name(rule);
    return arena_printf(&c->a, "%s(%s)", rule_name(rule), object);
}

static void check_expectation(struct check *c, size_t i)
{
    const struct expectation *e = &c->expected.items[i];
    const char *name = named(c, e->rule, e->object);
    const char *text = NULL;

    switch (e->kind) {
    case EXPECT_FINDING:
        if (!c->of_expectation[i])
            text = arena_printf(&c->a, "expected %s, found nothing", name);
        break;
    case EXPECT_KNOWN_FALSE:
        if (!c->of_expectation[i])
            text = arena_printf(&c->a,
                                "known-false %s is gone: now works: "
                                "remove it",
                                name);
        break;
    case EXPECT_KNOWN_MISS:
        if (c->of_expectation[i])
            text = arena_printf(&c->a,
                                "known-miss %s is found: now works: "
                                "promote it",
                                name);
        break;
    case EXPECT_NOTE:
        if (!is_noted(c, e))
            text = arena_printf(&c->a,
                                "expected note \"%s\", no step here "
                                "says so",
                                e->text);
        break;
    case EXPECT_WRONG:
        text = e->text;
        break;
    }
    if (text)
        differ(c, e->line, text);
}

static void check_finding(struct check *c, size_t i)
{
    const struct finding *f = &c->list->items[i];

    if (!c->of_finding[i] && strcmp(f->file, c->path) == 0)
        differ(c, f->line,
               arena_printf(&c->a, "unexpected %s: %s",
                            named(c, f->rule, f->object), f->text));
    for (uint32_t s = 0; s < f->ntrail; s++)
        if (!f->trail[s].text[0])
            differ(c, f->trail[s].line,
                   arena_printf(&c->a, "a step of %s says nothing",
                                named(c, f->rule, f->object)));
}

static int by_line(const void *pa, const void *pb)
{
    const struct difference *a = pa;
    const struct difference *b = pb;

    if (a->line != b->line)
        return (a->line > b->line) - (a->line < b->line);
    return (a->order > b->order) - (a->order < b->order);
}

static void print_differences(FILE *out, struct check *c)
{
    const char *path = clean_text(&c->a, c->path);

    if (c->ndifferences)
        qsort(c->differences, c->ndifferences, sizeof(*c->differences),
              by_line);
    for (size_t i = 0; i < c->ndifferences; i++)
        fprintf(out, "%s:%u: %s\n", path, c->differences[i].line,
                c->differences[i].text);
}

int verify_expectations(FILE *out, const char *path, const char *source,
                        const struct finding_list *list)
{
    struct check c = {.path = path, .list = list};
    int count;

    expectations_read(&c.a, source, &c.expected);
    c.of_finding =
        arena_array(&c.a, const struct expectation *, list->count + 1);
    c.of_expectation =
        arena_array(&c.a, const struct finding *, c.expected.count + 1);
    match_all(&c);
    for (size_t i = 0; i < c.expected.count; i++)
        check_expectation(&c, i);
    for (size_t i = 0; i < list->count; i++)
        check_finding(&c, i);
    print_differences(out, &c);
    count = (int)c.ndifferences;
    arena_release(&c.a);
    return count;
}
