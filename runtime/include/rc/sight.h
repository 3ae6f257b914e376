// sight.h - look at the heap from outside: who is there, who holds whom.
//
// Nothing here changes a count, except that a list that is returned holds its
// items. An id is the address of an object; every function that takes one is
// safe for any number.

#ifndef RC_SIGHT_H
#define RC_SIGHT_H

#include "rc/object.h"

#include <stdio.h>

// ---- one object ----

uintptr_t rc_id(const rc_object *o);

// "0x7f..." in buffer; returns buffer.
#define RC_ID_TEXT_BYTES 24
const char *rc_id_text(uintptr_t id, char buffer[RC_ID_TEXT_BYTES]);

// Is there a live object with this id now?
bool rc_exists(uintptr_t id);

// That object, NULL without error when there is none.
RC_BORROWED RC_NO_ERROR rc_object *rc_object_at(uintptr_t id);

// The count at an address, no reference added; -1 when there is no object.
// RC_COUNT_IMMORTAL for immortal ones.
#define RC_COUNT_IMMORTAL INT64_C(0x3fffffff)
int64_t rc_count_at(uintptr_t id);

// The count with the reference that the argument itself is: one more than
// rc_count_at(rc_id(o)), as sys.getrefcount() shows it.
int64_t rc_refcount(rc_object *o);

// A handle tells an object from a later one in the same place. Taking one marks
// the object; without memory serial is 0 and RC_ERROR_MEMORY is set.
struct rc_handle {
    uintptr_t id;
    uint64_t serial; // never used twice
};
enum rc_handle_state { RC_HANDLE_ALIVE, RC_HANDLE_GONE, RC_HANDLE_REUSED };
struct rc_handle rc_handle_of(rc_object *o);
enum rc_handle_state rc_handle_state(struct rc_handle handle);
RC_BORROWED RC_NO_ERROR rc_object *rc_handle_object(struct rc_handle handle);

// ---- the graph ----

// Each live object: containers, then leaves, in order of address, then large
// ones, the newest first; stops when visit returns not 0 and returns that.
// visit must not make or free objects.
int rc_heap_walk(int (*visit)(rc_object *o, size_t bytes, void *arg),
                 void *arg RC_ESCAPES);

// New lists: all tracked objects; those that hold o; those that o holds (each
// as often as it does). The list itself is not in it. O(heap), O(heap),
// O(size).
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_gc_objects(void);
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_referrers(rc_object *o);
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_referents(rc_object *o);

// Each reference that o holds, with what it is called there: "[3]", "key 'a'",
// "['a']", "{item}", ".field", "+16". visit may return not 0 to stop.
typedef int (*rc_edge_visit)(rc_object *from, rc_object *to, const char *label,
                             void *arg RC_ESCAPES);
int rc_edges(rc_object *o, rc_edge_visit visit, void *arg RC_ESCAPES);

// Who holds o: each container slot, then how much of the count these explain.
// O(heap).
struct rc_holders {
    size_t count;     // o's count
    size_t explained; // references from containers
    size_t outside;   // the rest: C variables, frames of C code, leaks
};
RC_SAYS("status")
int rc_who_holds(rc_object *o, rc_edge_visit visit, void *arg RC_ESCAPES,
                 struct rc_holders *ret_holders);
RC_STATUS int rc_print_holders(rc_object *o, FILE *out);

// Where references to o live in the program: "local x of frame f", "global x of
// module m", "attribute x of class C", "attribute x of instance of C at 0x..",
// "cell i of function f", "[0] of list at 0x..". O(heap).
enum rc_place {
    RC_PLACE_FRAME,
    RC_PLACE_MODULE,
    RC_PLACE_CLASS,
    RC_PLACE_INSTANCE,
    RC_PLACE_CELL,
    RC_PLACE_CONTAINER, // any other object
    RC_PLACE_RUNTIME    // the runtime itself (tables, entered frames)
};
typedef int (*rc_place_visit)(enum rc_place place, rc_object *holder,
                              const char *text, void *arg);
RC_SAYS("status")
int rc_places(rc_object *o, rc_place_visit visit, void *arg RC_ESCAPES);
RC_STATUS int rc_print_places(rc_object *o, FILE *out);

// ---- the whole heap ----

// Every page with its slots, one character each ('.' free, letters by kind of
// object), then the large objects. with_objects: each object on a line of its
// own too, with id, type, size and count. O(heap).
RC_STATUS int rc_heap_map(FILE *out, bool with_objects);

// What is there now, to be compared later. Belongs to the caller.
struct rc_snapshot;
struct rc_snapshot *rc_snapshot_new(void); // NULL: RC_ERROR_MEMORY
void rc_snapshot_free(struct rc_snapshot *snapshot);
size_t rc_snapshot_objects(const struct rc_snapshot *snapshot);

// By type: objects and bytes that came and went; then up to `details` objects
// that are new and still alive. O(objects of both).
struct rc_diff {
    size_t made, gone, kept;
    int64_t bytes;
};
RC_SAYS("status")
int rc_snapshot_diff(const struct rc_snapshot *before,
                     const struct rc_snapshot *after, struct rc_diff *ret_diff);
RC_STATUS int rc_snapshot_print_diff(const struct rc_snapshot *before,
                                     const struct rc_snapshot *after,
                                     size_t details, FILE *out);

// The objects that root reaches (NULL: all containers), at most max_objects of
// them, breadth first: as DOT, as an SVG picture, as a self-contained HTML page
// that can be searched. What is in a cycle is coloured. Immortal values, plain
// keys of dicts and names show in labels only; without a root, leaves do not
// show.
RC_STATUS int rc_graph_dot(rc_object *root RC_NULLABLE, size_t max_objects,
                           FILE *out);
RC_STATUS int rc_graph_svg(rc_object *root RC_NULLABLE, size_t max_objects,
                           FILE *out);
RC_STATUS int rc_graph_html(rc_object *root RC_NULLABLE, size_t max_objects,
                            FILE *out);

#endif
