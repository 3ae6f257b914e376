// str.c - text that does not change: UTF-8, its length and its hash.
//
// The bytes stand in the object, with a NUL behind them. Text of ASCII alone is
// marked: its characters are found without counting. The empty str and those of
// one ASCII character exist once, static and immortal; all strs are made here,
// so that there is never a second one.

#include "core/heap.h"
#include "core/memory.h"
#include "objects/objects.h"
#include "objects/text.h"
#include "objects/utf8.h"

#include <stdarg.h>
#include <stdio.h>

enum { CHARACTERS = 128, SHARED_BYTES = 32 };
static_assert(sizeof(struct rc_str) + 2 <= SHARED_BYTES, "text and NUL fit");

// A str of each ASCII character, and the empty one. (As bytes, since a struct
// with an open end cannot be in an array.)
static _Alignas(
    struct rc_str) unsigned char shared[CHARACTERS + 1][SHARED_BYTES];

static struct rc_str *shared_at(size_t i)
{
    return (struct rc_str *)shared[i];
}

static void share(size_t i, const char *bytes, uint32_t n)
{
    struct rc_str *s = shared_at(i);

    s->head = (rc_object)IMMORTAL_HEAD(&rc_str_type);
    s->head.flags = FLAG_INTERNED;
    s->head.extra = STR_ASCII;
    s->length = n;
    memcpy(s->bytes, bytes, n);
    s->hash = str_hash_bytes(bytes, n);
}

void str_init(void)
{
    for (size_t i = 0; i < CHARACTERS; i++) {
        char c = (char)i;

        share(i, &c, 1);
    }
    share(CHARACTERS, "", 0);
}

struct rc_str *str_shared(const char *bytes, size_t n)
{
    if (n == 0)
        return shared_at(CHARACTERS);
    if (n == 1 && !(bytes[0] & 0x80))
        return shared_at((unsigned char)bytes[0]);
    return NULL;
}

// ---- beginnings and ends ----

// n bytes, all zero yet.
static struct rc_str *str_alloc(size_t n, bool is_ascii)
{
    struct rc_str *s;

    if (n >= UINT32_MAX) {
        rc_error_set(RC_ERROR_OVERFLOW, "a str of %zu bytes is too long", n);
        return NULL;
    }
    s = str_of(rc_new_sized(&rc_str_type, n + 1));
    if (!s)
        return NULL;
    s->length = (uint32_t)n;
    s->head.extra = is_ascii ? STR_ASCII : 0;
    return s;
}

rc_object *str_from_valid(const char *bytes, size_t n, bool is_ascii)
{
    struct rc_str *s = str_shared(bytes, n);

    if (s)
        return rc_newref(RC_OBJECT(s));
    s = str_alloc(n, is_ascii);
    if (!s)
        return NULL;
    memcpy(s->bytes, bytes, n);
    return RC_OBJECT(s);
}

rc_object *rc_str_new_n(const char *bytes, size_t n)
{
    size_t valid;

    if (utf8_is_ascii(bytes, n))
        return str_from_valid(bytes, n, true);
    valid = utf8_valid(bytes, n);
    if (valid < n) {
        rc_error_set(RC_ERROR_VALUE, "not UTF-8: byte 0x%02x at %zu",
                     (unsigned)(unsigned char)bytes[valid], valid);
        return NULL;
    }
    return str_from_valid(bytes, n, false);
}

rc_object *rc_str_new(const char *text)
{
    return rc_str_new_n(text, strlen(text));
}

rc_object *rc_str_format(const char *format, ...)
{
    struct text t = {0};
    va_list arguments;
    int r;

    va_start(arguments, format);
    r = text_add_arguments(&t, format, arguments);
    va_end(arguments);
    return r < 0 ? NULL : text_to_str(&t);
}

static void str_dealloc(rc_object *o)
{
    if (o->flags & FLAG_INTERNED)
        intern_forget(str_of(o));
}

// ---- what it is ----

bool rc_is_str(const rc_object *o)
{
    return is_exact_str(o);
}

const char *rc_str_text(rc_object *o)
{
    if (!is_exact_str(o)) {
        object_wrong_type(o, "str");
        return NULL;
    }
    return str_of(o)->bytes;
}

int64_t rc_str_bytes(rc_object *o)
{
    if (!is_exact_str(o))
        return object_wrong_type(o, "str");
    return str_of(o)->length;
}

static size_t characters(const struct rc_str *s)
{
    if (s->head.extra & STR_ASCII)
        return s->length;
    return utf8_count(s->bytes, s->length);
}

int64_t rc_str_length(rc_object *o)
{
    if (!is_exact_str(o))
        return object_wrong_type(o, "str");
    return (int64_t)characters(str_of(o));
}

int rc_str_equals(rc_object *o, const char *text)
{
    size_t n = strlen(text);

    if (!is_exact_str(o))
        return object_wrong_type(o, "str");
    return n == str_of(o)->length && memcmp(str_of(o)->bytes, text, n) == 0;
}

int str_contains(rc_object *o, rc_object *part)
{
    const struct rc_str *s = str_of(o), *p;

    if (!is_exact_str(part))
        return object_wrong_type(part, "str");
    p = str_of(part);
    return memmem(s->bytes, s->length, p->bytes, p->length) != NULL;
}

// ---- new ones from it ----

rc_object *rc_str_concat(rc_object *a, rc_object *b)
{
    struct rc_str *s = str_of(a), *t = str_of(b), *both;

    if (!is_exact_str(a) || !is_exact_str(b)) {
        object_wrong_type(is_exact_str(a) ? b : a, "str");
        return NULL;
    }
    if (s->length == 0 || t->length == 0)
        return rc_newref(s->length == 0 ? b : a);
    both = str_alloc((size_t)s->length + t->length,
                     s->head.extra & t->head.extra & STR_ASCII);
    if (!both)
        return NULL;
    memcpy(both->bytes, s->bytes, s->length);
    memcpy(both->bytes + s->length, t->bytes, t->length);
    return RC_OBJECT(both);
}

// Where the character with this index begins.
static size_t offset_of(const struct rc_str *s, size_t index)
{
    if (s->head.extra & STR_ASCII)
        return index;
    return utf8_offset(s->bytes, s->length, index);
}

// Characters from..to-1, which are there.
static rc_object *cut(const struct rc_str *s, size_t from, size_t to)
{
    size_t start = offset_of(s, from), end = offset_of(s, to);
    const char *bytes = s->bytes + start;

    return str_from_valid(bytes, end - start,
                          utf8_is_ascii(bytes, end - start));
}

rc_object *rc_str_at(rc_object *o, int64_t i)
{
    int64_t at;

    if (!is_exact_str(o)) {
        object_wrong_type(o, "str");
        return NULL;
    }
    at = object_index(i, characters(str_of(o)));
    if (at < 0)
        return NULL;
    return cut(str_of(o), (size_t)at, (size_t)at + 1);
}

// As Python's slices: what is outside is cut off.
static size_t clamp(int64_t i, int64_t length)
{
    if (i < 0)
        i += length;
    return (size_t)(i < 0 ? 0 : i > length ? length : i);
}

rc_object *rc_str_slice(rc_object *o, int64_t from, int64_t to)
{
    int64_t length = rc_str_length(o);
    size_t first, end;

    if (length < 0)
        return NULL;
    first = clamp(from, length);
    end = clamp(to, length);
    if (first == 0 && end == (size_t)length)
        return rc_newref(o);
    return cut(str_of(o), first, end < first ? first : end);
}

// ---- hash ----

#define HASH_FACTOR UINT64_C(0x9fb21c651e98df25)

// The last one to seven bytes, each of them somewhere in the word.
static uint64_t last_bytes(const char *bytes, size_t n)
{
    uint32_t first, last;

    if (n < sizeof(first)) {
        return (uint64_t)(unsigned char)bytes[0] << 16
               | (uint64_t)(unsigned char)bytes[n / 2] << 8
               | (unsigned char)bytes[n - 1];
    }
    memcpy(&first, bytes, sizeof(first));
    memcpy(&last, bytes + n - sizeof(last), sizeof(last));
    return (uint64_t)first << 32 | last;
}

// Word by word: each step can be undone, so that nothing is lost before the
// last one. The length is spread over all bits, lest it undo a difference in
// the last bytes.
uint32_t str_hash_bytes(const char *bytes, size_t n)
{
    uint64_t h = UINT64_C(0x243f6a8885a308d3) ^ n * HASH_FACTOR, word;
    uint32_t folded;

    for (; n >= sizeof(word); n -= sizeof(word), bytes += sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        h = (h ^ word) * HASH_FACTOR;
        h ^= h >> 32;
    }
    if (n > 0)
        h = (h ^ last_bytes(bytes, n)) * HASH_FACTOR;
    folded = (uint32_t)hash_scramble(h);
    return folded ? folded : 1;
}

static int str_hash_slot(rc_object *o, uint64_t *ret_hash)
{
    *ret_hash = str_hash(o);
    return 0;
}

static int str_equal(rc_object *a, rc_object *b)
{
    return str_same(a, b);
}

static rc_object *str_repr(rc_object *o)
{
    struct text t = {0};

    if (text_add_quoted(&t, str_of(o)->bytes, str_of(o)->length) < 0) {
        text_release(&t);
        return NULL;
    }
    return text_to_str(&t);
}

rc_type rc_str_type = {
    .name = "str",
    .size = sizeof(struct rc_str),
    .item_size = 1,
    .dealloc = str_dealloc,
    .hash = str_hash_slot,
    .equal = str_equal,
    .repr = str_repr,
    .is_immutable = true,
};
