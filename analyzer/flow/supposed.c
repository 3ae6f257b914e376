// supposed.c - what a path takes for granted that no code in sight does.
//
// in     the events of a path
// out    a field that is one thing before a call and another after it, although
//        neither the function nor what it calls is seen to write it
//
// Code out of sight may do so by way of pointers that nobody sees; what needs
// it is no finding.

#include "flow/trail.h"

// The field of an object whose content at some time a symbol is; 0 for others.
static uint32_t field_of(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    bool is_content = y->kind == SYM_INIT || y->kind == SYM_AFTER;

    return sym && is_content && e->syms.locs[y->loc].kind == LOC_FIELD
                   && loc_is_shared(&e->syms, y->loc)
               ? y->loc
               : 0;
}

// Was the same field something else before?
static bool was_other(const struct engine *e, const struct event *since,
                      const struct fact *now)
{
    uint32_t loc = field_of(e, now->sym);

    for (const struct event *v = since->older; v; v = v->older) {
        struct fact before =
            is_assumption(v) ? claim_of(e, v) : (struct fact){.sym = 0};

        if (before.sym != now->sym && field_of(e, before.sym) == loc
            && comparison_of(IR_EQ, &before, now) == 0)
            return true;
    }
    return false;
}

// Could the call have changed it only by way of code that nobody sees?
static bool is_unseen(const struct engine *e, uint32_t site, uint32_t loc)
{
    const struct ir_ins *call = engine_ins(e, site);
    const struct loc *l = &e->syms.locs[loc];

    return call && call->op == IR_CALL && call->ref
           && e->ir->decls[call->ref].fn
           && !flow_writes(e->u, e->fn->decl, l->ref, l->field);
}

bool supposed(const struct engine *e, const struct state *s)
{
    for (const struct event *v = s->trail; v; v = v->older) {
        struct fact now =
            is_assumption(v) ? claim_of(e, v) : (struct fact){.sym = 0};
        uint32_t loc = field_of(e, now.sym);
        const struct sym *y = &e->syms.syms[now.sym];

        if (loc && y->kind == SYM_AFTER && was_other(e, v, &now)
            && is_unseen(e, y->site, loc))
            return true;
    }
    return false;
}
