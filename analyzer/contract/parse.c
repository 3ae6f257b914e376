// parse.c - the text of a rules file into struct rules, row by row.
//
// A row may use a grammar or a name that is defined further down: such uses
// wait in a list and are resolved behind the last row. The first error ends
// the reading.

#include "base/file.h"
#include "contract/parser.h"
#include "contract/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int row_error(struct parser *p, const char *fmt, ...)
{
    char text[sizeof(p->lx.err->text)];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    err_set(p->lx.err, p->lx.path, p->lx.line, "%s", text);
    return -1;
}

int row_expected(struct parser *p, const char *what)
{
    const struct token *t = row_peek(p);

    if (t->kind == TOK_END)
        return row_error(p, "expected %s, not the end of the line", what);
    if (t->kind == TOK_NOTE)
        return row_error(p, "expected %s, not a note", what);
    return row_error(p, "expected %s, not '%.*s'", what,
                     t->len > 60 ? 60 : t->len, t->at);
}

int row_unknown(struct parser *p, const char *kind, const char *word,
                const char *suggestion)
{
    if (suggestion)
        return row_error(p, "unknown %s '%.60s' (did you mean '%s'?)", kind,
                         word, suggestion);
    return row_error(p, "unknown %s '%.60s'", kind, word);
}

const struct token *row_peek_at(const struct parser *p, size_t ahead)
{
    size_t i = p->at + ahead;

    return &p->lx.tokens[i < p->lx.ntokens ? i : p->lx.ntokens - 1];
}

const struct token *row_peek(const struct parser *p)
{
    return row_peek_at(p, 0);
}

bool row_peek_word(const struct parser *p, const char *word)
{
    return row_peek(p)->kind == TOK_WORD
           && strcmp(row_peek(p)->text, word) == 0;
}

bool row_accept(struct parser *p, int kind)
{
    if (row_peek(p)->kind != kind)
        return false;
    p->at++;
    return true;
}

bool row_accept_word(struct parser *p, const char *word)
{
    if (!row_peek_word(p, word))
        return false;
    p->at++;
    return true;
}

int row_expect(struct parser *p, int kind, const char *what)
{
    return row_accept(p, kind) ? 0 : row_expected(p, what);
}

int row_expect_name(struct parser *p, const char *what, const char **ret_name)
{
    const struct token *t = row_peek(p);

    if (t->kind != TOK_WORD || strchr(t->text, '-'))
        return row_expected(p, what);
    *ret_name = t->text;
    p->at++;
    return 0;
}

int row_expect_end(struct parser *p)
{
    const char *note;

    row_parse_note(p, &note);
    if (row_peek(p)->kind != TOK_END)
        return row_expected(p, "the end of the line");
    return 0;
}

int row_expect_string(struct parser *p, const char *what, const char **ret_text)
{
    if (row_peek(p)->kind != TOK_STRING)
        return row_expected(p, what);
    *ret_text = p->lx.tokens[p->at++].text;
    return 0;
}

int row_expect_field(struct parser *p, const char **ret_record,
                     const char **ret_field)
{
    if (row_expect_name(p, "TAG.FIELD", ret_record) < 0
        || row_expect(p, '.', "'.' and the name of a field") < 0)
        return -1;
    return row_expect_name(p, "the name of a field", ret_field);
}

int row_expect_pattern(struct parser *p, const char *what,
                       const char **ret_name)
{
    if (row_expect_name(p, what, ret_name) < 0)
        return -1;
    if (row_accept(p, '*'))
        *ret_name = arena_printf(p->rules->arena, "%s*", *ret_name);
    return 0;
}

bool row_versions_overlap(int since, int until, int since2, int until2)
{
    return (!until2 || since < until2) && (!until || since2 < until);
}

// Calls

static struct contract **find_rows(struct rules *r, const char *name,
                                   struct contract **ret_first)
{
    *ret_first = map_get(&r->contracts, name);
    for (size_t i = 0; !*ret_first && i < r->nprefixes; i++)
        if (strcmp(r->prefixes[i]->name, name) == 0)
            *ret_first = r->prefixes[i];
    return *ret_first ? &(*ret_first)->next : NULL;
}

static void add_name(struct rules *r, struct contract *c)
{
    if (c->name[strlen(c->name) - 1] == '*')
        arena_push(r->arena, r->prefixes, r->nprefixes, r->prefixes_cap, c);
    else
        map_set(r->arena, &r->contracts, c->name, c);
}

static int add_contract(struct parser *p, struct contract *c)
{
    struct contract *first;
    struct contract **end = find_rows(p->rules, c->name, &first);

    if (!first) {
        add_name(p->rules, c);
        return 0;
    }
    for (struct contract *o = first; o; end = &o->next, o = o->next) {
        if (row_versions_overlap(o->since, o->until, c->since, c->until))
            return row_error(p,
                             "duplicate row for '%s' (the other is at "
                             "%s:%d)",
                             c->name, o->file, o->line);
        if (strcmp(o->family, c->family) != 0)
            return row_error(p, "'%s' is of family '%s' at %s:%d", c->name,
                             o->family, o->file, o->line);
    }
    *end = c;
    return 0;
}

static int parse_alias(struct parser *p, struct contract *c)
{
    struct pending pending = {.kind = PENDING_ALIAS,
                              .path = p->lx.path,
                              .line = p->lx.line,
                              .alias = c};

    c->is_alias_row = true;
    c->family = p->family < 0 ? "" : p->rules->families[p->family].name;
    c->file = p->lx.path;
    c->line = (int)p->lx.line;
    c->prefer = c->note = "";
    if (row_expect_name(p, "the name of another function", &c->alias_of) < 0)
        return -1;
    if (row_accept(p, ':'))
        do {
            int found = row_parse_since_until(p, &c->since, &c->until);

            if (found < 0)
                return -1;
            if (!found)
                return row_expected(p, "'since' or 'until'");
        } while (row_peek(p)->kind == TOK_WORD);
    row_parse_note(p, &c->note);
    if (row_check_since_until(p, c->since, c->until) < 0
        || row_expect_end(p) < 0)
        return -1;
    pending.name = c->alias_of;
    arena_push(p->rules->arena, p->pending, p->npending, p->pending_cap,
               pending);
    return add_contract(p, c);
}

static int parse_function(struct parser *p)
{
    struct contract *c = arena_new(p->rules->arena, struct contract);

    if (row_expect_pattern(p, "the name of a function or a kind of row",
                           &c->name)
        < 0)
        return -1;
    if (row_accept(p, '='))
        return parse_alias(p, c);
    if (row_peek(p)->kind != '(')
        return row_expected(p, "'(' or '=' behind a name");
    if (row_parse_call(p, c) < 0)
        return -1;
    return add_contract(p, c);
}

int row_parse_when(struct parser *p, const char **ret_field, int64_t *ret_value)
{
    *ret_field = "";
    if (!row_accept_word(p, "when"))
        return 0;
    if (row_expect_name(p, "the name of a sibling field", ret_field) < 0
        || row_expect(p, '=', "'='") < 0)
        return -1;
    *ret_value = row_peek(p)->value;
    return row_expect(p, TOK_INT, "a number");
}

static int check_new_slot(struct parser *p, const struct slot_rule *s)
{
    const struct rules *r = p->rules;
    const struct contract *c = &s->contract;

    for (size_t i = 0; i < r->nslots; i++) {
        const struct slot_rule *o = &r->slots[i];

        if (strcmp(o->contract.name, c->name) == 0
            && strcmp(o->when_field, s->when_field) == 0
            && o->when_value == s->when_value
            && row_versions_overlap(o->contract.since, o->contract.until,
                                    c->since, c->until))
            return row_error(p, "duplicate slot '%s' (the other is at %s:%d)",
                             c->name, o->contract.file, o->contract.line);
    }
    return 0;
}

static int parse_slot(struct parser *p)
{
    struct rules *r = p->rules;
    struct slot_rule s = {0};

    if (row_expect_field(p, &s.record, &s.field) < 0
        || row_parse_when(p, &s.when_field, &s.when_value) < 0)
        return -1;
    s.contract.name = arena_printf(r->arena, "%s.%s", s.record, s.field);
    if (row_parse_call(p, &s.contract) < 0 || check_new_slot(p, &s) < 0)
        return -1;
    arena_push(r->arena, r->slots, r->nslots, r->slots_cap, s);
    return 0;
}

// Rows

static const struct row_kind {
    const char *word;
    int (*parse)(struct parser *p);
} kinds[] = {
    {"family", row_parse_family},   {"slot", parse_slot},
    {"global", row_parse_global},   {"field", row_parse_field},
    {"grammar", row_parse_grammar}, {"unit", row_parse_unit},
    {"list", row_parse_list},       {"attribute", row_parse_attribute},
    {"type", row_parse_type},       {"life", row_parse_life},
    {"member", row_parse_member},   {"flags", row_parse_flags},
    {"stored", row_parse_stored},
};

static const char *kind_nth(size_t i)
{
    return i < sizeof(kinds) / sizeof(*kinds) ? kinds[i].word : NULL;
}

static int parse_row(struct parser *p)
{
    int behind = row_peek_at(p, 1)->kind;
    const char *word = row_peek(p)->kind == TOK_WORD ? row_peek(p)->text : "";
    const char *meant;

    if (row_peek(p)->kind == TOK_END)
        return 0;
    if (behind == '(' || behind == '=' || behind == '*')
        return parse_function(p); // also one that is called "unit"
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (row_accept_word(p, kinds[i].word))
            return kinds[i].parse(p);
    meant = behind == TOK_WORD ? word_nearest(word, kind_nth) : NULL;
    if (meant)
        return row_unknown(p, "kind of row", word, meant);
    return parse_function(p);
}

// Names that were used before they were defined

static int resolve_unit(struct parser *p, const struct pending *u)
{
    struct rules *r = p->rules;

    for (size_t i = 0; i < r->ngrammars; i++) {
        struct grammar *g = r->grammars[i];

        if (strcmp(g->name, u->name) != 0)
            continue;
        for (size_t k = 0; k < g->nunits; k++)
            if (strcmp(g->units[k].text, u->unit.text) == 0)
                return row_error(p, "duplicate unit \"%s\" of grammar '%s'",
                                 u->unit.text, u->name);
        arena_push(r->arena, g->units, g->nunits, g->units_cap, u->unit);
        return 0;
    }
    return row_error(p, "unknown grammar '%s'", u->name);
}

// The known name that is nearest to a misspelt one, or NULL.
static const char *nearest_name(const struct rules *r, const char *name)
{
    const char *best = NULL;
    int best_distance = 3;

    for (size_t i = 0; i < r->contracts.count; i++) {
        const char *known = r->contracts.entries[i].key;
        int d = word_distance(name, known);

        if (d > 0 && d < best_distance && d < (int)strlen(known)) {
            best = known;
            best_distance = d;
        }
    }
    return best;
}

static int resolve_alias(struct parser *p, struct contract *c)
{
    const struct contract *o = map_get(&p->rules->contracts, c->alias_of);

    if (!o)
        return row_unknown(p, "name", c->alias_of,
                           nearest_name(p->rules, c->alias_of));
    for (const struct contract *row = o; row; row = row->next)
        if (row->is_alias_row)
            return row_error(p,
                             "'%s' is another name for '%s' itself (name "
                             "the row that has the contract)",
                             o->name, row->alias_of);
    c->nargs = o->nargs;
    c->args = o->args;
    c->repeats = o->repeats;
    c->by_format = o->by_format;
    c->has_outcomes = o->has_outcomes;
    c->result = o->result;
    c->noutcomes = o->noutcomes;
    c->outcomes = o->outcomes;
    c->traits = o->traits;
    return 0;
}

static int resolve(struct parser *p, const struct pending *u)
{
    p->lx.path = u->path;
    p->lx.line = u->line;
    switch (u->kind) {
    case PENDING_UNIT:
        return resolve_unit(p, u);
    case PENDING_ALIAS:
        return resolve_alias(p, u->alias);
    case PENDING_GRAMMAR:
        break;
    }
    if (rules_grammar(p->rules, u->name))
        return 0;
    return row_error(p, "unknown grammar '%s'", u->name);
}

static int resolve_all(struct parser *p)
{
    for (size_t i = 0; i < p->npending; i++)
        if (resolve(p, &p->pending[i]) < 0)
            return -1;
    return 0;
}

static int parse_line(struct parser *p)
{
    p->at = 0;
    return lex_line(&p->lx) < 0 ? -1 : parse_row(p);
}

int rules_parse(struct rules *rules, const char *text, const char *path,
                struct err *err)
{
    struct parser p = {.rules = rules, .family = -1};

    p.lx.arena = rules->arena;
    p.lx.path = arena_strdup(rules->arena, path);
    p.lx.at = text;
    p.lx.err = err;
    while (*p.lx.at) {
        p.lx.line++;
        if (parse_line(&p) < 0)
            return -1;
    }
    return resolve_all(&p);
}

int rules_parse_rows(struct rules *rules, const struct rule_row *rows, size_t n,
                     struct err *err)
{
    struct parser p = {.rules = rules, .family = -1};

    p.lx.arena = rules->arena;
    p.lx.err = err;
    for (size_t i = 0; i < n; i++) {
        p.lx.path = arena_strdup(rules->arena, rows[i].path);
        p.lx.line = rows[i].line;
        p.lx.at = rows[i].text;
        if (parse_line(&p) < 0)
            return -1;
        if (*p.lx.at)
            return row_error(&p, "a row of more than one line");
    }
    return resolve_all(&p);
}

int rules_load(struct rules *rules, const char *path, struct err *err)
{
    char *text;
    size_t size;

    if (file_read(rules->arena, path, &text, &size, err) < 0)
        return -1;
    if (strlen(text) != size) {
        err_set(err, path, 0, "a NUL byte in a rules file");
        return -1;
    }
    return rules_parse(rules, text, path, err);
}
