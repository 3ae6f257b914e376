// write.c - lines of the function: conditions, releases, ways out when a call
// fails.

#include "generator.h"

static const char *const numbers[] = {"a", "b"};

void gen_indent(struct generator *g)
{
    for (int i = 0; i <= g->depth; i++)
        buf_str(g->out, "    ");
}

void gen_line(struct generator *g, const char *text)
{
    gen_indent(g);
    buf_printf(g->out, "%s\n", text);
}

const char *gen_fill(struct generator *g, const char *before, const char *name,
                     const char *after)
{
    return arena_printf(g->out->arena, "%s%s%s", before, name, after);
}

void gen_set_gone(struct generator *g, int v)
{
    if (v == IN)
        return; // that was a mistake; there is always something to use
    gen_forget_lent(g, v);
    gen_var(g, v)->holds = HOLDS_NOTHING;
    if (g->has_labels && v < LENT_TO && !gen_slip(g)) {
        gen_line(g, gen_fill(g, "", gen_names[v], " = NULL;"));
        gen_var(g, v)->holds = HOLDS_NULL;
    }
}

void gen_emit_release(struct generator *g, int v)
{
    bool is_maybe = gen_var(g, v)->holds == HOLDS_MAYBE;

    switch (gen_pick(g, 4)) {
    case 1:
        if (is_maybe) {
            gen_line(g, gen_fill(g, "if (", gen_names[v], ")"));
            gen_line(g, gen_fill(g, "    rc_decref(", gen_names[v], ");"));
        } else {
            gen_line(g, gen_fill(g, "rc_xdecref(", gen_names[v], ");"));
        }
        break;
    case 2:
        for (int i = 0; i < g->nhelpers; i++) {
            if (g->helpers[i].kind == HELPER_DROP && !is_maybe) {
                gen_indent(g);
                buf_printf(g->out, "%s(%s);\n", g->helpers[i].name,
                           gen_names[v]);
                return;
            }
        }
        // fall through
    default:
        gen_line(g, gen_fill(g, is_maybe ? "rc_xdecref(" : "rc_decref(",
                             gen_names[v], ");"));
    }
}

void gen_release(struct generator *g, int v)
{
    if (gen_slip(g)) {
        gen_set_gone(g, v);
        return;
    }
    if (v != IN && gen_pick(g, 6) == 1) {
        gen_line(g, gen_fill(g, "rc_clear(&", gen_names[v], ");"));
        gen_forget_lent(g, v);
        gen_var(g, v)->holds = HOLDS_NULL;
        return;
    }
    gen_emit_release(g, v);
    if (gen_slip(g))
        gen_emit_release(g, v);
    if (gen_slip(g))
        gen_line(g, gen_fill(g, "(void)rc_length(", gen_names[v], ");"));
    gen_set_gone(g, v);
}

void gen_release_all(struct generator *g)
{
    for (int v = OWNERS; v < LENT_TO; v++)
        if (gen_is_held(gen_var(g, v)) && !gen_slip(g))
            gen_emit_release(g, v);
}

static void emit_failure(struct generator *g)
{
    struct flow before = g->flow;

    if (g->has_labels) {
        gen_line(g, "goto fail;");
        return;
    }
    gen_release_all(g);
    gen_line(g, g->is_object ? "return NULL;" : "return -1;");
    g->flow = before;
}

// Stands behind a condition: `if (...)` in a line of its own.
static void fail(struct generator *g)
{
    buf_str(g->out, " {\n");
    g->depth++;
    emit_failure(g);
    g->depth--;
    gen_line(g, "}");
}

void gen_fail_if(struct generator *g, const char *condition)
{
    gen_indent(g);
    buf_printf(g->out, "if (%s)", condition);
    fail(g);
}

void gen_fail_if_null(struct generator *g, int v)
{
    enum holds holds = gen_var(g, v)->holds;

    gen_var(g, v)->holds = HOLDS_NULL;
    if (!gen_slip(g))
        gen_fail_if(g, gen_pick(g, 2)
                           ? gen_fill(g, "", gen_names[v], " == NULL")
                           : gen_fill(g, "!", gen_names[v], ""));
    gen_var(g, v)->holds = holds;
}

const char *gen_number(struct generator *g)
{
    return numbers[gen_pick(g, 2)];
}

const char *gen_condition(struct generator *g)
{
    const char *n = gen_number(g);

    switch (gen_pick(g, 5)) {
    case 1:
        return gen_fill(g, "!", n, "");
    case 2:
        return gen_fill(g, "", n, " == 2");
    case 3:
        return gen_fill(g, "", n, " > 1");
    case 4:
        return "a == b";
    }
    return n;
}
