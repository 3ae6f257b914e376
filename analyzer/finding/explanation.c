// explanation.c - see explanation.h.

#include "finding/explanation.h"

static const struct {
    const char *word, *text;
} sources[SOURCES] = {
#define SOURCE(id, word, text) {word, text},
#include "finding/sources.def"
#undef SOURCE
};

const char *source_word(enum source s)
{
    return sources[s].word;
}

const char *source_text(enum source s)
{
    return sources[s].text;
}
