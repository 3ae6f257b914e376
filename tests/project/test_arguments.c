// test_arguments.c - project/arguments.c: what of a command libclang is given.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "folder.h"
#include "project/arguments.h"
#include "project/project.h"

static const char *spaced(struct arena *a, const char *const *args, size_t n)
{
    struct buf b = {.arena = a};

    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%s", i ? " " : "", args[i]);
    return buf_text(&b);
}

struct row {
    const char *command; // of the file /p/a.c or /p/a.x, compiled in /p
    const char *expect;
};

static void check_rows(const struct row *rows, size_t n, bool has_program)
{
    for (size_t i = 0; i < n; i++) {
        struct arena a = {0};
        struct words w = {0};
        const char **args;
        size_t nargs;
        struct err err;

        print_message("%s\n", rows[i].command);
        assert_int_equal(words_from_shell(&a, rows[i].command, &w), 0);
        assert_int_equal(project_arguments(&a, "/p", w.items, w.count,
                                           has_program, "a.c", &args, &nargs,
                                           &err),
                         0);
        assert_string_equal(spaced(&a, args, nargs), rows[i].expect);
        arena_release(&a);
    }
}

static void test_options(void **state)
{
    static const struct row rows[] = {
        {"", ""},
        {"a.c", ""},
        {"-c a.c -o a.o", ""},
        {"-oa.o -c a.c", ""},
        {"-o -c a.c -DX", "-DX"},
        {"-DX -D Y=1 -UZ -U W", "-DX -D Y=1 -UZ -U W"},
        {"-Iinc -I inc2 -I. -I/abs", "-Iinc -I inc2 -I. -I/abs"},
        {"-I a.c a.c", "-I a.c"},
        {"-D", ""},
        {"-I-", ""},
        {"-include x.h -includey.h", "-include x.h -includey.h"},
        {"-imacros x.h -imacrosy.h", "-imacros x.h -imacrosy.h"},
        {"-isystem d -isystemd", "-isystem d -isystemd"},
        {"-iquote d -iquoted", "-iquote d -iquoted"},
        {"-idirafter d -idirafterd", "-idirafter d -idirafterd"},
        {"-iwithprefixbefore d -iwithprefix e -iprefix f",
         "-iwithprefixbefore d -iwithprefix e -iprefix f"},
        {"-isysroot d -isysrootd", "-isysroot d -isysrootd"},
        {"--sysroot=d --sysroot d", "--sysroot=d --sysroot d"},
        {"-include-pch x.pch -include y.h", "-include y.h"},
        {"-std=c99", "-std=c99"},
        {"--std=gnu11", "--std=gnu11"},
        {"-std=c++17 -std=c77", ""},
        {"-ansi -nostdinc -pthread", "-ansi -nostdinc -pthread"},
        {"-m32 -mavx2 -march=native -m64", "-m32 -mavx2 -march=native -m64"},
        {"-march=znver99 -mtune=generic -mno-sse -mno-red-zone", ""},
        {"-mindirect-branch=thunk-extern -mrecord-mcount -mfentry", ""},
        {"--target=arm-none-eabi -target i386-linux",
         "--target=arm-none-eabi -target i386-linux"},
        {"-arch arm64 -arch x86_64", ""},
        {"-fshort-enums -fno-short-enums -funsigned-char -fms-extensions",
         "-fshort-enums -fno-short-enums -funsigned-char -fms-extensions"},
        {"-fplan9-extensions", "-fms-extensions"},
        {"-fno-builtin -fno-builtin-malloc",
         "-fno-builtin -fno-builtin-malloc"},
        {"-fconserve-stack -fno-var-tracking-assignments -flto=auto", ""},
        {"-ffat-lto-objects -fplugin=x.so -fstack-clash-protection", ""},
        {"-fno-semantic-interposition -fPIC -fwrapv -fsanitize=address", ""},
        {"-fsome-option-of-the-year-2040=x", ""},
        {"-specs=x -pipe --coverage -save-temps -g -ggdb3 -gdwarf-4", ""},
        {"-O2 -O -Os -Ofast -O9 -Oyes", "-O2 -O -Os -O3"},
        {"-Wall -Wextra -Werror -Werror=format -Wformat=2 -pedantic -w", ""},
        {"-Wno-implicit-int -Wno-error=x", "-Wno-implicit-int -Wno-error=x"},
        {"-MD -MMD -MP -MF x.d -MT x -MQ x -MJ x.json -MFx.d -DX", "-DX"},
        {"-MF -DX -DY", "-DY"},
        {"-Wl,-rpath,x -Wa,-x -Llib -lm -L lib -l m -shared", ""},
        {"-Xlinker -DX -Xassembler -DX -DY", "-DY"},
        {"--param max=1 --param=max=1 -mllvm -DX -DY", "-DY"},
        {"-Wp,-DX,-MD,x.d -Wp,-U,Y", "-DX -U Y"},
        {"-Wp,-Wp,-DX -Wp, -Wp", "-DX"},
        {"-Xpreprocessor -DX -Xclang -fno-x -Xpreprocessor", "-DX"},
        {"-Xclang -load -Xclang x.so -Xclang -add-plugin -Xclang y", ""},
        {"-Xclang -include-pch -Xclang p.pch -Xclang -include -Xclang p.h",
         "-include p.h"},
        {"-c -DX -- a.c -DY", "-DX"},
        {"- -S -E -v -### -H", ""},
        {"-DX='a b' '' -DY", "-DX=a b -DY"},
        {"b.c x.o lib.a -DX", "-DX"},
        {"-resource-dir d -resource-dir=d -B bin -z now -T s.ld -u sym", ""},
    };

    (void)state;
    check_rows(rows, sizeof(rows) / sizeof(*rows), false);
}

static void test_programs(void **state)
{
    static const struct row rows[] = {
        {"", ""},
        {"gcc", ""},
        {"gcc -DX -c a.c", "-DX"},
        {"/opt/x=y/bin/gcc-12 -DX -c a.c", "-DX"},
        {"ccache gcc -DX -c a.c", "-DX"},
        {"/usr/lib/ccache distcc /usr/bin/cc -DX -c a.c", "-DX"},
        {"sccache icecc clang -DX -c a.c", "-DX"},
        {"distcc -DX -c a.c", "-DX"}, // it calls cc by itself
        {"env A=1 B=2 gcc -DX -c a.c", "-DX"},
        {"env -i -u A B=2 ccache gcc -DX -c a.c", "-DX"},
        {"A=1 gcc -DX -c a.c", "-DX"},
        {"ccache", ""},
        {"g++ -DX -c a.c", "-DX -x c++"},
        {"ccache x86_64-linux-gnu-g++-12 -c a.c", "-x c++"},
        {"clang --driver-mode=g++ -c a.c", "-x c++"},
        {"clang++ -x c -c a.c", ""},
    };

    (void)state;
    check_rows(rows, sizeof(rows) / sizeof(*rows), true);
}

static void test_language(void **state)
{
    static const struct {
        const char *file, *command, *language;
        const char *expect;
        bool is_c;
    } cases[] = {
        {"a.c", "-c a.c", "c", "", true},
        {"a.i", "-c a.i", "cpp-output", "", true},
        {"a.C", "-c a.C", NULL, "", false},
        {"a.cc", "-c a.cc", NULL, "", false},
        {"a.S", "-c a.S", NULL, "", false},
        {"a.h", "-c a.h", NULL, "", false},
        {"a.c", "-x c -c a.c", "c", "", true},
        {"a.c", "-xc++ -c a.c", "c++", "-x c++", false},
        {"a.c", "-x none -c a.c", "c", "", true},
        {"a.inc", "-x c -c a.inc", "c", "-x c", true},
        {"a.inc", "-xc -c a.inc", "c", "-x c", true},
        {"a.inc", "--language=c -c a.inc", "c", "-x c", true},
        {"a.inc", "--language c -c a.inc", "c", "-x c", true},
        {"a.h", "-x c-header a.h", "c-header", "-x c-header", false},
        {"a.S", "-x assembler-with-cpp a.S", "assembler-with-cpp",
         "-x assembler-with-cpp", false},
        // -x holds for the inputs behind it.
        {"a.c", "a.c -x c++ b.cc", "c", "", true},
        {"a.c", "-x c++ b.cc -x c a.c", "c", "", true},
        {"a.c", "-x c++ sub/../a.c -x c b", "c++", "-x c++", false},
        {"a.c", "-x c++ /p/a.c -x c b", "c++", "-x c++", false},
        {"a.c", "-x", "c", "", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct words w = {0};
        struct command c;
        struct err err;

        print_message("%s: %s\n", cases[i].file, cases[i].command);
        assert_int_equal(words_from_shell(&a, cases[i].command, &w), 0);
        assert_int_equal(command_read(&a, "/p", w.items, w.count, false,
                                      cases[i].file, &c, &err),
                         0);
        if (cases[i].language)
            assert_string_equal(c.language, cases[i].language);
        else
            assert_null(c.language);
        assert_int_equal(command_is_c(&c), cases[i].is_c);
        assert_string_equal(spaced(&a, c.args.items, c.args.count),
                            cases[i].expect);
        arena_release(&a);
    }
}

static void test_response_file(void **state)
{
    static const char *const argv[] = {"gcc", "@x.rsp", "-c", "a.c"};
    struct arena a = {0};
    char *dir = folder_new(&a);
    const char **args;
    size_t nargs;
    struct err err = {0};

    (void)state;
    folder_write(&a, dir, "x.rsp", "-DX=\"a b\" -O2 @y.rsp");
    folder_write(&a, dir, "y.rsp", "-o a.o -Iinc");
    assert_int_equal(
        project_arguments(&a, dir, argv, 4, true, "a.c", &args, &nargs, &err),
        0);
    assert_string_equal(spaced(&a, args, nargs), "-DX=a b -O2 -Iinc");

    folder_write(&a, dir, "y.rsp", "@x.rsp");
    args = NULL;
    assert_int_equal(
        project_arguments(&a, dir, argv, 4, true, "a.c", &args, &nargs, &err),
        -1);
    assert_null(args);
    assert_non_null(strstr(err.text, "nest more than 8 deep"));
    folder_free(dir);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_response_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
