// type_cycle.c - types whose objects can hold each other, while no collector
// looks at them.
//
// in     which types own which (type_graph.h)
// out    findings at the tables of types without collector support: likely when
//        the declared types of several lead around, worth a look when a type
//        owns its own kind (a list is no ring) or a field can hold anything
//
// Whether such objects are made is not asked: rule `cycle` sees those.

#include "shape/type_graph.h"
#include "shape/unit.h"

#include <string.h>

struct type_cycles {
    struct shape s;
    struct type_graph g;
    const struct type_edge **by; // [record]: the edge that led there
    uint32_t *came;              // [record]: from this record
    uint32_t *queue;
    bool *told; // [record]
};

static bool extends(const struct lives *l, uint32_t record, uint32_t base)
{
    while (record && record != base)
        record = life_base_of(l, record);
    return record == base;
}

// Can an object be of both? It has the fields of what its struct extends; and a
// pointer to a struct can lead to one that extends it.
static bool is_related(const struct type_cycles *c, uint32_t one, uint32_t two)
{
    return extends(c->g.l, one, two) || extends(c->g.l, two, one);
}

// The shortest way from a record back to itself; its last edge, or NULL.
static const struct type_edge *way_back(struct type_cycles *c, uint32_t start)
{
    uint32_t n = c->g.l->ir->nrecords;
    uint32_t first = 0;
    uint32_t last = 0;

    memset(c->by, 0, (n + 1) * sizeof(*c->by));
    c->queue[last++] = start;
    while (first < last) {
        uint32_t at = c->queue[first++];

        for (size_t i = 0; i < c->g.nedges; i++) {
            const struct type_edge *edge = &c->g.edges[i];

            if (!edge->to || c->by[edge->to] || !is_related(c, edge->from, at))
                continue;
            // Its own kind comes last: others say more.
            if (at == start && is_related(c, edge->to, start))
                continue;
            c->by[edge->to] = edge;
            c->came[edge->to] = at;
            if (is_related(c, edge->to, start))
                return edge;
            c->queue[last++] = edge->to;
        }
    }
    return NULL;
}

static const char *field_name(const struct type_cycles *c,
                              const struct type_edge *edge)
{
    const struct ir_record *r = &c->g.l->ir->records[edge->from];

    return arena_printf(c->s.results, "%s.%s", r->name,
                        r->fields[edge->field].name);
}

static const char *table_name(const struct type_cycles *c,
                              const struct life_type *t)
{
    return c->g.l->ir->globals[t->global].name;
}

static void say(struct type_cycles *c, const struct life_type *t,
                enum tier tier, const struct type_edge *edge, const char *text,
                const char *more)
{
    const struct ir_global *g = &c->g.l->ir->globals[t->global];
    struct finding f = {.function = g->function,
                        .rule = RULE_TYPE_CYCLE,
                        .tier = tier,
                        .text = text,
                        .object = field_name(c, edge),
                        .origin = g->name};

    shape_report(&c->s, &f, g->pos, (struct shape_note){g->pos, more});
}

// "'a.b' owns a 'c', 'c.d' owns an 'a'"
static const char *way_text(const struct type_cycles *c, uint32_t start,
                            const struct type_edge *last)
{
    const char *text = "";

    for (const struct type_edge *edge = last; edge;
         edge = c->came[edge->to] == start ? NULL : c->by[c->came[edge->to]]) {
        text = arena_printf(
            c->s.results, "'%s' owns '%s'%s%s", field_name(c, edge),
            c->g.l->ir->records[edge->to].name, *text ? ", " : "", text);
        c->told[edge->from] = true;
    }
    c->told[start] = true;
    return text;
}

static void check_ring(struct type_cycles *c, const struct life_type *t)
{
    const struct type_edge *last = way_back(c, t->record);
    const char *way;

    if (!last || c->told[t->record])
        return;
    way = way_text(c, t->record, last);
    say(c, t, TIER_LIKELY, last,
        arena_printf(c->s.results,
                     "objects can hold each other and are then never freed, "
                     "for no collector looks at those of '%s': %s (assuming "
                     "that the same objects meet); make '%s' a weak or "
                     "borrowed reference, or let the type take part in "
                     "garbage collection",
                     table_name(c, t), way, field_name(c, last)),
        "this type takes no part in garbage collection");
}

// Is something stored there that can lead on, as far as is seen?
static bool can_lead_on(const struct type_cycles *c,
                        const struct type_edge *edge)
{
    const struct lives *l = c->g.l;
    const struct life_stores *s =
        &l->stores[l->first[edge->from] + edge->field];

    return edge->to || s->given || s->made || s->is_settable;
}

// A field of its own kind, or for anything.
static void check_fields(struct type_cycles *c, const struct life_type *t)
{
    for (size_t i = 0; i < c->g.nedges; i++) {
        const struct type_edge *edge = &c->g.edges[i];

        if (edge->from != t->record || (edge->to && edge->to != t->record)
            || !can_lead_on(c, edge))
            continue;
        say(c, t, TIER_AUDIT, edge,
            arena_printf(c->s.results,
                         "'%s' owns %s, and no collector looks at the objects "
                         "of '%s': one that leads back to its holder is never "
                         "freed",
                         field_name(c, edge),
                         edge->to ? "an object of the same kind"
                                  : "what can be any object",
                         table_name(c, t)),
            "this type takes no part in garbage collection");
        return;
    }
}

void type_cycles_check(struct arena *results, const struct lives *l,
                       struct finding_list *findings)
{
    uint32_t n = l->ir->nrecords;
    struct type_cycles c = {
        .s = {.results = results,
              .ir = l->ir,
              .rules = l->rules,
              .version = rules_unit_version(l->rules, l->ir),
              .findings = findings},
        .by = arena_array(l->arena, const struct type_edge *, n + 1),
        .came = arena_array(l->arena, uint32_t, n + 1),
        .queue = arena_array(l->arena, uint32_t, n + 1),
        .told = arena_array(l->arena, bool, n + 1)};

    type_graph_find(l->arena, l, &c.g);
    for (size_t i = 0; i < l->ntypes && c.g.nedges; i++) {
        const struct life_type *t = &l->types[i];

        if (t->is_open || !t->record || life_is_collected(t) != NO)
            continue;
        check_ring(&c, t);
        if (!c.told[t->record])
            check_fields(&c, t);
    }
}
