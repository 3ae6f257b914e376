// test_dict.c - objects/dict.c and objects/table.c: dicts, and the table that
// sets share with them.

#include "support.h"

static void set_int(rc_object *dict, int64_t key, int64_t value)
{
    rc_object *k = rc_int_new(key), *v = rc_int_new(value);

    assert_int_equal(rc_dict_set(dict, k, v), 0);
    rc_decref(k);
    rc_decref(v);
}

// The value, or -1.
static int64_t get_int(rc_object *dict, int64_t key)
{
    rc_object *k = rc_int_new(key), *value = rc_dict_find(dict, k);
    int64_t v = -1;

    assert_int_equal(rc_dict_contains(dict, k), value != NULL);
    rc_decref(k);
    if (value)
        assert_int_equal(rc_int_value(value, &v), 0);
    assert_int_equal(rc_error_code(), RC_OK);
    return v;
}

static void delete_int(rc_object *dict, int64_t key)
{
    rc_object *k = rc_int_new(key);

    assert_int_equal(rc_dict_delete(dict, k), 0);
    rc_decref(k);
}

// ---- keys and values ----

static void test_order(void **state)
{
    rc_object *dict = rc_dict_new(), *list;

    (void)state;
    set_int(dict, 7, 70);
    set_int(dict, 1000, 1);
    set_int(dict, -3, 2);
    set_int(dict, 7, 71);
    assert_shows(dict, "{7: 71, 1000: 1, -3: 2}");
    delete_int(dict, 7);
    set_int(dict, 7, 72);
    assert_shows(dict, "{1000: 1, -3: 2, 7: 72}");
    assert_int_equal(rc_dict_length(dict), 3);
    list = rc_dict_keys(dict);
    assert_shows(list, "[1000, -3, 7]");
    rc_decref(list);
    list = rc_dict_values(dict);
    assert_shows(list, "[1, 2, 72]");
    rc_decref(list);
    assert_int_equal(rc_dict_clear(dict), 0);
    assert_shows(dict, "{}");
    rc_decref(dict);
}

// The key that was there first stays.
static void test_equal_numbers(void **state)
{
    rc_object *dict = rc_dict_new(), *key = rc_float_new(1.0);

    (void)state;
    set_int(dict, 0, 5);
    set_int(dict, 1, 6);
    assert_int_equal(rc_dict_contains(dict, key), 1);
    assert_int_equal(rc_dict_contains(dict, rc_true), 1);
    assert_int_equal(rc_dict_set(dict, rc_true, rc_none), 0);
    assert_int_equal(rc_dict_set(dict, rc_false, rc_none), 0);
    assert_shows(dict, "{0: none, 1: none}");
    assert_int_equal(rc_dict_clear(dict), 0);
    assert_int_equal(rc_dict_set(dict, key, rc_none), 0);
    set_int(dict, 1, 7);
    set_int(dict, 2, 8);
    assert_shows(dict, "{1.0: 7, 2: 8}");
    assert_int_equal(get_int(dict, 1), 7);
    rc_decref(key);
    rc_decref(dict);
}

static rc_object *key_of(const char *text)
{
    if (text[0] == '(') {
        rc_object *item = rc_str_new(text + 1);
        rc_object *tuple = rc_tuple_pack(1, item);

        rc_decref(item);
        return tuple;
    }
    if (text[0] == '.')
        return rc_float_new(atof(text));
    if (text[0] >= '0' && text[0] <= '9')
        return rc_int_parse(text);
    return rc_str_new(text);
}

// Keys of any kinds, together; each equal to none but itself.
static void test_kinds(void **state)
{
    static const char *const keys[] = {
        "0",  "1",      "2",   "300", "x",  "key", "(x", "(key",
        ".5", "300000", ".25", "a",   "(y", "7",   "y",  "9223372036854775807"};
    rc_object *dict = rc_dict_new();

    (void)state;
    for (size_t n = 0; n < LENGTH(keys); n++) {
        rc_object *key = key_of(keys[n]), *value = rc_int_new((int64_t)n);

        print_message("%s\n", keys[n]);
        assert_int_equal(rc_dict_set(dict, key, value), 0);
        rc_decref(key);
        rc_decref(value);
        for (size_t i = 0; i < LENGTH(keys); i++) {
            int64_t there = -1;

            key = key_of(keys[i]);
            value = rc_dict_find(dict, key);
            rc_decref(key);
            assert_int_equal(value != NULL, i <= n);
            if (value)
                assert_int_equal(rc_int_value(value, &there), 0);
            assert_int_equal(there, i <= n ? (int64_t)i : -1);
        }
    }
    rc_decref(dict);
}

static void test_missing(void **state)
{
    rc_object *dict = rc_dict_new(), *five = rc_int_new(5);
    rc_object *text = rc_str_new("five"), *tuple = rc_tuple_new(0);
    struct {
        rc_object *key;
        const char *message;
    } cases[] = {
        {five, "no key 5"},
        {text, "no key 'five'"},
        {tuple, "no such key, a tuple"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        print_message("%s\n", cases[i].message);
        assert_null(rc_dict_find(dict, cases[i].key));
        assert_int_equal(rc_error_code(), RC_OK);
        assert_null(rc_dict_get(dict, cases[i].key));
        assert_string_equal(rc_error_message(), cases[i].message);
        assert_error(RC_ERROR_KEY);
        assert_int_equal(rc_dict_delete(dict, cases[i].key), -1);
        assert_error(RC_ERROR_KEY);
        assert_null(rc_dict_pop(dict, cases[i].key));
        assert_error(RC_ERROR_KEY);
        set_int(dict, 1000, 1);
    }
    rc_decref(five);
    rc_decref(text);
    rc_decref(tuple);
    rc_decref(dict);
}

static void test_pop(void **state)
{
    rc_object *dict = rc_dict_new(), *key = rc_int_new(500), *value;

    (void)state;
    set_int(dict, 500, 501);
    value = rc_dict_pop(dict, key);
    assert_non_null(value);
    assert_shows(value, "501");
    assert_int_equal(rc_dict_length(dict), 0);
    rc_decref(value);
    rc_decref(key);
    rc_decref(dict);
}

static void test_text(void **state)
{
    rc_object *dict = rc_dict_new(), *one = rc_int_new(1001);
    rc_object *shown, *name;

    (void)state;
    assert_null(rc_dict_get_text(dict, "a"));
    assert_error(RC_ERROR_KEY);
    assert_int_equal(rc_dict_set_text(dict, "a", one), 0);
    assert_int_equal(rc_dict_set_text(dict, "name", one), 0);
    assert_ptr_equal(rc_dict_get_text(dict, "name"), one);
    assert_null(rc_dict_get_text(dict, "nam"));
    assert_string_equal(rc_error_message(), "no key 'nam'");
    assert_error(RC_ERROR_KEY);
    assert_null(rc_dict_get_text(dict, "\xff"));
    rc_error_clear();
    assert_int_equal(rc_dict_set_text(dict, "\xff", one), -1);
    assert_error(RC_ERROR_VALUE);
    set_int(dict, 3, 4);
    assert_ptr_equal(rc_dict_get_text(dict, "name"), one);
    assert_int_equal(rc_dict_delete_text(dict, "name"), 0);
    assert_int_equal(rc_dict_delete_text(dict, "name"), -1);
    assert_error(RC_ERROR_KEY);
    shown = rc_repr(dict);
    assert_string_equal(rc_str_text(shown), "{'a': 1001, 3: 4}");
    name = rc_str_new("a");
    assert_ptr_equal(rc_dict_get(dict, name), one);
    rc_decref(name);
    rc_decref(shown);
    rc_decref(one);
    rc_decref(dict);
}

static void test_wrong_types(void **state)
{
    rc_object *list = rc_list_new(), *dict = rc_dict_new();
    rc_object *tuple = rc_tuple_pack(1, list), *key, *value;
    size_t position = 0;

    (void)state;
    assert_int_equal(rc_dict_set(list, rc_none, rc_none), -1);
    assert_string_equal(rc_error_message(), "expected dict, not list");
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_dict_get(list, rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_dict_find(list, rc_none));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_dict_contains(list, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_dict_delete(list, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_dict_set_text(list, "a", rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_dict_get_text(list, "a"));
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_dict_delete_text(list, "a"), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_dict_clear(list), -1);
    assert_error(RC_ERROR_TYPE);
    assert_true(rc_dict_length(list) == -1);
    assert_error(RC_ERROR_TYPE);
    assert_null(rc_dict_keys(list));
    assert_error(RC_ERROR_TYPE);
    assert_false(rc_dict_next(list, &position, &key, &value));
    assert_false(rc_is_dict(list));
    assert_int_equal(rc_dict_set(dict, list, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_dict_set(dict, tuple, rc_none), -1);
    assert_error(RC_ERROR_TYPE);
    assert_int_equal(rc_dict_contains(dict, dict), -1);
    assert_error(RC_ERROR_TYPE);
    rc_decref(tuple);
    rc_decref(list);
    rc_decref(dict);
}

// ---- many keys ----

static int64_t nth_key(const char *kind, int64_t i)
{
    switch (kind[0]) {
    case 'd': // dense
        return i;
    case 'f': // from 1
        return i + 1;
    case 'n': // negative
        return i - 1000;
    case 'b': // backwards
        return -i;
    case 's': // stride: a power of two
        return i * ((int64_t)1 << atoi(kind + 1));
    case 'o': // overlapping blocks
        return i % 50 + i / 50 * 128;
    case 'm': // up to the largest and over it
        return (int64_t)((uint64_t)INT64_MAX - 1000 + (uint64_t)i);
    default: // random, but the same each time
        return (int64_t)((uint64_t)i * UINT64_C(0xd6e8feb86659fd93) >> 3);
    }
}

static void test_many(void **state)
{
    static const char *const kinds[] = {
        "dense", "from 1", "negative", "backwards", "s1",     "s3",  "s4",
        "s12",   "s32",    "s52",      "over",      "random", "most"};
    enum { N = 3000 };

    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        rc_object *dict = rc_dict_new();
        const char *kind = kinds[k];

        print_message("%s\n", kind);
        for (int64_t i = 0; i < N; i++)
            set_int(dict, nth_key(kind, i), i);
        assert_int_equal(rc_dict_length(dict), N);
        for (int64_t i = 0; i < N + 100; i++)
            assert_int_equal(get_int(dict, nth_key(kind, i)), i < N ? i : -1);
        for (int64_t i = 0; i < N; i += 2)
            delete_int(dict, nth_key(kind, i));
        for (int64_t i = 0; i < N; i++)
            assert_int_equal(get_int(dict, nth_key(kind, i)), i % 2 ? i : -1);
        for (int64_t i = 0; i < N; i += 2)
            set_int(dict, nth_key(kind, i), 2 * i);
        for (int64_t i = 0; i < N; i++)
            assert_int_equal(get_int(dict, nth_key(kind, i)),
                             i % 2 ? i : 2 * i);
        rc_decref(dict);
    }
}

static rc_object *model_key(char kind, int64_t i)
{
    char text[32];

    if (kind == 'i' || (kind == 'm' && i % 3 == 0))
        return rc_int_new(i * 5);
    if (kind == 'd')
        return rc_int_new(i);
    snprintf(text, sizeof(text), "key number %lld", (long long)i);
    if (kind == 's' || i % 3 == 1)
        return rc_str_new(text);
    return rc_float_new((double)i + 0.5);
}

// What a dict should have: for each key when it came, 0 = not there.
struct model {
    char kind;
    int64_t came[64], value[64];
    int64_t time;
    size_t length;
};

static void step_model(rc_object *dict, struct model *m, uint64_t what)
{
    size_t i = what % LENGTH(m->came);
    rc_object *key = model_key(m->kind, (int64_t)i);

    if ((what >> 32) % 8 < 4) {
        rc_object *value = rc_int_new((int64_t)(what >> 40));

        assert_int_equal(rc_dict_set(dict, key, value), 0);
        rc_decref(value);
        m->length += !m->came[i];
        m->came[i] = m->came[i] ? m->came[i] : ++m->time;
        m->value[i] = (int64_t)(what >> 40);
    } else {
        assert_int_equal(rc_dict_delete(dict, key), m->came[i] ? 0 : -1);
        rc_error_clear();
        m->length -= m->came[i] != 0;
        m->came[i] = 0;
    }
    rc_decref(key);
}

static void check_model(rc_object *dict, const struct model *m)
{
    rc_object *key, *value;
    size_t position = 0, n = 0;
    int64_t before = 0;

    assert_int_equal(rc_dict_length(dict), m->length);
    while (rc_dict_next(dict, &position, &key, &value)) {
        int64_t found = -1, v = -1;

        for (size_t i = 0; i < LENGTH(m->came) && found < 0; i++) {
            rc_object *other = model_key(m->kind, (int64_t)i);

            if (rc_equal(key, other) == 1)
                found = (int64_t)i;
            rc_decref(other);
        }
        assert_true(found >= 0);
        assert_true(m->came[found] > before);
        before = m->came[found];
        assert_int_equal(rc_int_value(value, &v), 0);
        assert_int_equal(v, m->value[found]);
        n++;
    }
    assert_int_equal(n, m->length);
    for (size_t i = 0; i < LENGTH(m->came); i++) {
        key = model_key(m->kind, (int64_t)i);
        assert_int_equal(rc_dict_contains(dict, key), m->came[i] != 0);
        rc_decref(key);
    }
}

static void test_model(void **state)
{
    static const char kinds[] = "idsm";

    (void)state;
    for (size_t k = 0; kinds[k]; k++) {
        rc_object *dict = rc_dict_new();
        struct model m = {.kind = kinds[k]};

        print_message("%c\n", kinds[k]);
        for (int i = 0; i < 4000; i++) {
            step_model(dict, &m, next_chance());
            if (i % 16 == 0)
                check_model(dict, &m);
        }
        check_model(dict, &m);
        rc_decref(dict);
    }
}

// Keys come and go: a dict with few of them stays small.
static void test_bounded(void **state)
{
    static const struct {
        const char *what;
        int64_t step, delay; // delay: how many keys are there
    } cases[] = {
        {"dense queue", 1, 10}, {"queue", 7, 10},       {"dense pair", 1, 1},
        {"pair", 1000, 1},      {"long queue", 3, 500},
    };

    (void)state;
    for (size_t c = 0; c < LENGTH(cases); c++) {
        rc_object *dict = rc_dict_new();
        struct rc_pool_stats stats;
        size_t before;

        print_message("%s\n", cases[c].what);
        rc_pool_stats(&stats);
        before = stats.body_bytes;
        for (int64_t i = 0; i < 20000; i++) {
            set_int(dict, i * cases[c].step, i);
            if (i >= cases[c].delay)
                delete_int(dict, (i - cases[c].delay) * cases[c].step);
        }
        assert_int_equal(rc_dict_length(dict), cases[c].delay);
        rc_pool_stats(&stats);
        assert_true(stats.body_bytes - before
                    < 1000 + 300 * (size_t)cases[c].delay);
        rc_decref(dict);
        rc_pool_stats(&stats);
        assert_int_equal(stats.body_bytes, before);
    }
}

// Taking out what came last, again and again, needs no rebuilding; and what is
// empty after having been large is small again.
static void test_stack(void **state)
{
    rc_object *dict = rc_dict_new();
    struct rc_pool_stats stats;
    size_t before;

    (void)state;
    rc_pool_stats(&stats);
    before = stats.body_bytes;
    for (int64_t i = 0; i < 3000; i++)
        set_int(dict, i * 3, i);
    for (int round = 0; round < 10; round++) {
        for (int64_t i = 3000; i-- > 2500;)
            delete_int(dict, i * 3);
        for (int64_t i = 2500; i < 3000; i++)
            set_int(dict, i * 3, i);
    }
    for (int64_t i = 3000; i-- > 0;) {
        assert_int_equal(get_int(dict, i * 3), i);
        delete_int(dict, i * 3);
        assert_int_equal(get_int(dict, i * 3), -1);
    }
    rc_pool_stats(&stats);
    assert_true(stats.body_bytes - before < 20000);
    set_int(dict, 1, 2);
    assert_shows(dict, "{1: 2}");
    rc_decref(dict);
}

// Slots of the index that deleted keys have left behind do not fill it up.
static void test_behind_one(void **state)
{
    rc_object *dict = rc_dict_new();

    (void)state;
    set_int(dict, -7, 1);
    for (int64_t i = 0; i < 500; i++) {
        for (int64_t j = 0; j < 3; j++)
            set_int(dict, i * 35 + j * 8, j);
        for (int64_t j = 0; j < 3; j++)
            delete_int(dict, i * 35 + j * 8);
        assert_int_equal(get_int(dict, -7), 1);
    }
    assert_shows(dict, "{-7: 1}");
    rc_decref(dict);
}

// What was large and has few keys becomes small when others are added.
static void test_shrinks(void **state)
{
    rc_object *dict = rc_dict_new();
    struct rc_pool_stats stats;
    size_t before;

    (void)state;
    rc_pool_stats(&stats);
    before = stats.body_bytes;
    for (int64_t i = 0; i < 3000; i++)
        set_int(dict, i * 3, i);
    for (int64_t i = 0; i < 2990; i++)
        delete_int(dict, i * 3);
    for (int64_t i = 3000; i < 6000; i++) {
        set_int(dict, i * 3, i);
        delete_int(dict, (i - 10) * 3);
    }
    for (int64_t i = 5990; i < 6000; i++)
        assert_int_equal(get_int(dict, i * 3), i);
    rc_pool_stats(&stats);
    assert_true(stats.body_bytes - before < 2000);
    rc_decref(dict);
}

// ---- stepping through ----

static void test_next_deletes(void **state)
{
    (void)state;
    for (int step = 1; step <= 4; step++) {
        rc_object *dict = rc_dict_new(), *key, *value;
        size_t position = 0;
        int64_t n = 0;

        print_message("each %d\n", step);
        for (int64_t i = 0; i < 100; i++)
            set_int(dict, i * 11, i);
        while (rc_dict_next(dict, &position, &key, &value)) {
            int64_t v = -1;

            assert_int_equal(rc_int_value(value, &v), 0);
            assert_int_equal(v, n);
            if (n++ % step == 0)
                delete_int(dict, v * 11);
        }
        assert_int_equal(n, 100);
        assert_int_equal(rc_dict_length(dict), 100 - (99 / step + 1));
        rc_decref(dict);
    }
}

static void test_next_not_wanted(void **state)
{
    rc_object *dict = rc_dict_new(), *key = NULL, *value = NULL;
    size_t position = 0;

    (void)state;
    assert_false(rc_dict_next(dict, &position, NULL, NULL));
    set_int(dict, 1, 2);
    assert_true(rc_dict_next(dict, &position, NULL, NULL));
    assert_false(rc_dict_next(dict, &position, NULL, NULL));
    position = 0;
    assert_true(rc_dict_next(dict, &position, &key, NULL));
    assert_shows(key, "1");
    position = 0;
    assert_true(rc_dict_next(dict, &position, NULL, &value));
    assert_shows(value, "2");
    position = SIZE_MAX;
    assert_false(rc_dict_next(dict, &position, &key, &value));
    rc_decref(dict);
}

// ---- keys that run code ----

// Equal to others with the same number; before it says so, it does something to
// the dict.
struct tricky {
    rc_object head;
    int number;
};

static rc_object *tricky_dict;
static void (*tricky_does)(rc_object *a, rc_object *b);
static int tricky_calls;

static int tricky_hash(rc_object *o, uint64_t *ret_hash)
{
    *ret_hash = (uint64_t)((struct tricky *)o)->number % 2;
    return 0;
}

static int tricky_equal(rc_object *a, rc_object *b)
{
    if (tricky_calls++ < 3 && tricky_does)
        tricky_does(a, b);
    if (rc_error_code() != RC_OK)
        return -1;
    return ((struct tricky *)a)->number == ((struct tricky *)b)->number;
}

static rc_type tricky_type = {
    .name = "tricky",
    .size = sizeof(struct tricky),
    .hash = tricky_hash,
    .equal = tricky_equal,
};

static rc_object *tricky_new(int number)
{
    rc_object *o;

    assert_int_equal(rc_type_ready(&tricky_type), 0);
    o = rc_new(&tricky_type);
    assert_non_null(o);
    ((struct tricky *)o)->number = number;
    return o;
}

static void tricky_add(rc_object *dict, int number, int64_t value)
{
    rc_object *key = tricky_new(number), *v = rc_int_new(value);

    assert_int_equal(rc_dict_set(dict, key, v), 0);
    rc_decref(key);
    rc_decref(v);
}

static void do_clear(rc_object *a, rc_object *b)
{
    (void)a, (void)b;
    assert_int_equal(rc_dict_clear(tricky_dict), 0);
}

// The key in the dict goes, which nobody else holds.
static void do_delete(rc_object *a, rc_object *b)
{
    rc_object *there = rc_dict_contains(tricky_dict, a) == 1 ? a : b;

    assert_int_equal(rc_dict_delete(tricky_dict, there), 0);
    rc_error_clear();
}

static void do_grow(rc_object *a, rc_object *b)
{
    (void)a, (void)b;
    for (int64_t i = 0; i < 50; i++)
        set_int(tricky_dict, 1000 * (tricky_calls + 1) + i, i);
}

static void do_fail(rc_object *a, rc_object *b)
{
    (void)a, (void)b;
    rc_error_set(RC_ERROR_USER, "no");
}

static void do_add_always(rc_object *a, rc_object *b)
{
    (void)a, (void)b;
    set_int(tricky_dict, 5000 + (int64_t)rc_dict_length(tricky_dict), 0);
    tricky_calls = 0;
}

// Keys of different types with the same hash.
static void test_same_hash(void **state)
{
    rc_object *dict = rc_dict_new();

    (void)state;
    tricky_does = NULL;
    tricky_add(dict, 1, 10);
    assert_int_equal(get_int(dict, 1), -1);
    set_int(dict, 1, 11);
    tricky_add(dict, 3, 12);
    tricky_add(dict, 1, 13);
    assert_int_equal(get_int(dict, 1), 11);
    assert_int_equal(rc_dict_length(dict), 3);
    delete_int(dict, 1);
    assert_int_equal(get_int(dict, 1), -1);
    assert_int_equal(rc_dict_length(dict), 2);
    rc_decref(dict);
}

static void test_tricky(void **state)
{
    static const struct {
        const char *what;
        void (*does)(rc_object *a, rc_object *b);
        int expect;
    } cases[] = {
        {"nothing", NULL, 1},     {"clear", do_clear, 0},
        {"delete", do_delete, 0}, {"grow", do_grow, 1},
        {"fail", do_fail, -1},    {"add always", do_add_always, -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *key = tricky_new(4);

        print_message("%s\n", cases[i].what);
        tricky_does = NULL;
        tricky_dict = rc_dict_new();
        tricky_add(tricky_dict, 4, 44);
        tricky_calls = 0;
        tricky_does = cases[i].does;
        assert_int_equal(rc_dict_contains(tricky_dict, key), cases[i].expect);
        rc_error_clear();
        tricky_does = NULL;
        rc_decref(key);
        rc_decref(tricky_dict);
    }
}

// The same while keys are set: no key is there twice.
static void test_tricky_set(void **state)
{
    static void (*const does[])(rc_object *a, rc_object *b) = {
        NULL, do_clear, do_grow, do_delete};

    (void)state;
    for (size_t i = 0; i < LENGTH(does); i++) {
        rc_object *key = tricky_new(6);

        print_message("%zu\n", i);
        tricky_does = NULL;
        tricky_dict = rc_dict_new();
        for (int n = 2; n < 12; n++)
            tricky_add(tricky_dict, n, n);
        tricky_calls = 0;
        tricky_does = does[i];
        assert_int_equal(rc_dict_set(tricky_dict, key, rc_none), 0);
        tricky_does = NULL;
        assert_ptr_equal(rc_dict_get(tricky_dict, key), rc_none);
        assert_int_equal(rc_dict_delete(tricky_dict, key), 0);
        assert_int_equal(rc_dict_contains(tricky_dict, key), 0);
        rc_decref(key);
        rc_decref(tricky_dict);
    }
}

// ---- values whose end runs code ----

struct bomb {
    rc_object head;
};

static rc_object *bomb_dict;
static int bombs_ended;

static void bomb_finalize(rc_object *o)
{
    (void)o;
    bombs_ended++;
    if (rc_dict_length(bomb_dict) < 1000)
        set_int(bomb_dict, 100000 + bombs_ended, 1);
}

static rc_type bomb_type = {
    .name = "bomb", .size = sizeof(struct bomb), .finalize = bomb_finalize};

static void set_bomb(rc_object *dict, int64_t key)
{
    rc_object *k = rc_int_new(key), *bomb = rc_new(&bomb_type);

    assert_int_equal(rc_dict_set(dict, k, bomb), 0);
    rc_decref(bomb);
    rc_decref(k);
}

static void test_bombs(void **state)
{
    (void)state;
    assert_int_equal(rc_type_ready(&bomb_type), 0);
    bomb_dict = rc_dict_new();
    bombs_ended = 0;
    for (int64_t i = 0; i < 20; i++)
        set_bomb(bomb_dict, i);
    for (int64_t i = 0; i < 5; i++)
        set_int(bomb_dict, i, 7);
    for (int64_t i = 5; i < 10; i++)
        delete_int(bomb_dict, i);
    assert_int_equal(bombs_ended, 10);
    assert_int_equal(rc_dict_length(bomb_dict), 25);
    assert_int_equal(rc_dict_clear(bomb_dict), 0);
    assert_int_equal(bombs_ended, 20);
    assert_int_equal(rc_dict_length(bomb_dict), 10);
    rc_decref(bomb_dict);
}

// ---- what types do ----

static rc_object *dict_of(const char *pairs)
{
    rc_object *dict = rc_dict_new();

    for (; *pairs; pairs += 2)
        set_int(dict, pairs[0], pairs[1] - '0');
    return dict;
}

static void test_equal(void **state)
{
    static const struct {
        const char *a, *b;
        int expect;
    } cases[] = {
        {"", "", 1},         {"a1", "a1", 1},   {"a1b2", "b2a1", 1},
        {"a1", "a2", 0},     {"a1", "b1", 0},   {"a1", "a1b2", 0},
        {"a1b2", "a1c2", 0}, {"a1a2", "a2", 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        rc_object *a = dict_of(cases[i].a), *b = dict_of(cases[i].b);

        print_message("%s %s\n", cases[i].a, cases[i].b);
        assert_int_equal(rc_equal(a, b), cases[i].expect);
        assert_int_equal(rc_equal(b, a), cases[i].expect);
        rc_decref(a);
        rc_decref(b);
    }
}

static void test_copy(void **state)
{
    rc_object *dict = rc_dict_new(), *list = rc_list_new(), *copy, *key;

    (void)state;
    key = rc_int_new(3);
    for (int64_t i = 0; i < 40; i++)
        set_int(dict, i, i);
    for (int64_t i = 0; i < 38; i++)
        delete_int(dict, i);
    assert_int_equal(rc_dict_set(dict, key, list), 0);
    copy = rc_copy(dict);
    assert_non_null(copy);
    assert_shows(copy, "{38: 38, 39: 39, 3: []}");
    assert_int_equal(rc_equal(dict, copy), 1);
    assert_ptr_equal(rc_dict_get(copy, key), list);
    set_int(copy, 3, 4);
    assert_ptr_equal(rc_dict_get(dict, key), list);
    rc_decref(key);
    rc_decref(copy);
    rc_decref(list);
    rc_decref(dict);
}

static void test_cycle(void **state)
{
    rc_object *dict = rc_dict_new(), *other = rc_dict_new();
    rc_object *key = rc_str_new("self");

    (void)state;
    assert_int_equal(rc_dict_set(dict, key, dict), 0);
    assert_int_equal(rc_dict_set(other, key, other), 0);
    assert_shows(dict, "{'self': {...}}");
    assert_int_equal(rc_equal(dict, other), -1);
    assert_error(RC_ERROR_STATE);
    for (int64_t i = 0; i < 100; i++)
        set_int(dict, i, i * 1000);
    rc_decref(key);
    rc_decref(dict);
    rc_decref(other);
    assert_int_equal(rc_gc_collect(), 2);
}

// ---- without memory ----

#ifdef RC_AUDIT
static int add_keys(rc_object *dict)
{
    for (int64_t i = 0; i < 60; i++) {
        rc_object *key = rc_int_new(i * 3 + 1000);
        int r = key ? rc_dict_set(dict, key, key) : -1;

        rc_xdecref(key);
        if (r < 0 || rc_dict_set_text(dict, "text", rc_none) < 0)
            return -1;
    }
    return 0;
}

static rc_object *use_all(void)
{
    rc_object *dict = rc_dict_new(), *copy = NULL, *keys = NULL, *shown = NULL;

    if (dict && add_keys(dict) == 0 && (copy = rc_copy(dict))
        && (keys = rc_dict_keys(copy)))
        shown = rc_repr(copy);
    rc_xdecref(keys);
    rc_xdecref(copy);
    rc_xdecref(dict);
    return shown;
}

static void test_no_memory(void **state)
{
    (void)state;
    make_without_memory(use_all);
}

// What fails changes nothing.
static void test_nothing_lost(void **state)
{
    rc_object *dict = rc_dict_new(), *key = rc_str_new("one more");

    (void)state;
    for (int64_t i = 0; i < 200; i++) {
        rc_audit_fail_alloc(1, true);
        if (rc_dict_set(dict, key, rc_none) < 0)
            assert_error(RC_ERROR_MEMORY);
        else
            assert_int_equal(rc_dict_delete(dict, key), 0);
        rc_audit_fail_alloc(0, false);
        assert_int_equal(rc_dict_length(dict), i);
        for (int64_t j = 0; j < i; j++)
            assert_int_equal(get_int(dict, j * 3), j);
        set_int(dict, i * 3, i);
    }
    rc_decref(key);
    rc_decref(dict);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_order),        TEST(test_equal_numbers),
        TEST(test_kinds),        TEST(test_missing),
        TEST(test_pop),          TEST(test_text),
        TEST(test_wrong_types),  TEST(test_many),
        TEST(test_model),        TEST(test_bounded),
        TEST(test_stack),        TEST(test_behind_one),
        TEST(test_shrinks),      TEST(test_same_hash),
        TEST(test_next_deletes), TEST(test_next_not_wanted),
        TEST(test_tricky),       TEST(test_tricky_set),
        TEST(test_bombs),        TEST(test_equal),
        TEST(test_copy),         TEST(test_cycle),
#ifdef RC_AUDIT
        TEST(test_no_memory),    TEST(test_nothing_lost),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
