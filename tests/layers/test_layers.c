// test_layers.c - the analyzer keeps to analyzer/LAYERS, and the check that
// says so finds what it should in small trees made for it.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "layers.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void test_analyzer_keeps_to_its_layers(void **state)
{
    struct arena a = {0};
    struct buf complaints = {.arena = &a};

    (void)state;
    layers_check(&a, SOURCE_DIR "/analyzer", &complaints);
    if (complaints.len)
        fail_msg("in analyzer/:\n%s", buf_text(&complaints));
    arena_release(&a);
}

static void write_file(struct arena *a, const char *root, const char *path,
                       const char *text)
{
    char *full = path_join(a, root, path);
    FILE *out;

    for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/'));
         slash++) {
        *slash = '\0';
        mkdir(full, 0777);
        *slash = '/';
    }
    out = fopen(full, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

// The complaints about a tree of LAYERS and one more file.
static const char *check_tree(struct arena *a, const char *layers,
                              const char *path, const char *text)
{
    struct buf complaints = {.arena = a};
    char root[] = BINARY_DIR "/layers-XXXXXX";

    assert_non_null(mkdtemp(root));
    if (layers)
        write_file(a, root, "LAYERS", layers);
    if (path)
        write_file(a, root, path, text);
    layers_check(a, root, &complaints);
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return buf_text(&complaints);
}

static void test_trees(void **state)
{
    static const char good[] = "# a comment\n"
                               "base:\n"
                               "ir: base   # another\n"
                               "parse: base ir\n"
                               "\n"
                               "flow: base\n"
                               "contract: base\n"
                               "interproc: base\n"
                               "trace: base\n";
    static const struct {
        const char *layers, *path, *text;
        const char *expect;
    } cases[] = {
        // What is allowed.
        {good, NULL, NULL, ""},
        {good, "ir/a.c", "#include \"base/x.h\"\n#include \"ir/y.h\"\n", ""},
        {good, "ir/deep/a.c", "#include \"base/deep/x.h\"\n", ""},
        {good, "ir/a.c", "#include <stdio.h>\n#include <sys/stat.h>\n", ""},
        {good, "parse/a.c", "#include <clang-c/Index.h>\n", ""},
        {good, "parse/a.c", "#include \"clang-c/Index.h\"\n", ""},
        {good, "base/a.c", "// #include \"ir/x.h\"\n", ""},
        {good, "base/a.c", "/*\n#include \"ir/x.h\"\n*/\n", ""},
        {good, "base/a.txt", "#include \"ir/x.h\"\n", ""},
        {good, "other/README.md", "no sources here\n", ""},
        {good, "flow/a.c", "// Py_INCREF\nchar c = '\"'; // Py_INCREF\n", ""},
        {good, "flow/a.c", "/* \"Py_INCREF\" */ s = \"Python Pyx Py_\";\n", ""},
        {good, "flow/a.c", "s = \"\\\"\"; Py_INCREF;\n", ""},
        {good, "trace/a.h", "#include <Python.h>\n", ""},

        // Includes.
        {good, "base/a.c", "\n#include \"ir/x.h\"\n",
         "base/a.c:2: base/ may not include ir/\n"},
        {good, "base/a.h", "  #  include  \"ir/x.h\"\n",
         "base/a.h:1: base/ may not include ir/\n"},
        {good, "ir/deep/a.c", "/* */\n\n#include \"parse/x.h\"\n",
         "ir/deep/a.c:3: ir/ may not include parse/\n"},
        {good, "ir/t.def", "#include \"parse/x.h\"\n",
         "ir/t.def:1: ir/ may not include parse/\n"},
        {good, "ir/a.c", "/* a\n b */\n#include \"parse/x.h\"",
         "ir/a.c:3: ir/ may not include parse/\n"},
        {good, "ir/a.c", "#include \"nowhere/x.h\"\n",
         "ir/a.c:1: nowhere is no layer\n"},
        {good, "ir/a.c", "#include \"../base/x.h\"\n",
         "ir/a.c:1: .. is no layer\n"},
        {good, "ir/a.c", "#include \"x.h\"\n",
         "ir/a.c:1: x.h is included without its folder\n"},
        {good, "ir/a.c", "#include <clang-c/Index.h>\n",
         "ir/a.c:1: only parse/ may include clang-c\n"},
        {good, "ir/a.c", "#include \"clang-c/Index.h\"\n",
         "ir/a.c:1: only parse/ may include clang-c\n"},
        {good, "parse/a.c", "#include <Python.h>\n",
         "parse/a.c:1: only trace/ may include Python.h\n"},
        {good, "ir/a.c", "#include \"Python.h\"\n",
         "ir/a.c:1: only trace/ may include Python.h\n"},

        // API names.
        {good, "flow/a.c", "\n\ns = \"Py_INCREF\";\n",
         "flow/a.c:3: the API name Py_INCREF belongs into rules/\n"},
        {good, "contract/a.c", "s = \"of PyList_New\";\n",
         "contract/a.c:1: the API name PyList_New belongs into rules/\n"},
        {good, "interproc/a.h", "s = \"_PyObject_New(\";\n",
         "interproc/a.h:1: the API name PyObject_New belongs into rules/\n"},
        {good, "parse/a.c", "s = \"Py_INCREF\";\n",
         "parse/a.c:1: the API name Py_INCREF belongs into rules/\n"},
        {good, "trace/a.c", "s = \"Py_INCREF\";\n",
         "trace/a.c:1: the API name Py_INCREF belongs into rules/\n"},
        {good, "flow/t.def", "X(\"a\\\"b\", \"PyErr_Clear\")\n",
         "flow/t.def:1: the API name PyErr_Clear belongs into rules/\n"},
        {good, "flow/a.c", "char c = '\\''; s = \"PyX_y\"\n",
         "flow/a.c:1: the API name PyX_y belongs into rules/\n"},

        // Folders and LAYERS itself.
        {NULL, NULL, NULL, "LAYERS: cannot open: No such file or directory\n"},
        {good, "other/a.c", "",
         "other/a.c:1: the folder other is not in LAYERS\n"},
        {good, "a.c", "", "a.c:1: it stands in no folder\n"},
        {"base\n", NULL, NULL, "LAYERS:1: not \"folder: folder ...\"\n"},
        {"base x: y\n", NULL, NULL, "LAYERS:1: not \"folder: folder ...\"\n"},
        {"a:\nb:\na: b\n", NULL, NULL, "LAYERS:3: a is there twice\n"},
        {"a:\n\nb: a c\n", NULL, NULL, "LAYERS:3: c is not in LAYERS\n"},
        {"a: a\n", NULL, NULL, "LAYERS:1: a uses itself in a circle\n"},
        {"a:\nb: a d\nc: b\nd: c\n", NULL, NULL,
         "LAYERS:2: b uses itself in a circle\n"
         "LAYERS:3: c uses itself in a circle\n"
         "LAYERS:4: d uses itself in a circle\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        const char *found =
            check_tree(&a, cases[i].layers, cases[i].path, cases[i].text);
        const char *expect = cases[i].expect;

        // Only the name of the folder differs from run to run.
        if (!cases[i].layers)
            found = strstr(found, "LAYERS: ");
        if (!found || strcmp(found, expect) != 0)
            fail_msg("case %zu:\nwant: %sgot:  %s", i, expect, found);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_analyzer_keeps_to_its_layers),
        cmocka_unit_test(test_trees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
