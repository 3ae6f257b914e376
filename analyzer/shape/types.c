// types.c - the types of a program against the words of the rules.
//
// Only what goes wrong on the target is a clash: another size, or a float for
// an integer. Signs, qualifiers and what a pointer leads to make none, but for
// an object where characters are wanted and the other way round.

#include "shape/unit.h"

uint32_t ctype_size(const struct shape *s, enum ctype t)
{
    switch (t) {
    case CTYPE_CHAR:
        return 1;
    case CTYPE_SHORT:
        return 2;
    case CTYPE_INT:
        return s->int_size;
    case CTYPE_LONG:
        return s->long_size;
    case CTYPE_FLOAT:
        return 4;
    case CTYPE_LLONG:
    case CTYPE_DOUBLE:
        return 8;
    case CTYPE_NONE:
    case CTYPE_STRUCT:
    case CTYPES:
        return 0;
    default:
        return s->pointer_size;
    }
}

static enum ir_type_kind kind_of(enum ctype t)
{
    switch (t) {
    case CTYPE_NONE:
    case CTYPES:
        return IR_TYPE_OTHER;
    case CTYPE_FLOAT:
    case CTYPE_DOUBLE:
        return IR_TYPE_FLOAT;
    case CTYPE_POINTER:
    case CTYPE_TEXT:
    case CTYPE_OBJECT:
    case CTYPE_ARRAY:
        return IR_TYPE_POINTER;
    case CTYPE_STRUCT:
        return IR_TYPE_RECORD;
    default:
        return IR_TYPE_INT;
    }
}

static bool is_counted(const struct shape *s, const struct ir_type *t)
{
    return t->kind == IR_TYPE_RECORD
           && rules_counted_record(s->rules, s->ir, t->record);
}

static bool is_text(const struct ir_type *t)
{
    return t->kind == IR_TYPE_INT && t->size == 1;
}

// Two pointers.
static bool targets_clash(const struct shape *s, enum ctype want,
                          const struct ir_type *t)
{
    const struct ir_type *to = &s->ir->types[t->target];

    if (!t->target)
        return false;
    if (want == CTYPE_OBJECT)
        return is_text(to);
    return (want == CTYPE_TEXT || want == CTYPE_ARRAY) && is_counted(s, to);
}

bool type_clashes(const struct shape *s, enum ctype want, uint32_t type)
{
    const struct ir_type *t = &s->ir->types[type];
    enum ir_type_kind kind = kind_of(want);
    uint32_t size = ctype_size(s, want);
    bool other_size = size && t->size && size != t->size;

    if (!type || kind == IR_TYPE_OTHER)
        return false;
    switch (t->kind) {
    case IR_TYPE_INT:
        return kind == IR_TYPE_FLOAT || kind == IR_TYPE_RECORD || other_size;
    case IR_TYPE_FLOAT:
        return kind != IR_TYPE_FLOAT || other_size;
    case IR_TYPE_POINTER:
        if (kind == IR_TYPE_POINTER)
            return targets_clash(s, want, t);
        return kind == IR_TYPE_FLOAT || kind == IR_TYPE_RECORD || other_size;
    case IR_TYPE_RECORD: // unions and first members may fit
        return kind == IR_TYPE_POINTER && is_counted(s, t);
    default:
        return false;
    }
}

static const char *with_size(struct shape *s, const char *what, uint32_t size)
{
    if (!size)
        return what;
    return arena_printf(s->results, "%s (%u byte%s)", what, size,
                        size == 1 ? "" : "s");
}

const char *type_described(struct shape *s, uint32_t type)
{
    const struct ir_type *t = &s->ir->types[type];

    return with_size(s, arena_printf(s->results, "'%s'", t->name),
                     t->kind == IR_TYPE_RECORD ? 0 : t->size);
}

const char *ctype_described(struct shape *s, enum ctype t)
{
    return with_size(s, ctype_text(t), ctype_size(s, t));
}
