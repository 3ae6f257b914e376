// test_file.c - base/file.c: whole files, and the names of files.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_join(void **state)
{
    static const struct {
        const char *dir, *name, *expect;
    } cases[] = {
        {"/a", "b", "/a/b"},
        {"/a", "/b", "/b"},
        {"/a", "../../b", "/b"},
        {"/a", "../b", "/b"},
        {"/a", "..", "/"},
        {"/a", "../..", "/"},
        {"/a", ".", "/a"},
        {"/a", "", "/a"},
        {"/a/", "b/", "/a/b"},
        {"/a//", "b//c", "/a/b/c"},
        {"/a", "./b/./c", "/a/b/c"},
        {"/a", "b/../c", "/a/c"},
        {"/a", "b/..", "/a"},
        {"/a/b/c", "../../x", "/a/x"},
        {"/", "a", "/a"},
        {"/", "", "/"},
        {"/", "..", "/"},
        {"/a", "/", "/"},
        {"/a", "//", "/"},
        {"/a", "///b//", "/b"},
        {"a", "b", "a/b"},
        {"a", "..", "."},
        {"a", "../..", ".."},
        {"a", "../../..", "../.."},
        {"a", "../../b", "../b"},
        {"..", "..", "../.."},
        {"..", "a", "../a"},
        {"../a", "../b", "../b"},
        {".", ".", "."},
        {".", "a", "a"},
        {".", "", "."},
        {"", "a", "a"},
        {"", "", "."},
        {"", "..", ".."},
        {"", "/a", "/a"},
        {"a//b", "c", "a/b/c"},
        {"a/", "", "a"},
        {"/a", "...", "/a/..."},
        {"/a", ".b", "/a/.b"},
        {"/a", "..b/c..", "/a/..b/c.."},
        {"/a", "b c/\xc3\xa4", "/a/b c/\xc3\xa4"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *path = path_join(&a, cases[i].dir, cases[i].name);

        if (strcmp(path, cases[i].expect) != 0)
            fail_msg("\"%s\" + \"%s\" is \"%s\", not \"%s\"", cases[i].dir,
                     cases[i].name, path, cases[i].expect);
    }
    arena_release(&a);
}

// All paths of up to eight characters of "a./": folding twice is folding once,
// and nothing but leading ".." remains of the dots.
static void test_fold_is_stable(void **state)
{
    struct arena a = {0};

    (void)state;
    for (unsigned n = 0; n <= 9840; n++) { // 3 + 9 + ... + 3 to the 8th
        char path[9] = "";
        unsigned rest = n;
        char *once;
        char *twice;

        for (int i = 0; rest; i++, rest = (rest - 1) / 3)
            path[i] = "a./"[(rest - 1) % 3];
        once = path_join(&a, "", path);
        twice = path_join(&a, "", once);
        if (strcmp(once, twice) != 0)
            fail_msg("\"%s\" -> \"%s\" -> \"%s\"", path, once, twice);
        assert_true(once[0] != '\0');
        assert_int_equal(once[0] == '/', path[0] == '/');
        assert_null(strstr(once, "//"));
        assert_null(strstr(once, "/./"));
        assert_null(strstr(once, "a/../"));
        arena_reset(&a);
    }
    arena_release(&a);
}

static void test_dir_and_base(void **state)
{
    static const struct {
        const char *path, *dir, *base;
    } cases[] = {
        {"/a/b.c", "/a", "b.c"}, {"/a", "/", "a"},  {"a/b", "a", "b"},
        {"a", ".", "a"},         {"", ".", ""},     {"/", "/", ""},
        {"a/", "a", ""},         {"..", ".", ".."},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_string_equal(path_dir(&a, cases[i].path), cases[i].dir);
        assert_string_equal(path_base(cases[i].path), cases[i].base);
    }
    arena_release(&a);
}

static void test_below(void **state)
{
    static const struct {
        const char *path, *root, *expect;
    } cases[] = {
        {"/r/a.c", "/r", "a.c"},      {"/r/s/a.c", "/r", "s/a.c"},
        {"/r/a.c", "/r/", "a.c"},     {"/rest/a.c", "/r", "/rest/a.c"},
        {"/r", "/r", "/r"},           {"/r/", "/r", "/r/"},
        {"/a.c", "/", "a.c"},         {"/", "/", "/"},
        {"/q/a.c", "/r", "/q/a.c"},   {"a.c", "/r", "a.c"},
        {"/r/a.c", "/r/a", "/r/a.c"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_string_equal(path_below(cases[i].path, cases[i].root),
                            cases[i].expect);
}

static char *save(struct arena *a, const char *data, size_t size)
{
    char *path = arena_strdup(a, BINARY_DIR "/file-XXXXXX");
    int fd = mkstemp(path);
    FILE *out = fdopen(fd, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(data, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
    return path;
}

// Sizes around those of a read: the text must be whole and NUL-terminated.
static void test_read(void **state)
{
    static const size_t sizes[] = {0,     1,      65535,  65536,
                                   65537, 131072, 131073, 400000};
    struct arena a = {0};
    struct err err = {""};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        char *data = arena_alloc(&a, sizes[i], 1);
        char *path;
        char *text = NULL;
        size_t size = 0;

        for (size_t k = 0; k < sizes[i]; k++)
            data[k] = (char)(k * 7);
        path = save(&a, data, sizes[i]);
        if (file_read(&a, path, &text, &size, &err) < 0)
            fail_msg("%s", err.text);
        unlink(path);
        assert_int_equal(size, sizes[i]);
        assert_int_equal(text[size], '\0');
        assert_int_equal(memcmp(text, data, size), 0);
    }
    arena_release(&a);
}

static void test_read_without_size(void **state)
{
    struct arena a = {0};
    struct err err = {""};
    char *path = save(&a, "abc", 3);
    char *text = NULL;

    (void)state;
    assert_int_equal(file_read(&a, path, &text, NULL, &err), 0);
    assert_string_equal(text, "abc");
    unlink(path);
    arena_release(&a);
}

static void test_read_errors(void **state)
{
    static const struct {
        const char *path, *message;
    } cases[] = {
        {"/nonexistent/x", "/nonexistent/x: cannot open: No such file"},
        {BINARY_DIR, BINARY_DIR ": cannot read: it is a folder"},
        {"", ": cannot open: No such file"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *text = "untouched";
        size_t size = 77;
        struct err err = {""};

        assert_int_equal(file_read(&a, cases[i].path, &text, &size, &err), -1);
        assert_int_equal(
            strncmp(err.text, cases[i].message, strlen(cases[i].message)), 0);
        assert_string_equal(text, "untouched");
        assert_int_equal(size, 77);
    }
    arena_release(&a);
}

static void test_questions(void **state)
{
    struct arena a = {0};
    char *path = save(&a, "", 0);

    (void)state;
    assert_true(file_exists(path));
    assert_false(file_is_dir(path));
    unlink(path);
    assert_false(file_exists(path));
    assert_false(file_is_dir(path));
    assert_true(file_exists(BINARY_DIR));
    assert_true(file_is_dir(BINARY_DIR));
    assert_int_equal(path_cwd(&a)[0], '/');
    assert_true(file_is_dir(path_cwd(&a)));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_fold_is_stable),
        cmocka_unit_test(test_dir_and_base),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_without_size),
        cmocka_unit_test(test_read_errors),
        cmocka_unit_test(test_questions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
