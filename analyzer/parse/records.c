// records.c - the fields of structs and unions.
//
// Filled in when first asked for and, for the rest, at the end of the unit, so
// that records that contain each other need no recursion.

#include "parse/lower.h"

#include <string.h>

struct filling {
    struct unit *u;
    uint32_t record;
    struct ir_field *fields;
    size_t n, cap;
};

static enum CXVisitorResult add_field(CXCursor c, CXClientData arg)
{
    struct filling *fill = arg;
    struct unit *u = fill->u;
    const char *name = unit_string(u, clang_getCursorSpelling(c));
    struct ir_field field = {.name = strpbrk(name, "( ") ? "" : name,
                             .type = type_of_cursor(u, c)};

    ptrmap_set(u->scratch, &u->fields, c.data[0],
               (uint64_t)fill->record << 32 | fill->n);
    arena_push(u->a, fill->fields, fill->n, fill->cap, field);
    return CXVisit_Continue;
}

const struct ir_record *record_at(struct unit *u, uint32_t record)
{
    struct filling fill = {.u = u, .record = record};
    struct ir_record *r;

    if (!u->record_filled[record]) {
        u->record_filled[record] = true;
        clang_Type_visitFields(u->record_types[record], add_field, &fill);
        r = &u->ir->records[record];
        r->fields = fill.fields;
        r->nfields = (uint32_t)fill.n;
        r->is_complete = clang_Type_getSizeOf(u->record_types[record]) >= 0;
    }
    return &u->ir->records[record];
}

void records_fill_all(struct unit *u)
{
    for (uint32_t i = 1; i <= u->ir->nrecords; i++)
        record_at(u, i);
}

unsigned field_path(struct unit *u, uint32_t record, CXCursor field,
                    struct field_step *ret_steps)
{
    uint64_t found;
    const struct ir_record *r = record_at(u, record);

    found = ptrmap_get(&u->fields, field.data[0]);
    if (found && found >> 32 == record) {
        ret_steps[0] = (struct field_step){record, (uint32_t)found};
        return 1;
    }
    for (uint32_t i = 0; i < r->nfields; i++) {
        uint32_t type = r->fields[i].type;
        unsigned n;

        if (r->fields[i].name[0] || !type_is_record(u, type))
            continue;
        n = field_path(u, type_at(u, type)->record, field, ret_steps + 1);
        r = record_at(u, record);
        if (n && n < FIELD_PATH_MAX) {
            ret_steps[0] = (struct field_step){record, i};
            return n + 1;
        }
    }
    return 0;
}
