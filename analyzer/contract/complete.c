// complete.c - a contract as written into its outcomes in full.
//
// in     arguments, and one result or outcomes as rows
// out    at least one outcome; what `?`, `status`, `inout` and a result word
//        for a number mean is spelled out, all argument numbers are checked
//
// Completing what is complete changes nothing.

#include "contract/parser.h"

#include <string.h>

static int bad_number(const struct contract *c, struct err *err, int n)
{
    bool from_file = c->file && *c->file;

    err_set(err, from_file ? c->file : NULL, from_file ? c->line : 0,
            "argument number %d is out of range (%s has %d argument%s)", n,
            c->name, c->nargs, c->nargs == 1 ? "" : "s");
    return -1;
}

static bool is_number(const struct contract *c, int n)
{
    return n >= 1 && n <= c->nargs;
}

static int check_effect(const struct contract *c, const struct effect *e,
                        struct err *err)
{
    if (e->of && e->of != IN_RESULT && !is_number(c, e->of))
        return bad_number(c, err, e->of);
    if (e->out_of && !is_number(c, e->out_of))
        return bad_number(c, err, e->out_of);
    return 0;
}

static int check_outcome(const struct contract *c, const struct outcome *o,
                         struct err *err)
{
    if (check_effect(c, &o->result, err) < 0)
        return -1;
    for (int i = 0; i < o->nchanges; i++) {
        if (!is_number(c, o->changes[i].arg))
            return bad_number(c, err, o->changes[i].arg);
        if (check_effect(c, &o->changes[i].effect, err) < 0)
            return -1;
    }
    return 0;
}

int row_check_numbers(const struct contract *c, struct err *err)
{
    if (check_effect(c, &c->result, err) < 0)
        return -1;
    for (int i = 0; i < c->nargs; i++)
        if (check_effect(c, &c->args[i], err) < 0)
            return -1;
    for (int i = 0; i < c->noutcomes; i++)
        if (check_outcome(c, &c->outcomes[i], err) < 0)
            return -1;
    return 0;
}

static bool changes_arg(const struct outcome *o, int arg)
{
    for (int i = 0; i < o->nchanges; i++)
        if (o->changes[i].arg == arg)
            return true;
    return false;
}

static void add_change(struct arena *a, struct outcome *o, int arg,
                       struct effect e)
{
    struct arg_change *grown =
        arena_array(a, struct arg_change, o->nchanges + 1);

    if (o->nchanges)
        memcpy(grown, o->changes, (size_t)o->nchanges * sizeof(*grown));
    grown[o->nchanges++] = (struct arg_change){.arg = arg, .effect = e};
    o->changes = grown;
}

// The only out argument, from 1; 0 when there is none or more than one.
static int only_out(const struct contract *c)
{
    int found = 0;

    for (int i = 0; i < c->nargs; i++) {
        if (c->args[i].kind != EFFECT_OUT)
            continue;
        if (found)
            return 0;
        found = i + 1;
    }
    return found;
}

static bool has_numbers(const struct contract *c)
{
    for (int i = 0; i < c->noutcomes; i++)
        if (c->outcomes[i].cond.kind == COND_RANGE)
            return true;
    return false;
}

static bool can_be_stored(enum effect_kind k)
{
    return k == EFFECT_NEW || k == EFFECT_BORROWED || k == EFFECT_INTERIOR
           || k == EFFECT_NULL;
}

// A number is no reference: "1: new" says what the out argument receives.
static void move_to_out(struct arena *a, const struct contract *c,
                        struct outcome *o)
{
    int arg = only_out(c);
    bool number = o->cond.kind == COND_RANGE
                  || (o->cond.kind == COND_ELSE && has_numbers(c));

    if (!number || !arg || !can_be_stored(o->result.kind)
        || changes_arg(o, arg))
        return;
    add_change(a, o, arg,
               (struct effect){.kind = EFFECT_OUT,
                               .out = o->result.kind,
                               .out_maybe_null = o->result.maybe_null,
                               .out_of = o->result.of});
    o->result = (struct effect){.kind = EFFECT_PLAIN};
}

// When a call fails, what an inout argument held is consumed all the same.
static void null_inouts(struct arena *a, const struct contract *c,
                        struct outcome *o)
{
    for (int i = 0; o->fails && i < c->nargs; i++)
        if (c->args[i].kind == EFFECT_INOUT && !changes_arg(o, i + 1))
            add_change(
                a, o, i + 1,
                (struct effect){.kind = EFFECT_INOUT, .out = EFFECT_NULL});
}

// `new?` and its like: not NULL as said, or NULL and nothing happened.
static void spell_maybe_null(struct arena *a, struct contract *c, bool error)
{
    struct outcome *o = arena_array(a, struct outcome, 2);

    o[0].cond.kind = COND_NONNULL;
    o[0].result = c->result;
    o[0].result.maybe_null = false;
    o[1].cond.kind = COND_NULL;
    o[1].result.kind = EFFECT_NULL;
    o[1].fails = true;
    o[1].sets_error = error;
    c->outcomes = o;
    c->noutcomes = 2;
}

static void spell_status(struct arena *a, struct contract *c, bool error)
{
    struct outcome *o = arena_array(a, struct outcome, 2);

    o[0].cond.kind = COND_RANGE;
    o[0].result.kind = EFFECT_PLAIN;
    o[1].cond = (struct cond){.kind = COND_RANGE, .lo = -1, .hi = -1};
    o[1].result.kind = EFFECT_PLAIN;
    o[1].fails = true;
    o[1].sets_error = error;
    c->outcomes = o;
    c->noutcomes = 2;
}

static void spell_plain(struct arena *a, struct contract *c)
{
    struct outcome *o = arena_array(a, struct outcome, 1);

    o->cond.kind = COND_ANY;
    o->result = c->result;
    c->outcomes = o;
    c->noutcomes = 1;
}

static void spell_result(struct arena *a, struct contract *c,
                         const struct family *family)
{
    bool quiet = c->traits & TRAIT_NO_ERROR;

    if (c->result.maybe_null)
        spell_maybe_null(a, c, family && family->null_fails && !quiet);
    else if (c->result.kind == EFFECT_STATUS)
        spell_status(a, c, family && family->minus_one_fails && !quiet);
    else
        spell_plain(a, c);
}

static bool writes_null(const struct contract *c)
{
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].kind == EFFECT_INOUT
            || (c->args[i].kind == EFFECT_OUT && c->args[i].out_maybe_null))
            return true;
    return false;
}

// What a row says of the error indicator, in one outcome. A call that can say
// that it failed and does not, has set no error.
static enum error_after error_after(const struct contract *c,
                                    const struct outcome *o,
                                    const struct family *family)
{
    bool plain = c->noutcomes == 1 && o->result.kind == EFFECT_PLAIN;

    if (!family || (!family->null_fails && !family->minus_one_fails))
        return c->traits & TRAIT_RUNS_CODE ? ERROR_AFTER_UNSAID
                                           : ERROR_AFTER_KEPT;
    if (o->sets_error)
        return ERROR_AFTER_SET;
    if (c->traits & TRAIT_CLEARS_ERROR)
        return ERROR_AFTER_CLEAR;
    if (c->traits & (TRAIT_TOUCHES_ERROR | TRAIT_RESTORES_ERROR))
        return ERROR_AFTER_UNSAID;
    if (c->traits & TRAIT_KEEPS_ERROR)
        return ERROR_AFTER_KEPT;
    if (o->fails || (plain && writes_null(c)))
        return ERROR_AFTER_UNSAID;
    return plain ? ERROR_AFTER_VOID : ERROR_AFTER_KEPT;
}

int contract_complete(struct arena *a, struct contract *c,
                      const struct family *family, struct err *err)
{
    if (!c->has_outcomes || c->noutcomes == 0) {
        c->has_outcomes = false;
        spell_result(a, c, family);
    }
    if (row_check_numbers(c, err) < 0)
        return -1;
    for (int i = 0; i < c->noutcomes; i++) {
        struct outcome *o = &c->outcomes[i];

        move_to_out(a, c, o);
        null_inouts(a, c, o);
        if (c->traits & TRAIT_SETS_ERROR)
            o->sets_error = true;
        if (!c->inferred && !o->says_error)
            o->error = error_after(c, o, family);
    }
    return 0;
}

struct effect contract_arg(const struct contract *c, int n)
{
    if (n >= c->nargs && c->repeats)
        n = c->nargs - 1;
    if (n < 0 || n >= c->nargs)
        return (struct effect){.kind = EFFECT_PLAIN};
    return c->args[n];
}

static bool can_fail(const struct contract *c)
{
    for (int i = 0; i < c->noutcomes; i++)
        if (c->outcomes[i].fails)
            return true;
    return false;
}

// What is left of an effect when the call fails.
static struct effect when_failed(struct effect e)
{
    switch (e.kind) {
    case EFFECT_STEAL_OK:
    case EFFECT_KEEP:
        return (struct effect){.kind = EFFECT_BORROW,
                               .maybe_null = e.maybe_null};
    case EFFECT_STEAL:
        e.of = 0; // consumed, but not stored
        return e;
    case EFFECT_OUT:
        return (struct effect){.kind = EFFECT_PLAIN};
    case EFFECT_INOUT:
        return (struct effect){.kind = EFFECT_INOUT, .out = EFFECT_NULL};
    default:
        return e;
    }
}

struct effect contract_arg_in(const struct contract *c, const struct outcome *o,
                              int n)
{
    struct effect e = contract_arg(c, n);
    int arg = n >= c->nargs && c->repeats ? c->nargs : n + 1;

    for (int i = 0; i < o->nchanges; i++)
        if (o->changes[i].arg == arg) {
            e = o->changes[i].effect;
            if (e.kind == EFFECT_STEAL_OK)
                e.kind = o->fails ? EFFECT_BORROW : EFFECT_STEAL;
            if (e.kind == EFFECT_BORROW)
                e.of = 0;
            return e;
        }
    if (o->fails)
        return when_failed(e);
    if (e.kind == EFFECT_STEAL_OK)
        e.kind = EFFECT_STEAL;
    if (e.kind == EFFECT_INOUT && can_fail(c))
        e.out_maybe_null = false; // the NULL was that of the failure
    return e;
}
