// text.c - see text.h.

#include "ir/text.h"

#include <inttypes.h>
#include <string.h>

void text_quoted(FILE *out, const char *s)
{
    fputc('"', out);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c == '\t')
            fputs("\\t", out);
        else if (c < ' ' || c > '~')
            fprintf(out, "\\%03o", c); // three digits: no hex that runs on
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static bool is_in(const void *table, uint32_t index, uint32_t count)
{
    return table && index >= 1 && index <= count;
}

static void name_or_index(FILE *out, const char *name, uint32_t index)
{
    if (name && name[0])
        fputs(name, out);
    else
        fprintf(out, "?%" PRIu32, index);
}

void text_type(FILE *out, const struct ir_unit *unit, uint32_t type)
{
    bool known = is_in(unit->types, type, unit->ntypes);

    name_or_index(out, known ? unit->types[type].name : NULL, type);
}

void text_record(FILE *out, const struct ir_unit *unit, uint32_t record)
{
    const struct ir_record *r;

    if (!is_in(unit->records, record, unit->nrecords)) {
        fprintf(out, "?%" PRIu32, record);
        return;
    }
    r = &unit->records[record];
    fprintf(out, "%s ", r->is_union ? "union" : "struct");
    name_or_index(out, r->name, record);
}

void text_decl(FILE *out, const struct ir_unit *unit, uint32_t decl)
{
    bool known = is_in(unit->decls, decl, unit->ndecls);

    name_or_index(out, known ? unit->decls[decl].name : NULL, decl);
}

void text_global(FILE *out, const struct ir_unit *unit, uint32_t global)
{
    bool known = is_in(unit->globals, global, unit->nglobals);

    name_or_index(out, known ? unit->globals[global].name : NULL, global);
}

void text_field(FILE *out, const struct ir_unit *unit, uint32_t record,
                int64_t field)
{
    const char *name = NULL;

    if (is_in(unit->records, record, unit->nrecords) && field >= 0
        && field < unit->records[record].nfields)
        name = unit->records[record].fields[field].name;
    if (name && name[0])
        fputs(name, out);
    else
        fprintf(out, "%" PRId64, field);
}

void text_local(FILE *out, const struct ir_fn *fn, uint32_t local)
{
    const char *name = NULL;

    if (fn->locals && local < fn->nlocals)
        name = fn->locals[local].name;
    if (!name || !name[0]) {
        fprintf(out, "$%" PRIu32, local);
        return;
    }
    fputs(name, out);
    // Names of inner scopes may hide others: number all but the first.
    for (uint32_t i = 0; i < local; i++)
        if (fn->locals[i].name && strcmp(fn->locals[i].name, name) == 0) {
            fprintf(out, "$%" PRIu32, local);
            return;
        }
}

void text_pos(FILE *out, const struct ir_unit *unit, struct ir_pos pos)
{
    if (is_in(unit->files, pos.file, unit->nfiles) && unit->files[pos.file])
        fputs(unit->files[pos.file], out);
    else
        fprintf(out, "?%" PRIu32, pos.file);
    fprintf(out, ":%" PRIu32 ":%" PRIu32, pos.line, pos.col);
}

void text_at(FILE *out, const struct ir_unit *unit, struct ir_pos pos)
{
    if (!pos.file)
        return;
    fputs("  ; ", out);
    text_pos(out, unit, pos);
}
