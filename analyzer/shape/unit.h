// unit.h - shape/ only: one unit while it is looked at.

#ifndef SHAPE_UNIT_H
#define SHAPE_UNIT_H

#include "shape/shape.h"

struct shape {
    struct arena *results;
    struct arena scratch; // for one call or table
    const struct ir_unit *ir;
    const struct rules *rules;
    int version;                                // of the API, 0 = unknown
    uint32_t int_size, long_size, pointer_size; // of the target, 0 = unknown
    struct finding_list *findings;
};

// Where an instruction stands.
struct spot {
    const struct ir_fn *fn;
    const struct ir_block *block;
};

// A place that a note points to; text NULL: no note.
struct shape_note {
    struct ir_pos pos;
    const char *text;
};

void shape_find_sizes(struct shape *s); // those of the target's types

void shape_report(struct shape *s, const struct finding *what,
                  struct ir_pos pos, struct shape_note note);

// types.c - types against the words of the rules.

// Can something of this type surely not be what the word says? Types of the
// same size and kind never clash.
bool type_clashes(const struct shape *s, enum ctype want, uint32_t type);
uint32_t ctype_size(const struct shape *s, enum ctype t); // 0 = unknown
// "an int (4 bytes)", "a long (8 bytes)".
const char *type_described(struct shape *s, uint32_t type);
const char *ctype_described(struct shape *s, enum ctype t);

// values.c - what a temp is, as far as the function shows it.

// The name of what a temp is the value or the address of; "" when it has none.
const char *value_name(struct shape *s, struct spot at, uint32_t temp);
// The texts that a temp can be the address of: literals, also through ?:, a
// variable that is set once, constant arrays. False when that is not known.
struct texts {
    size_t count;
    const char *items[8];
};
bool value_texts(struct shape *s, struct spot at, uint32_t temp,
                 struct texts *ret);
// The names in a list of strings that ends with NULL.
struct name_list {
    size_t count;
    bool ends;        // a NULL stands behind the last
    const char *name; // of the list
    struct ir_pos pos;
};
bool value_names(const struct shape *s, struct spot at, uint32_t temp,
                 struct name_list *ret);
// Can it be NULL, as far as this function goes, or is that not known?
bool value_may_be_null(struct spot at, uint32_t temp);

// format.c - a format as the arguments that it takes.

struct format {
    bool known;        // all of it was understood
    size_t nargs;      // of the call, behind the named ones
    size_t nparams;    // what it describes: pieces in brackets are one
    const char *wrong; // why a call with it cannot work, or NULL
    bool at_times;     // it does when it leaves out what is optional
    const char *lead;  // what stands before each unit
    struct {
        const char *unit;
        const struct effect *effect;
    } args[64];
};

void format_read(struct shape *s, const struct grammar *g, const char *text,
                 struct format *ret);

// calls.c - the variable arguments of one call.
bool call_has_rules(const struct contract *c);
void call_check(struct shape *s, struct spot at, const struct ir_ins *call,
                const struct contract *c);

// tables.c - functions in tables, and the ends of these.
void tables_check(struct shape *s);
// One that code puts into a field.
void table_stored(struct shape *s, const struct ir_block *b,
                  const struct ir_ins *store);

// type_cycle.c - types whose objects can hold each other.
struct lives;
void type_cycles_check(struct arena *results, const struct lives *l,
                       struct finding_list *findings);

// members.c - members against the types of their fields.
struct life_type;
// null_fields.c - methods against the fields that can be NULL.
void null_fields_check(struct shape *s, const struct lives *l,
                       const struct life_type *t);

void members_check(struct shape *s, const struct lives *l,
                   const struct life_type *t);

#endif
