// support.h - what the tests of the runtime share: its life, what is asserted
// of objects, nodes with two references, chance, and how large a test may be
// where it runs.

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

// That the last call has failed with code; the error is cleared.
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

// That the repr of o is text.
static inline void assert_shows(rc_object *o, const char *text)
{
    rc_object *shown = made(rc_repr(o));

    assert_string_equal(rc_str_text(shown), text);
    rc_decref(shown);
}

// The same where the end of the repr is an address.
static inline void assert_repr_begins(rc_object *o, const char *text)
{
    rc_object *repr = made(rc_repr(o));

    assert_int_equal(strncmp(rc_str_text(repr), text, strlen(text)), 0);
    rc_decref(repr);
}

// How often part is in text, without overlaps.
static inline size_t count_in(const char *text, const char *part)
{
    size_t n = 0;

    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

// The code of a function of which only the object matters.
static inline rc_object *do_nothing(rc_object *self, rc_object *args)
{
    (void)self;
    (void)args;
    return rc_newref(rc_none);
}

#ifdef RC_AUDIT
// Calls make until it makes something, while its first allocation fails, then
// its second, and so on; each failure says so.
static inline void make_without_memory(rc_object *(*make)(void))
{
    rc_object *o = NULL;

    for (uint64_t n = 1; !o; n++) {
        rc_audit_fail_alloc(n, false);
        o = make();
        rc_audit_fail_alloc(0, false);
        if (!o)
            assert_error(RC_ERROR_MEMORY);
    }
    rc_decref(o);
}
#endif

// ---- chance ----

// Where the sequence is; a test that sets it repeats what follows.
static uint64_t chance = 88172645463325252U;

// The next number of the sequence.
static inline uint64_t next_chance(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance;
}

// One of the n numbers from 0 on.
static inline size_t below(size_t n)
{
    return (size_t)(next_chance() % n);
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
static inline rc_object *new_node_of(rc_type *type, rc_object *left,
                                     rc_object *right)
{
    rc_object *o = made(rc_new(type));

    rc_setref(&node_of(o)->left, left);
    rc_setref(&node_of(o)->right, right);
    return o;
}

static inline rc_object *new_node(rc_object *left, rc_object *right)
{
    return new_node_of(&node_type, left, right);
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
    return new_node_of(&final_type, left, right);
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
    return new_node_of(&giant_type, left, right);
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

// A test in a runtime of its own.
#define TEST(test)                                                             \
    cmocka_unit_test_setup_teardown(test, begin_runtime, end_runtime)

#endif
