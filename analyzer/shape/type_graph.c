// type_graph.c - the fields that own references, as edges between types.
//
// in     the types of a unit, their slots and what is stored in fields
// out    an edge for each field that is known to own a reference; those that
//        only hold objects which refer to none are left out

#include "shape/type_graph.h"

const struct life_type *type_of_record(const struct lives *l, uint32_t record)
{
    for (size_t i = 0; i < l->ntypes; i++)
        if (l->types[i].record == record && !l->types[i].is_open)
            return &l->types[i];
    return NULL;
}

static bool is_released_by(const struct lives *l, const struct life_type *t,
                           enum life_role role, uint32_t field)
{
    const struct life_touches *does = life_touches_of(l, t, role);

    return does && does->fields[l->first[t->record] + field] & LIFE_RELEASES;
}

static bool is_owned(const struct lives *l, uint32_t record, uint32_t field)
{
    const struct life_type *t = type_of_record(l, record);
    const struct life_stores *s = &l->stores[l->first[record] + field];

    if (s->borrowed)
        return false;
    return flow_field_owned(l->flow, record, field) || s->is_settable
           || (t
               && (is_released_by(l, t, LIFE_DEALLOC, field)
                   || is_released_by(l, t, LIFE_CLEAR, field)));
}

// Are all objects that are stored there of a kind that refers to none?
static bool is_atomic(const struct lives *l, uint32_t record, uint32_t field)
{
    const struct life_stores *s = &l->stores[l->first[record] + field];

    return s->atomic && !s->made && !s->given && !s->unknown && !s->is_settable;
}

// The record of the program that a field leads to; 0 for the API's own.
static uint32_t target_of(const struct lives *l, uint32_t record,
                          uint32_t field)
{
    const struct ir_unit *ir = l->ir;
    const struct ir_type *t =
        &ir->types[ir->records[record].fields[field].type];
    uint32_t to = ir->types[t->target].record;

    return rules_counted(l->rules, ir->records[to].name) ? 0 : to;
}

void type_graph_find(struct arena *a, const struct lives *l,
                     struct type_graph *ret)
{
    *ret = (struct type_graph){.l = l};
    for (uint32_t r = 1; l->ntypes && r <= l->ir->nrecords; r++) {
        const struct ir_record *record = &l->ir->records[r];

        // What the API's own objects hold, the program does not decide.
        if (!rules_counted_record(l->rules, l->ir, r)
            || rules_counted(l->rules, record->name))
            continue;
        for (uint32_t f = 0; !record->is_union && f < record->nfields; f++) {
            struct type_edge edge = {r, f, 0};

            if (!life_is_counted(l, r, f) || !is_owned(l, r, f)
                || rules_field(l->rules, record->name, record->fields[f].name))
                continue;
            edge.to = target_of(l, r, f);
            if (edge.to || !is_atomic(l, r, f))
                arena_push(a, ret->edges, ret->nedges, ret->edges_cap, edge);
        }
    }
}
