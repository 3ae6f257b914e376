// snippet.c - see snippet.h.

#include "snippet.h"

#include "../project/folder.h"
#include "base/buf.h"
#include "parse/parse.h"

static const char header[] =
    "typedef struct object { long count; struct object *next; } object;\n"
    "object *obj_new(void);\n"
    "object *obj_item(object *x, int n);\n"
    "object *obj_ref(object *x);\n"
    "int obj_append(object *x, object *item);\n"
    "int obj_take(object *x, object *item);\n"
    "int obj_take_ok(object *x, object *item);\n"
    "int obj_find(object *x, object **out);\n"
    "int obj_use(object *x);\n"
    "int obj_run(object *x);\n"
    "int obj_ready(object *x);\n"
    "void obj_keep(object *x);\n"
    "void obj_incref(object *x);\n"
    "void obj_decref(object *x);\n"
    "void obj_xdecref(object *x);\n"
    "void obj_fatal(const char *why);\n"
    "object *obj_unheard_of(object *x);\n"
    "int chance(void);\n";

static const char rules[] =
    "family api counted object header \"api.h\" failure NULL|-1 "
    "convention borrow? -> new?\n"
    "obj_new() -> new?\n"
    "obj_item(borrow, _) -> borrowed? of 1\n"
    "obj_ref(borrow) -> new-alias of 1\n"
    "obj_append(borrow, keep in 1) -> status\n"
    "obj_take(borrow, steal in 1) -> status\n"
    "obj_take_ok(borrow, steal-ok in 1) -> status\n"
    "obj_find(borrow, out new) -> 1: ok | 0: fail | -1: fail\n"
    "obj_use(borrow) -> status\n"
    "obj_run(borrow) -> status : runs-code\n"
    "obj_ready(borrow) -> _\n"
    "obj_keep(keep) -> _\n"
    "obj_incref(incref) -> _\n"
    "obj_decref(decref) -> _ : runs-code\n"
    "obj_xdecref(decref?) -> _ : runs-code\n"
    "obj_fatal(_) -> noreturn\n"
    "chance() -> _\n";

struct snippet *snippet_with(const char *text, const char *more_rules)
{
    struct snippet *s = calloc(1, sizeof(*s));
    struct parser *parser = parser_new();
    const char *const headers[] = {"api.h"};
    const char *const args[] = {"-Iapi", "-include", "api.h"};
    struct parse_options options = {.api_headers = headers, .napi_headers = 1};
    struct err err;
    char *dir;

    assert_non_null(s);
    dir = folder_new(&s->arena);
    options.root = dir;
    folder_write(&s->arena, dir, "api/api.h", header);
    folder_write(&s->arena, dir, "unit.c", text);
    s->rules.arena = &s->arena;
    if (rules_parse(&s->rules, rules, "api.rules", &err) < 0
        || rules_parse(&s->rules, more_rules, "more.rules", &err) < 0
        || parse_unit(parser, &s->arena, dir, "unit.c", args, 3, &options,
                      &s->unit, &err)
               < 0
        || ir_verify(s->unit, &err) < 0)
        fail_msg("%s", err.text);
    for (uint32_t i = 0; i < s->unit->nproblems; i++)
        fail_msg("%u: %s", s->unit->problems[i].pos.line,
                 s->unit->problems[i].text);
    parser_free(parser);
    folder_free(dir);
    s->flow = flow_unit_new(&s->arena, s->unit, &s->rules);
    return s;
}

struct snippet *snippet_new(const char *text)
{
    return snippet_with(text, "");
}

void snippet_free(struct snippet *s)
{
    arena_release(&s->arena);
    free(s);
}

const struct ir_fn *snippet_fn(const struct snippet *s, const char *name)
{
    for (uint32_t f = 0; f < s->unit->nfns; f++)
        if (strcmp(s->unit->decls[s->unit->fns[f].decl].name, name) == 0)
            return &s->unit->fns[f];
    fail_msg("no function %s", name);
    return NULL;
}

struct flow_outcome snippet_walk(struct snippet *s, const char *name,
                                 const struct flow_options *options,
                                 struct finding_list *ret)
{
    struct arena scratch = {0};
    struct flow_outcome outcome;

    *ret = (struct finding_list){0};
    flow_function(s->flow, snippet_fn(s, name), options, &scratch, &s->arena,
                  ret, &outcome);
    arena_release(&scratch);
    return outcome;
}

const char *snippet_findings(struct snippet *s, struct finding_list *list)
{
    struct buf text = {.arena = &s->arena};

    finding_sort(list);
    for (size_t i = 0; i < list->count; i++)
        buf_printf(&text, "%s%u %s(%s)", i ? ", " : "", list->items[i].line,
                   rule_name(list->items[i].rule), list->items[i].object);
    return buf_text(&text);
}
