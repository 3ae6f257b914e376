// test_graph.c - sight/graph.c, holders.c, places.c, scc.c and the pictures:
// who holds whom, as lists, as text, as DOT, SVG and HTML.

#include "support.h"

#include <ctype.h>
#include <inttypes.h>

static void done(int r)
{
    assert_int_equal(r, 0);
}

// value is given back.
static void set(rc_object *o, const char *name, rc_object *value)
{
    done(rc_attr_set(o, name, made(value)));
    rc_decref(value);
}

// ---- lists ----

// How often o is in list, which is given back.
static size_t times(rc_object *list, const rc_object *o)
{
    int64_t n = rc_list_length(made(list));
    size_t found = 0;

    for (int64_t i = 0; i < n; i++)
        found += rc_list_at(list, i) == o;
    rc_decref(list);
    return found;
}

static void test_lists(void **state)
{
    rc_object *leaf = made(rc_str_new("a leaf"));
    rc_object *list = made(rc_list_pack(2, leaf, leaf));
    rc_object *tuple = made(rc_tuple_pack(2, list, leaf));
    rc_object *all = made(rc_gc_objects());

    (void)state;
    assert_int_equal(times(rc_newref(all), list), 1);
    assert_int_equal(times(rc_newref(all), tuple), 1);
    assert_int_equal(times(rc_newref(all), leaf), 0);
    assert_int_equal(times(rc_newref(all), all), 0);
    rc_decref(all);

    assert_int_equal(times(rc_referrers(leaf), list), 2);
    assert_int_equal(times(rc_referrers(leaf), tuple), 1);
    assert_int_equal(times(rc_referrers(list), tuple), 1);
    assert_int_equal(rc_list_length(all = made(rc_referrers(tuple))), 0);
    rc_decref(all);
    assert_int_equal(times(rc_referents(list), leaf), 2);
    assert_int_equal(times(rc_referents(tuple), list), 1);
    assert_int_equal(rc_list_length(all = made(rc_referents(leaf))), 0);
    rc_decref(all);

    // One that holds itself; the list of referrers is none.
    done(rc_list_append(list, list));
    assert_int_equal(times(rc_referrers(list), list), 1);
    assert_int_equal(times(rc_referents(list), list), 1);
    done(rc_list_clear(list));
    rc_decref(tuple);
    rc_decref(list);
    rc_decref(leaf);
}

// ---- holders ----

struct labels {
    char text[512];
    size_t stop_after;
};

static int add_label(rc_object *from, rc_object *to, const char *label,
                     void *arg)
{
    struct labels *l = arg;
    size_t n = strlen(l->text);

    (void)to;
    snprintf(l->text + n, sizeof(l->text) - n, "%s of %s|", label,
             rc_type_name(from));
    if (l->stop_after == 0)
        return 0;
    l->stop_after--;
    return l->stop_after == 0 ? 3 : 0;
}

static void test_who_holds(void **state)
{
    rc_object *o = made(rc_list_new());
    rc_object *list = made(rc_list_pack(3, rc_none, o, o));
    rc_object *dict = made(rc_dict_new());
    struct rc_holders h = {0};
    struct labels l = {.text = ""};

    (void)state;
    done(rc_dict_set_text(dict, "x", o));
    done(rc_who_holds(o, add_label, &l, &h));
    assert_string_equal(l.text, "[1] of list|[2] of list|['x'] of dict|");
    assert_int_equal(h.count, 4);
    assert_int_equal(h.explained, 3);
    assert_int_equal(h.outside, 1);

    done(rc_who_holds(dict, NULL, NULL, &h));
    assert_int_equal(h.count, 1);
    assert_int_equal(h.explained, 0);
    assert_int_equal(h.outside, 1);

    l = (struct labels){.stop_after = 2};
    assert_int_equal(rc_who_holds(o, add_label, &l, &h), 3);
    assert_int_equal(count_in(l.text, "|"), 2);

    done(rc_who_holds(rc_none, NULL, NULL, &h));
    assert_int_equal(h.count, RC_COUNT_IMMORTAL);
    assert_true(h.explained >= 1);
    assert_int_equal(h.outside, 0);
    rc_decref(dict);
    rc_decref(list);
    rc_decref(o);
}

static char *text_of(int (*write)(rc_object *o, size_t n, FILE *out),
                     rc_object *o, size_t n)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    done(write(o, n, out));
    done(fclose(out));
    return text;
}

static int print_holders(rc_object *o, size_t n, FILE *out)
{
    (void)n;
    return rc_print_holders(o, out);
}

static int print_places(rc_object *o, size_t n, FILE *out)
{
    (void)n;
    return rc_print_places(o, out);
}

static void test_print_holders(void **state)
{
    rc_object *o = made(rc_list_new()), *t = made(rc_tuple_pack(1, o));
    char *text = text_of(print_holders, o, 0), expect[256];

    (void)state;
    snprintf(expect, sizeof(expect),
             "list at 0x%" PRIxPTR " is held by\n"
             "  [0] of tuple at 0x%" PRIxPTR "\n"
             "count 2: 1 from objects, 1 from outside (C code, the runtime, "
             "leaks)\n",
             rc_id(o), rc_id(t));
    assert_string_equal(text, expect);
    free(text);
    text = text_of(print_holders, rc_none, 0);
    assert_non_null(strstr(text, "\nimmortal: not counted, "));
    free(text);
    rc_decref(t);
    rc_decref(o);
}

// ---- places ----

struct place {
    enum rc_place place;
    char text[256]; // without what is behind " at 0x"
};

struct places {
    struct place all[20];
    size_t n;
};

static int add_place(enum rc_place place, rc_object *holder, const char *text,
                     void *arg)
{
    struct places *p = arg;
    struct place *next = &p->all[p->n++];
    char *address;

    assert_true(p->n <= 20);
    assert_true((holder == NULL) == (place == RC_PLACE_RUNTIME));
    next->place = place;
    snprintf(next->text, sizeof(next->text), "%s", text);
    address = strstr(next->text, " at 0x");
    if (address)
        *address = '\0';
    return 0;
}

static bool has_place(const struct places *p, const struct place *expect)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->all[i].place == expect->place
            && strcmp(p->all[i].text, expect->text) == 0)
            return true;
    }
    return false;
}

static void test_places(void **state)
{
    static const struct place expect[] = {
        {RC_PLACE_FRAME, "local x of frame main"},
        {RC_PLACE_MODULE, "global the_list of module app"},
        {RC_PLACE_CLASS, "attribute shared of class C"},
        {RC_PLACE_INSTANCE, "attribute own of instance of C"},
        {RC_PLACE_CELL, "cell 1 of function first"},
        {RC_PLACE_CELL, "cell 0 of function second"},
        {RC_PLACE_CONTAINER, "attribute note of function first"},
        {RC_PLACE_CONTAINER, "[0] of tuple"},
        {RC_PLACE_CONTAINER, "['loose'] of dict"},
        {RC_PLACE_CONTAINER, ".value of cell"},
    };
    enum { EXPECTED = sizeof(expect) / sizeof(*expect) };
    rc_object *o = made(rc_list_new()), *module = made(rc_module_new("app"));
    rc_object *cls = made(rc_class_new("C", NULL));
    rc_object *instance = made(rc_instance_new(cls));
    rc_object *cell = made(rc_cell_new(o)), *loose = made(rc_cell_new(o));
    rc_object *empty = made(rc_cell_new(NULL));
    rc_object *both = made(rc_tuple_pack(2, empty, cell));
    rc_object *one = made(rc_tuple_pack(1, cell));
    rc_object *first = made(rc_function_new("first", do_nothing, module, both));
    rc_object *second = made(rc_function_new("second", do_nothing, NULL, one));
    rc_object *tuple = made(rc_tuple_pack(1, o)), *dict = made(rc_dict_new());
    struct places found = {.n = 0};
    char *text;

    (void)state;
    done(rc_frame_enter("main", NULL, module));
    done(rc_local_set("x", o));
    set(module, "the_list", rc_newref(o));
    set(cls, "shared", rc_newref(o));
    set(instance, "own", rc_newref(o));
    set(first, "note", rc_newref(o));
    done(rc_dict_set_text(dict, "loose", o));

    done(rc_places(o, add_place, &found));
    for (size_t i = 0; i < EXPECTED; i++) {
        print_message("%s\n", expect[i].text);
        assert_true(has_place(&found, &expect[i]));
    }
    assert_int_equal(found.n, EXPECTED);

    text = text_of(print_places, o, 0);
    assert_int_equal(count_in(text, "\n"), EXPECTED + 1);
    assert_non_null(strstr(text, "  local x of frame main\n"));
    free(text);
    rc_frame_leave();

    rc_object *const all[] = {o,      module, cls,  instance, cell,
                              loose,  empty,  both, one,      first,
                              second, tuple,  dict};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        rc_decref(all[i]);
}

static void test_place_of_nobody(void **state)
{
    rc_object *o = made(rc_list_new());
    struct places found = {.n = 0};
    static const struct place current = {RC_PLACE_RUNTIME,
                                         "the current frame of the runtime"};
    char *text;

    (void)state;
    done(rc_places(o, add_place, &found));
    assert_int_equal(found.n, 0);
    text = text_of(print_places, o, 0);
    assert_non_null(strstr(text, "no object"));
    free(text);

    done(rc_frame_enter("f", NULL, NULL));
    done(rc_places(made(rc_frame_current()), add_place, &found));
    assert_int_equal(found.n, 1);
    assert_true(has_place(&found, &current));
    rc_frame_leave();
    rc_decref(o);
}

// The name that a module has for something is an object, too.
static void test_place_of_key(void **state)
{
    rc_object *module = made(rc_module_new("app"));
    rc_object *key = made(rc_str_intern("a_name_of_it"));
    struct places found = {.n = 0};
    static const struct place expect = {
        RC_PLACE_MODULE, "name of global a_name_of_it of module app"};

    (void)state;
    set(module, "a_name_of_it", rc_newref(rc_none));
    done(rc_places(key, add_place, &found));
    assert_int_equal(found.n, 1);
    assert_true(has_place(&found, &expect));
    rc_decref(key);
    rc_decref(module);
}

// ---- pictures ----

// list <-> dict, list -> float, and a str that wants to be markup.
static rc_object *sample(void)
{
    rc_object *list = made(rc_list_new()), *dict = made(rc_dict_new());
    rc_object *text = made(rc_str_new("</script><b>\"&'\\\x02 ä"));

    done(rc_dict_set_text(dict, "back", list));
    done(rc_dict_set(dict, text, text));
    done(rc_list_push(list, dict));
    done(rc_list_push(list, made(rc_float_new(0.5))));
    done(rc_list_append(list, rc_none));
    rc_decref(text);
    return list;
}

static void release_sample(rc_object *list)
{
    done(rc_list_clear(list));
    rc_decref(list);
}

// Does each "..." end, each [ have its ], in lines that DOT can read?
static void check_dot(const char *dot)
{
    bool is_quoted = false;
    int depth = 0;

    for (const char *c = dot; *c; c++) {
        assert_true((unsigned char)*c >= ' ' || *c == '\n');
        if (is_quoted && *c == '\\') {
            c++;
            assert_non_null(strchr("n\\\"", *c));
        } else if (*c == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted) {
            assert_false(*c == '<');
            depth += (*c == '[' || *c == '{') - (*c == ']' || *c == '}');
            assert_true(depth >= 0 && depth <= 2);
        }
    }
    assert_false(is_quoted);
    assert_int_equal(depth, 0);
}

static void test_dot(void **state)
{
    rc_object *list = sample();
    char *dot = text_of(rc_graph_dot, list, 100);

    (void)state;
    check_dot(dot);
    assert_memory_equal(dot, "digraph objects {\n", 18);
    assert_int_equal(count_in(dot, "\n  n"), 1 + 4 + 4); // "node" is one
    assert_int_equal(count_in(dot, " -> "), 4);
    assert_non_null(strstr(dot, "n0 -> n1 [label=\"[0]\", color="));
    assert_non_null(strstr(dot, "n1 -> n0 [label=\"['back']\", color="));
    assert_non_null(strstr(dot, "n0 -> n2 [label=\"[1]\"];"));
    assert_int_equal(count_in(dot, "fillcolor=\"#ffffff\""), 1);
    assert_int_equal(count_in(dot, "fillcolor=\"#"), 1 + 2); // in the cycle
    free(dot);
    release_sample(list);
}

// ---- markup ----

static const char *skip_name(const char *c)
{
    while (isalnum((unsigned char)*c) || *c == '-' || *c == ':' || *c == '_')
        c++;
    return c;
}

// Behind what begins with '&'.
static const char *skip_entity(const char *c)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;",
                                        "&#39;"};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strncmp(c, known[i], strlen(known[i])) == 0)
            return c + strlen(known[i]);
    }
    fail_msg("a bare &: %.20s", c);
    return c;
}

// Behind attributes, at '>' or "/>".
static const char *skip_attributes(const char *c)
{
    while (*c == ' ') {
        const char *name = c + 1;

        c = skip_name(name);
        assert_true(c > name);
        assert_memory_equal(c, "=\"", 2);
        for (c += 2; *c != '"';) {
            assert_true(*c && *c != '<');
            c = *c == '&' ? skip_entity(c) : c + 1;
        }
        c++;
    }
    return c;
}

struct open_tags {
    char names[16][16];
    size_t n;
};

// c is at '<'.
static const char *check_tag(const char *c, struct open_tags *open)
{
    bool is_end = c[1] == '/';
    const char *name = c + 1 + is_end, *end = skip_name(name);
    size_t length = (size_t)(end - name);

    assert_true(length > 0 && length < 16);
    if (is_end) {
        assert_true(open->n > 0);
        open->n--;
        assert_int_equal(strlen(open->names[open->n]), length);
        assert_memory_equal(open->names[open->n], name, length);
        assert_int_equal(*end, '>');
        return end + 1;
    }
    end = skip_attributes(end);
    if (*end == '/') {
        assert_int_equal(end[1], '>');
        return end + 2;
    }
    assert_int_equal(*end, '>');
    assert_true(open->n < 16);
    memcpy(open->names[open->n], name, length);
    open->names[open->n++][length] = '\0';
    return end + 1;
}

// One element with all that is in it, as XML wants it; returns what follows.
static const char *check_xml(const char *c)
{
    struct open_tags open = {.n = 0};

    assert_int_equal(*c, '<');
    do {
        assert_int_not_equal(*c, '\0');
        if (*c == '<') {
            c = check_tag(c, &open);
        } else if (*c == '&') {
            c = skip_entity(c);
        } else {
            assert_true((unsigned char)*c >= ' ' || *c == '\n');
            c++;
        }
    } while (open.n);
    return c;
}

static void test_svg(void **state)
{
    rc_object *list = sample();
    char *svg = text_of(rc_graph_svg, list, 100);

    (void)state;
    assert_string_equal(check_xml(svg), "\n");
    assert_int_equal(count_in(svg, "<g class=\"node"), 4);
    assert_int_equal(count_in(svg, "<g class=\"link"), 4);
    assert_int_equal(count_in(svg, "class=\"node root\""), 1);
    assert_int_equal(count_in(svg, "class=\"node leaf\""), 2);
    assert_non_null(strstr(svg, "4 objects, 4 references, 1 group of objects "
                                "that hold each other<"));
    free(svg);
    release_sample(list);
}

// The JSON of a page: brackets, strings and escapes fit.
static const char *check_json(const char *c)
{
    bool is_quoted = false;
    int depth = 0;

    do {
        assert_true((unsigned char)*c >= ' ' || (*c == '\n' && !is_quoted));
        assert_false(*c == '<');
        if (is_quoted && *c == '\\')
            assert_non_null(strchr("\"\\u", *++c));
        else if (*c == '"')
            is_quoted = !is_quoted;
        else if (!is_quoted)
            depth += (*c == '[' || *c == '{') - (*c == ']' || *c == '}');
        c++;
    } while (depth);
    assert_false(is_quoted);
    return c;
}

static void test_html(void **state)
{
    rc_object *list = sample();
    char *html = text_of(rc_graph_html, list, 100);
    const char *svg = strstr(html, "<svg "), *data;

    (void)state;
    assert_memory_equal(html, "<!DOCTYPE html>\n", 16);
    assert_non_null(svg);
    data = strstr(check_xml(svg), "application/json\">\n");
    assert_non_null(data);
    data = strchr(data, '[');
    assert_non_null(data);
    assert_int_equal(count_in(data, "\n{\"type\":"), 3);
    assert_memory_equal(check_json(data), "\n</script>\n", 11);
    assert_int_equal(count_in(html, "</script>"), 2);
    assert_int_equal(count_in(html, "src="), 0);
    assert_int_equal(count_in(html, "href"), 0);
    assert_int_equal(count_in(html, "http"), 2); // the name of SVG, a <meta>
    free(html);
    release_sample(list);
}

static int (*const drawings[])(rc_object *o, size_t n, FILE *out) = {
    rc_graph_dot, rc_graph_svg, rc_graph_html};

static void check_picture(size_t which, const char *text)
{
    if (which == 0)
        check_dot(text);
    else
        check_xml(strstr(text, "<svg "));
}

// Breadth first, up to a number of objects.
static void test_max_objects(void **state)
{
    static const size_t most[] = {0, 1, 2, 5, 30, 41, 42, SIZE_MAX};
    rc_object *list = made(rc_list_new());

    (void)state;
    for (int i = 0; i < 20; i++) {
        rc_object *item = made(rc_list_new());

        done(rc_list_push(item, made(rc_float_new(i))));
        done(rc_list_push(list, item));
    }
    for (size_t i = 0; i < sizeof(most) / sizeof(*most); i++) {
        size_t expect = most[i] < 41 ? most[i] : 41;
        char *svg = text_of(rc_graph_svg, list, most[i]);

        print_message("%zu\n", most[i]);
        check_xml(svg);
        assert_int_equal(count_in(svg, "<g class=\"node"), expect);
        assert_int_equal(count_in(svg, "<g class=\"link"),
                         expect ? expect - 1 : 0);
        assert_int_equal(count_in(svg, "more is not shown"), expect < 41);
        assert_int_equal(count_in(svg, "class=\"node leaf\""),
                         expect > 21 ? expect - 21 : 0);
        free(svg);
    }
    rc_decref(list);
}

static void make_nothing(rc_object *list)
{
    (void)list;
}

static void make_chain(rc_object *list)
{
    for (int i = 0; i < 500; i++) {
        rc_object *next = made(rc_list_new());

        done(rc_list_append(list, next));
        rc_decref(next);
        list = next;
    }
}

static void make_star(rc_object *list)
{
    for (int i = 0; i < 500; i++)
        done(rc_list_push(list, made(rc_list_pack(1, list))));
}

// Each holds each, also itself.
static void make_clique(rc_object *list)
{
    for (int i = 0; i < 20; i++)
        done(rc_list_push(list, made(rc_list_new())));
    for (int64_t i = 0; i < 20; i++) {
        for (int64_t k = 0; k < 20; k++)
            done(rc_list_append(rc_list_at(list, i), rc_list_at(list, k)));
    }
}

// Many references to the same are one link.
static void make_multiple(rc_object *list)
{
    rc_object *one = made(rc_list_new());

    for (int i = 0; i < 1000; i++)
        done(rc_list_append(list, one));
    rc_decref(one);
}

static void make_pairs(rc_object *list)
{
    for (int i = 0; i < 50; i++) {
        rc_object *a = made(rc_list_new()), *b = made(rc_list_pack(1, a));

        done(rc_list_append(a, b));
        done(rc_list_push(list, a));
        rc_decref(b);
    }
}

static void break_all(rc_object *list)
{
    rc_object *all = made(rc_gc_objects());
    int64_t n = rc_list_length(all);

    rc_decref(list);
    for (int64_t i = 0; i < n; i++) {
        if (rc_is_list(rc_list_at(all, i)))
            done(rc_list_clear(rc_list_at(all, i)));
    }
    rc_decref(all);
}

static void test_shapes(void **state)
{
    static const struct {
        const char *name;
        void (*make)(rc_object *list);
        size_t nodes, links, coloured;
    } cases[] = {
        {"one", make_nothing, 1, 0, 0},
        {"chain", make_chain, 501, 500, 0},
        {"star", make_star, 501, 1000, 501},
        {"clique", make_clique, 21, 420, 20},
        {"multiple", make_multiple, 2, 1, 0},
        {"pairs", make_pairs, 101, 150, 100},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        rc_object *list = made(rc_list_new());

        print_message("%s\n", cases[i].name);
        cases[i].make(list);
        for (size_t k = 0; k < 3; k++) {
            char *text = text_of(drawings[k], list, 1000);

            check_picture(k, text);
            if (k == 1) {
                assert_int_equal(count_in(text, "<g class=\"node"),
                                 cases[i].nodes);
                assert_int_equal(count_in(text, "<g class=\"link"),
                                 cases[i].links);
                assert_int_equal(count_in(text, " style=\"fill:#"),
                                 cases[i].coloured);
            }
            free(text);
        }
        break_all(list);
    }
}

// No root: all containers, in parts that are not connected.
static void test_all_containers(void **state)
{
    rc_object *list = made(rc_list_new()), *leaf = made(rc_int_new(4711));
    rc_object *dict = made(rc_dict_new());

    (void)state;
    make_pairs(list);
    done(rc_list_append(list, leaf));
    done(rc_dict_set(dict, leaf, leaf));
    for (size_t k = 0; k < 3; k++) {
        char *text = text_of(drawings[k], NULL, 1000);

        check_picture(k, text);
        if (k == 1) {
            assert_int_equal(count_in(text, "<g class=\"node"), 102);
            assert_int_equal(count_in(text, "class=\"node leaf"), 0);
            assert_int_equal(count_in(text, "class=\"node root"), 0);
        }
        free(text);
    }
    rc_decref(dict);
    rc_decref(leaf);
    break_all(list);
}

static size_t reprs; // how often code of the program was asked

static rc_object *fail_repr(rc_object *self)
{
    (void)self;
    reprs++;
    return NULL;
}

static rc_type odd_type = {
    .name = "odd <\xff\x01 type of a name that is far too long to be shown>",
    .size = sizeof(rc_object),
    .repr = fail_repr,
};

// Text of the program cannot break a picture, and its code is not run.
static void test_odd_text(void **state)
{
    rc_object *list = made(rc_list_new());
    rc_object *dict = made(rc_dict_new()), *key;

    (void)state;
    done(rc_type_ready(&odd_type));
    key = made(rc_new(&odd_type));
    done(rc_dict_set(dict, key, key));
    done(rc_list_push(list, dict));
    done(rc_list_push(list, key));
    done(rc_list_push(list, made(rc_str_new_n("a\0b\xef\xbf\xbe\x7f", 7))));
    done(rc_list_push(list, made(rc_str_new("\xe2\x80\xae\xe2\x80\xa8"))));
    done(rc_list_push(list, made(rc_str_new("]]>--><!-- {{ $x }}"))));
    for (size_t k = 0; k < 3; k++) {
        char *text = text_of(drawings[k], list, 100);

        check_picture(k, text);
        assert_int_equal(count_in(text, "\xff"), 0);
        assert_int_equal(count_in(text, "\xef\xbf\xbe"), 0);
        assert_int_equal(count_in(text, "\xe2\x80\xa8"), 0);
        assert_int_equal(count_in(text, "<!--"), k == 0); // as text in DOT
        free(text);
    }
    assert_int_equal(reprs, 0);
    rc_decref(list);
}

// ---- looking from a finalizer ----

static size_t looks;
static rc_object *seen_by_finalizer; // whose references are looked for

static void look_around(rc_object *self)
{
    FILE *out = fopen("/dev/null", "w");
    struct rc_snapshot *snapshot = rc_snapshot_new();

    looks++;
    assert_non_null(out);
    assert_non_null(snapshot);
    done(rc_print_holders(self, out));
    done(rc_print_places(seen_by_finalizer, out));
    done(rc_heap_map(out, true));
    for (size_t k = 0; k < 3; k++)
        done(drawings[k](NULL, 1000, out));
    rc_snapshot_free(snapshot);
    fclose(out);
}

static rc_type witness_type = {
    .name = "witness",
    .size = 32,
    .finalize = look_around,
};

// A collection has begun to take the dead apart when their leaves die.
static void test_during_collection(void **state)
{
    static char long_text[5000];

    (void)state;
    memset(long_text, 'x', sizeof(long_text));
    done(rc_type_ready(&witness_type));
    seen_by_finalizer = made(rc_list_new());
    looks = 0;
    for (size_t i = 0; i < 2; i++) {
        size_t length = i ? sizeof(long_text) : 20;
        rc_object *cls = made(rc_class_new("C", NULL));
        rc_object *o = made(rc_instance_new(cls));
        rc_object *list = made(rc_list_pack(2, o, seen_by_finalizer));

        set(o, "class", rc_newref(cls));
        set(cls, "list", rc_newref(list));
        done(rc_list_push(list, made(rc_str_new_n(long_text, length))));
        done(rc_list_push(list, made(rc_new(&witness_type))));
        done(rc_list_push(list, made(rc_str_new_n(long_text, length))));
        rc_decref(cls);
        rc_decref(o);
        rc_decref(list);
        rc_gc_collect();
        assert_int_equal(looks, i + 1);
    }
    rc_clear(&seen_by_finalizer);
}

#ifdef RC_AUDIT

static rc_object *referrers(rc_object *o)
{
    return rc_referrers(o);
}

static rc_object *referents(rc_object *o)
{
    return rc_referents(o);
}

static rc_object *objects(rc_object *o)
{
    (void)o;
    return rc_gc_objects();
}

static void test_no_memory(void **state)
{
    static rc_object *(*const ask[])(rc_object *o) = {referrers, referents,
                                                      objects};
    rc_object *list = made(rc_list_new());

    (void)state;
    make_star(list);
    for (size_t i = 0; i < 3; i++) {
        rc_object *result = NULL;

        print_message("%zu\n", i);
        for (uint64_t n = 1; !result && n < 1000; n++) {
            rc_audit_fail_alloc(n, true);
            result = ask[i](list);
            rc_audit_fail_alloc(0, false);
            if (!result)
                assert_int_equal(rc_error_code(), RC_ERROR_MEMORY);
            rc_error_clear();
        }
        rc_decref(made(result));
        assert_int_equal(rc_count_at(rc_id(list)), 501);
    }
    break_all(list);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_lists),
        TEST(test_who_holds),
        TEST(test_print_holders),
        TEST(test_places),
        TEST(test_place_of_nobody),
        TEST(test_place_of_key),
        TEST(test_dot),
        TEST(test_svg),
        TEST(test_html),
        TEST(test_max_objects),
        TEST(test_shapes),
        TEST(test_all_containers),
        TEST(test_odd_text),
        TEST(test_during_collection),
#ifdef RC_AUDIT
        TEST(test_no_memory),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
