// rules.c - rule files checked and printed; rules made of an annotated header.

#include "app/commands.h"
#include "app/session.h"

#include "base/file.h"
#include "contract/declared.h"

#include <stdio.h>

static int print_files(struct arena *a, const struct options *o,
                       struct err *err)
{
    struct words files = o->files;
    struct rules rules = {.arena = a};

    if (files.count == 0 && session_default_rules(a, &files, err) < 0)
        return -1;
    for (size_t i = 0; i < files.count; i++)
        if (rules_load(&rules, files.items[i], err) < 0)
            return -1;
    rules_print(stdout, &rules);
    return 0;
}

struct from {
    struct arena *arena;
    const struct options *options;
    struct err *err;
};

// Of code with errors clang leaves out what it does not understand.
static int check_problems(struct arena *a, const struct ir_unit *u,
                          const char *dir, struct err *err)
{
    const struct ir_problem *p = u->problems;

    if (u->nproblems == 0)
        return 0;
    err_set(err,
            path_join(a, dir, p->pos.file ? u->files[p->pos.file] : u->main),
            p->pos.line, "%s", p->text);
    return -1;
}

static int parse(struct from *f, const char *cwd, const char *path,
                 struct ir_header **ret)
{
    const struct parse_options options = {.root = path_dir(f->arena, path)};
    const struct words *flags = &f->options->flags;
    struct parser *parser;
    const char **args;
    size_t nargs;
    int r;

    if (project_arguments(f->arena, cwd, flags->items, flags->count, false,
                          path, &args, &nargs, f->err)
        < 0)
        return -1;
    parser = parser_new();
    r = parse_header(parser, f->arena, cwd, path, args, nargs, &options, ret,
                     f->err);
    parser_free(parser);
    return r;
}

// Files are called by their place below the folder around the header's own in
// what is printed ("rc/list.h", as one includes it), and in messages so that
// they are found from here.
static int print_from(void *arg)
{
    struct from *f = arg;
    const char *name = f->options->from;
    const char *cwd = path_cwd(f->arena);
    const char *path = path_join(f->arena, cwd, name);
    const char *dir = path_dir(f->arena, path_join(f->arena, "", name));
    struct ir_header *header;
    const char *text;

    if (parse(f, cwd, path, &header) < 0
        || check_problems(f->arena, header->unit, dir, f->err) < 0
        || rules_from_header(f->arena, header, dir,
                             path_base(path_dir(f->arena, path)), &text, f->err)
               < 0)
        return -1;
    fputs(text, stdout);
    return 0;
}

int command_rules(struct arena *a, const struct options *o)
{
    struct err err;
    struct from from = {a, o, &err};
    int r;

    if (o->from && o->files.count > 0) {
        err_set(&err, NULL, 0, "rules: --from takes one header and no file");
        return complain(&err);
    }
    r = o->from ? parse_with_stack(print_from, &from) : print_files(a, o, &err);
    return r < 0 ? complain(&err) : 0;
}
