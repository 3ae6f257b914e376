// lower.h - what the files of this folder share while one unit is lowered.
//
// A unit (struct unit) is one parsed file and the tables of its IR; a body
// (struct body) is one function being lowered. Cursors and types of libclang
// are known by the pointers in their data[], which stay the same as long as
// the translation unit lives.

#ifndef PARSE_LOWER_H
#define PARSE_LOWER_H

#include "base/arena.h"
#include "base/map.h"
#include "ir/declared.h"
#include "parse/parse.h"

#include <clang-c/Index.h>

#include <stdbool.h>
#include <stdint.h>

// ptrmap.c - from pointers to numbers; 0 is "not there".

struct ptrmap {
    struct ptrmap_slot *slots;
    size_t count, cap; // cap is a power of two
};

uint64_t ptrmap_get(const struct ptrmap *m, const void *key);
void ptrmap_set(struct arena *a, struct ptrmap *m, const void *key,
                uint64_t value);

// The unit.

struct where {
    struct ir_pos at, spelled;
    const char *macro;
};

struct source_file {
    const char *path; // absolute
    uint32_t index;   // into ir->files, 0 = not on the list yet
    bool is_foreign;
    const char *text; // read when first needed
    size_t size;
};

enum builtin {
    BUILTIN_NONE,     // an ordinary function
    BUILTIN_FIRST,    // its value is its first argument
    BUILTIN_STOP,     // never reached
    BUILTIN_ASSUME,   // its argument holds
    BUILTIN_EVALUATE, // known to the compiler or not at all
};

struct redecl { // the declarations that the project has of one function
    CXCursor cursor;
    struct redecl *next;
};

struct cursors {
    CXCursor *c;
    size_t n, cap;
};

enum { WHERE_KEPT = 4 };

struct unit {
    struct arena *a;       // the IR
    struct arena *scratch; // until the unit is done
    struct arena *body;    // until the function is done
    struct ir_unit *ir;
    CXTranslationUnit tu;
    CXPrintingPolicy policy; // made when first needed
    const struct parse_options *options;
    const char *directory;
    const char *main_path;
    const char *api_dir; // folder of the API's headers, or NULL
    CXFile *api_files;   // included files in that folder
    size_t napi_files, cap_api_files;
    CXFile *included;
    size_t nincluded, cap_included;

    size_t cap_files, cap_types, cap_records, cap_decls, cap_globals, cap_fns,
        cap_problems;
    struct source_file *sources; // all files looked at
    size_t nsources, cap_sources;
    CXFile last_file;
    uint32_t last_index; // 1 + place in sources

    struct ptrmap files;    // CXFile -> 1 + place in sources
    struct ptrmap types;    // type -> index
    struct ptrmap pointers; // pointer type to index n -> index
    struct map type_names;  // composed name -> index
    struct ptrmap fields;   // FieldDecl -> record << 32 | field number
    uint32_t *type_places;  // parallel to ir->types, see types.c
    size_t cap_type_places;
    CXType *record_types; // parallel to ir->records
    size_t cap_record_types;
    bool *record_filled;
    size_t cap_record_filled;
    struct ptrmap decls; // any FunctionDecl -> index
    struct ptrmap decl_by_canonical;
    struct ptrmap redecls;  // canonical FunctionDecl -> struct redecl *
    enum builtin *builtins; // parallel to ir->decls
    size_t cap_builtins;
    struct ptrmap globals; // any VarDecl -> index
    struct map fn_by_name; // for cleanup functions, filled when needed
    bool fn_by_name_filled;

    CXSourceLocation *errors;    // parallel to ir->problems
    struct places *error_places; // likewise, made when first asked for
    size_t nerrors, cap_errors;

    struct cursors functions; // of the project, in order of appearance
    struct cursors variables;
    struct cursors kids;                    // buffer of kids_of
    CXSourceLocation where_loc[WHERE_KEPT]; // the last positions asked for
    struct where where[WHERE_KEPT];
    unsigned where_next;
    CXFile macro_file; // the last macro looked up
    unsigned macro_offset;
    const char *macro_name;
    struct map names; // interned strings
    uint32_t type_void, type_int, type_wide, type_other;
    uint32_t pointer_size;
};

const char *unit_name(struct unit *u, const char *s, size_t n); // interned
const char *unit_string(struct unit *u, CXString s); // interned; disposes of s

// pos.c - files and positions.

struct source_file *pos_source(struct unit *u, CXFile file); // or NULL
uint32_t pos_file(struct unit *u, CXFile file);
struct ir_pos pos_of(struct unit *u, CXSourceLocation loc);
void pos_where(struct unit *u, CXCursor c, struct where *ret);
const char *pos_text(struct unit *u, CXFile file, size_t *ret_size);
// The identifier at the place where c is spelled, "" when there is none.
const char *pos_word(struct unit *u, CXCursor c);
bool pos_is_project(struct unit *u, CXSourceLocation loc);

// types.c, records.c - types and records.

void types_init(struct unit *u);
uint32_t type_of(struct unit *u, CXType t);
uint32_t type_of_cursor(struct unit *u, CXCursor c);
uint32_t type_pointer_to(struct unit *u, uint32_t target);
const struct ir_type *type_at(const struct unit *u, uint32_t type);
bool type_is_aggregate(const struct unit *u, uint32_t type);
bool type_is_record(const struct unit *u, uint32_t type);
bool type_is_bool(const struct ir_type *t);
// Is an unexposed expression of type `to` around one of type `from` a va_arg?
bool type_is_va_arg(const struct unit *u, uint32_t to, uint32_t from);
const struct ir_record *record_at(struct unit *u, uint32_t record);
void records_fill_all(struct unit *u);

enum { FIELD_PATH_MAX = 16 };
struct field_step {
    uint32_t record, field;
};
// The way from record to the field declared by `field`, through members
// without a name. Returns the number of steps, 0 when there is no way.
unsigned field_path(struct unit *u, uint32_t record, CXCursor field,
                    struct field_step *ret_steps);

// decls.c - functions; globals.c - variables that outlive a call.

uint32_t decl_of(struct unit *u, CXCursor function);
uint32_t decl_named(struct unit *u, const char *name, uint32_t result,
                    bool is_foreign);
uint32_t decl_find(struct unit *u, const char *name); // 0 when unknown
enum builtin decl_builtin(const struct unit *u, uint32_t decl);
void decl_add_redecls(struct unit *u);
// Join the annotations of c (not those of its parameters) with others.
void decl_add_notes(struct unit *u, CXCursor c, struct ir_note **notes,
                    uint32_t *nnotes);
uint32_t global_of(struct unit *u, CXCursor variable);
uint32_t global_define(struct unit *u, CXCursor variable, const char *function);

// inits.c - which value of an initialiser goes where.

struct init_step {
    uint32_t record; // 0: an element of an array
    uint32_t field;
    int64_t lo, hi; // of an array: lo..hi, equal but for GNU ranges
    uint32_t type;  // of what the step leads to
};

struct init_walk {
    struct unit *u;
    void *arg;
    // value initialises the object of type at the end of the path
    void (*leaf)(void *arg, const struct init_step *path, unsigned npath,
                 uint32_t type, CXCursor value);
    struct init_step path[64];
    unsigned npath;
};

void init_list(struct init_walk *w, uint32_t type, CXCursor list);
bool init_is_string(struct unit *u, CXCursor value, CXCursor *ret_literal);

// cursors.c - looking at cursors.

struct kids {
    CXCursor *c;
    unsigned n;
};

struct kids kids_of(struct unit *u, CXCursor c);  // all children
struct kids exprs_of(struct unit *u, CXCursor c); // statements, expressions
struct kids exprs_among(struct kids all);         // in place
bool cursor_int(CXCursor c, int64_t *ret_value);  // by evaluation
CXCursor cursor_strip(struct unit *u, CXCursor c, bool casts);
const char *cursor_string(struct unit *u, CXCursor literal);
// Does a type or declaration, as clang prints it, never return? text may be
// NULL.
bool text_is_noreturn(const char *text);
char *cursor_printed(struct unit *u, CXCursor decl, bool terse);

// for_parts.c

struct for_parts {
    CXCursor init, cond, step, body;
    bool has_init, has_cond, has_step;
};
struct body;
bool for_split(struct body *f, CXCursor c, struct for_parts *ret);

// A function being lowered.

struct temp {
    uint32_t block, ins; // where it is defined
    uint32_t local;      // 1 + the hidden local that carries it, 0 = none
    uint32_t seen_block, seen_temp; // its last copy in another block
};

struct draft_block { // a block while it grows
    struct ir_ins *ins;
    size_t nins, cap;
    bool ended;
    enum ir_end end;
    uint32_t value;
    uint32_t *succ;
    size_t nsucc;
    struct ir_case *cases;
    struct ir_pos at, spelled;
    const char *macro;
};

// Variables with a cleanup function that are alive, innermost first.
struct cleanup {
    struct cleanup *outer;
    unsigned depth;
    uint32_t local;
    uint32_t decl;
};

struct label {
    uint32_t block;
    struct cleanup *cleanups;
    bool defined;
};

struct pending_goto {
    uint32_t block; // waits for its end
    struct cleanup *cleanups;
    struct label *label;
    struct where where;
};

struct loop { // where break and continue lead to
    struct loop *outer;
    uint32_t brk, cont;
    bool is_switch; // continue looks further out
    struct cleanup *cleanups;
};

struct switch_case {
    int64_t lo, hi;
    uint32_t block;
};

struct switch_draft {
    struct switch_draft *outer;
    struct switch_case *cases;
    size_t ncases, cap;
    uint32_t fallback; // 1 + block of default, 0 = none
};

struct body {
    struct unit *u;
    struct arena *a; // until the function is done
    struct ir_fn *ir;
    CXCursor function;
    const char *name;

    struct draft_block *blocks;
    size_t nblocks, cap_blocks;
    struct temp *temps; // [1..ntemps]
    size_t ntemps, cap_temps;
    struct ir_local *locals;
    size_t nlocals, cap_locals;
    struct ptrmap local_of; // VarDecl, ParmDecl -> 1 + local
    uint32_t cur;           // the block that grows
    struct where w;         // position of what is emitted

    struct ptrmap labels; // LabelStmt -> struct label *
    struct label **taken; // labels whose address is taken
    size_t ntaken, cap_taken;
    struct pending_goto *gotos;
    size_t ngotos, cap_gotos;
    uint32_t *chooses; // blocks that end in a computed goto
    size_t nchooses, cap_chooses;
    struct cleanup *cleanups;
    struct loop *loop;
    struct switch_draft *sw;

    unsigned depth;
    unsigned nfors; // `for` statements seen so far
    struct cursors found;
};

enum { BODY_DEPTH_MAX = 20000 };

void body_problem(struct body *f, CXCursor c, const char *text);
bool body_enter(struct body *f, CXCursor c); // false: nested too deeply
void body_leave(struct body *f);
void lower_function(struct unit *u, CXCursor function);

// build.c - blocks, temps, locals.

void build_at(struct body *f, CXCursor c); // what follows was written at c
uint32_t build_block(struct body *f);
void build_start(struct body *f, uint32_t block);
uint32_t build_use(struct body *f, uint32_t temp); // in the current block
struct ir_ins *build_def(struct body *f, uint32_t temp);
uint32_t build_ins(struct body *f, struct ir_ins ins);
uint32_t build_op(struct body *f, enum ir_op op, uint32_t type, uint32_t a,
                  uint32_t b);
uint32_t build_const(struct body *f, uint32_t type, int64_t value);
uint32_t build_enumerator(struct body *f, uint32_t type, CXCursor decl);
bool build_is_const(struct body *f, uint32_t temp, int64_t *ret_value);
uint32_t build_local(struct body *f, uint32_t local);
uint32_t build_global(struct body *f, uint32_t global);
uint32_t build_fn(struct body *f, uint32_t decl, uint32_t type);
uint32_t build_field(struct body *f, uint32_t base, uint32_t record,
                     uint32_t field);
uint32_t build_load(struct body *f, uint32_t address, uint32_t type);
void build_store(struct body *f, uint32_t address, uint32_t value,
                 uint32_t type);
uint32_t build_call(struct body *f, uint32_t decl, uint32_t callee,
                    uint32_t type, uint32_t *args, uint32_t nargs);
uint32_t build_opaque(struct body *f, uint32_t type);
uint32_t build_hidden(struct body *f, uint32_t type);
void build_jump(struct body *f, uint32_t block);
void build_branch(struct body *f, uint32_t value, uint32_t yes, uint32_t no);
void build_end(struct body *f, enum ir_end end, uint32_t value);
void build_stop(struct body *f); // UNREACHABLE; dead code may follow

// finish.c - from a draft to the ir_fn: reachable, ordered, numbered.
void finish_body(struct body *f);

// Expressions. The value of a struct or union is the address of
// an object that holds it; the value of an array is its address.

uint32_t lower_value(struct body *f, CXCursor c); // 0 for void
uint32_t lower_address(struct body *f, CXCursor c);
void lower_effect(struct body *f, CXCursor c); // value not wanted
void lower_cond(struct body *f, CXCursor c, uint32_t yes, uint32_t no);
uint32_t lower_convert(struct body *f, uint32_t v, uint32_t from, uint32_t to);
uint32_t lower_held(struct body *f, uint32_t v, uint32_t type);
uint32_t lower_load(struct body *f, uint32_t address, uint32_t type);
uint32_t lower_boolean(struct body *f, CXCursor c);
uint32_t lower_conditional(struct body *f, CXCursor c);
uint32_t lower_elvis(struct body *f, CXCursor c, const struct kids *k);
uint32_t lower_binary(struct body *f, CXCursor c);
uint32_t lower_compound_assign(struct body *f, CXCursor c);
uint32_t lower_step(struct body *f, CXCursor c, CXCursor operand,
                    enum CXUnaryOperatorKind kind);
uint32_t lower_call(struct body *f, CXCursor c);
// The function that c is known as when it is code from a table: `below` c's
// parentheses and casts is an element. 0 when it has no name.
uint32_t lower_named_code(struct body *f, CXCursor c, CXCursor below,
                          uint32_t result);
uint32_t lower_result(struct body *f, uint32_t v, uint32_t type);
uint32_t lower_variable(struct body *f, CXCursor decl); // its address
uint32_t lower_name(struct body *f, CXCursor c);        // 0 for a constant
uint32_t lower_cast(struct body *f, CXCursor c);
int64_t lower_truncated(const struct ir_type *t, int64_t value);
uint32_t lower_evaluated(struct body *f, CXCursor c); // by the front end
uint32_t lower_generic(struct body *f, CXCursor c);
uint32_t lower_unexposed(struct body *f, CXCursor c);
uint32_t lower_literal_object(struct body *f, CXCursor c); // its address

// locals.c - declarations in functions.
void lower_decl_stmt(struct body *f, CXCursor c);

// stmt.c, switch.c, jumps.c
void lower_stmt(struct body *f, CXCursor c);
void lower_switch(struct body *f, CXCursor c);
void lower_case(struct body *f, CXCursor c);
void lower_goto(struct body *f, CXCursor c);
void lower_indirect_goto(struct body *f, CXCursor c);
void lower_label(struct body *f, CXCursor c);
void lower_leave(struct body *f, struct cleanup *to); // run cleanups
void lower_take_label(struct body *f, CXCursor addr_label);
void lower_finish_gotos(struct body *f);
void lower_add_cleanup(struct body *f, CXCursor variable, uint32_t local);

// unit.c: the whole unit, when tu and what comes with it is set.
void unit_lower(struct unit *u);
// Its begin and end, around what looks at the declarations.
void unit_open(struct unit *u);
void unit_close(struct unit *u);

// header.c: what it declares, instead.
void header_collect(struct unit *u, struct ir_header *header);

// macros.c, problems.c
void macros_find(struct unit *u, struct arena *session, struct map *cache,
                 const char *const *args, size_t nargs);
// The object-like macro that stands for c and the parentheses around it, ""
// when there is none.
const char *macro_of(struct unit *u, CXCursor c);
void problems_collect(struct unit *u);
// Gives fn a problem when an error lies in it.
void problems_of(struct unit *u, CXCursor function, struct ir_fn *fn);

#endif
