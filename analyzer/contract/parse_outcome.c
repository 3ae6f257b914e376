// parse_outcome.c - "COND: ITEM, ITEM | COND: ITEM" into outcomes as written.
//
// A result is a list of outcomes when it begins with a condition and a colon.
// "null : sets-error" is a result with a trait, "null: fail" an outcome: what
// stands behind the colon decides.

#include "contract/parser.h"
#include "contract/words.h"

#include <string.h>

static bool is_item_word(const char *word)
{
    return strcmp(word, "ok") == 0 || strcmp(word, "fail") == 0
           || effect_by_word(word) >= 0 || error_by_word(word) >= 0;
}

static bool is_trait_word(const char *word)
{
    return trait_by_word(word) >= 0 || strcmp(word, "since") == 0
           || strcmp(word, "until") == 0 || strcmp(word, "prefer") == 0
           || strcmp(word, "ready") == 0;
}

static bool has_bar(const struct parser *p)
{
    for (size_t i = p->at; i < p->lx.ntokens; i++)
        if (p->lx.tokens[i].kind == '|')
            return true;
    return false;
}

bool row_at_outcomes(const struct parser *p)
{
    const struct token *t = row_peek(p), *behind = row_peek_at(p, 2);

    if (t->kind != TOK_WORD)
        return t->kind == TOK_INT || t->kind == '<' || t->kind == '>'
               || t->kind == TOK_LE || t->kind == TOK_GE;
    if (row_peek_at(p, 1)->kind != ':')
        return false;
    if (strcmp(t->text, "nonnull") == 0 || strcmp(t->text, "else") == 0
        || strcmp(t->text, "was-set") == 0 || strcmp(t->text, "was-clear") == 0)
        return true;
    return strcmp(t->text, "null") == 0
           && (behind->kind != TOK_WORD || is_item_word(behind->text)
               || (!is_trait_word(behind->text) && has_bar(p)));
}

static int parse_open_range(struct parser *p, int kind, struct cond *cond)
{
    int64_t n = row_peek(p)->value;

    if (row_peek(p)->kind != TOK_INT)
        return row_expected(p, "a number");
    if ((kind == '<' && n == INT64_MIN) || (kind == '>' && n == INT64_MAX))
        return row_error(p, "no number is below or above that");
    p->at++;
    cond->kind = COND_RANGE;
    cond->lo = kind == '>' ? n + 1 : kind == TOK_GE ? n : INT64_MIN;
    cond->hi = kind == '<' ? n - 1 : kind == TOK_LE ? n : INT64_MAX;
    return 0;
}

int row_parse_numbers(struct parser *p, struct cond *cond)
{
    cond->kind = COND_RANGE;
    cond->lo = cond->hi = row_peek(p)->value;
    p->at++;
    if (!row_accept(p, TOK_DOTDOT))
        return 0;
    if (row_peek(p)->kind != TOK_INT)
        return row_expected(p, "a number behind '..'");
    cond->hi = row_peek(p)->value;
    p->at++;
    if (cond->lo > cond->hi)
        return row_error(p, "empty range (the smaller number comes first)");
    return 0;
}

static int parse_cond(struct parser *p, struct cond *cond)
{
    const struct token *t = row_peek(p);

    if (row_accept_word(p, "null"))
        cond->kind = COND_NULL;
    else if (row_accept_word(p, "nonnull"))
        cond->kind = COND_NONNULL;
    else if (row_accept_word(p, "else"))
        cond->kind = COND_ELSE;
    else if (row_accept_word(p, "was-set"))
        cond->kind = COND_ERROR;
    else if (row_accept_word(p, "was-clear"))
        cond->kind = COND_NO_ERROR;
    else if (t->kind == TOK_INT)
        return row_parse_numbers(p, cond);
    else if (row_accept(p, '<') || row_accept(p, '>') || row_accept(p, TOK_LE)
             || row_accept(p, TOK_GE))
        return parse_open_range(p, t->kind, cond);
    else
        return row_expected(p, "a condition (null, nonnull, a number, lo..hi, "
                               "<N, <=N, >N, >=N, was-set, was-clear or else)");
    return 0;
}

static int parse_change(struct parser *p, struct outcome *o, size_t *cap)
{
    struct arg_change change = {0};
    size_t n = (size_t)o->nchanges;

    if (row_parse_effect(p, PLACE_ARG, &change.effect) < 0)
        return -1;
    if (row_peek(p)->kind != TOK_INT)
        return row_expected(p, "the number of the argument that this is "
                               "the effect on");
    if (row_peek(p)->value < 1 || row_peek(p)->value > 1000)
        return row_error(p,
                         "argument number %lld is out of range "
                         "(arguments are counted from 1)",
                         (long long)row_peek(p)->value);
    change.arg = (int)row_peek(p)->value;
    p->at++;
    for (int i = 0; i < o->nchanges; i++)
        if (o->changes[i].arg == change.arg)
            return row_error(p, "two effects on argument %d in one outcome",
                             change.arg);
    arena_push(p->rules->arena, o->changes, n, *cap, change);
    o->nchanges = (int)n;
    return 0;
}

static int count_outs(const struct contract *c)
{
    int n = 0;

    for (int i = 0; i < c->nargs; i++)
        n += c->args[i].kind == EFFECT_OUT;
    return n;
}

// What an outcome says besides its condition.
struct said {
    bool ok, fail, result;
    size_t changes_cap;
};

static int parse_result_item(struct parser *p, struct outcome *o,
                             struct said *said)
{
    if (said->result)
        return row_error(p, "two results in one outcome");
    if (row_peek_word(p, "status"))
        return row_error(p, "'status' is not for outcomes (write "
                            "'0: ok | -1: fail')");
    said->result = true;
    if (row_parse_effect(p, PLACE_RESULT, &o->result) < 0)
        return -1;
    if (row_peek(p)->kind == TOK_INT)
        return row_error(p,
                         "'%s' is not the effect on an argument (write "
                         "'out %s %d' for what an argument receives)",
                         effect_word(o->result.kind),
                         effect_word(o->result.kind), (int)row_peek(p)->value);
    return 0;
}

static int parse_error_item(struct parser *p, struct outcome *o)
{
    if (o->says_error)
        return row_error(p, "two words on the error indicator in one outcome");
    o->says_error = true;
    o->error = (enum error_after)error_by_word(row_peek(p)->text);
    p->at++;
    return 0;
}

static int parse_item(struct parser *p, struct outcome *o, struct said *said)
{
    const struct token *t = row_peek(p);
    int kind;

    if (t->kind != TOK_WORD)
        return row_expected(p, "'ok', 'fail', a result or an effect");
    if (row_accept_word(p, "ok"))
        said->ok = true;
    else if (row_accept_word(p, "fail"))
        said->fail = true;
    else if (error_by_word(t->text) >= 0)
        return parse_error_item(p, o);
    else {
        kind = effect_by_word(t->text);
        if (kind < 0)
            return row_unknown(p, "effect", t->text,
                               word_nearest(t->text, item_nth));
        if (!(effect_info((enum effect_kind)kind)->where & WHERE_RESULT)
            || (kind == EFFECT_PLAIN && row_peek_at(p, 1)->kind == TOK_INT))
            return parse_change(p, o, &said->changes_cap);
        return parse_result_item(p, o, said);
    }
    if (said->ok && said->fail)
        return row_error(p, "'ok' and 'fail' in one outcome");
    return 0;
}

// Whether the result word fits the condition.
static int check_result(struct parser *p, const struct contract *c,
                        struct outcome *o)
{
    enum cond_kind cond = o->cond.kind;

    if (cond == COND_NULL && o->result.kind != EFFECT_NULL)
        return row_error(p, "the result is NULL here, it cannot be '%s'",
                         effect_word(o->result.kind));
    if (cond == COND_NONNULL
        && (o->result.maybe_null || o->result.kind == EFFECT_NULL))
        return row_error(p, "the result is not NULL here");
    if ((cond == COND_RANGE || cond == COND_ELSE) && count_outs(c) == 1
        && o->result.kind == EFFECT_PLAIN)
        return row_error(p, "'_' does not say whether the 'out' argument is "
                            "written (write 'ok', or 'out _ N')");
    return 0;
}

static int parse_outcome(struct parser *p, const struct contract *c,
                         struct outcome *o)
{
    struct said said = {0};

    if (parse_cond(p, &o->cond) < 0
        || row_expect(p, ':', "':' behind a condition"))
        return -1;
    do {
        if (parse_item(p, o, &said) < 0)
            return -1;
    } while (row_accept(p, ','));
    if (said.fail && o->says_error)
        return row_error(p, "'fail' says already that an error is set");
    o->fails = said.fail;
    if (said.result && check_result(p, c, o) < 0)
        return -1;
    if (o->cond.kind == COND_NULL)
        o->result.kind = EFFECT_NULL;
    return 0;
}

// A result is a pointer or a number. Outcomes that are nothing but `else` are
// the only ones.
static int check_conds(struct parser *p, struct contract *c)
{
    bool pointer = false, number = false;

    for (int i = 0; i < c->noutcomes; i++) {
        enum cond_kind k = c->outcomes[i].cond.kind;

        pointer |= k == COND_NULL || k == COND_NONNULL;
        number |= k == COND_RANGE;
    }
    if (pointer && number)
        return row_error(p, "the result is a number in one outcome and a "
                            "pointer in another");
    for (int i = 0; i < c->noutcomes && !pointer && !number; i++)
        if (c->outcomes[i].cond.kind == COND_ELSE)
            c->outcomes[i].cond.kind = COND_ANY;
    return 0;
}

int row_parse_outcomes(struct parser *p, struct contract *c)
{
    size_t n = 0, cap = 0;

    c->has_outcomes = true;
    do {
        struct outcome o = {.result = {.kind = EFFECT_PLAIN}};

        if (parse_outcome(p, c, &o) < 0)
            return -1;
        arena_push(p->rules->arena, c->outcomes, n, cap, o);
    } while (row_accept(p, '|'));
    c->noutcomes = (int)n;
    return check_conds(p, c);
}

// A number is no reference: what is said of it must have become what an out
// argument receives.
int row_check_number_results(struct parser *p, const struct contract *c)
{
    for (int i = 0; i < c->noutcomes; i++) {
        const struct outcome *o = &c->outcomes[i];

        if (c->has_outcomes && o->cond.kind == COND_RANGE
            && o->result.kind != EFFECT_PLAIN
            && o->result.kind != EFFECT_NORETURN)
            return row_error(p,
                             "'%s' for a number: there is not exactly one "
                             "'out' argument that could receive it "
                             "(write 'out %s N')",
                             effect_word(o->result.kind),
                             effect_word(o->result.kind));
    }
    return 0;
}
