// test_find.c - lookups: by name, version, prefix, slot, field and global.

#include "helper.h"

static const char text[] = "family py counted PyObject _object\n"
                           "old() -> _ ; old until 3.9\n" // 2
                           "multi() -> _ : until 3.9\n"   // 3
                           "multi() -> new? : since 3.9 until 3.12\n"
                           "multi() -> borrowed? : since 3.13\n" // 5
                           "closed() -> _ : until 3.9\n"         // 6
                           "closed() -> new : since 3.9 until 3.12\n"
                           "Py*() -> _\n"                    // 8
                           "PyList_*() -> new?\n"            // 9
                           "PyList_Old() -> _ : until 3.9\n" // 10
                           "PyDict_*() -> _ : since 3.12\n"  // 11
                           "also = multi\n"                  // 12
                           "since310 = multi : since 3.10\n" // 13
                           "PyTuple_* = old\n"               // 14
                           "family other counted GObject\n";

static void test_find(void **state)
{
    static const struct {
        const char *name;
        int version;
        int line; // of the row, 0 for none
    } cases[] = {
        {"old", 0, 2},           {"old", 399, 2},
        {"none", 0, 0},          {"", 0, 0},
        {"multi", 308, 3},       {"multi", 309, 4},
        {"multi", 311, 4},       {"multi", 312, 5}, // the newer of two
        {"multi", 313, 5},       {"multi", 0, 5},
        {"closed", 0, 7},        {"closed", 308, 6},
        {"closed", 312, 7},      {"Py", 0, 8},
        {"PyFoo", 0, 8},         {"PyList_", 0, 9},
        {"PyList_New", 0, 9},    {"PyLis", 0, 8},
        {"PyList_Old", 0, 10},   {"PyList_Old", 308, 10},
        {"PyList_Old", 312, 10}, // has a row of its own
        {"PyDict_New", 312, 11}, {"PyDict_New", 311, 8},
        {"also", 308, 3},        {"also", 312, 5},
        {"also", 0, 5},          {"since310", 309, 4},
        {"since310", 310, 4},    {"PyTuple_x", 312, 2},
    };
    struct arena a = {0};
    struct rules rules = rules_of(&a, text);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct contract *c =
            rules_find(&rules, cases[i].name, cases[i].version);

        print_message("%s in %d\n", cases[i].name, cases[i].version);
        assert_int_equal(c ? c->line : 0, cases[i].line);
    }
    arena_release(&a);
}

static void test_alias_row(void **state)
{
    struct arena a = {0};
    struct rules rules = rules_of(&a, "g = f\nf(steal) -> new? : runs-code\n");
    const struct contract *row = map_get(&rules.contracts, "g");

    (void)state;
    assert_true(row->is_alias_row);
    assert_int_equal(row->args[0].kind, EFFECT_STEAL);
    assert_int_equal(row->noutcomes, 2);
    assert_int_equal(row->traits, TRAIT_RUNS_CODE);
    assert_string_equal(rules_find(&rules, "g", 0)->name, "f");
    arena_release(&a);
}

static bool sibling(void *arg, const char *field, int64_t *ret_value)
{
    if (strcmp(field, "flags") != 0 || !arg)
        return false;
    *ret_value = *(int64_t *)arg;
    return true;
}

static void test_slots(void **state)
{
    struct arena a = {0};
    struct rules rules =
        rules_of(&a, "slot M.meth when flags = 4 (_) -> _\n"
                     "slot M.meth () -> _\n"
                     "slot M.meth when flags = 8 (_, _) -> _\n"
                     "slot M.meth when other = 8 (_, _, _) -> _\n"
                     "slot M.get when flags = 1 () -> _\n"
                     "slot T.meth (_, _, _, _) -> _ : until 3.9\n"
                     "slot T.meth (_, _, _, _, _) -> _ : since 3.9\n");
    int64_t four = 4, eight = 8, nine = 9;

    (void)state;
    assert_int_equal(rules_slot(&rules, "M", "meth", sibling, &four)->nargs, 1);
    assert_int_equal(rules_slot(&rules, "M", "meth", sibling, &eight)->nargs,
                     2);
    assert_int_equal(rules_slot(&rules, "M", "meth", sibling, &nine)->nargs, 0);
    assert_int_equal(rules_slot(&rules, "M", "meth", sibling, NULL)->nargs, 0);
    assert_int_equal(rules_slot(&rules, "M", "meth", NULL, NULL)->nargs, 0);
    assert_null(rules_slot(&rules, "M", "get", sibling, &four));
    assert_null(rules_slot(&rules, "M", "get", NULL, NULL));
    assert_null(rules_slot(&rules, "T", "get", NULL, NULL));
    assert_int_equal(rules_slot(&rules, "T", "meth", NULL, NULL)->nargs, 5);
    assert_string_equal(rules_slot(&rules, "T", "meth", NULL, NULL)->name,
                        "T.meth");
    arena_release(&a);
}

static void test_names(void **state)
{
    struct arena a = {0};
    struct rules rules = rules_of(
        &a, "family a counted PyObject _object\nfamily b counted GObject\n"
            "global Py_None borrowed until 3.12\n"
            "global Py_None immortal since 3.12\n"
            "global PyExc_* borrowed\nglobal PyExc_Type* immortal\n"
            "field T.f owned\nfield T.g borrowed\n");

    (void)state;
    assert_false(rules_global(&rules, "Py_None", 311)->immortal);
    assert_true(rules_global(&rules, "Py_None", 312)->immortal);
    assert_true(rules_global(&rules, "Py_None", 0)->immortal);
    assert_false(rules_global(&rules, "PyExc_ValueError", 0)->immortal);
    assert_true(rules_global(&rules, "PyExc_TypeError", 0)->immortal);
    assert_null(rules_global(&rules, "PyExc", 0));
    assert_null(rules_global(&rules, "Py_None2", 0));
    assert_true(rules_field(&rules, "T", "f")->owned);
    assert_false(rules_field(&rules, "T", "g")->owned);
    assert_null(rules_field(&rules, "T", "h"));
    assert_null(rules_field(&rules, "U", "f"));
    assert_true(rules_counted(&rules, "PyObject"));
    assert_true(rules_counted(&rules, "_object"));
    assert_true(rules_counted(&rules, "GObject"));
    assert_false(rules_counted(&rules, "PyObjec"));
    arena_release(&a);
}

static void test_version(void **state)
{
    static const struct {
        const char *text;
        int version;
    } cases[] = {
        {"3.11.2", 311},
        {"3.9", 309},
        {"\"3.13.0+\"", 313},
        {"3", 300},
        {" \"2.78\" ", 278},
        {"3.140", 399},
        {"", 0},
        {"x", 0},
        {"\"\"", 0},
        {"-3.1", 0},
        {"0x030b02f0", 0},
        {"99999999999999999999.1", 0},
        {"3.", 300},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s\n", cases[i].text);
        assert_int_equal(rules_version(cases[i].text), cases[i].version);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),    cmocka_unit_test(test_alias_row),
        cmocka_unit_test(test_slots),   cmocka_unit_test(test_names),
        cmocka_unit_test(test_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
