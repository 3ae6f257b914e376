// print.c - instructions, block ends and functions -> lines of text.
//
//     %3 = call PyList_New(%1, %2) : PyObject *  ; file.c:12:5 [MACRO]
//
// Where the text stands in a macro's body, its place follows the macro's
// name: [MACRO inc.h:7:20]. Types are left out where the operands say them.

#include "ir/text.h"

#include <inttypes.h>

static void print_temp(FILE *out, uint32_t temp)
{
    fprintf(out, "%%%" PRIu32, temp);
}

static void print_call(FILE *out, const struct ir_unit *unit,
                       const struct ir_ins *ins)
{
    fputc(' ', out);
    if (ins->ref) {
        text_decl(out, unit, ins->ref);
    } else {
        fputc('*', out);
        print_temp(out, ins->a);
    }
    fputc('(', out);
    for (uint32_t i = 0; ins->args && i < ins->nargs; i++) {
        fputs(i ? ", " : "", out);
        print_temp(out, ins->args[i]);
    }
    fputc(')', out);
}

static void print_operands(FILE *out, const struct ir_ins *ins)
{
    const char *before = " ";

    if (ins->a) {
        fputs(before, out);
        print_temp(out, ins->a);
        before = ", ";
    }
    if (ins->b) {
        fputs(before, out);
        print_temp(out, ins->b);
    }
}

static void print_field(FILE *out, const struct ir_unit *unit,
                        const struct ir_ins *ins)
{
    print_operands(out, ins);
    fputs(" ->", out);
    text_field(out, unit, ins->ref, ins->imm);
    fputs(" of ", out);
    text_record(out, unit, ins->ref);
}

static void print_what(FILE *out, const struct ir_unit *unit,
                       const struct ir_fn *fn, const struct ir_ins *ins)
{
    switch (ins->op) {
    case IR_CONST:
        fprintf(out, " %" PRId64, ins->imm);
        break;
    case IR_STR:
        fputc(' ', out);
        text_quoted(out, ins->text ? ins->text : "");
        break;
    case IR_FN:
        fputc(' ', out);
        text_decl(out, unit, ins->ref);
        break;
    case IR_GLOBAL:
        fputc(' ', out);
        text_global(out, unit, ins->ref);
        break;
    case IR_LOCAL:
    case IR_DECLARE:
        fputc(' ', out);
        text_local(out, fn, ins->ref);
        break;
    case IR_FIELD:
        print_field(out, unit, ins);
        break;
    case IR_CALL:
        print_call(out, unit, ins);
        break;
    default:
        print_operands(out, ins);
        break;
    }
}

// Is the type of the result plain from the rest of the line?
static bool type_is_plain(enum ir_op op)
{
    return op == IR_STR || op == IR_FN || op == IR_LOCAL || op == IR_GLOBAL
           || op == IR_FIELD || op == IR_DECLARE;
}

static void print_macro(FILE *out, const struct ir_unit *unit,
                        const char *macro, struct ir_pos spelled)
{
    if (!macro || !macro[0])
        return;
    fprintf(out, " [%s", macro);
    if (spelled.file) {
        fputc(' ', out);
        text_pos(out, unit, spelled);
    }
    fputc(']', out);
}

void ir_print_ins(FILE *out, const struct ir_unit *unit, const struct ir_fn *fn,
                  const struct ir_ins *ins)
{
    if (ins->dst) {
        print_temp(out, ins->dst);
        fputs(" = ", out);
    }
    fputs(ir_op_name(ins->op), out);
    print_what(out, unit, fn, ins);
    if (ins->type && !type_is_plain(ins->op)) {
        fputs(" : ", out);
        text_type(out, unit, ins->type);
    }
    text_at(out, unit, ins->at);
    print_macro(out, unit, ins->macro, ins->spelled);
}

static void print_cases(FILE *out, const struct ir_block *b)
{
    for (uint32_t i = 0; b->succ && i < b->nsucc; i++) {
        fputs(i ? ", " : " ", out);
        if (i + 1 == b->nsucc || !b->cases)
            fputs("else", out);
        else if (b->cases[i].lo == b->cases[i].hi)
            fprintf(out, "%" PRId64, b->cases[i].lo);
        else
            fprintf(out, "%" PRId64 "..%" PRId64, b->cases[i].lo,
                    b->cases[i].hi);
        fprintf(out, " -> block %" PRIu32, b->succ[i]);
    }
}

static void print_succ(FILE *out, const struct ir_block *b)
{
    for (uint32_t i = 0; b->succ && i < b->nsucc; i++)
        fprintf(out, "%sblock %" PRIu32, i ? ", " : " ", b->succ[i]);
}

void ir_print_end(FILE *out, const struct ir_unit *unit, const struct ir_fn *fn,
                  const struct ir_block *b)
{
    static const char *const names[IR_ENDS] = {
        [IR_JUMP] = "jump",     [IR_BRANCH] = "branch",
        [IR_SWITCH] = "switch", [IR_CHOOSE] = "choose",
        [IR_RETURN] = "return", [IR_UNREACHABLE] = "unreachable",
    };

    (void)fn; // in the signature for the day an end refers to a local
    fputs((unsigned)b->end < IR_ENDS ? names[b->end] : "?", out);
    if (b->value) {
        fputc(' ', out);
        print_temp(out, b->value);
        fputs(b->nsucc ? " ?" : "", out);
    }
    if (b->end == IR_SWITCH)
        print_cases(out, b);
    else
        print_succ(out, b);
    text_at(out, unit, b->at);
    print_macro(out, unit, b->macro, b->spelled);
}

static void print_block(FILE *out, const struct ir_unit *unit,
                        const struct ir_fn *fn, uint32_t index)
{
    const struct ir_block *b = &fn->blocks[index];

    fprintf(out, "  block %" PRIu32 "\n", index);
    for (uint32_t i = 0; b->ins && i < b->nins; i++) {
        fputs("    ", out);
        ir_print_ins(out, unit, fn, &b->ins[i]);
        fputc('\n', out);
    }
    fputs("    ", out);
    ir_print_end(out, unit, fn, b);
    fputc('\n', out);
}

static void print_local(FILE *out, const struct ir_unit *unit,
                        const struct ir_fn *fn, uint32_t index)
{
    const struct ir_local *l = &fn->locals[index];

    fputs(l->is_param ? "  param " : "  local ", out);
    text_local(out, fn, index);
    fputs(" : ", out);
    text_type(out, unit, l->type);
    text_at(out, unit, l->pos);
    fputc('\n', out);
}

void ir_print_fn(FILE *out, const struct ir_unit *unit, const struct ir_fn *fn)
{
    fputs("function ", out);
    text_decl(out, unit, fn->decl);
    text_at(out, unit, fn->pos);
    fprintf(out, " - %" PRIu32 ":%" PRIu32 "\n", fn->end.line, fn->end.col);
    if (fn->problem && fn->problem[0]) {
        fprintf(out, "  not analysed: %s", fn->problem);
        text_at(out, unit, fn->problem_at);
        fputc('\n', out);
    }
    for (uint32_t i = 0; fn->locals && i < fn->nlocals; i++)
        print_local(out, unit, fn, i);
    for (uint32_t i = 0; fn->blocks && i < fn->nblocks; i++)
        print_block(out, unit, fn, i);
}
