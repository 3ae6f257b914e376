// candidate.c - from what is wrong on a path to a finding, which waits for the
// end of the function.
//
// in     a rule, the object (or the error indicator) that it is about, why
// out    a finding: where it is shown, how certain it is, its trail

#include "flow/trail.h"

// Is it seen once in a process: what module init leaves behind, or whoever ends
// the process?
static bool is_once(const struct engine *e, const struct run *r, enum rule rule)
{
    const struct contract *c = e->u->contracts[e->fn->decl];

    return e->u->setup[e->fn->decl]
           || (rule == RULE_LEAK && r->leaving && c
               && c->traits & TRAIT_ENDS_PROCESS);
}

void candidate_lower(struct candidate *c, enum tier t)
{
    if (c->finding.tier < t)
        c->finding.tier = t;
}

void candidate_assume(struct candidate *c)
{
    candidate_lower(c,
                    c->finding.tier == TIER_CERTAIN ? TIER_LIKELY : TIER_AUDIT);
}

static const char *misused_text(const struct engine *e, const char *why,
                                uint32_t decl)
{
    return arena_printf(e->results,
                        "%s (assuming that %s() fails, which it does only when "
                        "it is misused)",
                        why, e->ir->decls[decl].name);
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
        .in_setup = is_once(e, r, rule),
        .object = name,
        .origin = name,
    };
    if (misused && (r->st->in_order || c.finding.only_oom))
        candidate_assume(&c);
    c.assumed = misused;
    c.made = c.origin <= e->nsites;
    c.supposed = supposed(e, r->st);
    c.maybe = ref->flags & REF_MAYBE;
    c.left = ref->flags & REF_LEFT;
    if (c.made) {
        const char *callee = callee_name(e, engine_ins(e, c.origin - 1));

        c.finding.origin = callee[0] ? callee : name;
    }
    c.finding.text = ref->weak
                         ? arena_printf(e->results,
                                        "%s (assuming that %s() keeps to the "
                                        "API's conventions)",
                                        why, e->ir->decls[ref->weak].name)
                     : misused ? misused_text(e, why, misused)
                               : why;
    trail_make(e, r, ref, &c.finding, pos, name);
    return c;
}

void report_error(struct engine *e, struct run *r, enum rule rule,
                  const char *what, enum tier tier, uint32_t set_at,
                  const char *why)
{
    uint32_t site = r->shown ? r->shown - 1 : engine_site(e, r);
    struct ir_pos pos = engine_pos(e, site);
    uint32_t weak = r->st->indicator.weak;
    uint32_t misused = r->st->misused;
    struct candidate c = {.origin = set_at, .site = site};

    c.finding = (struct finding){
        .file = e->ir->files[pos.file ? pos.file : 1],
        .line = pos.line,
        .col = pos.col,
        .function = e->ir->decls[e->fn->decl].name,
        .rule = rule,
        .tier = tier,
        .only_oom = r->st->oom,
        .in_setup = e->u->setup[e->fn->decl],
        .object = what,
        .origin = what,
        .text = weak      ? arena_printf(e->results,
                                         "%s (assuming that %s() leaves the "
                                              "error indicator alone)",
                                         why, e->ir->decls[weak].name)
                : misused ? misused_text(e, why, misused)
                          : why,
    };
    if (weak || misused)
        candidate_lower(&c, TIER_LIKELY);
    if (misused && (r->st->in_order || c.finding.only_oom))
        candidate_assume(&c);
    if (set_at && r->shown)
        c.assumed = engine_ins(e, set_at - 1)->ref;
    if (set_at)
        trail_make_error(e, r, &c.finding, set_at,
                         engine_text_pos(e, set_at - 1),
                         r->shown ? "this can fail" : "an error is set here");
    else
        trail_make_error(
            e, r, &c.finding, 0, e->fn->pos,
            arena_printf(e->results,
                         "callers know '%s' by %s, and take %s for an error",
                         c.finding.function, e->role->name, what));
    candidate_add(e, &c);
}

void candidate_add(struct engine *e, const struct candidate *c)
{
    if (!c->supposed)
        arena_push(e->scratch, e->found, e->nfound, e->found_cap, *c);
}

void report(struct engine *e, struct run *r, enum rule rule,
            const struct ref *ref, const char *why)
{
    struct candidate c = candidate_make(e, r, rule, ref, why);

    candidate_add(e, &c);
}
