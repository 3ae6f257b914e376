// join.h - crosscheck/ only: where findings and events meet.
//
// A finding becomes a target: a function, the line where the reference came
// from (its origin), and the line of the finding (its exit). Each place of a
// trace is compared with the targets once and is a site from then on, so an
// event costs no more than finding its site and object.
//
// What is not in a trace is not guessed: an exit counts as reached when an
// event stands on its line after the origin was passed, or, for a path that
// needs an allocation to fail, when that of a call fails that the path assumes
// to fail.

#ifndef CROSSCHECK_JOIN_H
#define CROSSCHECK_JOIN_H

#include "base/map.h"
#include "crosscheck/crosscheck.h"
#include "crosscheck/objects.h"
#include "crosscheck/trace.h"

enum {
    SIGN_LEAK = 1,
    SIGN_GONE = 2,
    SIGN_LATER = 4,
    SIGN_ERROR = SIGN_GONE | SIGN_LATER,
    SIGN_USE = 8
};

// What a site is to a target.
enum {
    ROLE_INSIDE = 1, // in its function
    ROLE_ORIGIN = 2, // the call that its origin names
    ROLE_NEAR = 4,   // on the line of the origin, but of another call
    ROLE_EXIT = 8,
    ROLE_HELPER = 16, // in the function that its origin calls
    ROLE_TAKE = 32    // where its path may take what came in a variable
};

enum { MOST_LAST = 8 };

// What the traces show of a target: the first time it did, and how often.
struct evidence {
    uint64_t times;
    size_t nsteps;
    struct trail_step *steps;
};

struct target {
    const struct finding *finding;
    unsigned signs;
    uint32_t origin_line;
    bool is_named; // a call that the origin names was seen
    // The last object of the origin, or, from a helper, those made one after
    // the other; and what happened since.
    size_t nlast;
    struct last {
        const struct object *object;
        uint64_t serial;
    } last[MOST_LAST];
    uint64_t helper_event; // number of the last event in the helper
    bool at_exit;
    uint32_t fail_site;
    size_t nsites, sites_cap; // in its function
    uint32_t *sites;
    // Counts.
    uint64_t events, made, exits, visits, released, alive;
    uint64_t early;            // of those made: before the program was warm
    bool exit_shows;           // its line leaves events
    struct evidence at, quiet; // with and without an event at the exit
};

struct match {
    struct target *target;
    unsigned roles;
};

struct site {
    struct trace_place place; // the file as the report names it
    bool makes;               // objects
    size_t nmatches, cap;
    struct match *matches;
};

enum { MOST_CLAIMS = 8 };

// Leaks of objects made at one site, or errors of one kind at one site, that
// concern the same targets.
struct group {
    const char *kind;
    uint32_t site;
    struct evidence seen;
    size_t nclaims;
    struct target *claims[MOST_CLAIMS];
};

struct crosscheck {
    struct arena *arena;
    const char *cwd;
    bool is_damaged;      // some lines could not be read
    bool lacks_uses;      // a trace is of an extension
    struct map functions; // name -> struct targets_of
    struct map files;     // of traces -> as the report names them
    struct map claimed;   // files of the report -> the first of the traces
    struct map places;    // PLACE -> index into sites + 1
    size_t ntargets;
    struct target *targets;
    size_t nsites, sites_cap;
    struct site *sites; // [0]: unknown
    struct map group_of;
    size_t ngroups, groups_cap;
    struct group **groups;
    size_t ncomplaints, complaints_cap;
    struct complaint *complaints;
    size_t ntraces;
    uint64_t nevents;
    struct objects objects; // of the trace that is read
    uint64_t nforeign;      // leaks of objects made before it
    struct map types;       // names
};

// ---- sites.c ----

void sites_init(struct crosscheck *x, const struct finding_list *report);
// The number of the site, 0 when the text is no place.
uint32_t site_of(struct crosscheck *x, const char *place);
// The path needs the call here to fail: the last of its name in front of a
// step that is about it, as far as they were seen.
bool site_is_assumed(const struct crosscheck *x, const struct target *t,
                     uint32_t site);
void complain_of(struct crosscheck *x, bool is_damage, const char *fmt, ...)
    BASE_PRINTF(3, 4);

// ---- evidence.c ----

// An error of this kind at a site, about an object that may be NULL.
void evidence_of_error(struct crosscheck *x, const char *kind, uint32_t site,
                       const struct object *o, const struct trace *t);
// All that is left of a trace at its end.
void evidence_of_end(struct crosscheck *x, const struct trace *t);

#endif
