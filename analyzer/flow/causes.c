// causes.c - one cause, one finding.
//
// in     the candidates that the paths of a function brought up
// out    its findings: of several exits that lose one reference the first, of
//        a macro used many times one, and what a later path took back, none

#include "flow/engine.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

static int compare_candidates(const void *pa, const void *pb)
{
    const struct candidate *a = pa;
    const struct candidate *b = pb;

    if (a->finding.rule != b->finding.rule)
        return (int)a->finding.rule - (int)b->finding.rule;
    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    // Who forgets what a failed call left may forget it elsewhere as well.
    if (a->left != b->left)
        return a->left ? 1 : -1;
    // What is worth a look only does not stand for more than that.
    if ((a->finding.tier == TIER_AUDIT) != (b->finding.tier == TIER_AUDIT))
        return a->finding.tier == TIER_AUDIT ? 1 : -1;
    // Paths that need no allocation to fail come first.
    if (a->finding.only_oom != b->finding.only_oom)
        return a->finding.only_oom ? 1 : -1;
    if (a->finding.tier != b->finding.tier)
        return (int)a->finding.tier - (int)b->finding.tier;
    if (a->finding.line != b->finding.line)
        return a->finding.line < b->finding.line ? -1 : 1;
    if (a->site != b->site)
        return a->site < b->site ? -1 : 1;
    return (int)a->finding.ntrail - (int)b->finding.ntrail;
}

// Is there a finding that says of the same reference that it is overwritten?
static bool overwritten_too(const struct engine *e, const struct candidate *c)
{
    for (size_t i = 0; i < e->nfound; i++)
        if (e->found[i].finding.rule == RULE_OVERWRITTEN_REFERENCE
            && e->found[i].origin == c->origin)
            return true;
    return false;
}

// Is the object, or any, given to the caller with a reference at another exit?
static bool is_given(const struct engine *e, uint32_t object)
{
    for (size_t i = 0; object && i < e->ngiven; i++)
        if (e->given[i] == object)
            return true;
    return !object && e->returns_new;
}

// One cause is one finding: of what one origin leaks or leaves untested, the
// first; of all else, one for each origin and place.
static bool same_cause(const struct candidate *a, const struct candidate *b)
{
    if (a->finding.rule != b->finding.rule || a->origin != b->origin
        || a->left != b->left)
        return false;
    if (a->finding.rule == RULE_LEAK
        || a->finding.rule == RULE_OVERWRITTEN_REFERENCE
        || a->finding.rule == RULE_STALE_BORROW
        || a->finding.rule == RULE_DANGLING_FIELD
        || a->finding.rule == RULE_CONTRACT_MISMATCH)
        return true;
    // Whoever tests it once has mended all its uses.
    if (a->finding.rule == RULE_NULL_USE && (a->made || a->maybe))
        return true;
    return a->site == b->site
           || (a->finding.line == b->finding.line
               && a->finding.col == b->finding.col);
}

// How many calls come out of the macro used at this place: one alone is just
// another name for the function.
static int calls_at(const struct engine *e, struct ir_pos at)
{
    int n = 0;

    for (uint32_t k = 0; k < e->fn->nblocks; k++) {
        const struct ir_block *b = &e->fn->blocks[k];

        for (uint32_t i = 0; i < b->nins; i++)
            n += b->ins[i].op == IR_CALL && b->ins[i].at.file == at.file
                 && b->ins[i].at.line == at.line && b->ins[i].at.col == at.col;
    }
    return n;
}

// Where the text of the call that made the object stands, when that is in a
// macro of the project; file 0 when it is not.
static struct ir_pos macro_origin(const struct engine *e,
                                  const struct candidate *c)
{
    const struct ir_ins *ins = c->origin > 0 && c->origin <= e->nsites
                                   ? engine_ins(e, c->origin - 1)
                                   : NULL;

    if (!ins || !ins->spelled.file || e->ir->files[ins->spelled.file][0] == '/'
        || calls_at(e, ins->at) < 2)
        return (struct ir_pos){0};
    return ins->spelled;
}

// Of functions that a macro has written one finding is shown for all; this
// tells which they are, and the reader where in the macro it is.
static void show_in_macro(struct engine *e, struct candidate *c)
{
    struct ir_pos p = engine_spelled(e, c->site);
    uint64_t h = hash_str(0, e->ir->files[p.file]);

    h = hash_bytes(h, &p.line, sizeof(p.line));
    c->finding.macro = hash_bytes(h, &p.col, sizeof(p.col)) | 1;
    if (engine_text_pos(e, c->site).line == p.line)
        trail_append(e, &c->finding, c->site, "here, in the macro");
}

// The chosen candidate that comes out of the same words of the same macro.
static struct candidate *same_macro(const struct engine *e,
                                    struct candidate **chosen, size_t n,
                                    const struct candidate *c)
{
    struct ir_pos p = macro_origin(e, c);

    for (size_t i = 0; p.file && i < n; i++) {
        struct ir_pos q = macro_origin(e, chosen[i]);

        if (chosen[i]->finding.rule == c->finding.rule && p.file == q.file
            && p.line == q.line && p.col == q.col)
            return chosen[i];
    }
    return NULL;
}

// The same words about the same variable on the same line are one finding.
static bool said_before(struct candidate **chosen, size_t n,
                        const struct candidate *c)
{
    for (size_t i = 0; i < n; i++)
        if (chosen[i]->finding.rule == c->finding.rule
            && chosen[i]->finding.line == c->finding.line
            && strcmp(chosen[i]->finding.object, c->finding.object) == 0)
            return true;
    return false;
}

// Rules that say the same of one mistake: a reference that was not ours any
// more, an error that nobody looked for.
static enum rule kind_of(const struct candidate *c)
{
    switch (c->finding.rule) {
    case RULE_DOUBLE_DECREF:
    case RULE_OVER_DECREF:
    case RULE_USE_AFTER_DECREF:
        return RULE_DOUBLE_DECREF;
    case RULE_ERROR_IGNORED:
        return RULE_ERROR_IGNORED;
    default:
        return RULE_NONE;
    }
}

// Do both assume the same of the same function? Who does not know how that one
// fails does not know it anywhere.
static bool same_assumption(const struct candidate *a,
                            const struct candidate *b)
{
    return a->assumed && a->assumed == b->assumed && kind_of(a) != RULE_NONE
           && kind_of(a) == kind_of(b) && a->finding.tier == TIER_LIKELY
           && b->finding.tier == TIER_LIKELY;
}

// Of those that assume the same the one that stands first is told of, with the
// places of the others. Leaves NULL for these.
static void fold_assumptions(struct engine *e, struct candidate **chosen,
                             size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t first = i;

        if (!chosen[i])
            continue;
        for (size_t k = i + 1; k < n; k++)
            if (chosen[k] && same_assumption(chosen[i], chosen[k])
                && chosen[k]->finding.line < chosen[first]->finding.line)
                first = k;
        for (size_t k = n; k-- > i;)
            if (k != first && chosen[k]
                && same_assumption(chosen[first], chosen[k])) {
                trail_append(e, &chosen[first]->finding, chosen[k]->site,
                             "the same is wrong here");
                chosen[first]->others++;
                chosen[k] = NULL;
            }
    }
}

void causes_finish(struct engine *e, struct finding_list *list)
{
    struct candidate **chosen =
        arena_array(e->scratch, struct candidate *, e->nfound + 1);
    const struct candidate *last = NULL;
    size_t n = 0;

    if (e->nfound)
        qsort(e->found, e->nfound, sizeof(*e->found), compare_candidates);
    for (size_t i = 0; i < e->nfound; i++) {
        struct candidate *c = &e->found[i];
        struct candidate *other;

        if (c->tentative && !is_given(e, c->twin))
            continue;
        if (last && same_cause(last, c))
            continue;
        last = c;
        if ((c->finding.rule == RULE_LEAK && overwritten_too(e, c))
            || said_before(chosen, n, c))
            continue;
        other = same_macro(e, chosen, n, c);
        if (other)
            other->more++;
        else
            chosen[n++] = c;
    }
    fold_assumptions(e, chosen, n);
    for (size_t i = 0; i < n; i++) {
        if (!chosen[i])
            continue;
        if (chosen[i]->more)
            chosen[i]->finding.text =
                arena_printf(e->results, "%s (and %u more from the same macro)",
                             chosen[i]->finding.text, chosen[i]->more);
        if (chosen[i]->others)
            chosen[i]->finding.text =
                arena_printf(e->results, "%s (and %u more in this function)",
                             chosen[i]->finding.text, chosen[i]->others);
        if (is_macro_body(e, chosen[i]->site))
            show_in_macro(e, chosen[i]);
        finding_add(e->results, list, &chosen[i]->finding);
    }
}
