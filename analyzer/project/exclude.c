// exclude.c - patterns for files into fewer units.
//
// A pattern may begin at any folder of a path, and a folder stands for all
// that is in it: "gen", "*.pb.c" and "build/*" need no path in front.

#include "project/project.h"

#include <fnmatch.h>
#include <string.h>

// What is left of an absolute path below root; the path when it is not below.
static const char *below(const char *root, const char *file)
{
    size_t n = root ? strlen(root) : 0;

    if (n == 0 || strncmp(file, root, n) != 0 || file[n] != '/')
        return file;
    return file + n + 1;
}

bool project_matches(const char *root, const char *glob, const char *file)
{
    const char *at = below(root, file);

    if (fnmatch(glob, file, FNM_LEADING_DIR) == 0)
        return true;
    for (; at; at = strchr(at, '/')) {
        at += *at == '/';
        if (fnmatch(glob, at, FNM_LEADING_DIR) == 0)
            return true;
    }
    return false;
}

static bool matches_any(const struct project *p, const char *file,
                        const char *const *globs, size_t n, size_t *hits)
{
    bool found = false;

    for (size_t i = 0; i < n; i++)
        if (project_matches(p->root, globs[i], file)) {
            hits[i]++;
            found = true;
        }
    return found;
}

void project_exclude(struct arena *a, struct project *p,
                     const char *const *globs, size_t n, size_t *ret_hits)
{
    size_t kept = 0;
    size_t cap = 0;

    memset(ret_hits, 0, n * sizeof(*ret_hits));
    for (size_t i = 0; i < p->nunits; i++) {
        const char *file = p->units[i].file;

        if (matches_any(p, file, globs, n, ret_hits))
            arena_push(a, p->excluded, p->nexcluded, cap, below(p->root, file));
        else
            p->units[kept++] = p->units[i];
    }
    p->nunits = kept;
}
