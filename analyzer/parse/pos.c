// pos.c - from libclang's locations to files, lines and macro names.
//
// `at` is where the user wrote something: for an argument of a macro the
// argument itself, for the body of a macro the outermost use. Only what comes
// out of a macro's body has a second position and a macro name.

#include "base/file.h"
#include "parse/lower.h"

#include <string.h>

const char *unit_name(struct unit *u, const char *s, size_t n)
{
    char *copy;
    const char *known;
    char small[128];

    if (n < sizeof(small)) {
        memcpy(small, s, n);
        small[n] = '\0';
        known = map_get(&u->names, small);
        if (known)
            return known;
    }
    copy = arena_strndup(u->a, s, n);
    if (n < sizeof(small))
        map_set(u->scratch, &u->names, copy, copy);
    return copy;
}

const char *unit_string(struct unit *u, CXString s)
{
    const char *text = clang_getCString(s);
    const char *copy = text ? unit_name(u, text, strlen(text)) : "";

    clang_disposeString(s);
    return copy;
}

static bool is_foreign_path(const struct unit *u, const char *path)
{
    const char *root = u->options->root;

    if (strcmp(path, u->main_path) == 0)
        return false;
    if (!root || path_below(path, root) == path)
        return true;
    return u->api_dir && strcmp(path_dir(u->scratch, path), u->api_dir) == 0;
}

static uint32_t add_source(struct unit *u, CXFile file)
{
    CXString name = clang_getFileName(file);
    const char *text = clang_getCString(name);
    struct source_file s = {0};

    s.path = path_join(u->a, u->directory, text ? text : "");
    clang_disposeString(name);
    s.is_foreign = is_foreign_path(u, s.path);
    arena_push(u->scratch, u->sources, u->nsources, u->cap_sources, s);
    ptrmap_set(u->scratch, &u->files, file, u->nsources);
    return (uint32_t)u->nsources;
}

struct source_file *pos_source(struct unit *u, CXFile file)
{
    uint32_t index;

    if (!file)
        return NULL;
    if (file != u->last_file) {
        index = (uint32_t)ptrmap_get(&u->files, file);
        u->last_index = index ? index : add_source(u, file);
        u->last_file = file;
    }
    return &u->sources[u->last_index - 1];
}

// Only files that the IR has a position in are on its list.
uint32_t pos_file(struct unit *u, CXFile file)
{
    struct source_file *s = pos_source(u, file);
    const char *root = u->options->root;
    size_t count = u->ir->nfiles + 1u;

    if (!s)
        return 0;
    if (!s->index) {
        const char *shown = root ? path_below(s->path, root) : s->path;

        arena_push(u->a, u->ir->files, count, u->cap_files, shown);
        s->index = ++u->ir->nfiles;
    }
    return s->index;
}

struct ir_pos pos_of(struct unit *u, CXSourceLocation loc)
{
    CXFile file = NULL;
    unsigned line = 0, col = 0;

    clang_getFileLocation(loc, &file, &line, &col, NULL);
    if (!file)
        return (struct ir_pos){0};
    return (struct ir_pos){pos_file(u, file), line, col};
}

const char *pos_text(struct unit *u, CXFile file, size_t *ret_size)
{
    struct source_file *s = pos_source(u, file);

    *ret_size = 0;
    if (!s)
        return "";
    if (!s->text) {
        s->text = clang_getFileContents(u->tu, file, &s->size);
        if (!s->text)
            s->text = "", s->size = 0;
    }
    *ret_size = s->size;
    return s->text;
}

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

static const char *word_at(struct unit *u, CXFile file, unsigned offset)
{
    size_t size;
    const char *text = pos_text(u, file, &size);
    size_t end = offset;

    while (end < size && is_word_char(text[end]))
        end++;
    return end > offset ? unit_name(u, text + offset, end - offset) : "";
}

const char *pos_word(struct unit *u, CXCursor c)
{
    CXFile file = NULL;
    unsigned offset = 0;

    clang_getSpellingLocation(clang_getCursorLocation(c), &file, NULL, NULL,
                              &offset);
    return file ? word_at(u, file, offset) : "";
}

static const char *macro_at(struct unit *u, CXSourceLocation loc)
{
    CXFile file = NULL;
    unsigned offset = 0;

    clang_getExpansionLocation(loc, &file, NULL, NULL, &offset);
    if (!file)
        return "";
    if (file != u->macro_file || offset != u->macro_offset || !u->macro_name) {
        u->macro_file = file;
        u->macro_offset = offset;
        u->macro_name = word_at(u, file, offset);
    }
    return u->macro_name;
}

static bool find_where(struct unit *u, CXSourceLocation loc, struct where *ret)
{
    CXFile at = NULL, spelled = NULL;
    unsigned line, col, offset, sline, scol, soffset;

    clang_getFileLocation(loc, &at, &line, &col, &offset);
    if (!at)
        return false;
    clang_getSpellingLocation(loc, &spelled, &sline, &scol, &soffset);
    *ret = (struct where){.at = {pos_file(u, at), line, col}, .macro = ""};
    if (soffset == offset && spelled == at)
        return true;
    ret->macro = macro_at(u, loc);
    // Text that a macro pasted together stands in no file.
    if (spelled)
        ret->spelled = (struct ir_pos){pos_file(u, spelled), sline, scol};
    return true;
}

// An operator and its first operand begin at the same place, so the last few
// answers are worth keeping. What has no place keeps that of what is around it.
void pos_where(struct unit *u, CXCursor c, struct where *ret)
{
    CXSourceLocation loc = clang_getCursorLocation(c);
    struct where w;

    for (unsigned i = 0; i < WHERE_KEPT; i++) {
        if (clang_equalLocations(loc, u->where_loc[i])) {
            *ret = u->where[i];
            return;
        }
    }
    if (!find_where(u, loc, &w))
        return;
    *ret = w;
    u->where_loc[u->where_next] = loc;
    u->where[u->where_next] = w;
    u->where_next = (u->where_next + 1) % WHERE_KEPT;
}

bool pos_is_project(struct unit *u, CXSourceLocation loc)
{
    CXFile file = NULL;

    clang_getFileLocation(loc, &file, NULL, NULL, NULL);
    return file && !pos_source(u, file)->is_foreign
           && !clang_Location_isInSystemHeader(loc);
}
