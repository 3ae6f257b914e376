// paths.c - branches, loops, and the ways out of them.
//
// Where branches join, the variables that differ are given back or forgotten;
// at the end of a loop's body they become again what they were before it.

#include "generator.h"

static void block(struct generator *g, unsigned most)
{
    unsigned n = gen_pick(g, most + 1);

    g->depth++;
    for (unsigned i = 0; i < n && !g->is_ended; i++)
        gen_statement(g);
}

static void end_block(struct generator *g)
{
    g->depth--;
}

// Before a join with `other`: give back what is not held there, unless both
// together are "maybe".
static void even_out(struct generator *g, const struct flow *other,
                     const bool *maybe)
{
    for (int v = OWNERS; v < LENT_TO; v++)
        if (gen_is_held(gen_var(g, v)) && !gen_is_held(&other->vars[v])
            && !maybe[v])
            gen_release(g, v);
}

static void choose_maybe(struct generator *g, const struct flow *x,
                         const struct flow *y, bool *ret)
{
    for (int v = 0; v < VARS; v++)
        ret[v] = v >= OWNERS && v < LENT_TO
                 && gen_is_null_or_owned(&x->vars[v], &y->vars[v])
                 && gen_pick(g, 2);
}

void gen_branch(struct generator *g)
{
    struct flow before = g->flow, then;
    bool maybe[VARS], then_ended;

    gen_indent(g);
    buf_printf(g->out, "if (%s) {\n", gen_condition(g));
    block(g, 3);
    then_ended = g->is_ended;
    if (!then_ended && !gen_pick(g, 2)) {
        choose_maybe(g, &g->flow, &before, maybe);
        even_out(g, &before, maybe);
        for (int v = OWNERS; v < LENT_TO; v++)
            if (gen_is_held(&before.vars[v]) && !gen_is_held(gen_var(g, v))
                && !(maybe[v] && gen_var(g, v)->holds == HOLDS_NULL))
                gen_emit_make(g, v, before.vars[v].kind);
        end_block(g);
        gen_line(g, "}");
        gen_join(g, &before);
        return;
    }
    // The other branch decides; what only this one holds is given back.
    if (!then_ended) {
        choose_maybe(g, &g->flow, &before, maybe);
        even_out(g, &before, maybe);
    }
    end_block(g);
    then = g->flow;
    g->flow = before;
    g->is_ended = false;
    gen_line(g, "} else {");
    block(g, 3);
    if (!g->is_ended && !then_ended) {
        for (int v = 0; v < VARS; v++)
            maybe[v] = gen_is_null_or_owned(gen_var(g, v), &then.vars[v]);
        even_out(g, &then, maybe);
        for (int v = OWNERS; v < LENT_TO; v++)
            if (gen_is_held(&then.vars[v]) && !gen_is_held(gen_var(g, v))
                && !maybe[v])
                gen_emit_make(g, v, then.vars[v].kind);
    }
    end_block(g);
    gen_line(g, "}");
    if (g->is_ended) {
        g->flow = then;
        g->is_ended = then_ended;
    } else if (!then_ended) {
        gen_join(g, &then);
    }
}

// At the end of a loop's body, and before each jump to there.
static void restore(struct generator *g, const struct flow *before)
{
    bool maybe[VARS] = {false};

    even_out(g, before, maybe);
    for (int v = OWNERS; v < LENT_TO; v++) {
        enum holds was = before->vars[v].holds, is = gen_var(g, v)->holds;

        if (was == HOLDS_OWNED && is == HOLDS_MAYBE) {
            gen_release(g, v);
            is = gen_var(g, v)->holds;
        }
        if ((was == HOLDS_OWNED || was == HOLDS_MAYBE)
            && !gen_is_held(gen_var(g, v)))
            gen_emit_make(g, v, before->vars[v].kind);
        else if (was == HOLDS_NULL && is != HOLDS_NULL)
            gen_line(g, gen_fill(g, "", gen_names[v], " = NULL;"));
    }
}

static void jump(struct generator *g, const struct flow *before)
{
    struct flow here;

    gen_indent(g);
    buf_printf(g->out, "if (%s) {\n", gen_condition(g));
    g->depth++;
    here = g->flow;
    restore(g, before);
    gen_line(g, gen_pick(g, 2) ? "continue;" : "break;");
    g->flow = here;
    g->depth--;
    gen_line(g, "}");
}

void gen_loop(struct generator *g)
{
    struct flow before;
    int i = g->loops++;

    gen_widen(g);
    before = g->flow;
    gen_indent(g);
    buf_printf(g->out, "for (int i%d = 0; i%d < %s; i%d++) {\n", i, i,
               gen_pick(g, 2) ? "2" : gen_number(g), i);
    block(g, 3);
    if (!g->is_ended && gen_pick(g, 3) == 1)
        jump(g, &before);
    if (!g->is_ended)
        block(g, 1), g->depth--;
    if (!g->is_ended)
        restore(g, &before);
    g->is_ended = false;
    end_block(g);
    gen_line(g, "}");
    for (int v = 0; v < VARS; v++)
        if (before.vars[v].kind != gen_var(g, v)->kind)
            before.vars[v].kind = KIND_ATOM;
    g->flow = before;
}

void gen_leave(struct generator *g)
{
    if (g->depth && gen_pick(g, 2)) {
        gen_end(g);
        g->is_ended = true;
    }
}
