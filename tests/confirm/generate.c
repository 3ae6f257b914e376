// generate.c - write the driver of a fixture: a call of each function that it
// defines, made of its signature and of what its annotations say.
//
//     confirm_generate SOURCE RULES... -- FLAGS...
//
// Functions whose names end in _bad or _ok are called; all others are helpers,
// which these shall call. What cannot be called stops the generator, unless
// the line of the function's name says `// not-run: WHY`.

#include "base/buf.h"
#include "base/file.h"
#include "contract/declared.h"
#include "parse/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMS_MOST = 6 }; // DRIVE_PARAMS

struct generator {
    struct arena arena;
    const char *source, *text;
    struct rules rules;
    const char *const *flags;
    size_t nflags;
    struct ir_unit *unit;
};

struct function {
    const struct ir_decl *decl;
    struct contract *contract; // NULL: nothing is annotated
    const char *not_run;       // or NULL
    bool is_called;
    const char *inputs[PARAMS_MOST];
};

static const char *type_name(const struct generator *g, uint32_t type)
{
    return g->unit->types[type].name;
}

static const struct ir_type *target_of(const struct generator *g, uint32_t type)
{
    const struct ir_type *t = &g->unit->types[type];

    return t->kind == IR_TYPE_POINTER ? &g->unit->types[t->target] : NULL;
}

static bool is_counted(const struct generator *g, uint32_t type)
{
    return rules_counted_pointer(&g->rules, g->unit, type);
}

static bool is_text(const struct generator *g, uint32_t type)
{
    const struct ir_type *target = target_of(g, type);

    return target && target->kind == IR_TYPE_INT && target->size == 1;
}

static struct effect effect_of(const struct generator *g,
                               const struct function *f, uint32_t i)
{
    struct effect plain = {.kind = EFFECT_PLAIN};

    if (f->contract)
        return contract_arg(f->contract, (int)i);
    if (is_counted(g, f->decl->params[i].type))
        plain.kind = EFFECT_BORROW;
    return plain;
}

// Which row of inputs.def a parameter is; NULL when none fits.
static const char *object_input(struct effect e)
{
    switch (e.kind) {
    case EFFECT_BORROW:
    case EFFECT_KEEP:
        return e.maybe_null ? "MAYBE" : "OBJECT";
    case EFFECT_STEAL:
    case EFFECT_DECREF:
        return e.maybe_null ? "MAYBE_GIVEN" : "GIVEN";
    default:
        return NULL;
    }
}

static const char *slot_input(struct effect e)
{
    switch (e.kind) {
    case EFFECT_OUT:
        return e.out == EFFECT_NEW ? "OUT_NEW" : "OUT_LENT";
    case EFFECT_INOUT:
    case EFFECT_CLEAR:
        return "SLOT";
    default:
        return NULL;
    }
}

static const char *input_of(const struct generator *g, const struct function *f,
                            uint32_t i)
{
    uint32_t type = f->decl->params[i].type;
    const struct ir_type *t = &g->unit->types[type];

    if (is_counted(g, type))
        return object_input(effect_of(g, f, i));
    if (t->kind == IR_TYPE_POINTER && is_counted(g, t->target))
        return slot_input(effect_of(g, f, i));
    if (is_text(g, type))
        return "TEXT";
    if (t->kind == IR_TYPE_INT)
        return strcmp(t->name, "_Bool") == 0 ? "FLAG" : "NUMBER";
    return NULL;
}

// ---- what the fixture defines ----

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n >= m && strcmp(s + n - m, end) == 0;
}

static const char *not_run(struct generator *g, uint32_t number)
{
    static const char word[] = "// not-run: ";
    const char *line = g->text, *found;

    for (uint32_t i = 1; i < number && *line; i++) {
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    line = arena_strndup(&g->arena, line, strcspn(line, "\n"));
    found = strstr(line, word);
    return found ? found + strlen(word) : NULL;
}

static int refuse(const struct generator *g, const struct function *f,
                  const char *what, struct err *err)
{
    err_set(err, g->source, f->decl->pos.line, "%s: %s", f->decl->name, what);
    return -1;
}

static int look_at(struct generator *g, struct function *f, struct err *err)
{
    const struct ir_decl *d = f->decl;
    struct declared_in in = {.arena = &g->arena,
                             .unit = g->unit,
                             .dir = "",
                             .rules = &g->rules,
                             .family = &g->rules.families[0]};

    f->is_called = ends_with(d->name, "_bad") || ends_with(d->name, "_ok");
    if (!f->is_called)
        return 0;
    f->not_run = not_run(g, d->pos.line);
    if (f->not_run)
        return 0;
    if (contract_declared(&in, d, &f->contract, err) < 0)
        return -1;
    if (is_counted(g, d->result) && !f->contract)
        return refuse(g, f, "who owns its result is not said", err);
    if (d->nparams > PARAMS_MOST)
        return refuse(g, f, "it has too many parameters", err);
    for (uint32_t i = 0; i < d->nparams; i++) {
        f->inputs[i] = input_of(g, f, i);
        if (!f->inputs[i])
            return refuse(g, f,
                          arena_printf(&g->arena,
                                       "nothing is known to give to '%s'",
                                       d->params[i].name),
                          err);
    }
    return 0;
}

// ---- the driver ----

static void write_argument(const struct generator *g, const struct function *f,
                           uint32_t i)
{
    const char *input = f->inputs[i];

    if (strcmp(input, "TEXT") == 0)
        printf("drive_text(run, %u)", i);
    else if (strcmp(input, "NUMBER") == 0 || strcmp(input, "FLAG") == 0)
        printf("(%s)drive_number(run, %u)",
               type_name(g, f->decl->params[i].type), i);
    else if (is_counted(g, f->decl->params[i].type))
        printf("drive_object(run, %u)", i);
    else
        printf("drive_slot(run, %u)", i);
}

static void write_invocation(const struct generator *g,
                             const struct function *f)
{
    printf("%s(", f->decl->name);
    for (uint32_t i = 0; i < f->decl->nparams; i++) {
        fputs(i ? ", " : "", stdout);
        write_argument(g, f, i);
    }
    fputs(");\n", stdout);
}

// Is the result, in C, one of success?
static const char *success_of(const struct generator *g,
                              const struct function *f)
{
    const struct ir_type *t = &g->unit->types[f->decl->result];

    if (t->kind == IR_TYPE_VOID)
        return "true";
    if (t->kind == IR_TYPE_POINTER)
        return "r != NULL";
    return strcmp(t->name, "_Bool") == 0 ? "r" : "r >= 0";
}

static bool gives_new(const struct function *f)
{
    const struct contract *c = f->contract;

    for (int i = 0; i < c->noutcomes; i++)
        if (c->outcomes[i].result.kind == EFFECT_NEW
            || c->outcomes[i].result.kind == EFFECT_NEW_ALIAS)
            return true;
    return false;
}

static void write_call(const struct generator *g, const struct function *f)
{
    const struct ir_type *t = &g->unit->types[f->decl->result];
    bool is_object = is_counted(g, f->decl->result);

    printf("\nstatic void call_%s(struct run *run)\n{\n    ", f->decl->name);
    if (t->kind != IR_TYPE_VOID)
        printf("%s%s r = ", is_text(g, f->decl->result) ? "const " : "",
               t->name);
    write_invocation(g, f);
    if (is_object)
        printf("\n    drive_%s(run, r);", gives_new(f) ? "new" : "lent");
    printf("\n    drive_ended(run, %s);\n}\n", success_of(g, f));
}

static void write_row(const struct function *f)
{
    printf("    {.name = \"%s\", .line = %u, .address = (uintptr_t)%s",
           f->decl->name, f->decl->pos.line, f->decl->name);
    if (f->not_run) {
        printf(", .not_run = \"%s\"", f->not_run);
    } else if (f->is_called) {
        printf(",\n     .call = call_%s, .ninputs = %u", f->decl->name,
               f->decl->nparams);
        for (uint32_t i = 0; i < f->decl->nparams; i++)
            printf("%sDRIVE_%s", i ? ", " : ", .inputs = {", f->inputs[i]);
        fputs(f->decl->nparams ? "}" : "", stdout);
    }
    fputs("},\n", stdout);
}

static int write_driver(struct generator *g, struct err *err)
{
    struct function *all =
        arena_array(&g->arena, struct function, g->unit->nfns + 1);
    size_t n = 0;

    for (uint32_t i = 0; i < g->unit->nfns; i++) {
        const struct ir_fn *fn = &g->unit->fns[i];

        if (strcmp(g->unit->files[fn->pos.file], g->unit->main) != 0)
            continue;
        all[n].decl = &g->unit->decls[fn->decl];
        if (look_at(g, &all[n++], err) < 0)
            return -1;
    }
    printf("#include \"drive.h\"\n\n#include \"%s\"\n", g->source);
    for (size_t i = 0; i < n; i++)
        if (all[i].is_called && !all[i].not_run)
            write_call(g, &all[i]);
    fputs("\nconst struct drive_function drive_functions[] = {\n", stdout);
    for (size_t i = 0; i < n; i++)
        write_row(&all[i]);
    printf("};\nconst size_t drive_nfunctions = %zu;\n", n);
    return 0;
}

static int generate(struct generator *g, struct err *err)
{
    struct parser *parser = parser_new();
    char *text;
    int r = -1;

    if (file_read(&g->arena, g->source, &text, NULL, err) < 0)
        goto out;
    g->text = text;
    if (parse_unit(
            parser, &g->arena, path_cwd(&g->arena), g->source, g->flags,
            g->nflags,
            &(struct parse_options){.root = path_dir(&g->arena, g->source)},
            &g->unit, err)
        < 0)
        goto out;
    if (g->unit->nproblems) {
        err_set(err, g->source, g->unit->problems[0].pos.line, "%s",
                g->unit->problems[0].text);
        goto out;
    }
    r = write_driver(g, err);
out:
    parser_free(parser);
    return r;
}

struct command {
    int argc;
    char **argv;
};

static int run_command(void *arg)
{
    const struct command *c = arg;
    struct generator g = {.source = c->argv[1]};
    struct err err;
    int i = 2, r = 0;

    g.rules.arena = &g.arena;
    for (; r == 0 && i < c->argc && strcmp(c->argv[i], "--") != 0; i++)
        r = rules_load(&g.rules, c->argv[i], &err);
    if (i < c->argc) {
        g.flags = (const char *const *)&c->argv[i + 1];
        g.nflags = (size_t)(c->argc - i - 1);
    }
    if (r == 0)
        r = generate(&g, &err);
    if (r < 0)
        fprintf(stderr, "%s\n", err.text);
    arena_release(&g.arena);
    return r;
}

int main(int argc, char **argv)
{
    struct command c = {argc, argv};

    if (argc < 3) {
        fprintf(stderr, "usage: %s SOURCE RULES... -- FLAGS...\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (parse_with_stack(run_command, &c) < 0 || fflush(stdout) != 0)
        return EXIT_FAILURE;
    return EXIT_SUCCESS;
}
