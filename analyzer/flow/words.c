// words.c - the events of a path, each in a sentence.

#include "flow/trail.h"

// What a reader calls the container that lent something, or the field.
static const char *container_name(struct engine *e, const struct state *s,
                                  const struct event *v)
{
    struct ref ref = ref_of(e, s, v->aux);

    if (!v->aux)
        return place_name(e, s, e->syms.syms[v->sym].loc);
    ref.name = 0;
    return object_name(e, s, &ref);
}

const char *stale_text(struct engine *e, const struct state *s,
                       const struct ref *ref)
{
    const struct event *v = stale_since(s, ref);
    const char *name = object_name(e, s, ref);
    const char *owner = v ? container_name(e, s, v) : "";
    const char *callee = v ? callee_name(e, engine_ins(e, v->site)) : "";

    if ((!v || v->kind == EVENT_DROPPED) && ref->flags & REF_INTERIOR)
        return arena_printf(e->results,
                            "'%s' points to where the memory of '%s' was "
                            "before",
                            name, owner);
    if (!v || v->kind == EVENT_DROPPED)
        return arena_printf(e->results,
                            "'%s' is used after it was taken out "
                            "of '%s', which lent it",
                            name, owner);
    return arena_printf(e->results,
                        "'%s' is borrowed from '%s' and used after "
                        "%s%s, which may run code that changes "
                        "'%s'",
                        name, owner, callee[0] ? callee : "a call",
                        callee[0] ? "()" : "", owner);
}

static const char *made_text(struct engine *e, const struct event *v,
                             const char *callee)
{
    if (v->aux & REF_LEFT)
        return arena_printf(e->results,
                            "a converter gives a new reference, and %s() fails "
                            "at a later argument",
                            callee);
    if (v->aux & REF_PLAIN)
        return arena_printf(
            e->results, "%s() gives memory that its caller must free", callee);
    return callee[0]
               ? arena_printf(e->results, "%s() gives a new reference", callee)
               : "a new reference is made here";
}

const char *event_text(struct engine *e, const struct state *s,
                       const struct event *v, const char *name)
{
    const char *callee = callee_name(e, engine_ins(e, v->site));
    const char *by =
        callee[0] ? arena_printf(e->results, " by %s()", callee) : "";

    switch (v->kind) {
    case EVENT_NEW:
        return made_text(e, v, callee);
    case EVENT_BORROWED:
        return callee[0]
                   ? arena_printf(e->results, "%s() gives a borrowed reference",
                                  callee)
                   : "a borrowed reference is read here";
    case EVENT_CAME:
        return arena_printf(e->results, "%s() can return NULL", callee);
    case EVENT_INCREF:
        return arena_printf(e->results, "'%s' is increfed", name);
    case EVENT_DECREF:
        return arena_printf(
            e->results, "'%s' is released%s", name,
            callee[0] && engine_ins(e, v->site)->macro[0] == 0 ? by : "");
    case EVENT_GIVEN:
        return arena_printf(e->results, "'%s' is taken over%s", name, by);
    case EVENT_KEPT:
        return arena_printf(e->results, "'%s' is kept%s", name, by);
    case EVENT_STORED:
        return arena_printf(e->results, "stored in '%s'",
                            place_name(e, NULL, v->aux));
    case EVENT_LOST:
        return arena_printf(
            e->results, "with this, what kept '%s' alive is released", name);
    case EVENT_READ:
        return arena_printf(
            e->results, "'%s' is read from memory that keeps it alive", name);
    case EVENT_RAN:
        return arena_printf(e->results, "%s%s may run code that changes '%s'",
                            callee[0] ? callee : "this call",
                            callee[0] ? "()" : "", container_name(e, s, v));
    case EVENT_DROPPED:
        if (ref_of(e, s, v->sym).flags & REF_INTERIOR)
            return arena_printf(e->results, "%s() moves the memory of '%s'",
                                callee, container_name(e, s, v));
        return arena_printf(e->results, "'%s' is taken out of '%s'%s", name,
                            container_name(e, s, v), by);
    default:
        return "";
    }
}

static bool has_type(const struct engine *e, uint32_t sym,
                     enum ir_type_kind kind)
{
    uint32_t type = e->syms.syms[sym].type;

    return type && e->ir->types[type].kind == kind;
}

static const char *condition_text(struct engine *e, uint32_t sym, bool truth)
{
    static const char *const words[][2] = {
        [IR_EQ] = {"!=", "=="}, [IR_NE] = {"==", "!="}, [IR_LT] = {">=", "<"},
        [IR_LE] = {">", "<="},  [IR_GT] = {"<=", ">"},  [IR_GE] = {"<", ">="},
    };
    const struct sym y = e->syms.syms[sym];
    const char *left;
    const char *right;

    if (y.kind == SYM_EXPR && y.op == IR_NOT && y.x.sym)
        return condition_text(e, y.x.sym, !truth);
    if (y.kind == SYM_EXPR && y.op >= IR_EQ && y.op <= IR_GE) {
        left = name_of_value(e, y.x);
        right = name_of_value(e, y.y);
        if (left[0] && right[0])
            return arena_printf(e->results, "assuming that %s %s %s", left,
                                words[y.op][truth], right);
    }
    left = sym ? name_of_value(e, value_sym(sym)) : "";
    if (left[0])
        return arena_printf(e->results, "assuming that %s is %s%s", left,
                            truth ? "not " : "",
                            has_type(e, sym, IR_TYPE_POINTER) ? "NULL" : "0");
    return truth ? "assuming that this is true" : "assuming that this is false";
}

const char *assumption_text(struct engine *e, const struct event *v)
{
    const struct sym *y = &e->syms.syms[v->sym];
    bool negative = v->kind == EVENT_NEGATIVE;
    bool null = v->kind == EVENT_NULL || negative;
    const char *name = name_of_value(e, value_sym(v->sym));

    if (!name[0] && v->kind == EVENT_NULL && v->aux)
        name = arena_printf(e->results, "'%s'", place_name(e, NULL, v->aux));
    if (v->kind == EVENT_BRANCH)
        return condition_text(e, v->sym, v->aux != 0);
    if (y->kind == SYM_SITE) {
        const char *callee = callee_name(e, engine_ins(e, y->site));

        if (callee[0] && y->slot > 0 && !name[0])
            return arena_printf(e->results,
                                "assuming that what %s() stored is %s%s",
                                callee, null ? "" : "not ",
                                negative                           ? "negative"
                                : has_type(e, v->sym, IR_TYPE_INT) ? "0"
                                                                   : "NULL");
        if (callee[0] && y->slot == 0)
            return arena_printf(e->results, "assuming that %s() %s", callee,
                                null ? "fails" : "succeeds");
    }
    if (name[0])
        return arena_printf(e->results, "assuming that %s is %s%s", name,
                            null ? "" : "not ",
                            negative                           ? "negative"
                            : has_type(e, v->sym, IR_TYPE_INT) ? "0"
                                                               : "NULL");
    if (negative)
        return "assuming that it is negative";
    return null ? "assuming that it is NULL" : "assuming that it is not NULL";
}
