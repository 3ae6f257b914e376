// shrink.c - see shrink.h.
//
// It is the list of choices that shrinks (MacIver and Donaldson, "Test-Case
// Reduction via Test-Case Generation", ECOOP 2020): without some of them, or
// with some of them 0, it still makes a function that is right where the
// generator makes them right. A round tries many of these as one batch.

#include "shrink.h"

#include <string.h>

enum { TRIALS_MOST = 200 };

struct shrinking {
    struct arena *arena;
    const char *folder;
    struct disagreement like;
    struct trial best;
};

static bool is_alike(const struct disagreement *d,
                     const struct disagreement *like)
{
    return strcmp(d->kind, like->kind) == 0
           && (d->limit && like->limit ? strcmp(d->limit, like->limit) == 0
                                       : d->limit == like->limit);
}

static bool disagrees(const struct trial *t, const struct disagreement *like)
{
    for (size_t i = 0; i < t->count; i++)
        if (is_alike(&t->items[i], like))
            return true;
    return false;
}

static struct choices *copy(struct arena *a, const struct choices *c)
{
    struct choices *new = arena_new(a, struct choices);

    *new = *c;
    new->items = arena_array(a, uint16_t, c->count + 1);
    memcpy(new->items, c->items, c->count * sizeof(*c->items));
    return new;
}

static void try_without(struct shrinking *s, struct batch *b, size_t at,
                        size_t n)
{
    struct choices *c = copy(s->arena, s->best.choices);

    memmove(c->items + at, c->items + at + n,
            (c->count - at - n) * sizeof(*c->items));
    c->count -= n;
    batch_add(b, c);
}

static void try_zero(struct shrinking *s, struct batch *b, size_t at, size_t n)
{
    struct choices *c = copy(s->arena, s->best.choices);
    bool is_other = false;

    for (size_t i = at; i < at + n; i++) {
        is_other |= c->items[i] != 0;
        c->items[i] = 0;
    }
    if (is_other)
        batch_add(b, c);
}

static bool is_simpler(const struct trial *t, const struct trial *than)
{
    size_t n = strlen(t->text), most = strlen(than->text);

    return n < most || (n == most && t->choices->count < than->choices->count);
}

// All places for one size of chunk, TRIALS_MOST at a time. Returns whether
// something simpler was found, -1 with err.
static int round_of(struct shrinking *s, size_t n, struct err *err)
{
    size_t at = 0, all = s->best.choices->count;
    bool is_better = false;

    while (at + n <= all && !is_better) {
        struct batch b = {.arena = s->arena, .folder = s->folder};

        for (; at + n <= all && b.count < TRIALS_MOST;
             at += n > 1 ? n / 2 : 1) {
            try_without(s, &b, at, n);
            try_zero(s, &b, at, n);
        }
        if (batch_run(&b, err) < 0)
            return -1;
        for (size_t i = 0; i < b.count; i++) {
            if (disagrees(&b.trials[i], &s->like)
                && is_simpler(&b.trials[i], &s->best)) {
                s->best = b.trials[i];
                is_better = true;
            }
        }
    }
    return is_better;
}

// What no limit explains comes first; NULL when there is nothing.
static const struct disagreement *first_of(const struct trial *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (!t->items[i].limit)
            return &t->items[i];
    return t->count ? &t->items[0] : NULL;
}

int shrink(const struct batch *b, struct trial *t, struct err *err)
{
    const struct disagreement *like = first_of(t);
    struct shrinking s = {.arena = b->arena, .folder = b->folder, .best = *t};
    size_t n = t->choices->count;

    if (!like)
        return 0;
    s.like = *like;
    while (n > 0) {
        int r = round_of(&s, n, err);

        if (r < 0)
            return -1;
        if (!r)
            n /= 2;
        else if (n > s.best.choices->count)
            n = s.best.choices->count;
    }
    *t = s.best;
    return 0;
}
