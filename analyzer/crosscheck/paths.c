// paths.c - see paths.h.

#include "crosscheck/paths.h"

#include <stdbool.h>
#include <string.h>

// The part that ends before *end, which moves before it; ".." takes the part
// in front of it away. Empty at the beginning.
static size_t last_part(const char *path, const char **end, const char **ret)
{
    size_t skip = 0;

    for (;;) {
        const char *e = *end;
        const char *s;
        size_t n;

        while (e > path && e[-1] == '/')
            e--;
        for (s = e; s > path && s[-1] != '/';)
            s--;
        n = (size_t)(e - s);
        *end = s;
        *ret = s;
        if (n == 0)
            return 0;
        if (n == 2 && s[0] == '.' && s[1] == '.')
            skip++;
        else if (n == 1 && s[0] == '.')
            continue;
        else if (skip > 0)
            skip--;
        else
            return n;
    }
}

size_t paths_alike(const char *name, const char *other)
{
    const char *a = name + strlen(name);
    const char *b = other + strlen(other);

    for (size_t alike = 0;; alike++) {
        const char *x;
        const char *y;
        size_t n = last_part(name, &a, &x);
        size_t m = last_part(other, &b, &y);

        // A path from the root does not go on in front of it.
        if (n == 0 || m == 0)
            return (n && *other == '/') || (m && *name == '/') ? 0 : alike;
        if (n != m || memcmp(x, y, n) != 0)
            return 0;
    }
}
