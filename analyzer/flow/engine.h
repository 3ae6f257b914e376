// engine.h - flow/ only: the walk of one function, shared by its files.
//
//     explore.c  which state goes on where, and when to stop
//     merge.c    when two states become one (with tidy.c, agree.c, join.c)
//     exec.c     one instruction
//     call.c     one call, by its contract (with callee.c, effects.c)
//     memory.c   loads and stores
//     assume.c   what a branch teaches
//     ties.c     what it teaches of values that go in pairs with the tested one
//     evaluate.c  what an operation gives
//     track.c    what happens to one reference
//     whose.c    whose it is
//     lent.c     what it means that somebody else lends it
//     lost.c     whether the last pointer to it is gone
//     awhile.c   fields that hold something for a while only
//     stale.c    what a container lends, once the container may have changed
//     fill.c     which places of a container are filled twice
//     dangle.c   what a field points to once its reference is gone
//     cycle.c    objects that only hold each other when a function returns
//     exits.c    a return, step by step, and what is returned
//     keepers.c  who has an object when the function has returned
//     leaks.c    what is wrong with the references that are left behind
//     describe.c  what a way to end says to callers
//     why.c      what made it so, for who asks
//     promise.c  whether that is what callers are told
//     alike.c    whether exits that look alike are alike
//     indicator.c  what is proved of the error indicator
//     causes.c   which of the candidates are findings
//     candidate.c  from what is wrong to a finding
//     trail.c    which events of a path are told of with it
//     words.c    each of them in a sentence
//     names.c    how a reader calls things
//     supposed.c  what a path takes for granted that no code in sight does
//     engine.c   instructions and parameters by number
//     untested.c  whether anybody tests the result of a call
//     live.c     which locals are still needed

#ifndef FLOW_ENGINE_H
#define FLOW_ENGINE_H

#include "flow/state.h"
#include "flow/unit.h"

// What happened on the way, newest first.
enum event_kind {
    EVENT_NEW,      // sym: a new reference, from call `site`; aux: what is
                    // special about it (REF_PLAIN, REF_LEFT)
    EVENT_BORROWED, // sym: a borrowed one, from call `site`
    EVENT_CAME,     // sym: what call `site` returned, or NULL
    EVENT_INCREF,
    EVENT_DECREF,
    EVENT_GIVEN,   // sym was taken over by call `site`, for object `aux` (or 0)
    EVENT_KEPT,    // the same, with a reference of its own
    EVENT_SEEN,    // code ran that was handed sym
    EVENT_STORED,  // sym was stored in place `aux`
    EVENT_LOST,    // sym: the object that kept it alive, `aux`, is gone
    EVENT_READ,    // sym was read from a field that methods change
    EVENT_RAN,     // code ran that may have taken sym out of `aux`
    EVENT_DROPPED, // sym was taken out of `aux`
    EVENT_NULL,    // sym turned out NULL; variable `aux` (or none) held it
    EVENT_NEGATIVE, // sym turned out negative: a status says failure
    EVENT_NONNULL,  // sym turned out not NULL
    EVENT_BRANCH,   // a condition was `aux` (0 or 1)
    EVENT_RENAMED,  // sym was called `aux` before this point
};

struct event {
    const struct event *older;
    enum event_kind kind;
    uint32_t sym;
    uint32_t site; // instruction number; a block's end has one as well
    uint32_t aux;
};

struct ending; // alike.c

// A finding that waits for the end of the function: of several exits that
// leak one reference, one finding is made.
struct candidate {
    struct finding finding;
    uint32_t origin; // site that made the object, or its symbol
    uint32_t site;
    bool made;        // origin is the call that made it
    bool maybe;       // NULL is one of the things that it can be
    bool left;        // the call failed and left it behind
    bool supposed;    // rests on what no code in sight does: silent
    bool tentative;   // counts only if another exit returns a new reference
    uint32_t twin;    // ... to this very object (0: to any)
    unsigned more;    // others like it that it stands for
    uint32_t assumed; // decl that is assumed to fail, 0 = none
    unsigned others;  // that assume the same and are told of with it
};

// Was a call that fails only when it is misused given what it asks for?
enum order { ORDER_UNSEEN, ORDER_KEPT, ORDER_DOUBTED }; // kept: each time

// An item of a container that was increfed; vague: its key is not known.
struct held_item {
    uint32_t sym;
    uint32_t owner;
    bool vague;
};

// A symbol that a join has made.
struct joined {
    uint32_t sym;
    struct joined *next;
};

struct engine {
    struct flow_unit *u;
    const struct ir_unit *ir;
    const struct ir_fn *fn;
    const struct contract *role;    // what the function must do, or NULL
    const struct contract *promise; // what its callers are told, or NULL
    struct arena *scratch, *results;
    const struct flow_options *options;
    struct flow_outcome *out;
    struct syms syms;
    struct state_pool pool;

    uint32_t *first_site; // [block]: number of its first instruction
    uint32_t nsites;
    uint32_t *site_block; // [site]
    uint32_t *first_temp; // [block]: its lowest temp
    uint32_t *ntemps;     // [block]: temps from there on
    uint32_t *last_use;   // [temp]: index in its block of its last use
    uint32_t *npreds;     // [block]
    bool *in_loop;        // [block]: a path through it may come back to it
    unsigned char *live;  // [block * nlocals + local]: needed from its start
    bool *scalar;         // [local]: only ever loaded and stored whole
    bool *called;         // [site]: counted in the outcome
    bool *needs_oom;      // [site]: the call fails only when memory runs out
    enum order *order;    // [site]

    struct state **kept;    // [block]: states seen at its start (joins only)
    uint32_t *nkept;        // [block]
    size_t waiting;         // states in all queues
    uint32_t *nwaiting;     // [block]: of these
    uint32_t first_waiting; // no block below has any
    bool lossy;             // references were given up, for lack of room
    struct run *forks;      // of the instruction being run
    uint32_t join_at;       // names the symbols of the join at hand: a block,
                            // or the number of blocks plus a site
    struct joined **joined; // [join_at]: its symbols so far
    size_t steps, max_steps;

    struct held_item *held_items;
    size_t nheld_items, held_items_cap;

    struct candidate *found;
    size_t nfound, found_cap;
    size_t exits_cap;
    struct ending *endings; // all exits, where these must agree (alike.c)
    size_t nendings, endings_cap;
    uint32_t *escaped_at; // [param]: 1 + the site where it first escaped;
                          // NULL unless somebody asks why
    bool returns_new;     // some exit returned a reference owned by the caller
    uint32_t *given;      // the objects that were returned like that
    size_t ngiven, given_cap;
};

// One state on its way through one block.
struct run {
    struct state *st;
    struct value *temps; // [temp - first_temp[block]]
    uint32_t block;
    uint32_t at;      // index of the instruction
    bool dead;        // the path ended (or cannot happen)
    bool leaving;     // the function returns
    uint32_t operand; // the temp that is being used, 0 = not known
    uint32_t shown;   // 1 + the site where findings are shown, 0 = where it is
    struct run *next;
};

// engine.c
uint32_t engine_site(const struct engine *e, const struct run *r);
// The instruction of a site; NULL when it is the end of a block.
const struct ir_ins *engine_ins(const struct engine *e, uint32_t site);
struct ir_pos engine_pos(const struct engine *e, uint32_t site);
// Where its text stands in the macro that it comes out of; file 0 for none.
struct ir_pos engine_spelled(const struct engine *e, uint32_t site);
// Does the whole function come out of one use of a macro, and this site with
// it?
bool is_macro_body(const struct engine *e, uint32_t site);
// Where a reader finds the code of the site: there, in the macro, unless that
// itself uses a macro of somebody else's header for it.
struct ir_pos engine_text_pos(const struct engine *e, uint32_t site);
// The parameter (from 1) whose value at the start a symbol is; 0 for none.
int param_of(const struct engine *e, uint32_t sym);
// The other way round, by index (from 0) below param_count.
uint32_t param_sym(struct engine *e, uint32_t p);
uint32_t param_count(const struct engine *e);
bool param_counted(const struct engine *e, uint32_t p);

static inline struct value run_temp(const struct engine *e, const struct run *r,
                                    uint32_t temp)
{
    return r->temps[temp - e->first_temp[r->block]];
}

static inline void run_set(const struct engine *e, struct run *r, uint32_t temp,
                           struct value v)
{
    if (temp)
        r->temps[temp - e->first_temp[r->block]] = v;
}

// explore.c: a copy of r goes on on its own, from the next instruction; the
// caller sets its result and adds what differs.
struct run *run_fork(struct engine *e, const struct run *r);

// live.c
void live_find(struct engine *e);

// tidy.c: bring the state at the start of its block into comparable form.
void state_tidy(struct engine *e, struct state *s);

// agree.c: a filter of the references on which states must agree; to be called
// before a state is merged.
void state_sign(struct state *s);

// merge.c
// The state that stands for both, in *a (b is left alone): MERGE_SAME when a
// covers b already, MERGE_WIDER when a changed, MERGE_APART when they must
// stay apart.
enum merge { MERGE_SAME, MERGE_WIDER, MERGE_APART };
enum merge state_merge(struct engine *e, struct state *a,
                       const struct state *b);
// The same when there are too many states: what differs is no longer tracked.
enum merge state_merge_lossy(struct engine *e, struct state *a,
                             const struct state *b);

// exec.c
void exec_ins(struct engine *e, struct run *r, const struct ir_ins *ins);
void exec_call(struct engine *e, struct run *r, const struct ir_ins *ins);

// assume.c: false when it cannot be.
bool assume(struct engine *e, struct run *r, struct value v, bool truth);
bool assume_range(struct engine *e, struct run *r, struct value v, int64_t lo,
                  int64_t hi);
bool assume_nonnull(struct engine *e, struct run *r, struct value v);
// Nobody has asked, but the path could not go on otherwise.
void know_nonnull(struct engine *e, struct run *r, struct value v);
// -1 unknown, 0 false, 1 true
int truth_of(const struct engine *e, const struct state *s, struct value v);
// Replace a symbol in the state and in the temps.
void run_replace(struct engine *e, struct run *r, uint32_t from,
                 struct value to);
// The symbol of this instruction; what had that name before is renamed.
uint32_t run_fresh(struct engine *e, struct run *r, uint32_t slot,
                   uint32_t type);
// The call may have failed, as the symbol will say.
void error_pending(struct state *s, uint32_t sym, enum failure how);

// call.c: the call at a site has failed: what that takes.
void call_failed(struct engine *e, struct run *r, uint32_t site,
                 const struct contract *c);

// indicator.c
struct call;
void indicator_start(struct indicator *d);
// A call that nothing describes.
void indicator_unknown(struct engine *e, struct run *r, const struct call *k);
// A call that goes on as one path, with its result; in one of its outcomes.
void indicator_call(struct engine *e, struct run *r, const struct call *k,
                    struct value result);
void indicator_outcome(struct engine *e, struct run *r, const struct call *k,
                       const struct outcome *o, struct value result);
// An error is set, or is not: what that says of the calls before. False when
// it cannot be.
bool indicator_assume(struct engine *e, struct run *r, bool set);
// Is it proved that no error is set?
bool indicator_clear(const struct engine *e, const struct state *s);
// "Is an error set?" was answered: 0, or a symbol that is NULL if not.
void indicator_asked(struct engine *e, struct run *r, struct value yes);
// A symbol's range has become narrower; it is known not to be n.
void indicator_settle(const struct syms *syms, struct state *s, uint32_t sym,
                      const struct fact *f);
void indicator_differs(struct state *s, uint32_t sym, int64_t n);
// Where paths meet: must they stay apart? True when a changed.
bool indicators_apart(const struct indicator *a, const struct indicator *b);
bool indicator_join(struct indicator *a, const struct indicator *b);
void indicator_return(struct engine *e, struct run *r, struct value v);
void indicator_exit(const struct state *s, struct value v, struct flow_exit *x);

// evaluate.c
struct value evaluate(struct engine *e, const struct state *s, enum ir_op op,
                      bool is_unsigned, struct value x, struct value y);
enum ir_op comparison_opposite(enum ir_op op);
// The same with its operands exchanged.
enum ir_op comparison_mirrored(enum ir_op op);
// -1 unknown, else what the ranges say about the comparison.
int comparison_of(enum ir_op op, const struct fact *x, const struct fact *y);

// memory.c
uint32_t place_of(struct engine *e, struct value address); // 0 = nowhere
uint32_t place_type(const struct engine *e, uint32_t loc); // 0 = not known
struct value load(struct engine *e, struct run *r, uint32_t loc, uint32_t type);
void store(struct engine *e, struct run *r, uint32_t loc, struct value v,
           uint32_t type);
void copy_object(struct engine *e, struct run *r, uint32_t to, uint32_t from,
                 uint32_t type);
void zero_object(struct engine *e, struct run *r, uint32_t loc);
void forget_object(struct engine *e, struct run *r, uint32_t loc);
// Anything may have been written to memory reachable from v (by a callee).
void invalidate(struct engine *e, struct run *r, struct value v, bool escapes);
// The same for a callee that is known to leave objects alone.
void invalidate_plain(struct engine *e, struct run *r, struct value v);
void invalidate_globals(struct engine *e, struct run *r);
// Memory that this function itself made holds nothing yet.
bool is_fresh_memory(const struct engine *e, const struct state *s,
                     uint32_t loc);
// The pointed-to memory is accessed: reports NULL and released pointers.
void touch_pointer(struct engine *e, struct run *r, struct value p);
// The object is used as a whole (NULL may be fine).
void use_pointer(struct engine *e, struct run *r, struct value p);

// whose.c
struct ref ref_of(const struct engine *e, const struct state *s, uint32_t sym);
// What holds of it as long as nothing has happened to it.
struct ref default_ref(const struct engine *e, uint32_t sym);
// The object of the API that a place belongs to, if the rules describe the
// place: what is there is that object's own. 0 for other places.
uint32_t api_owner(const struct engine *e, uint32_t loc);
// A field of an object of the API that other code can change.
bool is_mutable_field(const struct engine *e, uint32_t loc);
// Is there a field that is known to hold this very object?
bool equals_field(const struct engine *e, const struct state *s, uint32_t sym);
// Has a test shown that it is an object that nothing ends (x == None)?
bool equals_immortal(const struct engine *e, const struct state *s,
                     uint32_t sym);
// The name under which the object is owned, if a test has shown that two
// symbols are the same object (x == None); else sym itself.
uint32_t track_owned_as(const struct engine *e, const struct state *s,
                        uint32_t sym);

// lent.c
// An event of a reference, in *ref: true when it means something that own.def
// cannot know, since it depends on who lends, and is dealt with.
bool lent_event(struct engine *e, struct run *r, struct ref *ref,
                enum own_event event);
// Some item of a container is increfed: one that is released elsewhere may be
// that one, unless the keys tell them apart.
void lent_item_held(struct engine *e, const struct ref *ref);
// A borrowed reference was put into a container, whose old item stays as it is.
void lent_put_in(struct run *r, uint32_t sym, struct value container,
                 struct value key);
// Is this the item that stood there before? Then it is back, and whatever was
// put in its place is out again.
bool lent_put_back(struct engine *e, struct run *r, uint32_t sym,
                   struct value container, struct value key);
// What was put in place of it is out again, and was not used up.
void lent_out_again(struct engine *e, struct run *r, uint32_t sym);

// track.c
struct ref *track_new(struct engine *e, struct run *r, uint32_t sym,
                      unsigned flags);
struct ref *track_borrowed(struct engine *e, struct run *r, uint32_t sym,
                           struct value owner, unsigned flags);
void track_event(struct engine *e, struct run *r, uint32_t sym,
                 enum own_event event, struct value taker);
void track_keep(struct engine *e, struct run *r, uint32_t sym,
                struct value keeper);
// Whoever lent it has let go of it.
void track_unlend(struct engine *e, struct run *r, uint32_t sym);
void track_free(struct engine *e, struct run *r, uint32_t sym);
void track_escape(struct engine *e, struct run *r, uint32_t sym);
// The reference of the caller to an argument may have been used up: that stays
// known until the end, whatever else happens to it.
void track_used_up(struct engine *e, struct run *r, uint32_t sym);
// What two paths met with in the variable of an argument is given away or kept:
// on one of them that may have been the argument.
void track_joined(struct engine *e, struct run *r, uint32_t sym);

// lost.c
// Does v hold the object, or an address inside of it?
bool leads_to(const struct engine *e, struct value v, uint32_t sym);
bool still_reachable(const struct engine *e, const struct run *r, uint32_t sym);
// The pointer in a place (or temp) was overwritten or died: was it the last?
void track_lost(struct engine *e, struct run *r, uint32_t sym, enum rule rule);
// Temps that are not used any more (at the end of a block: all) die.
void track_dead_temps(struct engine *e, struct run *r);

// awhile.c
// A field of an object of the API is set to sym: only until it is set back, to
// put back what it held, or without a word about what it holds?
bool is_set_for_a_while(struct engine *e, const struct run *r, uint32_t loc,
                        uint32_t sym, uint32_t type);

// stale.c
// Is it a field of an object, which some method changes?
bool stale_field(const struct engine *e, uint32_t loc);
// Is a borrowed reference used that may be gone? Tells of it once.
void stale_used(struct engine *e, struct run *r, uint32_t sym);
// It was borrowed anew: whatever it was before, it is there now.
void stale_renew(struct state *s, uint32_t sym);
// What has made the reference stale on this path, if that is still known.
const struct event *stale_since(const struct state *s, const struct ref *ref);
// words.c: the text of such a finding.
const char *stale_text(struct engine *e, const struct state *s,
                       const struct ref *ref);

// untested.c
// Can the call fail, and does nobody in this function look whether it did?
bool untested_result(const struct engine *e, uint32_t site);

// dangle.c: the function returns.
void dangle_left(struct engine *e, struct run *r);

// cycle.c
// The function returns: are there objects that only hold each other?
void cycle_left(struct engine *e, struct run *r, struct value returned);
// Where an argument is kept when the function returns: in another one, in the
// result (IN_RESULT); 0 when in none, or in several, or when it is not known.
// *ret_kept: it is kept somewhere.
int cycle_holder(const struct engine *e, const struct state *s, uint32_t param,
                 struct value returned, bool *ret_kept);
// Is it one of a ring of objects, none of which we hold? To be kept in mind
// until the function returns, though nothing leads to it.
bool cycle_keeps(const struct state *s, const struct ref *ref);

// keepers.c
// Is the place in the memory of that very object?
bool is_in_itself(const struct engine *e, uint32_t loc, uint32_t sym);
// Is it known to own what it holds?
bool owning_place(const struct engine *e, uint32_t loc);
// What stands in a place and was not put there by the function itself.
bool is_found_there(const struct engine *e, const struct binding *b);
// Is this place still there, and holding, when the function has returned?
bool place_survives(const struct engine *e, const struct state *s,
                    const struct binding *b);
// Does any such place hold the object?
bool is_kept(const struct engine *e, const struct state *s, uint32_t sym);

// exits.c
void exit_return(struct engine *e, struct run *r, struct value v,
                 uint32_t type);

// why.c: what causes there are, for who asks.
void why_start(struct engine *e);
// A symbol escaped; arbitrary code ran; a call is counted as unknown.
void why_escaped(struct engine *e, const struct run *r, uint32_t sym);
void why_ran(struct engine *e, const struct run *r);
void why_unknown(struct engine *e, const struct run *r);
void why_exit(struct engine *e, const struct run *r, struct flow_exit *x);
// Another exit is like one that is known.
void why_alike(struct engine *e, struct flow_exit *x,
               const struct flow_exit *other);

// causes.c
void causes_finish(struct engine *e, struct finding_list *list);

// trail.c
void event_add(struct engine *e, struct state *s, enum event_kind kind,
               uint32_t sym, uint32_t site, uint32_t aux);
// The site that made an object, or its symbol: see struct candidate.
uint32_t object_origin(const struct engine *e, const struct state *s,
                       uint32_t sym);
// 1 + the site that made the object on this path, or 0.
uint32_t made_at(const struct engine *e, const struct state *s, uint32_t sym);
// What a variable held that turned out NULL, if the path has made it: its last
// such event.
const struct event *null_since(const struct engine *e, const struct state *s,
                               uint32_t variable);
// One more step at the end of a trail.
void trail_append(struct engine *e, struct finding *f, uint32_t site,
                  const char *text);

// candidate.c
void report(struct engine *e, struct run *r, enum rule rule,
            const struct ref *ref, const char *why);
struct candidate candidate_make(struct engine *e, const struct run *r,
                                enum rule rule, const struct ref *ref,
                                const char *why);
void candidate_add(struct engine *e, const struct candidate *c);
// It rests on more than it did: never the other way round.
void candidate_lower(struct candidate *c, enum tier t);
// On one assumption more; a second one is too much.
void candidate_assume(struct candidate *c);
// The same for what is about no object, but about the error indicator: what
// it is called, and 1 + the site of the call that set an error (0: none did).
void report_error(struct engine *e, struct run *r, enum rule rule,
                  const char *what, enum tier tier, uint32_t set_at,
                  const char *why);

// names.c
// What an instruction calls; "" when it is no call, or goes through a pointer.
const char *callee_name(const struct engine *e, const struct ir_ins *call);
// A variable that holds the value, 0 for none.
uint32_t variable_of(const struct engine *e, const struct state *s,
                     uint32_t sym);
// Prefer the name of a variable that holds the object now.
void name_object(const struct engine *e, const struct state *s,
                 struct ref *ref);
// The same, but first of all the variable that is being used.
void name_operand(struct engine *e, const struct run *r, struct ref *ref);
// The place that a temp's value was loaded from; 0 when it was not.
uint32_t loaded_from(struct engine *e, const struct run *r, uint32_t temp);
// "list", "self->items", "make()": how a reader calls the object.
const char *object_name(struct engine *e, const struct state *s,
                        const struct ref *ref);
const char *place_name(struct engine *e, const struct state *s, uint32_t loc);

// effects.c: an object is used that a temp points to, which is NULL: the path
// ends.
void null_used(struct engine *e, struct run *r, uint32_t temp);

#endif
