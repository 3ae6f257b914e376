// test_cpython.c - the rows of cpython.rules against the installed headers.
//
// in     Python.h and those beside it, of whatever version is installed
// fails  a public function that handles references and has no row, a row for a
//        name that this version does not have (or has, in spite of its since
//        and until), effects that do not stand where the references are

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../project/folder.h"

#include "base/buf.h"
#include "contract/contract.h"
#include "parse/parse.h"

// Declared only where something else is the case.
static const struct {
    const char *name; // may end in *
    const char *where;
} elsewhere[] = {
    {"PyErr_SetExcFromWindowsErr*", "Windows"},
    {"PyErr_SetFromWindowsErr*", "Windows"},
    {"PyUnicode_AsMBCSString", "Windows"},
    {"PyUnicode_DecodeCodePageStateful", "Windows"},
    {"PyUnicode_DecodeMBCS*", "Windows"},
    {"PyUnicode_EncodeCodePage", "Windows"},
    {"PyUnicode_EncodeMBCS", "Windows"},
    {"PyOS_CheckStack", "USE_STACKCHECK"},
    {"PyUnstable_Module_SetGIL", "Py_GIL_DISABLED"},
};

static const char probe_head[] =
    "#define PY_SSIZE_T_CLEAN\n"
    "#include <Python.h>\n"
    "#include <datetime.h>\n"
    "#include <frameobject.h>\n"
    "#include <marshal.h>\n"
    "#include <structmember.h>\n"
    "#define JOIN(a, b) version_##a##_##b\n"
    "#define VERSION(a, b) JOIN(a, b)\n"
    "void VERSION(PY_MAJOR_VERSION, PY_MINOR_VERSION)(void);\n";

struct probe {
    struct arena arena;
    struct rules rules;
    const struct ir_unit *unit;
    struct map decls;  // name -> struct ir_decl
    struct map macros; // name -> itself
    int version;
    int complaints;
};

static const char *folder; // with Python.h

static bool is_public(const char *name)
{
    return *name != '_' && !strchr(name, '*');
}

static bool is_elsewhere(const char *name)
{
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++) {
        const char *pattern = elsewhere[i].name;
        const char *star = strchr(pattern, '*');

        if (star ? strncmp(name, pattern, (size_t)(star - pattern)) == 0
                 : strcmp(name, pattern) == 0)
            return true;
    }
    return false;
}

// Macros leave no trace, so each asks for a declaration of its own.
static const char *probe_text(struct probe *p)
{
    struct buf b = {.arena = &p->arena};

    buf_str(&b, probe_head);
    for (size_t i = 0; i < p->rules.contracts.count; i++) {
        const char *name = p->rules.contracts.entries[i].key;

        if (is_public(name))
            buf_printf(&b, "#ifdef %s\nvoid macro_%s(void);\n#endif\n", name,
                       name);
    }
    return buf_text(&b);
}

static void take(struct probe *p, const struct ir_decl *d)
{
    int major, minor;

    if (strncmp(d->name, "macro_", 6) == 0)
        map_set(&p->arena, &p->macros, d->name + 6, (void *)(uintptr_t)d);
    else if (sscanf(d->name, "version_%d_%d", &major, &minor) == 2)
        p->version = major * 100 + minor;
    else
        map_set(&p->arena, &p->decls, d->name, (void *)(uintptr_t)d);
}

static int setup(void **state)
{
    static struct probe p;
    const struct parse_options options = {.root = folder};
    struct arena *a = &p.arena;
    const char *dir = folder_new(a);
    const char *args[] = {arena_printf(a, "-I%s", folder)};
    struct parser *parser = parser_new();
    struct ir_header *h;
    struct err err;

    p.rules.arena = a;
    if (rules_load(&p.rules, SOURCE_DIR "/rules/cpython.rules", &err) < 0)
        fail_msg("%s", err.text);
    folder_write(a, dir, "probe.c", probe_text(&p));
    if (parse_header(parser, a, dir, "probe.c", args, 1, &options, &h, &err)
        < 0)
        fail_msg("%s", err.text);
    parser_free(parser);
    folder_free(dir);
    assert_int_equal(h->unit->nproblems, 0);
    p.unit = h->unit;
    for (uint32_t i = 0; i < h->nitems; i++)
        if (h->items[i].kind == IR_DECLARED_FUNCTION)
            take(&p, &h->unit->decls[h->items[i].decl]);
    print_message("%s: version %d, %zu functions\n", folder, p.version,
                  p.decls.count);
    assert_in_range(p.version, 309, 399);
    *state = &p;
    return 0;
}

static int teardown(void **state)
{
    struct probe *p = *state;

    arena_release(&p->arena);
    return 0;
}

static bool holds(const struct contract *c, int version)
{
    return c->since <= version && (!c->until || version < c->until);
}

static void complain(struct probe *p, const char *name, const char *what)
{
    print_error("%s: %s\n", name, what);
    p->complaints++;
}

// A pointer to a counted object, or the address of such a pointer.
static bool is_reference(const struct probe *p, uint32_t type)
{
    const struct ir_type *t = &p->unit->types[type];

    return rules_counted_pointer(&p->rules, p->unit, type)
           || (t->kind == IR_TYPE_POINTER
               && rules_counted_pointer(&p->rules, p->unit, t->target));
}

static bool handles_references(const struct probe *p, const struct ir_decl *d)
{
    for (uint32_t i = 0; i < d->nparams; i++)
        if (is_reference(p, d->params[i].type))
            return true;
    return is_reference(p, d->result);
}

static void test_functions_have_rows(void **state)
{
    struct probe *p = *state;

    p->complaints = 0;
    for (size_t i = 0; i < p->decls.count; i++) {
        const char *name = p->decls.entries[i].key;
        const struct contract *c = rules_find(&p->rules, name, p->version);

        if (!is_public(name)
            || !handles_references(p, p->decls.entries[i].value))
            continue;
        if (!c)
            complain(p, name, "is declared and has no row");
    }
    assert_int_equal(p->complaints, 0);
}

static void test_rows_have_functions(void **state)
{
    struct probe *p = *state;

    p->complaints = 0;
    for (size_t i = 0; i < p->rules.contracts.count; i++) {
        const char *name = p->rules.contracts.entries[i].key;
        bool declared = map_get(&p->decls, name) || map_get(&p->macros, name);
        bool row = false;

        for (const struct contract *c = p->rules.contracts.entries[i].value; c;
             c = c->next)
            row = row || holds(c, p->version);
        if (!is_public(name) || is_elsewhere(name) || row == declared)
            continue;
        complain(p, name,
                 row ? "has a row for this version and is not declared"
                     : "is declared and has rows for other versions");
    }
    assert_int_equal(p->complaints, 0);
}

// The effects of one row against the parameters.
static void check_effects(struct probe *p, const struct ir_decl *d,
                          const struct contract *c)
{
    if (!c->repeats && !c->by_format && (uint32_t)c->nargs != d->nparams)
        complain(p, d->name, "has another number of arguments in its row");
    for (int i = 0; i < c->nargs && (uint32_t)i < d->nparams; i++) {
        uint32_t type = d->params[i].type;
        bool counted = rules_counted_pointer(&p->rules, p->unit, type);
        bool plain =
            c->args[i].kind == EFFECT_PLAIN || c->args[i].kind == EFFECT_COUNT;

        if (counted && plain)
            complain(p, d->name, "has no effect on a counted argument");
        if (!plain && p->unit->types[type].kind != IR_TYPE_POINTER)
            complain(p, d->name,
                     "has an effect on an argument that cannot "
                     "hold a reference");
    }
}

static void test_effects_have_references(void **state)
{
    struct probe *p = *state;

    p->complaints = 0;
    for (size_t i = 0; i < p->decls.count; i++) {
        const char *name = p->decls.entries[i].key;
        const struct contract *rows = map_get(&p->rules.contracts, name);
        const struct contract *c = rules_find(&p->rules, name, p->version);

        if (rows && c)
            check_effects(p, p->decls.entries[i].value, c);
    }
    assert_int_equal(p->complaints, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_have_rows),
        cmocka_unit_test(test_rows_have_functions),
        cmocka_unit_test(test_effects_have_references),
    };

    if (argc != 2) {
        fprintf(stderr, "usage: rules_test_cpython FOLDER-OF-PYTHON.H\n");
        return 2;
    }
    folder = argv[1];
    return cmocka_run_group_tests(tests, setup, teardown);
}
