// parse_rows.c - the rows that are not about calls: families, globals, fields,
// grammars and their units.

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
    static const char *const words[] = {"counted", "header", "version",
                                        "failure", "convention"};

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
    if (t->kind == TOK_WORD)
        return row_unknown(p, "word in a family", t->text,
                           word_nearest(t->text, family_nth));
    return row_expected(p, "counted, header, version, failure or convention");
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

// Globals and fields

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
    if (rules_field(r, f.record, f.field))
        return row_error(p, "duplicate field '%s.%s'", f.record, f.field);
    arena_push(r->arena, r->fields, r->nfields, r->fields_cap, f);
    return row_expect_end(p);
}

// Grammars

int row_parse_grammar(struct parser *p)
{
    struct rules *r = p->rules;
    struct grammar g = {.skip = "", .optional = "", .end = ""};

    if (row_expect_name(p, "the name of a grammar", &g.name) < 0)
        return -1;
    if (rules_grammar(r, g.name))
        return row_error(p, "duplicate grammar '%s'", g.name);
    while (row_peek(p)->kind != TOK_END && row_peek(p)->kind != TOK_NOTE) {
        const char **chars = row_accept_word(p, "skip")       ? &g.skip
                             : row_accept_word(p, "optional") ? &g.optional
                             : row_accept_word(p, "end")      ? &g.end
                                                              : NULL;

        if (!chars)
            return row_expected(p, "skip, optional or end");
        if (**chars)
            return row_error(p, "the same characters twice");
        if (row_expect_string(p, "characters in quotes", chars) < 0)
            return -1;
    }
    arena_push(r->arena, r->grammars, r->ngrammars, r->grammars_cap, g);
    return row_expect_end(p);
}

int row_parse_unit(struct parser *p)
{
    struct pending u = {
        .kind = PENDING_UNIT, .path = p->lx.path, .line = p->lx.line};
    size_t n = 0, cap = 0;

    if (row_expect_name(p, "the name of a grammar", &u.name) < 0
        || row_expect_string(p, "a format unit in quotes", &u.unit.text) < 0)
        return -1;
    if (!*u.unit.text)
        return row_error(p, "an empty format unit");
    if (row_peek(p)->kind != TOK_END && row_peek(p)->kind != TOK_NOTE)
        do {
            struct effect e;

            if (row_parse_effect(p, PLACE_UNIT, &e) < 0)
                return -1;
            arena_push(p->rules->arena, u.unit.args, n, cap, e);
        } while (row_accept(p, ','));
    u.unit.nargs = (int)n;
    arena_push(p->rules->arena, p->pending, p->npending, p->pending_cap, u);
    return row_expect_end(p);
}
