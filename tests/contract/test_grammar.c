// test_grammar.c - format strings, unit by unit.

#include "helper.h"

static const char text[] =
    "grammar parse skip \"()\" optional \"|$\" end \":;\"\n"
    "unit parse \"O\" out borrowed of 1\n"
    "unit parse \"O!\" _, out borrowed of 1\n"
    "unit parse \"O&\" convert, _\n"
    "unit parse \"s\" out interior of 1\n"
    "unit parse \"s#\" out interior of 1, _\n"
    "unit parse \"es#\" _, _, _\n"
    "unit parse \"p\"\n";

// The units of a format, "|" before the first optional one, "?" for an unknown
// character.
static char *walk(struct arena *a, const struct grammar *g, const char *format)
{
    const struct format_unit *unit;
    bool optional = false, was = false;
    char *out = arena_strdup(a, "");

    while ((unit = grammar_next(g, &format, &optional)) != NULL) {
        out = arena_printf(a, "%s%s%s%s/%d", out, *out ? " " : "",
                           optional && !was ? "|" : "",
                           *unit->text ? unit->text : "?", unit->nargs);
        was = optional;
    }
    return out;
}

static void test_walk(void **state)
{
    static const struct {
        const char *format, *units;
    } cases[] = {
        {"", ""},
        {"O", "O/1"},
        {"OO!O&", "O/1 O!/2 O&/2"},
        {"s#es#s", "s#/2 es#/3 s/1"},
        {"O|Os", "O/1 |O/1 s/1"},
        {"|$O", "|O/1"},
        {"O|", "O/1"},
        {"(Os)p", "O/1 s/1 p/0"},
        {"O:name", "O/1"},
        {"O|s;message O", "O/1 |s/1"},
        {":O", ""},
        {"OxO", "O/1 ?/0 O/1"},
        {"e", "?/0"},
    };
    struct arena a = {0};
    struct rules rules = rules_of(&a, text);
    const struct grammar *g = rules_grammar(&rules, "parse");

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s\n", cases[i].format);
        assert_string_equal(walk(&a, g, cases[i].format), cases[i].units);
    }
    arena_release(&a);
}

static void test_text(void **state)
{
    static const struct {
        const char *format, *units;
    } cases[] = {
        {"", ""},
        {"no unit", ""},
        {"%d and %ld%%", "d/1 ld/1 %/0"},
        {"%-5.2d", "d/1"},
        {"%d %q %d", "d/1 ?/0 d/1"},
        {"100%", "?/0"},
    };
    struct arena a = {0};
    struct rules rules =
        rules_of(&a, "grammar few after \"%\" skip \"-0123456789.\"\n"
                     "unit few \"%\"\n"
                     "unit few \"d\" _ int\n"
                     "grammar more from few\n"
                     "unit more \"ld\" _ long\n"
                     "unit more \"d\" _ long\n");
    const struct grammar *g = rules_grammar(&rules, "more");
    const char *pos = "%d";
    bool optional;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s\n", cases[i].format);
        assert_string_equal(walk(&a, g, cases[i].format), cases[i].units);
    }
    // What a grammar says anew holds.
    assert_int_equal(grammar_next(g, &pos, &optional)->args[0].ctype,
                     CTYPE_LONG);
    pos = "%ld";
    assert_string_equal(
        grammar_next(rules_grammar(&rules, "few"), &pos, &optional)->text, "");
    arena_release(&a);
}

static void test_units(void **state)
{
    struct arena a = {0};
    struct rules rules = rules_of(&a, text);
    const struct grammar *g = rules_grammar(&rules, "parse");
    const char *pos = "O!";
    bool optional = false;
    const struct format_unit *unit = grammar_next(g, &pos, &optional);

    (void)state;
    assert_string_equal(pos, "");
    assert_false(optional);
    assert_int_equal(unit->args[0].kind, EFFECT_PLAIN);
    assert_int_equal(unit->args[1].kind, EFFECT_OUT);
    assert_int_equal(unit->args[1].out, EFFECT_BORROWED);
    assert_int_equal(unit->args[1].out_of, 1);
    assert_null(grammar_next(g, &pos, &optional));
    assert_null(rules_grammar(&rules, "build"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
