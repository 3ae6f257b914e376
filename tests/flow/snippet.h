// snippet.h - C text and the rules of a small API, as the layers below flow/
// hand them on.

#ifndef TESTS_FLOW_SNIPPET_H
#define TESTS_FLOW_SNIPPET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/contract.h"
#include "finding/finding.h"
#include "flow/flow.h"
#include "ir/ir.h"

// What every snippet begins with: counted objects and some functions, all
// declared in a header of a foreign folder (see snippet.c for their contracts).
struct snippet {
    struct arena arena;
    struct rules rules;
    struct ir_unit *unit;
    struct flow_unit *flow;
};

// Parse text; whatever is wrong with it fails the test.
struct snippet *snippet_new(const char *text);
// The same with more rows of rules.
struct snippet *snippet_with(const char *text, const char *more_rules);
void snippet_free(struct snippet *s);

const struct ir_fn *snippet_fn(const struct snippet *s, const char *name);

// Walk one function (nothing is known of others that stand in the snippet).
struct flow_outcome snippet_walk(struct snippet *s, const char *name,
                                 const struct flow_options *options,
                                 struct finding_list *ret);

// "5 leak(made), 7 null-use(made)": line, rule and object of each finding;
// lines are counted from the first line of the text.
const char *snippet_findings(struct snippet *s, struct finding_list *list);

#endif
