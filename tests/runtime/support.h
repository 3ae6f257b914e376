// support.h - what the tests of the core share: the life of a runtime, nodes
// with two references, and how large a test may be where it runs.

#ifndef TESTS_RUNTIME_SUPPORT_H
#define TESTS_RUNTIME_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rc/rc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#if defined(__SANITIZE_ADDRESS__)
enum { IS_SANITIZED = 1 };
#else
enum { IS_SANITIZED = 0 };
#endif

#ifdef RC_AUDIT
enum { IS_AUDITED = 1 };
#else
enum { IS_AUDITED = 0 };
#endif

static inline bool is_stressed(void)
{
    const char *value = IS_AUDITED ? getenv("RC_GC_STRESS") : NULL;

    return value && strcmp(value, "1") == 0;
}

static inline size_t at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

// n objects where nothing slows the runtime down, fewer elsewhere: with a
// collection for each container that is made the time is their square.
static inline size_t scaled(size_t n)
{
    if (is_stressed())
        return at_most(n, IS_SANITIZED ? 400 : 1000);
    if (IS_AUDITED)
        n = at_most(n, 50000);
    return IS_SANITIZED ? at_most(n, 100000) : n;
}

// What a call that must not fail has made.
static inline rc_object *made(rc_object *o)
{
    assert_non_null(o);
    return o;
}

static inline void assert_error(enum rc_error code)
{
    assert_string_equal(rc_error_name(rc_error_code()), rc_error_name(code));
    assert_string_not_equal(rc_error_message(), "");
    rc_error_clear();
}

static int count_live(rc_object *o, size_t bytes, void *arg)
{
    (void)o;
    (void)bytes;
    ++*(size_t *)arg;
    return 0;
}

static inline size_t live_objects(void)
{
    size_t n = 0;

    rc_heap_walk(count_live, &n);
    return n;
}

static inline void assert_count(rc_object *o, int64_t count)
{
    assert_int_equal(rc_count_at(rc_id(o)), count);
}

// ---- nodes ----

struct node {
    rc_object head;
    rc_object *left, *right;
};

static const uint16_t node_slots[] = {offsetof(struct node, left),
                                      offsetof(struct node, right), 0};
static const char *const node_slot_names[] = {"left", "right"};

static rc_type node_type = {.name = "node",
                            .size = sizeof(struct node),
                            .slots = node_slots,
                            .slot_names = node_slot_names};

static inline struct node *node_of(rc_object *o)
{
    return (struct node *)(void *)o;
}

// Takes over the references left and right, which may be NULL.
static inline rc_object *new_node(rc_object *left, rc_object *right)
{
    rc_object *o = made(rc_new(&node_type));

    rc_setref(&node_of(o)->left, left);
    rc_setref(&node_of(o)->right, right);
    return o;
}

// A node with a finalizer, which does what the test at hand wants.
static struct {
    size_t count; // how often one has run
    void (*then)(rc_object *self);
} finalized;

static void final_finalize(rc_object *self)
{
    finalized.count++;
    if (finalized.then)
        finalized.then(self);
}

static rc_type final_type = {.name = "final",
                             .size = sizeof(struct node),
                             .slots = node_slots,
                             .slot_names = node_slot_names,
                             .finalize = final_finalize};

static inline rc_object *new_final(rc_object *left, rc_object *right)
{
    rc_object *o = made(rc_new(&final_type));

    rc_setref(&node_of(o)->left, left);
    rc_setref(&node_of(o)->right, right);
    return o;
}

// A node that does not fit a page.
struct giant {
    struct node node;
    char filling[2000];
};

static rc_type giant_type = {
    .name = "giant", .size = sizeof(struct giant), .slots = node_slots};

static inline rc_object *new_giant(rc_object *left, rc_object *right)
{
    rc_object *o = made(rc_new(&giant_type));

    rc_setref(&node_of(o)->left, left);
    rc_setref(&node_of(o)->right, right);
    return o;
}

// References in memory of its own, which only callbacks know.
struct vector {
    rc_object head;
    size_t n;
    rc_object **items;
};

static inline struct vector *vector_of(rc_object *o)
{
    return (struct vector *)(void *)o;
}

static int vector_traverse(rc_object *self, rc_visit visit, void *arg)
{
    const struct vector *v = vector_of(self);
    int r = 0;

    for (size_t i = 0; v->items && i < v->n && !r; i++)
        r = v->items[i] ? visit(v->items[i], arg) : 0;
    return r;
}

static void vector_clear(rc_object *self)
{
    struct vector *v = vector_of(self);

    for (size_t i = 0; v->items && i < v->n; i++)
        rc_clear(&v->items[i]);
}

static void vector_dealloc(rc_object *self)
{
    struct vector *v = vector_of(self);

    for (size_t i = 0; v->items && i < v->n; i++)
        assert_null(v->items[i]);
    rc_body_free(v->items, v->n * sizeof(*v->items));
}

static rc_type vector_type = {.name = "vector",
                              .size = sizeof(struct vector),
                              .traverse = vector_traverse,
                              .clear = vector_clear,
                              .dealloc = vector_dealloc};

static inline rc_object *new_vector(size_t n)
{
    rc_object *o = made(rc_new(&vector_type));
    struct vector *v = vector_of(o);

    v->n = n;
    v->items = rc_body_new(n * sizeof(*v->items));
    assert_non_null(v->items);
    memset(v->items, 0, n * sizeof(*v->items));
    return o;
}

// ---- the life of a runtime ----

static inline int begin_runtime(void **state)
{
    static rc_type *const types[] = {&node_type, &final_type, &giant_type,
                                     &vector_type};

    (void)state;
    memset(&finalized, 0, sizeof(finalized));
    if (rc_init() < 0)
        return -1;
    for (size_t i = 0; i < LENGTH(types); i++) {
        if (rc_type_ready(types[i]) < 0)
            return -1;
    }
    return 0;
}

static inline int end_runtime(void **state)
{
    size_t alive;

    (void)state;
    rc_error_clear();
    alive = rc_fini();
    if (alive)
        print_error("%zu objects are alive at the end\n", alive);
    return alive ? -1 : 0;
}

#endif
