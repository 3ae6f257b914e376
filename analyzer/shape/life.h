// life.h - the types of a unit, what their objects own, and what the functions
// in their slots do with it.
//
// A type is a table whose struct has a row `type`. All here is read off the IR,
// the rules and the contracts of functions; what cannot be seen is said to be
// unknown, and whoever asks stays silent.

#ifndef SHAPE_LIFE_H
#define SHAPE_LIFE_H

#include "contract/contract.h"
#include "flow/flow.h"

enum life_role {
    LIFE_DEALLOC,
    LIFE_CLEAR,
    LIFE_TRAVERSE,
    LIFE_NEW,
    LIFE_INIT,
    LIFE_FREE, // gives the memory back
    LIFE_ROLES
};

struct life_slot {
    uint32_t decl;     // 0 = empty
    bool is_unknown;   // not empty, but what stands there is not seen
    struct ir_pos pos; // in the table
};

struct life_type {
    const struct type_rule *rule;
    uint32_t global; // the table
    uint32_t record; // what an object consists of, 0 = unknown
    uint32_t base;   // the table of the type it extends, 0 = none or not seen
    bool has_base;   // it extends another than the one that all do, or may
    bool is_open;    // things are set that are not seen
    bool is_ready;   // a function of the unit says that its table is complete
    bool is_shared;  // other units can see the table, and complete it
    // By how many fields the values stand too far down: a table that was
    // written for headers whose objects began with one field more.
    uint32_t shift;
    bool has_flags; // flags are known
    int64_t flags;
    struct life_slot slots[LIFE_ROLES];
    // Other slots that are called with the object alone: finalizers.
    size_t nends;
    uint32_t ends[4];
    size_t nlists; // tables of its members, methods ...
    uint32_t lists[8];
};

// What is stored in a field, by all functions of the unit.
struct life_stores {
    uint32_t owned, borrowed, unknown; // stores that are not NULL
    // Of those owned: objects that refer to none; what the API made and may
    // refer to others; what was given by callers, anything.
    uint32_t atomic, made, given;
    struct ir_pos owned_at; // the first
    uint32_t owned_in;      // function (decl)
    // A function that is no slot gives back what is there, and sets it anew.
    bool is_replaced;
    struct ir_pos replaced_at;
    // A function that others call back, for it is handed to them, does.
    bool is_let_go;
    // Once, what the objects there lead to: these are a chain, which may own
    // its members.
    bool is_linked;
    // The collector is told not to look at what is there.
    bool is_hidden;
    // A member that other code can set.
    bool is_settable;
    struct ir_pos settable_at;
};

struct lives {
    struct arena *arena;
    const struct ir_unit *ir;
    const struct rules *rules;
    const struct flow_unit *flow;
    const struct rules *facts; // what all units say; NULL: not known
    bool is_whole; // they are all there are: nothing is called that none of
                   // them has
    size_t ntypes, types_cap;
    struct life_type *types;
    uint32_t *first; // [record]: the number of its first field, of all
    uint32_t nfields;
    struct life_stores *stores; // [first[record] + field]
};

// The types of a unit, without what is stored in fields. Everything lives in a;
// flow must know the contracts of the unit's functions. facts are what all
// units say of themselves, NULL when that is not known. O(instructions).
struct lives *lives_new(struct arena *a, const struct ir_unit *ir,
                        const struct rules *rules, const struct flow_unit *flow,
                        const struct rules *facts);
// Adds what is stored in fields. O(instructions).
void lives_find_stores(struct lives *l);

// What a function does with the fields of an object, itself and in bodies that
// it hands the object to.
enum life_touch {
    LIFE_VISITS = 1,   // shows the collector what is there
    LIFE_RELEASES = 2, // gives back the reference that is there
    LIFE_LETS_GO = 4,  // that, or may do so
    LIFE_SETS = 8,
};

struct life_touches {
    bool is_opaque;   // the object went where nothing is seen of it
    uint32_t outside; // and the first function of another unit that it went to
    bool is_kept;     // a pointer to it stays somewhere
    bool calls_slot[LIFE_ROLES]; // through the slot of a type
    bool calls_base;             // the slot of a type with another struct
    bool calls_other;            // that of one with the same, or we do not know
    bool visits_type, releases_type;
    unsigned char *fields;      // LIFE_..., [first[record] + field]
    const struct ir_ins *frees; // the first that gives its memory back
    bool frees_by_slot;         // as the object's type says
    unsigned frees_life;        // LIFE_... of the function that does
    bool may_free;              // or something does that is no object's free
    const struct ir_ins *untracks;
    const struct ir_ins *runs; // the first call of code that can set an error
    bool restores_error;
    const struct ir_ins *releases; // the first field, before it is untracked
};

// By the function in a slot of type; NULL when its body is not seen. What a
// dealloc does is also what the finalizers do.
const struct life_touches *life_touches_of(const struct lives *l,
                                           const struct life_type *type,
                                           enum life_role role);

// Does the collector look at the objects of the type?
enum known { NO, YES, UNKNOWN };
enum known life_is_collected(const struct life_type *t);

// The struct that one begins with, and so extends; 0 for none.
uint32_t life_base_of(const struct lives *l, uint32_t record);

// Is the field a pointer to a counted object?
bool life_is_counted(const struct lives *l, uint32_t record, uint32_t field);

struct life_field {
    uint32_t record, field;
};

// What a table of members says of a field.
struct life_member {
    const struct member_rule *rule;
    struct life_field field;
    bool is_fixed; // other code cannot set it
};

// Is a value of a list of members the offset of a field of the type's objects?
bool life_member_of(const struct lives *l, const struct life_type *t,
                    const struct ir_global *list, const struct ir_init *init,
                    struct life_member *ret);

// values: what a temp of a function is.

// The fields that the value of a temp can have come from (with address: whose
// address it is), seen through locals; the number of them.
enum { LIFE_FIELDS_MOST = 16 };
size_t life_fields_of(const struct ir_fn *fn, const struct ir_block *b,
                      uint32_t temp, bool address,
                      struct life_field ret[LIFE_FIELDS_MOST]);
// The local that a temp is the content of (-1 when of none).
int64_t life_local_of(const struct ir_block *b, uint32_t temp);
// What a call does to references: also through the slot of a type, whose row
// then is in *ret_slot (may be NULL).
const struct contract *life_contract(const struct lives *l,
                                     const struct ir_block *b,
                                     const struct ir_ins *call,
                                     bool *ret_is_slot);
enum life_role life_role_of(const struct contract *slot); // LIFE_ROLES: none
// Is argument n released by a call with this contract?
bool life_lowers(const struct contract *c, int n);

#endif
