// words.h - the closed sets of words of the contract language.

#ifndef CONTRACT_WORDS_H
#define CONTRACT_WORDS_H

#include "contract/contract.h"

enum effect_where { WHERE_ARG = 1, WHERE_RESULT = 2, WHERE_BOTH = 3 };

struct effect_info {
    const char *word;
    enum effect_where where;
    bool takes_n; // "in N" (ARG words) or "of N" (RESULT words)
    bool takes_q; // "?"
};

const struct effect_info *effect_info(enum effect_kind k);
int effect_by_word(const char *word); // enum effect_kind, or -1
int trait_by_word(const char *word);  // enum trait_bit, or -1
const char *trait_word(enum trait_bit b);
int life_by_word(const char *word); // enum life_bit, or -1
const char *life_word(enum life_bit b);
int stored_by_word(const char *word); // enum stored_bit, or -1
const char *stored_word(enum stored_bit b);
enum ctype ctype_by_word(const char *word); // CTYPE_NONE when it is none

// The words as lists, for suggestions: NULL behind the last.
const char *effect_nth(size_t i);
const char *item_nth(size_t i);  // of an outcome: effects, ok and fail ...
const char *trait_nth(size_t i); // with since, until and prefer
const char *life_nth(size_t i);
const char *stored_nth(size_t i);

// The words for what a call leaves of the error indicator (ERROR_AFTER_VOID has
// none); -1 for other words.
const char *error_word(enum error_after error);
int error_by_word(const char *word);

// The word of a list that a misspelt one was probably meant to be, or NULL.
const char *word_nearest(const char *word, const char *(*nth)(size_t i));
// How far two words are apart (a swap of neighbours counts once); large when
// they are certainly not the same word.
int word_distance(const char *a, const char *b);

#endif
