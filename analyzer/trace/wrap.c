// wrap.c - from contracts to wrapper macros.
//
// in     what an API's header declares, and the rules
// out    one macro a function that gives, takes or keeps references
//
// A macro of the name of a function is not expanded again within itself, nor
// where a parenthesis follows: "(NAME)(...)" is the function. Objects whose
// counts may change are announced before the call; what the call gives is told
// behind it, when the result says that it was given.

#include "trace/wrap.h"

#include "base/buf.h"

#include <inttypes.h>
#include <string.h>

enum { MOST_ARGS = 16, MOST_WATCHED = 4 }; // as many watched as in calls.h

struct wrap {
    struct buf out;
    const struct rules *rules;
    const struct ir_unit *unit;
    const struct ir_decl *decl;
    const struct contract *contract;
    bool returns, gives;                 // a value; a reference
    int nwatched, watched_as[MOST_ARGS]; // by argument
};

static bool is_pointer(const struct wrap *w, uint32_t type)
{
    return w->unit->types[type].kind == IR_TYPE_POINTER;
}

// What to tell the companion of an argument, as calls.h has it; 0 nothing.
static char watch_letter(const struct effect *e)
{
    switch (e->kind) {
    case EFFECT_DECREF:
        return 'd';
    case EFFECT_INCREF:
        return 'i';
    case EFFECT_KEEP:
    case EFFECT_STEAL:
    case EFFECT_STEAL_OK:
        return 'u';
    default:
        return 0;
    }
}

// Through this argument comes a reference, in a place of its own.
static bool is_out(const struct effect *e)
{
    return (e->kind == EFFECT_OUT || e->kind == EFFECT_INOUT) && !e->at
           && e->out == EFFECT_NEW;
}

static bool is_given(const struct contract *c)
{
    for (int i = 0; i < c->noutcomes; i++)
        if (c->outcomes[i].result.kind == EFFECT_NEW
            || c->outcomes[i].result.kind == EFFECT_NEW_ALIAS)
            return true;
    return false;
}

// The arguments that stand in the prototype, as far as they are looked at.
static int nargs(const struct wrap *w)
{
    return w->decl->nparams < MOST_ARGS ? (int)w->decl->nparams : MOST_ARGS;
}

static struct effect arg(const struct wrap *w, int n)
{
    return contract_arg(w->contract, n);
}

static bool is_wanted(const struct wrap *w)
{
    bool wanted = w->gives;

    for (int i = 0; i < nargs(w); i++) {
        struct effect e = arg(w, i);

        wanted = wanted || watch_letter(&e) || is_out(&e);
    }
    return wanted;
}

// ---- one macro ----

static void parameters(struct wrap *w)
{
    if (w->decl->is_variadic) {
        buf_str(&w->out, "...");
        return;
    }
    for (int i = 1; i <= nargs(w); i++)
        buf_printf(&w->out, "%src_p%d", i > 1 ? ", " : "", i);
}

static bool is_evaluated(const struct wrap *w, int n)
{
    struct effect e = arg(w, n);

    return !w->decl->is_variadic && (watch_letter(&e) || is_out(&e));
}

// What is told as well as passed is evaluated once.
static void evaluate(struct wrap *w)
{
    for (int i = 0; i < nargs(w); i++) {
        struct effect e = arg(w, i);

        if (is_evaluated(w, i) && is_out(&e))
            buf_printf(&w->out, "void **rc_%d = (void **)(rc_p%d); ", i + 1,
                       i + 1);
        else if (is_evaluated(w, i))
            buf_printf(&w->out, "void *rc_%d = (void *)(rc_p%d); ", i + 1,
                       i + 1);
    }
}

static void watch(struct wrap *w)
{
    w->nwatched = 0;
    for (int i = 0; i < nargs(w) && w->nwatched < MOST_WATCHED; i++) {
        struct effect e = arg(w, i);
        char letter = watch_letter(&e);

        if (!is_evaluated(w, i) || !(letter || e.kind == EFFECT_INOUT))
            continue;
        w->watched_as[i] = w->nwatched++;
        if (letter)
            buf_printf(&w->out, ", {rc_%d, '%c', 0, 0}", i + 1, letter);
        else
            buf_printf(&w->out, ", {rc_%d ? *rc_%d : 0, 'u', 0, 0}", i + 1,
                       i + 1);
    }
    // The list of a macro's further arguments is not to be missing.
    if (!w->nwatched)
        buf_str(&w->out, ", {0, 0, 0, 0}");
}

// Pointers to counted structs are cast, as the API's own macros do.
static void call(struct wrap *w)
{
    buf_printf(&w->out, "(%s)(", w->decl->name);
    if (w->decl->is_variadic)
        buf_str(&w->out, "__VA_ARGS__");
    for (int i = 0; i < nargs(w) && !w->decl->is_variadic; i++) {
        uint32_t type = w->decl->params[i].type;
        const char *comma = i ? ", " : "";

        if (is_evaluated(w, i))
            buf_printf(&w->out, "%s(void *)rc_%d", comma, i + 1);
        else if (rules_counted_pointer(w->rules, w->unit, type))
            buf_printf(&w->out, "%s(void *)(rc_p%d)", comma, i + 1);
        else
            buf_printf(&w->out, "%src_p%d", comma, i + 1);
    }
    buf_str(&w->out, ")");
}

static void condition(struct wrap *w, const struct cond *c)
{
    if (!w->returns || c->kind != COND_RANGE) {
        buf_str(&w->out, c->kind == COND_NULL      ? "!rc_r"
                         : c->kind == COND_NONNULL ? "rc_r"
                                                   : "1");
        return;
    }
    buf_str(&w->out, "(1");
    if (c->lo != INT64_MIN)
        buf_printf(&w->out, " && rc_r >= %" PRId64, c->lo);
    if (c->hi != INT64_MAX)
        buf_printf(&w->out, " && rc_r <= %" PRId64, c->hi);
    buf_str(&w->out, ")");
}

// Each way to end on which the argument is written and owned.
static void when_written(struct wrap *w, int n)
{
    buf_str(&w->out, "(0");
    for (int i = 0; i < w->contract->noutcomes; i++) {
        const struct outcome *o = &w->contract->outcomes[i];
        struct effect e = contract_arg_in(w->contract, o, n);

        if (!is_out(&e))
            continue;
        buf_str(&w->out, " || ");
        condition(w, &o->cond);
    }
    buf_str(&w->out, ")");
}

static void tell_written(struct wrap *w)
{
    for (int i = 0; i < nargs(w); i++) {
        struct effect e = arg(w, i);

        if (!is_evaluated(w, i) || !is_out(&e))
            continue;
        buf_printf(&w->out, "if (rc_%d && ", i + 1);
        if (e.kind == EFFECT_INOUT)
            buf_printf(&w->out, "*rc_%d != refcheck_call.watched[%d].object",
                       i + 1, w->watched_as[i]);
        else
            when_written(w, i);
        buf_printf(&w->out, ") refcheck_got_(&refcheck_call, *rc_%d); ", i + 1);
    }
}

static void print(struct wrap *w)
{
    const char *name = w->decl->name;

    // A function with more parameters than that is left as it is.
    if (w->decl->nparams >= MOST_ARGS)
        return;
    buf_printf(&w->out, "#undef %s\n#define %s(", name, name);
    parameters(w);
    buf_str(&w->out, ") __extension__({ ");
    evaluate(w);
    buf_printf(&w->out, "REFCHECK_CALL(\"%s\"", name);
    watch(w);
    buf_str(&w->out, "); ");
    if (w->returns)
        buf_str(&w->out, "__auto_type rc_r = ");
    call(w);
    buf_str(&w->out, "; ");
    if (w->gives)
        buf_str(&w->out, "refcheck_got_(&refcheck_call, rc_r); ");
    tell_written(w);
    buf_str(&w->out, w->returns ? "rc_r; })\n" : "})\n");
}

// One statement, as the keyword begins one, that does not fall through.
static const char wrapped_return[] =
    "#define return for (refcheck_pass_(__FILE__, __LINE__, __func__);;) "
    "return\n";

size_t wrap_header(FILE *out, const struct rules *rules,
                   const struct ir_header *header)
{
    const struct ir_unit *unit = header->unit;
    struct arena a = {0};
    int version = rules_unit_version(rules, unit);
    size_t count = 0;

    for (uint32_t i = 0; i < header->nitems; i++) {
        struct wrap w = {.out = {.arena = &a}, .rules = rules, .unit = unit};

        if (header->items[i].kind != IR_DECLARED_FUNCTION)
            continue;
        w.decl = &unit->decls[header->items[i].decl];
        w.contract = rules_find(rules, w.decl->name, version);
        if (!w.contract || !w.contract->family[0] || w.contract->weak)
            continue;
        w.returns = unit->types[w.decl->result].kind != IR_TYPE_VOID;
        w.gives = is_pointer(&w, w.decl->result) && is_given(w.contract);
        if (!is_wanted(&w))
            continue;
        print(&w);
        fputs(buf_text(&w.out), out);
        arena_reset(&a);
        count++;
    }
    fputs(wrapped_return, out);
    arena_release(&a);
    return count;
}
