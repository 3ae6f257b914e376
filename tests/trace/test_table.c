// test_table.c - trace/table.c: records stay where they are found, whatever is
// dropped around them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trace/companion.h"

struct trace trace = {.fd = -1};

enum { OBJECTS = 10000 };

static void *address(size_t n)
{
    return (void *)(uintptr_t)(16 * (n + 1));
}

static void test_drop(void **state)
{
    size_t left = 0;

    (void)state;
    for (size_t i = 0; i < OBJECTS; i++)
        assert_non_null(record_add(address(i)));
    for (size_t i = 0; i < OBJECTS; i++)
        if (i % 3 != 0)
            record_drop(record_find(address(i)));
    for (size_t i = 0; i < OBJECTS; i++) {
        const struct record *r = record_find(address(i));

        assert_int_equal(r != NULL, i % 3 == 0);
        assert_true(!r || r->serial == i + 1);
    }
    for (size_t at = 0; record_next(&at);)
        left++;
    assert_int_equal(left, (OBJECTS + 2) / 3);
}

static void test_same_address(void **state)
{
    struct record *r = record_add(address(0));
    unsigned long first = r->serial;

    (void)state;
    r->life = LIFE_FREED;
    r = record_add(address(0));
    assert_int_equal(r->serial, first + 1);
    assert_int_equal(r->life, LIFE_ALIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drop),
        cmocka_unit_test(test_same_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
