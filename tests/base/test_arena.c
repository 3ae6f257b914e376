// test_arena.c - base/arena.c: alignment, zeros, growth, and what happens when
// memory runs out.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int is_zero(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return 0;
    return 1;
}

// Sizes around those of a block, each written full: a sanitizer sees overlaps
// with the end of a block, the second loop sees overlaps with each other.
static void test_alloc(void **state)
{
    static const size_t sizes[] = {0,     1,     15,    16,      17,
                                   16383, 16384, 16385, 1000000, 3000000};
    enum { COUNT = sizeof(sizes) / sizeof(*sizes) };
    struct arena a = {0};
    char *p[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        p[i] = arena_alloc(&a, sizes[i], 1);
        assert_non_null(p[i]);
        assert_int_equal((uintptr_t)p[i] % alignof(max_align_t), 0);
        assert_true(is_zero(p[i], sizes[i]));
        memset(p[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            if (p[i][k] != (char)(i + 1))
                fail_msg("allocation %zu was written over", i);
    arena_release(&a);
    assert_null(a.top);
    assert_int_equal(a.total, 0);
}

static void test_reset(void **state)
{
    struct arena a = {0};
    char *p;

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 1000; i++) {
            p = arena_alloc(&a, 10, 10);
            assert_true(is_zero(p, 100)); // also where a block is used again
            memset(p, 'x', 100);
        }
        assert_true(a.total >= 100000);
        arena_reset(&a);
        assert_int_equal(a.total, 0);
    }
    arena_release(&a);
    arena_release(&a); // of nothing is nothing
    arena_reset(&a);
}

static void test_strings(void **state)
{
    struct arena a = {0};
    char *s = arena_strdup(&a, "word");

    (void)state;
    assert_string_equal(s, "word");
    assert_string_equal(arena_strdup(&a, ""), "");
    assert_string_equal(arena_strndup(&a, "words", 4), "word");
    assert_string_equal(arena_strndup(&a, NULL, 0), "");
    assert_string_equal(arena_printf(&a, "%s-%d", s, 42), "word-42");
    assert_string_equal(arena_printf(&a, "%s", ""), "");
    arena_release(&a);
}

static void test_push(void **state)
{
    struct arena a = {0};
    int *items = NULL;
    size_t count = 0;
    size_t cap = 0;

    (void)state;
    for (int i = 0; i < 1000; i++)
        arena_push(&a, items, count, cap, i * i);
    assert_int_equal(count, 1000);
    assert_true(cap >= count);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i * i);
    arena_release(&a);
}

// In a child: out of memory ends the process with status 2.
static void test_out_of_memory(void **state)
{
    static const struct {
        size_t count, size;
    } cases[] = {
        {SIZE_MAX, 1},
        {1, SIZE_MAX - 8},
        {SIZE_MAX / 2, 3}, // count * size would be small again
        {(SIZE_MAX >> 4) + 2, 16},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int status = 0;
        pid_t child = fork();

        if (child == 0) {
            struct arena a = {0};

            if (!freopen("/dev/null", "w", stderr))
                _exit(3);
            arena_alloc(&a, cases[i].count, cases[i].size);
            _exit(0);
        }
        assert_true(child > 0);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc),         cmocka_unit_test(test_reset),
        cmocka_unit_test(test_strings),       cmocka_unit_test(test_push),
        cmocka_unit_test(test_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
