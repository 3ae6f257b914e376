// pool.h - where objects live, and how much of it there is.
//
// Objects of up to RC_POOL_MAX bytes come from pages of RC_PAGE_BYTES, each
// with slots of one size and objects of one kind: containers, which the
// collector walks, or leaves, which it never touches. Empty pages are given
// back. Larger objects, and the bodies of lists and dicts, come from the
// system's heap.

#ifndef RC_POOL_H
#define RC_POOL_H

#include "rc/object.h"

#define RC_POOL_MAX 512
#define RC_PAGE_BYTES 65536

struct rc_pool_stats {
    size_t objects;          // alive, large ones included
    size_t pool_objects;     // of these, in pages
    size_t large_objects;    // of these, from the system's heap
    size_t containers;       // of all, those that the collector walks
    size_t pages;            // in use
    size_t pages_kept;       // empty, kept for the next need
    size_t pages_made;       // ever taken into use
    size_t pages_given_back; // ever given back to the system
    size_t pool_bytes;       // of pages in use
    size_t used_bytes;       // of these, in slots that hold an object
    size_t large_bytes;      // of large objects
    size_t body_bytes;       // of lists, dicts and other memory of objects
    size_t peak_bytes;    // the most that pools, large objects and bodies held
    uint64_t allocations; // of objects, ever; exact in the audit variant, else
                          // those of pages are counted when a page is left
};

// Fill *ret_stats. O(pages).
void rc_pool_stats(struct rc_pool_stats *ret_stats);

// One size of slots. O(pages).
struct rc_size_stats {
    size_t slot_bytes;
    bool is_container;
    size_t pages;
    size_t slots; // that these pages have
    size_t used;
};

// Call visit for each size that has pages, in order; stops when it returns not
// 0 and returns that.
int rc_pool_sizes(int (*visit)(const struct rc_size_stats *stats, void *arg),
                  void *arg RC_ESCAPES);

// Give empty pages that are kept back to the system; returns how many.
size_t rc_pool_trim(void);

// Memory for the body of an object (as malloc, realloc and free, but counted in
// body_bytes and failing when RC_FAIL_ALLOC says so). NULL sets
// RC_ERROR_MEMORY; what rc_body_resize() was given is then still there.
void *rc_body_new(size_t bytes);
void *rc_body_resize(void *body, size_t old_bytes, size_t new_bytes);
void rc_body_free(void *body, size_t bytes);

#endif
