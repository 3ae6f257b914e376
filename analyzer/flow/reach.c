// reach.c - what calls can change out of sight.
//
// in     the bodies of a unit and whom they call
// out    fields that are written, functions that run code which is not here,
// that
//        can set an error, or that have nothing to do with the API

#include "flow/unit.h"

// Whoever takes a field's address may write it as well.
static void mark_written(struct flow_unit *u, const struct ir_block *b,
                         uint32_t temp)
{
    const struct ir_ins *m = ir_maker(b, temp);

    while (m && (m->op == IR_CAST || m->op == IR_ELEM))
        m = ir_maker(b, m->a);
    if (m && m->op == IR_FIELD)
        u->written[m->ref][m->imm] = true;
}

// All that an object of this record consists of.
static void mark_whole(struct flow_unit *u, uint32_t record)
{
    const struct ir_record *r = &u->ir->records[record];

    for (uint32_t f = 0; f < r->nfields; f++) {
        const struct ir_type *t = &u->ir->types[r->fields[f].type];

        u->written[record][f] = true;
        if (t->kind == IR_TYPE_RECORD)
            mark_whole(u, t->record);
    }
}

static void find_written(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;
    const uint64_t own = TRAIT_ROLE_NEW | TRAIT_ROLE_INIT | TRAIT_ROLE_DEALLOC
                         | TRAIT_ROLE_CLEAR;

    u->written = arena_array(u->arena, bool *, ir->nrecords + 1);
    for (uint32_t r = 1; r <= ir->nrecords; r++)
        u->written[r] = arena_array(u->arena, bool, ir->records[r].nfields + 1);
    for (uint32_t f = 0; f < ir->nfns; f++) {
        const struct contract *role = u->roles[ir->fns[f].decl];

        if (role && role->traits & own)
            continue;
        for (uint32_t n = 0; n < ir->fns[f].nblocks; n++) {
            const struct ir_block *b = &ir->fns[f].blocks[n];

            for (uint32_t i = 0; i < b->nins; i++) {
                const struct ir_ins *ins = &b->ins[i];
                bool whole = ins->op == IR_COPY || ins->op == IR_ZERO;
                const struct ir_ins *place = whole ? ir_maker(b, ins->a) : NULL;
                const struct ir_type *t = &ir->types[ins->type];

                if (ins->op == IR_STORE || whole)
                    mark_written(u, b, ins->a);
                // A local is no object that somebody else has a pointer to.
                if (whole && t->kind == IR_TYPE_RECORD
                    && !(place && place->op == IR_LOCAL))
                    mark_whole(u, t->record);
                if (ins->op == IR_STORE)
                    mark_written(u, b, ins->b); // its address is kept
                for (uint32_t k = 0; k < ins->nargs; k++)
                    mark_written(u, b, ins->args[k]);
            }
        }
    }
}

// Is nothing known of what this call runs, though it may be the project's?
static bool goes_out(const struct flow_unit *u, const struct ir_ins *call)
{
    const struct ir_decl *d = &u->ir->decls[call->ref];

    if (!call->ref)
        return true;
    return d->fn ? u->calls_out[call->ref]
                 : !d->is_foreign && !u->contracts[call->ref];
}

static void find_calls_out(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;
    bool more = true;

    u->calls_out = arena_array(u->arena, bool, ir->ndecls + 1);
    while (more) {
        more = false;
        for (uint32_t f = 0; f < ir->nfns; f++) {
            const struct ir_fn *fn = &ir->fns[f];

            if (fn->problem[0] && !u->calls_out[fn->decl])
                u->calls_out[fn->decl] = more = true;
            for (uint32_t n = 0; n < fn->nblocks; n++)
                for (uint32_t i = 0; i < fn->blocks[n].nins; i++)
                    if (fn->blocks[n].ins[i].op == IR_CALL
                        && !u->calls_out[fn->decl]
                        && goes_out(u, &fn->blocks[n].ins[i]))
                        u->calls_out[fn->decl] = more = true;
        }
    }
}

bool flow_may_write(const struct flow_unit *u, uint32_t decl, uint32_t record,
                    uint32_t field)
{
    return !decl || !u->ir->decls[decl].fn || u->calls_out[decl]
           || u->written[record][field];
}

static void find_api_files(struct flow_unit *u)
{
    u->api_file = arena_array(u->arena, bool, u->ir->nfiles + 1);
    for (uint32_t d = 1; d <= u->ir->ndecls; d++)
        if (u->contracts[d] && u->contracts[d]->family[0])
            u->api_file[u->ir->decls[d].pos.file] = true;
}

// Is it said of every outcome that it leaves the error indicator alone?
static bool keeps_error(const struct contract *c)
{
    for (int n = 0; n < c->noutcomes; n++)
        if (c->outcomes[n].error != ERROR_AFTER_KEPT)
            return false;
    return true;
}

static bool is_loud(const struct flow_unit *u, const struct ir_fn *fn)
{
    for (uint32_t n = 0; n < fn->nblocks; n++) {
        for (uint32_t i = 0; i < fn->blocks[n].nins; i++) {
            const struct ir_ins *ins = &fn->blocks[n].ins[i];
            const struct contract *c;

            if (ins->op != IR_CALL)
                continue;
            c = ins->ref ? u->contracts[ins->ref] : NULL;
            if (!ins->ref || (c ? !keeps_error(c) : !u->quiet[ins->ref]))
                return true;
        }
    }
    return fn->problem[0] != 0;
}

// All bodies are, until a call says otherwise.
static void find_quiet(struct flow_unit *u)
{
    bool more = true;

    u->quiet = arena_array(u->arena, bool, u->ir->ndecls + 1);
    for (uint32_t f = 0; f < u->ir->nfns; f++)
        u->quiet[u->ir->fns[f].decl] = true;
    while (more) {
        more = false;
        for (uint32_t f = 0; f < u->ir->nfns; f++) {
            uint32_t decl = u->ir->fns[f].decl;

            if (u->quiet[decl] && is_loud(u, &u->ir->fns[f])) {
                u->quiet[decl] = false;
                more = true;
            }
        }
    }
}

static bool leads_to_code(const struct flow_unit *u, uint32_t type)
{
    const struct ir_type *t = &u->ir->types[type];

    return type && t->kind == IR_TYPE_POINTER && t->target
           && u->ir->types[t->target].kind == IR_TYPE_FUNCTION;
}

bool flow_is_apart(const struct flow_unit *u, uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];

    if (!d->is_foreign || d->is_implicit || !d->pos.file
        || u->api_file[d->pos.file] || flow_contract(u, decl))
        return false;
    for (uint32_t p = 0; p < d->nparams; p++)
        if (leads_to_code(u, d->params[p].type))
            return false;
    return true;
}

void flow_find_reach(struct flow_unit *u)
{
    find_api_files(u);
    find_quiet(u);
    find_written(u);
    find_calls_out(u);
}
