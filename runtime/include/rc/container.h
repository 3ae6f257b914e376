// container.h - objects that hold others: tuple, list, dict, set, frozenset.
//
// A container owns a reference to each of its items. Indices count from 0, and
// from the end when they are negative. Items that are lent out (borrowed) stay
// valid until the container changes or dies: anything that may run other code
// may do that.

#ifndef RC_CONTAINER_H
#define RC_CONTAINER_H

#include "rc/object.h"

// ---- tuple: fixed once it is made ----

extern rc_type rc_tuple_type RC_IMMORTAL_OBJECT;

// n items, all none. Fill it with rc_tuple_set() before others see it.
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_tuple_new(int64_t n);

// A new tuple of n items, each with a reference of its own.
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_tuple_pack(int64_t n, ...);
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_tuple_from(rc_object *sequence);

// Put item at i of a tuple that only the caller holds; what was there is given
// back. Returns 0, or -1: RC_ERROR_INDEX, RC_ERROR_STATE (others hold it).
RC_STATUS RC_RUNS_CODE int rc_tuple_set(rc_object *tuple, int64_t i,
                                        rc_object *item RC_STEAL_IN(1));
RC_BORROWED_OF(1) RC_MISUSE rc_object *rc_tuple_at(rc_object *tuple, int64_t i);
RC_COUNTS int64_t rc_tuple_length(rc_object *tuple);
bool rc_is_tuple(const rc_object *o);

// ---- list ----

extern rc_type rc_list_type RC_IMMORTAL_OBJECT;

RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_list_new(void);
RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_list_pack(int64_t n, ...);
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_list_from(rc_object *sequence);

// Amortised O(1); when it fails nothing has changed.
RC_STATUS RC_MUTABLE int rc_list_append(rc_object *list,
                                        rc_object *item RC_KEEP_IN(1));

// The same, taking over the caller's reference, also when it fails.
RC_STATUS RC_RUNS_CODE RC_MUTABLE int
rc_list_push(rc_object *list, rc_object *item RC_STEAL_IN(1));

// O(length - i).
RC_STATUS RC_MUTABLE int rc_list_insert(rc_object *list, int64_t i,
                                        rc_object *item RC_KEEP_IN(1));

// What was at i is given back.
RC_STATUS RC_RUNS_CODE RC_DROPS_ITEM RC_MUTABLE int
rc_list_set(rc_object *list, int64_t i, rc_object *item RC_STEAL_IN(1));
RC_BORROWED_OF(1)
RC_MISUSE RC_MUTABLE rc_object *rc_list_at(rc_object *list, int64_t i);

// Take the last item out, or the one at i: the caller owns it.
RC_NEW RC_SHARED rc_object *rc_list_pop(rc_object *list);
RC_NEW RC_SHARED rc_object *rc_list_pop_at(rc_object *list, int64_t i);

// Remove items from..to-1. O(length).
RC_STATUS RC_RUNS_CODE int rc_list_delete(rc_object *list, int64_t from,
                                          int64_t to);
RC_STATUS RC_RUNS_CODE RC_DROPS_ALL int rc_list_clear(rc_object *list);
RC_STATUS int rc_list_extend(rc_object *list, rc_object *sequence);
RC_STATUS int rc_list_reserve(rc_object *list, int64_t n);
RC_STATUS int rc_list_reverse(rc_object *list);
RC_COUNTS int64_t rc_list_length(rc_object *list);

// The index of the first item that equals item, -1 without error when there is
// none; -2 with the error set. O(length).
RC_OUTCOMES(">=-1: ok | -2: fail")
RC_RUNS_CODE int64_t rc_list_find(rc_object *list, rc_object *item);
bool rc_is_list(const rc_object *o);

// ---- dict: in order of insertion ----

extern rc_type rc_dict_type RC_IMMORTAL_OBJECT;

RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_dict_new(void);

// Amortised O(1). The key of an equal one that is there stays. Keys must be
// hashable (RC_ERROR_TYPE).
RC_STATUS RC_SELDOM_RUNS_CODE RC_DROPS_ITEM RC_MUTABLE int
rc_dict_set(rc_object *dict, rc_object *key RC_KEEP_IN(1),
            rc_object *value RC_KEEP_IN(1));

// NULL with RC_ERROR_KEY when there is none; NULL without an error from
// rc_dict_find() (look at rc_error_code() to tell it from a failure).
RC_BORROWED_OF(1)
RC_SELDOM_RUNS_CODE RC_MUTABLE rc_object *rc_dict_get(rc_object *dict,
                                                      rc_object *key);
RC_BORROWED_OF(1)
RC_NO_ERROR RC_SELDOM_RUNS_CODE RC_MUTABLE rc_object *
rc_dict_find(rc_object *dict, rc_object *key);
RC_TEST RC_SELDOM_RUNS_CODE RC_ASKS_ITEM int rc_dict_contains(rc_object *dict,
                                                              rc_object *key);

// RC_ERROR_KEY when there is none.
RC_STATUS RC_SELDOM_RUNS_CODE RC_DROPS_ITEM int rc_dict_delete(rc_object *dict,
                                                               rc_object *key);

// Take the value out: the caller owns it. RC_ERROR_KEY when there is none.
RC_NEW RC_SHARED RC_SELDOM_RUNS_CODE rc_object *rc_dict_pop(rc_object *dict,
                                                            rc_object *key);

// With text for a key (interned).
RC_STATUS RC_SELDOM_RUNS_CODE RC_DROPS_ITEM RC_MUTABLE int
rc_dict_set_text(rc_object *dict, const char *key,
                 rc_object *value RC_KEEP_IN(1));
RC_BORROWED_OF(1)
RC_SELDOM_RUNS_CODE RC_MUTABLE rc_object *rc_dict_get_text(rc_object *dict,
                                                           const char *key);
RC_STATUS RC_SELDOM_RUNS_CODE RC_DROPS_ITEM int
rc_dict_delete_text(rc_object *dict, const char *key);
RC_STATUS RC_RUNS_CODE RC_DROPS_ALL int rc_dict_clear(rc_object *dict);
RC_COUNTS int64_t rc_dict_length(rc_object *dict);

// Step through the entries in order: *position starts at 0; false at the end.
// The dict must not grow in between. Key and value may be NULL (not wanted).
RC_OUTCOMES("1: ok | 0: _ 3, _ 4")
RC_MUTABLE bool rc_dict_next(rc_object *dict, size_t *position,
                             rc_object **ret_key RC_OUT_BORROWED_OF(1),
                             rc_object **ret_value RC_OUT_BORROWED_OF(1));

// New lists. O(length).
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_dict_keys(rc_object *dict);
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_dict_values(rc_object *dict);
bool rc_is_dict(const rc_object *o);

// ---- set and frozenset ----

extern rc_type rc_set_type RC_IMMORTAL_OBJECT;
extern rc_type rc_frozenset_type RC_IMMORTAL_OBJECT;

RC_MAKES RC_SELDOM_RUNS_CODE rc_object *rc_set_new(void);
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_set_from(rc_object *sequence);
RC_NEW RC_SELDOM_RUNS_CODE rc_object *rc_frozenset_from(rc_object *sequence);

// Returns 1 when it was not there, 0 when it was, -1 on failure.
RC_TEST RC_SELDOM_RUNS_CODE RC_MUTABLE int
rc_set_add(rc_object *set, rc_object *item RC_KEEP_IN(1));
RC_TEST RC_SELDOM_RUNS_CODE RC_ASKS_ITEM int rc_set_contains(rc_object *set,
                                                             rc_object *item);

// Returns 1 when it was there, 0 when not.
RC_TEST RC_SELDOM_RUNS_CODE RC_DROPS_ITEM int rc_set_discard(rc_object *set,
                                                             rc_object *item);
RC_STATUS RC_RUNS_CODE RC_DROPS_ALL int rc_set_clear(rc_object *set);
RC_COUNTS int64_t rc_set_length(rc_object *set);
RC_OUTCOMES("1: ok | 0: _ 3")
RC_MUTABLE bool rc_set_next(rc_object *set, size_t *position,
                            rc_object **ret_item RC_OUT_BORROWED_OF(1));
bool rc_is_set(const rc_object *o); // set or frozenset

// ---- all of them ----

// How many items; RC_ERROR_TYPE for what is no container or str.
RC_COUNTS int64_t rc_length(rc_object *o);

// Is item one of them (a key of a dict)? O(1) for dict and set, else O(n).
RC_TEST RC_RUNS_CODE int rc_contains(rc_object *o, rc_object *item);

// A new object that shares the items; immutable ones are returned themselves.
// RC_ERROR_TYPE when its type cannot be copied. O(length).
RC_NEW RC_SHARED RC_RUNS_CODE rc_object *rc_copy(rc_object *o);

// A new object that shares nothing that can change. What is shared or cyclic
// within o is so in the copy. Needs no recursion: depth is not limited.
// O(objects that o reaches).
RC_NEW RC_SHARED RC_RUNS_CODE rc_object *rc_deepcopy(rc_object *o);

#endif
