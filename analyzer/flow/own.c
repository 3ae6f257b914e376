// own.c - one step of one reference; the theory itself is in own.def.

#include "flow/own.h"

#include <assert.h>

enum lent { KEEP, SET, CLEAR };

struct step {
    int held;
    enum lent lent;
    enum rule rule;
};

static const struct step steps[OWN_KINDS][OWN_EVENTS] = {
#define STEP(kind, event, held, lent, rule)                                    \
    [OWN_##kind][OWN_##event] = {held, lent, RULE_##rule},
#include "flow/own.def"
#undef STEP
};

enum {
#define STEP(kind, event, held, lent, rule) +1
    STEP_COUNT = 0
#include "flow/own.def"
#undef STEP
};
static_assert(STEP_COUNT == (int)OWN_KINDS * (int)OWN_EVENTS,
              "own.def must be total");

enum own_kind own_kind(struct own o)
{
    if (o.held > 0)
        return OWN_OWNED;
    return o.lent ? OWN_BORROWED : OWN_GONE;
}

struct own own_step(struct own o, enum own_event event, enum rule *ret)
{
    const struct step *s = &steps[own_kind(o)][event];

    *ret = s->rule;
    o.held += s->held;
    if (s->lent != KEEP)
        o.lent = s->lent == SET;
    return o;
}
