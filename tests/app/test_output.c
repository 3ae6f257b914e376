// test_output.c - what is printed, in which form, and what the options that
// choose among findings do to it and to the exit status.

#include "run.h"

#include "base/file.h"
#include "finding/finding.h"

#include <jansson.h>
#include <string.h>

// One certain finding of each of two rules, and a likely one: that api_get
// gives a new reference is the convention of the header's API alone.
static const char unit[] = "#include \"api/api.h\"\n"
                           "int leaks(object *x)\n"
                           "{\n"
                           "    object *made = obj_new();\n"
                           "    if (!made)\n"
                           "        return -1;\n"
                           "    return obj_use(x);\n"
                           "}\n"
                           "int untested(void)\n"
                           "{\n"
                           "    object *made = obj_new();\n"
                           "    int r = obj_use(made);\n"
                           "    if (made)\n"
                           "        obj_decref(made);\n"
                           "    return r;\n"
                           "}\n"
                           "int guessed(object *x)\n"
                           "{\n"
                           "    object *got = api_get();\n"
                           "    if (!got)\n"
                           "        return -1;\n"
                           "    return obj_use(x);\n"
                           "}\n";

#define API " unit.c --no-default-rules --rules=api.rules "

static int setup(void **state)
{
    struct fixture *f;

    if (fixture_setup(state) < 0)
        return -1;
    f = *state;
    write_file(f, "api/api.h",
               arena_printf(&f->arena, "%sobject *api_get();\n",
                            read_back(f, "mini.h")));
    write_file(f, "api.rules",
               "family api counted object header \"api.h\" failure NULL|-1 "
               "convention borrow? -> new?\n"
               "obj_new() -> new?\n"
               "obj_use(borrow) -> status\n"
               "obj_decref(decref) -> _\n");
    write_file(f, "unit.c", unit);
    return 0;
}

static void test_text(void **state)
{
    struct ran r = run(*state, "check" API);

    expect_status(&r, 1);
    assert_string_equal(
        r.out, "unit.c:7:5: warning: reference to 'made' is never released "
               "[leak]\n"
               "unit.c:4:20: note: obj_new() gives a new reference\n"
               "unit.c:12:13: warning: 'made' can be NULL here and is used "
               "without a test [null-use]\n"
               "unit.c:11:20: note: obj_new() gives a new reference\n"
               "unit.c:22:5: warning: likely: reference to 'got' is never "
               "released (assuming that api_get() keeps to the "
               "API's conventions) [leak]\n"
               "unit.c:19:19: note: api_get() gives a new reference\n");
    expect_err(&r, "3 findings (2 certain, 1 likely) in 1 unit; 3 functions "
                   "analysed; ");
}

// Which lines have a finding, with which options and with which status.
static void test_choosing(void **state)
{
    static const struct {
        const char *args;
        int status;
        bool leak, null_use, likely;
    } cases[] = {
        {"", 1, true, true, true},
        {"--tier=certain", 1, true, true, false},
        {"--tier=audit", 1, true, true, true},
        {"--tier=certain --gate=likely", 1, true, true, false},
        {"--exit-zero", 0, true, true, true},
        {"--select=leak", 1, true, false, true},
        {"--select=null-use", 1, false, true, false},
        {"--select=leak,null-use --tier=certain", 1, true, true, false},
        {"--select=double-decref", 0, false, false, false},
        {"--ignore=leak", 1, false, true, false},
        {"--ignore=leak,null-use", 0, false, false, false},
        {"--ignore=leak --ignore=null-use", 0, false, false, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture *f = *state;
        struct ran r = run(f, arena_printf(&f->arena, "%s" API, cases[i].args));

        expect_status(&r, cases[i].status);
        (cases[i].leak ? expect_out : expect_no_out)(&r, "unit.c:7:5: ");
        (cases[i].null_use ? expect_out : expect_no_out)(&r, "unit.c:12:13: ");
        (cases[i].likely ? expect_out : expect_no_out)(&r, "unit.c:22:5: ");
    }
}

// Files that are left out are named, whether they are units or headers; so
// are patterns that leave none out.
static void test_exclude(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "gen/made.c", "#include \"../mini.h\"\n" LEAKS("made"));
    write_file(f, "gen/half.h", LEAKS("half"));
    write_file(f, "mine.c",
               "#include \"mini.h\"\n#include \"gen/half.h\"\n" LEAKS("mine"));
    write_database(f, "gen/made.c mine.c");
    r = run(f, "-p db" MINI);
    expect_out(&r, "gen/made.c:");
    expect_out(&r, "gen/half.h:");
    expect_no_err(&r, "exclude");
    r = run(f, "-p db --exclude=gen/ --exclude=*.y.c" MINI);
    expect_status(&r, 1);
    expect_no_out(&r, "gen/");
    expect_out(&r, "mine.c:");
    expect_err(&r, "refcheck: 1 unit is excluded: gen/made.c\n");
    expect_err(&r, "refcheck: --exclude=*.y.c names no unit\n");
    expect_err(&r, "refcheck: 1 finding in excluded files is left out\n");
    expect_err(&r, "1 finding (1 certain) in 1 unit; ");
    r = run(f, "-p db --exclude=*" MINI);
    expect_status(&r, 0);
    expect_err(&r, "refcheck: 2 units are excluded: gen/made.c, mine.c\n");
    expect_err(&r, "no findings in no units");
    r = run(f, "-q -p db --exclude=gen" MINI);
    assert_string_equal(r.err, "");
}

// A likely finding alone: only --gate makes it count.
static void test_gate(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c", strstr(unit, "int guessed"));
    r = run(f, "--gate=likely" API "-- -include api/api.h");
    expect_status(&r, 1);
    r = run(f, "--gate=audit" API "-- -include api/api.h");
    expect_status(&r, 1);
    r = run(f, "--gate=certain" API "-- -include api/api.h");
    expect_status(&r, 0);
    expect_out(&r, "likely: ");
    r = run(f, "--gate=likely --tier=certain" API "-- -include api/api.h");
    expect_status(&r, 0);
    assert_string_equal(r.out, "");
}

// Architecture: the interface that scripts and benchmarks rely on.
static void expect_keys(json_t *object, const char *const *keys, size_t n)
{
    void *at = json_object_iter(object);

    for (size_t i = 0; i < n; i++, at = json_object_iter_next(object, at)) {
        assert_non_null(at);
        assert_string_equal(json_object_iter_key(at), keys[i]);
    }
}

static void expect_line(const char *line)
{
    static const char *const keys[] = {
        "file", "line",    "column", "function", "rule",
        "tier", "message", "object", "trail",    "fingerprint"};
    static const char *const step_keys[] = {"file", "line", "column",
                                            "message"};
    json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    const char *rule = json_string_value(json_object_get(o, "rule"));
    const char *tier = json_string_value(json_object_get(o, "tier"));
    json_t *trail = json_object_get(o, "trail");

    assert_true(json_is_object(o));
    expect_keys(o, keys, sizeof(keys) / sizeof(*keys));
    assert_true(rule && rule_by_name(rule) != RULE_NONE);
    assert_true(tier && tier_by_name(tier) >= 0);
    assert_true(json_integer_value(json_object_get(o, "line")) > 0);
    assert_true(json_integer_value(json_object_get(o, "column")) > 0);
    assert_string_equal(json_string_value(json_object_get(o, "file")),
                        "unit.c");
    assert_int_equal(json_string_length(json_object_get(o, "fingerprint")), 16);
    // No trail, no finding.
    assert_true(json_array_size(trail) > 0);
    for (size_t i = 0; i < json_array_size(trail); i++)
        expect_keys(json_array_get(trail, i), step_keys, 4);
    json_decref(o);
}

static void test_jsonl(void **state)
{
    struct fixture *f = *state;
    struct ran r = run(f, "--format=jsonl" API);
    char *rest = arena_strdup(&f->arena, r.out);
    int n = 0;

    expect_status(&r, 1);
    for (char *line; (line = strsep(&rest, "\n")) && *line; n++)
        expect_line(line);
    assert_int_equal(n, 3);
    expect_out(&r, "\"function\":\"leaks\",\"rule\":\"leak\",\"tier\":"
                   "\"certain\"");
    r = run(f, "--format=jsonl --select=double-decref" API);
    expect_status(&r, 0);
    assert_string_equal(r.out, "");
}

// A fingerprint stands when code above it moves.
static void test_fingerprints(void **state)
{
    struct fixture *f = *state;
    struct ran a = run(f, "--format=jsonl" API);
    const char *print = strstr(a.out, "\"fingerprint\":\"");
    struct ran b;

    assert_non_null(print);
    write_file(f, "unit.c", arena_printf(&f->arena, "\n\nint more;\n%s", unit));
    b = run(f, "--format=jsonl" API);
    assert_string_not_equal(a.out, b.out);
    expect_out(&b, arena_strndup(&f->arena, print, 32));
}

static void test_color(void **state)
{
    static const struct {
        const char *args, *env;
        bool color;
    } cases[] = {
        {"", NULL, false}, // a file is no terminal
        {"--color=never", NULL, false},
        {"--color=auto", NULL, false},
        {"--color=always", NULL, true},
        {"--color=always", "NO_COLOR=1", true}, // what was asked for last
        {"--color=auto", "NO_COLOR=1", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct fixture *f = *state;
        const struct how how = {.env = cases[i].env};
        struct ran r =
            run_how(f, &how, arena_printf(&f->arena, "%s" API, cases[i].args));

        expect_status(&r, 1);
        (cases[i].color ? expect_out : expect_no_out)(&r, "\033[");
        expect_no_err(&r, "\033[3");
    }
}

static void test_excerpt(void **state)
{
    struct fixture *f = *state;
    struct ran r = run(f, "--color=always" API);

    expect_out(&r, "    7 |     return obj_use(x);\n");
    r = run(f, "--color=always --no-excerpt" API);
    expect_no_out(&r, " | ");
}

static void test_output_file(void **state)
{
    struct fixture *f = *state;
    struct ran plain = run(f, "check" API);
    struct ran r;

    write_file(f, "found.txt",
               "what stood here before, which was longer\n"
               "than what comes, so that a rest would show\n");
    r = run(f, "-o found.txt --quiet" API);
    expect_status(&r, 1);
    assert_string_equal(r.out, "");
    assert_string_equal(r.err, "");
    assert_string_equal(read_back(f, "found.txt"), plain.out);
    r = run(f, "--select=double-decref -o found.txt" API);
    expect_status(&r, 0);
    assert_string_equal(read_back(f, "found.txt"), "");
}

static void test_graph(void **state)
{
    struct fixture *f = *state;
    struct ran r = run(f, "graph --types" API);

    expect_status(&r, 0);
    expect_out(&r, "digraph types {");
    r = run(f, "graph -o types.svg" API);
    expect_status(&r, 0);
    assert_non_null(strstr(read_back(f, "types.svg"), "</svg>"));
    r = run(f, "graph --format=svg" API);
    expect_out(&r, "</svg>");
    r = run(f, "graph -o /dev/full" API);
    expect_status(&r, 2);
    expect_err(&r, "/dev/full: cannot write: ");
    write_file(f, "half.c", "struct half { int x; int y z; };\n");
    r = run(f, "graph half.c" MINI);
    expect_status(&r, 3);
    expect_out(&r, "digraph types {");
    expect_err(&r, "half.c:1: expected ';'");
    r = run(f, "check --format=dot" API);
    expect_status(&r, 2);
    expect_err(&r, "graph");
}

static void test_extra_arg(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c",
               "#ifdef WITH_LEAK\n"
               "#include \"mini.h\"\n" LEAKS("one") "#endif\n");
    r = run(f, "unit.c" MINI);
    expect_status(&r, 0);
    r = run(f, "unit.c --extra-arg=-DWITH_LEAK" MINI);
    expect_status(&r, 1);
    r = run(f, "unit.c" MINI "-- -DWITH_LEAK");
    expect_status(&r, 1);
}

static void test_verify(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "unit.c",
               "#include \"mini.h\"\n"
               "object *bad(object *x)\n"
               "{\n"
               "    object *made = obj_new(); // note: new reference\n"
               "    if (!made) return 0;\n"
               "    return obj_next(x); // expect: leak(made)\n"
               "}\n");
    r = run(f, "verify unit.c" MINI);
    expect_status(&r, 0);
    assert_string_equal(r.out, "");
    write_file(f, "unit.c",
               "#include \"mini.h\"\n"
               "object *bad(object *x)\n"
               "{\n"
               "    object *made = obj_new(); // expect: null-use(made)\n"
               "    if (!made) return 0;\n"
               "    return obj_next(x);\n"
               "}\n");
    r = run(f, "verify unit.c" MINI);
    expect_status(&r, 1);
    expect_out(&r, "unit.c:4: ");
    expect_out(&r, "unit.c:6: ");
}

static void test_dump(void **state)
{
    static const struct {
        const char *stage;
        const char *parts[4];
    } cases[] = {
        {"ir", {"function leaks", "call obj_new()", "struct object"}},
        {"cfg", {"function leaks", "  block 0\n", "branch %", "return %"}},
        {"dot", {"digraph", "label=\"leaks\"", "->", "}\n"}},
        {"states", {"function leaks", "block 1", "made: held 1"}},
    };
    struct fixture *f = *state;
    struct ran r;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        r = run(f,
                arena_printf(&f->arena, "dump --stage=%s" API, cases[i].stage));
        expect_status(&r, 0);
        for (int k = 0; k < 4 && cases[i].parts[k]; k++)
            expect_out(&r, cases[i].parts[k]);
    }
}

// What a macro has written into several functions is one finding, and its trail
// leads into the macro.
static void test_functions_of_a_macro(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "many.c",
               "#include \"api/api.h\"\n"
               "#define LOSE(name)\\\n"
               "    int name(object *x)\\\n"
               "    {\\\n"
               "        object *made = obj_new();\\\n"
               "        if (!made)\\\n"
               "            return -1;\\\n"
               "        return obj_use(x);\\\n"
               "    }\n"
               "int other(object *x)\n"
               "{\n"
               "    object *made = obj_new();\n"
               "    if (!made)\n"
               "        return -1;\n"
               "    return obj_use(x);\n"
               "}\n"
               "LOSE(first)\n"
               "LOSE(second)\n"
               "LOSE(third)\n");
    r = run(f, "check -q many.c --no-default-rules --rules=api.rules");
    expect_out(&r,
               "many.c:15:5: warning: reference to 'made' is never released "
               "[leak]\n");
    expect_out(&r,
               "many.c:17:1: warning: reference to 'made' is never released "
               "(and 2 more from the same macro) [leak]\n"
               "many.c:5:24: note: obj_new() gives a new reference\n");
    expect_out(&r, "many.c:8:9: note: here, in the macro\n");
    expect_no_out(&r, "many.c:18:1: warning");
}

static void test_explain(void **state)
{
    struct ran r = run(*state, "explain");

    expect_status(&r, 0);
    for (int i = RULE_NONE + 1; i < RULES; i++) {
        expect_out(&r, rule_name((enum rule)i));
        expect_out(&r, rule_text((enum rule)i));
    }
    r = run(*state, "explain leak null-use");
    expect_status(&r, 0);
    expect_out(&r, "leak: a reference is never released\n\nA call gave ");
    expect_out(&r, "\n    static PyObject *pair_bad(PyObject *first)\n");
    expect_out(&r, "// <- leak(list)\n");
    expect_out(&r, "}\n\nnull-use: ");
    expect_no_out(&r, "double-decref");
    expect_no_out(&r, "expect:");
    r = run(*state, "explain lost");
    expect_status(&r, 2);
    expect_err(&r, "explain: there is no rule 'lost'");
}

// What is printed can be read again.
static void test_rules(void **state)
{
    struct fixture *f = *state;
    struct ran r = run(f, "rules mini.rules");
    struct ran again;

    expect_status(&r, 0);
    expect_out(&r, "obj_item(borrow, _) -> borrowed? of 1\n");
    write_file(f, "again.rules", r.out);
    again = run(f, "rules again.rules");
    expect_status(&again, 0);
    assert_string_equal(r.out, again.out);
}

static void test_help_and_version(void **state)
{
    static const char *const help[] = {"help", "--help", "-h", "check --help",
                                       "dump -h"};
    static const char *const version[] = {"version", "--version"};
    struct ran r;

    for (size_t i = 0; i < sizeof(help) / sizeof(*help); i++) {
        r = run(*state, help[i]);
        expect_status(&r, 0);
        expect_out(&r, "usage: refcheck ");
        expect_out(&r, "--unit-timeout=SECONDS");
        expect_out(&r, "exit status: 0 ");
    }
    for (size_t i = 0; i < sizeof(version) / sizeof(*version); i++) {
        r = run(*state, version[i]);
        expect_status(&r, 0);
        expect_out(&r, "refcheck " REFCHECK_VERSION " (libclang ");
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_text),
        TEST(test_choosing),
        TEST(test_exclude),
        TEST(test_gate),
        TEST(test_jsonl),
        TEST(test_fingerprints),
        TEST(test_color),
        TEST(test_excerpt),
        TEST(test_output_file),
        TEST(test_graph),
        TEST(test_extra_arg),
        TEST(test_verify),
        TEST(test_dump),
        TEST(test_explain),
        TEST(test_functions_of_a_macro),
        TEST(test_rules),
        TEST(test_help_and_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
