// order.c - are the blocks of a function all reached, in reverse post order?
//
// A reverse post order is also a preorder of the same depth-first tree, its
// children taken from last to first. So the tree can be built while reading
// the blocks in order: the parent of a block is the deepest block of the
// current branch that has an edge to it. Deeper is never worse, as it only
// adds ancestors. The order is a reverse post order when each block finds a
// parent and each edge that leads back leads to an ancestor.

#include "ir/check.h"

struct preds {
    uint32_t *first; // preds of block b: all[first[b]] .. all[first[b + 1] - 1]
    uint32_t *all;
};

static struct preds find_preds(struct arena *a, const struct ir_fn *fn)
{
    struct preds p = {.first =
                          arena_array(a, uint32_t, (size_t)fn->nblocks + 2)};
    uint32_t edges = 0;

    // Counted two places ahead, then summed, then moved back while filling.
    for (uint32_t b = 0; b < fn->nblocks; b++) {
        for (uint32_t i = 0; i < fn->blocks[b].nsucc; i++)
            p.first[fn->blocks[b].succ[i] + 2]++;
        edges += fn->blocks[b].nsucc;
    }
    for (uint32_t b = 2; b < fn->nblocks + 2; b++)
        p.first[b] += p.first[b - 1];
    p.all = arena_array(a, uint32_t, edges);
    for (uint32_t b = 0; b < fn->nblocks; b++)
        for (uint32_t i = 0; i < fn->blocks[b].nsucc; i++)
            p.all[p.first[fn->blocks[b].succ[i] + 1]++] = b;
    return p;
}

static int check_reached(const struct check *c, struct arena *a)
{
    const struct ir_fn *fn = c->fn;
    bool *reached = arena_array(a, bool, fn->nblocks);
    uint32_t *todo = arena_array(a, uint32_t, fn->nblocks);
    uint32_t ntodo = 1;

    reached[0] = true;
    while (ntodo) {
        const struct ir_block *b = &fn->blocks[todo[--ntodo]];

        for (uint32_t i = 0; i < b->nsucc; i++) {
            if (!reached[b->succ[i]])
                todo[ntodo++] = b->succ[i];
            reached[b->succ[i]] = true;
        }
    }
    for (uint32_t b = 0; b < fn->nblocks; b++)
        if (!reached[b])
            return check_fail(c, "block %u is not reached from the entry", b);
    return 0;
}

static int check_sorted(const struct check *c, struct arena *a)
{
    const struct ir_fn *fn = c->fn;
    struct preds preds = find_preds(a, fn);
    uint32_t *branch = arena_array(a, uint32_t, fn->nblocks);
    bool *on_branch = arena_array(a, bool, fn->nblocks);
    uint32_t *leads_to = arena_array(a, uint32_t, fn->nblocks);
    uint32_t n = 0;

    for (uint32_t b = 0; b < fn->nblocks; b++) {
        for (uint32_t i = preds.first[b]; i < preds.first[b + 1]; i++)
            leads_to[preds.all[i]] = b;
        while (b > 0 && n > 0 && leads_to[branch[n - 1]] != b)
            on_branch[branch[--n]] = false;
        if (b > 0 && n == 0)
            return check_fail(c, "block %u is not in reverse post order", b);
        branch[n++] = b;
        on_branch[b] = true;
        for (uint32_t i = 0; i < fn->blocks[b].nsucc; i++) {
            uint32_t to = fn->blocks[b].succ[i];

            if (to <= b && !on_branch[to])
                return check_fail(
                    c,
                    "the edge from block %u to %u is not that of a "
                    "reverse post order",
                    b, to);
        }
    }
    return 0;
}

int check_order(const struct check *c)
{
    struct arena a = {0};
    int r = check_reached(c, &a);

    if (r == 0)
        r = check_sorted(c, &a);
    arena_release(&a);
    return r;
}
