// test_wrap.c - trace/wrap.c: which functions are wrapped, and what is told.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../project/folder.h"

#include "parse/parse.h"
#include "trace/wrap.h"

#include <stdlib.h>
#include <string.h>

static const char rules_text[] = "family t counted thing\n"
                                 "thing_new(_) -> new?\n"
                                 "thing_put(decref?) -> _\n"
                                 "thing_take(incref) -> _\n"
                                 "thing_set(borrow, keep in 1) -> status\n"
                                 "thing_get(borrow, out new) -> status\n"
                                 "thing_swap(inout new) -> _\n"
                                 "thing_pack(_, borrow ...) -> new\n"
                                 "thing_look(borrow) -> _\n"
                                 "thing_gone(decref) -> _\n";

static const char header_text[] =
    "typedef struct thing { long count; } thing;\n"
    "thing *thing_new(int n);\n"
    "void thing_put(thing *t);\n"
    "static inline void thing_take(thing *t) { t->count++; }\n"
    "#define thing_take(t) thing_take((thing *)(t))\n"
    "int thing_set(thing *t, thing *item);\n"
    "int thing_get(thing *t, thing **ret);\n"
    "void thing_swap(thing **t);\n"
    "thing *thing_pack(int n, ...);\n"
    "int thing_look(thing *t);\n"
    "thing *thing_unknown(void);\n";

static char *wrap(struct arena *a, size_t *ret_count)
{
    const struct parse_options options = {.root = "/"};
    const char *dir = folder_new(a);
    struct parser *parser = parser_new();
    struct rules rules = {.arena = a};
    struct ir_header *header;
    struct err err;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(rules_parse(&rules, rules_text, "t.rules", &err), 0);
    folder_write(a, dir, "t.h", header_text);
    assert_int_equal(
        parse_header(parser, a, dir, "t.h", NULL, 0, &options, &header, &err),
        0);
    parser_free(parser);
    folder_free(dir);
    *ret_count = wrap_header(out, &rules, header);
    fclose(out);
    return text;
}

// What is neither declared nor says anything of references is left alone.
static void test_which(void **state)
{
    struct arena a = {0};
    size_t count;
    char *text = wrap(&a, &count);

    (void)state;
    assert_int_equal(count, 7);
    assert_null(strstr(text, "thing_look"));
    assert_null(strstr(text, "thing_gone"));
    assert_null(strstr(text, "thing_unknown"));
    assert_non_null(strstr(text, "\n#define return "));
    free(text);
    arena_release(&a);
}

static void test_what(void **state)
{
    static const char *const parts[] = {
        "#define thing_new(rc_p1) ",
        "rc_r = (thing_new)(rc_p1); refcheck_got_(&refcheck_call, rc_r); rc_r;",
        "REFCHECK_CALL(\"thing_put\", {rc_1, 'd', 0, 0}); (thing_put)(",
        "#undef thing_take\n",
        "REFCHECK_CALL(\"thing_take\", {rc_1, 'i', 0, 0})",
        "REFCHECK_CALL(\"thing_set\", {rc_2, 'u', 0, 0}); __auto_type rc_r = "
        "(thing_set)((void *)(rc_p1), (void *)rc_2); rc_r; })",
        "if (rc_2 && (0 || (1 && rc_r >= 0 && rc_r <= 0))) "
        "refcheck_got_(&refcheck_call, *rc_2)",
        "{rc_1 ? *rc_1 : 0, 'u', 0, 0}",
        "if (rc_1 && *rc_1 != refcheck_call.watched[0].object)",
        "#define thing_pack(...) ",
        "(thing_pack)(__VA_ARGS__)",
    };
    struct arena a = {0};
    size_t count;
    char *text = wrap(&a, &count);

    (void)state;
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (!strstr(text, parts[i]))
            fail_msg("%s\nlacks\n%s", text, parts[i]);
    free(text);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which),
        cmocka_unit_test(test_what),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
