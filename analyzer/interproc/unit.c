// unit.c - the functions of a unit in the order in which contracts flow.
//
// in     the IR of a unit, the rules
// out    findings, and what could not be analysed
//
// Callees first (Tarjan, "Depth-First Search and Linear Graph Algorithms",
// 1972): the call graph's strongly connected components come out bottom up.
// A component with a cycle (recursion) is walked twice: first to learn what its
// functions do, with the calls among them unknown, then to find.

#include "interproc/interproc.h"

struct order {
    const struct ir_unit *ir;
    uint32_t *number, *low; // per function, 0 = not seen
    bool *stacked;
    uint32_t *stack, depth;
    uint32_t *sorted, count; // the result
    bool *recursive; // [function]: its component has a cycle
    uint32_t *component; // [function]: the number of its root
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

static void walk_one(struct arena *results, struct flow_unit *u,
                     const struct ir_unit *ir, const struct ir_fn *fn,
                     const struct flow_options *options, struct arena *scratch,
                     struct finding_list *findings,
                     struct function_result *ret)
{
    struct flow_outcome outcome;
    const struct contract *c;

    flow_function(u, fn, options, scratch, results, findings, &outcome);
    ret->status = status_of(outcome.status);
    ret->why = outcome.why_cut;
    ret->calls = outcome.calls;
    ret->calls_unknown = outcome.calls_unknown;
    if (ret->status == FUNCTION_IRRELEVANT || flow_ruled(u, fn->decl))
        return;
    c = infer_contract(results, u, ir, fn->decl, &outcome);
    ret->contract = c;
    if (c)
        flow_set_contract(u, fn->decl, c);
}

// A first, silent walk of the functions of a component that calls itself.
static void learn(struct arena *results, struct flow_unit *u,
                  const struct ir_unit *ir, const struct order *o,
                  uint32_t from, const struct flow_options *options,
                  struct arena *scratch)
{
    struct flow_options quiet = {
        .max_steps = options ? options->max_steps : 0};

    for (uint32_t i = from;
         i < o->count
         && o->component[o->sorted[i]] == o->component[o->sorted[from]];
         i++) {
        struct finding_list dropped = {0};
        struct function_result unused;

        if (!ir->fns[o->sorted[i]].problem[0])
            walk_one(results, u, ir, &ir->fns[o->sorted[i]], &quiet, scratch,
                     &dropped, &unused);
        arena_reset(scratch);
    }
}

void unit_analyse(struct arena *results, const struct ir_unit *unit,
                  const struct rules *rules, const struct flow_options *options,
                  struct unit_result *ret)
{
    struct arena scratch = {0};
    struct flow_unit *u = flow_unit_new(results, unit, rules);
    struct order order;

    *ret = (struct unit_result){.nfunctions = 0};
    sort_bottom_up(results, unit, &order);
    for (uint32_t i = 0; i < order.count; i++) {
        const struct ir_fn *fn = &unit->fns[order.sorted[i]];
        struct function_result f = {
            .file = unit->files[fn->pos.file ? fn->pos.file : 1],
            .line = fn->pos.line,
            .name = unit->decls[fn->decl].name,
            .status = FUNCTION_UNPARSED,
            .why = fn->problem,
        };

        if (order.recursive[order.sorted[i]]
            && (i == 0 || order.component[order.sorted[i - 1]]
                              != order.component[order.sorted[i]]))
            learn(results, u, unit, &order, i, options, &scratch);
        if (!fn->problem[0])
            walk_one(results, u, unit, fn, options, &scratch, &ret->findings,
                     &f);
        arena_push(results, ret->functions, ret->nfunctions,
                   ret->functions_cap, f);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
}
