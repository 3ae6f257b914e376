// parse_effect.c - one effect with what belongs to it: "steal? in 1".

#include "contract/parser.h"
#include "contract/words.h"

#include <string.h>

static int parse_n(struct parser *p, const struct effect_info *info,
                   int *ret_of)
{
    const char *preposition = info->where == WHERE_ARG ? "in" : "of";
    const char *other = info->where == WHERE_ARG ? "of" : "in";

    if (row_peek_word(p, other) && info->takes_n)
        return row_error(p, "'%s' takes '%s N', not '%s N'", info->word,
                         preposition, other);
    if (!row_peek_word(p, "in") && !row_peek_word(p, "of"))
        return 0;
    if (!info->takes_n)
        return row_error(p, "'%s' does not take '%s'", info->word,
                         row_peek(p)->text);
    p->at++;
    if (info->where == WHERE_ARG && row_accept_word(p, "result")) {
        *ret_of = IN_RESULT;
        return 0;
    }
    if (row_peek(p)->kind != TOK_INT)
        return row_expected(p, "the number of an argument");
    if (row_peek(p)->value < 1 || row_peek(p)->value > 1000)
        return row_error(p,
                         "argument number %lld is out of range "
                         "(arguments are counted from 1)",
                         (long long)row_peek(p)->value);
    *ret_of = (int)row_peek(p)->value;
    p->at++;
    return 0;
}

// "?" and "in N" or "of N" behind a word.
static int parse_suffix(struct parser *p, enum effect_kind kind,
                        bool *ret_maybe_null, int *ret_of)
{
    const struct effect_info *info = effect_info(kind);

    if (row_accept(p, '?')) {
        if (!info->takes_q)
            return row_error(p, "'%s' does not take '?'", info->word);
        *ret_maybe_null = true;
    }
    return parse_n(p, info, ret_of);
}

static bool is_stored_word(const struct effect *e, int kind)
{
    return kind == EFFECT_NEW || kind == EFFECT_BORROWED
           || kind == EFFECT_INTERIOR || kind == EFFECT_PLAIN
           || kind == EFFECT_NULL
           || (kind == EFFECT_ALIAS && e->kind == EFFECT_INOUT);
}

// What is stored through an `out` or `inout` argument; a bare `out` leaves it
// to the outcomes.
static int parse_stored(struct parser *p, struct effect *e)
{
    const struct token *t = row_peek(p);
    int kind;

    e->out = EFFECT_PLAIN;
    if (t->kind != TOK_WORD) {
        if (e->kind == EFFECT_OUT && t->kind != '?')
            return 0;
        return row_expected(p, "what is stored ('new', 'borrowed', "
                               "'interior', 'null' or '_')");
    }
    kind = effect_by_word(t->text);
    if (kind < 0)
        return row_unknown(p, "effect", t->text,
                           word_nearest(t->text, effect_nth));
    if (!is_stored_word(e, kind))
        return row_expected(p, "what is stored ('new', 'borrowed', "
                               "'interior', 'null' or '_')");
    p->at++;
    e->out = (enum effect_kind)kind;
    if (parse_suffix(p, e->out, &e->out_maybe_null, &e->out_of) < 0)
        return -1;
    e->if_null = e->kind == EFFECT_OUT && row_accept_word(p, "if-null");
    if (kind == EFFECT_ALIAS && e->out_of == 0)
        return row_error(p, "'alias' needs 'of N'");
    return 0;
}

// The field of a struct: "at obj with buf".
static int parse_field(struct parser *p, struct effect *e)
{
    if ((e->kind != EFFECT_OUT && e->kind != EFFECT_CLEAR)
        || !row_accept_word(p, "at"))
        return 0;
    if (row_expect_name(p, "the name of a field", &e->at) < 0)
        return -1;
    return row_accept_word(p, "with")
               ? row_expect_name(p, "the name of a field", &e->with)
               : 0;
}

// The result of a converter that says how it is undone: "undone 2".
static int parse_undone(struct parser *p, struct effect *e)
{
    if (e->kind != EFFECT_CONVERT || !row_accept_word(p, "undone"))
        return 0;
    if (row_peek(p)->kind != TOK_INT || row_peek(p)->value == 0)
        return row_expected(p, "the result of a converter, not 0");
    e->undone = row_peek(p)->value;
    p->at++;
    return 0;
}

static int parse_grammar_name(struct parser *p, struct effect *e)
{
    struct pending pending = {
        .kind = PENDING_GRAMMAR, .path = p->lx.path, .line = p->lx.line};

    if (row_expect_name(p, "the name of a grammar", &pending.name) < 0)
        return -1;
    e->grammar = pending.name;
    arena_push(p->rules->arena, p->pending, p->npending, p->pending_cap,
               pending);
    return 0;
}

static int check_place(struct parser *p, enum effect_kind kind,
                       enum effect_place place)
{
    const struct effect_info *info = effect_info(kind);

    if (place == PLACE_RESULT && !(info->where & WHERE_RESULT))
        return row_error(p,
                         "'%s' is an effect on an argument, it cannot be "
                         "a result",
                         info->word);
    if (place != PLACE_RESULT && !(info->where & WHERE_ARG))
        return row_error(p,
                         "'%s' is a result, it cannot be the effect on an "
                         "argument",
                         info->word);
    if (kind == EFFECT_CONVERT && place == PLACE_ARG)
        return row_error(p, "'convert' can stand only in a 'unit' row");
    if (kind == EFFECT_FORMAT && place == PLACE_UNIT)
        return row_error(p, "'format' cannot stand in a 'unit' row");
    return 0;
}

int row_parse_effect(struct parser *p, enum effect_place place,
                     struct effect *ret_effect)
{
    struct effect e = {.kind = EFFECT_PLAIN};
    const struct token *t = row_peek(p);
    int kind, status = 0;

    if (t->kind != TOK_WORD)
        return row_expected(p,
                            place == PLACE_RESULT ? "a result" : "an effect");
    kind = effect_by_word(t->text);
    if (kind < 0)
        return row_unknown(p, place == PLACE_RESULT ? "result" : "effect",
                           t->text, word_nearest(t->text, effect_nth));
    e.kind = (enum effect_kind)kind;
    if (check_place(p, e.kind, place) < 0)
        return -1;
    p->at++;
    if (kind == EFFECT_OUT || kind == EFFECT_INOUT)
        status = parse_stored(p, &e);
    else if (kind == EFFECT_FORMAT)
        status = parse_grammar_name(p, &e);
    else
        status = parse_suffix(p, e.kind, &e.maybe_null, &e.of);
    if (status < 0 || parse_field(p, &e) < 0 || parse_undone(p, &e) < 0)
        return -1;
    if (place != PLACE_RESULT && row_peek(p)->kind == TOK_WORD)
        e.ctype = ctype_by_word(row_peek(p)->text);
    if (e.ctype)
        p->at++;
    if ((kind == EFFECT_ALIAS || kind == EFFECT_NEW_ALIAS) && e.of == 0)
        return row_error(p, "'%s' needs 'of N'", effect_word(e.kind));
    *ret_effect = e;
    return 0;
}
