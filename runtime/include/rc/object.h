// object.h - objects, their counts and their types.
//
// An object is memory that begins with a struct rc_object. Whoever holds a
// pointer to it that must stay valid owns one reference; the last one that is
// given back destroys the object, and what it alone held, without recursion.
// Objects that hold each other are freed by the collector (gc.h).
//
// A runtime belongs to the thread that called rc_init(). Every function here
// costs O(1) unless it says otherwise.

#ifndef RC_OBJECT_H
#define RC_OBJECT_H

#include "rc/annotate.h"
#include "rc/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct rc_object rc_object;
typedef struct rc_type rc_type;

// The header of every object: 16 bytes.
//
// refs is the count with two bits of state on top, in one word so that one
// comparison tells the usual case and one width serves every access:
//
//     RC_IMMORTAL    never counted, never destroyed; a count that would
//                    overflow ends here
//     RC_UNTOUCHED   a container nothing was taken from since the last
//                    collection; the first decref notes its page for the next
//                    one ("purple" in Bacon and Rajan, ECOOP 2001)
struct rc_object {
    uint32_t refs;
    uint16_t flags; // RC_FLAG_*, the runtime's own
    uint16_t extra; // free for the type
    rc_type *type;
} RC_ROW("family runtime counted rc_object rc_type header \"rc/object.h\""
         " failure NULL|-1 collector");

#define RC_COUNT_MASK 0x3fffffffu
#define RC_IMMORTAL 0x40000000u
#define RC_UNTOUCHED 0x80000000u

// The pointer p to a struct that begins with an rc_object, as an object.
#define RC_OBJECT(p) ((rc_object *)(p))

// ---- the life of a runtime ----

// Make the runtime ready; once more is no error. Returns 0, or -1 without
// memory. In the audit variant this also reads RC_AUDIT, RC_TRACE and the
// other variables that audit.h lists.
RC_STATUS int rc_init(void);

// Collect what is unreachable, give up what the runtime itself holds (caches,
// interned strings, frames) and return how many objects are still alive:
// references that the program never gave back. With none, all memory goes
// back to the system; else it stays, for those that still use the objects.
// O(objects).
RC_RUNS_CODE size_t rc_fini(void);

// ---- counts ----

RC_RUNS_CODE void rc_decref_rare_(
    rc_object *o RC_DECREFED); // the header's own: all unusual cases

// A reference to o was moved into another object by a plain assignment. Only
// needed by a program that may close a cycle so, with nothing made, given back
// or stored by a call in between: collections that would find nothing new are
// skipped.
void rc_gc_touch(rc_object *o);

#ifndef RC_AUDIT

// One more reference to o, held by the caller.
static inline void rc_incref(rc_object *o RC_INCREFED)
{
    uint32_t refs = o->refs;

    if (!(refs & RC_IMMORTAL))
        o->refs = refs + 1;
}

// One reference of the caller is given back; the last one destroys o, which
// may run finalizers and callbacks of weak references.
RC_RUNS_CODE static inline void rc_decref(rc_object *o RC_DECREFED)
{
    uint32_t refs = o->refs;

    // 2 ... RC_COUNT_MASK: counted, others are left, nothing to note.
    if (refs - 2u < RC_COUNT_MASK - 1u)
        o->refs = refs - 1;
    else
        rc_decref_rare_(o);
}

#else
#include "rc/audited.h"
#endif

// The same, where o may be NULL.
static inline void rc_xincref(rc_object *o RC_INCREFED_NULLABLE)
{
    if (o)
        rc_incref(o);
}

RC_RUNS_CODE static inline void rc_xdecref(rc_object *o RC_DECREFED_NULLABLE)
{
    if (o)
        rc_decref(o);
}

// o itself with one more reference, which the caller owns.
RC_NEW_ALIAS_OF(1) static inline rc_object *rc_newref(rc_object *o)
{
    rc_incref(o);
    return o;
}

// *slot becomes NULL, and then the reference that it held, if any, is given
// back: code that this runs cannot see a dangling pointer.
RC_RUNS_CODE static inline void rc_clear(rc_object **slot RC_CLEARED)
{
    rc_object *old = *slot;

    *slot = NULL;
    rc_xdecref(old);
}

// *slot becomes value, whose reference it takes over (NULL: nothing), and then
// the reference that it held, if any, is given back.
RC_RUNS_CODE static inline void
rc_setref(rc_object **slot RC_SAYS("inout alias of 2"),
          rc_object *value RC_NULLABLE)
{
    rc_object *old = *slot;

    if (value && (value->refs & RC_UNTOUCHED))
        rc_gc_touch(value);
    *slot = value;
    rc_xdecref(old);
}

// Nothing is ever counted for o again and it is never destroyed.
void rc_make_immortal(rc_object *o);
bool rc_is_immortal(const rc_object *o);

// ---- types ----

// Called by traverse for each reference that the object owns. A result other
// than 0 ends the walk.
typedef int (*rc_visit)(rc_object *child, void *arg);

// A type is data. Fill a static one and hand it to rc_type_ready() before the
// first rc_new(); only name and size are needed.
//
// The references that an object owns are told in one of two ways, or both:
// `slots` lists fields of type rc_object * by their offset, which the runtime
// then visits and releases by itself; `traverse` and `clear` do it in code.
// Objects of a type with neither are leaves: the collector never looks at them.
//
// The end of an object, in this order: finalize (once in its life; it may
// use the object and make it live again), weak references and their
// callbacks, the slots and clear, dealloc, the memory of the object itself.
// Objects of a dead cycle go through each step together, so clear and dealloc
// must not look into the objects that this one refers to.
struct rc_type {
    rc_object head;
    const char *name;
    size_t size;      // bytes of an object, header included
    size_t item_size; // bytes of each item behind them, 0 = none

    const uint16_t *slots;         // offsets of owned references, then 0
    const char *const *slot_names; // for reports, in the same order; or NULL
    // Visit each owned reference that is not NULL, each as often as it is
    // owned. Objects begin as zeroes and may be visited at once.
    int (*traverse)(rc_object *self, rc_visit visit, void *arg)
        RC_SLOT("(borrow, _, _) -> _ : role-traverse");
    // Give back what traverse visits, and leave NULL.
    void (*clear)(rc_object *self) RC_SLOT("(borrow) -> _ : role-clear");
    void (*finalize)(rc_object *self) RC_SLOT("(borrow) -> _");
    // Give back memory that is not counted.
    void (*dealloc)(rc_object *self) RC_SLOT("(borrow) -> _");

    // What equal objects share, or -1 (unhashable). NULL: by identity.
    int (*hash)(rc_object *self, uint64_t *ret_hash)
        RC_SLOT("(borrow, _) -> status");
    // 1, 0 or -1; never called for identical ones. NULL: by identity. Equal
    // objects must have equal hashes: a type with equal needs hash as well.
    int (*equal)(rc_object *a, rc_object *b)
        RC_SLOT("(borrow, borrow) -> 0..1: ok | -1: fail");
    // A str, or NULL. NULL: <name at 0x...>.
    rc_object *(*repr)(rc_object *self)RC_SLOT("(borrow) -> new?");
    // A copy that shares what the original refers to. NULL: cannot be copied.
    rc_object *(*copy)(rc_object *self)RC_SLOT("(borrow) -> new?");

    bool is_immutable; // copies are the object itself

    // The runtime's own from here on.
    bool ready_;
    bool is_plain_;  // nothing but slots to release at the end
    uint8_t nslots_; // of a plain one
    uint8_t kind_;
    uint16_t items_at_; // offset of the counted items, or of a pointer to them
    uint16_t length_at_;
    uint16_t new_flags_;
    struct rc_pool *pool_;
} RC_ROW("type rc_type size size offsets slots clears");

// Make type ready for use. Immortal ever after. Returns 0, or -1 when it says
// something impossible (a size less than a header's, a slot outside of it).
RC_STATUS int rc_type_ready(rc_type *type);

// A new object of a ready type: all zero behind the header. NULL without
// memory. May run the collector before it is made, and so finalizers.
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_new(rc_type *type);

// The same with room for n items behind it (type->item_size each).
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_new_sized(rc_type *type, size_t n);

// Types themselves are objects, of this type.
extern rc_type rc_type_type RC_IMMORTAL_OBJECT;

// What o is an instance of: its class, or else its type.
RC_ALWAYS_BORROWED_OF(1) rc_object *rc_type_of(rc_object *o);

// The name of that, as long as o lives.
RC_SAYS("interior of 1") const char *rc_type_name(rc_object *o);

// ---- what every object can do ----

// Identity: is a the same object as b?
bool rc_is(const rc_object *a RC_NULLABLE, const rc_object *b RC_NULLABLE);

// Equality: 10 == 10.0, though they are not the same object. Returns 1, 0, or
// -1 (an error in a type's equal, or containers nested deeper than
// RC_MAX_DEPTH). O(size) for containers.
RC_TEST RC_RUNS_CODE int rc_equal(rc_object *a, rc_object *b);

// A number that equal objects share. Fails with RC_ERROR_TYPE for what can
// change (list, dict, set). O(size) for str (once), tuple and frozenset.
RC_STATUS RC_RUNS_CODE int rc_hash(rc_object *o, uint64_t *ret_hash);

// A new str that shows o as one would write it; containers that hold
// themselves show as [...]. O(size).
RC_NEW RC_SHARED RC_RUNS_CODE rc_object *rc_repr(rc_object *o);

#define RC_MAX_DEPTH 200 // of containers that rc_equal, rc_repr, rc_hash enter

#endif
