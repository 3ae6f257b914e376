// from_header.c - all that a header declares and annotates, as rules.
//
// in     declarations in order, with their notes
// out    the text of a rules file
//
// Each row remembers which annotation or declaration it came from. The rows
// are read again by the parser before any text is made of them, so what is
// printed is a rules file, and what is wrong between rows (the same name twice,
// an unknown grammar) is an error at a place in the header too.

#include "contract/declared.h"

#include "base/buf.h"
#include "base/file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    const char *text;
    struct ir_pos pos;
    bool is_family;
    bool is_foreign; // known here, and printed elsewhere
};

struct maker {
    struct arena *arena;
    const struct ir_header *header;
    struct err *err;
    struct declared_in in;
    struct row *rows;
    size_t n, cap;
};

static void add_row(struct maker *m, struct ir_pos pos, const char *text)
{
    struct row row = {.text = text, .pos = pos};

    arena_push(m->arena, m->rows, m->n, m->cap, row);
}

static int fail_at(struct maker *m, struct ir_pos pos, const char *fmt, ...)
    BASE_PRINTF(3, 4);

static int fail_at(struct maker *m, struct ir_pos pos, const char *fmt, ...)
{
    char text[sizeof(m->err->text)];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    err_set(m->err, declared_path(&m->in, pos), pos.line, "%s", text);
    return -1;
}

static const struct ir_note *
notes_of(const struct maker *m, const struct ir_declared *d, uint32_t *ret_n)
{
    const struct ir_decl *f = &m->header->unit->decls[d->decl];
    bool is_function = d->kind == IR_DECLARED_FUNCTION;

    *ret_n = is_function ? f->nnotes : d->nnotes;
    return is_function ? f->notes : d->notes;
}

// The row that a note spells out, NULL when it is none.
static const char *row_of(const struct ir_note *note)
{
    const char *text = declared_text(note);

    return text && note->param == 0 ? declared_behind(text, "row") : NULL;
}

// The families: they say what is counted, and so must be known before the
// functions are looked at.

// A function may be called "family" as well.
static bool is_family(const char *row)
{
    const char *name = declared_behind(row, "family");

    return name && !strchr("(=*", *name);
}

static void find_families(struct maker *m)
{
    for (uint32_t i = 0; i < m->header->nitems; i++) {
        const struct ir_declared *d = &m->header->items[i];
        uint32_t n;
        const struct ir_note *notes = notes_of(m, d, &n);

        for (uint32_t k = 0; k < n; k++) {
            const char *row = row_of(&notes[k]);

            if (!row || !is_family(row))
                continue;
            add_row(m, notes[k].pos, row);
            m->rows[m->n - 1].is_family = true;
            m->rows[m->n - 1].is_foreign = d->is_foreign;
        }
    }
}

static int parse_rows(struct maker *m, struct rules *ret)
{
    struct rule_row *rows = arena_array(m->arena, struct rule_row, m->n);

    for (size_t i = 0; i < m->n; i++)
        rows[i] = (struct rule_row){m->rows[i].text,
                                    declared_path(&m->in, m->rows[i].pos),
                                    m->rows[i].pos.line};
    *ret = (struct rules){.arena = m->arena};
    return rules_parse_rows(ret, rows, m->n, m->err);
}

static int read_families(struct maker *m)
{
    struct rules *rules = arena_new(m->arena, struct rules);

    find_families(m);
    if (parse_rows(m, rules) < 0)
        return -1;
    if (m->n > 0 && rules->nfamilies > 1)
        return fail_at(m, m->rows[m->n - 1].pos,
                       "a header describes one family, not also '%.60s'",
                       rules->families[1].name);
    m->in.rules = rules;
    m->in.family = rules->nfamilies ? &rules->families[0] : NULL;
    return 0;
}

// All else, in order.

// Rows among the notes; the families have been read.
static int add_plain_rows(struct maker *m, const struct ir_declared *d)
{
    uint32_t n;
    const struct ir_note *notes = notes_of(m, d, &n);

    for (uint32_t i = 0; i < n; i++) {
        const char *row = row_of(&notes[i]);

        if (row && !*row)
            return fail_at(m, notes[i].pos, "an empty row");
        if (row && !is_family(row))
            add_row(m, notes[i].pos, row);
    }
    return 0;
}

static const char *printed(struct maker *m, const struct contract *c)
{
    char *text = NULL;
    const char *copy;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out)
        contract_print(out, c);
    if (!out || fclose(out) != 0) {
        err_set(m->err, NULL, 0, "%s", strerror(errno));
        free(text);
        return NULL;
    }
    copy = arena_strndup(m->arena, text, strcspn(text, "\n"));
    free(text);
    return copy;
}

static int add_function(struct maker *m, const struct ir_declared *d)
{
    const struct ir_decl *decl = &m->header->unit->decls[d->decl];
    struct contract *c;
    const char *text;

    if (contract_declared(&m->in, decl, &c, m->err) < 0)
        return -1;
    if (!c)
        return 0;
    text = printed(m, c);
    if (!text)
        return -1;
    add_row(m, d->pos, text);
    return 0;
}

static int add_slot(struct maker *m, const struct ir_declared *d,
                    struct ir_pos pos, const char *call)
{
    if (!d->is_code)
        return fail_at(m, pos, "'%.60s' is no pointer to a function", d->name);
    if (!d->record[0])
        return fail_at(m, pos, "the struct around '%.60s' has no tag", d->name);
    add_row(m, pos,
            arena_printf(m->arena, "slot %s.%s %s", d->record, d->name, call));
    return 0;
}

static int add_note(struct maker *m, const struct ir_declared *d,
                    const struct ir_note *note)
{
    static const char *const known[] = {
        [IR_DECLARED_VARIABLE] = "'row ...' or 'immortal'",
        [IR_DECLARED_FIELD] = "'row ...' or 'slot ...'",
        [IR_DECLARED_OTHER] = "'row ...'",
    };
    const char *text = declared_text(note);
    const char *call, *rest;

    if (!text || row_of(note))
        return 0;
    call = declared_behind(text, "slot");
    if (d->kind == IR_DECLARED_FIELD && call)
        return add_slot(m, d, note->pos, call);
    rest = declared_behind(text, "immortal");
    if (d->kind == IR_DECLARED_VARIABLE && rest && !*rest) {
        add_row(m, note->pos,
                arena_printf(m->arena, "global %s immortal", d->name));
        return 0;
    }
    return fail_at(m, note->pos, "expected %s here, not '%.60s'",
                   known[d->kind], text);
}

static int add_item(struct maker *m, const struct ir_declared *d)
{
    if (d->is_foreign)
        return 0;
    if (add_plain_rows(m, d) < 0)
        return -1;
    if (d->kind == IR_DECLARED_FUNCTION)
        return add_function(m, d);
    for (uint32_t i = 0; i < d->nnotes; i++)
        if (add_note(m, d, &d->notes[i]) < 0)
            return -1;
    return 0;
}

// The text.

static void write_families(struct buf *b, const struct maker *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (!m->rows[i].is_family)
            continue;
        if (m->rows[i].is_foreign) // goes on: naming it again says so
            buf_printf(b, "\nfamily %s\n", m->in.family->name);
        else
            buf_printf(b, "\n%s\n", m->rows[i].text);
    }
}

static const char *write_text(const struct maker *m, const char *shown_dir)
{
    struct declared_in shown = m->in;
    struct buf b = {.arena = m->arena};
    uint32_t file = 0;

    shown.dir = shown_dir;
    buf_printf(&b,
               "# Made by `refcheck rules --from %s` from what that header "
               "and those\n# it includes say of themselves. Change them, not "
               "this file.\n",
               declared_path(&shown, (struct ir_pos){0}));
    write_families(&b, m);
    for (size_t i = 0; i < m->n; i++) {
        const struct row *row = &m->rows[i];

        if (row->is_family)
            continue;
        if (row->pos.file != file)
            buf_printf(&b, "\n# %s\n", declared_path(&shown, row->pos));
        file = row->pos.file;
        buf_printf(&b, "%s\n", row->text);
    }
    return buf_text(&b);
}

int rules_from_header(struct arena *a, const struct ir_header *header,
                      const char *dir, const char *shown_dir,
                      const char **ret_text, struct err *err)
{
    struct maker m = {.arena = a, .header = header, .err = err};
    struct rules again;

    m.in = (struct declared_in){.arena = a, .unit = header->unit, .dir = dir};
    if (read_families(&m) < 0)
        return -1;
    for (uint32_t i = 0; i < header->nitems; i++)
        if (add_item(&m, &header->items[i]) < 0)
            return -1;
    if (parse_rows(&m, &again) < 0)
        return -1;
    *ret_text = write_text(&m, shown_dir);
    return 0;
}
