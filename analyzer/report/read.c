// read.c - findings of an earlier run, back from JSON lines. See finding_read.

#include "report/place.h"
#include "report/unpack.h"

#include <string.h>

// The condition is said by keys of its own.
static void cut_condition(struct arena *a, struct finding *f)
{
    const char *condition = place_condition(f);
    size_t n = strlen(f->text), cut = strlen(condition);

    if (cut && n >= cut && strcmp(f->text + n - cut, condition) == 0)
        f->text = arena_strndup(a, f->text, n - cut);
}

int finding_read(struct arena *a, const char *line, struct finding *ret,
                 struct err *err)
{
    if (unpack_finding(a, line, arena_strdup, ret, err) < 0)
        return -1;
    cut_condition(a, ret);
    return 0;
}
