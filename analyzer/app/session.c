// session.c - from options to rules and units.

#include "app/session.h"

#include "base/buf.h"
#include "base/file.h"
#include "report/clean.h"

#include <string.h>
#include <unistd.h>

enum { EXCLUDED_NAMED = 5 };

static const char *const rule_files[] = {"c.rules", "cpython.rules",
                                         "numpy.rules", "runtime.rules"};

// The folders lie beside the program when it runs where it was built, and in
// the data folder when it was installed.
const char *session_folder(struct arena *a, const char *name, const char *file)
{
    static const char *const around[] = {"../share/refcheck", ".", "..",
                                         "../.."};
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

    exe[n > 0 ? n : 0] = '\0';
    for (size_t i = 0; i < sizeof(around) / sizeof(*around); i++) {
        const char *at =
            path_join(a, path_join(a, path_dir(a, exe), around[i]), name);

        if (file_exists(path_join(a, at, file)))
            return at;
    }
    return NULL;
}

int session_default_rules(struct arena *a, struct words *ret, struct err *err)
{
    const char *dir = session_folder(a, "rules", rule_files[0]);

    if (!dir) {
        err_set(err, NULL, 0,
                "the folder with the rules is not found beside "
                "the program; use --no-default-rules and --rules");
        return -1;
    }
    for (size_t i = 0; i < sizeof(rule_files) / sizeof(*rule_files); i++)
        arena_push(a, ret->items, ret->count, ret->cap,
                   path_join(a, dir, rule_files[i]));
    return 0;
}

int session_rules(struct session *s, struct err *err)
{
    const struct options *o = s->options;
    struct words files = {0};

    if (!o->no_default_rules
        && session_default_rules(s->arena, &files, err) < 0)
        return -1;
    for (size_t i = 0; i < files.count; i++)
        if (rules_load(&s->rules, files.items[i], err) < 0)
            return -1;
    for (size_t i = 0; i < o->rules.count; i++)
        if (rules_load(&s->rules, o->rules.items[i], err) < 0)
            return -1;
    return 0;
}

static int check_file(const char *name, const char *file, struct err *err)
{
    if (!file_exists(file))
        err_set(err, name, 0, "there is no such file");
    else if (file_is_dir(file))
        err_set(err, name, 0,
                "is a folder; use -p DIR to check all that the "
                "compile database in DIR names");
    else
        return 0;
    return -1;
}

// A copy of the database's units for the files named on the command line.
static int choose_units(struct session *s, const struct project *all,
                        struct err *err)
{
    const struct options *o = s->options;
    char *cwd = path_cwd(s->arena);

    for (size_t i = 0; i < o->files.count; i++) {
        const char *file = path_join(s->arena, cwd, o->files.items[i]);
        size_t first = 0;
        size_t n = all ? project_find(all, file, &first) : 0;

        if (check_file(o->files.items[i], file, err) < 0)
            return -1;
        for (size_t k = 0; k < n; k++)
            arena_push(s->arena, s->project.units, s->project.nunits,
                       s->project.cap, all->units[first + k]);
        if (n == 0 && all)
            fprintf(stderr,
                    "refcheck: %s: not in the compile database; "
                    "analysed without its flags\n",
                    o->files.items[i]);
        if (n == 0)
            project_add(s->arena, &s->project, file, NULL, 0);
    }
    return 0;
}

static int flags_units(struct session *s, struct err *err)
{
    const struct options *o = s->options;
    char *cwd = path_cwd(s->arena);

    if (o->files.count == 0) {
        err_set(err, NULL, 0, "compiler flags are given, but no file");
        return -1;
    }
    for (size_t i = 0; i < o->files.count; i++) {
        const char *file = path_join(s->arena, cwd, o->files.items[i]);
        const char **args;
        size_t nargs;

        if (check_file(o->files.items[i], file, err) < 0)
            return -1;
        if (project_arguments(s->arena, cwd, o->flags.items, o->flags.count,
                              false, file, &args, &nargs, err)
            < 0)
            return -1;
        project_add(s->arena, &s->project, file, args, nargs);
    }
    return 0;
}

static int find_units(struct session *s, struct err *err)
{
    const struct options *o = s->options;
    char *cwd = path_cwd(s->arena);
    const char *database = o->build_dir;
    struct project all = {0};

    s->project.root = project_root(s->arena, cwd);
    if (o->has_flags) {
        if (o->files.count > 0)
            s->project.root = project_root(
                s->arena, path_dir(s->arena, path_join(s->arena, cwd,
                                                       o->files.items[0])));
        return flags_units(s, err);
    }
    if (!database)
        database = project_discover(
            s->arena,
            o->files.count ? path_join(s->arena, cwd, o->files.items[0]) : cwd);
    if (!database) {
        if (o->files.count > 0) {
            s->project.root = project_root(
                s->arena, path_dir(s->arena, path_join(s->arena, cwd,
                                                       o->files.items[0])));
            return choose_units(s, NULL, err);
        }
        err_set(err, NULL, 0,
                "no compile_commands.json here or above, nor in a build "
                "folder; use -p DIR, or name files and give flags after --");
        return -1;
    }
    if (project_load(s->arena, database, &all, err) < 0)
        return -1;
    if (o->files.count == 0) {
        s->project = all;
        return 0;
    }
    s->project.root = all.root;
    return choose_units(s, &all, err);
}

// Code that others wrote, or a generator, is left out; not without a word.
static void exclude_units(struct session *s)
{
    const struct options *o = s->options;
    const struct words *globs = &o->exclude;
    struct project *p = &s->project;
    size_t *hits = arena_array(s->arena, size_t, globs->count + 1);

    if (globs->count == 0)
        return;
    project_exclude(s->arena, p, globs->items, globs->count, hits);
    if (o->quiet)
        return;
    for (size_t i = 0; i < globs->count; i++)
        if (hits[i] == 0)
            fprintf(stderr, "refcheck: --exclude=%s names no unit\n",
                    clean_text(s->arena, globs->items[i]));
    if (p->nexcluded > 0)
        fprintf(stderr, "refcheck: %zu unit%s excluded:", p->nexcluded,
                p->nexcluded == 1 ? " is" : "s are");
    for (size_t i = 0; i < p->nexcluded && i < EXCLUDED_NAMED; i++)
        fprintf(stderr, "%s %s", i ? "," : "",
                clean_text(s->arena, p->excluded[i]));
    if (p->nexcluded > EXCLUDED_NAMED)
        fprintf(stderr, " and %zu more", p->nexcluded - EXCLUDED_NAMED);
    if (p->nexcluded > 0)
        fputs("\n", stderr);
}

static void add_extra_args(struct session *s)
{
    const struct words *extra = &s->options->extra_args;

    for (size_t i = 0; extra->count && i < s->project.nunits; i++) {
        struct project_unit *u = &s->project.units[i];
        const char **args =
            arena_array(s->arena, const char *, u->nargs + extra->count);

        if (u->nargs)
            memcpy(args, u->args, u->nargs * sizeof(*args));
        memcpy(args + u->nargs, extra->items, extra->count * sizeof(*args));
        u->args = args;
        u->nargs += extra->count;
    }
}

// An attribute that rules give a meaning to becomes an annotation:
// NAME(N)=annotate("refcheck-part:argument " #N " steal").
static const char *attribute_define(struct arena *a,
                                    const struct attribute_rule *at)
{
    size_t n = strlen(at->parameter);
    struct buf b = {.arena = a};

    buf_str(&b, at->name);
    if (n)
        buf_printf(&b, "(%s)", at->parameter);
    buf_str(&b, "=annotate(\"refcheck-part:");
    for (const char *s = at->text; *s;) {
        size_t word = strcspn(s, " ");

        if (n && word == n && strncmp(s, at->parameter, n) == 0)
            buf_printf(&b, "\" #%s \"", at->parameter);
        else
            buf_add(&b, s, word);
        s += word;
        for (; *s == ' '; s++)
            buf_str(&b, " ");
    }
    buf_str(&b, "\")");
    return buf_text(&b);
}

static void set_defines(struct session *s)
{
    const struct rules *r = &s->rules;
    const char **defines =
        arena_array(s->arena, const char *, 2 * r->nattributes + 1);

    s->parse.defines = defines;
    for (size_t i = 0; i < r->nattributes; i++) {
        const struct attribute_rule *at = &r->attributes[i];

        defines[s->parse.ndefines++] = attribute_define(s->arena, at);
        if (*at->when)
            defines[s->parse.ndefines++] = at->when;
    }
}

static void set_parse_options(struct session *s)
{
    const char **headers =
        arena_array(s->arena, const char *, s->rules.nfamilies + 1);
    const char **macros =
        arena_array(s->arena, const char *, s->rules.nfamilies + 1);

    s->parse = (struct parse_options){
        .root = s->project.root, .api_headers = headers, .macros = macros};
    for (size_t f = 0; f < s->rules.nfamilies; f++) {
        if (s->rules.families[f].header[0])
            headers[s->parse.napi_headers++] = s->rules.families[f].header;
        if (s->rules.families[f].version[0])
            macros[s->parse.nmacros++] = s->rules.families[f].version;
    }
    set_defines(s);
}

int session_open(struct arena *a, const struct options *options,
                 struct session *ret, struct err *err)
{
    *ret = (struct session){.arena = a, .options = options};
    ret->rules.arena = a;
    if (session_rules(ret, err) < 0 || find_units(ret, err) < 0)
        return -1;
    exclude_units(ret);
    add_extra_args(ret);
    set_parse_options(ret);
    return 0;
}
