// audit.h - the audit variant: every reference event checked, with its place.
//
// Compile the program with RC_AUDIT defined and link the audit library; calls
// of the runtime then pass the place that they are made from. What is checked
// is chosen by the environment when rc_init() runs:
//
// clang-format off
//   RC_AUDIT=1        report on stderr, with the three places that matter (where
//                     the object was made, where it was freed, where it is
//                     used): a reference given back twice, use after the end, a
//                     write into freed memory, counts that would over- or
//                     underflow, use from a second thread; and at the end who
//                     holds what is still alive, and cycles with the references
//                     that closed them
//   RC_AUDIT=abort    the same, but stop at the first of them
//   RC_TRACE=FILE     write each event to FILE (the format is below)
//   RC_FAIL_ALLOC=N   the N-th allocation fails (1 = the first after rc_init())
//   RC_FAIL_ALLOC=N-  and all that follow
//   RC_GC_STRESS=1    collect whenever a container is made (every hundredth
//                     time in full)
//   RC_QUARANTINE=N   how many freed objects are kept to be recognised (65536)
// clang-format on
//
// A value that is none of these stops the program with status 2 and a message.
// In the plain variant none of this exists, and nothing is paid for it.
//
// ---- the trace ----
//
// Lines of fields that are separated by tabs; a tab, newline, backslash or
// other control character within a field is written as \xHH. The first line is
//
//     rc-trace <TAB> 1
//
// Every other line is an event:
//
//     new      ID SERIAL TYPE BYTES   PLACE   an object, count 1
//     incref   ID SERIAL COUNT        PLACE   COUNT: after it
//     decref   ID SERIAL COUNT        PLACE   0: the last one
//     end      ID SERIAL              PLACE   destroyed, by its last decref
//     collect  ID SERIAL              PLACE   destroyed, in a dead cycle
//     error    KIND ID SERIAL         PLACE   KIND as rc_audit_kind_name()
//     leak     ID SERIAL COUNT OUTSIDE        alive at the end; OUTSIDE of its
//                                             references are in no object
//     fail     N                      PLACE   an allocation was made to fail
//     finish   ALIVE ERRORS                   rc_fini(), or else exit
//
// `refcheck trace`, which writes the same of CPython extensions, has two more:
//
//     steady   ID SERIAL COUNT OUTSIDE        alive at the end, with no more
//                                             references than earlier
//     pass     PLACE                          a return statement was reached
//
// There, what was first seen when a reference to it was taken is `new` at a
// PLACE without a file.
//
// ID is the address in hexadecimal with 0x; SERIAL counts objects from 1 and
// tells those that had the same address apart (0: made before tracing, or no
// object at all). PLACE is four fields: FILE, LINE, FUNCTION and the function
// of the runtime that was called there. Each line is written at once, so a
// trace of a program that was killed is whole up to its last line.

#ifndef RC_AUDIT_H
#define RC_AUDIT_H

#include "rc/object.h"

#include <stdio.h>

// Where a call of the runtime stands.
struct rc_site {
    const char *file;
    int line;
    const char *function;
    const char *call;
};

#ifdef RC_AUDIT

extern struct rc_site rc_site_; // of the call that is under way

enum rc_audit_kind {
    RC_AUDIT_DOUBLE_DECREF,  // given back, but the object is gone
    RC_AUDIT_USE_AFTER_FREE, // used, but the object is gone
    RC_AUDIT_WRITE_AFTER_FREE,
    RC_AUDIT_NO_OBJECT, // the address of none, and none ever was there
    RC_AUDIT_OVERFLOW,  // more references than can be counted
    RC_AUDIT_BAD_COUNT, // fewer references than objects hold
    RC_AUDIT_THREAD,
    RC_AUDIT_LEAK,
    RC_AUDIT_KINDS
};
const char *rc_audit_kind_name(enum rc_audit_kind kind); // "double-decref" ...

// How many errors of a kind were reported since rc_init().
size_t rc_audit_errors(enum rc_audit_kind kind);
size_t rc_audit_all_errors(void);

// The same as the environment variables, at run time. A report goes to `out`,
// NULL = stderr.
void rc_audit_enable(bool on);
void rc_audit_report_to(FILE *out);
void rc_audit_fail_alloc(uint64_t n, bool and_all_after); // 0 = none
uint64_t rc_audit_allocations(void); // since rc_init() or rc_audit_fail_alloc()
void rc_audit_stress(bool on);
int rc_audit_trace(const char *path); // NULL: end it; -1: cannot be written

// Who holds what is alive now: the report that rc_fini() gives. Returns how
// many objects; immortal ones and what `rc_gc_freeze` set aside do not count.
size_t rc_audit_report_leaks(FILE *out);

#endif

#endif
