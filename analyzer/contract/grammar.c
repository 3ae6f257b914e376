// grammar.c - a format string, unit by unit.

#include "contract/contract.h"

#include <string.h>

static const struct format_unit *longest(const struct grammar *g,
                                         const char *at)
{
    const struct format_unit *best = NULL;
    size_t best_len = 0;

    // A grammar's own units before those of the one that it is made from.
    for (; g; g = g->from) {
        for (size_t i = 0; i < g->nunits; i++) {
            size_t len = strlen(g->units[i].text);

            if (len > best_len && strncmp(g->units[i].text, at, len) == 0) {
                best = &g->units[i];
                best_len = len;
            }
        }
    }
    return best;
}

static const struct format_unit unknown = {.text = "", .wrong = ""};

// The next unit of a format that is text but for what stands behind g->after.
static const struct format_unit *next_in_text(const struct grammar *g,
                                              const char **pos)
{
    const struct format_unit *unit;
    const char *s = strchr(*pos, *g->after);

    if (!s) {
        *pos += strlen(*pos);
        return NULL;
    }
    s++;
    s += strspn(s, g->skip);
    unit = longest(g, s);
    *pos = s + (unit ? strlen(unit->text) : *s != '\0');
    return unit ? unit : &unknown;
}

const struct format_unit *grammar_next(const struct grammar *g,
                                       const char **pos, bool *ret_optional)
{
    const char *s = *pos;

    if (*g->after)
        return next_in_text(g, pos);
    for (; *s; s++) {
        const struct format_unit *unit = longest(g, s);

        if (unit) {
            *pos = s + strlen(unit->text);
            return unit;
        }
        if (strchr(g->end, *s))
            break;
        if (strchr(g->optional, *s))
            *ret_optional = true;
        else if (!strchr(g->skip, *s) && !strchr(g->nest, *s)
                 && !strchr(g->order, *s)) {
            *pos = s + 1;
            return &unknown;
        }
    }
    *pos = s;
    return NULL;
}
