// parse.h - from C source to IR, through libclang.
//
// The only folder that includes <clang-c/...>.

#ifndef PARSE_PARSE_H
#define PARSE_PARSE_H

#include "base/arena.h"
#include "base/err.h"
#include "ir/declared.h"

#include <stdbool.h>
#include <stddef.h>

struct parse_options {
    const char *root; // the project's root folder, absolute: functions whose
                      // body lies below it are lowered, and paths below it
                      // are kept relative to it. The main file always is.
    const char *const *api_headers; // files like "Python.h": the folder in
    size_t napi_headers;            // which one of these was found is foreign,
                                    // also when it lies below root
    const char *const *macros;  // values wanted in ir_unit.macros: object-like
    size_t nmacros;             // macros, read from the text of the headers
    const char *const *defines; // further macros: "NAME=TEXT"
    size_t ndefines;
};

// One parser serves any number of units, one after another.
struct parser;
struct parser *parser_new(void);
void parser_free(struct parser *p);

// Parse and lower the file `main` (absolute, or relative to `directory`) with
// compiler arguments args (no program name, no file name, no -c, no -o).
// The unit lives in a. Returns 0 also when the code has errors: those are in
// the unit's problems, and functions that hold one have a problem of their
// own. Returns -1 with err when there is nothing to analyse: the file cannot
// be read, or the front end failed.
int parse_unit(struct parser *p, struct arena *a, const char *directory,
               const char *main, const char *const *args, size_t nargs,
               const struct parse_options *options, struct ir_unit **ret_unit,
               struct err *err);

// Parse a header (any C file) in the same way, and take down what it and the
// files that it includes declare. Errors in the code are in the problems of the
// header's unit: clang may have left out what they stand in.
int parse_header(struct parser *p, struct arena *a, const char *directory,
                 const char *main, const char *const *args, size_t nargs,
                 const struct parse_options *options,
                 struct ir_header **ret_header, struct err *err);

// Run body(arg) on a stack large enough for deeply nested code (libclang's own
// threads are switched off): call parse_unit only below this. Returns what
// body returns.
int parse_with_stack(int (*body)(void *arg), void *arg);

// "19.1.7": the libclang in use.
const char *parse_clang_version(struct arena *a);

#endif
