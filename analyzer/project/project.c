// project.c - the units of a project: adding one, finding some.

#include "project/project.h"

#include "base/file.h"

#include <string.h>
#include <sys/stat.h>

void project_add(struct arena *a, struct project *p, const char *file,
                 const char *const *args, size_t nargs)
{
    struct project_unit u = {.directory = path_cwd(a), .nargs = nargs};

    u.file = path_join(a, u.directory, file);
    u.args = arena_array(a, const char *, nargs + 1);
    for (size_t i = 0; i < nargs; i++)
        u.args[i] = arena_strdup(a, args[i]);
    if (!p->root)
        p->root = project_root(a, path_below(u.file, u.directory) == u.file
                                      ? path_dir(a, u.file)
                                      : u.directory);
    arena_push(a, p->units, p->nunits, p->cap, u);
}

static size_t find_by_name(const struct project *p, const char *file,
                           size_t *ret_first)
{
    size_t found = 0;

    for (size_t i = p->nunits; i-- > 0;) {
        if (strcmp(p->units[i].file, file) == 0) {
            found++;
            *ret_first = i;
        }
    }
    return found;
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat sa;
    struct stat sb;

    return strcmp(path_base(a), path_base(b)) == 0 && stat(a, &sa) == 0
           && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev
           && sa.st_ino == sb.st_ino;
}

// Folders are often reached through links: a database names one way, its user
// another.
static const char *name_in_project(const struct project *p, const char *file)
{
    for (size_t i = 0; i < p->nunits; i++)
        if (is_same_file(p->units[i].file, file))
            return p->units[i].file;
    return NULL;
}

size_t project_find(const struct project *p, const char *file,
                    size_t *ret_first)
{
    struct arena a = {0};
    const char *path = path_join(&a, path_cwd(&a), file);
    size_t found = find_by_name(p, path, ret_first);

    if (found == 0) {
        path = name_in_project(p, path);
        if (path)
            found = find_by_name(p, path, ret_first);
    }
    arena_release(&a);
    return found;
}
