// arguments.c - from a compiler's command line to arguments for libclang.
//
// in     the words of a command for gcc, clang or something that acts like one
// out    the options of options.def that it holds, in their order, and the
//        language of the source
//
// What is not known to matter is dropped, so no option can break a run. Words
// that are no options are inputs (or values of dropped options): they go too,
// for the source is named apart.

#include "project/arguments.h"

#include "base/file.h"
#include "project/project.h"

#include <string.h>

enum form { EXACT, JOINED, VALUE, NEXT };

struct option {
    const char *name;
    enum form form;
    bool keep;
    const char *instead; // NULL: as it stands
};

static const struct option options[] = {
#define KEEP(name) {name, EXACT, true, NULL},
#define KEEP_AS(name, other) {name, EXACT, true, other},
#define KEEP_JOINED(name) {name, JOINED, true, NULL},
#define KEEP_VALUE(name) {name, VALUE, true, NULL},
#define KEEP_NEXT(name) {name, NEXT, true, NULL},
#define DROP_JOINED(name) {name, JOINED, false, NULL},
#define DROP_VALUE(name) {name, VALUE, false, NULL},
#define DROP_NEXT(name) {name, NEXT, false, NULL},
#include "project/options.def"
#undef KEEP
#undef KEEP_AS
#undef KEEP_JOINED
#undef KEEP_VALUE
#undef KEEP_NEXT
#undef DROP_JOINED
#undef DROP_VALUE
#undef DROP_NEXT
};

static const char *const launchers[] = {
    "buildcache", "ccache", "colorgcc", "distcc", "env",     "fastbuild",
    "gomacc",     "icecc",  "nice",     "recc",   "sccache", "time",
};

struct filter {
    struct arena *a;
    const char *directory, *file; // file: absolute
    const char *language;         // of the inputs from here on; NULL: by name
    const char *file_language;    // of the file, once seen_file
    bool seen_file;
    struct words *out;
};

static bool starts(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static bool ends(const char *s, const char *with)
{
    size_t n = strlen(s);
    size_t m = strlen(with);

    return n >= m && strcmp(s + n - m, with) == 0;
}

static bool fits(const struct option *o, const char *word)
{
    size_t n;

    if (o->name[1] != word[1] || !starts(word, o->name))
        return false;
    n = strlen(o->name);
    return word[n] == '\0' || o->form == JOINED || o->form == VALUE;
}

static const struct option *find(const char *word)
{
    const struct option *best = NULL;

    // "--std=c99" is the same as "-std=c99".
    if (starts(word, "--std="))
        word++;
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        if (fits(&options[i], word)
            && (!best || strlen(options[i].name) > strlen(best->name)))
            best = &options[i];
    return best;
}

static void put(struct filter *f, const char *word)
{
    arena_push(f->a, f->out->items, f->out->count, f->out->cap, word);
}

static void input(struct filter *f, const char *word)
{
    if (f->seen_file
        || strcmp(path_join(f->a, f->directory, word), f->file) != 0)
        return;
    f->seen_file = true;
    f->file_language = f->language;
}

static void set_language(struct filter *f, const char *name)
{
    f->language = strcmp(name, "none") == 0 ? NULL : name;
}

// These hand the next word to a pass of the compiler. What that pass does
// with it is what it would mean by itself.
static bool is_wrapper(const char *word)
{
    return strcmp(word, "-Xclang") == 0 || strcmp(word, "-Xpreprocessor") == 0;
}

// The index of the next word behind i that is not a wrapper.
static size_t next_word(const struct words *w, size_t i)
{
    do
        i++;
    while (i < w->count && is_wrapper(w->items[i]));
    return i;
}

// Is there a language option at *i? Then *i becomes the index of its last word.
static bool read_language(struct filter *f, const struct words *w, size_t *i)
{
    const char *word = w->items[*i];

    if (strcmp(word, "-x") == 0 || strcmp(word, "--language") == 0) {
        *i = next_word(w, *i);
        if (*i < w->count)
            set_language(f, w->items[*i]);
    } else if (starts(word, "--language=")) {
        set_language(f, strchr(word, '=') + 1);
    } else if (starts(word, "-x")) {
        set_language(f, word + strlen("-x"));
    } else {
        return false;
    }
    return true;
}

// The option at i, with its value. Returns the index of its last word.
static size_t read_option(struct filter *f, const struct words *w, size_t i)
{
    const char *word = w->items[i];
    const struct option *o = find(word);
    size_t next;

    if (!o)
        return i;
    if (o->form == EXACT || o->form == JOINED || strcmp(word, o->name) != 0) {
        if (o->keep)
            put(f, o->instead ? o->instead : word);
        return i;
    }
    next = next_word(w, i);
    if (o->keep && next < w->count) {
        put(f, word);
        put(f, w->items[next]);
    }
    return next;
}

static struct words comma_words(struct arena *a, const char *s)
{
    struct words w = {0};

    for (;;) {
        size_t n = strcspn(s, ",");

        arena_push(a, w.items, w.count, w.cap, arena_strndup(a, s, n));
        if (!s[n])
            return w;
        s += n + 1;
    }
}

static void filter_words(struct filter *f, const struct words *w);

// -Wp,-DX,-MD,file: for the preprocessor, joined by commas. A part holds no
// comma, so this does not nest.
static void preprocessor_words(struct filter *f, const char *list)
{
    struct words parts = comma_words(f->a, list);

    filter_words(f, &parts);
}

static void filter_words(struct filter *f, const struct words *w)
{
    bool options_over = false;

    for (size_t i = 0; i < w->count; i++) {
        const char *word = w->items[i];

        if (options_over || word[0] != '-' || word[1] == '\0') {
            input(f, word);
        } else if (strcmp(word, "--") == 0) {
            options_over = true;
        } else if (starts(word, "-Wp,")) {
            preprocessor_words(f, word + strlen("-Wp,"));
        } else if (!is_wrapper(word) && !read_language(f, w, &i)) {
            i = read_option(f, w, i);
        }
    }
}

static bool is_launcher(const char *name)
{
    for (size_t i = 0; i < sizeof(launchers) / sizeof(*launchers); i++)
        if (strcmp(name, launchers[i]) == 0)
            return true;
    return false;
}

// The index of the compiler in argv, behind launchers and VAR=value.
static size_t find_program(const char *const *argv, size_t argc)
{
    bool launched = false;

    for (size_t i = 0; i < argc; i++) {
        const char *name = path_base(argv[i]);

        if (is_launcher(name)) {
            launched = true;
        } else if (launched && strcmp(argv[i], "-u") == 0) {
            i++; // env -u NAME
        } else if (launched && strcmp(argv[i], "-i") == 0) {
            continue;
        } else if (argv[i][0] == '-' || !strchr(name, '=')) {
            // A launcher that stands for the compiler itself has options next.
            return argv[i][0] == '-' && i > 0 ? i - 1 : i;
        }
    }
    return argc;
}

static const char *language_by_name(const char *file)
{
    if (ends(file, ".c"))
        return "c";
    return ends(file, ".i") ? "cpp-output" : NULL;
}

static bool is_cplusplus(const char *program, const struct words *w)
{
    if (program && strstr(path_base(program), "++"))
        return true;
    for (size_t i = 0; i < w->count; i++)
        if (starts(w->items[i], "--driver-mode=g++"))
            return true;
    return false;
}

// The language of the file, said to libclang where its name does not say it.
static const char *settle_language(struct filter *f, bool cplusplus)
{
    const char *by_name = language_by_name(f->file);
    const char *language = f->seen_file ? f->file_language : f->language;

    if (!language)
        language = by_name && cplusplus ? "c++" : by_name;
    if (language && (!by_name || strcmp(language, by_name) != 0)) {
        put(f, "-x");
        put(f, language);
    }
    return language;
}

int command_read(struct arena *a, const char *directory,
                 const char *const *argv, size_t argc, bool has_program,
                 const char *file, struct command *ret, struct err *err)
{
    struct words words = {0};
    struct words args = {0};
    struct filter f = {.a = a, .directory = directory, .out = &args};
    size_t program = has_program ? find_program(argv, argc) : 0;
    size_t first = has_program && program < argc ? program + 1 : program;

    if (words_expand(a, directory, argv + first, argc - first, &words, err) < 0)
        return -1;
    f.file = path_join(a, directory, file);
    filter_words(&f, &words);
    ret->language = settle_language(
        &f, is_cplusplus(first > program ? argv[program] : NULL, &words));
    ret->args = args;
    return 0;
}

bool command_is_c(const struct command *c)
{
    return c->language
           && (strcmp(c->language, "c") == 0
               || strcmp(c->language, "cpp-output") == 0);
}

int project_arguments(struct arena *a, const char *directory,
                      const char *const *argv, size_t argc, bool has_program,
                      const char *file, const char ***ret_args,
                      size_t *ret_nargs, struct err *err)
{
    struct command c;

    if (command_read(a, directory, argv, argc, has_program, file, &c, err) < 0)
        return -1;
    *ret_args = c.args.items;
    *ret_nargs = c.args.count;
    return 0;
}
