// print_unit.c - a whole unit -> text: files, tables, functions.
//
// Headers declare thousands of things that a unit never looks at. So of the
// declarations and globals those outside of the project are left out, and of
// the records those that no function and no initialiser reaches into.

#include "ir/text.h"

#include "base/arena.h"

#include <inttypes.h>

static void mark(bool *used, const struct ir_unit *u, uint32_t record)
{
    if (record && record <= u->nrecords)
        used[record] = true;
}

static void mark_fn(bool *used, const struct ir_unit *u, const struct ir_fn *fn)
{
    for (uint32_t b = 0; fn->blocks && b < fn->nblocks; b++)
        for (uint32_t i = 0; i < fn->blocks[b].nins; i++)
            if (fn->blocks[b].ins[i].op == IR_FIELD)
                mark(used, u, fn->blocks[b].ins[i].ref);
}

static bool *find_used(struct arena *a, const struct ir_unit *u)
{
    bool *used = arena_array(a, bool, (size_t)u->nrecords + 1);

    for (uint32_t i = 0; i < u->nfns; i++)
        mark_fn(used, u, &u->fns[i]);
    for (uint32_t i = 1; i <= u->nglobals; i++)
        for (uint32_t k = 0; k < u->globals[i].ninits; k++)
            mark(used, u, u->globals[i].inits[k].record);
    return used;
}

static void print_records(FILE *out, const struct ir_unit *u)
{
    struct arena a = {0};
    const bool *used = find_used(&a, u);

    for (uint32_t i = 1; i <= u->nrecords; i++) {
        const struct ir_record *r = &u->records[i];

        if (!used[i])
            continue;
        text_record(out, u, i);
        fputs(r->is_complete ? "\n" : "  (incomplete)\n", out);
        for (uint32_t k = 0; k < r->nfields; k++) {
            fputs("  field ", out);
            text_field(out, u, i, k);
            fputs(" : ", out);
            text_type(out, u, r->fields[k].type);
            fputc('\n', out);
        }
    }
    arena_release(&a);
}

static void print_flags(FILE *out, const struct ir_decl *d)
{
    fputs(d->is_static ? " static" : "", out);
    fputs(d->is_noreturn ? " noreturn" : "", out);
    fputs(d->is_implicit ? " implicit" : "", out);
    fputs(d->has_prototype ? "" : " no-prototype", out);
}

static void print_params(FILE *out, const struct ir_unit *u,
                         const struct ir_decl *d)
{
    fputc('(', out);
    for (uint32_t i = 0; i < d->nparams; i++) {
        fputs(i ? ", " : "", out);
        text_type(out, u, d->params[i].type);
        if (d->params[i].name[0])
            fprintf(out, " %s", d->params[i].name);
    }
    if (d->is_variadic)
        fputs(d->nparams ? ", ..." : "...", out);
    fputs(") : ", out);
    text_type(out, u, d->result);
}

static void print_decl(FILE *out, const struct ir_unit *u, uint32_t index)
{
    const struct ir_decl *d = &u->decls[index];

    fputs("declare ", out);
    text_decl(out, u, index);
    print_params(out, u, d);
    print_flags(out, d);
    text_at(out, u, d->pos);
    fputc('\n', out);
    for (uint32_t i = 0; i < d->nnotes; i++) {
        if (d->notes[i].param)
            fprintf(out, "  note on parameter %d ", d->notes[i].param);
        else
            fputs("  note ", out);
        text_quoted(out, d->notes[i].text);
        fputc('\n', out);
    }
}

static void print_init(FILE *out, const struct ir_unit *u,
                       const struct ir_init *init)
{
    fprintf(out, "  [%" PRIu32 "]", init->element);
    if (init->record) {
        fputc('.', out);
        text_field(out, u, init->record, init->field);
    }
    fputs(" = ", out);
    if (init->kind == IR_INIT_INT)
        fprintf(out, "%" PRId64, init->value);
    else if (init->kind == IR_INIT_STR)
        text_quoted(out, init->text);
    else if (init->kind == IR_INIT_FN)
        text_decl(out, u, init->ref);
    else if (init->kind == IR_INIT_GLOBAL)
        text_global(out, u, init->ref);
    else
        fputc('?', out);
    text_at(out, u, init->pos);
    fputc('\n', out);
}

static void print_global(FILE *out, const struct ir_unit *u, uint32_t index)
{
    const struct ir_global *g = &u->globals[index];

    fputs("global ", out);
    text_global(out, u, index);
    fputs(" : ", out);
    text_type(out, u, g->type);
    fputs(g->is_static ? " static" : "", out);
    fputs(g->is_const ? " const" : "", out);
    if (g->function[0])
        fprintf(out, " in %s", g->function);
    text_at(out, u, g->pos);
    fputc('\n', out);
    for (uint32_t i = 0; i < g->ninits; i++)
        print_init(out, u, &g->inits[i]);
}

static void print_heads(FILE *out, const struct ir_unit *u)
{
    fprintf(out, "unit %s\n", u->main);
    for (uint32_t i = 1; i <= u->nfiles; i++)
        fprintf(out, "file %s\n", u->files[i]);
    for (uint32_t i = 0; i < u->nmacros; i++) {
        fprintf(out, "macro %s", u->macros[i].name);
        if (u->macros[i].value[0])
            fprintf(out, " = %s", u->macros[i].value);
        fputc('\n', out);
    }
    for (uint32_t i = 0; i < u->nproblems; i++) {
        fprintf(out, "problem: %s", u->problems[i].text);
        text_at(out, u, u->problems[i].pos);
        fputc('\n', out);
    }
}

void ir_print(FILE *out, const struct ir_unit *u)
{
    print_heads(out, u);
    print_records(out, u);
    for (uint32_t i = 1; i <= u->ndecls; i++)
        if (!u->decls[i].is_foreign)
            print_decl(out, u, i);
    for (uint32_t i = 1; i <= u->nglobals; i++)
        if (!u->globals[i].is_foreign)
            print_global(out, u, i);
    for (uint32_t i = 0; i < u->nfns; i++) {
        fputc('\n', out);
        ir_print_fn(out, u, &u->fns[i]);
    }
}
