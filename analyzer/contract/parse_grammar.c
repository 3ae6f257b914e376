// parse_grammar.c - the rows about format strings: grammars and their units.

#include "contract/parser.h"

#include <string.h>

// The characters that a grammar names with a word; NULL at another word.
static const char **grammar_chars(struct parser *p, struct grammar *g)
{
    const struct {
        const char *word;
        const char **chars;
    } words[] = {
        {"skip", &g->skip},   {"nest", &g->nest}, {"optional", &g->optional},
        {"order", &g->order}, {"end", &g->end},   {"after", &g->after},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (row_accept_word(p, words[i].word))
            return words[i].chars;
    return NULL;
}

// What holds unless the row says it anew.
static int grammar_from(struct parser *p, struct grammar *g)
{
    const char *name = g->name, *from;
    const struct grammar *base;

    if (!row_accept_word(p, "from"))
        return 0;
    if (row_expect_name(p, "the name of a grammar", &from) < 0)
        return -1;
    base = rules_grammar(p->rules, from);
    if (!base)
        return row_error(p, "unknown grammar '%s' (it must stand before)",
                         from);
    *g = (struct grammar){.name = name,
                          .from = base,
                          .skip = base->skip,
                          .nest = base->nest,
                          .optional = base->optional,
                          .order = base->order,
                          .end = base->end,
                          .after = base->after,
                          .complete = base->complete};
    return 0;
}

static int grammar_words(struct parser *p, struct grammar *g)
{
    while (row_peek(p)->kind != TOK_END && row_peek(p)->kind != TOK_NOTE) {
        const char **chars = grammar_chars(p, g);

        if (!chars && row_accept_word(p, "complete")) {
            g->complete = true;
            continue;
        }
        if (!chars)
            return row_expected(
                p, "skip, nest, optional, order, end, after or complete");
        if (**chars && !g->from)
            return row_error(p, "the same characters twice");
        if (row_expect_string(p, "characters in quotes", chars) < 0)
            return -1;
    }
    if (strlen(g->nest) % 2)
        return row_error(p, "'nest' takes pairs of characters");
    if (strlen(g->after) > 1)
        return row_error(p, "'after' takes one character");
    return 0;
}

int row_parse_grammar(struct parser *p)
{
    struct rules *r = p->rules;
    struct grammar *g = arena_new(r->arena, struct grammar);

    g->skip = g->nest = g->optional = g->order = g->end = g->after = "";
    if (row_expect_name(p, "the name of a grammar", &g->name) < 0)
        return -1;
    if (rules_grammar(r, g->name))
        return row_error(p, "duplicate grammar '%s'", g->name);
    if (grammar_from(p, g) < 0 || grammar_words(p, g) < 0)
        return -1;
    arena_push(r->arena, r->grammars, r->ngrammars, r->grammars_cap, g);
    return row_expect_end(p);
}

static int unit_args(struct parser *p, struct format_unit *unit)
{
    size_t n = 0, cap = 0;

    if (row_peek(p)->kind == TOK_END || row_peek(p)->kind == TOK_NOTE
        || row_peek_word(p, "wrong") || row_peek_word(p, "takes-all")
        || row_peek_word(p, "can-fail"))
        return 0;
    do {
        struct effect e;

        if (row_parse_effect(p, PLACE_UNIT, &e) < 0)
            return -1;
        arena_push(p->rules->arena, unit->args, n, cap, e);
    } while (row_accept(p, ','));
    unit->nargs = (int)n;
    return 0;
}

static int unit_wrong(struct parser *p, struct format_unit *unit)
{
    int found;

    if (!row_accept_word(p, "wrong"))
        return 0;
    if (row_expect_string(p, "the reason in quotes", &unit->wrong) < 0)
        return -1;
    while ((found = row_parse_since_until(p, &unit->wrong_since,
                                          &unit->wrong_until))
           > 0)
        continue;
    return found < 0
               ? -1
               : row_check_since_until(p, unit->wrong_since, unit->wrong_until);
}

int row_parse_unit(struct parser *p)
{
    struct pending u = {.kind = PENDING_UNIT,
                        .path = p->lx.path,
                        .line = p->lx.line,
                        .unit.wrong = ""};

    if (row_expect_name(p, "the name of a grammar", &u.name) < 0
        || row_expect_string(p, "a format unit in quotes", &u.unit.text) < 0)
        return -1;
    if (!*u.unit.text)
        return row_error(p, "an empty format unit");
    if (unit_args(p, &u.unit) < 0)
        return -1;
    u.unit.takes_all = row_accept_word(p, "takes-all");
    u.unit.can_fail = row_accept_word(p, "can-fail");
    if (unit_wrong(p, &u.unit) < 0)
        return -1;
    arena_push(p->rules->arena, p->pending, p->npending, p->pending_cap, u);
    return row_expect_end(p);
}
