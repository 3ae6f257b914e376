// test_store.c - a unit written is the unit read, and damage is an error.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "ir/store.h"
#include "sample.h"

#include <stdlib.h>
#include <string.h>

struct bytes {
    char *data;
    size_t size;
};

static struct bytes write_unit(const struct ir_unit *unit)
{
    struct bytes b = {0};
    struct err err = {""};
    FILE *out = open_memstream(&b.data, &b.size);

    if (ir_write(out, "memory", unit, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(fclose(out), 0);
    return b;
}

static char *print_unit(const struct ir_unit *unit)
{
    struct bytes b = {0};
    FILE *out = open_memstream(&b.data, &b.size);

    ir_print(out, unit);
    assert_int_equal(fclose(out), 0);
    return b.data;
}

// Read size bytes from a block of exactly that size, so that a sanitizer sees
// a read past its end. Returns what ir_read does.
static int read_exactly(const char *data, size_t size, struct err *err)
{
    struct arena a = {0};
    char *copy = malloc(size ? size : 1);
    struct ir_unit *unit = NULL;
    int r;

    assert_non_null(copy);
    memcpy(copy, data, size);
    *err = (struct err){""};
    r = ir_read(&a, copy, size, "dir/x.ir", &unit, err);
    free(copy);
    if (r == 0) {
        assert_non_null(unit);
        assert_int_equal(ir_verify(unit, err), 0);
    } else {
        assert_int_equal(r, -1);
        assert_int_equal(strncmp(err->text, "dir/x.ir: ", 10), 0);
    }
    arena_release(&a);
    return r;
}

static void test_round_trip(void **state)
{
    struct arena a = {0};
    struct ir_unit *unit = sample_unit(&a);
    struct bytes first = write_unit(unit);
    struct bytes second;
    struct ir_unit *again = NULL;
    struct err err = {""};
    char *text;
    char *text_again;

    (void)state;
    if (ir_read(&a, first.data, first.size, "memory", &again, &err) < 0)
        fail_msg("%s", err.text);
    second = write_unit(again);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
    text = print_unit(unit);
    text_again = print_unit(again);
    assert_string_equal(text, text_again);
    // Things that the text does not show.
    assert_int_equal(again->types[13].is_unsigned, true);
    assert_int_equal(again->types[13].size, 8);
    assert_int_equal(again->decls[5].is_foreign, true);
    assert_int_equal(again->fns[2].locals[1].is_param, true);
    free(first.data);
    free(second.data);
    free(text);
    free(text_again);
    arena_release(&a);
}

static void test_empty_unit(void **state)
{
    const struct ir_unit unit = {.main = "a.c"};
    struct bytes b = write_unit(&unit);
    struct err err;

    (void)state;
    assert_int_equal(read_exactly(b.data, b.size, &err), 0);
    free(b.data);
}

// The longest function and the deepest table that damage could claim must not
// cost more stack than a short one: 100,000 records, each in the next.
static void test_deep_records(void **state)
{
    enum { DEEP = 100000 };
    struct arena a = {0};
    struct ir_unit unit = {.main = "a.c", .ntypes = DEEP, .nrecords = DEEP};
    struct bytes b;
    struct err err;

    (void)state;
    unit.types = arena_array(&a, struct ir_type, DEEP + 1);
    unit.records = arena_array(&a, struct ir_record, DEEP + 1);
    for (uint32_t i = 1; i <= DEEP; i++) {
        unit.types[i] = (struct ir_type){
            .kind = IR_TYPE_RECORD, .record = i, .name = "struct s"};
        unit.records[i] = (struct ir_record){.name = "s", .is_complete = true};
        if (i == 1)
            continue;
        unit.records[i].nfields = 1;
        unit.records[i].fields = arena_new(&a, struct ir_field);
        *unit.records[i].fields = (struct ir_field){"f", i - 1};
    }
    b = write_unit(&unit);
    assert_int_equal(read_exactly(b.data, b.size, &err), 0);
    free(b.data);
    arena_release(&a);
}

static void test_invalid_unit_is_not_written(void **state)
{
    const struct ir_unit unit = {0};
    struct err err = {""};
    FILE *out = fopen("/dev/null", "wb");

    (void)state;
    assert_non_null(out);
    assert_int_equal(ir_write(out, "dir/x.ir", &unit, &err), -1);
    assert_non_null(strstr(err.text, "dir/x.ir: cannot write: invalid IR"));
    fclose(out);
}

static void test_full_disk_is_an_error(void **state)
{
    const struct ir_unit unit = {.main = "a.c"};
    struct err err = {""};
    FILE *out = fopen("/dev/full", "wb");

    (void)state;
    if (!out)
        skip();
    assert_int_equal(ir_write(out, "dir/x.ir", &unit, &err), -1);
    assert_non_null(strstr(err.text, "dir/x.ir: cannot write: "));
    fclose(out);
}

static void test_truncated(void **state)
{
    struct arena a = {0};
    struct bytes b = write_unit(sample_unit(&a));
    struct err err;

    (void)state;
    for (size_t size = 0; size < b.size; size++) {
        assert_int_equal(read_exactly(b.data, size, &err), -1);
        if (size < IR_STORE_FRAME)
            continue;
        ir_store_frame(b.data, size); // with a checksum that fits
        if (read_exactly(b.data, size, &err) == 0)
            fail_msg("%zu of %zu bytes are a unit", size, b.size);
        ir_store_frame(b.data, b.size);
    }
    assert_int_equal(read_exactly(b.data, b.size, &err), 0);
    free(b.data);
    arena_release(&a);
}

static void test_every_byte_changed(void **state)
{
    static const unsigned char flips[] = {0x01, 0x02, 0x40, 0x80, 0x7f, 0xff};
    struct arena a = {0};
    struct bytes b = write_unit(sample_unit(&a));
    struct err err;

    (void)state;
    for (size_t at = 0; at < b.size; at++)
        for (size_t i = 0; i < sizeof(flips); i++) {
            char kept = b.data[at];

            b.data[at] = (char)(kept ^ flips[i]);
            if (read_exactly(b.data, b.size, &err) == 0)
                fail_msg("byte %zu ^ %#x is not noticed", at, flips[i]);
            if (at >= IR_STORE_FRAME) {
                ir_store_frame(b.data, b.size);
                read_exactly(b.data, b.size, &err); // either way, no crash
            }
            b.data[at] = kept;
            ir_store_frame(b.data, b.size);
        }
    free(b.data);
    arena_release(&a);
}

static void test_messages(void **state)
{
    struct arena a = {0};
    struct bytes b = write_unit(sample_unit(&a));
    const struct {
        size_t at;
        const char *message;
    } cases[] = {
        {0, "dir/x.ir: not an IR file"},
        {IR_STORE_MAGIC_SIZE, "dir/x.ir: an IR file of another version"},
        {IR_STORE_MAGIC_SIZE + 4, "dir/x.ir: an IR file of another version"},
        {IR_STORE_MAGIC_SIZE + 12, "dir/x.ir: damaged IR file: its checksum"},
        {b.size - 1, "dir/x.ir: damaged IR file: its checksum"},
    };
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        b.data[cases[i].at] ^= 1;
        assert_int_equal(read_exactly(b.data, b.size, &err), -1);
        if (!strstr(err.text, cases[i].message))
            fail_msg("%s: %s", cases[i].message, err.text);
        b.data[cases[i].at] ^= 1;
    }
    free(b.data);
    arena_release(&a);
}

// Bodies by hand, in hex: what the reader itself says, before ir_verify.
static void test_bad_bodies(void **state)
{
    static const struct {
        const char *body;
        size_t size;
        const char *message;
    } cases[] = {
        {"", 0, "it ends too early"},
        {"\x80", 1, "it ends too early"},
        {"\x00\x05"
         "abc",
         5, "it ends in a string"},
        {"\x00\x03"
         "a\0c",
         5, "a string has a NUL"},
        {"\x01\x00", 2, "a string is used before it is there"},
        {"\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11,
         "a number is too large"},
        {"\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11,
         "it ends in a string"},
        {"\x00\x01m\x7f", 4, "a number is out of range"}, // 127 files
        {"\x00\x01m\x00\x00\x00\x00\x00\x00\x00\x00\x00", 12,
         "something follows its end"},
        {"\x00\x01m\x00\x01\x63\x00\x00\x00\x00\x00\x00", 12,
         "a number is out of range"}, // a type of kind 99
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char data[64] = {0};
        struct err err;

        memcpy(data + IR_STORE_FRAME, cases[i].body, cases[i].size);
        ir_store_frame(data, IR_STORE_FRAME + cases[i].size);
        assert_int_equal(
            read_exactly(data, IR_STORE_FRAME + cases[i].size, &err), -1);
        if (!strstr(err.text, cases[i].message))
            fail_msg("case %zu: want %s: %s", i, cases[i].message, err.text);
    }
}

// The seed of fuzz_ir_read is the body of the sample. When the layout or the
// sample has changed, copy the file named in the message over it.
static void test_seed_is_current(void **state)
{
    static const char fresh[] = BINARY_DIR "/tests/ir/sample.body";
    struct arena a = {0};
    struct bytes b = write_unit(sample_unit(&a));
    FILE *out = fopen(fresh, "wb");
    char *seed = NULL;
    size_t size = 0;
    struct err err = {""};

    (void)state;
    assert_non_null(out);
    fwrite(b.data + IR_STORE_FRAME, 1, b.size - IR_STORE_FRAME, out);
    assert_int_equal(fclose(out), 0);
    if (file_read(&a, SEEDS "/sample.body", &seed, &size, &err) < 0)
        fail_msg("%s (wanted: %s)", err.text, fresh);
    if (size != b.size - IR_STORE_FRAME
        || memcmp(seed, b.data + IR_STORE_FRAME, size) != 0)
        fail_msg("%s/sample.body is not %s", SEEDS, fresh);
    free(b.data);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_empty_unit),
        cmocka_unit_test(test_deep_records),
        cmocka_unit_test(test_invalid_unit_is_not_written),
        cmocka_unit_test(test_full_disk_is_an_error),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_every_byte_changed),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_bad_bodies),
        cmocka_unit_test(test_seed_is_current),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
