// test_print.c - the text and the Graphviz form of the sample, against files.
//
// What was printed is left in the build folder: copy it over the expected file
// when a change is meant.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "sample.h"

#include <stdlib.h>
#include <string.h>

static void print_dot(FILE *out, const struct ir_unit *unit)
{
    ir_print_dot(out, unit, NULL);
}

static void print_dot_one(FILE *out, const struct ir_unit *unit)
{
    ir_print_dot(out, unit, &unit->fns[SAMPLE_MAKE]);
}

static void save(const char *path, const char *text, size_t size)
{
    FILE *out = fopen(path, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

static void test_golden(void **state)
{
    static const struct {
        void (*print)(FILE *out, const struct ir_unit *unit);
        const char *expected, *actual;
    } cases[] = {
        {ir_print, SOURCE_DIR "/tests/ir/sample.txt",
         BINARY_DIR "/tests/ir/sample.txt"},
        {print_dot, SOURCE_DIR "/tests/ir/sample.dot",
         BINARY_DIR "/tests/ir/sample.dot"},
        {print_dot_one, SOURCE_DIR "/tests/ir/make.dot",
         BINARY_DIR "/tests/ir/make.dot"},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *text = NULL;
        char *expected;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        struct err err = {""};

        cases[i].print(out, sample_unit(&a));
        assert_int_equal(fclose(out), 0);
        save(cases[i].actual, text, size);
        if (file_read(&a, cases[i].expected, &expected, NULL, &err) < 0)
            fail_msg("%s", err.text);
        if (strcmp(text, expected) != 0)
            fail_msg("diff -u %s %s", cases[i].expected, cases[i].actual);
        free(text);
    }
    arena_release(&a);
}

// The printers are what one looks with at a unit that does not verify.
static void test_broken_units_are_printed(void **state)
{
    struct arena a = {0};
    struct ir_unit *unit = sample_unit(&a);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    for (int op = 0; op < IR_OPS; op++) {
        struct ir_ins ins = {.op = (enum ir_op)op,
                             .dst = 9,
                             .a = 9,
                             .ref = 99,
                             .imm = -7,
                             .type = 99,
                             .at = {77, 1, 1},
                             .macro = "M",
                             .spelled = {78, 1, 1}};

        ir_print_ins(out, unit, &unit->fns[SAMPLE_ALL], &ins);
        fputc('\n', out);
    }
    ir_print_ins(out, unit, &unit->fns[SAMPLE_ALL],
                 &(struct ir_ins){.op = IR_OPS});
    ir_print_end(out, unit, &unit->fns[SAMPLE_ALL],
                 &(struct ir_block){.end = IR_ENDS});
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "%9 = fn ?99  ; ?77:1:1 [M ?78:1:1]\n"));
    assert_non_null(strstr(text, "%9 = local $99  ;"));
    assert_non_null(strstr(text, "%9 = field %9 ->-7 of ?99  ;"));
    assert_non_null(strstr(text, "%9 = load %9 : ?99  ;"));
    free(text);
    arena_release(&a);
}

static void test_ops(void **state)
{
    (void)state;
    assert_string_equal(ir_op_name(IR_CONST), "const");
    assert_string_equal(ir_op_name(IR_DECLARE), "declare");
    assert_string_equal(ir_op_name(IR_OPS), "?");
    assert_true(ir_op_has_dst(IR_CALL));
    assert_false(ir_op_has_dst(IR_STORE));
    assert_false(ir_op_has_dst(IR_OPS));
    for (int i = 0; i < IR_OPS; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(ir_op_name((enum ir_op)i),
                                    ir_op_name((enum ir_op)k));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_broken_units_are_printed),
        cmocka_unit_test(test_ops),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
