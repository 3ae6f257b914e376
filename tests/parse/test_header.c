// test_header.c - what a header declares, and where its annotations stand.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../project/folder.h"

#include "base/buf.h"
#include "parse/parse.h"

static const char list_h[] =
    "#define SAYS(text) __attribute__((annotate(text)))\n"
    "#define NEW SAYS(\"new\")\n"
    "#include \"part.h\"\n"
    "#include \"../other.h\"\n"
    "typedef struct list list;\n"
    "NEW list *list_new(int n,\n"
    "                   struct item *item\n"
    "                   SAYS(\"steal\"),\n"
    "                   ...);\n"
    "struct list {\n"
    "    struct item head;\n"
    "    int (*go)(list *self) SAYS(\"slot\");\n"
    "    union {\n"
    "        int plain SAYS(\"field\");\n"
    "    } in;\n"
    "} SAYS(\"struct\");\n"
    "typedef struct {\n"
    "    list *(*make)(void) SAYS(\"unnamed\");\n"
    "} maker SAYS(\"typedef\");\n"
    "extern list empty SAYS(\"a\"), full;\n"
    "extern list empty SAYS(\"b\") SAYS(\"a\");\n"
    "enum { ONE SAYS(\"one\") };\n"
    "static inline int list_size(const list *l)\n"
    "{\n"
    "    struct local { int x SAYS(\"local\"); } v = {1};\n"
    "    return l ? v.x : 0;\n"
    "}\n"
    "SAYS(\"late\") list *list_new(int n, struct item *i SAYS(\"keep\"), "
    "...);\n";

// Items one a line, with their notes.
static void show(struct buf *b, const struct ir_header *h)
{
    static const char *const kinds[] = {"function", "variable", "field",
                                        "other"};

    for (uint32_t i = 0; i < h->nitems; i++) {
        const struct ir_declared *d = &h->items[i];
        const struct ir_decl *f = &h->unit->decls[d->decl];
        bool is_function = d->kind == IR_DECLARED_FUNCTION;
        const struct ir_note *notes = is_function ? f->notes : d->notes;
        uint32_t n = is_function ? f->nnotes : d->nnotes;

        buf_printf(b, "%s:%u %s %s%s%s%s%s", h->unit->files[d->pos.file],
                   d->pos.line, kinds[d->kind], d->record,
                   d->record[0] ? "." : "", is_function ? f->name : d->name,
                   d->is_code ? "()" : "", d->is_foreign ? " foreign" : "");
        for (uint32_t k = 0; k < n; k++)
            buf_printf(b, " %d:%s@%u", notes[k].param, notes[k].text,
                       notes[k].pos.line);
        buf_str(b, "\n");
    }
}

static void test_items(void **state)
{
    static const char expect[] =
        "part.h:2 function item_new\n"
        "DIR/other.h:1 other thing foreign 0:far@1\n"
        "list.h:6 function list_new 0:new@6 2:steal@8 0:late@28 2:keep@28\n"
        "list.h:10 other list 0:struct@16\n"
        "list.h:12 field list.go() 0:slot@12\n"
        "list.h:14 field plain 0:field@14\n"
        "list.h:18 field maker.make() 0:unnamed@18\n"
        "list.h:19 other maker 0:typedef@19\n"
        "list.h:20 variable empty 0:a@20 0:b@21\n"
        "list.h:22 other ONE 0:one@22\n"
        "list.h:23 function list_size\n";
    struct parser *parser = parser_new();
    struct arena a = {0};
    const char *dir = folder_new(&a);
    const struct parse_options options = {.root = path_join(&a, dir, "in")};
    struct buf b = {.arena = &a};
    struct ir_header *h;
    struct err err = {""};
    const char *at;

    (void)state;
    folder_write(&a, dir, "in/list.h", list_h);
    folder_write(&a, dir, "in/part.h",
                 "struct item { long count; };\n"
                 "struct item *item_new(void);\n");
    folder_write(&a, dir, "other.h",
                 "struct thing { int n; } __attribute__((annotate(\"far\")));\n"
                 "struct thing *thing_new(void);\n");
    if (parse_header(parser, &a, dir, "in/list.h", NULL, 0, &options, &h, &err)
            < 0
        || ir_verify(h->unit, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(h->unit->nproblems, 0);
    assert_int_equal(h->unit->nfns, 0);
    assert_string_equal(h->unit->main, "list.h");
    show(&b, h);
    at = strstr(buf_text(&b), dir); // differs from run to run
    assert_non_null(at);
    assert_string_equal(arena_printf(&a, "%.*sDIR%s", (int)(at - buf_text(&b)),
                                     buf_text(&b), at + strlen(dir)),
                        expect);
    parser_free(parser);
    folder_free(dir);
    arena_release(&a);
}

static void test_bad_header(void **state)
{
    const struct parse_options options = {.root = "/"};
    struct parser *parser = parser_new();
    struct arena a = {0};
    const char *dir = folder_new(&a);
    struct ir_header *h;
    struct err err = {""};

    (void)state;
    assert_int_equal(
        parse_header(parser, &a, dir, "gone.h", NULL, 0, &options, &h, &err),
        -1);
    assert_non_null(strstr(err.text, "gone.h: no such file"));
    folder_write(&a, dir, "bad.h", "int f(void);\nint g(unknown x);\n");
    assert_int_equal(
        parse_header(parser, &a, dir, "bad.h", NULL, 0, &options, &h, &err), 0);
    assert_int_equal(h->unit->nproblems, 1);
    assert_int_equal(h->unit->problems[0].pos.line, 2);
    parser_free(parser);
    folder_free(dir);
    arena_release(&a);
}

static int run(void *arg)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_bad_header),
    };

    (void)arg;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return parse_with_stack(run, NULL);
}
