// layers.c - see layers.h.
//
// The sources are read by a scanner that knows comments, strings and character
// constants, and nothing else of C: an include in a comment is none, and a
// name in a comment is no string.

#include "layers.h"

#include "base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LAYERS = 64 };

struct layer {
    const char *name;
    long line;
    int nuses;
    int uses[MOST_LAYERS];
};

struct tree {
    struct arena *arena;
    const char *root;
    struct buf *complaints;
    int nlayers;
    struct layer layers[MOST_LAYERS];
};

static int layer_find(const struct tree *t, const char *name, size_t n)
{
    for (int i = 0; i < t->nlayers; i++)
        if (strlen(t->layers[i].name) == n
            && memcmp(t->layers[i].name, name, n) == 0)
            return i;
    return -1;
}

// --- LAYERS ------------------------------------------------------------------

// The next line of *text, without its newline and comment; NULL at the end.
static char *next_line(char **text)
{
    char *line = *text;
    char *end = line + strcspn(line, "\n");

    if (!*line)
        return NULL;
    *text = *end ? end + 1 : end;
    *end = '\0';
    line[strcspn(line, "#")] = '\0';
    return line;
}

static void declare_layer(struct tree *t, const char *line, long number)
{
    size_t n = strcspn(line, ":");

    if (line[strspn(line, " \t")] == '\0')
        return;
    if (line[n] != ':' || n == 0 || strcspn(line, " \t") < n) {
        buf_printf(t->complaints, "LAYERS:%ld: not \"folder: folder ...\"\n",
                   number);
    } else if (layer_find(t, line, n) >= 0) {
        buf_printf(t->complaints, "LAYERS:%ld: %.*s is there twice\n", number,
                   (int)n, line);
    } else if (t->nlayers == MOST_LAYERS) {
        buf_printf(t->complaints, "LAYERS:%ld: more than %d folders\n", number,
                   MOST_LAYERS);
    } else {
        t->layers[t->nlayers++] = (struct layer){
            .name = arena_strndup(t->arena, line, n), .line = number};
    }
}

static void read_uses(struct tree *t, struct layer *layer, const char *uses)
{
    for (const char *u = uses + strspn(uses, " \t"); *u;) {
        size_t n = strcspn(u, " \t");
        int used = layer_find(t, u, n);

        if (used < 0)
            buf_printf(t->complaints, "LAYERS:%ld: %.*s is not in LAYERS\n",
                       layer->line, (int)n, u);
        else if (layer->nuses < MOST_LAYERS)
            layer->uses[layer->nuses++] = used;
        u += n;
        u += strspn(u, " \t");
    }
}

static bool is_in_circle(const struct tree *t, int layer, int target,
                         bool *seen)
{
    const struct layer *l = &t->layers[layer];

    for (int i = 0; i < l->nuses; i++) {
        if (l->uses[i] == target)
            return true;
        if (seen[l->uses[i]])
            continue;
        seen[l->uses[i]] = true;
        if (is_in_circle(t, l->uses[i], target, seen))
            return true;
    }
    return false;
}

static void check_circles(const struct tree *t)
{
    for (int i = 0; i < t->nlayers; i++) {
        bool seen[MOST_LAYERS] = {false};

        if (is_in_circle(t, i, i, seen))
            buf_printf(t->complaints,
                       "LAYERS:%ld: %s uses itself in a circle\n",
                       t->layers[i].line, t->layers[i].name);
    }
}

static int read_layers(struct tree *t)
{
    char *path = path_join(t->arena, t->root, "LAYERS");
    char *text;
    char *again;
    char *line;
    struct err err;

    if (file_read(t->arena, path, &text, NULL, &err) < 0) {
        buf_printf(t->complaints, "%s\n", err.text);
        return -1;
    }
    again = arena_strdup(t->arena, text);
    for (long number = 1; (line = next_line(&text)); number++)
        declare_layer(t, line, number);
    for (long number = 1; (line = next_line(&again)); number++)
        for (int i = 0; i < t->nlayers; i++)
            if (t->layers[i].line == number)
                read_uses(t, &t->layers[i], strchr(line, ':') + 1);
    check_circles(t);
    return 0;
}

// --- one file ----------------------------------------------------------------

struct source {
    struct tree *tree;
    const char *path; // from the root
    int layer;
    long line;
    const char *at;
};

static bool is_layer(const struct source *s, const char *name)
{
    return strcmp(s->tree->layers[s->layer].name, name) == 0;
}

static void check_layer(const struct source *s, const char *name, size_t n)
{
    const struct layer *own = &s->tree->layers[s->layer];
    int used = layer_find(s->tree, name, n);

    if (used < 0)
        buf_printf(s->tree->complaints, "%s:%ld: %.*s is no layer\n", s->path,
                   s->line, (int)n, name);
    if (used < 0 || used == s->layer)
        return;
    for (int i = 0; i < own->nuses; i++)
        if (own->uses[i] == used)
            return;
    buf_printf(s->tree->complaints, "%s:%ld: %s/ may not include %.*s/\n",
               s->path, s->line, own->name, (int)n, name);
}

// name: what stands behind the opening quote or bracket.
static void check_include(const struct source *s, char open, const char *name)
{
    size_t n = strcspn(name, open == '<' ? ">\n" : "\"\n");
    const char *slash = memchr(name, '/', n);

    if (strncmp(name, "clang-c/", 8) == 0) {
        if (!is_layer(s, "parse"))
            buf_printf(s->tree->complaints,
                       "%s:%ld: only parse/ may include clang-c\n", s->path,
                       s->line);
    } else if (n == 8 && strncmp(name, "Python.h", n) == 0) {
        if (!is_layer(s, "trace"))
            buf_printf(s->tree->complaints,
                       "%s:%ld: only trace/ may include Python.h\n", s->path,
                       s->line);
    } else if (open == '"' && !slash) {
        buf_printf(s->tree->complaints,
                   "%s:%ld: %.*s is included without its folder\n", s->path,
                   s->line, (int)n, name);
    } else if (open == '"') {
        check_layer(s, name, (size_t)(slash - name));
    }
}

// At the begin of a line.
static void check_line(const struct source *s)
{
    const char *p = s->at + strspn(s->at, " \t");

    if (*p++ != '#')
        return;
    p += strspn(p, " \t");
    if (strncmp(p, "include", 7) != 0)
        return;
    p += 7;
    p += strspn(p, " \t");
    if (*p == '"' || *p == '<')
        check_include(s, *p, p + 1);
}

// The length of the API name at p ("_?Py[A-Z_]\w+", p behind the "_"), or 0.
static size_t api_name(const char *p, size_t left)
{
    size_t n = 3;

    if (left < 4 || p[0] != 'P' || p[1] != 'y'
        || !(isupper((unsigned char)p[2]) || p[2] == '_'))
        return 0;
    while (n < left && (isalnum((unsigned char)p[n]) || p[n] == '_'))
        n++;
    return n > 3 ? n : 0;
}

static void check_string(const struct source *s, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t found = api_name(text + i, n - i);

        if (found)
            buf_printf(s->tree->complaints,
                       "%s:%ld: the API name %.*s belongs into rules/\n",
                       s->path, s->line, (int)found, text + i);
        i += found;
    }
}

// From the opening quote to behind the closing one.
static void skip_quoted(struct source *s)
{
    char quote = *s->at++;
    const char *begin = s->at;

    while (*s->at && *s->at != quote && *s->at != '\n')
        s->at += s->at[0] == '\\' && s->at[1] && s->at[1] != '\n' ? 2 : 1;
    if (quote == '"')
        check_string(s, begin, (size_t)(s->at - begin));
    if (*s->at == quote)
        s->at++;
}

static void skip_comment(struct source *s)
{
    const char *end = strstr(s->at + 2, "*/");

    end = end ? end + 2 : s->at + strlen(s->at);
    for (; s->at < end; s->at++)
        s->line += *s->at == '\n';
}

static void check_text(struct source *s)
{
    check_line(s);
    while (*s->at) {
        if (s->at[0] == '/' && s->at[1] == '*') {
            skip_comment(s);
        } else if (s->at[0] == '/' && s->at[1] == '/') {
            s->at += strcspn(s->at, "\n");
        } else if (*s->at == '"' || *s->at == '\'') {
            skip_quoted(s);
        } else if (*s->at++ == '\n') {
            s->line++;
            check_line(s);
        }
    }
}

// --- the tree ----------------------------------------------------------------

static bool has_ending(const char *name, const char *ending)
{
    size_t n = strlen(name);
    size_t k = strlen(ending);

    return n > k && strcmp(name + n - k, ending) == 0;
}

static bool is_source(const char *name)
{
    return has_ending(name, ".c") || has_ending(name, ".h")
           || has_ending(name, ".def");
}

static void check_file(struct tree *t, const char *path)
{
    const char *slash = strchr(path, '/');
    struct source s = {.tree = t, .path = path, .line = 1};
    struct err err;
    char *text;

    if (!slash) {
        buf_printf(t->complaints, "%s:1: it stands in no folder\n", path);
        return;
    }
    s.layer = layer_find(t, path, (size_t)(slash - path));
    if (s.layer < 0) {
        buf_printf(t->complaints, "%s:1: the folder %.*s is not in LAYERS\n",
                   path, (int)(slash - path), path);
        return;
    }
    if (file_read(t->arena, path_join(t->arena, t->root, path), &text, NULL,
                  &err)
        < 0) {
        buf_printf(t->complaints, "%s\n", err.text);
        return;
    }
    s.at = text;
    check_text(&s);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

// folder is seen from the root, "" for the root itself.
static void check_folder(struct tree *t, const char *folder)
{
    struct dirent **names = NULL;
    char *full = path_join(t->arena, t->root, folder);
    int n = scandir(full, &names, is_visible, alphasort);

    if (n < 0)
        buf_printf(t->complaints, "%s: cannot read the folder\n", full);
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        char *path = folder[0] ? path_join(t->arena, folder, name)
                               : arena_strdup(t->arena, name);

        if (file_is_dir(path_join(t->arena, t->root, path)))
            check_folder(t, path);
        else if (is_source(name))
            check_file(t, path);
        free(names[i]);
    }
    free(names);
}

void layers_check(struct arena *a, const char *root, struct buf *complaints)
{
    struct tree *t = arena_new(a, struct tree);

    t->arena = a;
    t->root = root;
    t->complaints = complaints;
    if (read_layers(t) == 0)
        check_folder(t, "");
}
