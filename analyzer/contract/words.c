// words.c - the words of effects.def, traits.def, lives.def and stores.def, by
// number and by text.
//
// Also says which word a misspelt one is nearest to (optimal string alignment
// distance), so that an error can propose it.

#include "contract/words.h"

#include <limits.h>
#include <string.h>

enum { WORD_MAX = 40 }; // longer ones are not worth a suggestion

static const struct effect_info effects[EFFECTS] = {
#define EFFECT(id, word, where, n, q, text)                                    \
    [EFFECT_##id] = {word, WHERE_##where, n, q},
#include "contract/effects.def"
#undef EFFECT
};

static const char *const traits[TRAITS] = {
#define TRAIT(id, word, text) [TRAIT_BIT_##id] = word,
#include "contract/traits.def"
#undef TRAIT
};

static const char *const lives[LIVES] = {
#define LIFE(id, word, text) [LIFE_BIT_##id] = word,
#include "contract/lives.def"
#undef LIFE
};

static const char *const stores[STORES] = {
#define STORED(id, word, text) [STORED_BIT_##id] = word,
#include "contract/stores.def"
#undef STORED
};

static const struct {
    const char *word, *text;
} ctypes[CTYPES] = {
    [CTYPE_NONE] = {"", ""},
#define CTYPE(id, word, text) [CTYPE_##id] = {word, text},
#include "contract/ctypes.def"
#undef CTYPE
};

const struct effect_info *effect_info(enum effect_kind k)
{
    return &effects[k];
}

const char *effect_word(enum effect_kind k)
{
    return effects[k].word;
}

const char *ctype_word(enum ctype t)
{
    return ctypes[t].word;
}

const char *ctype_text(enum ctype t)
{
    return ctypes[t].text;
}

enum ctype ctype_by_word(const char *word)
{
    int i = CTYPES - 1;

    while (i > CTYPE_NONE && strcmp(ctypes[i].word, word) != 0)
        i--;
    return (enum ctype)i;
}

const char *trait_word(enum trait_bit b)
{
    return traits[b];
}

int effect_by_word(const char *word)
{
    for (int i = 0; i < EFFECTS; i++)
        if (strcmp(effects[i].word, word) == 0)
            return i;
    return -1;
}

int trait_by_word(const char *word)
{
    for (int i = 0; i < TRAITS; i++)
        if (strcmp(traits[i], word) == 0)
            return i;
    return -1;
}

const char *life_word(enum life_bit b)
{
    return lives[b];
}

int life_by_word(const char *word)
{
    for (int i = 0; i < LIVES; i++)
        if (strcmp(lives[i], word) == 0)
            return i;
    return -1;
}

const char *life_nth(size_t i)
{
    return i < LIVES ? lives[i] : NULL;
}

const char *stored_word(enum stored_bit b)
{
    return stores[b];
}

int stored_by_word(const char *word)
{
    for (int i = 0; i < STORES; i++)
        if (strcmp(stores[i], word) == 0)
            return i;
    return -1;
}

const char *stored_nth(size_t i)
{
    return i < STORES ? stores[i] : NULL;
}

const char *effect_nth(size_t i)
{
    return i < EFFECTS ? effects[i].word : NULL;
}

static const char *const error_words[] = {
    [ERROR_AFTER_UNSAID] = "error-any",
    [ERROR_AFTER_KEPT] = "error-kept",
    [ERROR_AFTER_SET] = "error-set",
    [ERROR_AFTER_CLEAR] = "error-clear",
};

const char *error_word(enum error_after error)
{
    return error_words[error];
}

int error_by_word(const char *word)
{
    int e = ERROR_AFTER_CLEAR;

    while (e >= 0 && strcmp(error_words[e], word) != 0)
        e--;
    return e;
}

const char *item_nth(size_t i)
{
    static const char *const more[] = {"ok",        "fail",        "error-kept",
                                       "error-set", "error-clear", "error-any"};

    if (i < EFFECTS)
        return effects[i].word;
    i -= EFFECTS;
    return i < sizeof(more) / sizeof(*more) ? more[i] : NULL;
}

const char *trait_nth(size_t i)
{
    static const char *const more[] = {"since", "until", "prefer", "ready"};

    if (i < TRAITS)
        return traits[i];
    i -= TRAITS;
    return i < sizeof(more) / sizeof(*more) ? more[i] : NULL;
}

static int least(int a, int b, int c)
{
    int m = a < b ? a : b;

    return m < c ? m : c;
}

int word_distance(const char *a, const char *b)
{
    int d[WORD_MAX + 1][WORD_MAX + 1];
    size_t na = strlen(a), nb = strlen(b);

    if (na > WORD_MAX || nb > WORD_MAX)
        return INT_MAX;
    for (size_t i = 0; i <= na; i++)
        d[i][0] = (int)i;
    for (size_t j = 0; j <= nb; j++)
        d[0][j] = (int)j;
    for (size_t i = 1; i <= na; i++)
        for (size_t j = 1; j <= nb; j++) {
            d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1,
                            d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1, INT_MAX);
        }
    return d[na][nb];
}

const char *word_nearest(const char *word, const char *(*nth)(size_t i))
{
    const char *best = NULL;
    int best_distance = strlen(word) > 4 ? 3 : 2; // must be nearer than that
    const char *w;

    for (size_t i = 0; (w = nth(i)) != NULL; i++) {
        int d = word_distance(word, w);

        if (d < best_distance && d < (int)strlen(w)) {
            best = w;
            best_distance = d;
        }
    }
    return best;
}
