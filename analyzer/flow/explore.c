// explore.c - walk every path of one function, once.
//
// in     a verified function and the contracts of its callees
// out    the findings of this function and the ways in which it can end
//
// States wait at the blocks they have reached, and the first block in reverse
// post order goes first, so that all paths into a join are there before it is
// passed. Two that agree on every reference are merged (merge.c), so that a
// function costs what its blocks cost, not what its paths cost. Loops run
// until nothing new arrives. This is the only file that decides how long to
// search.
//
// Invariant: a state kept at a join only ever becomes wider.

#include "flow/alike.h"
#include "flow/dump.h"
#include "flow/engine.h"

#include <string.h>

enum {
    // Merging costs more than walking: few functions are made cheaper by less.
    STATES_MOST = 512,   // kept apart at one join
    TURNS_APART = 12,    // the same, while a loop brings new ones
    STEPS_MOST = 150000, // instructions executed in one function
    SYMBOLS_MOST = 200000,
    TURNS_MOST = 2000 // times one block may be run
};

// --- set up ---

static void number_sites(struct engine *e)
{
    const struct ir_fn *fn = e->fn;
    uint32_t site = 0;

    e->first_site = arena_array(e->scratch, uint32_t, fn->nblocks + 1);
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        e->first_site[n] = site;
        site += fn->blocks[n].nins + 1;
    }
    e->nsites = site;
    e->site_block = arena_array(e->scratch, uint32_t, site + 1);
    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t i = 0; i <= fn->blocks[n].nins; i++)
            e->site_block[e->first_site[n] + i] = n;
    e->called = arena_array(e->scratch, bool, site + 1);
    e->needs_oom = arena_array(e->scratch, bool, site + 1);
    e->order = arena_array(e->scratch, enum order, site + 1);
}

static void number_temps(struct engine *e)
{
    const struct ir_fn *fn = e->fn;

    e->first_temp = arena_array(e->scratch, uint32_t, fn->nblocks + 1);
    e->ntemps = arena_array(e->scratch, uint32_t, fn->nblocks + 1);
    e->last_use = arena_array(e->scratch, uint32_t, (size_t)fn->ntemps + 1);
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];
        uint32_t lo = UINT32_MAX;
        uint32_t hi = 0;

        for (uint32_t i = 0; i < b->nins; i++) {
            const struct ir_ins *ins = &b->ins[i];

            if (ins->dst && ins->dst < lo)
                lo = ins->dst;
            if (ins->dst > hi)
                hi = ins->dst;
            e->last_use[ins->a] = e->last_use[ins->b] = i;
            for (uint32_t k = 0; k < ins->nargs; k++)
                e->last_use[ins->args[k]] = i;
        }
        if (b->value)
            e->last_use[b->value] = b->nins;
        e->first_temp[n] = hi ? lo : 0;
        e->ntemps[n] = hi ? hi - lo + 1 : 0;
    }
}

static void count_preds(struct engine *e)
{
    const struct ir_fn *fn = e->fn;

    e->npreds = arena_array(e->scratch, uint32_t, fn->nblocks + 1);
    e->npreds[0] = 1;
    for (uint32_t n = 0; n < fn->nblocks; n++)
        for (uint32_t k = 0; k < fn->blocks[n].nsucc; k++)
            e->npreds[fn->blocks[n].succ[k]]++;
    e->kept = arena_array(e->scratch, struct state *, fn->nblocks + 1);
    e->nkept = arena_array(e->scratch, uint32_t, fn->nblocks + 1);
    e->nwaiting = arena_array(e->scratch, uint32_t, fn->nblocks + 1);
    e->joined = arena_array(e->scratch, struct joined *,
                            (size_t)fn->nblocks + e->nsites + 1);
}

// Every way from a block back to it has a jump to a block that stands no later
// than it, from one that stands no earlier.
static void find_loops(struct engine *e)
{
    const struct ir_fn *fn = e->fn;
    uint32_t lowest = UINT32_MAX; // that is jumped to from here or below

    e->in_loop = arena_array(e->scratch, bool, fn->nblocks + 1);
    for (uint32_t n = fn->nblocks; n-- > 0;) {
        for (uint32_t k = 0; k < fn->blocks[n].nsucc; k++)
            if (fn->blocks[n].succ[k] < lowest)
                lowest = fn->blocks[n].succ[k];
        e->in_loop[n] = lowest <= n;
    }
}

static void cut(struct engine *e, const char *why)
{
    e->out->status = FLOW_CUT;
    e->out->why_cut = why;
}

// --- the work list ---

static bool mentions(const struct engine *e, const struct state *s,
                     uint32_t sym)
{
    for (uint32_t i = 0; i < s->nstore; i++)
        if (value_mentions(&e->syms, s->store[i].v, sym)
            || loc_mentions(&e->syms, s->store[i].loc, sym))
            return true;
    for (uint32_t i = 0; i < s->nrefs; i++)
        if (value_mentions(&e->syms, value_sym(s->refs[i].sym), sym))
            return true;
    return false;
}

// The symbols of this join that a path brings along from an earlier pass
// through it are older values now.
static void age_joins(struct engine *e, struct run *r)
{
    for (const struct joined *j = e->joined[e->join_at]; j; j = j->next) {
        struct sym y = e->syms.syms[j->sym];

        if (!mentions(e, r->st, j->sym))
            continue;
        y.gen = 1;
        run_replace(e, r, j->sym, value_sym(sym_intern(&e->syms, &y)));
    }
}

static void wait(struct engine *e, struct state *s)
{
    if (s->waiting)
        return;
    s->waiting = true;
    e->waiting++;
    e->nwaiting[s->block]++;
    if (s->block < e->first_waiting)
        e->first_waiting = s->block;
}

static void keep(struct engine *e, struct state *s)
{
    s->next = e->kept[s->block];
    e->kept[s->block] = s;
    e->nkept[s->block]++;
    wait(e, s);
}

static void arrive_at_join(struct engine *e, struct state *s, bool back)
{
    uint32_t most = back ? TURNS_APART : STATES_MOST;

    for (struct state *k = e->kept[s->block]; k; k = k->next) {
        enum merge m = state_merge(e, k, s);

        if (m == MERGE_APART)
            continue;
        if (m == MERGE_WIDER)
            wait(e, k);
        state_done(&e->pool, s);
        return;
    }
    if (e->nkept[s->block] < most) {
        keep(e, s);
        return;
    }
    for (struct state *k = e->kept[s->block]; k; k = k->next) {
        enum merge m = state_merge_lossy(e, k, s);

        if (m == MERGE_APART)
            continue;
        e->lossy = e->lossy || most == STATES_MOST;
        if (m == MERGE_WIDER)
            wait(e, k);
        state_done(&e->pool, s);
        return;
    }
    if (e->nkept[s->block] < STATES_MOST)
        keep(e, s);
    else
        cut(e, "too many states");
}

static void arrive(struct engine *e, struct state *s, uint32_t from,
                   uint32_t block)
{
    s->block = block;
    e->join_at = block;
    if (e->npreds[block] > 1 && e->in_loop[block])
        age_joins(e, &(struct run){.st = s, .block = from});
    state_tidy(e, s);
    state_sign(s);
    if (e->npreds[block] > 1)
        arrive_at_join(e, s, block <= from);
    else
        keep(e, s);
}

// The next state to run: a copy where it stays behind as a record.
static struct state *next_state(struct engine *e, uint32_t block)
{
    for (struct state **p = &e->kept[block]; *p; p = &(*p)->next) {
        struct state *s = *p;

        if (!s->waiting)
            continue;
        s->waiting = false;
        e->waiting--;
        e->nwaiting[block]--;
        if (e->npreds[block] > 1)
            return state_copy(&e->pool, s);
        *p = s->next;
        s->next = NULL;
        e->nkept[block]--;
        return s;
    }
    return NULL;
}

// --- one block ---

static struct run *new_run(struct engine *e, struct state *s, uint32_t block,
                           const struct value *temps)
{
    struct run *r = arena_new(e->scratch, struct run);

    r->st = s;
    r->block = block;
    r->temps =
        arena_array(e->scratch, struct value, (size_t)e->ntemps[block] + 1);
    if (temps)
        memcpy(r->temps, temps, e->ntemps[block] * sizeof(*temps));
    return r;
}

struct run *run_fork(struct engine *e, const struct run *r)
{
    struct run *f = new_run(e, state_copy(&e->pool, r->st), r->block, r->temps);

    f->at = r->at;
    f->next = e->forks;
    e->forks = f;
    return f;
}

static void go(struct engine *e, struct run *r, uint32_t succ)
{
    track_dead_temps(e, r);
    arrive(e, r->st, r->block, succ);
}

static void drop(struct engine *e, struct run *r)
{
    state_done(&e->pool, r->st);
}

// Note which way a condition went, when nothing more telling was noted.
static void note_branch(struct engine *e, struct run *r,
                        const struct event *before, struct value v, bool truth)
{
    if (r->st->trail == before)
        event_add(e, r->st, EVENT_BRANCH, v.sym, engine_site(e, r), truth);
}

static void branch(struct engine *e, struct run *r, const struct ir_block *b)
{
    struct value v = run_temp(e, r, b->value);
    int truth = truth_of(e, r->st, v);
    const struct event *before = r->st->trail;
    struct run *other;

    if (b->succ[0] == b->succ[1]) {
        go(e, r, b->succ[0]);
        return;
    }
    if (truth >= 0) {
        if (assume(e, r, v, truth))
            go(e, r, b->succ[truth ? 0 : 1]);
        else
            drop(e, r);
        return;
    }
    other = new_run(e, state_copy(&e->pool, r->st), r->block, r->temps);
    other->at = r->at;
    if (assume(e, r, v, true)) {
        note_branch(e, r, before, v, true);
        go(e, r, b->succ[0]);
    } else {
        drop(e, r);
    }
    if (assume(e, other, v, false)) {
        note_branch(e, other, before, v, false);
        go(e, other, b->succ[1]);
    } else {
        drop(e, other);
    }
}

static void switch_to(struct engine *e, struct run *r, const struct ir_block *b)
{
    struct value v = run_temp(e, r, b->value);

    for (uint32_t k = 0; k + 1 < b->nsucc; k++) {
        struct run *f =
            new_run(e, state_copy(&e->pool, r->st), r->block, r->temps);

        f->at = r->at;
        if (assume_range(e, f, v, b->cases[k].lo, b->cases[k].hi)) {
            note_branch(e, f, r->st->trail, value_int(0), true);
            go(e, f, b->succ[k]);
        } else {
            drop(e, f);
        }
    }
    for (uint32_t k = 0; k + 1 < b->nsucc; k++) {
        struct fact f;

        // One number that is left takes the place of the value.
        v = run_temp(e, r, b->value);
        f = fact_of(&e->syms, r->st, v);
        if (f.lo >= b->cases[k].lo && f.hi <= b->cases[k].hi) {
            drop(e, r);
            return;
        }
        if (b->cases[k].lo == b->cases[k].hi
            && !assume(
                e, r,
                evaluate(e, r->st, IR_EQ, false, v, value_int(b->cases[k].lo)),
                false)) {
            drop(e, r);
            return;
        }
    }
    go(e, r, b->succ[b->nsucc - 1]);
}

static void choose(struct engine *e, struct run *r, const struct ir_block *b)
{
    for (uint32_t k = 0; k < b->nsucc; k++) {
        struct run *f =
            new_run(e, state_copy(&e->pool, r->st), r->block, r->temps);

        f->at = r->at;
        go(e, f, b->succ[k]);
    }
    drop(e, r);
}

static void leave_block(struct engine *e, struct run *r,
                        const struct ir_block *b)
{
    switch (b->end) {
    case IR_JUMP:
        go(e, r, b->succ[0]);
        break;
    case IR_BRANCH:
        branch(e, r, b);
        break;
    case IR_SWITCH:
        switch_to(e, r, b);
        break;
    case IR_CHOOSE:
        choose(e, r, b);
        break;
    case IR_RETURN: {
        struct value *temps = r->temps;
        struct value v = b->value ? run_temp(e, r, b->value) : value_int(0);

        r->temps = NULL;
        exit_return(e, r, v, b->value ? e->ir->decls[e->fn->decl].result : 0);
        r->temps = temps;
        drop(e, r);
        break;
    }
    default:
        drop(e, r);
    }
}

// --- the paths through one block, side by side ---

// The paths that are at the same instruction of a block. A call that can end
// in several ways makes more of them; where these do not matter to what
// follows, they are merged at once, not at the end of the block.
struct front {
    struct run **runs;
    size_t count, cap;
};

static bool same_temps(const struct engine *e, const struct run *a,
                       const struct run *b)
{
    uint32_t first = e->first_temp[a->block];

    for (uint32_t t = 0; t < e->ntemps[a->block]; t++)
        if (e->last_use[first + t] > a->at
            && !value_same(a->temps[t], b->temps[t]))
            return false;
    return true;
}

static void merge_front(struct engine *e, struct front *f)
{
    size_t kept = 0;

    e->join_at = e->fn->nblocks + engine_site(e, f->runs[0]);
    for (size_t i = 0; i < f->count && e->in_loop[f->runs[0]->block]; i++)
        age_joins(e, f->runs[i]);
    for (size_t i = 0; i < f->count; i++) {
        struct run *r = f->runs[i];
        bool merged = false;

        track_dead_temps(e, r);
        state_sign(r->st);
        for (size_t k = 0; k < kept && !merged; k++) {
            bool full = kept >= STATES_MOST;
            struct state *into = f->runs[k]->st;

            if (!same_temps(e, f->runs[k], r))
                continue;
            merged = state_merge(e, into, r->st) != MERGE_APART;
            if (!merged && full) {
                merged = state_merge_lossy(e, into, r->st) != MERGE_APART;
                e->lossy = e->lossy || merged;
            }
        }
        if (merged)
            state_done(&e->pool, r->st);
        else
            f->runs[kept++] = r;
    }
    f->count = kept;
    if (kept > (size_t)STATES_MOST * 2)
        cut(e, "too many ways through one block");
}

static void step_front(struct engine *e, struct front *f,
                       const struct ir_ins *ins)
{
    size_t before = f->count;
    size_t kept = 0;

    for (size_t i = 0; i < before; i++) {
        exec_ins(e, f->runs[i], ins);
        e->steps++;
        for (; e->forks; e->forks = e->forks->next)
            arena_push(e->scratch, f->runs, f->count, f->cap, e->forks);
    }
    for (size_t i = 0; i < f->count; i++) {
        if (f->runs[i]->dead)
            state_done(&e->pool, f->runs[i]->st);
        else
            f->runs[kept++] = f->runs[i];
    }
    f->count = kept;
    if (kept > before && kept > 1)
        merge_front(e, f);
    for (size_t i = 0; i < f->count; i++)
        f->runs[i]->at++;
}

static void run_block(struct engine *e, struct state *s, uint32_t block)
{
    const struct ir_block *b = &e->fn->blocks[block];
    struct front f = {0};

    e->forks = NULL;
    arena_push(e->scratch, f.runs, f.count, f.cap, new_run(e, s, block, NULL));
    for (uint32_t i = 0; i < b->nins && f.count > 0; i++) {
        step_front(e, &f, &b->ins[i]);
        if (e->out->status == FLOW_CUT)
            return;
    }
    for (size_t i = 0; i < f.count; i++)
        leave_block(e, f.runs[i], b);
}

// An argument of a slot that must not be NULL is none.
static bool never_null(const struct engine *e, uint32_t param)
{
    return e->role && (int)param < e->role->nargs
           && e->role->args[param].kind == EFFECT_BORROW
           && !e->role->args[param].maybe_null
           && e->u->counted_pointer[e->fn->locals[param].type];
}

// One that is NULL at times, as the slot says.
static bool null_comes(const struct engine *e, uint32_t param)
{
    return e->role && e->role->traits & TRAIT_NULL_COMES
           && (int)param < e->role->nargs
           && e->role->args[param].kind == EFFECT_BORROW
           && e->role->args[param].maybe_null
           && e->u->counted_pointer[e->fn->locals[param].type];
}

// What all callers of a function that only this unit calls pass.
static struct fact callers_pass(const struct engine *e, uint32_t param)
{
    const struct passed *p = e->u->passed[e->fn->decl];
    enum ir_type_kind kind = e->ir->types[e->fn->locals[param].type].kind;

    if (!p || param >= param_count(e)
        || (kind != IR_TYPE_POINTER && kind != IR_TYPE_INT))
        return (struct fact){.lo = INT64_MIN, .hi = INT64_MAX};
    return (struct fact){
        .nonzero = p[param].nonzero, .lo = p[param].lo, .hi = p[param].hi};
}

static void start(struct engine *e)
{
    struct state *s = state_new(&e->pool);

    for (uint32_t l = 0; l < e->fn->nlocals && e->fn->locals[l].is_param; l++) {
        uint32_t loc = loc_local(&e->syms, l);
        uint32_t sym = sym_init(&e->syms, loc, e->fn->locals[l].type);
        struct fact f;

        state_bind(&e->pool, s, loc, value_sym(sym));
        f = callers_pass(e, l);
        f.sym = sym;
        f.nonzero = f.nonzero || never_null(e, l);
        if (f.nonzero || f.lo != INT64_MIN || f.hi != INT64_MAX)
            fact_put(&e->pool, s, &f);
        if (null_comes(e, l))
            ref_put(&e->pool, s,
                    &(struct ref){.sym = sym,
                                  .lender = LENT_PARAM,
                                  .flags = REF_MAYBE,
                                  .name = loc});
    }
    indicator_start(&s->indicator);
    s->block = 0;
    keep(e, s);
}

static void explore(struct engine *e)
{
    uint32_t *turns = arena_array(e->scratch, uint32_t, e->fn->nblocks + 1);

    if (e->options && e->options->dump)
        fprintf(e->options->dump, "function %s\n",
                e->ir->decls[e->fn->decl].name);
    start(e);
    while (e->waiting && e->out->status != FLOW_CUT) {
        uint32_t n = e->first_waiting;
        struct state *s;

        while (!e->nwaiting[n])
            n++;
        e->first_waiting = n;
        s = next_state(e, n);
        if (e->options && e->options->dump)
            dump_state(e->options->dump, e, s, n);
        run_block(e, s, n);
        if (e->steps > e->max_steps)
            cut(e, "too many steps");
        else if (e->syms.nsyms > SYMBOLS_MOST)
            cut(e, "too many values");
        else if (++turns[n] > TURNS_MOST)
            cut(e, "a loop that does not settle");
    }
}

// Does the function touch anything counted at all?
static bool is_relevant(const struct engine *e)
{
    const struct ir_fn *fn = e->fn;
    const bool *counted = e->u->counted_pointer;

    if (counted[e->ir->decls[fn->decl].result])
        return true;
    for (uint32_t l = 0; l < fn->nlocals; l++)
        if (fn->locals[l].type && counted[fn->locals[l].type])
            return true;
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        const struct ir_block *b = &fn->blocks[n];

        for (uint32_t i = 0; i < b->nins; i++)
            if (b->ins[i].type && counted[b->ins[i].type])
                return true;
    }
    return false;
}

void flow_function(struct flow_unit *u, const struct ir_fn *fn,
                   const struct flow_options *options, struct arena *scratch,
                   struct arena *results, struct finding_list *list,
                   struct flow_outcome *ret)
{
    struct engine e = {.u = u,
                       .ir = u->ir,
                       .fn = fn,
                       .role = flow_role(u, fn->decl),
                       .promise = u->promises[fn->decl],
                       .scratch = scratch,
                       .results = results,
                       .options = options,
                       .out = ret,
                       .pool = {.arena = scratch},
                       .max_steps = STEPS_MOST};

    *ret = (struct flow_outcome){.status = FLOW_DONE, .why_cut = ""};
    if (options && options->max_steps)
        e.max_steps = options->max_steps;
    if (!is_relevant(&e)) {
        ret->status = FLOW_IRRELEVANT;
        return;
    }
    syms_init(&e.syms, scratch);
    number_sites(&e);
    number_temps(&e);
    count_preds(&e);
    find_loops(&e);
    live_find(&e);
    why_start(&e);
    explore(&e);
    if (e.lossy && ret->status == FLOW_DONE)
        cut(&e, "too many states, some references were not followed");
    ret->steps = e.steps;
    alike_check(&e);
    causes_finish(&e, list);
}
