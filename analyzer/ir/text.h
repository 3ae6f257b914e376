// text.h - words for what an index means, for the printers. Private to ir/.
//
// These never fail: the printers are also used to look at units that do not
// verify, so an index out of range is shown as "?12".

#ifndef IR_TEXT_H
#define IR_TEXT_H

#include "ir/ir.h"

// s in quotes, as in C; all but printable ASCII is escaped.
void text_quoted(FILE *out, const char *s);
void text_type(FILE *out, const struct ir_unit *unit, uint32_t type);
void text_record(FILE *out, const struct ir_unit *unit, uint32_t record);
void text_decl(FILE *out, const struct ir_unit *unit, uint32_t decl);
void text_global(FILE *out, const struct ir_unit *unit, uint32_t global);
void text_field(FILE *out, const struct ir_unit *unit, uint32_t record,
                int64_t field);
void text_local(FILE *out, const struct ir_fn *fn, uint32_t local);
void text_pos(FILE *out, const struct ir_unit *unit, struct ir_pos pos);
// "  ; file.c:1:2"
void text_at(FILE *out, const struct ir_unit *unit, struct ir_pos pos);

#endif
