// trail.c - which events of a path a person must see to follow a finding.
//
// in     the events of a path, newest first, and the object it is about
// out    a trail that says where the reference came from, what changed its
//        count, what was assumed on the way (words.c says it in words)

#include "flow/trail.h"

#include <string.h>

enum { STEPS_MOST = 24 };

void event_add(struct engine *e, struct state *s, enum event_kind kind,
               uint32_t sym, uint32_t site, uint32_t aux)
{
    struct event *v = arena_new(e->scratch, struct event);

    *v = (struct event){s->trail, kind, sym, site, aux};
    s->trail = v;
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

bool is_assumption(const struct event *v)
{
    return v->kind == EVENT_NULL || v->kind == EVENT_NEGATIVE
           || v->kind == EVENT_NONNULL || v->kind == EVENT_BRANCH;
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

// Does the condition say no more of a call than that it does not fail?
static bool says_success(const struct engine *e, const struct fact *f)
{
    const struct sym *y = &e->syms.syms[f->sym];
    const struct ir_ins *call =
        y->kind == SYM_SITE && y->slot == 0 ? engine_ins(e, y->site) : NULL;
    const struct contract *c = call && call->op == IR_CALL && call->ref
                                   ? flow_contract(e->u, call->ref)
                                   : NULL;
    bool can_fail = false;

    for (int n = 0; f->sym && c && n < c->noutcomes; n++) {
        const struct cond *cond = &c->outcomes[n].cond;

        if (cond->kind != COND_RANGE)
            return false;
        if (cond->hi < 0)
            can_fail = true;
        else if (cond->lo < f->lo || cond->hi > f->hi
                 || (f->nonzero && cond->lo == 0))
            return false;
    }
    return can_fail && f->hi >= 0;
}

// That a call succeeds is what a reader expects.
static bool is_telling(const struct engine *e, const struct event *v,
                       const struct fact *claim)
{
    if (v->kind == EVENT_NONNULL)
        return e->syms.syms[v->sym].kind != SYM_SITE;
    return v->kind != EVENT_BRANCH || !says_success(e, claim);
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

struct fact claim_of(const struct engine *e, const struct event *v)
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

        // Not an earlier turn of a loop, when the symbol was another one.
        if (g->sym == f->sym && comparison_of(IR_EQ, f, g) == 0
            && site < c->all[i].first)
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
            if (room > 0 && is_telling(e, v, &claim))
                ret[n++] = v, room--;
        } else if (own && v->kind != EVENT_SEEN) {
            ret[n++] = v;
        }
        if (own && v->sym == targets[0]
            && (v->kind == EVENT_NEW || v->kind == EVENT_BORROWED
                || v->kind == EVENT_CAME))
            break;
    }
    return n;
}

static void step_at(struct engine *e, struct trail_step *step,
                    struct ir_pos pos, const char *text)
{
    *step = (struct trail_step){e->ir->files[pos.file ? pos.file : 1], pos.line,
                                pos.col, text};
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

void trail_make(struct engine *e, const struct run *r, const struct ref *ref,
                struct finding *f, struct ir_pos pos, const char *name)
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
            && f->trail[f->ntrail - 1].line == engine_text_pos(e, v->site).line)
            continue;
        step_at(e, &f->trail[f->ntrail++], engine_text_pos(e, v->site), text);
    }
}

static void step_of(struct engine *e, struct finding *f, const struct event *v)
{
    step_at(e, &f->trail[f->ntrail++], engine_text_pos(e, v->site),
            assumption_text(e, v));
}

void trail_make_error(struct engine *e, const struct run *r, struct finding *f,
                      uint32_t set_at, struct ir_pos pos, const char *text)
{
    const struct ref none = {.sym = 0};
    const struct event *events[STEPS_MOST];
    unsigned n = choose(e, r, &none, events);

    f->trail = arena_array(e->results, struct trail_step, n + 1);
    // What leads to the call stands before it.
    while (set_at && n > 0 && events[n - 1]->site < set_at - 1)
        step_of(e, f, events[--n]);
    step_at(e, &f->trail[f->ntrail++], pos, text);
    while (n > 0)
        step_of(e, f, events[--n]);
}

void trail_append(struct engine *e, struct finding *f, uint32_t site,
                  const char *text)
{
    struct trail_step *old = f->trail;

    f->trail = arena_array(e->results, struct trail_step, f->ntrail + 1);
    memcpy(f->trail, old, f->ntrail * sizeof(*old));
    step_at(e, &f->trail[f->ntrail++], engine_text_pos(e, site), text);
}
