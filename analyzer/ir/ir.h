// ir.h - C functions as blocks of few, simple instructions, and type facts.
//
// The IR is plain data: it holds no handle of the front end, no pointer that is
// not into the same arena, no address, no time. parse/ makes it, ir_verify
// checks it, ir_print shows it, ir_write and ir_read keep it in files, and all
// that comes later reads it and nothing else.
//
// What lowering has taken away already: short circuit, ?:, statement
// expressions, goto, switch fall-through, for/while/do, compound assignment,
// ++ and --, casts that keep the value, parentheses, sizeof (a const),
// __builtin_expect (its first argument), cleanup attributes (calls at each way
// out of the scope), calls that do not return (the block ends unreachable).
//
// How values cross blocks: never as temps (see ops.def). A value needed in
// another block than the one that made it (an argument evaluated before a ?:
// in the next one, the result of && or of ?:) goes through a hidden local.
//
// Indices: types, records, decls, globals, files and temps start at 1; 0 is
// "none". Locals, fields, params and blocks start at 0.

#ifndef IR_IR_H
#define IR_IR_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum ir_op {
#define OP(id, name, dst, a, b) IR_##id,
#include "ir/ops.def"
#undef OP
    IR_OPS
};

// A position in the source. line and column start at 1; column counts bytes.
struct ir_pos {
    uint32_t file; // into ir_unit.files, 0 = unknown
    uint32_t line, col;
};

enum ir_type_kind {
    IR_TYPE_OTHER, // vectors, complex, incomplete, errors: nothing is known
    IR_TYPE_VOID,
    IR_TYPE_INT, // _Bool, char and enums too
    IR_TYPE_FLOAT,
    IR_TYPE_POINTER,  // target
    IR_TYPE_ARRAY,    // target, count (-1 = unknown)
    IR_TYPE_RECORD,   // record
    IR_TYPE_FUNCTION, // target is the result, params are not kept
    IR_TYPE_KINDS
};

// Types are canonical (typedefs and qualifiers gone) and unique in a unit:
// equal types have equal indices. name is the canonical spelling.
struct ir_type {
    enum ir_type_kind kind;
    uint32_t target;
    uint32_t record;
    int64_t count;
    uint32_t size; // in bytes, 0 when unknown
    bool is_unsigned;
    const char *name;
};

struct ir_field {
    const char *name; // "" for an unnamed member
    uint32_t type;
};

struct ir_record {
    const char *name; // tag, or the typedef's name where there is no tag; ""
    bool is_union;
    bool is_complete; // fields are known
    uint32_t nfields;
    struct ir_field *fields;
};

struct ir_param {
    const char *name; // "" when unnamed
    uint32_t type;
};

// A string given with __attribute__((annotate("..."))).
struct ir_note {
    int param; // 0 = the function itself, 1 = its first parameter, ...
    const char *text;
    struct ir_pos pos;
};

// A function that is defined, called or referred to.
struct ir_decl {
    const char *name;
    struct ir_pos pos;
    uint32_t result; // type
    uint32_t nparams;
    struct ir_param *params;
    bool is_variadic;
    bool has_prototype;
    bool is_static;   // internal linkage
    bool is_foreign;  // declared only outside of the project (system, API)
    bool is_implicit; // called without a declaration
    bool is_noreturn;
    uint32_t fn; // 1 + index of its body in ir_unit.fns, 0 = no body here
    uint32_t nnotes;
    struct ir_note *notes;
};

enum ir_init_kind {
    IR_INIT_OTHER,
    IR_INIT_INT,    // value (0 for NULL)
    IR_INIT_STR,    // text
    IR_INIT_FN,     // ref into decls, seen through casts and &
    IR_INIT_GLOBAL, // ref into globals, likewise
    IR_INIT_KINDS
};

// One scalar of a global's initialiser: `element` of the outermost array (0
// when it is none), field `field` of `record` (record 0: not in a struct; the
// innermost one where structs nest). Tables of functions are read from these.
struct ir_init {
    uint32_t element;
    uint32_t record;
    uint32_t field;
    enum ir_init_kind kind;
    int64_t value;
    uint32_t ref;
    const char *text;
    struct ir_pos pos;
};

struct ir_global {
    const char *name;
    struct ir_pos pos;
    uint32_t type;
    bool is_static; // internal linkage, or a static local
    bool is_const;
    bool is_foreign;      // declared only outside of the project
    const char *function; // of a static local: the function it stands in, or ""
    uint32_t ninits;
    struct ir_init *inits;
};

struct ir_ins {
    enum ir_op op;
    uint32_t dst;
    uint32_t a, b;
    uint32_t ref;     // decl, global, record or local: see ops.def
    int64_t imm;      // constant, or field number
    uint32_t type;    // of the result; of the value stored, copied or zeroed
    const char *text; // of a string literal (cut at its first NUL), or ""
    uint32_t nargs;
    uint32_t *args;        // temps
    struct ir_pos at;      // where the user wrote it (outermost expansion)
    struct ir_pos spelled; // where its text stands when that is in a macro's
                           // body, else file 0
    const char *macro;     // the outermost macro it came out of, or ""
};

enum ir_end {
    IR_JUMP,        // succ[0]
    IR_BRANCH,      // succ[0] when `value` is not 0, else succ[1]
    IR_SWITCH,      // succ[i] for cases[i], the last succ for all other values
    IR_CHOOSE,      // any succ (computed goto, asm goto)
    IR_RETURN,      // `value` or 0
    IR_UNREACHABLE, // behind a call that does not return
    IR_ENDS
};

struct ir_case {
    int64_t lo, hi; // inclusive
};

struct ir_block {
    uint32_t nins;
    struct ir_ins *ins;
    enum ir_end end;
    uint32_t value; // temp
    uint32_t nsucc;
    uint32_t *succ;        // block numbers
    struct ir_case *cases; // nsucc - 1 of them for a switch
    struct ir_pos at;      // of the end: the if, return, goto, closing brace
    struct ir_pos spelled; // these two as in ir_ins
    const char *macro;
};

struct ir_local {
    const char *name; // "" when hidden
    uint32_t type;
    struct ir_pos pos;
    bool is_param;  // the parameters are the first locals, in order
    bool is_hidden; // made by lowering
};

struct ir_fn {
    uint32_t decl;
    struct ir_pos pos;   // of the name
    struct ir_pos end;   // of the closing brace
    const char *problem; // why it cannot be analysed, or ""; then no blocks
    struct ir_pos problem_at;
    uint32_t nlocals;
    struct ir_local *locals;
    uint32_t nblocks;
    struct ir_block *blocks; // [0] is the entry, all are reachable from it,
                             // in reverse post order
    uint32_t ntemps;         // temps are 1..ntemps
};

// A message of the front end: an error, by which functions may be lost.
struct ir_problem {
    struct ir_pos pos;
    const char *text;
};

struct ir_unit {
    const char *main; // the unit's main file, as in files
    uint32_t nfiles, ntypes, nrecords, ndecls, nglobals, nfns, nproblems;
    const char **files; // [1..nfiles], relative to the project root if below
    struct ir_type *types;
    struct ir_record *records;
    struct ir_decl *decls;
    struct ir_global *globals;
    struct ir_fn *fns;           // [0..nfns-1], in order of position
    struct ir_problem *problems; // [0..nproblems-1]
    // Facts asked for by the rules: macros like the API's version, by name.
    uint32_t nmacros;
    struct ir_macro {
        const char *name, *value; // value as text, "" when not defined
    } *macros;
};

const char *ir_op_name(enum ir_op op);
bool ir_op_has_dst(enum ir_op op);

// a op b for the binary operators on known numbers: true and *ret when C says
// what it is; false for others, for a division by 0 and the like.
bool ir_fold(enum ir_op op, bool is_unsigned, int64_t a, int64_t b,
             int64_t *ret);
// The instruction of a block that sets temp; NULL when none does. O(block).
const struct ir_ins *ir_maker(const struct ir_block *b, uint32_t temp);

// Does fn (and what it refers to in unit) keep every invariant of this header
// and of ops.def? Returns 0, or -1 with the first violation in err. O(size).
int ir_verify(const struct ir_unit *unit, struct err *err);
int ir_verify_fn(const struct ir_unit *unit, const struct ir_fn *fn,
                 struct err *err);

// The text form: stable, for people and golden tests. ir_print prints the
// whole unit (files, tables that are not foreign, then functions).
void ir_print(FILE *out, const struct ir_unit *unit);
void ir_print_fn(FILE *out, const struct ir_unit *unit, const struct ir_fn *fn);
// One instruction or block end, without newline.
void ir_print_ins(FILE *out, const struct ir_unit *unit, const struct ir_fn *fn,
                  const struct ir_ins *ins);
void ir_print_end(FILE *out, const struct ir_unit *unit, const struct ir_fn *fn,
                  const struct ir_block *b);
// Graphviz: one cluster a function, blocks as boxes. One whole graph; fn NULL
// is all functions of the unit.
void ir_print_dot(FILE *out, const struct ir_unit *unit,
                  const struct ir_fn *fn);

// The file form: the same bytes for the same unit. ir_write returns 0 or -1
// with err (path names the file in messages). ir_read reads what ir_write
// wrote; a damaged or foreign file is an error, never a crash, and what was
// read has passed ir_verify. The unit lives in a.
int ir_write(FILE *out, const char *path, const struct ir_unit *unit,
             struct err *err);
int ir_read(struct arena *a, const char *data, size_t size, const char *path,
            struct ir_unit **ret_unit, struct err *err);

#endif
