// inits.c - which value of an initialiser goes to which part of the object.
//
// libclang shows initialisers as they are written: positional and designated
// values mixed, braces left out. This follows the rules of C (6.7.9) to give
// each value the path of members and elements it belongs to.

#include "parse/lower.h"

#include <string.h>

// The values of one brace pair and how far they are used up.
struct values {
    struct kids k;
    unsigned next;
};

static void one_value(struct init_walk *w, uint32_t type, struct values *v);
static void fill(struct init_walk *w, uint32_t type, int64_t from,
                 struct values *v, bool braced);

bool init_is_string(struct unit *u, CXCursor value, CXCursor *ret_literal)
{
    // __func__ and the like are a string below an unexposed expression.
    CXCursor c = cursor_strip(u, value, false);

    if (c.kind != CXCursor_StringLiteral)
        return false;
    *ret_literal = c;
    return true;
}

static bool is_designated(CXCursor c)
{
    return c.kind == CXCursor_UnexposedExpr
           && clang_getCursorType(c).kind == CXType_Void;
}

static bool push(struct init_walk *w, struct init_step step)
{
    if (w->npath == sizeof(w->path) / sizeof(*w->path))
        return false;
    w->path[w->npath++] = step;
    return true;
}

static bool is_char_array(struct unit *u, uint32_t type)
{
    const struct ir_type *t = type_at(u, type);

    return t->kind == IR_TYPE_ARRAY
           && type_at(u, t->target)->kind == IR_TYPE_INT;
}

// How many parts an object has: -1 when that is open.
static int64_t parts_of(struct unit *u, uint32_t type)
{
    const struct ir_type *t = type_at(u, type);
    const struct ir_record *r;

    if (t->kind == IR_TYPE_ARRAY)
        return t->count;
    r = record_at(u, t->record);
    return r->is_union && r->nfields > 1 ? 1 : r->nfields;
}

// The step to part i, or false when it takes no value (a bit-field that only
// fills space).
static bool part_step(struct unit *u, uint32_t type, int64_t i,
                      struct init_step *ret)
{
    const struct ir_type *t = type_at(u, type);
    const struct ir_record *r;

    if (t->kind == IR_TYPE_ARRAY) {
        *ret = (struct init_step){.lo = i, .hi = i, .type = t->target};
        return true;
    }
    r = record_at(u, t->record);
    *ret = (struct init_step){.record = type_at(u, type)->record,
                              .field = (uint32_t)i,
                              .type = r->fields[i].type};
    return r->fields[i].name[0] || type_is_record(u, ret->type);
}

static void leaf(struct init_walk *w, uint32_t type, CXCursor value)
{
    w->leaf(w->arg, w->path, w->npath, type, value);
}

// Designators.

static bool is_range(struct init_walk *w, uint32_t element, CXCursor index)
{
    CXFile file = NULL;
    unsigned offset = 0;
    size_t size;
    const char *text, *close;

    // Two numbers in front of the value: [1 ... 2] or [1][2].
    if (type_at(w->u, element)->kind != IR_TYPE_ARRAY)
        return true;
    clang_getSpellingLocation(clang_getCursorLocation(index), &file, NULL, NULL,
                              &offset);
    text = pos_text(w->u, file, &size);
    if (offset >= size)
        return false;
    close = memchr(text + offset, ']', size - offset);
    text = memmem(text + offset, size - offset, "...", 3);
    return text && (!close || text < close);
}

static unsigned index_step(struct init_walk *w, uint32_t type,
                           const struct kids *k, unsigned i)
{
    struct init_step step = {.type = type_at(w->u, type)->target};
    unsigned used = 1;

    if (!cursor_int(k->c[i], &step.lo))
        return 0;
    step.hi = step.lo;
    if (i + 2 < k->n && clang_isExpression(k->c[i + 1].kind)
        && is_range(w, step.type, k->c[i])) {
        if (!cursor_int(k->c[i + 1], &step.hi))
            return 0;
        used = 2;
    }
    return push(w, step) ? used : 0;
}

static unsigned field_steps(struct init_walk *w, uint32_t type, CXCursor member)
{
    struct field_step steps[FIELD_PATH_MAX];
    CXCursor field = clang_getCursorReferenced(member);
    unsigned n = field_path(w->u, type_at(w->u, type)->record, field, steps);

    for (unsigned i = 0; i < n; i++) {
        const struct ir_record *r = record_at(w->u, steps[i].record);

        if (!push(w,
                  (struct init_step){.record = steps[i].record,
                                     .field = steps[i].field,
                                     .type = r->fields[steps[i].field].type}))
            return 0;
    }
    return n ? 1 : 0;
}

// Is c one value for a whole object of type? If not, it is the first of
// several whose braces were left out.
static bool is_whole(struct init_walk *w, uint32_t type, CXCursor c)
{
    CXCursor literal;

    return c.kind == CXCursor_InitListExpr || !type_is_aggregate(w->u, type)
           || (is_char_array(w->u, type) && init_is_string(w->u, c, &literal))
           || type == type_of_cursor(w->u, c);
}

static bool designators(struct init_walk *w, uint32_t type,
                        const struct kids *k)
{
    uint32_t at = type;

    for (unsigned i = 0; i + 1 < k->n;) {
        enum ir_type_kind kind = type_at(w->u, at)->kind;
        unsigned used = 0;

        if (k->c[i].kind == CXCursor_MemberRef && kind == IR_TYPE_RECORD)
            used = field_steps(w, at, k->c[i]);
        else if (k->c[i].kind != CXCursor_MemberRef && kind == IR_TYPE_ARRAY)
            used = index_step(w, at, k, i);
        if (!used)
            return false;
        i += used;
        at = w->path[w->npath - 1].type;
    }
    return true;
}

// `[1].x = value` and what follows it in the objects that it goes into.
// Returns the index of the next part of the object of type.
static int64_t designated(struct init_walk *w, uint32_t type, int64_t from,
                          struct values *v, CXCursor c)
{
    struct kids k = kids_of(w->u, c);
    unsigned depth = w->npath;
    struct values one = {.k = {&k.c[k.n ? k.n - 1 : 0], 1}};
    struct init_step step;

    if (!designators(w, type, &k) || w->npath == depth) {
        w->npath = depth; // an error that clang reports
        return from;
    }
    step = w->path[w->npath - 1];
    while (!is_whole(w, step.type, one.k.c[0]) && parts_of(w->u, step.type) != 0
           && part_step(w->u, step.type, 0, &step) && push(w, step))
        continue;
    one_value(w, w->path[w->npath - 1].type, &one);
    for (;;) {
        step = w->path[--w->npath];
        from = step.record ? (int64_t)step.field + 1 : step.hi + 1;
        if (w->npath == depth)
            return from;
        fill(w, w->path[w->npath - 1].type, from, v, false);
    }
}

// The next value or values, for an object of type.
static void one_value(struct init_walk *w, uint32_t type, struct values *v)
{
    CXCursor c = v->k.c[v->next];

    if (c.kind == CXCursor_InitListExpr) {
        v->next++;
        init_list(w, type, c);
    } else if (is_whole(w, type, c)) {
        v->next++;
        leaf(w, type, c);
    } else {
        unsigned before = v->next;

        fill(w, type, 0, v, false);
        if (v->next == before) // an object without parts: pass over it
            v->next++;
    }
}

static void fill(struct init_walk *w, uint32_t type, int64_t from,
                 struct values *v, bool braced)
{
    int64_t n = parts_of(w->u, type);

    for (int64_t i = from; v->next < v->k.n; i++) {
        CXCursor c = v->k.c[v->next];
        struct init_step step;

        if (is_designated(c)) {
            if (!braced)
                return;
            v->next++;
            i = designated(w, type, i, v, c) - 1;
            continue;
        }
        if (n >= 0 && i >= n) {
            if (!braced)
                return;
            v->next++; // too many values: an error that clang reports
            continue;
        }
        if (!part_step(w->u, type, i, &step))
            continue;
        if (!push(w, step))
            return;
        one_value(w, step.type, v);
        w->npath--;
    }
}

void init_list(struct init_walk *w, uint32_t type, CXCursor list)
{
    struct values v = {.k = exprs_of(w->u, list)};
    CXCursor literal;

    if (v.k.n == 0)
        return;
    if (!type_is_aggregate(w->u, type)
        || (is_char_array(w->u, type)
            && init_is_string(w->u, v.k.c[0], &literal))) {
        if (v.k.c[0].kind == CXCursor_InitListExpr)
            init_list(w, type, v.k.c[0]);
        else
            leaf(w, type, v.k.c[0]);
        return;
    }
    fill(w, type, 0, &v, true);
}
