// dot.c - functions -> a Graphviz graph, a cluster for each, blocks as boxes.
//
// Nodes are named by function and block, labels hold the lines of print.c.

#include "ir/text.h"

#include <inttypes.h>
#include <stdlib.h>

static void escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

// What print.c prints of ins, or of the end of a block when that is NULL, as a
// line of a label, set to the left.
static void label_line(FILE *out, const struct ir_unit *unit,
                       const struct ir_fn *fn, const struct ir_ins *ins,
                       const struct ir_block *end)
{
    char *text = NULL;
    size_t size = 0;
    FILE *line = open_memstream(&text, &size);

    if (!line)
        return;
    if (ins)
        ir_print_ins(line, unit, fn, ins);
    else
        ir_print_end(line, unit, fn, end);
    if (fclose(line) == 0)
        escaped(out, text);
    fputs("\\l", out);
    free(text);
}

static void dot_node(FILE *out, uint32_t decl, uint32_t block)
{
    fprintf(out, "f%" PRIu32 "b%" PRIu32, decl, block);
}

static void dot_block(FILE *out, const struct ir_unit *unit,
                      const struct ir_fn *fn, uint32_t index)
{
    const struct ir_block *b = &fn->blocks[index];

    fputs("    ", out);
    dot_node(out, fn->decl, index);
    fprintf(out, " [label=\"block %" PRIu32 "\\l", index);
    for (uint32_t i = 0; b->ins && i < b->nins; i++)
        label_line(out, unit, fn, &b->ins[i], NULL);
    label_line(out, unit, fn, NULL, b);
    fputs("\"];\n", out);
}

static void dot_edge_label(FILE *out, const struct ir_block *b, uint32_t i)
{
    if (b->end == IR_BRANCH)
        fprintf(out, " [label=\"%s\"]", i == 0 ? "true" : "false");
    else if (b->end == IR_SWITCH && (i + 1 == b->nsucc || !b->cases))
        fputs(" [label=\"else\"]", out);
    else if (b->end == IR_SWITCH && b->cases[i].lo == b->cases[i].hi)
        fprintf(out, " [label=\"%" PRId64 "\"]", b->cases[i].lo);
    else if (b->end == IR_SWITCH)
        fprintf(out, " [label=\"%" PRId64 "..%" PRId64 "\"]", b->cases[i].lo,
                b->cases[i].hi);
}

static void dot_edges(FILE *out, const struct ir_fn *fn, uint32_t index)
{
    const struct ir_block *b = &fn->blocks[index];

    for (uint32_t i = 0; b->succ && i < b->nsucc; i++) {
        fputs("    ", out);
        dot_node(out, fn->decl, index);
        fputs(" -> ", out);
        dot_node(out, fn->decl, b->succ[i]);
        dot_edge_label(out, b, i);
        fputs(";\n", out);
    }
}

static void dot_fn(FILE *out, const struct ir_unit *unit,
                   const struct ir_fn *fn)
{
    bool known = unit->decls && fn->decl >= 1 && fn->decl <= unit->ndecls;
    const char *name = known ? unit->decls[fn->decl].name : NULL;

    fprintf(out, "  subgraph cluster_%" PRIu32 " {\n    label=\"", fn->decl);
    escaped(out, name ? name : "?");
    fputs("\";\n", out);
    for (uint32_t i = 0; fn->blocks && i < fn->nblocks; i++)
        dot_block(out, unit, fn, i);
    for (uint32_t i = 0; fn->blocks && i < fn->nblocks; i++)
        dot_edges(out, fn, i);
    fputs("  }\n", out);
}

void ir_print_dot(FILE *out, const struct ir_unit *unit, const struct ir_fn *fn)
{
    fputs("digraph refcheck {\n"
          "  node [shape=box, fontname=\"monospace\"];\n",
          out);
    if (fn)
        dot_fn(out, unit, fn);
    for (uint32_t i = 0; !fn && i < unit->nfns; i++)
        dot_fn(out, unit, &unit->fns[i]);
    fputs("}\n", out);
}
