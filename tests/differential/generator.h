// generator.h - what the files that make a function share.
//
//     generate.c  the function, statement by statement
//     helpers.c   the functions that it calls
//     paths.c     branches and loops
//     make.c      statements on references
//     write.c     lines, releases, ways out
//     holds.c     what each variable holds

#ifndef TESTS_DIFFERENTIAL_GENERATOR_H
#define TESTS_DIFFERENTIAL_GENERATOR_H

#include "base/buf.h"
#include "choices.h"

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

extern const char *const gen_names[VARS];

// holds.c
unsigned gen_pick(struct generator *g, unsigned n);
// Is a mistake to be made here?
bool gen_slip(struct generator *g);
struct var *gen_var(struct generator *g, int i);
// A variable of first..last-1 that holds this, -1 = none.
int gen_find(struct generator *g, int first, int last, enum holds holds);
bool gen_is_usable(const struct var *v);
// Something that can be used; in always can.
int gen_find_usable(struct generator *g);
int gen_find_kind(struct generator *g, enum kind kind, int first);
// What `v` lends may be gone.
void gen_forget_lent(struct generator *g, int v);
bool gen_is_held(const struct var *v);
// Owners that can be written; a slip overwrites what is owned.
int gen_find_free(struct generator *g);
bool gen_is_null_or_owned(const struct var *x, const struct var *y);
void gen_join(struct generator *g, const struct flow *other);
// What a loop's body changes is not known at its start: lengths, what is lent.
void gen_widen(struct generator *g);

// write.c
void gen_indent(struct generator *g);
void gen_line(struct generator *g, const char *text);
const char *gen_fill(struct generator *g, const char *before, const char *name,
                     const char *after);
void gen_set_gone(struct generator *g, int v);
void gen_emit_release(struct generator *g, int v);
void gen_release(struct generator *g, int v);
void gen_release_all(struct generator *g);
void gen_fail_if(struct generator *g, const char *condition);
void gen_fail_if_null(struct generator *g, int v);
const char *gen_number(struct generator *g);
const char *gen_condition(struct generator *g);

// make.c
void gen_emit_make(struct generator *g, int v, enum kind kind);
void gen_make_new(struct generator *g);
void gen_make_by_helper(struct generator *g);
void gen_make_by_out(struct generator *g);
void gen_make_shared(struct generator *g);
void gen_make_another_reference(struct generator *g);
void gen_append(struct generator *g);
void gen_push(struct generator *g);
void gen_take_item(struct generator *g);
void gen_set_entry(struct generator *g);
void gen_get_entry(struct generator *g);
void gen_pop(struct generator *g);
void gen_empty(struct generator *g);
void gen_use(struct generator *g);
void gen_give_back(struct generator *g);
void gen_test_maybe(struct generator *g);

// paths.c
void gen_branch(struct generator *g);
void gen_loop(struct generator *g);
void gen_leave(struct generator *g);

// helpers.c
void gen_helper(struct generator *g);

// generate.c
void gen_statement(struct generator *g);
void gen_end(struct generator *g);
void gen_body(struct generator *g, int statements);

#endif
