// declared.c - the annotations of one function into its contract.
//
// in     a declaration with its notes
// out    the contract that a row with the same words would give
//
// Each note is read by the parser of rows, as the piece of a row that it is, so
// that a word is known or unknown here as it is there, and an error is that of
// the one note which holds it. Effects on parameters come first: what a result
// means depends on them.

#include "contract/declared.h"

#include "base/file.h"
#include "contract/parser.h"

#include <string.h>

static const char *text_behind(const struct ir_note *note, const char *prefix)
{
    size_t n = strlen(prefix);

    if (strncmp(note->text, prefix, n) != 0)
        return NULL;
    return note->text + n + strspn(note->text + n, " \t");
}

const char *declared_text(const struct ir_note *note)
{
    return text_behind(note, "refcheck:");
}

static const char *text_of(const struct ir_note *note, bool partial)
{
    return partial ? text_behind(note, "refcheck-part:") : declared_text(note);
}

static bool speaks(const struct ir_decl *decl, bool partial)
{
    for (uint32_t i = 0; i < decl->nnotes; i++) {
        const char *text = text_of(&decl->notes[i], partial);

        // A row stands there only because it has to stand somewhere.
        if (text && !declared_behind(text, "row"))
            return true;
    }
    return false;
}

bool declared_speaks(const struct ir_decl *decl)
{
    return speaks(decl, false) || speaks(decl, true);
}

const char *declared_behind(const char *text, const char *word)
{
    size_t n = strlen(word), blanks;

    if (strncmp(text, word, n) != 0)
        return NULL;
    blanks = strspn(text + n, " \t");
    return blanks || !text[n] ? text + n + blanks : NULL;
}

struct reading {
    const struct declared_in *in;
    const struct ir_decl *decl;
    struct contract *c;
    struct rules pieces; // what the parser allocates from
    struct parser parser;
    const char **said; // effects by argument as written, [0] the result
    bool partial;      // other tools speak, not we
    bool inferred;
};

const char *declared_path(const struct declared_in *in, struct ir_pos pos)
{
    const char *file = pos.file ? in->unit->files[pos.file] : in->unit->main;

    return path_join(in->arena, in->dir, file);
}

// Let the parser stand before the text of a note.
static int begin(struct reading *r, const struct ir_note *note,
                 const char *text, struct err *err)
{
    struct parser *p = &r->parser;

    *p = (struct parser){.rules = &r->pieces, .family = -1};
    p->lx.arena = r->in->arena;
    p->lx.path = declared_path(r->in, note->pos);
    p->lx.line = note->pos.line;
    p->lx.at = text;
    p->lx.err = err;
    r->c->file = p->lx.path;
    r->c->line = (int)p->lx.line;
    if (lex_line(&p->lx) < 0)
        return -1;
    return *p->lx.at ? row_error(p, "an annotation of more than one line") : 0;
}

// The tokens from number `from` up to the next one, as written.
static const char *written(const struct reading *r, size_t from)
{
    const struct token *first = &r->parser.lx.tokens[from];
    const struct token *last = &r->parser.lx.tokens[r->parser.at - 1];

    return arena_strndup(r->in->arena, first->at,
                         (size_t)(last->at + last->len - first->at));
}

// One thing may be said of an argument (0: the result), however often.
static int say_once(struct reading *r, int arg, const char *text)
{
    const char *before = r->said[arg];

    r->said[arg] = text;
    if (!before || strcmp(before, text) == 0)
        return 0;
    if (arg)
        return row_error(&r->parser,
                         "'%.60s' for argument %d of '%.60s', which is "
                         "'%.60s' in another annotation",
                         text, arg, r->decl->name, before);
    return row_error(&r->parser,
                     "'%.60s' for the result of '%.60s', which is '%.60s' in "
                     "another annotation",
                     text, r->decl->name, before);
}

// The effect on argument `arg`, which stands at the parser.
static int read_effect(struct reading *r, int arg, struct err *err)
{
    struct parser *p = &r->parser;
    size_t from = p->at;

    if (row_parse_effect(p, PLACE_ARG, &r->c->args[arg - 1]) < 0)
        return -1;
    if (row_peek(p)->kind != TOK_END)
        return row_expected(p, "the end of the effect on an argument");
    if (say_once(r, arg, written(r, from)) < 0)
        return -1;
    return row_check_numbers(r->c, err);
}

// argument N EFFECT
static int read_numbered(struct reading *r, struct err *err)
{
    struct parser *p = &r->parser;
    int64_t arg = row_peek_at(p, 1)->value;

    p->at++;
    if (row_expect(p, TOK_INT, "the number of an argument") < 0)
        return -1;
    if (arg < 1 || arg > r->c->nargs)
        return row_error(p, "'%.60s' has no argument %lld", r->decl->name,
                         (long long)arg);
    return read_effect(r, (int)arg, err);
}

static int read_result(struct reading *r)
{
    struct parser *p = &r->parser;

    if (row_peek(p)->kind == ':')
        return 0;
    if (row_parse_result(p, r->c) < 0)
        return -1;
    return say_once(r, 0, written(r, 0));
}

static int read_function(struct reading *r, const struct ir_note *note,
                         const char *text, struct err *err)
{
    struct parser *p = &r->parser;
    const char *rest = declared_behind(text, "inferred");

    if (rest && !*rest) {
        r->inferred = true;
        return 0;
    }
    if (declared_behind(text, "row"))
        return 0; // not about this function, see from_header.c
    if (begin(r, note, text, err) < 0 || read_result(r) < 0
        || row_parse_traits(p, r->c) < 0)
        return -1;
    row_parse_note(p, &r->c->note);
    if (row_expect_call_end(p, r->c) < 0)
        return -1;
    return row_check_numbers(r->c, err);
}

// Effects on arguments first.
static int read_note(struct reading *r, const struct ir_note *note,
                     bool of_params, struct err *err)
{
    const char *text = text_of(note, r->partial);
    bool numbered =
        text && note->param == 0 && declared_behind(text, "argument");

    if (!text || (note->param > 0 || numbered) != of_params)
        return 0;
    if (!of_params)
        return read_function(r, note, text, err);
    if (begin(r, note, text, err) < 0)
        return -1;
    return numbered ? read_numbered(r, err) : read_effect(r, note->param, err);
}

static int read_notes(struct reading *r, bool of_params, struct err *err)
{
    for (uint32_t i = 0; i < r->decl->nnotes; i++)
        if (read_note(r, &r->decl->notes[i], of_params, err) < 0)
            return -1;
    return 0;
}

static bool is_string(const struct ir_unit *u, uint32_t type)
{
    const struct ir_type *t = &u->types[type];

    return t->kind == IR_TYPE_POINTER
           && strcmp(u->types[t->target].name, "char") == 0;
}

static bool has_format(const struct contract *c)
{
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].kind == EFFECT_FORMAT)
            return true;
    return false;
}

// c->args has room for one more.
static void add_tail(const struct declared_in *in, const struct ir_decl *d,
                     struct contract *c)
{
    bool printfs =
        d->nparams && is_string(in->unit, d->params[d->nparams - 1].type);

    if (!d->is_variadic || !d->has_prototype)
        return;
    c->by_format = has_format(c);
    c->repeats = !c->by_format;
    if (!c->repeats)
        return;
    if (c->result.kind == EFFECT_NEW && !printfs)
        c->args[c->nargs++] =
            (struct effect){.kind = EFFECT_KEEP, .of = IN_RESULT};
    else
        c->args[c->nargs++].kind = EFFECT_PLAIN;
}

static bool has_convention(const struct declared_in *in)
{
    return in->family && in->family->has_convention;
}

// What holds for a parameter of which nothing is said.
static struct effect unsaid(const struct declared_in *in, uint32_t type,
                            bool partial)
{
    const struct ir_type *t = &in->unit->types[type];
    enum ir_type_kind to = in->unit->types[t->target].kind;

    if (rules_counted_pointer(in->rules, in->unit, type))
        return has_convention(in) ? in->family->convention_arg
                                  : (struct effect){.kind = EFFECT_BORROW};
    if ((partial || has_convention(in)) && t->kind == IR_TYPE_POINTER
        && (to == IR_TYPE_POINTER || to == IR_TYPE_RECORD))
        return (struct effect){.kind = EFFECT_ESCAPE, .maybe_null = true};
    return (struct effect){.kind = EFFECT_PLAIN};
}

static struct contract *unannotated(const struct declared_in *in,
                                    const struct ir_decl *d, bool partial)
{
    struct contract *c = arena_new(in->arena, struct contract);

    c->name = d->name;
    c->family = in->family ? in->family->name : "";
    c->prefer = c->note = "";
    c->nargs = (int)d->nparams;
    c->args = arena_array(in->arena, struct effect, d->nparams + 1);
    c->result.kind = EFFECT_PLAIN;
    for (uint32_t i = 0; i < d->nparams; i++)
        c->args[i] = unsaid(in, d->params[i].type, partial);
    return c;
}

static bool leaves_result(const struct reading *r)
{
    return !r->said[0]
           && rules_counted_pointer(r->in->rules, r->in->unit, r->decl->result);
}

static int complete_result(struct reading *r)
{
    const struct declared_in *in = r->in;

    if (!leaves_result(r))
        return 0;
    if (!has_convention(in))
        return row_error(&r->parser, "'%.60s' says not who owns its result",
                         r->decl->name);
    r->c->result = in->family->convention_result;
    r->c->weak = true;
    return 0;
}

// Results like "0..1: ok | -1: fail" are about no reference.
static bool is_about_references(const struct reading *r)
{
    for (int i = 0; i < r->c->nargs; i++)
        if (r->said[i + 1])
            return true;
    return r->said[0] && r->c->result.kind != EFFECT_PLAIN
           && r->c->result.kind != EFFECT_STATUS;
}

int contract_declared(const struct declared_in *in, const struct ir_decl *decl,
                      struct contract **ret, struct err *err)
{
    bool partial = !speaks(decl, false) && speaks(decl, true);
    struct contract *c = unannotated(in, decl, partial);
    struct reading r = {.in = in, .decl = decl, .c = c, .partial = partial};
    struct ir_note none = {.pos = decl->pos};

    r.pieces.arena = in->arena;
    r.said = arena_array(in->arena, const char *, decl->nparams + 1);
    if (read_notes(&r, true, err) < 0 || read_notes(&r, false, err) < 0)
        return -1;
    if (r.inferred || (r.partial && decl->fn && !is_about_references(&r))) {
        *ret = NULL;
        return 0;
    }
    if (r.partial && leaves_result(&r) && !has_convention(in)) {
        *ret = NULL;
        return 0;
    }
    if (begin(&r, &none, "", err) < 0 || complete_result(&r) < 0)
        return -1;
    c->partial = r.partial;
    c->declared = true;
    add_tail(in, decl, c);
    if (row_complete(&r.parser, c, in->family) < 0)
        return -1;
    *ret = c;
    return 0;
}
