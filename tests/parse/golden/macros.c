// Positions in and around macros; what is foreign.
#include "api/api.h"
#include "macros_own.h"

#define WRAP(x) OWN_CALL(x)
#define PASTE(a, b) a##b

struct node {
    Object base;
    Object *child;
};

static int traverse(struct node *n, int (*visit)(Object *, void *), void *arg)
{
    API_VISIT(n->child);
    return 0;
}

static Object *clear(struct node *n)
{
    API_CLEAR(n->child);
    WRAP(n->child);
    own_helper(PASTE(api_, new)());
    API_RETURN_NONE;
}
