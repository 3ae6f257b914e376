// read.c - findings of an earlier run, back from JSON lines. See finding_read.

#include "report/place.h"
#include "report/unpack.h"

#include <string.h>

static const char *text_of(struct arena *a, struct unpacker *u, const char *key)
{
    return arena_strdup(a, unpack_text(u, key));
}

static void read_trail(struct arena *a, struct unpacker *u, struct finding *f)
{
    const json_t *trail = unpack_list(u, "trail");

    f->ntrail = trail ? (uint32_t)json_array_size(trail) : 0;
    f->trail = arena_array(a, struct trail_step, f->ntrail);
    for (uint32_t i = 0; i < f->ntrail; i++) {
        struct unpacker step = {.object = json_array_get(trail, i)};

        f->trail[i] = (struct trail_step){
            .file = text_of(a, &step, "file"),
            .line = unpack_number(&step, "line"),
            .col = unpack_number(&step, "column"),
            .text = text_of(a, &step, "message"),
        };
        if (step.wrong && !u->wrong)
            u->wrong = "trail";
    }
}

// The condition is said by keys of its own.
static void cut_condition(struct arena *a, struct finding *f)
{
    const char *condition = place_condition(f);
    size_t n = strlen(f->text), cut = strlen(condition);

    if (cut && n >= cut && strcmp(f->text + n - cut, condition) == 0)
        f->text = arena_strndup(a, f->text, n - cut);
}

// Earlier versions do not say it.
static void read_origin(struct arena *a, const json_t *object,
                        struct finding *f)
{
    const char *origin = json_string_value(json_object_get(object, "origin"));

    f->origin = origin ? arena_strdup(a, origin) : "";
}

int finding_read(struct arena *a, const char *line, struct finding *ret,
                 struct err *err)
{
    struct finding f = {0};
    json_error_t error;
    json_t *o = json_loads(line, 0, &error);
    struct unpacker u = {.object = o};
    int r = -1;

    if (!o) {
        err_set(err, NULL, 0, "not a finding: %s", error.text);
        return -1;
    }
    f.file = text_of(a, &u, "file");
    f.line = unpack_number(&u, "line");
    f.col = unpack_number(&u, "column");
    f.function = text_of(a, &u, "function");
    unpack_names(&u, &f);
    f.text = text_of(a, &u, "message");
    f.object = text_of(a, &u, "object");
    read_trail(a, &u, &f);
    f.only_oom = unpack_flag(&u, "only_oom");
    f.in_setup = unpack_flag(&u, "in_setup");
    read_origin(a, o, &f);
    cut_condition(a, &f);
    if (u.wrong) {
        err_set(err, NULL, 0, "not a finding: \"%s\" is missing or wrong",
                u.wrong);
    } else {
        *ret = f;
        r = 0;
    }
    json_decref(o);
    return r;
}
