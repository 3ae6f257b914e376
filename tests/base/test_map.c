// test_map.c - base/map.c: strings to pointers, in order of insertion.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"

static void test_empty(void **state)
{
    const struct map m = {0};

    (void)state;
    assert_null(map_get(&m, ""));
    assert_null(map_get(&m, "a"));
}

static void test_many(void **state)
{
    enum { COUNT = 5000 };
    struct arena a = {0};
    struct map m = {0};
    int values[COUNT];

    (void)state;
    for (int i = 0; i < COUNT; i++) {
        assert_null(map_get(&m, arena_printf(&a, "key%d", i)));
        map_set(&a, &m, arena_printf(&a, "key%d", i), &values[i]);
    }
    assert_int_equal(m.count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        char *key = arena_printf(&a, "key%d", i);

        assert_ptr_equal(map_get(&m, key), &values[i]);
        assert_string_equal(m.entries[i].key, key); // in order
        assert_ptr_equal(m.entries[i].value, &values[i]);
    }
    assert_null(map_get(&m, "key5000"));
    arena_release(&a);
}

static void test_set_again(void **state)
{
    struct arena a = {0};
    struct map m = {0};
    int x;
    int y;

    (void)state;
    map_set(&a, &m, "a", &x);
    map_set(&a, &m, "", &y);
    map_set(&a, &m, "a", &y);
    map_set(&a, &m, "", NULL);
    assert_int_equal(m.count, 2);
    assert_ptr_equal(map_get(&m, "a"), &y);
    assert_null(map_get(&m, ""));
    arena_release(&a);
}

// The published test vectors of FNV-1a: file formats and fingerprints rest on
// these values.
static void test_hash(void **state)
{
    (void)state;
    assert_true(hash_bytes(0, "", 0) == 0xcbf29ce484222325U);
    assert_true(hash_bytes(0, "a", 1) == 0xaf63dc4c8601ec8cU);
    assert_true(hash_bytes(0, "foobar", 6) == 0x85944171f73967e8U);
    assert_true(hash_bytes(hash_bytes(0, "foo", 3), "bar", 3)
                == hash_bytes(0, "foobar", 6));
    assert_true(hash_str(0, "ab") == hash_bytes(0, "ab", 3));
    assert_true(hash_str(hash_str(0, "ab"), "c")
                != hash_str(hash_str(0, "a"), "bc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_set_again),
        cmocka_unit_test(test_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
