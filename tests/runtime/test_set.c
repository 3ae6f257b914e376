// test_set.c - objects/set.c: sets and frozensets.

#include "support.h"

// A set of one str for each letter.
static rc_object *letters(const char *text, bool is_frozen)
{
    rc_object *list = rc_list_new(), *set;

    for (; *text; text++)
        assert_int_equal(rc_list_push(list, rc_str_new_n(text, 1)), 0);
    set = is_frozen ? rc_frozenset_from(list) : rc_set_from(list);
    assert_non_null(set);
    rc_decref(list);
    return set;
}

static void test_members(void **state)
{
    static const struct {
        const char *set;
        const char *item;
        int there;
    } cases[] = {
        {"", "a", 0},    {"a", "a", 1},
        {"abc", "c", 1}, {"abc", "d", 0},
        {"aaa", "a", 1}, {"abcdefghijklmnopqrstuvwxyz", "q", 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *set = letters(cases[i].set, false);
        rc_object *item = rc_str_new(cases[i].item);
        int64_t n = rc_set_length(set);

        print_message("%s %s\n", cases[i].set, cases[i].item);
        assert_int_equal(rc_set_contains(set, item), cases[i].there);
        assert_int_equal(rc_set_add(set, item), !cases[i].there);
        assert_int_equal(rc_set_add(set, item), 0);
        assert_int_equal(rc_set_length(set), n + !cases[i].there);
        assert_int_equal(rc_set_discard(set, item), 1);
        assert_int_equal(rc_set_discard(set, item), 0);
        assert_int_equal(rc_set_contains(set, item), 0);
        assert_int_equal(rc_set_length(set), n - cases[i].there);
        rc_decref(item);
        rc_decref(set);
    }
}

static void test_repr(void **state)
{
    static const struct {
        const char *set;
        bool is_frozen;
        const char *shown;
    } cases[] = {
        {"", false, "set()"},
        {"ba", false, "{'b', 'a'}"},
        {"", true, "frozenset()"},
        {"bab", true, "frozenset({'b', 'a'})"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *set = letters(cases[i].set, cases[i].is_frozen);

        print_message("%s\n", cases[i].shown);
        assert_shows(set, cases[i].shown);
        rc_decref(set);
    }
}

static void test_equal(void **state)
{
    static const struct {
        const char *a, *b;
        int expect;
    } cases[] = {
        {"", "", 1},
        {"ab", "ba", 1},
        {"ab", "a", 0},
        {"ab", "ac", 0},
        {"abcdefgh", "hgfedcba", 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases) * 4; i++) {
        bool is_a_frozen = i % 2, is_b_frozen = i / 2 % 2;
        rc_object *a = letters(cases[i / 4].a, is_a_frozen);
        rc_object *b = letters(cases[i / 4].b, is_b_frozen);
        uint64_t hash_a = 0, hash_b = 0;

        print_message("%s %s\n", cases[i / 4].a, cases[i / 4].b);
        assert_int_equal(rc_equal(a, b), cases[i / 4].expect);
        assert_int_equal(rc_hash(a, &hash_a), is_a_frozen ? 0 : -1);
        assert_int_equal(rc_hash(b, &hash_b), is_b_frozen ? 0 : -1);
        if (is_a_frozen && is_b_frozen)
            assert_int_equal(hash_a == hash_b, cases[i / 4].expect);
        rc_error_clear();
        rc_decref(a);
        rc_decref(b);
    }
}

// Sets in sets: only frozen ones.
static void test_nested(void **state)
{
    rc_object *outer = rc_set_new(), *inner = letters("ab", true);
    rc_object *same = letters("ba", true), *set = letters("ab", false);

    (void)state;
    assert_int_equal(rc_set_add(outer, inner), 1);
    assert_int_equal(rc_set_add(outer, same), 0);
    assert_int_equal(rc_set_contains(outer, set), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_set_add(outer, set), -1);
    assert_error(RC_ERROR_TYPE);
    assert_shows(outer, "{frozenset({'a', 'b'})}");
    rc_decref(set);
    rc_decref(same);
    rc_decref(inner);
    rc_decref(outer);
}

static void test_next(void **state)
{
    rc_object *set = letters("abcdefghij", false), *item;
    size_t position = 0;
    int n = 0;

    (void)state;
    while (rc_set_next(set, &position, &item)) {
        assert_int_equal(rc_str_text(item)[0], "abcdefghij"[n]);
        if (n++ % 3)
            assert_int_equal(rc_set_discard(set, item), 1);
    }
    assert_int_equal(n, 10);
    assert_shows(set, "{'a', 'd', 'g', 'j'}");
    assert_int_equal(rc_set_clear(set), 0);
    assert_shows(set, "set()");
    rc_decref(set);
}

static void test_from(void **state)
{
    rc_object *set = letters("abc", false), *dict = rc_dict_new();
    rc_object *copy = rc_copy(set), *frozen = rc_frozenset_from(set);
    rc_object *thawed = rc_set_from(frozen), *same = rc_copy(frozen);
    rc_object *keys;

    (void)state;
    assert_int_equal(rc_set_add(copy, rc_none), 1);
    assert_shows(copy, "{'a', 'b', 'c', none}");
    assert_shows(set, "{'a', 'b', 'c'}");
    assert_shows(frozen, "frozenset({'a', 'b', 'c'})");
    assert_shows(thawed, "{'a', 'b', 'c'}");
    assert_ptr_equal(same, frozen);
    assert_int_equal(rc_dict_set_text(dict, "k", rc_none), 0);
    keys = rc_set_from(dict);
    assert_shows(keys, "{'k'}");
    rc_decref(keys);
    assert_null(rc_set_from(rc_none));
    assert_error(RC_ERROR_TYPE);
    rc_decref(same);
    rc_decref(thawed);
    rc_decref(frozen);
    rc_decref(copy);
    rc_decref(dict);
    rc_decref(set);
}

static void test_wrong_types(void **state)
{
    rc_object *list = rc_list_new(), *frozen = letters("a", true), *item;
    rc_object *others[] = {list, frozen};
    size_t position = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH(others); i++) {
        print_message("%s\n", rc_type_name(others[i]));
        assert_int_equal(rc_set_add(others[i], rc_none), -1);
        assert_error(RC_ERROR_TYPE);
        assert_int_equal(rc_set_discard(others[i], rc_none), -1);
        assert_error(RC_ERROR_TYPE);
        assert_int_equal(rc_set_clear(others[i]), -1);
        assert_error(RC_ERROR_TYPE);
    }
    assert_int_equal(rc_set_contains(list, rc_none), -1);
    assert_string_equal(rc_error_message(), "expected set, not list");
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_set_length(list), -1);
    assert_error(RC_ERROR_TYPE);
    assert_false(rc_set_next(list, &position, &item));
    assert_int_equal(rc_set_length(frozen), 1);
    assert_true(rc_is_set(frozen));
    assert_false(rc_is_set(list));
    rc_decref(frozen);
    rc_decref(list);
}

static void test_cycle(void **state)
{
    rc_object *set = rc_set_new(), *list = rc_list_new();
    rc_object *builtin = rc_builtin_new("f", NULL, list);

    (void)state;
    assert_int_equal(rc_list_append(list, set), 0);
    assert_int_equal(rc_set_add(set, builtin), 1);
    rc_decref(builtin);
    rc_decref(list);
    rc_decref(set);
    assert_int_equal(rc_gc_collect(), 3);
}

#ifdef RC_AUDIT
static void test_no_memory(void **state)
{
    rc_object *set = letters("abcdefghijklmnop", false);
    rc_object *shown = NULL;

    (void)state;
    for (uint64_t n = 1; !shown; n++) {
        rc_object *copy, *list = NULL, *frozen = NULL;

        rc_audit_fail_alloc(n, false);
        copy = rc_copy(set);
        if (copy)
            list = rc_list_from(copy);
        if (list)
            frozen = rc_frozenset_from(list);
        if (frozen)
            shown = rc_repr(frozen);
        rc_audit_fail_alloc(0, false);
        rc_xdecref(copy);
        rc_xdecref(list);
        rc_xdecref(frozen);
        if (!shown)
            assert_error(RC_ERROR_MEMORY);
    }
    rc_decref(shown);
    rc_decref(set);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_members),     TEST(test_repr),  TEST(test_equal),
        TEST(test_nested),      TEST(test_next),  TEST(test_from),
        TEST(test_wrong_types), TEST(test_cycle),
#ifdef RC_AUDIT
        TEST(test_no_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
