// generate.c - see generate.h.
//
// A function is made statement by statement, while we keep what each variable
// holds at that point: so what is made is right by construction, except where
// slip() says that a mistake is to be made. Nobody relies on that: what a
// function really does is seen when it runs.
//
// Where branches join, the variables that differ are given back or forgotten;
// at the end of a loop's body they become again what they were before it.

#include "generate.h"

#include <string.h>

enum { IN, OWNERS, LENT_TO = OWNERS + 3, VARS = LENT_TO + 2, HELPERS = 2 };

enum kind { KIND_ATOM, KIND_LIST, KIND_DICT, KINDS };

enum holds {
    HOLDS_NULL,
    HOLDS_NOTHING, // a pointer that must not be used
    HOLDS_OWNED,
    HOLDS_MAYBE, // owned or NULL
    HOLDS_LENT
};

struct var {
    enum holds holds;
    enum kind kind;
    int length;     // at least; of a list, or whether a dict has the key
    int lender;     // of what is lent
    bool may_be_in; // lists do not hold themselves
};

struct flow {
    struct var vars[VARS];
};

enum helper_kind {
    HELPER_NEW,    // rc_object *h(rc_object *in, int a, int b), any body
    HELPER_STATUS, // int h(rc_object *in, int a, int b), any body
    HELPER_KEEP,   // int h(rc_object *list, rc_object *item)
    HELPER_STEAL,  // the same, it takes the reference over
    HELPER_DROP,   // void h(rc_object *o)
    HELPER_FIRST,  // rc_object *h(rc_object *list), lent
    HELPER_OUT,    // int h(rc_object **ret, int a)
    HELPER_SHARE, // rc_object *h(rc_object *o, int a), o itself or a new object
    HELPER_KINDS
};

struct generator {
    struct choices *c;
    struct buf *out;
    const char *name;
    struct flow flow;
    int depth, statements, loops, slips;
    bool is_object;  // what is returned
    bool has_labels; // errors go to a label, where everything is given back
    bool is_ended;   // what follows cannot be reached
    bool is_helper;
    struct {
        enum helper_kind kind;
        const char *name;
    } helpers[HELPERS];
    int nhelpers;
};

static const char *const names[VARS] = {"in", "p0", "p1", "p2", "b0", "b1"};
static const char *const numbers[] = {"a", "b"};

static void statement(struct generator *g);

static unsigned pick(struct generator *g, unsigned n)
{
    return choose(g->c, n);
}

static void indent(struct generator *g)
{
    for (int i = 0; i <= g->depth; i++)
        buf_str(g->out, "    ");
}

static void line(struct generator *g, const char *text)
{
    indent(g);
    buf_printf(g->out, "%s\n", text);
}

static const char *fill(struct generator *g, const char *before,
                        const char *name, const char *after)
{
    return arena_printf(g->out->arena, "%s%s%s", before, name, after);
}

// Is a mistake to be made here?
static bool slip(struct generator *g)
{
    if (!g->slips || pick(g, 12) != 1)
        return false;
    g->slips--;
    return true;
}

static struct var *var(struct generator *g, int i)
{
    return &g->flow.vars[i];
}

// A variable of first..last-1 that holds this, -1 = none.
static int find(struct generator *g, int first, int last, enum holds holds)
{
    int n = last - first, start = (int)pick(g, (unsigned)n);

    for (int i = 0; i < n; i++) {
        int v = first + (start + i) % n;

        if (var(g, v)->holds == holds)
            return v;
    }
    return -1;
}

static bool is_usable(const struct var *v)
{
    return v->holds == HOLDS_OWNED || v->holds == HOLDS_LENT;
}

// Something that can be used; in always can.
static int find_usable(struct generator *g)
{
    int start = (int)pick(g, VARS);

    while (!is_usable(var(g, start)))
        start = (start + 1) % VARS;
    return start;
}

static int find_kind(struct generator *g, enum kind kind, int first)
{
    int start = (int)pick(g, VARS);

    for (int i = 0; i < VARS; i++) {
        int v = (start + i) % VARS;

        if (v >= first && is_usable(var(g, v)) && var(g, v)->kind == kind)
            return v;
    }
    return -1;
}

// What `v` lends may be gone.
static void forget_lent(struct generator *g, int v)
{
    for (int i = LENT_TO; i < VARS; i++) {
        struct var *lent = var(g, i);

        if (lent->holds == HOLDS_LENT && lent->lender == v) {
            lent->holds = HOLDS_NOTHING;
            forget_lent(g, i);
        }
    }
}

static void set_gone(struct generator *g, int v)
{
    if (v == IN)
        return; // that was a mistake; there is always something to use
    forget_lent(g, v);
    var(g, v)->holds = HOLDS_NOTHING;
    if (g->has_labels && v < LENT_TO && !slip(g)) {
        line(g, fill(g, "", names[v], " = NULL;"));
        var(g, v)->holds = HOLDS_NULL;
    }
}

// ---- giving back ----

static void emit_release(struct generator *g, int v)
{
    bool is_maybe = var(g, v)->holds == HOLDS_MAYBE;

    switch (pick(g, 4)) {
    case 1:
        if (is_maybe) {
            line(g, fill(g, "if (", names[v], ")"));
            line(g, fill(g, "    rc_decref(", names[v], ");"));
        } else {
            line(g, fill(g, "rc_xdecref(", names[v], ");"));
        }
        break;
    case 2:
        for (int i = 0; i < g->nhelpers; i++) {
            if (g->helpers[i].kind == HELPER_DROP && !is_maybe) {
                indent(g);
                buf_printf(g->out, "%s(%s);\n", g->helpers[i].name, names[v]);
                return;
            }
        }
        // fall through
    default:
        line(g,
             fill(g, is_maybe ? "rc_xdecref(" : "rc_decref(", names[v], ");"));
    }
}

static void release(struct generator *g, int v)
{
    if (slip(g)) {
        set_gone(g, v);
        return;
    }
    if (v != IN && pick(g, 6) == 1) {
        line(g, fill(g, "rc_clear(&", names[v], ");"));
        forget_lent(g, v);
        var(g, v)->holds = HOLDS_NULL;
        return;
    }
    emit_release(g, v);
    if (slip(g))
        emit_release(g, v);
    if (slip(g))
        line(g, fill(g, "(void)rc_length(", names[v], ");"));
    set_gone(g, v);
}

static bool is_held(const struct var *v)
{
    return v->holds == HOLDS_OWNED || v->holds == HOLDS_MAYBE;
}

static void release_all(struct generator *g)
{
    for (int v = OWNERS; v < LENT_TO; v++)
        if (is_held(var(g, v)) && !slip(g))
            emit_release(g, v);
}

// ---- failing ----

static void emit_failure(struct generator *g)
{
    struct flow before = g->flow;

    if (g->has_labels) {
        line(g, "goto fail;");
        return;
    }
    release_all(g);
    line(g, g->is_object ? "return NULL;" : "return -1;");
    g->flow = before;
}

// Stands behind a condition: `if (...)` in a line of its own.
static void fail(struct generator *g)
{
    buf_str(g->out, " {\n");
    g->depth++;
    emit_failure(g);
    g->depth--;
    line(g, "}");
}

static void fail_if(struct generator *g, const char *condition)
{
    indent(g);
    buf_printf(g->out, "if (%s)", condition);
    fail(g);
}

static void fail_if_null(struct generator *g, int v)
{
    enum holds holds = var(g, v)->holds;

    var(g, v)->holds = HOLDS_NULL;
    if (!slip(g))
        fail_if(g, pick(g, 2) ? fill(g, "", names[v], " == NULL")
                              : fill(g, "!", names[v], ""));
    var(g, v)->holds = holds;
}

// ---- making ----

static int helper_of(struct generator *g, enum helper_kind kind)
{
    for (int i = 0; i < g->nhelpers; i++)
        if (g->helpers[i].kind == kind)
            return i;
    return -1;
}

static const char *number(struct generator *g)
{
    return numbers[pick(g, 2)];
}

static void emit_make(struct generator *g, int v, enum kind kind)
{
    static const char *const makes[KINDS] = {
        " = rc_float_new(1.5);", " = rc_list_new();", " = rc_dict_new();"};

    line(g, fill(g, "", names[v], makes[kind]));
    *var(g, v) = (struct var){.holds = HOLDS_OWNED, .kind = kind};
    fail_if_null(g, v);
}

// Owners that can be written; a slip overwrites what is owned.
static int find_free(struct generator *g)
{
    int v = find(g, OWNERS, LENT_TO, HOLDS_NULL);

    if (v < 0)
        v = find(g, OWNERS, LENT_TO, HOLDS_NOTHING);
    if (slip(g))
        v = OWNERS + (int)pick(g, LENT_TO - OWNERS);
    if (v >= 0)
        forget_lent(g, v);
    return v;
}

static void make_new(struct generator *g)
{
    int v = find_free(g);

    if (v >= 0)
        emit_make(g, v, (enum kind)pick(g, KINDS));
}

static void make_by_helper(struct generator *g)
{
    int h = helper_of(g, HELPER_NEW), v = h < 0 ? -1 : find_free(g);

    if (v < 0)
        return;
    indent(g);
    buf_printf(g->out, "%s = %s(in, %s, %s);\n", names[v], g->helpers[h].name,
               number(g), number(g));
    *var(g, v) = (struct var){.holds = HOLDS_OWNED, .may_be_in = true};
    fail_if_null(g, v);
}

static void make_by_out(struct generator *g)
{
    int h = helper_of(g, HELPER_OUT), v = h < 0 ? -1 : find_free(g);

    if (v < 0)
        return;
    fail_if(g, arena_printf(g->out->arena, "%s(&%s, %s) < 0",
                            g->helpers[h].name, names[v], number(g)));
    *var(g, v) = (struct var){.holds = HOLDS_OWNED, .kind = KIND_LIST};
}

static void make_shared(struct generator *g)
{
    int h = helper_of(g, HELPER_SHARE), v = h < 0 ? -1 : find_free(g);
    int from = find_usable(g);

    if (v < 0 || v == from)
        return;
    indent(g);
    buf_printf(g->out, "%s = %s(%s, %s);\n", names[v], g->helpers[h].name,
               names[from], number(g));
    *var(g, v) = (struct var){.holds = HOLDS_OWNED, .may_be_in = true};
    fail_if_null(g, v);
}

static void make_another_reference(struct generator *g)
{
    int v = find_free(g), from = find_usable(g);

    if (v < 0 || v == from)
        return;
    if (pick(g, 2)) {
        line(g, fill(g, fill(g, "rc_incref(", names[from], ""), "", ");"));
        line(g, fill(g, fill(g, "", names[v], " = "), names[from], ";"));
    } else {
        line(g, fill(g, fill(g, "", names[v], " = rc_newref("), names[from],
                     ");"));
    }
    // Nothing is taken out of what others hold as well.
    *var(g, v) =
        (struct var){.holds = HOLDS_OWNED,
                     .may_be_in = from == IN || var(g, from)->may_be_in};
}

// ---- containers ----

static const char *call2(struct generator *g, const char *function, int first,
                         int second)
{
    return arena_printf(g->out->arena, "%s(%s, %s) < 0", function, names[first],
                        names[second]);
}

static void append(struct generator *g)
{
    int list = find_kind(g, KIND_LIST, IN), item = find_usable(g);
    int h = pick(g, 2) ? helper_of(g, HELPER_KEEP) : -1;

    if (list < 0 || item == list || var(g, item)->may_be_in)
        return;
    fail_if(
        g, call2(g, h < 0 ? "rc_list_append" : g->helpers[h].name, list, item));
    if (h < 0)
        var(g, list)->length++;
}

static void push(struct generator *g)
{
    int list = find_kind(g, KIND_LIST, IN);
    int item = find(g, OWNERS, LENT_TO, HOLDS_OWNED);
    int h = pick(g, 2) ? helper_of(g, HELPER_STEAL) : -1;

    if (slip(g))
        item = find(g, LENT_TO, VARS, HOLDS_LENT);
    if (list < 0 || item < 0 || item == list || var(g, list)->lender == item
        || var(g, item)->may_be_in)
        return;
    if (g->has_labels) {
        int b = find(g, OWNERS, LENT_TO, HOLDS_NULL);

        if (b < 0)
            return;
        line(g, fill(g, fill(g, "", names[b], " = "), names[item], ";"));
        set_gone(g, item);
        item = b;
        indent(g);
        buf_printf(g->out, "status = %s(%s, %s);\n",
                   h < 0 ? "rc_list_push" : g->helpers[h].name, names[list],
                   names[item]);
        set_gone(g, item);
        fail_if(g, "status < 0");
    } else {
        forget_lent(g, item);
        var(g, item)->holds = HOLDS_NOTHING;
        fail_if(g, call2(g, h < 0 ? "rc_list_push" : g->helpers[h].name, list,
                         item));
        if (slip(g))
            emit_release(g, item);
    }
    if (h < 0)
        var(g, list)->length++;
}

static void take_item(struct generator *g)
{
    int list = find_kind(g, KIND_LIST, IN);
    int v = LENT_TO + (int)pick(g, VARS - LENT_TO);
    int h = pick(g, 2) ? helper_of(g, HELPER_FIRST) : -1;

    if (list < 0 || list == v || !var(g, list)->length)
        return;
    forget_lent(g, v);
    indent(g);
    if (h < 0)
        buf_printf(g->out, "%s = rc_list_at(%s, 0);\n", names[v], names[list]);
    else
        buf_printf(g->out, "%s = %s(%s);\n", names[v], g->helpers[h].name,
                   names[list]);
    *var(g, v) = (struct var){.holds = HOLDS_LENT, .lender = list};
}

static void set_entry(struct generator *g)
{
    int dict = find_kind(g, KIND_DICT, IN), value = find_usable(g);

    if (dict < 0 || value == dict || var(g, value)->may_be_in)
        return;
    forget_lent(g, dict);
    if (!is_usable(var(g, value)))
        return;
    fail_if(g,
            arena_printf(g->out->arena, "rc_dict_set_text(%s, \"key\", %s) < 0",
                         names[dict], names[value]));
    var(g, dict)->length = 1;
}

static void get_entry(struct generator *g)
{
    int dict = find_kind(g, KIND_DICT, IN);
    int v = LENT_TO + (int)pick(g, VARS - LENT_TO);

    if (dict < 0 || dict == v || !var(g, dict)->length)
        return;
    forget_lent(g, v);
    indent(g);
    buf_printf(g->out, "%s = rc_dict_get_text(%s, \"key\");\n", names[v],
               names[dict]);
    *var(g, v) = (struct var){.holds = HOLDS_LENT, .lender = dict};
    fail_if_null(g, v);
}

static void pop(struct generator *g)
{
    int list = find_kind(g, KIND_LIST, OWNERS), v = find_free(g);

    if (list < 0 || v < 0 || v == list || !var(g, list)->length)
        return;
    forget_lent(g, list);
    if (!is_usable(var(g, list)))
        return;
    line(g,
         fill(g, fill(g, "", names[v], " = rc_list_pop("), names[list], ");"));
    var(g, list)->length--;
    *var(g, v) = (struct var){.holds = HOLDS_OWNED};
    fail_if_null(g, v);
}

static void empty(struct generator *g)
{
    int list = find_kind(g, KIND_LIST, OWNERS);

    if (list < 0)
        return;
    if (!slip(g))
        forget_lent(g, list);
    line(g, fill(g, "(void)rc_list_clear(", names[list], ");"));
    var(g, list)->length = 0;
}

// ---- other statements ----

static void use(struct generator *g)
{
    int v = find_usable(g);
    int h = pick(g, 2) ? helper_of(g, HELPER_STATUS) : -1;

    if (h >= 0)
        fail_if(g, arena_printf(g->out->arena, "%s(in, %s, %s) < 0",
                                g->helpers[h].name, number(g), number(g)));
    else
        line(g, fill(g, "(void)rc_type_of(", names[v], ");"));
}

static void give_back(struct generator *g)
{
    int v = find(g, OWNERS, LENT_TO, HOLDS_OWNED);

    if (slip(g))
        v = find(g, IN, VARS, HOLDS_LENT);
    if (v >= 0)
        release(g, v);
}

static const char *condition(struct generator *g)
{
    const char *n = number(g);

    switch (pick(g, 5)) {
    case 1:
        return fill(g, "!", n, "");
    case 2:
        return fill(g, "", n, " == 2");
    case 3:
        return fill(g, "", n, " > 1");
    case 4:
        return "a == b";
    }
    return n;
}

static void block(struct generator *g, unsigned most)
{
    unsigned n = pick(g, most + 1);

    g->depth++;
    for (unsigned i = 0; i < n && !g->is_ended; i++)
        statement(g);
}

static void end_block(struct generator *g)
{
    g->depth--;
}

static bool is_null_or_owned(const struct var *x, const struct var *y)
{
    return (x->holds == HOLDS_NULL || is_held(x))
           && (y->holds == HOLDS_NULL || is_held(y));
}

// Before a join with `other`: give back what is not held there, unless both
// together are "maybe".
static void even_out(struct generator *g, const struct flow *other,
                     const bool *maybe)
{
    for (int v = OWNERS; v < LENT_TO; v++)
        if (is_held(var(g, v)) && !is_held(&other->vars[v]) && !maybe[v])
            release(g, v);
}

static struct var joined(const struct var *x, const struct var *y)
{
    struct var v = *x;

    v.length = x->length < y->length ? x->length : y->length;
    v.may_be_in = x->may_be_in || y->may_be_in;
    if (x->holds == HOLDS_LENT
        && (y->holds != HOLDS_LENT || x->lender != y->lender))
        v.holds = HOLDS_NOTHING;
    else if (x->holds != y->holds)
        v.holds = is_null_or_owned(x, y) ? HOLDS_MAYBE : HOLDS_NOTHING;
    if (x->kind != y->kind) {
        v.kind = KIND_ATOM;
        v.length = 0;
    }
    return v;
}

static void join(struct generator *g, const struct flow *other)
{
    for (int v = 0; v < VARS; v++)
        *var(g, v) = joined(var(g, v), &other->vars[v]);
    for (int v = LENT_TO; v < VARS; v++)
        if (var(g, v)->holds == HOLDS_LENT
            && !is_usable(var(g, var(g, v)->lender)))
            set_gone(g, v);
}

static void choose_maybe(struct generator *g, const struct flow *x,
                         const struct flow *y, bool *ret)
{
    for (int v = 0; v < VARS; v++)
        ret[v] = v >= OWNERS && v < LENT_TO
                 && is_null_or_owned(&x->vars[v], &y->vars[v]) && pick(g, 2);
}

static void branch(struct generator *g)
{
    struct flow before = g->flow, then;
    bool maybe[VARS], then_ended;

    indent(g);
    buf_printf(g->out, "if (%s) {\n", condition(g));
    block(g, 3);
    then_ended = g->is_ended;
    if (!then_ended && !pick(g, 2)) {
        choose_maybe(g, &g->flow, &before, maybe);
        even_out(g, &before, maybe);
        for (int v = OWNERS; v < LENT_TO; v++)
            if (is_held(&before.vars[v]) && !is_held(var(g, v))
                && !(maybe[v] && var(g, v)->holds == HOLDS_NULL))
                emit_make(g, v, before.vars[v].kind);
        end_block(g);
        line(g, "}");
        join(g, &before);
        return;
    }
    // The other branch decides; what only this one holds is given back.
    if (!then_ended) {
        choose_maybe(g, &g->flow, &before, maybe);
        even_out(g, &before, maybe);
    }
    end_block(g);
    then = g->flow;
    g->flow = before;
    g->is_ended = false;
    line(g, "} else {");
    block(g, 3);
    if (!g->is_ended && !then_ended) {
        for (int v = 0; v < VARS; v++)
            maybe[v] = is_null_or_owned(var(g, v), &then.vars[v]);
        even_out(g, &then, maybe);
        for (int v = OWNERS; v < LENT_TO; v++)
            if (is_held(&then.vars[v]) && !is_held(var(g, v)) && !maybe[v])
                emit_make(g, v, then.vars[v].kind);
    }
    end_block(g);
    line(g, "}");
    if (g->is_ended) {
        g->flow = then;
        g->is_ended = then_ended;
    } else if (!then_ended) {
        join(g, &then);
    }
}

// At the end of a loop's body, and before each jump to there.
static void restore(struct generator *g, const struct flow *before)
{
    bool maybe[VARS] = {false};

    even_out(g, before, maybe);
    for (int v = OWNERS; v < LENT_TO; v++) {
        enum holds was = before->vars[v].holds, is = var(g, v)->holds;

        if (was == HOLDS_OWNED && is == HOLDS_MAYBE) {
            release(g, v);
            is = var(g, v)->holds;
        }
        if ((was == HOLDS_OWNED || was == HOLDS_MAYBE) && !is_held(var(g, v)))
            emit_make(g, v, before->vars[v].kind);
        else if (was == HOLDS_NULL && is != HOLDS_NULL)
            line(g, fill(g, "", names[v], " = NULL;"));
    }
}

static void jump(struct generator *g, const struct flow *before)
{
    struct flow here;

    indent(g);
    buf_printf(g->out, "if (%s) {\n", condition(g));
    g->depth++;
    here = g->flow;
    restore(g, before);
    line(g, pick(g, 2) ? "continue;" : "break;");
    g->flow = here;
    g->depth--;
    line(g, "}");
}

// What a loop's body changes is not known at its start: lengths, what is lent.
static void widen(struct generator *g)
{
    for (int v = OWNERS; v < VARS; v++) {
        var(g, v)->length = 0;
        if (v >= LENT_TO)
            var(g, v)->holds = HOLDS_NOTHING;
    }
}

static void loop(struct generator *g)
{
    struct flow before;
    int i = g->loops++;

    widen(g);
    before = g->flow;
    indent(g);
    buf_printf(g->out, "for (int i%d = 0; i%d < %s; i%d++) {\n", i, i,
               pick(g, 2) ? "2" : number(g), i);
    block(g, 3);
    if (!g->is_ended && pick(g, 3) == 1)
        jump(g, &before);
    if (!g->is_ended)
        block(g, 1), g->depth--;
    if (!g->is_ended)
        restore(g, &before);
    g->is_ended = false;
    end_block(g);
    line(g, "}");
    for (int v = 0; v < VARS; v++)
        if (before.vars[v].kind != var(g, v)->kind)
            before.vars[v].kind = KIND_ATOM;
    g->flow = before;
}

static void end(struct generator *g);

static void leave(struct generator *g)
{
    if (g->depth && pick(g, 2)) {
        end(g);
        g->is_ended = true;
    }
}

static void test_maybe(struct generator *g)
{
    int v = find(g, OWNERS, LENT_TO, HOLDS_MAYBE);

    if (v < 0)
        return;
    line(g, fill(g, "if (", names[v], ")"));
    g->depth++;
    line(g, fill(g, "(void)rc_type_of(", names[v], ");"));
    g->depth--;
}

static void statement(struct generator *g)
{
    static void (*const kinds[])(struct generator *) = {make_new,
                                                        make_new,
                                                        append,
                                                        push,
                                                        use,
                                                        give_back,
                                                        branch,
                                                        branch,
                                                        loop,
                                                        take_item,
                                                        make_by_helper,
                                                        make_by_out,
                                                        make_shared,
                                                        make_another_reference,
                                                        set_entry,
                                                        get_entry,
                                                        pop,
                                                        empty,
                                                        leave,
                                                        test_maybe};

    if (g->statements <= 0)
        return;
    g->statements--;
    if (g->depth > 3)
        use(g);
    else
        kinds[pick(g, sizeof(kinds) / sizeof(*kinds))](g);
}

// ---- the end ----

static void end_with_object(struct generator *g)
{
    int v = find(g, OWNERS, LENT_TO, HOLDS_OWNED);
    struct var was;

    if (v < 0) {
        v = find_usable(g);
        if (!slip(g))
            line(g, fill(g, "rc_incref(", names[v], ");"));
    }
    was = *var(g, v);
    var(g, v)->holds = HOLDS_NOTHING;
    release_all(g);
    *var(g, v) = was;
    line(g, fill(g, "return ", names[v], ";"));
}

static void end(struct generator *g)
{
    struct flow before = g->flow;

    if (g->is_object) {
        end_with_object(g);
    } else {
        release_all(g);
        line(g, "return 0;");
    }
    g->flow = before;
}

static void labels(struct generator *g)
{
    if (!g->has_labels)
        return;
    buf_str(g->out, "fail:\n");
    for (int v = OWNERS; v < LENT_TO; v++)
        if (!slip(g))
            line(g, fill(g, "rc_xdecref(", names[v], ");"));
    line(g, g->is_object ? "return NULL;" : "return -1;");
}

static void body(struct generator *g, int statements)
{
    g->statements = statements;
    g->flow.vars[IN] = (struct var){
        .holds = HOLDS_LENT, .kind = KIND_LIST, .length = 2, .may_be_in = true};
    g->has_labels = pick(g, 2);
    buf_printf(g->out, "\n%s%s%s(rc_object *in%s, int a, int b)\n{\n",
               g->is_helper   ? "static "
               : g->is_object ? "RC_NEW "
                              : "RC_STATUS ",
               g->is_object ? "rc_object *" : "int ", g->name,
               g->is_helper ? "" : " RC_SAYS(\"borrow\")");
    line(g, "rc_object *p0 = NULL, *p1 = NULL, *p2 = NULL;");
    line(g, "rc_object *b0 = NULL, *b1 = NULL;");
    if (g->has_labels)
        line(g, "int status = 0;");
    buf_str(g->out, "\n");
    while (g->statements > 0 && !g->is_ended)
        if (pick(g, 8) == 1)
            g->statements--;
        else
            statement(g);
    if (!g->is_ended)
        end(g);
    labels(g);
    buf_str(g->out, "}\n");
}

// ---- helpers ----

static const char *const templates[HELPER_KINDS][3] = {
    [HELPER_KEEP] = {"static int %s(rc_object *list, rc_object *item)\n{\n"
                     "    return rc_list_append(list, item);\n}\n",
                     "static int %s(rc_object *list, rc_object *item)\n{\n"
                     "    rc_incref(item);\n"
                     "    return rc_list_push(list, item);\n}\n",
                     "static int %s(rc_object *list, rc_object *item)\n{\n"
                     "    if (rc_list_append(list, item) < 0)\n"
                     "        return -1;\n"
                     "    return rc_list_append(list, item);\n}\n"},
    [HELPER_STEAL] = {"static int %s(rc_object *list, rc_object *item)\n{\n"
                      "    return rc_list_push(list, item);\n}\n",
                      "static int %s(rc_object *list, rc_object *item)\n{\n"
                      "    int status = rc_list_append(list, item);\n\n"
                      "    rc_decref(item);\n    return status;\n}\n",
                      "static int %s(rc_object *list, rc_object *item)\n{\n"
                      "    if (rc_list_length(list) > 3) {\n"
                      "        rc_decref(item);\n        return 0;\n    }\n"
                      "    return rc_list_push(list, item);\n}\n"},
    [HELPER_DROP] = {"static void %s(rc_object *o)\n{\n    rc_decref(o);\n}\n",
                     "static void %s(rc_object *o)\n{\n    rc_xdecref(o);\n}\n",
                     "static void %s(rc_object *o)\n{\n    rc_clear(&o);\n}\n"},
    [HELPER_FIRST] =
        {"static rc_object *%s(rc_object *list)\n{\n"
         "    return rc_list_at(list, 0);\n}\n",
         "static rc_object *%s(rc_object *list)\n{\n"
         "    return rc_list_length(list) > 0 ? rc_list_at(list, 0) : NULL;\n"
         "}\n",
         "static rc_object *%s(rc_object *list)\n{\n"
         "    rc_object *item = rc_list_at(list, 0);\n\n"
         "    if (!item)\n        return NULL;\n    return item;\n}\n"},
    [HELPER_OUT] =
        {"static int %s(rc_object **ret, int a)\n{\n"
         "    (void)a;\n    *ret = rc_list_new();\n"
         "    return *ret ? 0 : -1;\n}\n",
         "static int %s(rc_object **ret, int a)\n{\n"
         "    rc_object *o = rc_list_new();\n\n"
         "    if (!o)\n        return -1;\n"
         "    if (a && rc_list_append(o, rc_none) < 0) {\n"
         "        rc_decref(o);\n        return -1;\n    }\n"
         "    *ret = o;\n    return 0;\n}\n",
         "static int %s(rc_object **ret, int a)\n{\n"
         "    rc_object *o = a ? rc_list_new() : rc_list_pack(1, rc_none);\n\n"
         "    if (!o)\n        return -1;\n"
         "    *ret = o;\n    return 0;\n}\n"},
    [HELPER_SHARE] = {"static rc_object *%s(rc_object *o, int a)\n{\n"
                      "    if (a)\n        return rc_newref(o);\n"
                      "    return rc_float_new(2.5);\n}\n",
                      "static rc_object *%s(rc_object *o, int a)\n{\n"
                      "    rc_object *list = rc_list_new();\n\n"
                      "    (void)a;\n"
                      "    if (list && rc_list_append(list, o) < 0)\n"
                      "        rc_clear(&list);\n    return list;\n}\n",
                      "static rc_object *%s(rc_object *o, int a)\n{\n"
                      "    (void)a;\n    rc_incref(o);\n    return o;\n}\n"},
};

// The template's one %s is the name.
static void emit_template(struct generator *g, const char *text,
                          const char *name)
{
    const char *at = strstr(text, "%s");

    buf_str(g->out, "\n");
    buf_add(g->out, text, (size_t)(at - text));
    buf_str(g->out, name);
    buf_str(g->out, at + strlen("%s"));
}

static void helper(struct generator *g)
{
    enum helper_kind kind = (enum helper_kind)pick(g, HELPER_KINDS);
    const char *name =
        arena_printf(g->out->arena, "%s_h%d", g->name, g->nhelpers);

    if (kind == HELPER_NEW || kind == HELPER_STATUS) {
        struct generator inner = {.c = g->c,
                                  .out = g->out,
                                  .name = name,
                                  .slips = g->slips && !pick(g, 4),
                                  .is_helper = true,
                                  .is_object = kind == HELPER_NEW};

        body(&inner, 3);
    } else {
        emit_template(g, templates[kind][pick(g, 3)], name);
    }
    g->helpers[g->nhelpers].kind = kind;
    g->helpers[g->nhelpers++].name = name;
}

bool generate_function(struct choices *c, const char *name, struct buf *out)
{
    struct generator g = {.c = c, .out = out, .name = name};
    unsigned nhelpers;

    g.slips = (int)pick(&g, 3);
    nhelpers = pick(&g, HELPERS + 1);
    for (unsigned i = 0; i < nhelpers; i++)
        helper(&g);
    g.is_object = !pick(&g, 2);
    body(&g, 4 + (int)pick(&g, 10));
    return g.is_object;
}
