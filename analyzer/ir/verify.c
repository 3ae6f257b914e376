// verify.c - is a unit what ir.h says? The tables; bodies are in verify_fn.c.
//
// All that comes after parse/ and after a read from a file relies on this and
// checks nothing again, so what is not tested here is not an invariant.

#include "base/map.h"
#include "ir/check.h"

static int check_files(const struct check *c)
{
    const struct ir_unit *u = c->unit;

    if (check_string(c, u->main, "the main file's name") < 0)
        return -1;
    if (check_array(c, u->files, u->nfiles, "files") < 0)
        return -1;
    for (uint32_t i = 1; i <= u->nfiles; i++)
        if (check_string(c, u->files[i], "a file's name") < 0)
            return -1;
    return 0;
}

static int check_one_type(const struct check *c, uint32_t index)
{
    const struct ir_type *t = &c->unit->types[index];
    bool has_target = t->kind == IR_TYPE_POINTER || t->kind == IR_TYPE_ARRAY
                      || t->kind == IR_TYPE_FUNCTION;

    if ((unsigned)t->kind >= IR_TYPE_KINDS)
        return check_fail(c, "type %u has kind %u", index, (unsigned)t->kind);
    if (check_string(c, t->name, "a type's name") < 0)
        return -1;
    if (has_target && check_type(c, t->target, "the target of a type:") < 0)
        return -1;
    if (!has_target && t->target)
        return check_fail(c, "type %u (%.80s) has a target", index, t->name);
    if (t->kind == IR_TYPE_RECORD
        && check_index(c, t->record, c->unit->nrecords, "record") < 0)
        return -1;
    if (t->kind != IR_TYPE_RECORD && t->record)
        return check_fail(c, "type %u (%.80s) has a record", index, t->name);
    if (t->kind == IR_TYPE_ARRAY && t->count < -1)
        return check_fail(c, "type %u has %lld elements", index,
                          (long long)t->count);
    return 0;
}

// Two types alike in all would be two indices for one type.
static int check_types_unique(const struct check *c, struct arena *a)
{
    struct map seen = {0};

    for (uint32_t i = 1; i <= c->unit->ntypes; i++) {
        struct ir_type *t = &c->unit->types[i];
        char *key = arena_printf(a, "%d %u %u %lld %u %d %s", (int)t->kind,
                                 t->target, t->record, (long long)t->count,
                                 t->size, t->is_unsigned, t->name);

        if (map_get(&seen, key))
            return check_fail(c, "type %u (%.80s) is there twice", i, t->name);
        map_set(a, &seen, key, t);
    }
    return 0;
}

// Following targets must end: a type is not made of itself but through a
// record. done[t]: the chain from t is known to end.
static int check_targets_end(const struct check *c, struct arena *a)
{
    const struct ir_type *types = c->unit->types;
    uint32_t *seen_by = arena_array(a, uint32_t, c->unit->ntypes + 1);

    for (uint32_t i = 1; i <= c->unit->ntypes; i++) {
        uint32_t t = i;

        while (t && !seen_by[t]) {
            seen_by[t] = i;
            t = types[t].target;
        }
        if (t && seen_by[t] == i)
            return check_fail(c, "type %u (%.80s) is made of itself", t,
                              types[t].name);
    }
    return 0;
}

static int check_types(const struct check *c)
{
    struct arena a = {0};
    int r = check_array(c, c->unit->types, c->unit->ntypes, "types");

    for (uint32_t i = 1; r == 0 && i <= c->unit->ntypes; i++)
        r = check_one_type(c, i);
    if (r == 0)
        r = check_types_unique(c, &a);
    if (r == 0)
        r = check_targets_end(c, &a);
    arena_release(&a);
    return r;
}

static int check_one_record(const struct check *c, const struct ir_record *r)
{
    if (check_string(c, r->name, "a record's name") < 0)
        return -1;
    if (r->nfields && !r->is_complete)
        return check_fail(c, "incomplete record %.80s has fields", r->name);
    if (check_array(c, r->fields, r->nfields, "fields") < 0)
        return -1;
    for (uint32_t i = 0; i < r->nfields; i++) {
        if (check_string(c, r->fields[i].name, "a field's name") < 0)
            return -1;
        if (check_type(c, r->fields[i].type, "the type of a field:") < 0)
            return -1;
    }
    return 0;
}

// The record that a value of type t holds, seen through arrays, or 0.
static uint32_t held_record(const struct ir_unit *u, uint32_t t)
{
    while (u->types[t].kind == IR_TYPE_ARRAY)
        t = u->types[t].target;
    return u->types[t].record;
}

// No record holds itself. Depth first with a stack of our own: a damaged file
// may nest records deeper than the machine's stack.
static int check_holds_from(const struct check *c, uint32_t start,
                            uint32_t *next_field, char *state, uint32_t *stack)
{
    enum { NEW, OPEN, DONE };
    const struct ir_unit *u = c->unit;
    uint32_t n = 0;

    if (state[start] != NEW)
        return 0;
    stack[n++] = start;
    state[start] = OPEN;
    while (n) {
        uint32_t r = stack[n - 1];
        uint32_t held;

        if (next_field[r] == u->records[r].nfields) {
            state[r] = DONE;
            n--;
            continue;
        }
        held = held_record(u, u->records[r].fields[next_field[r]++].type);
        if (held && state[held] == OPEN)
            return check_fail(c, "record %u (%.80s) holds itself", held,
                              u->records[held].name);
        if (held && state[held] == NEW) {
            state[held] = OPEN;
            stack[n++] = held;
        }
    }
    return 0;
}

static int check_records(const struct check *c)
{
    uint32_t count = c->unit->nrecords;

    if (check_array(c, c->unit->records, count, "records") < 0)
        return -1;
    for (uint32_t i = 1; i <= count; i++)
        if (check_one_record(c, &c->unit->records[i]) < 0)
            return -1;
    return 0;
}

// After the types: it looks through them.
static int check_records_end(const struct check *c)
{
    struct arena a = {0};
    size_t n = (size_t)c->unit->nrecords + 1;
    uint32_t *next_field = arena_array(&a, uint32_t, n);
    uint32_t *stack = arena_array(&a, uint32_t, n);
    char *state = arena_array(&a, char, n);
    int r = 0;

    for (uint32_t i = 1; r == 0 && i < n; i++)
        r = check_holds_from(c, i, next_field, state, stack);
    arena_release(&a);
    return r;
}

static int check_params(const struct check *c, const struct ir_decl *d)
{
    if (check_array(c, d->params, d->nparams, "parameters") < 0)
        return -1;
    for (uint32_t i = 0; i < d->nparams; i++) {
        if (check_string(c, d->params[i].name, "a parameter's name") < 0)
            return -1;
        if (check_type(c, d->params[i].type, "the type of a parameter:") < 0)
            return -1;
    }
    return 0;
}

static int check_notes(const struct check *c, const struct ir_decl *d)
{
    if (check_array(c, d->notes, d->nnotes, "notes") < 0)
        return -1;
    for (uint32_t i = 0; i < d->nnotes; i++) {
        const struct ir_note *note = &d->notes[i];

        if (check_string(c, note->text, "a note's text") < 0
            || check_pos(c, note->pos, "a note") < 0)
            return -1;
        if (note->param < 0 || (uint32_t)note->param > d->nparams)
            return check_fail(c, "%.80s has a note on parameter %d of %u",
                              d->name, note->param, d->nparams);
    }
    return 0;
}

static int check_decl(const struct check *c, uint32_t index)
{
    const struct ir_unit *u = c->unit;
    const struct ir_decl *d = &u->decls[index];

    if (check_string(c, d->name, "a function's name") < 0)
        return -1;
    if (check_pos(c, d->pos, "a declaration") < 0)
        return -1;
    if (check_type(c, d->result, "the result type of a declaration:") < 0)
        return -1;
    if (check_params(c, d) < 0 || check_notes(c, d) < 0)
        return -1;
    if (d->fn > u->nfns)
        return check_fail(c, "%.80s has body %u of %u", d->name, d->fn,
                          u->nfns);
    if (d->fn && u->fns[d->fn - 1].decl != index)
        return check_fail(c, "the body of %.80s says it is another's", d->name);
    return 0;
}

static int check_decls(const struct check *c)
{
    if (check_array(c, c->unit->decls, c->unit->ndecls, "declarations") < 0)
        return -1;
    for (uint32_t i = 1; i <= c->unit->ndecls; i++)
        if (check_decl(c, i) < 0)
            return -1;
    return 0;
}

static int check_init_ref(const struct check *c, const struct ir_init *init)
{
    if (init->kind == IR_INIT_FN)
        return check_index(c, init->ref, c->unit->ndecls,
                           "an initialiser's function:");
    if (init->kind == IR_INIT_GLOBAL)
        return check_index(c, init->ref, c->unit->nglobals,
                           "an initialiser's global:");
    if (init->ref)
        return check_fail(c, "an initialiser refers to %u", init->ref);
    return 0;
}

static int check_init(const struct check *c, const struct ir_init *init)
{
    const struct ir_unit *u = c->unit;

    if ((unsigned)init->kind >= IR_INIT_KINDS)
        return check_fail(c, "an initialiser has kind %u",
                          (unsigned)init->kind);
    if (init->record > u->nrecords)
        return check_fail(c, "an initialiser is in record %u of %u",
                          init->record, u->nrecords);
    if (init->record && init->field >= u->records[init->record].nfields)
        return check_fail(c, "an initialiser is of field %u of %u in %.80s",
                          init->field, u->records[init->record].nfields,
                          u->records[init->record].name);
    if (check_init_ref(c, init) < 0)
        return -1;
    if (check_string(c, init->text, "an initialiser's text") < 0)
        return -1;
    return check_pos(c, init->pos, "an initialiser");
}

static int check_global(const struct check *c, const struct ir_global *g)
{
    if (check_string(c, g->name, "a global's name") < 0)
        return -1;
    if (check_string(c, g->function, "a global's function") < 0)
        return -1;
    if (check_pos(c, g->pos, "a global") < 0)
        return -1;
    if (check_type(c, g->type, "the type of a global:") < 0)
        return -1;
    if (check_array(c, g->inits, g->ninits, "initialisers") < 0)
        return -1;
    for (uint32_t i = 0; i < g->ninits; i++)
        if (check_init(c, &g->inits[i]) < 0)
            return -1;
    return 0;
}

static int check_globals(const struct check *c)
{
    const struct ir_unit *u = c->unit;

    if (check_array(c, u->globals, u->nglobals, "globals") < 0)
        return -1;
    for (uint32_t i = 1; i <= u->nglobals; i++)
        if (check_global(c, &u->globals[i]) < 0)
            return -1;
    return 0;
}

static int check_problems(const struct check *c)
{
    const struct ir_unit *u = c->unit;

    if (check_array(c, u->problems, u->nproblems, "problems") < 0)
        return -1;
    for (uint32_t i = 0; i < u->nproblems; i++) {
        if (check_string(c, u->problems[i].text, "a problem's text") < 0)
            return -1;
        if (check_pos(c, u->problems[i].pos, "a problem") < 0)
            return -1;
    }
    return 0;
}

static int check_macros(const struct check *c)
{
    const struct ir_unit *u = c->unit;

    if (check_array(c, u->macros, u->nmacros, "macros") < 0)
        return -1;
    for (uint32_t i = 0; i < u->nmacros; i++) {
        if (check_string(c, u->macros[i].name, "a macro's name") < 0)
            return -1;
        if (check_string(c, u->macros[i].value, "a macro's value") < 0)
            return -1;
    }
    return 0;
}

static bool is_before(struct ir_pos a, struct ir_pos b)
{
    if (a.file != b.file)
        return a.file < b.file;
    if (a.line != b.line)
        return a.line < b.line;
    return a.col < b.col;
}

static int check_fns(const struct check *c)
{
    const struct ir_unit *u = c->unit;

    for (uint32_t i = 0; i < u->nfns; i++) {
        struct check at = *c;

        if (ir_verify_fn(u, &u->fns[i], c->err) < 0)
            return -1;
        at.fn = &u->fns[i];
        if (u->decls[u->fns[i].decl].fn != i + 1)
            return check_fail(&at, "its declaration has another body");
        if (i > 0 && is_before(u->fns[i].pos, u->fns[i - 1].pos))
            return check_fail(&at, "it stands before the function in front");
    }
    return 0;
}

int ir_verify(const struct ir_unit *unit, struct err *err)
{
    static int (*const checks[])(const struct check *) = {
        check_files,       check_records, check_types,
        check_records_end, check_decls,   check_globals,
        check_problems,    check_macros,  check_fns,
    };
    const struct check c = {.unit = unit, .err = err};

    if (check_array(&c, unit->fns, unit->nfns, "functions") < 0)
        return -1;
    for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
        if (checks[i](&c) < 0)
            return -1;
    return 0;
}
