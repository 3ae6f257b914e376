// place.c - see place.h.

#include "report/place.h"

#include "base/file.h"

const char *place_path(struct arena *a, const char *file,
                       const struct report_options *o)
{
    // "<built-in>" and the like are no files.
    if (!file[0] || file[0] == '<' || !o->root)
        return file;
    return path_join(a, o->root, file);
}

const char *place_shown(struct arena *a, const char *file,
                        const struct report_options *o)
{
    const char *path = place_path(a, file, o);

    return o->cwd ? path_below(path, o->cwd) : path;
}

const char *place_condition(const struct finding *f)
{
    if (f->only_oom && f->in_setup)
        return " (only when memory runs out, in code that runs once)";
    if (f->only_oom)
        return " (only when memory runs out)";
    return f->in_setup ? " (in code that runs once)" : "";
}

const char *place_message(struct arena *a, const struct finding *f)
{
    const char *when = place_condition(f);

    return *when ? arena_printf(a, "%s%s", f->text, when) : f->text;
}
