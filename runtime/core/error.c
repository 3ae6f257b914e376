// error.c - the error indicator.

#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>

static struct error_state error;

enum rc_error rc_error_code(void)
{
    return error.code;
}

const char *rc_error_message(void)
{
    return error.message;
}

const char *rc_error_name(enum rc_error code)
{
    static const char *const names[] = {
        [RC_OK] = "none",
        [RC_ERROR_MEMORY] = "memory",
        [RC_ERROR_TYPE] = "type",
        [RC_ERROR_VALUE] = "value",
        [RC_ERROR_INDEX] = "index",
        [RC_ERROR_KEY] = "key",
        [RC_ERROR_OVERFLOW] = "overflow",
        [RC_ERROR_STATE] = "state",
        [RC_ERROR_IO] = "io",
        [RC_ERROR_USER] = "user",
    };

    if ((size_t)code >= sizeof(names) / sizeof(*names))
        return "unknown";
    return names[code];
}

void rc_error_set(enum rc_error code, const char *format, ...)
{
    va_list arguments;

    error.code = code;
    va_start(arguments, format);
    vsnprintf(error.message, sizeof(error.message), format, arguments);
    va_end(arguments);
}

void rc_error_clear(void)
{
    error.code = RC_OK;
    error.message[0] = '\0';
}

void error_save(struct error_state *ret_state)
{
    if (error.code == RC_OK)
        ret_state->code = RC_OK; // the usual case is cheap
    else
        *ret_state = error;
    rc_error_clear();
}

void error_restore(const struct error_state *state)
{
    if (state->code == RC_OK)
        rc_error_clear();
    else
        error = *state;
}
