// helpers.c - the functions that the function calls: a body of their own, or
// one of the texts here.

#include "generator.h"

#include <string.h>

static const char *const templates[HELPER_KINDS][3] = {
    [HELPER_KEEP] = {"static int %s(rc_object *list, rc_object *item)\n{\n"
                     "    return rc_list_append(list, item);\n}\n",
                     "static int %s(rc_object *list, rc_object *item)\n{\n"
                     "    rc_incref(item);\n"
                     "    return rc_list_push(list, item);\n}\n",
                     "static int %s(rc_object *list, rc_object *item)\n{\n"
                     "    if (rc_list_append(list, item) < 0)\n"
                     "        return -1;\n"
                     "    return rc_list_append(list, item);\n}\n"},
    [HELPER_STEAL] = {"static int %s(rc_object *list, rc_object *item)\n{\n"
                      "    return rc_list_push(list, item);\n}\n",
                      "static int %s(rc_object *list, rc_object *item)\n{\n"
                      "    int status = rc_list_append(list, item);\n\n"
                      "    rc_decref(item);\n    return status;\n}\n",
                      "static int %s(rc_object *list, rc_object *item)\n{\n"
                      "    if (rc_list_length(list) > 3) {\n"
                      "        rc_decref(item);\n        return 0;\n    }\n"
                      "    return rc_list_push(list, item);\n}\n"},
    [HELPER_DROP] = {"static void %s(rc_object *o)\n{\n    rc_decref(o);\n}\n",
                     "static void %s(rc_object *o)\n{\n    rc_xdecref(o);\n}\n",
                     "static void %s(rc_object *o)\n{\n    rc_clear(&o);\n}\n"},
    [HELPER_FIRST] =
        {"static rc_object *%s(rc_object *list)\n{\n"
         "    return rc_list_at(list, 0);\n}\n",
         "static rc_object *%s(rc_object *list)\n{\n"
         "    return rc_list_length(list) > 0 ? rc_list_at(list, 0) : NULL;\n"
         "}\n",
         "static rc_object *%s(rc_object *list)\n{\n"
         "    rc_object *item = rc_list_at(list, 0);\n\n"
         "    if (!item)\n        return NULL;\n    return item;\n}\n"},
    [HELPER_OUT] =
        {"static int %s(rc_object **ret, int a)\n{\n"
         "    (void)a;\n    *ret = rc_list_new();\n"
         "    return *ret ? 0 : -1;\n}\n",
         "static int %s(rc_object **ret, int a)\n{\n"
         "    rc_object *o = rc_list_new();\n\n"
         "    if (!o)\n        return -1;\n"
         "    if (a && rc_list_append(o, rc_none) < 0) {\n"
         "        rc_decref(o);\n        return -1;\n    }\n"
         "    *ret = o;\n    return 0;\n}\n",
         "static int %s(rc_object **ret, int a)\n{\n"
         "    rc_object *o = a ? rc_list_new() : rc_list_pack(1, rc_none);\n\n"
         "    if (!o)\n        return -1;\n"
         "    *ret = o;\n    return 0;\n}\n"},
    [HELPER_SHARE] = {"static rc_object *%s(rc_object *o, int a)\n{\n"
                      "    if (a)\n        return rc_newref(o);\n"
                      "    return rc_float_new(2.5);\n}\n",
                      "static rc_object *%s(rc_object *o, int a)\n{\n"
                      "    rc_object *list = rc_list_new();\n\n"
                      "    (void)a;\n"
                      "    if (list && rc_list_append(list, o) < 0)\n"
                      "        rc_clear(&list);\n    return list;\n}\n",
                      "static rc_object *%s(rc_object *o, int a)\n{\n"
                      "    (void)a;\n    rc_incref(o);\n    return o;\n}\n"},
};

// The template's one %s is the name.
static void emit_template(struct generator *g, const char *text,
                          const char *name)
{
    const char *at = strstr(text, "%s");

    buf_str(g->out, "\n");
    buf_add(g->out, text, (size_t)(at - text));
    buf_str(g->out, name);
    buf_str(g->out, at + strlen("%s"));
}

void gen_helper(struct generator *g)
{
    enum helper_kind kind = (enum helper_kind)gen_pick(g, HELPER_KINDS);
    const char *name =
        arena_printf(g->out->arena, "%s_h%d", g->name, g->nhelpers);

    if (kind == HELPER_NEW || kind == HELPER_STATUS) {
        struct generator inner = {.c = g->c,
                                  .out = g->out,
                                  .name = name,
                                  .slips = g->slips && !gen_pick(g, 4),
                                  .is_helper = true,
                                  .is_object = kind == HELPER_NEW};

        gen_body(&inner, 3);
    } else {
        emit_template(g, templates[kind][gen_pick(g, 3)], name);
    }
    g->helpers[g->nhelpers].kind = kind;
    g->helpers[g->nhelpers++].name = name;
}
