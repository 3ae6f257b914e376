// output.c - see output.h.

#include "app/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool wants_color(const struct options *o, FILE *out)
{
    const char *no = getenv("NO_COLOR");

    if (o->color != COLOR_AUTO)
        return o->color == COLOR_ALWAYS;
    return isatty(fileno(out)) && !(no && no[0]);
}

FILE *output_begin(const struct options *o, struct report_options *ret_look,
                   struct err *err)
{
    FILE *out = o->output ? fopen(o->output, "w") : stdout;

    if (!out) {
        err_set(err, o->output, 0, "cannot write: %s", strerror(errno));
        return NULL;
    }
    ret_look->color = wants_color(o, out);
    ret_look->excerpt =
        !o->no_excerpt && (isatty(fileno(out)) || ret_look->color);
    return out;
}

int output_end(const struct options *o, FILE *out, struct err *err)
{
    bool failed = fflush(out) != 0 || ferror(out);

    if (o->output)
        failed = fclose(out) != 0 || failed;
    if (!failed)
        return 0;
    err_set(err, o->output ? o->output : "stdout", 0, "cannot write: %s",
            strerror(errno));
    return -1;
}
