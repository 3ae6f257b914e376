// alike.c - do ways to end that callers cannot tell apart leave the same
// references behind?
//
// in     all exits of a function of which nothing says what it must do
// out    inconsistent-exits: an argument's reference that one exit uses up and
//        another with the same result does not; a result or an out argument
//        that is a new reference here and a borrowed one there; an argument
//        that stays increfed when the function fails, and only then
//
// Whoever calls it can only be right about one of the two (Mao et al., "RID:
// Finding Reference Count Bugs with Inconsistent Path Pair Checking", ASPLOS
// 2016). Callers can tell exits apart by the result, by the error indicator,
// by what was written to their memory, and by what they passed: where the two
// paths part at a condition over that, they know. (Why a call failed, they do
// not find out by looking into the argument in question.) What is unknown of an
// exit agrees with everything, and an exit that has a finding already is not
// told of.

#include "flow/alike.h"

enum {
    ENDINGS_MOST = 64, // looked at in one function
    RESULTS_FEW = 4    // results that all occur, if a range has no more
};

struct ending {
    struct flow_exit x;
    struct state *st;
    uint32_t block, at;
    bool silent; // says what it does, but nothing is told of it
};

static bool has_finding(const struct engine *e, size_t found)
{
    for (; found < e->nfound; found++)
        if (!e->found[found].tentative)
            return true;
    return false;
}

// Is there anything that exits could disagree in?
static bool has_subject(const struct engine *e, const struct flow_exit *x)
{
    for (uint32_t p = 0; p < param_count(e); p++)
        if (param_counted(e, p) || x->params[p].wrote)
            return true;
    return false;
}

void alike_note(struct engine *e, const struct run *r,
                const struct flow_exit *x, size_t found)
{
    struct ending end = {.x = *x, .block = r->block, .at = r->at};

    if (e->role || (e->promise && !e->promise->weak)
        || e->nendings >= ENDINGS_MOST || !has_subject(e, x))
        return;
    end.silent = r->st->blind || has_finding(e, found);
    end.st = state_copy(&e->pool, r->st);
    arena_push(e->scratch, e->endings, e->nendings, e->endings_cap, end);
}

// --- what callers see ---

static bool is_few(const struct flow_exit *x)
{
    return x->lo != INT64_MIN && x->hi != INT64_MAX
           && x->hi - x->lo < RESULTS_FEW;
}

static bool can_be_null(const struct flow_exit *x)
{
    return x->result == FLOW_NULL || x->maybe_null;
}

// Is there a result that both have for sure? If so, *ret is that number (1 for
// any pointer).
static bool same_result(const struct flow_exit *x, const struct flow_exit *y,
                        int64_t *ret)
{
    *ret = 0;
    if (x->is_void || y->is_void)
        return x->is_void && y->is_void;
    if (x->result == FLOW_UNKNOWN || y->result == FLOW_UNKNOWN)
        return false;
    if (x->result == FLOW_NULL || y->result == FLOW_NULL)
        return can_be_null(x) && can_be_null(y);
    if (x->result != FLOW_PLAIN || y->result != FLOW_PLAIN) {
        *ret = 1;
        return x->result != FLOW_PLAIN && y->result != FLOW_PLAIN;
    }
    if (!is_few(x) || !is_few(y))
        return false;
    for (*ret = x->lo; *ret <= x->hi; ++*ret)
        if ((*ret == x->lo || *ret == x->hi)
            && (*ret == y->lo || *ret == y->hi))
            return true;
    return false;
}

static bool same_error(const struct flow_exit *x, const struct flow_exit *y)
{
    return x->error == y->error || x->hands_on || y->hands_on
           || (x->error != ERROR_AFTER_SET && y->error != ERROR_AFTER_SET)
           || x->error == ERROR_AFTER_UNSAID || y->error == ERROR_AFTER_UNSAID;
}

// A call that can only ask what callers can ask as well: it makes nothing, runs
// nothing and cannot fail.
static bool is_question(const struct engine *e, const struct ir_ins *call)
{
    const struct contract *c = call->op == IR_CALL && call->ref
                                   ? flow_contract(e->u, call->ref)
                                   : NULL;

    if (!c || c->weak || c->nargs == 0 || c->traits & TRAIT_RUNS_CODE
        || e->u->counted_pointer[e->ir->decls[call->ref].result])
        return false;
    for (int n = 0; n < c->noutcomes; n++) {
        const struct outcome *o = &c->outcomes[n];

        if (o->fails || o->sets_error || o->error == ERROR_AFTER_SET
            || (o->cond.kind == COND_RANGE && o->cond.hi < 0))
            return false;
    }
    return true;
}

// Can callers compute the value themselves? `but` is an object of theirs that
// they do not look into.
static bool callers_know(const struct engine *e, struct value v, uint32_t but);

static bool callers_place(const struct engine *e, uint32_t loc, uint32_t but)
{
    const struct loc *root = &e->syms.locs[e->syms.locs[loc].root];

    if (root->kind == LOC_LOCAL)
        return e->fn->locals[root->ref].is_param;
    if (root->kind != LOC_DEREF)
        return true;
    return root->ref != but && callers_know(e, value_sym(root->ref), but);
}

static bool callers_know(const struct engine *e, struct value v, uint32_t but)
{
    const struct sym *y = &e->syms.syms[v.sym];

    if (!v.sym)
        return true;
    switch (y->kind) {
    case SYM_INIT:
    case SYM_AFTER:
        return callers_place(e, y->loc, but);
    case SYM_EXPR:
    case SYM_PURE:
        // What a function says of an object is a look into it.
        if (y->kind == SYM_PURE && but && value_mentions(&e->syms, v, but))
            return false;
        return callers_know(e, y->x, but) && callers_know(e, y->y, but);
    case SYM_ADDR:
    case SYM_FN:
        return true;
    case SYM_SITE:
        return !but && is_question(e, engine_ins(e, y->site));
    default:
        return false;
    }
}

static bool is_assumption(const struct event *v)
{
    return v->kind == EVENT_NULL || v->kind == EVENT_NONNULL
           || v->kind == EVENT_BRANCH;
}

// Did the other path take the opposite way where this one took v?
static bool is_opposed(const struct event *v, const struct event *other,
                       const struct event *end)
{
    for (const struct event *w = other; w != end; w = w->older)
        if (is_assumption(w) && w->sym == v->sym
            && (w->kind != v->kind || w->aux != v->aux))
            return true;
    return false;
}

static size_t trail_length(const struct event *v)
{
    size_t n = 0;

    for (; v; v = v->older)
        n++;
    return n;
}

// The last event that two trails have in common.
static const struct event *parting(const struct event *v, const struct event *w)
{
    size_t n = trail_length(v);
    size_t m = trail_length(w);

    for (; n > m; n--)
        v = v->older;
    for (; m > n; m--)
        w = w->older;
    for (; v != w; v = v->older)
        w = w->older;
    return v;
}

// The oldest assumption behind `end`; NULL when there is none.
static const struct event *first_assumption(const struct event *v,
                                            const struct event *end)
{
    const struct event *first = NULL;

    for (; v != end; v = v->older)
        if (is_assumption(v))
            first = v;
    return first;
}

// Do the two paths part at something that callers know? Where paths have met
// in between, the trails tell of one of them: then any test with opposite
// results may be the cause.
static bool callers_chose(const struct engine *e, const struct ending *a,
                          const struct ending *b, uint32_t but)
{
    const struct event *end = parting(a->st->trail, b->st->trail);
    const struct event *first = first_assumption(a->st->trail, end);
    const struct event *other = first_assumption(b->st->trail, end);

    if ((first && callers_know(e, value_sym(first->sym), but))
        || (other && callers_know(e, value_sym(other->sym), but)))
        return true;
    for (const struct event *v = a->st->trail; v != end; v = v->older)
        if (is_assumption(v) && is_opposed(v, b->st->trail, end)
            && callers_know(e, value_sym(v->sym), but))
            return true;
    return false;
}

static bool is_object(const struct engine *e, const struct state *s,
                      struct value v)
{
    return v.sym
           && (ref_find(s, v.sym)
               || e->u->counted_pointer[e->syms.syms[v.sym].type]);
}

// Is there something other than an object in the caller's memory that is not
// there after the other path?
static bool wrote_otherwise(const struct engine *e, const struct ending *a,
                            const struct ending *b, uint32_t but)
{
    for (uint32_t i = 0; i < a->st->nstore; i++) {
        const struct binding *w = &a->st->store[i];
        const struct binding *other = state_find(b->st, w->loc);

        if (!loc_is_shared(&e->syms, w->loc) || !callers_place(e, w->loc, but)
            || is_found_there(e, w) || is_object(e, a->st, w->v))
            continue;
        if (!other || !value_same(w->v, other->v))
            return true;
    }
    return false;
}

static bool wrote_targets(const struct engine *e, const struct flow_exit *x,
                          const struct flow_exit *y)
{
    for (uint32_t p = 0; p < param_count(e); p++)
        if (x->params[p].wrote != y->params[p].wrote
            || (x->params[p].out == FLOW_NULL)
                   != (y->params[p].out == FLOW_NULL))
            return true;
    return false;
}

static bool is_failure(const struct flow_exit *x)
{
    return !x->is_void
           && (x->result == FLOW_NULL
               || (x->result == FLOW_PLAIN && x->lo < 0 && x->hi < 0));
}

// Are callers in the dark about which of the two paths was taken? They do not
// look into the object in question.
static bool look_alike(const struct engine *e, const struct ending *a,
                       const struct ending *b, uint32_t object, int64_t *ret)
{
    return same_result(&a->x, &b->x, ret) && same_error(&a->x, &b->x)
           && !wrote_targets(e, &a->x, &b->x)
           && !wrote_otherwise(e, a, b, object)
           && !wrote_otherwise(e, b, a, object)
           && !callers_chose(e, a, b, object);
}

// --- what exits do ---

// What exits are compared in.
enum aspect {
    OF_ARGUMENT, // references of the caller to argument p
    OF_TARGET,   // what argument p points to, in the end
    OF_RESULT,
};

struct subject {
    enum aspect of;
    uint32_t p;
};

// Is the object in a place counted, and in no other place that may own it?
static bool is_for_caller(struct engine *e, const struct ending *a,
                          uint32_t loc)
{
    const struct binding *target = state_find(a->st, loc);

    if (!target || !target->v.sym
        || ref_of(e, a->st, target->v.sym).flags & REF_IMMORTAL)
        return false;
    for (uint32_t i = 0; i < a->st->nstore; i++) {
        const struct binding *b = &a->st->store[i];

        if (b->loc != loc && value_same(b->v, target->v)
            && place_survives(e, a->st, b))
            return false;
    }
    return true;
}

// How many references the caller has more than before; false when the exit
// does not say.
static bool gain_of(struct engine *e, const struct ending *a, struct subject s,
                    int *ret)
{
    const struct flow_exit *x = &a->x;
    const struct flow_param *f = &x->params[s.p];
    bool is_it = (x->result == FLOW_ALIAS || x->result == FLOW_NEW_ALIAS)
                 && x->of == (int)s.p + 1;

    switch (s.of) {
    case OF_ARGUMENT:
        // Handed back, it is at once taken and given.
        *ret = f->change;
        return !f->null && !f->escaped && f->change <= 1 && f->change >= -1
               && !is_it;
    case OF_TARGET:
        *ret = f->out == FLOW_NEW;
        return f->wrote && !f->escaped
               && (f->out == FLOW_NEW || f->out == FLOW_BORROWED)
               && is_for_caller(e, a, loc_deref(&e->syms, param_sym(e, s.p)));
    default:
        *ret = (x->result == FLOW_NEW_ALIAS) + f->change;
        return is_it && !f->escaped && (*ret == 0 || *ret == 1);
    }
}

static bool same_gain(struct engine *e, const struct ending *a,
                      const struct ending *b, struct subject s)
{
    int x, y;

    return !gain_of(e, a, s, &x) || !gain_of(e, b, s, &y) || x == y;
}

// How many exits do the same as this one?
static unsigned agreeing(struct engine *e, const struct ending *a,
                         struct subject s)
{
    unsigned n = 0;
    int gain;

    for (size_t i = 0; i < e->nendings; i++)
        n += gain_of(e, &e->endings[i], s, &gain)
             && same_gain(e, a, &e->endings[i], s);
    return n;
}

// Of two that disagree, is `a` the odd one?
static bool is_odd(struct engine *e, const struct ending *a,
                   const struct ending *b, struct subject s)
{
    unsigned na = agreeing(e, a, s);
    unsigned nb = agreeing(e, b, s);
    int x = 0, y = 0;

    (void)gain_of(e, a, s, &x);
    (void)gain_of(e, b, s, &y);
    return na < nb || (na == nb && (s.of == OF_ARGUMENT ? x > y : x < y));
}

// --- findings ---

static const char *gain_text(struct subject s, int gain)
{
    if (s.of != OF_ARGUMENT)
        return gain ? "a new reference" : "borrowed";
    return gain < 0   ? "used up"
           : gain > 0 ? "increfed for good"
                      : "left to the caller";
}

static const char *result_text(const struct engine *e,
                               const struct flow_exit *x, int64_t result)
{
    if (x->is_void)
        return "returns";
    if (x->result != FLOW_PLAIN && result == 0)
        return "returns NULL";
    return x->result != FLOW_PLAIN
               ? "returns an object"
               : arena_printf(e->results, "returns %lld", (long long)result);
}

// The object that a finding is about, at the end of a path.
static struct ref ref_at(struct engine *e, const struct ending *a,
                         struct subject s)
{
    uint32_t sym = param_sym(e, s.p);
    uint32_t place = loc_local(&e->syms, s.p);
    struct ref ref;

    if (s.of == OF_TARGET) {
        place = loc_deref(&e->syms, sym);
        sym = state_find(a->st, place)->v.sym;
    }
    ref = ref_of(e, a->st, sym);
    ref.name = place;
    return ref;
}

// Where the path made its change; its end, when it made none.
static uint32_t change_site(struct engine *e, const struct ending *b,
                            struct subject s)
{
    uint32_t sym = ref_at(e, b, s).sym;
    int gain = 0;

    (void)gain_of(e, b, s, &gain);
    for (const struct event *v = b->st->trail; gain && v; v = v->older)
        if (v->sym == sym
            && (gain < 0 ? v->kind == EVENT_DECREF || v->kind == EVENT_GIVEN
                               || v->kind == EVENT_STORED
                         : v->kind == EVENT_INCREF))
            return v->site;
    return e->first_site[b->block] + b->at;
}

static void report_pair(struct engine *e, const struct ending *a,
                        const struct ending *b, struct subject s,
                        const char *why, const char *note)
{
    struct run r = {.st = a->st, .block = a->block, .at = a->at};
    struct ref ref = ref_at(e, a, s);
    struct candidate c =
        candidate_make(e, &r, RULE_INCONSISTENT_EXITS, &ref, why);

    candidate_assume(&c);
    c.finding.only_oom = a->st->oom || b->st->oom;
    trail_append(e, &c.finding, change_site(e, b, s), note);
    candidate_add(e, &c);
}

static void report_odd(struct engine *e, const struct ending *a,
                       const struct ending *b, struct subject s, int64_t result)
{
    struct ref ref = ref_at(e, a, s);
    const char *name = object_name(e, a->st, &ref);
    const char *as_well = result_text(e, &b->x, result);
    int x = 0, y = 0;

    (void)gain_of(e, a, s, &x);
    (void)gain_of(e, b, s, &y);
    report_pair(
        e, a, b, s,
        arena_printf(e->results,
                     "%s'%s' is %s here, but %s on another path that %s as "
                     "well (assuming that callers cannot tell these apart)",
                     s.of == OF_ARGUMENT ? "the reference of " : "", name,
                     gain_text(s, x), gain_text(s, y), as_well),
        arena_printf(e->results,
                     "on the other path, which %s as well, '%s' is %s", as_well,
                     name, gain_text(s, y)));
}

// The object that callers do not look into: not to explain a failure, nor to
// know whether they get a reference. Who releases an object only if it is of
// some type may well be told so.
static uint32_t unseen(struct engine *e, const struct ending *a,
                       const struct ending *b, struct subject s)
{
    return s.of == OF_RESULT || is_failure(&a->x) || is_failure(&b->x)
               ? param_sym(e, s.p)
               : 0;
}

// The first exit that does something else than one that looks alike.
static bool check_pairs(struct engine *e, struct subject s)
{
    for (size_t i = 0; i < e->nendings; i++) {
        for (size_t k = 0; k < e->nendings; k++) {
            const struct ending *a = &e->endings[i];
            const struct ending *b = &e->endings[k];
            int64_t result;

            if (a->silent || b->silent || same_gain(e, a, b, s)
                || !is_odd(e, a, b, s)
                || !look_alike(e, a, b, unseen(e, a, b, s), &result))
                continue;
            report_odd(e, a, b, s, result);
            return true;
        }
    }
    return false;
}

// The exit that takes no reference although the function succeeds; NULL when
// there is one that does, or that does not say.
static const struct ending *plain_success(struct engine *e, struct subject s)
{
    const struct ending *found = NULL;
    int gain;

    for (size_t i = 0; i < e->nendings; i++) {
        const struct ending *a = &e->endings[i];

        if (is_failure(&a->x) || a->x.params[s.p].null)
            continue;
        if (!gain_of(e, a, s, &gain) || gain > 0)
            return NULL;
        found = a;
    }
    return found;
}

static void report_failure(struct engine *e, const struct ending *a,
                           const struct ending *fine, struct subject s,
                           unsigned more)
{
    const char *name = e->fn->locals[s.p].name;

    report_pair(
        e, a, fine, s,
        arena_printf(
            e->results,
            "'%s'%s stays increfed here, where the function fails, but not "
            "when it succeeds (assuming that callers release nothing more "
            "when it fails)",
            name, more ? arena_printf(e->results, " (and %u more)", more) : ""),
        arena_printf(e->results, "when the function succeeds, '%s' %s", name,
                     fine->x.params[s.p].change < 0
                         ? "is used up"
                         : "does not stay increfed"));
}

// Who fails does not give callers a reference that success does not give: of
// all arguments that an exit treats like that, the first is told.
static void check_failure(struct engine *e, const struct ending *a,
                          const bool *told)
{
    const struct ending *fine = NULL;
    struct subject first = {OF_ARGUMENT, 0};
    unsigned n = 0;
    int gain;

    for (uint32_t p = 0; p < param_count(e); p++) {
        struct subject s = {OF_ARGUMENT, p};
        const struct ending *other;

        if (told[p] || !param_counted(e, p) || !gain_of(e, a, s, &gain)
            || gain <= 0)
            continue;
        other = plain_success(e, s);
        if (!other)
            continue;
        if (n++ == 0) {
            fine = other;
            first = s;
        }
    }
    if (fine)
        report_failure(e, a, fine, first, n - 1);
}

void alike_check(struct engine *e)
{
    bool *told = arena_array(e->scratch, bool, (size_t)param_count(e) + 1);

    // Of exits that were not looked at, one may explain the others.
    if (e->out->status != FLOW_DONE || e->nendings >= ENDINGS_MOST)
        return;
    for (uint32_t p = 0; p < param_count(e); p++) {
        if (!param_counted(e, p))
            check_pairs(e, (struct subject){OF_TARGET, p});
        else
            told[p] = check_pairs(e, (struct subject){OF_ARGUMENT, p})
                      || (!e->returns_new
                          && check_pairs(e, (struct subject){OF_RESULT, p}));
    }
    for (size_t i = 0; i < e->nendings; i++)
        if (!e->endings[i].silent && is_failure(&e->endings[i].x))
            check_failure(e, &e->endings[i], told);
}
