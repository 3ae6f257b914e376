// addresses.c - see addresses.h.

#include "addresses.h"

#include "base/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST_DIGITS = 12 };

struct names {
    struct arena *arena;
    unsigned long long *addresses;
    size_t count, cap;
};

// Its position among those that were seen, from 1.
static size_t name_of(struct names *names, unsigned long long address)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->addresses[i] == address)
            return i + 1;
    arena_push(names->arena, names->addresses, names->count, names->cap,
               address);
    return names->count;
}

// How many characters of the word at s are an address, and of which base.
static size_t address_length(const char *s, int *ret_base)
{
    size_t n = strspn(s, "0123456789");

    if (n >= FEWEST_DIGITS) {
        *ret_base = 10;
        return n;
    }
    if (strncmp(s, "0x", 2) != 0)
        return 0;
    n = strspn(s + 2, "0123456789abcdef");
    *ret_base = 16;
    return n ? n + 2 : 0;
}

// Addresses begin where a word does, and fill it.
static size_t word_length(const char *s)
{
    size_t n = 0;

    while (isalnum((unsigned char)s[n]) || s[n] == '_')
        n++;
    return n;
}

const char *addresses_named(struct arena *a, const char *text)
{
    struct names names = {.arena = a};
    struct buf out = {.arena = a};

    while (*text) {
        size_t n = word_length(text);
        int base = 0;

        if (n && address_length(text, &base) == n)
            buf_printf(&out, "#%zu",
                       name_of(&names, strtoull(text, NULL, base)));
        else
            buf_add(&out, text, n ? n : 1);
        text += n ? n : 1;
    }
    return buf_text(&out);
}
