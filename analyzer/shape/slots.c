// slots.c - the life of objects: the functions in the slots of types against
// what their objects own, against each other and against the flags.
//
// in     the types of a unit and what their slots do (life.h)
// out    findings: fields forgotten, memory not freed, flags that do not fit
//
// What is missing is reported where nothing is out of sight: no body that the
// object is handed to, no slot of another type, no field with a borrowed
// object in it.

#include "shape/slots.h"

#include <string.h>

const char *slots_type_name(const struct slots *s)
{
    return s->l->ir->globals[s->type->global].name;
}

const struct ir_decl *slots_decl(const struct slots *s, enum life_role role)
{
    return &s->l->ir->decls[s->type->slots[role].decl];
}

const char *slots_record_name(const struct slots *s)
{
    return s->l->ir->records[s->type->record].name;
}

bool slots_in_view(const struct slots *s, enum life_role role)
{
    const struct life_touches *t = s->does[role];

    return t && !t->is_opaque && !t->outside && !t->calls_other;
}

bool slots_clear_cut(const struct slots *s, enum life_role role)
{
    return slots_in_view(s, role) && !s->does[role]->calls_slot[role]
           && !s->does[role]->calls_base;
}

bool slots_finished(const struct life_type *t)
{
    return t->is_ready || !t->is_shared || t->rule->heap;
}

const char *slots_finished_assumption(const struct life_type *t)
{
    return slots_finished(t) ? ""
                             : ", assuming that no other file gives it a base";
}

// Findings

// Functions that stand in several types are told of once.
static bool is_said(const struct slots *s, const struct report *r)
{
    for (size_t i = 0; i < s->s.findings->count; i++) {
        const struct finding *f = &s->s.findings->items[i];

        if (f->rule == r->rule && f->line == r->pos.line && f->col == r->pos.col
            && strcmp(f->object, r->object) == 0
            && strcmp(f->function, r->function) == 0)
            return true;
    }
    return false;
}

void slots_say(struct slots *s, const struct report *r)
{
    const struct ir_unit *ir = s->l->ir;
    struct finding f = {.function = r->function,
                        .rule = r->rule,
                        .tier = r->tier,
                        .text = r->text,
                        .object = r->object,
                        .origin = slots_type_name(s),
                        .ntrail = (uint32_t)r->nnotes};

    if (is_said(s, r))
        return;
    f.trail = arena_array(s->s.results, struct trail_step, r->nnotes + 1);
    for (size_t i = 0; i < r->nnotes; i++)
        f.trail[i] = (struct trail_step){
            .file = r->notes[i].pos.file ? ir->files[r->notes[i].pos.file]
                                         : ir->main,
            .line = r->notes[i].pos.line,
            .col = r->notes[i].pos.col,
            .text = r->notes[i].text};
    shape_report(&s->s, &f, r->pos, (struct shape_note){.text = NULL});
}

void slots_note(struct report *r, struct ir_pos pos, const char *text)
{
    if (r->nnotes < NOTES_MOST)
        r->notes[r->nnotes++] = (struct shape_note){pos, text};
}

void slots_note_slot(struct slots *s, struct report *r, enum life_role role)
{
    slots_note(r, s->type->slots[role].pos,
               arena_printf(s->s.results, "'%s' of '%s' is set here",
                            slots_decl(s, role)->name, slots_type_name(s)));
}

struct report slots_about(struct slots *s, enum rule rule, enum tier tier,
                          enum life_role role)
{
    const struct ir_decl *d = slots_decl(s, role);

    return (struct report){.rule = rule,
                           .tier = tier,
                           .function = d->name,
                           .pos = d->fn ? s->l->ir->fns[d->fn - 1].pos : d->pos,
                           .object = slots_type_name(s)};
}

static void check_type(struct slots *s)
{
    for (int r = 0; r < LIFE_ROLES; r++)
        s->does[r] = r <= LIFE_TRAVERSE
                         ? life_touches_of(s->l, s->type, (enum life_role)r)
                         : NULL;
    if (s->type->rule->clears)
        s->does[LIFE_DEALLOC] = s->does[LIFE_CLEAR];
    slots_check_flags(s);
    slots_check_end(s);
    if (s->type->record)
        slots_check_fields(s);
    slots_check_base(s);
    slots_check_order(s);
    members_check(&s->s, s->l, s->type);
    null_fields_check(&s->s, s->l, s->type);
}

void slots_check(struct arena *results, const struct ir_unit *unit,
                 const struct rules *rules, const struct flow_unit *flow,
                 const struct rules *facts, struct finding_list *findings)
{
    struct arena a = {0};
    struct slots s = {.s = {.results = results,
                            .ir = unit,
                            .rules = rules,
                            .version = rules_unit_version(rules, unit),
                            .findings = findings}};
    struct lives *l;

    l = lives_new(&a, unit, rules, flow, facts);
    shape_find_sizes(&s.s);
    if (l->ntypes)
        lives_find_stores(l);
    s.l = l;
    for (size_t i = 0; i < l->ntypes; i++) {
        s.type = &s.l->types[i];
        if (!s.type->is_open)
            check_type(&s);
    }
    if (l->ntypes)
        type_cycles_check(results, l, findings);
    arena_release(&a);
}
