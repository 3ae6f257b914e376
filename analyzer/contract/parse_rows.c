// parse_rows.c - rows that are not about calls: families, globals, fields and
// what they point to, attributes.

#include "contract/parser.h"
#include "contract/words.h"

#include <string.h>

// Families

static int family_failure(struct parser *p, struct family *f)
{
    do {
        const struct token *t = row_peek(p);

        if (row_accept_word(p, "NULL"))
            f->null_fails = true;
        else if (t->kind == TOK_INT && t->value == -1 && row_accept(p, TOK_INT))
            f->minus_one_fails = true;
        else
            return row_expected(p, "NULL or -1");
    } while (row_accept(p, '|'));
    return 0;
}

static const char *family_nth(size_t i)
{
    static const char *const words[] = {"counted", "header",     "version",
                                        "failure", "convention", "collector"};

    return i < sizeof(words) / sizeof(*words) ? words[i] : NULL;
}

static bool at_family_word(const struct parser *p)
{
    for (size_t i = 0; family_nth(i); i++)
        if (row_peek_word(p, family_nth(i)))
            return true;
    return false;
}

static int family_counted(struct parser *p, struct family *f)
{
    size_t cap = f->ncounted; // full: the array is copied when it grows
    const char *tag;

    do {
        if (at_family_word(p))
            return row_expected(p, "the tag of a counted struct");
        if (row_expect_name(p, "the tag of a counted struct", &tag) < 0)
            return -1;
        arena_push(p->rules->arena, f->counted, f->ncounted, cap, tag);
    } while (row_peek(p)->kind == TOK_WORD && !at_family_word(p));
    return 0;
}

static int family_convention(struct parser *p, struct family *f)
{
    if (f->has_convention)
        return row_error(p, "family '%s' has a convention already", f->name);
    f->has_convention = true;
    if (row_parse_effect(p, PLACE_ARG, &f->convention_arg) < 0
        || row_expect(p, TOK_ARROW, "'->'") < 0
        || row_parse_effect(p, PLACE_RESULT, &f->convention_result) < 0)
        return -1;
    if (f->convention_arg.of || f->convention_arg.out_of
        || f->convention_result.of)
        return row_error(p, "a convention cannot name an argument");
    return 0;
}

static int family_header(struct parser *p, struct family *f)
{
    if (*f->header)
        return row_error(p, "family '%s' has a header already", f->name);
    return row_expect_string(p, "the name of a header in quotes", &f->header);
}

static int family_version(struct parser *p, struct family *f)
{
    if (*f->version)
        return row_error(p, "family '%s' has a version already", f->name);
    return row_expect_name(p, "the name of a macro", &f->version);
}

static int family_item(struct parser *p, struct family *f)
{
    const struct token *t = row_peek(p);

    if (row_accept_word(p, "counted"))
        return family_counted(p, f);
    if (row_accept_word(p, "header"))
        return family_header(p, f);
    if (row_accept_word(p, "version"))
        return family_version(p, f);
    if (row_accept_word(p, "failure"))
        return family_failure(p, f);
    if (row_accept_word(p, "convention"))
        return family_convention(p, f);
    if (row_accept_word(p, "collector")) {
        f->collector = true;
        return 0;
    }
    if (t->kind == TOK_WORD)
        return row_unknown(p, "word in a family", t->text,
                           word_nearest(t->text, family_nth));
    return row_expected(
        p, "counted, header, version, failure, convention or collector");
}

// A family that exists already is continued.
static int family_open(struct parser *p, const char *name)
{
    struct rules *r = p->rules;
    struct family f = {.name = name, .header = "", .version = ""};

    for (size_t i = 0; i < r->nfamilies; i++)
        if (strcmp(r->families[i].name, name) == 0)
            return (int)i;
    arena_push(r->arena, r->families, r->nfamilies, r->families_cap, f);
    return (int)r->nfamilies - 1;
}

int row_parse_family(struct parser *p)
{
    const char *name;

    if (row_expect_name(p, "the name of a family", &name) < 0)
        return -1;
    p->family = family_open(p, name);
    while (row_peek(p)->kind != TOK_END && row_peek(p)->kind != TOK_NOTE)
        if (family_item(p, &p->rules->families[p->family]) < 0)
            return -1;
    return row_expect_end(p);
}

// Globals, fields and lists

int row_parse_global(struct parser *p)
{
    struct rules *r = p->rules;
    struct global_rule g = {.shown = ""};
    int found;

    if (row_expect_pattern(p, "the name of a global", &g.name) < 0)
        return -1;
    if (row_accept_word(p, "as")
        && row_expect_name(p, "the name people know it by", &g.shown) < 0)
        return -1;
    g.immortal = row_accept_word(p, "immortal");
    if (!g.immortal && !row_accept_word(p, "borrowed"))
        return row_expected(p, "'immortal' or 'borrowed'");
    while ((found = row_parse_since_until(p, &g.since, &g.until)) > 0)
        ;
    if (found < 0 || row_check_since_until(p, g.since, g.until) < 0)
        return -1;
    for (size_t i = 0; i < r->nglobals; i++) {
        const struct global_rule *o = &r->globals[i];

        if (strcmp(o->name, g.name) == 0
            && row_versions_overlap(o->since, o->until, g.since, g.until))
            return row_error(p, "duplicate global '%s'", g.name);
    }
    arena_push(r->arena, r->globals, r->nglobals, r->globals_cap, g);
    return row_expect_end(p);
}

int row_parse_field(struct parser *p)
{
    struct rules *r = p->rules;
    struct field_rule f = {0};

    if (row_expect_field(p, &f.record, &f.field) < 0)
        return -1;
    f.owned = row_accept_word(p, "owned");
    if (!f.owned && !row_accept_word(p, "borrowed"))
        return row_expected(p, "'owned' or 'borrowed'");
    f.is_mutable = row_accept_word(p, "mutable");
    if (rules_field(r, f.record, f.field))
        return row_error(p, "duplicate field '%s.%s'", f.record, f.field);
    arena_push(r->arena, r->fields, r->nfields, r->fields_cap, f);
    return row_expect_end(p);
}

int row_parse_list(struct parser *p)
{
    struct rules *r = p->rules;
    struct list_rule l = {0};

    if (row_expect_field(p, &l.record, &l.field) < 0
        || row_parse_when(p, &l.when_field, &l.when_value) < 0)
        return -1;
    if (!row_accept_word(p, "ends"))
        return row_expected(p, "'ends' and a field of the elements");
    if (row_expect_name(p, "a field of the elements", &l.ends) < 0)
        return -1;
    for (size_t i = 0; i < r->nlists; i++) {
        const struct list_rule *o = &r->lists[i];

        if (strcmp(o->record, l.record) == 0 && strcmp(o->field, l.field) == 0
            && strcmp(o->when_field, l.when_field) == 0
            && o->when_value == l.when_value)
            return row_error(p, "duplicate list '%s.%s'", l.record, l.field);
    }
    arena_push(r->arena, r->lists, r->nlists, r->lists_cap, l);
    return row_expect_end(p);
}

// Attributes of other tools

int row_parse_attribute(struct parser *p)
{
    struct rules *r = p->rules;
    struct attribute_rule at = {.parameter = "", .when = ""};

    if (row_expect_name(p, "the name of an attribute", &at.name) < 0)
        return -1;
    if (row_accept(p, '(')
        && (row_expect_name(p, "the name of a parameter", &at.parameter) < 0
            || row_expect(p, ')', "')'") < 0))
        return -1;
    if (row_expect_string(p, "an annotation in quotes", &at.text) < 0)
        return -1;
    if (row_accept_word(p, "when")
        && row_expect_name(p, "the name of a macro", &at.when) < 0)
        return -1;
    for (size_t i = 0; i < r->nattributes; i++)
        if (strcmp(r->attributes[i].name, at.name) == 0)
            return row_error(p, "duplicate attribute '%s'", at.name);
    arena_push(r->arena, r->attributes, r->nattributes, r->attributes_cap, at);
    return row_expect_end(p);
}

// Types and the lives of their objects

static const char *type_nth(size_t i)
{
    static const char *const words[] = {"size",  "base",     "slots",
                                        "flags", "offsets",  "gc",
                                        "heap",  "subtypes", "clears"};

    return i < sizeof(words) / sizeof(*words) ? words[i] : NULL;
}

static int type_bit(struct parser *p, int64_t *ret)
{
    if (row_peek(p)->kind != TOK_INT || row_peek(p)->value <= 0)
        return row_expected(p, "the number of a flag");
    *ret = row_peek(p)->value;
    return row_accept(p, TOK_INT) ? 0 : -1;
}

static int type_item(struct parser *p, struct type_rule *t)
{
    const struct {
        const char *word;
        const char **field;
    } fields[] = {{"size", &t->size},
                  {"base", &t->base},
                  {"slots", &t->slots},
                  {"offsets", &t->offsets},
                  {"flags", &t->flags}};
    int until = 0;

    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (row_accept_word(p, fields[i].word))
            return row_expect_name(p, "the name of a field", fields[i].field);
    if (row_accept_word(p, "gc"))
        return type_bit(p, &t->gc);
    if (row_accept_word(p, "subtypes"))
        return type_bit(p, &t->subtypes);
    if (row_accept_word(p, "heap")) {
        t->heap = true;
        return row_parse_since_until(p, &t->heap_since, &until) < 0 ? -1 : 0;
    }
    if (row_accept_word(p, "clears"))
        return t->clears = true, 0;
    if (row_peek(p)->kind == TOK_WORD)
        return row_unknown(p, "word of a type", row_peek(p)->text,
                           word_nearest(row_peek(p)->text, type_nth));
    return row_expected(p, "a word of a type");
}

static bool at_end(const struct parser *p)
{
    return row_peek(p)->kind == TOK_END || row_peek(p)->kind == TOK_NOTE;
}

static int flags_values(struct parser *p, struct flags_rule *f)
{
    size_t cap = 0;

    do {
        if (row_peek(p)->kind != TOK_INT || row_peek(p)->value & ~f->mask)
            return row_expected(p, "a number within these bits");
        arena_push(p->rules->arena, f->values, f->nvalues, cap,
                   row_peek(p)->value);
        row_accept(p, TOK_INT);
    } while (row_peek(p)->kind == TOK_INT);
    return 0;
}

int row_parse_flags(struct parser *p)
{
    struct rules *r = p->rules;
    struct flags_rule f = {.in_record = "", .in_field = ""};

    if (row_expect_field(p, &f.record, &f.field) < 0)
        return -1;
    if (!row_accept_word(p, "of"))
        return row_expected(p, "'of' and the bits");
    if (type_bit(p, &f.mask) < 0)
        return -1;
    if (!row_accept_word(p, "among"))
        return row_expected(p, "'among' and what these bits can be");
    if (flags_values(p, &f) < 0
        || (row_accept_word(p, "in")
            && row_expect_field(p, &f.in_record, &f.in_field) < 0))
        return -1;
    if (!row_accept_word(p, "else"))
        return row_expected(p, "'else' and the reason");
    if (row_expect_string(p, "the reason in quotes", &f.why) < 0)
        return -1;
    arena_push(r->arena, r->flags, r->nflags, r->flags_cap, f);
    return row_expect_end(p);
}

int row_parse_type(struct parser *p)
{
    struct rules *r = p->rules;
    struct type_rule t = {
        .size = "", .base = "", .slots = "", .offsets = "", .flags = ""};

    if (row_expect_name(p, "the tag of a struct", &t.record) < 0)
        return -1;
    while (!at_end(p))
        if (type_item(p, &t) < 0)
            return -1;
    if ((t.gc || t.subtypes) && !*t.flags)
        return row_error(p, "the flags of type '%s' have no field", t.record);
    if (rules_type(r, t.record))
        return row_error(p, "duplicate type '%s'", t.record);
    arena_push(r->arena, r->types, r->ntypes, r->types_cap, t);
    return row_expect_end(p);
}

int row_parse_member(struct parser *p)
{
    struct rules *r = p->rules;
    struct member_rule m = {.type = CTYPE_OBJECT, .fixed_field = ""};

    if (row_expect_field(p, &m.record, &m.field) < 0
        || row_parse_when(p, &m.when_field, &m.when_value) < 0)
        return -1;
    if (row_accept_word(p, "as")) {
        m.type = ctype_by_word(row_peek(p)->text);
        if (m.type == CTYPE_NONE)
            return row_expected(p, "a type of C");
        row_accept_word(p, row_peek(p)->text);
    }
    if (row_accept_word(p, "fixed")
        && (row_expect_name(p, "the name of a field", &m.fixed_field) < 0
            || type_bit(p, &m.fixed) < 0))
        return -1;
    for (size_t i = 0; i < r->nmembers; i++) {
        const struct member_rule *o = &r->members[i];

        if (strcmp(o->record, m.record) == 0 && strcmp(o->field, m.field) == 0
            && strcmp(o->when_field, m.when_field) == 0
            && o->when_value == m.when_value)
            return row_error(p, "duplicate member '%s.%s'", m.record, m.field);
    }
    arena_push(r->arena, r->members, r->nmembers, r->members_cap, m);
    return row_expect_end(p);
}

// One or more words of a closed set, `what` in messages, to the end of a row.
static int parse_words(struct parser *p, const char *what,
                       int (*by_word)(const char *word),
                       const char *(*nth)(size_t i), unsigned *ret_words)
{
    do {
        const char *word = row_peek(p)->text;
        int bit = row_peek(p)->kind == TOK_WORD ? by_word(word) : -1;

        if (row_peek(p)->kind != TOK_WORD)
            return row_expected(p, arena_printf(p->rules->arena, "a %s", what));
        if (bit < 0)
            return row_unknown(p, what, word, word_nearest(word, nth));
        row_accept_word(p, word);
        *ret_words |= 1U << bit;
    } while (!at_end(p));
    return 0;
}

int row_parse_stored(struct parser *p)
{
    struct rules *r = p->rules;
    struct stored_rule s = {0};

    if (row_expect_field(p, &s.name, &s.field) < 0
        || parse_words(p, "word for what is stored", stored_by_word, stored_nth,
                       &s.words)
               < 0)
        return -1;
    arena_push(r->arena, r->stored, r->nstored, r->stored_cap, s);
    return row_expect_end(p);
}

int row_parse_life(struct parser *p)
{
    struct rules *r = p->rules;
    struct life_rule l = {0};

    if (row_expect_pattern(p, "the name of a function", &l.name) < 0
        || parse_words(p, "word of a life", life_by_word, life_nth, &l.words)
               < 0)
        return -1;
    for (size_t i = 0; i < r->nlives; i++)
        if (strcmp(r->lives[i].name, l.name) == 0)
            return row_error(p, "duplicate life '%s'", l.name);
    arena_push(r->arena, r->lives, r->nlives, r->lives_cap, l);
    return row_expect_end(p);
}
