// dump.c - a state as text: what each place holds, what is known of it, and
// the reference records.

#include "flow/dump.h"

static const char *const lenders[] = {
    [LENT_NONE] = "nobody",      [LENT_PARAM] = "the caller",
    [LENT_ITEM] = "its owner",   [LENT_GIVEN] = "its taker",
    [LENT_KEPT] = "its keeper",  [LENT_FIELD] = "its field",
    [LENT_SYSTEM] = "the system"};

static void dump_value(FILE *out, struct engine *e, const struct state *s,
                       struct value v)
{
    struct fact f = fact_of(&e->syms, s, v);

    if (!v.sym) {
        fprintf(out, "%lld", (long long)v.num);
        return;
    }
    fprintf(out, "v%u", v.sym);
    if (f.nonzero)
        fputs(" != 0", out);
    if (f.lo != INT64_MIN)
        fprintf(out, " >= %lld", (long long)f.lo);
    if (f.hi != INT64_MAX)
        fprintf(out, " <= %lld", (long long)f.hi);
}

static void dump_ref(FILE *out, struct engine *e, const struct ref *r)
{
    fprintf(out, "    v%u %s: held %d", r->sym, object_name(e, NULL, r),
            r->held);
    if (r->debt)
        fprintf(out, ", debt %d", r->debt);
    fprintf(out, ", lent by %s", lenders[r->lender]);
    if (r->owner && r->lender != LENT_FIELD)
        fprintf(out, " v%u", r->owner);
    if (r->flags & REF_ESCAPED)
        fputs(", escaped", out);
    if (r->flags & REF_MAYBE)
        fputs(", untested", out);
    if (r->flags & REF_TAKEN)
        fputs(", taken from its field", out);
    if (r->stale_at)
        fputs(", perhaps stale", out);
    fputc('\n', out);
}

void dump_state(FILE *out, struct engine *e, const struct state *s,
                uint32_t block)
{
    fprintf(out, "  block %u%s\n", block, s->oom ? " (memory ran out)" : "");
    for (uint32_t i = 0; i < s->nstore; i++) {
        fprintf(out, "    %s = ", place_name(e, NULL, s->store[i].loc));
        dump_value(out, e, s, s->store[i].v);
        fputc('\n', out);
    }
    for (uint32_t i = 0; i < s->nrefs; i++)
        dump_ref(out, e, &s->refs[i]);
}
