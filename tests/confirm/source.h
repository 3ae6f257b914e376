// source.h - the text of a fixture, by lines, words and functions.

#ifndef TESTS_CONFIRM_SOURCE_H
#define TESTS_CONFIRM_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A part of the text, not terminated.
struct span {
    const char *text;
    size_t n;
};

// Line `number`, from 1, without its end; empty behind the last one.
struct span source_line(const char *source, uint32_t number);

// From the name of a function, where it is defined, to its closing brace; empty
// when it is not.
struct span source_body(const char *source, const char *name);

// Has it that word, with that character behind it (0: any)?
bool source_has_word(struct span s, const char *word, char behind);

#endif
