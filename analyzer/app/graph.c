// graph.c - which types of a project own objects of which, as a picture.
//
// in     all units
// out    DOT, or SVG: a box for each type of the program, an arrow for each
//        field that owns another one; arrows that lead around are red, and so
//        are types that no collector looks at

#include "app/commands.h"
#include "app/output.h"
#include "app/session.h"
#include "app/worker.h"

#include "interproc/interproc.h"
#include "report/graph.h"
#include "shape/type_graph.h"

#include <string.h>

struct graph_run {
    struct session *s;
    struct graph graph;
    int status;
};

static const char *kept(struct graph_run *g, const char *text)
{
    return arena_printf(g->graph.arena, "%s", text);
}

static size_t node_of(struct graph_run *g, const struct ir_unit *unit,
                      uint32_t record)
{
    return graph_node(&g->graph, kept(g, unit->records[record].name));
}

// The program's own type that a type extends: its struct begins with that.
static void add_base(struct graph_run *g, const struct lives *l, size_t node,
                     uint32_t record)
{
    const struct ir_record *r = &l->ir->records[record];
    const struct ir_type *t =
        r->nfields ? &l->ir->types[r->fields[0].type] : NULL;

    if (t && t->kind == IR_TYPE_RECORD && type_of_record(l, t->record)
        && !rules_counted(l->rules, l->ir->records[t->record].name))
        graph_add_row(&g->graph, node,
                      arena_printf(g->graph.arena, "extends %s",
                                   l->ir->records[t->record].name));
}

static void add_types(struct graph_run *g, const struct lives *l)
{
    for (size_t i = 0; i < l->ntypes; i++) {
        const struct life_type *t = &l->types[i];
        size_t n;

        if (t->is_open || !t->record
            || rules_counted(l->rules, l->ir->records[t->record].name))
            continue;
        n = node_of(g, l->ir, t->record);
        add_base(g, l, n, t->record);
        if (life_is_collected(t) == NO) {
            g->graph.nodes[n].marked = true;
            g->graph.nodes[n].says = "no collector looks at it";
        }
    }
}

static void add_fields(struct graph_run *g, const struct type_graph *types)
{
    const struct ir_unit *unit = types->l->ir;

    for (size_t i = 0; i < types->nedges; i++) {
        const struct type_edge *edge = &types->edges[i];
        const char *field = unit->records[edge->from].fields[edge->field].name;
        size_t from = node_of(g, unit, edge->from);

        if (edge->to)
            graph_add_edge(&g->graph, from, node_of(g, unit, edge->to),
                           kept(g, field));
        else
            graph_add_row(
                &g->graph, from,
                arena_printf(g->graph.arena, "%s: any object", field));
    }
}

static void graph_unit(struct graph_run *g, struct arena *a,
                       const struct ir_unit *unit)
{
    struct flow_options flow = {.max_steps = g->s->options->max_steps};
    struct unit_walk *walk = unit_begin(a, unit, &g->s->rules, &flow);
    struct unit_result result;
    struct type_graph types;
    struct lives *l;

    unit_round(walk, NULL, &result);
    l = lives_new(a, unit, &g->s->rules, unit_flow(walk), NULL);
    lives_find_stores(l);
    add_types(g, l);
    type_graph_find(a, l, &types);
    add_fields(g, &types);
}

// What does not parse may have been a type, or a field.
static void tell_problems(struct graph_run *g, const struct ir_unit *unit)
{
    struct err err;

    for (uint32_t i = 0; i < unit->nproblems && i < PROBLEMS_MOST; i++) {
        const struct ir_problem *p = &unit->problems[i];

        err_set(&err, p->pos.file ? unit->files[p->pos.file] : unit->main,
                p->pos.line, "%s", p->text);
        complain(&err);
    }
    if (unit->nproblems > PROBLEMS_MOST) {
        err_set(&err, unit->main, 0, "and %u more errors",
                unit->nproblems - PROBLEMS_MOST);
        complain(&err);
    }
    if (unit->nproblems > 0)
        g->status = EXIT_INCOMPLETE;
}

static int graph_all(void *arg)
{
    struct graph_run *g = arg;
    struct parser *parser = parser_new();

    for (size_t i = 0; i < g->s->project.nunits; i++) {
        const struct project_unit *u = &g->s->project.units[i];
        struct arena a = {0};
        struct ir_unit *unit;
        struct err err;

        if (parse_unit(parser, &a, u->directory, u->file, u->args, u->nargs,
                       &g->s->parse, &unit, &err)
                < 0
            || ir_verify(unit, &err) < 0) {
            complain(&err);
            g->status = EXIT_INCOMPLETE;
        } else {
            tell_problems(g, unit);
            graph_unit(g, &a, unit);
        }
        arena_release(&a);
    }
    parser_free(parser);
    return g->status;
}

static bool is_picture(const struct options *o)
{
    size_t n = o->output ? strlen(o->output) : 0;

    return o->format == FORMAT_SVG
           || (o->format == FORMAT_TEXT && n > 4
               && strcmp(o->output + n - 4, ".svg") == 0);
}

int command_graph(struct arena *a, const struct options *o)
{
    struct session s;
    struct graph_run g = {.s = &s, .graph = {.arena = a}};
    struct report_options look;
    struct err err;
    FILE *out;
    int status;

    if (session_open(a, o, &s, &err) < 0)
        return complain(&err);
    status = parse_with_stack(graph_all, &g);
    graph_mark_rings(&g.graph);
    out = output_begin(o, &look, &err);
    if (!out)
        return complain(&err);
    if (is_picture(o))
        graph_print_svg(out, &g.graph);
    else
        graph_print_dot(out, &g.graph);
    return output_end(o, out, &err) < 0 ? complain(&err) : status;
}
