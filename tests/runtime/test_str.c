// test_str.c - objects/str.c, utf8.c and text.c: text.

#include "support.h"

#include <inttypes.h>

// Gives back what it is asked about.
static void assert_text(rc_object *o, const char *text)
{
    assert_non_null(o);
    assert_string_equal(rc_str_text(o), text);
    assert_int_equal(rc_str_bytes(o), strlen(text));
    rc_decref(o);
}

static void assert_fails(const void *result, enum rc_error error)
{
    assert_null(result);
    assert_int_equal(rc_error_code(), error);
    rc_error_clear();
}

static void test_shared(void **state)
{
    rc_object *a = rc_str_new("a"), *ab = rc_str_new("ab");
    rc_object *empty = rc_str_new("");

    (void)state;
    for (int c = 0; c < 128; c++) {
        char byte = (char)c;
        rc_object *o = rc_str_new_n(&byte, 1), *p = rc_str_new_n(&byte, 1);

        assert_true(rc_is(o, p));
        assert_true(rc_is_immortal(o));
        assert_true(rc_str_is_interned(o));
        assert_int_equal(rc_str_text(o)[0], c);
        assert_int_equal(rc_str_text(o)[1], '\0');
        rc_decref(o);
        rc_decref(p);
    }
    assert_true(rc_is(rc_str_at(ab, 0), a));
    assert_true(rc_is(rc_str_slice(ab, 0, 1), a));
    assert_true(rc_is(rc_str_slice(ab, 1, 1), empty));
    assert_true(rc_is(rc_str_concat(empty, a), a));
    assert_true(rc_is(rc_str_format("%c", 'a'), a));
    assert_true(rc_is(rc_str_format("%s", ""), empty));
    assert_true(rc_is_immortal(empty));
    rc_decref(ab);
}

static void test_utf8(void **state)
{
    static const struct {
        const char *text;
        int64_t characters; // -1: not UTF-8
    } cases[] = {
        {"", 0},
        {"plain", 5},
        {"gr\xc3\xbc\xc3\x9f", 4},
        {"\xe2\x82\xac", 1},
        {"\xf0\x9f\x98\x80!", 2},
        {"\xf4\x8f\xbf\xbf", 1},
        {"\xed\x9f\xbf\xee\x80\x80", 2},
        {"0123456789abcdef\xc3\xbc", 17},
        {"\x80", -1},
        {"abc\xff", -1},
        {"\xc3", -1},
        {"\xe2\x82", -1},
        {"\xf0\x9f\x98", -1},
        {"\xc3(", -1},
        {"\xc0\xaf", -1}, // '/', in two bytes
        {"\xc1\xbf", -1},
        {"\xe0\x80\xaf", -1},     // in three
        {"\xf0\x80\x80\xaf", -1}, // in four
        {"\xed\xa0\x80", -1},     // a surrogate
        {"\xed\xbf\xbf", -1},
        {"\xf4\x90\x80\x80", -1}, // beyond U+10FFFF
        {"\xf5\x80\x80\x80", -1},
        {"\xf8\x88\x80\x80\x80", -1},
        {"0123456789abcde\xc3", -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *o;

        print_message("case %zu\n", i);
        rc_error_clear();
        o = rc_str_new(cases[i].text);
        if (cases[i].characters < 0) {
            assert_fails(o, RC_ERROR_VALUE);
            continue;
        }
        assert_int_equal(rc_str_length(o), cases[i].characters);
        assert_text(o, cases[i].text);
    }
}

static void test_nul_inside(void **state)
{
    rc_object *o = rc_str_new_n("a\0b", 3), *p = rc_str_new_n("a\0c", 3);

    (void)state;
    assert_int_equal(rc_str_bytes(o), 3);
    assert_int_equal(rc_str_length(o), 3);
    assert_memory_equal(rc_str_text(o), "a\0b", 4);
    assert_int_equal(rc_equal(o, p), 0);
    assert_int_equal(rc_str_equals(o, "a"), 0);
    assert_text(rc_repr(o), "'a\\x00b'");
    rc_decref(o);
    rc_decref(p);
}

// What Python shows.
static void test_repr(void **state)
{
    static const struct {
        const char *text, *expect;
    } cases[] = {
        {"", "''"},
        {"abc", "'abc'"},
        {"it's", "\"it's\""},
        {"say \"hi\"", "'say \"hi\"'"},
        {"'\"", "'\\'\"'"},
        {"back\\slash", "'back\\\\slash'"},
        {"\t\n\r", "'\\t\\n\\r'"},
        {"\x01\x1f\x7f", "'\\x01\\x1f\\x7f'"},
        {"\x1b[0m", "'\\x1b[0m'"},
        {"gr\xc3\xbc", "'gr\xc3\xbc'"},
        {"\xc2\x80\xc2\xa0\xc2\xad", "'\\x80\\xa0\\xad'"},
        {"\xc2\xa1", "'\xc2\xa1'"},
        {"\xe2\x80\xa8", "'\\u2028'"},
        {"\xe2\x80\x8b", "'\\u200b'"},
        {"\xef\xbb\xbf", "'\\ufeff'"},
        {"\xf0\x9f\x98\x80", "'\xf0\x9f\x98\x80'"},
        {"\xf3\xa0\x80\x81", "'\\U000e0001'"},
        {"\xf4\x8f\xbf\xbf", "'\\U0010ffff'"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *o = rc_str_new(cases[i].text);

        print_message("%s\n", cases[i].expect);
        assert_text(rc_repr(o), cases[i].expect);
        rc_decref(o);
    }
}

static void test_at(void **state)
{
    static const struct {
        const char *text;
        int64_t i;
        const char *expect; // NULL: out of range
    } cases[] = {
        {"abc", 0, "a"},
        {"abc", 2, "c"},
        {"abc", -1, "c"},
        {"abc", -3, "a"},
        {"abc", 3, NULL},
        {"abc", -4, NULL},
        {"abc", INT64_MAX, NULL},
        {"abc", INT64_MIN, NULL},
        {"", 0, NULL},
        {"gr\xc3\xbc\xc3\x9f!", 2, "\xc3\xbc"},
        {"gr\xc3\xbc\xc3\x9f!", 3, "\xc3\x9f"},
        {"gr\xc3\xbc\xc3\x9f!", -1, "!"},
        {"gr\xc3\xbc\xc3\x9f!", -3, "\xc3\xbc"},
        {"gr\xc3\xbc\xc3\x9f!", 5, NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *o = rc_str_new(cases[i].text);

        print_message("%s[%" PRId64 "]\n", cases[i].text, cases[i].i);
        if (cases[i].expect)
            assert_text(rc_str_at(o, cases[i].i), cases[i].expect);
        else
            assert_fails(rc_str_at(o, cases[i].i), RC_ERROR_INDEX);
        rc_decref(o);
    }
}

static void test_slice(void **state)
{
    static const struct {
        const char *text;
        int64_t from, to;
        const char *expect;
    } cases[] = {
        {"hello", 1, 3, "el"},
        {"hello", 0, 5, "hello"},
        {"hello", -3, -1, "ll"},
        {"hello", -99, 99, "hello"},
        {"hello", 3, 1, ""},
        {"hello", 5, 9, ""},
        {"hello", 4, 9, "o"},
        {"hello", INT64_MIN, INT64_MAX, "hello"},
        {"hello", INT64_MAX, INT64_MIN, ""},
        {"", 0, 1, ""},
        {"\xc3\xbc"
         "b\xe2\x82\xac"
         "d",
         1, 3, "b\xe2\x82\xac"},
        {"\xc3\xbc"
         "b\xe2\x82\xac"
         "d",
         -1, 4, "d"},
        {"\xc3\xbc"
         "b\xe2\x82\xac"
         "d",
         0, 1, "\xc3\xbc"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *o = rc_str_new(cases[i].text);

        print_message("%s[%" PRId64 ":%" PRId64 "]\n", cases[i].text,
                      cases[i].from, cases[i].to);
        assert_text(rc_str_slice(o, cases[i].from, cases[i].to),
                    cases[i].expect);
        rc_decref(o);
    }
}

static void test_concat(void **state)
{
    rc_object *a = rc_str_new("snow"), *b = rc_str_new("m\xc3\xa4nner");
    rc_object *empty = rc_str_new(""), *both = rc_str_concat(a, b);

    (void)state;
    assert_int_equal(rc_str_length(both), 10);
    assert_text(both, "snowm\xc3\xa4nner");
    both = rc_str_concat(a, empty);
    assert_true(rc_is(both, a));
    rc_decref(both);
    both = rc_str_concat(empty, a);
    assert_true(rc_is(both, a));
    rc_decref(both);
    assert_fails(rc_str_concat(a, rc_true), RC_ERROR_TYPE);
    assert_fails(rc_str_concat(rc_none, a), RC_ERROR_TYPE);
    rc_decref(a);
    rc_decref(b);
}

static void test_format(void **state)
{
    char *large = malloc(100001);

    (void)state;
    assert_text(rc_str_format("%s has %d", "list", 3), "list has 3");
    assert_text(rc_str_format("%%"), "%");
    memset(large, 'x', 100000);
    large[100000] = '\0';
    assert_text(rc_str_format("%s", large), large);
    assert_fails(rc_str_format("%s", "\xff\xff"), RC_ERROR_VALUE);
    free(large);
}

static void test_wrong_types(void **state)
{
    (void)state;
    assert_fails(rc_str_text(rc_true), RC_ERROR_TYPE);
    assert_fails(rc_str_at(rc_true, 0), RC_ERROR_TYPE);
    assert_fails(rc_str_slice(rc_true, 0, 1), RC_ERROR_TYPE);
    assert_int_equal(rc_str_bytes(rc_true), -1);
    assert_int_equal(rc_str_length(rc_true), -1);
    assert_int_equal(rc_str_equals(rc_true, "true"), -1);
    assert_int_equal(rc_error_code(), RC_ERROR_TYPE);
    assert_string_equal(rc_error_message(), "expected str, not bool");
    assert_false(rc_is_str(rc_true));
}

static void test_equal(void **state)
{
    rc_object *a = rc_str_new("same text"), *b = rc_str_new("same text");
    rc_object *c = rc_str_new("some text");
    uint64_t x = 0, y = 1, z = 0;

    (void)state;
    assert_false(rc_is(a, b));
    assert_int_equal(rc_equal(a, b), 1);
    assert_int_equal(rc_equal(a, c), 0);
    assert_int_equal(rc_hash(a, &x), 0);
    assert_int_equal(rc_equal(a, b), 1);
    assert_int_equal(rc_equal(a, c), 0);
    assert_int_equal(rc_hash(b, &y), 0);
    assert_int_equal(rc_hash(c, &z), 0);
    assert_true(x == y);
    assert_true(x != z);
    assert_int_equal(rc_equal(a, b), 1);
    assert_int_equal(rc_equal(a, c), 0);
    assert_int_equal(rc_str_equals(a, "same text"), 1);
    assert_int_equal(rc_str_equals(a, "same"), 0);
    rc_decref(a);
    rc_decref(b);
    rc_decref(c);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

// Of n texts, hashed to 32 bits, chance makes n * n / 2^33 collide.
static void test_hash_collisions(void **state)
{
    static const char *const formats[] = {"%d", "key%d", "%08d",
                                          "a longer key with a number %d in it",
                                          "%d at the beginning of the text"};
    enum { TEXTS = 100000 };
    uint64_t *hashes = malloc(TEXTS * sizeof(*hashes));

    (void)state;
    for (size_t f = 0; f < LENGTH(formats); f++) {
        int collisions = 0;

        for (int i = 0; i < TEXTS; i++) {
            char text[64];
            rc_object *o;

            snprintf(text, sizeof(text), formats[f], i);
            o = rc_str_new(text);
            assert_int_equal(rc_hash(o, &hashes[i]), 0);
            rc_decref(o);
        }
        qsort(hashes, TEXTS, sizeof(*hashes), by_value);
        for (int i = 1; i < TEXTS; i++)
            collisions += hashes[i] == hashes[i - 1];
        print_message("%s: %d\n", formats[f], collisions);
        assert_true(collisions <= 10);
    }
    free(hashes);
}

static void test_lengths(void **state)
{
    char text[2000];

    (void)state;
    memset(text, 'q', sizeof(text));
    for (size_t n = 0; n < sizeof(text); n++) {
        rc_object *o = rc_str_new_n(text, n), *p = rc_str_new_n(text, n);
        uint64_t x = 0, y = 1;

        assert_int_equal(rc_str_bytes(o), n);
        assert_memory_equal(rc_str_text(o), text, n);
        assert_int_equal(rc_str_text(o)[n], '\0');
        assert_int_equal(rc_hash(o, &x), 0);
        assert_int_equal(rc_hash(p, &y), 0);
        assert_true(x == y);
        rc_decref(o);
        rc_decref(p);
    }
}

#ifdef RC_AUDIT

// Each way to make a str, of which the n-th allocation fails.
static rc_object *make(int way, rc_object *text)
{
    switch (way) {
    case 0:
        return rc_str_new("some text");
    case 1:
        return rc_str_format("%s and %d", "some", 7);
    case 2:
        return rc_str_concat(text, text);
    case 3:
        return rc_str_slice(text, 1, 5);
    case 4:
        return rc_str_at(text, -1);
    case 5:
        return rc_repr(text);
    case 6:
        return rc_str_intern("a new name");
    case 7:
        return rc_int_parse("123456");
    case 8:
        return rc_float_new(1.5);
    default:
        return NULL;
    }
}

static void test_without_memory(void **state)
{
    rc_object *text = rc_str_new("long\n\xc3\xbc, gr\xc3\xbc");

    (void)state;
    for (int way = 0; way <= 8; way++) {
        rc_object *o = NULL;

        print_message("way %d\n", way);
        for (uint64_t n = 1; !o; n++) {
            rc_error_clear();
            rc_audit_fail_alloc(n, false);
            o = make(way, text);
            rc_audit_fail_alloc(0, false);
            assert_int_equal(rc_error_code(), o ? RC_OK : RC_ERROR_MEMORY);
            assert_true(o ? n > 1 : n < 10);
        }
        rc_decref(o);
    }
    rc_decref(text);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_shared),
        TEST(test_utf8),
        TEST(test_nul_inside),
        TEST(test_repr),
        TEST(test_at),
        TEST(test_slice),
        TEST(test_concat),
        TEST(test_format),
        TEST(test_wrong_types),
        TEST(test_equal),
        TEST(test_hash_collisions),
        TEST(test_lengths),
#ifdef RC_AUDIT
        TEST(test_without_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
