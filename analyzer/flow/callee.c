// callee.c - whose contract a call is judged by.
//
// in     a call instruction and the value it goes through
// out    the contract of the rules, of the body, of the slot or table that
//        the function was loaded from; none when nobody knows

#include "flow/call.h"

// What a failure takes: one of several functions may need less than the others.
static uint64_t failure_traits(const struct contract *c)
{
    return c->traits & (TRAIT_OOM | TRAIT_MISUSE);
}

// The contract that all functions of a table field agree on.
static const struct contract *table_contract(const struct engine *e,
                                             const struct loc *field)
{
    const struct contract *found = NULL;

    for (uint32_t g = 1; g <= e->ir->nglobals; g++) {
        const struct ir_global *global = &e->ir->globals[g];

        for (uint32_t i = 0; i < global->ninits; i++) {
            const struct ir_init *init = &global->inits[i];
            const struct contract *c;

            if (init->kind != IR_INIT_FN || init->record != field->ref
                || init->field != field->field)
                continue;
            c = flow_contract(e->u, init->ref);
            if (!c
                || (found
                    && !contract_alike(
                        found, c, TRAIT_RUNS_CODE | TRAIT_OOM | TRAIT_MISUSE)))
                return NULL;
            if (!found || !failure_traits(c))
                found = c;
        }
    }
    return found;
}

// The contract of a function that is called through a field of a table.
static const struct contract *slot_contract(const struct engine *e,
                                            struct value callee)
{
    const struct sym *y = &e->syms.syms[callee.sym];
    const struct contract *c;
    const struct loc *l;

    if (y->kind != SYM_INIT && y->kind != SYM_AFTER)
        return NULL;
    l = &e->syms.locs[y->loc];
    if (l->kind != LOC_FIELD)
        return NULL;
    c = rules_slot(e->u->rules, e->ir->records[l->ref].name,
                   e->ir->records[l->ref].fields[l->field].name, NULL, NULL);
    return c ? c : table_contract(e, l);
}

void call_find(struct engine *e, struct run *r, struct call *k)
{
    struct value callee;

    k->decl = k->ins->ref;
    if (!k->decl) {
        callee = run_temp(e, r, k->ins->a);
        if (callee.sym && e->syms.syms[callee.sym].kind == SYM_FN)
            k->decl = e->syms.syms[callee.sym].site;
        else if (callee.sym)
            k->c = slot_contract(e, callee);
    }
    if (k->decl)
        k->c = flow_contract(e->u, k->decl);
}

static bool passes_counted(const struct engine *e, const struct run *r,
                           const struct call *k)
{
    const struct ir_decl *d = &e->ir->decls[k->decl];

    if (k->ins->type && e->u->counted_pointer[k->ins->type])
        return true;
    for (uint32_t p = 0; k->decl && p < d->nparams; p++)
        if (e->u->counted_pointer[d->params[p].type])
            return true;
    for (uint32_t i = 0; i < k->nargs; i++)
        if (k->args[i].sym && ref_find(r->st, k->args[i].sym))
            return true;
    return false;
}

void call_count(struct engine *e, struct run *r, const struct call *k)
{
    uint32_t site = engine_site(e, r);

    if (e->called[site] || !passes_counted(e, r, k))
        return;
    e->called[site] = true;
    e->out->calls++;
    if (k->c && !k->c->weak)
        return;
    e->out->calls_unknown++;
    why_unknown(e, r);
}
