// own.h - the theory of one reference: kind x event -> change + finding.

#ifndef FLOW_OWN_H
#define FLOW_OWN_H

#include "finding/finding.h"

#include <stdbool.h>

enum own_kind { OWN_OWNED, OWN_BORROWED, OWN_GONE, OWN_KINDS };

enum own_event {
    OWN_INCREF,
    OWN_DECREF,
    OWN_STEAL,
    OWN_GIVE,
    OWN_USE,
    OWN_UNLEND,
    OWN_DIE,
    OWN_EVENTS
};

struct own {
    int held;  // references this path still has to give back
    bool lent; // somebody else keeps the object alive
};

enum own_kind own_kind(struct own o);

// One event; *ret is the rule it breaks, RULE_NONE when it breaks none.
struct own own_step(struct own o, enum own_event event, enum rule *ret);

#endif
