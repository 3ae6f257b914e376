// format.c - a format as the arguments that it takes, one by one.
//
// in     a grammar of the rules, the text of a format
// out    the units in order; what stands between them, checked

#include "shape/unit.h"

#include <string.h>

enum { DEPTH_MAX = 32 };

struct reading {
    struct shape *s;
    const struct grammar *g;
    const char *text;
    char open[DEPTH_MAX]; // what closes the brackets that are open
    int depth;
    bool optional;      // units from here on may be left out
    const char *passed; // up to here characters of g->order were met
    struct format *ret;
};

// Why a call with the format cannot work; the first reason is the one told.
static void cannot(struct reading *r, const char *why)
{
    if (r->ret->wrong)
        return;
    r->ret->wrong = why;
    r->ret->at_times = r->optional;
}

static void cannot_at(struct reading *r, const char *at, const char *what)
{
    cannot(r, arena_printf(r->s->results, "'%c' (character %d) %s", *at,
                           (int)(at - r->text) + 1, what));
}

// A character that may stand once, and only behind those named before it.
static void order_char(struct reading *r, char c)
{
    const char *at = strchr(r->g->order, c);

    if (at >= r->passed)
        r->passed = at + 1;
    else if (*(r->passed - 1) == c)
        cannot(r, arena_printf(r->s->results, "'%c' stands in it twice", c));
    else
        cannot(r, arena_printf(r->s->results, "'%c' stands before '%c'",
                               *(r->passed - 1), c));
}

static bool open_bracket(struct reading *r, char closes)
{
    if (r->depth == DEPTH_MAX)
        return false;
    r->ret->nparams += r->depth == 0;
    r->open[r->depth++] = closes;
    return true;
}

static void close_bracket(struct reading *r, const char *at)
{
    if (r->depth > 0 && r->open[r->depth - 1] == *at)
        r->depth--;
    // What stands behind the only thing that is asked for, is not read.
    else if (r->depth > 0 || r->ret->nparams != 1)
        cannot_at(r, at, "closes no bracket");
}

// What stands between units. False when there is too much of it.
static bool between(struct reading *r, const char *from, const char *to)
{
    for (const char *c = from; c < to && !strchr(r->g->end, *c); c++) {
        const char *nest = strchr(r->g->nest, *c);
        bool order = strchr(r->g->order, *c);

        if (nest && (nest - r->g->nest) % 2 == 0) {
            if (!open_bracket(r, nest[1]))
                return false;
        } else if (nest) {
            close_bracket(r, c);
        } else if (r->depth > 0 && (order || strchr(r->g->optional, *c))) {
            cannot_at(r, c, "stands in brackets");
        } else if (order) {
            order_char(r, *c);
        }
    }
    return true;
}

static bool is_wrong(const struct shape *s, const struct format_unit *unit)
{
    if (!unit->wrong_since && !unit->wrong_until)
        return *unit->wrong;
    return s->version && s->version >= unit->wrong_since
           && (!unit->wrong_until || s->version < unit->wrong_until);
}

static bool add_unit(struct format *f, const struct format_unit *unit)
{
    if (f->nargs + (size_t)unit->nargs > sizeof(f->args) / sizeof(*f->args))
        return false;
    for (int i = 0; i < unit->nargs; i++) {
        f->args[f->nargs].unit = unit->text;
        f->args[f->nargs++].effect = &unit->args[i];
    }
    return true;
}

void format_read(struct shape *s, const struct grammar *g, const char *text,
                 struct format *ret)
{
    struct reading r = {
        .s = s, .g = g, .text = text, .passed = g->order, .ret = ret};
    const struct format_unit *unit;
    const char *pos = text, *from = text;

    ret->known = true;
    ret->nargs = ret->nparams = 0;
    ret->wrong = NULL;
    ret->lead = g->after;
    while ((unit = grammar_next(g, &pos, &r.optional)) != NULL) {
        size_t length = *unit->text ? strlen(unit->text) : 1;

        ret->known = between(&r, from, pos - length);
        if (!*unit->text && g->complete)
            cannot_at(&r, pos - 1, "means nothing there");
        else if (!*unit->text || !add_unit(ret, unit))
            ret->known = false;
        if (!*unit->text || !ret->known)
            return;
        ret->nparams += r.depth == 0;
        if (is_wrong(s, unit))
            cannot(&r, unit->wrong);
        from = pos;
    }
    ret->known = between(&r, from, pos);
    r.optional = false;
    if (r.depth > 0)
        cannot(&r, arena_printf(s->results, "'%c' is missing at its end",
                                r.open[r.depth - 1]));
}
