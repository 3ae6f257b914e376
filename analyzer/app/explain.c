// explain.c - why the contract of a function is what it is, from all units.
//
// in     what the units say of the functions of that name
// out    each once, in the order of the units; where bodies were seen, what
//        units without one say is left out

#include "app/commands.h"

#include "base/file.h"
#include "interproc/explain.h"
#include "report/report.h"

#include <string.h>

static bool was_printed(const struct run_result *r, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(r->explanations[k].text, r->explanations[i].text) == 0)
            return true;
    return false;
}

static bool any_body(const struct run_result *r)
{
    for (size_t i = 0; i < r->nexplanations; i++)
        if (r->explanations[i].has_body)
            return true;
    return false;
}

// No unit has heard of it: the rules may have.
static int explain_ruled(struct session *s)
{
    const struct options *o = s->options;
    struct report_options ro = {.root = s->project.root,
                                .cwd = path_cwd(s->arena)};
    const struct contract *c = rules_find(&s->rules, o->explain, 0);
    struct err err;

    if (!c) {
        err_set(&err, NULL, 0,
                "--explain-contract: no function '%s' is defined, called or "
                "described by a rule",
                o->explain);
        return complain(&err);
    }
    if (o->format == FORMAT_JSONL)
        report_explanation_jsonl(stdout, explain_row(s->arena, c), &ro);
    else
        report_explanation(stdout, explain_row(s->arena, c), &ro);
    return 0;
}

int explain_contract(struct session *s, const struct run_result *r)
{
    bool bodies = any_body(r);
    int status = r->nexplanations ? 0 : explain_ruled(s);

    for (size_t i = 0; i < r->nexplanations; i++)
        if ((!bodies || r->explanations[i].has_body) && !was_printed(r, i))
            fputs(r->explanations[i].text, stdout);
    return status == 0 && r->incomplete ? EXIT_INCOMPLETE : status;
}
