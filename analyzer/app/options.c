// options.c - from argv to struct options; the options stand in options.def.

#include "app/options.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
    OPT_NONE = 255, // above all characters
#define OPTION(id, name, letter, arg, text) OPT_##id,
#include "app/options.def"
#undef OPTION
};

static const struct option longs[] = {
#define OPTION(id, name, letter, arg, text)                                    \
    {name, (arg) == NULL ? no_argument : required_argument, NULL, OPT_##id},
#include "app/options.def"
#undef OPTION
    {NULL, 0, NULL, 0},
};

static const struct {
    const char *name, *arg, *text;
    int letter;
    int id;
} table[] = {
#define OPTION(id, name, letter, arg, text) {name, arg, text, letter, OPT_##id},
#include "app/options.def"
#undef OPTION
};

enum { NOPTIONS = sizeof(table) / sizeof(*table) };

void options_help(FILE *out)
{
    fputs(
        "usage: refcheck [check] [-p DIR] [FILE...] [-- COMPILER-FLAGS]\n"
        "       refcheck verify FILE... [-- COMPILER-FLAGS]\n"
        "       refcheck dump --stage=NAME FILE... [-- COMPILER-FLAGS]\n"
        "       refcheck rules [FILE...]      check and print rule files\n"
        "       refcheck rules --from=HEADER [-- COMPILER-FLAGS]\n"
        "       refcheck summarize [FILE...]    what the functions do to\n"
        "                                       references, as rules\n"
        "       refcheck crosscheck REPORT.jsonl TRACE...\n"
        "                                       findings against what "
        "happened\n"
        "                                       when the program ran\n"
        "       refcheck trace --cflags       flags for an extension\n"
        "       refcheck trace -o TRACE -- PYTHON PROGRAM [ARGUMENT...]\n"
        "       refcheck trace --header -- COMPILER-FLAGS\n"
        "       refcheck graph [--types] [-p DIR] [-o FILE.svg]\n"
        "                                       which types own which others\n"
        "       refcheck explain [RULE]       what a rule means, in code\n"
        "       refcheck help | version\n\n"
        "Finds reference-count bugs in C code. Without FILE, every unit of\n"
        "compile_commands.json is checked (in DIR, or found near the working\n"
        "folder).\n\noptions:\n",
        out);
    for (int i = 0; i < NOPTIONS; i++) {
        char left[64];

        snprintf(left, sizeof(left), "%s%c%s--%s%s%s",
                 table[i].letter ? "-" : "",
                 table[i].letter ? table[i].letter : ' ',
                 table[i].letter ? ", " : "   ", table[i].name,
                 table[i].arg ? "=" : "", table[i].arg ? table[i].arg : "");
        fprintf(out, "  %-30s %s\n", left, table[i].text);
    }
    fputs(
        "\nexit status: 0 nothing at or above the gate, 1 findings, 2 wrong "
        "usage or a\nfailure of the tool, 3 some code could not be analysed\n",
        out);
}

static int number(const char *name, const char *text, long most, long *ret,
                  struct err *err)
{
    char *end;
    long n = strtol(text, &end, 10);

    if (end == text || *end || n < 1 || n > most) {
        err_set(err, NULL, 0, "--%s: '%s' is not a number from 1 to %ld", name,
                text, most);
        return -1;
    }
    *ret = n;
    return 0;
}

// The index of text among the words (separated by |), -1 with err.
static int choice(const char *name, const char *text, const char *words,
                  struct err *err)
{
    int n = 0;

    for (const char *w = words; *w; n++) {
        size_t len = strcspn(w, "|");

        if (strlen(text) == len && strncmp(text, w, len) == 0)
            return n;
        w += len + (w[len] == '|');
    }
    err_set(err, NULL, 0, "--%s: '%s' is none of %s", name, text, words);
    return -1;
}

static int switch_rules(const char *name, const char *list, bool on,
                        struct options *o, struct err *err)
{
    if (!*list) {
        err_set(err, NULL, 0, "--%s: no rule is named", name);
        return -1;
    }
    if (on)
        memset(o->rule_on, 0, sizeof(o->rule_on));
    while (*list) {
        size_t len = strcspn(list, ",");
        char word[64] = "";
        enum rule r;

        if (len < sizeof(word))
            memcpy(word, list, len);
        r = rule_by_name(word);
        if (r == RULE_NONE) {
            err_set(err, NULL, 0,
                    "--%s: there is no rule '%.*s' (see refcheck explain)",
                    name, (int)len, list);
            return -1;
        }
        o->rule_on[r] = on;
        list += len + (list[len] == ',');
    }
    return 0;
}

// A folder as shells complete it.
static const char *without_slash(struct arena *a, const char *folder)
{
    size_t n = strlen(folder);

    while (n > 1 && folder[n - 1] == '/')
        n--;
    return arena_strndup(a, folder, n);
}

static int apply(struct arena *a, int id, const char *arg, struct options *o,
                 struct err *err)
{
    const char *name = table[id - OPT_NONE - 1].name;
    long n = 0;
    int c = 0;

    switch (id) {
    case OPT_BUILD_DIR:
        o->build_dir = arg;
        break;
    case OPT_JOBS:
        c = number(name, arg, 1024, &n, err);
        o->jobs = (int)n;
        break;
    case OPT_FORMAT:
        c = choice(name, arg, "text|jsonl|dot|svg", err);
        if (c >= 0)
            o->format = (enum format)c; // NOLINT: as many words as values
        break;
    case OPT_OUTPUT:
        o->output = arg;
        break;
    case OPT_TIER:
        c = choice(name, arg, "certain|likely|audit", err);
        if (c >= 0)
            o->tier = (enum tier)c; // NOLINT: as many words as values
        break;
    case OPT_GATE:
        c = choice(name, arg, "certain|likely|audit", err);
        if (c >= 0)
            o->gate = (enum tier)c; // NOLINT: as many words as values
        break;
    case OPT_SELECT:
        c = switch_rules(name, arg, true, o, err);
        break;
    case OPT_IGNORE:
        c = switch_rules(name, arg, false, o, err);
        break;
    case OPT_EXCLUDE:
        if (!*arg) {
            err_set(err, NULL, 0, "--exclude: no file is named");
            return -1;
        }
        arena_push(a, o->exclude.items, o->exclude.count, o->exclude.cap,
                   without_slash(a, arg));
        break;
    case OPT_EXIT_ZERO:
        o->exit_zero = true;
        break;
    case OPT_EXPLAIN_CONTRACT:
        o->explain = arg;
        break;
    case OPT_RULES:
        arena_push(a, o->rules.items, o->rules.count, o->rules.cap, arg);
        break;
    case OPT_NO_DEFAULT_RULES:
        o->no_default_rules = true;
        break;
    case OPT_EXTRA_ARG:
        arena_push(a, o->extra_args.items, o->extra_args.count,
                   o->extra_args.cap, arg);
        break;
    case OPT_MAX_STEPS:
        c = number(name, arg, INT_MAX, &n, err);
        o->max_steps = (size_t)n;
        break;
    case OPT_UNIT_TIMEOUT:
        c = number(name, arg, 86400, &n, err);
        o->unit_timeout = (int)n;
        break;
    case OPT_COLOR:
        c = choice(name, arg, "auto|always|never", err);
        if (c >= 0)
            o->color = (enum color)c; // NOLINT: as many words as values
        break;
    case OPT_TYPES:
        break; // there is no other graph yet
    case OPT_NO_EXCERPT:
        o->no_excerpt = true;
        break;
    case OPT_STAGE:
        c = choice(name, arg, "ir|cfg|dot|states|contracts", err);
        if (c >= 0)
            o->stage = (enum stage)c; // NOLINT: as many words as values
        break;
    case OPT_FROM:
        o->from = arg;
        break;
    case OPT_REPEAT:
        c = number(name, arg, 1000000, &n, err);
        o->repeat = (int)n;
        break;
    case OPT_CFLAGS:
        o->cflags = true;
        break;
    case OPT_HEADER:
        o->header = true;
        break;
    case OPT_QUIET:
        o->quiet = true;
        break;
    case OPT_HELP:
        o->help = true;
        break;
    case OPT_VERSION:
        o->version = true;
        break;
    default:
        c = -1;
    }
    return c < 0 ? -1 : 0;
}

// Short options, for getopt: "p:j:o:qh", after ':' so that it stays silent.
static void shorts(char *text)
{
    *text++ = ':';
    for (int i = 0; i < NOPTIONS; i++) {
        if (!table[i].letter)
            continue;
        *text++ = (char)table[i].letter;
        if (table[i].arg)
            *text++ = ':';
    }
    *text = '\0';
}

static int id_of_letter(int letter)
{
    for (int i = 0; i < NOPTIONS; i++)
        if (table[i].letter == letter)
            return table[i].id;
    return letter;
}

// getopt says which letter it does not know, and stops behind a long option.
static void complain_of(int c, char **argv, struct err *err)
{
    char letter[3] = {'-', (char)optopt, '\0'};
    bool is_letter = optopt > 0 && optopt < OPT_NONE;

    err_set(err, NULL, 0, "%s '%s' (see refcheck help)",
            c == ':' ? "an argument is missing after" : "unknown option",
            is_letter ? letter : argv[optind - 1]);
}

int options_parse(struct arena *a, int argc, char **argv, struct options *ret,
                  struct err *err)
{
    char letters[2 * NOPTIONS + 2];
    int flags = argc; // the index of "--"
    int c;

    *ret =
        (struct options){.tier = TIER_LIKELY, .unit_timeout = 120, .repeat = 5};
    for (int r = 0; r < RULES; r++)
        ret->rule_on[r] = true;
    for (int i = argc - 1; i > 0; i--)
        if (strcmp(argv[i], "--") == 0)
            flags = i;
    shorts(letters);
    optind = 0; // begin anew
    while ((c = getopt_long(flags, argv, letters, longs, NULL)) != -1) {
        if (c == ':' || c == '?') {
            complain_of(c, argv, err);
            return -1;
        }
        if (apply(a, id_of_letter(c), optarg, ret, err) < 0)
            return -1;
    }
    for (int i = optind; i < flags; i++)
        arena_push(a, ret->files.items, ret->files.count, ret->files.cap,
                   argv[i]);
    ret->has_flags = flags < argc;
    for (int i = flags + 1; i < argc; i++)
        arena_push(a, ret->flags.items, ret->flags.count, ret->flags.cap,
                   argv[i]);
    return 0;
}
