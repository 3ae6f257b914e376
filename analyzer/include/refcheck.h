// refcheck.h - who owns a reference that a call passes, said where the function
// is declared: one word for the reader and for refcheck, nothing for the
// compiler.
//
//     REFCHECK_NEW PyObject *ring_new(Py_ssize_t size);
//     REFCHECK_BORROWED_OF(1) PyObject *ring_peek(PyObject *ring);
//     REFCHECK_STATUS int ring_put(PyObject *ring, PyObject *o REFCHECK_KEEP);
//     REFCHECK_STATUS int ring_take(PyObject *ring, PyObject **o
//     REFCHECK_OUT_NEW); void ring_fail(PyObject *ring, PyObject *why
//     REFCHECK_STEAL);
//
// Callers are checked against these words, and so is the body: a function that
// does something else is a `contract-mismatch`. Whoever says one thing of a
// function says all of it: a parameter that points to an object and has no word
// is borrowed, used during the call while nothing changes hands. Results of
// functions without a word for it are what the API's convention says (CPython:
// a new reference or NULL).
//
// The words stand in front of a function, behind the name of a parameter.
// Arguments are counted from 1. REFCHECK_SAYS takes what no word here says, in
// refcheck's language of contracts. Copy this file into your project if that is
// easier than to depend on it.

#ifndef REFCHECK_H
#define REFCHECK_H

#if defined(__has_attribute)
#if __has_attribute(annotate)
#define REFCHECK_SAYS(text) __attribute__((annotate("refcheck:" text)))
#endif
#endif
#ifndef REFCHECK_SAYS
#define REFCHECK_SAYS(text)
#endif

// Results. NULL means that the call has failed and the error is set, unless
// REFCHECK_NO_ERROR stands there too; the ALWAYS_ ones are never NULL.
#define REFCHECK_NEW REFCHECK_SAYS("new?")
#define REFCHECK_ALWAYS_NEW REFCHECK_SAYS("new")
#define REFCHECK_NEW_ALIAS_OF(n) REFCHECK_SAYS("new-alias of " #n)
#define REFCHECK_BORROWED REFCHECK_SAYS("borrowed?")
#define REFCHECK_BORROWED_OF(n) REFCHECK_SAYS("borrowed? of " #n)
#define REFCHECK_ALWAYS_BORROWED REFCHECK_SAYS("borrowed")
#define REFCHECK_ALWAYS_BORROWED_OF(n) REFCHECK_SAYS("borrowed of " #n)
#define REFCHECK_INTERIOR_OF(n) REFCHECK_SAYS("interior? of " #n)
#define REFCHECK_STATUS REFCHECK_SAYS("status") // 0, or -1 when it fails
#define REFCHECK_TEST REFCHECK_SAYS("0..1: ok | -1: fail") // no, yes, failed

// What else holds for a call.
#define REFCHECK_NO_ERROR REFCHECK_SAYS(": no-error")     // a failure sets none
#define REFCHECK_SETS_ERROR REFCHECK_SAYS(": sets-error") // always
#define REFCHECK_RUNS_CODE REFCHECK_SAYS(": runs-code") // finalizers, callbacks

// Parameters.
#define REFCHECK_NULLABLE REFCHECK_SAYS("borrow?") // borrowed, NULL is allowed
#define REFCHECK_STEAL REFCHECK_SAYS("steal")      // also when the call fails
#define REFCHECK_STEAL_NULLABLE REFCHECK_SAYS("steal?")
#define REFCHECK_STEAL_OK REFCHECK_SAYS("steal-ok") // only when it succeeds
#define REFCHECK_KEEP REFCHECK_SAYS("keep") // takes a reference of its own
#define REFCHECK_KEEP_IN(n) REFCHECK_SAYS("keep in " #n)
#define REFCHECK_DECREF REFCHECK_SAYS("decref")
#define REFCHECK_INCREF REFCHECK_SAYS("incref")
#define REFCHECK_CLEAR REFCHECK_SAYS("clear")     // *arg is released and NULL
#define REFCHECK_OUT_NEW REFCHECK_SAYS("out new") // *arg is new on success
#define REFCHECK_OUT_BORROWED_OF(n) REFCHECK_SAYS("out borrowed of " #n)
#define REFCHECK_ESCAPES REFCHECK_SAYS("escape") // anything may happen to it

// Leave a function with a word of its own to what its body shows.
#define REFCHECK_INFERRED REFCHECK_SAYS("inferred")

#endif
