// helper.h - rules from a text, and text from rules, for the tests.

#ifndef TESTS_CONTRACT_HELPER_H
#define TESTS_CONTRACT_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Rules that must parse, in their own arena a.
static inline struct rules rules_of(struct arena *a, const char *text)
{
    struct rules rules = {.arena = a};
    struct err err = {0};

    if (rules_parse(&rules, text, "t.rules", &err) < 0)
        fail_msg("%s\n%s", err.text, text);
    return rules;
}

static inline char *printed_rules(const struct rules *rules)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    rules_print(out, rules);
    fclose(out);
    return text;
}

static inline char *printed_contract(const struct contract *c)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    contract_print(out, c);
    fclose(out);
    return text;
}

#endif
