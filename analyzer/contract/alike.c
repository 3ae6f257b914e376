// alike.c - whether contracts say the same.

#include "contract/contract.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool effect_alike(const struct effect *a, const struct effect *b)
{
    return a->kind == b->kind && a->maybe_null == b->maybe_null
           && a->of == b->of && a->out == b->out
           && a->out_maybe_null == b->out_maybe_null && a->out_of == b->out_of
           && same_text(a->at, b->at) && same_text(a->with, b->with)
           && a->if_null == b->if_null && a->undone == b->undone
           && a->ctype == b->ctype && same_text(a->grammar, b->grammar);
}

static bool outcome_alike(const struct outcome *a, const struct outcome *b)
{
    if (a->cond.kind != b->cond.kind || a->cond.lo != b->cond.lo
        || a->cond.hi != b->cond.hi || a->fails != b->fails
        || a->sets_error != b->sets_error || a->error != b->error
        || !effect_alike(&a->result, &b->result) || a->nchanges != b->nchanges)
        return false;
    for (int i = 0; i < a->nchanges; i++)
        if (a->changes[i].arg != b->changes[i].arg
            || !effect_alike(&a->changes[i].effect, &b->changes[i].effect))
            return false;
    return true;
}

bool contract_alike(const struct contract *a, const struct contract *b,
                    uint64_t but)
{
    if (a == b)
        return true;
    if (a->nargs != b->nargs || a->repeats != b->repeats
        || a->by_format != b->by_format || a->noutcomes != b->noutcomes
        || a->weak != b->weak || (a->traits ^ b->traits) & ~but
        || a->has_ready != b->has_ready || a->ready_lo != b->ready_lo
        || a->ready_hi != b->ready_hi)
        return false;
    for (int i = 0; i < a->nargs; i++)
        if (!effect_alike(&a->args[i], &b->args[i]))
            return false;
    for (int i = 0; i < a->noutcomes; i++)
        if (!outcome_alike(&a->outcomes[i], &b->outcomes[i]))
            return false;
    return true;
}
