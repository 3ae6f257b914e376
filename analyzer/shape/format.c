// format.c - a format as the arguments that it takes, one by one.
//
// in     a grammar of the rules, the text of a format
// out    the units in order; what stands between them, checked

#include "shape/unit.h"

#include <string.h>

struct reading {
    struct shape *s;
    const struct grammar *g;
    int depth;          // of open brackets
    const char *passed; // up to here characters of g->order were met
    struct format *ret;
};

// A character that may stand once, and only behind those named before it.
static void order_char(struct reading *r, char c)
{
    const char *at = strchr(r->g->order, c);

    if (at >= r->passed)
        r->passed = at + 1;
    else if (!r->ret->wrong && *(r->passed - 1) == c)
        r->ret->wrong =
            arena_printf(r->s->results, "'%c' stands in it twice", c);
    else if (!r->ret->wrong)
        r->ret->wrong = arena_printf(r->s->results, "'%c' stands before '%c'",
                                     *(r->passed - 1), c);
}

static void between(struct reading *r, const char *from, const char *to)
{
    for (const char *c = from; c < to; c++) {
        const char *nest = strchr(r->g->nest, *c);

        if (nest && (nest - r->g->nest) % 2 == 0)
            r->ret->nparams += r->depth++ == 0;
        else if (nest)
            r->depth--;
        else if (strchr(r->g->order, *c))
            order_char(r, *c);
        else if (strchr(r->g->end, *c))
            return;
    }
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
    struct reading r = {.s = s, .g = g, .passed = g->order, .ret = ret};
    const struct format_unit *unit;
    const char *pos = text, *from = text;
    bool optional = false;

    ret->known = true;
    ret->nargs = ret->nparams = 0;
    ret->wrong = NULL;
    ret->lead = g->after;
    while ((unit = grammar_next(g, &pos, &optional)) != NULL) {
        if (!unit->text[0] || !add_unit(ret, unit)) {
            ret->known = false;
            return;
        }
        between(&r, from, pos - strlen(unit->text));
        ret->nparams += r.depth == 0;
        if (*unit->wrong && !ret->wrong)
            ret->wrong = unit->wrong;
        from = pos;
    }
    between(&r, from, pos);
    ret->known = r.depth == 0;
}
