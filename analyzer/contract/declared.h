// declared.h - contracts that stand in C, as annotations of declarations.
//
//   __attribute__((annotate("refcheck:TEXT")))
//
// on        TEXT
// function  RESULT [: TRAIT ...]   what it returns, as in a row
//           : TRAIT ...            what else holds; any number of these
//           argument N EFFECT      what happens to its Nth argument
//           inferred               no contract: its body is there to be read
// parameter EFFECT                 what happens to the argument
// field     slot CALL              the row `slot TAG.FIELD CALL`
// variable  immortal               the row `global NAME immortal`
// anything  row ROW                a row as it stands
//
// Parameters without annotation are `borrow` when they point to a counted
// struct, else `_`; so is the result. A function that returns a counted pointer
// must say who owns it. In a family with a convention, what is not said is as
// the convention has it, and other pointers may be written through. The further
// arguments of a variadic function are what its `format` says; `keep ...` when
// it makes something new of them and is not like printf (the last parameter in
// front of them is no string); else `_ ...`.
//
// "refcheck-part:TEXT" is the same from somebody who says one thing and leaves
// the others open: what other tools' attributes say. It counts where there is
// no annotation of ours, and only when it is about references or there is no
// body; a result that it leaves open is what the body shows, else the
// convention.
//
// "gtk-doc:TEXT" is not an annotation but the comment in front of the function.
// declared_doc() makes annotations in part of it, which count where there are
// no others.
//
// Other annotations are not ours.

#ifndef CONTRACT_DECLARED_H
#define CONTRACT_DECLARED_H

#include "contract/contract.h"
#include "ir/declared.h"

struct declared_in {
    struct arena *arena;
    const struct ir_unit *unit;
    const char *dir;             // from where files of the unit with relative
                                 // names are seen, for messages; "" = as named
    const struct rules *rules;   // whose families say what is counted
    const struct family *family; // that of the contracts; may be NULL
};

// Does any note say something to us?
bool declared_speaks(const struct ir_decl *decl);
// The contract that a function of in->unit and its annotations declare, in
// full; *ret is NULL when it is to be inferred. Returns 0, or -1 with the first
// wrong annotation in err, at its place.
int contract_declared(const struct declared_in *in, const struct ir_decl *decl,
                      struct contract **ret, struct err *err);

// The same from what the function's comment says, for one that no annotation
// speaks of; *ret is NULL when it says nothing. What is wrong with the comment
// goes to wrong(arg, place, text).
void contract_documented(const struct declared_in *in,
                         const struct ir_decl *decl, struct contract **ret,
                         void (*wrong)(void *arg, struct ir_pos pos,
                                       const char *text),
                         void *arg);

// The file of a place, as messages name it (see dir).
const char *declared_path(const struct declared_in *in, struct ir_pos pos);
// What a note says to us, behind "refcheck:"; NULL when it is not ours, or in
// part only.
const char *declared_text(const struct ir_note *note);
// What stands behind the word that text begins with: NULL when it begins with
// another one.
const char *declared_behind(const char *text, const char *word);

// The rules that all declarations of a header spell out, as a text that
// rules_parse() takes: the family, then a row for each function and what the
// other annotations say, in order of declaration. dir as above; shown_dir is
// what the text itself calls that folder ("" = nothing). Returns 0, or -1 with
// the first error at its place in the header.
int rules_from_header(struct arena *a, const struct ir_header *header,
                      const char *dir, const char *shown_dir,
                      const char **ret_text, struct err *err);

#endif
