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
    const char *folder, *kind;
    struct trial best;
};

static bool disagrees(const struct trial *t, const char *kind)
{
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->items[i].kind, kind) == 0)
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
            if (disagrees(&b.trials[i], s->kind)
                && is_simpler(&b.trials[i], &s->best)) {
                s->best = b.trials[i];
                is_better = true;
            }
        }
    }
    return is_better;
}

static const char *kind_of(const struct trial *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (!t->items[i].limit)
            return t->items[i].kind;
    return t->count ? t->items[0].kind : NULL;
}

int shrink(const struct batch *b, struct trial *t, struct err *err)
{
    struct shrinking s = {b->arena, b->folder, kind_of(t), *t};
    size_t n = t->choices->count;

    while (s.kind && n > 0) {
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
