// capture.h - what a function printed, as a string.

#ifndef TESTS_REPORT_CAPTURE_H
#define TESTS_REPORT_CAPTURE_H

#include <stdio.h>
#include <stdlib.h>

struct capture {
    char *text;
    size_t size;
};

static inline FILE *capture_begin(struct capture *c)
{
    FILE *out = open_memstream(&c->text, &c->size);

    assert_non_null(out);
    return out;
}

// Compare what was printed to out, and close it.
static inline void capture_expect(FILE *out, struct capture *c,
                                  const char *expect)
{
    assert_int_equal(fclose(out), 0);
    assert_string_equal(c->text, expect);
    free(c->text);
}

#endif
