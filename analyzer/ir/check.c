// check.c - the verifier's small checks and the text of its complaints.

#include "ir/check.h"

#include <stdio.h>

static const char *fn_name(const struct check *c)
{
    uint32_t d = c->fn->decl;

    if (!c->unit->decls || d < 1 || d > c->unit->ndecls)
        return "?";
    return c->unit->decls[d].name ? c->unit->decls[d].name : "?";
}

// "function f, block 2, instruction 3 (call): "
static void place(const struct check *c, char *text, size_t size)
{
    size_t n = 0;

    text[0] = '\0';
    if (!c->fn)
        return;
    n += (size_t)snprintf(text, size, "function %.200s", fn_name(c));
    if (c->block)
        n += (size_t)snprintf(text + n, size - n, ", block %zu",
                              (size_t)(c->block - c->fn->blocks));
    if (c->block && c->ins)
        n += (size_t)snprintf(text + n, size - n, ", instruction %zu (%s)",
                              (size_t)(c->ins - c->block->ins),
                              ir_op_name(c->ins->op));
    snprintf(text + n, size - n, ": ");
}

int check_fail(const struct check *c, const char *fmt, ...)
{
    char where[400];
    char what[400];
    va_list ap;

    place(c, where, sizeof(where));
    va_start(ap, fmt);
    vsnprintf(what, sizeof(what), fmt, ap);
    va_end(ap);
    err_set(c->err, NULL, 0, "invalid IR: %s%s", where, what);
    return -1;
}

int check_array(const struct check *c, const void *array, uint32_t count,
                const char *what)
{
    if (count && !array)
        return check_fail(c, "%u %s, but no array of them", count, what);
    return 0;
}

int check_string(const struct check *c, const char *s, const char *what)
{
    return s ? 0 : check_fail(c, "%s is NULL", what);
}

int check_pos(const struct check *c, struct ir_pos pos, const char *what)
{
    if (pos.file > c->unit->nfiles)
        return check_fail(c, "%s is in file %u of %u", what, pos.file,
                          c->unit->nfiles);
    if (pos.file && (pos.line < 1 || pos.col < 1))
        return check_fail(c, "%s has line %u, column %u", what, pos.line,
                          pos.col);
    return 0;
}

int check_index(const struct check *c, uint32_t index, uint32_t count,
                const char *what)
{
    if (index < 1 || index > count)
        return check_fail(c, "%s %u is not in 1..%u", what, index, count);
    return 0;
}

int check_type(const struct check *c, uint32_t type, const char *what)
{
    return check_index(c, type, c->unit->ntypes, what);
}
