// unit.c - the functions of a unit in the order in which contracts flow.
//
// in     the IR of a unit, the rules
// out    findings, and what could not be analysed
//
// Callees first (Tarjan, "Depth-First Search and Linear Graph Algorithms",
// 1972): the call graph's strongly connected components come out bottom up.
// A component with a cycle (recursion) is walked twice: first to learn what its
// functions do, then to find. What they hand on to one another is at first
// supposed to be left alone; if anything else comes of that, it is unknown.

#include "interproc/explain.h"
#include "interproc/interproc.h"

#include <string.h>

struct order {
    const struct ir_unit *ir;
    uint32_t *number, *low; // per function, 0 = not seen
    bool *stacked;
    uint32_t *stack, depth;
    uint32_t *sorted, count; // the result
    bool *recursive;         // [function]: its component has a cycle
    uint32_t *component;     // [function]: the number of its root
    uint32_t next;
    // The walk keeps its own stack, for call chains can be long.
    struct frame {
        uint32_t fn, block, ins;
    } *frames;
};

// The next function with a body that this one calls or mentions, 0 = no more.
static uint32_t next_callee(const struct order *o, struct frame *f)
{
    const struct ir_fn *fn = &o->ir->fns[f->fn];

    for (; f->block < fn->nblocks; f->block++, f->ins = 0) {
        const struct ir_block *b = &fn->blocks[f->block];

        while (f->ins < b->nins) {
            const struct ir_ins *i = &b->ins[f->ins++];

            if ((i->op == IR_CALL || i->op == IR_FN) && i->ref
                && o->ir->decls[i->ref].fn)
                return o->ir->decls[i->ref].fn;
        }
    }
    return 0;
}

static void finish(struct order *o, uint32_t n)
{
    uint32_t first = o->count;
    uint32_t m;

    if (o->low[n] != o->number[n])
        return;
    do {
        m = o->stack[--o->depth];
        o->stacked[m] = false;
        o->sorted[o->count++] = m;
        o->component[m] = o->number[n];
    } while (m != n);
    for (uint32_t i = first; o->count - first > 1 && i < o->count; i++)
        o->recursive[o->sorted[i]] = true;
}

static void enter(struct order *o, uint32_t n, uint32_t *nframes)
{
    o->number[n] = o->low[n] = ++o->next;
    o->stack[o->depth++] = n;
    o->stacked[n] = true;
    o->frames[(*nframes)++] = (struct frame){.fn = n};
}

static void walk(struct order *o, uint32_t root)
{
    uint32_t nframes = 0;

    enter(o, root, &nframes);
    while (nframes > 0) {
        struct frame *f = &o->frames[nframes - 1];
        uint32_t callee = next_callee(o, f);
        uint32_t n = f->fn;

        if (!callee) {
            finish(o, n);
            nframes--;
            if (nframes > 0) {
                uint32_t caller = o->frames[nframes - 1].fn;

                if (o->low[n] < o->low[caller])
                    o->low[caller] = o->low[n];
            }
        } else if (callee - 1 == n) {
            o->recursive[n] = true;
        } else if (!o->number[callee - 1]) {
            enter(o, callee - 1, &nframes);
        } else if (o->stacked[callee - 1]
                   && o->number[callee - 1] < o->low[n]) {
            o->low[n] = o->number[callee - 1];
        }
    }
}

static void sort_bottom_up(struct arena *a, const struct ir_unit *ir,
                           struct order *o)
{
    *o = (struct order){.ir = ir};
    o->number = arena_array(a, uint32_t, ir->nfns + 1);
    o->low = arena_array(a, uint32_t, ir->nfns + 1);
    o->stacked = arena_array(a, bool, ir->nfns + 1);
    o->recursive = arena_array(a, bool, ir->nfns + 1);
    o->component = arena_array(a, uint32_t, ir->nfns + 1);
    o->stack = arena_array(a, uint32_t, ir->nfns + 1);
    o->sorted = arena_array(a, uint32_t, ir->nfns + 1);
    o->frames = arena_array(a, struct frame, ir->nfns + 1);
    for (uint32_t n = 0; n < ir->nfns; n++)
        if (!o->number[n])
            walk(o, n);
}

static enum function_status status_of(enum flow_status s)
{
    switch (s) {
    case FLOW_IRRELEVANT:
        return FUNCTION_IRRELEVANT;
    case FLOW_CUT:
        return FUNCTION_CUT;
    default:
        return FUNCTION_ANALYSED;
    }
}

struct unit_walk {
    struct arena *results;
    const struct ir_unit *ir;
    struct flow_options options;
    struct flow_unit *u;
    struct order order;
    struct function_result *functions; // [function]
    struct finding_list *findings;     // [function]
    bool *changed; // [decl]: its contract is not what callers were walked with
    bool *on_unowned; // [function]: see struct flow_outcome
    bool has_walked;
};

// A function that touches nothing counted may still end every path to it.
static bool returns(const struct ir_fn *fn)
{
    for (uint32_t b = 0; b < fn->nblocks; b++)
        if (fn->blocks[b].end == IR_RETURN)
            return true;
    return false;
}

static void walk_one(struct unit_walk *w, uint32_t n,
                     const struct flow_options *options, struct arena *scratch,
                     struct finding_list *findings, struct function_result *ret,
                     struct flow_outcome *outcome)
{
    const struct ir_fn *fn = &w->ir->fns[n];
    const struct contract *c;

    flow_function(w->u, fn, options, scratch, w->results, findings, outcome);
    w->on_unowned[n] = w->on_unowned[n] || outcome->on_unowned;
    ret->status = status_of(outcome->status);
    ret->why = outcome->why_cut;
    ret->calls = outcome->calls;
    ret->calls_unknown = outcome->calls_unknown;
    if ((ret->status == FUNCTION_IRRELEVANT && returns(fn))
        || flow_ruled(w->u, fn->decl))
        return;
    c = infer_contract(w->results, w->u, w->ir, fn->decl, outcome);
    ret->contract = c;
    if (c)
        flow_set_contract(w->u, fn->decl, c);
}

static bool leaves_alone(const struct effect *f)
{
    return f->kind == EFFECT_BORROW || f->kind == EFFECT_PLAIN
           || f->kind == EFFECT_OUT;
}

// Does the contract say of all objects among the arguments that they stay as
// they are?
static bool leaves_arguments(const struct contract *c)
{
    for (int i = 0; i < c->nargs; i++)
        if (!leaves_alone(&c->args[i]))
            return false;
    for (int n = 0; n < c->noutcomes; n++)
        for (int i = 0; i < c->outcomes[n].nchanges; i++)
            if (!leaves_alone(&c->outcomes[n].changes[i].effect))
                return false;
    return true;
}

static uint32_t component_end(const struct order *o, uint32_t from)
{
    uint32_t i = from;

    while (i < o->count
           && o->component[o->sorted[i]] == o->component[o->sorted[from]])
        i++;
    return i;
}

// A first, silent walk of the functions of a component that calls itself. With
// supposes, of what they hand on to one another: false when one of them does
// not leave all arguments alone.
static bool learn(struct unit_walk *w, uint32_t from, struct arena *scratch,
                  bool supposes)
{
    const struct order *o = &w->order;
    struct flow_options quiet = {.max_steps = w->options.max_steps,
                                 .supposes = supposes};
    bool all = true;

    for (uint32_t i = from; i < component_end(o, from); i++) {
        struct finding_list dropped = {0};
        struct function_result learnt = {.contract = NULL};
        struct flow_outcome outcome;

        if (!w->ir->fns[o->sorted[i]].problem[0])
            walk_one(w, o->sorted[i], &quiet, scratch, &dropped, &learnt,
                     &outcome);
        all = all && learnt.contract && leaves_arguments(learnt.contract);
        arena_reset(scratch);
    }
    return all;
}

// What it supposes is right if nothing else comes of it; else nothing is known.
static void learn_component(struct unit_walk *w, uint32_t from,
                            struct arena *scratch)
{
    const struct order *o = &w->order;
    bool is_known = false;

    for (uint32_t i = from; i < component_end(o, from); i++)
        is_known =
            is_known || flow_contract(w->u, w->ir->fns[o->sorted[i]].decl);
    if (is_known) {
        learn(w, from, scratch, false);
        return;
    }
    if (learn(w, from, scratch, true))
        return;
    for (uint32_t i = from; i < component_end(o, from); i++)
        flow_set_contract(w->u, w->ir->fns[o->sorted[i]].decl, NULL);
    learn(w, from, scratch, false);
}

static bool calls_changed(const struct unit_walk *w, uint32_t n)
{
    const struct ir_fn *fn = &w->ir->fns[n];

    for (uint32_t b = 0; b < fn->nblocks; b++) {
        for (uint32_t i = 0; i < fn->blocks[b].nins; i++) {
            const struct ir_ins *ins = &fn->blocks[b].ins[i];

            if ((ins->op == IR_CALL || ins->op == IR_FN)
                && w->changed[ins->ref])
                return true;
        }
    }
    return false;
}

// Does a function of the component that begins here have to be walked again?
// owned: fields are known to be owned that were not.
static bool component_is_due(const struct unit_walk *w, uint32_t from,
                             bool owned)
{
    const struct order *o = &w->order;

    for (uint32_t i = from; i < component_end(o, from); i++)
        if ((owned && w->on_unowned[o->sorted[i]])
            || calls_changed(w, o->sorted[i]))
            return true;
    return false;
}

static bool is_asked_for(const struct unit_walk *w, uint32_t decl)
{
    return w->options.explain
           && strcmp(w->ir->decls[decl].name, w->options.explain) == 0;
}

static const char *why_not(struct arena *a, const struct function_result *f)
{
    switch (f->status) {
    case FUNCTION_CUT:
        return arena_printf(a, "its body was given up: %s", f->why);
    case FUNCTION_UNPARSED:
        return arena_printf(a, "its body is not analysed: %s", f->why);
    case FUNCTION_IRRELEVANT:
        return "its body touches nothing that is counted";
    default:
        return "";
    }
}

// Why function n is what it was found to be: outcome is NULL if not walked.
static void explain(struct unit_walk *w, uint32_t n,
                    const struct flow_outcome *outcome)
{
    const struct order *o = &w->order;
    struct arena *a = w->results;
    struct explanation *e =
        explain_function(a, w->u, w->ir, w->ir->fns[n].decl, outcome,
                         why_not(a, &w->functions[n]));

    for (uint32_t i = 0; o->recursive[n] && i < o->count; i++)
        if (o->component[o->sorted[i]] == o->component[n])
            arena_push(a, e->recursive, e->nrecursive, e->recursive_cap,
                       w->ir->decls[w->ir->fns[o->sorted[i]].decl].name);
    w->functions[n].explanation = e;
}

static void walk_function(struct unit_walk *w, uint32_t n,
                          struct arena *scratch)
{
    const struct ir_fn *fn = &w->ir->fns[n];
    const struct contract *old = w->functions[n].contract;
    const struct contract *new;
    struct flow_outcome outcome;

    w->findings[n] = (struct finding_list){0};
    w->functions[n] = (struct function_result){
        .file = w->ir->files[fn->pos.file ? fn->pos.file : 1],
        .line = fn->pos.line,
        .name = w->ir->decls[fn->decl].name,
        .status = FUNCTION_UNPARSED,
        .why = fn->problem,
    };
    if (!fn->problem[0])
        walk_one(w, n, &w->options, scratch, &w->findings[n], &w->functions[n],
                 &outcome);
    if (is_asked_for(w, fn->decl))
        explain(w, n, fn->problem[0] ? NULL : &outcome);
    new = w->functions[n].contract;
    w->changed[fn->decl] =
        old && new ? !contract_alike(old, new, 0) : old != new;
    arena_reset(scratch);
}

// Callees first: what is new of one concerns its callers in this round still.
// owned: fields are known to be owned that were not.
static bool walk_due(struct unit_walk *w, bool all, bool owned)
{
    const struct order *o = &w->order;
    struct arena scratch = {0};
    bool is_due = all, any = false;

    for (uint32_t i = 0; i < o->count; i++) {
        uint32_t n = o->sorted[i];
        bool begins =
            i == 0 || o->component[o->sorted[i - 1]] != o->component[n];

        if (begins && !all)
            is_due = component_is_due(w, i, owned);
        if (!is_due)
            continue;
        if (begins && o->recursive[n])
            learn_component(w, i, &scratch);
        walk_function(w, n, &scratch);
        any = true;
    }
    arena_release(&scratch);
    return any;
}

struct unit_walk *unit_begin(struct arena *results, const struct ir_unit *unit,
                             const struct rules *rules,
                             const struct flow_options *options)
{
    struct unit_walk *w = arena_new(results, struct unit_walk);

    w->results = results;
    w->ir = unit;
    w->u = flow_unit_new(results, unit, rules);
    w->functions = arena_array(results, struct function_result, unit->nfns + 1);
    w->findings = arena_array(results, struct finding_list, unit->nfns + 1);
    w->changed = arena_array(results, bool, unit->ndecls + 1);
    w->on_unowned = arena_array(results, bool, unit->nfns + 1);
    if (options)
        w->options = *options;
    sort_bottom_up(results, unit, &w->order);
    return w;
}

static void gather_explanations(const struct unit_walk *w,
                                struct unit_result *ret)
{
    for (uint32_t d = 1; w->options.explain && d <= w->ir->ndecls; d++) {
        uint32_t fn = w->ir->decls[d].fn;
        const struct explanation *e;

        if (!is_asked_for(w, d))
            continue;
        e = fn ? w->functions[fn - 1].explanation
               : explain_function(w->results, w->u, w->ir, d, NULL, "");
        arena_push(w->results, ret->explanations, ret->nexplanations,
                   ret->explanations_cap, e);
    }
}

static void gather_findings(const struct unit_walk *w, struct unit_result *ret)
{
    const struct finding **found = NULL;
    size_t n = 0, cap = 0;

    for (uint32_t i = 0; i < w->order.count; i++) {
        const struct finding_list *list = &w->findings[w->order.sorted[i]];

        for (size_t f = 0; f < list->count; f++)
            arena_push(w->results, found, n, cap, &list->items[f]);
    }
    finding_gather(w->results, &ret->findings, found, n);
}

static void gather(const struct unit_walk *w, struct unit_result *ret)
{
    *ret = (struct unit_result){.nfunctions = 0};
    ret->problems = flow_problems(w->u, &ret->nproblems);
    ret->warnings = flow_warnings(w->u, &ret->nwarnings);
    gather_findings(w, ret);
    for (uint32_t i = 0; i < w->order.count; i++)
        arena_push(w->results, ret->functions, ret->nfunctions,
                   ret->functions_cap, w->functions[w->order.sorted[i]]);
    gather_explanations(w, ret);
}

bool unit_round(struct unit_walk *w, const struct rules *facts,
                struct unit_result *ret)
{
    bool all = !w->has_walked;
    bool owned;

    memset(w->changed, 0, (w->ir->ndecls + 1) * sizeof(*w->changed));
    owned = facts && flow_learn(w->u, facts, w->changed);
    w->has_walked = true;
    // What fields own concerns the types as well.
    if (!walk_due(w, all, owned) && !all && !owned)
        return false;
    gather(w, ret);
    return true;
}

const struct flow_unit *unit_flow(const struct unit_walk *w)
{
    return w->u;
}

// What a function's own annotations say, the header may not: then other units
// have to be told.
static const struct contract *publishable(const struct unit_walk *w, uint32_t n)
{
    const struct contract *c = flow_contract(w->u, w->ir->fns[n].decl);

    return c && c->declared && !c->weak ? c : w->functions[n].contract;
}

void unit_publish(const struct unit_walk *w, FILE *out, const char *before_each)
{
    for (uint32_t n = 0; n < w->ir->nfns; n++) {
        const struct contract *c = publishable(w, n);

        if (!c || w->ir->decls[w->ir->fns[n].decl].is_static)
            continue;
        fputs(before_each, out);
        contract_print(out, c);
    }
    flow_print_owned(w->u, out, before_each);
}

void unit_analyse(struct arena *results, const struct ir_unit *unit,
                  const struct rules *rules, const struct flow_options *options,
                  struct unit_result *ret)
{
    struct unit_walk *w = unit_begin(results, unit, rules, options);

    *ret = (struct unit_result){.nfunctions = 0};
    unit_round(w, NULL, ret);
}
