// batch.h - many generated functions at a time: written to a file, built, run,
// analysed, and compared.

#ifndef TESTS_DIFFERENTIAL_BATCH_H
#define TESTS_DIFFERENTIAL_BATCH_H

#include "base/err.h"
#include "choices.h"
#include "finding/finding.h"
#include "observe.h"

// Where refcheck and the runs say different things of a function.
struct disagreement {
    const char *kind;  // "found and not seen: leak": the same, when it is the
                       // same mistake in a simpler function
    const char *text;  // with its line
    const char *limit; // which stated limit it is, NULL: none
};

struct trial {
    const struct choices *choices;
    const char *text; // of the function and its helpers
    struct disagreement *items;
    size_t count, cap;
    size_t observations, findings;
    bool is_given_up; // it, or a helper of it, by the analysis
};

struct batch {
    struct arena *arena;
    const char *folder; // for its files
    struct trial *trials;
    size_t count, cap;
    size_t runs;
};

void batch_add(struct batch *b, const struct choices *choices);

// Fill in what the trials lack. Returns 0, or -1 with err.
int batch_run(struct batch *b, struct err *err);

#endif
