// why.c - what made an exit what it is.
//
// in     a path that has come to a return, and what happened on the way
// out    for each parameter the place that decided
//
// Only for functions that somebody asks about (options->explain): all others
// are walked without.

#include "flow/engine.h"

#include <string.h>

static struct flow_cause cause_of(const struct engine *e, uint32_t site)
{
    const struct ir_ins *ins = engine_ins(e, site);
    bool is_call = ins && ins->op == IR_CALL;

    return (struct flow_cause){.at = engine_pos(e, site),
                               .is_call = is_call,
                               .decl = is_call ? ins->ref : 0};
}

void why_start(struct engine *e)
{
    const struct ir_decl *d = &e->ir->decls[e->fn->decl];

    if (e->options && e->options->explain
        && strcmp(e->options->explain, d->name) == 0)
        e->escaped_at = arena_array(e->scratch, uint32_t, d->nparams + 1);
}

void why_escaped(struct engine *e, const struct run *r, uint32_t sym)
{
    int param = e->escaped_at && !r->leaving ? param_of(e, sym) : 0;

    if (param && !e->escaped_at[param - 1])
        e->escaped_at[param - 1] = engine_site(e, r) + 1;
}

void why_ran(struct engine *e, const struct run *r)
{
    if (e->escaped_at && !e->out->ran.at.file)
        e->out->ran = cause_of(e, engine_site(e, r));
}

void why_unknown(struct engine *e, const struct run *r)
{
    if (e->escaped_at)
        arena_push(e->results, e->out->unknown, e->out->nunknown,
                   e->out->unknown_cap, cause_of(e, engine_site(e, r)));
}

// Is it what the parameter is, or was stored where the parameter leads to?
static bool concerns(const struct engine *e, const struct event *v,
                     uint32_t sym)
{
    if (v->kind != EVENT_STORED)
        return v->sym == sym
               && (v->kind == EVENT_INCREF || v->kind == EVENT_DECREF
                   || v->kind == EVENT_GIVEN);
    return v->sym == sym || loc_object(&e->syms, v->aux) == sym;
}

void why_exit(struct engine *e, const struct run *r, struct flow_exit *x)
{
    const struct ir_decl *d = &e->ir->decls[e->fn->decl];

    if (!e->escaped_at)
        return;
    x->causes = arena_array(e->results, struct flow_cause, d->nparams + 1);
    for (uint32_t p = 0; p < param_count(e); p++) {
        uint32_t sym = param_sym(e, p);
        const struct event *v = r->st->trail;

        while (v && !concerns(e, v, sym))
            v = v->older;
        if (x->params[p].escaped && e->escaped_at[p])
            x->causes[p] = cause_of(e, e->escaped_at[p] - 1);
        else if (v)
            x->causes[p] = cause_of(e, v->site);
    }
}

static bool same_pos(struct ir_pos a, struct ir_pos b)
{
    return a.file == b.file && a.line == b.line;
}

void why_alike(struct engine *e, struct flow_exit *x,
               const struct flow_exit *other)
{
    bool known = same_pos(x->at, other->at);

    for (size_t i = 0; !known && i < x->nalike; i++)
        known = same_pos(x->alike[i], other->at);
    if (e->escaped_at && !known)
        arena_push(e->results, x->alike, x->nalike, x->alike_cap, other->at);
}
