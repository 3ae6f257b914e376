// test_tables.c - shape/tables.c: functions in tables, and the ends of these.

#include "../flow/snippet.h"
#include "shape/shape.h"

static const char rules[] =
    "slot method.call when flags = 1 (borrow) -> new?\n"
    "slot method.call when flags = 2 (borrow, borrow) -> new?\n"
    "slot method.call when flags = 3 (borrow, _ array, _ size) -> new?\n"
    "slot method.call(borrow?, borrow?, borrow?) -> new?\n"
    "slot type.init(borrow, _) -> status\n"
    "slot type.end(borrow) -> _\n"
    "flags method.flags of 24 among 0 8 16 else \"not both\"\n"
    "flags method.flags of 16 among 0 in type.methods else \"not there\"\n"
    "list type.methods ends name\n"
    "list part.value when id = 1 ends name\n";

// Line 1 of every snippet.
#define API                                                                    \
    "typedef object *(*call)(object *);"                                       \
    "struct method { const char *name; call call; int flags; };"               \
    "struct type { int (*init)(object *, int); void (*end)(object *);"         \
    " struct method *methods; };"                                              \
    "struct part { int id; void *value; };"                                    \
    "object *one(object *x); object *two(object *x, object *y);"               \
    "object *many(object *x, object **p, long n); object *any(object *x, "     \
    "...);"                                                                    \
    "object *old(); void none(object *x); int number(object *x);"              \
    "object *text(char *s); object *wide(object *x, long n);\n"

static void expect_tables(const char *const rows[][2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct finding_list found = {0};
        struct snippet *s;
        char text[2000];

        print_message("%s\n", rows[i][0]);
        snprintf(text, sizeof(text), API "%s\n", rows[i][0]);
        s = snippet_with(text, rules);
        shape_check(&s->arena, s->unit, &s->rules, &found);
        assert_string_equal(snippet_findings(s, &found), rows[i][1]);
        snippet_free(s);
    }
}

#define EXPECT(rows) expect_tables(rows, sizeof(rows) / sizeof(*(rows)))
#define WRONG(object) "2 method-table(" object ")"
#define METHOD(f, flags)                                                       \
    "struct method m[] = {{\"m\", (call)" f ", " flags "}, {0}};"

static void test_functions(void **state)
{
    static const char *const rows[][2] = {
        {METHOD("one", "1"), ""},
        {METHOD("one", "2"), WRONG("one")},
        {METHOD("two", "1"), WRONG("two")},
        {METHOD("two", "2"), ""},
        {METHOD("two", "4"), ""},
        {METHOD("many", "3"), ""},
        {METHOD("many", "2"), WRONG("many")},
        {METHOD("any", "2"), ""},
        {METHOD("old", "2"), ""},
        {METHOD("none", "1"), WRONG("none")},
        {METHOD("number", "1"), WRONG("number")},
        {METHOD("text", "1"), WRONG("text")},
        {METHOD("wide", "2"), WRONG("wide")},
        {"struct type t = {.end = none};", ""},
        {"struct type t = {.end = (void (*)(object *))one};", ""},
        {"struct type t = {.init = (int (*)(object *, int))two};",
         WRONG("two")},
        {"void end(object *x, int n);"
         "struct type t = {.init = (int (*)(object *, int))end};",
         WRONG("end")},
        {"struct part p = {1, (void *)two};", ""},
    };

    (void)state;
    EXPECT(rows);
}

// Arguments that are not read are worth a look, no more.
static void test_tiers(void **state)
{
    struct snippet *s = snippet_with(
        API METHOD("one", "2") "struct method k[] = {{0, (call)two, 1}, {0}};",
        rules);
    struct finding_list found = {0};

    (void)state;
    shape_check(&s->arena, s->unit, &s->rules, &found);
    finding_sort(&found);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.items[0].tier, TIER_AUDIT);
    assert_int_equal(found.items[1].tier, TIER_CERTAIN);
    snippet_free(s);
}

static void test_ends(void **state)
{
#define LIST(list, of) "struct method m[] = " list "; struct type t = {" of "};"
    static const char *const rows[][2] = {
        {LIST("{{\"a\", one, 1}, {0}}", ".methods = m"), ""},
        {LIST("{{\"a\", one, 1}, {0, 0, 0}}", ".methods = m"), ""},
        {LIST("{{\"a\", one, 1}}", ".methods = m"), WRONG("m")},
        {LIST("{{\"a\", one, 1}}", ".methods = &m[0]"), ""},
        {LIST("{{\"a\", one, 1}}", ".methods = 0"), ""},
        {LIST("{{.flags = 7}}", ".methods = m"), ""},
        {LIST("{[1] = {0}, [0] = {\"a\"}}", ".methods = m"), ""},
        {"struct method m[2] = {{\"a\"}}; struct type t = {.methods = m};", ""},
        {"struct method m = {\"a\"}; struct type t = {.methods = &m};", ""},
        {"extern struct method m[]; struct type t = {.methods = m};", ""},
        {"struct method m[] = {{\"a\"}}; struct part p = {1, m};", WRONG("m")},
        {"struct method m[] = {{\"a\"}}; struct part p = {2, m};", ""},
    };

    (void)state;
    EXPECT(rows);
}

static void test_flags(void **state)
{
    static const char *const rows[][2] = {
        {METHOD("two", "8"), ""},
        {METHOD("two", "16"), ""},
        {METHOD("two", "24"), WRONG("two")},
        {METHOD("two", "56"), WRONG("two")},
        {"extern int n; struct method m[] = {{\"m\", 0, 24}, {0}};", ""},
        {METHOD("two", "8") "struct type t = {.methods = m};", ""},
        {METHOD("two", "16") "struct type t = {.methods = m};", WRONG("two")},
        {METHOD("two", "24") "struct type t = {.methods = m};", WRONG("two")},
    };

    (void)state;
    EXPECT(rows);
}

// A table that code puts where it is read.
static void test_stored(void **state)
{
    static const char *const rows[][2] = {
        {METHOD("two", "4") "void f(struct type *t) { t->methods = m; }", ""},
        {"struct method m[] = {{\"m\", (call)two, 4}};"
         "void f(struct type *t) { t->methods = m; }",
         WRONG("m")},
        {"struct method m[] = {{\"m\", (call)two, 4}};"
         "void f(struct type *t, struct method **p) { *p = m; }",
         ""},
    };

    (void)state;
    EXPECT(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions), cmocka_unit_test(test_tiers),
        cmocka_unit_test(test_ends),      cmocka_unit_test(test_flags),
        cmocka_unit_test(test_stored),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
