// store.h - the frame of an IR file. Private to ir/, its tests and fuzzing.
//
//     bytes
//     0..11    IR_STORE_MAGIC
//     12..15   IR_STORE_VERSION, little endian, like all that has a width
//     16..23   hash of the names in ops.def: numbers mean ops only there
//     24..31   hash of all that follows
//     32..     the unit, see store.c

#ifndef IR_STORE_H
#define IR_STORE_H

#include <stddef.h>
#include <stdint.h>

#define IR_STORE_MAGIC "refcheck-ir\n"

enum {
    IR_STORE_VERSION = 3, // raise when the layout changes
    IR_STORE_MAGIC_SIZE = sizeof(IR_STORE_MAGIC) - 1,
    IR_STORE_FRAME = IR_STORE_MAGIC_SIZE + 4 + 8 + 8,
};

// Write the frame in front of the size - IR_STORE_FRAME bytes behind it, so
// that only damage to these decides whether they can be read.
void ir_store_frame(char *data, size_t size);

#endif
