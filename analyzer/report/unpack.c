// unpack.c - see unpack.h.
//
// There is no test after every key: what is missing or of the wrong kind reads
// as nothing, and the first such key is remembered.

#include "report/unpack.h"

#include <jansson.h>
#include <string.h>

struct unpacker {
    struct arena *arena;
    char *(*plain)(struct arena *a, const char *text);
    const json_t *object;
    const char *wrong; // the first key that is not as it must be, or NULL
};

static const json_t *get(struct unpacker *u, const char *key, bool fits(int))
{
    const json_t *value = json_object_get(u->object, key);

    if (value && fits((int)json_typeof(value)))
        return value;
    if (!u->wrong)
        u->wrong = key;
    return NULL;
}

static bool fits_text(int type)
{
    return type == JSON_STRING;
}

static bool fits_number(int type)
{
    return type == JSON_INTEGER;
}

static bool fits_flag(int type)
{
    return type == JSON_TRUE || type == JSON_FALSE;
}

static bool fits_list(int type)
{
    return type == JSON_ARRAY;
}

// Lives as long as the object.
static const char *word_at(struct unpacker *u, const char *key)
{
    const json_t *value = get(u, key, fits_text);

    return value ? json_string_value(value) : "";
}

static uint32_t number_at(struct unpacker *u, const char *key)
{
    const json_t *value = get(u, key, fits_number);
    json_int_t n = value ? json_integer_value(value) : 0;

    if (n >= 0 && n <= UINT32_MAX)
        return (uint32_t)n;
    if (!u->wrong)
        u->wrong = key;
    return 0;
}

static bool flag_at(struct unpacker *u, const char *key)
{
    const json_t *value = get(u, key, fits_flag);

    return value && json_is_true(value);
}

static const json_t *list_at(struct unpacker *u, const char *key)
{
    return get(u, key, fits_list);
}

static const char *text_at(struct unpacker *u, const char *key)
{
    return u->plain(u->arena, word_at(u, key));
}

// Rule, tier and fingerprint.
static void read_names(struct unpacker *u, struct finding *f)
{
    const char *fingerprint = word_at(u, "fingerprint");
    int tier = tier_by_name(word_at(u, "tier"));

    f->rule = rule_by_name(word_at(u, "rule"));
    f->tier = tier < 0 ? TIER_CERTAIN : (enum tier)tier;
    if (!u->wrong && f->rule == RULE_NONE)
        u->wrong = "rule";
    if (!u->wrong && tier < 0)
        u->wrong = "tier";
    if (strlen(fingerprint) < sizeof(f->fingerprint))
        memcpy(f->fingerprint, fingerprint, strlen(fingerprint) + 1);
    else if (!u->wrong)
        u->wrong = "fingerprint";
}

static void read_trail(struct unpacker *u, struct finding *f)
{
    const json_t *trail = list_at(u, "trail");

    f->ntrail = trail ? (uint32_t)json_array_size(trail) : 0;
    f->trail = arena_array(u->arena, struct trail_step, f->ntrail);
    for (uint32_t i = 0; i < f->ntrail; i++) {
        struct unpacker step = *u;

        step.object = json_array_get(trail, i);
        step.wrong = NULL;
        f->trail[i] = (struct trail_step){
            .file = text_at(&step, "file"),
            .line = number_at(&step, "line"),
            .col = number_at(&step, "column"),
            .text = text_at(&step, "message"),
        };
        if (step.wrong && !u->wrong)
            u->wrong = "trail";
    }
}

static void read_finding(struct unpacker *u, struct finding *f)
{
    f->file = text_at(u, "file");
    f->line = number_at(u, "line");
    f->col = number_at(u, "column");
    f->function = text_at(u, "function");
    read_names(u, f);
    f->text = text_at(u, "message");
    f->object = text_at(u, "object");
    read_trail(u, f);
    f->only_oom = flag_at(u, "only_oom");
    f->in_setup = flag_at(u, "in_setup");
    // Reports of earlier versions do not say it.
    f->origin =
        json_object_get(u->object, "origin") ? text_at(u, "origin") : "";
}

int unpack_finding(struct arena *a, const char *line,
                   char *plain(struct arena *a, const char *text),
                   struct finding *ret, struct err *err)
{
    struct finding f = {0};
    json_error_t error;
    json_t *o = json_loads(line, 0, &error);
    struct unpacker u = {.arena = a, .plain = plain, .object = o};

    if (!o) {
        err_set(err, NULL, 0, "not a finding: %s", error.text);
        return -1;
    }
    read_finding(&u, &f);
    json_decref(o);
    if (u.wrong) {
        err_set(err, NULL, 0, "not a finding: \"%s\" is missing or wrong",
                u.wrong);
        return -1;
    }
    *ret = f;
    return 0;
}
