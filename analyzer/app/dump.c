// dump.c - what the stages make of a file, as text.

#include "app/commands.h"
#include "app/session.h"

#include "interproc/interproc.h"

#include <stdio.h>

struct dump {
    struct session *s;
    int status;
};

static void dump_unit(const struct session *s, struct arena *a,
                      const struct ir_unit *unit)
{
    struct flow_options flow = {.max_steps = s->options->max_steps,
                                .dump = stdout};
    struct unit_result result;

    switch (s->options->stage) {
    case STAGE_IR:
        ir_print(stdout, unit);
        break;
    case STAGE_CFG:
        for (uint32_t f = 0; f < unit->nfns; f++)
            ir_print_fn(stdout, unit, &unit->fns[f]);
        break;
    case STAGE_DOT:
        for (uint32_t f = 0; f < unit->nfns; f++)
            ir_print_dot(stdout, unit, &unit->fns[f]);
        break;
    case STAGE_CONTRACTS:
        flow.dump = NULL;
        unit_analyse(a, unit, &s->rules, &flow, &result);
        for (size_t i = 0; i < result.nfunctions; i++) {
            if (!result.functions[i].contract)
                continue;
            contract_print(stdout, result.functions[i].contract);
        }
        break;
    case STAGE_STATES:
        unit_analyse(a, unit, &s->rules, &flow, &result);
        break;
    }
}

static int dump_all(void *arg)
{
    struct dump *d = arg;
    struct parser *parser = parser_new();

    for (size_t i = 0; i < d->s->project.nunits; i++) {
        const struct project_unit *u = &d->s->project.units[i];
        struct arena a = {0};
        struct ir_unit *unit;
        struct err err;

        if (parse_unit(parser, &a, u->directory, u->file, u->args, u->nargs,
                       &d->s->parse, &unit, &err)
                < 0
            || ir_verify(unit, &err) < 0)
            d->status = complain(&err);
        else
            dump_unit(d->s, &a, unit);
        arena_release(&a);
    }
    parser_free(parser);
    return d->status;
}

int command_dump(struct arena *a, const struct options *o)
{
    struct session s;
    struct err err;

    if (o->files.count == 0) {
        err_set(&err, NULL, 0, "dump: name a file");
        return complain(&err);
    }
    if (session_open(a, o, &s, &err) < 0)
        return complain(&err);
    return parse_with_stack(dump_all, &(struct dump){&s, 0});
}
