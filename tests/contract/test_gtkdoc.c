// test_gtkdoc.c - the annotations in GTK-Doc comments.

#include "helper.h"

#include "base/buf.h"
#include "contract/gtkdoc.h"

#define HEAD "/**\n * ring_put:\n"
#define TAIL " */"

// "1 item steal?, 3 = new? nullable": line, name ("=": the result), effect.
static const char *items(struct arena *a, const char *text)
{
    struct gtkdoc g = {.arena = a, .at = text};
    struct buf b = {.arena = a};
    struct gtkdoc_item item;

    while (gtkdoc_next(&g, &item)) {
        buf_printf(&b, "%s%ld %s", b.len ? ", " : "", item.line,
                   *item.name ? item.name : "=");
        if (item.wrong)
            buf_printf(&b, " wrong: %s", item.wrong);
        else
            buf_printf(&b, " %s%s", gtkdoc_effect(&item),
                       item.is_nullable ? " nullable" : "");
    }
    return buf_text(&b);
}

struct row {
    const char *text, *expect;
};

static void expect_rows(const struct row *rows, size_t n)
{
    struct arena a = {0};

    for (size_t i = 0; i < n; i++) {
        print_message("%s\n", rows[i].text);
        assert_string_equal(items(&a, rows[i].text), rows[i].expect);
    }
    arena_release(&a);
}

static void test_items(void **state)
{
    static const struct row rows[] = {
        {HEAD " * @item: (transfer full): what to put\n" TAIL, "2 item steal?"},
        {HEAD " * @a: (transfer none) (nullable): a\n"
              " * @b: (nullable) (transfer container): b\n"
              " * @c: (transfer floating): c\n"
              " *\n * Returns: (transfer full) (nullable): r\n" TAIL,
         "2 a borrow? nullable, 3 b steal? nullable, 4 c escape?, "
         "6 = new? nullable"},
        {HEAD " * Return value: (transfer none): r\n" TAIL, "2 = borrowed?"},
        {HEAD " * Returns: (transfer floating): r\n" TAIL, "2 = "},
        {HEAD " * @p: (out): where\n * @q: (inout) (transfer full): and there\n"
              " * @r: (out callee-allocates) (transfer none): r\n"
              " * @s: (transfer full) (out) (optional): s\n" TAIL,
         "2 p , 3 q inout new?, 4 r out borrowed?, 5 s out new?"},
        // What is not ours is passed over, wherever it stands.
        {HEAD
         " * @a: (type Foo(int)) (transfer full) (array length=n): a\n" TAIL,
         "2 a steal?"},
        // Annotations in the line below.
        {HEAD " * @a:\n *   (transfer full)\n *   (nullable): a\n" TAIL,
         "2 a steal? nullable"},
        {HEAD " * @a: (transfer\n *   full): a\n" TAIL, "2 a steal?"},
        {"/** @a: (transfer full): on one line */", "0 a steal?"},
        {"/**\r\n * @a: (transfer full): a\r\n */", "1 a steal?"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_prose(void **state)
{
    static const struct row rows[] = {
        {"", ""},
        {"/**/", ""},
        {HEAD " * Takes @item: (transfer full) of it.\n" TAIL, ""},
        {HEAD " * @item: it (transfer full) is\n" TAIL, ""},
        {HEAD " * @item (transfer full)\n" TAIL, ""},
        {HEAD " * @param item (out) what\n" TAIL, ""},
        {HEAD " * @item: (skip): no\n * Returns: (skip): no\n" TAIL, ""},
        {HEAD " * @item: (see below\n * @b: (transfer full): b\n" TAIL,
         "3 b steal?"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void test_wrong(void **state)
{
    static const struct row rows[] = {
        {HEAD " * @a: (transfer ful): a\n * @b: (transfer full): b\n" TAIL,
         "2 a wrong: '(transfer ful)' must say none, full, container or "
         "floating, 3 b steal?"},
        {HEAD " * @a: (transfer): a\n" TAIL,
         "2 a wrong: '(transfer )' must say none, full, container or floating"},
        {HEAD " * @a: (transfer full: a\n * @b: (transfer none): b\n" TAIL,
         "2 a wrong: '(transfer' has no ')', 3 b borrow?"},
        {HEAD " * @a: (transfer full\n * @b: (transfer none): b\n" TAIL,
         "2 a wrong: '(transfer' has no ')', 3 b borrow?"},
        {HEAD " * @a: (transfer full) (transfer none): a\n" TAIL,
         "2 a wrong: '(transfer none)' behind '(transfer full)'"},
        {HEAD " * @a: (out) (inout): a\n" TAIL,
         "2 a wrong: both '(out)' and '(inout)'"},
        {HEAD " * Returns: (out): a\n" TAIL,
         "2 = wrong: a result has no direction"},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(*rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_prose),
        cmocka_unit_test(test_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
