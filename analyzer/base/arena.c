// arena.c - see arena.h. Blocks double in size, so a long-lived arena costs a
// handful of them; oversized requests get a block of their own.

#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n) ((void)0)
#define UNPOISON(p, n) ((void)0)
#endif

enum { FIRST_BYTES = 16 * 1024, MOST_BYTES = 1024 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size; // bytes in data[]
    size_t used; // always a multiple of alignof(max_align_t)
    alignas(max_align_t) unsigned char data[];
};

static void out_of_memory(void)
{
    fputs("refcheck: out of memory\n", stderr);
    exit(2);
}

static size_t round_up(size_t n)
{
    size_t mask = alignof(max_align_t) - 1;

    return n > SIZE_MAX - mask ? SIZE_MAX : (n + mask) & ~mask;
}

static struct arena_block *block_push(struct arena *a, size_t need)
{
    size_t size = a->top ? a->top->size * 2 : FIRST_BYTES;
    struct arena_block *b = NULL;

    if (size > MOST_BYTES)
        size = MOST_BYTES;
    if (size < need)
        size = need;
    if (size <= SIZE_MAX - sizeof(*b))
        b = malloc(sizeof(*b) + size);
    if (!b)
        out_of_memory();
    *b = (struct arena_block){.older = a->top, .size = size};
    POISON(b->data, size);
    a->top = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    size_t need = size && count > SIZE_MAX / size ? SIZE_MAX : count * size;
    struct arena_block *b = a->top;
    void *p;

    need = round_up(need);
    if (!b || b->size - b->used < need)
        b = block_push(a, need);
    p = b->data + b->used;
    b->used += need;
    a->total += need;
    UNPOISON(p, need);
    return memset(p, 0, need);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1, 1);

    if (n)
        memcpy(copy, s, n);
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_list again;
    char *text;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    text = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1, 1);
    if (n >= 0)
        vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    return text;
}

void *arena_grow(struct arena *a, void *old, size_t count, size_t *cap,
                 size_t size)
{
    void *grown;

    if (count < *cap)
        return old;
    *cap = *cap ? *cap * 2 : 8;
    grown = arena_alloc(a, *cap, size);
    if (count)
        memcpy(grown, old, count * size);
    return grown;
}

void arena_reset(struct arena *a)
{
    while (a->top && a->top->older) {
        struct arena_block *b = a->top->older;

        a->top->older = b->older; // the newest block is the largest: keep it
        UNPOISON(b->data, b->size);
        free(b);
    }
    if (a->top) {
        a->top->used = 0;
        POISON(a->top->data, a->top->size);
    }
    a->total = 0;
}

void arena_release(struct arena *a)
{
    arena_reset(a);
    if (a->top)
        UNPOISON(a->top->data, a->top->size);
    free(a->top);
    a->top = NULL;
}
