// finding.h - what the analyzer says: a rule, a place, and the path to it.

#ifndef FINDING_FINDING_H
#define FINDING_FINDING_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum rule {
    RULE_NONE,
#define RULE(id, name, text) RULE_##id,
#include "finding/rules.def"
#undef RULE
    RULES
};

enum tier {
    TIER_CERTAIN, // needs nothing but contracts and the code shown
    TIER_LIKELY,  // rests on one assumption, which the message names
    TIER_AUDIT,   // worth a look
    TIERS
};

struct trail_step {
    const char *file;
    uint32_t line, col;
    const char *text;
};

// Paths are relative to the project root when below it, else absolute.
struct finding {
    const char *file;
    uint32_t line, col;
    const char *function;
    enum rule rule;
    enum tier tier;
    bool only_oom;      // the path needs an allocation to fail
    bool in_setup;      // in module init or exit: runs once
    const char *text;   // the message, without "warning:" and "[rule]"
    const char *object; // the variable or expression it is about, may be ""
    const char *origin; // source text of where the reference came from: what
                        // tells findings of one function apart without lines
    uint64_t macro;     // not 0: in a function that a macro has written; alike
                        // for the same words of the same macro
    uint32_t ntrail;
    struct trail_step *trail;
    char fingerprint[17]; // 16 hex digits; see finding_fingerprints
};

struct finding_list {
    struct finding *items;
    size_t count, cap;
};

const char *rule_name(enum rule r);
const char *rule_text(enum rule r);

// A page on a rule: C code that begins with a comment on what is wrong and what
// to do, then shows the mistake and the same without. NULL when there is none.
// The pages end with a row without a name.
struct rule_page {
    const char *rule, *text;
};
extern const struct rule_page rule_pages[];
const char *rule_page(enum rule r);
enum rule rule_by_name(const char *name); // RULE_NONE when unknown
const char *tier_name(enum tier t);
int tier_by_name(const char *name); // -1 when unknown

void finding_add(struct arena *a, struct finding_list *list,
                 const struct finding *f);

// Add what is found in one unit; of findings that one macro has written into
// many functions the first by place is kept, and says so. O(n^2) in these.
void finding_gather(struct arena *a, struct finding_list *list,
                    const struct finding *const *found, size_t n);

// Sort for output: file, line, column, rule, function, object, text. Of
// duplicates (same in all of these, such as a header's function seen by two
// units) the one with the strongest tier is kept, of these the one with the
// shortest trail. Deterministic for any order of input. O(n log n).
void finding_sort(struct finding_list *list);

// Fill in the fingerprints of a sorted list: a hash of rule, file, function,
// object, origin and, among equal ones, the ordinal. No line numbers: it
// stands when code above moves.
void finding_fingerprints(struct finding_list *list);

#endif
