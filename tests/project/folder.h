// folder.h - a temporary folder with files in it, for one test.

#ifndef TESTS_PROJECT_FOLDER_H
#define TESTS_PROJECT_FOLDER_H

#include "base/file.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Absolute, with links resolved.
static inline char *folder_new(struct arena *a)
{
    const char *base = getenv("TMPDIR");
    char *name = arena_printf(a, "%s/refcheck-XXXXXX", base ? base : P_tmpdir);
    char *real;

    assert_non_null(mkdtemp(name));
    real = realpath(name, NULL);
    name = arena_strdup(a, real);
    free(real);
    return name;
}

// Folders at and above name, below dir.
static inline void folder_make(struct arena *a, const char *dir,
                               const char *name)
{
    char *path = path_join(a, dir, name);

    if (file_is_dir(path))
        return;
    if (mkdir(path, 0777) < 0 && errno == ENOENT) {
        folder_make(a, dir, path_dir(a, path));
        assert_int_equal(mkdir(path, 0777), 0);
    }
}

static inline void folder_write(struct arena *a, const char *dir,
                                const char *name, const char *text)
{
    char *path = path_join(a, dir, name);
    FILE *out;

    folder_make(a, dir, path_dir(a, path));
    out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    assert_int_equal(fclose(out), 0);
}

static inline int folder_unlink(const char *path, const struct stat *st,
                                int flag, struct FTW *at)
{
    (void)st;
    (void)flag;
    (void)at;
    return remove(path);
}

static inline void folder_free(const char *dir)
{
    nftw(dir, folder_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
