// parse_call.c - "(ARG, ...) -> RESULT : TRAIT ... ; note" into a contract.

#include "contract/parser.h"
#include "contract/words.h"

static bool has_format(const struct contract *c)
{
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].kind == EFFECT_FORMAT)
            return true;
    return false;
}

// One argument, or the "..." that ends them. Sets c->repeats or c->by_format
// when nothing may follow.
static int parse_arg(struct parser *p, struct contract *c, size_t *cap)
{
    struct effect e;
    size_t n = (size_t)c->nargs;

    if (row_accept(p, TOK_ELLIPSIS)) {
        if (!has_format(c))
            return row_error(p, "'...' without a 'format' argument (write "
                                "'EFFECT ...' when one effect holds for all "
                                "further arguments)");
        c->by_format = true;
        return 0;
    }
    if (row_parse_effect(p, PLACE_ARG, &e) < 0)
        return -1;
    if (e.kind == EFFECT_ABSENT)
        return row_error(p, "'absent' can stand only in an outcome");
    arena_push(p->rules->arena, c->args, n, *cap, e);
    c->nargs = (int)n;
    if (row_accept(p, TOK_ELLIPSIS)) {
        if (e.kind == EFFECT_FORMAT)
            return row_error(p,
                             "a 'format' argument cannot be repeated "
                             "(write 'format %s, ...')",
                             e.grammar);
        c->repeats = true;
    }
    return 0;
}

static int parse_args(struct parser *p, struct contract *c)
{
    size_t cap = 0;

    if (row_expect(p, '(', "'('") < 0)
        return -1;
    if (row_accept(p, ')'))
        return 0;
    do {
        if (parse_arg(p, c, &cap) < 0)
            return -1;
    } while (!c->repeats && !c->by_format && row_accept(p, ','));
    if (row_accept(p, ')'))
        return 0;
    return row_expected(p, c->repeats || c->by_format ? "')' behind '...'"
                                                      : "',' or ')'");
}

static int parse_version(struct parser *p, int *ret_version)
{
    const struct token *t = row_peek(p);

    if (t->kind != TOK_VERSION
        && (t->kind != TOK_INT || t->value < 1 || t->value > 1000000))
        return row_expected(p, "a version such as 3.12");
    *ret_version = (int)(t->kind == TOK_VERSION ? t->value : t->value * 100);
    if (*ret_version == 0)
        return row_error(p, "version 0.0 says nothing");
    p->at++;
    return 0;
}

int row_parse_since_until(struct parser *p, int *since, int *until)
{
    int *which = row_peek_word(p, "since")   ? since
                 : row_peek_word(p, "until") ? until
                                             : NULL;

    if (!which)
        return 0;
    if (*which)
        return row_error(p, "'%s' twice", row_peek(p)->text);
    p->at++;
    return parse_version(p, which) < 0 ? -1 : 1;
}

int row_check_since_until(struct parser *p, int since, int until)
{
    if (since && until && since >= until)
        return row_error(p, "'since' is not before 'until': no version is "
                            "left");
    return 0;
}

// "LO..HI" behind "ready".
static int parse_ready(struct parser *p, struct contract *c)
{
    struct cond range;

    if (c->has_ready)
        return row_error(p, "'ready' twice");
    if (c->nargs == 0)
        return row_error(p, "'ready' speaks of argument 1, and there is none");
    if (row_peek(p)->kind != TOK_INT)
        return row_expected(p, "a range of numbers such as 0..9");
    if (row_parse_numbers(p, &range) < 0)
        return -1;
    c->has_ready = true;
    c->ready_lo = range.lo;
    c->ready_hi = range.hi;
    return 0;
}

static int parse_trait(struct parser *p, struct contract *c)
{
    const struct token *t = row_peek(p);
    int bit, found = row_parse_since_until(p, &c->since, &c->until);

    if (found)
        return found < 0 ? -1 : 0;
    if (t->kind != TOK_WORD)
        return row_expected(p, "a trait");
    if (row_accept_word(p, "prefer"))
        return row_expect_name(p, "the name to prefer", &c->prefer);
    if (row_accept_word(p, "ready"))
        return parse_ready(p, c);
    bit = trait_by_word(t->text);
    if (bit < 0)
        return row_unknown(p, "trait", t->text,
                           word_nearest(t->text, trait_nth));
    p->at++;
    c->traits |= UINT64_C(1) << bit;
    return 0;
}

int row_parse_traits(struct parser *p, struct contract *c)
{
    if (!row_accept(p, ':'))
        return 0;
    do {
        if (parse_trait(p, c) < 0)
            return -1;
    } while (row_peek(p)->kind != TOK_END && row_peek(p)->kind != TOK_NOTE);
    if ((c->traits & TRAIT_SETS_ERROR) && (c->traits & TRAIT_NO_ERROR))
        return row_error(p, "'sets-error' and 'no-error' contradict");
    return row_check_since_until(p, c->since, c->until);
}

void row_parse_note(struct parser *p, const char **ret_note)
{
    if (row_peek(p)->kind == TOK_NOTE)
        *ret_note = p->lx.tokens[p->at++].text;
}

// `fail` sets the error indicator, if the family has one.
static void set_errors(struct contract *c, const struct family *family)
{
    bool indicator = !family || family->null_fails || family->minus_one_fails;

    for (int i = 0; i < c->noutcomes; i++) {
        struct outcome *o = &c->outcomes[i];

        o->sets_error =
            (o->says_error && o->error == ERROR_AFTER_SET)
            || (o->fails && indicator && !(c->traits & TRAIT_NO_ERROR));
    }
}

int row_parse_result(struct parser *p, struct contract *c)
{
    return row_at_outcomes(p) ? row_parse_outcomes(p, c)
                              : row_parse_effect(p, PLACE_RESULT, &c->result);
}

int row_complete(struct parser *p, struct contract *c,
                 const struct family *family)
{
    set_errors(c, family);
    if (contract_complete(p->rules->arena, c, family, p->lx.err) < 0)
        return -1;
    return row_check_number_results(p, c);
}

int row_expect_call_end(struct parser *p, const struct contract *c)
{
    if (row_peek(p)->kind == TOK_END)
        return 0;
    return row_expected(p, c->has_outcomes
                               ? "',', '|', ':', ';' or the end of the line"
                               : "':', ';' or the end of the line");
}

int row_parse_call(struct parser *p, struct contract *c)
{
    const struct family *family =
        p->family < 0 ? NULL : &p->rules->families[p->family];

    c->family = family ? family->name : "";
    c->file = p->lx.path;
    c->line = (int)p->lx.line;
    c->prefer = c->note = "";
    if (parse_args(p, c) < 0
        || row_expect(p, TOK_ARROW, "'->' and what the call returns") < 0
        || row_parse_result(p, c) < 0 || row_parse_traits(p, c) < 0)
        return -1;
    row_parse_note(p, &c->note);
    if (row_expect_call_end(p, c) < 0)
        return -1;
    return row_complete(p, c, family);
}
