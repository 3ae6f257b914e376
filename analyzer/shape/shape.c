// shape.c - every call and every table of a unit, once.
//
// in     the IR of a unit, the rules
// out    findings that need no path: what the types say is enough

#include "shape/unit.h"

#include <string.h>

void shape_find_sizes(struct shape *s)
{
    for (uint32_t t = 1; t <= s->ir->ntypes; t++) {
        const struct ir_type *type = &s->ir->types[t];

        if (type->kind == IR_TYPE_POINTER)
            s->pointer_size = type->size;
        else if (type->kind != IR_TYPE_INT)
            continue;
        else if (strcmp(type->name, "int") == 0)
            s->int_size = type->size;
        else if (strcmp(type->name, "long") == 0
                 || strcmp(type->name, "unsigned long") == 0)
            s->long_size = type->size;
    }
}

void shape_report(struct shape *s, const struct finding *what,
                  struct ir_pos pos, struct shape_note note)
{
    struct finding f = *what;

    f.file = pos.file ? s->ir->files[pos.file] : s->ir->main;
    f.line = pos.line;
    f.col = pos.col;
    f.origin = f.origin ? f.origin : "";
    if (note.text) {
        f.trail = arena_new(s->results, struct trail_step);
        f.trail[0] = (struct trail_step){
            .file = note.pos.file ? s->ir->files[note.pos.file] : s->ir->main,
            .line = note.pos.line,
            .col = note.pos.col,
            .text = note.text};
        f.ntrail = 1;
    }
    finding_add(s->results, s->findings, &f);
}

// The contracts that say something about variable arguments, by function.
static const struct contract **find_contracts(struct shape *s, struct arena *a)
{
    const struct contract **found =
        arena_array(a, const struct contract *, s->ir->ndecls + 1);

    for (uint32_t d = 1; d <= s->ir->ndecls; d++) {
        const struct ir_decl *decl = &s->ir->decls[d];
        const struct contract *c;

        if (!decl->is_variadic || decl->fn)
            continue;
        c = rules_find(s->rules, decl->name, s->version);
        if (c && call_has_rules(c))
            found[d] = c;
    }
    return found;
}

static void check_code(struct shape *s, const struct contract **contracts)
{
    for (uint32_t f = 0; f < s->ir->nfns; f++) {
        const struct ir_fn *fn = &s->ir->fns[f];

        for (uint32_t n = 0; n < fn->nblocks; n++) {
            const struct ir_block *b = &fn->blocks[n];

            for (uint32_t i = 0; i < b->nins; i++) {
                const struct ir_ins *ins = &b->ins[i];

                if (ins->op == IR_STORE)
                    table_stored(s, b, ins);
                if (ins->op != IR_CALL || !contracts[ins->ref])
                    continue;
                call_check(s, (struct spot){fn, b}, ins, contracts[ins->ref]);
                arena_reset(&s->scratch);
            }
        }
    }
}

void shape_check(struct arena *results, const struct ir_unit *unit,
                 const struct rules *rules, struct finding_list *findings)
{
    struct arena a = {0};
    struct shape s = {.results = results,
                      .ir = unit,
                      .rules = rules,
                      .version = rules_unit_version(rules, unit),
                      .findings = findings};

    shape_find_sizes(&s);
    check_code(&s, find_contracts(&s, &a));
    tables_check(&s);
    arena_release(&s.scratch);
    arena_release(&a);
}
