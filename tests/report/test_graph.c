// test_graph.c - report/graph.h: boxes and arrows as text, and as a picture.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/graph.h"

#include <stdlib.h>
#include <string.h>

static char *printed(const struct graph *g,
                     void (*print)(FILE *out, const struct graph *g))
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    print(out, g);
    fclose(out);
    return text;
}

static void test_dot(void **state)
{
    struct arena a = {0};
    struct graph g = {.arena = &a};
    size_t list = graph_node(&g, "list");
    size_t node = graph_node(&g, "no\"de");
    char *text;

    (void)state;
    assert_int_equal(graph_node(&g, "list"), list);
    graph_add_edge(&g, list, node, "first");
    graph_add_edge(&g, list, node, "first");
    graph_add_edge(&g, node, node, "next");
    graph_add_row(&g, node, "item: any object");
    graph_add_row(&g, node, "item: any object");
    g.nodes[node].marked = true;
    g.nodes[node].says = "alone";
    graph_mark_rings(&g);
    text = printed(&g, graph_print_dot);
    assert_string_equal(
        text,
        "digraph types {\n"
        "  node [shape=box, fontname=\"sans-serif\"];\n"
        "  n0 [label=\"list\"];\n"
        "  n1 [label=\"no\\\"de\\nalone\\nitem: any object\\l\", style=filled, "
        "fillcolor=\"#fde2dc\"];\n"
        "  n0 -> n1 [label=\"first\"];\n"
        "  n1 -> n1 [label=\"next\", color=\"#c0392b\", penwidth=2];\n"
        "}\n");
    free(text);
    arena_release(&a);
}

struct box {
    int x, y, w, h;
};

static size_t boxes_of(const char *svg, struct box *ret, size_t most)
{
    size_t n = 0;

    for (const char *at = svg; (at = strstr(at, "<rect x=")) != NULL; at++) {
        assert_true(n < most);
        assert_int_equal(sscanf(at,
                                "<rect x=\"%d\" y=\"%d\" width=\"%d\" "
                                "height=\"%d\"",
                                &ret[n].x, &ret[n].y, &ret[n].w, &ret[n].h),
                         4);
        n++;
    }
    return n;
}

static bool overlap(const struct box *p, const struct box *q)
{
    return p->x < q->x + q->w && q->x < p->x + p->w && p->y < q->y + q->h
           && q->y < p->y + p->h;
}

// Forty types, some of them deep below each other, with arrows that pass
// layers, lead back, or lead to their own box.
static void test_picture(void **state)
{
    struct arena a = {0};
    struct graph g = {.arena = &a};
    struct box boxes[64];
    char *first;
    char *second;
    size_t n;

    (void)state;
    for (size_t i = 0; i < 40; i++)
        graph_node(&g, arena_printf(&a, "type<%zu>", i * i * i));
    for (size_t i = 0; i < 30; i++) {
        graph_add_edge(&g, i, (i * 7 + 3) % 30, "a & b");
        graph_add_edge(&g, i / 3, i, "child");
        graph_add_row(&g, i, "field: any object");
    }
    graph_mark_rings(&g);
    first = printed(&g, graph_print_svg);
    second = printed(&g, graph_print_svg);
    assert_string_equal(first, second);
    assert_null(strstr(first, "type<"));
    assert_null(strstr(first, "a & b"));
    assert_non_null(strstr(first, "class=\"ring\""));
    n = boxes_of(first, boxes, 64);
    assert_int_equal(n, 40);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(overlap(&boxes[i], &boxes[k]));
    free(first);
    free(second);
    arena_release(&a);
}

static void test_empty(void **state)
{
    struct arena a = {0};
    struct graph g = {.arena = &a};
    char *text;

    (void)state;
    graph_mark_rings(&g);
    text = printed(&g, graph_print_svg);
    assert_non_null(strstr(text, "</svg>\n"));
    free(text);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dot),
        cmocka_unit_test(test_picture),
        cmocka_unit_test(test_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
