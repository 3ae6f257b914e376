// slots.h - shape/ only: one type while its slots are looked at.

#ifndef SHAPE_SLOTS_H
#define SHAPE_SLOTS_H

#include "shape/life.h"
#include "shape/unit.h"

struct slots {
    struct shape s;
    const struct lives *l;
    const struct life_type *type;
    const struct life_touches *does[LIFE_ROLES]; // NULL: not seen, or nothing
};

const char *slots_type_name(const struct slots *s);
const char *slots_record_name(const struct slots *s);
const struct ir_decl *slots_decl(const struct slots *s, enum life_role role);

// Is all that a slot does with the fields of its own struct in view? What it
// calls of a base knows nothing of these.
bool slots_in_view(const struct slots *s, enum life_role role);
// Is all that it does in view, and done by this type alone?
bool slots_clear_cut(const struct slots *s, enum life_role role);
// Is all of its table in view? That of a type which another unit readies may
// get a base there. What it rests on, else.
bool slots_finished(const struct life_type *t);
const char *slots_finished_assumption(const struct life_type *t);

// Findings

enum { NOTES_MOST = 8 };

struct report {
    enum rule rule;
    enum tier tier;
    const char *function; // "" = the table
    struct ir_pos pos;
    const char *object;
    unsigned more; // objects of which the same holds
    const char *text;
    size_t nnotes;
    struct shape_note notes[NOTES_MOST];
};

// A finding about the function in a slot.
struct report slots_about(struct slots *s, enum rule rule, enum tier tier,
                          enum life_role role);
void slots_note(struct report *r, struct ir_pos pos, const char *text);
void slots_note_slot(struct slots *s, struct report *r, enum life_role role);
void slots_say(struct slots *s, const struct report *r);

// slots_end.c: flags; the end of an object.
void slots_check_flags(struct slots *s);
void slots_check_end(struct slots *s);
// slots_fields.c: slots against fields.
void slots_check_fields(struct slots *s);
void slots_check_order(struct slots *s);
// slots_base.c: against what a base owns.
void slots_check_base(struct slots *s);

#endif
