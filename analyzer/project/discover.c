// discover.c - see discover.h and project.h. Looks at names of files only,
// never into them.

#include "project/discover.h"

#include "base/file.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static const char *const vcs_folders[] = {
    ".git", ".hg", ".svn", ".bzr", ".jj", ".pijul", "_darcs", ".fslckout",
};

// Folders that hold builds, likeliest first.
static const char *const build_folders[] = {
    "build", "builddir", "build*", "cmake-build-*", "_build", "out",
};
enum { BUILD_FOLDERS = sizeof(build_folders) / sizeof(*build_folders) };

static bool is_vcs_root(struct arena *a, const char *dir)
{
    for (size_t i = 0; i < sizeof(vcs_folders) / sizeof(*vcs_folders); i++)
        if (file_exists(path_join(a, dir, vcs_folders[i])))
            return true;
    return false;
}

static bool is_top(const char *dir)
{
    return strcmp(dir, "/") == 0;
}

static char *absolute(struct arena *a, const char *path)
{
    return path_join(a, path_cwd(a), path);
}

// The nearest version control root at or above dir, NULL when there is none.
static char *find_vcs_root(struct arena *a, const char *dir)
{
    char *at = absolute(a, dir);

    while (!is_vcs_root(a, at)) {
        if (is_top(at))
            return NULL;
        at = path_dir(a, at);
    }
    return at;
}

char *project_root(struct arena *a, const char *dir)
{
    char *root = find_vcs_root(a, dir);

    return root ? root : absolute(a, dir);
}

static bool is_below(const char *path, const char *folder)
{
    return is_top(folder) || path_below(path, folder) != path;
}

// The nearest folder at or above folder that all units lie below.
static char *common_folder(struct arena *a, const char *folder,
                           const struct project *p)
{
    char *common = arena_strdup(a, folder);

    for (size_t i = 0; i < p->nunits; i++)
        while (!is_below(p->units[i].file, common))
            common = path_dir(a, common);
    return common;
}

const char *root_of_units(struct arena *a, const char *folder,
                          const struct project *p)
{
    char *root = find_vcs_root(a, folder);
    const char *first;

    if (p->nunits == 0)
        return root ? root : folder;
    if (root && is_below(p->units[0].file, root))
        return root;
    first = path_dir(a, p->units[0].file);
    root = find_vcs_root(a, first);
    if (!root)
        root = common_folder(a, folder, p);
    if (is_top(root)) // built far away from the sources
        root = common_folder(a, first, p);
    return is_top(root) ? first : root;
}

static const char *database_in(struct arena *a, const char *dir)
{
    const char *path = path_join(a, dir, COMPDB_NAME);

    return file_exists(path) && !file_is_dir(path) ? path : NULL;
}

struct names {
    char **items;
    size_t count, cap;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// The subfolders of dir, sorted.
static struct names subfolders(struct arena *a, const char *dir)
{
    struct names names = {0};
    struct dirent *e;
    DIR *d = opendir(dir);

    while (d && (e = readdir(d))) {
        const char *name = e->d_name;

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0
            && file_is_dir(path_join(a, dir, name)))
            arena_push(a, names.items, names.count, names.cap,
                       arena_strdup(a, name));
    }
    if (d)
        closedir(d);
    if (names.count)
        qsort(names.items, names.count, sizeof(*names.items), by_name);
    return names;
}

// In dir or, as presets and multi-configuration generators have it, in one
// of its subfolders.
static const char *database_in_build(struct arena *a, const char *dir)
{
    const char *found = database_in(a, dir);
    struct names names;

    if (found)
        return found;
    names = subfolders(a, dir);
    for (size_t i = 0; i < names.count && !found; i++)
        found = database_in(a, path_join(a, dir, names.items[i]));
    return found;
}

static const char *database_of(struct arena *a, const char *dir)
{
    const char *found = database_in(a, dir);
    struct names names;

    if (found)
        return found;
    names = subfolders(a, dir);
    for (size_t b = 0; b < BUILD_FOLDERS; b++)
        for (size_t i = 0; i < names.count && !found; i++)
            if (fnmatch(build_folders[b], names.items[i], 0) == 0)
                found = database_in_build(a, path_join(a, dir, names.items[i]));
    return found;
}

const char *project_discover(struct arena *a, const char *start)
{
    struct arena scratch = {0};
    char *dir = absolute(&scratch, start);
    const char *found;

    if (!file_is_dir(dir))
        dir = path_dir(&scratch, dir);
    while (!(found = database_of(&scratch, dir))) {
        if (is_vcs_root(&scratch, dir) || is_top(dir))
            break;
        dir = path_dir(&scratch, dir);
    }
    if (found)
        found = arena_strdup(a, found);
    arena_release(&scratch);
    return found;
}
