// generate.c - see generate.h.
//
// A function is made statement by statement, while we keep what each variable
// holds at that point: so what is made is right by construction, except where
// gen_slip() says that a mistake is to be made. Nobody relies on that: what a
// function really does is seen when it runs.

#include "generate.h"

#include "generator.h"

void gen_statement(struct generator *g)
{
    static void (*const kinds[])(struct generator *) = {
        gen_make_new,
        gen_make_new,
        gen_append,
        gen_push,
        gen_use,
        gen_give_back,
        gen_branch,
        gen_branch,
        gen_loop,
        gen_take_item,
        gen_make_by_helper,
        gen_make_by_out,
        gen_make_shared,
        gen_make_another_reference,
        gen_set_entry,
        gen_get_entry,
        gen_pop,
        gen_empty,
        gen_leave,
        gen_test_maybe};

    if (g->statements <= 0)
        return;
    g->statements--;
    if (g->depth > 3)
        gen_use(g);
    else
        kinds[gen_pick(g, sizeof(kinds) / sizeof(*kinds))](g);
}

static void end_with_object(struct generator *g)
{
    int v = gen_find(g, OWNERS, LENT_TO, HOLDS_OWNED);
    struct var was;

    if (v < 0) {
        v = gen_find_usable(g);
        if (!gen_slip(g))
            gen_line(g, gen_fill(g, "rc_incref(", gen_names[v], ");"));
    }
    was = *gen_var(g, v);
    gen_var(g, v)->holds = HOLDS_NOTHING;
    gen_release_all(g);
    *gen_var(g, v) = was;
    gen_line(g, gen_fill(g, "return ", gen_names[v], ";"));
}

void gen_end(struct generator *g)
{
    struct flow before = g->flow;

    if (g->is_object) {
        end_with_object(g);
    } else {
        gen_release_all(g);
        gen_line(g, "return 0;");
    }
    g->flow = before;
}

static void labels(struct generator *g)
{
    if (!g->has_labels)
        return;
    buf_str(g->out, "fail:\n");
    for (int v = OWNERS; v < LENT_TO; v++)
        if (!gen_slip(g))
            gen_line(g, gen_fill(g, "rc_xdecref(", gen_names[v], ");"));
    gen_line(g, g->is_object ? "return NULL;" : "return -1;");
}

void gen_body(struct generator *g, int statements)
{
    g->statements = statements;
    g->flow.vars[IN] = (struct var){
        .holds = HOLDS_LENT, .kind = KIND_LIST, .length = 2, .may_be_in = true};
    g->has_labels = gen_pick(g, 2);
    buf_printf(g->out, "\n%s%s%s(rc_object *in%s, int a, int b)\n{\n",
               g->is_helper   ? "static "
               : g->is_object ? "RC_NEW "
                              : "RC_STATUS ",
               g->is_object ? "rc_object *" : "int ", g->name,
               g->is_helper ? "" : " RC_SAYS(\"borrow\")");
    gen_line(g, "rc_object *p0 = NULL, *p1 = NULL, *p2 = NULL;");
    gen_line(g, "rc_object *b0 = NULL, *b1 = NULL;");
    if (g->has_labels)
        gen_line(g, "int status = 0;");
    buf_str(g->out, "\n");
    while (g->statements > 0 && !g->is_ended)
        if (gen_pick(g, 8) == 1)
            g->statements--;
        else
            gen_statement(g);
    if (!g->is_ended)
        gen_end(g);
    labels(g);
    buf_str(g->out, "}\n");
}

bool generate_function(struct choices *c, const char *name, struct buf *out)
{
    struct generator g = {.c = c, .out = out, .name = name};
    unsigned nhelpers;

    g.slips = (int)gen_pick(&g, 3);
    nhelpers = gen_pick(&g, HELPERS + 1);
    for (unsigned i = 0; i < nhelpers; i++)
        gen_helper(&g);
    g.is_object = !gen_pick(&g, 2);
    gen_body(&g, 4 + (int)gen_pick(&g, 10));
    return g.is_object;
}
