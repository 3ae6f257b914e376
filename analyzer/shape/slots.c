// slots.c - the life of objects: the functions in the slots of types against
// what their objects own, against each other and against the flags.
//
// in     the types of a unit and what their slots do (life.h)
// out    findings: fields forgotten, memory not freed, flags that do not fit
//
// What is missing is reported where nothing is out of sight: no body that the
// object is handed to, no slot of another type, no field with a borrowed
// object in it.

#include "shape/life.h"
#include "shape/unit.h"

#include <string.h>

struct slots {
    struct shape s;
    const struct lives *l;
    const struct life_type *type;
    const struct life_touches *does[LIFE_ROLES]; // NULL: not seen, or nothing
};

static const char *type_name(const struct slots *s)
{
    return s->l->ir->globals[s->type->global].name;
}

static const struct ir_decl *slot_decl(const struct slots *s,
                                       enum life_role role)
{
    return &s->l->ir->decls[s->type->slots[role].decl];
}

static const char *record_name(const struct slots *s)
{
    return s->l->ir->records[s->type->record].name;
}

enum { NOTES_MOST = 4 };

struct report {
    enum rule rule;
    enum tier tier;
    const char *function; // "" = the table
    struct ir_pos pos;
    const char *object;
    const char *text;
    size_t nnotes;
    struct shape_note notes[NOTES_MOST];
};

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

static void say(struct slots *s, const struct report *r)
{
    const struct ir_unit *ir = s->l->ir;
    struct finding f = {.function = r->function,
                        .rule = r->rule,
                        .tier = r->tier,
                        .text = r->text,
                        .object = r->object,
                        .origin = type_name(s),
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

static void note(struct report *r, struct ir_pos pos, const char *text)
{
    if (r->nnotes < NOTES_MOST)
        r->notes[r->nnotes++] = (struct shape_note){pos, text};
}

static void note_slot(struct slots *s, struct report *r, enum life_role role)
{
    note(r, s->type->slots[role].pos,
         arena_printf(s->s.results, "'%s' of '%s' is set here",
                      slot_decl(s, role)->name, type_name(s)));
}

// A finding about the function in a slot.
static struct report about(struct slots *s, enum rule rule, enum tier tier,
                           enum life_role role)
{
    const struct ir_decl *d = slot_decl(s, role);

    return (struct report){.rule = rule,
                           .tier = tier,
                           .function = d->name,
                           .pos = d->fn ? s->l->ir->fns[d->fn - 1].pos : d->pos,
                           .object = type_name(s)};
}

// Flags

// Is all of its table in view? That of a type which another unit readies may
// get a base there.
static bool is_finished(const struct life_type *t)
{
    return t->is_ready || !t->is_shared || t->rule->heap;
}

static const char *finished_assumption(const struct life_type *t)
{
    return is_finished(t) ? ""
                          : ", assuming that no other file gives it a base";
}

static void check_flags(struct slots *s)
{
    const struct life_type *t = s->type;
    const struct life_slot *traverse = &t->slots[LIFE_TRAVERSE];
    bool has_gc = t->flags & t->rule->gc;
    struct report r = {.tier = TIER_CERTAIN,
                       .function = s->l->ir->globals[t->global].function,
                       .object = type_name(s)};

    if (!t->rule->gc || !t->has_flags || traverse->is_unknown)
        return;
    if (has_gc && !traverse->decl && !t->has_base) {
        r.rule = RULE_GC_FLAG_WITHOUT_TRAVERSE;
        r.tier = is_finished(t) ? TIER_CERTAIN : TIER_LIKELY;
        r.pos = s->l->ir->globals[t->global].pos;
        r.text = arena_printf(
            s->s.results,
            "'%s' has the flag of garbage collected types, but nothing that "
            "traverses its objects%s",
            type_name(s), finished_assumption(t));
        say(s, &r);
    } else if (!has_gc && traverse->decl) {
        r.rule = RULE_TRAVERSE_WITHOUT_GC_FLAG;
        r.pos = traverse->pos;
        r.text = arena_printf(
            s->s.results,
            "'%s' is never called: '%s' lacks the flag of garbage collected "
            "types",
            slot_decl(s, LIFE_TRAVERSE)->name, type_name(s));
        say(s, &r);
    }
}

// The end of an object

// Is all that a slot does with the fields of its own struct in view? What it
// calls of a base knows nothing of these.
static bool is_in_view(const struct slots *s, enum life_role role)
{
    const struct life_touches *t = s->does[role];

    return t && !t->is_opaque && !t->outside && !t->calls_other;
}

// Is all that it does in view, and done by this type alone?
static bool is_clear_cut(const struct slots *s, enum life_role role)
{
    return is_in_view(s, role) && !s->does[role]->calls_slot[role]
           && !s->does[role]->calls_base;
}

static bool mentions_own_table(const struct slots *s)
{
    const struct ir_fn *fn = &s->l->ir->fns[slot_decl(s, LIFE_DEALLOC)->fn - 1];

    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_GLOBAL
                && fn->blocks[n].ins[i].ref == s->type->global)
                return true;
    return false;
}

static bool calls_something(const struct slots *s)
{
    const struct ir_fn *fn = &s->l->ir->fns[slot_decl(s, LIFE_DEALLOC)->fn - 1];

    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_CALL)
                return true;
    return false;
}

// Can objects be made of a type that extends this one? What makes them is
// inherited, by types that are made at run time from all.
static bool has_subtypes(const struct life_type *t)
{
    const struct life_slot *make = &t->slots[LIFE_NEW];

    return t->has_flags && t->flags & t->rule->subtypes
           && (make->decl || make->is_unknown || t->rule->heap);
}

static void check_free(struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    const struct life_type *type = s->type;
    enum known gc = life_is_collected(type);
    struct report r =
        about(s, RULE_DEALLOC_FREE_MISMATCH, TIER_CERTAIN, LIFE_DEALLOC);

    if (!is_clear_cut(s, LIFE_DEALLOC) || type->rule->clears || t->is_kept)
        return;
    if (!t->frees) {
        if (t->may_free || !calls_something(s))
            return;
        r.text = arena_printf(s->s.results,
                              "'%s' never frees the memory of the object",
                              r.function);
    } else if (t->frees_by_slot || mentions_own_table(s)) {
        return;
    } else {
        bool as_collected = t->frees_life & LIFE_COLLECTED;

        if (gc == YES && !as_collected)
            r.text = arena_printf(
                s->s.results,
                "'%s' is garbage collected, but its memory is freed with '%s'",
                type_name(s), s->l->ir->decls[t->frees->ref].name);
        else if (gc == NO && as_collected)
            r.text = arena_printf(
                s->s.results,
                "'%s' is not garbage collected, but its memory is freed with "
                "'%s'",
                type_name(s), s->l->ir->decls[t->frees->ref].name);
        else if (gc == NO && has_subtypes(type))
            r.text = arena_printf(
                s->s.results,
                "'%s' can be subclassed, and objects of subclasses are not "
                "freed with '%s': call the free of their type",
                type_name(s), s->l->ir->decls[t->frees->ref].name);
        else
            return;
        r.pos = t->frees->at;
    }
    note_slot(s, &r, LIFE_DEALLOC);
    say(s, &r);
}

static void check_untrack(struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    struct report r =
        about(s, RULE_DEALLOC_UNTRACK,
              s->type->has_flags ? TIER_CERTAIN : TIER_LIKELY, LIFE_DEALLOC);

    if (!is_clear_cut(s, LIFE_DEALLOC) || !s->type->rule->gc
        || life_is_collected(s->type) != YES || !t->releases || !t->frees)
        return;
    r.pos = t->releases->at;
    r.text = arena_printf(
        s->s.results,
        "'%s' releases what the object owns while the "
        "collector still looks at it: untrack it first%s",
        r.function,
        s->type->has_flags ? "" : ", assuming that its type has the flag");
    note_slot(s, &r, LIFE_DEALLOC);
    say(s, &r);
}

// Objects also end while an error is on its way.
static void check_error(struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    struct report r =
        about(s, RULE_DEALLOC_LOSES_ERROR, TIER_AUDIT, LIFE_DEALLOC);

    if (!t || !t->runs || t->restores_error || t->outside)
        return;
    r.text = arena_printf(s->s.results,
                          "'%s' runs code that can set or clear an error, and "
                          "does not restore the one that was set before",
                          r.function);
    note(&r, t->runs->at, "such code is run here");
    note_slot(s, &r, LIFE_DEALLOC);
    say(s, &r);
}

static void check_heap(struct slots *s)
{
    const struct type_rule *rule = s->type->rule;
    const struct life_touches *dealloc = s->does[LIFE_DEALLOC];
    struct report r;

    if (!rule->heap || s->s.version < rule->heap_since)
        return;
    if (is_clear_cut(s, LIFE_DEALLOC) && !dealloc->releases_type
        && !dealloc->is_kept && dealloc->frees) {
        r = about(s, RULE_HEAP_TYPE_DECREF_TYPE, TIER_CERTAIN, LIFE_DEALLOC);
        r.text = arena_printf(s->s.results,
                              "'%s' does not release the object's reference "
                              "to its type, which is made at run time",
                              r.function);
        note_slot(s, &r, LIFE_DEALLOC);
        say(s, &r);
    }
    if (is_clear_cut(s, LIFE_TRAVERSE) && life_is_collected(s->type) == YES
        && !s->does[LIFE_TRAVERSE]->visits_type) {
        r = about(s, RULE_HEAP_TYPE_VISIT_TYPE, TIER_CERTAIN, LIFE_TRAVERSE);
        r.text = arena_printf(s->s.results,
                              "'%s' does not visit the object's type, which "
                              "is made at run time and owned by its objects",
                              r.function);
        note_slot(s, &r, LIFE_TRAVERSE);
        say(s, &r);
    }
}

// Fields

struct field {
    const char *name; // "self->x"
    const struct life_stores *stores;
    unsigned done[LIFE_ROLES]; // LIFE_...
    bool is_owned;             // all that is stored is
};

// Is anything stored there but NULL?
static bool is_used(const struct life_stores *s)
{
    return s->owned || s->unknown || s->borrowed || s->is_settable;
}

// Can a cycle lead through it, as far as is seen?
static bool may_refer_back(const struct field *f)
{
    const struct life_stores *s = f->stores;

    return s->made || s->given || s->is_settable || !is_used(s);
}

static void note_owned(struct report *r, const struct field *f)
{
    if (f->stores->is_settable)
        note(r, f->stores->settable_at, "other code can set it: it is owned");
    else if (f->stores->owned && f->stores->owned_in)
        note(r, f->stores->owned_at, "a reference of its own is stored here");
    else if (f->stores->is_replaced)
        note(r, f->stores->replaced_at, "what it holds is released here");
}

// The role whose function releases the fields at the end.
static enum life_role ending(const struct slots *s)
{
    return s->type->rule->clears ? LIFE_CLEAR : LIFE_DEALLOC;
}

// Nothing of the type's own is called at the end of an object.
static void check_no_dealloc(struct slots *s, const struct field *f)
{
    const struct life_slot *slot = &s->type->slots[ending(s)];
    const struct ir_global *table = &s->l->ir->globals[s->type->global];
    struct report r = {.rule = RULE_DEALLOC_MISSES_FIELD,
                       .tier =
                           is_finished(s->type) ? TIER_CERTAIN : TIER_LIKELY,
                       .function = table->function,
                       .pos = table->pos,
                       .object = f->name};

    if (slot->decl || slot->is_unknown || s->type->has_base || s->type->nends
        || s->type->rule->heap || !f->is_owned)
        return;
    r.text = arena_printf(s->s.results,
                          "nothing releases '%s': '%s' has no function for the "
                          "end of its objects%s",
                          f->name, type_name(s), finished_assumption(s->type));
    note_owned(&r, f);
    say(s, &r);
}

// How many fields of the object does its end release in view?
static int released_in_view(const struct slots *s)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    uint32_t first = s->l->first[s->type->record];
    int n = 0;

    for (uint32_t k = 0; k < s->l->ir->records[s->type->record].nfields; k++)
        n += (t->fields[first + k] & LIFE_RELEASES) != 0;
    return n;
}

// What it rests on that a field is not released: the one assumption, or "";
// NULL when it would rest on more. A dealloc that lists fields is expected to
// list them all, though it hands the object to another unit.
static const char *dealloc_assumption(struct slots *s, const struct field *f)
{
    enum { LIST_LEAST = 2 };
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    bool surely_owned = f->is_owned || f->done[LIFE_CLEAR] & LIFE_RELEASES;

    if (t->outside
        && (released_in_view(s) < LIST_LEAST
            || (!surely_owned && !f->stores->is_replaced)))
        return NULL;
    if (!surely_owned && f->stores->is_linked)
        return NULL;
    if (t->outside)
        return arena_printf(s->s.results, ", assuming that '%s' does not",
                            s->l->ir->decls[t->outside].name);
    return surely_owned ? ""
                        : ", assuming that all that is stored there is owned";
}

static void check_dealloc_field(struct slots *s, const struct field *f)
{
    const struct life_touches *t = s->does[LIFE_DEALLOC];
    bool by_slots = f->done[LIFE_CLEAR] & LIFE_RELEASES;
    const char *assumption;
    struct report r;

    if (!t || t->is_opaque || t->calls_other || t->is_kept
        || f->done[LIFE_DEALLOC] & LIFE_LETS_GO || f->stores->borrowed
        || f->stores->is_let_go
        || !(f->is_owned || by_slots || f->stores->owned
             || f->stores->is_replaced))
        return;
    assumption = dealloc_assumption(s, f);
    if (!assumption)
        return;
    r = about(s, RULE_DEALLOC_MISSES_FIELD,
              *assumption ? TIER_LIKELY : TIER_CERTAIN, ending(s));
    r.object = f->name;
    r.text = arena_printf(s->s.results, "'%s' does not release '%s'%s",
                          r.function, f->name, assumption);
    note_owned(&r, f);
    if (by_slots)
        note_slot(s, &r, LIFE_CLEAR);
    note_slot(s, &r, ending(s));
    say(s, &r);
}

static bool is_released(const struct field *f)
{
    return (f->done[LIFE_DEALLOC] | f->done[LIFE_CLEAR]) & LIFE_RELEASES;
}

static void check_traverse_field(struct slots *s, const struct field *f)
{
    struct report r;

    if (!is_in_view(s, LIFE_TRAVERSE) || life_is_collected(s->type) != YES
        || f->done[LIFE_TRAVERSE] & LIFE_VISITS || f->stores->is_hidden
        || !(is_released(f) || f->is_owned
             || (f->stores->is_replaced && !f->stores->borrowed)))
        return;
    r = about(s, RULE_TRAVERSE_MISSES_FIELD,
              may_refer_back(f) ? TIER_LIKELY : TIER_AUDIT, LIFE_TRAVERSE);
    r.object = f->name;
    r.text = arena_printf(
        s->s.results, "'%s' does not visit '%s'%s", r.function, f->name,
        r.tier == TIER_AUDIT ? ""
                             : ", assuming that what it holds can refer "
                               "back");
    note_owned(&r, f);
    note_slot(s, &r, LIFE_TRAVERSE);
    say(s, &r);
}

static void check_clear_field(struct slots *s, const struct field *f)
{
    struct report r;

    if (!is_in_view(s, LIFE_CLEAR) || s->type->rule->clears
        || f->done[LIFE_CLEAR] & LIFE_LETS_GO
        || !(f->done[LIFE_TRAVERSE] & LIFE_VISITS)
        || !(is_released(f) || f->is_owned))
        return;
    r = about(s, RULE_CLEAR_MISSES_FIELD,
              f->stores->given || f->stores->is_settable ? TIER_LIKELY
                                                         : TIER_AUDIT,
              LIFE_CLEAR);
    r.object = f->name;
    r.text = arena_printf(
        s->s.results, "'%s' does not clear '%s', which is visited%s",
        r.function, f->name,
        r.tier == TIER_AUDIT ? ""
                             : ", assuming that a cycle can lead through it "
                               "alone");
    note_owned(&r, f);
    note_slot(s, &r, LIFE_CLEAR);
    say(s, &r);
}

static void check_fields(struct slots *s)
{
    const struct lives *l = s->l;
    const struct ir_record *record = &l->ir->records[s->type->record];

    for (uint32_t k = 0; k < record->nfields; k++) {
        const struct field_rule *rule =
            rules_field(l->rules, record->name, record->fields[k].name);
        uint32_t number = l->first[s->type->record] + k;
        const struct life_stores *stores = &l->stores[number];
        struct field f = {.name = arena_printf(s->s.results, "%s.%s",
                                               record_name(s),
                                               record->fields[k].name),
                          .stores = stores,
                          .is_owned = (stores->owned || stores->is_settable)
                                      && !stores->borrowed && !stores->unknown};

        if (!life_is_counted(l, s->type->record, k) || (rule && !rule->owned)
            || (l->facts && !is_used(stores)))
            continue;
        for (int r = 0; r < LIFE_ROLES; r++)
            f.done[r] = s->does[r] ? s->does[r]->fields[number] : 0;
        check_no_dealloc(s, &f);
        check_dealloc_field(s, &f);
        check_traverse_field(s, &f);
        check_clear_field(s, &f);
    }
}

// What a base owns

static const struct life_type *base_of(const struct slots *s)
{
    for (size_t i = 0; s->type->base && i < s->l->ntypes; i++)
        if (s->l->types[i].global == s->type->base)
            return &s->l->types[i];
    return NULL;
}

// A field of the base that its own function does something with, and that of
// this type does not; -1 when there is none.
static int64_t missed_of_base(const struct slots *s,
                              const struct life_type *base, enum life_role role,
                              unsigned how)
{
    const struct life_touches *t = life_touches_of(s->l, base, role);
    uint32_t first = s->l->first[base->record];
    unsigned counts = how == LIFE_RELEASES ? LIFE_LETS_GO : how;

    for (uint32_t k = 0; t && k < s->l->ir->records[base->record].nfields; k++)
        if (t->fields[first + k] & how
            && !(s->does[role]->fields[first + k] & counts))
            return k;
    return -1;
}

static void check_base(struct slots *s)
{
    static const struct {
        enum life_role role;
        unsigned how;
        enum rule rule;
        const char *verb;
    } rows[] = {
        {LIFE_DEALLOC, LIFE_RELEASES, RULE_DEALLOC_MISSES_FIELD, "release"},
        {LIFE_TRAVERSE, LIFE_VISITS, RULE_TRAVERSE_MISSES_FIELD, "visit"},
        {LIFE_CLEAR, LIFE_RELEASES, RULE_CLEAR_MISSES_FIELD, "clear"},
    };
    const struct life_type *base = base_of(s);

    for (size_t i = 0; base && i < sizeof(rows) / sizeof(*rows); i++) {
        enum life_role role = rows[i].role;
        struct report r;
        int64_t k;

        if (!is_clear_cut(s, role) || !base->record
            || base->record == s->type->record
            || (role != LIFE_DEALLOC && life_is_collected(s->type) != YES))
            continue;
        k = missed_of_base(s, base, role, rows[i].how);
        if (k < 0)
            continue;
        r = about(s, rows[i].rule, TIER_CERTAIN, role);
        r.object = arena_printf(s->s.results, "%s.%s",
                                s->l->ir->records[base->record].name,
                                s->l->ir->records[base->record].fields[k].name);
        r.text = arena_printf(s->s.results,
                              "'%s' does not %s '%s': call '%s' of the base",
                              r.function, rows[i].verb, r.object,
                              s->l->ir->decls[base->slots[role].decl].name);
        note(&r, base->slots[role].pos, "the base's own is set here");
        note_slot(s, &r, role);
        say(s, &r);
    }
}

// A clear that runs code while the field is still set

static const struct ir_ins *field_loaded(const struct ir_block *b,
                                         uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    m = m && m->op == IR_LOAD ? ir_maker(b, m->a) : NULL;
    return m && m->op == IR_FIELD ? m : NULL;
}

static void check_order_at(struct slots *s, const struct ir_block *b,
                           const struct ir_ins *call)
{
    const struct contract *c = life_contract(s->l, b, call, NULL);
    struct report r;

    for (uint32_t k = 0; c && k < call->nargs; k++) {
        const struct ir_ins *f = field_loaded(b, call->args[k]);

        // One that stays so is another matter: it dangles.
        if (!f || f->ref != s->type->record
            || !(s->does[LIFE_CLEAR]->fields[s->l->first[f->ref] + f->imm]
                 & LIFE_SETS)
            || contract_arg(c, (int)k).kind != EFFECT_DECREF
            || !(c->traits & TRAIT_RUNS_CODE))
            continue;
        r = about(s, RULE_DECREF_BEFORE_NULL, TIER_LIKELY, LIFE_CLEAR);
        r.pos = call->at;
        r.object = arena_printf(s->s.results, "%s.%s", record_name(s),
                                s->l->ir->records[f->ref].fields[f->imm].name);
        r.text = arena_printf(
            s->s.results,
            "'%s' releases '%s' while the field still points to it, assuming "
            "that code which this runs looks there: set it to NULL first",
            r.function, r.object);
        note_slot(s, &r, LIFE_CLEAR);
        say(s, &r);
    }
}

static void check_order(struct slots *s)
{
    uint32_t n = slot_decl(s, LIFE_CLEAR)->fn;
    const struct ir_fn *fn;

    if (!s->does[LIFE_CLEAR] || !n)
        return;
    fn = &s->l->ir->fns[n - 1];
    for (n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
            if (fn->blocks[n].ins[i].op == IR_CALL)
                check_order_at(s, &fn->blocks[n], &fn->blocks[n].ins[i]);
}

static void check_type(struct slots *s)
{
    for (int r = 0; r < LIFE_ROLES; r++)
        s->does[r] = r <= LIFE_TRAVERSE
                         ? life_touches_of(s->l, s->type, (enum life_role)r)
                         : NULL;
    if (s->type->rule->clears)
        s->does[LIFE_DEALLOC] = s->does[LIFE_CLEAR];
    check_flags(s);
    check_free(s);
    check_untrack(s);
    check_error(s);
    check_heap(s);
    if (s->type->record)
        check_fields(s);
    check_base(s);
    check_order(s);
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
