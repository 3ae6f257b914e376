// codec.c - findings on their way between processes: one JSON line each.
//
// Nothing is lost: JSON carries UTF-8 only, so a byte that is not part of any
// travels as one of the 128 private code points from FIRST_BYTE on. These very
// code points, should a text hold them, travel byte by byte.

#include "base/buf.h"
#include "report/clean.h"
#include "report/json.h"
#include "report/report.h"
#include "report/unpack.h"

#include <stdbool.h>
#include <string.h>

enum { FIRST_BYTE = 0xf780, LAST_BYTE = 0xf7ff }; // for bytes 0x80 to 0xff

static bool is_byte(int32_t code)
{
    return code >= FIRST_BYTE && code <= LAST_BYTE;
}

static void add_byte(struct buf *b, char c)
{
    int32_t code = FIRST_BYTE + ((unsigned char)c - 0x80);
    char utf8[3] = {(char)(0xe0 | code >> 12),
                    (char)(0x80 | (code >> 6 & 0x3f)),
                    (char)(0x80 | (code & 0x3f))};

    buf_add(b, utf8, sizeof(utf8));
}

static json_t *pack(struct arena *a, const char *s)
{
    struct buf b = {.arena = a};
    size_t n = strlen(s);

    for (size_t i = 0; i < n;) {
        int32_t code;
        size_t length = utf8_next(s + i, n - i, &code);

        if (code >= 0 && !is_byte(code))
            buf_add(&b, s + i, length);
        else
            for (size_t k = 0; k < length; k++)
                add_byte(&b, s[i + k]);
        i += length;
    }
    return json_text(buf_text(&b));
}

static char *unpack(struct arena *a, const char *s)
{
    struct buf b = {.arena = a};
    size_t n = strlen(s);

    for (size_t i = 0; i < n;) {
        int32_t code;
        size_t length = utf8_next(s + i, n - i, &code);
        char byte = (char)(code - FIRST_BYTE + 0x80);

        if (is_byte(code))
            buf_add(&b, &byte, 1);
        else
            buf_add(&b, s + i, length);
        i += length;
    }
    return arena_strdup(a, buf_text(&b));
}

static json_t *pack_trail(struct arena *a, const struct finding *f)
{
    json_t *trail = json_new(json_array());

    for (uint32_t i = 0; i < f->ntrail; i++) {
        json_t *step = json_new(json_object());

        json_put(step, "file", pack(a, f->trail[i].file));
        json_put(step, "line", json_number(f->trail[i].line));
        json_put(step, "column", json_number(f->trail[i].col));
        json_put(step, "message", pack(a, f->trail[i].text));
        json_add(trail, step);
    }
    return trail;
}

char *finding_encode(struct arena *a, const struct finding *f)
{
    struct arena scratch = {0};
    json_t *o = json_new(json_object());
    char *line;

    json_put(o, "file", pack(&scratch, f->file));
    json_put(o, "line", json_number(f->line));
    json_put(o, "column", json_number(f->col));
    json_put(o, "function", pack(&scratch, f->function));
    json_put(o, "rule", json_text(rule_name(f->rule)));
    json_put(o, "tier", json_text(tier_name(f->tier)));
    json_put(o, "only_oom", json_new(json_boolean(f->only_oom)));
    json_put(o, "in_setup", json_new(json_boolean(f->in_setup)));
    json_put(o, "message", pack(&scratch, f->text));
    json_put(o, "object", pack(&scratch, f->object));
    json_put(o, "origin", pack(&scratch, f->origin));
    json_put(o, "trail", pack_trail(&scratch, f));
    json_put(o, "fingerprint", json_text(f->fingerprint));
    line = json_line(a, o);
    arena_release(&scratch);
    return line;
}

int finding_decode(struct arena *a, const char *line, struct finding *ret,
                   struct err *err)
{
    return unpack_finding(a, line, unpack, ret, err);
}
