// unpack.h - reading a finding from JSON without a test after every key.
//
// What is missing or of the wrong kind reads as nothing, and the first such
// key is remembered.

#ifndef REPORT_UNPACK_H
#define REPORT_UNPACK_H

#include "finding/finding.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct unpacker {
    const json_t *object;
    const char *wrong; // the first key that is not as it must be, or NULL
};

// Lives as long as the object.
const char *unpack_text(struct unpacker *u, const char *key);
uint32_t unpack_number(struct unpacker *u, const char *key);
bool unpack_flag(struct unpacker *u, const char *key);
const json_t *unpack_list(struct unpacker *u, const char *key);
// Rule, tier and fingerprint.
void unpack_names(struct unpacker *u, struct finding *f);

#endif
