// parser.h - the state of reading one text of rules, shared by parse.c (the
// rows), parse_rows.c (those that are not about calls), parse_call.c (those
// that are), parse_outcome.c and parse_effect.c.

#ifndef CONTRACT_PARSER_H
#define CONTRACT_PARSER_H

#include "contract/contract.h"
#include "contract/lex.h"

// A name that a row used and that may be defined further down.
struct pending {
    enum { PENDING_GRAMMAR, PENDING_UNIT, PENDING_ALIAS } kind;
    const char *name; // what it refers to
    const char *path; // where it was used
    long line;
    struct contract *alias;  // ALIAS: the row
    struct format_unit unit; // UNIT
};

struct parser {
    struct rules *rules;
    struct lexer lx;
    size_t at;  // the next token
    int family; // index into rules->families, -1 before the first
    size_t npending, pending_cap;
    struct pending *pending;
};

// Which words may stand in an effect.
enum effect_place {
    PLACE_ARG,  // of a call
    PLACE_UNIT, // of a format unit
    PLACE_RESULT
};

// Errors: all return -1 so that `return parse_error(...)` ends a function.
int row_error(struct parser *p, const char *fmt, ...) BASE_PRINTF(2, 3);
int row_expected(struct parser *p, const char *what); // ", not 'TOKEN'"
int row_unknown(struct parser *p, const char *kind, const char *word,
                const char *suggestion);

const struct token *row_peek(const struct parser *p);
const struct token *row_peek_at(const struct parser *p, size_t ahead);
bool row_peek_word(const struct parser *p, const char *word);
bool row_accept(struct parser *p, int kind);
bool row_accept_word(struct parser *p, const char *word);
int row_expect(struct parser *p, int kind, const char *what);
int row_expect_end(struct parser *p); // after a note, if any
int row_expect_string(struct parser *p, const char *what,
                      const char **ret_text);
// An identifier of C.
int row_expect_name(struct parser *p, const char *what, const char **ret_name);
// NAME or NAME*, with the star.
int row_expect_pattern(struct parser *p, const char *what,
                       const char **ret_name);
// TAG.FIELD
int row_expect_field(struct parser *p, const char **ret_record,
                     const char **ret_field);

int row_parse_effect(struct parser *p, enum effect_place place,
                     struct effect *ret_effect);
// Whether outcomes stand here, and not one result.
bool row_at_outcomes(const struct parser *p);
int row_parse_outcomes(struct parser *p, struct contract *c);
// "N" or "LO..HI", at a number.
int row_parse_numbers(struct parser *p, struct cond *cond);
// Once c is complete: whether all results of numbers went to an out argument.
int row_check_number_results(struct parser *p, const struct contract *c);
// (ARG, ...) -> RESULT [: TRAIT ...] [; note], then complete c.
int row_parse_call(struct parser *p, struct contract *c);
// Its parts: one result or outcomes; `: TRAIT ...`, if any, added to those
// that c has; the end; and what makes c complete once all was read.
int row_parse_result(struct parser *p, struct contract *c);
int row_parse_traits(struct parser *p, struct contract *c);
int row_expect_call_end(struct parser *p, const struct contract *c);
int row_complete(struct parser *p, struct contract *c,
                 const struct family *family);
// Whether all argument numbers in c exist; errors are at c->file:c->line.
int row_check_numbers(const struct contract *c, struct err *err);
// since V and until V; returns 1 when there was one, 0 when not, -1 on error.
int row_parse_since_until(struct parser *p, int *since, int *until);
int row_check_since_until(struct parser *p, int since, int until);
void row_parse_note(struct parser *p, const char **ret_note);

// Rows, behind their first word.
int row_parse_family(struct parser *p);
int row_parse_global(struct parser *p);
int row_parse_field(struct parser *p);
int row_parse_grammar(struct parser *p);
int row_parse_unit(struct parser *p);
int row_parse_list(struct parser *p);
int row_parse_flags(struct parser *p);
// `when FIELD = N`, if it stands here; else *ret_field is "".
int row_parse_when(struct parser *p, const char **ret_field,
                   int64_t *ret_value);
int row_parse_attribute(struct parser *p);
int row_parse_type(struct parser *p);
int row_parse_life(struct parser *p);
int row_parse_member(struct parser *p);
int row_parse_stored(struct parser *p);

bool row_versions_overlap(int since, int until, int since2, int until2);

#endif
