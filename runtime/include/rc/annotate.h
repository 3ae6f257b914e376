// annotate.h - who owns a reference that a call passes: one word for the
// reader, for the compiler and for refcheck, which reads them from here (so the
// declaration and the rule cannot drift apart).
//
// A parameter that points to an object and has no word is borrowed: used during
// the call, nothing changes hands. The text behind "refcheck:" is refcheck's
// language of contracts; arguments are counted from 1.

#ifndef RC_ANNOTATE_H
#define RC_ANNOTATE_H

#if defined(__clang__)
#define RC_SAYS(text) __attribute__((annotate("refcheck:" text)))
#else
#define RC_SAYS(text)
#endif

#if defined(__GNUC__)
#define RC_USE_RESULT __attribute__((warn_unused_result))
#define RC_PRINTF(at, arguments) __attribute__((format(printf, at, arguments)))
#else
#define RC_USE_RESULT
#define RC_PRINTF(at, arguments)
#endif

// Results. All but RC_NEW_ALIAS_OF, RC_PLAIN and RC_ALWAYS_* can be NULL: then
// the call has failed and the error is set (unless RC_NO_ERROR stands there).
#define RC_NEW RC_USE_RESULT RC_SAYS("new?")
#define RC_MAKES RC_NEW RC_SAYS(": fresh") // nobody else knows it
#define RC_NEW_ALIAS_OF(n) RC_SAYS("new-alias of " #n)
#define RC_BORROWED RC_SAYS("borrowed?")
#define RC_BORROWED_OF(n) RC_SAYS("borrowed? of " #n)
#define RC_ALWAYS_BORROWED RC_SAYS("borrowed")
#define RC_ALWAYS_BORROWED_OF(n) RC_SAYS("borrowed of " #n)
#define RC_INTERIOR_OF(n) RC_SAYS("interior? of " #n)
#define RC_STATUS RC_SAYS("status")             // 0, or -1 with the error set
#define RC_TEST RC_SAYS("0..1: ok | -1: fail")  // no, yes, or -1 (error set)
#define RC_COUNTS RC_SAYS(">=0: ok | -1: fail") // a number, or -1 (error set)
#define RC_OUTCOMES(text) RC_SAYS(text)         // anything else, spelled out

// What else holds for a call.
#define RC_RUNS_CODE RC_SAYS(": runs-code") // finalizers, user callbacks
#define RC_SELDOM_RUNS_CODE RC_SAYS(": runs-code seldom") // those of few types
#define RC_MUTABLE RC_SAYS(": mutable") // others can take out what is lent
#define RC_DROPS_ITEM RC_SAYS(": drops-item") // argument 2 says which
#define RC_DROPS_ALL RC_SAYS(": drops-all")
#define RC_ASKS_ITEM RC_SAYS(": asks-item")
#define RC_NO_ERROR RC_SAYS(": no-error") // a failure sets no error
#define RC_OOM RC_SAYS(": oom")           // fails only without memory
#define RC_MISUSE RC_SAYS(": misuse")     // fails only when it is misused
#define RC_SHARED RC_SAYS(": shared")     // others hold the object as well

// Parameters.
#define RC_NULLABLE RC_SAYS("borrow?") // borrowed, NULL is allowed
#define RC_STEAL RC_SAYS("steal")      // consumed, also when the call fails
#define RC_STEAL_IN(n) RC_SAYS("steal in " #n)
#define RC_STEAL_NULLABLE RC_SAYS("steal?")
#define RC_KEEP RC_SAYS("keep") // the callee takes a reference of its own
#define RC_KEEP_IN_RESULT RC_SAYS("keep in result")
#define RC_KEEP_NULLABLE_IN_RESULT RC_SAYS("keep? in result")
#define RC_KEEP_IN(n) RC_SAYS("keep in " #n)
#define RC_KEEP_NULLABLE_IN(n) RC_SAYS("keep? in " #n)
#define RC_KEEP_NULLABLE RC_SAYS("keep?")
#define RC_INCREFED RC_SAYS("incref")
#define RC_INCREFED_NULLABLE RC_SAYS("incref?")
#define RC_DECREFED RC_SAYS("decref")
#define RC_DECREFED_NULLABLE RC_SAYS("decref?")
#define RC_CLEARED RC_SAYS("clear")   // *arg is released and NULL
#define RC_OUT_NEW RC_SAYS("out new") // *arg is new on success
#define RC_OUT_BORROWED_OF(n) RC_SAYS("out borrowed of " #n)
#define RC_ESCAPES RC_SAYS("escape") // handed to code that may do anything

// Declarations that are no functions.
#define RC_ROW(text) RC_SAYS("row " text)   // a row of the rules, as it stands
#define RC_SLOT(text) RC_SAYS("slot " text) // the contract of a type's function
#define RC_IMMORTAL_OBJECT RC_SAYS("immortal")

#endif
