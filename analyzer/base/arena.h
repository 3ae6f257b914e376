// arena.h - memory that is given back all at once.
//
// Everything the analyzer builds lives in an arena named after how long it
// lives: session (rules, units), unit (the IR of one translation unit) or
// function (the paths through one function). A pointer may lead to its own
// arena or to a longer-lived one, never to a shorter one.
//
// Allocation cannot fail: when memory runs out the process stops with a
// message and status 2, so callers never test for NULL.

#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__GNUC__)
#define BASE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define BASE_PRINTF(fmt, args)
#endif

struct arena {
    struct arena_block *top; // newest block, older ones linked behind it
    size_t total;            // bytes asked for since the last reset
};

// count * size bytes, zeroed, aligned for any type.
void *arena_alloc(struct arena *a, size_t count, size_t size);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) BASE_PRINTF(2, 3);
void arena_reset(struct arena *a);   // forget the contents, keep one block
void arena_release(struct arena *a); // give everything back; a is empty again

#define arena_new(a, T) ((T *)arena_alloc((a), 1, sizeof(T)))
#define arena_array(a, T, n) ((T *)arena_alloc((a), (size_t)(n), sizeof(T)))

// Make room for one more element at the end of a growing array that lives in
// an arena: returns `old` or a copy with twice the room. *cap is updated. The
// old copy stays in the arena until it is reset (at most as much again).
void *arena_grow(struct arena *a, void *old, size_t count, size_t *cap,
                 size_t size);

// Append to (array, count, cap), which are lvalues; count and cap are size_t.
#define arena_push(a, array, count, cap, value)                                \
    ((array) = arena_grow((a), (array), (count), &(cap), sizeof(*(array))),    \
     (array)[(count)++] = (value))

#endif
