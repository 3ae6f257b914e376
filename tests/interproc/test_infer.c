// test_infer.c - interproc/: what helpers do to the references of their
// callers, in the language of the rules.

#include "../flow/snippet.h"
#include "interproc/interproc.h"

#include <stdlib.h>
#include <string.h>

static const struct contract *contract_of(const struct unit_result *r,
                                          const char *name)
{
    for (size_t i = 0; i < r->nfunctions; i++)
        if (strcmp(r->functions[i].name, name) == 0)
            return r->functions[i].contract;
    fail_msg("no function %s", name);
    return NULL;
}

static char *printed(const struct contract *c)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    if (c)
        contract_print(out, c);
    else
        fputs("nothing", out);
    fclose(out);
    text[strcspn(text, "\n")] = '\0';
    return text;
}

// What was printed, parsed and printed again.
static char *reprinted(struct snippet *s, const char *text)
{
    struct rules rules = {.arena = &s->arena};
    struct err err;

    if (rules_parse(&rules, text, "h.rules", &err) < 0)
        fail_msg("%s\n%s", err.text, text);
    return printed(rules_find(&rules, "h", 0));
}

// The contract of h.
struct row {
    const char *text, *expect;
};

static void expect_rows(const struct row *rows, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct snippet *s = snippet_new(rows[i].text);
        struct unit_result r;
        char *got;

        unit_analyse(&s->arena, s->unit, &s->rules, NULL, &r);
        got = printed(contract_of(&r, "h"));
        if (strcmp(got, rows[i].expect) != 0) {
            print_message("%sgot:    %s\nexpect: %s\n\n", rows[i].text, got,
                          rows[i].expect);
            wrong++;
        } else if (strcmp(got, "nothing") != 0) {
            char *again = reprinted(s, got);

            assert_string_equal(again, got);
            free(again);
        }
        free(got);
        snippet_free(s);
    }
    assert_int_equal(wrong, 0);
}

static void test_arguments(void **state)
{
    static const struct row rows[] = {
        {"int h(object *x) { return obj_use(x); }\n",
         "h(borrow?) -> -1: error-set | 0: ok"},
        {"void h(object *x, int n) { while (n-- > 0) obj_use(x); }\n",
         "h(borrow?, _) -> else: error-any"},
        {"void h(object *x) { obj_incref(x); obj_decref(x); }\n",
         "h(borrow?) -> else: ok"},
        {"void h(object *x) { obj_decref(x); }\n", "h(decref?) -> else: ok"},
        {"void h(object *x) { obj_xdecref(x); }\n", "h(decref?) -> else: ok"},
        // Where the argument is NULL, there is nothing to release.
        {"void h(object *x) { if (x) obj_decref(x); }\n",
         "h(decref?) -> else: ok"},
        // Two tests of one argument: it is the same behind the first.
        {"int h(object *x, object *y)\n{\n"
         "    int r = x ? obj_append(y, x) : -1;\n"
         "    if (x) obj_decref(x);\n"
         "    return r;\n}\n",
         "h(decref?, borrow?) -> -1: error-any | 0: error-any"},
        {"void h(object *x, object *y) { obj_take(y, x); }\n",
         "h(steal? in 2, borrow?) -> else: error-any"},
        {"int h(object *x, object *y) { return obj_take(y, x); }\n",
         "h(steal? in 2, borrow?) -> -1: error-set | 0: ok"},
        {"int h(object *x, object *y) { return obj_take_ok(y, x); }\n",
         "h(borrow?, borrow?) -> -1: error-set | 0: steal? in 2 1"},
        {"int h(object *x, object *y) { return obj_append(y, x); }\n",
         "h(keep? in 2, borrow?) -> -1: error-set | 0: ok"},
        {"object *kept;\n"
         "void h(object *x) { obj_incref(x); kept = x; }\n",
         "h(keep?) -> else: ok"},
        // Here or there: in none for sure.
        {"int h(object *x, object *y, object *z)\n"
         "{ return obj_append(chance() ? y : z, x); }\n",
         "h(keep?, borrow?, borrow?) -> -1: error-set | 0: error-any"},
        // What ways that end alike disagree about, nobody can rely on.
        {"void h(object *x) { if (chance()) obj_decref(x); }\n",
         "h(escape?) -> else: error-any"},
        {"void mystery(object *x);\n"
         "void h(object *x) { mystery(x); }\n",
         "h(escape?) -> else: error-any"},
        // Code runs, however it ends; that it runs before a failure, does not
        // matter, and what is released here is known.
        {"int h(object *x) { return obj_run(x); }\n",
         "h(borrow?) -> -1: error-set | 0: ok : runs-code"},
        {"int h(object *x) { if (chance()) return 1; return obj_run(x); }\n",
         "h(borrow?) -> -1: error-set | 0: error-any | 1: error-any"},
        // But these do not end alike.
        {"int h(object *x)\n{\n"
         "    if (obj_use(x) < 0) return -1;\n"
         "    obj_decref(x);\n"
         "    return 0;\n}\n",
         "h(borrow?) -> -1: error-set | 0: decref? 1"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_results(void **state)
{
    static const struct row rows[] = {
        {"object *h(void) { return obj_new(); }\n",
         "h() -> null: error-set | nonnull: new : fresh"},
        {"object *h(void)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) obj_fatal(0);\n"
         "    return o;\n}\n",
         "h() -> nonnull: new : fresh"},
        {"object *h(object *x) { return x; }\n",
         "h(borrow?) -> null: absent 1 | nonnull: alias of 1"},
        {"object *h(object *x, int *n) { if (!x) *n = 1; return x; }\n",
         "h(borrow?, out _) -> null: absent 1 | nonnull: alias of 1"},
        {"object *h(object *x) { obj_incref(x); return x; }\n",
         "h(borrow?) -> nonnull: new-alias of 1"},
        // Of what comes from out of sight, what happens here is known.
        {"object *mystery(void);\n"
         "object *h(void) { return mystery(); }\n",
         "h() -> null: error-any | nonnull: error-any"},
        {"object *mystery(void);\n"
         "object *h(void) { if (chance()) return 0; return mystery(); }\n",
         "h() -> null: error-any | nonnull: error-any : nullable"},
        {"object *mystery(void);\n"
         "object *h(void)\n{\n"
         "    object *o = mystery();\n"
         "    obj_incref(o);\n"
         "    return o;\n}\n",
         "h() -> nonnull: new, error-any"},
        {"object *mystery(void), *kept;\n"
         "object *h(void)\n{\n"
         "    kept = mystery();\n"
         "    obj_incref(kept);\n"
         "    return kept;\n}\n",
         "h() -> nonnull: error-any"},
        {"object *h(object *x) { return obj_ref(x); }\n",
         "h(borrow?) -> nonnull: new-alias of 1"},
        {"object *h(object *x) { return obj_item(x, 0); }\n",
         "h(borrow?) -> null: error-set | nonnull: borrowed of 1"},
        {"object *h(object *x)\n{\n"
         "    object *o = obj_item(x, 0);\n"
         "    if (!o) return 0;\n"
         "    obj_incref(o);\n"
         "    return o;\n}\n",
         "h(borrow?) -> null: error-set | nonnull: new : shared"},
        {"object *h(object *x) { obj_decref(x); return 0; }\n",
         "h(decref?) -> null: ok"},
        {"object *h(object *x) { return 0; }\n", "h(borrow?) -> null: ok"},
        // The caller's own or a new one: nothing can be said.
        {"object *h(object *x) { if (x) return x; return obj_new(); }\n",
         "h(borrow?) -> null: absent 1, error-set | nonnull: ok"},
        // Only NULL comes back as NULL; not so where paths have met.
        {"object *h(object *x) { if (!x) return 0; obj_use(x); return x; }\n",
         "h(borrow?) -> null: absent 1 | nonnull: alias of 1, error-any"},
        {"object *h(object *x, int n)\n{\n"
         "    if (n > 3 && !x) n = 2;\n"
         "    obj_use(0);\n"
         "    if (n) return 0;\n"
         "    return obj_new();\n}\n",
         "h(borrow?, _) -> null: error-any | nonnull: new, error-any : fresh"},
        {"int h(object *x) { return 7; }\n", "h(borrow?) -> 7: ok"},
        {"int h(object *x)\n{\n"
         "    int r = obj_use(x);\n"
         "    if (r < 0) return -1;\n"
         "    return chance() ? 1 : 0;\n}\n",
         "h(borrow?) -> -1: error-set | 0: error-any | 1: error-any"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_places(void **state)
{
    static const struct row rows[] = {
        {"int h(object **p)\n{\n"
         "    object *o = obj_new();\n"
         "    if (!o) return -1;\n"
         "    *p = o;\n"
         "    return 0;\n}\n",
         "h(_) -> -1: error-set | 0: out new 1"},
        {"int h(object *x, object **p) { return obj_find(x, p); }\n",
         "h(borrow?, _) -> -1: error-set | 0: error-set | 1: out new 2"},
        // Whoever has a converter called sees that it succeeded, no more. The
        // caller of another function may know what it wrote.
        {"int h(object *x, void *to)\n{\n"
         "    object *o;\n"
         "    if (obj_use(x) < 0) { *(object **)to = 0; return 1; }\n"
         "    o = obj_new();\n"
         "    if (!o) return 0;\n"
         "    *(object **)to = o;\n"
         "    return 1;\n}\n",
         "h(borrow?, _) -> 0: error-set | 1: out new? 2, error-any"},
        {"int h(object *x, object **to)\n{\n"
         "    object *o;\n"
         "    if (obj_use(x) < 0) { *to = 0; return 1; }\n"
         "    o = obj_new();\n"
         "    if (!o) return 0;\n"
         "    *to = o;\n"
         "    return 1;\n}\n",
         "h(borrow?, _) -> 0: error-set | 1: out _ 2, error-any"},
        {"void h(object *x, object **p) { obj_incref(x); *p = x; }\n",
         "h(keep?, out new) -> else: ok"},
        {"void h(object **p) { *p = 0; }\n", "h(out null) -> else: ok"},
        // Releases what was there: a call of h is no leak of it.
        {"void h(object **p) { obj_decref(*p); *p = 0; }\n",
         "h(inout null) -> else: ok"},
        {"void h(object **p) { obj_xdecref(*p); *p = 0; }\n",
         "h(inout null) -> else: ok"},
        {"void h(object **p)\n{\n"
         "    object *o = *p;\n"
         "    if (o) { *p = 0; obj_decref(o); }\n}\n",
         "h(inout null) -> else: ok"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_calls(void **state)
{
    static const struct row rows[] = {
        {"void h(object *x) { obj_use(x); obj_fatal(0); }\n",
         "h(_) -> else: noreturn"},
        {"static void end(object *x) { obj_use(x); obj_fatal(0); }\n"
         "void h(object *x) { end(x); }\n",
         "h(_) -> else: noreturn"},
        {"static void drop(object *x) { obj_decref(x); }\n"
         "void h(object *x) { drop(x); }\n",
         "h(decref?) -> else: ok"},
        // The order in which they stand does not matter.
        {"static object *make(void);\n"
         "object *h(void) { return make(); }\n"
         "static object *make(void) { return obj_new(); }\n",
         "h() -> null: error-set | nonnull: new : fresh"},
        {"static void clear(object **p) { obj_xdecref(*p); *p = 0; }\n"
         "void h(object *x) { clear(&x); }\n",
         "h(decref?) -> else: ok"},
        {"static int fill(object **p)\n{\n"
         "    return (*p = obj_new()) ? 0 : -1;\n}\n"
         "object *h(void)\n{\n"
         "    object *o;\n"
         "    return fill(&o) < 0 ? 0 : o;\n}\n",
         "h() -> null: error-set | nonnull: new"},
        {"int h(int n) { return n + chance(); }\n", "nothing"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
