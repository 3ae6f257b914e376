// test_same_bytes.c - the same findings, byte for byte, whatever the number of
// workers, the order of the database and the folder one stands in.

#include "run.h"

#include "base/buf.h"

#include <string.h>

#define HEAD "#include \"mini.h\"\n#include \"shared.h\"\n"

enum { UNITS = 12 };

static const char *name_of(struct fixture *f, int n)
{
    return arena_printf(&f->arena, "src/u%02d.c", n);
}

// Units of different sizes, all with a function that stands in a header.
static void write_units(struct fixture *f)
{
    write_file(f, "src/shared.h", "static inline " LEAKS("shared"));
    for (int n = 0; n < UNITS; n++) {
        struct buf text = {.arena = &f->arena};

        buf_str(&text, "#include \"../mini.h\"\n#include \"shared.h\"\n");
        for (int i = 0; i <= (n * 7) % 5; i++)
            buf_printf(&text,
                       "object *u%02d_%d(object *x)\n{\n"
                       "    object *made = obj_new();\n"
                       "    if (obj_use(x) < 0)\n        return 0;\n"
                       "    return made;\n}\n",
                       n, i);
        if (n == 5)
            buf_str(&text, "int half(\n");
        write_file(f, name_of(f, n), buf_text(&text));
    }
}

static const char *names(struct fixture *f, int first, int step)
{
    struct buf text = {.arena = &f->arena};

    for (int i = 0, n = first; i < UNITS; i++, n = (n + step) % UNITS)
        buf_printf(&text, "%s%s", i ? " " : "", name_of(f, n));
    return buf_text(&text);
}

static void same(struct ran a, struct ran b)
{
    assert_int_equal(a.status, b.status);
    assert_string_equal(a.out, b.out);
}

static void test_jobs(void **state)
{
    static const char *const formats[] = {"text", "jsonl"};
    struct fixture *f = *state;

    write_units(f);
    write_database(f, names(f, 0, 1));
    for (int i = 0; i < 2; i++) {
        const char *rest =
            arena_printf(&f->arena, " -p db --format=%s" MINI, formats[i]);
        struct ran one = run(f, arena_printf(&f->arena, "-j1%s", rest));
        struct ran two = run(f, arena_printf(&f->arena, "-j2%s", rest));
        struct ran many = run(f, arena_printf(&f->arena, "-j16%s", rest));

        expect_status(&one, 3); // a unit has an error
        expect_out(&one, "u00.c");
        expect_out(&one, "u11.c");
        same(one, two);
        same(one, many);
        assert_string_equal(one.err, two.err);
        assert_string_equal(one.err, many.err);
    }
}

static void test_order(void **state)
{
    struct fixture *f = *state;
    struct ran forward, backward, mixed, named;

    write_units(f);
    write_database(f, names(f, 0, 1));
    forward = run(f, "-p db --format=jsonl" MINI);
    write_database(f, names(f, UNITS - 1, UNITS - 1));
    backward = run(f, "-p db --format=jsonl" MINI);
    write_database(f, names(f, 3, 5));
    mixed = run(f, "-p db --format=jsonl" MINI);
    same(forward, backward);
    same(forward, mixed);
    named = run(f, arena_printf(&f->arena, "-p db --format=jsonl" MINI "%s",
                                names(f, 7, 7)));
    same(forward, named);
}

static size_t times(const char *text, const char *part)
{
    size_t n = 0;

    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

static void test_header_function_is_reported_once(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_units(f);
    write_database(f, "src/u00.c src/u01.c src/u02.c");
    r = run(f, "-p db" MINI);
    expect_status(&r, 1);
    assert_int_equal(times(r.out, "src/shared.h:5:5: warning: "), 1);
    assert_int_equal(times(r.out, "warning: "), 1 + (1 + 3 + 5));
    expect_err(&r, "10 functions analysed");
}

static void test_duplicated_entries(void **state)
{
    struct fixture *f = *state;
    struct ran once, twice;

    write_units(f);
    write_database(f, "src/u00.c");
    once = run(f, "-p db" MINI);
    write_database(f, "src/u00.c src/u00.c src/../src/u00.c");
    twice = run(f, "-p db" MINI);
    same(once, twice);
    assert_string_equal(once.err, twice.err);
}

// "directory" seen from the folder of the database, the file from there.
static void test_relative_directory(void **state)
{
    struct fixture *f = *state;
    struct ran r, below;

    write_file(f, "src/inc/mini2.h", "#include \"../../mini.h\"\n");
    write_file(f, "src/unit.c", "#include \"mini2.h\"\n" LEAKS("one"));
    write_file(f, "db/compile_commands.json",
               "[{\"directory\": \"../src\", \"file\": \"unit.c\",\n"
               "  \"command\": \"cc -Iinc -c unit.c -o unit.o\"}]\n");
    r = run(f, "-p db" MINI);
    expect_status(&r, 1);
    expect_out(&r, "src/unit.c:6:5: warning: ");
    below = run_how(f, &(struct how){.dir = "src"},
                    "-p ../db --no-default-rules --rules=../mini.rules");
    expect_status(&below, 1);
    expect_out(&below, "unit.c:6:5: warning: ");
    expect_no_out(&below, "src/unit.c");
    // Found from the folder alone.
    write_file(f, "build/compile_commands.json",
               read_back(f, "db/compile_commands.json"));
    r = run_how(f, &(struct how){.dir = "src"},
                "--no-default-rules --rules=../mini.rules");
    same(r, below);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_jobs, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_order, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_header_function_is_reported_once,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_duplicated_entries, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_relative_directory, fixture_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
