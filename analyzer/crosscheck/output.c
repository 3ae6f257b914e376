// output.c - verdicts as text for people and as JSON for programs.

#include "crosscheck/crosscheck.h"

#include "report/clean.h"
#include "report/json.h"
#include "report/place.h"

#include <inttypes.h>

static const struct {
    const char *text;
    bool is_warning;
} looks[VERDICTS] = {
#define VERDICT(id, name, text, is_warning) [VERDICT_##id] = {text, is_warning},
#include "crosscheck/verdicts.def"
#undef VERDICT
};

static struct message message_of(struct arena *a, const struct crossed *c)
{
    const struct finding *f = &c->finding;

    return (struct message){
        .file = f->file,
        .line = f->line,
        .col = f->col,
        .is_remark = !looks[c->verdict].is_warning,
        .prefix = arena_printf(a, "%s: ", looks[c->verdict].text),
        .text = place_message(a, f),
        .tag = c->rule,
        .ntrail = (uint32_t)c->nrun,
        .trail = c->run,
    };
}

void crosscheck_text(FILE *out, const struct crosschecked *c,
                     const struct report_options *o)
{
    struct arena a = {0};
    struct message *messages = arena_array(&a, struct message, c->count);

    for (size_t i = 0; i < c->count; i++)
        messages[i] = message_of(&a, &c->items[i]);
    report_messages(out, messages, c->count, o);
    arena_release(&a);
}

static json_t *count_json(uint64_t n)
{
    return json_new(json_integer((json_int_t)n));
}

static json_t *reached_json(const struct reached *r)
{
    json_t *o = json_new(json_object());

    json_put(o, "function", count_json(r->function));
    json_put(o, "origin", count_json(r->origin));
    json_put(o, "exit", count_json(r->exit));
    json_put(o, "released", count_json(r->released));
    json_put(o, "alive", count_json(r->alive));
    return o;
}

void crosscheck_jsonl(FILE *out, const struct crosschecked *c,
                      const struct report_options *o)
{
    struct arena a = {0};

    for (size_t i = 0; i < c->count; i++) {
        const struct crossed *one = &c->items[i];
        json_t *line = finding_json(&a, &one->finding, o);

        json_put(line, "rule", json_text(clean_utf8(&a, one->rule)));
        json_put(line, "verdict", json_text(verdict_name(one->verdict)));
        json_put(line, "reached", reached_json(&one->reached));
        json_put(line, "run", trail_json(&a, one->run, one->nrun, o));
        fprintf(out, "%s\n", json_line(&a, line));
        arena_reset(&a);
    }
    arena_release(&a);
}

// "3 findings: 1 confirmed, 2 refuted", and how much of them was seen.
void crosscheck_summary(FILE *out, const struct crosschecked *c)
{
    size_t verdicts[VERDICTS] = {0};
    size_t findings, functions = 0, origins = 0, exits = 0;
    const char *separator = ": ";

    for (size_t i = 0; i < c->count; i++) {
        const struct crossed *one = &c->items[i];

        verdicts[one->verdict]++;
        if (one->verdict == VERDICT_ONLY_IN_RUN)
            continue;
        functions += one->reached.function > 0;
        origins += one->reached.function > 0 && one->reached.origin > 0;
        exits += one->reached.exit > 0;
    }
    findings = c->count - verdicts[VERDICT_ONLY_IN_RUN];
    fprintf(out, "%zu finding%s", findings, findings == 1 ? "" : "s");
    for (int v = 0; v < VERDICT_ONLY_IN_RUN; v++) {
        if (!verdicts[v])
            continue;
        fprintf(out, "%s%zu %s", separator, verdicts[v], looks[v].text);
        separator = ", ";
    }
    if (verdicts[VERDICT_ONLY_IN_RUN])
        fprintf(out, "; %zu more %s", verdicts[VERDICT_ONLY_IN_RUN],
                looks[VERDICT_ONLY_IN_RUN].text);
    fprintf(out,
            "\nof the findings %zu were seen at their function, %zu at their "
            "origin, %zu at their exit; %" PRIu64 " event%s at %zu place%s in "
            "%zu trace%s\n",
            functions, origins, exits, c->events, c->events == 1 ? "" : "s",
            c->sites, c->sites == 1 ? "" : "s", c->traces,
            c->traces == 1 ? "" : "s");
}
