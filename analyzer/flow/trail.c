// trail.c - from events on a path to a finding that a person can follow.
//
// in     the events of a path, newest first, and the object it is about
// out    a finding whose trail says where the reference came from, what
//        changed its count, what was assumed on the way, and where it ends

#include "flow/engine.h"

#include "base/buf.h"

#include <string.h>

enum { STEPS_MOST = 24 };

uint32_t engine_site(const struct engine *e, const struct run *r)
{
    return e->first_site[r->block] + r->at;
}

// The instruction of a site; NULL when it is the end of a block.
const struct ir_ins *engine_ins(const struct engine *e, uint32_t site)
{
    uint32_t block = e->site_block[site];
    uint32_t i = site - e->first_site[block];

    return i < e->fn->blocks[block].nins ? &e->fn->blocks[block].ins[i] : NULL;
}

struct ir_pos engine_pos(const struct engine *e, uint32_t site)
{
    const struct ir_ins *ins = engine_ins(e, site);

    return ins ? ins->at : e->fn->blocks[e->site_block[site]].at;
}

void event_add(struct engine *e, struct state *s, enum event_kind kind,
               uint32_t sym, uint32_t site, uint32_t aux)
{
    struct event *v = arena_new(e->scratch, struct event);

    *v = (struct event){s->trail, kind, sym, site, aux};
    s->trail = v;
}

static const char *callee_name(const struct engine *e,
                               const struct ir_ins *call)
{
    return call && call->op == IR_CALL && call->ref
               ? e->ir->decls[call->ref].name
               : "";
}

static void name_place(struct engine *e, const struct state *s, struct buf *b,
                       uint32_t loc);

uint32_t variable_of(const struct engine *e, const struct state *s,
                     uint32_t sym)
{
    for (uint32_t i = 0; s && i < s->nstore; i++) {
        const struct loc *l = &e->syms.locs[s->store[i].loc];

        if (s->store[i].v.sym == sym && l->kind == LOC_LOCAL
            && !e->fn->locals[l->ref].is_hidden)
            return s->store[i].loc;
    }
    return 0;
}

static void name_pointer(struct engine *e, const struct state *s, struct buf *b,
                         uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct ir_ins *call;
    uint32_t variable = variable_of(e, s, sym);

    if (variable) {
        name_place(e, s, b, variable);
        return;
    }
    switch (y->kind) {
    case SYM_INIT:
    case SYM_AFTER:
    case SYM_JOIN:
        name_place(e, s, b, y->loc);
        return;
    case SYM_ADDR:
        buf_str(b, "&");
        name_place(e, s, b, y->loc);
        return;
    case SYM_SITE:
        call = engine_ins(e, y->site);
        buf_str(b, callee_name(e, call)[0] ? callee_name(e, call) : "?");
        return;
    case SYM_PURE:
        buf_str(b, e->ir->decls[y->site].name);
        return;
    default:
        buf_str(b, "?");
    }
}

// The variable that an index was read from; nothing for a computed one.
static void name_index(struct engine *e, const struct state *s, struct buf *b,
                       uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    uint32_t variable = variable_of(e, s, sym);

    if (!variable && (y->kind == SYM_INIT || y->kind == SYM_JOIN)
        && e->syms.locs[y->loc].kind == LOC_LOCAL)
        variable = y->loc;
    if (variable)
        name_place(e, s, b, variable);
}

// Items inside of an object of the API, in an array or behind a pointer.
static bool is_item_field(const struct engine *e, const struct loc *l,
                          enum ir_type_kind kind)
{
    const struct ir_record *rec;
    const struct ir_field *field;

    if (l->kind != LOC_FIELD || e->syms.locs[l->base].kind != LOC_DEREF)
        return false;
    rec = &e->ir->records[l->ref];
    field = &rec->fields[l->field];
    return field->type && e->ir->types[field->type].kind == kind
           && rules_field(e->u->rules, rec->name, field->name);
}

// The object whose items a pointer leads to; 0 when it is another pointer.
static uint32_t items_of(const struct engine *e, uint32_t pointer)
{
    const struct sym *y = &e->syms.syms[pointer];
    const struct loc *l = &e->syms.locs[y->loc];

    if ((y->kind != SYM_INIT && y->kind != SYM_AFTER)
        || !is_item_field(e, l, IR_TYPE_POINTER))
        return 0;
    return e->syms.locs[l->base].ref;
}

static void name_part(struct engine *e, const struct state *s, struct buf *b,
                      uint32_t n, bool item)
{
    const struct loc l = e->syms.locs[n];

    switch (l.kind) {
    case LOC_LOCAL:
        buf_str(b, e->fn->locals[l.ref].name);
        break;
    case LOC_GLOBAL:
        buf_str(b, e->u->globals[l.ref] && e->u->globals[l.ref]->shown[0]
                       ? e->u->globals[l.ref]->shown
                       : e->ir->globals[l.ref].name);
        break;
    case LOC_DEREF:
        if (items_of(e, l.ref)) {
            name_pointer(e, s, b, items_of(e, l.ref));
            buf_str(b, item ? "" : "[0]");
            break;
        }
        buf_str(b, "*");
        name_pointer(e, s, b, l.ref);
        break;
    case LOC_FIELD:
        if (is_item_field(e, &l, IR_TYPE_ARRAY)) {
            // The items of an object are known by their index alone.
            name_pointer(e, s, b, e->syms.locs[l.base].ref);
            buf_str(b, item ? "" : "[0]");
            break;
        }
        if (e->syms.locs[l.base].kind == LOC_DEREF) {
            name_pointer(e, s, b, e->syms.locs[l.base].ref);
            buf_str(b, "->");
        } else {
            name_place(e, s, b, l.base);
            buf_str(b, ".");
        }
        buf_str(b, e->ir->records[l.ref].fields[l.field].name);
        break;
    case LOC_ELEM:
        if (e->syms.locs[l.base].kind == LOC_DEREF
            && !items_of(e, e->syms.locs[l.base].ref))
            name_pointer(e, s, b, e->syms.locs[l.base].ref);
        else
            name_part(e, s, b, l.base, true);
        buf_str(b, "[");
        if (l.index.sym)
            name_index(e, s, b, l.index.sym);
        else
            buf_printf(b, "%lld", (long long)l.index.num);
        buf_str(b, "]");
        break;
    default:
        buf_str(b, "?");
    }
}

static void name_place(struct engine *e, const struct state *s, struct buf *b,
                       uint32_t n)
{
    name_part(e, s, b, n, false);
}

const char *place_name(struct engine *e, const struct state *s, uint32_t loc)
{
    struct buf b = {.arena = e->results};

    name_place(e, s, &b, loc);
    return buf_text(&b);
}

void name_object(const struct engine *e, const struct state *s, struct ref *ref)
{
    uint32_t variable = variable_of(e, s, ref->sym);

    if (variable && !(ref->name && e->syms.locs[ref->name].kind == LOC_LOCAL))
        ref->name = variable;
}

uint32_t loaded_from(struct engine *e, const struct run *r, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(&e->fn->blocks[r->block], temp);

    return m && m->op == IR_LOAD ? place_of(e, run_temp(e, r, m->a)) : 0;
}

void name_operand(struct engine *e, const struct run *r, struct ref *ref)
{
    uint32_t loc = r->temps ? loaded_from(e, r, r->operand) : 0;
    const struct loc *l = &e->syms.locs[loc];

    if (loc && l->kind == LOC_LOCAL && !e->fn->locals[l->ref].is_hidden)
        ref->name = loc;
    else
        name_object(e, r->st, ref);
}

const char *object_name(struct engine *e, const struct state *s,
                        const struct ref *ref)
{
    struct buf b = {.arena = e->results};
    const struct sym *y = &e->syms.syms[ref->sym];

    if (ref->name) {
        const char *name = place_name(e, s, ref->name);

        if (name[0])
            return name;
    }
    if (y->kind == SYM_ADDR)
        name_place(e, s, &b, y->loc);
    else
        name_pointer(e, s, &b, ref->sym);
    return buf_text(&b);
}

uint32_t object_origin(const struct engine *e, const struct state *s,
                       uint32_t sym)
{
    for (const struct event *v = s->trail; v; v = v->older) {
        if (v->sym != sym || v->kind == EVENT_BRANCH)
            continue;
        if (v->kind == EVENT_RENAMED)
            sym = v->aux;
        if (v->kind == EVENT_NEW || v->kind == EVENT_BORROWED
            || v->kind == EVENT_CAME)
            return v->site + 1;
    }
    return (uint32_t)e->nsites + 1 + sym;
}

uint32_t made_at(const struct engine *e, const struct state *s, uint32_t sym)
{
    uint32_t origin = object_origin(e, s, sym);

    return origin <= e->nsites ? origin : 0;
}

const struct event *null_since(const struct engine *e, const struct state *s,
                               uint32_t variable)
{
    for (const struct event *v = s->trail; v && variable; v = v->older)
        if (v->kind == EVENT_NULL && v->aux == variable)
            return made_at(e, s, v->sym) ? v : NULL;
    return NULL;
}

// What a reader calls the container that lent something, or the field.
static const char *container_name(struct engine *e, const struct state *s,
                                  const struct event *v)
{
    struct ref ref = ref_of(e, s, v->aux);

    if (!v->aux)
        return place_name(e, s, e->syms.syms[v->sym].loc);
    ref.name = 0;
    return object_name(e, s, &ref);
}

const char *stale_text(struct engine *e, const struct state *s,
                       const struct ref *ref)
{
    const struct event *v = stale_since(s, ref);
    const char *name = object_name(e, s, ref);
    const char *owner = v ? container_name(e, s, v) : "";
    const char *callee = v ? callee_name(e, engine_ins(e, v->site)) : "";

    if (!v || v->kind == EVENT_DROPPED)
        return arena_printf(e->results,
                            "'%s' is used after it was taken out "
                            "of '%s', which lent it",
                            name, owner);
    return arena_printf(e->results,
                        "'%s' is borrowed from '%s' and used after "
                        "%s%s, which may run code that changes "
                        "'%s'",
                        name, owner, callee[0] ? callee : "a call",
                        callee[0] ? "()" : "", owner);
}

static const char *event_text(struct engine *e, const struct state *s,
                              const struct event *v, const char *name)
{
    const char *callee = callee_name(e, engine_ins(e, v->site));
    const char *by =
        callee[0] ? arena_printf(e->results, " by %s()", callee) : "";

    switch (v->kind) {
    case EVENT_NEW:
        return callee[0] ? arena_printf(e->results,
                                        "%s() gives a new reference", callee)
                         : "a new reference is made here";
    case EVENT_BORROWED:
        return callee[0]
                   ? arena_printf(e->results, "%s() gives a borrowed reference",
                                  callee)
                   : "a borrowed reference is read here";
    case EVENT_CAME:
        return arena_printf(e->results, "%s() can return NULL", callee);
    case EVENT_INCREF:
        return arena_printf(e->results, "'%s' is increfed", name);
    case EVENT_DECREF:
        return arena_printf(
            e->results, "'%s' is released%s", name,
            callee[0] && engine_ins(e, v->site)->macro[0] == 0 ? by : "");
    case EVENT_GIVEN:
        return arena_printf(e->results, "'%s' is taken over%s", name, by);
    case EVENT_KEPT:
        return arena_printf(e->results, "'%s' is kept%s", name, by);
    case EVENT_STORED:
        return arena_printf(e->results, "stored in '%s'",
                            place_name(e, NULL, v->aux));
    case EVENT_LOST:
        return arena_printf(
            e->results, "with this, what kept '%s' alive is released", name);
    case EVENT_READ:
        return arena_printf(
            e->results, "'%s' is read from memory that keeps it alive", name);
    case EVENT_RAN:
        return arena_printf(e->results, "%s%s may run code that changes '%s'",
                            callee[0] ? callee : "this call",
                            callee[0] ? "()" : "", container_name(e, s, v));
    case EVENT_DROPPED:
        return arena_printf(e->results, "'%s' is taken out of '%s'%s", name,
                            container_name(e, s, v), by);
    default:
        return "";
    }
}

// How a reader calls a value: a number, a variable, a call; "" for others.
static const char *value_name(struct engine *e, struct value v)
{
    const struct sym *y = &e->syms.syms[v.sym];
    const char *callee;

    if (!v.sym)
        return arena_printf(e->results, "%lld", (long long)v.num);
    if (y->kind == SYM_INIT || y->kind == SYM_AFTER || y->kind == SYM_JOIN) {
        const char *place = place_name(e, NULL, y->loc);

        return place[0] ? arena_printf(e->results, "'%s'", place) : "";
    }
    callee = y->kind == SYM_SITE && y->slot == 0
                 ? callee_name(e, engine_ins(e, y->site))
             : y->kind == SYM_PURE ? e->ir->decls[y->site].name
                                   : "";
    return callee[0] ? arena_printf(e->results, "%s()", callee) : "";
}

static const char *condition_text(struct engine *e, uint32_t sym, bool truth)
{
    static const char *const words[][2] = {
        [IR_EQ] = {"!=", "=="}, [IR_NE] = {"==", "!="}, [IR_LT] = {">=", "<"},
        [IR_LE] = {">", "<="},  [IR_GT] = {"<=", ">"},  [IR_GE] = {"<", ">="},
    };
    const struct sym y = e->syms.syms[sym];
    const char *left;
    const char *right;

    if (y.kind == SYM_EXPR && y.op == IR_NOT && y.x.sym)
        return condition_text(e, y.x.sym, !truth);
    if (y.kind == SYM_EXPR && y.op >= IR_EQ && y.op <= IR_GE) {
        left = value_name(e, y.x);
        right = value_name(e, y.y);
        if (left[0] && right[0])
            return arena_printf(e->results, "assuming that %s %s %s", left,
                                words[y.op][truth], right);
    }
    left = sym ? value_name(e, value_sym(sym)) : "";
    if (left[0])
        return arena_printf(e->results, "assuming that %s is %s0", left,
                            truth ? "not " : "");
    return truth ? "assuming that this is true" : "assuming that this is false";
}

static const char *assumption_text(struct engine *e, const struct event *v)
{
    const struct sym *y = &e->syms.syms[v->sym];
    bool negative = v->kind == EVENT_NEGATIVE;
    bool null = v->kind == EVENT_NULL || negative;

    if (v->kind == EVENT_BRANCH)
        return condition_text(e, v->sym, v->aux != 0);
    if (y->kind == SYM_SITE) {
        const char *callee = callee_name(e, engine_ins(e, y->site));

        if (callee[0] && y->slot > 0)
            return arena_printf(e->results,
                                "assuming that what %s() stored is %sNULL",
                                callee, null ? "" : "not ");
        if (callee[0])
            return arena_printf(e->results, "assuming that %s() %s", callee,
                                null ? "fails" : "succeeds");
    }
    if (value_name(e, value_sym(v->sym))[0])
        return arena_printf(e->results, "assuming that %s is %s%s",
                            value_name(e, value_sym(v->sym)),
                            null ? "" : "not ", negative ? "negative" : "NULL");
    if (negative)
        return "assuming that it is negative";
    return null ? "assuming that it is NULL" : "assuming that it is not NULL";
}

static void step_at(struct engine *e, struct trail_step *step,
                    struct ir_pos pos, const char *text)
{
    *step = (struct trail_step){e->ir->files[pos.file ? pos.file : 1], pos.line,
                                pos.col, text};
}

// Is the event one of the object's own (or of what kept it alive)?
static bool concerns(const struct event *v, const uint32_t *targets,
                     unsigned ntargets)
{
    for (unsigned i = 0; i < ntargets; i++)
        if (v->sym == targets[i])
            return true;
    return false;
}

static bool is_assumption(const struct event *v)
{
    return v->kind == EVENT_NULL || v->kind == EVENT_NEGATIVE
           || v->kind == EVENT_NONNULL || v->kind == EVENT_BRANCH;
}

// That a call succeeds is what a reader expects.
static bool is_telling(const struct engine *e, const struct event *v)
{
    return v->kind != EVENT_NONNULL || e->syms.syms[v->sym].kind != SYM_SITE;
}

// What a number is when a condition on it was true or false.
static struct fact fact_from(const struct engine *e, uint32_t sym, bool truth)
{
    const struct sym *y = &e->syms.syms[sym];
    struct fact f = {.lo = INT64_MIN, .hi = INT64_MAX};
    int64_t n = y->y.num;

    if (y->kind == SYM_EXPR && y->op == IR_NOT)
        return fact_from(e, y->x.sym, !truth);
    if (y->kind != SYM_EXPR || y->op < IR_EQ || y->op > IR_GE) {
        f.sym = sym;
        f.nonzero = truth;
        if (!truth)
            f.lo = f.hi = 0;
        return f;
    }
    if (!y->x.sym || y->y.sym || n == INT64_MIN || n == INT64_MAX)
        return f;
    if (y->op == IR_LT || y->op == IR_GE)
        (y->op == IR_LT) == truth ? (f.hi = n - 1) : (f.lo = n);
    else if (y->op == IR_LE || y->op == IR_GT)
        (y->op == IR_LE) == truth ? (f.hi = n) : (f.lo = n + 1);
    else if ((y->op == IR_EQ) == truth)
        f.lo = f.hi = n;
    f.sym = y->x.sym;
    return f;
}

// What an assumption says of a symbol; symbol 0 when it cannot be told.
static struct fact claim_of(const struct engine *e, const struct event *v)
{
    struct fact f = {.sym = v->sym, .lo = INT64_MIN, .hi = INT64_MAX};

    if (v->kind == EVENT_BRANCH)
        return fact_from(e, v->sym, v->aux != 0);
    if (v->kind == EVENT_NULL)
        f.lo = f.hi = 0;
    else if (v->kind == EVENT_NEGATIVE)
        f.hi = -1;
    else
        f.nonzero = true;
    return f;
}

// What the assumptions told so far say. Where paths met, the events are those
// of one of them: what that one had assumed may be wrong for what came later.
struct claims {
    unsigned n;
    struct {
        struct fact fact;
        uint32_t first; // the lowest site since
    } all[STEPS_MOST];
};

static bool is_denied(struct claims *c, const struct fact *f, uint32_t site)
{
    for (unsigned i = 0; f->sym && i < c->n; i++) {
        const struct fact *g = &c->all[i].fact;
        bool apart = f->hi < g->lo || g->hi < f->lo
                     || (f->nonzero && g->lo == 0 && g->hi == 0)
                     || (g->nonzero && f->lo == 0 && f->hi == 0);

        // Not an earlier turn of a loop, when the symbol was another one.
        if (g->sym == f->sym && apart && site < c->all[i].first)
            return true;
    }
    return false;
}

static void note_claim(struct claims *c, const struct fact *f, uint32_t site)
{
    for (unsigned i = 0; i < c->n; i++)
        if (site < c->all[i].first)
            c->all[i].first = site;
    if (f->sym && c->n < STEPS_MOST) {
        c->all[c->n].fact = *f;
        c->all[c->n++].first = site;
    }
}

// The events to tell, newest first; assumptions only after the object's
// origin, and the nearest ones when there are many.
static unsigned choose(const struct engine *e, const struct run *r,
                       const struct ref *ref, const struct event **ret)
{
    uint32_t targets[2] = {ref->sym, 0};
    unsigned ntargets = 1;
    unsigned n = 0;
    bool made = made_at(e, r->st, ref->sym) != 0;
    unsigned room = made ? 12 : 4; // of these, for assumptions
    struct claims claims = {.n = 0};

    if (ref->owner
        && (ref->lender == LENT_ITEM || ref->lender == LENT_NONE
            || ref->flags & REF_INTERIOR))
        targets[ntargets++] = ref->owner;
    for (const struct event *v = r->st->trail; v && n < STEPS_MOST;
         v = v->older) {
        bool own = concerns(v, targets, ntargets);

        if (v->kind == EVENT_RENAMED) {
            for (unsigned i = 0; i < ntargets; i++)
                if (targets[i] == v->sym)
                    targets[i] = v->aux;
            continue;
        }
        if (is_assumption(v)) {
            struct fact claim = claim_of(e, v);

            if (is_denied(&claims, &claim, v->site))
                continue;
            note_claim(&claims, &claim, v->site);
            if (room > 0 && is_telling(e, v))
                ret[n++] = v, room--;
        } else if (own) {
            ret[n++] = v;
        }
        if (own && v->sym == targets[0]
            && (v->kind == EVENT_NEW || v->kind == EVENT_BORROWED
                || v->kind == EVENT_CAME))
            break;
    }
    return n;
}

// What the object is, when nothing on the path made it.
static struct trail_step origin_step(struct engine *e, const struct ref *ref,
                                     struct ir_pos pos, const char *name)
{
    const struct sym *y = &e->syms.syms[ref->sym];
    const struct loc *l = &e->syms.locs[y->loc];
    const char *text = "it is NULL on this path";
    struct trail_step step;

    if (y->kind == SYM_INIT && l->kind == LOC_LOCAL) {
        pos = e->fn->locals[l->ref].pos;
        text = arena_printf(e->results,
                            ref->flags & REF_MAYBE
                                ? "'%s' is an argument, and NULL at times"
                                : "'%s' is an argument: its reference is the "
                                  "caller's",
                            e->fn->locals[l->ref].name);
    } else if (y->kind == SYM_INIT || y->kind == SYM_AFTER) {
        text = arena_printf(e->results,
                            "'%s' is read from memory that keeps "
                            "it alive",
                            name);
    } else if (y->kind == SYM_ADDR) {
        text = arena_printf(e->results,
                            "'%s' has static storage; using it "
                            "takes no reference",
                            name);
    } else if (ref->sym) {
        text = arena_printf(e->results, "'%s' is kept alive by others", name);
    }
    step_at(e, &step, pos, text);
    return step;
}

// Does the path itself say where the object was read?
static bool was_read(const struct event **events, unsigned n, uint32_t sym)
{
    for (unsigned i = 0; i < n; i++)
        if (events[i]->kind == EVENT_READ && events[i]->sym == sym)
            return true;
    return false;
}

static void make_trail(struct engine *e, const struct run *r,
                       const struct ref *ref, struct finding *f,
                       struct ir_pos pos, const char *name)
{
    const struct event *events[STEPS_MOST];
    unsigned n = choose(e, r, ref, events);

    f->trail = arena_array(e->results, struct trail_step, n + 2);
    if (!made_at(e, r->st, ref->sym) && !was_read(events, n, ref->sym))
        f->trail[f->ntrail++] = origin_step(e, ref, pos, name);
    while (n-- > 0) {
        const struct event *v = events[n];
        const char *text;

        if (is_assumption(v))
            text = assumption_text(e, v);
        else if (v->sym == ref->sym || ref->owner != v->sym)
            text = event_text(e, r->st, v, name);
        else
            text = event_text(e, r->st, v, "its owner");
        // One condition often makes several events: say it once.
        if (f->ntrail && text[0]
            && strcmp(f->trail[f->ntrail - 1].text, text) == 0
            && f->trail[f->ntrail - 1].line == engine_pos(e, v->site).line)
            continue;
        step_at(e, &f->trail[f->ntrail++], engine_pos(e, v->site), text);
    }
}

void trail_append(struct engine *e, struct finding *f, uint32_t site,
                  const char *text)
{
    struct trail_step *old = f->trail;

    f->trail = arena_array(e->results, struct trail_step, f->ntrail + 1);
    memcpy(f->trail, old, f->ntrail * sizeof(*old));
    step_at(e, &f->trail[f->ntrail++], engine_pos(e, site), text);
}

struct candidate candidate_make(struct engine *e, const struct run *r,
                                enum rule rule, const struct ref *ref,
                                const char *why)
{
    uint32_t site = r->shown ? r->shown - 1 : engine_site(e, r);
    struct ir_pos pos = engine_pos(e, site);
    const char *name = object_name(e, r->st, ref);
    uint32_t misused = r->st->misused;
    struct candidate c = {.origin = object_origin(e, r->st, ref->sym),
                          .site = site};

    c.finding = (struct finding){
        .file = e->ir->files[pos.file ? pos.file : 1],
        .line = pos.line,
        .col = pos.col,
        .function = e->ir->decls[e->fn->decl].name,
        .rule = rule,
        .tier = ref->weak || misused ? TIER_LIKELY : TIER_CERTAIN,
        .only_oom =
            r->st->oom || (rule == RULE_NULL_USE && ref->flags & REF_OOM),
        .in_setup = e->u->setup[e->fn->decl],
        .object = name,
        .origin = name,
    };
    c.made = c.origin <= e->nsites;
    c.maybe = ref->flags & REF_MAYBE;
    if (c.made) {
        const char *callee = callee_name(e, engine_ins(e, c.origin - 1));

        c.finding.origin = callee[0] ? callee : name;
    }
    c.finding.text =
        ref->weak ? arena_printf(e->results,
                                 "%s (assuming that %s() keeps to the "
                                 "API's conventions)",
                                 why, e->ir->decls[ref->weak].name)
        : misused ? arena_printf(e->results,
                                 "%s (assuming that %s() fails, which "
                                 "it does only when it is misused)",
                                 why, e->ir->decls[misused].name)
                  : why;
    make_trail(e, r, ref, &c.finding, pos, name);
    return c;
}

// A first step that says what is at stake, then what was assumed.
static void make_error_trail(struct engine *e, const struct run *r,
                             struct finding *f, struct ir_pos pos,
                             const char *text)
{
    const struct ref none = {.sym = 0};
    const struct event *events[STEPS_MOST];
    unsigned n = choose(e, r, &none, events);

    f->trail = arena_array(e->results, struct trail_step, n + 1);
    step_at(e, &f->trail[f->ntrail++], pos, text);
    while (n-- > 0)
        step_at(e, &f->trail[f->ntrail++], engine_pos(e, events[n]->site),
                assumption_text(e, events[n]));
}

void report_error(struct engine *e, struct run *r, enum rule rule,
                  const char *what, enum tier tier, uint32_t set_at,
                  const char *why)
{
    uint32_t site = r->shown ? r->shown - 1 : engine_site(e, r);
    struct ir_pos pos = engine_pos(e, site);
    uint32_t weak = r->st->indicator.weak;
    struct candidate c = {.origin = set_at, .site = site};

    c.finding = (struct finding){
        .file = e->ir->files[pos.file ? pos.file : 1],
        .line = pos.line,
        .col = pos.col,
        .function = e->ir->decls[e->fn->decl].name,
        .rule = rule,
        .tier = weak ? TIER_LIKELY : tier,
        .only_oom = r->st->oom,
        .in_setup = e->u->setup[e->fn->decl],
        .object = what,
        .origin = what,
        .text = weak ? arena_printf(e->results,
                                    "%s (assuming that %s() leaves the error "
                                    "indicator alone)",
                                    why, e->ir->decls[weak].name)
                     : why,
    };
    if (set_at)
        make_error_trail(e, r, &c.finding, engine_pos(e, set_at - 1),
                         r->shown ? "this can fail" : "an error is set here");
    else
        make_error_trail(
            e, r, &c.finding, e->fn->pos,
            arena_printf(e->results,
                         "callers know '%s' by %s, and take %s for an error",
                         c.finding.function, e->role->name, what));
    candidate_add(e, &c);
}

void candidate_add(struct engine *e, const struct candidate *c)
{
    arena_push(e->scratch, e->found, e->nfound, e->found_cap, *c);
}

void report(struct engine *e, struct run *r, enum rule rule,
            const struct ref *ref, const char *why)
{
    struct candidate c = candidate_make(e, r, rule, ref, why);

    candidate_add(e, &c);
}
