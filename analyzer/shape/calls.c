// calls.c - the variable arguments of one call.
//
// in     a call, its contract
// out    findings: arguments that do not fit the format, the count or the
//        list of names that goes with them; a NULL that is missing behind them
//
// The types are those of the memory and of the values that are handed over: a
// cast of a pointer changes neither.

#include "shape/unit.h"

#include <string.h>

struct checked_call {
    struct shape *s;
    struct spot at;
    const struct ir_ins *ins;
    const struct contract *c;
    uint32_t first; // the first variable argument
};

static int arg_with(const struct contract *c, enum effect_kind kind)
{
    for (int i = 0; i < c->nargs; i++)
        if (c->args[i].kind == kind)
            return i;
    return -1;
}

// The format that further arguments follow; -1 when there is none, or when it
// stands for arguments that came in elsewhere.
static int format_of(const struct contract *c)
{
    return c->by_format || c->repeats ? arg_with(c, EFFECT_FORMAT) : -1;
}

bool call_has_rules(const struct contract *c)
{
    return c->traits & TRAIT_NULL_ENDS || format_of(c) >= 0
           || arg_with(c, EFFECT_COUNT) >= 0;
}

static void say_at(const struct checked_call *k, struct ir_pos pos,
                   enum rule rule, enum tier tier, const char *object,
                   const char *text, struct shape_note note)
{
    const struct ir_unit *ir = k->s->ir;
    const char *callee = ir->decls[k->ins->ref].name;

    shape_report(k->s,
                 &(struct finding){.function = ir->decls[k->at.fn->decl].name,
                                   .rule = rule,
                                   .tier = tier,
                                   .text = text,
                                   .object = *object ? object : callee,
                                   .origin = callee},
                 pos, note);
}

static void say(const struct checked_call *k, const char *text)
{
    say_at(k, k->ins->at, RULE_FORMAT_MISMATCH, TIER_CERTAIN, "", text,
           (struct shape_note){.text = NULL});
}

static uint32_t given(const struct checked_call *k)
{
    return k->ins->nargs - k->first;
}

// "'x'" or "argument 3".
static const char *shown(const struct checked_call *k, uint32_t arg,
                         const char *name)
{
    return *name ? arena_printf(k->s->results, "'%s'", name)
                 : arena_printf(k->s->results, "argument %u", arg + 1);
}

// Types.

// Is the type of a temp that of a value that was really made?
static bool is_typed(const struct ir_unit *ir, const struct ir_ins *m)
{
    if (m->op == IR_OPAQUE)
        return ir->types[m->type].kind == IR_TYPE_FLOAT;
    return m->op != IR_CALL || !m->ref || !ir->decls[m->ref].is_implicit;
}

// A constant that arrives as it is meant: NULL written as 0, and what is too
// wide and yet fits.
static bool is_harmless(const struct shape *s, const struct ir_ins *m,
                        enum ctype want)
{
    uint32_t size = ctype_size(s, want);
    int64_t half;

    if (m->op != IR_CONST)
        return false;
    if (m->imm == 0
        && (want == CTYPE_POINTER || want == CTYPE_TEXT || want == CTYPE_OBJECT
            || want == CTYPE_ARRAY))
        return true;
    if (s->ir->types[m->type].kind != IR_TYPE_INT
        || s->ir->types[m->type].size <= size || size == 0 || size >= 8)
        return false;
    half = (int64_t)1 << (8 * size - 1);
    return m->imm >= -half && m->imm < 2 * half;
}

// Memory that is read or written as something else on purpose: bytes.
static bool is_bytes(const struct ir_unit *ir, const struct ir_ins *m,
                     uint32_t type)
{
    const struct ir_type *t = &ir->types[type];

    return t->kind == IR_TYPE_INT && t->size == 1 && m->op != IR_LOCAL
           && m->op != IR_GLOBAL && m->op != IR_FIELD;
}

static void say_type(const struct checked_call *k, uint32_t arg,
                     const char *unit, const char *what, const char *is)
{
    const struct ir_ins *m = ir_maker(k->at.block, k->ins->args[arg]);
    const char *name = value_name(k->s, k->at, m->dst);

    say_at(k, m->at, RULE_FORMAT_MISMATCH, TIER_CERTAIN, name,
           arena_printf(k->s->results, "\"%s\" %s %s, which is %s", unit, what,
                        shown(k, arg, name), is),
           (struct shape_note){.text = NULL});
}

static void check_written(const struct checked_call *k, uint32_t arg,
                          const struct ir_ins *m, const char *unit,
                          enum ctype want)
{
    struct shape *s = k->s;
    uint32_t to = s->ir->types[m->type].target;

    if (to && !is_bytes(s->ir, m, to) && type_clashes(s, want, to))
        say_type(
            k, arg, unit,
            arena_printf(s->results, "writes %s to", ctype_described(s, want)),
            type_described(s, to));
}

static void check_value(const struct checked_call *k, uint32_t arg,
                        const struct ir_ins *m, const char *unit,
                        enum ctype want)
{
    struct shape *s = k->s;

    if (!is_harmless(s, m, want) && type_clashes(s, want, m->type))
        say_type(
            k, arg, unit,
            arena_printf(s->results, "takes %s from", ctype_described(s, want)),
            type_described(s, m->type));
}

static void check_type(const struct checked_call *k, uint32_t arg,
                       const char *unit, const struct effect *e)
{
    const struct ir_ins *m = ir_maker(k->at.block, k->ins->args[arg]);

    if (!m || !m->type || !is_typed(k->s->ir, m))
        return;
    if (e->kind != EFFECT_OUT)
        check_value(k, arg, m, unit, e->ctype);
    else if (k->s->ir->types[m->type].kind == IR_TYPE_POINTER)
        check_written(k, arg, m, unit, e->ctype);
    else
        check_value(k, arg, m, unit, CTYPE_POINTER);
}

// Formats.

static const char *counted(struct shape *s, size_t n, const char *what)
{
    return arena_printf(s->results, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static const char *short_text(struct shape *s, const char *text)
{
    enum { SHOWN_MAX = 40 };

    return strlen(text) <= SHOWN_MAX
               ? arena_printf(s->results, "\"%s\"", text)
               : arena_printf(s->results, "\"%.*s...\"", SHOWN_MAX, text);
}

static const char *follow(const struct checked_call *k, const char *but)
{
    return arena_printf(k->s->results, "%s %u follow%s", but, given(k),
                        given(k) == 1 ? "s" : "");
}

static void say_count(const struct checked_call *k, const char *text,
                      size_t takes, const char *but)
{
    say(k, arena_printf(k->s->results, "the format %s takes %s, %s",
                        short_text(k->s, text),
                        counted(k->s, takes, "argument"), follow(k, but)));
}

// A NULL behind the arguments, as for calls that need one, was never to be
// used.
static bool only_nulls(const struct checked_call *k, size_t from)
{
    for (size_t i = k->first + from; i < k->ins->nargs; i++) {
        const struct ir_ins *m = ir_maker(k->at.block, k->ins->args[i]);

        if (!m || m->op != IR_CONST || m->imm != 0
            || k->s->ir->types[m->type].kind != IR_TYPE_POINTER)
            return false;
    }
    return true;
}

// Arguments beyond the format are passed and not looked at: the call does what
// the format says, and only a reader can tell what was meant. A variable that
// the call was to fill stays as it was.
static void say_surplus(const struct checked_call *k, const struct format *f,
                        const char *text)
{
    struct shape *s = k->s;
    bool fills = f->nargs > 0
                 && (f->args[0].effect->kind == EFFECT_OUT
                     || f->args[0].effect->kind == EFFECT_CONVERT);

    if (fills) {
        say_count(k, text, f->nargs, "but");
        return;
    }
    say_at(k, k->ins->at, RULE_FORMAT_MISMATCH, TIER_LIKELY, "",
           arena_printf(s->results,
                        "the format %s takes %s, %s (assuming that it was to "
                        "use them all: the others are ignored)",
                        short_text(s, text), counted(s, f->nargs, "argument"),
                        follow(k, "but")),
           (struct shape_note){.text = NULL});
}

static void check_one(const struct checked_call *k, const struct format *f,
                      const char *text)
{
    struct shape *s = k->s;

    if (f->wrong) {
        say(k, arena_printf(s->results, "the format %s cannot work%s: %s",
                            short_text(s, text), f->at_times ? " in full" : "",
                            f->wrong));
    } else if (f->nargs > given(k)) {
        say_count(k, text, f->nargs, "but only");
    } else {
        for (uint32_t i = 0; i < f->nargs; i++)
            check_type(
                k, k->first + i,
                arena_printf(&s->scratch, "%s%s", f->lead, f->args[i].unit),
                f->args[i].effect);
    }
}

static void say_names(const struct checked_call *k, enum rule rule,
                      const struct name_list *names, const char *text)
{
    say_at(k, k->ins->at, rule, TIER_CERTAIN, names->name, text,
           (struct shape_note){names->pos, arena_printf(k->s->results,
                                                        "'%s' is defined here",
                                                        names->name)});
}

// One name for each thing that the format describes.
static void check_names(const struct checked_call *k, const struct format *f,
                        const char *text)
{
    int arg = arg_with(k->c, EFFECT_KEYWORDS);
    struct shape *s = k->s;
    struct name_list names;

    if (arg < 0 || !value_names(s, k->at, k->ins->args[arg], &names))
        return;
    if (!names.ends)
        say_names(k, RULE_METHOD_TABLE, &names,
                  arena_printf(s->results, "'%s' does not end with NULL",
                               names.name));
    else if (names.count != f->nparams && !f->wrong)
        say_names(k, RULE_FORMAT_MISMATCH, &names,
                  arena_printf(
                      s->results, "the format %s describes %s, but '%s' has %s",
                      short_text(s, text), counted(s, f->nparams, "parameter"),
                      names.name, counted(s, names.count, "name")));
}

static void check_format(const struct checked_call *k, uint32_t arg)
{
    const struct grammar *g =
        rules_grammar(k->s->rules, k->c->args[arg].grammar);
    struct texts texts;
    struct format f;
    struct format widest = {.nargs = 0};
    const char *widest_text = "";

    if (!value_texts(k->s, k->at, k->ins->args[arg], &texts))
        return;
    for (size_t i = 0; i < texts.count; i++) {
        format_read(k->s, g, texts.items[i], &f);
        if (!f.known)
            return;
        if (i == 0 || f.nargs > widest.nargs) {
            widest = f;
            widest_text = texts.items[i];
        }
        check_one(k, &f, texts.items[i]);
        check_names(k, &f, texts.items[i]);
    }
    // One of several formats may leave the last ones out.
    if (widest.nargs < given(k) && !f.wrong && !only_nulls(k, widest.nargs))
        say_surplus(k, &widest, widest_text);
}

// Counts and ends.

static void check_count(const struct checked_call *k, uint32_t arg)
{
    const struct ir_ins *m = ir_maker(k->at.block, k->ins->args[arg]);

    if (!m || m->op != IR_CONST || m->imm < 0 || m->imm == given(k))
        return;
    say(k, arena_printf(k->s->results, "%s announced, %s",
                        m->imm == 1
                            ? "1 argument is"
                            : arena_printf(k->s->results, "%lld arguments are",
                                           (long long)m->imm),
                        follow(k, "but")));
}

static void check_end(const struct checked_call *k)
{
    uint32_t n = k->ins->nargs;

    if (given(k) == 0 || !value_may_be_null(k->at, k->ins->args[n - 1]))
        say(k, "the arguments do not end with NULL: more are read than are "
               "given");
}

void call_check(struct shape *s, struct spot at, const struct ir_ins *call,
                const struct contract *c)
{
    struct checked_call k = {.s = s, .at = at, .ins = call, .c = c};
    int format = format_of(c);
    int count = arg_with(c, EFFECT_COUNT);

    k.first = (uint32_t)(c->repeats ? c->nargs - 1 : c->nargs);
    if (s->ir->decls[call->ref].nparams != k.first || call->nargs < k.first)
        return;
    if (format >= 0)
        check_format(&k, (uint32_t)format);
    if (count >= 0)
        check_count(&k, (uint32_t)count);
    if (c->traits & TRAIT_NULL_ENDS)
        check_end(&k);
}
