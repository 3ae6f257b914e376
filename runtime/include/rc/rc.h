// rc.h - the whole runtime: what programs include.

#ifndef RC_RC_H
#define RC_RC_H

#include "rc/audit.h"
#include "rc/code.h"
#include "rc/container.h"
#include "rc/error.h"
#include "rc/gc.h"
#include "rc/object.h"
#include "rc/pool.h"
#include "rc/sight.h"
#include "rc/value.h"
#include "rc/weakref.h"

// Last: macros that say where a call stands.
#if defined(RC_AUDIT) && !defined(RC_INSIDE)
#include "rc/sites.h"
#endif

#endif
