// fuzz_ir_read.c - any bytes -> ir_read: an error or a unit, never a crash.
//
// The input is read as it is, and once more as what follows a valid frame, as
// the checksum would keep nearly every mutation out. A unit that could be read
// can be printed, and what is written of it can be read and is written the
// same again.

#include "ir/ir.h"
#include "ir/store.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
    char *data;
    size_t size;
};

static struct bytes write_unit(const struct ir_unit *unit)
{
    struct bytes b = {0};
    struct err err;
    FILE *out = open_memstream(&b.data, &b.size);

    if (!out || ir_write(out, "memory", unit, &err) < 0 || fclose(out) != 0)
        abort();
    return b;
}

static void print_unit(const struct ir_unit *unit)
{
    struct bytes b = {0};
    FILE *out = open_memstream(&b.data, &b.size);

    if (!out)
        abort();
    ir_print(out, unit);
    ir_print_dot(out, unit, NULL);
    fclose(out);
    free(b.data);
}

static void check_unit(const struct ir_unit *unit)
{
    struct arena a = {0};
    struct bytes first = write_unit(unit);
    struct bytes second;
    struct ir_unit *again;
    struct err err;

    if (ir_read(&a, first.data, first.size, "memory", &again, &err) < 0)
        abort();
    second = write_unit(again);
    if (first.size != second.size
        || memcmp(first.data, second.data, first.size) != 0)
        abort();
    print_unit(unit);
    free(first.data);
    free(second.data);
    arena_release(&a);
}

static void read_bytes(const char *data, size_t size)
{
    struct arena a = {0};
    struct ir_unit *unit;
    struct err err;

    if (ir_read(&a, data, size, "input", &unit, &err) == 0)
        check_unit(unit);
    else if (strncmp(err.text, "input: ", 7) != 0)
        abort();
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *framed = malloc(size + IR_STORE_FRAME);

    if (!framed)
        abort();
    read_bytes((const char *)data, size);
    if (size)
        memcpy(framed + IR_STORE_FRAME, data, size);
    ir_store_frame(framed, size + IR_STORE_FRAME);
    read_bytes(framed, size + IR_STORE_FRAME);
    free(framed);
    return 0;
}
