// compdb.c - from compile_commands.json to units.
//
// in     the text of the database: an array of {directory, file, and command
//        or arguments}
// out    a unit for every different way in which a C file is compiled
//
// The array is taken apart here and each entry is given to the JSON reader by
// itself: then an error has the line of its entry, and a database of many
// megabytes needs the memory of its largest entry.

#include "base/file.h"
#include "base/map.h"
#include "project/arguments.h"
#include "project/discover.h"
#include "project/project.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

// The units of one file so far, newest first.
struct same_file {
    size_t unit;
    struct same_file *next;
};

struct reader {
    struct arena *a;
    struct arena scratch; // reset after each entry
    const char *path;     // for errors
    const char *folder;   // absolute, of the database
    const char *text;
    size_t size, at;
    long line;          // of `at`
    size_t entry;       // its number, from 1
    struct map strings; // arguments repeat: each is kept once
    struct map files;   // file -> struct same_file
    struct project project;
    struct err *err;
};

static void step(struct reader *r, size_t n)
{
    for (; n > 0; n--)
        r->line += r->text[r->at++] == '\n';
}

// The next character that is not blank, -1 at the end.
static int peek(struct reader *r)
{
    while (r->at < r->size && strchr(" \t\r\n", r->text[r->at])
           && r->text[r->at])
        step(r, 1);
    return r->at < r->size ? (unsigned char)r->text[r->at] : -1;
}

static int fail(struct reader *r, long line, const char *what)
{
    char *clean = arena_strdup(&r->scratch, what);

    // Messages quote the text, which may hold anything.
    for (char *c = clean; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    if (r->entry)
        err_set(r->err, r->path, line, "entry %zu: %s", r->entry, clean);
    else
        err_set(r->err, r->path, line, "%s", clean);
    return -1;
}

static const char *intern(struct reader *r, const char *s)
{
    char *copy = map_get(&r->strings, s);

    if (!copy) {
        copy = arena_strdup(r->a, s);
        map_set(r->a, &r->strings, copy, copy);
    }
    return copy;
}

static int words_of_array(struct reader *r, const json_t *array,
                          struct words *ret)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *word = json_string_value(json_array_get(array, i));

        if (!word)
            return fail(r, r->line, "\"arguments\" must hold strings only");
        arena_push(&r->scratch, ret->items, ret->count, ret->cap, word);
    }
    return 0;
}

static int words_of_entry(struct reader *r, const json_t *entry,
                          struct words *ret)
{
    const json_t *arguments = json_object_get(entry, "arguments");
    const json_t *command = json_object_get(entry, "command");

    if (json_is_array(arguments)) {
        if (words_of_array(r, arguments, ret) < 0)
            return -1;
    } else if (arguments) {
        return fail(r, r->line, "\"arguments\" is not an array");
    } else if (json_is_string(command)) {
        if (words_from_shell(&r->scratch, json_string_value(command), ret) < 0)
            return fail(r, r->line, "\"command\" leaves a quote open");
    } else {
        return fail(r, r->line, "no \"command\" and no \"arguments\"");
    }
    if (ret->count == 0)
        return fail(r, r->line, "the command is empty");
    return 0;
}

// Both units hold interned strings: equal ones are the same.
static bool is_same(const struct project_unit *u, const struct project_unit *v)
{
    if (u->directory != v->directory || u->nargs != v->nargs)
        return false;
    for (size_t i = 0; i < u->nargs; i++)
        if (u->args[i] != v->args[i])
            return false;
    return true;
}

static void add_unit(struct reader *r, const struct project_unit *u)
{
    struct project *p = &r->project;
    struct project_unit own = {.file = intern(r, u->file),
                               .directory = intern(r, u->directory),
                               .nargs = u->nargs};
    struct same_file *first = map_get(&r->files, own.file);
    struct same_file *link;

    own.args = arena_array(r->a, const char *, own.nargs + 1);
    for (size_t i = 0; i < own.nargs; i++)
        own.args[i] = intern(r, u->args[i]);
    for (link = first; link; link = link->next)
        if (is_same(&p->units[link->unit], &own))
            return;
    link = arena_new(r->a, struct same_file);
    *link = (struct same_file){.unit = p->nunits, .next = first};
    map_set(r->a, &r->files, own.file, link);
    arena_push(r->a, p->units, p->nunits, p->cap, own);
}

static int read_entry(struct reader *r, const json_t *entry)
{
    const char *file = json_string_value(json_object_get(entry, "file"));
    const json_t *directory = json_object_get(entry, "directory");
    struct words words = {0};
    struct command command;
    struct project_unit u;

    if (!json_is_object(entry))
        return fail(r, r->line, "not an object");
    if (!file || !*file)
        return fail(r, r->line, "no \"file\"");
    if (directory && !json_is_string(directory))
        return fail(r, r->line, "\"directory\" is not a string");
    if (words_of_entry(r, entry, &words) < 0)
        return -1;

    u.directory = path_join(&r->scratch, r->folder,
                            directory ? json_string_value(directory) : ".");
    u.file = path_join(&r->scratch, u.directory, file);
    if (command_read(&r->scratch, u.directory, words.items, words.count, true,
                     u.file, &command, r->err)
        < 0)
        return fail(r, r->line, arena_strdup(&r->scratch, r->err->text));
    u.args = command.args.items;
    u.nargs = command.args.count;
    if (command_is_c(&command))
        add_unit(r, &u);
    else
        r->project.nskipped++;
    return 0;
}

static int next_entry(struct reader *r)
{
    json_error_t error;
    json_t *entry;
    int status;

    r->entry++;
    entry = json_loadb(r->text + r->at, r->size - r->at,
                       JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, &error);
    if (!entry)
        return fail(r, r->line + (error.line > 0 ? error.line - 1 : 0),
                    error.text);
    status = read_entry(r, entry);
    json_decref(entry);
    arena_reset(&r->scratch);
    step(r, (size_t)error.position);
    return status;
}

// Behind an entry: a comma and another one, or the end of the array.
static int next_separator(struct reader *r, bool *ret_more)
{
    int c = peek(r);

    if (c == ',')
        step(r, 1);
    else if (c != ']')
        return fail(r, r->line, "',' or ']' expected behind it");
    *ret_more = c == ',';
    return 0;
}

static int read_array(struct reader *r)
{
    bool more;

    if (peek(r) == -1)
        return fail(r, r->line, "the file is empty");
    if (peek(r) != '[')
        return fail(r, r->line, "not a JSON array");
    step(r, 1);
    more = peek(r) != ']';
    while (more) {
        peek(r); // so that the line is the entry's
        if (next_entry(r) < 0 || next_separator(r, &more) < 0)
            return -1;
    }
    step(r, 1);
    r->entry = 0;
    if (peek(r) != -1)
        return fail(r, r->line, "text behind the array");
    return 0;
}

int project_parse(struct arena *a, const char *path, const char *text,
                  size_t size, struct project *ret, struct err *err)
{
    struct reader r = {.a = a,
                       .path = path,
                       .text = text,
                       .size = size,
                       .line = 1,
                       .err = err};
    int status;

    r.folder = path_dir(a, path_join(a, path_cwd(a), path));
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        r.at = 3; // a byte order mark
    status = read_array(&r);
    if (status == 0) {
        r.project.root = root_of_units(a, r.folder, &r.project);
        *ret = r.project;
    }
    arena_release(&r.scratch);
    return status;
}

int project_load(struct arena *a, const char *dir, struct project *ret,
                 struct err *err)
{
    const char *path = dir;
    struct arena file = {0};
    size_t size;
    char *text;
    int status = -1;

    if (file_is_dir(dir))
        path = path_join(a, dir, COMPDB_NAME);
    if (file_read(&file, path, &text, &size, err) == 0)
        status = project_parse(a, path, text, size, ret, err);
    arena_release(&file);
    return status;
}
