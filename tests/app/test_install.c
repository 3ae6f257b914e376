// test_install.c - the program finds its rules where it is installed, and says
// so when it does not.

#include "run.h"

#include "../project/folder.h"

static void copy(struct fixture *f, const char *from, const char *to)
{
    struct err err;
    char *data;
    size_t size;

    if (file_read(&f->arena, from, &data, &size, &err) < 0)
        fail_msg("%s", err.text);
    folder_make(&f->arena, f->dir,
                path_dir(&f->arena, path_join(&f->arena, f->dir, to)));
    write_bytes(f, to, data, size);
}

static void test_installed(void **state)
{
    struct fixture *f = *state;
    const struct how how = {
        .program = path_join(&f->arena, f->dir, "usr/bin/refcheck")};
    struct ran r;

    copy(f, REFCHECK, "usr/bin/refcheck");
    assert_int_equal(chmod(how.program, 0755), 0);
    write_file(f, "unit.c", "int x;\n");
    r = run_how(f, &how, "unit.c");
    expect_status(&r, 2);
    expect_err(&r, "the folder with the rules is not found beside the program");
    r = run_how(f, &how, "unit.c" MINI);
    expect_status(&r, 0);
    copy(f, SOURCE_DIR "/rules/c.rules", "usr/share/refcheck/rules/c.rules");
    r = run_how(f, &how, "unit.c");
    expect_status(&r, 2);
    expect_err(&r, "cpython.rules: cannot open: No such file or directory");
    copy(f, SOURCE_DIR "/rules/cpython.rules",
         "usr/share/refcheck/rules/cpython.rules");
    copy(f, SOURCE_DIR "/rules/numpy.rules",
         "usr/share/refcheck/rules/numpy.rules");
    copy(f, SOURCE_DIR "/rules/runtime.rules",
         "usr/share/refcheck/rules/runtime.rules");
    r = run_how(f, &how, "unit.c");
    expect_status(&r, 0);
    r = run_how(f, &how, "rules");
    expect_status(&r, 0);
    expect_out(&r, "\nPyList_New(_) -> new?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_installed, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
