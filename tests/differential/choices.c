// choices.c - see choices.h.

#include "choices.h"

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): any seed is a good one.
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct choices choices_from_seed(struct arena *a, uint64_t seed)
{
    return (struct choices){.arena = a, .random = seed};
}

struct choices choices_replayed(uint16_t *items, size_t count)
{
    return (struct choices){.items = items, .count = count, .is_replay = true};
}

unsigned choose(struct choices *c, unsigned n)
{
    uint16_t made;

    if (c->is_replay)
        return c->at < c->count ? c->items[c->at++] % n : 0;
    made = (uint16_t)((next_random(&c->random) >> 16) % n);
    arena_push(c->arena, c->items, c->count, c->cap, made);
    return made;
}
