// test_slots.c - shape/slots.c: the slots of types against what objects own.

#include "../flow/snippet.h"
#include "shape/shape.h"

static const char rules[] =
    "type kind size size base base flags flags gc 4 subtypes 2\n"
    "type spec size size slots parts flags flags gc 4 heap\n"
    "type plan size size offsets owned clears\n"
    "slot kind.end(borrow) -> _ : role-dealloc\n"
    "slot kind.show(borrow, _, _) -> _ : role-traverse\n"
    "slot kind.clear(borrow) -> _ : role-clear\n"
    "slot kind.free(free) -> _\n"
    "slot kind.make(borrow) -> new : role-new\n"
    "slot method.get(borrow) -> new?\n"
    "slot part.value when id = 1 (borrow) -> _ : role-dealloc\n"
    "slot part.value when id = 2 (borrow, _, _) -> _ : role-traverse\n"
    "slot plan.clear(borrow) -> _ : role-clear\n"
    "member field.at when type = 6 fixed flags 1\n"
    "member field.at when type = 1 as int\n"
    "kind_of(borrow) -> borrowed of 1\n"
    "obj_free(free) -> _\n"
    "obj_free_gc(free) -> _\n"
    "obj_untrack(borrow) -> _\n"
    "life kind_of gives-type\n"
    "life obj_free_gc collected\n"
    "life obj_untrack untracks\n";

// Line 1 of every snippet. An object of our own owns what a and b point to.
#define API                                                                    \
    "#include <stddef.h>\n"                                                    \
    "typedef int (*visit)(object *, void *);"                                  \
    "struct kind { long size; unsigned flags; struct kind *base;"              \
    " void (*end)(object *); int (*show)(object *, visit, void *);"            \
    " void (*clear)(object *); void (*free)(object *); void *fields;"          \
    " object *(*make)(object *); };"                                           \
    "struct part { int id; void *value; };"                                    \
    "struct spec { long size; unsigned flags; struct part *parts; };"          \
    "struct plan { long size; const short *owned; void (*clear)(object *);};"  \
    "struct field { const char *name; int type; long at; int flags; };"        \
    "struct kind *kind_of(object *x); void obj_free(object *x);"               \
    "void obj_free_gc(object *x); void obj_untrack(object *x);"                \
    "void obj_of(object *x); extern object *kept;"                             \
    "struct mine { object head; object *a, *b; };"                             \
    "static void set_a(struct mine *m, object *v)"                             \
    " { obj_incref(v); m->a = v; }"                                            \
    "static void set_b(struct mine *m) { m->b = obj_new(); }"                  \
    "void use(struct mine *m, object *v) { set_a(m, v); set_b(m); }\n"

#define DROP_A "obj_xdecref(((struct mine *)x)->a);"
#define DROP_B "obj_xdecref(((struct mine *)x)->b);"
#define FREE "kind_of(x)->free(x);"
#define END(body) "static void end(object *x) { " body " }"
#define SHOW(body)                                                             \
    "static int show(object *x, visit v, void *y) { " body " return 0; }"
#define SEE_A "v(((struct mine *)x)->a, y);"
#define SEE_B "v(((struct mine *)x)->b, y);"
#define KIND(more)                                                             \
    "static struct kind k = {.size = sizeof(struct mine), " more "};"

// What types can do to each other is another matter (fixtures/).
static struct finding_list without_rings(struct snippet *s,
                                         const struct finding_list *list)
{
    struct finding_list ret = {0};

    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].rule != RULE_TYPE_CYCLE)
            finding_add(&s->arena, &ret, &list->items[i]);
    return ret;
}

static void expect_slots(const char *const rows[][2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct finding_list found = {0};
        struct snippet *s;
        char text[4000];

        print_message("%s\n", rows[i][0]);
        snprintf(text, sizeof(text), API "%s\n", rows[i][0]);
        s = snippet_with(text, rules);
        slots_check(&s->arena, s->unit, &s->rules, s->flow, NULL, &found);
        found = without_rings(s, &found);
        assert_string_equal(snippet_findings(s, &found), rows[i][1]);
        snippet_free(s);
    }
}

#define EXPECT(rows) expect_slots(rows, sizeof(rows) / sizeof(*(rows)))

static void test_end(void **state)
{
    static const char *const rows[][2] = {
        {END(DROP_A DROP_B FREE) KIND(".end = end"), ""},
        {END(DROP_A FREE) KIND(".end = end"), "3 dealloc-misses-field(mine.b)"},
        {KIND("0") "void f(struct mine *m) { m->head.next = (object *)&k; }",
         "3 dealloc-misses-field(mine.a), "
         "3 dealloc-misses-field(mine.b)"},
        // Given to unknown code, returned, stored: may be released.
        {END(DROP_A "obj_of(((struct mine *)x)->b);" FREE) KIND(".end = end"),
         ""},
        {END(DROP_A "kept = ((struct mine *)x)->b;" FREE) KIND(".end = end"),
         ""},
        {END(DROP_A "obj_of(x);" FREE) KIND(".end = end"), ""},
        // Through a helper, through a local.
        {"static void drop(object *x) {" DROP_B "}" END(DROP_A "drop(x);" FREE)
             KIND(".end = end"),
         ""},
        {END(DROP_A "struct mine *m = (struct mine *)x; object *t = m->b;"
                    "m->b = 0; obj_xdecref(t);" FREE) KIND(".end = end"),
         ""},
        // Written for headers whose objects began with one field more.
        {END(DROP_A FREE) "struct kind k = {(long)\"k\", sizeof(struct mine),"
                          "0, 0, (int (*)(object *, visit, void *))end};",
         "3 dealloc-misses-field(mine.b)"},
        // Assigned to the slot, or to what is not seen.
        {END(DROP_A FREE) KIND("0") "void init(void) { k.end = end; }",
         "3 dealloc-misses-field(mine.b)"},
        {END(DROP_A FREE)
             KIND("0") "void init(struct kind *o) { k = *o; k.end = end; }",
         ""},
    };

    (void)state;
    EXPECT(rows);
}

static void test_memory(void **state)
{
    static const char *const rows[][2] = {
        {END(DROP_A DROP_B) KIND(".end = end"), "3 dealloc-free-mismatch(k)"},
        {END(DROP_A DROP_B "obj_free(x);") KIND(".end = end"), ""},
        {END(DROP_A DROP_B "obj_free(x);") KIND(".end = end, .flags = 2"), ""},
        {END(DROP_A DROP_B "obj_free(x);") "object *make(object *k);" KIND(
             ".end = end, .flags = 2, .make = make"),
         "3 dealloc-free-mismatch(k)"},
        {END(DROP_A DROP_B "obj_free_gc(x);") KIND(".end = end"),
         "3 dealloc-free-mismatch(k)"},
        {END(DROP_A DROP_B "kept = x;") KIND(".end = end"), ""},
        {END("") KIND(".end = end"), ""},
    };

    (void)state;
    EXPECT(rows);
}

static void test_collected(void **state)
{
#define GC ".flags = 4, .end = end, .show = show"
#define GOOD_END END("obj_untrack(x);" DROP_A DROP_B FREE)
    static const char *const rows[][2] = {
        {GOOD_END SHOW(SEE_A SEE_B) KIND(GC), ""},
        {GOOD_END SHOW(SEE_A) KIND(GC), "3 traverse-misses-field(mine.b)"},
        {END(DROP_A DROP_B FREE) SHOW(SEE_A SEE_B) KIND(GC),
         "3 dealloc-untrack(k)"},
        {GOOD_END SHOW("kept = x;" SEE_A "v(x->next, y);") KIND(GC),
         "3 traverse-misses-field(mine.b)"},
        {GOOD_END SHOW(SEE_A SEE_B) KIND(".end = end, .show = show"),
         "3 traverse-without-gc-flag(k)"},
        {GOOD_END KIND(".end = end, .flags = 4"),
         "3 gc-flag-without-traverse(k)"},
        {GOOD_END KIND(
             ".end = end, .flags = 4") "void f(void) { k.flags = 0; }",
         ""},
        {GOOD_END SHOW(SEE_A SEE_B) "static void c(object *x) {" DROP_A
                                    "((struct mine *)x)->a = 0; }" KIND(
                                        GC ", .clear = c"),
         "3 clear-misses-field(mine.b), 3 decref-before-null(mine.a)"},
    };

    (void)state;
    EXPECT(rows);
}

static void test_heap(void **state)
{
#define SPEC                                                                   \
    "struct part p[] = {{1, (void *)end}, {2, (void *)show}, {0}};"            \
    "struct spec k = {sizeof(struct mine), 4, p};"
#define TYPE_GONE                                                              \
    "struct kind *t = kind_of(x); t->free(x); obj_decref((object *)t);"
    static const char *const rows[][2] = {
        {END("obj_untrack(x);" DROP_A DROP_B TYPE_GONE)
             SHOW(SEE_A SEE_B "v((object *)kind_of(x), y);") SPEC,
         ""},
        {GOOD_END SHOW(SEE_A SEE_B) SPEC,
         "3 heap-type-decref-type(k), 3 heap-type-visit-type(k)"},
    };

    (void)state;
    EXPECT(rows);
}

static void test_members_and_layout(void **state)
{
#define OWN                                                                    \
    "struct own { object head; char c; object *x, *y; };"                      \
    "struct field f[] = {{\"x\", 6, offsetof(struct own, x), 0},"              \
    "{\"y\", 6, offsetof(struct own, y), 1}, {0}};"                            \
    "struct kind k = {.size = sizeof(struct own), .fields = f, .end = end};"
    static const char *const rows[][2] = {
        {"struct own; static void end(object *x);" OWN END(
             "struct own *o = (struct own *)x; o->c = 0;" FREE),
         "3 dealloc-misses-field(own.x)"},
        {"struct own; static void end(object *x);" OWN END(
             "struct own *o = (struct own *)x; obj_xdecref(o->x);" FREE),
         ""},
    };

    (void)state;
    EXPECT(rows);
}

static void test_member_types(void **state)
{
#define BOX(fields, list)                                                      \
    "struct box { object head; " fields " };"                                  \
    "struct field f[] = {" list ", {0}};"                                      \
    "static void end(struct box *b) { kind_of(&b->head)->free(&b->head); }"    \
    "static struct kind k = {.size = sizeof(struct box), .fields = f,"         \
    " .end = (void (*)(object *))end};"
#define AT(type, field) "{\"x\", " #type ", offsetof(struct box, " field "), 1}"
    static const char *const rows[][2] = {
        {BOX("int i;", AT(1, "i")), ""},
        {BOX("unsigned i;", AT(1, "i")), ""},
        {BOX("char i;", AT(1, "i")), "3 member-type(box.i)"},
        {BOX("float i;", AT(1, "i")), "3 member-type(box.i)"},
        {BOX("int i[2];", AT(1, "i[1]")), ""},
        {BOX("struct { int a; char b; } i;", AT(1, "i.a")), ""},
        {BOX("struct inner { int a; char b; } i;", AT(1, "i.b")),
         "3 member-type(inner.b)"},
        {BOX("object *i;", AT(6, "i")), ""},
        {BOX("struct mine *i;", AT(6, "i")), ""},
        {BOX("void *i;", AT(6, "i")), ""},
        {BOX("struct unknown *i;", AT(6, "i")), ""},
        {BOX("const char *i;", AT(6, "i")), "3 member-type(box.i)"},
        {BOX("struct part *i;", AT(6, "i")), "3 member-type(box.i)"},
        {BOX("long i;", AT(6, "i")), "3 member-type(box.i)"},
        {BOX("char i;", AT(2, "i")), ""},
    };

    (void)state;
    EXPECT(rows);
}

static void test_null_fields(void **state)
{
#define GETTER(body)                                                           \
    END(DROP_A DROP_B FREE)                                                    \
    "struct method { const char *name; object *(*get)(object *); };"           \
    "static object *make(object *k) { return obj_new(); }"                     \
    "static object *get(object *x)"                                            \
    " { struct mine *m = (struct mine *)x; " body " return m->a; }"            \
    "static void empty(struct mine *m) { m->a = 0; }"                          \
    "static struct method methods[] = {{\"get\", get}, {0}};"                  \
    "static struct kind k = {.size = sizeof(struct mine),"                     \
    " .fields = methods, .make = make, .end = end};"
    static const char *const rows[][2] = {
        {GETTER("obj_incref(m->a);"), "3 null-field(mine.a)"},
        {GETTER("if (m->a) obj_incref(m->a);"), ""},
        {GETTER("if (!m->b) return 0; obj_incref(m->a);"), ""},
        {GETTER("obj_of(x); obj_incref(m->a);"), ""},
        {GETTER("obj_xincref(m->a);"), ""},
    };

    (void)state;
    EXPECT(rows);
}

// A runtime that clears objects before they end.
static void test_clears(void **state)
{
#define CLEAR(body) "static void c(object *x) { " body " }"
#define PLAN(more) "struct plan p = {.size = sizeof(struct mine), " more "};"
    static const char *const rows[][2] = {
        {CLEAR("obj_xdecref(((struct mine *)x)->a);" DROP_B) PLAN(".clear = c"),
         ""},
        {CLEAR(DROP_B) PLAN(".clear = c"), "3 dealloc-misses-field(mine.a)"},
        {"short o[] = {8, 16, 0};" CLEAR(DROP_B) PLAN(".clear = c, .owned = o"),
         ""},
    };

    (void)state;
    EXPECT(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_end),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_collected),
        cmocka_unit_test(test_heap),
        cmocka_unit_test(test_clears),
        cmocka_unit_test(test_members_and_layout),
        cmocka_unit_test(test_member_types),
        cmocka_unit_test(test_null_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
