// test_verify.c - every invariant of ir.h, broken one at a time.
//
// Each case changes one thing of a unit that verifies and names a fragment of
// the complaint.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sample.h"

#include <string.h>

static struct ir_block *block(struct ir_unit *u, uint32_t fn, uint32_t b)
{
    return &u->fns[fn].blocks[b];
}

// BREAK(name, statement): a function that breaks unit u.
#define BREAK(name, ...)                                                       \
    static void name(struct ir_unit *u)                                        \
    {                                                                          \
        __VA_ARGS__;                                                           \
    }

// Tables.
BREAK(main_null, u->main = NULL)
BREAK(files_null, u->files = NULL)
BREAK(file_null, u->files[2] = NULL)
BREAK(types_null, u->types = NULL)
BREAK(type_kind, u->types[2].kind = IR_TYPE_KINDS)
BREAK(type_name, u->types[2].name = NULL)
BREAK(type_target_zero, u->types[5].target = 0)
BREAK(type_target_high, u->types[5].target = u->ntypes + 1)
BREAK(type_target_extra, u->types[2].target = 1)
BREAK(type_record_zero, u->types[4].record = 0)
BREAK(type_record_high, u->types[4].record = u->nrecords + 1)
BREAK(type_record_extra, u->types[2].record = 1)
BREAK(type_count, u->types[11].count = -2)
BREAK(type_twice, u->types[3] = u->types[2])
BREAK(type_itself, u->types[5].target = 5)
BREAK(type_cycle, u->types[5].target = 6)
BREAK(records_null, u->records = NULL)
BREAK(record_name, u->records[1].name = NULL)
BREAK(record_incomplete, u->records[1].is_complete = false)
BREAK(record_fields, u->records[1].fields = NULL)
BREAK(record_itself, u->records[1].fields[1].type = 4)
BREAK(record_array, u->records[2].fields[0].type = 11)
BREAK(field_name, u->records[1].fields[1].name = NULL)
BREAK(field_type, u->records[1].fields[1].type = 0)
BREAK(decls_null, u->decls = NULL)
BREAK(decl_name, u->decls[5].name = NULL)
BREAK(decl_file, u->decls[5].pos = ((struct ir_pos){3, 1, 1}))
BREAK(decl_line, u->decls[5].pos = ((struct ir_pos){1, 0, 1}))
BREAK(decl_col, u->decls[5].pos = ((struct ir_pos){1, 1, 0}))
BREAK(decl_result, u->decls[5].result = 0)
BREAK(decl_params, u->decls[5].params = NULL)
BREAK(decl_fn_high, u->decls[5].fn = SAMPLE_FNS + 1)
BREAK(decl_fn_other, u->decls[5].fn = 1)
BREAK(param_name, u->decls[5].params[0].name = NULL)
BREAK(param_type, u->decls[5].params[0].type = 99)
BREAK(notes_null, u->decls[1].notes = NULL)
BREAK(note_text, u->decls[1].notes[1].text = NULL)
BREAK(note_place, u->decls[1].notes[1].pos.file = 99)
BREAK(note_param_low, u->decls[1].notes[1].param = -1)
BREAK(note_param_high, u->decls[1].notes[1].param = 2)
BREAK(globals_null, u->globals = NULL)
BREAK(global_name, u->globals[1].name = NULL)
BREAK(global_function, u->globals[1].function = NULL)
BREAK(global_pos, u->globals[1].pos.file = 7)
BREAK(global_type, u->globals[1].type = 0)
BREAK(inits_null, u->globals[1].inits = NULL)
BREAK(init_kind, u->globals[1].inits[0].kind = IR_INIT_KINDS)
BREAK(init_record, u->globals[1].inits[0].record = 4)
BREAK(init_field, u->globals[1].inits[0].field = 2)
BREAK(init_fn, u->globals[1].inits[1].ref = 0)
BREAK(init_global, u->globals[1].inits[3].ref = 4)
BREAK(init_ref, u->globals[1].inits[0].ref = 1)
BREAK(init_text, u->globals[1].inits[0].text = NULL)
BREAK(init_pos, u->globals[1].inits[0].pos.line = 0)
BREAK(problems_null, u->problems = NULL)
BREAK(problem_text, u->problems[0].text = NULL)
BREAK(problem_pos, u->problems[0].pos.file = 9)
BREAK(macros_null, u->macros = NULL)
BREAK(macro_name, u->macros[0].name = NULL)
BREAK(macro_value, u->macros[0].value = NULL)

// Functions.
BREAK(fns_null, u->fns = NULL)
BREAK(fn_decl_zero, u->decls[1].fn = 0; u->fns[0].decl = 0)
BREAK(fn_decl_other, u->fns[0].decl = 2; u->decls[1].fn = 0)
BREAK(fn_pos, u->fns[0].pos.file = 5)
BREAK(fn_end, u->fns[0].end.file = 5)
BREAK(fn_order, u->fns[0].pos.line = 21)
BREAK(fn_problem_null, u->fns[0].problem = NULL)
BREAK(fn_problem_at, u->fns[3].problem_at.col = 0)
BREAK(fn_problem_blocks, u->fns[0].problem = "odd")
BREAK(fn_no_blocks, u->fns[0].nblocks = 0)
BREAK(fn_blocks_null, u->fns[0].blocks = NULL)
BREAK(fn_temps_more, u->fns[0].ntemps++)
BREAK(fn_temps_less, u->fns[0].ntemps--)
BREAK(locals_null, u->fns[0].locals = NULL)
BREAK(locals_few, u->fns[0].nlocals = 0)
BREAK(local_name, u->fns[2].locals[2].name = NULL)
BREAK(local_type, u->fns[2].locals[2].type = 0)
BREAK(local_pos, u->fns[2].locals[2].pos.file = 3)
BREAK(local_param, u->fns[2].locals[2].is_param = true)
BREAK(param_local, u->fns[2].locals[1].is_param = false)
BREAK(local_hidden, u->fns[2].locals[2].is_hidden = true)
BREAK(local_nameless, u->fns[2].locals[2].name = "")

// Blocks.
BREAK(end_kind, block(u, 0, 0)->end = IR_ENDS)
BREAK(end_jump, block(u, 0, 0)->end = IR_JUMP)
BREAK(end_branch, block(u, 0, 0)->nsucc = 1)
BREAK(end_return, block(u, 0, 0)->end = IR_RETURN)
BREAK(end_unreachable, block(u, 0, 0)->end = IR_UNREACHABLE)
BREAK(end_switch, block(u, 1, 1)->nsucc = 0)
BREAK(end_choose, block(u, 1, 3)->nsucc = 0)
BREAK(succ_null, block(u, 0, 0)->succ = NULL)
BREAK(succ_high, block(u, 0, 0)->succ[1] = 3)
BREAK(cases_null, block(u, 1, 1)->cases = NULL)
BREAK(case_empty, block(u, 1, 1)->cases[0].lo = 2)
BREAK(end_value_none, block(u, 0, 0)->value = 0)
BREAK(end_value_high, block(u, 0, 0)->value = 99)
BREAK(end_value_foreign, block(u, 0, 1)->value = 1)
BREAK(end_value_extra, block(u, 0, 2)->value = 4)
BREAK(end_macro, block(u, 0, 0)->macro = NULL)
BREAK(end_pos, block(u, 0, 0)->at.file = 3)
BREAK(ins_null, block(u, 0, 0)->ins = NULL)
BREAK(unreached, block(u, 0, 0)->succ[1] = 1)
BREAK(unreached_loop, block(u, 1, 1)->succ[0] = 4; block(u, 1, 1)->succ[1] = 4;
      block(u, 1, 2)->succ[0] = 2)

// Block 1 <-> block 3 of sum: all are reached, the order is wrong.
static void order_swapped(struct ir_unit *u)
{
    struct ir_block kept = *block(u, 1, 1);

    *block(u, 1, 1) = *block(u, 1, 3);
    *block(u, 1, 3) = kept;
    block(u, 1, 0)->succ[0] = 3;
    block(u, 1, 1)->succ[0] = 3;
    block(u, 1, 2)->succ[0] = 3;
    block(u, 1, 3)->succ[3] = 1;
}

// An edge that leads back, but not to an ancestor: from 3 to 2, beside it.
BREAK(order_cross, block(u, 1, 3)->succ[0] = 2)

// Instructions.
BREAK(op_kind, sample_ins(u, IR_ADD)->op = IR_OPS)
BREAK(a_none, sample_ins(u, IR_CONST)->a = 1)
BREAK(a_missing, sample_ins(u, IR_ADD)->a = 0)
BREAK(a_high, sample_ins(u, IR_ADD)->a = 99)
BREAK(a_later, sample_ins(u, IR_ADD)->a = sample_ins(u, IR_SUB)->dst)
BREAK(a_itself, sample_ins(u, IR_ADD)->a = sample_ins(u, IR_ADD)->dst)
BREAK(b_none, sample_ins(u, IR_LOAD)->b = 1)
BREAK(b_missing, sample_ins(u, IR_ADD)->b = 0)
BREAK(other_block, block(u, 0, 1)->ins[0].op = IR_NEG;
      block(u, 0, 1)->ins[0].a = 1)
BREAK(dst_extra, sample_ins(u, IR_STORE)->dst = 1)
BREAK(dst_zero, sample_ins(u, IR_ADD)->dst = 0)
BREAK(dst_high, sample_ins(u, IR_ADD)->dst = 99)
BREAK(dst_twice, sample_ins(u, IR_ADD)->dst = 1)
BREAK(fn_ref_zero, sample_ins(u, IR_FN)->ref = 0)
BREAK(fn_ref_high, sample_ins(u, IR_FN)->ref = u->ndecls + 1)
BREAK(global_ref_zero, sample_ins(u, IR_GLOBAL)->ref = 0)
BREAK(global_ref_high, sample_ins(u, IR_GLOBAL)->ref = u->nglobals + 1)
BREAK(local_ref, sample_ins(u, IR_LOCAL)->ref = 5)
BREAK(declare_ref, sample_ins(u, IR_DECLARE)->ref = 5)
BREAK(declare_type, sample_ins(u, IR_DECLARE)->type = 99)
BREAK(field_ref_zero, sample_ins(u, IR_FIELD)->ref = 0)
BREAK(field_ref_high, sample_ins(u, IR_FIELD)->ref = u->nrecords + 1)
BREAK(field_imm_low, sample_ins(u, IR_FIELD)->imm = -1)
BREAK(field_imm_high, sample_ins(u, IR_FIELD)->imm = 2)
BREAK(call_nothing, sample_ins(u, IR_CALL)->ref = 0)
BREAK(call_both, sample_ins(u, IR_CALL)->a = 1)
BREAK(call_ref, sample_ins(u, IR_CALL)->ref = u->ndecls + 1)
BREAK(call_args, sample_ins(u, IR_CALL)->args = NULL)
BREAK(call_arg, sample_ins(u, IR_CALL)->args[1] = 0)
BREAK(call_arg_later, sample_ins(u, IR_CALL)->args[1] = 30)
BREAK(ref_extra, sample_ins(u, IR_ADD)->ref = 1)
BREAK(imm_extra, sample_ins(u, IR_ADD)->imm = 1)
BREAK(text_null, sample_ins(u, IR_ADD)->text = NULL)
BREAK(text_extra, sample_ins(u, IR_ADD)->text = "x")
BREAK(args_extra, sample_ins(u, IR_ADD)->nargs = 1;
      sample_ins(u, IR_ADD)->args = sample_ins(u, IR_CALL)->args)
BREAK(ins_macro, sample_ins(u, IR_ADD)->macro = NULL)
BREAK(ins_type_zero, sample_ins(u, IR_ADD)->type = 0)
BREAK(ins_type_high, sample_ins(u, IR_ADD)->type = 99)
BREAK(ins_at, sample_ins(u, IR_ADD)->at.file = 3)
BREAK(ins_spelled, sample_ins(u, IR_ADD)->spelled.file = 1)

static const struct {
    const char *name;
    void (*run)(struct ir_unit *);
    const char *complaint;
} breaks[] = {
#define CASE(name, complaint) {#name, name, complaint}
    CASE(main_null, "main file's name is NULL"),
    CASE(files_null, "no array"),
    CASE(file_null, "file's name is NULL"),
    CASE(types_null, "no array"),
    CASE(type_kind, "type 2 has kind"),
    CASE(type_name, "type's name is NULL"),
    CASE(type_target_zero, "target of a type: 0"),
    CASE(type_target_high, "target of a type: 15"),
    CASE(type_target_extra, "has a target"),
    CASE(type_record_zero, "record 0"),
    CASE(type_record_high, "record 4"),
    CASE(type_record_extra, "has a record"),
    CASE(type_count, "has -2 elements"),
    CASE(type_twice, "is there twice"),
    CASE(type_itself, "made of itself"),
    CASE(type_cycle, "made of itself"),
    CASE(records_null, "no array"),
    CASE(record_name, "record's name is NULL"),
    CASE(record_incomplete, "incomplete record node has fields"),
    CASE(record_fields, "no array"),
    CASE(record_itself, "holds itself"),
    CASE(record_array, "holds itself"),
    CASE(field_name, "field's name is NULL"),
    CASE(field_type, "type of a field: 0"),
    CASE(decls_null, "no array"),
    CASE(decl_name, "function's name is NULL"),
    CASE(decl_file, "file 3 of 2"),
    CASE(decl_line, "line 0"),
    CASE(decl_col, "column 0"),
    CASE(decl_result, "result type of a declaration: 0"),
    CASE(decl_params, "no array"),
    CASE(decl_fn_high, "body 5 of 4"),
    CASE(decl_fn_other, "another's"),
    CASE(param_name, "parameter's name is NULL"),
    CASE(param_type, "type of a parameter: 99"),
    CASE(notes_null, "no array"),
    CASE(note_text, "note's text is NULL"),
    CASE(note_place, "a note"),
    CASE(note_param_low, "parameter -1 of 1"),
    CASE(note_param_high, "parameter 2 of 1"),
    CASE(globals_null, "no array"),
    CASE(global_name, "global's name is NULL"),
    CASE(global_function, "global's function is NULL"),
    CASE(global_pos, "file 7 of 2"),
    CASE(global_type, "type of a global: 0"),
    CASE(inits_null, "no array"),
    CASE(init_kind, "initialiser has kind"),
    CASE(init_record, "record 4 of 3"),
    CASE(init_field, "field 2 of 2 in entry"),
    CASE(init_fn, "initialiser's function: 0"),
    CASE(init_global, "initialiser's global: 4"),
    CASE(init_ref, "refers to 1"),
    CASE(init_text, "initialiser's text is NULL"),
    CASE(init_pos, "line 0"),
    CASE(problems_null, "no array"),
    CASE(problem_text, "problem's text is NULL"),
    CASE(problem_pos, "file 9 of 2"),
    CASE(macros_null, "no array"),
    CASE(macro_name, "macro's name is NULL"),
    CASE(macro_value, "macro's value is NULL"),
    CASE(fns_null, "no array"),
    CASE(fn_decl_zero, "declaration 0"),
    CASE(fn_decl_other, "has another body"),
    CASE(fn_pos, "file 5 of 2"),
    CASE(fn_end, "file 5 of 2"),
    CASE(fn_order, "stands before"),
    CASE(fn_problem_null, "its problem is NULL"),
    CASE(fn_problem_at, "column 0"),
    CASE(fn_problem_blocks, "blocks all the same"),
    CASE(fn_no_blocks, "no blocks, and no problem"),
    CASE(fn_blocks_null, "no array"),
    CASE(fn_temps_more, "5 temps, but 4 are set"),
    CASE(fn_temps_less, "3 temps, but 4 are set"),
    CASE(locals_null, "no array"),
    CASE(locals_few, "0 locals for 1 parameters"),
    CASE(local_name, "local's name is NULL"),
    CASE(local_type, "type of a local: 0"),
    CASE(local_pos, "file 3 of 2"),
    CASE(local_param, "local 2 (i): the first 2"),
    CASE(param_local, "local 1 (): the first 2"),
    CASE(local_hidden, "hidden local 2 has the name i"),
    CASE(local_nameless, "local 2 has no name"),
    CASE(end_kind, "function make, block 0: end of kind"),
    CASE(end_jump, "2 successors"),
    CASE(end_branch, "1 successors"),
    CASE(end_return, "2 successors"),
    CASE(end_unreachable, "2 successors"),
    CASE(end_switch, "0 successors"),
    CASE(end_choose, "0 successors"),
    CASE(succ_null, "no array"),
    CASE(succ_high, "successor 3 is not in 0..2"),
    CASE(cases_null, "no array"),
    CASE(case_empty, "case 0 is empty"),
    CASE(end_value_none, "value of the end: is missing"),
    CASE(end_value_high, "value of the end: 99"),
    CASE(end_value_foreign, "%1 was set in block 0"),
    CASE(end_value_extra, "it has none"),
    CASE(end_macro, "macro of the end is NULL"),
    CASE(end_pos, "file 3 of 2"),
    CASE(ins_null, "no array"),
    CASE(unreached, "block 2 is not reached"),
    CASE(unreached_loop, "block 2 is not reached"),
    CASE(order_swapped, "reverse post order"),
    CASE(order_cross, "the edge from block 3 to 2"),
    CASE(op_kind, "kind"),
    CASE(a_none, "operand a is %1, but it has none"),
    CASE(a_missing, "operand a is missing"),
    CASE(a_high, "operand a 99"),
    CASE(a_later, "is used before it is set"),
    CASE(a_itself, "is used before it is set"),
    CASE(b_none, "operand b is %1, but it has none"),
    CASE(b_missing, "operand b is missing"),
    CASE(other_block, "%1 was set in block 0"),
    CASE(dst_extra, "it sets %1, but it has no result"),
    CASE(dst_zero, "result 0"),
    CASE(dst_high, "result 99"),
    CASE(dst_twice, "%1 is set a second time"),
    CASE(fn_ref_zero, "function 0"),
    CASE(fn_ref_high, "function 7"),
    CASE(global_ref_zero, "global 0"),
    CASE(global_ref_high, "global 4"),
    CASE(local_ref, "local 5 is not in 0..4"),
    CASE(declare_ref, "local 5 is not in 0..4"),
    CASE(declare_type, "its type: 99"),
    CASE(field_ref_zero, "record 0"),
    CASE(field_ref_high, "record 4"),
    CASE(field_imm_low, "field -1 of a record of 2"),
    CASE(field_imm_high, "field 2 of a record of 2"),
    CASE(call_nothing, "it calls nothing"),
    CASE(call_both, "calls a function and an address"),
    CASE(call_ref, "function 7"),
    CASE(call_args, "no array"),
    CASE(call_arg, "argument 0"),
    CASE(call_arg_later, "is used before it is set"),
    CASE(ref_extra, "(add): it refers to 1"),
    CASE(imm_extra, "it has the number 1"),
    CASE(text_null, "its text is NULL"),
    CASE(text_extra, "it has a text"),
    CASE(args_extra, "it has arguments"),
    CASE(ins_macro, "its macro is NULL"),
    CASE(ins_type_zero, "its type: 0"),
    CASE(ins_type_high, "its type: 99"),
    CASE(ins_at, "file 3 of 2"),
    CASE(ins_spelled, "line 0"),
#undef CASE
};

static void test_sample_verifies(void **state)
{
    struct arena a = {0};
    struct err err = {""};

    (void)state;
    if (ir_verify(sample_unit(&a), &err) < 0)
        fail_msg("%s", err.text);
    arena_release(&a);
}

static void test_every_break_is_found(void **state)
{
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(breaks) / sizeof(*breaks); i++) {
        struct ir_unit *unit = sample_unit(&a);
        struct err err = {""};

        breaks[i].run(unit);
        if (ir_verify(unit, &err) == 0)
            fail_msg("%s: not found", breaks[i].name);
        if (!strstr(err.text, breaks[i].complaint))
            fail_msg("%s: wrong complaint: %s", breaks[i].name, err.text);
        arena_reset(&a);
    }
    arena_release(&a);
}

static void test_empty_unit_verifies(void **state)
{
    const struct ir_unit unit = {.main = "a.c"};
    struct err err = {""};

    (void)state;
    assert_int_equal(ir_verify(&unit, &err), 0);
}

static void test_one_function(void **state)
{
    struct arena a = {0};
    struct ir_unit *unit = sample_unit(&a);
    struct err err = {""};

    (void)state;
    sample_ins(unit, IR_ADD)->type = 0;
    assert_int_equal(ir_verify_fn(unit, &unit->fns[SAMPLE_SUM], &err), 0);
    assert_int_equal(ir_verify_fn(unit, &unit->fns[SAMPLE_ALL], &err), -1);
    assert_non_null(strstr(err.text, "function all, block 0, instruction 16"));
    arena_release(&a);
}

// Graphs by their edges, "from>to" with one digit each; is the order right?
static void test_order(void **state)
{
    static const struct {
        const char *edges;
        int expect;
    } cases[] = {
        {"01 02 13 23", 0},    // a diamond
        {"02 01 13 23", 0},    // the same, taken the other way
        {"01 02 12 21", 0},    // a loop entered at both ends
        {"01 02 13 21 ", -1},  // 2 leads back to 1, which it is beside
        {"01 03 32 12", -1},   // 2 stands before its predecessor 3
        {"01 12 23 31 30", 0}, // loops in loops
        {"00", 0},             // an endless loop
        {"01 11 12 21 20", 0},
        {"01 02 13 31 23 34", -1}, // 3 leads back to 1, but is below 2
        {"02 21 13 24", -1},       // 1 stands before its only predecessor
        {"01 12 13 24 34 41", 0},
    };
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct ir_unit *unit = sample_unit(&a);
        struct ir_fn *fn = &unit->fns[SAMPLE_SUM];
        struct err err = {""};

        *fn = (struct ir_fn){.decl = fn->decl,
                             .pos = fn->pos,
                             .problem = "",
                             .nlocals = fn->nlocals,
                             .locals = fn->locals};
        fn->blocks = arena_array(&a, struct ir_block, 10);
        for (uint32_t b = 0; b < 10; b++)
            fn->blocks[b] =
                (struct ir_block){.end = IR_RETURN,
                                  .macro = "",
                                  .succ = arena_array(&a, uint32_t, 4)};
        for (const char *e = cases[i].edges; *e;
             e += strcspn(e, "0123456789")) {
            uint32_t from = (uint32_t)(e[0] - '0');
            uint32_t to = (uint32_t)(e[1] - '0');

            fn->blocks[from].end = IR_CHOOSE;
            fn->blocks[from].succ[fn->blocks[from].nsucc++] = to;
            fn->nblocks = fn->nblocks > to + 1 ? fn->nblocks : to + 1;
            fn->nblocks = fn->nblocks > from + 1 ? fn->nblocks : from + 1;
            e += 2;
        }
        if (ir_verify_fn(unit, fn, &err) != cases[i].expect)
            fail_msg("%s: %s", cases[i].edges, err.text);
        arena_reset(&a);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_verifies),
        cmocka_unit_test(test_every_break_is_found),
        cmocka_unit_test(test_empty_unit_verifies),
        cmocka_unit_test(test_one_function),
        cmocka_unit_test(test_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
