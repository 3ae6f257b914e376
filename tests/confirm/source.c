// source.c - see source.h.

#include "source.h"

#include <ctype.h>
#include <string.h>

struct span source_line(const char *source, uint32_t number)
{
    for (uint32_t i = 1; i < number && *source; i++) {
        source += strcspn(source, "\n");
        source += *source == '\n';
    }
    return (struct span){source, strcspn(source, "\n")};
}

struct span source_body(const char *source, const char *name)
{
    const char *end;

    for (const char *at = source; (at = strstr(at, name)); at++) {
        end = strstr(at, "\n}\n");
        if (end && at[strlen(name)] == '('
            && !memchr(at, ';', strcspn(at, "{")))
            return (struct span){at, (size_t)(end - at)};
    }
    return (struct span){source, 0};
}

static bool is_in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool source_has_word(struct span s, const char *word, char behind)
{
    size_t length = strlen(word);

    for (size_t i = 0; length && i + length <= s.n; i++)
        if (strncmp(s.text + i, word, length) == 0
            && (i == 0 || !is_in_word(s.text[i - 1]))
            && (behind ? s.text[i + length] == behind
                       : !is_in_word(s.text[i + length])))
            return true;
    return false;
}
