// grammar.c - a format string, unit by unit.

#include "contract/contract.h"

#include <string.h>

static const struct format_unit *longest(const struct grammar *g,
                                         const char *at)
{
    const struct format_unit *best = NULL;
    size_t best_len = 0;

    for (size_t i = 0; i < g->nunits; i++) {
        size_t len = strlen(g->units[i].text);

        if (len > best_len && strncmp(g->units[i].text, at, len) == 0) {
            best = &g->units[i];
            best_len = len;
        }
    }
    return best;
}

const struct format_unit *grammar_next(const struct grammar *g,
                                       const char **pos, bool *ret_optional)
{
    static const struct format_unit unknown = {.text = ""};
    const char *s = *pos;

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
        else if (!strchr(g->skip, *s)) {
            *pos = s + strlen(s);
            return &unknown;
        }
    }
    *pos = s;
    return NULL;
}
