// effects.c - what a call does to its arguments.
//
// in     the contract, the values of the arguments, one outcome
// out    references increfed, released, taken over or kept; what out
//        arguments point to is written; memory the callee may have written
//        is not known any more

#include "flow/call.h"

#include <string.h>

// The text of a literal that a value is the address of; NULL when it is none.
const char *call_literal(const struct engine *e, struct value v)
{
    const struct sym *y = &e->syms.syms[v.sym];
    const struct loc *l;
    const struct ir_ins *ins;

    if (!v.sym || y->kind != SYM_ADDR)
        return NULL;
    l = &e->syms.locs[y->loc];
    if (l->kind != LOC_STRING)
        return NULL;
    ins = engine_ins(e, l->ref);
    return ins ? ins->text : NULL;
}

// Effects of the variable arguments, as the format string says. What it does
// not say (not a literal, an unknown unit) may be anything.
static void read_format(struct engine *e, struct call *k, uint32_t at)
{
    const struct grammar *g =
        rules_grammar(e->u->rules, k->effects[at].grammar);
    const char *pos = call_literal(e, k->args[at]);
    uint32_t n = (uint32_t)k->c->nargs;
    const struct format_unit *unit;
    bool optional = false;
    uint32_t done = n; // arguments of units behind which the call can fail

    for (uint32_t i = n; i < k->nargs; i++)
        k->effects[i] =
            (struct effect){.kind = EFFECT_ESCAPE, .maybe_null = true};
    while (g && pos && (unit = grammar_next(g, &pos, &optional)) != NULL) {
        if (!unit->text[0])
            return;
        for (; !unit->takes_all && done < n; done++)
            k->fails_behind[done] = true;
        for (int a = 0; a < unit->nargs && n < k->nargs; a++) {
            k->effects[n] = unit->args[a];
            k->optional[n++] = optional;
        }
    }
}

void call_effects(struct engine *e, struct call *k)
{
    k->effects = arena_array(e->scratch, struct effect, k->nargs + 1);
    k->optional = arena_array(e->scratch, bool, k->nargs + 1);
    k->fails_behind = arena_array(e->scratch, bool, k->nargs + 1);
    for (uint32_t i = 0; i < k->nargs; i++)
        k->effects[i] = contract_arg(k->c, (int)i);
    for (uint32_t i = 0;
         k->c->by_format && i < (uint32_t)k->c->nargs && i < k->nargs; i++)
        if (k->effects[i].kind == EFFECT_FORMAT)
            read_format(e, k, i);
}

void null_used(struct engine *e, struct run *r, uint32_t temp)
{
    struct ref ref = {.name = loaded_from(e, r, temp)};
    const struct event *null;

    if (r->st->blind) {
        r->dead = true; // it ended, most likely, where we could not see it
        return;
    }
    if (!ref.name || loc_is_shared(&e->syms, ref.name))
        return;
    null = null_since(e, r->st, ref.name);
    ref.sym = null ? null->sym : 0;
    report(e, r, RULE_NULL_USE, &ref,
           arena_printf(e->results,
                        null && engine_ins(e, null->site)
                            ? "'%s' can be NULL here and is used without a test"
                            : "'%s' is NULL here and must not be",
                        object_name(e, r->st, &ref)));
    r->dead = true;
}

// NULL (surely, or as far as anybody tested) where the callee cannot take it.
void call_check_null(struct engine *e, struct run *r, const struct call *k,
                     uint32_t i)
{
    struct value v = k->args[i];
    enum effect_kind kind = k->effects[i].kind;

    if (k->effects[i].maybe_null
        || (kind != EFFECT_BORROW && kind != EFFECT_KEEP && kind != EFFECT_STEAL
            && kind != EFFECT_STEAL_OK && kind != EFFECT_INCREF
            && kind != EFFECT_DECREF && kind != EFFECT_FREE))
        return;
    if (v.sym) {
        const struct ref *known = ref_find(r->st, v.sym);

        if (known && known->flags & REF_MAYBE)
            touch_pointer(e, r, v);
        else
            know_nonnull(e, r, v);
        return;
    }
    if (v.num != 0 || kind == EFFECT_FREE)
        return;
    null_used(e, r, k->ins->args[i]);
}

// The field of that name in a place; 0 when it is no struct that we know.
static uint32_t field_of(struct engine *e, uint32_t place, const char *name)
{
    uint32_t type = place ? place_type(e, place) : 0;
    const struct ir_type *t = &e->ir->types[type];

    for (uint32_t f = 0; type && t->kind == IR_TYPE_RECORD
                         && f < e->ir->records[t->record].nfields;
         f++)
        if (strcmp(e->ir->records[t->record].fields[f].name, name) == 0)
            return loc_field(&e->syms, place, t->record, f);
    return 0;
}

// The place that an effect through pointer i is about; 0 for nowhere.
static uint32_t target_of(struct engine *e, const struct call *k, uint32_t i,
                          const struct effect *f)
{
    uint32_t place = k->args[i].sym ? place_of(e, k->args[i]) : 0;

    return f->at ? field_of(e, place, f->at) : place;
}

// A struct is filled, with a reference in one of its fields.
static void fill_struct(struct engine *e, struct run *r, const struct call *k,
                        uint32_t i, const struct effect *f)
{
    uint32_t place = k->args[i].sym ? place_of(e, k->args[i]) : 0;
    uint32_t with = f->with ? field_of(e, place, f->with) : 0;

    invalidate_plain(e, r, k->args[i]);
    if (with)
        assume_nonnull(e, r, load(e, r, with, place_type(e, with)));
}

// What the contract says of a reference that an argument receives.
static unsigned out_flags(const struct call *k, const struct effect *f)
{
    return (f->out_maybe_null ? REF_MAYBE : 0)
           | (k->c->traits & TRAIT_MISUSE ? REF_MISUSE : 0)
           | (k->c->traits & TRAIT_SHARED ? REF_SHARED : 0)
           | (k->c->traits & TRAIT_MUTABLE ? REF_MUTABLE : 0)
           | (k->c->traits & TRAIT_EXPOSED ? REF_EXPOSED : 0)
           | (f->ctype == CTYPE_TEXT ? REF_PLAIN : 0)
           | (k->left ? REF_LEFT : 0);
}

// A body that was seen says of the first place alone what it does there: when
// that is the first of an array, the others may be written as well.
static void write_others(struct engine *e, struct run *r, const struct call *k,
                         uint32_t i, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    uint32_t type = loc ? place_type(e, loc) : 0;

    if (k->c->inferred
        && (l->kind == LOC_ELEM
            || (type && e->ir->types[type].kind == IR_TYPE_ARRAY)))
        invalidate(e, r, k->args[i], false);
}

// What an out argument points to receives a value.
static void write_out(struct engine *e, struct run *r, const struct call *k,
                      uint32_t i, const struct effect *f)
{
    uint32_t loc = target_of(e, k, i, f);
    struct binding *b;
    struct value before;
    uint32_t type;
    unsigned flags = out_flags(k, f);
    uint32_t sym;

    write_others(e, r, k, i, loc);
    b = loc ? state_find(r->st, loc) : NULL;
    before = b ? b->v : value_int(0);
    type = b && b->v.sym ? e->syms.syms[b->v.sym].type : 0;
    if (f->at)
        fill_struct(e, r, k, i, f);
    if (!loc)
        return;
    if (f->if_null && truth_of(e, r->st, load(e, r, loc, 0)) != 0) {
        invalidate(e, r, k->args[i], false);
        return;
    }
    if (f->at)
        type = place_type(e, loc);
    sym = run_fresh(e, r, i + 1, type);
    if (f->out == EFFECT_NULL) {
        store(e, r, loc, k->supposed ? value_sym(sym) : value_int(0), 0);
        return;
    }
    if (f->out == EFFECT_NEW) {
        track_new(e, r, sym, flags)->weak = call_weak(k);
    } else if (f->out == EFFECT_BORROWED || f->out == EFFECT_INTERIOR) {
        struct ref *ref = track_borrowed(
            e, r, sym, call_argument(k, f->out_of),
            (f->out == EFFECT_INTERIOR ? REF_INTERIOR : 0) | flags);

        // Borrowed from an argument of ours: our caller keeps it.
        if (ref->lender == LENT_SYSTEM)
            ref->lender = LENT_PARAM;
    }
    if (k->optional[i]) {
        // Written or not: then it may still be what it was.
        struct ref old = {0};

        if (f->at)
            track_escape(e, r, sym);

        if (before.sym)
            old = ref_of(e, r->st, before.sym);
        if (before.sym && (old.held > 0 || old.flags & REF_ESCAPED)) {
            track_escape(e, r, sym);
            track_escape(e, r, before.sym);
        }
        if (ref_find(r->st, sym))
            ref_find(r->st, sym)->flags |= REF_MISUSE;
    } else if (!f->out_maybe_null && f->out != EFFECT_PLAIN) {
        assume_nonnull(e, r, value_sym(sym));
    }
    store(e, r, loc, value_sym(sym), 0);
}

static void replace_inout(struct engine *e, struct run *r, const struct call *k,
                          uint32_t i, const struct effect *f)
{
    uint32_t loc = k->args[i].sym ? place_of(e, k->args[i]) : 0;
    struct value old;
    struct ref *made;
    uint32_t sym;

    if (!loc)
        return;
    write_others(e, r, k, i, loc);
    old = load(e, r, loc, 0);
    if (old.sym)
        track_event(e, r, old.sym, OWN_DECREF, value_int(0));
    state_bind(&e->pool, r->st, loc, value_int(0));
    if (f->out == EFFECT_ALIAS)
        store(e, r, loc, call_argument(k, f->out_of), 0);
    if (f->out == EFFECT_PLAIN)
        state_bind(&e->pool, r->st, loc,
                   value_sym(run_fresh(e, r, i + 1, place_type(e, loc))));
    if (f->out != EFFECT_NEW)
        return;
    sym = run_fresh(e, r, i + 1, old.sym ? e->syms.syms[old.sym].type : 0);
    made = track_new(e, r, sym, out_flags(k, f));
    // A body that was seen may as well have left alone what was there.
    if (k->c->inferred)
        made->flags &= ~(unsigned)REF_FRESH;
    if (!f->out_maybe_null)
        assume_nonnull(e, r, value_sym(sym));
    store(e, r, loc, value_sym(sym), 0);
}

static void clear_place(struct engine *e, struct run *r, const struct call *k,
                        uint32_t i, const struct effect *f)
{
    uint32_t loc = target_of(e, k, i, f);
    struct value old;

    if (!loc)
        return;
    old = load(e, r, loc, 0);
    if (old.sym)
        track_event(e, r, old.sym, OWN_DECREF, value_int(0));
    store(e, r, loc, value_int(0), old.sym ? e->syms.syms[old.sym].type : 0);
}

static void copy_memory(struct engine *e, struct run *r, const struct call *k,
                        uint32_t from)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->effects[i].kind == EFFECT_COPY_TO && k->args[i].sym
            && k->args[from].sym)
            copy_object(e, r, place_of(e, k->args[i]),
                        place_of(e, k->args[from]), 0);
}

static bool copies(const struct call *k)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->effects[i].kind == EFFECT_COPY_FROM)
            return true;
    return false;
}

// What a converter writes each time that it succeeds (its result is not 0);
// false when that differs, or when it may not write.
static bool converted(const struct contract *c, struct effect *ret)
{
    bool any = false;

    for (int n = 0; n < c->noutcomes; n++) {
        const struct outcome *o = &c->outcomes[n];
        struct effect f = contract_arg_in(c, o, 1);

        if (o->fails
            || (o->cond.kind == COND_RANGE && o->cond.lo == 0
                && o->cond.hi == 0))
            continue;
        if (f.kind != EFFECT_OUT
            || (any
                && (f.out != ret->out
                    || f.out_maybe_null != ret->out_maybe_null)))
            return false;
        *ret = f;
        any = true;
    }
    return any;
}

static const struct contract *converter(const struct engine *e,
                                        const struct call *k, uint32_t i)
{
    const struct sym *fn = &e->syms.syms[k->args[i].sym];

    return k->args[i].sym && fn->kind == SYM_FN ? e->u->contracts[fn->site]
                                                : NULL;
}

// Does a converter perhaps return what says that it can be undone?
static bool can_be_undone(const struct contract *c, int64_t undone)
{
    for (int n = 0; n < c->noutcomes; n++) {
        const struct cond *cond = &c->outcomes[n].cond;

        if (cond->kind != COND_RANGE
            || (cond->lo <= undone && undone <= cond->hi))
            return true;
    }
    return false;
}

// The call has failed, perhaps behind the converter: then what this one made is
// there, in a variable that held nothing before.
static void leave_converted(struct engine *e, struct run *r,
                            const struct call *k, uint32_t i)
{
    const struct contract *c = converter(e, k, i);
    uint32_t loc = i + 1 < k->nargs && k->args[i + 1].sym
                       ? place_of(e, k->args[i + 1])
                       : 0;
    const struct binding *b = loc ? state_find(r->st, loc) : NULL;
    struct call left = *k;
    struct effect f;

    if (!k->fails_behind[i] || !loc || (b && truth_of(e, r->st, b->v) != 0)
        || !c || !converted(c, &f) || f.out != EFFECT_NEW
        || can_be_undone(c, k->effects[i].undone))
        return;
    f.out_maybe_null = true;
    left.left = true;
    write_out(e, r, &left, i + 1, &f);
}

// A converter fills what the next argument points to, by its own contract.
static void convert_argument(struct engine *e, struct run *r,
                             const struct call *k, uint32_t i)
{
    const struct contract *c = converter(e, k, i);
    struct effect f;

    if (i + 1 >= k->nargs)
        return;
    if (c && converted(c, &f)) {
        f.out_of = 0; // an argument of the converter, not of this call
        write_out(e, r, k, i + 1, &f);
        return;
    }
    invalidate(e, r, k->args[i + 1], false);
}

// Is it the address of a variable of the function, or of a part of one?
static bool in_variable(const struct engine *e, struct value v)
{
    const struct sym *y = &e->syms.syms[v.sym];

    return v.sym && y->kind == SYM_ADDR && !loc_is_shared(&e->syms, y->loc);
}

// A pointer that is not counted: its target may be written.
static void plain_argument(struct engine *e, struct run *r,
                           const struct call *k, uint32_t i)
{
    struct value v = k->args[i];
    bool project = k->c->inferred || k->c->weak;

    if (!v.sym)
        return;
    if (project)
        invalidate(e, r, v, false);
    else if (!ref_find(r->st, v.sym))
        invalidate_plain(e, r, v);
}

void call_increfs(struct engine *e, struct run *r, const struct call *k,
                  uint32_t sym)
{
    bool first = k->c->traits & TRAIT_FRESH && !k->c->inferred;
    struct ref *ref = sym ? ref_find(r->st, sym) : NULL;

    if (!sym || (first && ref && ref->flags & REF_FRESH && ref->held == 1))
        return;
    track_event(e, r, sym, OWN_INCREF, value_int(0));
    ref = ref_find(r->st, sym);
    if (ref && first)
        ref->flags |= REF_FRESH;
}

// The callee holds it as well from here on: what takes it is in the trail. In
// the result it is once that is there.
static void note_kept(struct engine *e, struct run *r, uint32_t sym, int of,
                      struct value keeper)
{
    if (of != IN_RESULT)
        event_add(e, r->st, EVENT_KEPT, sym, engine_site(e, r), keeper.sym);
}

void call_kept(struct engine *e, struct run *r, const struct call *k,
               uint32_t result)
{
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->effects[i].of == IN_RESULT && k->args[i].sym)
            event_add(e, r->st, EVENT_KEPT, k->args[i].sym, engine_site(e, r),
                      result);
}

// Code ran that has an object of ours at hand, which nobody else knew.
static void note_seen(struct engine *e, struct run *r, const struct call *k)
{
    bool runs =
        k->c->traits & TRAIT_RUNS_CODE && !(k->c->traits & TRAIT_SELDOM);

    for (uint32_t i = 0; i < k->nargs; i++) {
        const struct ref *ref =
            k->args[i].sym ? ref_find(r->st, k->args[i].sym) : NULL;

        if (!ref || !(ref->flags & REF_MADE)
            || k->effects[i].kind != EFFECT_BORROW)
            continue;
        if (runs || k->c->weak
            || k->c->traits & (TRAIT_DROPS_ITEM | TRAIT_DROPS_ALL))
            event_add(e, r->st, EVENT_SEEN, ref->sym, engine_site(e, r), 0);
    }
}

// Does the call put something into a container and leave alone what stood
// there?
static bool leaves_old_item(const struct call *k, const struct effect *f)
{
    return f->of == 1 && k->c->noutcomes == 1 && !k->c->inferred
           && k->nargs == 3;
}

// Anything may happen to it, but a body that was seen comes back with it: NULL
// is NULL still.
static void let_escape(struct engine *e, struct run *r, const struct call *k,
                       struct value v)
{
    const struct ref *ref = v.sym ? ref_find(r->st, v.sym) : NULL;
    bool nullable = ref && ref->flags & REF_MAYBE
                    && (k->c->inferred || ref->flags & REF_NULLABLE);

    invalidate(e, r, v, true);
    if (nullable)
        ref_find(r->st, v.sym)->flags |= REF_NULLABLE;
}

static void apply_effect(struct engine *e, struct run *r, const struct call *k,
                         uint32_t i, struct effect f)
{
    struct value v = k->args[i];
    struct value taker = call_argument(k, f.of);
    struct ref *ref;

    switch (f.kind) {
    case EFFECT_BORROW:
    case EFFECT_KEEP:
        if (!v.sym)
            break;
        if (f.kind == EFFECT_KEEP) {
            // Whether a body that was seen lets go of it together with its
            // own argument, is not known.
            track_keep(e, r, v.sym, k->c->inferred ? value_int(0) : taker);
            note_kept(e, r, v.sym, f.of, taker);
            stale_stored(r, k, v.sym, taker);
        }
        ref = ref_find(r->st, v.sym);
        if (ref && call_weak(k) && ref->held > 0 && !(ref->flags & REF_ESCAPED))
            ref->weak = k->decl;
        if (k->c->inferred || k->c->weak)
            invalidate(e, r, v, false);
        break;
    case EFFECT_STEAL:
        // A variable that is filled with what objects of its type own need not
        // own it: nothing will release it as part of the variable.
        if (v.sym && k->c->inferred && in_variable(e, taker)) {
            track_escape(e, r, v.sym);
            break;
        }
        if (v.sym && leaves_old_item(k, &f)) {
            if (lent_put_back(e, r, v.sym, taker, call_argument(k, 2)))
                break;
            track_event(e, r, v.sym, OWN_STEAL, taker);
            lent_put_in(r, v.sym, taker, call_argument(k, 2));
        } else if (v.sym) {
            track_event(e, r, v.sym, OWN_STEAL, taker);
        }
        ref = v.sym && k->c->inferred ? ref_find(r->st, v.sym) : NULL;
        if (ref && ref->lender == LENT_GIVEN && ref->owner == taker.sym)
            ref->owner = 0; // as above
        if (v.sym)
            stale_stored(r, k, v.sym, taker);
        break;
    case EFFECT_INCREF:
        call_increfs(e, r, k, v.sym);
        break;
    case EFFECT_DECREF:
        if (v.sym) {
            track_event(e, r, v.sym, OWN_DECREF, value_int(0));
            dangle_released(e, r, v.sym);
        }
        break;
    case EFFECT_FREE:
        if (v.sym)
            track_free(e, r, v.sym);
        break;
    case EFFECT_OUT:
        write_out(e, r, k, i, &f);
        break;
    case EFFECT_INOUT:
        replace_inout(e, r, k, i, &f);
        break;
    case EFFECT_CLEAR:
        clear_place(e, r, k, i, &f);
        break;
    case EFFECT_COPY_TO:
        if (!copies(k))
            invalidate(e, r, v, false);
        break;
    case EFFECT_COPY_FROM:
        copy_memory(e, r, k, i);
        break;
    case EFFECT_CONVERT:
        convert_argument(e, r, k, i);
        break;
    case EFFECT_ESCAPE:
        let_escape(e, r, k, v);
        break;
    case EFFECT_ABSENT:
        if (!assume_range(e, r, v, 0, 0))
            r->dead = true;
        break;
    case EFFECT_PLAIN:
        plain_argument(e, r, k, i);
        break;
    default:
        break;
    }
}

static bool is_read(enum effect_kind kind)
{
    return kind == EFFECT_PLAIN || kind == EFFECT_BORROW || kind == EFFECT_KEEP
           || kind == EFFECT_COPY_TO || kind == EFFECT_COPY_FROM;
}

// Filled by the converter before it: not an argument of its own.
static bool is_converted(const struct call *k, uint32_t i)
{
    return i > 0 && k->effects[i - 1].kind == EFFECT_CONVERT;
}

void call_apply(struct engine *e, struct run *r, const struct call *k,
                const struct outcome *o)
{
    // An argument may be read by the callee before another is consumed.
    for (uint32_t i = 0; i < k->nargs; i++) {
        r->operand = k->ins->args[i];
        if (is_read(k->effects[i].kind))
            use_pointer(e, r, k->args[i]);
    }
    for (uint32_t i = 0; i < k->nargs; i++) {
        struct effect f = k->effects[i];

        if (o && i < (uint32_t)k->c->nargs)
            f = contract_arg_in(k->c, o, (int)i);
        else if (o && o->fails && f.kind == EFFECT_OUT)
            f.kind = EFFECT_PLAIN;
        if (is_converted(k, i))
            continue;
        r->operand = k->ins->args[i];
        if (o && o->fails && f.kind == EFFECT_CONVERT)
            leave_converted(e, r, k, i);
        else
            apply_effect(e, r, k, i, f);
    }
    r->operand = 0;
    note_seen(e, r, k);
    fill_apply(e, r, k);
    stale_apply(e, r, k, o && o->fails);
    if (k->c->inferred || k->c->weak)
        invalidate_globals(e, r);
}
