// state.h - what is known at one point of one path.
//
// A state is three small sorted arrays: what each place holds, what is known
// of each symbol, and the reference record of each tracked object.

#ifndef FLOW_STATE_H
#define FLOW_STATE_H

#include "contract/contract.h"
#include "flow/own.h"
#include "flow/sym.h"
#include "ir/ir.h"

struct binding {
    uint32_t loc;
    struct value v;
};

// lo <= symbol <= hi, and != 0 when nonzero.
struct fact {
    uint32_t sym;
    bool nonzero;
    bool used; // nonzero for it was used: nobody asked, nothing hangs on it
    int64_t lo, hi;
};

// Who keeps an object alive besides this path.
enum lender {
    LENT_NONE,
    LENT_PARAM,  // the caller: it came in as an argument
    LENT_ITEM,   // object `owner`, which it was borrowed from
    LENT_GIVEN,  // object `owner` (0: somebody), which took our reference over
    LENT_KEPT,   // object `owner` (0: somebody), which took its own
    LENT_FIELD,  // the memory at place `owner`, which it was loaded from
    LENT_SYSTEM, // the API or static storage
};

enum {
    REF_ESCAPED = 1,  // something happened that we cannot know: silent
    REF_INTERIOR = 2, // uncounted memory that lives as long as `owner`
    REF_SHARED = 4,   // others hold it as well
    REF_MAYBE = 8,    // may be NULL, as its contract says, and not yet tested
    REF_OOM = 16,     // it is NULL only when memory runs out
    REF_MISUSE = 32,  // it is NULL only when the call was wrong
    REF_IMMORTAL = 64,
    REF_TAKEN = 128,  // the reference of place `owner` was given away
    REF_FRESH = 256,  // made in this function: its memory is ours to fill
    REF_ORPHAN = 512, // place `name`, which owned it, was overwritten
    REF_MADE = 1024,  // by a call that does nothing else: nobody else knows it
    REF_MUTABLE = 2048,  // `owner` can be changed by others, and lose it then
    REF_ANCHORED = 4096, // kept alive by more than `owner`, or told of
    REF_EXPOSED = 8192,  // in reach of other code, although we hold it
    REF_DROPPED = 16384, // taken out of `owner`, which alone kept it alive
    REF_SHARED_ITEMS = 32768, // others hold what it lends as well
    REF_NULLABLE = 65536,     // escaped, but REF_MAYBE holds all the same
    REF_INCREFED = 131072,  // escaped, but one reference of it was taken since
    REF_UNTRACKED = 262144, // no cycle collector ever looks at it
    REF_PLAIN = 524288,     // memory that is freed, and not counted
    REF_LEFT = 1048576,     // made by a converter in a call that then failed
};

struct ref {
    uint32_t sym;
    int held;
    int debt; // references of the caller that were consumed
    enum lender lender;
    unsigned flags;
    uint32_t owner; // symbol or place: see enum lender
    uint32_t name;  // place it was last stored in, 0 = none
    uint32_t weak;  // decl by whose convention alone something holds, 0 = none
    uint32_t taken_at; // instruction of REF_TAKEN
    uint32_t stale_at; // 1 + the instruction since which it may be gone, or 0
    struct value key;  // which item of `owner` it is, 0 = not known
    struct value size; // how many items it was made with, 0 = not known
};

enum error_kind { ERROR_UNKNOWN, ERROR_CLEAR, ERROR_SET, ERROR_PENDING };

// Which value of a call's result says that it failed.
enum failure {
    FAILS_NULL,
    FAILS_NEGATIVE,
    FAILS_PERHAPS, // -1 may mean failure, or be the result
    FAILS_ASKED,   // the error indicator itself: set when not NULL
};

enum { PENDING_MAX = 4 };

// The API's error indicator. PENDING: it is set if one of the symbols turns
// out to say "failed" (NULL, or negative), or, with other, for another reason.
struct error_state {
    enum error_kind kind;
    bool other;
    unsigned char n;
    struct {
        uint32_t sym;
        enum failure how;
    } pending[PENDING_MAX];
};

// What is proved of the error indicator, by contracts alone (indicator.c).
enum known_error { KNOWN_NOTHING, KNOWN_AS_BEFORE, KNOWN_CLEAR, KNOWN_SET };

// The result of a call: if it is in (or, with outside, not in) the range, the
// indicator is what `then` says; without exact, it may be.
struct doubt {
    uint32_t sym;
    uint32_t site; // 1 + that of the call
    int64_t lo, hi;
    bool outside, exact;
    bool stirred; // code ran since that notices an error which is not its own
    enum error_after then;
};

enum { DOUBTS_MOST = 3 };

struct indicator {
    enum known_error known; // unless one of the doubts says otherwise
    uint32_t site;          // SET: 1 + that of the call that set it
    uint32_t weak; // decl that is assumed to have left it alone, 0 = none
    unsigned n;
    struct doubt doubts[DOUBTS_MOST];
};

// The last question whether a container has an item, until the container may
// have changed.
struct asked {
    uint32_t result; // of the question; 0 = none
    bool yes;        // it was
    uint32_t container;
    struct value key;
};

// What was put in places of containers, last first; other items stand there
// when it is forgotten.
enum { FILLED_MOST = 6 };

struct filled {
    unsigned n;
    struct {
        uint32_t container, item;
        bool loose; // other code can take it out
        int64_t place;
    } all[FILLED_MOST];
};

// What a value can be: in the range, and none of these. Without any: nothing.
enum { TIE_NOT_MOST = 3 };

struct tie_side {
    bool any;
    bool nonzero;
    unsigned nnot;
    int64_t lo, hi;
    int64_t not[TIE_NOT_MOST];
};

// Two symbols of which one says what the other is (ties.c): y when x is NULL,
// and when it is not.
struct tie {
    const struct tie *next;
    uint32_t x, y;
    unsigned turns;
    struct tie_side when[2];
};

struct event;

struct state {
    struct binding *store;
    struct fact *facts;
    struct ref *refs;
    uint32_t nstore, nfacts, nrefs;
    uint32_t store_cap, facts_cap, refs_cap;
    struct error_state error;
    struct indicator indicator;
    struct asked asked;
    struct filled filled;
    const struct tie *ties;
    const struct event *trail;
    bool oom;         // the path needs an allocation to fail
    uint32_t misused; // decl that failed, as it does only when misused; or 0
    bool in_order;    // ... although what it was given was in order
    bool ran;         // arbitrary code may have run
    bool blind; // a function of the project was called that nobody describes
                // and that returns nothing: perhaps not even control
    uint32_t block;
    uint64_t sign;      // of its references, at a join (state_sign)
    bool waiting;       // in the queue of its block
    struct state *next; // in the pool, or of its block
};

// States are recycled: a pool holds those that are done.
struct state_pool {
    struct arena *arena;
    struct state *free;
};

struct state *state_new(struct state_pool *pool);
struct state *state_copy(struct state_pool *pool, const struct state *from);
void state_done(struct state_pool *pool, struct state *s);

// NULL when the place is not bound.
struct binding *state_find(const struct state *s, uint32_t loc);
void state_bind(struct state_pool *pool, struct state *s, uint32_t loc,
                struct value v);
void state_unbind(struct state *s, uint32_t loc);

struct fact *fact_find(const struct state *s, uint32_t sym);
// The range of any value; for integers lo == hi.
struct fact fact_of(const struct syms *syms, const struct state *s,
                    struct value v);
void fact_put(struct state_pool *pool, struct state *s, const struct fact *f);
void fact_drop(struct state *s, uint32_t sym);

struct ref *ref_find(const struct state *s, uint32_t sym);
// It is not tracked from here on, and nothing more is said of it. r may be
// NULL.
void ref_give_up(struct ref *r);
// Insert or replace; the pointer is good until the next insertion.
struct ref *ref_put(struct state_pool *pool, struct state *s,
                    const struct ref *r);
void ref_drop(struct state *s, uint32_t sym);

// Nothing ties the symbol any more.
void state_untie(struct state_pool *pool, struct state *s, uint32_t sym);

static inline struct own ref_own(const struct ref *r)
{
    return (struct own){r->held, r->lender != LENT_NONE};
}

// indicator.c: the same in what is known of the error indicator.
void indicator_replace(struct indicator *d, uint32_t from, struct value to);

// Replace a symbol everywhere in the state (its facts and record move along
// when the new value is a symbol, else they go).
void state_replace(struct syms *syms, struct state_pool *pool, struct state *s,
                   uint32_t from, struct value to);

#endif
