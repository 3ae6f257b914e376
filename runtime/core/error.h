// error.h - keep the error that is set while other code runs.

#ifndef RC_CORE_ERROR_H
#define RC_CORE_ERROR_H

#include "rc/error.h"

struct error_state {
    enum rc_error code;
    char message[256];
};

void error_save(struct error_state *ret_state); // and clear it
void error_restore(const struct error_state *state);

#endif
