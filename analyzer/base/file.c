// file.c - see file.h.

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Reads in pieces, not by size: pipes and /dev/stdin have none.
static int read_all(struct arena *a, FILE *in, char **ret_text,
                    size_t *ret_size)
{
    size_t cap = 65536;
    size_t used = 0;
    char *text = arena_alloc(a, cap + 1, 1);

    // fread returns less than was asked for only at the end or on an error.
    while ((used += fread(text + used, 1, cap - used, in)) == cap) {
        char *more = arena_alloc(a, cap * 2 + 1, 1);

        memcpy(more, text, used);
        text = more;
        cap *= 2;
    }
    if (ferror(in))
        return -1;
    text[used] = '\0';
    *ret_text = text;
    if (ret_size)
        *ret_size = used;
    return 0;
}

int file_read(struct arena *a, const char *path, char **ret_text,
              size_t *ret_size, struct err *err)
{
    int r = -1;
    FILE *in = NULL;

    if (file_is_dir(path)) {
        err_set(err, path, 0, "cannot read: it is a folder");
        goto out;
    }
    in = fopen(path, "rb");
    if (!in) {
        err_set(err, path, 0, "cannot open: %s", strerror(errno));
        goto out;
    }
    r = read_all(a, in, ret_text, ret_size);
    if (r < 0)
        err_set(err, path, 0, "cannot read: %s", strerror(errno));
out:
    if (in)
        fclose(in);
    return r;
}

bool file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}

bool file_is_dir(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

// Fold ".", ".." and "//" in place. There is room for one more byte.
static void fold(char *path)
{
    bool absolute = path[0] == '/';
    char *out = path + absolute;
    char *floor = out; // ".." may not go above this
    char *in = path;

    while (*in) {
        char *part = in += strspn(in, "/");
        size_t n = strcspn(in, "/");

        in += n;
        if (n == 0 || (n == 1 && part[0] == '.'))
            continue;
        if (n == 2 && part[0] == '.' && part[1] == '.') {
            if (out > floor) {
                out--; // the slash
                while (out > floor && out[-1] != '/')
                    out--;
                continue;
            }
            if (absolute)
                continue;
            memmove(out, "../", 3);
            out += 3;
            floor = out;
            continue;
        }
        memmove(out, part, n);
        out += n;
        // A slash always fits: either one was there, or the text ends here.
        if (*in)
            *out++ = '/';
        else
            *out = '\0';
    }
    if (out > path + absolute && out[-1] == '/')
        out--;
    if (out == path)
        *out++ = '.';
    *out = '\0';
}

char *path_join(struct arena *a, const char *dir, const char *name)
{
    // An empty dir is no root: "" and "x" are "x".
    char *path = name[0] == '/' || !dir[0]
                     ? arena_printf(a, "%s ", name)
                     : arena_printf(a, "%s/%s ", dir, name);

    path[strlen(path) - 1] = '\0'; // the spare byte leaves room for "."
    fold(path);
    return path;
}

char *path_dir(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return arena_strdup(a, ".");
    if (slash == path)
        return arena_strdup(a, "/");
    return arena_strndup(a, path, (size_t)(slash - path));
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *path_below(const char *path, const char *root)
{
    size_t n = strlen(root);

    while (n > 1 && root[n - 1] == '/')
        n--;
    if (n == 1 && root[0] == '/')
        return path[0] == '/' && path[1] ? path + 1 : path;
    if (strncmp(path, root, n) == 0 && path[n] == '/' && path[n + 1])
        return path + n + 1;
    return path;
}

char *path_cwd(struct arena *a)
{
    char *cwd = get_current_dir_name();
    char *copy = arena_strdup(a, cwd ? cwd : "/");

    free(cwd);
    return copy;
}
