// infer.c - from the ways a function can end to its contract.
//
// in     the distinct exits of one function
// out    a contract in the language of the rules, one outcome for each class
//        of result (NULL, not NULL, negative, zero, positive)
//
// Exits of one class that disagree make the argument (or the result) unknown:
// what nothing says is never guessed.

#include "interproc/interproc.h"

#include <string.h>

enum class {
    CLASS_VOID,
    CLASS_NULL,
    CLASS_NONNULL,
    CLASS_NEGATIVE,
    CLASS_ZERO,
    CLASS_POSITIVE,
    CLASSES
};

// What all exits of a class say of one parameter, or that they disagree.
struct summary {
    bool seen;
    enum error_after error;
    enum flow_result result;
    int of;
    struct flow_param *params;
    bool *mixed;
    bool ran;
    bool is_converter;
};

static bool in_class(const struct flow_exit *x, enum class c)
{
    switch (c) {
    case CLASS_VOID:
        return x->is_void;
    case CLASS_NULL:
        return !x->is_void
               && (x->result == FLOW_NULL || x->passes_null
                   || (x->maybe_null && x->result != FLOW_PLAIN));
    case CLASS_NONNULL:
        return !x->is_void && x->result != FLOW_PLAIN && x->result != FLOW_NULL;
    case CLASS_NEGATIVE:
        return !x->is_void && x->result == FLOW_PLAIN && x->lo < 0;
    case CLASS_ZERO:
        return !x->is_void && x->result == FLOW_PLAIN && x->lo <= 0
               && x->hi >= 0;
    case CLASS_POSITIVE:
        return !x->is_void && x->result == FLOW_PLAIN && x->hi > 0;
    default:
        return false;
    }
}

// The results that make up a class.
static void class_range(enum class c, int64_t *lo, int64_t *hi)
{
    *lo = c == CLASS_NULL || c == CLASS_ZERO          ? 0
          : c == CLASS_NONNULL || c == CLASS_POSITIVE ? 1
                                                      : INT64_MIN;
    *hi = c == CLASS_NULL || c == CLASS_ZERO ? 0
          : c == CLASS_NEGATIVE              ? -1
                                             : INT64_MAX;
}

// What is left of the error indicator when this exit's result is of class c.
static enum error_after exit_error(const struct flow_exit *x, enum class c)
{
    int64_t lo;
    int64_t hi;

    // Nobody says that a result of which nothing is known is ever negative.
    if (c == CLASS_NEGATIVE && x->lo == INT64_MIN && x->hi >= 0 && !x->hands_on)
        return ERROR_AFTER_UNSAID;
    if (!x->hands_on)
        return x->error;
    class_range(c, &lo, &hi);
    lo = c == CLASS_NEGATIVE && x->lo > lo ? x->lo : lo;
    hi = c == CLASS_POSITIVE && x->hi < hi ? x->hi : hi;
    if (lo >= x->error_lo && hi <= x->error_hi)
        return ERROR_AFTER_SET;
    return hi < x->error_lo || lo > x->error_hi ? x->error : ERROR_AFTER_UNSAID;
}

// Has it the form of a converter, which is called with any object, and of which
// callers see whether it succeeded? For all other functions an argument or the
// result may say whether what they wrote is NULL.
static bool is_converter(const struct ir_unit *unit, const struct ir_decl *d,
                         const bool *counted)
{
    const struct ir_type *t =
        d->nparams == 2 ? &unit->types[d->params[1].type] : NULL;

    return t && counted[0] && t->kind == IR_TYPE_POINTER && t->target
           && unit->types[t->target].kind == IR_TYPE_VOID
           && unit->types[d->result].kind == IR_TYPE_INT;
}

// What is written is a reference at one exit and NULL at another: both at once.
static bool join_null(struct flow_param *z, const struct flow_param *y)
{
    enum flow_result out = z->out == FLOW_NULL ? y->out : z->out;

    if (!z->wrote || !y->wrote || (z->out != FLOW_NULL && y->out != FLOW_NULL)
        || (out != FLOW_NEW && out != FLOW_BORROWED))
        return false;
    z->out = out;
    z->out_maybe_null = true;
    return true;
}

// An argument that comes back is NULL when it came as NULL, and only then.
static const struct flow_exit *returned_as(struct arena *a,
                                           const struct flow_exit *x,
                                           uint32_t nparams, bool null)
{
    struct flow_exit *part = arena_new(a, struct flow_exit);

    *part = *x;
    part->params = arena_array(a, struct flow_param, nparams + 1);
    memcpy(part->params, x->params, nparams * sizeof(*x->params));
    part->params[x->of - 1].null = part->params[x->of - 1].absent = null;
    return part;
}

static void add_exit(struct arena *a, struct summary *s,
                     const struct flow_exit *x, enum class class,
                     uint32_t nparams)
{
    enum error_after error = exit_error(x, class);

    if (x->passes_null)
        x = returned_as(a, x, nparams, class == CLASS_NULL);

    if (s->seen && s->error != error)
        error = ERROR_AFTER_UNSAID;
    s->error = error;
    s->ran = s->ran || x->ran;
    if (!s->seen) {
        s->seen = true;
        s->result = x->result;
        s->of = x->of;
        s->params = arena_array(a, struct flow_param, nparams + 1);
        s->mixed = arena_array(a, bool, nparams + 1);
        if (nparams)
            memcpy(s->params, x->params, nparams * sizeof(*s->params));
        return;
    }
    if (s->result != x->result || s->of != x->of) {
        // Borrowed from here or from there is borrowed.
        if (s->result == x->result && x->result == FLOW_BORROWED)
            s->of = 0;
        // So is a reference that the caller owns, whatever it is to.
        else if ((s->result == FLOW_NEW || s->result == FLOW_NEW_ALIAS)
                 && (x->result == FLOW_NEW || x->result == FLOW_NEW_ALIAS))
            s->result = FLOW_NEW;
        else
            s->result = FLOW_UNKNOWN;
    }
    for (uint32_t p = 0; p < nparams; p++) {
        const struct flow_param *y = &x->params[p];
        struct flow_param *z = &s->params[p];

        // Where the argument was NULL, there was nothing to change.
        if (y->null && y->change == 0) {
            z->absent = z->absent && y->absent;
            continue;
        }
        if (z->null && z->change == 0) {
            bool absent = z->absent && y->absent;

            *z = *y;
            z->absent = absent;
            continue;
        }
        z->absent = z->absent && y->absent;
        z->escaped = z->escaped || y->escaped;
        z->stored = z->stored || y->stored || z->in != y->in;
        z->in = z->in == y->in ? z->in : 0;
        if (z->change != y->change || z->freed != y->freed)
            s->mixed[p] = true;
        // An empty place has nothing to take.
        if (z->was_null && y->took) {
            z->took = true;
            z->was_null = false;
        } else if (z->took != y->took && !y->was_null) {
            // Replaced, or left as it was: either way the caller's variable
            // holds a reference that is his. Anything else is too much to say.
            if ((z->took ? z : y)->out == FLOW_NEW
                && !(z->took ? y : z)->wrote) {
                z->took = z->wrote = true;
                z->out = FLOW_NEW;
                continue;
            }
            z->escaped = true;
        }
        // Written only where it was empty: too much to say.
        if (z->wrote != y->wrote && (z->was_null || y->was_null))
            z->escaped = true;
        if (z->wrote == y->wrote && z->out == y->out) {
            z->out_maybe_null = z->out_maybe_null || y->out_maybe_null;
        } else if (!s->is_converter || !join_null(z, y)) {
            z->out = FLOW_UNKNOWN;
            z->wrote = true;
        }
    }
}

static struct effect result_effect(const struct summary *s, bool *ret_known)
{
    struct effect f = {.kind = EFFECT_PLAIN};

    *ret_known = true;
    switch (s->result) {
    case FLOW_NEW:
        f.kind = EFFECT_NEW;
        break;
    case FLOW_ALIAS:
        f.kind = EFFECT_ALIAS;
        f.of = s->of;
        break;
    case FLOW_NEW_ALIAS:
        f.kind = EFFECT_NEW_ALIAS;
        f.of = s->of;
        break;
    case FLOW_BORROWED:
        f.kind = EFFECT_BORROWED;
        f.of = s->of;
        break;
    case FLOW_NULL:
        f.kind = EFFECT_NULL;
        break;
    default:
        *ret_known = false;
    }
    return f;
}

static struct effect out_effect(const struct flow_param *p)
{
    struct effect f = {.kind = EFFECT_OUT, .out = EFFECT_PLAIN};

    if (p->out == FLOW_NEW)
        f.out = EFFECT_NEW;
    else if (p->out == FLOW_BORROWED)
        f.out = EFFECT_BORROWED;
    else if (p->out == FLOW_NULL)
        f.out = EFFECT_NULL;
    f.out_maybe_null =
        p->out_maybe_null && (f.out == EFFECT_NEW || f.out == EFFECT_BORROWED);
    return f;
}

static struct effect param_effect(const struct flow_param *p, bool counted,
                                  bool mixed)
{
    if (!counted) {
        if (p->escaped)
            return (struct effect){.kind = EFFECT_ESCAPE, .maybe_null = true};
        if (p->took) {
            struct effect f = out_effect(p);

            f.kind = EFFECT_INOUT;
            return f;
        }
        if (p->wrote)
            return out_effect(p);
        return (struct effect){.kind = EFFECT_PLAIN};
    }
    if (mixed || p->escaped || p->change > 1 || p->change < -1)
        return (struct effect){.kind = EFFECT_ESCAPE, .maybe_null = true};
    if (p->freed)
        return (struct effect){.kind = EFFECT_FREE, .maybe_null = true};
    if (p->change < 0)
        return (struct effect){.kind =
                                   p->released ? EFFECT_DECREF : EFFECT_STEAL,
                               .of = p->released ? 0 : p->in,
                               .maybe_null = true};
    // One more reference, for the caller or for somebody out of sight: that
    // cannot be told.
    if (p->change > 0)
        return (struct effect){.kind = EFFECT_ESCAPE, .maybe_null = true};
    if (p->stored)
        return (struct effect){
            .kind = EFFECT_KEEP, .of = p->in, .maybe_null = true};
    return (struct effect){.kind = EFFECT_BORROW, .maybe_null = true};
}

static struct cond class_cond(enum class c)
{
    switch (c) {
    case CLASS_NULL:
        return (struct cond){.kind = COND_NULL};
    case CLASS_NONNULL:
        return (struct cond){.kind = COND_NONNULL};
    case CLASS_NEGATIVE:
        return (struct cond){COND_RANGE, INT64_MIN, -1};
    case CLASS_ZERO:
        return (struct cond){COND_RANGE, 0, 0};
    case CLASS_POSITIVE:
        return (struct cond){COND_RANGE, 1, INT64_MAX};
    default:
        return (struct cond){.kind = COND_ANY};
    }
}

// The range of results that a class of integers really has.
static void narrow_cond(struct cond *c, const struct flow_outcome *o,
                        enum class class)
{
    int64_t lo = INT64_MAX;
    int64_t hi = INT64_MIN;

    if (c->kind != COND_RANGE)
        return;
    for (size_t i = 0; i < o->nexits; i++) {
        if (!in_class(&o->exits[i], class))
            continue;
        lo = o->exits[i].lo < lo ? o->exits[i].lo : lo;
        hi = o->exits[i].hi > hi ? o->exits[i].hi : hi;
    }
    if (lo > c->lo)
        c->lo = lo;
    if (hi < c->hi)
        c->hi = hi;
}

static void add_outcome(struct arena *a, struct contract *c,
                        const struct summary *s, enum class class,
                        const struct flow_outcome *o, bool *ret_known)
{
    struct outcome *out = &c->outcomes[c->noutcomes++];

    *out = (struct outcome){.cond = class_cond(class),
                            .error = s->error,
                            .says_error = s->error != ERROR_AFTER_KEPT};
    narrow_cond(&out->cond, o, class);
    out->result = (struct effect){.kind = EFFECT_PLAIN};
    if (class == CLASS_NONNULL)
        out->result = result_effect(s, ret_known);
    else if (class == CLASS_NULL)
        out->result.kind = EFFECT_NULL;
    out->changes = arena_array(a, struct arg_change, c->nargs + 1);
}

// Arguments of which the outcomes say different things.
static void spread_changes(struct contract *c, const struct summary *classes,
                           const enum class *class_of, const bool *counted)
{
    for (int p = 0; p < c->nargs; p++) {
        struct effect first = {.kind = EFFECT_PLAIN};
        bool known = false;

        for (int n = 0; n < c->noutcomes; n++) {
            const struct summary *s = &classes[class_of[n]];
            struct effect f =
                param_effect(&s->params[p], counted[p], s->mixed[p]);
            struct outcome *o = &c->outcomes[n];

            // Ways to end that only a NULL argument can take say nothing else.
            if (counted[p] && s->params[p].null
                && (known || n + 1 < c->noutcomes)) {
                if (s->params[p].absent)
                    o->changes[o->nchanges++] =
                        (struct arg_change){p + 1, {.kind = EFFECT_ABSENT}};
                continue;
            }
            if (!known) {
                c->args[p] = first = f;
                known = true;
            } else if (!effect_alike(&first, &f)) {
                o->changes[o->nchanges++] = (struct arg_change){p + 1, f};
            }
        }
    }
}

// Is every reference that it returns to something that it made? Then also: to
// something that no collector looks at?
static bool is_fresh(const struct flow_outcome *o, bool *ret_untracked)
{
    bool any = false;

    *ret_untracked = true;
    for (size_t i = 0; i < o->nexits; i++) {
        if (o->exits[i].result == FLOW_NULL)
            continue;
        if (o->exits[i].result != FLOW_NEW || !o->exits[i].fresh)
            return false;
        *ret_untracked = *ret_untracked && o->exits[i].untracked;
        any = true;
    }
    return any;
}

// Is NULL itself returned somewhere, not only what may be NULL for all we know?
static bool returns_null(const struct flow_outcome *o)
{
    for (size_t i = 0; i < o->nexits; i++)
        if (o->exits[i].result == FLOW_NULL)
            return true;
    return false;
}

// May a reference that it returns be one of several?
static bool is_shared(const struct flow_outcome *o)
{
    for (size_t i = 0; i < o->nexits; i++)
        if (o->exits[i].result == FLOW_NEW && o->exits[i].is_shared)
            return true;
    return false;
}

// Does it run code however it ends, failure apart? What a test does only when
// it says no, does not matter to who goes on.
static bool runs_code(const struct summary *classes)
{
    bool ran = false;

    for (int k = 0; k < CLASSES; k++) {
        if (!classes[k].seen || k == CLASS_NULL || k == CLASS_NEGATIVE)
            continue;
        if (!classes[k].ran)
            return false;
        ran = true;
    }
    return ran;
}

// Traits that all failures have.
static uint64_t failure_traits(const struct flow_outcome *o)
{
    uint64_t traits = TRAIT_OOM | TRAIT_MISUSE;
    bool fails = false;

    for (size_t i = 0; i < o->nexits; i++) {
        const struct flow_exit *x = &o->exits[i];

        if (!in_class(x, CLASS_NULL) && !in_class(x, CLASS_NEGATIVE))
            continue;
        fails = true;
        traits &= (x->oom ? TRAIT_OOM : 0) | (x->misuse ? TRAIT_MISUSE : 0);
    }
    return fails ? traits : 0;
}

const struct contract *infer_contract(struct arena *a,
                                      const struct flow_unit *u,
                                      const struct ir_unit *unit, uint32_t decl,
                                      const struct flow_outcome *outcome)
{
    const struct ir_decl *d = &unit->decls[decl];
    struct contract *c = arena_new(a, struct contract);
    bool *counted = arena_array(a, bool, d->nparams + 1);
    struct summary classes[CLASSES] = {{.seen = false}};
    enum class class_of[CLASSES];
    bool known = true;
    bool untracked;

    if (outcome->status == FLOW_CUT)
        return NULL;
    *c = (struct contract){.name = d->name,
                           .family = "",
                           .file = "",
                           .prefer = "",
                           .note = "",
                           .inferred = true,
                           .has_outcomes = true,
                           .nargs = (int)d->nparams};
    c->args = arena_array(a, struct effect, d->nparams + 1);
    c->outcomes = arena_array(a, struct outcome, CLASSES);
    for (uint32_t p = 0; p < d->nparams; p++)
        counted[p] = flow_counted_pointer(u, d->params[p].type);
    for (int k = 0; k < CLASSES; k++)
        classes[k].is_converter = is_converter(unit, d, counted);
    for (size_t i = 0; i < outcome->nexits; i++)
        for (int k = 0; k < CLASSES; k++)
            if (in_class(&outcome->exits[i], (enum class)k))
                add_exit(a, &classes[k], &outcome->exits[i], (enum class)k,
                         d->nparams);
    for (int k = 0; k < CLASSES; k++) {
        if (!classes[k].seen)
            continue;
        class_of[c->noutcomes] = (enum class)k;
        add_outcome(a, c, &classes[k], (enum class)k, outcome, &known);
    }
    if (!known && returns_null(outcome))
        c->traits |= TRAIT_NULLABLE;
    if (!known)
        for (int n = 0; n < c->noutcomes; n++)
            c->outcomes[n].result = (struct effect){.kind = EFFECT_PLAIN};
    if (c->noutcomes == 0) {
        // No exit: it never returns.
        c->noutcomes = 1;
        c->outcomes[0] = (struct outcome){.cond = {.kind = COND_ANY},
                                          .result = {.kind = EFFECT_NORETURN}};
        return c;
    }
    spread_changes(c, classes, class_of, counted);
    c->traits |= failure_traits(outcome);
    infer_further(u, unit, decl, c);
    if (is_fresh(outcome, &untracked))
        c->traits |= TRAIT_FRESH | (untracked ? TRAIT_UNTRACKED : 0);
    if (known && is_shared(outcome))
        c->traits |= TRAIT_SHARED;
    if (runs_code(classes))
        c->traits |= TRAIT_RUNS_CODE;
    return c;
}
