// print.c - contracts and rules as text that the parser reads back.
//
// The text is canonical: printing what was parsed from a print gives the same
// text. What completing a contract added by itself is not printed.

#include "contract/contract.h"
#include "contract/words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void print_suffix(FILE *out, enum effect_kind kind, bool maybe_null,
                         int of)
{
    fprintf(out, "%s%s", effect_word(kind), maybe_null ? "?" : "");
    if (of == IN_RESULT)
        fputs(" in result", out);
    else if (of)
        fprintf(out, " %s %d",
                effect_info(kind)->where == WHERE_ARG ? "in" : "of", of);
}

static void print_effect(FILE *out, const struct effect *e)
{
    print_suffix(out, e->kind, e->maybe_null, e->of);
    if (e->kind == EFFECT_OUT || e->kind == EFFECT_INOUT) {
        fputc(' ', out);
        print_suffix(out, e->out, e->out_maybe_null, e->out_of);
        fputs(e->if_null ? " if-null" : "", out);
    }
    if (e->undone)
        fprintf(out, " undone %" PRId64, e->undone);
    if (e->kind == EFFECT_FORMAT && e->grammar)
        fprintf(out, " %s", e->grammar);
    if (e->at)
        fprintf(out, " at %s", e->at);
    if (e->with)
        fprintf(out, " with %s", e->with);
    if (e->ctype)
        fprintf(out, " %s", ctype_word(e->ctype));
}

static void print_args(FILE *out, const struct contract *c)
{
    fputc('(', out);
    for (int i = 0; i < c->nargs; i++) {
        fputs(i ? ", " : "", out);
        print_effect(out, &c->args[i]);
    }
    if (c->repeats)
        fputs(" ...", out);
    else if (c->by_format)
        fputs(c->nargs ? ", ..." : "...", out);
    fputc(')', out);
}

static void print_range(FILE *out, int64_t lo, int64_t hi)
{
    if (lo == INT64_MIN && hi < INT64_MAX)
        fprintf(out, "<%" PRId64, hi + 1);
    else if (hi == INT64_MAX && lo < INT64_MAX)
        fprintf(out, ">=%" PRId64, lo);
    else if (lo == hi)
        fprintf(out, "%" PRId64, lo);
    else
        fprintf(out, "%" PRId64 "..%" PRId64, lo, hi);
}

static void print_cond(FILE *out, const struct cond *cond)
{
    switch (cond->kind) {
    case COND_NULL:
        fputs("null", out);
        break;
    case COND_NONNULL:
        fputs("nonnull", out);
        break;
    case COND_ERROR:
        fputs("was-set", out);
        break;
    case COND_NO_ERROR:
        fputs("was-clear", out);
        break;
    case COND_RANGE:
        print_range(out, cond->lo, cond->hi);
        break;
    case COND_ANY:
    case COND_ELSE:
        fputs("else", out);
        break;
    }
}

// The items of one outcome, separated by commas.
struct items {
    FILE *out;
    int count;
};

static FILE *next_item(struct items *items)
{
    fputs(items->count++ ? ", " : "", items->out);
    return items->out;
}

static int count_outs(const struct contract *c)
{
    int n = 0;

    for (int i = 0; i < c->nargs; i++)
        n += c->args[i].kind == EFFECT_OUT;
    return n;
}

static bool has_numbers(const struct contract *c)
{
    for (int i = 0; i < c->noutcomes; i++)
        if (c->outcomes[i].cond.kind == COND_RANGE)
            return true;
    return false;
}

// Whether a change is what a bare result word says: "1: new".
static bool is_bare(const struct contract *c, const struct outcome *o,
                    const struct arg_change *change)
{
    bool number = o->cond.kind == COND_RANGE
                  || (o->cond.kind == COND_ELSE && has_numbers(c));

    return number && count_outs(c) == 1 && change->effect.kind == EFFECT_OUT
           && change->effect.out != EFFECT_PLAIN
           && o->result.kind == EFFECT_PLAIN
           && contract_arg(c, change->arg - 1).kind == EFFECT_OUT;
}

static void print_change(struct items *items, const struct contract *c,
                         const struct outcome *o,
                         const struct arg_change *change)
{
    const struct effect *e = &change->effect;
    FILE *out = next_item(items);

    if (is_bare(c, o, change)) {
        print_suffix(out, e->out, e->out_maybe_null, e->out_of);
        return;
    }
    print_effect(out, e);
    fprintf(out, " %d", change->arg);
}

// Whether `fail` alone makes the change.
static bool is_implied(const struct contract *c, const struct outcome *o,
                       const struct arg_change *change)
{
    struct effect null = {.kind = EFFECT_INOUT, .out = EFFECT_NULL};

    return o->fails && c->args[change->arg - 1].kind == EFFECT_INOUT
           && effect_alike(&change->effect, &null);
}

static bool changes_arg(const struct outcome *o, int arg)
{
    for (int i = 0; i < o->nchanges; i++)
        if (o->changes[i].arg == arg)
            return true;
    return false;
}

// A copy of an outcome in which the effects that `fail` would change are
// spelled out, so that `fail` may be said or left out as the error indicator
// wants it.
static struct outcome spell_out(struct arena *a, const struct contract *c,
                                const struct outcome *o)
{
    struct outcome copy = *o;

    copy.changes = arena_array(a, struct arg_change, c->nargs + o->nchanges);
    copy.nchanges = 0;
    for (int i = 0; i < o->nchanges; i++)
        copy.changes[copy.nchanges++] = o->changes[i];
    for (int i = 0; i < c->nargs; i++) {
        enum effect_kind kind = c->args[i].kind;

        if (!changes_arg(o, i + 1)
            && (kind == EFFECT_STEAL || kind == EFFECT_STEAL_OK
                || kind == EFFECT_OUT || kind == EFFECT_INOUT
                || kind == EFFECT_KEEP))
            copy.changes[copy.nchanges++] = (struct arg_change){
                .arg = i + 1, .effect = contract_arg_in(c, o, i)};
    }
    copy.fails = o->sets_error;
    return copy;
}

// A contract that nobody wrote may fail without setting the error indicator,
// or set it without failing.
static bool is_as_fail_says(const struct contract *c, const struct outcome *o)
{
    bool sets = (c->traits & TRAIT_SETS_ERROR)
                || (o->fails && !(c->traits & TRAIT_NO_ERROR));

    return !c->inferred || o->sets_error == sets;
}

static void print_items(struct items *items, const struct contract *c,
                        const struct outcome *o)
{
    if (o->fails)
        fputs("fail", next_item(items));
    if (o->result.kind != EFFECT_PLAIN && o->cond.kind != COND_NULL)
        print_suffix(next_item(items), o->result.kind, o->result.maybe_null,
                     o->result.of);
    for (int i = 0; i < o->nchanges; i++)
        if (is_bare(c, o, &o->changes[i]))
            print_change(items, c, o, &o->changes[i]);
    for (int i = 0; i < o->nchanges; i++)
        if (!is_bare(c, o, &o->changes[i]) && !is_implied(c, o, &o->changes[i]))
            print_change(items, c, o, &o->changes[i]);
    if (o->says_error)
        fputs(error_word(o->error), next_item(items));
    if (!items->count)
        fputs("ok", items->out);
}

static void print_outcome(FILE *out, const struct contract *c,
                          const struct outcome *o)
{
    struct items items = {.out = out};

    print_cond(out, &o->cond);
    fputs(": ", out);
    if (is_as_fail_says(c, o)) {
        print_items(&items, c, o);
    } else {
        struct arena a = {0};
        struct outcome copy = spell_out(&a, c, o);

        print_items(&items, c, &copy);
        arena_release(&a);
    }
}

static void print_result(FILE *out, const struct contract *c)
{
    if (!c->has_outcomes) {
        print_suffix(out, c->result.kind, c->result.maybe_null, c->result.of);
        return;
    }
    for (int i = 0; i < c->noutcomes; i++) {
        fputs(i ? " | " : "", out);
        print_outcome(out, c, &c->outcomes[i]);
    }
}

static void print_since_until(FILE *out, int since, int until)
{
    if (since)
        fprintf(out, " since %d.%d", since / 100, since % 100);
    if (until)
        fprintf(out, " until %d.%d", until / 100, until % 100);
}

static void print_traits(FILE *out, const struct contract *c)
{
    bool prefers = c->prefer && *c->prefer && !c->is_alias_row;
    uint64_t traits = c->is_alias_row ? 0 : c->traits;

    bool ready = c->has_ready && !c->is_alias_row;

    if (!traits && !c->since && !c->until && !prefers && !ready)
        return;
    fputs(" :", out);
    for (int i = 0; i < TRAITS; i++)
        if (traits & (UINT64_C(1) << i))
            fprintf(out, " %s", trait_word((enum trait_bit)i));
    if (ready)
        fprintf(out, " ready %lld..%lld", (long long)c->ready_lo,
                (long long)c->ready_hi);
    print_since_until(out, c->since, c->until);
    if (prefers)
        fprintf(out, " prefer %s", c->prefer);
}

// All behind the name.
static void print_rest(FILE *out, const struct contract *c)
{
    if (c->is_alias_row) {
        fprintf(out, " = %s", c->alias_of);
    } else {
        print_args(out, c);
        fputs(" -> ", out);
        print_result(out, c);
    }
    print_traits(out, c);
    if (c->note && *c->note)
        fprintf(out, " ; %s", c->note);
    fputc('\n', out);
}

void contract_print(FILE *out, const struct contract *c)
{
    fprintf(out, "%s%s", strchr(c->name, '.') ? "slot " : "", c->name);
    print_rest(out, c);
}

static void print_string(FILE *out, const char *word, const char *text)
{
    fprintf(out, " %s%s\"", word, *word ? " " : "");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void print_global(FILE *out, const struct global_rule *g)
{
    fprintf(out, "global %s %s%s%s%s", g->name, *g->shown ? "as " : "",
            g->shown, *g->shown ? " " : "",
            g->immortal ? "immortal" : "borrowed");
    print_since_until(out, g->since, g->until);
    fputc('\n', out);
}

static void print_unit(FILE *out, const struct grammar *g,
                       const struct format_unit *unit)
{
    fprintf(out, "unit %s", g->name);
    print_string(out, "", unit->text);
    for (int i = 0; i < unit->nargs; i++) {
        fputs(i ? ", " : " ", out);
        print_effect(out, &unit->args[i]);
    }
    fputs(unit->takes_all ? " takes-all" : "", out);
    fputs(unit->can_fail ? " can-fail" : "", out);
    if (*unit->wrong)
        print_string(out, "wrong", unit->wrong);
    print_since_until(out, unit->wrong_since, unit->wrong_until);
    fputc('\n', out);
}

static void print_chars(FILE *out, const char *word, const char *chars)
{
    if (*chars)
        print_string(out, word, chars);
}

static void print_grammar(FILE *out, const struct grammar *g)
{
    fprintf(out, "grammar %s", g->name);
    if (g->from)
        fprintf(out, " from %s", g->from->name);
    print_chars(out, "skip", g->skip);
    print_chars(out, "nest", g->nest);
    print_chars(out, "optional", g->optional);
    print_chars(out, "order", g->order);
    print_chars(out, "end", g->end);
    print_chars(out, "after", g->after);
    fputs(g->complete ? " complete" : "", out);
    fputc('\n', out);
    for (size_t i = 0; i < g->nunits; i++)
        print_unit(out, g, &g->units[i]);
}

static void print_attribute(FILE *out, const struct attribute_rule *at)
{
    fprintf(out, "attribute %s", at->name);
    if (*at->parameter)
        fprintf(out, "(%s)", at->parameter);
    print_string(out, "", at->text);
    if (*at->when)
        fprintf(out, " when %s", at->when);
    fputc('\n', out);
}

static void print_family(FILE *out, const struct family *f)
{
    fprintf(out, "family %s", f->name);
    for (size_t i = 0; i < f->ncounted; i++)
        fprintf(out, "%s%s", i ? " " : " counted ", f->counted[i]);
    if (*f->header)
        print_string(out, "header", f->header);
    if (*f->version)
        fprintf(out, " version %s", f->version);
    if (f->null_fails || f->minus_one_fails)
        fprintf(out, " failure %s%s%s", f->null_fails ? "NULL" : "",
                f->null_fails && f->minus_one_fails ? "|" : "",
                f->minus_one_fails ? "-1" : "");
    if (f->has_convention) {
        fputs(" convention ", out);
        print_effect(out, &f->convention_arg);
        fputs(" -> ", out);
        print_effect(out, &f->convention_result);
    }
    if (f->collector)
        fputs(" collector", out);
    fputc('\n', out);
}

static void print_rows(FILE *out, const struct contract *c, const char *family)
{
    for (; c; c = c->next)
        if (strcmp(c->family, family) == 0)
            contract_print(out, c);
}

static void print_list(FILE *out, const struct list_rule *l)
{
    fprintf(out, "list %s.%s", l->record, l->field);
    if (*l->when_field)
        fprintf(out, " when %s = %" PRId64, l->when_field, l->when_value);
    fprintf(out, " ends %s\n", l->ends);
}

static void print_flags(FILE *out, const struct flags_rule *f)
{
    fprintf(out, "flags %s.%s of %" PRId64 " among", f->record, f->field,
            f->mask);
    for (size_t i = 0; i < f->nvalues; i++)
        fprintf(out, " %" PRId64, f->values[i]);
    if (*f->in_field)
        fprintf(out, " in %s.%s", f->in_record, f->in_field);
    print_string(out, "else", f->why);
    fputc('\n', out);
}

static void print_field(FILE *out, const char *word, const char *field)
{
    if (*field)
        fprintf(out, " %s %s", word, field);
}

static void print_type(FILE *out, const struct type_rule *t)
{
    fprintf(out, "type %s", t->record);
    print_field(out, "size", t->size);
    print_field(out, "base", t->base);
    print_field(out, "slots", t->slots);
    print_field(out, "offsets", t->offsets);
    print_field(out, "flags", t->flags);
    if (t->gc)
        fprintf(out, " gc %" PRId64, t->gc);
    if (t->subtypes)
        fprintf(out, " subtypes %" PRId64, t->subtypes);
    if (t->heap)
        fputs(" heap", out);
    if (t->heap_since)
        fprintf(out, " since %d.%d", t->heap_since / 100, t->heap_since % 100);
    fputs(t->clears ? " clears\n" : "\n", out);
}

static void print_member(FILE *out, const struct member_rule *m)
{
    fprintf(out, "member %s.%s", m->record, m->field);
    if (*m->when_field)
        fprintf(out, " when %s = %" PRId64, m->when_field, m->when_value);
    if (m->type != CTYPE_OBJECT)
        fprintf(out, " as %s", ctype_word(m->type));
    if (*m->fixed_field)
        fprintf(out, " fixed %s %" PRId64, m->fixed_field, m->fixed);
    fputc('\n', out);
}

static void print_life(FILE *out, const struct life_rule *l)
{
    fprintf(out, "life %s", l->name);
    for (int b = 0; b < LIVES; b++)
        if (l->words & 1U << b)
            fprintf(out, " %s", life_word((enum life_bit)b));
    fputc('\n', out);
}

void stored_print(FILE *out, const struct stored_rule *s)
{
    fprintf(out, "stored %s.%s", s->name, s->field);
    for (int b = 0; b < STORES; b++)
        if (s->words & 1U << b)
            fprintf(out, " %s", stored_word((enum stored_bit)b));
    fputc('\n', out);
}

static void print_slot(FILE *out, const struct slot_rule *s)
{
    fprintf(out, "slot %s", s->contract.name);
    if (*s->when_field)
        fprintf(out, " when %s = %" PRId64 " ", s->when_field, s->when_value);
    print_rest(out, &s->contract);
}

static void print_of_family(FILE *out, const struct rules *r,
                            const char *family)
{
    for (size_t i = 0; i < r->contracts.count; i++)
        print_rows(out, r->contracts.entries[i].value, family);
    for (size_t i = 0; i < r->nprefixes; i++)
        print_rows(out, r->prefixes[i], family);
    for (size_t i = 0; i < r->nslots; i++)
        if (strcmp(r->slots[i].contract.family, family) == 0)
            print_slot(out, &r->slots[i]);
}

void rules_print(FILE *out, const struct rules *rules)
{
    for (size_t i = 0; i < rules->ngrammars; i++)
        print_grammar(out, rules->grammars[i]);
    for (size_t i = 0; i < rules->nglobals; i++)
        print_global(out, &rules->globals[i]);
    for (size_t i = 0; i < rules->nfields; i++)
        fprintf(out, "field %s.%s %s%s\n", rules->fields[i].record,
                rules->fields[i].field,
                rules->fields[i].owned ? "owned" : "borrowed",
                rules->fields[i].is_mutable ? " mutable" : "");
    for (size_t i = 0; i < rules->nlists; i++)
        print_list(out, &rules->lists[i]);
    for (size_t i = 0; i < rules->nflags; i++)
        print_flags(out, &rules->flags[i]);
    for (size_t i = 0; i < rules->ntypes; i++)
        print_type(out, &rules->types[i]);
    for (size_t i = 0; i < rules->nmembers; i++)
        print_member(out, &rules->members[i]);
    for (size_t i = 0; i < rules->nlives; i++)
        print_life(out, &rules->lives[i]);
    for (size_t i = 0; i < rules->nstored; i++)
        stored_print(out, &rules->stored[i]);
    for (size_t i = 0; i < rules->nattributes; i++)
        print_attribute(out, &rules->attributes[i]);
    print_of_family(out, rules, "");
    for (size_t i = 0; i < rules->nfamilies; i++) {
        print_family(out, &rules->families[i]);
        print_of_family(out, rules, rules->families[i].name);
    }
}

// Text that is printed into memory.
struct printed {
    FILE *out;
    char *text;
    size_t size;
};

static void print_begin(struct printed *p)
{
    p->out = open_memstream(&p->text, &p->size);
    if (!p->out)
        abort(); // out of memory, as in an arena
}

static char *print_end(struct arena *a, struct printed *p)
{
    char *text;

    fclose(p->out);
    text = arena_strndup(a, p->text, strcspn(p->text, "\n"));
    free(p->text);
    return text;
}

char *contract_text(struct arena *a, const struct contract *c)
{
    struct printed p;

    print_begin(&p);
    contract_print(p.out, c);
    return print_end(a, &p);
}

char *effect_text(struct arena *a, const struct effect *e)
{
    struct printed p;

    print_begin(&p);
    print_effect(p.out, e);
    return print_end(a, &p);
}

char *cond_text(struct arena *a, const struct cond *c)
{
    struct printed p;

    print_begin(&p);
    print_cond(p.out, c);
    return print_end(a, &p);
}
