// test_rows.c - each kind of row: what it prints as, and what is wrong with it.

#include "helper.h"

// Rows and their canonical text; NULL: as written.
static const struct {
    const char *text, *canonical;
} good[] = {
    {"", NULL},
    {"f() -> _\n", NULL},
    {"f()->_", "f() -> _\n"},
    {"# comment\n\n  f ( borrow ) ->new ? # more\r\n", "f(borrow) -> new?\n"},
    {"f(borrow) -> new? ; a note # of mine\n", NULL},
    {"f() -> _ ;  \n", "f() -> _\n"},
    {"f(borrow?, keep in 1, steal? in 1, steal-ok, incref, decref?, free?, "
     "clear, copy-to, copy-from, escape) -> _\n",
     NULL},
    {"f(out new?, out borrowed of 1, out interior? of 1, out null) -> _\n",
     NULL},
    {"f(out, inout new?) -> status\n", "f(out _, inout new?) -> status\n"},
    {"f(inout alias of 2, borrow?) -> _\n",
     "f(inout alias of 2, borrow?) -> _\n"},
    {"f(out new? at obj with buf struct, clear at obj) -> _\n", NULL},
    {"f(_) -> new-alias? of 1\n", NULL},
    {"f(_) -> alias of 1\n", NULL},
    {"f(_) -> interior? of 1\n", NULL},
    {"f(_) -> borrowed?\n", NULL},
    {"f(_) -> error\n", NULL},
    {"f(_) -> noreturn\n", NULL},
    {"PyTuple_Pack(_, keep ...) -> new?\n", NULL},
    {"grammar parse\n"
     "PyArg_ParseTuple(borrow, format parse, ...) -> 1: ok | 0: fail\n",
     NULL},
    {"f(format late, ...) -> _\ngrammar late\n",
     "grammar late\nf(format late, ...) -> _\n"},
    // outcomes
    {"f(_) -> null : sets-error\n", NULL},
    {"f(_) -> null: fail | nonnull: new\n", NULL},
    {"f(borrow, borrow) -> nonnull: new, steal 2 | null: fail\n", NULL},
    {"f(out _) -> 1: new | 0: null | -1: fail, null : since 3.13\n", NULL},
    {"f(out _) -> 1: new | else: borrowed? of 1\n", NULL},
    {"f(out _) -> 1: out new 1\n", "f(out _) -> 1: new\n"},
    {"f(out _, out _) -> 1: out new 1, out borrowed of 2 2 | 0: fail\n", NULL},
    {"f(steal-ok) -> <=-1: fail | >0: ok | 0..0: borrow 1\n",
     "f(steal-ok) -> <0: fail | >=1: ok | 0: borrow 1\n"},
    {"f(_) -> -2..5: ok | else: noreturn\n", NULL},
    {"f(borrow) -> else: steal 1\n", NULL},
    {"f(borrow) -> else: steal 1 | else: ok\n", NULL},
    {"f(borrow) -> 0: ok, _ 1 | 0x10: fail\n",
     "f(borrow) -> 0: _ 1 | 16: fail\n"},
    {"f(inout new?) -> 0: ok | -1: fail\n", NULL},
    // traits
    {"f(_) -> new? : until 3.12 no-error since 3.9 runs-code prefer g\n",
     "f(_) -> new? : runs-code no-error since 3.9 until 3.12 prefer g\n"},
    {"f(_) -> new? : oom ready -5..256 since 3.9 prefer g\n", NULL},
    {"f(_) -> new? : ready 7 null-fails\n",
     "f(_) -> new? : null-fails ready 7..7\n"},
    {"f() -> _ : since 3\n", "f() -> _ : since 3.0\n"},
    {"f() -> _ : until 3.12\nf() -> new? : since 3.12\n", NULL},
    // names
    {"unit(_) -> _\n", NULL},
    {"Py*(borrow) -> new?\nPyList_*(_) -> _\n", NULL},
    {"g = f : since 3.9 ; note\nf(_) -> _\n", NULL},
    // the error indicator
    {"f() -> null: error-any | nonnull: new, error-clear\n", NULL},
    {"f(borrow) -> 0: error-kept | else: steal 1, error-set\n", NULL},
    {"f() -> _ : keeps-error\nh(borrow) -> _ : touches-error\n"
     "g(steal?) -> _ : restores-error\n",
     NULL},
    // other rows
    {"family a\n", NULL},
    {"family a collector failure -1\n", "family a failure -1 collector\n"},
    {"f(keep? in result, steal in result) -> new : untracked\n", NULL},
    {"family a counted T U header \"a.h\" version V failure NULL|-1 "
     "convention borrow? -> new?\n",
     NULL},
    {"family a failure -1 counted T\n", "family a counted T failure -1\n"},
    {"family a\nf() -> _\nfamily b\ng() -> _\nfamily a counted T\nh() -> _\n",
     "family a counted T\nf() -> _\nh() -> _\nfamily b\ng() -> _\n"},
    {"slot T.f (steal) -> _ : role-dealloc\n",
     "slot T.f(steal) -> _ : role-dealloc\n"},
    {"slot T.f when flags = -0x4 (borrow) -> new?\n",
     "slot T.f when flags = -4 (borrow) -> new?\n"},
    {"global G immortal since 3.12\nglobal G borrowed until 3.12\n", NULL},
    {"global PyExc_* borrowed\n", NULL},
    {"field T.f owned mutable\nfield T.g borrowed ; note\n",
     "field T.f owned mutable\nfield T.g borrowed\n"},
    {"grammar g skip \" ,\\\"\\\\\" optional \"|$\" end \":;\"\n", NULL},
    {"grammar g skip \"-\" nest \"()\" order \"|$\" after \"%\"\n"
     "unit g \"x\" _ int, out new? object, out _ size wrong \"why\"\n"
     "unit g \"y\" wrong \"why\"\nunit g \"w\" _ can-fail\n"
     "unit g \"z\" convert undone -2 pointer, out new if-null text takes-all "
     "wrong \"why\" since 3.9 until 3.12\n"
     "grammar h from g skip \"+\" nest \"()\" order \"|$\" after \"%\" "
     "complete\n",
     NULL},
    {"list T.f ends name\nlist T.g when slot = 7 ends name\n", NULL},
    {"flags T.f of 0x6 among 0 2 else \"why\" ; note\n"
     "flags T.f of 1 among 1 in U.g else \"why\"\n",
     "flags T.f of 6 among 0 2 else \"why\"\n"
     "flags T.f of 1 among 1 in U.g else \"why\"\n"},
    {"type T slots s base b size n gc 4 flags f subtypes 2 heap since 3.9 "
     "clears\n"
     "type U offsets o ; note\ntype V\n",
     "type T size n base b slots s flags f gc 4 subtypes 2 heap since 3.9 "
     "clears\n"
     "type U offsets o\ntype V\n"},
    {"member T.f\nmember T.f when kind = 6 fixed flags 1 ; note\n"
     "member T.f when kind = 1 as int\n",
     "member T.f\nmember T.f when kind = 6 fixed flags 1\n"
     "member T.f when kind = 1 as int\n"},
    {"life f_* atomic collected\nlife f_g untracks gives-type\n",
     "life f_* collected atomic\nlife f_g untracks gives-type\n"},
    {"stored T.f given owned\nstored T.f borrowed\n",
     "stored T.f owned given\nstored T.f borrowed\n"},
    {"f(count, keywords, borrow? object ...) -> _ : null-terminated\n", NULL},
    {"unit g \"s#\" _, _\ngrammar g\nunit g \"O\" out borrowed of 1\n"
     "unit g \"O&\" convert, escape\nunit g \"(\"\n",
     "grammar g\nunit g \"s#\" _, _\nunit g \"O\" out borrowed of 1\n"
     "unit g \"O&\" convert, escape\nunit g \"(\"\n"},
    {"attribute lends \"borrowed?\"\n"
     "attribute takes(n) \"argument n steal\" when WITH_TAKES\n",
     NULL},
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        struct arena a = {0}, b = {0};
        struct rules rules = rules_of(&a, good[i].text);
        char *once = printed_rules(&rules);
        struct rules again = rules_of(&b, once);
        char *twice = printed_rules(&again);

        assert_string_equal(once, good[i].canonical ? good[i].canonical
                                                    : good[i].text);
        assert_string_equal(twice, once);
        free(once);
        free(twice);
        arena_release(&a);
        arena_release(&b);
    }
}

static const struct {
    const char *text;
    int line;
    const char *message; // a fragment
} bad[] = {
    // words
    {"f(stael) -> _", 1, "unknown effect 'stael' (did you mean 'steal'?)"},
    {"f(xyzzy) -> _", 1, "unknown effect 'xyzzy'"},
    {"f() -> 0: fail, error-set", 1, "'fail' says already that an error"},
    {"f() -> 0: error-set, error-kept", 1, "two words on the error indicator"},
    {"f() -> 0: eror-set", 1, "did you mean 'error-set'?"},
    {"\n# x\nf(_) -> nwe?", 3, "unknown result 'nwe' (did you mean 'new'?)"},
    {"f(_) -> null: fial", 1, "unknown trait 'fial'"},
    {"f(_) -> null: fial | nonnull: new", 1,
     "unknown effect 'fial' (did you mean 'fail'?)"},
    {"f() -> _ : run-code", 1,
     "unknown trait 'run-code' (did you mean "
     "'runs-code'?)"},
    {"f() -> _ : sinc 3.9", 1, "did you mean 'since'?"},
    {"f(_) -> borrowed of result", 1, "the number of an argument"},
    {"familiy a", 1, "unknown kind of row 'familiy' (did you mean 'family'?)"},
    {"family a counted T head \"x\"", 1, "not '\"x\"'"},
    {"family a haeder \"x\"", 1, "(did you mean 'header'?)"},
    // places
    {"f(new) -> _", 1, "'new' is a result, it cannot be the effect"},
    {"f() -> steal", 1, "'steal' is an effect on an argument"},
    {"f(absent) -> _", 1, "'absent' can stand only in an outcome"},
    {"f(convert) -> _", 1, "'convert' can stand only in a 'unit' row"},
    {"grammar g\nunit g \"x\" format g", 2, "'format' cannot stand in"},
    {"f(_?) -> _", 1, "'_' does not take '?'"},
    {"f(out? new) -> _", 1, "expected what is stored"},
    {"f(out steal) -> _", 1, "expected what is stored"},
    {"f(out nwe) -> _", 1, "(did you mean 'new'?)"},
    {"f(inout) -> _", 1, "expected what is stored"},
    {"f(inout alias, _) -> _", 1, "'alias' needs 'of N'"},
    {"f(out alias of 2, _) -> _", 1, "expected what is stored"},
    {"f() -> status?", 1, "'status' does not take '?'"},
    {"f(_, borrow in 1) -> _", 1, "'borrow' does not take 'in'"},
    {"f(clear at 1) -> _", 1, "expected the name of a field"},
    {"f(out new at obj with) -> _", 1, "expected the name of a field"},
    {"f(steal at obj) -> _", 1, "expected ',' or ')'"},
    {"f(_, keep of 1) -> _", 1, "'keep' takes 'in N', not 'of N'"},
    {"f(_) -> borrowed in 1", 1, "'borrowed' takes 'of N', not 'in N'"},
    {"f(_) -> alias", 1, "'alias' needs 'of N'"},
    // argument numbers
    {"f(_) -> borrowed of 2", 1,
     "argument number 2 is out of range (f has 1 argument)"},
    {"f(_) -> borrowed of 0", 1, "argument number 0 is out of range"},
    {"f(_, keep in 3) -> _", 1, "argument number 3 is out of range"},
    {"f(out borrowed of 2) -> _", 1, "argument number 2"},
    {"f(_) -> 0: steal 2", 1, "argument number 2"},
    {"f(_) -> 0: keep in 2 1", 1, "argument number 2"},
    {"f(_) -> 0: steal", 1, "expected the number of the argument"},
    {"f(_) -> 0: steal 1, keep 1", 1, "two effects on argument 1"},
    {"f(_) -> borrowed of x", 1, "expected the number of an argument"},
    // outcomes
    {"f(_) -> 0: ok | null: ok", 1, "a number in one outcome and a pointer"},
    {"f(_) -> 0: ok, fail", 1, "'ok' and 'fail' in one outcome"},
    {"f(_) -> nonnull: new, new", 1, "two results"},
    {"f(_) -> 0: status", 1, "'status' is not for outcomes"},
    {"f(_) -> 1: new", 1, "not exactly one 'out' argument"},
    {"f(out _, out _) -> 1: new", 1, "not exactly one 'out' argument"},
    {"f(out _) -> 1: _", 1, "write 'ok', or 'out _ N'"},
    {"f(out _) -> 1: new 1", 1, "write 'out new 1'"},
    {"f(_) -> null: new", 1, "the result is NULL here"},
    {"f(_) -> nonnull: new?", 1, "the result is not NULL here"},
    {"f(_) -> 5..1: ok", 1, "empty range"},
    {"f(_) -> <-9223372036854775808: ok", 1, "no number"},
    {"f(_) -> 1.. : ok", 1, "expected a number behind '..'"},
    {"f(_) -> < : ok", 1, "expected a number"},
    {"f(_) -> 0 ok", 1, "expected ':' behind a condition"},
    {"f(_) -> 0: ok |", 1, "expected a condition"},
    {"f(_) -> 0: ", 1, "expected 'ok', 'fail', a result or an effect"},
    // arguments
    {"f -> _", 1, "expected '(' or '=' behind a name, not '->'"},
    {"f(borrow", 1, "expected ',' or ')', not the end of the line"},
    {"f(borrow) _", 1, "expected '->'"},
    {"f(borrow) ->", 1, "expected a result"},
    {"f(borrow,) -> _", 1, "expected an effect, not ')'"},
    {"f(...) -> _", 1, "'...' without a 'format' argument"},
    {"f(_ ..., _) -> _", 1, "expected ')' behind '...'"},
    {"grammar g\nf(format g ...) -> _", 2, "write 'format g, ...'"},
    {"f(_) -> _ _", 1, "expected ':', ';' or the end of the line, not '_'"},
    {"a-b(_) -> _", 1, "expected the name of a function"},
    {"42", 1, "expected the name of a function"},
    // traits
    {"f() -> _ :", 1, "expected a trait, not the end of the line"},
    {"f() -> _ : since x", 1, "expected a version such as 3.12, not 'x'"},
    {"f() -> _ : since 3.100", 1, "version out of range"},
    {"f() -> _ : since 3.9 since 3.10", 1, "'since' twice"},
    {"f() -> _ : since 3.9 until 3.9", 1, "no version is left"},
    {"f() -> _ : since 0.0", 1, "version 0.0"},
    {"f() -> _ : sets-error no-error", 1, "contradict"},
    {"f() -> _ : ready 0..9", 1, "speaks of argument 1"},
    {"f(_) -> _ : ready", 1, "expected a range of numbers"},
    {"f(_) -> _ : ready 9..0", 1, "empty range"},
    {"f(_) -> _ : ready 0..9 ready 0..9", 1, "'ready' twice"},
    {"f() -> _ : prefer", 1, "expected the name to prefer"},
    // duplicates
    {"f() -> _\nf() -> new", 2,
     "duplicate row for 'f' (the other is at "
     "t.rules:1)"},
    {"f() -> _ : since 3.9\nf() -> _ : until 3.10", 2, "duplicate row"},
    {"f*() -> _\n\nf*() -> _", 3, "duplicate row for 'f*'"},
    {"f() -> _\nf = g\ng() -> _", 2, "duplicate row"},
    {"family a\nf() -> _ : until 2.0\nfamily b\nf() -> _ : since 2.0", 4,
     "'f' is of family 'a'"},
    {"slot T.f () -> _\nslot T.f () -> _", 2, "duplicate slot 'T.f'"},
    {"slot T.f when a = 1 () -> _\nslot T.f when a = 1 () -> _", 2,
     "duplicate slot"},
    {"global G immortal\nglobal G borrowed until 3.1", 2, "duplicate global"},
    {"field T.f owned\nfield T.f borrowed", 2, "duplicate field 'T.f'"},
    {"grammar g\ngrammar g", 2, "duplicate grammar 'g'"},
    {"attribute a \"new\"\nattribute a \"_\"", 2, "duplicate attribute 'a'"},
    {"attribute a(1) \"new\"", 1, "expected the name of a parameter"},
    {"attribute a(n \"new\"", 1, "expected ')'"},
    {"attribute a new", 1, "expected an annotation in quotes"},
    {"attribute a \"new\" when \"B\"", 1, "expected the name of a macro"},
    {"grammar g\nunit g \"O\" _\nunit g \"O\" _", 3, "duplicate unit \"O\""},
    {"family a version V\nfamily a version W", 2, "has a version already"},
    {"family a header \"a\" header \"b\"", 1, "has a header already"},
    {"family a convention _ -> _ convention _ -> _", 1,
     "has a convention already"},
    // names that nothing defines
    {"f(format g, ...) -> _\n", 1, "unknown grammar 'g'"},
    {"f(_) -> _\nunit g \"O\" _\n", 2, "unknown grammar 'g'"},
    {"f = PyList_Nwe\nPyList_New() -> _", 1,
     "unknown name 'PyList_Nwe' (did you mean 'PyList_New'?)"},
    {"a = b\nb = c\nc() -> _", 1, "'b' is another name for 'c' itself"},
    {"a = b\nb = a", 1, "'b' is another name for 'a' itself"},
    {"a = a", 1, "'a' is another name for 'a' itself"},
    {"a = b : runs-code\nb() -> _", 1, "expected 'since' or 'until'"},
    {"a = ", 1, "expected the name of another function"},
    // the other rows
    {"family", 1, "expected the name of a family"},
    {"family a counted", 1, "expected the tag of a counted struct"},
    {"family a counted header \"a.h\"", 1, "expected the tag"},
    {"family a failure 0", 1, "expected NULL or -1"},
    {"family a header a.h", 1, "in quotes"},
    {"family a convention borrow new", 1, "expected '->'"},
    {"family a convention borrow -> borrowed of 1", 1,
     "a convention cannot name an argument"},
    {"slot T () -> _", 1, "expected '.' and the name of a field"},
    {"slot T.f when g 4 () -> _", 1, "expected '='"},
    {"slot T.f when g = x () -> _", 1, "expected a number"},
    {"slot T.f when g = 4 -> _", 1, "expected '('"},
    {"global G", 1, "expected 'immortal' or 'borrowed'"},
    {"global G owned", 1, "expected 'immortal' or 'borrowed', not 'owned'"},
    {"global G immortal sinc 3", 1, "expected the end of the line"},
    {"field T.f", 1, "expected 'owned' or 'borrowed'"},
    {"grammar g skips \"x\"", 1, "expected skip, nest, optional, order"},
    {"grammar g nest \"()[\"", 1, "'nest' takes pairs"},
    {"grammar g after \"%$\"", 1, "'after' takes one character"},
    {"grammar g skip \"a\" skip \"b\"", 1, "the same characters twice"},
    {"grammar g from h", 1, "unknown grammar 'h' (it must stand before)"},
    {"grammar g\nunit g \"O\" wrong", 2, "expected the reason in quotes"},
    {"grammar g\nunit g \"O\" wrong \"why\" until 3.9 since 3.12", 2, "since"},
    {"grammar g\nunit g \"O\" convert undone 0", 2, "not 0"},
    {"f(_ integer) -> _", 1, "expected ',' or ')'"},
    {"f(_) -> new int", 1, "expected ':', ';' or the end"},
    {"list T.f", 1, "expected 'ends'"},
    {"list T.f ends", 1, "expected a field of the elements"},
    {"list T.f ends a\nlist T.f ends b", 2, "duplicate list 'T.f'"},
    {"flags T.f", 1, "expected 'of' and the bits"},
    {"flags T.f of 6", 1, "expected 'among'"},
    {"flags T.f of 6 among 1", 1, "expected a number within these bits"},
    {"flags T.f of 6 among 2", 1, "expected 'else'"},
    {"type", 1, "expected"},
    {"type T size", 1, "expected the name of a field"},
    {"type T sise n", 1, "did you mean 'size'"},
    {"type T 4", 1, "expected a word of a type"},
    {"type T flags f gc x", 1, "expected the number of a flag"},
    {"type T gc 4", 1, "have no field"},
    {"type T\ntype T", 2, "duplicate type 'T'"},
    {"member T", 1, "expected"},
    {"member T.f fixed flags", 1, "expected the number of a flag"},
    {"member T.f as integer", 1, "expected a type of C"},
    {"member T.f\nmember T.f", 2, "duplicate member 'T.f'"},
    {"life f", 1, "expected a word of a life"},
    {"life f untrack", 1, "did you mean 'untracks'"},
    {"life f atomic\nlife f atomic", 2, "duplicate life 'f'"},
    {"stored T.f", 1, "expected a word for what is stored"},
    {"stored T.f owend", 1, "did you mean 'owned'"},
    {"grammar g skip x", 1, "expected characters in quotes"},
    {"grammar g\nunit g O", 2, "expected a format unit in quotes"},
    {"grammar g\nunit g \"\" _", 2, "an empty format unit"},
    {"grammar g\nunit g \"O\" _ _", 2, "expected the end of the line"},
    // characters
    {"f() -> _\ngrammar g skip \"abc", 2, "unterminated string"},
    {"grammar g skip \"abc\nx\"", 1, "unterminated string"},
    {"f(_) -> _ @", 1, "unexpected character '@'"},
    {"f(_) -> _ \x80", 1, "unexpected byte 0x80"},
    {"f(_) -> 99999999999999999999: ok", 1, "number out of range"},
    {"f(_) -> 0xg: ok", 1, "malformed number"},
    {"f(_) -> 1x: ok", 1, "malformed number"},
};

static void test_bad(void **state)
{
    int wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct arena a = {0};
        struct rules rules = {.arena = &a};
        struct err err = {0};
        char place[32];

        snprintf(place, sizeof(place), "t.rules:%d: ", bad[i].line);
        if (rules_parse(&rules, bad[i].text, "t.rules", &err) == 0
            || strncmp(err.text, place, strlen(place)) != 0
            || !strstr(err.text, bad[i].message)) {
            print_error("for %s\nexpected %s...%s...\ngot %s\n", bad[i].text,
                        place, bad[i].message, err.text);
            wrong++;
        }
        arena_release(&a);
    }
    assert_int_equal(wrong, 0);
}

static void test_load(void **state)
{
    struct arena a = {0};
    struct rules rules = {.arena = &a};
    struct err err = {0};

    (void)state;
    assert_int_equal(rules_load(&rules, SOURCE_DIR "/rules/none", &err), -1);
    assert_non_null(strstr(err.text, "rules/none"));
    assert_int_equal(rules_load(&rules, SOURCE_DIR "/rules/c.rules", &err), 0);
    assert_non_null(rules_find(&rules, "abort", 0));
    arena_release(&a);
}

// A second text continues the first: grammars, families and names are known.
static void test_two_texts(void **state)
{
    struct arena a = {0};
    struct rules rules =
        rules_of(&a, "grammar g\nfamily x failure NULL\nf() -> new?\n");
    struct err err = {0};

    (void)state;
    assert_int_equal(rules_parse(&rules,
                                 "unit g \"O\" _\nh = f\n"
                                 "k(format g, ...) -> new?\nfamily x\n"
                                 "j() -> new?\n",
                                 "u.rules", &err),
                     0);
    assert_int_equal(rules_grammar(&rules, "g")->nunits, 1);
    assert_string_equal(rules_find(&rules, "k", 0)->family, "");
    assert_false(rules_find(&rules, "k", 0)->outcomes[1].sets_error);
    assert_true(rules_find(&rules, "j", 0)->outcomes[1].sets_error);
    assert_string_equal(rules_find(&rules, "j", 0)->file, "u.rules");
    assert_int_equal(rules_find(&rules, "j", 0)->line, 5);
    assert_int_equal(rules_parse(&rules, "\nf() -> _", "v.rules", &err), -1);
    assert_non_null(strstr(err.text, "v.rules:2: duplicate row for 'f' (the "
                                     "other is at t.rules:3)"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_two_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
