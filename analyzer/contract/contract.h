// contract.h - what a call does to the references that pass through it.
//
// A rule written by a person and a summary computed from a body are one type.
// The text form, one row a line (# begins a comment):
//
//   family NAME [counted TAG ...] [header "FILE"] [version MACRO]
//          [failure NULL|-1 ...] [convention ARG-EFFECT -> RESULT] [collector]
//       All rows below belong to it. TAG: names of counted structs (a struct
//       whose first member is a counted struct is counted as well). header:
//       the folder in which FILE is found is the API's own. version: the
//       macro that holds the API's version ("3.11.2"). convention: what holds
//       for functions with counted arguments or result that nothing describes.
//       collector: there is one that frees objects which only hold each other.
//
//   NAME(ARG, ARG, ...) -> RESULT [: TRAIT ...] [; note]
//       ARG     an effect (effects.def), with "?", "in N", "in result"; `out
//       new?`,
//               `out borrowed of 1`, `inout new?`, `format GRAMMAR`,
//               `out new at FIELD with FIELD`, `clear at FIELD`; behind
//               it a word of ctypes.def for the C type, if that is to be
//               checked. A last ARG followed by " ..." holds for all further
//               arguments; a bare "..." after a format stands for what the
//               format says.
//       RESULT  one effect with "?", "of N"; or outcomes: COND: ITEM, ITEM |
//               COND: ITEM ... where COND is null, nonnull, an integer,
//               lo..hi, <N, <=N, >N, >=N, was-set or was-clear (of the error
//               indicator, before the call) or else; and ITEM is
//                 ok            as the arguments say
//                 fail          as `ok`, but steal-ok and out do not happen
//                               and the error indicator is set
//                 a RESULT word what the result is; when COND is a number and
//                               there is exactly one out argument: what that
//                               argument receives
//                 EFFECT N      instead of the effect of argument N (absent N:
//                               only if that was NULL)
//                 error-kept, error-set, error-clear, error-any
//                               what is left of the error indicator
//       TRAIT   a word of traits.def, `since V`, `until V` (not in V any
//               more), `prefer NAME`, `ready LO..HI` (with such an argument 1
//               the result is an object that is there: it does not fail)
//       A NAME that ends in * holds for all names with that beginning that
//       have no row of their own (the longest beginning wins).
//   NAME = OTHER                       the same contract under another name
//   slot TAG.FIELD [when FIELD2 = N] (ARG, ...) -> RESULT [: TRAIT ...]
//       functions stored in that field of that struct, and calls through it
//       (with `when`: only where the sibling field has that value)
//   global NAME [as SHOWN] immortal|borrowed [since V] [until V]
//       an object (or a variable that holds one) that the API keeps alive;
//       immortal: increfs and decrefs of it mean nothing. NAME may end in *.
//       SHOWN: what people call it in their code.
//   field TAG.FIELD owned|borrowed [mutable]
//       whether the object owns what that field of it points to, and whether
//       other code can change what is there
//   list TAG.FIELD [when FIELD2 = N] ends FIELD3
//       what that field points to is an array of structs, the last of which
//       has 0 in its FIELD3
//   flags TAG.FIELD of MASK among N ... [in TAG2.FIELD2] else "WHY"
//       of these bits, elements with a function in a table of such structs have
//       one of the sums named (`in`: in tables which that field points to);
//       WHY others cannot work
//   type TAG [size FIELD] [base FIELD] [slots FIELD] [offsets FIELD]
//           [flags FIELD gc N [subtypes N]] [heap [since V]] [clears]
//       structs with that tag describe a type of objects. size: of an object,
//       in bytes; base: a pointer to the type that it extends; slots: to an
//       array with its slots; offsets: to a list of the fields that it owns;
//       flags: with the bit of types whose objects the collector knows, and
//       that of types which can be extended. heap: the type is itself an
//       object, and its instances own a reference to it. clears: at the end of
//       an object its clear is called before its dealloc.
//   member TAG.FIELD [when FIELD2 = N] [as CTYPE] [fixed FIELD3 N]
//       the number in that field is the offset of a field of an object that
//       other code can read and set, as that type of C, else as an owned
//       reference; not set when FIELD3 has the bit N
//   life NAME WORD ...
//       what a function does in the life of an object, in words of lives.def.
//       NAME may end in * (the longest that fits counts).
//   stored NAME.FIELD WORD ...
//       what functions of some unit store in that field of structs with that
//       tag (or of the table of that name), in words of stores.def. Rows for
//       one field add up.
//   grammar NAME [from OTHER] [skip "CHARS"] [nest "CHARS"] [optional "CHARS"]
//           [order "CHARS"] [end "CHARS"] [after "CHAR"] [complete]
//       a language of format strings: characters to pass over; pairs of
//       characters around units that belong together, passed over too;
//       characters behind which out arguments may stay unwritten; those that
//       may stand once and in this order; those that end it. `after`: units
//       stand behind that character, with the `skip` ones between; all else
//       is text. `complete`: a format with a character that is none of these,
//       nor begins a unit, cannot work. `from`: what OTHER (defined before)
//       says holds here as well, unless it is said anew.
//   unit GRAMMAR "TEXT" [ARG, ...] [takes-all] [can-fail]
//           [wrong "WHY" [since V] [until V]]
//       the arguments a format unit takes; the longest unit that fits wins.
//       `takes-all`: it never makes the call fail. `can-fail`: where calls fail
//       only when memory runs out (oom-if-literal), one with it can fail
//       otherwise, unless its arguments are literals. `wrong`: a call with it
//       cannot work (in these versions).
//   attribute NAME[(PARAMETER)] "TEXT" [when MACRO]
//       the attribute NAME of another tool says TEXT, an annotation as in
//       declared.h in which PARAMETER stands for what the code wrote there;
//       headers that use it where MACRO is defined shall see it defined
//
// Duplicate rows (same name, overlapping versions), unknown words, wrong
// argument numbers and malformed rows are errors with file:line.

#ifndef CONTRACT_CONTRACT_H
#define CONTRACT_CONTRACT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "ir/ir.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum effect_kind {
#define EFFECT(id, word, where, n, q, text) EFFECT_##id,
#include "contract/effects.def"
#undef EFFECT
    EFFECTS
};

enum ctype {
    CTYPE_NONE, // not said
#define CTYPE(id, word, text) CTYPE_##id,
#include "contract/ctypes.def"
#undef CTYPE
    CTYPES
};

enum trait_bit {
#define TRAIT(id, word, text) TRAIT_BIT_##id,
#include "contract/traits.def"
#undef TRAIT
    TRAITS
};

// More of them than an enum of C11 has bits for.
#define TRAIT(id, word, text)                                                  \
    static const uint64_t TRAIT_##id = UINT64_C(1) << TRAIT_BIT_##id;
#include "contract/traits.def"
#undef TRAIT
static_assert(TRAITS <= 64, "a contract has a bit for each trait");

enum life_bit {
#define LIFE(id, word, text) LIFE_BIT_##id,
#include "contract/lives.def"
#undef LIFE
    LIVES
};

enum {
#define LIFE(id, word, text) LIFE_##id = 1 << LIFE_BIT_##id,
#include "contract/lives.def"
#undef LIFE
};

enum stored_bit {
#define STORED(id, word, text) STORED_BIT_##id,
#include "contract/stores.def"
#undef STORED
    STORES
};

enum {
#define STORED(id, word, text) STORED_##id = 1 << STORED_BIT_##id,
#include "contract/stores.def"
#undef STORED
};

// "in result": what the call returns holds it.
enum { IN_RESULT = -1 };

struct effect {
    enum effect_kind kind;
    bool maybe_null; // "?"
    int of;          // "in N" / "of N", from 1; 0 = not said, or IN_RESULT
    // OUT and INOUT: what is stored (NEW, BORROWED, INTERIOR, PLAIN, NULL),
    // with its own ? and of.
    enum effect_kind out;
    bool out_maybe_null;
    int out_of;
    bool if_null;        // OUT: where NULL was before; elsewhere it is left
    int64_t undone;      // CONVERT: by a second call if it returned this; or 0
    const char *grammar; // of FORMAT, else NULL
    // OUT, CLEAR: the field, of the struct that the argument points to, which
    // holds the reference, and one that is not NULL while it does; else NULL.
    const char *at, *with;
    enum ctype ctype; // of the argument; of what is written for OUT and INOUT
};

enum cond_kind {
    COND_ANY, // the only outcome
    COND_NULL,
    COND_NONNULL,
    COND_ERROR,    // the error indicator was set before the call
    COND_NO_ERROR, // it was not
    COND_RANGE,    // lo..hi, inclusive; INT64_MIN / INT64_MAX for open ends
    COND_ELSE
};

struct cond {
    enum cond_kind kind;
    int64_t lo, hi;
};

// What a call leaves of the error indicator.
enum error_after {
    ERROR_AFTER_UNSAID,
    ERROR_AFTER_KEPT, // what was there before
    ERROR_AFTER_SET,
    ERROR_AFTER_CLEAR,
    // As before, if the function returns nothing: then it has no way to say
    // that it failed. Unsaid for other functions.
    ERROR_AFTER_VOID,
};

struct arg_change {
    int arg; // from 1
    struct effect effect;
};

// One way a call can end, in full: what `status`, `new?`, `fail`, steal-ok and
// the out words mean is spelled out here, so that the engine need not know.
struct outcome {
    struct cond cond;
    bool fails; // out arguments stay unwritten, steal-ok does not happen
    bool sets_error;
    enum error_after error;
    bool says_error; // in words of its own, not by what else it says
    struct effect result;
    int nchanges; // effects of arguments that differ from the contract's args
    struct arg_change *changes;
};

struct contract {
    const char *name;
    const char *family; // "" when inferred
    const char *file;   // the rule file, "" when inferred
    int line;
    int nargs;
    struct effect *args;
    bool repeats;   // the last arg holds for all further ones
    bool by_format; // further arguments are what the format says
    // As written: one result effect, or the outcomes as rows (has_outcomes).
    bool has_outcomes;
    struct effect result;
    // In full, at least one. `new?` has two (nonnull, null), `status` has two
    // (0, -1), `_` has one.
    int noutcomes;
    struct outcome *outcomes;
    uint64_t traits;
    bool has_ready; // argument 1 from ready_lo to ready_hi: the result is
    int64_t ready_lo, ready_hi; // an object that is there, and no failure
    int since, until;   // version * 100 + minor: 3.12 is 312; 0 = always
    const char *prefer; // "" when none
    const char *note;   // "" when none
    bool is_alias_row;  // NAME = OTHER (args etc. are those of OTHER)
    const char *alias_of;
    bool weak;    // rests on a naming convention, not on a rule or a body
    bool partial; // annotated in part: only what differs from the convention
                  // was said by somebody
    bool inferred;
    bool declared;         // by annotations
    bool documented;       // by those of a comment
    struct contract *next; // of the same name, for other versions
};

struct slot_rule {
    const char *record, *field;
    const char *when_field; // "" = always
    int64_t when_value;
    struct contract contract; // name is "RECORD.FIELD"
};

struct global_rule {
    const char *name;  // may end in *
    const char *shown; // "" = its name
    bool immortal;
    int since, until;
};

struct field_rule {
    const char *record, *field;
    bool owned;
    bool is_mutable; // other code can change what is there
};

struct list_rule {
    const char *record, *field;
    const char *when_field; // "" = always
    int64_t when_value;
    const char *ends; // a field of the elements
};

struct flags_rule {
    const char *record, *field;
    int64_t mask;
    size_t nvalues;
    int64_t *values;
    const char *in_record, *in_field; // "" = in all tables
    const char *why;
};

// "" where a row does not name a field, 0 where it has no bit.
struct type_rule {
    const char *record;
    const char *size, *base, *slots, *offsets, *flags;
    int64_t gc, subtypes;
    bool heap, clears;
    int heap_since; // version; 0 = always
};

struct member_rule {
    const char *record, *field;
    const char *when_field; // "" = always
    int64_t when_value;
    enum ctype type;
    const char *fixed_field; // "" = can always be set
    int64_t fixed;
};

struct life_rule {
    const char *name; // may end in *
    unsigned words;   // LIFE_...
};

struct stored_rule {
    const char *name, *field;
    unsigned words; // STORED_...
};

struct format_unit {
    const char *text;
    int nargs;
    struct effect *args;
    bool takes_all;    // no argument makes it fail
    bool can_fail;     // for more than lack of memory, unless with literals
    const char *wrong; // why a call with it cannot work, "" when it can
    int wrong_since, wrong_until; // in which versions; 0 = always
};

struct grammar {
    const char *name;
    const struct grammar *from; // NULL when none
    const char *skip, *nest, *optional, *order, *end, *after;
    bool complete; // nothing else can stand in a format
    size_t nunits, units_cap;
    struct format_unit *units;
};

struct attribute_rule {
    const char *name;
    const char *parameter; // "" when it has none
    const char *text;
    const char *when; // the macro, "" = none
};

struct family {
    const char *name;
    size_t ncounted;
    const char **counted;
    const char *header;               // "" when none
    const char *version;              // macro, "" when none
    bool null_fails, minus_one_fails; // failure NULL|-1
    bool collector;                   // finds objects that only hold each other
    bool has_convention;
    struct effect convention_arg, convention_result;
};

// Everything the rules say. Lives in one arena, read-only once loaded.
struct rules {
    struct arena *arena;
    size_t nfamilies, families_cap;
    struct family *families;
    struct map contracts; // name -> struct contract (a list by version)
    size_t nprefixes, prefixes_cap;
    struct contract **prefixes; // names that end in *
    size_t nslots, slots_cap;
    struct slot_rule *slots;
    size_t nglobals, globals_cap;
    struct global_rule *globals;
    size_t nfields, fields_cap;
    struct field_rule *fields;
    size_t nlists, lists_cap;
    struct list_rule *lists;
    size_t nflags, flags_cap;
    struct flags_rule *flags;
    size_t ntypes, types_cap;
    struct type_rule *types;
    size_t nmembers, members_cap;
    struct member_rule *members;
    size_t nlives, lives_cap;
    struct life_rule *lives;
    size_t nstored, stored_cap;
    struct stored_rule *stored;
    size_t ngrammars, grammars_cap;
    struct grammar **grammars;
    size_t nattributes, attributes_cap;
    struct attribute_rule *attributes;
};

// Add the rows of a text (of a file) to rules, which starts zeroed with its
// arena set. Strings are copied. Returns 0, or -1 with the first error at
// path:line in err; rules must not be used then.
int rules_parse(struct rules *rules, const char *text, const char *path,
                struct err *err);
int rules_load(struct rules *rules, const char *path, struct err *err);
// The same from rows that stand in various places, one line each.
struct rule_row {
    const char *text;
    const char *path; // for messages
    long line;
};
int rules_parse_rows(struct rules *rules, const struct rule_row *rows, size_t n,
                     struct err *err);

// The contract of a function, for an API version (e.g. 311; 0 = unknown: a row
// that is open-ended is preferred); NULL when nothing is said. An alias row
// yields the contract of what it names. O(1), plus the * rows when there is
// no row of that name.
const struct contract *rules_find(const struct rules *rules, const char *name,
                                  int version);
// The contract of functions stored in TAG.FIELD; sibling(arg, field, &value)
// says the value of a sibling field (false when unknown) and may be NULL.
const struct contract *
rules_slot(const struct rules *rules, const char *record, const char *field,
           bool (*sibling)(void *arg, const char *field, int64_t *ret_value),
           void *arg);
// The same row with its condition; the contract is in it.
const struct slot_rule *rules_slot_row(
    const struct rules *rules, const char *record, const char *field,
    bool (*sibling)(void *arg, const char *field, int64_t *ret_value),
    void *arg);
// Is the table, whose elements a number tells apart, read by somebody for whom
// these numbers mean something else?
bool rules_table_is_other(const struct rules *rules, const struct ir_unit *unit,
                          uint32_t global);
// The same of a local table of fn, one field of which is `field`, in block b.
bool rules_local_is_other(const struct rules *rules, const struct ir_unit *unit,
                          const struct ir_fn *fn, const struct ir_block *b,
                          const struct ir_ins *field);
// The row for what an initialiser puts into a field, by the values beside it.
const struct slot_rule *rules_slot_of(const struct rules *rules,
                                      const struct ir_unit *unit,
                                      const struct ir_global *global,
                                      const struct ir_init *init);
const struct list_rule *rules_list_of(const struct rules *rules,
                                      const struct ir_unit *unit,
                                      const struct ir_global *global,
                                      const struct ir_init *init);
// What the rules have against the flags of the element in which that function
// stands, in a table that `reader` points to (NULL: wherever); NULL if nothing.
const struct flags_rule *rules_flags_against(const struct rules *rules,
                                             const struct ir_unit *unit,
                                             const struct ir_global *global,
                                             const struct ir_init *function,
                                             const struct ir_init *reader,
                                             int64_t *ret_flags);
// The row for a number that is an offset. *ret_fixed: it cannot be set.
const struct member_rule *rules_member_of(const struct rules *rules,
                                          const struct ir_unit *unit,
                                          const struct ir_global *global,
                                          const struct ir_init *init,
                                          bool *ret_fixed);
const struct global_rule *rules_global(const struct rules *rules,
                                       const char *name, int version);
const struct field_rule *rules_field(const struct rules *rules,
                                     const char *record, const char *field);
// The row that holds whatever stands beside the field.
const struct list_rule *rules_list(const struct rules *rules,
                                   const char *record, const char *field);
const struct type_rule *rules_type(const struct rules *rules,
                                   const char *record);
// What a function does in the life of objects: LIFE_... O(rows).
unsigned rules_life(const struct rules *rules, const char *name);
// What is stored in a field: STORED_... O(rows).
unsigned rules_stored(const struct rules *rules, const char *name,
                      const char *field);
void stored_print(FILE *out, const struct stored_rule *s); // as a row
const struct grammar *rules_grammar(const struct rules *rules,
                                    const char *name);
// Whether structs with that tag are counted; whether a record (a pointer type)
// of a unit is (leads to) one, by its tag or by that of its first member.
bool rules_counted(const struct rules *rules, const char *record);
bool rules_counted_record(const struct rules *rules, const struct ir_unit *unit,
                          uint32_t record);
bool rules_counted_pointer(const struct rules *rules,
                           const struct ir_unit *unit, uint32_t type);
// The family that counts what a pointer type leads to; NULL when none does.
const struct family *rules_family(const struct rules *rules,
                                  const struct ir_unit *unit, uint32_t type);
int rules_version(const char *text); // "3.11.2", "\"3.11.2\"" -> 311; 0
// The version of the API that a unit is compiled with, 0 when unknown.
int rules_unit_version(const struct rules *rules, const struct ir_unit *unit);

// The effect on argument n (from 0) of a call: outside of the contract's
// arguments it is the repeated one, or PLAIN.
struct effect contract_arg(const struct contract *c, int n);
// The same in one outcome: its changes, and what `fails` takes away
// (STEAL_OK becomes STEAL or BORROW; OUT becomes PLAIN; KEEP becomes BORROW).
struct effect contract_arg_in(const struct contract *c, const struct outcome *o,
                              int n);

// The next unit of a format string at *pos: NULL at its end. *ret_optional is
// set from the first optional character on. An unknown character yields a
// unit with text "" (then nothing more can be said of the arguments), and
// *pos is behind that character.
const struct format_unit *grammar_next(const struct grammar *g,
                                       const char **pos, bool *ret_optional);

// Build the full outcomes of a contract whose args, result, has_outcomes and
// rows are set (for inferred ones; the parser does it by itself). family may
// be NULL. Returns -1 with err when an argument number is wrong.
int contract_complete(struct arena *a, struct contract *c,
                      const struct family *family, struct err *err);

// The text form; parsing what was printed gives the same contract.
void contract_print(FILE *out, const struct contract *c);
void rules_print(FILE *out, const struct rules *rules);
// The same in an arena, without the end of the line; and parts of it.
char *contract_text(struct arena *a, const struct contract *c);
char *effect_text(struct arena *a, const struct effect *e);
char *cond_text(struct arena *a, const struct cond *c);

// Do two effects, or two contracts, say the same? Names, versions and notes do
// not count, nor do the traits in but.
bool effect_alike(const struct effect *a, const struct effect *b);
bool contract_alike(const struct contract *a, const struct contract *b,
                    uint64_t but);

const char *effect_word(enum effect_kind k);
const char *ctype_word(enum ctype t);
const char *ctype_text(enum ctype t); // with its article

#endif
