// smoke.c - a fuzz target -> a test that ends: seeds and mutations of them.
//
//     fuzz_x_smoke COUNT FOLDER...
//
// Runs the target on the empty input, on each file of the folders (those that
// exist), and on COUNT mutations of these. The mutations come from a fixed
// xorshift sequence (Marsaglia, 2003), so a failure comes again when it is run
// again.

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_EDITS = 8, MOST_INSERTED = 16 };

struct input {
    char *data;
    size_t size;
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t below(uint64_t *state, size_t n)
{
    return n ? (size_t)(next_random(state) % n) : 0;
}

static char interesting(uint64_t *state)
{
    static const char bytes[] =
        "\0\1\x7f\x80\xff\n\t \"\\{}[]()<>:;,|?#*-%/.09az";

    return bytes[below(state, sizeof(bytes) - 1)];
}

static void insert(struct input *in, size_t at, size_t n, uint64_t *state)
{
    size_t from = below(state, in->size);
    char text[MOST_INSERTED];

    for (size_t i = 0; i < n; i++)
        text[i] = (char)(from + i < in->size ? in->data[from + i]
                                             : interesting(state));
    memmove(in->data + at + n, in->data + at, in->size - at);
    memcpy(in->data + at, text, n);
    in->size += n;
}

static void erase(struct input *in, size_t at, size_t n)
{
    if (n > in->size - at)
        n = in->size - at;
    memmove(in->data + at, in->data + at + n, in->size - at - n);
    in->size -= n;
}

// in->data has room for MOST_INSERTED more bytes.
static void edit(struct input *in, uint64_t *state)
{
    size_t at = below(state, in->size);
    size_t n = 1 + below(state, MOST_INSERTED);

    switch (below(state, in->size ? 6 : 1)) {
    case 0:
        insert(in, at, n, state);
        break;
    case 1:
        in->data[at] = (char)(in->data[at] ^ 1 << below(state, 8));
        break;
    case 2:
        in->data[at] = interesting(state);
        break;
    case 3:
        in->data[at] = (char)next_random(state);
        break;
    case 4:
        erase(in, at, n);
        break;
    default:
        if (below(state, 4) == 0) // seldom: little is left of the input
            in->size = at;
        break;
    }
}

// In a block of its own and of its exact size: a read past the end is seen.
static void run(const char *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);

    if (!copy)
        exit(2);
    if (size)
        memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void run_mutation(struct arena *a, const struct input *seed,
                         uint64_t *state)
{
    size_t edits = 1 + below(state, MOST_EDITS);
    struct input in = {.size = seed->size};

    in.data = arena_alloc(a, in.size + (size_t)MOST_EDITS * MOST_INSERTED, 1);
    if (in.size)
        memcpy(in.data, seed->data, in.size);
    while (edits--)
        edit(&in, state);
    run(in.data, in.size);
}

static int is_file_name(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int read_seeds(struct arena *a, const char *folder, struct input **seeds,
                      size_t *count, size_t *cap)
{
    struct dirent **names = NULL;
    int n = scandir(folder, &names, is_file_name, alphasort);
    int r = 0;

    for (int i = 0; i < n; i++) {
        struct input in = {0};
        struct err err;

        if (r == 0
            && file_read(a, path_join(a, folder, names[i]->d_name), &in.data,
                         &in.size, &err)
                   < 0) {
            fprintf(stderr, "%s\n", err.text);
            r = -1;
        }
        if (r == 0)
            arena_push(a, *seeds, *count, *cap, in);
        free(names[i]);
    }
    free(names);
    return r;
}

int main(int argc, char **argv)
{
    struct arena a = {0};
    struct arena scratch = {0};
    struct input *seeds = NULL;
    size_t count = 0;
    size_t cap = 0;
    long mutations = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    uint64_t state = 88172645463325252U;
    int r = 0;

    arena_push(&a, seeds, count, cap, ((struct input){0}));
    for (int i = 2; i < argc; i++)
        if (file_is_dir(argv[i])
            && read_seeds(&a, argv[i], &seeds, &count, &cap) < 0)
            r = 2;
    for (size_t i = 0; r == 0 && i < count; i++)
        run(seeds[i].data, seeds[i].size);
    for (long i = 0; r == 0 && i < mutations; i++) {
        run_mutation(&scratch, &seeds[(size_t)i % count], &state);
        arena_reset(&scratch);
    }
    printf("%zu seeds, %ld mutations\n", count, mutations);
    arena_release(&scratch);
    arena_release(&a);
    return r;
}
