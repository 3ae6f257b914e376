// hooks.h - where the runtime tells the audit what happens. Only in the audit
// variant.

#ifndef RC_AUDIT_HOOKS_H
#define RC_AUDIT_HOOKS_H

#include "rc/audit.h"

void audit_init(void);         // reads the environment
void audit_closing(void);      // the last collection comes next
void audit_fini(size_t alive); // what is alive is reported now

bool audit_fails(void);                       // must this allocation fail?
void audit_made(rc_object *o);                // an object begins
void audit_ended(rc_object *o);               // its memory is to be freed
bool audit_keeps(rc_object *o);               // it goes into quarantine instead
void audit_lent(const rc_object *o, bool on); // to its finalizer
void audit_used(const rc_object *o);          // is that still an object?

// Code of the program runs in between, and then the call goes on.
static inline void audit_interlude_begin(struct rc_site *ret_site)
{
    *ret_site = rc_site_;
}

static inline void audit_interlude_end(const struct rc_site *site)
{
    rc_site_ = *site;
}

#endif
