// finish.c - from a draft to a function of the IR.
//
// in     blocks in any order, some of them dead or empty
// out    blocks in reverse post order, all reached; chains of blocks with one
//        way in and out are one block; temps nobody uses are gone
// keeps  the order of instructions in a block

#include "parse/lower.h"

#include <string.h>

struct order {
    struct body *f;
    uint32_t *preds;  // edges into each block, from reached ones
    uint32_t *number; // 1 + place in the result
    uint32_t *list;   // blocks in the order of the result
    uint32_t n;
};

struct visit {
    uint32_t block;
    size_t left; // successors still to look at, from the last to the first
};

// Reverse post order; the first successor comes first where it can.
static void sort_blocks(struct order *o)
{
    struct body *f = o->f;
    struct visit *stack = arena_array(f->a, struct visit, f->nblocks + 1);
    bool *seen = arena_array(f->a, bool, f->nblocks);
    size_t depth = 1;
    uint32_t n = 0;

    stack[0] = (struct visit){0, f->blocks[0].nsucc};
    seen[0] = true;
    while (depth) {
        struct visit *top = &stack[depth - 1];
        uint32_t to;

        if (top->left == 0) {
            o->list[n++] = top->block;
            depth--;
            continue;
        }
        to = f->blocks[top->block].succ[--top->left];
        if (!seen[to]) {
            seen[to] = true;
            stack[depth++] = (struct visit){to, f->blocks[to].nsucc};
        }
    }
    for (uint32_t i = 0; i < n / 2; i++) {
        uint32_t swap = o->list[i];

        o->list[i] = o->list[n - 1 - i];
        o->list[n - 1 - i] = swap;
    }
    o->n = n;
}

// Instructions that only make a value.
static bool is_pure(enum ir_op op)
{
    return ir_op_has_dst(op) && op != IR_CALL && op != IR_LOAD;
}

// Who uses a temp: used[t] is the last of them, NULL when there is none.
static void use(const struct ir_ins **used, const struct ir_ins *ins)
{
    used[ins->a] = used[ins->b] = ins;
    for (uint32_t i = 0; i < ins->nargs; i++)
        used[ins->args[i]] = ins;
}

static bool is_constant(enum ir_op op)
{
    return op == IR_CONST || op == IR_STR || op == IR_FN;
}

// A constant stands where it is used.
static void place(struct ir_ins *ins, const struct ir_ins *user)
{
    if (!is_constant(ins->op))
        return;
    ins->at = user->at;
    ins->spelled = user->spelled;
    ins->macro = user->macro;
}

static void drop_unused(struct draft_block *b, const struct ir_ins **used)
{
    struct ir_ins end = {
        .a = b->value, .at = b->at, .spelled = b->spelled, .macro = b->macro};
    size_t kept = 0;

    use(used, &end);
    for (size_t i = b->nins; i-- > 0;) {
        struct ir_ins *ins = &b->ins[i];

        if (is_pure(ins->op) && !used[ins->dst]) {
            ins->op = IR_OPS;
            continue;
        }
        if (ins->dst && used[ins->dst])
            place(ins, used[ins->dst]);
        use(used, ins);
    }
    for (size_t i = 0; i < b->nins; i++) {
        if (b->ins[i].op != IR_OPS)
            b->ins[kept++] = b->ins[i];
    }
    b->nins = kept;
}

static void drop_all_unused(struct body *f)
{
    const struct ir_ins **used =
        arena_array(f->a, const struct ir_ins *, f->ntemps + 1);

    for (size_t i = 0; i < f->nblocks; i++)
        drop_unused(&f->blocks[i], used);
}

// Past empty blocks that only jump on. Bounded: they may jump in a circle.
static uint32_t past_empty(const struct body *f, uint32_t block)
{
    for (size_t i = 0; i < f->nblocks; i++) {
        const struct draft_block *b = &f->blocks[block];

        if (b->nins || b->end != IR_JUMP || b->succ[0] == block)
            break;
        block = b->succ[0];
    }
    return block;
}

static void thread_jumps(struct body *f)
{
    for (size_t i = 0; i < f->nblocks; i++) {
        for (size_t s = 0; s < f->blocks[i].nsucc; s++)
            f->blocks[i].succ[s] = past_empty(f, f->blocks[i].succ[s]);
    }
}

static void count_preds(struct order *o)
{
    for (uint32_t i = 0; i < o->n; i++) {
        const struct draft_block *b = &o->f->blocks[o->list[i]];

        for (size_t s = 0; s < b->nsucc; s++)
            o->preds[b->succ[s]]++;
    }
    o->preds[0]++; // the caller
}

// Append block next, which nobody else leads to, to b.
static void append(struct body *f, struct draft_block *b,
                   const struct draft_block *next)
{
    for (size_t i = 0; i < next->nins; i++)
        arena_push(f->a, b->ins, b->nins, b->cap, next->ins[i]);
    b->end = next->end;
    b->value = next->value;
    b->succ = next->succ;
    b->nsucc = next->nsucc;
    b->cases = next->cases;
    b->at = next->at;
    b->spelled = next->spelled;
    b->macro = next->macro;
}

static void merge_chains(struct order *o)
{
    struct body *f = o->f;

    for (uint32_t i = 0; i < o->n; i++) {
        struct draft_block *b = &f->blocks[o->list[i]];

        if (!b->ended)
            continue; // swallowed
        while (b->end == IR_JUMP && o->preds[b->succ[0]] == 1
               && &f->blocks[b->succ[0]] != b) {
            struct draft_block *next = &f->blocks[b->succ[0]];

            append(f, b, next);
            next->ended = false;
            next->nsucc = 0;
        }
    }
}

static void renumber(struct ir_ins *ins, uint32_t *number, uint32_t *next)
{
    ins->a = number[ins->a];
    ins->b = number[ins->b];
    for (uint32_t i = 0; i < ins->nargs; i++)
        ins->args[i] = number[ins->args[i]];
    if (ins->dst) {
        number[ins->dst] = ++*next;
        ins->dst = *next;
    }
}

static void *copy(struct arena *a, const void *from, size_t n, size_t size)
{
    void *to;

    if (n == 0)
        return NULL;
    to = arena_alloc(a, n, size);
    memcpy(to, from, n * size);
    return to;
}

static void write_block(struct order *o, struct draft_block *b,
                        struct ir_block *ret, uint32_t *number)
{
    struct body *f = o->f;

    for (size_t i = 0; i < b->nins; i++)
        renumber(&b->ins[i], number, &f->ir->ntemps);
    *ret = (struct ir_block){
        .nins = (uint32_t)b->nins,
        .ins = copy(f->u->a, b->ins, b->nins, sizeof(*b->ins)),
        .end = b->end,
        .value = number[b->value],
        .nsucc = (uint32_t)b->nsucc,
        .succ = copy(f->u->a, b->succ, b->nsucc, sizeof(*b->succ)),
        .cases = b->end == IR_SWITCH && b->nsucc > 1
                     ? copy(f->u->a, b->cases, b->nsucc - 1, sizeof(*b->cases))
                     : NULL,
        .at = b->at,
        .spelled = b->spelled,
        .macro = b->macro,
    };
    for (uint32_t i = 0; i < ret->nsucc; i++)
        ret->succ[i] = o->number[b->succ[i]] - 1;
}

static void write_blocks(struct order *o)
{
    struct body *f = o->f;
    uint32_t *number = arena_array(f->a, uint32_t, f->ntemps + 1);

    for (uint32_t i = 0; i < o->n; i++)
        o->number[o->list[i]] = i + 1;
    f->ir->nblocks = o->n;
    f->ir->blocks = arena_array(f->u->a, struct ir_block, o->n);
    for (uint32_t i = 0; i < o->n; i++)
        write_block(o, &f->blocks[o->list[i]], &f->ir->blocks[i], number);
}

void finish_body(struct body *f)
{
    struct order o = {
        .f = f,
        .preds = arena_array(f->a, uint32_t, f->nblocks),
        .number = arena_array(f->a, uint32_t, f->nblocks),
        .list = arena_array(f->a, uint32_t, f->nblocks),
    };

    drop_all_unused(f);
    thread_jumps(f);
    sort_blocks(&o);
    count_preds(&o);
    merge_chains(&o);
    sort_blocks(&o);
    write_blocks(&o);
    f->ir->nlocals = (uint32_t)f->nlocals;
    f->ir->locals = copy(f->u->a, f->locals, f->nlocals, sizeof(*f->locals));
}
