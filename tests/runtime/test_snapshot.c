// test_snapshot.c - sight/snapshot.c and diff.c: what came, went and stayed
// between two looks at the heap.

#include "support.h"

static struct rc_snapshot *look(void)
{
    struct rc_snapshot *s = rc_snapshot_new();

    assert_non_null(s);
    return s;
}

static struct rc_diff diff_of(const struct rc_snapshot *before,
                              const struct rc_snapshot *after)
{
    struct rc_diff d;

    assert_int_equal(rc_snapshot_diff(before, after, &d), 0);
    assert_int_equal(d.gone + d.kept, rc_snapshot_objects(before));
    assert_int_equal(d.made + d.kept, rc_snapshot_objects(after));
    return d;
}

static char *text_of(const struct rc_snapshot *before,
                     const struct rc_snapshot *after, size_t details)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    assert_int_equal(rc_snapshot_print_diff(before, after, details, out), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_empty(void **state)
{
    struct rc_snapshot *a = look(), *b = look();
    struct rc_diff d = diff_of(a, b);
    char *text = text_of(a, b, 5);

    (void)state;
    assert_int_equal(d.made, 0);
    assert_int_equal(d.gone, 0);
    assert_int_equal(d.bytes, 0);
    assert_non_null(strstr(text, "new and still there: 0"));
    free(text);
    rc_snapshot_free(a);
    rc_snapshot_free(b);
    rc_snapshot_free(NULL);
}

// Leaves, containers and large objects, made and gone.
static void test_made_and_gone(void **state)
{
    static const struct {
        int64_t lists, ints, tuples, items;
    } cases[] = {{0, 0, 0, 0},      {1, 0, 0, 0},      {0, 1, 0, 0},
                 {3, 5, 1, 2},      {10, 10, 10, 300}, {100, 0, 2, 5000},
                 {2000, 2000, 0, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        rc_object *keep = made(rc_list_new());
        struct rc_snapshot *before, *after, *end;
        size_t n = (size_t)(cases[i].lists + cases[i].ints + cases[i].tuples);
        struct rc_diff d;

        print_message("%zu\n", i);
        before = look();
        for (int64_t k = 0; k < cases[i].lists; k++)
            assert_int_equal(rc_list_push(keep, made(rc_list_new())), 0);
        for (int64_t k = 0; k < cases[i].ints; k++)
            assert_int_equal(rc_list_push(keep, made(rc_int_new(1000 + k))), 0);
        for (int64_t k = 0; k < cases[i].tuples; k++)
            assert_int_equal(
                rc_list_push(keep, made(rc_tuple_new(cases[i].items))), 0);
        after = look();
        d = diff_of(before, after);
        assert_int_equal(d.made, n);
        assert_int_equal(d.gone, 0);
        assert_true(d.bytes >= (int64_t)(16 * n));

        assert_int_equal(rc_list_clear(keep), 0);
        end = look();
        assert_int_equal(diff_of(after, end).gone, n);
        assert_int_equal(diff_of(after, end).bytes, -d.bytes);
        assert_int_equal(diff_of(before, end).made, 0);
        assert_int_equal(diff_of(before, end).gone, 0);
        rc_snapshot_free(before);
        rc_snapshot_free(after);
        rc_snapshot_free(end);
        rc_decref(keep);
    }
}

// The numbers behind a name at the start of a line; false: no such line.
static bool row_of(const char *text, const char *name, size_t *ret_made,
                   size_t *ret_gone)
{
    const char *line = text;
    size_t length = strlen(name);

    while (line && (strncmp(line, name, length) != 0 || line[length] != ' ')) {
        line = strchr(line, '\n');
        line += line != NULL;
    }
    return line && sscanf(line + length, "%zu %zu", ret_made, ret_gone) == 2;
}

static void test_rows(void **state)
{
    rc_object *old = made(rc_list_new()), *first = made(rc_str_new("first"));
    rc_object *second = made(rc_str_new("second"));
    struct rc_snapshot *before = look(), *after;
    rc_object *dict = made(rc_dict_new());
    rc_object *list = made(rc_list_pack(2, first, dict));
    size_t n = 0, gone = 0;
    char *text;

    (void)state;
    rc_decref(second);
    after = look();
    text = text_of(before, after, 1);
    assert_true(row_of(text, "dict", &n, &gone));
    assert_int_equal(n, 1);
    assert_int_equal(gone, 0);
    assert_true(row_of(text, "str", &n, &gone));
    assert_int_equal(n, 0);
    assert_int_equal(gone, 1);
    assert_true(row_of(text, "together", &n, &gone));
    assert_int_equal(n, 2);
    assert_int_equal(gone, 1);
    assert_non_null(strstr(text, "new and still there: 2, the first of them"));
    assert_int_equal(count_in(text, "\n  "), 1);
    free(text);

    text = text_of(before, after, 10);
    assert_int_equal(count_in(text, "\n  "), 2);
    assert_int_equal(count_in(text, ": ['first', dict] ("), 1);
    free(text);

    // What is gone by now is not listed, and neither is what took its place.
    rc_decref(list);
    list = made(rc_tuple_pack(1, first));
    text = text_of(before, after, 10);
    assert_non_null(strstr(text, "new and still there: 1"));
    assert_int_equal(count_in(text, "\n  "), 1);
    free(text);
    text = text_of(before, after, 0);
    assert_null(strstr(text, "still there"));
    free(text);
    rc_snapshot_free(before);
    rc_snapshot_free(after);
    rc_decref(list);
    rc_decref(dict);
    rc_decref(old);
    rc_decref(first);
}

// Instances are told apart by their classes, also when these are gone.
static void test_classes(void **state)
{
    rc_object *cls = made(rc_class_new("Walrus <&>", NULL));
    rc_object *o = made(rc_instance_new(cls));
    struct rc_snapshot *before = look(), *after;
    size_t n = 0, gone = 0;
    char *text;

    (void)state;
    rc_decref(o);
    rc_decref(cls);
    after = look();
    text = text_of(before, after, 3);
    assert_true(row_of(text, "Walrus <&>", &n, &gone));
    assert_int_equal(n, 0);
    assert_int_equal(gone, 1);
    assert_true(row_of(text, "class", &n, &gone));
    assert_int_equal(gone, 1);
    assert_false(row_of(text, "instance", &n, &gone));
    free(text);
    rc_snapshot_free(before);
    rc_snapshot_free(after);
}

// An object of another type in the same place is another one.
static void test_same_place(void **state)
{
    rc_object *tuple = made(rc_tuple_new(1)), *later[200] = {NULL};
    uintptr_t id = rc_id(tuple);
    struct rc_snapshot *before = look(), *after;
    struct rc_diff d;
    size_t n = 0;

    (void)state;
    rc_decref(tuple);
    while (n < 200 && (!n || rc_id(later[n - 1]) != id))
        later[n++] = made(rc_cell_new(NULL));
    after = look();
    d = diff_of(before, after);
    assert_int_equal(d.gone, 1);
    assert_int_equal(d.made, n);
    rc_snapshot_free(before);
    rc_snapshot_free(after);
    while (n)
        rc_decref(later[--n]);
}

// Even one of the same type, with any number of snapshots in between that are
// not too many.
static void test_same_type(void **state)
{
    static const size_t between[] = {0, 1, 10, 60};

    (void)state;
    for (size_t i = 0; i < sizeof(between) / sizeof(*between); i++) {
        rc_object *old = made(rc_tuple_new(3)), *list = made(rc_tuple_new(1));
        struct rc_snapshot *before = look(), *after;
        struct rc_diff d;

        print_message("%zu\n", between[i]);
        for (size_t k = 0; k < between[i]; k++) {
            rc_decref(list);
            list = made(rc_tuple_new(1));
            rc_snapshot_free(look());
        }
        rc_decref(list);
        list = made(rc_tuple_new(1));
        after = look();
        d = diff_of(before, after);
        assert_int_equal(d.made, 1);
        assert_int_equal(d.gone, 1);
        assert_int_equal(d.kept, rc_snapshot_objects(before) - 1);
        rc_snapshot_free(before);
        rc_snapshot_free(after);
        rc_decref(list);
        rc_decref(old);
    }
}

// What is kept is kept, however long ago it was seen first.
static void test_many_snapshots(void **state)
{
    rc_object *list = made(rc_list_new());
    struct rc_snapshot *first = look();

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        struct rc_snapshot *now = look();
        struct rc_diff d = diff_of(first, now);

        assert_int_equal(d.made + d.gone, 0);
        rc_snapshot_free(now);
    }
    rc_snapshot_free(first);
    rc_decref(list);
}

#ifdef RC_AUDIT

static void test_no_memory(void **state)
{
    rc_object *list = made(rc_list_pack(1, rc_none));
    struct rc_snapshot *s = NULL, *empty = look();
    FILE *out = fopen("/dev/null", "w");
    int r = -1;

    (void)state;
    assert_non_null(out);
    for (uint64_t n = 1; !s && n < 100; n++) {
        rc_audit_fail_alloc(n, true);
        s = rc_snapshot_new();
        rc_audit_fail_alloc(0, false);
        if (!s)
            assert_int_equal(rc_error_code(), RC_ERROR_MEMORY);
        rc_error_clear();
    }
    assert_non_null(s);
    for (uint64_t n = 1; r < 0 && n < 100; n++) {
        rc_audit_fail_alloc(n, true);
        r = rc_snapshot_print_diff(empty, s, 1, out);
        rc_audit_fail_alloc(0, false);
        if (r < 0)
            assert_int_equal(rc_error_code(), RC_ERROR_MEMORY);
        rc_error_clear();
    }
    assert_int_equal(r, 0);
    fclose(out);
    rc_snapshot_free(s);
    rc_snapshot_free(empty);
    rc_decref(list);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_empty),          TEST(test_made_and_gone),
        TEST(test_rows),           TEST(test_classes),
        TEST(test_same_place),     TEST(test_same_type),
        TEST(test_many_snapshots),
#ifdef RC_AUDIT
        TEST(test_no_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
