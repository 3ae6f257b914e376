// engine.c - the function at hand: its instructions by their numbers, its
// parameters by what they held at the start.

#include "flow/engine.h"

uint32_t engine_site(const struct engine *e, const struct run *r)
{
    return e->first_site[r->block] + r->at;
}

const struct ir_ins *engine_ins(const struct engine *e, uint32_t site)
{
    uint32_t block = e->site_block[site];
    uint32_t i = site - e->first_site[block];

    return i < e->fn->blocks[block].nins ? &e->fn->blocks[block].ins[i] : NULL;
}

struct ir_pos engine_pos(const struct engine *e, uint32_t site)
{
    const struct ir_ins *ins = engine_ins(e, site);

    return ins ? ins->at : e->fn->blocks[e->site_block[site]].at;
}

struct ir_pos engine_spelled(const struct engine *e, uint32_t site)
{
    const struct ir_ins *ins = engine_ins(e, site);

    return ins ? ins->spelled : e->fn->blocks[e->site_block[site]].spelled;
}

bool is_macro_body(const struct engine *e, uint32_t site)
{
    struct ir_pos at = engine_pos(e, site), name = e->fn->pos;

    // The macro's name is before that of the function, or the same word.
    return engine_spelled(e, site).file && at.file == name.file
           && (at.line < name.line
               || (at.line == name.line && at.col <= name.col));
}

struct ir_pos engine_text_pos(const struct engine *e, uint32_t site)
{
    struct ir_pos spelled = engine_spelled(e, site);

    return is_macro_body(e, site) && e->ir->files[spelled.file][0] != '/'
               ? spelled
               : engine_pos(e, site);
}

int param_of(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct loc *l;

    if (y->kind != SYM_INIT)
        return 0;
    l = &e->syms.locs[y->loc];
    return l->kind == LOC_LOCAL && e->fn->locals[l->ref].is_param
               ? (int)l->ref + 1
               : 0;
}

uint32_t param_sym(struct engine *e, uint32_t p)
{
    return sym_init(&e->syms, loc_local(&e->syms, p), e->fn->locals[p].type);
}

uint32_t param_count(const struct engine *e)
{
    uint32_t n = e->ir->decls[e->fn->decl].nparams;

    return n < e->fn->nlocals ? n : e->fn->nlocals;
}

bool param_counted(const struct engine *e, uint32_t p)
{
    return e->u->counted_pointer[e->fn->locals[p].type];
}
