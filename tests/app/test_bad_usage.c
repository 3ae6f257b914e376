// test_bad_usage.c - what people get wrong on the command line, in rule files
// and in the compile database: one clear message, and status 2.

#include "run.h"

#include "../project/folder.h"

static void test_command_line(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *args, *err;
    } cases[] = {
        {"--bogus", "unknown option '--bogus' (see refcheck help)"},
        {"-z", "unknown option '-z'"},
        {"-qz unit.c", "unknown option '-z'"},
        {"-zq unit.c", "unknown option '-z'"},
        {"--quiet=yes unit.c", "unknown option '--quiet=yes'"},
        {"-p", "an argument is missing after '-p'"},
        {"--jobs", "an argument is missing after '--jobs'"},
        {"-j 0 unit.c", "--jobs: '0' is not a number from 1 to 1024"},
        {"-j 1025 unit.c", "--jobs: '1025' is not a number from 1 to 1024"},
        {"-j two unit.c", "--jobs: 'two' is not a number"},
        {"-j 2x unit.c", "--jobs: '2x' is not a number"},
        {"-j= unit.c", "--jobs: '=' is not a number"},
        {"--jobs= unit.c", "--jobs: '' is not a number"},
        {"--max-steps=-1 unit.c", "--max-steps: '-1' is not a number"},
        {"--max-steps=99999999999999999999 unit.c", "is not a number from 1"},
        {"--unit-timeout=0 unit.c", "--unit-timeout: '0' is not a number"},
        {"--format=xml unit.c", "--format: 'xml' is none of text|jsonl"},
        {"--tier=sure unit.c", "--tier: 'sure' is none of certain|likely|"},
        {"--gate= unit.c", "--gate: '' is none of certain|likely|audit"},
        {"--color=blue unit.c", "--color: 'blue' is none of auto|always|never"},
        {"--exclude= unit.c", "--exclude: no file is named"},
        {"--select=leek unit.c", "--select: there is no rule 'leek'"},
        {"--select= unit.c", "--select: no rule is named"},
        {"--select=leak,,null-use unit.c", "--select: there is no rule ''"},
        {"--ignore=leak,leek unit.c", "--ignore: there is no rule 'leek'"},
        {"dump --stage=ast unit.c", "--stage: 'ast' is none of ir|cfg|dot|"},
        {"missing.c", "missing.c: there is no such file"},
        {"unit.c missing.c", "missing.c: there is no such file"},
        {"missing.c -- -I.", "missing.c: there is no such file"},
        {"chekc", "chekc: there is no such file"},
        {"folder", "folder: is a folder; use -p DIR"},
        {"folder -- -I.", "folder: is a folder; use -p DIR"},
        {"-- -I.", "compiler flags are given, but no file"},
        {"verify", "verify: name the fixtures to compare"},
        {"dump", "dump: name a file"},
        {"trace -- python3 x.py", "trace: give -o TRACE -- PYTHON PROGRAM"},
        {"trace --repeat=0", "--repeat: '0' is not a number from 1"},
        {"explain leek", "explain: there is no rule 'leek'"},
    };

    write_file(f, "unit.c", "int x;\n");
    folder_make(&f->arena, f->dir, "folder");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *args = arena_strdup(&f->arena, cases[i].args);
        char *flags = strstr(args, "-- ");
        bool last = strstr(cases[i].err, "is missing after") != NULL;
        struct ran r;

        if (flags)
            *flags = '\0';
        r = run(f, arena_printf(&f->arena, "%s%s%s", args, last ? "" : MINI,
                                flags ? "-- -I." : ""));
        expect_status(&r, 2);
        expect_err(&r, "refcheck: ");
        expect_err(&r, cases[i].err);
        expect_no_err(&r, "finding");
        assert_string_equal(r.out, "");
    }
}

static void test_rule_files(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *err;
    } cases[] = {
        {"# fine\nf(borow) -> _\n", "bad.rules:2: unknown effect 'borow'"},
        {"f(borrow) -> borrowed of 2\n", "bad.rules:1: "},
        {"f(\n", "bad.rules:1: "},
        {"f() -> new?\nf() -> new\n", "bad.rules:2: "},
        {"\n\n\xff\xfe\x01", "bad.rules:3: "},
    };
    struct ran r;

    write_file(f, "unit.c", "int x;\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        write_file(f, "bad.rules", cases[i].text);
        r = run(f, "unit.c" MINI "--rules=bad.rules");
        expect_status(&r, 2);
        expect_err(&r, cases[i].err);
        r = run(f, "rules bad.rules");
        expect_status(&r, 2);
        expect_err(&r, cases[i].err);
    }
    r = run(f, "unit.c" MINI "--rules=gone.rules");
    expect_status(&r, 2);
    expect_err(&r, "gone.rules: cannot open: No such file or directory");
    r = run(f, "rules .");
    expect_status(&r, 2);
    expect_err(&r, "refcheck: .: ");
}

// What a file says is shown, not obeyed.
static void test_escapes_are_shown(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "bad.rules", "f(\033[31mred) -> _\n");
    r = run(f, "rules bad.rules");
    expect_status(&r, 2);
    expect_no_err(&r, "\033");
    write_file(f, "unit.c",
               "int f(void) {\n#error \033[31mred\n return 0; }\n");
    r = run(f, "unit.c" MINI);
    expect_err(&r, "unit.c:2:");
    expect_no_err(&r, "\033");
}

static void test_databases(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *err;
    } cases[] = {
        {"", "db/compile_commands.json"},
        {"{}", "db/compile_commands.json"},
        {"[1]", "db/compile_commands.json"},
        {"[\n{\"directory\": \".\",\n\"file\": }]",
         "compile_commands.json:3: "},
        {"[\n{\"directory\": \".\",\n\"file\": \"a.c\"",
         "compile_commands.json:3: "},
        {"[{\"directory\": \".\"}]", "db/compile_commands.json"},
        {"[{\"file\": 3}]", "db/compile_commands.json"},
    };
    struct ran r = run(f, "check" MINI);

    expect_status(&r, 2);
    expect_err(&r, "no compile_commands.json here or above");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        write_file(f, "db/compile_commands.json", cases[i].text);
        r = run(f, "-p db" MINI);
        expect_status(&r, 2);
        expect_err(&r, cases[i].err);
    }
    r = run(f, "-p gone" MINI);
    expect_status(&r, 2);
    expect_err(&r, "gone: cannot open: No such file or directory");
    write_file(f, "db/compile_commands.json", "[]");
    r = run(f, "-p db" MINI);
    expect_status(&r, 0);
    expect_err(&r, "the compile database names no C file");
}

// Where findings cannot be written, silence would look like health.
static void test_unwritable_output(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c", "#include \"mini.h\"\n" LEAKS("one"));
    r = run(f, "unit.c --output=/dev/full" MINI);
    expect_status(&r, 2);
    expect_err(&r, "/dev/full: cannot write: No space left on device");
    r = run(f, "unit.c --output=gone/findings.txt" MINI);
    expect_status(&r, 2);
    expect_err(&r, "gone/findings.txt: cannot write: No such file");
    r = run_how(f, &(struct how){.out = "/dev/full"}, "unit.c" MINI);
    expect_status(&r, 2);
    expect_err(&r, "stdout: cannot write: No space left on device");
    r = run_how(f, &(struct how){.no_stdout = true}, "unit.c" MINI);
    expect_status(&r, 2);
    expect_err(&r, "stdout: cannot write: Bad file descriptor");
    r = run_how(f, &(struct how){.out = "/dev/full"}, "rules mini.rules");
    expect_status(&r, 2);
    expect_err(&r, "stdout: cannot write: No space left on device");
    r = run_how(f, &(struct how){.out = "/dev/full"}, "verify unit.c" MINI);
    expect_status(&r, 2);
    expect_err(&r, "stdout: cannot write: No space left on device");
    r = run_how(f, &(struct how){.out = "/dev/full"}, "dump unit.c" MINI);
    expect_status(&r, 2);
    expect_err(&r, "stdout: cannot write: No space left on device");
    r = run_how(f, &(struct how){.out = "/dev/full"}, "explain");
    expect_status(&r, 2);
}

static void test_closed_stdin(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c", "#include \"mini.h\"\n" LEAKS("one"));
    r = run_how(f, &(struct how){.no_stdin = true}, "unit.c" MINI);
    expect_status(&r, 1);
    expect_out(&r, "[leak]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_line, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_rule_files, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_escapes_are_shown, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_databases, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_unwritable_output, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_closed_stdin, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
