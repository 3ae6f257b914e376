// declared.h - what a header declares, in order, with what is annotated there.
//
// Plain data, as all of the IR: parse/ makes it, contract/ makes rules of it.

#ifndef IR_DECLARED_H
#define IR_DECLARED_H

#include "ir/ir.h"

enum ir_declared_kind {
    IR_DECLARED_FUNCTION, // decl; its notes stand there
    IR_DECLARED_VARIABLE, // name
    IR_DECLARED_FIELD,    // name, record, is_code
    IR_DECLARED_OTHER     // structs, typedefs, enumerators
};

// A function, or something else that has annotations. What is declared more
// than once is one item.
struct ir_declared {
    enum ir_declared_kind kind;
    struct ir_pos pos;
    uint32_t decl;      // into unit->decls
    const char *name;   // "" when unnamed
    const char *record; // the tag of the struct around a field, "" = none
    bool is_code;       // a pointer to a function
    bool is_foreign;    // not below the root; never a function
    uint32_t nnotes;
    struct ir_note *notes;
};

struct ir_header {
    struct ir_unit *unit; // without bodies
    uint32_t nitems;
    struct ir_declared *items;
};

#endif
