// test_buf.c - base/buf.c: text that grows.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

static void test_empty(void **state)
{
    struct arena a = {0};
    struct buf b = {.arena = &a};

    (void)state;
    assert_string_equal(buf_text(&b), "");
    buf_printf(&b, "%s", "");
    assert_string_equal(buf_text(&b), "");
    buf_add(&b, NULL, 0);
    assert_string_equal(buf_text(&b), "");
    assert_int_equal(b.len, 0);
    arena_release(&a);
}

static void test_grows(void **state)
{
    struct arena a = {0};
    struct buf b = {.arena = &a};
    char expect[4000] = "";

    (void)state;
    for (int i = 0; i < 500; i++) {
        snprintf(expect + strlen(expect), 8, "%d,", i);
        if (i % 2)
            buf_printf(&b, "%d,", i);
        else
            buf_str(&b, arena_printf(&a, "%d,", i));
        assert_int_equal(b.len, strlen(expect));
        assert_string_equal(buf_text(&b), expect);
    }
    arena_release(&a);
}

// One piece that is longer than twice the room there was, for sizes around it.
static void test_long_pieces(void **state)
{
    static const size_t sizes[] = {126, 127, 128, 129, 255, 256, 5000};
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct buf b = {.arena = &a};
        char *piece = arena_alloc(&a, sizes[i] + 1, 1);

        memset(piece, 'x', sizes[i]);
        buf_printf(&b, "%s", piece);
        assert_string_equal(buf_text(&b), piece);
        buf_add(&b, "y", 1);
        assert_int_equal(b.len, sizes[i] + 1);
        assert_int_equal(b.text[sizes[i]], 'y');
        assert_int_equal(b.text[sizes[i] + 1], '\0');
    }
    arena_release(&a);
}

static void test_bytes_may_be_nul(void **state)
{
    struct arena a = {0};
    struct buf b = {.arena = &a};

    (void)state;
    buf_add(&b, "a\0b", 3);
    buf_str(&b, "c");
    assert_int_equal(b.len, 4);
    assert_memory_equal(b.text, "a\0bc", 5);
    arena_release(&a);
}

static void test_own_text_can_be_added(void **state)
{
    struct arena a = {0};
    struct buf b = {.arena = &a};

    (void)state;
    buf_str(&b, "ab");
    for (int i = 0; i < 8; i++)
        buf_add(&b, b.text, b.len);
    assert_int_equal(b.len, 512);
    assert_memory_equal(b.text + 510, "ab", 3);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_grows),
        cmocka_unit_test(test_long_pieces),
        cmocka_unit_test(test_bytes_may_be_nul),
        cmocka_unit_test(test_own_text_can_be_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
