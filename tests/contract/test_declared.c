// test_declared.c - annotations of declarations: the contract of a function,
// the rules of a header, and what is wrong with either.

#include "helper.h"

#include "contract/declared.h"

enum {
    T_VOID = 1,
    T_INT,
    T_CHAR,
    T_STRING,
    T_OBJECT,
    T_OBJECT_PTR,
    T_SUB,
    T_SUB_PTR,
    T_OTHER,
    T_OTHER_PTR,
    T_SLOT_PTR,
    TYPES
};

// struct object; struct sub { struct object head; }; struct other;
static struct ir_type types[TYPES] = {
    [T_VOID] = {.kind = IR_TYPE_VOID, .name = "void"},
    [T_INT] = {.kind = IR_TYPE_INT, .name = "int"},
    [T_CHAR] = {.kind = IR_TYPE_INT, .name = "char"},
    [T_STRING] = {IR_TYPE_POINTER, .target = T_CHAR, .name = "char *"},
    [T_OBJECT] = {IR_TYPE_RECORD, .record = 1, .name = "struct object"},
    [T_OBJECT_PTR] = {IR_TYPE_POINTER, .target = T_OBJECT, .name = ""},
    [T_SUB] = {IR_TYPE_RECORD, .record = 2, .name = "struct sub"},
    [T_SUB_PTR] = {IR_TYPE_POINTER, .target = T_SUB, .name = ""},
    [T_OTHER] = {IR_TYPE_RECORD, .record = 3, .name = "struct other"},
    [T_OTHER_PTR] = {IR_TYPE_POINTER, .target = T_OTHER, .name = ""},
    [T_SLOT_PTR] = {IR_TYPE_POINTER, .target = T_OBJECT_PTR, .name = ""},
};
static struct ir_field head[] = {{"head", T_OBJECT}, {"n", T_INT}};
static struct ir_record records[] = {
    [1] = {.name = "object"},
    [2] = {.name = "sub", .nfields = 2, .fields = head},
    [3] = {.name = "other"},
};
static const char *files[] = {NULL, "list.h", "deep/map.h", "/usr/base.h"};

static uint32_t type_of(char letter)
{
    static const struct {
        char letter;
        uint32_t type;
    } letters[] = {{'v', T_VOID},       {'i', T_INT},     {'s', T_STRING},
                   {'o', T_OBJECT_PTR}, {'b', T_SUB_PTR}, {'x', T_OTHER_PTR},
                   {'p', T_SLOT_PTR}};

    for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
        if (letters[i].letter == letter)
            return letters[i].type;
    fail_msg("no type '%c'", letter);
    return 0;
}

// A function f in list.h:5 from letters: the result, then the parameters ('.'
// is "..."; '!' has no prototype).
static struct ir_decl function(struct arena *a, const char *signature)
{
    struct ir_decl d = {.name = "f",
                        .pos = {1, 5, 1},
                        .result = type_of(*signature),
                        .has_prototype = true};

    d.params = arena_array(a, struct ir_param, strlen(signature));
    for (const char *s = signature + 1; *s; s++) {
        if (*s == '.' || *s == '!')
            d.is_variadic = true;
        else
            d.params[d.nparams++] = (struct ir_param){"", type_of(*s)};
        if (*s == '!')
            d.has_prototype = false;
    }
    return d;
}

enum { NOTES_MOST = 4 };

// The first note in line 11, the next in line 12, ...
static void add_notes(struct arena *a, struct ir_decl *d,
                      const struct ir_note *notes)
{
    d->notes = arena_array(a, struct ir_note, NOTES_MOST);
    for (; d->nnotes < NOTES_MOST && notes[d->nnotes].text; d->nnotes++) {
        d->notes[d->nnotes] = notes[d->nnotes];
        d->notes[d->nnotes].pos = (struct ir_pos){1, 11 + d->nnotes, 1};
    }
}

#define SAYS(n, words) {.param = (n), .text = "refcheck:" words}
#define IN_PART(n, words) {.param = (n), .text = "refcheck-part:" words}

static const struct {
    const char *signature;
    struct ir_note notes[NOTES_MOST];
    const char *expect; // the row, or the error
} cases[] = {
    // what nobody annotated
    {"v", {{0}}, "f() -> _"},
    {"ioib", {{0}}, "f(borrow, _, borrow) -> _"},
    {"xxsp", {{0}}, "f(_, _, _) -> _"},
    {"v!", {{0}}, "f() -> _"},
    {"v", {{.text = "new?"}, {.text = "rc:new"}}, "f() -> _"},
    // results and traits
    {"o", {SAYS(0, "new?")}, "f() -> new?"},
    {"o", {SAYS(0, "  new ?  ")}, "f() -> new?"},
    {"oo", {SAYS(0, "borrowed? of 1")}, "f(borrow) -> borrowed? of 1"},
    {"o", {SAYS(0, "_")}, "f() -> _"},
    {"i", {SAYS(0, "0..1: ok | -1: fail")}, "f() -> 0..1: ok | -1: fail"},
    {"v", {SAYS(0, ": runs-code")}, "f() -> _ : runs-code"},
    {"v", {SAYS(0, "_ : sets-error")}, "f() -> _ : sets-error"},
    {"o",
     {SAYS(0, ": oom"), SAYS(0, "new?"), SAYS(0, ": runs-code since 3.12")},
     "f() -> new? : runs-code oom since 3.12"},
    {"o", {SAYS(0, "new?"), SAYS(0, "new? : oom")}, "f() -> new? : oom"},
    {"v", {SAYS(0, "_ ; a note")}, "f() -> _ ; a note"},
    {"o",
     {SAYS(0, "null: fail | nonnull: new : no-error")},
     "f() -> null: fail | nonnull: new : no-error"},
    // parameters
    {"ioo",
     {SAYS(2, "steal in 1"), SAYS(0, "status")},
     "f(borrow, steal in 1) -> status"},
    {"vo", {SAYS(1, "borrow?"), SAYS(1, "borrow?")}, "f(borrow?) -> _"},
    {"ip", {SAYS(1, "out new"), SAYS(0, "status")}, "f(out new) -> status"},
    {"ip",
     {SAYS(0, "1: new | 0: null"), SAYS(1, "out")},
     "f(out _) -> 1: new | 0: null"},
    // more arguments
    {"oi.", {SAYS(0, "new?")}, "f(_, keep in result ...) -> new?"},
    {"os.", {SAYS(0, "new?")}, "f(_, _ ...) -> new?"},
    {"oo.", {SAYS(0, "borrowed? of 1")}, "f(borrow, _ ...) -> borrowed? of 1"},
    {"vis.", {{0}}, "f(_, _, _ ...) -> _"},
    {"os.",
     {SAYS(0, "new?"), SAYS(1, "format build")},
     "f(format build, ...) -> new?"},
    // arguments by number
    {"voo", {SAYS(0, "argument 2 steal?")}, "f(borrow, steal?) -> _"},
    {"vo", {SAYS(0, "argument 1 steal"), SAYS(1, "steal")}, "f(steal) -> _"},
    // what others say in part, and what we say besides
    {"oo", {IN_PART(0, "borrowed?")}, "f(borrow) -> borrowed?"},
    {"oo", {IN_PART(0, "borrowed?"), SAYS(0, "new?")}, "f(borrow) -> new?"},
    // no row
    {"oo", {SAYS(0, "inferred")}, ""},
    {"oo", {SAYS(0, "inferred"), SAYS(0, ": runs-code")}, ""},
    {"v", {SAYS(0, "row g() -> _")}, "f() -> _"},
    // errors
    {"o", {{0}}, "src/list.h:5: 'f' says not who owns its result"},
    {"b", {SAYS(0, ": oom")}, "src/list.h:5: 'f' says not who owns its result"},
    {"o",
     {SAYS(0, "new?"), SAYS(0, "borrowed?")},
     "src/list.h:12: 'borrowed?' for the result of 'f', which is 'new?' in "
     "another annotation"},
    {"vo",
     {SAYS(1, "keep"), SAYS(1, "steal")},
     "src/list.h:12: 'steal' for argument 1 of 'f', which is 'keep' in another "
     "annotation"},
    {"vo",
     {SAYS(1, "stael")},
     "src/list.h:11: unknown effect 'stael' (did you mean 'steal'?)"},
    {"vo",
     {SAYS(1, "new")},
     "src/list.h:11: 'new' is a result, it cannot be the effect on an "
     "argument"},
    {"vo",
     {SAYS(1, "keep) -> new? # ")},
     "src/list.h:11: expected the end of the effect on an argument, not ')'"},
    {"vo", {SAYS(1, "inferred")}, "src/list.h:11: unknown effect 'inferred'"},
    {"vo",
     {SAYS(1, "")},
     "src/list.h:11: expected an effect, not the end of the line"},
    {"voo",
     {SAYS(1, "borrow?"), SAYS(2, "keep in 3")},
     "src/list.h:12: argument number 3 is out of range (f has 2 arguments)"},
    {"oo",
     {SAYS(0, ": oom"), SAYS(0, "borrowed? of 2")},
     "src/list.h:12: argument number 2 is out of range (f has 1 argument)"},
    {"i",
     {SAYS(0, "0: ok | 1: keep 1")},
     "src/list.h:11: argument number 1 is out of range (f has 0 arguments)"},
    {"v",
     {SAYS(0, "nwe?")},
     "src/list.h:11: unknown result 'nwe' (did you mean 'new'?)"},
    {"v",
     {SAYS(0, "new? oom")},
     "src/list.h:11: expected ':', ';' or the end of the line, not 'oom'"},
    {"v",
     {SAYS(0, ": oon")},
     "src/list.h:11: unknown trait 'oon' (did you mean 'oom'?)"},
    {"v",
     {SAYS(0, ": no-error"), SAYS(0, ": sets-error")},
     "src/list.h:12: 'sets-error' and 'no-error' contradict"},
    {"v",
     {SAYS(0, "_\ng() -> _")},
     "src/list.h:11: an annotation of more than one line"},
    {"v", {SAYS(0, "_ %")}, "src/list.h:11: unexpected character '%'"},
    {"vo",
     {SAYS(0, "argument 2 steal")},
     "src/list.h:11: 'f' has no argument 2"},
    {"vo",
     {SAYS(0, "argument steal")},
     "src/list.h:11: expected the number of an argument, not 'steal'"},
    {"vo",
     {SAYS(0, "argument 1 steal"), SAYS(1, "keep")},
     "src/list.h:12: 'keep' for argument 1 of 'f', which is 'steal' in another "
     "annotation"},
};

static const char plain_family[] = "family mine counted object failure NULL|-1";

static char *row_of(struct arena *a, const char *family,
                    const struct ir_unit *unit, const struct ir_decl *d)
{
    struct rules rules = rules_of(a, family);
    struct declared_in in = {a, unit, "src", &rules, &rules.families[0]};
    struct contract *c = NULL;
    struct err err = {""};
    char *text;

    if (contract_declared(&in, d, &c, &err) < 0)
        return strdup(err.text);
    text = c ? printed_contract(c) : strdup("");
    text[strcspn(text, "\n")] = '\0';
    return text;
}

static void test_functions(void **state)
{
    const struct ir_unit unit = {
        .files = files, .types = types, .records = records, .main = files[1]};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena a = {0};
        struct ir_decl d = function(&a, cases[i].signature);
        char *row;

        add_notes(&a, &d, cases[i].notes);
        print_message("%s %s\n", cases[i].signature, cases[i].expect);
        row = row_of(&a, plain_family, &unit, &d);
        assert_string_equal(row, cases[i].expect);
        free(row);
        arena_release(&a);
    }
}

// In a family with a convention what is not said is open, or as usual.
static void test_convention(void **state)
{
    static const struct {
        const char *signature;
        bool has_body;
        struct ir_note notes[NOTES_MOST];
        const char *expect;
    } conventional[] = {
        {"ooo", false, {SAYS(1, "steal")}, "f(steal, borrow?) -> new?"},
        {"oxsp",
         false,
         {SAYS(0, "borrowed")},
         "f(escape?, _, escape?) -> borrowed"},
        {"oo", true, {IN_PART(0, "argument 1 steal")}, "f(steal) -> new?"},
        // about no reference: the body knows better, where there is one
        {"io", true, {IN_PART(0, ">=0: ok | <0: fail")}, ""},
        {"oo", true, {IN_PART(0, ": sets-error")}, ""},
        {"io",
         false,
         {IN_PART(0, ">=0: ok | <0: fail")},
         "f(borrow?) -> >=0: ok | <0: fail"},
        {"oo",
         false,
         {IN_PART(0, ": sets-error")},
         "f(borrow?) -> new? : sets-error"},
    };
    const struct ir_unit unit = {
        .files = files, .types = types, .records = records};

    (void)state;
    for (size_t i = 0; i < sizeof(conventional) / sizeof(*conventional); i++) {
        struct arena a = {0};
        struct ir_decl d = function(&a, conventional[i].signature);
        char *row;

        d.fn = conventional[i].has_body;
        add_notes(&a, &d, conventional[i].notes);
        print_message("%s\n", conventional[i].expect);
        row = row_of(&a,
                     "family mine counted object failure NULL|-1 convention "
                     "borrow? -> new?",
                     &unit, &d);
        assert_string_equal(row, conventional[i].expect);
        free(row);
        arena_release(&a);
    }
}

// What `new?` means depends on the family, as it does in a row.
static void test_family(void **state)
{
    const struct ir_unit unit = {
        .files = files, .types = types, .records = records, .main = files[1]};
    struct arena a = {0};
    struct ir_note note = SAYS(0, "new?");
    struct ir_decl d = function(&a, "o");
    struct rules rules = rules_of(&a, plain_family);
    struct declared_in in = {&a, &unit, "", &rules, NULL};
    struct contract *c;
    struct err err;

    (void)state;
    d.notes = &note;
    d.nnotes = 1;
    assert_int_equal(contract_declared(&in, &d, &c, &err), 0);
    assert_string_equal(c->family, "");
    assert_int_equal(c->noutcomes, 2);
    assert_false(c->outcomes[1].sets_error);
    in.family = &rules.families[0];
    assert_int_equal(contract_declared(&in, &d, &c, &err), 0);
    assert_string_equal(c->family, "mine");
    assert_true(c->outcomes[1].sets_error);
    arena_release(&a);
}

// Headers. An item is a function (with letters for its type), or what its name
// is for; all its notes stand in one line.

struct item {
    enum ir_declared_kind kind;
    const char *signature;
    const char *name, *record;
    const char *notes[2];
    uint32_t file, line;
    bool is_code, is_foreign;
};

enum { ITEMS_MOST = 6 };

#define FAMILY(words) .kind = IR_DECLARED_OTHER, .notes = {"row family " words}
#define FUNCTION(letters, f) .signature = (letters), .name = (f)
#define FIELD(tag, f) .kind = IR_DECLARED_FIELD, .record = (tag), .name = (f)
#define VARIABLE(v) .kind = IR_DECLARED_VARIABLE, .name = (v)

static const struct {
    struct item items[ITEMS_MOST];
    const char *expect; // behind the header comment, or the error
} headers[] = {
    {{{.file = 0}}, ""},
    {{{FUNCTION("ix", "f"), .file = 1, .line = 1}},
     "\n# in/list.h\nf(_) -> _\n"},
    {{{FUNCTION("vo", "f"), .file = 1, .line = 1},
      {FIELD("type", "go"), .notes = {"slot (borrow) -> new? : runs-code"},
       .file = 2, .line = 3, .is_code = true},
      {VARIABLE("none"), .notes = {"immortal", "row field object.x owned"},
       .file = 2, .line = 4},
      {FAMILY("mine counted object"), .file = 2, .line = 7},
      {FUNCTION("bb", "g"), .notes = {"new?"}, .file = 1, .line = 9}},
     "\nfamily mine counted object\n"
     "\n# in/list.h\nf(borrow) -> _\n"
     "\n# in/deep/map.h\n"
     "slot type.go (borrow) -> new? : runs-code\n"
     "field object.x owned\nglobal none immortal\n"
     "\n# in/list.h\ng(borrow) -> new?\n"},
    {{{FUNCTION("vo", "f"), .notes = {"inferred", "row f = g"}, .file = 1},
      {FUNCTION("v", "g"), .file = 1}},
     "\n# in/list.h\nf = g\ng() -> _\n"},
    {{{FUNCTION("v", "family"), .notes = {"row family*(_) -> _"}, .file = 1}},
     "\n# in/list.h\nfamily*(_) -> _\nfamily() -> _\n"},
    // a family that another library describes
    {{{FAMILY("base counted object header \"base.h\""), .file = 3, .line = 8,
       .is_foreign = true},
      {VARIABLE("base_none"), .notes = {"immortal"}, .file = 3, .line = 9,
       .is_foreign = true},
      {FUNCTION("oo", "f"), .notes = {"new?"}, .file = 1, .line = 1}},
     "\nfamily base\n\n# in/list.h\nf(borrow) -> new?\n"},
    // errors
    {{{FAMILY("a"), .file = 1, .line = 1}, {FAMILY("b"), .file = 1, .line = 2}},
     "src/list.h:2: a header describes one family, not also 'b'"},
    {{{FAMILY("a countde b"), .file = 1, .line = 1}},
     "src/list.h:1: unknown word in a family 'countde' (did you mean "
     "'counted'?)"},
    {{{FAMILY("a counted object"), .file = 3, .line = 1, .is_foreign = true},
      {FUNCTION("o", "f"), .file = 2, .line = 4}},
     "src/deep/map.h:4: 'f' says not who owns its result"},
    {{{FAMILY("a header \"x"), .file = 3, .line = 1, .is_foreign = true}},
     "/usr/base.h:1: unterminated string (expected '\"' before the end of the "
     "line)"},
    {{{FUNCTION("v", "f"), .notes = {"row f() -> new?"}, .file = 1, .line = 2}},
     "src/list.h:2: duplicate row for 'f' (the other is at src/list.h:2)"},
    {{{FUNCTION("v", "f"), .notes = {"row g = h"}, .file = 1, .line = 2}},
     "src/list.h:2: unknown name 'h'"},
    {{{FUNCTION("s", "f"), .notes = {"row g(_"}, .file = 1, .line = 2}},
     "src/list.h:2: expected ',' or ')', not the end of the line"},
    {{{VARIABLE("v"), .notes = {"row"}, .file = 1, .line = 2}},
     "src/list.h:2: an empty row"},
    {{{VARIABLE("v"), .notes = {"row a() -> _\nb() -> _"}, .file = 1,
       .line = 2}},
     "src/list.h:2: a row of more than one line"},
    {{{VARIABLE("v"), .notes = {"inmortal"}, .file = 1, .line = 2}},
     "src/list.h:2: expected 'row ...' or 'immortal' here, not 'inmortal'"},
    {{{VARIABLE("v"), .notes = {"slot () -> _"}, .file = 1, .line = 2}},
     "src/list.h:2: expected 'row ...' or 'immortal' here, not 'slot () -> _'"},
    {{{FIELD("t", "f"), .notes = {"immortal"}, .file = 1, .line = 2}},
     "src/list.h:2: expected 'row ...' or 'slot ...' here, not 'immortal'"},
    {{{FIELD("t", "f"), .notes = {"slot () -> _"}, .file = 1, .line = 2}},
     "src/list.h:2: 'f' is no pointer to a function"},
    {{{FIELD("", "f"), .notes = {"slot () -> _"}, .file = 1, .line = 2,
       .is_code = true}},
     "src/list.h:2: the struct around 'f' has no tag"},
    {{{FIELD("t", "f"), .notes = {"slot () > _"}, .file = 1, .line = 2,
       .is_code = true}},
     "src/list.h:2: expected '->' and what the call returns, not '>'"},
    {{{.kind = IR_DECLARED_OTHER, .notes = {"new?"}, .file = 1, .line = 2}},
     "src/list.h:2: expected 'row ...' here, not 'new?'"},
};

static void add_item(struct arena *a, struct ir_header *h,
                     const struct item *item)
{
    struct ir_declared *d = &h->items[h->nitems++];
    struct ir_decl *f = &h->unit->decls[h->nitems];
    struct ir_note *notes = arena_array(a, struct ir_note, 2);
    uint32_t n = 0;

    *d = (struct ir_declared){.kind = item->kind,
                              .pos = {item->file, item->line, 1},
                              .decl = h->nitems,
                              .name = item->name ? item->name : "",
                              .record = item->record ? item->record : "",
                              .is_code = item->is_code,
                              .is_foreign = item->is_foreign};
    for (; n < 2 && item->notes[n]; n++)
        notes[n] = (struct ir_note){
            .text = arena_printf(a, "refcheck:%s", item->notes[n]),
            .pos = d->pos};
    if (item->signature) {
        *f = function(a, item->signature);
        *f = (struct ir_decl){.name = item->name,
                              .pos = d->pos,
                              .result = f->result,
                              .nparams = f->nparams,
                              .params = f->params,
                              .has_prototype = true,
                              .nnotes = n,
                              .notes = notes};
    } else {
        d->notes = notes;
        d->nnotes = n;
    }
}

static const char *text_of(struct arena *a, struct ir_header *h)
{
    struct err err = {""};
    const char *text = NULL;

    if (rules_from_header(a, h, "src", "in", &text, &err) < 0)
        return arena_strdup(a, err.text);
    assert_memory_equal(text, "# Made by `refcheck rules --from in/list.h` ",
                        44);
    while (*text == '#')
        text = strchr(text, '\n') + 1;
    return text;
}

static void test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        struct arena a = {0};
        struct ir_unit unit = {.files = files,
                               .types = types,
                               .records = records,
                               .main = files[1]};
        struct ir_header h = {.unit = &unit};

        unit.decls = arena_array(&a, struct ir_decl, ITEMS_MOST + 1);
        h.items = arena_array(&a, struct ir_declared, ITEMS_MOST);
        for (int k = 0; k < ITEMS_MOST && headers[i].items[k].file; k++)
            add_item(&a, &h, &headers[i].items[k]);
        print_message("%s\n", headers[i].expect);
        assert_string_equal(text_of(&a, &h), headers[i].expect);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_convention),
        cmocka_unit_test(test_family),
        cmocka_unit_test(test_headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
