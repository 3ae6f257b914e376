// handle.c - handles: an address and a serial number that is never used twice.
//
// The serial of an object is in heap.handles from its first handle to its end.
// A handle is alive as long as the object that is there now has its serial.

#include "core/heap.h"
#include "rc/sight.h"

// Outlives rc_fini(), since handles may do so, too.
static uint64_t last_serial;

// 0 when o has none.
static uint64_t serial_of(const rc_object *o)
{
    if (!(o->flags & FLAG_HANDLE))
        return 0;
    return map_get(&heap.handles, (uintptr_t)o);
}

struct rc_handle rc_handle_of(rc_object *o)
{
    struct rc_handle handle = {(uintptr_t)o, serial_of(o)};

    if (handle.serial)
        return handle;
    if (map_set(&heap.handles, handle.id, last_serial + 1) < 0)
        return handle;
    handle.serial = ++last_serial;
    object_flag(o, FLAG_HANDLE);
    return handle;
}

rc_object *rc_handle_object(struct rc_handle handle)
{
    rc_object *o = rc_object_at(handle.id);

    return o && handle.serial && serial_of(o) == handle.serial ? o : NULL;
}

enum rc_handle_state rc_handle_state(struct rc_handle handle)
{
    if (rc_handle_object(handle))
        return RC_HANDLE_ALIVE;
    if (handle.serial && rc_object_at(handle.id))
        return RC_HANDLE_REUSED;
    return RC_HANDLE_GONE;
}

void handles_forget(const rc_object *o)
{
    map_remove(&heap.handles, (uintptr_t)o);
}
