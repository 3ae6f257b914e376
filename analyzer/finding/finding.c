// finding.c - see finding.h.

#include "finding/finding.h"

#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *text;
} rules[RULES] = {
    [RULE_NONE] = {"none", ""},
#define RULE(id, name, text) [RULE_##id] = {name, text},
#include "finding/rules.def"
#undef RULE
};

static const char *const tiers[TIERS] = {"certain", "likely", "audit"};

const char *rule_name(enum rule r)
{
    return rules[r].name;
}

const char *rule_text(enum rule r)
{
    return rules[r].text;
}

enum rule rule_by_name(const char *name)
{
    for (int r = RULE_NONE + 1; r < RULES; r++)
        if (strcmp(rules[r].name, name) == 0)
            return (enum rule)r;
    return RULE_NONE;
}

const char *rule_page(enum rule r)
{
    for (const struct rule_page *p = rule_pages; p->rule; p++)
        if (strcmp(p->rule, rules[r].name) == 0)
            return p->text;
    return NULL;
}

const char *tier_name(enum tier t)
{
    return tiers[t];
}

int tier_by_name(const char *name)
{
    for (int t = 0; t < TIERS; t++)
        if (strcmp(tiers[t], name) == 0)
            return t;
    return -1;
}

void finding_add(struct arena *a, struct finding_list *list,
                 const struct finding *f)
{
    arena_push(a, list->items, list->count, list->cap, *f);
}

static bool from_same_macro(const struct finding *a, const struct finding *b)
{
    return a->macro && a->macro == b->macro && a->rule == b->rule
           && a->tier == b->tier && a->only_oom == b->only_oom
           && strcmp(a->text, b->text) == 0;
}

static bool stands_before(const struct finding *a, const struct finding *b)
{
    int order = strcmp(a->file, b->file);

    return order ? order < 0
                 : a->line < b->line || (a->line == b->line && a->col < b->col);
}

void finding_gather(struct arena *a, struct finding_list *list,
                    const struct finding *const *found, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned more = 0;
        bool first = true;

        for (size_t k = 0; k < n && found[i]->macro; k++)
            if (k != i && from_same_macro(found[i], found[k])) {
                first = first && stands_before(found[i], found[k]);
                more++;
            }
        if (!first)
            continue;
        finding_add(a, list, found[i]);
        if (more)
            list->items[list->count - 1].text =
                arena_printf(a, "%s (and %u more from the same macro)",
                             found[i]->text, more);
    }
}

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_trails(const struct finding *a, const struct finding *b)
{
    int r = compare_numbers(a->ntrail, b->ntrail);

    for (uint32_t i = 0; r == 0 && i < a->ntrail; i++) {
        r = strcmp(a->trail[i].file, b->trail[i].file);
        if (r == 0)
            r = compare_numbers(a->trail[i].line, b->trail[i].line);
        if (r == 0)
            r = compare_numbers(a->trail[i].col, b->trail[i].col);
        if (r == 0)
            r = strcmp(a->trail[i].text, b->trail[i].text);
    }
    return r;
}

// 0 for duplicates: the same words at the same place. Which way led there, a
// reader needs to know once.
static int compare_findings(const struct finding *a, const struct finding *b)
{
    int r = strcmp(a->file, b->file);

    if (r == 0)
        r = compare_numbers(a->line, b->line);
    if (r == 0)
        r = compare_numbers(a->col, b->col);
    if (r == 0)
        r = (int)a->rule - (int)b->rule;
    if (r == 0)
        r = strcmp(a->function, b->function);
    if (r == 0)
        r = strcmp(a->object, b->object);
    return r ? r : strcmp(a->text, b->text);
}

// Of duplicates the strongest comes first and is kept, then the one with the
// shortest trail.
static int compare(const void *pa, const void *pb)
{
    const struct finding *a = pa;
    const struct finding *b = pb;
    int r = compare_findings(a, b);

    if (r == 0)
        r = (int)a->tier - (int)b->tier;
    if (r == 0)
        r = a->only_oom - b->only_oom;
    if (r == 0)
        r = a->in_setup - b->in_setup;
    if (r == 0)
        r = compare_trails(a, b);
    return r ? r : strcmp(a->origin, b->origin);
}

void finding_sort(struct finding_list *list)
{
    size_t kept = 0;

    if (list->count)
        qsort(list->items, list->count, sizeof(*list->items), compare);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0
            || compare_findings(&list->items[kept - 1], &list->items[i]) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static uint64_t hash(const struct finding *f, uint64_t ordinal)
{
    uint64_t h = hash_str(0, rule_name(f->rule));

    h = hash_str(h, f->file);
    h = hash_str(h, f->function);
    h = hash_str(h, f->object);
    h = hash_str(h, f->origin);
    return ordinal ? hash_bytes(h, &ordinal, sizeof(ordinal)) : h;
}

void finding_fingerprints(struct finding_list *list)
{
    struct arena a = {0};
    struct map seen = {0}; // fingerprint of ordinal 0 -> how many so far

    for (size_t i = 0; i < list->count; i++) {
        struct finding *f = &list->items[i];
        char *key = arena_printf(&a, "%016llx", (unsigned long long)hash(f, 0));
        uint64_t *count = map_get(&seen, key);

        if (!count) {
            count = arena_new(&a, uint64_t);
            map_set(&a, &seen, key, count);
        }
        snprintf(f->fingerprint, sizeof(f->fingerprint), "%016llx",
                 (unsigned long long)hash(f, *count));
        ++*count;
    }
    arena_release(&a);
}
