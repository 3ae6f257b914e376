// test_lower.c - every construct of C as IR: golden/NAME.c gives
// golden/NAME.ir.
//
// With REFCHECK_UPDATE=1 in the environment the .ir files are written instead
// of compared; read the difference before it is kept.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "parse/parse.h"

static const char *const names[] = {
    "assigns", "builtins", "calls",      "casts",    "cleanups", "ifs",
    "inits",   "jumps",    "logic",      "loops",    "macros",   "members",
    "notes",   "problems", "statements", "switches", "tables",   "tables_named",
};

struct fixture {
    struct parser *parser;
    struct arena arena;
    const char *dir;
};

static struct ir_unit *parse(struct fixture *f, const char *file)
{
    static const char *const api[] = {"api.h"};
    static const char *const macros[] = {"API_VERSION", "API_HEX", "API_NONE"};
    const struct parse_options options = {
        .root = f->dir,
        .api_headers = api,
        .napi_headers = 1,
        .macros = macros,
        .nmacros = 3,
    };
    struct ir_unit *u = NULL;
    struct err err = {0};

    if (parse_unit(f->parser, &f->arena, f->dir, file, NULL, 0, &options, &u,
                   &err)
        < 0)
        fail_msg("%s", err.text);
    if (ir_verify(u, &err) < 0)
        fail_msg("%s: %s", file, err.text);
    return u;
}

static char *dump(struct fixture *f, const struct ir_unit *u)
{
    char *text = NULL, *copy;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    ir_print(out, u);
    fclose(out);
    copy = arena_strndup(&f->arena, text, size);
    free(text);
    return copy;
}

static void update(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");

    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void test_golden(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const char *file = arena_printf(&f->arena, "%s.c", names[i]);
        char *text = dump(f, parse(f, file)), *expect;
        char *path = arena_printf(&f->arena, "%s/%s.ir", f->dir, names[i]);
        struct err err;

        print_message("%s\n", names[i]);
        if (getenv("REFCHECK_UPDATE")) {
            update(path, text);
            continue;
        }
        if (file_read(&f->arena, path, &expect, NULL, &err) < 0)
            fail_msg("%s", err.text);
        assert_string_equal(text, expect);
    }
}

// The same file gives the same bytes, whatever was parsed before.
static void test_repeatable(void **state)
{
    struct fixture *f = *state;
    char *first = dump(f, parse(f, "tables.c"));

    parse(f, "macros.c");
    assert_string_equal(dump(f, parse(f, "tables.c")), first);
}

static int setup(void **state)
{
    static struct fixture f = {.dir = SOURCE_DIR "/tests/parse/golden"};

    f.parser = parser_new();
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    parser_free(f->parser);
    arena_release(&f->arena);
    return 0;
}

static int run(void *arg)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_golden, setup, teardown),
        cmocka_unit_test_setup_teardown(test_repeatable, setup, teardown),
    };

    (void)arg;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return parse_with_stack(run, NULL);
}
