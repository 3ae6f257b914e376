// make.c - statements that make references, hand them over, lend them, and give
// them back.

#include "generator.h"

static int helper_of(struct generator *g, enum helper_kind kind)
{
    for (int i = 0; i < g->nhelpers; i++)
        if (g->helpers[i].kind == kind)
            return i;
    return -1;
}

void gen_emit_make(struct generator *g, int v, enum kind kind)
{
    static const char *const makes[KINDS] = {
        " = rc_float_new(1.5);", " = rc_list_new();", " = rc_dict_new();"};

    gen_line(g, gen_fill(g, "", gen_names[v], makes[kind]));
    *gen_var(g, v) = (struct var){.holds = HOLDS_OWNED, .kind = kind};
    gen_fail_if_null(g, v);
}

void gen_make_new(struct generator *g)
{
    int v = gen_find_free(g);

    if (v >= 0)
        gen_emit_make(g, v, (enum kind)gen_pick(g, KINDS));
}

void gen_make_by_helper(struct generator *g)
{
    int h = helper_of(g, HELPER_NEW), v = h < 0 ? -1 : gen_find_free(g);

    if (v < 0)
        return;
    gen_indent(g);
    buf_printf(g->out, "%s = %s(in, %s, %s);\n", gen_names[v],
               g->helpers[h].name, gen_number(g), gen_number(g));
    *gen_var(g, v) = (struct var){.holds = HOLDS_OWNED, .may_be_in = true};
    gen_fail_if_null(g, v);
}

void gen_make_by_out(struct generator *g)
{
    int h = helper_of(g, HELPER_OUT), v = h < 0 ? -1 : gen_find_free(g);

    if (v < 0)
        return;
    gen_fail_if(g,
                arena_printf(g->out->arena, "%s(&%s, %s) < 0",
                             g->helpers[h].name, gen_names[v], gen_number(g)));
    *gen_var(g, v) = (struct var){.holds = HOLDS_OWNED, .kind = KIND_LIST};
}

void gen_make_shared(struct generator *g)
{
    int h = helper_of(g, HELPER_SHARE), v = h < 0 ? -1 : gen_find_free(g);
    int from = gen_find_usable(g);

    if (v < 0 || v == from)
        return;
    gen_indent(g);
    buf_printf(g->out, "%s = %s(%s, %s);\n", gen_names[v], g->helpers[h].name,
               gen_names[from], gen_number(g));
    *gen_var(g, v) = (struct var){.holds = HOLDS_OWNED, .may_be_in = true};
    gen_fail_if_null(g, v);
}

void gen_make_another_reference(struct generator *g)
{
    int v = gen_find_free(g), from = gen_find_usable(g);

    if (v < 0 || v == from)
        return;
    if (gen_pick(g, 2)) {
        gen_line(g, gen_fill(g, gen_fill(g, "rc_incref(", gen_names[from], ""),
                             "", ");"));
        gen_line(g, gen_fill(g, gen_fill(g, "", gen_names[v], " = "),
                             gen_names[from], ";"));
    } else {
        gen_line(g, gen_fill(g, gen_fill(g, "", gen_names[v], " = rc_newref("),
                             gen_names[from], ");"));
    }
    // Nothing is taken out of what others hold as well.
    *gen_var(g, v) =
        (struct var){.holds = HOLDS_OWNED,
                     .may_be_in = from == IN || gen_var(g, from)->may_be_in};
}

static const char *call2(struct generator *g, const char *function, int first,
                         int second)
{
    return arena_printf(g->out->arena, "%s(%s, %s) < 0", function,
                        gen_names[first], gen_names[second]);
}

void gen_append(struct generator *g)
{
    int list = gen_find_kind(g, KIND_LIST, IN), item = gen_find_usable(g);
    int h = gen_pick(g, 2) ? helper_of(g, HELPER_KEEP) : -1;

    if (list < 0 || item == list || gen_var(g, item)->may_be_in)
        return;
    gen_fail_if(
        g, call2(g, h < 0 ? "rc_list_append" : g->helpers[h].name, list, item));
    if (h < 0)
        gen_var(g, list)->length++;
}

void gen_push(struct generator *g)
{
    int list = gen_find_kind(g, KIND_LIST, IN);
    int item = gen_find(g, OWNERS, LENT_TO, HOLDS_OWNED);
    int h = gen_pick(g, 2) ? helper_of(g, HELPER_STEAL) : -1;

    if (gen_slip(g))
        item = gen_find(g, LENT_TO, VARS, HOLDS_LENT);
    if (list < 0 || item < 0 || item == list || gen_var(g, list)->lender == item
        || gen_var(g, item)->may_be_in)
        return;
    if (g->has_labels) {
        int b = gen_find(g, OWNERS, LENT_TO, HOLDS_NULL);

        if (b < 0)
            return;
        gen_line(g, gen_fill(g, gen_fill(g, "", gen_names[b], " = "),
                             gen_names[item], ";"));
        gen_set_gone(g, item);
        item = b;
        gen_indent(g);
        buf_printf(g->out, "status = %s(%s, %s);\n",
                   h < 0 ? "rc_list_push" : g->helpers[h].name, gen_names[list],
                   gen_names[item]);
        gen_set_gone(g, item);
        gen_fail_if(g, "status < 0");
    } else {
        gen_forget_lent(g, item);
        gen_var(g, item)->holds = HOLDS_NOTHING;
        gen_fail_if(g, call2(g, h < 0 ? "rc_list_push" : g->helpers[h].name,
                             list, item));
        if (gen_slip(g))
            gen_emit_release(g, item);
    }
    if (h < 0)
        gen_var(g, list)->length++;
}

void gen_take_item(struct generator *g)
{
    int list = gen_find_kind(g, KIND_LIST, IN);
    int v = LENT_TO + (int)gen_pick(g, VARS - LENT_TO);
    int h = gen_pick(g, 2) ? helper_of(g, HELPER_FIRST) : -1;

    if (list < 0 || list == v || !gen_var(g, list)->length)
        return;
    gen_forget_lent(g, v);
    gen_indent(g);
    if (h < 0)
        buf_printf(g->out, "%s = rc_list_at(%s, 0);\n", gen_names[v],
                   gen_names[list]);
    else
        buf_printf(g->out, "%s = %s(%s);\n", gen_names[v], g->helpers[h].name,
                   gen_names[list]);
    *gen_var(g, v) = (struct var){.holds = HOLDS_LENT, .lender = list};
}

void gen_set_entry(struct generator *g)
{
    int dict = gen_find_kind(g, KIND_DICT, IN), value = gen_find_usable(g);

    if (dict < 0 || value == dict || gen_var(g, value)->may_be_in)
        return;
    gen_forget_lent(g, dict);
    if (!gen_is_usable(gen_var(g, value)))
        return;
    gen_fail_if(g, arena_printf(g->out->arena,
                                "rc_dict_set_text(%s, \"key\", %s) < 0",
                                gen_names[dict], gen_names[value]));
    gen_var(g, dict)->length = 1;
}

void gen_get_entry(struct generator *g)
{
    int dict = gen_find_kind(g, KIND_DICT, IN);
    int v = LENT_TO + (int)gen_pick(g, VARS - LENT_TO);

    if (dict < 0 || dict == v || !gen_var(g, dict)->length)
        return;
    gen_forget_lent(g, v);
    gen_indent(g);
    buf_printf(g->out, "%s = rc_dict_get_text(%s, \"key\");\n", gen_names[v],
               gen_names[dict]);
    *gen_var(g, v) = (struct var){.holds = HOLDS_LENT, .lender = dict};
    gen_fail_if_null(g, v);
}

void gen_pop(struct generator *g)
{
    int list = gen_find_kind(g, KIND_LIST, OWNERS), v = gen_find_free(g);

    if (list < 0 || v < 0 || v == list || !gen_var(g, list)->length)
        return;
    gen_forget_lent(g, list);
    if (!gen_is_usable(gen_var(g, list)))
        return;
    gen_line(g, gen_fill(g, gen_fill(g, "", gen_names[v], " = rc_list_pop("),
                         gen_names[list], ");"));
    gen_var(g, list)->length--;
    *gen_var(g, v) = (struct var){.holds = HOLDS_OWNED};
    gen_fail_if_null(g, v);
}

void gen_empty(struct generator *g)
{
    int list = gen_find_kind(g, KIND_LIST, OWNERS);

    if (list < 0)
        return;
    if (!gen_slip(g))
        gen_forget_lent(g, list);
    gen_line(g, gen_fill(g, "(void)rc_list_clear(", gen_names[list], ");"));
    gen_var(g, list)->length = 0;
}

void gen_use(struct generator *g)
{
    int v = gen_find_usable(g);
    int h = gen_pick(g, 2) ? helper_of(g, HELPER_STATUS) : -1;

    if (h >= 0)
        gen_fail_if(g, arena_printf(g->out->arena, "%s(in, %s, %s) < 0",
                                    g->helpers[h].name, gen_number(g),
                                    gen_number(g)));
    else
        gen_line(g, gen_fill(g, "(void)rc_type_of(", gen_names[v], ");"));
}

void gen_give_back(struct generator *g)
{
    int v = gen_find(g, OWNERS, LENT_TO, HOLDS_OWNED);

    if (gen_slip(g))
        v = gen_find(g, IN, VARS, HOLDS_LENT);
    if (v >= 0)
        gen_release(g, v);
}

void gen_test_maybe(struct generator *g)
{
    int v = gen_find(g, OWNERS, LENT_TO, HOLDS_MAYBE);

    if (v < 0)
        return;
    gen_line(g, gen_fill(g, "if (", gen_names[v], ")"));
    g->depth++;
    gen_line(g, gen_fill(g, "(void)rc_type_of(", gen_names[v], ");"));
    g->depth--;
}
