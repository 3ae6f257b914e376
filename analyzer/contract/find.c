// find.c - what the rules say about one name, field or global.
//
// Of several rows for one name the one for the version is taken, else the
// nearest: who calls a function that this version has not, has it from a header
// that fills the gap. When the version is not known, the row is taken that
// holds from some version on for good.

#include "contract/contract.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// How well a row fits: 0 not at all, more is better.
static int fit(int since, int until, int version)
{
    if (version)
        return since <= version && (!until || version < until) ? INT32_MAX : 0;
    return until ? until : INT32_MAX;
}

static const struct contract *pick(const struct contract *rows, int version)
{
    const struct contract *best = NULL;
    int best_fit = 0;

    for (const struct contract *c = rows; c; c = c->next) {
        int f = fit(c->since, c->until, version);

        if (f > best_fit) {
            best = c;
            best_fit = f;
        }
    }
    return best;
}

// How many versions a row is away.
static int distance(const struct contract *c, int version)
{
    if (version < c->since)
        return c->since - version;
    return c->until && version >= c->until ? version - c->until + 1 : 0;
}

static const struct contract *pick_nearest(const struct contract *rows,
                                           int version)
{
    const struct contract *best = pick(rows, version);

    if (best)
        return best;
    for (const struct contract *c = rows; c; c = c->next) {
        int d = distance(c, version);
        int least = best ? distance(best, version) : INT32_MAX;

        if (d < least || (d == least && c->since > best->since))
            best = c;
    }
    return best;
}

// The length of a pattern "NAME*" that name begins with, else 0.
static size_t prefix_fit(const char *pattern, const char *name)
{
    size_t n = strlen(pattern);

    if (n < 2 || pattern[n - 1] != '*' || strncmp(pattern, name, n - 1) != 0)
        return 0;
    return n - 1;
}

static const struct contract *find_prefix(const struct rules *rules,
                                          const char *name, int version)
{
    const struct contract *best = NULL;
    size_t best_len = 0;

    for (size_t i = 0; i < rules->nprefixes; i++) {
        size_t len = prefix_fit(rules->prefixes[i]->name, name);
        const struct contract *c =
            len > best_len ? pick(rules->prefixes[i], version) : NULL;

        if (c) {
            best = c;
            best_len = len;
        }
    }
    return best;
}

const struct contract *rules_find(const struct rules *rules, const char *name,
                                  int version)
{
    const struct contract *rows = map_get(&rules->contracts, name);
    const struct contract *c =
        rows ? pick_nearest(rows, version) : find_prefix(rules, name, version);

    if (c && c->is_alias_row)
        c = pick_nearest(map_get(&rules->contracts, c->alias_of), version);
    return c;
}

const struct slot_rule *rules_slot_row(
    const struct rules *rules, const char *record, const char *field,
    bool (*sibling)(void *arg, const char *field, int64_t *ret_value),
    void *arg)
{
    const struct slot_rule *best = NULL;
    int best_fit = 0;

    for (size_t i = 0; i < rules->nslots; i++) {
        const struct slot_rule *s = &rules->slots[i];
        int f = fit(s->contract.since, s->contract.until, 0);
        int64_t value;

        if (strcmp(s->field, field) != 0 || strcmp(s->record, record) != 0)
            continue;
        if (!*s->when_field)
            f /= 2; // a row with `when` says more
        else if (!sibling || !sibling(arg, s->when_field, &value)
                 || value != s->when_value)
            continue;
        else
            f = INT32_MAX / 2 + f / 2;
        if (f > best_fit) {
            best = s;
            best_fit = f;
        }
    }
    return best;
}

const struct contract *
rules_slot(const struct rules *rules, const char *record, const char *field,
           bool (*sibling)(void *arg, const char *field, int64_t *ret_value),
           void *arg)
{
    const struct slot_rule *s =
        rules_slot_row(rules, record, field, sibling, arg);

    return s ? &s->contract : NULL;
}

const struct global_rule *rules_global(const struct rules *rules,
                                       const char *name, int version)
{
    const struct global_rule *best = NULL;
    size_t best_len = 0;
    int best_fit = 0;

    for (size_t i = 0; i < rules->nglobals; i++) {
        const struct global_rule *g = &rules->globals[i];
        size_t len = strcmp(g->name, name) == 0 ? strlen(name) + 1
                                                : prefix_fit(g->name, name);
        int f = fit(g->since, g->until, version);

        if (len && f && (len > best_len || (len == best_len && f > best_fit))) {
            best = g;
            best_len = len;
            best_fit = f;
        }
    }
    return best;
}

const struct field_rule *rules_field(const struct rules *rules,
                                     const char *record, const char *field)
{
    for (size_t i = 0; i < rules->nfields; i++) {
        const struct field_rule *f = &rules->fields[i];

        if (strcmp(f->record, record) == 0 && strcmp(f->field, field) == 0)
            return f;
    }
    return NULL;
}

const struct list_rule *rules_list(const struct rules *rules,
                                   const char *record, const char *field)
{
    for (size_t i = 0; i < rules->nlists; i++)
        if (!*rules->lists[i].when_field
            && strcmp(rules->lists[i].record, record) == 0
            && strcmp(rules->lists[i].field, field) == 0)
            return &rules->lists[i];
    return NULL;
}

const struct type_rule *rules_type(const struct rules *rules,
                                   const char *record)
{
    for (size_t i = 0; i < rules->ntypes; i++)
        if (strcmp(rules->types[i].record, record) == 0)
            return &rules->types[i];
    return NULL;
}

unsigned rules_life(const struct rules *rules, const char *name)
{
    unsigned words = 0;
    size_t best = 0;

    for (size_t i = 0; i < rules->nlives; i++) {
        const struct life_rule *l = &rules->lives[i];
        size_t len = strcmp(l->name, name) == 0 ? strlen(name) + 1
                                                : prefix_fit(l->name, name);

        if (len > best) {
            best = len;
            words = l->words;
        }
    }
    return words;
}

unsigned rules_stored(const struct rules *rules, const char *name,
                      const char *field)
{
    unsigned words = 0;

    for (size_t i = 0; i < rules->nstored; i++) {
        const struct stored_rule *s = &rules->stored[i];

        if (strcmp(s->field, field) == 0 && strcmp(s->name, name) == 0)
            words |= s->words;
    }
    return words;
}

const struct grammar *rules_grammar(const struct rules *rules, const char *name)
{
    for (size_t i = 0; i < rules->ngrammars; i++)
        if (strcmp(rules->grammars[i]->name, name) == 0)
            return rules->grammars[i];
    return NULL;
}

static const struct family *family_counting(const struct rules *rules,
                                            const char *record)
{
    for (size_t i = 0; i < rules->nfamilies; i++)
        for (size_t k = 0; k < rules->families[i].ncounted; k++)
            if (strcmp(rules->families[i].counted[k], record) == 0)
                return &rules->families[i];
    return NULL;
}

bool rules_counted(const struct rules *rules, const char *record)
{
    return family_counting(rules, record) != NULL;
}

// Counted structs begin with one another: the header of a subclass is that of
// its base.
static const struct family *family_of_record(const struct rules *rules,
                                             const struct ir_unit *unit,
                                             uint32_t record)
{
    enum { NESTED_MOST = 16 };

    for (int depth = 0; depth <= NESTED_MOST; depth++) {
        const struct ir_record *r = &unit->records[record];
        const struct family *family = family_counting(rules, r->name);
        const struct ir_type *first;

        if (family || r->is_union || r->nfields == 0)
            return family;
        first = &unit->types[r->fields[0].type];
        if (first->kind != IR_TYPE_RECORD)
            return NULL;
        record = first->record;
    }
    return NULL;
}

bool rules_counted_record(const struct rules *rules, const struct ir_unit *unit,
                          uint32_t record)
{
    return family_of_record(rules, unit, record) != NULL;
}

const struct family *rules_family(const struct rules *rules,
                                  const struct ir_unit *unit, uint32_t type)
{
    const struct ir_type *pointer = &unit->types[type];
    const struct ir_type *to = &unit->types[pointer->target];

    return pointer->kind == IR_TYPE_POINTER && to->kind == IR_TYPE_RECORD
               ? family_of_record(rules, unit, to->record)
               : NULL;
}

bool rules_counted_pointer(const struct rules *rules,
                           const struct ir_unit *unit, uint32_t type)
{
    return rules_family(rules, unit, type) != NULL;
}

int rules_version(const char *text)
{
    long major, minor = 0;
    char *end;

    while (*text == '"' || isspace((unsigned char)*text))
        text++;
    if (!isdigit((unsigned char)*text))
        return 0;
    major = strtol(text, &end, 10);
    if (*end == '.' && isdigit((unsigned char)end[1]))
        minor = strtol(end + 1, NULL, 10);
    else if (isalnum((unsigned char)*end))
        return 0; // a hexadecimal number, not a version
    if (major > 1000000)
        return 0;
    return (int)(major * 100 + (minor > 99 ? 99 : minor));
}

int rules_unit_version(const struct rules *rules, const struct ir_unit *unit)
{
    int version = 0;

    for (size_t f = 0; f < rules->nfamilies; f++)
        for (uint32_t m = 0; m < unit->nmacros; m++)
            if (strcmp(unit->macros[m].name, rules->families[f].version) == 0
                && unit->macros[m].value[0])
                version = rules_version(unit->macros[m].value);
    return version;
}
