// differential.c - compare refcheck with what happens, on generated functions.
//
//     differential check SEED FUNCTIONS    of them, from this seed on
//     differential soak SEED MINUTES       as many as there is time for
//     differential show SEED               one function, and what is said of it
//     differential shrink SEED             a small one that is like it
//
// A function is named by its seed. The status is 1 where the two disagree and
// it is no stated limit.

#include "batch.h"
#include "generate.h"
#include "shrink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 150 };

struct tally {
    const char *name;
    size_t count;
};

struct tallies {
    struct tally *items;
    size_t count, cap;
};

struct session {
    struct arena arena; // of tallies
    const char *folder; // NULL: not made
    struct tallies kinds, limits;
    size_t functions, bad, given_up, runs, observations, findings;
};

static void count(struct arena *a, struct tallies *all, const char *name)
{
    struct tally new = {arena_strdup(a, name), 1};

    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->items[i].name, name) == 0) {
            all->items[i].count++;
            return;
        }
    }
    arena_push(a, all->items, all->count, all->cap, new);
}

static struct choices *choices_of(struct arena *a, uint64_t seed)
{
    struct choices *c = arena_new(a, struct choices);
    struct buf text = {.arena = a};

    *c = choices_from_seed(a, seed);
    (void)generate_function(c, "f", &text);
    return c;
}

static void print_trial(const struct trial *t)
{
    fputs(t->text, stdout);
    for (size_t i = 0; i < t->count; i++)
        printf("%s%s%s\n", t->items[i].text, t->items[i].limit ? ": " : "",
               t->items[i].limit ? t->items[i].limit : "");
    fflush(stdout);
}

static void report(struct session *s, uint64_t seed,
                   const struct disagreement *d)
{
    if (d->limit) {
        count(&s->arena, &s->limits, d->limit);
        return;
    }
    count(&s->arena, &s->kinds, d->kind);
    printf("seed %llu: %s\n", (unsigned long long)seed, d->text);
    fflush(stdout);
}

static void judge(struct session *s, const struct batch *b, uint64_t seed)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct trial *t = &b->trials[i];

        s->bad += t->observations > 0;
        s->given_up += t->is_given_up;
        s->observations += t->observations;
        s->findings += t->findings;
        for (size_t k = 0; k < t->count; k++)
            report(s, seed + i, &t->items[k]);
    }
    s->functions += b->count;
    s->runs += b->runs;
}

static int try_batch(struct session *s, uint64_t seed, size_t n,
                     struct err *err)
{
    struct arena arena = {0};
    struct batch b = {.arena = &arena, .folder = s->folder};
    int r;

    for (size_t i = 0; i < n; i++)
        batch_add(&b, choices_of(&arena, seed + i));
    r = batch_run(&b, err);
    if (r == 0)
        judge(s, &b, seed);
    arena_release(&arena);
    return r;
}

static int check(struct session *s, uint64_t seed, size_t functions,
                 time_t until, struct err *err)
{
    for (size_t done = 0; done < functions && (!until || time(NULL) < until);) {
        size_t n = functions - done < BATCH ? functions - done : BATCH;

        if (try_batch(s, seed + done, n, err) < 0)
            return -1;
        done += n;
    }
    return 0;
}

static int show(struct session *s, uint64_t seed, bool is_small,
                struct err *err)
{
    struct batch b = {.arena = &s->arena, .folder = s->folder};

    batch_add(&b, choices_of(&s->arena, seed));
    if (batch_run(&b, err) < 0
        || (is_small && shrink(&b, &b.trials[0], err) < 0))
        return -1;
    print_trial(&b.trials[0]);
    return 0;
}

static void print_tallies(const char *what, const struct tallies *all)
{
    for (size_t i = 0; i < all->count; i++)
        printf("%s: %zu: %s\n", what, all->items[i].count, all->items[i].name);
}

static void summarize(const struct session *s)
{
    print_tallies("limit", &s->limits);
    print_tallies("unexplained", &s->kinds);
    printf("%zu functions, of them %zu with mistakes; %zu given up (%.2f %%); "
           "%zu runs; %zu observations, %zu findings\n",
           s->functions, s->bad, s->given_up,
           100.0 * (double)s->given_up / (double)s->functions, s->runs,
           s->observations, s->findings);
}

static int work(struct session *s, int argc, char **argv, struct err *err)
{
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
    unsigned long n = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;

    if (argc == 3 && strcmp(argv[1], "show") == 0)
        return show(s, seed, false, err);
    if (argc == 3 && strcmp(argv[1], "shrink") == 0)
        return show(s, seed, true, err);
    if (argc == 4 && strcmp(argv[1], "check") == 0)
        return check(s, seed, n, 0, err);
    if (argc == 4 && strcmp(argv[1], "soak") == 0)
        return check(s, seed, SIZE_MAX, time(NULL) + (time_t)n * 60, err);
    err_set(err, argv[0], 0,
            "usage: check SEED FUNCTIONS | soak SEED MINUTES"
            " | show SEED | shrink SEED");
    return -1;
}

static int make_folder(struct session *s, struct err *err)
{
    const char *base = getenv("TMPDIR");
    char *name = arena_printf(&s->arena, "%s/differential-XXXXXX",
                              base ? base : P_tmpdir);

    if (!mkdtemp(name)) {
        err_set(err, name, 0, "cannot make the folder: %s", strerror(errno));
        return -1;
    }
    s->folder = name;
    return 0;
}

static void remove_folder(struct session *s)
{
    static const char *const files[] = {"generated.c", "generated"};

    if (!s->folder)
        return;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        (void)remove(arena_printf(&s->arena, "%s/%s", s->folder, files[i]));
    (void)rmdir(s->folder);
}

int main(int argc, char **argv)
{
    struct session s = {.folder = NULL};
    struct err err;
    bool is_good = true;

    if (make_folder(&s, &err) < 0 || work(&s, argc, argv, &err) < 0) {
        fprintf(stderr, "%s\n", err.text);
        is_good = false;
    } else if (s.functions) {
        summarize(&s);
    }
    remove_folder(&s);
    is_good = is_good && !s.kinds.count;
    arena_release(&s.arena);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
