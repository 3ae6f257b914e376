// test_own.c - flow/own.c: histories of one reference and what they mean.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/own.h"

// A history is the start (n = new, b = borrowed) and then one letter an event.
static enum rule run(const char *history)
{
    static const char letters[OWN_EVENTS + 1] = {
        [OWN_INCREF] = '+', [OWN_DECREF] = '-', [OWN_STEAL] = 's',
        [OWN_GIVE] = 'g',   [OWN_USE] = 'u',    [OWN_UNLEND] = 'x',
        [OWN_DIE] = 'd'};
    struct own o = {.held = history[0] == 'n', .lent = history[0] == 'b'};
    enum rule found = RULE_NONE;

    for (const char *h = history + 1; *h && !found; h++) {
        enum own_event e = OWN_INCREF;

        while (letters[e] != *h)
            e++;
        o = own_step(o, e, &found);
    }
    return found;
}

static void test_histories(void **state)
{
    static const struct {
        const char *history;
        enum rule expect;
    } cases[] = {
        {"n", RULE_NONE},
        {"n-", RULE_NONE},
        {"n-d", RULE_NONE},
        {"nu-d", RULE_NONE},
        {"ngd", RULE_NONE},
        {"nsd", RULE_NONE},
        {"nd", RULE_LEAK},
        {"nud", RULE_LEAK},
        {"nxd", RULE_LEAK},
        {"n+-d", RULE_LEAK},
        {"n+d", RULE_LEAK},
        {"n+--d", RULE_NONE},
        {"n+sd", RULE_LEAK},
        {"n+s-d", RULE_NONE},
        {"n+gd", RULE_LEAK},
        {"n-u", RULE_USE_AFTER_DECREF},
        {"n-+", RULE_USE_AFTER_DECREF},
        {"n-s", RULE_USE_AFTER_DECREF},
        {"n-g", RULE_USE_AFTER_DECREF},
        {"n-xd", RULE_NONE},
        {"n--", RULE_DOUBLE_DECREF},
        {"n+---", RULE_DOUBLE_DECREF},
        {"nsud", RULE_NONE},             // a stolen reference is usable ...
        {"nsxu", RULE_USE_AFTER_DECREF}, // ... while its owner lives
        {"nsx-", RULE_DOUBLE_DECREF},
        {"ns-", RULE_OVER_DECREF},
        {"nss", RULE_BORROWED_STEAL},
        {"nsg", RULE_BORROWED_RETURN},
        {"ns+gd", RULE_NONE},
        {"bd", RULE_NONE},
        {"bud", RULE_NONE},
        {"bxd", RULE_NONE},
        {"bxu", RULE_USE_AFTER_DECREF},
        {"bx+", RULE_USE_AFTER_DECREF},
        {"b-", RULE_OVER_DECREF},
        {"bs", RULE_BORROWED_STEAL},
        {"bg", RULE_BORROWED_RETURN},
        {"b+d", RULE_LEAK},
        {"b+gd", RULE_NONE},
        {"b+sd", RULE_NONE},
        {"b+-ud", RULE_NONE},
        {"b+xu-", RULE_NONE}, // our own reference keeps it alive
        {"b+x-u", RULE_USE_AFTER_DECREF},
        {"b+--", RULE_OVER_DECREF},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        print_message("%s\n", cases[i].history);
        assert_int_equal(run(cases[i].history), cases[i].expect);
    }
}

// The whole table: kind and event -> rule, and the kind that comes of it.
static void test_table(void **state)
{
    static const struct own start[OWN_KINDS] = {[OWN_OWNED] = {1, false},
                                                [OWN_BORROWED] = {0, true},
                                                [OWN_GONE] = {0, false}};
    static const struct {
        enum own_kind kind;
        enum own_event event;
        enum rule rule;
        enum own_kind then;
    } rows[] = {
        {OWN_OWNED, OWN_INCREF, RULE_NONE, OWN_OWNED},
        {OWN_OWNED, OWN_DECREF, RULE_NONE, OWN_GONE},
        {OWN_OWNED, OWN_STEAL, RULE_NONE, OWN_BORROWED},
        {OWN_OWNED, OWN_GIVE, RULE_NONE, OWN_GONE},
        {OWN_OWNED, OWN_USE, RULE_NONE, OWN_OWNED},
        {OWN_OWNED, OWN_UNLEND, RULE_NONE, OWN_OWNED},
        {OWN_OWNED, OWN_DIE, RULE_LEAK, OWN_OWNED},
        {OWN_BORROWED, OWN_INCREF, RULE_NONE, OWN_OWNED},
        {OWN_BORROWED, OWN_DECREF, RULE_OVER_DECREF, OWN_GONE},
        {OWN_BORROWED, OWN_STEAL, RULE_BORROWED_STEAL, OWN_BORROWED},
        {OWN_BORROWED, OWN_GIVE, RULE_BORROWED_RETURN, OWN_BORROWED},
        {OWN_BORROWED, OWN_USE, RULE_NONE, OWN_BORROWED},
        {OWN_BORROWED, OWN_UNLEND, RULE_NONE, OWN_GONE},
        {OWN_BORROWED, OWN_DIE, RULE_NONE, OWN_BORROWED},
        {OWN_GONE, OWN_INCREF, RULE_USE_AFTER_DECREF, OWN_GONE},
        {OWN_GONE, OWN_DECREF, RULE_DOUBLE_DECREF, OWN_GONE},
        {OWN_GONE, OWN_STEAL, RULE_USE_AFTER_DECREF, OWN_GONE},
        {OWN_GONE, OWN_GIVE, RULE_USE_AFTER_DECREF, OWN_GONE},
        {OWN_GONE, OWN_USE, RULE_USE_AFTER_DECREF, OWN_GONE},
        {OWN_GONE, OWN_UNLEND, RULE_NONE, OWN_GONE},
        {OWN_GONE, OWN_DIE, RULE_NONE, OWN_GONE},
    };

    (void)state;
    assert_int_equal(sizeof(rows) / sizeof(*rows), OWN_KINDS * OWN_EVENTS);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        enum rule rule = RULE_NONE;
        struct own then;

        print_message("kind %d event %d\n", (int)rows[i].kind,
                      (int)rows[i].event);
        assert_int_equal(own_kind(start[rows[i].kind]), rows[i].kind);
        then = own_step(start[rows[i].kind], rows[i].event, &rule);
        assert_int_equal(rule, rows[i].rule);
        assert_int_equal(own_kind(then), rows[i].then);
        assert_true(then.held >= 0);
    }
}

// Whatever happens: the count never goes below zero, and a step always says
// whether a rule is broken.
static void test_long_histories(void **state)
{
    uint64_t random = 88172645463325252U;
    struct own o = {.held = 1};

    (void)state;
    for (int i = 0; i < 100000; i++) {
        enum rule rule = RULES;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        o = own_step(o, (enum own_event)(random % OWN_EVENTS), &rule);
        assert_true(rule >= RULE_NONE && rule < RULES);
        assert_true(o.held >= 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_histories),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_long_histories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
