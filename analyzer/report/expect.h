// expect.h - the comments of a fixture that say what must be found in it.

#ifndef REPORT_EXPECT_H
#define REPORT_EXPECT_H

#include "base/arena.h"
#include "finding/finding.h"

enum expect_kind {
    EXPECT_FINDING,     // expect:
    EXPECT_KNOWN_FALSE, // known-false:
    EXPECT_KNOWN_MISS,  // known-miss:
    EXPECT_NOTE,        // note:
    EXPECT_WRONG,       // a comment that cannot be read
};

struct expectation {
    enum expect_kind kind;
    uint32_t line;
    enum rule rule;     // of the first three kinds
    const char *object; // NULL: any
    const char *text;   // of a note; of a wrong one, what is wrong
};

struct expectations {
    struct expectation *items;
    size_t count, cap;
};

// All of them in source (C text), in order. See verify_expectations.
void expectations_read(struct arena *a, const char *source,
                       struct expectations *ret);

#endif
