// test_rounds.c - what a function does is known in other files, through any
// number of them; and a worker that dies on the way takes nothing with it.

#include "run.h"

#include <stdio.h>

#define HEAD                                                                   \
    "#include \"mini.h\"\n"                                                    \
    "object *make(int n);\n"                                                   \
    "object *make_more(int n);\n"                                              \
    "void give_up(object *o);\n"                                               \
    "void lose(object *o);\n"

static const char maker[] = HEAD "object *make(int n)\n"
                                 "{\n"
                                 "    return n ? obj_new() : 0;\n"
                                 "}\n"
                                 "void give_up(object *o)\n"
                                 "{\n"
                                 "    obj_decref(o);\n"
                                 "}\n";

static const char between[] = HEAD "object *make_more(int n)\n"
                                   "{\n"
                                   "    return make(n + 1);\n"
                                   "}\n"
                                   "void lose(object *o)\n"
                                   "{\n"
                                   "    give_up(o);\n"
                                   "}\n";

static const char user[] = HEAD "int leaks(int n)\n"
                                "{\n"
                                "    object *o = make_more(n);\n"
                                "    return o ? obj_use(o) : 0;\n"
                                "}\n"
                                "int releases_twice(int n)\n"
                                "{\n"
                                "    object *o = make_more(n);\n"
                                "    int r;\n"
                                "    if (!o) return 0;\n"
                                "    r = obj_use(o);\n"
                                "    lose(o);\n"
                                "    obj_decref(o);\n"
                                "    return r;\n"
                                "}\n"
                                "int is_well(int n)\n"
                                "{\n"
                                "    object *o = make_more(n);\n"
                                "    int r;\n"
                                "    if (!o) return 0;\n"
                                "    r = obj_use(o);\n"
                                "    lose(o);\n"
                                "    return r;\n"
                                "}\n";

static void write_chain(struct fixture *f, const char *names)
{
    write_file(f, "maker.c", maker);
    write_file(f, "between.c", between);
    write_file(f, "user.c", user);
    write_database(f, names);
}

// The callers come before, between and after those they call.
static void test_chain(void **state)
{
    static const char *const orders[] = {"user.c between.c maker.c",
                                         "maker.c between.c user.c",
                                         "between.c user.c maker.c"};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
        for (int jobs = 1; jobs <= 3; jobs++) {
            struct ran r;

            print_message("%s, -j%d\n", orders[i], jobs);
            write_chain(f, orders[i]);
            r = run(f, arena_printf(&f->arena, "-j%d -p db%s", jobs, MINI));
            expect_status(&r, 1);
            expect_out(&r, "user.c:9:");
            expect_out(&r, "'o' is never released [leak]");
            expect_out(&r, "user.c:18:");
            expect_out(&r, "[double-decref]");
            expect_err(&r, "2 findings (2 certain");
            expect_err(&r, "all known");
        }
    }
}

static void test_alone(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_chain(f, "user.c between.c maker.c");
    r = run(f, "-p db user.c" MINI);
    expect_status(&r, 0);
    assert_string_equal(r.out, "");
    expect_err(&r, "unknown");
}

// An annotation in one file counts more than what the body there shows.
static void test_annotated(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_chain(f, "user.c between.c maker.c");
    write_file(f, "maker.c",
               HEAD "__attribute__((annotate(\"refcheck:_\")))\n"
                    "object *make(int n)\n"
                    "{\n"
                    "    return n ? obj_new() : 0;\n"
                    "}\n"
                    "void give_up(object *o)\n"
                    "{\n"
                    "    obj_decref(o);\n"
                    "}\n");
    r = run(f, "-p db" MINI);
    expect_status(&r, 0);
    assert_string_equal(r.out, "");
}

// Who calls a function that never comes back is not the worse for it.
static void test_no_return(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "die.c",
               "void abort(void) __attribute__((noreturn));\n"
               "void die(int why)\n"
               "{\n"
               "    if (why) abort();\n"
               "    abort();\n"
               "}\n");
    write_file(f, "live.c",
               "#include \"mini.h\"\n"
               "void die(int why);\n"
               "int live(void)\n"
               "{\n"
               "    object *a = obj_new();\n"
               "    object *b = obj_new();\n"
               "    int r;\n"
               "    if (!a || !b) {\n"
               "        die(1);\n"
               "    }\n"
               "    r = obj_append(a, b);\n"
               "    obj_decref(a);\n"
               "    obj_decref(b);\n"
               "    return r;\n"
               "}\n");
    write_database(f, "live.c die.c");
    r = run(f, "-p db" MINI);
    expect_status(&r, 0);
    assert_string_equal(r.out, "");
    r = run(f, "-p db live.c" MINI);
    expect_out(&r, "[null-use]");
}

// Which of two functions of one name is called, nobody knows.
static void test_disputed(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_chain(f, "user.c between.c maker.c other.c");
    write_file(f, "other.c",
               HEAD "object *make(int n)\n"
                    "{\n"
                    "    return 0;\n"
                    "}\n");
    r = run(f, "-p db" MINI);
    expect_status(&r, 0);
    expect_err(&r, "1 of 13 calls unknown");
}

static void test_summarize(void **state)
{
    struct fixture *f = *state;
    struct ran r, again;

    write_chain(f, "user.c between.c maker.c");
    r = run(f, "summarize -p db" MINI);
    expect_status(&r, 0);
    expect_out(&r, "make_more(_) -> null: error-any | nonnull: new, "
                   "error-any : fresh\n");
    expect_out(&r, "lose(decref?) -> else: ok\n");
    // It is in the language of the rules.
    write_file(f, "said.rules", r.out);
    again = run(f, "-p db user.c --rules=said.rules" MINI);
    expect_status(&again, 1);
    expect_out(&again, "'o' is never released [leak]");
}

// What ends an object in one file releases is owned in the others.
static void test_fields(void **state)
{
    static const char types[] =
        "#include \"mini.h\"\n"
        "typedef struct { object base; object *held; } box;\n"
        "struct ops { void (*end)(box *); };\n";
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "box.h", types);
    write_file(f, "box.rules",
               "family mini counted object failure NULL|-1\n"
               "slot ops.end (borrow) -> _ : role-dealloc\n");
    write_file(f, "end.c",
               "#include \"box.h\"\n"
               "static void end(box *b) { obj_decref(b->held); }\n"
               "struct ops ops = {end};\n");
    write_file(f, "put.c",
               "#include \"box.h\"\n"
               "void put(box *b, object *o)\n"
               "{\n"
               "    b->held = o;\n"
               "}\n"
               "int keeps(box *b)\n"
               "{\n"
               "    object *o = obj_new();\n"
               "    if (!o) return -1;\n"
               "    b->held = o;\n"
               "    return 0;\n"
               "}\n");
    write_database(f, "put.c end.c");
    r = run(f, "summarize -p db --rules=box.rules" MINI);
    expect_status(&r, 0);
    expect_out(&r, "field box.held owned\n");
}

// What one file stores in a field, the slots in another must know of.
static void test_slots(void **state)
{
    static const char types[] =
        "#include \"mini.h\"\n"
        "typedef struct { object base; object *a, *b, *c, *d; } box;\n"
        "struct kind { long size; struct kind *base; unsigned flags;\n"
        "    void (*end)(box *); void (*free)(box *); };\n"
        "extern struct kind box_kind, small_kind;\n";
    static const char rules[] =
        "type kind size size base base flags flags gc 4 subtypes 2\n"
        "slot kind.end(borrow) -> _ : role-dealloc\n"
        "slot kind.free(free) -> _\n"
        "obj_free(free) -> _\n";
    // b is forgotten; c is not owned, and d never set; the base of small_kind
    // releases all.
    static const char end[] =
        "#include \"box.h\"\n"
        "void obj_free(box *b);\n"
        "void *pool;\n"
        "static void end(box *b) { obj_decref(b->a); obj_free(b); }\n"
        "struct kind box_kind = {.size = sizeof(box), .end = end};\n"
        "struct kind small_kind = {.size = sizeof(box)};\n"
        "void drop(box *b) { obj_decref(b->d); b->d = 0; }\n"
        "int is_small(box *b) { pool = &small_kind; return b->a != 0; }\n";
    static const char put[] =
        "#include \"box.h\"\n"
        "void put(box *b, object *o)\n"
        "{\n"
        "    obj_incref(o);\n"
        "    b->b = o;\n"
        "}\n"
        "void lend(box *b, object *o)\n"
        "{\n"
        "    b->c = o;\n"
        "}\n"
        "void ready(void) { small_kind.base = &box_kind; }\n";
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "box.h", types);
    write_file(f, "box.rules", rules);
    write_file(f, "end.c", end);
    write_file(f, "put.c", put);
    for (int i = 0; i < 2; i++) {
        write_database(f, i ? "put.c end.c" : "end.c put.c");
        r = run(f, "--tier=audit -p db --rules=box.rules" MINI);
        expect_out(&r, "'end' does not release 'box.b' [dealloc-misses-field]");
        expect_no_out(&r, "box.c");
        expect_no_out(&r, "box.d");
        expect_no_out(&r, "small_kind");
    }
    // Where a unit is missing, it may be the one that sets d.
    write_file(f, "end.c",
               arena_printf(&f->arena,
                            "%sint elsewhere(box *b);\n"
                            "int call(box *b) { return elsewhere(b); }\n",
                            end));
    r = run(f, "--tier=audit -p db --rules=box.rules" MINI);
    expect_out(&r, "'end' does not release 'box.d'");
    write_file(f, "end.c", end);
    r = run(f, "summarize -p db --rules=box.rules" MINI);
    expect_out(&r, "stored box.b owned given\n");
    expect_out(&r, "stored box.c borrowed\n");
    expect_out(&r, "stored small_kind.base unknown\n");
}

// What a base owns, its own file shows.
static void test_base(void **state)
{
    static const char types[] =
        "#include \"mini.h\"\n"
        "typedef struct { object head; object *a; } base;\n"
        "typedef struct { base head; object *b; } more;\n"
        "struct kind { long size; struct kind *base;\n"
        "    void (*end)(object *); void (*free)(object *); };\n"
        "extern struct kind base_kind;\n"
        "void obj_free(object *o);\n";
    static const char rules[] = "type kind size size base base\n"
                                "slot kind.end(borrow) -> _ : role-dealloc\n"
                                "slot kind.free(free) -> _\n"
                                "obj_free(free) -> _\n";
    struct fixture *f = *state;
    struct ran r;

    write_file(f, "base.h", types);
    write_file(f, "base.rules", rules);
    write_file(f, "base.c",
               "#include \"base.h\"\n"
               "static void end(object *o)\n"
               "{\n"
               "    obj_decref(((base *)o)->a);\n"
               "    obj_free(o);\n"
               "}\n"
               "struct kind base_kind = {.size = sizeof(base), .end = end};\n");
    write_file(f, "more.c",
               "#include \"base.h\"\n"
               "static void end_more(object *o)\n"
               "{\n"
               "    obj_decref(((more *)o)->b);\n"
               "    obj_free(o);\n"
               "}\n"
               "static void end_all(object *o)\n"
               "{\n"
               "    obj_decref(((more *)o)->b);\n"
               "    base_kind.end(o);\n"
               "}\n"
               "struct kind bad = {sizeof(more), &base_kind, end_more};\n"
               "struct kind good = {sizeof(more), &base_kind, end_all};\n");
    write_database(f, "more.c base.c");
    r = run(f, "-p db --rules=base.rules" MINI);
    expect_out(&r, "'end_more' does not release 'base.a': call that of the "
                   "base [dealloc-misses-field]");
    expect_no_out(&r, "end_all");
}

// The unit that crashes its worker is lost, what the worker kept is not.
static void test_crash(void **state)
{
    struct fixture *f = *state;
    struct ran r;

    write_chain(f, "maker.c again.c between.c user.c");
    write_file(f, "again.h",
               "#if __INCLUDE_LEVEL__ < 60\n"
               "#include \"again.h\"\n"
               "#include \"again.h\"\n"
               "#endif\n");
    write_file(f, "again.c", "#include \"again.h\"\n");
    r = run(f, "-j1 --unit-timeout=1 -p db" MINI);
    expect_status(&r, 3);
    expect_err(&r, "again.c: not analysed: given up after 1 second");
    expect_out(&r, "user.c:9:");
    expect_out(&r, "user.c:18:");
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_chain),     TEST(test_alone),    TEST(test_no_return),
        TEST(test_annotated), TEST(test_disputed), TEST(test_fields),
        TEST(test_summarize), TEST(test_slots),    TEST(test_base),
        TEST(test_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
