// test_list.c - objects/list.c: lists, and what they are made from.

#include "support.h"

// A list of one str for each letter.
static rc_object *letters(const char *text)
{
    rc_object *list = rc_list_new();

    for (; *text; text++) {
        rc_object *item = rc_str_new_n(text, 1);

        assert_int_equal(rc_list_push(list, item), 0);
    }
    return list;
}

static void assert_letters(rc_object *list, const char *text)
{
    rc_object *expected = letters(text);

    assert_int_equal(rc_list_length(list), strlen(text));
    assert_int_equal(rc_equal(list, expected), 1);
    rc_decref(expected);
}

static void append_int(rc_object *list, int64_t value)
{
    rc_object *item = rc_int_new(value);

    assert_int_equal(rc_list_append(list, item), 0);
    rc_decref(item);
}

// ---- items ----

static void test_index(void **state)
{
    static const struct {
        int64_t i;
        char expect; // 0: out of range
    } cases[] = {
        {0, 'a'},  {2, 'c'}, {-1, 'c'},         {-3, 'a'},
        {3, '\0'}, {-4, 0},  {INT64_MIN, '\0'}, {INT64_MAX, '\0'},
    };
    rc_object *list = letters("abc");

    (void)state;
    for (size_t n = 0; n < LENGTH(cases); n++) {
        rc_object *item = rc_list_at(list, cases[n].i);

        print_message("%lld\n", (long long)cases[n].i);
        assert_int_equal(item != NULL, cases[n].expect != 0);
        if (item)
            assert_int_equal(rc_str_text(item)[0], cases[n].expect);
        else
            assert_error(RC_ERROR_INDEX);
        item = rc_str_new("new");
        assert_int_equal(rc_list_set(list, cases[n].i, item),
                         cases[n].expect ? 0 : -1);
        rc_error_clear();
        rc_decref(list);
        list = letters("abc");
    }
    rc_decref(list);
}

static void test_insert(void **state)
{
    static const struct {
        const char *list;
        int64_t i;
        const char *expect;
    } cases[] = {
        {"", 0, "x"},
        {"", 5, "x"},
        {"", -5, "x"},
        {"abc", 0, "xabc"},
        {"abc", 2, "abxc"},
        {"abc", 3, "abcx"},
        {"abc", 9, "abcx"},
        {"abc", -1, "abxc"},
        {"abc", -9, "xabc"},
        {"abc", INT64_MIN, "xabc"},
        {"abc", INT64_MAX, "abcx"},
    };

    (void)state;
    for (size_t n = 0; n < LENGTH(cases); n++) {
        rc_object *list = letters(cases[n].list), *x = rc_str_new("x");

        print_message("%s %lld\n", cases[n].list, (long long)cases[n].i);
        assert_int_equal(rc_list_insert(list, cases[n].i, x), 0);
        assert_letters(list, cases[n].expect);
        rc_decref(x);
        rc_decref(list);
    }
}

static void test_delete(void **state)
{
    static const struct {
        int64_t from, to;
        const char *expect;
    } cases[] = {
        {0, 0, "abcde"},
        {0, 5, ""},
        {1, 3, "ade"},
        {3, 1, "abcde"},
        {0, 1, "bcde"},
        {4, 5, "abcd"},
        {-2, 5, "abc"},
        {0, -1, "e"},
        {-9, 2, "cde"},
        {2, 99, "ab"},
        {7, 9, "abcde"},
        {-3, -1, "abe"},
        {INT64_MIN, INT64_MAX, ""},
        {INT64_MAX, INT64_MIN, "abcde"},
    };

    (void)state;
    for (size_t n = 0; n < LENGTH(cases); n++) {
        rc_object *list = letters("abcde");

        print_message("%lld %lld\n", (long long)cases[n].from,
                      (long long)cases[n].to);
        assert_int_equal(rc_list_delete(list, cases[n].from, cases[n].to), 0);
        assert_letters(list, cases[n].expect);
        rc_decref(list);
    }
}

static void test_pop(void **state)
{
    rc_object *list = letters("abcd"), *item;

    (void)state;
    item = rc_list_pop(list);
    assert_string_equal(rc_str_text(item), "d");
    rc_decref(item);
    item = rc_list_pop_at(list, 0);
    assert_string_equal(rc_str_text(item), "a");
    rc_decref(item);
    item = rc_list_pop_at(list, -1);
    assert_string_equal(rc_str_text(item), "c");
    rc_decref(item);
    assert_null(rc_list_pop_at(list, 1));
    assert_error(RC_ERROR_INDEX);
    assert_null(rc_list_pop_at(list, -2));
    assert_error(RC_ERROR_INDEX);
    rc_decref(rc_list_pop(list));
    assert_null(rc_list_pop(list));
    assert_string_equal(rc_error_message(), "pop from an empty list");
    assert_error(RC_ERROR_INDEX);
    rc_decref(list);
}

static void test_find(void **state)
{
    rc_object *list = rc_list_pack(3, rc_true, rc_none, rc_false);
    rc_object *one = rc_float_new(1), *zero = rc_int_new(0);
    rc_object *text = rc_str_new("none");

    (void)state;
    assert_int_equal(rc_list_find(list, one), 0);
    assert_int_equal(rc_list_find(list, rc_none), 1);
    assert_int_equal(rc_list_find(list, zero), 2);
    assert_int_equal(rc_list_find(list, text), -1);
    assert_int_equal(rc_error_code(), RC_OK);
    rc_decref(text);
    rc_decref(zero);
    rc_decref(one);
    rc_decref(list);
}

static void test_reverse(void **state)
{
    static const char *const cases[][2] = {
        {"", ""}, {"a", "a"}, {"ab", "ba"}, {"abc", "cba"}, {"abcd", "dcba"}};

    (void)state;
    for (size_t n = 0; n < LENGTH(cases); n++) {
        rc_object *list = letters(cases[n][0]);

        print_message("%s\n", cases[n][0]);
        assert_int_equal(rc_list_reverse(list), 0);
        assert_letters(list, cases[n][1]);
        rc_decref(list);
    }
}

// ---- from others ----

static void test_extend(void **state)
{
    rc_object *list = letters("ab"), *more = letters("cd");
    rc_object *tuple = rc_tuple_from(more), *dict = rc_dict_new();
    rc_object *set = rc_set_from(more), *empty = rc_tuple_new(0);

    (void)state;
    assert_int_equal(rc_dict_set_text(dict, "k", rc_none), 0);
    assert_int_equal(rc_list_extend(list, more), 0);
    assert_letters(list, "abcd");
    assert_int_equal(rc_list_extend(list, list), 0);
    assert_letters(list, "abcdabcd");
    assert_int_equal(rc_list_delete(list, 1, 8), 0);
    assert_int_equal(rc_list_extend(list, tuple), 0);
    assert_letters(list, "acd");
    assert_int_equal(rc_list_extend(list, dict), 0);
    assert_letters(list, "acdk");
    assert_int_equal(rc_list_extend(list, set), 0);
    assert_letters(list, "acdkcd");
    assert_int_equal(rc_list_extend(list, empty), 0);
    assert_letters(list, "acdkcd");
    assert_int_equal(rc_list_extend(list, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_list_from(rc_true));
    assert_error(RC_ERROR_TYPE);
    rc_decref(empty);
    rc_decref(set);
    rc_decref(dict);
    rc_decref(tuple);
    rc_decref(more);
    rc_decref(list);
}

static void test_copy(void **state)
{
    rc_object *inner = letters("x"), *list = rc_list_pack(2, inner, inner);
    rc_object *copy = rc_copy(list);

    (void)state;
    assert_shows(copy, "[['x'], ['x']]");
    assert_ptr_equal(rc_list_at(copy, 1), inner);
    append_int(copy, 3);
    assert_shows(list, "[['x'], ['x']]");
    rc_decref(copy);
    rc_decref(list);
    rc_decref(inner);
}

// ---- room ----

static void test_room(void **state)
{
    rc_object *list = rc_list_new();
    struct rc_pool_stats stats;
    size_t before, most;

    (void)state;
    rc_pool_stats(&stats);
    before = stats.body_bytes;
    for (int64_t i = 0; i < 10000; i++)
        append_int(list, i);
    rc_pool_stats(&stats);
    most = stats.body_bytes;
    assert_true(most - before < 10000 * sizeof(void *) * 5 / 4);
    while (rc_list_length(list) > 10)
        rc_decref(rc_list_pop(list));
    rc_pool_stats(&stats);
    assert_true(stats.body_bytes - before < 50 * sizeof(void *));
    assert_shows(list, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
    assert_int_equal(rc_list_clear(list), 0);
    rc_pool_stats(&stats);
    assert_int_equal(stats.body_bytes, before);
    rc_decref(list);
}

static void test_reserve(void **state)
{
    rc_object *list = rc_list_new();
    struct rc_pool_stats before, after;

    (void)state;
    assert_int_equal(rc_list_reserve(list, 100), 0);
    rc_pool_stats(&before);
    for (int64_t i = 0; i < 100; i++)
        append_int(list, 1);
    assert_int_equal(rc_list_reserve(list, 7), 0);
    assert_int_equal(rc_list_reserve(list, 0), 0);
    rc_pool_stats(&after);
    assert_int_equal(before.body_bytes, after.body_bytes);
    assert_int_equal(rc_list_reserve(list, -1), -1);
    assert_error(RC_ERROR_VALUE);
    assert_int_equal(rc_list_reserve(list, INT64_MAX), -1);
    assert_error(RC_ERROR_MEMORY);
    assert_int_equal(rc_list_length(list), 100);
    rc_decref(list);
}

// ---- errors ----

static void test_wrong_types(void **state)
{
    rc_object *dict = rc_dict_new();

    (void)state;
    assert_int_equal(rc_list_append(dict, rc_none), -1);
    assert_string_equal(rc_error_message(), "expected list, not dict");
    assert_error(RC_ERROR_TYPE);
    rc_incref(dict);
    assert_int_equal(rc_list_push(dict, dict), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_insert(dict, 0, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    rc_incref(dict);
    assert_int_equal(rc_list_set(dict, 0, dict), -1);
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_list_at(dict, 0));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_list_pop(dict));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_list_pop_at(dict, 0));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_delete(dict, 0, 1), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_clear(dict), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_extend(dict, dict), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_reserve(dict, 1), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_reverse(dict), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_length(dict), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_find(dict, rc_none), -2);
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_list_pack(-1));
    assert_error(RC_ERROR_VALUE);
    assert_false(rc_is_list(dict));
    rc_decref(dict);
}

// ---- code that runs in between ----

// When one ends or is compared, the list is emptied.
struct bomb {
    rc_object head;
    bool is_armed;
};

static rc_object *bomb_list;

static void bomb_finalize(rc_object *o)
{
    if (((struct bomb *)o)->is_armed)
        assert_int_equal(rc_list_clear(bomb_list), 0);
}

static int bomb_equal(rc_object *a, rc_object *b)
{
    (void)a, (void)b;
    assert_int_equal(rc_list_clear(bomb_list), 0);
    return 0;
}

static rc_type bomb_type = {
    .name = "bomb",
    .size = sizeof(struct bomb),
    .finalize = bomb_finalize,
    .equal = bomb_equal,
};

static rc_object *bomb_new(bool is_armed)
{
    rc_object *bomb;

    assert_int_equal(rc_type_ready(&bomb_type), 0);
    bomb = rc_new(&bomb_type);
    assert_non_null(bomb);
    ((struct bomb *)bomb)->is_armed = is_armed;
    return bomb;
}

static void fill_with_bombs(bool is_armed)
{
    bomb_list = rc_list_new();
    for (int i = 0; i < 10; i++)
        assert_int_equal(rc_list_push(bomb_list, bomb_new(is_armed)), 0);
}

static void test_bombs(void **state)
{
    (void)state;
    fill_with_bombs(true);
    assert_int_equal(rc_list_set(bomb_list, 3, rc_none), 0);
    assert_int_equal(rc_list_length(bomb_list), 0);
    rc_decref(bomb_list);
    fill_with_bombs(true);
    assert_int_equal(rc_list_delete(bomb_list, 2, 8), 0);
    assert_int_equal(rc_list_length(bomb_list), 0);
    rc_decref(bomb_list);
    fill_with_bombs(true);
    assert_int_equal(rc_list_clear(bomb_list), 0);
    assert_int_equal(rc_list_length(bomb_list), 0);
    rc_decref(bomb_list);
}

static void test_compared(void **state)
{
    rc_object *bomb = bomb_new(false), *other = rc_list_new();

    (void)state;
    fill_with_bombs(false);
    assert_int_equal(rc_list_find(bomb_list, bomb), -1);
    rc_decref(bomb_list);
    fill_with_bombs(false);
    for (int i = 0; i < 10; i++)
        assert_int_equal(rc_list_append(other, bomb), 0);
    assert_int_equal(rc_equal(bomb_list, other), 0);
    assert_int_equal(rc_list_length(bomb_list), 0);
    rc_decref(bomb_list);
    rc_decref(other);
    rc_decref(bomb);
}

// ---- what types do ----

static void test_equal(void **state)
{
    static const struct {
        const char *a, *b;
        int expect;
    } cases[] = {
        {"", "", 1}, {"ab", "ab", 1}, {"ab", "ba", 0}, {"ab", "abc", 0}};

    (void)state;
    for (size_t n = 0; n < LENGTH(cases); n++) {
        rc_object *a = letters(cases[n].a), *b = letters(cases[n].b);

        print_message("%s %s\n", cases[n].a, cases[n].b);
        assert_int_equal(rc_equal(a, b), cases[n].expect);
        rc_decref(a);
        rc_decref(b);
    }
}

static void test_cycle(void **state)
{
    rc_object *list = letters("ab"), *other = letters("ab");
    uint64_t hash;

    (void)state;
    assert_int_equal(rc_hash(list, &hash), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_list_append(list, list), 0);
    rc_incref(other);
    assert_int_equal(rc_list_push(other, other), 0);
    assert_shows(list, "['a', 'b', [...]]");
    assert_int_equal(rc_equal(list, other), -1);
    assert_error(RC_ERROR_STATE);
    rc_decref(list);
    rc_decref(other);
    assert_int_equal(rc_gc_collect(), 2);
}

// ---- without memory ----

#ifdef RC_AUDIT
static rc_object *use_all(void)
{
    rc_object *list = rc_list_new(), *copy = NULL, *shown = NULL;

    for (int i = 0; list && i < 30; i++) {
        if (rc_list_append(list, rc_none) < 0
            || rc_list_insert(list, 1, rc_true) < 0
            || rc_list_push(list, rc_newref(rc_false)) < 0)
            rc_clear(&list);
    }
    if (list && rc_list_delete(list, 10, 50) == 0
        && rc_list_extend(list, list) == 0 && (copy = rc_copy(list)))
        shown = rc_repr(copy);
    rc_xdecref(copy);
    rc_xdecref(list);
    return shown;
}

static void test_no_memory(void **state)
{
    rc_object *list = rc_list_new();

    (void)state;
    make_without_memory(use_all);
    for (int64_t i = 0; i < 100; i++)
        append_int(list, i);
    rc_audit_fail_alloc(1, true); // giving memory back may fail as well
    for (int64_t i = 0; i < 90; i++)
        rc_decref(rc_list_pop(list));
    assert_int_equal(rc_error_code(), RC_OK);
    rc_audit_fail_alloc(0, false);
    assert_shows(list, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]");
    rc_decref(list);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_index),     TEST(test_insert),      TEST(test_delete),
        TEST(test_pop),       TEST(test_find),        TEST(test_reverse),
        TEST(test_extend),    TEST(test_copy),        TEST(test_room),
        TEST(test_reserve),   TEST(test_wrong_types), TEST(test_bombs),
        TEST(test_compared),  TEST(test_equal),       TEST(test_cycle),
#ifdef RC_AUDIT
        TEST(test_no_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
