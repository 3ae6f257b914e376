// test_finding.c - finding/finding.c: order, duplicates, fingerprints, names.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "finding/finding.h"

#include <ctype.h>
#include <string.h>

static struct trail_step steps[] = {
    {"a.c", 1, 1, "made here"}, {"a.c", 2, 1, "lost here"},
    {"a.c", 2, 2, "lost here"}, {"b.c", 2, 2, "lost here"},
    {"a.c", 2, 1, "kept here"},
};

// The tables below name what is special about a finding; the rest is this.
static struct finding filled(struct finding f)
{
    f.file = f.file ? f.file : "a.c";
    f.line = f.line ? f.line : 5;
    f.col = f.col ? f.col : 5;
    f.function = f.function ? f.function : "f";
    f.rule = f.rule ? f.rule : RULE_LEAK;
    f.text = f.text ? f.text : "m";
    f.object = f.object ? f.object : "x";
    f.origin = f.origin ? f.origin : "new()";
    return f;
}

static void add(struct arena *a, struct finding_list *list,
                const struct finding *f)
{
    struct finding full = filled(*f);

    finding_add(a, list, &full);
}

// In the order in which they are to come out; no two are duplicates.
static const struct finding sorted[] = {
    {.file = "A.c", .line = 900},
    {.line = 1, .col = 900},
    {.col = 1, .rule = RULE_NULL_USE},
    {.function = "e", .object = "z"},
    {.object = "", .text = "z"},
    {.text = "a", .origin = "z"},
    {0},
    {.rule = RULE_NULL_USE, .tier = TIER_LIKELY},
    {.line = 30, .col = 1},
    {.file = "b.c", .line = 1},
};

enum { SORTED = sizeof(sorted) / sizeof(*sorted), COPIES = 3 };

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void shuffle(struct finding_list *list, uint64_t *state)
{
    for (size_t i = list->count; i > 1; i--) {
        size_t k = (size_t)(next_random(state) % i);
        struct finding kept = list->items[i - 1];

        list->items[i - 1] = list->items[k];
        list->items[k] = kept;
    }
}

static int is_same(const struct finding *a, struct finding b)
{
    return strcmp(a->file, b.file) == 0 && a->line == b.line && a->col == b.col
           && strcmp(a->function, b.function) == 0 && a->rule == b.rule
           && a->tier == b.tier && strcmp(a->text, b.text) == 0
           && strcmp(a->object, b.object) == 0
           && strcmp(a->origin, b.origin) == 0 && a->ntrail == b.ntrail
           && a->trail == b.trail;
}

static void test_sort(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (int round = 0; round < 200; round++) {
        struct arena a = {0};
        struct finding_list list = {0};

        for (int i = 0; i < SORTED * COPIES; i++)
            add(&a, &list, &sorted[i % SORTED]);
        shuffle(&list, &random);
        finding_sort(&list);
        assert_int_equal(list.count, SORTED);
        for (size_t i = 0; i < SORTED; i++)
            if (!is_same(&list.items[i], filled(sorted[i])))
                fail_msg("round %d: finding %zu is wrong", round, i);
        arena_release(&a);
    }
}

static void test_sort_of_few(void **state)
{
    struct arena a = {0};
    struct finding_list list = {0};

    (void)state;
    finding_sort(&list);
    finding_fingerprints(&list);
    assert_int_equal(list.count, 0);
    add(&a, &list, &sorted[0]);
    finding_sort(&list);
    assert_int_equal(list.count, 1);
    arena_release(&a);
}

// What stays of findings that are the same must not depend on who came first.
static void expect_kept(const struct finding *same, size_t n,
                        const struct finding *kept)
{
    uint64_t random = 1;

    for (int round = 0; round < 100; round++) {
        struct arena a = {0};
        struct finding_list list = {0};
        const struct finding *f;

        for (size_t i = 0; i < n; i++)
            add(&a, &list, &same[i]);
        shuffle(&list, &random);
        finding_sort(&list);
        assert_int_equal(list.count, 1);
        f = &list.items[0];
        assert_int_equal(f->tier, kept->tier);
        assert_int_equal(f->only_oom, kept->only_oom);
        assert_int_equal(f->in_setup, kept->in_setup);
        assert_int_equal(f->ntrail, kept->ntrail);
        assert_ptr_equal(f->trail, kept->trail);
        assert_string_equal(f->origin, kept->origin);
        arena_release(&a);
    }
}

// Of two units, one may know less.
static void test_strongest_duplicate_is_kept(void **state)
{
    static const struct finding same[] = {
        {.tier = TIER_AUDIT},
        {.tier = TIER_CERTAIN, .only_oom = true},
        {.tier = TIER_CERTAIN, .in_setup = true},
        {.tier = TIER_LIKELY},
        {.tier = TIER_CERTAIN, .only_oom = true, .in_setup = true},
    };
    const struct finding kept = filled(same[2]);

    (void)state;
    expect_kept(same, sizeof(same) / sizeof(*same), &kept);
}

// The same words about the same place, by ways that differ.
static void test_shortest_duplicate_is_kept(void **state)
{
    static const struct finding same[] = {
        {.ntrail = 1, .trail = steps + 1},
        {.ntrail = 1, .trail = steps + 2},
        {.ntrail = 1, .trail = steps + 3},
        {.ntrail = 1, .trail = steps + 4},
        {.ntrail = 1, .trail = steps},
        {.ntrail = 2, .trail = steps},
        {.ntrail = 1, .trail = steps, .origin = "z"},
    };
    const struct finding kept = filled(same[4]);

    (void)state;
    expect_kept(same, sizeof(same) / sizeof(*same), &kept);
}

static void fingerprint(struct arena *a, struct finding_list *list,
                        const struct finding *items, size_t count)
{
    *list = (struct finding_list){0};
    for (size_t i = 0; i < count; i++)
        add(a, list, &items[i]);
    finding_sort(list);
    finding_fingerprints(list);
}

static void test_fingerprint_form(void **state)
{
    struct arena a = {0};
    struct finding_list list;

    (void)state;
    fingerprint(&a, &list, sorted, SORTED);
    for (size_t i = 0; i < list.count; i++) {
        const char *f = list.items[i].fingerprint;

        assert_int_equal(strlen(f), 16);
        for (; *f; f++)
            assert_true(isdigit((unsigned char)*f) || (*f >= 'a' && *f <= 'f'));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(list.items[i].fingerprint,
                                    list.items[k].fingerprint);
    }
    arena_release(&a);
}

// What may change without a new fingerprint, and what may not.
static void test_fingerprint_of_one(void **state)
{
    static const struct {
        struct finding changed;
        int same;
    } cases[] = {
        {{0}, 1},
        {{.line = 77}, 1},
        {{.col = 1}, 1},
        {{.text = "other words"}, 1},
        {{.tier = TIER_AUDIT}, 1},
        {{.only_oom = true, .in_setup = true}, 1},
        {{.ntrail = 2, .trail = steps}, 1},
        {{.rule = RULE_NULL_USE}, 0},
        {{.file = "b.c"}, 0},
        {{.function = "g"}, 0},
        {{.object = "y"}, 0},
        {{.origin = "newer()"}, 0},
        {{.function = "fx", .object = ""}, 0}, // no text runs together
    };
    static const struct finding base = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct finding_list first;
        struct finding_list second;

        fingerprint(&a, &first, &base, 1);
        fingerprint(&a, &second, &cases[i].changed, 1);
        if ((strcmp(first.items[0].fingerprint, second.items[0].fingerprint)
             == 0)
            != cases[i].same)
            fail_msg("case %zu", i);
        arena_release(&a);
    }
}

// Findings that differ in their lines only are told apart by their order, and
// stay what they are when all of them move.
static void test_ordinals(void **state)
{
    static const struct finding before[] = {
        {.line = 10}, {.line = 20}, {.line = 30}};
    static const struct finding after[] = {
        {.line = 112}, {.line = 122}, {.line = 133}};
    struct arena a = {0};
    struct finding_list first;
    struct finding_list second;
    struct finding_list alone;

    (void)state;
    fingerprint(&a, &first, before, 3);
    fingerprint(&a, &second, after, 3);
    fingerprint(&a, &alone, before + 2, 1);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(first.items[i].fingerprint,
                            second.items[i].fingerprint);
        assert_string_not_equal(first.items[i].fingerprint,
                                first.items[(i + 1) % 3].fingerprint);
    }
    assert_string_equal(alone.items[0].fingerprint, first.items[0].fingerprint);
    arena_release(&a);
}

static void test_rules(void **state)
{
    (void)state;
    for (int r = RULE_NONE + 1; r < RULES; r++) {
        const char *name = rule_name((enum rule)r);

        assert_int_equal(rule_by_name(name), r); // so no two are the same
        assert_true(rule_text((enum rule)r)[0] != '\0');
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"),
                         strlen(name));
    }
    assert_string_equal(rule_name(RULE_DOUBLE_DECREF), "double-decref");
    assert_int_equal(rule_by_name("none"), RULE_NONE);
    assert_int_equal(rule_by_name(""), RULE_NONE);
    assert_int_equal(rule_by_name("Leak"), RULE_NONE);
}

static void test_tiers(void **state)
{
    (void)state;
    for (int t = 0; t < TIERS; t++)
        assert_int_equal(tier_by_name(tier_name((enum tier)t)), t);
    assert_int_equal(tier_by_name("certain"), TIER_CERTAIN);
    assert_int_equal(tier_by_name("unsure"), -1);
    assert_int_equal(tier_by_name(""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_sort_of_few),
        cmocka_unit_test(test_strongest_duplicate_is_kept),
        cmocka_unit_test(test_shortest_duplicate_is_kept),
        cmocka_unit_test(test_fingerprint_form),
        cmocka_unit_test(test_fingerprint_of_one),
        cmocka_unit_test(test_ordinals),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_tiers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
