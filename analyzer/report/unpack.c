// unpack.c - see unpack.h.

#include "report/unpack.h"

#include <string.h>

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

const char *unpack_text(struct unpacker *u, const char *key)
{
    const json_t *value = get(u, key, fits_text);

    return value ? json_string_value(value) : "";
}

uint32_t unpack_number(struct unpacker *u, const char *key)
{
    const json_t *value = get(u, key, fits_number);
    json_int_t n = value ? json_integer_value(value) : 0;

    if (n >= 0 && n <= UINT32_MAX)
        return (uint32_t)n;
    if (!u->wrong)
        u->wrong = key;
    return 0;
}

bool unpack_flag(struct unpacker *u, const char *key)
{
    const json_t *value = get(u, key, fits_flag);

    return value && json_is_true(value);
}

const json_t *unpack_list(struct unpacker *u, const char *key)
{
    return get(u, key, fits_list);
}

void unpack_names(struct unpacker *u, struct finding *f)
{
    const char *fingerprint = unpack_text(u, "fingerprint");
    int tier = tier_by_name(unpack_text(u, "tier"));

    f->rule = rule_by_name(unpack_text(u, "rule"));
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
