// jsonl.c - findings for programs: one JSON object a line.
//
// The keys and their order are an interface; new ones go behind the others.
// Everything outside ASCII is escaped, so a line is also safe to look at.

#include "report/clean.h"
#include "report/json.h"
#include "report/place.h"

static json_t *text_of(struct arena *a, const char *s)
{
    return json_text(clean_utf8(a, s));
}

static json_t *step_of(struct arena *a, const struct trail_step *s,
                       const struct report_options *o)
{
    json_t *step = json_new(json_object());

    json_put(step, "file", text_of(a, place_shown(a, s->file, o)));
    json_put(step, "line", json_number(s->line));
    json_put(step, "column", json_number(s->col));
    json_put(step, "message", text_of(a, s->text));
    return step;
}

json_t *trail_json(struct arena *a, const struct trail_step *steps, size_t n,
                   const struct report_options *o)
{
    json_t *trail = json_new(json_array());

    for (size_t i = 0; i < n; i++)
        json_add(trail, step_of(a, &steps[i], o));
    return trail;
}

json_t *finding_json(struct arena *a, const struct finding *f,
                     const struct report_options *o)
{
    json_t *line = json_new(json_object());

    json_put(line, "file", text_of(a, place_shown(a, f->file, o)));
    json_put(line, "line", json_number(f->line));
    json_put(line, "column", json_number(f->col));
    json_put(line, "function", text_of(a, f->function));
    json_put(line, "rule", json_text(rule_name(f->rule)));
    json_put(line, "tier", json_text(tier_name(f->tier)));
    json_put(line, "message", text_of(a, place_message(a, f)));
    json_put(line, "object", text_of(a, f->object));
    json_put(line, "trail", trail_json(a, f->trail, f->ntrail, o));
    json_put(line, "fingerprint", json_text(f->fingerprint));
    json_put(line, "only_oom", json_new(json_boolean(f->only_oom)));
    json_put(line, "in_setup", json_new(json_boolean(f->in_setup)));
    json_put(line, "origin", text_of(a, f->origin));
    return line;
}

void report_jsonl(FILE *out, const struct finding_list *list,
                  const struct report_options *options)
{
    struct arena scratch = {0};

    for (size_t i = 0; i < list->count; i++) {
        fprintf(out, "%s\n",
                json_line(&scratch,
                          finding_json(&scratch, &list->items[i], options)));
        arena_reset(&scratch);
    }
    arena_release(&scratch);
}
