// explain.c - why the contract of a function is what it is.
//
// in     a function, its contract, the ways it can end
// out    where the contract comes from; of an inferred one, which return says
//        what of each part, and where they disagree
//
// What one return says is what infer_contract makes of it alone: a part of the
// contract that is less than what the returns say one by one was left open
// because they disagree.

#include "interproc/explain.h"

#include "contract/words.h"
#include "interproc/interproc.h"

#include <string.h>

struct work {
    struct arena *a;
    const struct flow_unit *u;
    const struct ir_unit *ir;
    uint32_t decl;
    const struct flow_outcome *outcome;
    const struct contract *c;      // the whole
    const struct contract **alone; // [exit]
    struct explanation *e;
};

// What is said of a result that nobody knows the owner of.
static const char unknown[] = "unknown";

// What a return says of an argument that is NULL there.
static const char no_object[] = "nothing, it is NULL";

static const char *file_of(const struct ir_unit *ir, struct ir_pos pos)
{
    return pos.file ? ir->files[pos.file] : "";
}

// --- what one return says ---

static const struct contract *contract_alone(const struct work *w, size_t i)
{
    struct flow_outcome one = {
        .status = FLOW_DONE, .nexits = 1, .exits = &w->outcome->exits[i]};

    return infer_contract(w->a, w->u, w->ir, w->decl, &one);
}

// The outcome of c that speaks of the same results; NULL when none does.
static const struct outcome *outcome_like(const struct contract *c,
                                          const struct cond *cond)
{
    for (int n = 0; n < c->noutcomes; n++) {
        const struct cond *o = &c->outcomes[n].cond;

        if (o->kind == cond->kind
            && (o->kind != COND_RANGE
                || (o->lo <= cond->hi && o->hi >= cond->lo)))
            return &c->outcomes[n];
    }
    return NULL;
}

static const char *outcome_name(const struct work *w, const struct outcome *o)
{
    return o->cond.kind == COND_ANY ? "" : cond_text(w->a, &o->cond);
}

static const char *callee_of(const struct work *w, const struct flow_cause *c)
{
    return c->is_call && c->decl ? w->ir->decls[c->decl].name : "";
}

// Each once, in order.
static void add_line(const struct work *w, struct explained_exit *x,
                     uint32_t line)
{
    size_t i = 0;

    while (i < x->nlines && x->lines[i] < line)
        i++;
    if (i < x->nlines && x->lines[i] == line)
        return;
    arena_push(w->a, x->lines, x->nlines, x->lines_cap, line);
    memmove(x->lines + i + 1, x->lines + i,
            (x->nlines - 1 - i) * sizeof(*x->lines));
    x->lines[i] = line;
}

static void add_lines(const struct work *w, struct explained_exit *x,
                      const struct flow_exit *from)
{
    add_line(w, x, from->at.line);
    for (size_t i = 0; i < from->nalike; i++)
        add_line(w, x, from->alike[i].line);
}

// Returns that say the same are one row.
static void add_exit(const struct work *w, struct explained_part *p,
                     const struct explained_exit *x,
                     const struct flow_exit *from)
{
    for (size_t i = 0; i < p->nexits; i++) {
        struct explained_exit *y = &p->exits[i];

        if (strcmp(x->outcome, y->outcome) == 0 && strcmp(x->says, y->says) == 0
            && x->because == y->because && strcmp(x->call, y->call) == 0) {
            add_lines(w, y, from);
            return;
        }
    }
    arena_push(w->a, p->exits, p->nexits, p->exits_cap, *x);
    add_lines(w, &p->exits[p->nexits - 1], from);
}

static struct explained_exit exit_of(const struct work *w,
                                     const struct outcome *o, const char *says,
                                     const struct flow_cause *cause)
{
    struct explained_exit x = {
        .outcome = outcome_name(w, o), .says = says, .call = ""};

    if (cause && cause->at.file) {
        x.because = cause->at.line;
        x.call = callee_of(w, cause);
    }
    return x;
}

// Outcome by outcome (they were added so), then by line.
static void sort_exits(struct explained_part *p)
{
    for (size_t i = 1; i < p->nexits; i++) {
        for (size_t k = i; k > 0; k--) {
            struct explained_exit *x = &p->exits[k - 1], swapped = *x;

            if (strcmp(x[0].outcome, x[1].outcome) != 0
                || x[0].lines[0] <= x[1].lines[0])
                break;
            x[0] = x[1];
            x[1] = swapped;
        }
    }
}

static void add_part(const struct work *w, const struct explained_part *p)
{
    arena_push(w->a, w->e->parts, w->e->nparts, w->e->parts_cap, *p);
}

static const char *differ(const struct work *w, const struct explained_exit *x,
                          const struct explained_exit *y)
{
    return x->lines[0] == y->lines[0]
               ? arena_printf(w->a,
                              "of the ways to line %u one says %s, "
                              "another %s",
                              x->lines[0], x->says, y->says)
               : arena_printf(w->a, "line %u says %s, line %u %s", x->lines[0],
                              x->says, y->lines[0], y->says);
}

// "line 40 says steal?, line 52 borrow?", of two rows of one outcome that
// differ; NULL when all agree.
static const char *disagreement(const struct work *w,
                                const struct explained_part *p,
                                const char *outcome)
{
    const struct explained_exit *first = NULL;

    for (size_t i = 0; i < p->nexits; i++) {
        const struct explained_exit *x = &p->exits[i];

        if (strcmp(x->outcome, outcome) != 0 || strcmp(x->says, no_object) == 0)
            continue;
        if (first && strcmp(first->says, x->says) != 0)
            return differ(w, first, x);
        first = first ? first : x;
    }
    return NULL;
}

// --- arguments ---

// Why one return alone lets an argument escape.
static const char *why_escaped(const struct work *w, const struct flow_exit *x,
                               uint32_t p)
{
    const struct flow_param *f = &x->params[p];
    const struct flow_cause *c = x->causes ? &x->causes[p] : NULL;

    if (!f->escaped && f->change > 0)
        return arena_printf(w->a,
                            "at line %u there are more references to it "
                            "than before, and nothing says whose they are",
                            x->at.line);
    if (!f->escaped && f->change < -1)
        return arena_printf(w->a, "at line %u it has lost %d references",
                            x->at.line, -f->change);
    if (f->wrote && !f->escaped)
        return arena_printf(w->a,
                            "nothing says whose the reference is that it "
                            "holds at line %u",
                            x->at.line);
    if (!c || !c->at.file)
        return arena_printf(w->a,
                            "on the way to line %u something happens to "
                            "it that cannot be followed",
                            x->at.line);
    if (!c->is_call)
        return arena_printf(w->a, "line %u puts it where it cannot be followed",
                            c->at.line);
    if (!c->decl)
        return arena_printf(
            w->a, "line %u gives it to a call through a pointer", c->at.line);
    return arena_printf(
        w->a, "line %u gives it to %s(), %s", c->at.line, callee_of(w, c),
        flow_contract(w->u, c->decl) ? "which may do anything to it"
                                     : "of which nothing is known");
}

// Does it say nothing of what becomes of the reference?
static bool is_open(struct effect f)
{
    return f.kind == EFFECT_ESCAPE
           || ((f.kind == EFFECT_OUT || f.kind == EFFECT_INOUT)
               && f.out == EFFECT_PLAIN);
}

static const char *open_arg(const struct work *w,
                            const struct explained_part *part, uint32_t p)
{
    for (int n = 0; n < w->c->noutcomes; n++) {
        const struct outcome *o = &w->c->outcomes[n];
        const char *why;

        if (!is_open(contract_arg_in(w->c, o, (int)p)))
            continue;
        for (size_t i = 0; i < w->outcome->nexits; i++) {
            const struct outcome *mine = outcome_like(w->alone[i], &o->cond);

            if (mine && is_open(contract_arg_in(w->alone[i], mine, (int)p)))
                return why_escaped(w, &w->outcome->exits[i], p);
        }
        why = disagreement(w, part, outcome_name(w, o));
        if (why)
            return why;
    }
    return "";
}

// "steal?", or "steal? | -1: borrow?" where the outcomes say different things.
static const char *arg_says(const struct work *w, uint32_t p)
{
    const struct contract *c = w->c;
    const char *text = effect_text(w->a, &c->args[p]);

    for (int n = 0; n < c->noutcomes; n++) {
        const struct outcome *o = &c->outcomes[n];

        for (int i = 0; i < o->nchanges; i++)
            if (o->changes[i].arg == (int)p + 1)
                text = arena_printf(w->a, "%s | %s: %s", text,
                                    cond_text(w->a, &o->cond),
                                    effect_text(w->a, &o->changes[i].effect));
    }
    return text;
}

static bool is_pointer(const struct work *w, uint32_t type)
{
    return w->ir->types[type].kind == IR_TYPE_POINTER;
}

static void add_arg_exits(const struct work *w, struct explained_part *part,
                          uint32_t p, const struct outcome *o)
{
    for (size_t i = 0; i < w->outcome->nexits; i++) {
        const struct flow_exit *from = &w->outcome->exits[i];
        const struct outcome *mine = outcome_like(w->alone[i], &o->cond);
        bool none = from->params[p].null && from->params[p].change == 0;
        struct effect f;
        struct explained_exit x;

        if (!mine)
            continue;
        f = contract_arg_in(w->alone[i], mine, (int)p);
        x = exit_of(w, o, none ? no_object : effect_text(w->a, &f),
                    from->causes ? &from->causes[p] : NULL);
        add_exit(w, part, &x, from);
    }
}

static void explain_arg(const struct work *w, uint32_t p)
{
    const struct ir_decl *d = &w->ir->decls[w->decl];
    struct explained_part part = {.part =
                                      arena_printf(w->a, "argument %u", p + 1),
                                  .name = d->params[p].name,
                                  .says = arg_says(w, p)};

    // Of numbers and text nothing is to be said.
    if (!is_pointer(w, d->params[p].type)
        || (!flow_counted_pointer(w->u, d->params[p].type)
            && strcmp(part.says, "_") == 0))
        return;
    for (int n = 0; n < w->c->noutcomes; n++)
        add_arg_exits(w, &part, p, &w->c->outcomes[n]);
    sort_exits(&part);
    part.open = open_arg(w, &part, p);
    add_part(w, &part);
}

// --- the result, the outcomes, the traits ---

static const char *result_says(const struct work *w, const struct outcome *o)
{
    return o->result.kind == EFFECT_PLAIN ? unknown
                                          : effect_text(w->a, &o->result);
}

static void add_result_exits(const struct work *w, struct explained_part *part,
                             const struct outcome *o)
{
    for (size_t i = 0; i < w->outcome->nexits; i++) {
        const struct outcome *mine = outcome_like(w->alone[i], &o->cond);
        struct explained_exit x;

        if (!mine)
            continue;
        x = exit_of(w, o, result_says(w, mine), NULL);
        add_exit(w, part, &x, &w->outcome->exits[i]);
    }
}

static const char *open_result(const struct work *w,
                               const struct explained_part *p)
{
    for (int n = 0; n < w->c->noutcomes; n++) {
        const struct outcome *o = &w->c->outcomes[n];
        const char *why = disagreement(w, p, outcome_name(w, o));

        if (o->result.kind != EFFECT_PLAIN)
            continue;
        for (size_t i = 0; i < p->nexits; i++)
            if (strcmp(p->exits[i].says, unknown) == 0)
                return arena_printf(w->a,
                                    "nothing says whose the reference is "
                                    "that line %u returns",
                                    p->exits[i].lines[0]);
        if (why)
            return why;
    }
    return "";
}

static void explain_result(const struct work *w)
{
    struct explained_part part = {.part = "result", .name = "", .says = ""};

    if (!flow_counted_pointer(w->u, w->ir->decls[w->decl].result))
        return;
    for (int n = 0; n < w->c->noutcomes; n++) {
        const char *says = result_says(w, &w->c->outcomes[n]);

        if (strcmp(part.says, says) != 0)
            part.says =
                arena_printf(w->a, "%s%s%s", part.says, n ? " | " : "", says);
        add_result_exits(w, &part, &w->c->outcomes[n]);
    }
    sort_exits(&part);
    part.open = open_result(w, &part);
    add_part(w, &part);
}

static void explain_outcome(const struct work *w, const struct outcome *o)
{
    const char *name = outcome_name(w, o);
    struct explained_part part = {
        .part = *name ? arena_printf(w->a, "outcome %s", name) : "outcome",
        .name = "",
        .says = error_word(o->error),
        .open = ""};

    for (size_t i = 0; i < w->outcome->nexits; i++) {
        const struct outcome *mine = outcome_like(w->alone[i], &o->cond);
        struct explained_exit x;

        if (!mine)
            continue;
        x = exit_of(w, o, error_word(mine->error), NULL);
        add_exit(w, &part, &x, &w->outcome->exits[i]);
    }
    sort_exits(&part);
    if (o->error == ERROR_AFTER_UNSAID) {
        const char *why = disagreement(w, &part, name);

        part.open = why ? why : "";
    }
    for (size_t i = 0; i < part.nexits; i++)
        part.exits[i].outcome = "";
    add_part(w, &part);
}

// The traits that bodies show, and whether they are about failures or about
// all else.
static const struct {
    enum trait_bit bit;
    bool of_failure;
} shown_traits[] = {
    {TRAIT_BIT_FRESH, false},
    {TRAIT_BIT_RUNS_CODE, false},
    {TRAIT_BIT_OOM, true},
    {TRAIT_BIT_MISUSE, true},
};

// Can what a return leads to be a failure (or be none)?
static bool may_end(const struct contract *alone, bool in_failure)
{
    for (int n = 0; n < alone->noutcomes; n++) {
        const struct cond *c = &alone->outcomes[n].cond;
        bool fails =
            c->kind == COND_NULL || (c->kind == COND_RANGE && c->hi < 0);

        if (fails == in_failure)
            return true;
    }
    return false;
}

static void explain_trait(const struct work *w, enum trait_bit bit,
                          bool of_failure)
{
    uint64_t trait = UINT64_C(1) << bit;
    bool has = w->c->traits & trait, any = false;
    struct explained_part part = {
        .part = arena_printf(w->a, "trait %s", trait_word(bit)),
        .name = "",
        .says = has ? "yes" : "no",
        .open = ""};

    for (size_t i = 0; i < w->outcome->nexits; i++) {
        const struct flow_exit *from = &w->outcome->exits[i];
        bool mine = w->alone[i]->traits & trait;
        struct explained_exit x = {
            .outcome = "", .says = mine ? "yes" : "no", .call = ""};

        if (!may_end(w->alone[i], of_failure))
            continue;
        if (mine && bit == TRAIT_BIT_RUNS_CODE && w->outcome->ran.at.file) {
            x.because = w->outcome->ran.at.line;
            x.call = callee_of(w, &w->outcome->ran);
        }
        any = any || mine;
        add_exit(w, &part, &x, from);
    }
    if (!any)
        return;
    sort_exits(&part);
    if (!has) {
        const char *why = disagreement(w, &part, "");

        part.open = why ? why : "";
    }
    add_part(w, &part);
}

// --- calls of which nothing is known ---

static const char *why_unknown(const struct work *w, uint32_t decl)
{
    const struct ir_decl *d = &w->ir->decls[decl];
    const struct contract *c = decl ? flow_contract(w->u, decl) : NULL;

    if (!decl)
        return "which function that is, is not known";
    if (c && c->weak)
        return "nothing describes it but the convention of the API";
    if (c)
        return "its contract became known later";
    if (d->fn)
        return "its body says too little";
    if (d->is_foreign)
        return "no rule describes it";
    return "it has no body in this file, and no other file says what it does";
}

static void explain_calls(const struct work *w)
{
    for (size_t i = 0; i < w->outcome->nunknown; i++) {
        const struct flow_cause *c = &w->outcome->unknown[i];
        struct explained_call call = {.line = c->at.line,
                                      .function = callee_of(w, c),
                                      .why = why_unknown(w, c->decl)};

        arena_push(w->a, w->e->calls, w->e->ncalls, w->e->calls_cap, call);
    }
}

static void explain_body(struct work *w)
{
    const struct ir_decl *d = &w->ir->decls[w->decl];

    explain_calls(w);
    w->alone =
        arena_array(w->a, const struct contract *, w->outcome->nexits + 1);
    for (size_t i = 0; i < w->outcome->nexits; i++)
        w->alone[i] = contract_alone(w, i);
    if (w->outcome->nexits == 0) {
        w->e->note = "it never returns";
        return;
    }
    for (uint32_t p = 0; p < d->nparams; p++)
        explain_arg(w, p);
    explain_result(w);
    for (int n = 0; n < w->c->noutcomes; n++)
        explain_outcome(w, &w->c->outcomes[n]);
    for (size_t i = 0; i < sizeof(shown_traits) / sizeof(*shown_traits); i++)
        explain_trait(w, shown_traits[i].bit, shown_traits[i].of_failure);
}

// --- where it comes from ---

static bool has_annotation(const struct ir_note *note)
{
    return strncmp(note->text, "refcheck", 8) == 0
           || strncmp(note->text, "gtk-doc:", 8) == 0;
}

static void place_annotation(const struct work *w, const struct ir_decl *d)
{
    struct ir_pos pos = d->pos;

    for (uint32_t i = d->nnotes; i-- > 0;)
        if (has_annotation(&d->notes[i]))
            pos = d->notes[i].pos;
    w->e->source_file = file_of(w->ir, pos);
    w->e->source_line = pos.line;
}

static void explain_source(const struct work *w, const struct ir_decl *d)
{
    struct explanation *e = w->e;
    const struct contract *c = w->c;

    if (!c) {
        e->source = SOURCE_NOTHING;
    } else if (c->declared) {
        e->source = SOURCE_ANNOTATION;
        place_annotation(w, d);
        if (c->partial)
            e->note = "what it does not name is as the convention has it";
    } else if (c->inferred) {
        e->source = d->fn ? SOURCE_BODY : SOURCE_ELSEWHERE;
    } else if (c->weak) {
        e->source = SOURCE_CONVENTION;
        e->note = arena_printf(w->a, "family %s", c->family);
    } else {
        e->source = SOURCE_RULE;
        e->source_file = c->file;
        e->source_line = (uint32_t)c->line;
    }
}

// A convention has no name of its own.
static const char *shown_contract(struct arena *a, const struct contract *c,
                                  const char *name)
{
    if (!c)
        return "";
    return arena_printf(a, "%s%s", c->name[0] ? "" : name, contract_text(a, c));
}

struct explanation *explain_function(struct arena *a, const struct flow_unit *u,
                                     const struct ir_unit *unit, uint32_t decl,
                                     const struct flow_outcome *outcome,
                                     const char *why_not)
{
    const struct ir_decl *d = &unit->decls[decl];
    struct ir_pos pos = d->fn ? unit->fns[d->fn - 1].pos : d->pos;
    struct work w = {.a = a,
                     .u = u,
                     .ir = unit,
                     .decl = decl,
                     .outcome = outcome,
                     .c = flow_contract(u, decl),
                     .e = arena_new(a, struct explanation)};

    *w.e = (struct explanation){.function = d->name,
                                .file = file_of(unit, pos),
                                .line = pos.line,
                                .has_body = d->fn != 0,
                                .is_static = d->is_static,
                                .contract = shown_contract(a, w.c, d->name),
                                .source_file = "",
                                .note = ""};
    explain_source(&w, d);
    if (w.e->source == SOURCE_BODY && outcome)
        explain_body(&w);
    else if (w.e->source == SOURCE_NOTHING && outcome)
        explain_calls(&w);
    if (!w.c && why_not[0])
        w.e->note = why_not;
    return w.e;
}

struct explanation *explain_row(struct arena *a, const struct contract *c)
{
    struct explanation *e = arena_new(a, struct explanation);

    *e = (struct explanation){.function = c->name,
                              .file = "",
                              .contract = contract_text(a, c),
                              .source = SOURCE_RULE,
                              .source_file = c->file,
                              .source_line = (uint32_t)c->line,
                              .note = ""};
    return e;
}
